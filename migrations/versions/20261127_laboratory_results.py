"""Laboratory results in full: layouts, conflicts, reviews, returns, decisions, urgent reports, agreements, lists of others, API keys.

Columns are added to ``import_batch``, ``result_row`` and ``food_limit`` in place: on SQLite a table of millions of rows is not copied."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261127_laboratory_results"
down_revision = "20261126_plans_and_sampling"
branch_labels = None
depends_on = None

# table, name, type on SQLite, type on PostgreSQL, constraint
COLUMNS = (
    (
        "import_batch",
        "layout_mapping_id",
        "INTEGER",
        "BIGINT",
        "CONSTRAINT fk_import_batch_layout_mapping_id REFERENCES layout_mapping (id)",
    ),
    ("result_row", "decided_at", "DATETIME", "TIMESTAMP", ""),
    ("food_limit", "comparison", "VARCHAR(10)", "VARCHAR(10)", ""),
)


def upgrade() -> None:
    _make_tables()
    sqlite = op.get_bind().dialect.name == "sqlite"
    for table, name, on_sqlite, elsewhere, constraint in COLUMNS:
        op.execute(f"ALTER TABLE {table} ADD COLUMN {name} {on_sqlite if sqlite else elsewhere} {constraint}")
    op.drop_index("ix_result_row_item", table_name="result_row")  # no question asks by item alone; it cost each row of an import


def downgrade() -> None:
    op.create_index("ix_result_row_item", "result_row", ["item", "id"], unique=False)
    for table, name, *_ in reversed(COLUMNS):
        op.execute(f"ALTER TABLE {table} DROP COLUMN {name}")
    _drop_tables()


def _make_tables() -> None:
    op.create_table(
        "api_key",
        sa.Column("org_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("prefix", sa.String(length=16), nullable=False),
        sa.Column("secret_sha256", sa.String(length=64), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("per_minute", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("created_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("last_used_at", sa.DateTime(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(), nullable=True),
        sa.Column("revoked_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("window_started_at", sa.DateTime(), nullable=True),
        sa.Column("window_count", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.CheckConstraint("per_minute BETWEEN 1 AND 6000", name=op.f("ck_api_key_rate_possible")),
        sa.ForeignKeyConstraint(["created_by_id"], ["user_account.id"], name=op.f("fk_api_key_created_by_id")),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_api_key_org_id")),
        sa.ForeignKeyConstraint(["revoked_by_id"], ["user_account.id"], name=op.f("fk_api_key_revoked_by_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_api_key_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_key")),
        sa.UniqueConstraint("prefix", name=op.f("uq_api_key_prefix")),
    )
    op.create_table(
        "layout_mapping",
        sa.Column("org_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("laboratory_org_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("header_sha256", sa.String(length=64), nullable=False),
        sa.Column("headers", sa.JSON(), nullable=False),
        sa.Column("header_rows", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("created_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("used", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("voided_at", sa.DateTime(), nullable=True),
        sa.Column("void_reason", sa.String(length=300), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.ForeignKeyConstraint(["created_by_id"], ["user_account.id"], name=op.f("fk_layout_mapping_created_by_id")),
        sa.ForeignKeyConstraint(
            ["laboratory_org_id"], ["organisation.id"], name=op.f("fk_layout_mapping_laboratory_org_id")
        ),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_layout_mapping_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_layout_mapping")),
    )
    op.create_table(
        "report_agreement",
        sa.Column("org_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("laboratory_org_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("agricultural", sa.Boolean(), nullable=True),
        sa.Column("working_days", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("document_no", sa.String(length=100), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=True),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("voided_at", sa.DateTime(), nullable=True),
        sa.Column("void_reason", sa.String(length=300), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.CheckConstraint("valid_to IS NULL OR valid_from <= valid_to", name=op.f("ck_report_agreement_valid_order")),
        sa.CheckConstraint("working_days BETWEEN 1 AND 120", name=op.f("ck_report_agreement_days_possible")),
        sa.ForeignKeyConstraint(
            ["laboratory_org_id"], ["organisation.id"], name=op.f("fk_report_agreement_laboratory_org_id")
        ),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_report_agreement_org_id")),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["user_account.id"], name=op.f("fk_report_agreement_recorded_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_agreement")),
    )
    op.create_table(
        "api_call",
        sa.Column("org_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("idempotency_key", sa.String(length=80), nullable=False),
        sa.Column("request_sha256", sa.String(length=64), nullable=False),
        sa.Column("method", sa.String(length=10), nullable=False),
        sa.Column("path", sa.String(length=300), nullable=False),
        sa.Column("status", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.ForeignKeyConstraint(["key_id"], ["api_key.id"], name=op.f("fk_api_call_key_id")),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_api_call_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_call")),
        sa.UniqueConstraint("key_id", "idempotency_key", name=op.f("uq_api_call_key_id_idempotency_key")),
    )
    op.create_table(
        "amendment_notice",
        sa.Column("org_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("from_org_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sample_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("text", sa.String(length=2000), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("created_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("read_at", sa.DateTime(), nullable=True),
        sa.Column("read_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.ForeignKeyConstraint(["created_by_id"], ["user_account.id"], name=op.f("fk_amendment_notice_created_by_id")),
        sa.ForeignKeyConstraint(["from_org_id"], ["organisation.id"], name=op.f("fk_amendment_notice_from_org_id")),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_amendment_notice_org_id")),
        sa.ForeignKeyConstraint(["read_by_id"], ["user_account.id"], name=op.f("fk_amendment_notice_read_by_id")),
        sa.ForeignKeyConstraint(["sample_id"], ["sample.id"], name=op.f("fk_amendment_notice_sample_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_amendment_notice")),
    )
    op.create_table(
        "external_finding",
        sa.Column("org_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("import_batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("line", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("row_sha256", sa.String(length=64), nullable=False),
        sa.Column("ordinal", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "list_kind",
            sa.Enum("合格公示", "不合格公示", name="list_kind", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.Column("number", sa.String(length=60), nullable=True),
        sa.Column("product_name", sa.String(length=300), nullable=True),
        sa.Column("producer_name", sa.String(length=300), nullable=True),
        sa.Column("producer_address", sa.String(length=400), nullable=True),
        sa.Column("sampled_name", sa.String(length=300), nullable=True),
        sa.Column("sampled_address", sa.String(length=400), nullable=True),
        sa.Column("spec", sa.String(length=200), nullable=True),
        sa.Column("brand", sa.String(length=200), nullable=True),
        sa.Column("made_written", sa.String(length=200), nullable=True),
        sa.Column("made_on", sa.Date(), nullable=True),
        sa.Column("category_written", sa.String(length=200), nullable=True),
        sa.Column("category_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("items", sa.JSON(), nullable=True),
        sa.Column("unread_items", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("notice_no", sa.String(length=200), nullable=True),
        sa.Column("noticed_on", sa.Date(), nullable=True),
        sa.Column("task_source", sa.String(length=300), nullable=True),
        sa.Column("laboratory", sa.String(length=200), nullable=True),
        sa.Column("url", sa.String(length=500), nullable=True),
        sa.Column("remark", sa.String(length=1000), nullable=True),
        sa.Column("cells", sa.JSON(), nullable=False),
        sa.Column("producer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("sampled_enterprise_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("sample_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("link_note", sa.String(length=300), nullable=True),
        sa.Column("linked_at", sa.DateTime(), nullable=True),
        sa.Column("linked_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("search_text", sa.String(length=1500), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("voided_at", sa.DateTime(), nullable=True),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.ForeignKeyConstraint(["category_id"], ["food_category.id"], name=op.f("fk_external_finding_category_id")),
        sa.ForeignKeyConstraint(
            ["import_batch_id"], ["import_batch.id"], name=op.f("fk_external_finding_import_batch_id")
        ),
        sa.ForeignKeyConstraint(["linked_by_id"], ["user_account.id"], name=op.f("fk_external_finding_linked_by_id")),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_external_finding_org_id")),
        sa.ForeignKeyConstraint(["producer_id"], ["enterprise.id"], name=op.f("fk_external_finding_producer_id")),
        sa.ForeignKeyConstraint(["sample_id"], ["sample.id"], name=op.f("fk_external_finding_sample_id")),
        sa.ForeignKeyConstraint(
            ["sampled_enterprise_id"], ["enterprise.id"], name=op.f("fk_external_finding_sampled_enterprise_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_external_finding")),
        sa.UniqueConstraint(
            "org_id", "row_sha256", "ordinal", name=op.f("uq_external_finding_org_id_row_sha256_ordinal")
        ),
    )
    op.create_table(
        "import_conflict",
        sa.Column("org_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("import_batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sample_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("report_no", sa.String(length=100), nullable=False),
        sa.Column("item", sa.String(length=200), nullable=False),
        sa.Column("field", sa.String(length=40), nullable=False),
        sa.Column("base", sa.String(length=2000), nullable=True),
        sa.Column("ours", sa.String(length=2000), nullable=True),
        sa.Column("theirs", sa.String(length=2000), nullable=True),
        sa.Column(
            "choice",
            sa.Enum("保留本系统", "采用新文件", name="choice", native_enum=False, create_constraint=True, length=20),
            nullable=True,
        ),
        sa.Column("reason", sa.String(length=300), nullable=True),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.Column("decided_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.CheckConstraint("choice IS NULL OR decided_at IS NOT NULL", name=op.f("ck_import_conflict_decided_when")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["user_account.id"], name=op.f("fk_import_conflict_decided_by_id")),
        sa.ForeignKeyConstraint(
            ["import_batch_id"], ["import_batch.id"], name=op.f("fk_import_conflict_import_batch_id")
        ),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_import_conflict_org_id")),
        sa.ForeignKeyConstraint(["sample_id"], ["sample.id"], name=op.f("fk_import_conflict_sample_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_conflict")),
        sa.UniqueConstraint("import_batch_id", "number", "report_no", "item", "field", name="uq_import_conflict_field"),
    )
    op.create_table(
        "result_review",
        sa.Column("org_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("laboratory_org_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("sample_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("import_batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("report_no", sa.String(length=100), nullable=True),
        sa.Column("levels", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("content", sa.JSON(), nullable=True),
        sa.Column("content_sha256", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "submitted",
                "checked",
                "approved",
                "returned",
                "withdrawn",
                name="reviewstate",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("submitted_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("submitted_at", sa.DateTime(), nullable=False),
        sa.Column("checked_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("checked_at", sa.DateTime(), nullable=True),
        sa.Column("approved_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("approved_at", sa.DateTime(), nullable=True),
        sa.Column("comment", sa.String(length=500), nullable=True),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.CheckConstraint(
            "state <> 'approved' OR approved_by_id IS NOT NULL", name=op.f("ck_result_review_approver_if_approved")
        ),
        sa.CheckConstraint(
            "state <> 'approved' OR levels < 2 OR checked_by_id IS NOT NULL",
            name=op.f("ck_result_review_checker_if_two_levels"),
        ),
        sa.CheckConstraint(
            "(sample_id IS NULL) <> (import_batch_id IS NULL)", name=op.f("ck_result_review_one_subject")
        ),
        sa.CheckConstraint(
            "approved_by_id IS NULL OR approved_by_id <> submitted_by_id", name=op.f("ck_result_review_two_people")
        ),
        sa.CheckConstraint(
            "approved_by_id IS NULL OR checked_by_id IS NULL OR approved_by_id <> checked_by_id",
            name=op.f("ck_result_review_three_people"),
        ),
        sa.CheckConstraint(
            "checked_by_id IS NULL OR checked_by_id <> submitted_by_id",
            name=op.f("ck_result_review_checker_is_another"),
        ),
        sa.ForeignKeyConstraint(["approved_by_id"], ["user_account.id"], name=op.f("fk_result_review_approved_by_id")),
        sa.ForeignKeyConstraint(["checked_by_id"], ["user_account.id"], name=op.f("fk_result_review_checked_by_id")),
        sa.ForeignKeyConstraint(
            ["import_batch_id"], ["import_batch.id"], name=op.f("fk_result_review_import_batch_id")
        ),
        sa.ForeignKeyConstraint(
            ["laboratory_org_id"], ["organisation.id"], name=op.f("fk_result_review_laboratory_org_id")
        ),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_result_review_org_id")),
        sa.ForeignKeyConstraint(["sample_id"], ["sample.id"], name=op.f("fk_result_review_sample_id")),
        sa.ForeignKeyConstraint(
            ["submitted_by_id"], ["user_account.id"], name=op.f("fk_result_review_submitted_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_result_review")),
    )
    op.create_table(
        "urgent_report",
        sa.Column("org_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("laboratory_org_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("sample_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "reported",
                "acknowledged",
                "cancelled",
                name="urgentstate",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("items", sa.String(length=600), nullable=False),
        sa.Column("trigger", sa.String(length=1000), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(), nullable=False),
        sa.Column("due_at", sa.DateTime(), nullable=False),
        sa.Column("due_why", sa.Text(), nullable=True),
        sa.Column("due_article", sa.String(length=300), nullable=True),
        sa.Column("fields", sa.JSON(), nullable=True),
        sa.Column("reported_at", sa.DateTime(), nullable=True),
        sa.Column("reported_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("acknowledged_at", sa.DateTime(), nullable=True),
        sa.Column("acknowledged_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("cancelled_at", sa.DateTime(), nullable=True),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.CheckConstraint(
            "state <> 'acknowledged' OR acknowledged_at IS NOT NULL", name=op.f("ck_urgent_report_acknowledged_when")
        ),
        sa.CheckConstraint(
            "state NOT IN ('reported', 'acknowledged') OR reported_at IS NOT NULL",
            name=op.f("ck_urgent_report_reported_when"),
        ),
        sa.ForeignKeyConstraint(
            ["acknowledged_by_id"], ["user_account.id"], name=op.f("fk_urgent_report_acknowledged_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["laboratory_org_id"], ["organisation.id"], name=op.f("fk_urgent_report_laboratory_org_id")
        ),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_urgent_report_org_id")),
        sa.ForeignKeyConstraint(["reported_by_id"], ["user_account.id"], name=op.f("fk_urgent_report_reported_by_id")),
        sa.ForeignKeyConstraint(["sample_id"], ["sample.id"], name=op.f("fk_urgent_report_sample_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_urgent_report")),
        sa.UniqueConstraint("org_id", "number", name=op.f("uq_urgent_report_org_id_number")),
        sa.UniqueConstraint("sample_id", name=op.f("uq_urgent_report_sample_id")),
    )
    op.create_table(
        "result_return",
        sa.Column("org_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("laboratory_org_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("sample_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("report_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("review_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("reason_code", sa.String(length=40), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("returned_at", sa.DateTime(), nullable=False),
        sa.Column("returned_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("resolved_at", sa.DateTime(), nullable=True),
        sa.Column("resolved_report_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.ForeignKeyConstraint(
            ["laboratory_org_id"], ["organisation.id"], name=op.f("fk_result_return_laboratory_org_id")
        ),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_result_return_org_id")),
        sa.ForeignKeyConstraint(["report_id"], ["result_report.id"], name=op.f("fk_result_return_report_id")),
        sa.ForeignKeyConstraint(
            ["resolved_report_id"], ["result_report.id"], name=op.f("fk_result_return_resolved_report_id")
        ),
        sa.ForeignKeyConstraint(["returned_by_id"], ["user_account.id"], name=op.f("fk_result_return_returned_by_id")),
        sa.ForeignKeyConstraint(["review_id"], ["result_review.id"], name=op.f("fk_result_return_review_id")),
        sa.ForeignKeyConstraint(["sample_id"], ["sample.id"], name=op.f("fk_result_return_sample_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_result_return")),
    )
    op.create_table(
        "verdict_decision",
        sa.Column("org_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sample_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("report_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("result_row_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("item", sa.String(length=200), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "待核项目审定", "人工改判", name="decision_kind", native_enum=False, create_constraint=True, length=20
            ),
            nullable=False,
        ),
        sa.Column(
            "lab_verdict",
            sa.Enum(
                "合格项",
                "不合格项",
                "问题项",
                "不判定项",
                "未检验",
                name="lab_verdict",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=True,
        ),
        sa.Column(
            "our_verdict",
            sa.Enum(
                "合格项",
                "不合格项",
                "问题项",
                "不判定项",
                "未检验",
                name="our_verdict",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column(
            "before",
            sa.Enum(
                "合格项",
                "不合格项",
                "问题项",
                "不判定项",
                "未检验",
                name="before",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("before_pending", sa.Boolean(), nullable=False),
        sa.Column(
            "proposed",
            sa.Enum(
                "合格项",
                "不合格项",
                "问题项",
                "不判定项",
                "未检验",
                name="proposed",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.String(length=600), nullable=False),
        sa.Column("basis", sa.String(length=300), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "proposed",
                "decided",
                "declined",
                "withdrawn",
                "lapsed",
                name="decisionstate",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("proposed_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("proposed_at", sa.DateTime(), nullable=False),
        sa.Column("decided_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.Column("comment", sa.String(length=600), nullable=True),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.CheckConstraint(
            "state <> 'decided' OR decided_by_id IS NOT NULL", name=op.f("ck_verdict_decision_decider_if_decided")
        ),
        sa.CheckConstraint(
            "decided_by_id IS NULL OR decided_by_id <> proposed_by_id", name=op.f("ck_verdict_decision_two_people")
        ),
        sa.ForeignKeyConstraint(["decided_by_id"], ["user_account.id"], name=op.f("fk_verdict_decision_decided_by_id")),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_verdict_decision_org_id")),
        sa.ForeignKeyConstraint(
            ["proposed_by_id"], ["user_account.id"], name=op.f("fk_verdict_decision_proposed_by_id")
        ),
        sa.ForeignKeyConstraint(["report_id"], ["result_report.id"], name=op.f("fk_verdict_decision_report_id")),
        sa.ForeignKeyConstraint(["result_row_id"], ["result_row.id"], name=op.f("fk_verdict_decision_result_row_id")),
        sa.ForeignKeyConstraint(["sample_id"], ["sample.id"], name=op.f("fk_verdict_decision_sample_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verdict_decision")),
    )
    op.create_index("ix_api_key_org", "api_key", ["org_id", "id"], unique=False)
    op.create_index("ix_api_key_user", "api_key", ["user_id", "id"], unique=False)
    op.create_index(
        "ix_layout_mapping_header", "layout_mapping", ["header_sha256", "laboratory_org_id", "id"], unique=False
    )
    op.create_index("ix_layout_mapping_org", "layout_mapping", ["org_id", "id"], unique=False)
    op.create_index(
        "ix_report_agreement_laboratory", "report_agreement", ["laboratory_org_id", "valid_from", "id"], unique=False
    )
    op.create_index("ix_report_agreement_org", "report_agreement", ["org_id", "id"], unique=False)
    op.create_index("ix_api_call_made", "api_call", ["made_at"], unique=False)
    op.create_index("ix_amendment_notice_org", "amendment_notice", ["org_id", "read_at", "id"], unique=False)
    op.create_index("ix_amendment_notice_sample", "amendment_notice", ["sample_id", "id"], unique=False)
    op.create_index("ix_external_finding_batch", "external_finding", ["import_batch_id", "line"], unique=False)
    op.create_index("ix_external_finding_number", "external_finding", ["number"], unique=False)
    op.create_index("ix_external_finding_org", "external_finding", ["org_id", "id"], unique=False)
    op.create_index("ix_external_finding_producer", "external_finding", ["producer_id", "id"], unique=False)
    op.create_index("ix_external_finding_sample", "external_finding", ["sample_id", "id"], unique=False)
    op.create_index("ix_external_finding_sampled", "external_finding", ["sampled_enterprise_id", "id"], unique=False)
    op.create_index("ix_import_conflict_sample", "import_conflict", ["sample_id", "id"], unique=False)
    op.create_index("ix_result_review_batch", "result_review", ["import_batch_id", "id"], unique=False)
    op.create_index("ix_result_review_laboratory", "result_review", ["laboratory_org_id", "state", "id"], unique=False)
    op.create_index("ix_result_review_org", "result_review", ["org_id", "state", "id"], unique=False)
    op.create_index("ix_result_review_sample", "result_review", ["sample_id", "id"], unique=False)
    op.create_index(
        "ix_urgent_report_laboratory", "urgent_report", ["laboratory_org_id", "state", "due_at", "id"], unique=False
    )
    op.create_index("ix_urgent_report_org", "urgent_report", ["org_id", "state", "due_at", "id"], unique=False)
    op.create_index(
        "ix_result_return_laboratory", "result_return", ["laboratory_org_id", "returned_at", "id"], unique=False
    )
    op.create_index("ix_result_return_org", "result_return", ["org_id", "returned_at", "id"], unique=False)
    op.create_index("ix_result_return_review", "result_return", ["review_id", "id"], unique=False)
    op.create_index("ix_result_return_sample", "result_return", ["sample_id", "id"], unique=False)
    op.create_index("ix_verdict_decision_org", "verdict_decision", ["org_id", "state", "id"], unique=False)
    op.create_index("ix_verdict_decision_row", "verdict_decision", ["result_row_id", "id"], unique=False)
    op.create_index("ix_verdict_decision_sample", "verdict_decision", ["sample_id", "id"], unique=False)
    op.create_index(
        "uq_verdict_decision_open",
        "verdict_decision",
        ["result_row_id"],
        unique=True,
        sqlite_where=sa.text("state = 'proposed'"),
        postgresql_where=sa.text("state = 'proposed'"),
    )


def _drop_tables() -> None:
    op.drop_table("verdict_decision")
    op.drop_table("result_return")
    op.drop_table("urgent_report")
    op.drop_table("result_review")
    op.drop_table("import_conflict")
    op.drop_table("external_finding")
    op.drop_table("amendment_notice")
    op.drop_table("api_call")
    op.drop_table("report_agreement")
    op.drop_table("layout_mapping")
    op.drop_table("api_key")

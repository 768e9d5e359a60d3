"""Disposal: legal clocks with extensions and pauses, official documents with their deliveries, and more of the record of a case.

Columns are added to ``disposal_case`` in place."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261128_disposal"
down_revision = "20261127_laboratory_results"
branch_labels = None
depends_on = None

MONEY = ("NUMERIC(24, 10)", "NUMERIC(24, 10)")
# table, name, type on SQLite, type on PostgreSQL, constraint
COLUMNS = (
    ("disposal_case", "stop_ordered", "BOOLEAN", "BOOLEAN", ""),
    ("disposal_case", "seal_ordered", "BOOLEAN", "BOOLEAN", ""),
    ("disposal_case", "recall_ordered", "BOOLEAN", "BOOLEAN", ""),
    ("disposal_case", "recall_level", "INTEGER", "BIGINT", ""),
    ("disposal_case", "goods_value", *MONEY, ""),
    ("disposal_case", "quantity_note", "VARCHAR(1000)", "VARCHAR(1000)", ""),
    ("disposal_case", "not_recalled", "VARCHAR(1000)", "VARCHAR(1000)", ""),
    ("disposal_case", "cause_codes", "VARCHAR(400)", "VARCHAR(400)", ""),
    ("disposal_case", "source_traced", "BOOLEAN", "BOOLEAN", ""),
    ("disposal_case", "source_producer", "VARCHAR(300)", "VARCHAR(300)", ""),
    ("disposal_case", "untraced", "VARCHAR(1000)", "VARCHAR(1000)", ""),
    ("disposal_case", "rectify_ordered", "BOOLEAN", "BOOLEAN", ""),
    ("disposal_case", "rectify_from", "DATE", "DATE", ""),
    ("disposal_case", "rectify_to", "DATE", "DATE", ""),
    ("disposal_case", "rectify_report", "BOOLEAN", "BOOLEAN", ""),
    ("disposal_case", "recheck_passed", "BOOLEAN", "BOOLEAN", ""),
    ("disposal_case", "other_measures", "VARCHAR(2000)", "VARCHAR(2000)", ""),
    ("disposal_case", "remark", "VARCHAR(1000)", "VARCHAR(1000)", ""),
    (
        "disposal_case",
        "exempted_by_id",
        "INTEGER",
        "BIGINT",
        "CONSTRAINT fk_disposal_case_exempted_by_id REFERENCES user_account (id)",
    ),
    ("organisation", "document_prefix", "VARCHAR(20)", "VARCHAR(20)", ""),
)


def upgrade() -> None:
    _make_tables()
    sqlite = op.get_bind().dialect.name == "sqlite"
    for table, name, on_sqlite, elsewhere, constraint in COLUMNS:
        op.execute(f"ALTER TABLE {table} ADD COLUMN {name} {on_sqlite if sqlite else elsewhere} {constraint}")


def downgrade() -> None:
    for table, name, *_ in reversed(COLUMNS):
        op.execute(f"ALTER TABLE {table} DROP COLUMN {name}")
    _drop_tables()


def _make_tables() -> None:
    op.create_table(
        "case_answer",
        sa.Column("org_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("question", sa.String(length=40), nullable=False),
        sa.Column("answer", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=True),
        sa.Column("answered_at", sa.DateTime(), nullable=False),
        sa.Column("answered_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("superseded_at", sa.DateTime(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.ForeignKeyConstraint(["answered_by_id"], ["user_account.id"], name=op.f("fk_case_answer_answered_by_id")),
        sa.ForeignKeyConstraint(["case_id"], ["disposal_case.id"], name=op.f("fk_case_answer_case_id")),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_case_answer_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_answer")),
    )
    op.create_table(
        "case_follow_up",
        sa.Column("org_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sample_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("linked_at", sa.DateTime(), nullable=False),
        sa.Column("linked_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("note", sa.String(length=300), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["disposal_case.id"], name=op.f("fk_case_follow_up_case_id")),
        sa.ForeignKeyConstraint(["linked_by_id"], ["user_account.id"], name=op.f("fk_case_follow_up_linked_by_id")),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_case_follow_up_org_id")),
        sa.ForeignKeyConstraint(["sample_id"], ["sample.id"], name=op.f("fk_case_follow_up_sample_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_follow_up")),
        sa.UniqueConstraint("case_id", "sample_id", name=op.f("uq_case_follow_up_case_id_sample_id")),
    )
    op.create_table(
        "case_publication",
        sa.Column("org_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "不合格产品信息",
                "核查处置情况",
                "行政处罚信息",
                name="publication_kind",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("document_no", sa.String(length=100), nullable=True),
        sa.Column("url", sa.String(length=500), nullable=True),
        sa.Column("published_on", sa.Date(), nullable=False),
        sa.Column("remove_due_on", sa.Date(), nullable=True),
        sa.Column("removed_on", sa.Date(), nullable=True),
        sa.Column("removal_reason", sa.String(length=500), nullable=True),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("voided_at", sa.DateTime(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.CheckConstraint(
            "removed_on IS NULL OR published_on <= removed_on", name=op.f("ck_case_publication_removal_order")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["disposal_case.id"], name=op.f("fk_case_publication_case_id")),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_case_publication_org_id")),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["user_account.id"], name=op.f("fk_case_publication_recorded_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_publication")),
    )
    op.create_table(
        "case_quantity",
        sa.Column("org_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "生产（购进）",
                "已销售",
                "库存",
                "封存",
                "销毁",
                "其他去向",
                "召回",
                name="quantity_kind",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("amount", sa.Numeric(precision=24, scale=10), nullable=False),
        sa.Column("unit", sa.String(length=20), nullable=False),
        sa.Column("kilograms", sa.Numeric(precision=24, scale=10), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.CheckConstraint(
            "amount >= 0 AND (kilograms IS NULL OR kilograms >= 0)", name=op.f("ck_case_quantity_not_negative")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["disposal_case.id"], name=op.f("fk_case_quantity_case_id")),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_case_quantity_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_quantity")),
        sa.UniqueConstraint("case_id", "kind", name=op.f("uq_case_quantity_case_id_kind")),
    )
    op.create_table(
        "legal_clock",
        sa.Column("org_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("subject_kind", sa.String(length=30), nullable=False),
        sa.Column("subject_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sample_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("duty_of", sa.String(length=100), nullable=False),
        sa.Column("subject_name", sa.String(length=300), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("start_event", sa.String(length=200), nullable=False),
        sa.Column("rule_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("extended", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("due_at", sa.DateTime(), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("article", sa.String(length=300), nullable=False),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("done_note", sa.String(length=200), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["disposal_case.id"], name=op.f("fk_legal_clock_case_id")),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_legal_clock_org_id")),
        sa.ForeignKeyConstraint(["rule_id"], ["deadline_rule.id"], name=op.f("fk_legal_clock_rule_id")),
        sa.ForeignKeyConstraint(["sample_id"], ["sample.id"], name=op.f("fk_legal_clock_sample_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legal_clock")),
        sa.UniqueConstraint(
            "subject_kind", "subject_id", "code", name=op.f("uq_legal_clock_subject_kind_subject_id_code")
        ),
    )
    op.create_table(
        "official_document",
        sa.Column("org_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=True),
        sa.Column("sample_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("about_kind", sa.String(length=30), nullable=True),
        sa.Column("about_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "side",
            sa.Enum(
                "被抽样单位",
                "标称生产企业",
                "集中交易市场开办者",
                "网络食品交易第三方平台",
                "其他",
                name="side",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("recipient", sa.String(length=300), nullable=False),
        sa.Column("recipient_address", sa.String(length=400), nullable=True),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "drafted",
                "issued",
                "delivered",
                "voided",
                name="documentstate",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("issued_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("template_sha256", sa.String(length=64), nullable=True),
        sa.Column("delivered_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("created_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("void_reason", sa.String(length=300), nullable=True),
        sa.Column("submission_key", sa.String(length=60), nullable=True),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.CheckConstraint(
            "state <> 'delivered' OR delivered_on IS NOT NULL", name=op.f("ck_official_document_delivered_when")
        ),
        sa.CheckConstraint(
            "state NOT IN ('issued', 'delivered') OR number IS NOT NULL",
            name=op.f("ck_official_document_numbered_if_issued"),
        ),
        sa.CheckConstraint(
            "delivered_on IS NULL OR issued_on IS NULL OR issued_on <= delivered_on",
            name=op.f("ck_official_document_date_order"),
        ),
        sa.ForeignKeyConstraint(["case_id"], ["disposal_case.id"], name=op.f("fk_official_document_case_id")),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["user_account.id"], name=op.f("fk_official_document_created_by_id")
        ),
        sa.ForeignKeyConstraint(["issued_by_id"], ["user_account.id"], name=op.f("fk_official_document_issued_by_id")),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_official_document_org_id")),
        sa.ForeignKeyConstraint(["sample_id"], ["sample.id"], name=op.f("fk_official_document_sample_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_official_document")),
        sa.UniqueConstraint("org_id", "number", name=op.f("uq_official_document_org_id_number")),
    )
    op.create_table(
        "clock_change",
        sa.Column("org_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("clock_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("延长", "中止", name="change_kind", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.Column("amount", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("from_on", sa.Date(), nullable=True),
        sa.Column("to_on", sa.Date(), nullable=True),
        sa.Column("document_no", sa.String(length=100), nullable=False),
        sa.Column("attachment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "asked",
                "approved",
                "declined",
                "voided",
                name="clockchangestate",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("asked_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("decided_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.Column("decision", sa.String(length=500), nullable=True),
        sa.Column("due_before", sa.Date(), nullable=True),
        sa.Column("due_after", sa.Date(), nullable=True),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.CheckConstraint("kind <> '中止' OR from_on IS NOT NULL", name=op.f("ck_clock_change_pause_has_a_start")),
        sa.CheckConstraint("kind <> '延长' OR amount > 0", name=op.f("ck_clock_change_extension_is_long")),
        sa.CheckConstraint(
            "state <> 'approved' OR decided_by_id IS NOT NULL", name=op.f("ck_clock_change_decider_if_approved")
        ),
        sa.CheckConstraint(
            "decided_by_id IS NULL OR decided_by_id <> asked_by_id", name=op.f("ck_clock_change_two_people")
        ),
        sa.CheckConstraint("to_on IS NULL OR from_on <= to_on", name=op.f("ck_clock_change_pause_order")),
        sa.ForeignKeyConstraint(["asked_by_id"], ["user_account.id"], name=op.f("fk_clock_change_asked_by_id")),
        sa.ForeignKeyConstraint(["attachment_id"], ["attachment.id"], name=op.f("fk_clock_change_attachment_id")),
        sa.ForeignKeyConstraint(["clock_id"], ["legal_clock.id"], name=op.f("fk_clock_change_clock_id")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["user_account.id"], name=op.f("fk_clock_change_decided_by_id")),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_clock_change_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clock_change")),
    )
    op.create_table(
        "document_delivery",
        sa.Column("org_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("document_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "way",
            sa.Enum(
                "直接送达",
                "留置送达",
                "邮寄送达",
                "委托送达",
                "电子送达",
                "公告送达",
                name="deliveryway",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("sent_on", sa.Date(), nullable=False),
        sa.Column("delivered_on", sa.Date(), nullable=True),
        sa.Column("place", sa.String(length=300), nullable=True),
        sa.Column("receiver", sa.String(length=100), nullable=True),
        sa.Column("relation", sa.String(length=60), nullable=True),
        sa.Column("mail_no", sa.String(length=60), nullable=True),
        sa.Column("notice_place", sa.String(length=300), nullable=True),
        sa.Column("witnesses", sa.String(length=200), nullable=True),
        sa.Column("refusal", sa.String(length=300), nullable=True),
        sa.Column("servers", sa.String(length=200), nullable=False),
        sa.Column("remark", sa.String(length=500), nullable=True),
        sa.Column("attachment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("voided_at", sa.DateTime(), nullable=True),
        sa.Column("void_reason", sa.String(length=300), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.CheckConstraint(
            "delivered_on IS NULL OR sent_on <= delivered_on", name=op.f("ck_document_delivery_delivery_order")
        ),
        sa.ForeignKeyConstraint(["attachment_id"], ["attachment.id"], name=op.f("fk_document_delivery_attachment_id")),
        sa.ForeignKeyConstraint(
            ["document_id"], ["official_document.id"], name=op.f("fk_document_delivery_document_id")
        ),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_document_delivery_org_id")),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["user_account.id"], name=op.f("fk_document_delivery_recorded_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_delivery")),
    )
    op.create_index("ix_case_answer_case", "case_answer", ["case_id", "question", "id"], unique=False)
    op.create_index("ix_case_follow_up_sample", "case_follow_up", ["sample_id"], unique=False)
    op.create_index("ix_case_publication_case", "case_publication", ["case_id", "id"], unique=False)
    op.create_index("ix_legal_clock_case", "legal_clock", ["case_id", "id"], unique=False)
    op.create_index("ix_legal_clock_org", "legal_clock", ["org_id", "due_on", "id"], unique=False)
    op.create_index(
        "ix_legal_clock_running",
        "legal_clock",
        ["org_id", "due_on", "id"],
        unique=False,
        sqlite_where=sa.text("done_on IS NULL AND cancelled_at IS NULL"),
        postgresql_where=sa.text("done_on IS NULL AND cancelled_at IS NULL"),
    )
    op.create_index("ix_legal_clock_sample", "legal_clock", ["sample_id", "id"], unique=False)
    op.create_index("ix_official_document_case", "official_document", ["case_id", "id"], unique=False)
    op.create_index("ix_official_document_org", "official_document", ["org_id", "state", "id"], unique=False)
    op.create_index("ix_official_document_sample", "official_document", ["sample_id", "id"], unique=False)
    op.create_index("uq_official_document_submission", "official_document", ["submission_key"], unique=True)
    op.create_index("ix_clock_change_clock", "clock_change", ["clock_id", "id"], unique=False)
    op.create_index("ix_clock_change_org", "clock_change", ["org_id", "state", "id"], unique=False)
    op.create_index("ix_document_delivery_document", "document_delivery", ["document_id", "id"], unique=False)


def _drop_tables() -> None:
    op.drop_table("document_delivery")
    op.drop_table("clock_change")
    op.drop_table("official_document")
    op.drop_table("legal_clock")
    op.drop_table("case_quantity")
    op.drop_table("case_publication")
    op.drop_table("case_follow_up")
    op.drop_table("case_answer")

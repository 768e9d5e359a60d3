"""Plans and sampling: yearly plans with quotas, assignments, draws, exemptions, custody, printing, rapid tests.

Columns are added to ``sample`` in place and its CHECK on ``state`` is widened in place: a table of a million rows, referred to by
many, is not copied. On SQLite that is the documented way for a change that leaves the rows as they are (writable_schema).
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261126_plans_and_sampling"
down_revision = "20261122_foundation"
branch_labels = None
depends_on = None

STATES = ("registered", "reported", "refused", "not_found", "voided")
NEW_STATES = ("returned", "rejected")
SPECIAL = ("案件稽查", "事故调查", "应急处置")
# name, type on SQLite, type on PostgreSQL, constraint
SAMPLE_COLUMNS = (
    ("plan_id", "INTEGER", "BIGINT", "CONSTRAINT fk_sample_plan_id REFERENCES sampling_plan (id)"),
    ("assignment_id", "INTEGER", "BIGINT", "CONSTRAINT fk_sample_assignment_id REFERENCES sampling_assignment (id)"),
    ("special_sampling", "VARCHAR(20)", "VARCHAR(20)", "CONSTRAINT ck_sample_specialsampling CHECK ({special})"),
    ("expires_on", "DATE", "DATE", ""),
    ("submission_key", "VARCHAR(40)", "VARCHAR(40)", ""),
)
SAMPLE_INDEXES = (
    ("ix_sample_plan", ["plan_id", "id"], False),
    ("ix_sample_assignment", ["assignment_id", "id"], False),
    ("ix_sample_created_by", ["created_by_id", "id"], False),
    ("uq_sample_submission_key", ["submission_key"], True),
    ("ix_sample_sampled_name", ["sampled_name", "id"], False),
    ("ix_sample_producer_name", ["producer_name", "id"], False),
)


def upgrade() -> None:
    _make_tables()
    sqlite = op.get_bind().dialect.name == "sqlite"
    special = " OR ".join(f"special_sampling = '{word}'" for word in SPECIAL)
    for name, on_sqlite, elsewhere, constraint in SAMPLE_COLUMNS:
        kind = on_sqlite if sqlite else elsewhere
        op.execute(f"ALTER TABLE sample ADD COLUMN {name} {kind} {constraint.format(special=special)}")
    for name, columns, unique in SAMPLE_INDEXES:
        op.create_index(name, "sample", columns, unique=unique)
    registered = sa.text("state = 'registered'")
    op.create_index(
        "ix_sample_waiting",
        "sample",
        ["sampled_on", "region_id", "org_id"],
        sqlite_where=registered,
        postgresql_where=registered,
    )
    _check_states(STATES, (*STATES, *NEW_STATES))


def downgrade() -> None:
    if op.get_bind().scalar(sa.text("SELECT count(*) FROM sample WHERE state IN ('returned', 'rejected')")):
        raise RuntimeError("有退回修改或被拒收的样品，上一版本没有这两种状态，不能降级")
    _check_states((*STATES, *NEW_STATES), STATES)
    op.drop_index("ix_sample_waiting", table_name="sample")
    for name, _, _ in SAMPLE_INDEXES:
        op.drop_index(name, table_name="sample")
    for name, *_ in reversed(SAMPLE_COLUMNS):
        op.execute(f"ALTER TABLE sample DROP COLUMN {name}")
    _drop_tables()


def _check_states(before: tuple[str, ...], after: tuple[str, ...]) -> None:
    bind = op.get_bind()
    if bind.dialect.name != "sqlite":
        op.execute("ALTER TABLE sample DROP CONSTRAINT ck_sample_samplestate")
        allowed = ", ".join(f"'{state}'" for state in after)
        op.execute(f"ALTER TABLE sample ADD CONSTRAINT ck_sample_samplestate CHECK (state IN ({allowed}))")
        return
    said, to_say = (" OR ".join(f"state = '{state}'" for state in states) for states in (before, after))
    seen = bind.scalar(sa.text("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = 'sample'"))
    if said not in seen:
        raise RuntimeError("the CHECK on sample.state is not what the foundation made")
    schema = bind.scalar(sa.text("PRAGMA schema_version"))
    op.execute("PRAGMA writable_schema = ON")
    bind.execute(
        sa.text("UPDATE sqlite_master SET sql = replace(sql, :said, :to_say) WHERE type = 'table' AND name = 'sample'"),
        {"said": said, "to_say": to_say},
    )
    op.execute(f"PRAGMA schema_version = {schema + 1}")
    op.execute("PRAGMA writable_schema = OFF")


def _make_tables() -> None:
    op.create_table(
        "cap_rule",
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column(
            "subject",
            sa.Enum(
                "同一生产者同名同批次产品",
                "同一被抽样单位",
                "同一生产者同一食品大类",
                name="capsubject",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column(
            "cap_window",
            sa.Enum(
                "不限期间",
                "自然季度",
                "连续天数",
                name="capwindow",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("days", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("maximum", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "link",
            sa.Enum("生产", "流通", "餐饮", "网络", name="link", native_enum=False, create_constraint=True, length=20),
            nullable=True,
        ),
        sa.Column(
            "level",
            sa.Enum(
                "国家级", "省级", "市级", "县级", name="level", native_enum=False, create_constraint=True, length=20
            ),
            nullable=True,
        ),
        sa.Column("online_exempt", sa.Boolean(), nullable=False),
        sa.Column("blocking", sa.Boolean(), nullable=False),
        sa.Column("article", sa.String(length=300), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column(
            "confidence",
            sa.Enum("已核", "待核", name="confidence", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("superseded_at", sa.DateTime(), nullable=True),
        sa.Column("shipped", sa.Boolean(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cap_rule")),
        sa.UniqueConstraint("code", "valid_from", "recorded_at", name=op.f("uq_cap_rule_code_valid_from_recorded_at")),
    )
    op.create_table(
        "wide_summary",
        sa.Column("region_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("month", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("category_root_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("domain", sa.String(length=20), nullable=False),
        sa.Column("organiser_level", sa.String(length=20), nullable=False),
        sa.Column("supervision", sa.String(length=20), nullable=False),
        sa.Column("monitoring", sa.String(length=20), nullable=False),
        sa.Column("has_residue", sa.Boolean(), nullable=False),
        sa.Column("batches", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wide_summary")),
        sa.UniqueConstraint(
            "region_id",
            "month",
            "category_root_id",
            "purpose",
            "domain",
            "organiser_level",
            "supervision",
            "monitoring",
            "has_residue",
            name="uq_wide_summary_key",
        ),
    )
    op.create_table(
        "document_template",
        sa.Column("org_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("filename", sa.String(length=200), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("superseded_at", sa.DateTime(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_document_template_org_id")),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["user_account.id"], name=op.f("fk_document_template_recorded_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_template")),
    )
    op.create_index("ix_document_template_kind", "document_template", ["org_id", "kind", "id"], unique=False)
    op.create_index(
        "uq_document_template_in_force",
        "document_template",
        ["org_id", "kind"],
        unique=True,
        sqlite_where=sa.text("superseded_at IS NULL"),
        postgresql_where=sa.text("superseded_at IS NULL"),
    )
    op.create_table(
        "form_draft",
        sa.Column("org_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("draft_key", sa.String(length=40), nullable=False),
        sa.Column("form", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("subject_version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("title", sa.String(length=200), nullable=True),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("saved_at", sa.DateTime(), nullable=False),
        sa.Column("revision", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("tab", sa.String(length=40), nullable=True),
        sa.Column("closed_at", sa.DateTime(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_form_draft_org_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_form_draft_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_form_draft")),
        sa.UniqueConstraint("user_id", "draft_key", name=op.f("uq_form_draft_user_id_draft_key")),
    )
    op.create_index("ix_form_draft_user", "form_draft", ["user_id", "form", "saved_at"], unique=False)
    op.create_table(
        "lab_capacity",
        sa.Column("org_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("laboratory_org_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("per_week", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("superseded_at", sa.DateTime(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.CheckConstraint("per_week >= 0", name=op.f("ck_lab_capacity_per_week_not_negative")),
        sa.CheckConstraint("valid_to IS NULL OR valid_from <= valid_to", name=op.f("ck_lab_capacity_from_before_to")),
        sa.ForeignKeyConstraint(
            ["laboratory_org_id"], ["organisation.id"], name=op.f("fk_lab_capacity_laboratory_org_id")
        ),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_lab_capacity_org_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["user_account.id"], name=op.f("fk_lab_capacity_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lab_capacity")),
    )
    op.create_index("ix_lab_capacity_org", "lab_capacity", ["org_id", "laboratory_org_id"], unique=False)
    op.create_index(
        "uq_lab_capacity_in_force",
        "lab_capacity",
        ["org_id", "laboratory_org_id", "valid_from"],
        unique=True,
        sqlite_where=sa.text("superseded_at IS NULL"),
        postgresql_where=sa.text("superseded_at IS NULL"),
    )
    op.create_table(
        "printed_document",
        sa.Column("org_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("subject_kind", sa.String(length=30), nullable=False),
        sa.Column("subject_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("subject_version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("number", sa.String(length=60), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("template_sha256", sa.String(length=64), nullable=True),
        sa.Column("copies", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("printed_at", sa.DateTime(), nullable=False),
        sa.Column("printed_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_printed_document_org_id")),
        sa.ForeignKeyConstraint(["printed_by_id"], ["user_account.id"], name=op.f("fk_printed_document_printed_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_printed_document")),
    )
    op.create_index(
        "ix_printed_document_subject", "printed_document", ["subject_kind", "subject_id", "id"], unique=False
    )
    op.create_table(
        "rule_exemption",
        sa.Column("org_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("抽样频次上限", name="exemptionkind", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.Column("rule_code", sa.String(length=40), nullable=False),
        sa.Column("subject_key", sa.String(length=400), nullable=False),
        sa.Column("subject_name", sa.String(length=400), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "asked",
                "approved",
                "declined",
                "revoked",
                name="exemptionstate",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("batches", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("used", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("earlier", sa.Text(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("asked_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.Column("decided_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("decision", sa.String(length=500), nullable=True),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.CheckConstraint("decided_by_id <> asked_by_id", name=op.f("ck_rule_exemption_two_people")),
        sa.CheckConstraint("used >= 0 AND used <= batches", name=op.f("ck_rule_exemption_not_used_up")),
        sa.CheckConstraint("valid_from <= valid_to", name=op.f("ck_rule_exemption_from_before_to")),
        sa.ForeignKeyConstraint(["asked_by_id"], ["user_account.id"], name=op.f("fk_rule_exemption_asked_by_id")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["user_account.id"], name=op.f("fk_rule_exemption_decided_by_id")),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_rule_exemption_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_exemption")),
        sa.UniqueConstraint("number", name=op.f("uq_rule_exemption_number")),
    )
    op.create_index("ix_rule_exemption_asked", "rule_exemption", ["org_id", "asked_at", "id"], unique=False)
    op.create_index("ix_rule_exemption_org", "rule_exemption", ["org_id", "state", "id"], unique=False)
    op.create_index("ix_rule_exemption_subject", "rule_exemption", ["rule_code", "subject_key"], unique=False)
    op.create_table(
        "sampling_plan",
        sa.Column("org_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("parent_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("region_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("year", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column(
            "level",
            sa.Enum(
                "国家级", "省级", "市级", "县级", name="level", native_enum=False, create_constraint=True, length=20
            ),
            nullable=False,
        ),
        sa.Column(
            "purpose",
            sa.Enum(
                "监督抽检",
                "抽检监测",
                "风险监测",
                "评价性抽检",
                name="purpose",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("special", sa.Boolean(), nullable=False),
        sa.Column("total", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "submitted",
                "approved",
                "issued",
                "amending",
                "closed",
                "voided",
                name="planstate",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("edition", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number_prefix", sa.String(length=3), nullable=True),
        sa.Column("number_unit", sa.String(length=5), nullable=True),
        sa.Column("number_suffix", sa.String(length=4), nullable=True),
        sa.Column("note", sa.String(length=1000), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("created_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("submitted_at", sa.DateTime(), nullable=True),
        sa.Column("submitted_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("approved_at", sa.DateTime(), nullable=True),
        sa.Column("approved_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("issued_at", sa.DateTime(), nullable=True),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.CheckConstraint("approved_by_id <> submitted_by_id", name=op.f("ck_sampling_plan_two_people")),
        sa.CheckConstraint("total >= 0", name=op.f("ck_sampling_plan_total_not_negative")),
        sa.ForeignKeyConstraint(["approved_by_id"], ["user_account.id"], name=op.f("fk_sampling_plan_approved_by_id")),
        sa.ForeignKeyConstraint(["created_by_id"], ["user_account.id"], name=op.f("fk_sampling_plan_created_by_id")),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_sampling_plan_org_id")),
        sa.ForeignKeyConstraint(["parent_id"], ["sampling_plan.id"], name=op.f("fk_sampling_plan_parent_id")),
        sa.ForeignKeyConstraint(["region_id"], ["region.id"], name=op.f("fk_sampling_plan_region_id")),
        sa.ForeignKeyConstraint(
            ["submitted_by_id"], ["user_account.id"], name=op.f("fk_sampling_plan_submitted_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sampling_plan")),
        sa.UniqueConstraint("org_id", "year", "name", name=op.f("uq_sampling_plan_org_id_year_name")),
    )
    op.create_index("ix_sampling_plan_region", "sampling_plan", ["region_id", "year"], unique=False)
    op.create_table(
        "sheet_template",
        sa.Column("org_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("voided_at", sa.DateTime(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_sheet_template_org_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_sheet_template_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sheet_template")),
    )
    op.create_index("ix_sheet_template_user", "sheet_template", ["org_id", "user_id", "id"], unique=False)
    op.create_table(
        "drawing",
        sa.Column("org_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "抽样对象",
                "抽样人员",
                "承检机构",
                name="drawkind",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("plan_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "committed",
                "drawn",
                "voided",
                name="drawingstate",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("take", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("method", sa.String(length=40), nullable=False),
        sa.Column("pool_text", sa.Text(), nullable=False),
        sa.Column("pool_sha256", sa.String(length=64), nullable=False),
        sa.Column("commitment", sa.String(length=64), nullable=False),
        sa.Column("secret", sa.String(length=64), nullable=False),
        sa.Column("public_word", sa.String(length=200), nullable=True),
        sa.Column("seed", sa.String(length=64), nullable=True),
        sa.Column("witness", sa.String(length=100), nullable=True),
        sa.Column("submission_key", sa.String(length=60), nullable=True),
        sa.Column("committed_at", sa.DateTime(), nullable=False),
        sa.Column("committed_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("drawn_at", sa.DateTime(), nullable=True),
        sa.Column("drawn_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.CheckConstraint("take > 0", name=op.f("ck_drawing_take_positive")),
        sa.ForeignKeyConstraint(["committed_by_id"], ["user_account.id"], name=op.f("fk_drawing_committed_by_id")),
        sa.ForeignKeyConstraint(["drawn_by_id"], ["user_account.id"], name=op.f("fk_drawing_drawn_by_id")),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_drawing_org_id")),
        sa.ForeignKeyConstraint(["plan_id"], ["sampling_plan.id"], name=op.f("fk_drawing_plan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drawing")),
        sa.UniqueConstraint("org_id", "number", name=op.f("uq_drawing_org_id_number")),
    )
    op.create_index("ix_drawing_org", "drawing", ["org_id", "id"], unique=False)
    op.create_index("uq_drawing_submission_key", "drawing", ["submission_key"], unique=True)
    op.create_table(
        "plan_item_set",
        sa.Column("org_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("plan_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("category_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=True),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("superseded_at", sa.DateTime(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.ForeignKeyConstraint(["category_id"], ["food_category.id"], name=op.f("fk_plan_item_set_category_id")),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_plan_item_set_org_id")),
        sa.ForeignKeyConstraint(["plan_id"], ["sampling_plan.id"], name=op.f("fk_plan_item_set_plan_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["user_account.id"], name=op.f("fk_plan_item_set_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_item_set")),
    )
    op.create_index("ix_plan_item_set_plan", "plan_item_set", ["plan_id", "category_id"], unique=False)
    op.create_index(
        "uq_plan_item_set_in_force",
        "plan_item_set",
        ["plan_id", "category_id"],
        unique=True,
        sqlite_where=sa.text("superseded_at IS NULL"),
        postgresql_where=sa.text("superseded_at IS NULL"),
    )
    op.create_table(
        "plan_quota",
        sa.Column("org_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("plan_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("cell", sa.String(length=80), nullable=False),
        sa.Column("category_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("region_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "link",
            sa.Enum("生产", "流通", "餐饮", "网络", name="link", native_enum=False, create_constraint=True, length=20),
            nullable=True,
        ),
        sa.Column("month", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "area_type",
            sa.Enum("城市", "乡村", "景点", name="areatype", native_enum=False, create_constraint=True, length=20),
            nullable=True,
        ),
        sa.Column("batches", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=True),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("superseded_at", sa.DateTime(), nullable=True),
        sa.Column("superseded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("superseded_reason", sa.String(length=300), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.CheckConstraint("batches >= 0", name=op.f("ck_plan_quota_batches_not_negative")),
        sa.CheckConstraint("month IS NULL OR (month >= 1 AND month <= 12)", name=op.f("ck_plan_quota_month_of_year")),
        sa.ForeignKeyConstraint(["category_id"], ["food_category.id"], name=op.f("fk_plan_quota_category_id")),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_plan_quota_org_id")),
        sa.ForeignKeyConstraint(["plan_id"], ["sampling_plan.id"], name=op.f("fk_plan_quota_plan_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["user_account.id"], name=op.f("fk_plan_quota_recorded_by_id")),
        sa.ForeignKeyConstraint(["region_id"], ["region.id"], name=op.f("fk_plan_quota_region_id")),
        sa.ForeignKeyConstraint(["superseded_by_id"], ["user_account.id"], name=op.f("fk_plan_quota_superseded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_quota")),
    )
    op.create_index("ix_plan_quota_plan", "plan_quota", ["plan_id", "id"], unique=False)
    op.create_index(
        "uq_plan_quota_cell",
        "plan_quota",
        ["plan_id", "cell"],
        unique=True,
        sqlite_where=sa.text("superseded_at IS NULL"),
        postgresql_where=sa.text("superseded_at IS NULL"),
    )
    op.create_table(
        "drawing_entry",
        sa.Column("org_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("drawing_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ordinal", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("subject_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("code", sa.String(length=60), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("weight", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("weight_why", sa.String(length=200), nullable=True),
        sa.Column("excluded_why", sa.String(length=200), nullable=True),
        sa.Column("drawn_rank", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.CheckConstraint("weight >= 0", name=op.f("ck_drawing_entry_weight_not_negative")),
        sa.ForeignKeyConstraint(["drawing_id"], ["drawing.id"], name=op.f("fk_drawing_entry_drawing_id")),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_drawing_entry_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drawing_entry")),
        sa.UniqueConstraint("drawing_id", "ordinal", name=op.f("uq_drawing_entry_drawing_id_ordinal")),
    )
    op.create_table(
        "plan_item",
        sa.Column("org_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("set_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ordinal", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("item", sa.String(length=200), nullable=False),
        sa.Column(
            "item_kind",
            sa.Enum("抽检项目", "监测项目", name="itemkind", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.Column("required", sa.Boolean(), nullable=False),
        sa.Column("method", sa.String(length=400), nullable=True),
        sa.Column("basis", sa.String(length=400), nullable=True),
        sa.Column("min_text", sa.String(length=100), nullable=True),
        sa.Column("max_text", sa.String(length=100), nullable=True),
        sa.Column("unit", sa.String(length=40), nullable=True),
        sa.Column("note", sa.String(length=300), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_plan_item_org_id")),
        sa.ForeignKeyConstraint(["set_id"], ["plan_item_set.id"], name=op.f("fk_plan_item_set_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_item")),
        sa.UniqueConstraint("set_id", "ordinal", name=op.f("uq_plan_item_set_id_ordinal")),
    )
    op.create_table(
        "sampling_assignment",
        sa.Column("org_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("plan_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("drawing_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("category_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("region_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "link",
            sa.Enum("生产", "流通", "餐饮", "网络", name="link", native_enum=False, create_constraint=True, length=20),
            nullable=True,
        ),
        sa.Column("enterprise_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("batches", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=False),
        sa.Column("laboratory_org_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "assigned",
                "accepted",
                "declined",
                "finished",
                "cancelled",
                name="assignmentstate",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("note", sa.String(length=1000), nullable=True),
        sa.Column("submission_key", sa.String(length=60), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("created_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.CheckConstraint("batches > 0", name=op.f("ck_sampling_assignment_batches_positive")),
        sa.CheckConstraint("from_on <= to_on", name=op.f("ck_sampling_assignment_from_before_to")),
        sa.ForeignKeyConstraint(["category_id"], ["food_category.id"], name=op.f("fk_sampling_assignment_category_id")),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["user_account.id"], name=op.f("fk_sampling_assignment_created_by_id")
        ),
        sa.ForeignKeyConstraint(["drawing_id"], ["drawing.id"], name=op.f("fk_sampling_assignment_drawing_id")),
        sa.ForeignKeyConstraint(
            ["enterprise_id"], ["enterprise.id"], name=op.f("fk_sampling_assignment_enterprise_id")
        ),
        sa.ForeignKeyConstraint(
            ["laboratory_org_id"], ["organisation.id"], name=op.f("fk_sampling_assignment_laboratory_org_id")
        ),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_sampling_assignment_org_id")),
        sa.ForeignKeyConstraint(["plan_id"], ["sampling_plan.id"], name=op.f("fk_sampling_assignment_plan_id")),
        sa.ForeignKeyConstraint(["region_id"], ["region.id"], name=op.f("fk_sampling_assignment_region_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sampling_assignment")),
        sa.UniqueConstraint("org_id", "number", name=op.f("uq_sampling_assignment_org_id_number")),
    )
    op.create_index("ix_sampling_assignment_drawing", "sampling_assignment", ["drawing_id", "id"], unique=False)
    op.create_index("ix_sampling_assignment_lab", "sampling_assignment", ["laboratory_org_id", "id"], unique=False)
    op.create_index("ix_sampling_assignment_org", "sampling_assignment", ["org_id", "state", "id"], unique=False)
    op.create_index("ix_sampling_assignment_plan", "sampling_assignment", ["plan_id", "id"], unique=False)
    op.create_index("uq_sampling_assignment_submission_key", "sampling_assignment", ["submission_key"], unique=True)
    op.create_table(
        "assignment_member",
        sa.Column("org_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("assignment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["sampling_assignment.id"], name=op.f("fk_assignment_member_assignment_id")
        ),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_assignment_member_org_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_assignment_member_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment_member")),
        sa.UniqueConstraint("assignment_id", "user_id", name=op.f("uq_assignment_member_assignment_id_user_id")),
    )
    op.create_index("ix_assignment_member_user", "assignment_member", ["user_id", "assignment_id"], unique=False)
    op.create_table(
        "backup_sample",
        sa.Column("org_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sample_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("laboratory_org_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "state",
            sa.Enum("kept", "discarded", name="backupstate", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.Column("quantity", sa.String(length=60), nullable=True),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("storage", sa.String(length=100), nullable=True),
        sa.Column("seal_no", sa.String(length=60), nullable=True),
        sa.Column("stored_on", sa.Date(), nullable=False),
        sa.Column("keep_until", sa.Date(), nullable=True),
        sa.Column("keep_why", sa.String(length=400), nullable=True),
        sa.Column("discarded_on", sa.Date(), nullable=True),
        sa.Column("discard_method", sa.String(length=100), nullable=True),
        sa.Column("discard_witness", sa.String(length=60), nullable=True),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.ForeignKeyConstraint(
            ["laboratory_org_id"], ["organisation.id"], name=op.f("fk_backup_sample_laboratory_org_id")
        ),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_backup_sample_org_id")),
        sa.ForeignKeyConstraint(["sample_id"], ["sample.id"], name=op.f("fk_backup_sample_sample_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_backup_sample")),
        sa.UniqueConstraint("sample_id", name=op.f("uq_backup_sample_sample_id")),
    )
    op.create_index(
        "ix_backup_sample_lab", "backup_sample", ["laboratory_org_id", "state", "keep_until", "id"], unique=False
    )
    op.create_index("ix_backup_sample_until", "backup_sample", ["org_id", "state", "keep_until", "id"], unique=False)
    op.create_table(
        "custody_event",
        sa.Column("org_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sample_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "抽取",
                "封样",
                "移交",
                "接收",
                "拒收",
                name="custodykind",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("slot", sa.String(length=30), nullable=False),
        sa.Column("happened_at", sa.DateTime(), nullable=False),
        sa.Column("person", sa.String(length=200), nullable=False),
        sa.Column("condition", sa.String(length=300), nullable=True),
        sa.Column("temperature", sa.Numeric(precision=5, scale=1), nullable=True),
        sa.Column("seal_no", sa.String(length=60), nullable=True),
        sa.Column("backup_seal_no", sa.String(length=60), nullable=True),
        sa.Column("carrier", sa.String(length=60), nullable=True),
        sa.Column("list_no", sa.String(length=40), nullable=True),
        sa.Column("tracking_no", sa.String(length=60), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=True),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("voided_at", sa.DateTime(), nullable=True),
        sa.Column("void_reason", sa.String(length=300), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.CheckConstraint(
            "temperature IS NULL OR (temperature >= -100 AND temperature <= 100)",
            name=op.f("ck_custody_event_temperature_possible"),
        ),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_custody_event_org_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["user_account.id"], name=op.f("fk_custody_event_recorded_by_id")),
        sa.ForeignKeyConstraint(["sample_id"], ["sample.id"], name=op.f("fk_custody_event_sample_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_custody_event")),
        sa.UniqueConstraint("sample_id", "slot", name=op.f("uq_custody_event_sample_id_slot")),
    )
    op.create_index("ix_custody_event_list", "custody_event", ["org_id", "list_no"], unique=False)
    op.create_table(
        "exemption_use",
        sa.Column("org_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("exemption_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sample_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.ForeignKeyConstraint(["exemption_id"], ["rule_exemption.id"], name=op.f("fk_exemption_use_exemption_id")),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_exemption_use_org_id")),
        sa.ForeignKeyConstraint(["sample_id"], ["sample.id"], name=op.f("fk_exemption_use_sample_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exemption_use")),
        sa.UniqueConstraint("exemption_id", "sample_id", name=op.f("uq_exemption_use_exemption_id_sample_id")),
    )
    op.create_index(op.f("ix_exemption_use_sample_id"), "exemption_use", ["sample_id"], unique=False)
    op.create_table(
        "rapid_test",
        sa.Column("org_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "recorded", "sent", "voided", name="rapidstate", native_enum=False, create_constraint=True, length=20
            ),
            nullable=False,
        ),
        sa.Column("tested_on", sa.Date(), nullable=False),
        sa.Column("region_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "link",
            sa.Enum("生产", "流通", "餐饮", "网络", name="link", native_enum=False, create_constraint=True, length=20),
            nullable=True,
        ),
        sa.Column("enterprise_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("sampled_name", sa.String(length=200), nullable=False),
        sa.Column("stall", sa.String(length=60), nullable=True),
        sa.Column("product_name", sa.String(length=200), nullable=False),
        sa.Column("category_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("origin", sa.String(length=100), nullable=True),
        sa.Column("item", sa.String(length=200), nullable=False),
        sa.Column("device", sa.String(length=100), nullable=False),
        sa.Column("device_no", sa.String(length=60), nullable=True),
        sa.Column("reagent", sa.String(length=100), nullable=False),
        sa.Column("reagent_batch", sa.String(length=60), nullable=False),
        sa.Column("reagent_until", sa.Date(), nullable=True),
        sa.Column(
            "result",
            sa.Enum("阴性", "阳性", "无效", name="rapidresult", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.Column("reading", sa.String(length=60), nullable=True),
        sa.Column("testers", sa.String(length=200), nullable=False),
        sa.Column("told_at", sa.DateTime(), nullable=True),
        sa.Column("objection", sa.String(length=300), nullable=True),
        sa.Column("measures", sa.String(length=500), nullable=True),
        sa.Column("sample_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("remark", sa.String(length=500), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("created_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.ForeignKeyConstraint(["category_id"], ["food_category.id"], name=op.f("fk_rapid_test_category_id")),
        sa.ForeignKeyConstraint(["created_by_id"], ["user_account.id"], name=op.f("fk_rapid_test_created_by_id")),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_rapid_test_enterprise_id")),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_rapid_test_org_id")),
        sa.ForeignKeyConstraint(["region_id"], ["region.id"], name=op.f("fk_rapid_test_region_id")),
        sa.ForeignKeyConstraint(["sample_id"], ["sample.id"], name=op.f("fk_rapid_test_sample_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rapid_test")),
        sa.UniqueConstraint("number", name=op.f("uq_rapid_test_number")),
    )
    op.create_index(op.f("ix_rapid_test_category_id"), "rapid_test", ["category_id"], unique=False)
    op.create_index("ix_rapid_test_enterprise", "rapid_test", ["enterprise_id", "id"], unique=False)
    op.create_index("ix_rapid_test_org", "rapid_test", ["org_id", "tested_on", "id"], unique=False)
    op.create_index(op.f("ix_rapid_test_region_id"), "rapid_test", ["region_id"], unique=False)
    op.create_index(op.f("ix_rapid_test_sample_id"), "rapid_test", ["sample_id"], unique=False)
    op.create_table(
        "sample_return",
        sa.Column("org_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sample_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("rule_code", sa.String(length=40), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("returned_at", sa.DateTime(), nullable=False),
        sa.Column("returned_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("resolved_at", sa.DateTime(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_sample_return_org_id")),
        sa.ForeignKeyConstraint(["returned_by_id"], ["user_account.id"], name=op.f("fk_sample_return_returned_by_id")),
        sa.ForeignKeyConstraint(["sample_id"], ["sample.id"], name=op.f("fk_sample_return_sample_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sample_return")),
    )
    op.create_index("ix_sample_return_org", "sample_return", ["org_id", "returned_at", "id"], unique=False)
    op.create_index("ix_sample_return_sample", "sample_return", ["sample_id", "id"], unique=False)
    op.create_table(
        "sample_sampler",
        sa.Column("org_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sample_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_sample_sampler_org_id")),
        sa.ForeignKeyConstraint(["sample_id"], ["sample.id"], name=op.f("fk_sample_sampler_sample_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_sample_sampler_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sample_sampler")),
        sa.UniqueConstraint("sample_id", "user_id", name=op.f("uq_sample_sampler_sample_id_user_id")),
    )
    op.create_index("ix_sample_sampler_user", "sample_sampler", ["user_id", "sample_id"], unique=False)
    op.create_table(
        "sample_signature",
        sa.Column("org_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sample_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "signer",
            sa.Enum(
                "被抽样单位", "生产者", "抽样人员", name="signer", native_enum=False, create_constraint=True, length=20
            ),
            nullable=False,
        ),
        sa.Column(
            "form",
            sa.Enum(
                "手写签名", "纸质签字扫描件", name="signatureform", native_enum=False, create_constraint=True, length=20
            ),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column(
            "opinion",
            sa.Enum("无异议", "有异议", name="opinion", native_enum=False, create_constraint=True, length=20),
            nullable=True,
        ),
        sa.Column("opinion_text", sa.String(length=500), nullable=True),
        sa.Column("attachment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("thumbnail_sha256", sa.String(length=64), nullable=True),
        sa.Column("sheet_version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sheet_sha256", sa.String(length=64), nullable=False),
        sa.Column("signed_at", sa.DateTime(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("voided_at", sa.DateTime(), nullable=True),
        sa.Column("void_reason", sa.String(length=300), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.ForeignKeyConstraint(["attachment_id"], ["attachment.id"], name=op.f("fk_sample_signature_attachment_id")),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_sample_signature_org_id")),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["user_account.id"], name=op.f("fk_sample_signature_recorded_by_id")
        ),
        sa.ForeignKeyConstraint(["sample_id"], ["sample.id"], name=op.f("fk_sample_signature_sample_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sample_signature")),
    )
    op.create_index("ix_sample_signature_sample", "sample_signature", ["sample_id", "id"], unique=False)
    op.create_table(
        "custody_seal",
        sa.Column("org_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("seal_no", sa.String(length=60), nullable=False),
        sa.Column("event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["custody_event.id"], name=op.f("fk_custody_seal_event_id")),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_custody_seal_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_custody_seal")),
        sa.UniqueConstraint("org_id", "seal_no", name=op.f("uq_custody_seal_org_id_seal_no")),
    )
    op.create_table(
        "sample_photo",
        sa.Column("org_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sample_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("custody_event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("attachment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "抽样场所",
                "贮存环境",
                "样品信息",
                "封样",
                "抽样单",
                "购样凭证",
                "移交接收",
                "网络页面",
                "其他",
                name="photokind",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("note", sa.String(length=200), nullable=True),
        sa.Column("width", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("height", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("taken_at", sa.DateTime(), nullable=True),
        sa.Column("latitude", sa.Numeric(precision=9, scale=6), nullable=True),
        sa.Column("longitude", sa.Numeric(precision=9, scale=6), nullable=True),
        sa.Column("device", sa.String(length=100), nullable=True),
        sa.Column("thumbnail_sha256", sa.String(length=64), nullable=True),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("voided_at", sa.DateTime(), nullable=True),
        sa.Column("void_reason", sa.String(length=300), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.ForeignKeyConstraint(["attachment_id"], ["attachment.id"], name=op.f("fk_sample_photo_attachment_id")),
        sa.ForeignKeyConstraint(
            ["custody_event_id"], ["custody_event.id"], name=op.f("fk_sample_photo_custody_event_id")
        ),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_sample_photo_org_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["user_account.id"], name=op.f("fk_sample_photo_recorded_by_id")),
        sa.ForeignKeyConstraint(["sample_id"], ["sample.id"], name=op.f("fk_sample_photo_sample_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sample_photo")),
    )
    op.create_index("ix_sample_photo_sample", "sample_photo", ["sample_id", "id"], unique=False)
    op.create_index("ix_batch_fact_domain", "batch_fact", ["domain", "month", "link", "county_id"], unique=False)


def _drop_tables() -> None:
    op.drop_index("ix_batch_fact_domain", table_name="batch_fact")
    op.drop_index("ix_sample_photo_sample", table_name="sample_photo")
    op.drop_table("sample_photo")
    op.drop_table("custody_seal")
    op.drop_index("ix_sample_signature_sample", table_name="sample_signature")
    op.drop_table("sample_signature")
    op.drop_index("ix_sample_sampler_user", table_name="sample_sampler")
    op.drop_table("sample_sampler")
    op.drop_index("ix_sample_return_sample", table_name="sample_return")
    op.drop_index("ix_sample_return_org", table_name="sample_return")
    op.drop_table("sample_return")
    op.drop_index(op.f("ix_rapid_test_sample_id"), table_name="rapid_test")
    op.drop_index(op.f("ix_rapid_test_region_id"), table_name="rapid_test")
    op.drop_index("ix_rapid_test_org", table_name="rapid_test")
    op.drop_index("ix_rapid_test_enterprise", table_name="rapid_test")
    op.drop_index(op.f("ix_rapid_test_category_id"), table_name="rapid_test")
    op.drop_table("rapid_test")
    op.drop_index(op.f("ix_exemption_use_sample_id"), table_name="exemption_use")
    op.drop_table("exemption_use")
    op.drop_index("ix_custody_event_list", table_name="custody_event")
    op.drop_table("custody_event")
    op.drop_index("ix_backup_sample_until", table_name="backup_sample")
    op.drop_index("ix_backup_sample_lab", table_name="backup_sample")
    op.drop_table("backup_sample")
    op.drop_index("ix_assignment_member_user", table_name="assignment_member")
    op.drop_table("assignment_member")
    op.drop_index("uq_sampling_assignment_submission_key", table_name="sampling_assignment")
    op.drop_index("ix_sampling_assignment_plan", table_name="sampling_assignment")
    op.drop_index("ix_sampling_assignment_org", table_name="sampling_assignment")
    op.drop_index("ix_sampling_assignment_lab", table_name="sampling_assignment")
    op.drop_index("ix_sampling_assignment_drawing", table_name="sampling_assignment")
    op.drop_table("sampling_assignment")
    op.drop_table("plan_item")
    op.drop_table("drawing_entry")
    op.drop_index(
        "uq_plan_quota_cell",
        table_name="plan_quota",
        sqlite_where=sa.text("superseded_at IS NULL"),
        postgresql_where=sa.text("superseded_at IS NULL"),
    )
    op.drop_index("ix_plan_quota_plan", table_name="plan_quota")
    op.drop_table("plan_quota")
    op.drop_index(
        "uq_plan_item_set_in_force",
        table_name="plan_item_set",
        sqlite_where=sa.text("superseded_at IS NULL"),
        postgresql_where=sa.text("superseded_at IS NULL"),
    )
    op.drop_index("ix_plan_item_set_plan", table_name="plan_item_set")
    op.drop_table("plan_item_set")
    op.drop_index("uq_drawing_submission_key", table_name="drawing")
    op.drop_index("ix_drawing_org", table_name="drawing")
    op.drop_table("drawing")
    op.drop_index("ix_sheet_template_user", table_name="sheet_template")
    op.drop_table("sheet_template")
    op.drop_index("ix_sampling_plan_region", table_name="sampling_plan")
    op.drop_table("sampling_plan")
    op.drop_index("ix_rule_exemption_subject", table_name="rule_exemption")
    op.drop_index("ix_rule_exemption_org", table_name="rule_exemption")
    op.drop_index("ix_rule_exemption_asked", table_name="rule_exemption")
    op.drop_table("rule_exemption")
    op.drop_index("ix_printed_document_subject", table_name="printed_document")
    op.drop_table("printed_document")
    op.drop_index(
        "uq_lab_capacity_in_force",
        table_name="lab_capacity",
        sqlite_where=sa.text("superseded_at IS NULL"),
        postgresql_where=sa.text("superseded_at IS NULL"),
    )
    op.drop_index("ix_lab_capacity_org", table_name="lab_capacity")
    op.drop_table("lab_capacity")
    op.drop_index("ix_form_draft_user", table_name="form_draft")
    op.drop_table("form_draft")
    op.drop_index(
        "uq_document_template_in_force",
        table_name="document_template",
        sqlite_where=sa.text("superseded_at IS NULL"),
        postgresql_where=sa.text("superseded_at IS NULL"),
    )
    op.drop_index("ix_document_template_kind", table_name="document_template")
    op.drop_table("document_template")
    op.drop_table("wide_summary")
    op.drop_table("cap_rule")

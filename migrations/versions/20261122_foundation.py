"""Foundation: people, reference data, samples, results, cases, figures, history.

Also makes the root organisation, which every organisation hangs below.
"""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "20261122_foundation"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "batch_summary",
        sa.Column("org_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("month", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("county_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("category_root_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("domain", sa.String(length=20), nullable=False),
        sa.Column("organiser_level", sa.String(length=20), nullable=False),
        sa.Column("supervision", sa.String(length=20), nullable=False),
        sa.Column("monitoring", sa.String(length=20), nullable=False),
        sa.Column("has_residue", sa.Boolean(), nullable=False),
        sa.Column("batches", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch_summary")),
        sa.UniqueConstraint(
            "month",
            "county_id",
            "category_root_id",
            "purpose",
            "domain",
            "organiser_level",
            "supervision",
            "monitoring",
            "has_residue",
            "org_id",
            name="uq_batch_summary_key",
        ),
    )
    op.create_index("ix_batch_summary_county", "batch_summary", ["county_id", "month"], unique=False)
    op.create_table(
        "calendar_year",
        sa.Column("year", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("confirmed", sa.Boolean(), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("superseded_at", sa.DateTime(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("shipped", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_year")),
        sa.UniqueConstraint("year", "recorded_at", name=op.f("uq_calendar_year_year_recorded_at")),
    )
    op.create_table(
        "category_alias",
        sa.Column("written", sa.String(length=400), nullable=False),
        sa.Column("path", sa.String(length=400), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=True),
        sa.Column(
            "confidence",
            sa.Enum("已核", "待核", name="confidence", native_enum=False, create_constraint=True, length=20),
            nullable=True,
        ),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_category_alias")),
        sa.UniqueConstraint("written", name=op.f("uq_category_alias_written")),
    )
    op.create_table(
        "code_value",
        sa.Column("list_name", sa.String(length=60), nullable=False),
        sa.Column("value", sa.String(length=200), nullable=False),
        sa.Column("ordinal", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column(
            "confidence",
            sa.Enum("已核", "待核", name="confidence", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_code_value")),
        sa.UniqueConstraint("list_name", "value", name=op.f("uq_code_value_list_name_value")),
    )
    op.create_table(
        "deadline_rule",
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("trigger", sa.String(length=200), nullable=False),
        sa.Column("amount", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("unit", sa.String(length=10), nullable=False),
        sa.Column("start_hours", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("extension", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("extension_final", sa.Boolean(), nullable=False),
        sa.Column("extension_note", sa.String(length=300), nullable=True),
        sa.Column("pause_note", sa.String(length=300), nullable=True),
        sa.Column("standing", sa.String(length=20), nullable=False),
        sa.Column("article", sa.String(length=300), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=True),
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
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("shipped", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deadline_rule")),
        sa.UniqueConstraint(
            "code", "valid_from", "recorded_at", name=op.f("uq_deadline_rule_code_valid_from_recorded_at")
        ),
    )
    op.create_table(
        "food_category",
        sa.Column("parent_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("root_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("level", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("path", sa.String(length=400), nullable=False),
        sa.Column(
            "domain",
            sa.Enum(
                "食品",
                "食用农产品",
                "药品",
                "医疗器械",
                "化妆品",
                "工业产品",
                name="domain",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column(
            "confidence",
            sa.Enum("已核", "待核", name="confidence", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("superseded_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["parent_id"], ["food_category.id"], name=op.f("fk_food_category_parent_id")),
        sa.ForeignKeyConstraint(["root_id"], ["food_category.id"], name=op.f("fk_food_category_root_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_food_category")),
        sa.UniqueConstraint("path", name=op.f("uq_food_category_path")),
    )
    op.create_index("ix_food_category_parent", "food_category", ["parent_id"], unique=False)
    op.create_table(
        "food_limit",
        sa.Column("item", sa.String(length=200), nullable=False),
        sa.Column("category", sa.String(length=400), nullable=True),
        sa.Column("region", sa.String(length=12), nullable=True),
        sa.Column("op", sa.String(length=10), nullable=False),
        sa.Column("minimum", sa.Numeric(precision=24, scale=10), nullable=True),
        sa.Column("maximum", sa.Numeric(precision=24, scale=10), nullable=True),
        sa.Column("places", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("unit", sa.String(length=40), nullable=True),
        sa.Column("n", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("c", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("m", sa.Numeric(precision=24, scale=10), nullable=True),
        sa.Column("big_m", sa.Numeric(precision=24, scale=10), nullable=True),
        sa.Column("text", sa.String(length=400), nullable=True),
        sa.Column("note", sa.String(length=400), nullable=True),
        sa.Column("standard", sa.String(length=200), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column(
            "confidence",
            sa.Enum("已核", "待核", name="confidence", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("superseded_at", sa.DateTime(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("shipped", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_food_limit")),
    )
    op.create_index("ix_food_limit_item", "food_limit", ["item", "id"], unique=False)
    op.create_table(
        "history_entry",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("org_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("subject_kind", sa.String(length=30), nullable=False),
        sa.Column("subject_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("subject_name", sa.String(length=200), nullable=True),
        sa.Column("step", sa.String(length=30), nullable=False),
        sa.Column("from_state", sa.String(length=20), nullable=True),
        sa.Column("to_state", sa.String(length=20), nullable=True),
        sa.Column("actor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("actor_name", sa.String(length=200), nullable=False),
        sa.Column(
            "channel",
            sa.Enum(
                "page", "command", "api", "job", name="channel", native_enum=False, create_constraint=True, length=20
            ),
            nullable=False,
        ),
        sa.Column("address", sa.String(length=60), nullable=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.Column("changes", sa.Text(), nullable=True),
        sa.Column("prev_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_history_entry")),
        sa.UniqueConstraint("seq", name=op.f("uq_history_entry_seq")),
    )
    op.create_index("ix_history_actor", "history_entry", ["actor_id", "id"], unique=False)
    op.create_index("ix_history_at", "history_entry", ["at", "id"], unique=False)
    op.create_index("ix_history_subject", "history_entry", ["subject_kind", "subject_id", "seq"], unique=False)
    op.create_table(
        "item_alias",
        sa.Column("written", sa.String(length=200), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=True),
        sa.Column(
            "confidence",
            sa.Enum("已核", "待核", name="confidence", native_enum=False, create_constraint=True, length=20),
            nullable=True,
        ),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_alias")),
        sa.UniqueConstraint("written", name=op.f("uq_item_alias_written")),
    )
    op.create_table(
        "item_summary",
        sa.Column("org_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("month", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("category_root_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("item", sa.String(length=200), nullable=False),
        sa.Column("tested", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("failed", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_summary")),
        sa.UniqueConstraint("month", "category_root_id", "item", "org_id", name="uq_item_summary_key"),
    )
    op.create_table(
        "region",
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("short_name", sa.String(length=60), nullable=False),
        sa.Column("aliases", sa.String(length=300), nullable=True),
        sa.Column(
            "level",
            sa.Enum(
                "国家",
                "省级",
                "市级",
                "县级",
                "乡级",
                name="regionlevel",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("parent_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("path", sa.String(length=200), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column(
            "confidence",
            sa.Enum("已核", "待核", name="confidence", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("superseded_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["parent_id"], ["region.id"], name=op.f("fk_region_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_region")),
        sa.UniqueConstraint("code", name=op.f("uq_region_code")),
    )
    op.create_index(op.f("ix_region_parent_id"), "region", ["parent_id"], unique=False)
    op.create_index("ix_region_path", "region", ["path"], unique=False)
    op.create_table(
        "test_item",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column(
            "item_class",
            sa.Enum(
                "农药残留",
                "兽药残留",
                "微生物污染",
                "食品添加剂",
                "质量指标",
                "有机污染物",
                "重金属等元素污染物",
                "生物毒素",
                "非食用物质",
                "标签",
                "其他",
                name="itemclass",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("unit", sa.String(length=40), nullable=True),
        sa.Column("microbial", sa.Boolean(), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column(
            "confidence",
            sa.Enum("已核", "待核", name="confidence", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_test_item")),
        sa.UniqueConstraint("name", name=op.f("uq_test_item_name")),
    )
    op.create_table(
        "work_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("year", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("working", sa.Boolean(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column(
            "confidence",
            sa.Enum("已核", "待核", name="confidence", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("superseded_at", sa.DateTime(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("shipped", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_day")),
        sa.UniqueConstraint("day", "recorded_at", name=op.f("uq_work_day_day_recorded_at")),
    )
    op.create_table(
        "organisation",
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "市场监管局",
                "市场监管所",
                "承检机构",
                name="organisationkind",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column(
            "level",
            sa.Enum(
                "国家级", "省级", "市级", "县级", name="level", native_enum=False, create_constraint=True, length=20
            ),
            nullable=True,
        ),
        sa.Column("parent_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("path", sa.String(length=200), nullable=False),
        sa.Column("region_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("enabled_on", sa.Date(), nullable=True),
        sa.Column("phone", sa.String(length=40), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.ForeignKeyConstraint(["parent_id"], ["organisation.id"], name=op.f("fk_organisation_parent_id")),
        sa.ForeignKeyConstraint(["region_id"], ["region.id"], name=op.f("fk_organisation_region_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
        sa.UniqueConstraint("code", name=op.f("uq_organisation_code")),
    )
    op.create_index("ix_organisation_path", "organisation", ["path"], unique=False)
    op.create_index(op.f("ix_organisation_region_id"), "organisation", ["region_id"], unique=False)
    op.create_table(
        "plan",
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("region_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("from_year", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("to_year", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.ForeignKeyConstraint(["region_id"], ["region.id"], name=op.f("fk_plan_region_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan")),
        sa.UniqueConstraint("code", name=op.f("uq_plan_code")),
    )
    op.create_table(
        "population",
        sa.Column("region_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("year", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("residents", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column(
            "confidence",
            sa.Enum("已核", "待核", name="confidence", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("superseded_at", sa.DateTime(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("shipped", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["region_id"], ["region.id"], name=op.f("fk_population_region_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_population")),
    )
    op.create_index("ix_population_region", "population", ["region_id", "year"], unique=False)
    op.create_table(
        "counter",
        sa.Column("org_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("year", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("last", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_counter_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_counter")),
        sa.UniqueConstraint("org_id", "kind", "year", name=op.f("uq_counter_org_id_kind_year")),
    )
    op.create_table(
        "personal_datum",
        sa.Column("org_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("subject_kind", sa.String(length=30), nullable=False),
        sa.Column("subject_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("field", sa.String(length=40), nullable=False),
        sa.Column("value", sa.String(length=300), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_personal_datum_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_personal_datum")),
        sa.UniqueConstraint(
            "subject_kind", "subject_id", "field", name=op.f("uq_personal_datum_subject_kind_subject_id_field")
        ),
    )
    op.create_table(
        "plan_fact",
        sa.Column("plan_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("period", sa.String(length=20), nullable=False),
        sa.Column("what", sa.String(length=200), nullable=False),
        sa.Column("numerator", sa.Numeric(precision=24, scale=10), nullable=True),
        sa.Column("denominator", sa.Numeric(precision=24, scale=10), nullable=True),
        sa.Column("rate_percent", sa.Numeric(precision=24, scale=10), nullable=True),
        sa.Column("note", sa.String(length=300), nullable=True),
        sa.Column(
            "confidence",
            sa.Enum("已核", "待核", name="confidence", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_plan_fact_plan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_fact")),
    )
    op.create_table(
        "plan_indicator",
        sa.Column("plan_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("no", sa.String(length=10), nullable=False),
        sa.Column("ordinal", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("definition_version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("group_name", sa.String(length=60), nullable=True),
        sa.Column("where_stated", sa.String(length=200), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("unit", sa.String(length=40), nullable=True),
        sa.Column("base_year", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("base", sa.Numeric(precision=24, scale=10), nullable=True),
        sa.Column("base_written", sa.String(length=40), nullable=True),
        sa.Column("target_year", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("target", sa.Numeric(precision=24, scale=10), nullable=False),
        sa.Column("op", sa.String(length=2), nullable=False),
        sa.Column("period", sa.String(length=20), nullable=False),
        sa.Column("nature", sa.String(length=10), nullable=True),
        sa.Column("formula", sa.String(length=40), nullable=False),
        sa.Column("filter", sa.String(length=300), nullable=True),
        sa.Column("source", sa.String(length=300), nullable=True),
        sa.Column("shipped", sa.Boolean(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("superseded_at", sa.DateTime(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_plan_indicator_plan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_indicator")),
        sa.UniqueConstraint(
            "plan_id", "no", "definition_version", name=op.f("uq_plan_indicator_plan_id_no_definition_version")
        ),
    )
    op.create_table(
        "user_account",
        sa.Column("org_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("username", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("position", sa.String(length=60), nullable=True),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("must_change", sa.Boolean(), nullable=False),
        sa.Column("password_changed_at", sa.DateTime(), nullable=True),
        sa.Column("initial_until", sa.DateTime(), nullable=True),
        sa.Column("failed_count", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("failures_from", sa.DateTime(), nullable=True),
        sa.Column("locked_until", sa.DateTime(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("last_sign_in_at", sa.DateTime(), nullable=True),
        sa.Column("last_sign_in_ip", sa.String(length=60), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_user_account_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_account")),
        sa.UniqueConstraint("username", name=op.f("uq_user_account_username")),
    )
    op.create_index("ix_user_account_org", "user_account", ["org_id", "id"], unique=False)
    op.create_table(
        "yearly_target",
        sa.Column("plan_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("no", sa.String(length=10), nullable=False),
        sa.Column("year", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("target", sa.Numeric(precision=24, scale=10), nullable=False),
        sa.Column("op", sa.String(length=2), nullable=False),
        sa.Column("meaning", sa.String(length=20), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=True),
        sa.Column("shipped", sa.Boolean(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("superseded_at", sa.DateTime(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_yearly_target_plan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_yearly_target")),
    )
    op.create_index("ix_yearly_target_plan", "yearly_target", ["plan_id", "no", "year"], unique=False)
    op.create_table(
        "attachment",
        sa.Column("org_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("subject_kind", sa.String(length=30), nullable=False),
        sa.Column("subject_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("filename", sa.String(length=200), nullable=False),
        sa.Column("mime", sa.String(length=100), nullable=False),
        sa.Column("size", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("created_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("voided_at", sa.DateTime(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.ForeignKeyConstraint(["created_by_id"], ["user_account.id"], name=op.f("fk_attachment_created_by_id")),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_attachment_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
    )
    op.create_index("ix_attachment_sha256", "attachment", ["sha256"], unique=False)
    op.create_index("ix_attachment_subject", "attachment", ["subject_kind", "subject_id"], unique=False)
    op.create_table(
        "import_batch",
        sa.Column("org_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("layout", sa.String(length=20), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "staged",
                "confirmed",
                "undone",
                "discarded",
                name="batchstate",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("filename", sa.String(length=200), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("reported_on", sa.Date(), nullable=True),
        sa.Column("laboratory_org_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("rows", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("samples", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("new_count", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("changed_count", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("unchanged_count", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("refused_count", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("preview", sa.JSON(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("created_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(), nullable=True),
        sa.Column("undone_at", sa.DateTime(), nullable=True),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.ForeignKeyConstraint(["created_by_id"], ["user_account.id"], name=op.f("fk_import_batch_created_by_id")),
        sa.ForeignKeyConstraint(
            ["laboratory_org_id"], ["organisation.id"], name=op.f("fk_import_batch_laboratory_org_id")
        ),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_import_batch_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_batch")),
    )
    op.create_index("ix_import_batch_org", "import_batch", ["org_id", "id"], unique=False)
    op.create_index("ix_import_batch_sha256", "import_batch", ["sha256"], unique=False)
    op.create_table(
        "old_password",
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_old_password_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_old_password")),
    )
    op.create_index(op.f("ix_old_password_user_id"), "old_password", ["user_id"], unique=False)
    op.create_table(
        "sampling_task",
        sa.Column("org_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("region_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("year", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
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
        sa.Column("batches", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=True),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("superseded_at", sa.DateTime(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.CheckConstraint("batches >= 0", name=op.f("ck_sampling_task_batches_not_negative")),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_sampling_task_org_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["user_account.id"], name=op.f("fk_sampling_task_recorded_by_id")),
        sa.ForeignKeyConstraint(["region_id"], ["region.id"], name=op.f("fk_sampling_task_region_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sampling_task")),
    )
    op.create_index("ix_sampling_task_area", "sampling_task", ["org_id", "region_id", "year"], unique=False)
    op.create_table(
        "sign_in_attempt",
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("ip", sa.String(length=60), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("succeeded", sa.Boolean(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_sign_in_attempt_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_attempt")),
    )
    op.create_index("ix_sign_in_attempt_ip", "sign_in_attempt", ["ip", "at"], unique=False)
    op.create_index("ix_sign_in_attempt_user", "sign_in_attempt", ["user_id", "at"], unique=False)
    op.create_table(
        "unknown_word",
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("written", sa.String(length=400), nullable=False),
        sa.Column("nearest", sa.String(length=400), nullable=True),
        sa.Column("mapped_to", sa.String(length=400), nullable=True),
        sa.Column("occurrences", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("first_seen_at", sa.DateTime(), nullable=False),
        sa.Column("decided_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.ForeignKeyConstraint(["decided_by_id"], ["user_account.id"], name=op.f("fk_unknown_word_decided_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unknown_word")),
        sa.UniqueConstraint("kind", "written", name=op.f("uq_unknown_word_kind_written")),
    )
    op.create_table(
        "user_role",
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "抽样员",
                "办案人",
                "审核人",
                "局领导",
                "统计员",
                "承检机构",
                "系统管理员",
                "安全管理员",
                "审计管理员",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_user_role_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_role")),
        sa.UniqueConstraint("user_id", "role", name=op.f("uq_user_role_user_id_role")),
    )
    op.create_table(
        "user_session",
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("seen_at", sa.DateTime(), nullable=False),
        sa.Column("until", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("ip", sa.String(length=60), nullable=True),
        sa.Column("agent", sa.String(length=200), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_user_session_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_user_session_token_hash")),
    )
    op.create_index("ix_user_session_user", "user_session", ["user_id", "ended_at"], unique=False)
    op.create_table(
        "enterprise",
        sa.Column("org_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("credit_code", sa.String(length=18), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("initials", sa.String(length=200), nullable=True),
        sa.Column("region_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("address", sa.String(length=300), nullable=True),
        sa.Column("area_type", sa.String(length=20), nullable=True),
        sa.Column("licence_kind", sa.String(length=40), nullable=True),
        sa.Column("licence_no", sa.String(length=60), nullable=True),
        sa.Column("licence_until", sa.Date(), nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "在产", "停产", "注销", name="enterprisestatus", native_enum=False, create_constraint=True, length=20
            ),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("created_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("import_batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.ForeignKeyConstraint(["created_by_id"], ["user_account.id"], name=op.f("fk_enterprise_created_by_id")),
        sa.ForeignKeyConstraint(["import_batch_id"], ["import_batch.id"], name=op.f("fk_enterprise_import_batch_id")),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_enterprise_org_id")),
        sa.ForeignKeyConstraint(["region_id"], ["region.id"], name=op.f("fk_enterprise_region_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enterprise")),
        sa.UniqueConstraint("credit_code", name=op.f("uq_enterprise_credit_code")),
    )
    op.create_index("ix_enterprise_initials", "enterprise", ["initials"], unique=False)
    op.create_index("ix_enterprise_name", "enterprise", ["name"], unique=False)
    op.create_index("ix_enterprise_org", "enterprise", ["org_id", "id"], unique=False)
    op.create_index(op.f("ix_enterprise_region_id"), "enterprise", ["region_id"], unique=False)
    op.create_table(
        "job",
        sa.Column("org_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "queued",
                "running",
                "done",
                "failed",
                name="jobstatus",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("progress", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("message", sa.String(length=300), nullable=True),
        sa.Column("owner", sa.String(length=100), nullable=True),
        sa.Column("lease_until", sa.DateTime(), nullable=True),
        sa.Column("attempts", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("attachment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("created_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("started_at", sa.DateTime(), nullable=True),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.ForeignKeyConstraint(["attachment_id"], ["attachment.id"], name=op.f("fk_job_attachment_id")),
        sa.ForeignKeyConstraint(["created_by_id"], ["user_account.id"], name=op.f("fk_job_created_by_id")),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_job_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
    )
    op.create_index("ix_job_owner", "job", ["created_by_id", "id"], unique=False)
    op.create_index("ix_job_status", "job", ["status", "id"], unique=False)
    op.create_table(
        "monthly_return",
        sa.Column("org_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("region_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("plan_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("month", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "state",
            sa.Enum("draft", "sealed", name="returnstate", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.Column("number", sa.String(length=40), nullable=True),
        sa.Column("as_of", sa.DateTime(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("attachment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("chain_head", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("created_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("sealed_at", sa.DateTime(), nullable=True),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.CheckConstraint("state <> 'sealed' OR number IS NOT NULL", name=op.f("ck_monthly_return_number_if_sealed")),
        sa.ForeignKeyConstraint(["attachment_id"], ["attachment.id"], name=op.f("fk_monthly_return_attachment_id")),
        sa.ForeignKeyConstraint(["created_by_id"], ["user_account.id"], name=op.f("fk_monthly_return_created_by_id")),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_monthly_return_org_id")),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_monthly_return_plan_id")),
        sa.ForeignKeyConstraint(["region_id"], ["region.id"], name=op.f("fk_monthly_return_region_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_monthly_return")),
        sa.UniqueConstraint("number", name=op.f("uq_monthly_return_number")),
    )
    op.create_index("ix_monthly_return_org", "monthly_return", ["org_id", "month", "id"], unique=False)
    op.create_table(
        "reported_value",
        sa.Column("org_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("plan_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("no", sa.String(length=10), nullable=False),
        sa.Column("region_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("year", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("month", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("value", sa.Numeric(precision=24, scale=10), nullable=False),
        sa.Column("places", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("document", sa.String(length=200), nullable=False),
        sa.Column("attachment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("reason", sa.String(length=300), nullable=True),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("superseded_at", sa.DateTime(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.ForeignKeyConstraint(["attachment_id"], ["attachment.id"], name=op.f("fk_reported_value_attachment_id")),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_reported_value_org_id")),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_reported_value_plan_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["user_account.id"], name=op.f("fk_reported_value_recorded_by_id")),
        sa.ForeignKeyConstraint(["region_id"], ["region.id"], name=op.f("fk_reported_value_region_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reported_value")),
    )
    op.create_index("ix_reported_value_plan", "reported_value", ["plan_id", "no", "region_id", "year"], unique=False)
    op.create_table(
        "enterprise_kind",
        sa.Column("enterprise_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("subkind", sa.String(length=40), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_enterprise_kind_enterprise_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enterprise_kind")),
        sa.UniqueConstraint(
            "enterprise_id", "kind", "subkind", name=op.f("uq_enterprise_kind_enterprise_id_kind_subkind")
        ),
    )
    op.create_table(
        "sample",
        sa.Column("org_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("organiser_org_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("laboratory_org_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("local_number", sa.String(length=40), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "registered",
                "reported",
                "refused",
                "not_found",
                "voided",
                name="samplestate",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("task_source", sa.String(length=200), nullable=True),
        sa.Column("report_class_a", sa.String(length=200), nullable=True),
        sa.Column("report_class_b", sa.String(length=200), nullable=True),
        sa.Column("sampling_type", sa.String(length=60), nullable=True),
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
        sa.Column(
            "organiser_level",
            sa.Enum(
                "国家级", "省级", "市级", "县级", name="level", native_enum=False, create_constraint=True, length=20
            ),
            nullable=True,
        ),
        sa.Column(
            "domain",
            sa.Enum(
                "食品",
                "食用农产品",
                "药品",
                "医疗器械",
                "化妆品",
                "工业产品",
                name="domain",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("category_written", sa.String(length=400), nullable=True),
        sa.Column("category_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("sampled_enterprise_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("sampled_name", sa.String(length=200), nullable=True),
        sa.Column("sampled_address", sa.String(length=300), nullable=True),
        sa.Column("sampled_region_written", sa.String(length=200), nullable=True),
        sa.Column("region_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "area_type",
            sa.Enum("城市", "乡村", "景点", name="areatype", native_enum=False, create_constraint=True, length=20),
            nullable=True,
        ),
        sa.Column(
            "link",
            sa.Enum("生产", "流通", "餐饮", "网络", name="link", native_enum=False, create_constraint=True, length=20),
            nullable=True,
        ),
        sa.Column("place", sa.String(length=60), nullable=True),
        sa.Column("sampled_credit_code", sa.String(length=40), nullable=True),
        sa.Column("sampled_licence_kind", sa.String(length=60), nullable=True),
        sa.Column("sampled_licence_no", sa.String(length=60), nullable=True),
        sa.Column("producer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("producer_name", sa.String(length=200), nullable=True),
        sa.Column("producer_address", sa.String(length=300), nullable=True),
        sa.Column("producer_region_written", sa.String(length=200), nullable=True),
        sa.Column("producer_region_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("producer_licence_no", sa.String(length=60), nullable=True),
        sa.Column("third_party_name", sa.String(length=200), nullable=True),
        sa.Column("third_party_kind", sa.String(length=60), nullable=True),
        sa.Column("product_name", sa.String(length=200), nullable=False),
        sa.Column("brand", sa.String(length=200), nullable=True),
        sa.Column("barcode", sa.String(length=60), nullable=True),
        sa.Column("sample_type", sa.String(length=60), nullable=True),
        sa.Column("source_kind", sa.String(length=60), nullable=True),
        sa.Column("attribute", sa.String(length=60), nullable=True),
        sa.Column("packaging", sa.String(length=60), nullable=True),
        sa.Column("date_kind", sa.String(length=60), nullable=True),
        sa.Column("made_on", sa.Date(), nullable=True),
        sa.Column("shelf_life", sa.String(length=60), nullable=True),
        sa.Column("batch_no", sa.String(length=100), nullable=True),
        sa.Column("spec", sa.String(length=100), nullable=True),
        sa.Column("quality_grade", sa.String(length=100), nullable=True),
        sa.Column("standard", sa.String(length=200), nullable=True),
        sa.Column("unit_price", sa.String(length=60), nullable=True),
        sa.Column("imported", sa.Boolean(), nullable=True),
        sa.Column("origin", sa.String(length=100), nullable=True),
        sa.Column("base_quantity", sa.String(length=60), nullable=True),
        sa.Column("quantity", sa.Numeric(precision=24, scale=10), nullable=True),
        sa.Column("backup_quantity", sa.String(length=60), nullable=True),
        sa.Column("quantity_unit", sa.String(length=60), nullable=True),
        sa.Column("sampling_method", sa.String(length=60), nullable=True),
        sa.Column("storage", sa.String(length=100), nullable=True),
        sa.Column("sampled_on", sa.Date(), nullable=True),
        sa.Column("sampling_unit", sa.String(length=200), nullable=True),
        sa.Column("sampling_unit_address", sa.String(length=300), nullable=True),
        sa.Column("samplers", sa.String(length=200), nullable=True),
        sa.Column("remark", sa.String(length=1000), nullable=True),
        sa.Column("outcome_reason", sa.String(length=300), nullable=True),
        sa.Column("laboratory", sa.String(length=200), nullable=True),
        sa.Column("arrived_on", sa.Date(), nullable=True),
        sa.Column("reported_on", sa.Date(), nullable=True),
        sa.Column(
            "supervision",
            sa.Enum(
                "合格",
                "不合格",
                "未判定",
                "无监督项目",
                name="supervision",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=True,
        ),
        sa.Column(
            "monitoring",
            sa.Enum(
                "无问题",
                "问题",
                "不判定",
                "无监测项目",
                name="monitoring",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=True,
        ),
        sa.Column("pending_items", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("search_text", sa.String(length=1000), nullable=False),
        sa.Column("extra", sa.JSON(), nullable=True),
        sa.Column("import_batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("created_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("void_reason", sa.String(length=300), nullable=True),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.CheckConstraint(
            "reported_on IS NULL OR sampled_on IS NULL OR sampled_on <= reported_on", name=op.f("ck_sample_date_order")
        ),
        sa.ForeignKeyConstraint(["category_id"], ["food_category.id"], name=op.f("fk_sample_category_id")),
        sa.ForeignKeyConstraint(["created_by_id"], ["user_account.id"], name=op.f("fk_sample_created_by_id")),
        sa.ForeignKeyConstraint(["import_batch_id"], ["import_batch.id"], name=op.f("fk_sample_import_batch_id")),
        sa.ForeignKeyConstraint(["laboratory_org_id"], ["organisation.id"], name=op.f("fk_sample_laboratory_org_id")),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_sample_org_id")),
        sa.ForeignKeyConstraint(["organiser_org_id"], ["organisation.id"], name=op.f("fk_sample_organiser_org_id")),
        sa.ForeignKeyConstraint(["producer_id"], ["enterprise.id"], name=op.f("fk_sample_producer_id")),
        sa.ForeignKeyConstraint(["producer_region_id"], ["region.id"], name=op.f("fk_sample_producer_region_id")),
        sa.ForeignKeyConstraint(["region_id"], ["region.id"], name=op.f("fk_sample_region_id")),
        sa.ForeignKeyConstraint(
            ["sampled_enterprise_id"], ["enterprise.id"], name=op.f("fk_sample_sampled_enterprise_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sample")),
        sa.UniqueConstraint("number", name=op.f("uq_sample_number")),
    )
    op.create_index("ix_sample_batch", "sample", ["import_batch_id", "id"], unique=False)
    op.create_index(op.f("ix_sample_category_id"), "sample", ["category_id"], unique=False)
    op.create_index("ix_sample_credit", "sample", ["sampled_credit_code", "id"], unique=False)
    op.create_index(
        "ix_sample_lab_waiting",
        "sample",
        ["laboratory_org_id", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'registered'"),
        postgresql_where=sa.text("state = 'registered'"),
    )
    op.create_index("ix_sample_laboratory", "sample", ["laboratory_org_id", "id"], unique=False)
    op.create_index(op.f("ix_sample_local_number"), "sample", ["local_number"], unique=False)
    op.create_index("ix_sample_org", "sample", ["org_id", "id"], unique=False)
    op.create_index("ix_sample_org_sampled", "sample", ["org_id", "sampled_on", "id"], unique=False)
    op.create_index("ix_sample_org_state", "sample", ["org_id", "state", "id"], unique=False)
    op.create_index("ix_sample_organiser", "sample", ["organiser_org_id", "id"], unique=False)
    op.create_index(
        "ix_sample_pending",
        "sample",
        ["org_id", "id"],
        unique=False,
        sqlite_where=sa.text("pending_items > 0"),
        postgresql_where=sa.text("pending_items > 0"),
    )
    op.create_index("ix_sample_producer", "sample", ["producer_id", "id"], unique=False)
    op.create_index(op.f("ix_sample_region_id"), "sample", ["region_id"], unique=False)
    op.create_index("ix_sample_sampled_ent", "sample", ["sampled_enterprise_id", "id"], unique=False)
    op.create_table(
        "batch_fact",
        sa.Column("org_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sample_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sample_number", sa.String(length=40), nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "supervision",
            sa.Enum(
                "合格",
                "不合格",
                "未判定",
                "无监督项目",
                name="supervision",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column(
            "monitoring",
            sa.Enum(
                "无问题",
                "问题",
                "不判定",
                "无监测项目",
                name="monitoring",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("basis", sa.String(length=40), nullable=False),
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
        sa.Column(
            "domain",
            sa.Enum(
                "食品",
                "食用农产品",
                "药品",
                "医疗器械",
                "化妆品",
                "工业产品",
                name="domain",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("category_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("category_root_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("region_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("county_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "link",
            sa.Enum("生产", "流通", "餐饮", "网络", name="link", native_enum=False, create_constraint=True, length=20),
            nullable=True,
        ),
        sa.Column(
            "organiser_level",
            sa.Enum(
                "国家级", "省级", "市级", "县级", name="level", native_enum=False, create_constraint=True, length=20
            ),
            nullable=True,
        ),
        sa.Column("sampled_on", sa.Date(), nullable=True),
        sa.Column("reported_on", sa.Date(), nullable=False),
        sa.Column("month", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("has_residue", sa.Boolean(), nullable=False),
        sa.Column("counts_for_producer", sa.Boolean(), nullable=False),
        sa.Column("voided", sa.Boolean(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("superseded_at", sa.DateTime(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.CheckConstraint(
            "superseded_at IS NULL OR superseded_at >= recorded_at", name=op.f("ck_batch_fact_superseded_later")
        ),
        sa.ForeignKeyConstraint(["category_id"], ["food_category.id"], name=op.f("fk_batch_fact_category_id")),
        sa.ForeignKeyConstraint(
            ["category_root_id"], ["food_category.id"], name=op.f("fk_batch_fact_category_root_id")
        ),
        sa.ForeignKeyConstraint(["county_id"], ["region.id"], name=op.f("fk_batch_fact_county_id")),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_batch_fact_org_id")),
        sa.ForeignKeyConstraint(["region_id"], ["region.id"], name=op.f("fk_batch_fact_region_id")),
        sa.ForeignKeyConstraint(["sample_id"], ["sample.id"], name=op.f("fk_batch_fact_sample_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch_fact")),
        sa.UniqueConstraint("sample_id", "version", name=op.f("uq_batch_fact_sample_id_version")),
    )
    op.create_index("ix_batch_fact_month", "batch_fact", ["month", "county_id", "id"], unique=False)
    op.create_index("ix_batch_fact_org", "batch_fact", ["org_id", "month", "id"], unique=False)
    op.create_index("ix_batch_fact_recorded", "batch_fact", ["recorded_at", "id"], unique=False)
    op.create_table(
        "disposal_case",
        sa.Column("org_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sample_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column(
            "party",
            sa.Enum("生产", "流通", "餐饮", "网抽", name="party", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.Column(
            "mode",
            sa.Enum("处置", "通报", name="mode", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.Column("enterprise_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("party_name", sa.String(length=200), nullable=True),
        sa.Column("party_address", sa.String(length=300), nullable=True),
        sa.Column("failing_items", sa.String(length=600), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "handling",
                "awaiting",
                "closed",
                "cancelled",
                name="casestate",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("opened_at", sa.DateTime(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("start_due_on", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("due_why", sa.Text(), nullable=True),
        sa.Column("due_article", sa.String(length=300), nullable=True),
        sa.Column("due_provisional", sa.Boolean(), nullable=False),
        sa.Column("handler_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("claimed_at", sa.DateTime(), nullable=True),
        sa.Column("started_on", sa.Date(), nullable=True),
        sa.Column("served_on", sa.Date(), nullable=True),
        sa.Column("control_on", sa.Date(), nullable=True),
        sa.Column("control", sa.String(length=2000), nullable=True),
        sa.Column("cause_on", sa.Date(), nullable=True),
        sa.Column("cause", sa.String(length=2000), nullable=True),
        sa.Column("rectified_on", sa.Date(), nullable=True),
        sa.Column("rectification", sa.String(length=2000), nullable=True),
        sa.Column(
            "penalty_kind",
            sa.Enum(
                "已处罚",
                "不予处罚",
                "不予立案",
                name="penalty_kind",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=True,
        ),
        sa.Column("penalty_no", sa.String(length=100), nullable=True),
        sa.Column("penalty_on", sa.Date(), nullable=True),
        sa.Column("penalty_amount", sa.Numeric(precision=24, scale=10), nullable=True),
        sa.Column("penalty", sa.String(length=2000), nullable=True),
        sa.Column("published_on", sa.Date(), nullable=True),
        sa.Column("publication", sa.String(length=2000), nullable=True),
        sa.Column("notified_org", sa.String(length=200), nullable=True),
        sa.Column("notified_on", sa.Date(), nullable=True),
        sa.Column("notified_no", sa.String(length=100), nullable=True),
        sa.Column("exempted", sa.String(length=2000), nullable=True),
        sa.Column("submitted_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("submitted_at", sa.DateTime(), nullable=True),
        sa.Column("approved_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("closed_at", sa.DateTime(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(), nullable=True),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.CheckConstraint(
            "state <> 'closed' OR approved_by_id IS NOT NULL", name=op.f("ck_disposal_case_approver_if_approved")
        ),
        sa.CheckConstraint(
            "state NOT IN ('handling', 'awaiting', 'closed') OR handler_id IS NOT NULL",
            name=op.f("ck_disposal_case_has_handler"),
        ),
        sa.CheckConstraint(
            "approved_by_id IS NULL OR approved_by_id <> handler_id", name=op.f("ck_disposal_case_not_the_handler")
        ),
        sa.CheckConstraint(
            "approved_by_id IS NULL OR approved_by_id <> submitted_by_id", name=op.f("ck_disposal_case_two_people")
        ),
        sa.ForeignKeyConstraint(["approved_by_id"], ["user_account.id"], name=op.f("fk_disposal_case_approved_by_id")),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_disposal_case_enterprise_id")),
        sa.ForeignKeyConstraint(["handler_id"], ["user_account.id"], name=op.f("fk_disposal_case_handler_id")),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_disposal_case_org_id")),
        sa.ForeignKeyConstraint(["sample_id"], ["sample.id"], name=op.f("fk_disposal_case_sample_id")),
        sa.ForeignKeyConstraint(
            ["submitted_by_id"], ["user_account.id"], name=op.f("fk_disposal_case_submitted_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disposal_case")),
        sa.UniqueConstraint("org_id", "number", name=op.f("uq_disposal_case_org_id_number")),
        sa.UniqueConstraint("sample_id", "party", name="one_case_per_party"),
    )
    op.create_index("ix_disposal_case_handler", "disposal_case", ["handler_id", "state", "due_on"], unique=False)
    op.create_index("ix_disposal_case_org_state", "disposal_case", ["org_id", "state", "due_on", "id"], unique=False)
    op.create_table(
        "result_report",
        sa.Column("org_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sample_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("report_no", sa.String(length=100), nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("laboratory", sa.String(length=200), nullable=True),
        sa.Column("laboratory_org_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("arrived_on", sa.Date(), nullable=True),
        sa.Column("received_on", sa.Date(), nullable=True),
        sa.Column("reported_on", sa.Date(), nullable=False),
        sa.Column("report_kind", sa.String(length=40), nullable=True),
        sa.Column("conclusion_written", sa.String(length=400), nullable=True),
        sa.Column("remark_supervision", sa.String(length=1000), nullable=True),
        sa.Column("remark_monitoring", sa.String(length=1000), nullable=True),
        sa.Column("import_batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("superseded_at", sa.DateTime(), nullable=True),
        sa.Column("superseded_by_batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("reason", sa.String(length=300), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.ForeignKeyConstraint(
            ["import_batch_id"], ["import_batch.id"], name=op.f("fk_result_report_import_batch_id")
        ),
        sa.ForeignKeyConstraint(
            ["laboratory_org_id"], ["organisation.id"], name=op.f("fk_result_report_laboratory_org_id")
        ),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_result_report_org_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["user_account.id"], name=op.f("fk_result_report_recorded_by_id")),
        sa.ForeignKeyConstraint(["sample_id"], ["sample.id"], name=op.f("fk_result_report_sample_id")),
        sa.ForeignKeyConstraint(
            ["superseded_by_batch_id"], ["import_batch.id"], name=op.f("fk_result_report_superseded_by_batch_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_result_report")),
        sa.UniqueConstraint(
            "sample_id", "report_no", "version", name=op.f("uq_result_report_sample_id_report_no_version")
        ),
    )
    op.create_index("ix_result_report_batch", "result_report", ["import_batch_id", "id"], unique=False)
    op.create_table(
        "result_row",
        sa.Column("org_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("report_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sample_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ordinal", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("line", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("item", sa.String(length=200), nullable=False),
        sa.Column("item_written", sa.String(length=200), nullable=False),
        sa.Column(
            "item_class",
            sa.Enum(
                "农药残留",
                "兽药残留",
                "微生物污染",
                "食品添加剂",
                "质量指标",
                "有机污染物",
                "重金属等元素污染物",
                "生物毒素",
                "非食用物质",
                "标签",
                "其他",
                name="itemclass",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=True,
        ),
        sa.Column(
            "kind",
            sa.Enum("抽检项目", "监测项目", name="itemkind", native_enum=False, create_constraint=True, length=20),
            nullable=True,
        ),
        sa.Column("result_written", sa.String(length=2000), nullable=True),
        sa.Column("value", sa.Numeric(precision=24, scale=10), nullable=True),
        sa.Column("unit", sa.String(length=40), nullable=True),
        sa.Column("verdict_written", sa.String(length=60), nullable=True),
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
            "verdict",
            sa.Enum(
                "合格项",
                "不合格项",
                "问题项",
                "不判定项",
                "未检验",
                name="verdict",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("pending", sa.Boolean(), nullable=False),
        sa.Column("flags", sa.String(length=400), nullable=True),
        sa.Column("reason", sa.String(length=600), nullable=True),
        sa.Column("limit_source", sa.String(length=10), nullable=False),
        sa.Column("limit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("limit_text", sa.String(length=200), nullable=True),
        sa.Column("min_written", sa.String(length=200), nullable=True),
        sa.Column("max_written", sa.String(length=200), nullable=True),
        sa.Column("min_unit", sa.String(length=40), nullable=True),
        sa.Column("limit_unit", sa.String(length=40), nullable=True),
        sa.Column("lod_written", sa.String(length=200), nullable=True),
        sa.Column("lod_unit", sa.String(length=40), nullable=True),
        sa.Column("lod_kind", sa.String(length=20), nullable=True),
        sa.Column("method", sa.String(length=2000), nullable=True),
        sa.Column("basis", sa.String(length=2000), nullable=True),
        sa.Column("note", sa.String(length=2000), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.ForeignKeyConstraint(["limit_id"], ["food_limit.id"], name=op.f("fk_result_row_limit_id")),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_result_row_org_id")),
        sa.ForeignKeyConstraint(["report_id"], ["result_report.id"], name=op.f("fk_result_row_report_id")),
        sa.ForeignKeyConstraint(["sample_id"], ["sample.id"], name=op.f("fk_result_row_sample_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_result_row")),
        sa.UniqueConstraint("report_id", "ordinal", name=op.f("uq_result_row_report_id_ordinal")),
    )
    op.create_index("ix_result_row_item", "result_row", ["item", "id"], unique=False)
    op.create_index("ix_result_row_sample", "result_row", ["sample_id", "id"], unique=False)
    organisation = sa.table(
        "organisation",
        sa.column("id", sa.Integer),
        sa.column("code", sa.String),
        sa.column("name", sa.String),
        sa.column("kind", sa.String),
        sa.column("path", sa.String),
        sa.column("active", sa.Boolean),
        sa.column("created_at", sa.DateTime),
        sa.column("version", sa.Integer),
    )
    now = datetime.now(UTC).replace(tzinfo=None)
    op.bulk_insert(
        organisation,
        [
            {
                "code": "ROOT",
                "name": "市场监督管理局",
                "kind": "市场监管局",
                "path": "/1/",
                "active": True,
                "created_at": now,
                "version": 1,
            }
        ],
    )


def downgrade() -> None:
    op.drop_index("ix_result_row_sample", table_name="result_row")
    op.drop_index("ix_result_row_item", table_name="result_row")
    op.drop_table("result_row")
    op.drop_index("ix_result_report_batch", table_name="result_report")
    op.drop_table("result_report")
    op.drop_index("ix_disposal_case_org_state", table_name="disposal_case")
    op.drop_index("ix_disposal_case_handler", table_name="disposal_case")
    op.drop_table("disposal_case")
    op.drop_index("ix_batch_fact_recorded", table_name="batch_fact")
    op.drop_index("ix_batch_fact_org", table_name="batch_fact")
    op.drop_index("ix_batch_fact_month", table_name="batch_fact")
    op.drop_table("batch_fact")
    op.drop_index("ix_sample_sampled_ent", table_name="sample")
    op.drop_index(op.f("ix_sample_region_id"), table_name="sample")
    op.drop_index("ix_sample_producer", table_name="sample")
    op.drop_index(
        "ix_sample_pending",
        table_name="sample",
        sqlite_where=sa.text("pending_items > 0"),
        postgresql_where=sa.text("pending_items > 0"),
    )
    op.drop_index("ix_sample_organiser", table_name="sample")
    op.drop_index("ix_sample_org_state", table_name="sample")
    op.drop_index("ix_sample_org_sampled", table_name="sample")
    op.drop_index("ix_sample_org", table_name="sample")
    op.drop_index(op.f("ix_sample_local_number"), table_name="sample")
    op.drop_index("ix_sample_laboratory", table_name="sample")
    op.drop_index(
        "ix_sample_lab_waiting",
        table_name="sample",
        sqlite_where=sa.text("state = 'registered'"),
        postgresql_where=sa.text("state = 'registered'"),
    )
    op.drop_index("ix_sample_credit", table_name="sample")
    op.drop_index(op.f("ix_sample_category_id"), table_name="sample")
    op.drop_index("ix_sample_batch", table_name="sample")
    op.drop_table("sample")
    op.drop_table("enterprise_kind")
    op.drop_index("ix_reported_value_plan", table_name="reported_value")
    op.drop_table("reported_value")
    op.drop_index("ix_monthly_return_org", table_name="monthly_return")
    op.drop_table("monthly_return")
    op.drop_index("ix_job_status", table_name="job")
    op.drop_index("ix_job_owner", table_name="job")
    op.drop_table("job")
    op.drop_index(op.f("ix_enterprise_region_id"), table_name="enterprise")
    op.drop_index("ix_enterprise_org", table_name="enterprise")
    op.drop_index("ix_enterprise_name", table_name="enterprise")
    op.drop_index("ix_enterprise_initials", table_name="enterprise")
    op.drop_table("enterprise")
    op.drop_index("ix_user_session_user", table_name="user_session")
    op.drop_table("user_session")
    op.drop_table("user_role")
    op.drop_table("unknown_word")
    op.drop_index("ix_sign_in_attempt_user", table_name="sign_in_attempt")
    op.drop_index("ix_sign_in_attempt_ip", table_name="sign_in_attempt")
    op.drop_table("sign_in_attempt")
    op.drop_index("ix_sampling_task_area", table_name="sampling_task")
    op.drop_table("sampling_task")
    op.drop_index(op.f("ix_old_password_user_id"), table_name="old_password")
    op.drop_table("old_password")
    op.drop_index("ix_import_batch_sha256", table_name="import_batch")
    op.drop_index("ix_import_batch_org", table_name="import_batch")
    op.drop_table("import_batch")
    op.drop_index("ix_attachment_subject", table_name="attachment")
    op.drop_index("ix_attachment_sha256", table_name="attachment")
    op.drop_table("attachment")
    op.drop_index("ix_yearly_target_plan", table_name="yearly_target")
    op.drop_table("yearly_target")
    op.drop_index("ix_user_account_org", table_name="user_account")
    op.drop_table("user_account")
    op.drop_table("plan_indicator")
    op.drop_table("plan_fact")
    op.drop_table("personal_datum")
    op.drop_table("counter")
    op.drop_index("ix_population_region", table_name="population")
    op.drop_table("population")
    op.drop_table("plan")
    op.drop_index(op.f("ix_organisation_region_id"), table_name="organisation")
    op.drop_index("ix_organisation_path", table_name="organisation")
    op.drop_table("organisation")
    op.drop_table("work_day")
    op.drop_table("test_item")
    op.drop_index("ix_region_path", table_name="region")
    op.drop_index(op.f("ix_region_parent_id"), table_name="region")
    op.drop_table("region")
    op.drop_table("item_summary")
    op.drop_table("item_alias")
    op.drop_index("ix_history_subject", table_name="history_entry")
    op.drop_index("ix_history_at", table_name="history_entry")
    op.drop_index("ix_history_actor", table_name="history_entry")
    op.drop_table("history_entry")
    op.drop_index("ix_food_limit_item", table_name="food_limit")
    op.drop_table("food_limit")
    op.drop_index("ix_food_category_parent", table_name="food_category")
    op.drop_table("food_category")
    op.drop_table("deadline_rule")
    op.drop_table("code_value")
    op.drop_table("category_alias")
    op.drop_table("calendar_year")
    op.drop_index("ix_batch_summary_county", table_name="batch_summary")
    op.drop_table("batch_summary")

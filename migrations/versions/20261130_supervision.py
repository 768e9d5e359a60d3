"""Enterprises, risk grades, inspections, random selection, self-inspection reports and incidents.

Columns are added to ``enterprise`` in place; every licence on record becomes a row of its own. Two CHECKs allow more than before; on
SQLite that is said in the schema itself (writable_schema), the documented way for a change that leaves the rows as they are.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261130_supervision"
down_revision = "20261129_retests_and_penalties"
branch_labels = None
depends_on = None

# table, name, type on SQLite, type on PostgreSQL, constraint
COLUMNS = (
    ("enterprise", "station_id", "INTEGER", "BIGINT", "CONSTRAINT fk_enterprise_station_id REFERENCES organisation (id)"),
    ("enterprise", "principal", "VARCHAR(100)", "VARCHAR(100)", ""),
    ("enterprise", "phone", "VARCHAR(60)", "VARCHAR(60)", ""),
    ("enterprise", "merged_into_id", "INTEGER", "BIGINT", "CONSTRAINT fk_enterprise_merged_into_id REFERENCES enterprise (id)"),
)
INDEXED = ("station_id", "merged_into_id")
STATUSES = ("在产", "停产", "注销")
DRAWN = ("抽样对象", "抽样人员", "承检机构", "复检机构")
LICENCES = """
    INSERT INTO enterprise_licence (org_id, enterprise_id, kind, number, valid_to, is_main, recorded_at)
    SELECT org_id, id, licence_kind, licence_no, licence_until, {true}, created_at FROM enterprise
    WHERE licence_no IS NOT NULL OR licence_kind IS NOT NULL OR licence_until IS NOT NULL
"""


def _one_of(column: str, values: tuple[str, ...], sqlite: bool) -> str:
    if sqlite:
        return " OR ".join(f"{column} = '{value}'" for value in values)
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


def _checks(sqlite: bool) -> tuple[tuple[str, str, str, str], ...]:
    """Table, constraint, what it says before and after."""
    drawn = (*DRAWN, "检查对象", "检查人员")
    return (
        (
            "enterprise",
            "ck_enterprise_enterprisestatus",
            _one_of("status", STATUSES, sqlite),
            _one_of("status", (*STATUSES, "已合并"), sqlite),
        ),
        ("drawing", "ck_drawing_drawkind", _one_of("kind", DRAWN, sqlite), _one_of("kind", drawn, sqlite)),
    )


def upgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    for table, name, on_sqlite, elsewhere, constraint in COLUMNS:
        op.execute(f"ALTER TABLE {table} ADD COLUMN {name} {on_sqlite if sqlite else elsewhere} {constraint}")
    for name in INDEXED:
        op.create_index(f"ix_enterprise_{name}", "enterprise", [name])
    _make_tables()
    op.execute(LICENCES.format(true="1" if sqlite else "TRUE"))
    for table, name, before, after in _checks(sqlite):
        _say(table, name, before, after)


def downgrade() -> None:
    _refuse_to_lose()
    for table, name, before, after in _checks(op.get_bind().dialect.name == "sqlite"):
        _say(table, name, after, before)
    _drop_tables()
    for name in INDEXED:
        op.drop_index(f"ix_enterprise_{name}", "enterprise")
    for table, name, *_ in reversed(COLUMNS):
        op.execute(f"ALTER TABLE {table} DROP COLUMN {name}")


def _refuse_to_lose() -> None:
    bind = op.get_bind()
    for table, column, value in (("enterprise", "status", "已合并"), ("drawing", "kind", "检查对象"), ("drawing", "kind", "检查人员")):
        if bind.scalar(sa.text(f"SELECT count(*) FROM {table} WHERE {column} = :value"), {"value": value}):  # noqa: S608
            raise RuntimeError(f"{table} 中有上一版本没有的“{value}”，不能降级")


def _say(table: str, name: str, before: str, after: str) -> None:
    """A CHECK that says something else from now on."""
    bind = op.get_bind()
    if bind.dialect.name != "sqlite":
        op.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        op.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} CHECK ({after})")
        return
    seen = bind.scalar(sa.text("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = :name"), {"name": table})
    if f"({before})" not in seen:
        raise RuntimeError(f"the CHECK {name} is not what an earlier migration made")
    schema = bind.scalar(sa.text("PRAGMA schema_version"))
    op.execute("PRAGMA writable_schema = ON")
    bind.execute(
        sa.text("UPDATE sqlite_master SET sql = replace(sql, :said, :to_say) WHERE type = 'table' AND name = :name"),
        {"said": f"({before})", "to_say": f"({after})", "name": table},
    )
    op.execute(f"PRAGMA schema_version = {schema + 1}")
    op.execute("PRAGMA writable_schema = OFF")


def _make_tables() -> None:
    op.create_table('checklist',
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('edition', sa.String(length=40), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('kinds', sa.String(length=300), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('shipped', sa.Boolean(), nullable=False),
    sa.Column('source', sa.String(length=300), nullable=False),
    sa.Column('confidence', sa.Enum('已核', '待核', name='confidence', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=True),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.Column('recorded_at', sa.DateTime(), nullable=False),
    sa.Column('superseded_at', sa.DateTime(), nullable=True),
    sa.CheckConstraint('valid_to IS NULL OR valid_from <= valid_to', name=op.f('ck_checklist_validity_order')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_checklist')),
    sa.UniqueConstraint('code', 'edition', name=op.f('uq_checklist_code_edition'))
    )
    op.create_table('checklist_item',
    sa.Column('checklist_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('ordinal', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.String(length=20), nullable=False),
    sa.Column('item_group', sa.String(length=100), nullable=False),
    sa.Column('text', sa.String(length=500), nullable=False),
    sa.Column('is_key', sa.Boolean(), nullable=False),
    sa.Column('basis', sa.String(length=300), nullable=True),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.ForeignKeyConstraint(['checklist_id'], ['checklist.id'], name=op.f('fk_checklist_item_checklist_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_checklist_item')),
    sa.UniqueConstraint('checklist_id', 'number', name=op.f('uq_checklist_item_checklist_id_number'))
    )
    op.create_table('inspector',
    sa.Column('org_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.Column('certificate_no', sa.String(length=60), nullable=False),
    sa.Column('department', sa.String(length=200), nullable=True),
    sa.Column('speciality', sa.String(length=200), nullable=True),
    sa.Column('region_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.Column('recorded_at', sa.DateTime(), nullable=False),
    sa.Column('recorded_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('version', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.CheckConstraint('valid_to IS NULL OR valid_from <= valid_to', name=op.f('ck_inspector_validity_order')),
    sa.ForeignKeyConstraint(['org_id'], ['organisation.id'], name=op.f('fk_inspector_org_id')),
    sa.ForeignKeyConstraint(['recorded_by_id'], ['user_account.id'], name=op.f('fk_inspector_recorded_by_id')),
    sa.ForeignKeyConstraint(['region_id'], ['region.id'], name=op.f('fk_inspector_region_id')),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_inspector_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_inspector')),
    sa.UniqueConstraint('org_id', 'certificate_no', name=op.f('uq_inspector_org_id_certificate_no'))
    )
    op.create_table('risk_rule_set',
    sa.Column('org_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('edition', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('kinds', sa.String(length=300), nullable=False),
    sa.Column('source', sa.String(length=300), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.Column('content', sa.JSON(), nullable=False),
    sa.Column('content_sha256', sa.String(length=64), nullable=False),
    sa.Column('state', sa.Enum('draft', 'submitted', 'adopted', 'retired', 'voided', name='rulesetstate', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('created_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('proposed_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('decided_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('decided_at', sa.DateTime(), nullable=True),
    sa.Column('submission_key', sa.String(length=60), nullable=True),
    sa.Column('version', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.CheckConstraint('decided_by_id IS NULL OR decided_by_id <> proposed_by_id', name=op.f('ck_risk_rule_set_two_people')),
    sa.CheckConstraint('valid_to IS NULL OR valid_from <= valid_to', name=op.f('ck_risk_rule_set_validity_order')),
    sa.ForeignKeyConstraint(['created_by_id'], ['user_account.id'], name=op.f('fk_risk_rule_set_created_by_id')),
    sa.ForeignKeyConstraint(['decided_by_id'], ['user_account.id'], name=op.f('fk_risk_rule_set_decided_by_id')),
    sa.ForeignKeyConstraint(['org_id'], ['organisation.id'], name=op.f('fk_risk_rule_set_org_id')),
    sa.ForeignKeyConstraint(['proposed_by_id'], ['user_account.id'], name=op.f('fk_risk_rule_set_proposed_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_risk_rule_set')),
    sa.UniqueConstraint('org_id', 'code', 'edition', name=op.f('uq_risk_rule_set_org_id_code_edition'))
    )
    op.create_table('risk_run',
    sa.Column('org_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.String(length=60), nullable=False),
    sa.Column('year', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('region_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('rule_code', sa.String(length=60), nullable=False),
    sa.Column('rule_set_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('rule_sha256', sa.String(length=64), nullable=False),
    sa.Column('from_on', sa.Date(), nullable=False),
    sa.Column('to_on', sa.Date(), nullable=False),
    sa.Column('counts', sa.JSON(), nullable=False),
    sa.Column('state', sa.Enum('previewed', 'submitted', 'confirmed', 'discarded', name='riskrunstate', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('proposed_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('decided_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('decided_at', sa.DateTime(), nullable=True),
    sa.Column('submission_key', sa.String(length=60), nullable=True),
    sa.Column('version', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.CheckConstraint('decided_by_id IS NULL OR decided_by_id <> proposed_by_id', name=op.f('ck_risk_run_two_people')),
    sa.ForeignKeyConstraint(['decided_by_id'], ['user_account.id'], name=op.f('fk_risk_run_decided_by_id')),
    sa.ForeignKeyConstraint(['org_id'], ['organisation.id'], name=op.f('fk_risk_run_org_id')),
    sa.ForeignKeyConstraint(['proposed_by_id'], ['user_account.id'], name=op.f('fk_risk_run_proposed_by_id')),
    sa.ForeignKeyConstraint(['region_id'], ['region.id'], name=op.f('fk_risk_run_region_id')),
    sa.ForeignKeyConstraint(['rule_set_id'], ['risk_rule_set.id'], name=op.f('fk_risk_run_rule_set_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_risk_run')),
    sa.UniqueConstraint('org_id', 'number', name=op.f('uq_risk_run_org_id_number'))
    )
    op.create_table('random_programme',
    sa.Column('org_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.String(length=60), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('year', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('matter', sa.String(length=500), nullable=False),
    sa.Column('checklist_code', sa.String(length=40), nullable=True),
    sa.Column('filters', sa.JSON(), nullable=False),
    sa.Column('take', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('permille', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('team_size', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('from_on', sa.Date(), nullable=False),
    sa.Column('to_on', sa.Date(), nullable=False),
    sa.Column('state', sa.Enum('draft', 'frozen', 'drawn', 'finished', 'published', 'voided', name='programmestate', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('enterprise_drawing_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('inspector_drawing_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('publish_due_on', sa.Date(), nullable=True),
    sa.Column('published_on', sa.Date(), nullable=True),
    sa.Column('published_where', sa.String(length=300), nullable=True),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('created_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('submission_key', sa.String(length=60), nullable=True),
    sa.Column('version', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.CheckConstraint('from_on <= to_on', name=op.f('ck_random_programme_term_order')),
    sa.CheckConstraint('team_size >= 2', name=op.f('ck_random_programme_two_at_least')),
    sa.ForeignKeyConstraint(['created_by_id'], ['user_account.id'], name=op.f('fk_random_programme_created_by_id')),
    sa.ForeignKeyConstraint(['enterprise_drawing_id'], ['drawing.id'], name=op.f('fk_random_programme_enterprise_drawing_id')),
    sa.ForeignKeyConstraint(['inspector_drawing_id'], ['drawing.id'], name=op.f('fk_random_programme_inspector_drawing_id')),
    sa.ForeignKeyConstraint(['org_id'], ['organisation.id'], name=op.f('fk_random_programme_org_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_random_programme')),
    sa.UniqueConstraint('org_id', 'number', name=op.f('uq_random_programme_org_id_number'))
    )
    op.create_table('archive_element',
    sa.Column('org_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('enterprise_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('value', sa.String(length=1000), nullable=True),
    sa.Column('attachment_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('seen_on', sa.Date(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(), nullable=False),
    sa.Column('recorded_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('superseded_at', sa.DateTime(), nullable=True),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.ForeignKeyConstraint(['attachment_id'], ['attachment.id'], name=op.f('fk_archive_element_attachment_id')),
    sa.ForeignKeyConstraint(['enterprise_id'], ['enterprise.id'], name=op.f('fk_archive_element_enterprise_id')),
    sa.ForeignKeyConstraint(['org_id'], ['organisation.id'], name=op.f('fk_archive_element_org_id')),
    sa.ForeignKeyConstraint(['recorded_by_id'], ['user_account.id'], name=op.f('fk_archive_element_recorded_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_archive_element'))
    )
    op.create_table('enterprise_category',
    sa.Column('org_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('enterprise_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('scheme', sa.Enum('食品类别', '许可类别', name='codescheme', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.ForeignKeyConstraint(['enterprise_id'], ['enterprise.id'], name=op.f('fk_enterprise_category_enterprise_id')),
    sa.ForeignKeyConstraint(['org_id'], ['organisation.id'], name=op.f('fk_enterprise_category_org_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_enterprise_category')),
    sa.UniqueConstraint('enterprise_id', 'scheme', 'code', name=op.f('uq_enterprise_category_enterprise_id_scheme_code'))
    )
    op.create_table('enterprise_former_name',
    sa.Column('org_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('enterprise_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('given_up_on', sa.Date(), nullable=True),
    sa.Column('recorded_at', sa.DateTime(), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.ForeignKeyConstraint(['enterprise_id'], ['enterprise.id'], name=op.f('fk_enterprise_former_name_enterprise_id')),
    sa.ForeignKeyConstraint(['org_id'], ['organisation.id'], name=op.f('fk_enterprise_former_name_org_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_enterprise_former_name')),
    sa.UniqueConstraint('enterprise_id', 'name', name=op.f('uq_enterprise_former_name_enterprise_id_name'))
    )
    op.create_table('enterprise_licence',
    sa.Column('org_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('enterprise_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=True),
    sa.Column('number', sa.String(length=60), nullable=True),
    sa.Column('scope', sa.String(length=500), nullable=True),
    sa.Column('issued_by', sa.String(length=200), nullable=True),
    sa.Column('issued_on', sa.Date(), nullable=True),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.Column('is_main', sa.Boolean(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(), nullable=False),
    sa.Column('recorded_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('ended_at', sa.DateTime(), nullable=True),
    sa.Column('end_reason', sa.String(length=300), nullable=True),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.CheckConstraint('valid_to IS NULL OR issued_on IS NULL OR issued_on <= valid_to', name=op.f('ck_enterprise_licence_validity_order')),
    sa.ForeignKeyConstraint(['enterprise_id'], ['enterprise.id'], name=op.f('fk_enterprise_licence_enterprise_id')),
    sa.ForeignKeyConstraint(['org_id'], ['organisation.id'], name=op.f('fk_enterprise_licence_org_id')),
    sa.ForeignKeyConstraint(['recorded_by_id'], ['user_account.id'], name=op.f('fk_enterprise_licence_recorded_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_enterprise_licence'))
    )
    op.create_table('enterprise_merge',
    sa.Column('org_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.String(length=60), nullable=False),
    sa.Column('kept_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('merged_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('merged_name', sa.String(length=300), nullable=False),
    sa.Column('merged_status', sa.String(length=20), nullable=False),
    sa.Column('reason', sa.String(length=500), nullable=False),
    sa.Column('moved', sa.JSON(), nullable=False),
    sa.Column('state', sa.Enum('merged', 'undone', name='mergestate', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('merged_at', sa.DateTime(), nullable=False),
    sa.Column('merged_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('undone_at', sa.DateTime(), nullable=True),
    sa.Column('undone_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('submission_key', sa.String(length=60), nullable=True),
    sa.Column('version', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.CheckConstraint('kept_id <> merged_id', name=op.f('ck_enterprise_merge_two_records')),
    sa.ForeignKeyConstraint(['kept_id'], ['enterprise.id'], name=op.f('fk_enterprise_merge_kept_id')),
    sa.ForeignKeyConstraint(['merged_by_id'], ['user_account.id'], name=op.f('fk_enterprise_merge_merged_by_id')),
    sa.ForeignKeyConstraint(['merged_id'], ['enterprise.id'], name=op.f('fk_enterprise_merge_merged_id')),
    sa.ForeignKeyConstraint(['org_id'], ['organisation.id'], name=op.f('fk_enterprise_merge_org_id')),
    sa.ForeignKeyConstraint(['undone_by_id'], ['user_account.id'], name=op.f('fk_enterprise_merge_undone_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_enterprise_merge'))
    )
    op.create_table('incident',
    sa.Column('org_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.String(length=60), nullable=False),
    sa.Column('domain', sa.Enum('食品', '药品', '医疗器械', '化妆品', '工业产品', name='incidentdomain', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('occurred_on', sa.Date(), nullable=False),
    sa.Column('reported_on', sa.Date(), nullable=False),
    sa.Column('region_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('enterprise_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('place', sa.String(length=300), nullable=True),
    sa.Column('ill', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('dead', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('proposed_severity', sa.Enum('特别重大', '重大', '较大', '一般', '未达级别', name='proposed_severity', native_enum=False, create_constraint=True, length=20), nullable=True),
    sa.Column('severity', sa.Enum('特别重大', '重大', '较大', '一般', '未达级别', name='severity', native_enum=False, create_constraint=True, length=20), nullable=True),
    sa.Column('description', sa.String(length=2000), nullable=False),
    sa.Column('cause', sa.String(length=2000), nullable=True),
    sa.Column('measures', sa.String(length=2000), nullable=True),
    sa.Column('state', sa.Enum('reported', 'rated', 'closed', 'voided', name='incidentstate', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('proposed_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('rated_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('rated_on', sa.Date(), nullable=True),
    sa.Column('rated_at', sa.DateTime(), nullable=True),
    sa.Column('rating_document', sa.String(length=200), nullable=True),
    sa.Column('closed_on', sa.Date(), nullable=True),
    sa.Column('voided_at', sa.DateTime(), nullable=True),
    sa.Column('submission_key', sa.String(length=60), nullable=True),
    sa.Column('version', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.CheckConstraint("state NOT IN ('rated', 'closed') OR severity IS NOT NULL", name=op.f('ck_incident_rated_how')),
    sa.CheckConstraint('occurred_on <= reported_on', name=op.f('ck_incident_report_order')),
    sa.CheckConstraint('rated_by_id IS NULL OR rated_by_id <> proposed_by_id', name=op.f('ck_incident_two_people')),
    sa.ForeignKeyConstraint(['enterprise_id'], ['enterprise.id'], name=op.f('fk_incident_enterprise_id')),
    sa.ForeignKeyConstraint(['org_id'], ['organisation.id'], name=op.f('fk_incident_org_id')),
    sa.ForeignKeyConstraint(['proposed_by_id'], ['user_account.id'], name=op.f('fk_incident_proposed_by_id')),
    sa.ForeignKeyConstraint(['rated_by_id'], ['user_account.id'], name=op.f('fk_incident_rated_by_id')),
    sa.ForeignKeyConstraint(['region_id'], ['region.id'], name=op.f('fk_incident_region_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_incident')),
    sa.UniqueConstraint('org_id', 'number', name=op.f('uq_incident_org_id_number'))
    )
    op.create_table('random_partner',
    sa.Column('org_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('programme_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('department', sa.String(length=200), nullable=False),
    sa.Column('matter', sa.String(length=500), nullable=False),
    sa.Column('contact', sa.String(length=200), nullable=True),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.ForeignKeyConstraint(['org_id'], ['organisation.id'], name=op.f('fk_random_partner_org_id')),
    sa.ForeignKeyConstraint(['programme_id'], ['random_programme.id'], name=op.f('fk_random_partner_programme_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_random_partner')),
    sa.UniqueConstraint('programme_id', 'department', name=op.f('uq_random_partner_programme_id_department'))
    )
    op.create_table('risk_event',
    sa.Column('org_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.String(length=60), nullable=False),
    sa.Column('enterprise_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.Enum('故意违法并受处罚', '国家或省级监督抽检不合格', '违法造成不良社会影响', '发生食品安全事故', '不按规定召回或停止生产经营', '拒绝、逃避、阻挠检查', '列入严重违法失信名单', '其他应当上调的情形', '连续三年无违法记录', '获得良好生产规范或危害分析认证', '获得地市级以上政府质量奖', '其他可以下调的情形', name='riskeventkind', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('occurred_on', sa.Date(), nullable=False),
    sa.Column('steps', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('source_kind', sa.String(length=30), nullable=True),
    sa.Column('source_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('source', sa.String(length=300), nullable=False),
    sa.Column('automatic', sa.Boolean(), nullable=False),
    sa.Column('state', sa.Enum('recorded', 'voided', name='riskeventstate', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('recorded_at', sa.DateTime(), nullable=False),
    sa.Column('proposed_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('void_reason', sa.String(length=500), nullable=True),
    sa.Column('submission_key', sa.String(length=60), nullable=True),
    sa.Column('version', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.ForeignKeyConstraint(['enterprise_id'], ['enterprise.id'], name=op.f('fk_risk_event_enterprise_id')),
    sa.ForeignKeyConstraint(['org_id'], ['organisation.id'], name=op.f('fk_risk_event_org_id')),
    sa.ForeignKeyConstraint(['proposed_by_id'], ['user_account.id'], name=op.f('fk_risk_event_proposed_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_risk_event')),
    sa.UniqueConstraint('org_id', 'number', name=op.f('uq_risk_event_org_id_number'))
    )
    op.create_table('risk_profile',
    sa.Column('org_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('enterprise_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('facts', sa.JSON(), nullable=False),
    sa.Column('seen_on', sa.Date(), nullable=False),
    sa.Column('source', sa.String(length=300), nullable=True),
    sa.Column('recorded_at', sa.DateTime(), nullable=False),
    sa.Column('recorded_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('superseded_at', sa.DateTime(), nullable=True),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.ForeignKeyConstraint(['enterprise_id'], ['enterprise.id'], name=op.f('fk_risk_profile_enterprise_id')),
    sa.ForeignKeyConstraint(['org_id'], ['organisation.id'], name=op.f('fk_risk_profile_org_id')),
    sa.ForeignKeyConstraint(['recorded_by_id'], ['user_account.id'], name=op.f('fk_risk_profile_recorded_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_risk_profile'))
    )
    op.create_table('self_report',
    sa.Column('org_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('enterprise_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('period', sa.String(length=20), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('basis', sa.String(length=300), nullable=True),
    sa.Column('state', sa.Enum('due', 'received', 'waived', name='selfreportstate', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('urged_on', sa.Date(), nullable=True),
    sa.Column('urgings', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('received_on', sa.Date(), nullable=True),
    sa.Column('received_at', sa.DateTime(), nullable=True),
    sa.Column('problems', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('rectified', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('summary', sa.String(length=2000), nullable=True),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('created_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('version', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.CheckConstraint("state <> 'received' OR received_on IS NOT NULL", name=op.f('ck_self_report_received_when')),
    sa.ForeignKeyConstraint(['created_by_id'], ['user_account.id'], name=op.f('fk_self_report_created_by_id')),
    sa.ForeignKeyConstraint(['enterprise_id'], ['enterprise.id'], name=op.f('fk_self_report_enterprise_id')),
    sa.ForeignKeyConstraint(['org_id'], ['organisation.id'], name=op.f('fk_self_report_org_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_self_report')),
    sa.UniqueConstraint('enterprise_id', 'kind', 'period', name=op.f('uq_self_report_enterprise_id_kind_period'))
    )
    op.create_table('risk_grade',
    sa.Column('org_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.String(length=60), nullable=False),
    sa.Column('enterprise_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('year', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('cause', sa.Enum('年度评定', '新办评定', '事件调整', '人工调整', '更正', name='gradecause', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('rule_code', sa.String(length=60), nullable=False),
    sa.Column('rule_set_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('rule_sha256', sa.String(length=64), nullable=False),
    sa.Column('run_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('event_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('former_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('static_points', sa.Numeric(precision=7, scale=2), nullable=True),
    sa.Column('dynamic_points', sa.Numeric(precision=7, scale=2), nullable=True),
    sa.Column('credit_points', sa.Numeric(precision=7, scale=2), nullable=True),
    sa.Column('total', sa.Numeric(precision=7, scale=2), nullable=True),
    sa.Column('suggested', sa.Enum('A', 'B', 'C', 'D', name='suggested', native_enum=False, create_constraint=True, length=20), nullable=True),
    sa.Column('steps', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('grade', sa.Enum('A', 'B', 'C', 'D', name='grade', native_enum=False, create_constraint=True, length=20), nullable=True),
    sa.Column('reason', sa.String(length=500), nullable=True),
    sa.Column('facts', sa.JSON(), nullable=False),
    sa.Column('state', sa.Enum('draft', 'proposed', 'confirmed', 'replaced', 'voided', name='gradestate', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('effective_from', sa.Date(), nullable=True),
    sa.Column('effective_to', sa.Date(), nullable=True),
    sa.Column('proposed_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('decided_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('decided_at', sa.DateTime(), nullable=True),
    sa.Column('opinion', sa.String(length=500), nullable=True),
    sa.Column('submission_key', sa.String(length=60), nullable=True),
    sa.Column('version', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.CheckConstraint("state <> 'confirmed' OR grade IS NOT NULL", name=op.f('ck_risk_grade_graded_if_confirmed')),
    sa.CheckConstraint('decided_by_id IS NULL OR decided_by_id <> proposed_by_id', name=op.f('ck_risk_grade_two_people')),
    sa.CheckConstraint('effective_to IS NULL OR effective_from <= effective_to', name=op.f('ck_risk_grade_validity_order')),
    sa.ForeignKeyConstraint(['decided_by_id'], ['user_account.id'], name=op.f('fk_risk_grade_decided_by_id')),
    sa.ForeignKeyConstraint(['enterprise_id'], ['enterprise.id'], name=op.f('fk_risk_grade_enterprise_id')),
    sa.ForeignKeyConstraint(['event_id'], ['risk_event.id'], name=op.f('fk_risk_grade_event_id')),
    sa.ForeignKeyConstraint(['former_id'], ['risk_grade.id'], name=op.f('fk_risk_grade_former_id')),
    sa.ForeignKeyConstraint(['org_id'], ['organisation.id'], name=op.f('fk_risk_grade_org_id')),
    sa.ForeignKeyConstraint(['proposed_by_id'], ['user_account.id'], name=op.f('fk_risk_grade_proposed_by_id')),
    sa.ForeignKeyConstraint(['rule_set_id'], ['risk_rule_set.id'], name=op.f('fk_risk_grade_rule_set_id')),
    sa.ForeignKeyConstraint(['run_id'], ['risk_run.id'], name=op.f('fk_risk_grade_run_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_risk_grade')),
    sa.UniqueConstraint('org_id', 'number', name=op.f('uq_risk_grade_org_id_number'))
    )
    op.create_table('risk_point',
    sa.Column('org_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('grade_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('ordinal', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('component', sa.Enum('静态风险因素', '动态风险因素', '通用信用风险', '等级调整', name='riskcomponent', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('code', sa.String(length=60), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('value', sa.String(length=300), nullable=True),
    sa.Column('points', sa.Numeric(precision=7, scale=2), nullable=False),
    sa.Column('most', sa.Numeric(precision=7, scale=2), nullable=True),
    sa.Column('steps', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('evidence_kind', sa.String(length=30), nullable=True),
    sa.Column('evidence_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('evidence', sa.String(length=300), nullable=True),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.ForeignKeyConstraint(['grade_id'], ['risk_grade.id'], name=op.f('fk_risk_point_grade_id')),
    sa.ForeignKeyConstraint(['org_id'], ['organisation.id'], name=op.f('fk_risk_point_org_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_risk_point')),
    sa.UniqueConstraint('grade_id', 'ordinal', name=op.f('uq_risk_point_grade_id_ordinal'))
    )
    op.create_table('inspection',
    sa.Column('org_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.String(length=60), nullable=False),
    sa.Column('enterprise_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('enterprise_name', sa.String(length=300), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('nature', sa.Enum('日常监督检查', '专项检查', '飞行检查', '体系检查', '双随机抽查', '回头看', '投诉举报核查', name='inspectionnature', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('checklist_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('recheck_of_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('place', sa.String(length=300), nullable=True),
    sa.Column('planned_on', sa.Date(), nullable=True),
    sa.Column('inspected_on', sa.Date(), nullable=True),
    sa.Column('from_at', sa.DateTime(), nullable=True),
    sa.Column('to_at', sa.DateTime(), nullable=True),
    sa.Column('lead_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('second_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('others', sa.String(length=300), nullable=True),
    sa.Column('lead_signed_at', sa.DateTime(), nullable=True),
    sa.Column('second_signed_at', sa.DateTime(), nullable=True),
    sa.Column('company_person', sa.String(length=100), nullable=True),
    sa.Column('company_signature', sa.Enum('已签字', '拒绝签字', '无人签字', name='companysignature', native_enum=False, create_constraint=True, length=20), nullable=True),
    sa.Column('company_opinion', sa.String(length=1000), nullable=True),
    sa.Column('witness', sa.String(length=200), nullable=True),
    sa.Column('state', sa.Enum('planned', 'recording', 'finished', 'voided', name='inspectionstate', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('result', sa.Enum('符合', '基本符合', '不符合', '拒绝检查', '无法联系', name='inspectionresult', native_enum=False, create_constraint=True, length=20), nullable=True),
    sa.Column('result_reason', sa.String(length=500), nullable=True),
    sa.Column('measure', sa.Enum('无需处理', '当场改正', '责令改正', '移交立案', '其他', name='inspectionmeasure', native_enum=False, create_constraint=True, length=20), nullable=True),
    sa.Column('opinion', sa.String(length=2000), nullable=True),
    sa.Column('filing_no', sa.String(length=100), nullable=True),
    sa.Column('penalty_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('finished_on', sa.Date(), nullable=True),
    sa.Column('finished_at', sa.DateTime(), nullable=True),
    sa.Column('publish_due_on', sa.Date(), nullable=True),
    sa.Column('published_on', sa.Date(), nullable=True),
    sa.Column('published_at', sa.DateTime(), nullable=True),
    sa.Column('published_where', sa.String(length=300), nullable=True),
    sa.Column('not_public', sa.String(length=300), nullable=True),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('created_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('voided_at', sa.DateTime(), nullable=True),
    sa.Column('submission_key', sa.String(length=60), nullable=True),
    sa.Column('version', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.CheckConstraint("state <> 'finished' OR (lead_id IS NOT NULL AND second_id IS NOT NULL)", name=op.f('ck_inspection_both_if_finished')),
    sa.CheckConstraint("state <> 'finished' OR result IS NOT NULL", name=op.f('ck_inspection_result_if_finished')),
    sa.CheckConstraint('finished_on IS NULL OR inspected_on <= finished_on', name=op.f('ck_inspection_finish_order')),
    sa.CheckConstraint('second_id IS NULL OR second_id <> lead_id', name=op.f('ck_inspection_two_inspectors')),
    sa.ForeignKeyConstraint(['checklist_id'], ['checklist.id'], name=op.f('fk_inspection_checklist_id')),
    sa.ForeignKeyConstraint(['created_by_id'], ['user_account.id'], name=op.f('fk_inspection_created_by_id')),
    sa.ForeignKeyConstraint(['enterprise_id'], ['enterprise.id'], name=op.f('fk_inspection_enterprise_id')),
    sa.ForeignKeyConstraint(['lead_id'], ['user_account.id'], name=op.f('fk_inspection_lead_id')),
    sa.ForeignKeyConstraint(['org_id'], ['organisation.id'], name=op.f('fk_inspection_org_id')),
    sa.ForeignKeyConstraint(['penalty_id'], ['penalty.id'], name=op.f('fk_inspection_penalty_id')),
    sa.ForeignKeyConstraint(['recheck_of_id'], ['inspection.id'], name=op.f('fk_inspection_recheck_of_id')),
    sa.ForeignKeyConstraint(['second_id'], ['user_account.id'], name=op.f('fk_inspection_second_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_inspection')),
    sa.UniqueConstraint('org_id', 'number', name=op.f('uq_inspection_org_id_number'))
    )
    op.create_table('inspection_duty',
    sa.Column('org_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('enterprise_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('year', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('ordinal', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('grade', sa.Enum('A', 'B', 'C', 'D', name='grade', native_enum=False, create_constraint=True, length=20), nullable=True),
    sa.Column('risk_grade_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('from_on', sa.Date(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('why', sa.String(length=300), nullable=False),
    sa.Column('assigned_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('inspection_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('created_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('cancelled_at', sa.DateTime(), nullable=True),
    sa.Column('cancel_why', sa.String(length=300), nullable=True),
    sa.Column('version', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.CheckConstraint('ordinal > 0', name=op.f('ck_inspection_duty_counted_from_one')),
    sa.ForeignKeyConstraint(['assigned_id'], ['user_account.id'], name=op.f('fk_inspection_duty_assigned_id')),
    sa.ForeignKeyConstraint(['created_by_id'], ['user_account.id'], name=op.f('fk_inspection_duty_created_by_id')),
    sa.ForeignKeyConstraint(['enterprise_id'], ['enterprise.id'], name=op.f('fk_inspection_duty_enterprise_id')),
    sa.ForeignKeyConstraint(['inspection_id'], ['inspection.id'], name=op.f('fk_inspection_duty_inspection_id')),
    sa.ForeignKeyConstraint(['org_id'], ['organisation.id'], name=op.f('fk_inspection_duty_org_id')),
    sa.ForeignKeyConstraint(['risk_grade_id'], ['risk_grade.id'], name=op.f('fk_inspection_duty_risk_grade_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_inspection_duty')),
    sa.UniqueConstraint('enterprise_id', 'kind', 'year', 'ordinal', name=op.f('uq_inspection_duty_enterprise_id_kind_year_ordinal'))
    )
    op.create_table('inspection_finding',
    sa.Column('org_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('inspection_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('item_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('answer', sa.Enum('符合', '不符合', '不适用', '未检查', name='findinganswer', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('note', sa.String(length=500), nullable=True),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.ForeignKeyConstraint(['inspection_id'], ['inspection.id'], name=op.f('fk_inspection_finding_inspection_id')),
    sa.ForeignKeyConstraint(['item_id'], ['checklist_item.id'], name=op.f('fk_inspection_finding_item_id')),
    sa.ForeignKeyConstraint(['org_id'], ['organisation.id'], name=op.f('fk_inspection_finding_org_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_inspection_finding')),
    sa.UniqueConstraint('inspection_id', 'item_id', name=op.f('uq_inspection_finding_inspection_id_item_id'))
    )
    op.create_table('random_target',
    sa.Column('org_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('programme_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('enterprise_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('drawn_rank', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('inspection_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('outcome', sa.Enum('未发现问题', '发现问题已责令改正', '发现问题待后续处理', '通过登记的住所（经营场所）无法联系', '不配合检查情节严重', '未开展本次抽查涉及的经营活动', '已停业或注销', name='randomoutcome', native_enum=False, create_constraint=True, length=20), nullable=True),
    sa.Column('outcome_note', sa.String(length=500), nullable=True),
    sa.Column('inspected_on', sa.Date(), nullable=True),
    sa.Column('recorded_at', sa.DateTime(), nullable=True),
    sa.Column('recorded_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.ForeignKeyConstraint(['enterprise_id'], ['enterprise.id'], name=op.f('fk_random_target_enterprise_id')),
    sa.ForeignKeyConstraint(['inspection_id'], ['inspection.id'], name=op.f('fk_random_target_inspection_id')),
    sa.ForeignKeyConstraint(['org_id'], ['organisation.id'], name=op.f('fk_random_target_org_id')),
    sa.ForeignKeyConstraint(['programme_id'], ['random_programme.id'], name=op.f('fk_random_target_programme_id')),
    sa.ForeignKeyConstraint(['recorded_by_id'], ['user_account.id'], name=op.f('fk_random_target_recorded_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_random_target')),
    sa.UniqueConstraint('programme_id', 'enterprise_id', name=op.f('uq_random_target_programme_id_enterprise_id'))
    )
    op.create_table('rectification_order',
    sa.Column('org_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.String(length=60), nullable=False),
    sa.Column('inspection_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('enterprise_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('enterprise_name', sa.String(length=300), nullable=False),
    sa.Column('requirement', sa.String(length=2000), nullable=False),
    sa.Column('basis', sa.String(length=500), nullable=True),
    sa.Column('at_once', sa.Boolean(), nullable=False),
    sa.Column('ordered_on', sa.Date(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('extended_to', sa.Date(), nullable=True),
    sa.Column('state', sa.Enum('ordered', 'reported', 'passed', 'failed', 'voided', name='rectificationstate', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('reported_on', sa.Date(), nullable=True),
    sa.Column('report', sa.String(length=2000), nullable=True),
    sa.Column('rechecked_on', sa.Date(), nullable=True),
    sa.Column('recheck', sa.String(length=2000), nullable=True),
    sa.Column('recheck_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('rounds', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('filing_no', sa.String(length=100), nullable=True),
    sa.Column('penalty_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('handler_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('created_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('submission_key', sa.String(length=60), nullable=True),
    sa.Column('version', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.CheckConstraint("state NOT IN ('passed', 'failed') OR rechecked_on IS NOT NULL", name=op.f('ck_rectification_order_rechecked_when')),
    sa.CheckConstraint('ordered_on <= due_on', name=op.f('ck_rectification_order_term_order')),
    sa.ForeignKeyConstraint(['created_by_id'], ['user_account.id'], name=op.f('fk_rectification_order_created_by_id')),
    sa.ForeignKeyConstraint(['enterprise_id'], ['enterprise.id'], name=op.f('fk_rectification_order_enterprise_id')),
    sa.ForeignKeyConstraint(['handler_id'], ['user_account.id'], name=op.f('fk_rectification_order_handler_id')),
    sa.ForeignKeyConstraint(['inspection_id'], ['inspection.id'], name=op.f('fk_rectification_order_inspection_id')),
    sa.ForeignKeyConstraint(['org_id'], ['organisation.id'], name=op.f('fk_rectification_order_org_id')),
    sa.ForeignKeyConstraint(['penalty_id'], ['penalty.id'], name=op.f('fk_rectification_order_penalty_id')),
    sa.ForeignKeyConstraint(['recheck_id'], ['inspection.id'], name=op.f('fk_rectification_order_recheck_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rectification_order')),
    sa.UniqueConstraint('org_id', 'number', name=op.f('uq_rectification_order_org_id_number'))
    )
    op.create_table('random_finding',
    sa.Column('org_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('target_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('department', sa.String(length=200), nullable=False),
    sa.Column('outcome', sa.Enum('未发现问题', '发现问题已责令改正', '发现问题待后续处理', '通过登记的住所（经营场所）无法联系', '不配合检查情节严重', '未开展本次抽查涉及的经营活动', '已停业或注销', name='randomoutcome', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('note', sa.String(length=500), nullable=True),
    sa.Column('recorded_at', sa.DateTime(), nullable=False),
    sa.Column('recorded_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.ForeignKeyConstraint(['org_id'], ['organisation.id'], name=op.f('fk_random_finding_org_id')),
    sa.ForeignKeyConstraint(['recorded_by_id'], ['user_account.id'], name=op.f('fk_random_finding_recorded_by_id')),
    sa.ForeignKeyConstraint(['target_id'], ['random_target.id'], name=op.f('fk_random_finding_target_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_random_finding')),
    sa.UniqueConstraint('target_id', 'department', name=op.f('uq_random_finding_target_id_department'))
    )
    op.create_table('random_member',
    sa.Column('org_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('target_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('inspector_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('ordinal', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('replaced_why', sa.String(length=300), nullable=True),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.ForeignKeyConstraint(['inspector_id'], ['inspector.id'], name=op.f('fk_random_member_inspector_id')),
    sa.ForeignKeyConstraint(['org_id'], ['organisation.id'], name=op.f('fk_random_member_org_id')),
    sa.ForeignKeyConstraint(['target_id'], ['random_target.id'], name=op.f('fk_random_member_target_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_random_member')),
    sa.UniqueConstraint('target_id', 'inspector_id', name=op.f('uq_random_member_target_id_inspector_id'))
    )
    op.create_index('ix_inspector_org', 'inspector', ['org_id', 'id'], unique=False)
    op.create_index('ix_risk_rule_set_org', 'risk_rule_set', ['org_id', 'state', 'id'], unique=False)
    op.create_index('uq_risk_rule_set_submission', 'risk_rule_set', ['submission_key'], unique=True)
    op.create_index('ix_risk_run_org', 'risk_run', ['org_id', 'state', 'id'], unique=False)
    op.create_index('uq_risk_run_submission', 'risk_run', ['submission_key'], unique=True)
    op.create_index('ix_random_programme_org', 'random_programme', ['org_id', 'year', 'id'], unique=False)
    op.create_index('uq_random_programme_submission', 'random_programme', ['submission_key'], unique=True)
    op.create_index('ix_archive_element_enterprise', 'archive_element', ['enterprise_id', 'code', 'id'], unique=False)
    op.create_index('ix_archive_element_org', 'archive_element', ['org_id', 'id'], unique=False)
    op.create_index('uq_archive_element_current', 'archive_element', ['enterprise_id', 'code'], unique=True, sqlite_where=sa.text('superseded_at IS NULL'), postgresql_where=sa.text('superseded_at IS NULL'))
    op.create_index('ix_enterprise_category_code', 'enterprise_category', ['scheme', 'code', 'enterprise_id'], unique=False)
    op.create_index('ix_enterprise_former_name_name', 'enterprise_former_name', ['name'], unique=False)
    op.create_index('ix_enterprise_licence_enterprise', 'enterprise_licence', ['enterprise_id', 'id'], unique=False)
    op.create_index('ix_enterprise_licence_until', 'enterprise_licence', ['org_id', 'valid_to', 'id'], unique=False)
    op.create_index('ix_enterprise_merge_kept', 'enterprise_merge', ['kept_id', 'id'], unique=False)
    op.create_index('ix_enterprise_merge_merged', 'enterprise_merge', ['merged_id', 'id'], unique=False)
    op.create_index('ix_enterprise_merge_org', 'enterprise_merge', ['org_id', 'state', 'id'], unique=False)
    op.create_index('uq_enterprise_merge_submission', 'enterprise_merge', ['submission_key'], unique=True)
    op.create_index('ix_incident_enterprise', 'incident', ['enterprise_id', 'id'], unique=False)
    op.create_index('ix_incident_occurred', 'incident', ['org_id', 'occurred_on', 'id'], unique=False)
    op.create_index('ix_incident_org', 'incident', ['org_id', 'state', 'id'], unique=False)
    op.create_index('uq_incident_submission', 'incident', ['submission_key'], unique=True)
    op.create_index('ix_risk_event_enterprise', 'risk_event', ['enterprise_id', 'id'], unique=False)
    op.create_index('ix_risk_event_org', 'risk_event', ['org_id', 'state', 'id'], unique=False)
    op.create_index('ix_risk_event_source', 'risk_event', ['source_kind', 'source_id'], unique=False)
    op.create_index('uq_risk_event_once', 'risk_event', ['enterprise_id', 'kind', 'source_kind', 'source_id'], unique=True, sqlite_where=sa.text("state = 'recorded'"), postgresql_where=sa.text("state = 'recorded'"))
    op.create_index('uq_risk_event_submission', 'risk_event', ['submission_key'], unique=True)
    op.create_index('ix_risk_profile_enterprise', 'risk_profile', ['enterprise_id', 'kind', 'id'], unique=False)
    op.create_index('ix_risk_profile_org', 'risk_profile', ['org_id', 'id'], unique=False)
    op.create_index('uq_risk_profile_current', 'risk_profile', ['enterprise_id', 'kind'], unique=True, sqlite_where=sa.text('superseded_at IS NULL'), postgresql_where=sa.text('superseded_at IS NULL'))
    op.create_index('ix_self_report_enterprise', 'self_report', ['enterprise_id', 'id'], unique=False)
    op.create_index('ix_self_report_org', 'self_report', ['org_id', 'state', 'due_on', 'id'], unique=False)
    op.create_index('ix_risk_grade_enterprise', 'risk_grade', ['enterprise_id', 'kind', 'id'], unique=False)
    op.create_index('ix_risk_grade_org', 'risk_grade', ['org_id', 'state', 'id'], unique=False)
    op.create_index('ix_risk_grade_run', 'risk_grade', ['run_id', 'id'], unique=False)
    op.create_index('uq_risk_grade_current', 'risk_grade', ['enterprise_id', 'kind'], unique=True, sqlite_where=sa.text("state = 'confirmed'"), postgresql_where=sa.text("state = 'confirmed'"))
    op.create_index('uq_risk_grade_submission', 'risk_grade', ['submission_key'], unique=True)
    op.create_index('ix_risk_point_evidence', 'risk_point', ['evidence_kind', 'evidence_id'], unique=False)
    op.create_index('ix_inspection_enterprise', 'inspection', ['enterprise_id', 'inspected_on'], unique=False)
    op.create_index('ix_inspection_finished', 'inspection', ['org_id', 'finished_on', 'id'], unique=False)
    op.create_index('ix_inspection_org', 'inspection', ['org_id', 'state', 'id'], unique=False)
    op.create_index('uq_inspection_submission', 'inspection', ['submission_key'], unique=True)
    op.create_index('ix_inspection_duty_inspection', 'inspection_duty', ['inspection_id'], unique=False)
    op.create_index('ix_inspection_duty_org', 'inspection_duty', ['org_id', 'year', 'due_on', 'id'], unique=False)
    op.create_index('ix_random_target_enterprise', 'random_target', ['enterprise_id', 'id'], unique=False)
    op.create_index('ix_random_target_org', 'random_target', ['org_id', 'id'], unique=False)
    op.create_index('ix_rectification_order_enterprise', 'rectification_order', ['enterprise_id', 'id'], unique=False)
    op.create_index('ix_rectification_order_inspection', 'rectification_order', ['inspection_id', 'id'], unique=False)
    op.create_index('ix_rectification_order_org', 'rectification_order', ['org_id', 'state', 'due_on', 'id'], unique=False)
    op.create_index('uq_rectification_order_submission', 'rectification_order', ['submission_key'], unique=True)


def _drop_tables() -> None:
    op.drop_table("random_member")
    op.drop_table("random_finding")
    op.drop_table("rectification_order")
    op.drop_table("random_target")
    op.drop_table("inspection_finding")
    op.drop_table("inspection_duty")
    op.drop_table("inspection")
    op.drop_table("risk_point")
    op.drop_table("risk_grade")
    op.drop_table("self_report")
    op.drop_table("risk_profile")
    op.drop_table("risk_event")
    op.drop_table("random_partner")
    op.drop_table("incident")
    op.drop_table("enterprise_merge")
    op.drop_table("enterprise_licence")
    op.drop_table("enterprise_former_name")
    op.drop_table("enterprise_category")
    op.drop_table("archive_element")
    op.drop_table("random_programme")
    op.drop_table("risk_run")
    op.drop_table("risk_rule_set")
    op.drop_table("inspector")
    op.drop_table("checklist_item")
    op.drop_table("checklist")

"""Returns by the authority's own templates, checked, approved and sent; exports, publications, warnings, evaluations, messages.

Columns are added to ``monthly_return`` in place; two of its CHECKs allow more than before. On SQLite that is said in the schema itself
(writable_schema), the documented way for a change that leaves the rows as they are.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261201_reporting"
down_revision = "20261130_supervision"
branch_labels = None
depends_on = None

PERIODS = ("月报", "季报", "年报")
STATES = ("draft", "sealed")
NOW_STATES = ("draft", "checked", "approved", "sealed", "sent", "discarded")
NUMBERED = "{sealed} OR number IS NOT NULL"


def _one_of(column: str, values: tuple[str, ...], sqlite: bool) -> str:
    if sqlite:
        return " OR ".join(f"{column} = '{value}'" for value in values)
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


def _columns(sqlite: bool) -> tuple[tuple[str, str, str], ...]:
    """Name, type and constraint."""
    number, moment = ("INTEGER", "DATETIME") if sqlite else ("BIGINT", "TIMESTAMP")
    period = f"CONSTRAINT ck_monthly_return_returnperiod CHECK ({_one_of('period_kind', PERIODS, sqlite)})"

    def of(table: str, name: str) -> tuple[str, str, str]:
        return name, number, f"CONSTRAINT fk_monthly_return_{name} REFERENCES {table} (id)"

    return (
        ("period_kind", "VARCHAR(20)", f"DEFAULT '月报' NOT NULL {period}"),
        of("return_template", "template_id"),
        of("monthly_return", "corrects_id"),
        ("reason", "VARCHAR(500)", ""),
        ("checked_at", moment, ""),
        of("user_account", "checked_by_id"),
        ("approved_at", moment, ""),
        of("user_account", "approved_by_id"),
        of("user_account", "sealed_by_id"),
        ("sent_on", "DATE", ""),
        ("sent_at", moment, ""),
        of("user_account", "sent_by_id"),
        ("sent_to", "VARCHAR(200)", ""),
        ("sent_document", "VARCHAR(200)", ""),
        of("attachment", "sources_attachment_id"),
        ("submission_key", "VARCHAR(60)", ""),
    )


def _checks(sqlite: bool) -> tuple[tuple[str, str, str], ...]:
    """Constraint, what it says before and after."""
    return (
        ("ck_monthly_return_returnstate", _one_of("state", STATES, sqlite), _one_of("state", NOW_STATES, sqlite)),
        (
            "ck_monthly_return_number_if_sealed",
            NUMBERED.format(sealed="state <> 'sealed'"),
            NUMBERED.format(sealed="(state <> 'sealed' AND state <> 'sent')"),
        ),
    )


def upgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    _make_tables()
    for name, kind, constraint in _columns(sqlite):
        op.execute(f"ALTER TABLE monthly_return ADD COLUMN {name} {kind} {constraint}")
    if not sqlite:
        op.execute("ALTER TABLE monthly_return ALTER COLUMN period_kind DROP DEFAULT")
    op.create_index("ix_monthly_return_corrects_id", "monthly_return", ["corrects_id"])
    op.create_index("uq_monthly_return_submission", "monthly_return", ["submission_key"], unique=True)
    for name, before, after in _checks(sqlite):
        _say("monthly_return", name, before, after)


def downgrade() -> None:
    _refuse_to_lose()
    sqlite = op.get_bind().dialect.name == "sqlite"
    for name, before, after in _checks(sqlite):
        _say("monthly_return", name, after, before)
    op.drop_index("uq_monthly_return_submission", "monthly_return")
    op.drop_index("ix_monthly_return_corrects_id", "monthly_return")
    for name, *_ in reversed(_columns(sqlite)):
        op.execute(f"ALTER TABLE monthly_return DROP COLUMN {name}")
    _drop_tables()


def _refuse_to_lose() -> None:
    states = ", ".join(f"'{state}'" for state in NOW_STATES if state not in STATES)
    if op.get_bind().scalar(sa.text(f"SELECT count(*) FROM monthly_return WHERE state IN ({states})")):  # noqa: S608
        raise RuntimeError("monthly_return 中有上一版本没有的状态，不能降级")


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
# ### commands auto generated by Alembic - please adjust! ###
    op.create_table('list_columns',
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('list_code', sa.String(length=60), nullable=False),
    sa.Column('columns', sa.JSON(), nullable=False),
    sa.Column('saved_at', sa.DateTime(), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_list_columns_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_list_columns')),
    sa.UniqueConstraint('user_id', 'list_code', name=op.f('uq_list_columns_user_id_list_code'))
    )
    op.create_table('message',
    sa.Column('org_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.Enum('待办', '期限', '办理结果', '通知', '每日提要', name='messagekind', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('key', sa.String(length=120), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('body', sa.Text(), nullable=True),
    sa.Column('link', sa.String(length=300), nullable=True),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('show_at', sa.DateTime(), nullable=False),
    sa.Column('read_at', sa.DateTime(), nullable=True),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.ForeignKeyConstraint(['org_id'], ['organisation.id'], name=op.f('fk_message_org_id')),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_message_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_message')),
    sa.UniqueConstraint('user_id', 'key', name=op.f('uq_message_user_id_key'))
    )
    op.create_table('message_cursor',
    sa.Column('seq', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_message_cursor'))
    )
    op.create_table('message_setting',
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('muted', sa.JSON(), nullable=False),
    sa.Column('digest', sa.Boolean(), nullable=False),
    sa.Column('saved_at', sa.DateTime(), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_message_setting_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_message_setting')),
    sa.UniqueConstraint('user_id', name=op.f('uq_message_setting_user_id'))
    )
    op.create_table('public_warning',
    sa.Column('org_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.String(length=40), nullable=False),
    sa.Column('kind', sa.Enum('消费提示', '风险预警', name='warningkind', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('audience', sa.String(length=300), nullable=True),
    sa.Column('basis', sa.Text(), nullable=True),
    sa.Column('findings', sa.JSON(), nullable=False),
    sa.Column('as_of', sa.DateTime(), nullable=True),
    sa.Column('state', sa.Enum('draft', 'submitted', 'approved', 'published', 'withdrawn', 'voided', name='warningstate', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('expires_on', sa.Date(), nullable=True),
    sa.Column('published_on', sa.Date(), nullable=True),
    sa.Column('published_at', sa.DateTime(), nullable=True),
    sa.Column('published_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('channel', sa.String(length=200), nullable=True),
    sa.Column('url', sa.String(length=500), nullable=True),
    sa.Column('withdrawn_on', sa.Date(), nullable=True),
    sa.Column('reason', sa.String(length=500), nullable=True),
    sa.Column('proposed_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('approved_at', sa.DateTime(), nullable=True),
    sa.Column('approved_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('created_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('submission_key', sa.String(length=60), nullable=True),
    sa.Column('version', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.ForeignKeyConstraint(['approved_by_id'], ['user_account.id'], name=op.f('fk_public_warning_approved_by_id')),
    sa.ForeignKeyConstraint(['created_by_id'], ['user_account.id'], name=op.f('fk_public_warning_created_by_id')),
    sa.ForeignKeyConstraint(['org_id'], ['organisation.id'], name=op.f('fk_public_warning_org_id')),
    sa.ForeignKeyConstraint(['proposed_by_id'], ['user_account.id'], name=op.f('fk_public_warning_proposed_by_id')),
    sa.ForeignKeyConstraint(['published_by_id'], ['user_account.id'], name=op.f('fk_public_warning_published_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_public_warning')),
    sa.UniqueConstraint('org_id', 'number', name=op.f('uq_public_warning_org_id_number'))
    )
    op.create_table('plan_evaluation',
    sa.Column('org_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.String(length=40), nullable=False),
    sa.Column('plan_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('region_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.Enum('年度监测', '中期评估', '总结评估', name='evaluationkind', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('year', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('month', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('as_of', sa.DateTime(), nullable=False),
    sa.Column('state', sa.Enum('draft', 'submitted', 'approved', 'archived', 'voided', name='evaluationstate', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('sections', sa.JSON(), nullable=False),
    sa.Column('chain_head', sa.String(length=64), nullable=False),
    sa.Column('document_attachment_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('document_sha256', sa.String(length=64), nullable=True),
    sa.Column('workbook_attachment_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('workbook_sha256', sa.String(length=64), nullable=True),
    sa.Column('proposed_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('approved_at', sa.DateTime(), nullable=True),
    sa.Column('approved_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('archived_at', sa.DateTime(), nullable=True),
    sa.Column('archived_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('created_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('submission_key', sa.String(length=60), nullable=True),
    sa.Column('version', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.ForeignKeyConstraint(['approved_by_id'], ['user_account.id'], name=op.f('fk_plan_evaluation_approved_by_id')),
    sa.ForeignKeyConstraint(['archived_by_id'], ['user_account.id'], name=op.f('fk_plan_evaluation_archived_by_id')),
    sa.ForeignKeyConstraint(['created_by_id'], ['user_account.id'], name=op.f('fk_plan_evaluation_created_by_id')),
    sa.ForeignKeyConstraint(['document_attachment_id'], ['attachment.id'], name=op.f('fk_plan_evaluation_document_attachment_id')),
    sa.ForeignKeyConstraint(['org_id'], ['organisation.id'], name=op.f('fk_plan_evaluation_org_id')),
    sa.ForeignKeyConstraint(['plan_id'], ['plan.id'], name=op.f('fk_plan_evaluation_plan_id')),
    sa.ForeignKeyConstraint(['proposed_by_id'], ['user_account.id'], name=op.f('fk_plan_evaluation_proposed_by_id')),
    sa.ForeignKeyConstraint(['region_id'], ['region.id'], name=op.f('fk_plan_evaluation_region_id')),
    sa.ForeignKeyConstraint(['workbook_attachment_id'], ['attachment.id'], name=op.f('fk_plan_evaluation_workbook_attachment_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_plan_evaluation')),
    sa.UniqueConstraint('org_id', 'number', name=op.f('uq_plan_evaluation_org_id_number'))
    )
    op.create_table('publication',
    sa.Column('org_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.String(length=40), nullable=False),
    sa.Column('kind', sa.Enum('合格', '不合格', name='publiclist', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('nature', sa.Enum('首次公布', '更正公告', '撤回公告', name='publicnature', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('announcement_no', sa.String(length=100), nullable=True),
    sa.Column('from_on', sa.Date(), nullable=True),
    sa.Column('to_on', sa.Date(), nullable=True),
    sa.Column('foreword', sa.Text(), nullable=True),
    sa.Column('state', sa.Enum('draft', 'submitted', 'approved', 'published', 'withdrawn', 'voided', name='publicationstate', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.Column('due_why', sa.Text(), nullable=True),
    sa.Column('corrects_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('reason', sa.String(length=500), nullable=True),
    sa.Column('published_on', sa.Date(), nullable=True),
    sa.Column('published_at', sa.DateTime(), nullable=True),
    sa.Column('published_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('channel', sa.String(length=200), nullable=True),
    sa.Column('url', sa.String(length=500), nullable=True),
    sa.Column('withdrawn_on', sa.Date(), nullable=True),
    sa.Column('attachment_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('sha256', sa.String(length=64), nullable=True),
    sa.Column('proposed_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('approved_at', sa.DateTime(), nullable=True),
    sa.Column('approved_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('created_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('submission_key', sa.String(length=60), nullable=True),
    sa.Column('version', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.ForeignKeyConstraint(['approved_by_id'], ['user_account.id'], name=op.f('fk_publication_approved_by_id')),
    sa.ForeignKeyConstraint(['attachment_id'], ['attachment.id'], name=op.f('fk_publication_attachment_id')),
    sa.ForeignKeyConstraint(['corrects_id'], ['publication.id'], name=op.f('fk_publication_corrects_id')),
    sa.ForeignKeyConstraint(['created_by_id'], ['user_account.id'], name=op.f('fk_publication_created_by_id')),
    sa.ForeignKeyConstraint(['org_id'], ['organisation.id'], name=op.f('fk_publication_org_id')),
    sa.ForeignKeyConstraint(['proposed_by_id'], ['user_account.id'], name=op.f('fk_publication_proposed_by_id')),
    sa.ForeignKeyConstraint(['published_by_id'], ['user_account.id'], name=op.f('fk_publication_published_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_publication')),
    sa.UniqueConstraint('org_id', 'number', name=op.f('uq_publication_org_id_number'))
    )
    op.create_table('return_template',
    sa.Column('org_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('edition', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('issuer', sa.String(length=200), nullable=True),
    sa.Column('document_no', sa.String(length=100), nullable=True),
    sa.Column('period_kind', sa.Enum('月报', '季报', '年报', name='returnperiod', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('state', sa.Enum('draft', 'submitted', 'adopted', 'retired', 'voided', name='templatestate', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('shipped', sa.Boolean(), nullable=False),
    sa.Column('filename', sa.String(length=200), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('attachment_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('valid_from', sa.Date(), nullable=True),
    sa.Column('note', sa.String(length=500), nullable=True),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('created_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('proposed_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('adopted_at', sa.DateTime(), nullable=True),
    sa.Column('adopted_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('version', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.ForeignKeyConstraint(['adopted_by_id'], ['user_account.id'], name=op.f('fk_return_template_adopted_by_id')),
    sa.ForeignKeyConstraint(['attachment_id'], ['attachment.id'], name=op.f('fk_return_template_attachment_id')),
    sa.ForeignKeyConstraint(['created_by_id'], ['user_account.id'], name=op.f('fk_return_template_created_by_id')),
    sa.ForeignKeyConstraint(['org_id'], ['organisation.id'], name=op.f('fk_return_template_org_id')),
    sa.ForeignKeyConstraint(['proposed_by_id'], ['user_account.id'], name=op.f('fk_return_template_proposed_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_return_template')),
    sa.UniqueConstraint('org_id', 'code', 'edition', name=op.f('uq_return_template_org_id_code_edition'))
    )
    op.create_table('list_export',
    sa.Column('org_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('list_code', sa.String(length=60), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('conditions', sa.Text(), nullable=False),
    sa.Column('query', sa.JSON(), nullable=False),
    sa.Column('columns', sa.JSON(), nullable=False),
    sa.Column('rows', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('sha256', sa.String(length=64), nullable=True),
    sa.Column('attachment_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('job_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('created_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.ForeignKeyConstraint(['attachment_id'], ['attachment.id'], name=op.f('fk_list_export_attachment_id')),
    sa.ForeignKeyConstraint(['created_by_id'], ['user_account.id'], name=op.f('fk_list_export_created_by_id')),
    sa.ForeignKeyConstraint(['job_id'], ['job.id'], name=op.f('fk_list_export_job_id')),
    sa.ForeignKeyConstraint(['org_id'], ['organisation.id'], name=op.f('fk_list_export_org_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_list_export'))
    )
    op.create_table('return_cell',
    sa.Column('template_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('ordinal', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('sheet', sa.String(length=100), nullable=False),
    sa.Column('cell', sa.String(length=12), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('spec', sa.JSON(), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.ForeignKeyConstraint(['template_id'], ['return_template.id'], name=op.f('fk_return_cell_template_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_return_cell')),
    sa.UniqueConstraint('template_id', 'sheet', 'cell', name=op.f('uq_return_cell_template_id_sheet_cell'))
    )
    op.create_table('return_rule',
    sa.Column('template_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('ordinal', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('expression', sa.String(length=500), nullable=False),
    sa.Column('message', sa.String(length=300), nullable=False),
    sa.Column('blocking', sa.Boolean(), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.ForeignKeyConstraint(['template_id'], ['return_template.id'], name=op.f('fk_return_rule_template_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_return_rule')),
    sa.UniqueConstraint('template_id', 'code', name=op.f('uq_return_rule_template_id_code'))
    )
    op.create_table('return_check',
    sa.Column('org_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('return_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('ordinal', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('expression', sa.String(length=500), nullable=False),
    sa.Column('blocking', sa.Boolean(), nullable=False),
    sa.Column('passed', sa.Boolean(), nullable=False),
    sa.Column('message', sa.String(length=500), nullable=False),
    sa.Column('explanation', sa.String(length=500), nullable=True),
    sa.Column('checked_at', sa.DateTime(), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.ForeignKeyConstraint(['org_id'], ['organisation.id'], name=op.f('fk_return_check_org_id')),
    sa.ForeignKeyConstraint(['return_id'], ['monthly_return.id'], name=op.f('fk_return_check_return_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_return_check')),
    sa.UniqueConstraint('return_id', 'code', name=op.f('uq_return_check_return_id_code'))
    )
    op.create_table('return_figure',
    sa.Column('org_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('return_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('ordinal', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('sheet', sa.String(length=100), nullable=False),
    sa.Column('cell', sa.String(length=12), nullable=True),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('definition', sa.String(length=40), nullable=False),
    sa.Column('definition_version', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('filter', sa.String(length=300), nullable=True),
    sa.Column('period', sa.String(length=40), nullable=False),
    sa.Column('side', sa.String(length=20), nullable=False),
    sa.Column('value', sa.String(length=100), nullable=True),
    sa.Column('count', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('sha256', sa.String(length=64), nullable=True),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.ForeignKeyConstraint(['org_id'], ['organisation.id'], name=op.f('fk_return_figure_org_id')),
    sa.ForeignKeyConstraint(['return_id'], ['monthly_return.id'], name=op.f('fk_return_figure_return_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_return_figure'))
    )
    op.create_table('publication_item',
    sa.Column('org_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('publication_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('sample_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('sample_number', sa.String(length=60), nullable=False),
    sa.Column('ordinal', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('content', sa.JSON(), nullable=False),
    sa.Column('content_sha256', sa.String(length=64), nullable=False),
    sa.Column('search', sa.Text(), nullable=False),
    sa.Column('corrects_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('withdrawn_at', sa.DateTime(), nullable=True),
    sa.Column('withdrawn_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('withdrawn_reason', sa.String(length=500), nullable=True),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.ForeignKeyConstraint(['corrects_id'], ['publication_item.id'], name=op.f('fk_publication_item_corrects_id')),
    sa.ForeignKeyConstraint(['org_id'], ['organisation.id'], name=op.f('fk_publication_item_org_id')),
    sa.ForeignKeyConstraint(['publication_id'], ['publication.id'], name=op.f('fk_publication_item_publication_id')),
    sa.ForeignKeyConstraint(['sample_id'], ['sample.id'], name=op.f('fk_publication_item_sample_id')),
    sa.ForeignKeyConstraint(['withdrawn_by_id'], ['user_account.id'], name=op.f('fk_publication_item_withdrawn_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_publication_item')),
    sa.UniqueConstraint('publication_id', 'sample_id', name=op.f('uq_publication_item_publication_id_sample_id'))
    )
    op.create_table('warning_source',
    sa.Column('org_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('warning_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('sample_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('sample_number', sa.String(length=60), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.ForeignKeyConstraint(['org_id'], ['organisation.id'], name=op.f('fk_warning_source_org_id')),
    sa.ForeignKeyConstraint(['sample_id'], ['sample.id'], name=op.f('fk_warning_source_sample_id')),
    sa.ForeignKeyConstraint(['warning_id'], ['public_warning.id'], name=op.f('fk_warning_source_warning_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_warning_source')),
    sa.UniqueConstraint('warning_id', 'sample_id', name=op.f('uq_warning_source_warning_id_sample_id'))
    )
    op.create_index('ix_message_unread', 'message', ['user_id', 'read_at'], unique=False)
    op.create_index('ix_message_user', 'message', ['user_id', 'show_at', 'id'], unique=False)
    op.create_index('ix_public_warning_org', 'public_warning', ['org_id', 'state', 'id'], unique=False)
    op.create_index('uq_public_warning_submission', 'public_warning', ['submission_key'], unique=True)
    op.create_index('ix_plan_evaluation_org', 'plan_evaluation', ['org_id', 'state', 'id'], unique=False)
    op.create_index('uq_plan_evaluation_submission', 'plan_evaluation', ['submission_key'], unique=True)
    op.create_index('ix_publication_corrects_id', 'publication', ['corrects_id'], unique=False)
    op.create_index('ix_publication_org', 'publication', ['org_id', 'state', 'id'], unique=False)
    op.create_index('uq_publication_submission', 'publication', ['submission_key'], unique=True)
    op.create_index('ix_return_template_org', 'return_template', ['org_id', 'state', 'id'], unique=False)
    op.create_index('ix_list_export_job', 'list_export', ['job_id'], unique=False)
    op.create_index('ix_list_export_owner', 'list_export', ['created_by_id', 'id'], unique=False)
    op.create_index('ix_return_figure_return', 'return_figure', ['return_id', 'ordinal'], unique=False)
    op.create_index('ix_publication_item_corrects_id', 'publication_item', ['corrects_id'], unique=False)
    op.create_index('ix_publication_item_sample', 'publication_item', ['sample_id'], unique=False)
    op.create_index('ix_warning_source_sample', 'warning_source', ['sample_id'], unique=False)


def _drop_tables() -> None:
    op.drop_table("warning_source")
    op.drop_table("publication_item")
    op.drop_table("return_figure")
    op.drop_table("return_check")
    op.drop_table("return_rule")
    op.drop_table("return_cell")
    op.drop_table("list_export")
    op.drop_table("return_template")
    op.drop_table("publication")
    op.drop_table("plan_evaluation")
    op.drop_table("public_warning")
    op.drop_table("message_setting")
    op.drop_table("message_cursor")
    op.drop_table("message")
    op.drop_table("list_columns")

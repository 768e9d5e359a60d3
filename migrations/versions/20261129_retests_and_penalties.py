"""Disposal in full: retests, objections, ripples, transfers, penalties, listings, delegations, dossiers, approvals, urgings.

Columns are added to ``disposal_case`` and ``case_publication`` in place. Some CHECKs allow more than before; on SQLite that is
said in the schema itself (writable_schema), the documented way for a change that leaves the rows as they are.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261129_retests_and_penalties"
down_revision = "20261128_disposal"
branch_labels = None
depends_on = None

# table, name, type on SQLite, type on PostgreSQL, constraint
COLUMNS = (
    (
        "disposal_case",
        "forwarded_by_id",
        "INTEGER",
        "BIGINT",
        "CONSTRAINT fk_disposal_case_forwarded_by_id REFERENCES user_account (id)",
    ),
    (
        "disposal_case",
        "forwarded_for_id",
        "INTEGER",
        "BIGINT",
        "CONSTRAINT fk_disposal_case_forwarded_for_id REFERENCES user_account (id)",
    ),
    ("disposal_case", "hands", "TEXT", "TEXT", ""),
    ("disposal_case", "read_at", "DATETIME", "TIMESTAMP WITHOUT TIME ZONE", ""),
    ("case_publication", "penalty_id", "INTEGER", "BIGINT", ""),
)
ROLES = ("抽样员", "办案人", "审核人", "局领导", "统计员", "承检机构", "系统管理员", "安全管理员", "审计管理员")
DRAWN = ("抽样对象", "抽样人员", "承检机构")
STATES = ("open", "handling", "awaiting", "closed", "cancelled")
HELD = ("handling", "awaiting", "closed")


def _one_of(column: str, values: tuple[str, ...], sqlite: bool) -> str:
    if sqlite:
        return " OR ".join(f"{column} = '{value}'" for value in values)
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


def _held(values: tuple[str, ...]) -> str:
    return f"state NOT IN ({', '.join(repr(value) for value in values)}) OR handler_id IS NOT NULL"


def _checks(sqlite: bool) -> tuple[tuple[str, str, str, str], ...]:
    """Table, constraint, what it says before and after."""
    return (
        ("user_role", "ck_user_role_role", _one_of("role", ROLES, sqlite), _one_of("role", (*ROLES, "法制审核员"), sqlite)),
        ("drawing", "ck_drawing_drawkind", _one_of("kind", DRAWN, sqlite), _one_of("kind", (*DRAWN, "复检机构"), sqlite)),
        (
            "disposal_case",
            "ck_disposal_case_casestate",
            _one_of("state", STATES, sqlite),
            _one_of("state", (*STATES, "leading"), sqlite),
        ),
        ("disposal_case", "ck_disposal_case_has_handler", _held(HELD), _held((*HELD, "leading"))),
    )


def upgrade() -> None:
    _make_tables()
    sqlite = op.get_bind().dialect.name == "sqlite"
    for table, name, on_sqlite, elsewhere, constraint in COLUMNS:
        op.execute(f"ALTER TABLE {table} ADD COLUMN {name} {on_sqlite if sqlite else elsewhere} {constraint}")
    op.execute("UPDATE disposal_case SET hands = '/' || handler_id || '/' WHERE handler_id IS NOT NULL")
    for table, name, before, after in _checks(sqlite):
        _say(table, name, before, after)


def downgrade() -> None:
    _refuse_to_lose()
    for table, name, before, after in _checks(op.get_bind().dialect.name == "sqlite"):
        _say(table, name, after, before)
    for table, name, *_ in reversed(COLUMNS):
        op.execute(f"ALTER TABLE {table} DROP COLUMN {name}")
    _drop_tables()


def _refuse_to_lose() -> None:
    bind = op.get_bind()
    for table, column, value in (("user_role", "role", "法制审核员"), ("drawing", "kind", "复检机构"), ("disposal_case", "state", "leading")):
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
    op.create_table('delegation',
    sa.Column('org_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.String(length=60), nullable=False),
    sa.Column('from_user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('to_user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('from_on', sa.Date(), nullable=False),
    sa.Column('to_on', sa.Date(), nullable=False),
    sa.Column('reason', sa.String(length=500), nullable=False),
    sa.Column('state', sa.Enum('granted', 'revoked', name='delegationstate', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('granted_at', sa.DateTime(), nullable=False),
    sa.Column('granted_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('revoked_at', sa.DateTime(), nullable=True),
    sa.Column('submission_key', sa.String(length=60), nullable=True),
    sa.Column('version', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.CheckConstraint('from_on <= to_on', name=op.f('ck_delegation_date_order')),
    sa.CheckConstraint('from_user_id <> to_user_id', name=op.f('ck_delegation_two_people')),
    sa.ForeignKeyConstraint(['from_user_id'], ['user_account.id'], name=op.f('fk_delegation_from_user_id')),
    sa.ForeignKeyConstraint(['granted_by_id'], ['user_account.id'], name=op.f('fk_delegation_granted_by_id')),
    sa.ForeignKeyConstraint(['org_id'], ['organisation.id'], name=op.f('fk_delegation_org_id')),
    sa.ForeignKeyConstraint(['to_user_id'], ['user_account.id'], name=op.f('fk_delegation_to_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_delegation')),
    sa.UniqueConstraint('org_id', 'number', name=op.f('uq_delegation_org_id_number'))
    )
    op.create_table('retest_laboratory',
    sa.Column('org_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('address', sa.String(length=300), nullable=True),
    sa.Column('contact', sa.String(length=100), nullable=True),
    sa.Column('phone', sa.String(length=60), nullable=True),
    sa.Column('fields', sa.String(length=500), nullable=True),
    sa.Column('laboratory_org_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.Column('source', sa.String(length=200), nullable=False),
    sa.Column('recorded_at', sa.DateTime(), nullable=False),
    sa.Column('recorded_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.CheckConstraint('valid_to IS NULL OR valid_from <= valid_to', name=op.f('ck_retest_laboratory_validity_order')),
    sa.ForeignKeyConstraint(['laboratory_org_id'], ['organisation.id'], name=op.f('fk_retest_laboratory_laboratory_org_id')),
    sa.ForeignKeyConstraint(['org_id'], ['organisation.id'], name=op.f('fk_retest_laboratory_org_id')),
    sa.ForeignKeyConstraint(['recorded_by_id'], ['user_account.id'], name=op.f('fk_retest_laboratory_recorded_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_retest_laboratory')),
    sa.UniqueConstraint('org_id', 'code', name=op.f('uq_retest_laboratory_org_id_code'))
    )
    op.create_table('objection',
    sa.Column('org_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('sample_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.String(length=60), nullable=False),
    sa.Column('kind', sa.Enum('抽样过程异议', '样品真实性异议', '检验方法异议', '标准适用异议', name='objectionkind', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('side', sa.Enum('被抽样单位', '标称生产企业', '集中交易市场开办者', '网络食品交易第三方平台', '其他', name='side', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('applicant', sa.String(length=300), nullable=False),
    sa.Column('contact', sa.String(length=200), nullable=True),
    sa.Column('window_from', sa.Date(), nullable=True),
    sa.Column('applied_on', sa.Date(), nullable=False),
    sa.Column('received_on', sa.Date(), nullable=False),
    sa.Column('content', sa.String(length=2000), nullable=False),
    sa.Column('evidence', sa.String(length=1000), nullable=True),
    sa.Column('state', sa.Enum('applied', 'correcting', 'declined', 'accepted', 'decided', 'told', 'withdrawn', name='objectionstate', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('asked_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('asked_at', sa.DateTime(), nullable=False),
    sa.Column('correction_asked_on', sa.Date(), nullable=True),
    sa.Column('correction', sa.String(length=1000), nullable=True),
    sa.Column('correction_due_on', sa.Date(), nullable=True),
    sa.Column('supplemented_on', sa.Date(), nullable=True),
    sa.Column('accepted_on', sa.Date(), nullable=True),
    sa.Column('accepted_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('refusal', sa.String(length=1000), nullable=True),
    sa.Column('investigation', sa.String(length=4000), nullable=True),
    sa.Column('outcome', sa.Enum('异议成立', '部分成立', '异议不成立', name='objectionoutcome', native_enum=False, create_constraint=True, length=20), nullable=True),
    sa.Column('effect', sa.Enum('不改变检验结论', '改判合格', '抽样无效，样品作废', '非标称生产企业生产（假冒）', name='objectioneffect', native_enum=False, create_constraint=True, length=20), nullable=True),
    sa.Column('decision', sa.String(length=2000), nullable=True),
    sa.Column('decided_on', sa.Date(), nullable=True),
    sa.Column('decided_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('told_on', sa.Date(), nullable=True),
    sa.Column('submission_key', sa.String(length=60), nullable=True),
    sa.Column('version', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.CheckConstraint("state NOT IN ('decided', 'told') OR outcome IS NOT NULL", name=op.f('ck_objection_decided_how')),
    sa.CheckConstraint('applied_on <= received_on', name=op.f('ck_objection_receipt_order')),
    sa.CheckConstraint('decided_by_id IS NULL OR decided_by_id <> asked_by_id', name=op.f('ck_objection_two_people')),
    sa.ForeignKeyConstraint(['accepted_by_id'], ['user_account.id'], name=op.f('fk_objection_accepted_by_id')),
    sa.ForeignKeyConstraint(['asked_by_id'], ['user_account.id'], name=op.f('fk_objection_asked_by_id')),
    sa.ForeignKeyConstraint(['decided_by_id'], ['user_account.id'], name=op.f('fk_objection_decided_by_id')),
    sa.ForeignKeyConstraint(['org_id'], ['organisation.id'], name=op.f('fk_objection_org_id')),
    sa.ForeignKeyConstraint(['sample_id'], ['sample.id'], name=op.f('fk_objection_sample_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_objection')),
    sa.UniqueConstraint('org_id', 'number', name=op.f('uq_objection_org_id_number'))
    )
    op.create_table('retest',
    sa.Column('org_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('sample_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.String(length=60), nullable=False),
    sa.Column('side', sa.Enum('被抽样单位', '标称生产企业', '集中交易市场开办者', '网络食品交易第三方平台', '其他', name='side', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('applicant', sa.String(length=300), nullable=False),
    sa.Column('contact', sa.String(length=200), nullable=True),
    sa.Column('served_on', sa.Date(), nullable=True),
    sa.Column('applied_on', sa.Date(), nullable=False),
    sa.Column('received_on', sa.Date(), nullable=False),
    sa.Column('reason', sa.String(length=1000), nullable=False),
    sa.Column('state', sa.Enum('applied', 'declined', 'accepted', 'designated', 'handed', 'concluded', 'told', 'terminated', 'withdrawn', name='reteststate', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('asked_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('asked_at', sa.DateTime(), nullable=False),
    sa.Column('feasibility', sa.Text(), nullable=True),
    sa.Column('decided_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('decided_on', sa.Date(), nullable=True),
    sa.Column('decision', sa.String(length=1000), nullable=True),
    sa.Column('laboratory_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('drawing_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('designated_on', sa.Date(), nullable=True),
    sa.Column('handed_on', sa.Date(), nullable=True),
    sa.Column('arrived_on', sa.Date(), nullable=True),
    sa.Column('seal_intact', sa.Boolean(), nullable=True),
    sa.Column('backup_note', sa.String(length=500), nullable=True),
    sa.Column('report_no', sa.String(length=100), nullable=True),
    sa.Column('concluded_on', sa.Date(), nullable=True),
    sa.Column('result_received_on', sa.Date(), nullable=True),
    sa.Column('conclusion', sa.Enum('复检合格', '复检不合格', name='retestconclusion', native_enum=False, create_constraint=True, length=20), nullable=True),
    sa.Column('told_on', sa.Date(), nullable=True),
    sa.Column('payer', sa.Enum('申请人承担', '抽样检验部门承担', name='retestpayer', native_enum=False, create_constraint=True, length=20), nullable=True),
    sa.Column('fee', sa.Numeric(precision=24, scale=10), nullable=True),
    sa.Column('prepaid_on', sa.Date(), nullable=True),
    sa.Column('refunded_on', sa.Date(), nullable=True),
    sa.Column('submission_key', sa.String(length=60), nullable=True),
    sa.Column('version', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.CheckConstraint("state NOT IN ('concluded', 'told') OR conclusion IS NOT NULL", name=op.f('ck_retest_concluded_how')),
    sa.CheckConstraint('applied_on <= received_on', name=op.f('ck_retest_receipt_order')),
    sa.CheckConstraint('decided_by_id IS NULL OR decided_by_id <> asked_by_id', name=op.f('ck_retest_two_people')),
    sa.ForeignKeyConstraint(['asked_by_id'], ['user_account.id'], name=op.f('fk_retest_asked_by_id')),
    sa.ForeignKeyConstraint(['decided_by_id'], ['user_account.id'], name=op.f('fk_retest_decided_by_id')),
    sa.ForeignKeyConstraint(['drawing_id'], ['drawing.id'], name=op.f('fk_retest_drawing_id')),
    sa.ForeignKeyConstraint(['laboratory_id'], ['retest_laboratory.id'], name=op.f('fk_retest_laboratory_id')),
    sa.ForeignKeyConstraint(['org_id'], ['organisation.id'], name=op.f('fk_retest_org_id')),
    sa.ForeignKeyConstraint(['sample_id'], ['sample.id'], name=op.f('fk_retest_sample_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_retest')),
    sa.UniqueConstraint('org_id', 'number', name=op.f('uq_retest_org_id_number'))
    )
    op.create_table('ripple',
    sa.Column('org_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('sample_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('cause', sa.Enum('复检合格', '异议成立', '检验结果更正', '判定复核改判', '撤销导入', '样品作废', name='ripplecause', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('source_kind', sa.String(length=30), nullable=True),
    sa.Column('source_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('before', sa.String(length=200), nullable=False),
    sa.Column('after', sa.String(length=200), nullable=False),
    sa.Column('why', sa.String(length=1000), nullable=True),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('created_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.ForeignKeyConstraint(['created_by_id'], ['user_account.id'], name=op.f('fk_ripple_created_by_id')),
    sa.ForeignKeyConstraint(['org_id'], ['organisation.id'], name=op.f('fk_ripple_org_id')),
    sa.ForeignKeyConstraint(['sample_id'], ['sample.id'], name=op.f('fk_ripple_sample_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ripple'))
    )
    op.create_table('case_approval',
    sa.Column('org_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('case_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('penalty_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('level', sa.Enum('部门负责人', '法制审核', '局领导', name='approval_level', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('answer', sa.Enum('同意', '同意，报下一级', '退回', name='approval_answer', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('comment', sa.String(length=1000), nullable=True),
    sa.Column('decided_at', sa.DateTime(), nullable=False),
    sa.Column('decided_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('on_behalf_of_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['disposal_case.id'], name=op.f('fk_case_approval_case_id')),
    sa.ForeignKeyConstraint(['decided_by_id'], ['user_account.id'], name=op.f('fk_case_approval_decided_by_id')),
    sa.ForeignKeyConstraint(['on_behalf_of_id'], ['user_account.id'], name=op.f('fk_case_approval_on_behalf_of_id')),
    sa.ForeignKeyConstraint(['org_id'], ['organisation.id'], name=op.f('fk_case_approval_org_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case_approval'))
    )
    op.create_table('case_urging',
    sa.Column('org_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('case_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('level', sa.Enum('提醒', '督办', '重点督办', name='urging_level', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('reason', sa.String(length=500), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('urged_at', sa.DateTime(), nullable=False),
    sa.Column('urged_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('answer', sa.String(length=1000), nullable=True),
    sa.Column('answered_at', sa.DateTime(), nullable=True),
    sa.Column('answered_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.CheckConstraint('answered_at IS NULL OR answer IS NOT NULL', name=op.f('ck_case_urging_answered_what')),
    sa.ForeignKeyConstraint(['answered_by_id'], ['user_account.id'], name=op.f('fk_case_urging_answered_by_id')),
    sa.ForeignKeyConstraint(['case_id'], ['disposal_case.id'], name=op.f('fk_case_urging_case_id')),
    sa.ForeignKeyConstraint(['org_id'], ['organisation.id'], name=op.f('fk_case_urging_org_id')),
    sa.ForeignKeyConstraint(['urged_by_id'], ['user_account.id'], name=op.f('fk_case_urging_urged_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case_urging'))
    )
    op.create_table('dossier',
    sa.Column('org_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('case_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('edition', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('case_version', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('pages', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('pdf_sha256', sa.String(length=64), nullable=False),
    sa.Column('pdf_size', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('zip_sha256', sa.String(length=64), nullable=False),
    sa.Column('zip_size', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('manifest', sa.JSON(), nullable=False),
    sa.Column('manifest_sha256', sa.String(length=64), nullable=False),
    sa.Column('chain_head', sa.String(length=64), nullable=False),
    sa.Column('made_at', sa.DateTime(), nullable=False),
    sa.Column('made_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['disposal_case.id'], name=op.f('fk_dossier_case_id')),
    sa.ForeignKeyConstraint(['made_by_id'], ['user_account.id'], name=op.f('fk_dossier_made_by_id')),
    sa.ForeignKeyConstraint(['org_id'], ['organisation.id'], name=op.f('fk_dossier_org_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_dossier')),
    sa.UniqueConstraint('case_id', 'edition', name=op.f('uq_dossier_case_id_edition'))
    )
    op.create_table('penalty',
    sa.Column('org_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('case_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('sample_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.String(length=60), nullable=False),
    sa.Column('party_name', sa.String(length=300), nullable=False),
    sa.Column('party_code', sa.String(length=60), nullable=True),
    sa.Column('enterprise_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('other_province', sa.Boolean(), nullable=False),
    sa.Column('state', sa.Enum('filed', 'proposed', 'legal', 'leading', 'decided', 'executed', 'closed', 'revoked', name='penaltystate', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('handler_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('found_on', sa.Date(), nullable=False),
    sa.Column('filed_on', sa.Date(), nullable=False),
    sa.Column('facts', sa.String(length=4000), nullable=True),
    sa.Column('basis', sa.String(length=2000), nullable=True),
    sa.Column('outcome', sa.Enum('给予行政处罚', '不予行政处罚', '撤销立案', '移送司法机关', name='outcome', native_enum=False, create_constraint=True, length=20), nullable=True),
    sa.Column('excuse', sa.Enum('经营者履行进货查验义务，不知情并说明来源（食品安全法第136条）', '初次违法且危害后果轻微并及时改正（行政处罚法第33条第1款）', '违法行为轻微并及时改正，没有造成危害后果（行政处罚法第33条第1款）', '有证据足以证明没有主观过错（行政处罚法第33条第2款）', '违法行为超过追究时效（行政处罚法第36条）', '违法事实不能成立（行政处罚法第57条）', '其他法定理由', name='excuse', native_enum=False, create_constraint=True, length=60), nullable=True),
    sa.Column('excuse_note', sa.String(length=1000), nullable=True),
    sa.Column('warning', sa.Boolean(), nullable=False),
    sa.Column('criticism', sa.Boolean(), nullable=False),
    sa.Column('income', sa.Numeric(precision=24, scale=10), nullable=False),
    sa.Column('goods', sa.String(length=500), nullable=True),
    sa.Column('goods_kilograms', sa.Numeric(precision=24, scale=10), nullable=True),
    sa.Column('goods_value', sa.Numeric(precision=24, scale=10), nullable=False),
    sa.Column('fine', sa.Numeric(precision=24, scale=10), nullable=False),
    sa.Column('total', sa.Numeric(precision=24, scale=10), nullable=False),
    sa.Column('stop_business', sa.Boolean(), nullable=False),
    sa.Column('licence', sa.Enum('食品生产许可', '食品经营许可', '餐饮服务许可', '产品许可', name='licence', native_enum=False, create_constraint=True, length=20), nullable=True),
    sa.Column('major', sa.String(length=500), nullable=True),
    sa.Column('proposed_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('proposed_at', sa.DateTime(), nullable=True),
    sa.Column('reviewed_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('legal_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('reviewed_for_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('legal_for_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('hands', sa.Text(), nullable=True),
    sa.Column('decided_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('decision_no', sa.String(length=100), nullable=True),
    sa.Column('decided_on', sa.Date(), nullable=True),
    sa.Column('served_on', sa.Date(), nullable=True),
    sa.Column('executed_on', sa.Date(), nullable=True),
    sa.Column('paid', sa.Numeric(precision=24, scale=10), nullable=True),
    sa.Column('execution', sa.String(length=1000), nullable=True),
    sa.Column('closed_on', sa.Date(), nullable=True),
    sa.Column('revoked_on', sa.Date(), nullable=True),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('created_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('submission_key', sa.String(length=60), nullable=True),
    sa.Column('version', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.CheckConstraint("outcome <> '不予行政处罚' OR excuse IS NOT NULL", name=op.f('ck_penalty_excused_why')),
    sa.CheckConstraint("state NOT IN ('decided', 'executed', 'closed') OR (outcome IS NOT NULL AND decided_on IS NOT NULL)", name=op.f('ck_penalty_decided_how')),
    sa.CheckConstraint('decided_by_id IS NULL OR decided_by_id <> handler_id', name=op.f('ck_penalty_not_the_handler')),
    sa.CheckConstraint('decided_by_id IS NULL OR decided_by_id <> proposed_by_id', name=op.f('ck_penalty_two_people')),
    sa.CheckConstraint('income >= 0 AND goods_value >= 0 AND fine >= 0 AND total >= 0', name=op.f('ck_penalty_not_negative')),
    sa.CheckConstraint('legal_by_id IS NULL OR legal_by_id <> proposed_by_id', name=op.f('ck_penalty_legal_is_another')),
    sa.ForeignKeyConstraint(['case_id'], ['disposal_case.id'], name=op.f('fk_penalty_case_id')),
    sa.ForeignKeyConstraint(['created_by_id'], ['user_account.id'], name=op.f('fk_penalty_created_by_id')),
    sa.ForeignKeyConstraint(['decided_by_id'], ['user_account.id'], name=op.f('fk_penalty_decided_by_id')),
    sa.ForeignKeyConstraint(['enterprise_id'], ['enterprise.id'], name=op.f('fk_penalty_enterprise_id')),
    sa.ForeignKeyConstraint(['handler_id'], ['user_account.id'], name=op.f('fk_penalty_handler_id')),
    sa.ForeignKeyConstraint(['legal_by_id'], ['user_account.id'], name=op.f('fk_penalty_legal_by_id')),
    sa.ForeignKeyConstraint(['legal_for_id'], ['user_account.id'], name=op.f('fk_penalty_legal_for_id')),
    sa.ForeignKeyConstraint(['reviewed_for_id'], ['user_account.id'], name=op.f('fk_penalty_reviewed_for_id')),
    sa.ForeignKeyConstraint(['org_id'], ['organisation.id'], name=op.f('fk_penalty_org_id')),
    sa.ForeignKeyConstraint(['proposed_by_id'], ['user_account.id'], name=op.f('fk_penalty_proposed_by_id')),
    sa.ForeignKeyConstraint(['reviewed_by_id'], ['user_account.id'], name=op.f('fk_penalty_reviewed_by_id')),
    sa.ForeignKeyConstraint(['sample_id'], ['sample.id'], name=op.f('fk_penalty_sample_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_penalty')),
    sa.UniqueConstraint('org_id', 'number', name=op.f('uq_penalty_org_id_number'))
    )
    op.create_table('ripple_task',
    sa.Column('org_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('ripple_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.Enum('核查处置案件', '行政处罚', '信息公开', '风险等级', '已上报报表', '已送达文书', '移送协查', '失信名单', '告知当事人', '复检费用', name='task_kind', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('subject_kind', sa.String(length=30), nullable=True),
    sa.Column('subject_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('subject_name', sa.String(length=300), nullable=False),
    sa.Column('what', sa.String(length=500), nullable=False),
    sa.Column('automatic', sa.Boolean(), nullable=False),
    sa.Column('state', sa.Enum('open', 'done', 'waived', name='rippletaskstate', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('done_at', sa.DateTime(), nullable=True),
    sa.Column('done_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('note', sa.String(length=500), nullable=True),
    sa.Column('version', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.ForeignKeyConstraint(['done_by_id'], ['user_account.id'], name=op.f('fk_ripple_task_done_by_id')),
    sa.ForeignKeyConstraint(['org_id'], ['organisation.id'], name=op.f('fk_ripple_task_org_id')),
    sa.ForeignKeyConstraint(['ripple_id'], ['ripple.id'], name=op.f('fk_ripple_task_ripple_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ripple_task'))
    )
    op.create_table('case_transfer',
    sa.Column('org_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.String(length=60), nullable=False),
    sa.Column('case_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('sample_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.Enum('移送', '协查', '通报', name='transfer_kind', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('body', sa.Enum('市场监管部门', '农业农村部门', '公安机关', '其他部门', name='transfer_body', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('to_org_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('to_name', sa.String(length=300), nullable=False),
    sa.Column('channel', sa.Enum('系统', '公文', '行刑衔接平台', '邮寄', name='transfer_channel', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('document_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('document_no', sa.String(length=100), nullable=True),
    sa.Column('subject', sa.String(length=2000), nullable=False),
    sa.Column('state', sa.Enum('sent', 'received', 'replied', 'closed', 'voided', name='transferstate', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('sent_on', sa.Date(), nullable=False),
    sa.Column('reply_due_on', sa.Date(), nullable=True),
    sa.Column('urged', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('receipt_on', sa.Date(), nullable=True),
    sa.Column('receipt_by', sa.String(length=100), nullable=True),
    sa.Column('replied_on', sa.Date(), nullable=True),
    sa.Column('reply', sa.Enum('确认为其生产', '非其生产', '查无此企业', '已立案', '不予立案', '已处理', '不予受理', '其他', name='transfer_reply', native_enum=False, create_constraint=True, length=20), nullable=True),
    sa.Column('reply_no', sa.String(length=100), nullable=True),
    sa.Column('reply_text', sa.String(length=2000), nullable=True),
    sa.Column('closed_on', sa.Date(), nullable=True),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('created_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('submission_key', sa.String(length=60), nullable=True),
    sa.Column('version', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.CheckConstraint("state <> 'replied' OR reply IS NOT NULL", name=op.f('ck_case_transfer_replied_what')),
    sa.CheckConstraint('receipt_on IS NULL OR sent_on <= receipt_on', name=op.f('ck_case_transfer_receipt_order')),
    sa.CheckConstraint('replied_on IS NULL OR sent_on <= replied_on', name=op.f('ck_case_transfer_reply_order')),
    sa.ForeignKeyConstraint(['case_id'], ['disposal_case.id'], name=op.f('fk_case_transfer_case_id')),
    sa.ForeignKeyConstraint(['created_by_id'], ['user_account.id'], name=op.f('fk_case_transfer_created_by_id')),
    sa.ForeignKeyConstraint(['document_id'], ['official_document.id'], name=op.f('fk_case_transfer_document_id')),
    sa.ForeignKeyConstraint(['org_id'], ['organisation.id'], name=op.f('fk_case_transfer_org_id')),
    sa.ForeignKeyConstraint(['sample_id'], ['sample.id'], name=op.f('fk_case_transfer_sample_id')),
    sa.ForeignKeyConstraint(['to_org_id'], ['organisation.id'], name=op.f('fk_case_transfer_to_org_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case_transfer')),
    sa.UniqueConstraint('org_id', 'number', name=op.f('uq_case_transfer_org_id_number'))
    )
    op.create_table('credit_listing',
    sa.Column('org_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.String(length=60), nullable=False),
    sa.Column('enterprise_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('enterprise_name', sa.String(length=300), nullable=False),
    sa.Column('case_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('penalty_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('ground', sa.String(length=500), nullable=False),
    sa.Column('state', sa.Enum('proposed', 'listed', 'declined', 'removed', name='listingstate', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('proposed_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('proposed_at', sa.DateTime(), nullable=False),
    sa.Column('decided_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('document_no', sa.String(length=100), nullable=True),
    sa.Column('listed_on', sa.Date(), nullable=True),
    sa.Column('remove_due_on', sa.Date(), nullable=True),
    sa.Column('removed_on', sa.Date(), nullable=True),
    sa.Column('removal', sa.Enum('列入期满', '信用修复', '处罚决定被撤销', '列入有误', name='removal', native_enum=False, create_constraint=True, length=20), nullable=True),
    sa.Column('removal_note', sa.String(length=500), nullable=True),
    sa.Column('removed_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('submission_key', sa.String(length=60), nullable=True),
    sa.Column('version', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.CheckConstraint('decided_by_id IS NULL OR decided_by_id <> proposed_by_id', name=op.f('ck_credit_listing_two_people')),
    sa.CheckConstraint('removed_on IS NULL OR listed_on <= removed_on', name=op.f('ck_credit_listing_removal_order')),
    sa.ForeignKeyConstraint(['case_id'], ['disposal_case.id'], name=op.f('fk_credit_listing_case_id')),
    sa.ForeignKeyConstraint(['decided_by_id'], ['user_account.id'], name=op.f('fk_credit_listing_decided_by_id')),
    sa.ForeignKeyConstraint(['enterprise_id'], ['enterprise.id'], name=op.f('fk_credit_listing_enterprise_id')),
    sa.ForeignKeyConstraint(['org_id'], ['organisation.id'], name=op.f('fk_credit_listing_org_id')),
    sa.ForeignKeyConstraint(['penalty_id'], ['penalty.id'], name=op.f('fk_credit_listing_penalty_id')),
    sa.ForeignKeyConstraint(['proposed_by_id'], ['user_account.id'], name=op.f('fk_credit_listing_proposed_by_id')),
    sa.ForeignKeyConstraint(['removed_by_id'], ['user_account.id'], name=op.f('fk_credit_listing_removed_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_credit_listing')),
    sa.UniqueConstraint('org_id', 'number', name=op.f('uq_credit_listing_org_id_number'))
    )
    op.create_table('retest_item',
    sa.Column('org_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('retest_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('result_row_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('item', sa.String(length=200), nullable=False),
    sa.Column('first_result', sa.String(length=200), nullable=True),
    sa.Column('limit_text', sa.String(length=200), nullable=True),
    sa.Column('wanted', sa.Boolean(), nullable=False),
    sa.Column('feasible', sa.Boolean(), nullable=False),
    sa.Column('why', sa.String(length=300), nullable=True),
    sa.Column('result', sa.String(length=200), nullable=True),
    sa.Column('unit', sa.String(length=40), nullable=True),
    sa.Column('method', sa.String(length=300), nullable=True),
    sa.Column('verdict', sa.Enum('合格项', '不合格项', '问题项', '不判定项', '未检验', name='verdict', native_enum=False, create_constraint=True, length=20), nullable=True),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.ForeignKeyConstraint(['org_id'], ['organisation.id'], name=op.f('fk_retest_item_org_id')),
    sa.ForeignKeyConstraint(['result_row_id'], ['result_row.id'], name=op.f('fk_retest_item_result_row_id')),
    sa.ForeignKeyConstraint(['retest_id'], ['retest.id'], name=op.f('fk_retest_item_retest_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_retest_item')),
    sa.UniqueConstraint('retest_id', 'item', name=op.f('uq_retest_item_retest_id_item'))
    )
    op.create_table('overturned_verdict',
    sa.Column('org_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('sample_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('report_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('result_row_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('item', sa.String(length=200), nullable=False),
    sa.Column('before', sa.Enum('合格项', '不合格项', '问题项', '不判定项', '未检验', name='before', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('before_pending', sa.Boolean(), nullable=False),
    sa.Column('after', sa.Enum('合格项', '不合格项', '问题项', '不判定项', '未检验', name='after', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('basis', sa.String(length=40), nullable=False),
    sa.Column('source_kind', sa.String(length=30), nullable=True),
    sa.Column('source_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('reason', sa.String(length=1000), nullable=False),
    sa.Column('overturned_at', sa.DateTime(), nullable=False),
    sa.Column('overturned_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('lapsed_at', sa.DateTime(), nullable=True),
    sa.Column('lapse_reason', sa.String(length=300), nullable=True),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.ForeignKeyConstraint(['org_id'], ['organisation.id'], name=op.f('fk_overturned_verdict_org_id')),
    sa.ForeignKeyConstraint(['overturned_by_id'], ['user_account.id'], name=op.f('fk_overturned_verdict_overturned_by_id')),
    sa.ForeignKeyConstraint(['report_id'], ['result_report.id'], name=op.f('fk_overturned_verdict_report_id')),
    sa.ForeignKeyConstraint(['result_row_id'], ['result_row.id'], name=op.f('fk_overturned_verdict_result_row_id')),
    sa.ForeignKeyConstraint(['sample_id'], ['sample.id'], name=op.f('fk_overturned_verdict_sample_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_overturned_verdict'))
    )
    op.create_index('ix_delegation_org', 'delegation', ['org_id', 'state', 'id'], unique=False)
    op.create_index('ix_delegation_to', 'delegation', ['to_user_id', 'from_on'], unique=False)
    op.create_index('uq_delegation_submission', 'delegation', ['submission_key'], unique=True)
    op.create_index('ix_objection_org', 'objection', ['org_id', 'state', 'id'], unique=False)
    op.create_index('ix_objection_sample', 'objection', ['sample_id', 'id'], unique=False)
    op.create_index('uq_objection_submission', 'objection', ['submission_key'], unique=True)
    op.create_index('ix_retest_org', 'retest', ['org_id', 'state', 'id'], unique=False)
    op.create_index('ix_retest_sample', 'retest', ['sample_id', 'id'], unique=False)
    op.create_index('uq_retest_submission', 'retest', ['submission_key'], unique=True)
    op.create_index('ix_ripple_org', 'ripple', ['org_id', 'id'], unique=False)
    op.create_index('ix_ripple_sample', 'ripple', ['sample_id', 'id'], unique=False)
    op.create_index('ix_case_approval_case', 'case_approval', ['case_id', 'id'], unique=False)
    op.create_index('ix_case_urging_case', 'case_urging', ['case_id', 'id'], unique=False)
    op.create_index('ix_penalty_case', 'penalty', ['case_id', 'id'], unique=False)
    op.create_index('ix_penalty_org', 'penalty', ['org_id', 'state', 'id'], unique=False)
    op.create_index('uq_penalty_submission', 'penalty', ['submission_key'], unique=True)
    op.create_index('ix_ripple_task_org', 'ripple_task', ['org_id', 'state', 'id'], unique=False)
    op.create_index('ix_ripple_task_ripple', 'ripple_task', ['ripple_id', 'id'], unique=False)
    op.create_index('ix_ripple_task_subject', 'ripple_task', ['subject_kind', 'subject_id'], unique=False)
    op.create_index('ix_case_transfer_case', 'case_transfer', ['case_id', 'id'], unique=False)
    op.create_index('ix_case_transfer_org', 'case_transfer', ['org_id', 'state', 'id'], unique=False)
    op.create_index('ix_case_transfer_to', 'case_transfer', ['to_org_id', 'state', 'id'], unique=False)
    op.create_index('uq_case_transfer_submission', 'case_transfer', ['submission_key'], unique=True)
    op.create_index('ix_credit_listing_enterprise', 'credit_listing', ['enterprise_id', 'id'], unique=False)
    op.create_index('ix_credit_listing_org', 'credit_listing', ['org_id', 'state', 'id'], unique=False)
    op.create_index('uq_credit_listing_submission', 'credit_listing', ['submission_key'], unique=True)
    op.create_index('ix_retest_item_row', 'retest_item', ['result_row_id'], unique=False)
    op.create_index('ix_overturned_verdict_report', 'overturned_verdict', ['report_id', 'id'], unique=False)
    op.create_index('ix_overturned_verdict_sample', 'overturned_verdict', ['sample_id', 'id'], unique=False)
    live = sa.text("lapsed_at IS NULL")
    op.create_index(
        "uq_overturned_verdict_live", "overturned_verdict", ["result_row_id"], unique=True, sqlite_where=live, postgresql_where=live
    )


def _drop_tables() -> None:
    op.drop_table("overturned_verdict")
    op.drop_table("retest_item")
    op.drop_table("credit_listing")
    op.drop_table("case_transfer")
    op.drop_table("ripple_task")
    op.drop_table("penalty")
    op.drop_table("dossier")
    op.drop_table("case_urging")
    op.drop_table("case_approval")
    op.drop_table("ripple")
    op.drop_table("retest")
    op.drop_table("objection")
    op.drop_table("retest_laboratory")
    op.drop_table("delegation")

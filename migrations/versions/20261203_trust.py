"""Grants asked and approved, positions, second factors, signatures, alerts, anchors, changes of reference data, saved views, bulk actions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261203_trust"
down_revision = "20261202_search"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _make_tables()
    op.add_column("user_session", sa.Column("confirmed_at", sa.DateTime(), nullable=True))
    op.add_column("user_session", sa.Column("confirmed_by", sa.String(length=20), nullable=True))
    op.add_column("user_session", sa.Column("factor_at", sa.DateTime(), nullable=True))
    op.add_column("code_value", sa.Column("changed_at", sa.DateTime(), nullable=True))


def downgrade() -> None:
    op.drop_column("code_value", "changed_at")
    op.drop_column("user_session", "factor_at")
    op.drop_column("user_session", "confirmed_by")
    op.drop_column("user_session", "confirmed_at")
    _drop_tables()


def _make_tables() -> None:
    op.create_table("alert_cursor",
    sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
    sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_cursor"))
    )
    op.create_table("chain_anchor",
    sa.Column("at", sa.DateTime(), nullable=False),
    sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column("head", sa.String(length=64), nullable=False),
    sa.Column("entries", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column("name", sa.String(length=300), nullable=False),
    sa.Column("sound", sa.Boolean(), nullable=False),
    sa.Column("fault", sa.String(length=400), nullable=True),
    sa.Column("seconds", sa.Numeric(precision=9, scale=3), nullable=False),
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
    sa.PrimaryKeyConstraint("id", name=op.f("pk_chain_anchor"))
    )
    op.create_index("ix_chain_anchor_at", "chain_anchor", ["at"], unique=False)
    op.create_table("account_grant",
    sa.Column("org_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column("number", sa.String(length=40), nullable=False),
    sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column("kind", sa.Enum("新建账号", "岗位授权", "人员调动", "离职停用", "重新启用", name="grantkind", native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column("roles_before", sa.String(length=200), nullable=True),
    sa.Column("roles_after", sa.String(length=200), nullable=True),
    sa.Column("to_org_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
    sa.Column("to_position", sa.String(length=60), nullable=True),
    sa.Column("successor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
    sa.Column("effective_on", sa.Date(), nullable=False),
    sa.Column("reason", sa.String(length=400), nullable=False),
    sa.Column("state", sa.Enum("asked", "approved", "effective", "refused", "withdrawn", name="grantstate", native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column("proposed_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
    sa.Column("proposed_at", sa.DateTime(), nullable=False),
    sa.Column("decided_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
    sa.Column("decided_at", sa.DateTime(), nullable=True),
    sa.Column("opinion", sa.String(length=400), nullable=True),
    sa.Column("applied_at", sa.DateTime(), nullable=True),
    sa.Column("submission_key", sa.String(length=60), nullable=True),
    sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
    sa.ForeignKeyConstraint(["decided_by_id"], ["user_account.id"], name=op.f("fk_account_grant_decided_by_id")),
    sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_account_grant_org_id")),
    sa.CheckConstraint("decided_by_id IS NULL OR decided_by_id <> proposed_by_id", name=op.f("ck_account_grant_two_people")),
    sa.CheckConstraint("decided_by_id IS NULL OR decided_by_id <> user_id", name=op.f("ck_account_grant_not_for_himself")),
    sa.ForeignKeyConstraint(["proposed_by_id"], ["user_account.id"], name=op.f("fk_account_grant_proposed_by_id")),
    sa.ForeignKeyConstraint(["successor_id"], ["user_account.id"], name=op.f("fk_account_grant_successor_id")),
    sa.ForeignKeyConstraint(["to_org_id"], ["organisation.id"], name=op.f("fk_account_grant_to_org_id")),
    sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_account_grant_user_id")),
    sa.PrimaryKeyConstraint("id", name=op.f("pk_account_grant")),
    sa.UniqueConstraint("org_id", "number", name=op.f("uq_account_grant_org_id_number")),
    sa.UniqueConstraint("submission_key", name=op.f("uq_account_grant_submission_key"))
    )
    op.create_index("ix_account_grant_state", "account_grant", ["org_id", "state", "id"], unique=False)
    op.create_index("ix_account_grant_user", "account_grant", ["user_id", "id"], unique=False)
    op.create_table("approval_signature",
    sa.Column("org_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
    sa.Column("for_user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
    sa.Column("name", sa.String(length=60), nullable=False),
    sa.Column("subject_kind", sa.String(length=40), nullable=False),
    sa.Column("subject_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column("step", sa.String(length=40), nullable=False),
    sa.Column("meaning", sa.String(length=120), nullable=False),
    sa.Column("record_sha256", sa.String(length=64), nullable=False),
    sa.Column("record_version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column("method", sa.Enum("密码", "动态口令", "恢复码", "登录会话", "命令行操作员", name="signmethod", native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column("signed_at", sa.DateTime(), nullable=False),
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
    sa.ForeignKeyConstraint(["for_user_id"], ["user_account.id"], name=op.f("fk_approval_signature_for_user_id")),
    sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_approval_signature_org_id")),
    sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_approval_signature_user_id")),
    sa.PrimaryKeyConstraint("id", name=op.f("pk_approval_signature"))
    )
    op.create_index("ix_approval_signature_subject", "approval_signature", ["subject_kind", "subject_id", "id"], unique=False)
    op.create_table("bulk_action",
    sa.Column("org_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column("kind", sa.String(length=40), nullable=False),
    sa.Column("title", sa.String(length=200), nullable=False),
    sa.Column("asked", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column("done", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column("outcomes", sa.JSON(), nullable=False),
    sa.Column("created_at", sa.DateTime(), nullable=False),
    sa.Column("created_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
    sa.Column("submission_key", sa.String(length=60), nullable=True),
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
    sa.ForeignKeyConstraint(["created_by_id"], ["user_account.id"], name=op.f("fk_bulk_action_created_by_id")),
    sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_bulk_action_org_id")),
    sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk_action")),
    sa.UniqueConstraint("submission_key", name=op.f("uq_bulk_action_submission_key"))
    )
    op.create_index("ix_bulk_action_owner", "bulk_action", ["created_by_id", "id"], unique=False)
    op.create_table("recovery_code",
    sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column("code_hash", sa.String(length=200), nullable=False),
    sa.Column("created_at", sa.DateTime(), nullable=False),
    sa.Column("used_at", sa.DateTime(), nullable=True),
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
    sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_recovery_code_user_id")),
    sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code"))
    )
    op.create_index("ix_recovery_code_user", "recovery_code", ["user_id"], unique=False)
    op.create_table("reference_change",
    sa.Column("org_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column("number", sa.String(length=40), nullable=False),
    sa.Column("kind", sa.Enum("限量", "检验项目", "食品类别", "行政区划", "常住人口", "工作日历", "期限规则", "规划目标", "代码表", "规则表", "系统设置", name="changekind", native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column("subject_key", sa.String(length=200), nullable=True),
    sa.Column("title", sa.String(length=200), nullable=False),
    sa.Column("payload", sa.JSON(), nullable=False),
    sa.Column("effect", sa.JSON(), nullable=False),
    sa.Column("valid_from", sa.Date(), nullable=True),
    sa.Column("source", sa.String(length=300), nullable=True),
    sa.Column("reason", sa.String(length=400), nullable=False),
    sa.Column("state", sa.Enum("proposed", "adopted", "refused", "withdrawn", name="changestate", native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column("proposed_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
    sa.Column("proposed_at", sa.DateTime(), nullable=False),
    sa.Column("decided_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
    sa.Column("decided_at", sa.DateTime(), nullable=True),
    sa.Column("opinion", sa.String(length=400), nullable=True),
    sa.Column("submission_key", sa.String(length=60), nullable=True),
    sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
    sa.ForeignKeyConstraint(["decided_by_id"], ["user_account.id"], name=op.f("fk_reference_change_decided_by_id")),
    sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_reference_change_org_id")),
    sa.ForeignKeyConstraint(["proposed_by_id"], ["user_account.id"], name=op.f("fk_reference_change_proposed_by_id")),
    sa.PrimaryKeyConstraint("id", name=op.f("pk_reference_change")),
    sa.UniqueConstraint("org_id", "number", name=op.f("uq_reference_change_org_id_number")),
    sa.UniqueConstraint("submission_key", name=op.f("uq_reference_change_submission_key"))
    )
    op.create_index("ix_reference_change_state", "reference_change", ["state", "id"], unique=False)
    op.create_index("ix_reference_change_subject", "reference_change", ["kind", "subject_key", "id"], unique=False)
    op.create_table("saved_view",
    sa.Column("org_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column("created_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column("list_code", sa.String(length=60), nullable=False),
    sa.Column("name", sa.String(length=60), nullable=False),
    sa.Column("query", sa.String(length=1000), nullable=True),
    sa.Column("shared", sa.Boolean(), nullable=False),
    sa.Column("created_at", sa.DateTime(), nullable=False),
    sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
    sa.ForeignKeyConstraint(["created_by_id"], ["user_account.id"], name=op.f("fk_saved_view_created_by_id")),
    sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_saved_view_org_id")),
    sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_view")),
    sa.UniqueConstraint("created_by_id", "list_code", "name", name=op.f("uq_saved_view_created_by_id_list_code_name"))
    )
    op.create_index("ix_saved_view_org", "saved_view", ["org_id", "list_code", "shared"], unique=False)
    op.create_table("second_factor",
    sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column("secret", sa.String(length=400), nullable=False),
    sa.Column("confirmed_at", sa.DateTime(), nullable=True),
    sa.Column("last_step", sa.BigInteger(), nullable=False),
    sa.Column("created_at", sa.DateTime(), nullable=False),
    sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
    sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_second_factor_user_id")),
    sa.PrimaryKeyConstraint("id", name=op.f("pk_second_factor")),
    sa.UniqueConstraint("user_id", name=op.f("uq_second_factor_user_id"))
    )
    op.create_table("security_alert",
    sa.Column("org_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column("kind", sa.Enum("账号锁定", "同一地址多次登录失败", "短时间多次越权访问", "大批量导出", "大量查看个人信息", "非工作时间管理员登录", "管理员岗位变更", "办理记录校验链异常", "校验锚点不符", name="alertkind", native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column("key", sa.String(length=120), nullable=False),
    sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
    sa.Column("ip", sa.String(length=60), nullable=True),
    sa.Column("text", sa.String(length=400), nullable=False),
    sa.Column("count", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column("first_at", sa.DateTime(), nullable=False),
    sa.Column("last_at", sa.DateTime(), nullable=False),
    sa.Column("first_seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
    sa.Column("last_seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
    sa.Column("state", sa.Enum("open", "handled", name="alertstate", native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column("handled_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
    sa.Column("handled_at", sa.DateTime(), nullable=True),
    sa.Column("opinion", sa.String(length=400), nullable=True),
    sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
    sa.ForeignKeyConstraint(["handled_by_id"], ["user_account.id"], name=op.f("fk_security_alert_handled_by_id")),
    sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_security_alert_org_id")),
    sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_security_alert_user_id")),
    sa.PrimaryKeyConstraint("id", name=op.f("pk_security_alert"))
    )
    op.create_index("ix_security_alert_key", "security_alert", ["key", "id"], unique=False)
    op.create_index("ix_security_alert_state", "security_alert", ["org_id", "state", "id"], unique=False)
    op.create_table("user_position",
    sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column("org_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column("department", sa.String(length=60), nullable=True),
    sa.Column("title", sa.String(length=60), nullable=True),
    sa.Column("main", sa.Boolean(), nullable=False),
    sa.Column("from_on", sa.Date(), nullable=False),
    sa.Column("until_on", sa.Date(), nullable=True),
    sa.Column("recorded_at", sa.DateTime(), nullable=False),
    sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
    sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
    sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_user_position_org_id")),
    sa.ForeignKeyConstraint(["recorded_by_id"], ["user_account.id"], name=op.f("fk_user_position_recorded_by_id")),
    sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_user_position_user_id")),
    sa.PrimaryKeyConstraint("id", name=op.f("pk_user_position"))
    )
    op.create_index("ix_user_position_user", "user_position", ["user_id", "from_on"], unique=False)
    op.create_table("user_preference",
    sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column("tour_seen_at", sa.DateTime(), nullable=True),
    sa.Column("saved_at", sa.DateTime(), nullable=False),
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
    sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_user_preference_user_id")),
    sa.PrimaryKeyConstraint("id", name=op.f("pk_user_preference")),
    sa.UniqueConstraint("user_id", name=op.f("uq_user_preference_user_id"))
    )
    op.create_table("rule_edition",
    sa.Column("name", sa.String(length=60), nullable=False),
    sa.Column("valid_from", sa.Date(), nullable=False),
    sa.Column("content", sa.Text(), nullable=False),
    sa.Column("sha256", sa.String(length=64), nullable=False),
    sa.Column("source", sa.String(length=300), nullable=True),
    sa.Column("change_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
    sa.Column("recorded_at", sa.DateTime(), nullable=False),
    sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
    sa.ForeignKeyConstraint(["change_id"], ["reference_change.id"], name=op.f("fk_rule_edition_change_id")),
    sa.ForeignKeyConstraint(["recorded_by_id"], ["user_account.id"], name=op.f("fk_rule_edition_recorded_by_id")),
    sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_edition"))
    )
    op.create_index(op.f("ix_rule_edition_change_id"), "rule_edition", ["change_id"], unique=False)
    op.create_index("ix_rule_edition_name", "rule_edition", ["name", "valid_from", "id"], unique=False)
    op.create_table("setting_version",
    sa.Column("name", sa.String(length=60), nullable=False),
    sa.Column("value", sa.String(length=400), nullable=True),
    sa.Column("change_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
    sa.Column("set_at", sa.DateTime(), nullable=False),
    sa.Column("set_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
    sa.ForeignKeyConstraint(["change_id"], ["reference_change.id"], name=op.f("fk_setting_version_change_id")),
    sa.ForeignKeyConstraint(["set_by_id"], ["user_account.id"], name=op.f("fk_setting_version_set_by_id")),
    sa.PrimaryKeyConstraint("id", name=op.f("pk_setting_version"))
    )
    op.create_index(op.f("ix_setting_version_change_id"), "setting_version", ["change_id"], unique=False)
    op.create_index("ix_setting_version_name", "setting_version", ["name", "id"], unique=False)


def _drop_tables() -> None:
    op.drop_table("rule_edition")
    op.drop_table("setting_version")
    op.drop_table("user_preference")
    op.drop_table("user_position")
    op.drop_table("security_alert")
    op.drop_table("second_factor")
    op.drop_table("saved_view")
    op.drop_table("reference_change")
    op.drop_table("recovery_code")
    op.drop_table("bulk_action")
    op.drop_table("approval_signature")
    op.drop_table("account_grant")
    op.drop_table("chain_anchor")
    op.drop_table("alert_cursor")

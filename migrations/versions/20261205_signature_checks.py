"""What a signature was put under is kept with it, and whether it still stands; how far the events have been sent to a log server.

Signatures of earlier releases have no content: their hash is verified as before, and what differs cannot be told field by field.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261205_signature_checks"
down_revision = "20261205_desk"
branch_labels = None
depends_on = None

KINDS = (
    "账号锁定", "同一地址多次登录失败", "短时间多次越权访问", "大批量导出", "大量查看个人信息", "非工作时间管理员登录", "管理员岗位变更",
    "办理记录校验链异常", "校验锚点不符",
)  # fmt: skip
NEW = "审批签名不一致"
CHECKS = ("一致", "已有新版本", "不一致", "记录不存在")
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _one_of(column: str, words: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(word) for word in words)})"


def upgrade() -> None:
    with op.batch_alter_table("approval_signature") as batch:
        batch.add_column(sa.Column("content", sa.JSON(), nullable=True))
        batch.add_column(sa.Column("checked", sa.String(20), nullable=True))
        batch.create_check_constraint(op.f("ck_approval_signature_signaturecheck"), _one_of("checked", CHECKS))
        batch.create_index("ix_approval_signature_org", ["org_id", "id"])
    _kinds_of_alerts((*KINDS, NEW))
    op.create_table(
        "signature_verification",
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("signatures", KEY, nullable=False),
        sa.Column("sound", KEY, nullable=False),
        sa.Column("moved_on", KEY, nullable=False),
        sa.Column("broken", KEY, nullable=False),
        sa.Column("fault", sa.String(400), nullable=True),
        sa.Column("seconds", sa.Numeric(9, 3), nullable=False),
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signature_verification")),
    )
    op.create_table(
        "syslog_cursor",
        sa.Column("seq", KEY, nullable=False),
        sa.Column("anchor_id", KEY, nullable=False),
        sa.Column("busy_until", sa.DateTime(), nullable=True),
        sa.Column("sent_at", sa.DateTime(), nullable=True),
        sa.Column("failed_at", sa.DateTime(), nullable=True),
        sa.Column("fault", sa.String(300), nullable=True),
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_syslog_cursor")),
    )


def downgrade() -> None:
    op.drop_table("syslog_cursor")
    op.drop_table("signature_verification")
    alert = sa.table("security_alert", sa.column("kind"))
    op.execute(sa.update(alert).where(alert.c.kind == NEW).values(kind=KINDS[-1]))
    _kinds_of_alerts(KINDS)
    with op.batch_alter_table("approval_signature") as batch:
        batch.drop_index("ix_approval_signature_org")
        batch.drop_constraint(op.f("ck_approval_signature_signaturecheck"), type_="check")
        batch.drop_column("checked")
        batch.drop_column("content")


def _kinds_of_alerts(kinds: tuple[str, ...]) -> None:
    with op.batch_alter_table("security_alert") as batch:
        batch.drop_constraint(op.f("ck_security_alert_alertkind"), type_="check")
        batch.create_check_constraint(op.f("ck_security_alert_alertkind"), _one_of("kind", kinds))

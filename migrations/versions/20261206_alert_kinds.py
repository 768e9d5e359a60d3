"""安全告警 of an infected upload and of a backup that did not succeed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261206_alert_kinds"
down_revision = "20261205_word_standing"
branch_labels = None
depends_on = None

KINDS = (
    "账号锁定", "同一地址多次登录失败", "短时间多次越权访问", "大批量导出", "大量查看个人信息", "非工作时间管理员登录", "管理员岗位变更",
    "办理记录校验链异常", "校验锚点不符", "审批签名不一致",
)  # fmt: skip
NEW = ("文件中发现病毒", "备份没有成功")


def upgrade() -> None:
    _kinds((*KINDS, *NEW))


def downgrade() -> None:
    alert = sa.table("security_alert", sa.column("kind"))
    op.execute(sa.update(alert).where(alert.c.kind.in_(NEW)).values(kind=KINDS[2]))
    _kinds(KINDS)


def _kinds(kinds: tuple[str, ...]) -> None:
    with op.batch_alter_table("security_alert") as batch:
        batch.drop_constraint(op.f("ck_security_alert_alertkind"), type_="check")
        batch.create_check_constraint(op.f("ck_security_alert_alertkind"), f"kind IN ({', '.join(repr(word) for word in kinds)})")

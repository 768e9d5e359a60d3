"""``flask audit signatures``: the signatures of decisions, and whether what they were put under is still what it was."""

from __future__ import annotations

import click
from flask import Flask

from app.accounts import signatures
from app.audit.cli import audit
from app.audit.words import subject_word
from app.commands import Answer, command


@command(audit, "signatures", act=False)
@click.option("--verify", is_flag=True, help="逐条重算内容摘要，指出与签名时不一致的记录")
def show(verify: bool) -> Answer:
    """审批签名的条数；加 --verify 逐条核对所签内容。"""
    if not verify:
        counted = signatures.counted()
        lines = [f"{subject_word(kind)}：{number} 条" for kind, number in counted.items()]
        return Answer(dict(counted), [*lines, f"共 {sum(counted.values())} 条审批签名；核对内容请加 --verify"])
    found = signatures.verify()
    moved = sum(found.moved_on.values())
    data = {"signatures": found.signatures, "sound": found.sound, "moved_on": dict(found.moved_on), "broken": list(found.broken)}
    later = [f"{subject_word(kind)}：{number} 条签名的记录此后有新版本，不再比对" for kind, number in found.moved_on.items()]
    total = f"共 {found.signatures} 条审批签名：{found.sound} 条与签名时一致，{moved} 条的记录已有新版本，{len(found.broken)} 条不一致"
    if found.broken:
        return Answer(data, [*found.broken, *later, total, "请保全现场（备份数据库文件），停止使用并报告审计管理员"], refused=True)
    return Answer(data, [*later, total])


def register(app: Flask) -> None:
    """The command hangs on the group of ``app.audit.cli``, which is registered there."""
    assert show.name in audit.commands

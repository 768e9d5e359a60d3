"""``flask audit verify``: walk the whole hash chain."""

from __future__ import annotations

from flask import Flask

from app.audit.cli_group import audit
from app.chain import verify_chain
from app.commands import Answer, command


def register(app: Flask) -> None:
    app.cli.add_command(audit)


@command(audit, "verify", act=False)
def verify() -> Answer:
    """逐条核对办理记录的校验链：缺失、改动、调换都会指出。"""
    report = verify_chain()
    data = {"entries": report.entries, "broken": report.broken, "head": report.head}
    if report.broken:
        return Answer(data, [*report.broken, "请保全现场（备份数据库文件），停止使用并报告审计管理员"], refused=True)
    return Answer(data, [f"共 {report.entries} 条办理记录，校验链完好，末条校验值 {report.head}"])

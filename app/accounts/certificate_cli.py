"""Commands of 数字证书: ``certificates list|ask|approve|refuse|withdraw|revoke``."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click
from flask import Flask

from app import clock
from app.accounts import certificate_queries, certificates
from app.accounts.certificates import Binding
from app.accounts.grant_cli import DAY, account
from app.accounts.models import UserCertificate
from app.accounts.presented import read
from app.commands import Answer, command
from app.db import transaction
from app.domain.actors import Actor
from app.domain.permissions import Permission, permits
from app.errors import NotAllowed, NotFound
from app.step_cli import StepCommands

group = click.Group("certificates", help="数字证书（UKey）登录")
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@command(group, "list", permission=Permission.GRANT_LIST)
def show_list(actor: Actor) -> Answer:
    """列出数字证书的绑定：待批准的在前。"""
    rows, today = certificate_queries.all_of(actor), clock.today()
    data = [
        {
            "id": row.id, "username": row.username, "serial": row.serial, "fingerprint": row.fingerprint, "subject": row.subject,
            "from_on": row.from_on, "until_on": row.until_on, "state": certificate_queries.word(row, today),
        }
        for row in rows
    ]  # fmt: skip
    lines = [
        f"{one['id']}　{one['username']}　序列号 {one['serial']}　{one['from_on']} 至 {one['until_on']}　{one['state']}" for one in data
    ]  # fmt: skip
    return Answer(data, [*lines, f"共 {len(rows)} 张"])


@command(group, "ask", permission=Permission.GRANT_ASK)
@click.argument("username")
@click.argument("file", type=FILE)
@click.option("--from", "begin", type=DAY, help="起始日期，默认今天")
@click.option("--until", "end", type=DAY, help="截止日期，默认同证书的有效期")
@click.option("--reason", required=True, help="申请理由和核实证书属于本人的方式")
def ask(actor: Actor, username: str, file: Path, begin: datetime | None, end: datetime | None, reason: str) -> Answer:
    """为账号提出绑定数字证书（文件为 PEM 或 DER 格式的证书，不是私钥）。"""
    user = account(actor, username)
    wanted = Binding(user, read(file.read_bytes()), begin.date() if begin else clock.today(), end.date() if end else None, reason)
    with transaction():
        made = certificates.ask(actor, wanted, clock.now())
    return _answer(made, f"已提出绑定，待安全管理员批准（flask certificates approve {made.id} --as 安全管理员）")


def _one(actor: Actor, number: str) -> UserCertificate:
    found = certificate_queries.certificate(actor, int(number)) if number.isdigit() and len(number) < 10 else None
    if found is None:
        raise NotFound(f"没有编号为“{number[:20]}”的数字证书绑定，请用 certificates list 核对")
    return found


def _answer(made: UserCertificate, said: str) -> Answer:
    state = certificate_queries.word(made, clock.today())
    return Answer({"id": made.id, "serial": made.serial, "state": state}, [f"{said}：序列号 {made.serial}，{state}"])


def _revoke(made: UserCertificate, actor: Actor, reason: str) -> None:
    """Also by the operator of the machine: the only security administrator may have lost his own."""
    if actor.user_id is not None and not permits(actor, Permission.GRANT_DECIDE, made):
        raise NotAllowed("您没有撤销该数字证书的权限，请由安全管理员办理")
    certificates.revoke(made, actor, reason, clock.now(), seen=made.version)


STEPS = StepCommands(group, "number", None, _one, _answer)
REASON = click.option("--reason", required=True, help="原因")
STEPS.add(
    "approve", Permission.GRANT_DECIDE, "批准绑定数字证书（须用 --as 指明安全管理员）。", "已批准",
    lambda made, actor: certificates.approve(made, actor, clock.now(), seen=made.version),
)  # fmt: skip
STEPS.add(
    "refuse", Permission.GRANT_DECIDE, "不予绑定数字证书（须用 --as 指明安全管理员）。", "不予批准",
    lambda made, actor, reason: certificates.refuse(made, actor, reason, clock.now(), seen=made.version), REASON,
)  # fmt: skip
STEPS.add(
    "withdraw", Permission.GRANT_ASK, "撤回还没有批准的绑定。", "已撤回",
    lambda made, actor, reason: certificates.withdraw(made, actor, reason, clock.now(), seen=made.version), REASON,
)  # fmt: skip
STEPS.add("revoke", None, "立即撤销数字证书的绑定，该账号的登录全部退出。", "已撤销", _revoke, REASON)


def register(app: Flask) -> None:
    app.cli.add_command(group)

"""``flask signatures …``: the same list and verification as the pages."""

from __future__ import annotations

from typing import Any

import click
from flask import Flask

from app import clock
from app.approval_signatures import forms, queries
from app.approval_signatures.jobs import verify as verify_all
from app.audit.cli_group import audit
from app.audit.words import subject_word
from app.commands import Answer, command
from app.domain.actors import Actor
from app.domain.permissions import Permission
from app.domain.trust_kinds import SignatureCheck
from app.labels import step_label

group = click.Group("signatures", help="审批签名：列出，核对所签内容")


def register(app: Flask) -> None:
    app.cli.add_command(group)


def _told(row: Any, name: str | None) -> dict[str, Any]:
    return {
        "id": row.id, "at": row.signed_at, "name": row.name, "kind": row.subject_kind, "subject_id": row.subject_id, "record": name,
        "step": row.step, "meaning": row.meaning, "method": row.method.value, "sha256": row.record_sha256, "version": row.record_version,
        "checked": row.checked.value if row.checked else None,
    }  # fmt: skip


def _line(one: dict[str, Any]) -> str:
    record = f"{subject_word(one['kind'])} {one['record'] or one['subject_id']}"
    said = f"{clock.office_time(one['at']):%Y-%m-%d %H:%M}　{one['name']}　{record}　{step_label(one['kind'], one['step'])}"
    return f"{one['id']}　{said}　{one['sha256'][:12]}…　{one['checked'] or '尚未核对'}"


@command(group, "list", permission=Permission.SIGNATURE_LIST)
@click.option("--person", help="签名人姓名的一部分")
@click.option("--kind", type=click.Choice(forms.KINDS), help="记录类别")
@click.option("--meaning", help="签名意义中的词")
@click.option("--state", type=click.Choice([one.value for one in SignatureCheck]), help="核对结果")
@click.option("--from", "from_on", metavar="DATE", help="签名日期自")
@click.option("--to", "to_on", metavar="DATE", help="签名日期至")
def list_(actor: Actor, person: str | None, **asked: str | None) -> Answer:
    """列出审批签名，新的在前（加 --as 只列该用户能看到的）。"""
    written = {name: value or "" for name, value in {"q": person, **asked}.items()}
    rows = queries.every_signature(actor, forms.filters_asked(written))
    names = queries.names_of(rows)
    data = [_told(row, names.get((row.subject_kind, row.subject_id))) for row in rows]
    return Answer(data, [*(_line(one) for one in data), f"共 {len(data)} 条"])


@command(group, "verify", act=False)
def verify() -> Answer:
    """逐条重算内容摘要，指出与签名时不一致的记录；结果记在列表上，不一致的发出安全告警。"""
    return _verified()


def _verified() -> Answer:
    done = verify_all()
    assert done is not None
    walked, made = done
    data = {"signatures": made.signatures, "sound": made.sound, "moved_on": dict(walked.moved_on), "broken": list(walked.broken)}
    later = [f"{subject_word(kind)}：{number} 条签名的记录此后有新版本，不再比对" for kind, number in walked.moved_on.items()]
    found = f"{made.sound} 条与签名时一致，{made.moved_on} 条的记录已有新版本，{made.broken} 条不一致"
    lines = [*later, f"共 {made.signatures} 条审批签名：{found}"]
    if made.broken:
        return Answer(data, [*walked.broken, *lines, "请保全现场（备份数据库文件），停止使用并报告审计管理员"], refused=True)
    return Answer(data, lines)


@command(audit, "signatures", act=False)
@click.option("--verify", "verifies", is_flag=True, help="逐条重算内容摘要，指出与签名时不一致的记录")
def counted(verifies: bool) -> Answer:
    """审批签名的条数；加 --verify 同 flask signatures verify。"""
    if verifies:
        return _verified()
    numbers = queries.counted()
    lines = [f"{subject_word(kind)}：{number} 条" for kind, number in numbers.items()]
    return Answer(dict(numbers), [*lines, f"共 {sum(numbers.values())} 条审批签名；核对内容请加 --verify"])

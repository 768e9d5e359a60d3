"""``flask archives …``: the same operations as the pages."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import click
from flask import Flask

from app import clock
from app.archives import forms, operations, queries, showing
from app.archives.operations import Given
from app.commands import Answer, command
from app.db import transaction
from app.domain.actors import Actor
from app.domain.archives import completeness
from app.domain.permissions import Permission
from app.enterprises.cli_group import one_enterprise
from app.enterprises.queries import kinds_of
from app.errors import NotLikeThis
from app.reference import archive_elements

archives = click.Group("archives", help="企业档案要素（一户一档）")


def register(app: Flask) -> None:
    app.cli.add_command(archives)


@command(archives, "elements", permission=Permission.ENTERPRISE_LIST)
@click.option("--kind", default=forms.DEFAULT, show_default=True, help="企业类型")
def elements_(actor: Actor, kind: str) -> Answer:
    """列出一种企业的档案要素及其依据。"""
    found = archive_elements.in_force(kind, clock.today())
    if not found:
        raise NotLikeThis(f"“{kind[:20]}”没有规定档案要素，可用：{'、'.join(archive_elements.kinds(clock.today()))}")
    data = [
        {
            "code": one.code, "name": one.name, "required": one.required, "form": one.form.value, "source": one.source,
            "confidence": one.confidence,
        }
        for one in found
    ]  # fmt: skip
    lines = [f"{one.code}　{one.name}　{'必备' if one.required else '选填'}　{one.form.value}　{one.confidence}" for one in found]
    return Answer(data, lines)


@command(archives, "list", permission=Permission.ENTERPRISE_LIST)
@click.option("--kind", default=forms.DEFAULT, show_default=True, help="企业类型")
@click.option("--incomplete", is_flag=True, help="只列未齐备的")
@click.option("--q", help="企业名称、信用代码")
def list_(actor: Actor, kind: str, incomplete: bool, q: str | None) -> Answer:
    """列出企业及其档案完整度、缺少的要素。"""
    today = clock.today()
    elements = archive_elements.in_force(kind, today)
    if not elements:
        raise NotLikeThis(f"“{kind[:20]}”没有规定档案要素，可用：{'、'.join(archive_elements.kinds(today))}")
    rows = queries.every(actor, forms.filters_asked({"kind": kind, "q": q or "", "complete": "0" if incomplete else ""}), today)
    on_file = queries.filled([row.id for row in rows])
    told = [(row, completeness(elements, on_file.get(row.id, set()))) for row in rows]
    data = [
        {"enterprise": row.name, "credit_code": row.credit_code, "done": one.done, "of": one.of, "missing": list(one.missing)}
        for row, one in told
    ]
    done, registered = queries.counts(actor, kind, today)
    lines = [f"{row.name}　{one.words}　{'缺：' + '、'.join(one.missing) if one.missing else ''}" for row, one in told]
    return Answer(data, [*lines, f"共 {len(data)} 家；{kind}已建档 {done} 家，应建档 {registered} 家"])


@command(archives, "show", permission=Permission.ENTERPRISE_READ)
@click.argument("enterprise")
def show(actor: Actor, enterprise: str) -> Answer:
    """一家企业的档案（统一社会信用代码或全名）；个人信息只显示一部分。"""
    found = one_enterprise(actor, enterprise)
    kinds = [kind for kind, _ in kinds_of([found.id]).get(found.id, [])]
    elements, held = queries.elements_of(kinds, clock.today()), queries.current(found.id)
    told = completeness(elements, held.keys())
    data: dict[str, Any] = {
        "enterprise": found.name, "done": told.done, "of": told.of, "missing": list(told.missing),
        "elements": [
            {
                "code": one.code, "name": one.name, "required": one.required, "value": showing.shown(one, held[one.code].value),
                "file": held[one.code].attachment_id is not None, "seen_on": held[one.code].seen_on,
            }
            for one in elements
            if one.code in held
        ],
    }  # fmt: skip
    lines = [f"{one['name']}：{one['value'] or ''}{'（有文件）' if one['file'] else ''}" for one in data["elements"]]
    return Answer(data, [f"{found.name}　{told.words}", *lines, *([f"还缺：{'、'.join(told.missing)}"] if told.missing else [])])


@command(archives, "fill", permission=Permission.ENTERPRISE_CORRECT)
@click.argument("enterprise")
@click.argument("code")
@click.option("--value", help="内容")
@click.option("--file", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="文件")
@click.option("--on", metavar="DATE", help="核实日期，默认今天")
def fill(actor: Actor, enterprise: str, code: str, value: str | None, file: Path | None, on: str | None) -> Answer:
    """填写一项要素，如 flask archives fill 老王作坊 PRODUCTS --value 豆腐、豆干。"""
    found = one_enterprise(actor, enterprise, Permission.ENTERPRISE_CORRECT)
    try:
        seen_on = date.fromisoformat(on) if on else clock.today()
    except ValueError as fault:
        raise NotLikeThis(f"“{(on or '')[:20]}”不是日期，请写成 2026-11-20 的形式") from fault
    before = queries.current(found.id).get(code)
    kept = value if value is not None else before.value if before is not None else None
    given = Given((kept or "").strip() or None, (file.name, file.read_bytes()) if file is not None else None)
    with transaction():
        changed = operations.fill(found, {code: given}, seen_on, actor, clock.now())
    return Answer({"changed": changed}, [f"已保存：{'、'.join(changed)}"])


@command(archives, "withdraw", permission=Permission.ENTERPRISE_CORRECT)
@click.argument("enterprise")
@click.argument("code")
@click.option("--reason", required=True, help="原因")
def withdraw(actor: Actor, enterprise: str, code: str, reason: str) -> Answer:
    """撤下一项要素（原内容保留）。"""
    found = one_enterprise(actor, enterprise, Permission.ENTERPRISE_CORRECT)
    with transaction():
        name = operations.withdraw(found, code, reason, actor, clock.now())
    return Answer({"withdrawn": code}, [f"已撤下：{name}"])

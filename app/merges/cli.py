"""``flask merges …``: the same operations as the pages."""

from __future__ import annotations

import click
from flask import Flask

from app import clock
from app.commands import Answer, command
from app.db import transaction
from app.domain.actors import Actor
from app.domain.permissions import Permission
from app.enterprises.models import Enterprise
from app.errors import NotFound, NotLikeThis
from app.merges import forms, operations, queries, showing
from app.merges.models import EnterpriseMerge
from app.reference_data.books import region_book

merges = click.Group("merges", help="企业档案查重与合并")
SHOWN = 50


def register(app: Flask) -> None:
    app.cli.add_command(merges)


def _enterprise(actor: Actor, written: str) -> Enterprise:
    found = queries.meant(actor, written)
    if not found:
        raise NotFound(f"企业档案中没有“{written[:40]}”，请用档案号、统一社会信用代码或全名指明，或该企业不在您的管辖范围内")
    if len(found) > 1:
        raise NotLikeThis(f"与“{written[:40]}”一致的有几份档案，请用档案号指明：{'、'.join(queries.named(one) for one in found)}")
    return found[0]


def _merge(actor: Actor, number: str) -> EnterpriseMerge:
    found = queries.merges_numbered(actor, number)
    if len(found) != 1:
        raise NotFound(f"没有找到合并记录“{number[:40]}”，请核对编号（如 合〔2026〕1号），或该记录不在您的管辖范围内")
    return found[0]


@command(merges, "find", permission=Permission.ENTERPRISE_MERGE)
@click.option("--region", metavar="NAME", help="只比对该区域内的企业")
@click.option("--q", help="名称中的字")
@click.option("--certainty", help="几乎确定、很可能、可能")
def find(actor: Actor, region: str | None, q: str | None, certainty: str | None) -> Answer:
    """找出疑似重复的企业档案，把握大的在前。"""
    place, exact = region_book().resolve(region) if region else (None, True)
    if not exact or (region and place is None):
        raise NotLikeThis(f"没有识别出区域“{(region or '')[:40]}”：请写成 省/市/县/乡镇 或 6 位区划代码")
    filters = forms.filters_asked({"q": q or "", "region_id": str(place or ""), "certainty": certainty or ""})
    if certainty and filters.certainty is None:
        raise NotLikeThis(f"没有“{certainty[:20]}”这种把握，可用：几乎确定、很可能、可能")
    pairs = queries.pairs(actor, filters)
    rows = queries.shown([one for pair in pairs[:SHOWN] for one in (pair.first, pair.second)])
    lines = [
        f"{pair.certainty.value}　{queries.named(rows[pair.first])}　{queries.named(rows[pair.second])}　{'，'.join(pair.reasons)}"
        for pair in pairs[:SHOWN]
    ]
    lines += [f"……只列出 {SHOWN} 对"] if len(pairs) > SHOWN else []
    data = [
        {"first": pair.first, "second": pair.second, "certainty": pair.certainty.value, "reasons": list(pair.reasons)} for pair in pairs
    ]
    return Answer(data, [*lines, f"共 {len(pairs)} 对疑似重复"])


@command(merges, "apart", permission=Permission.ENTERPRISE_MERGE)
@click.argument("one")
@click.argument("other")
def apart(actor: Actor, one: str, other: str) -> Answer:
    """标明两份档案不是重复，以后不再提示。"""
    first, second = _enterprise(actor, one), _enterprise(actor, other)
    if first.id == second.id:
        raise NotLikeThis("请指明两份不同的档案")
    with transaction():
        operations.tell_apart(first, second, actor)
    return Answer({"first": first.id, "second": second.id}, [f"已记下{queries.named(first)}与{queries.named(second)}不是重复"])


@command(merges, "merge", permission=Permission.ENTERPRISE_MERGE)
@click.argument("kept")
@click.argument("merged")
@click.option("--reason", help="合并理由；确认合并时必填")
@click.option("--confirm", is_flag=True, help="确认合并；不带此项只预览")
def merge(actor: Actor, kept: str, merged: str, reason: str | None, confirm: bool) -> Answer:
    """把 MERGED 并入 KEPT（档案号、统一社会信用代码或全名）。"""
    stays, goes = _enterprise(actor, kept), _enterprise(actor, merged)
    operations.refuse_pair(stays, goes)
    moves = showing.previewed(stays.id, goes.id)
    lines = [f"{words}：移动 {moving} 条" + (f"，留在原档案 {staying} 条" if staying else "") for words, moving, staying in moves]
    data = {"kept": stays.id, "merged": goes.id, "moves": [list(one) for one in moves], "number": None}
    if not confirm:
        return Answer(data, [f"预览：{queries.named(goes)}并入{queries.named(stays)}。确认合并请加 --confirm 和 --reason", *lines])
    if not (reason or "").strip():
        raise NotLikeThis("请用 --reason 填写合并理由")
    with transaction():
        made = operations.merge(stays, goes, reason or "", actor, clock.now())
    return Answer({**data, "number": made.number}, [f"已合并：{made.number}", *lines])


@command(merges, "undo", permission=Permission.ENTERPRISE_MERGE)
@click.argument("number")
@click.option("--reason", required=True, help="撤销理由")
def undo(actor: Actor, number: str, reason: str) -> Answer:
    """撤销一次合并，移动的记录退回原档案。"""
    one = _merge(actor, number)
    with transaction():
        missing = operations.undo(one, reason, actor, clock.now(), seen=one.version)
    lines = [f"没有退回（已改到其他企业）：{showing.reference_words(key)} {len(ids)} 条" for key, ids in missing.items()]
    return Answer({"number": one.number, "missing": missing}, [f"已撤销合并：{one.number}", *lines])

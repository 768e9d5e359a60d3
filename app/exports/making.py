"""Which return somebody asks for: the styles on offer, and the wish as the worker is told it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.domain.actors import Actor
from app.domain.indicators import Period
from app.domain.reporting_kinds import ReturnPeriod
from app.errors import NotLikeThis
from app.exports.operations import Wish
from app.indicators import frames
from app.indicators import queries as indicator_queries
from app.reference_data.books import region_book

OWN = "本系统抽检报表（八张工作表）"


def styles(actor: Actor) -> list[tuple[str, str]]:
    """Our own workbook, then the templates in use."""
    return [("", OWN)]


def template_chosen(actor: Actor, written: str | None, kind: str | None) -> int | None:
    """The template of a form; None for our own workbook."""
    if not written:
        return None
    raise NotLikeThis("没有这个报表模板，请重新选择", field="template")


def template_coded(actor: Actor, code: str, kind: str) -> int:
    """The template of a command."""
    raise NotLikeThis(f"没有代码为“{code[:40]}”的已启用报表模板")


def payload(wish: Wish, area_code: str, plan_code: str) -> Mapping[str, Any]:
    return {
        "area": area_code, "plan": plan_code, "template": wish.template_id, "year": wish.period.year, "month": wish.period.month,
        "quarter": wish.period.quarter, "key": wish.key, "title": f"{wish.place.name}{wish.period.label}{ReturnPeriod(wish.kind).value}",
    }  # fmt: skip


def wish_of(told: Mapping[str, Any], actor: Actor) -> Wish:
    """The wish again, as the worker has been told it."""
    place = frames.area_by_code(region_book(), told["area"])
    period = Period(told["year"], quarter=told["quarter"], month=told["month"])
    return Wish(place, indicator_queries.plan_by_code(actor, told["plan"]), period, told["template"], told["key"])

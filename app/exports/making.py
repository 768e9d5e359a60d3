"""Which return somebody asks for: the styles on offer, and the wish as the worker is told it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from app.db import session
from app.domain.actors import Actor
from app.domain.indicators import Period
from app.domain.reporting_kinds import ReturnPeriod
from app.domain.reporting_states import TemplateState
from app.errors import NotLikeThis
from app.exports.operations import Wish
from app.indicators import frames
from app.indicators import queries as indicator_queries
from app.reference_data.books import region_book
from app.return_templates.models import ReturnTemplate
from app.scope import scope

OWN = "本系统抽检报表（八张工作表）"


def styles(actor: Actor) -> list[tuple[str, str]]:
    """Our own workbook, then the templates in use."""
    rows = session().scalars(_adopted(actor).order_by(ReturnTemplate.code, ReturnTemplate.edition.desc())).all()
    newest: dict[tuple[int, str], ReturnTemplate] = {}
    for row in rows:
        newest.setdefault((row.org_id, row.code), row)
    return [("", OWN), *((str(row.id), f"{row.title}（{row.period_kind.value}，第 {row.edition} 版）") for row in newest.values())]


def _adopted(actor: Actor) -> sa.Select[tuple[ReturnTemplate]]:
    return scope(sa.select(ReturnTemplate).where(ReturnTemplate.state == TemplateState.ADOPTED), ReturnTemplate, actor)


def template_chosen(actor: Actor, written: str | None, kind: str | None) -> int | None:
    """The template of a form; None for our own workbook."""
    if not written:
        return None
    asked = ReturnTemplate.id == int(written) if written.isascii() and written.isdecimal() and len(written) < 19 else sa.false()
    return _fitting(session().scalars(_adopted(actor).where(asked)).first(), kind, "没有这个已启用的报表模板，请重新选择")


def template_coded(actor: Actor, code: str, kind: str) -> int | None:
    """The newest edition of a code, for a command."""
    asked = _adopted(actor).where(ReturnTemplate.code == code).order_by(ReturnTemplate.edition.desc(), ReturnTemplate.id.desc())
    return _fitting(session().scalars(asked.limit(1)).first(), kind, f"没有代码为“{code[:40]}”的已启用报表模板")


def _fitting(found: ReturnTemplate | None, kind: str | None, missing: str) -> int:
    if found is None:
        raise NotLikeThis(missing, field="template")
    if kind and found.period_kind.value != kind:
        raise NotLikeThis(f"“{found.title}”是{found.period_kind.value}，请把报送周期改为{found.period_kind.value}", field="kind")
    return found.id


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

"""Figures as a program reads them: exactly those of the page, and the numbers of the records behind each."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import request

from app import clock
from app.api import bodies
from app.api.refusals import Faulty
from app.authorize import current_actor
from app.domain.indicators import Kind, Light, describe, provenance_hash
from app.domain.json_shapes import Faults
from app.errors import NotLikeThis
from app.indicators import addresses, frames, holdings, queries, records, tables
from app.indicators.figures import Asked
from app.indicators.frames import Frame
from app.indicators.models import Plan
from app.indicators.queries import Planned
from app.indicators.records import Side
from app.reference_data.books import region_book

PAGE, LARGEST = 200, 1000


def _whole(least: int, most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not re.fullmatch(r"[0-9]{1,9}", text) or not least <= int(text) <= most:
            raise ValueError(f"应为 {least} 至 {most} 的整数")
        return int(text)

    return read


def _area(text: str) -> str:
    if not re.fullmatch(r"[0-9]{6,12}", text):
        raise ValueError("应为 6 至 12 位的区划代码")
    return text


def _moment(text: str) -> Any:
    try:
        return frames.read_moment(text)
    except NotLikeThis:
        raise ValueError("应为日期 2026-11-01 或时刻 2026-11-01T17:30（带时区的，地址中的 + 须写作 %2B）") from None


def _side(text: str) -> Side:
    if text not in {one.value for one in Side}:
        raise ValueError(f"应为 {'、'.join(one.value for one in Side)} 之一")
    return Side(text)


OF_FRAME: Mapping[str, Callable[[str], Any]] = {
    "area": _area, "year": _whole(frames.FIRST_YEAR, frames.LAST_YEAR), "month": _whole(1, 12), "quarter": _whole(1, 4),
    "cumulative": bodies.yes_or_no, "as_of": _moment,
}  # fmt: skip
OF_LIST: Mapping[str, Callable[[str], Any]] = {
    **OF_FRAME, "side": _side, "limit": _whole(1, LARGEST), "cursor": _whole(0, 10**9 - 1),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Query:
    """What the address asks."""

    frame: Frame
    side: Side
    start: int
    size: int


def query_of(plan: Plan, known: Mapping[str, Callable[[str], Any]]) -> Query:
    """Raises Faulty with every fault; an unknown area is told with those that are known."""
    faults = Faults()
    found = bodies.read(request.args, known, faults)
    if "month" in found and "quarter" in found:
        faults.add("?quarter", "月份和季度只能写一个")
    if faults.found:
        raise Faulty(faults.found)
    book = region_book()
    area = frames.area_by_code(book, found["area"]) if "area" in found else frames.area(book, addresses.default_area(book, plan))
    period = frames.period(
        found.get("year") or clock.today().year, found.get("month"), found.get("cumulative", False), found.get("quarter")
    )
    frame = Frame(current_actor(), area, period, found.get("as_of"))
    return Query(frame, found.get("side", Side.NUMERATOR), found.get("cursor", 0), found.get("limit", PAGE))


def plan_of(plan: Plan, frame: Frame) -> dict[str, Any]:
    """The table of a plan."""
    return {**_frame(plan, frame), "name": plan.name, "indicators": [_line(line) for line in tables.table(plan, frame)]}


def _frame(plan: Plan, frame: Frame) -> dict[str, Any]:
    return {
        "plan": plan.code,
        "area": {"code": frame.area.code, "name": frame.area.name},
        "period": {"label": frame.period.label, "first": frame.period.first.isoformat(), "last": frame.period.last.isoformat()},
        "as_of": clock.office_time(frame.as_of).isoformat() if frame.as_of else None,
    }  # fmt: skip


def _line(line: tables.Line) -> dict[str, Any]:
    figure, row, target = line.figure, line.planned.row, line.assessed.target.target
    people, value = line.answer.population, line.value
    return {
        "no": row.no, "name": row.name, "unit": row.unit, "nature": row.nature,
        "value": figure.display if figure.value is not None else None, "shown": tables.written(figure),
        "numerator": figure.numerator, "denominator": figure.denominator, "undecided": figure.undecided,
        "target": {"op": target.comparator.ascii, "value": f"{target.value:f}", "year": target.year},
        "met": line.met, "light": None if line.light is Light.NONE else line.light.value, "rounding": line.rounding or None,
        "note": line.lacking or None,
        "population": {"year": people.year, "residents": people.residents} if people else None,
        "reported": {"as_of": value.as_of.isoformat(), "document": value.document} if value else None,
        "definition": _definition(line.planned, line.definition),
    }  # fmt: skip


def _definition(planned: Planned, words: str) -> dict[str, Any]:
    return {
        "formula": planned.formula.code, "version": planned.row.definition_version, "filter": describe(planned.conditions), "words": words,
    }


def records_of(planned: Planned, query: Query) -> dict[str, Any]:
    """The numbers that one side of a figure counts, in their order, with the hash of all of them."""
    frame = query.frame
    planned = queries.as_known(planned, frame.as_of)
    numbers = _numbers(planned, query) if holdings.any_in(frame) else []
    end = query.start + query.size
    return {
        **_frame(planned.plan, frame), "no": planned.row.no, "side": query.side.value,
        "definition": _definition(planned, planned.formula.definition),
        "count": len(numbers), "sha256": provenance_hash(numbers), "numbers": numbers[query.start : end],
        "next_cursor": str(end) if end < len(numbers) else None,
    }  # fmt: skip


def _numbers(planned: Planned, query: Query) -> list[str]:
    asked = Asked(planned.formula, planned.conditions)
    if planned.formula.kind is Kind.REPORTED:
        raise NotLikeThis("该指标为填报指标，没有可列出的记录", field="no")
    if query.side is Side.BESIDE:
        return records.numbers(query.frame, asked, Side.BESIDE)
    found = records.records(query.frame, planned.formula, planned.conditions)
    return found.numerator if query.side is Side.NUMERATOR else found.denominator

"""The page that explains the difference of a figure between two moments (差异说明)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.authorize import authorize
from app.domain.permissions import Permission
from app.errors import NotLikeThis
from app.indicators import frames, queries, replay, tables
from app.indicators.addresses import Here, here, position
from app.indicators.adjusting import compared
from app.indicators.difference_export import grouped, moment_words, sheets
from app.indicators.frames import Frame
from app.indicators.queries import Planned
from app.indicators.records import Side
from app.indicators.sealed import sealed_returns
from app.indicators.shared_views import bp, sides, workbook

SIZE = 50
ENDPOINTS = {
    "sample": ("sampling.show", "sample_id"), "enterprise": ("enterprises.show", "enterprise_id"),
    "disposal_case": ("disposal.show", "case_id"), "penalty": ("penalties.show", "penalty_id"),
    "inspection": ("inspections.show", "inspection_id"), "case_transfer": ("transfers.show", "transfer_id"),
    "incident": ("incidents.show", "incident_id"), "self_report": ("self_reports.show", "report_id"),
}  # fmt: skip


@bp.get("/<code>/<no>/differences")
@authorize(Permission.INDICATOR_READ, queries.indicator)
def differences(planned: Planned) -> ResponseReturnValue:
    asked = here(planned.plan)
    then = replace(asked.frame, as_of=frames.read_moment(request.args.get("from")) or _usual(asked))
    side = _side(request.args.get("side") or Side.NUMERATOR.value)
    found = compared(planned, then, asked.frame, side)
    if request.args.get("format") == "xlsx":
        comment = f"{asked.frame.area.name} {asked.frame.period.label} 差异 {moment_words(then)} 至 {moment_words(asked.frame)}"
        name = f"{planned.row.name}差异说明{clock.today()}.xlsx"
        return workbook(planned, sheets(found, then, asked.frame, clock.now()), name, asked.frame.actor, comment)
    rows, start = list(grouped(found.differences)), position()
    return render_template(
        "indicators/differences.html", planned=planned, here=asked, found=found, then=then, side=side, sides=sides(found.planned),
        rows=rows[start : start + SIZE], start=start, size=SIZE, total=len(rows), areas=asked.areas(), written=tables.written,
        args=_args(planned, asked, then, side), sealed=_sealed(planned, asked), opens=_opens, moment_words=moment_words,
        unknown=replay.not_replayed(found.planned.formula), as_of_input=_input(then),
    )  # fmt: skip


def _side(written: str) -> Side:
    if written not in {one.value for one in Side}:
        raise NotLikeThis("没有这种清单，请从指标表重新进入", field="side")
    return Side(written)


def _usual(asked: Here) -> Any:
    """The last sealed return of the place, else the end of the month before."""
    for one in sealed_returns(asked.frame):
        return one.as_of
    day = (asked.frame.as_of and asked.frame.today) or clock.today()
    return clock.end_of_day(day.replace(day=1) - timedelta(days=1))


def _input(then: Frame) -> str:
    """To the second, as a browser's field for date and time takes it: a return is sealed at a second."""
    assert then.as_of is not None
    return clock.office_time(then.as_of).strftime("%Y-%m-%dT%H:%M:%S")


def _args(planned: Planned, asked: Here, then: Frame, side: Side) -> dict[str, Any]:
    """What asks for the same page again."""
    since = request.args.get("from") or _input(then)
    return {**asked.args, "code": planned.plan.code, "no": planned.row.no, "side": side.value, "from": since}


def _sealed(planned: Planned, asked: Here) -> list[tuple[str, str]]:
    """Links that compare with the moment of a sealed return."""
    where: dict[str, Any] = {"code": planned.plan.code, "no": planned.row.no, **asked.args}
    return [
        (f"{one.number}（{one.month // 100}年{one.month % 100}月）", url_for(".differences", **{**where, "from": _exact(one.as_of)}))
        for one in sealed_returns(asked.frame)
    ]


def _exact(moment: Any) -> str:
    return clock.office_time(moment).replace(tzinfo=None).isoformat(timespec="microseconds")


def _opens(kind: str, record_id: int | None) -> str | None:
    if record_id is None or kind not in ENDPOINTS:
        return None
    endpoint, name = ENDPOINTS[kind]
    where: dict[str, Any] = {name: record_id}
    return url_for(endpoint, **where)

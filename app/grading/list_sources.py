"""风险等级、评分表、风险事件和年度评定 to be taken out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from app import clock
from app.authorize import current_actor
from app.domain.actors import Actor
from app.domain.permissions import Permission, permits
from app.domain.supervision_kinds import RiskEventKind
from app.domain.supervision_states import GradeState
from app.downloads.lists import ListSource, by_key, column, columns_of, everything, no_words, register, spoken
from app.errors import NotFound
from app.grading import event_queries, exports, forms, listing, run_exports, run_forms, run_queries
from app.grading.models import RiskEvent, RiskGrade, RiskRun
from app.grading.ruling import kinds_ruled
from app.reference_data.books import region_book
from app.scope import scope


def _graded(actor: Actor, filters: listing.Filters) -> sa.Select[Any]:
    return listing.listed(actor, filters, kinds_ruled(actor.org_path), clock.today(), listing.COLUMNS)


def _graded_ids(actor: Actor, filters: listing.Filters) -> sa.Select[Any]:
    return listing.listed(actor, filters, kinds_ruled(actor.org_path), clock.today(), (listing.Kind.id,))


def _asked_of_sheets(asked: Mapping[str, Any]) -> GradeState | None:
    return next((one for one in GradeState if one.value == asked.get("state")), None)


def _asked_of_events(asked: Mapping[str, Any]) -> Mapping[str, Any]:
    kind = next((one for one in RiskEventKind if one.value == asked.get("kind")), None)
    return {"kind": kind, "q": " ".join((asked.get("q") or "").split())[:60] or None}


@dataclass(frozen=True, slots=True)
class OfRun:
    """The grades of one run."""

    run: RiskRun
    filters: run_queries.Filters


def _asked_of_run(asked: Mapping[str, Any]) -> OfRun:
    actor = current_actor()
    run = run_queries.run(actor, forms.number(str(asked.get("run_id") or "")) or 0)
    if run is None or not permits(actor, Permission.RISK_READ, run):
        raise NotFound("没有找到该年度评定，可能已作废或不在您的管辖范围内；命令行请用 --filter run_id=编号 指明")
    return OfRun(run, run_forms.filters_asked(asked))


_moves = spoken(direction="变动", moved="只看变动", grade="等级", q="关键词")


def _words_of_run(found: OfRun) -> str:
    return f"年度评定：{found.run.number}，{_moves(found.filters)}"


def _runs(actor: Actor, filters: None) -> sa.Select[Any]:
    return scope(sa.select(*run_queries.RUNS), RiskRun, actor)


def _run_rows(actor: Actor, part: Sequence[Any], whole: bool) -> Sequence[Any]:
    book = region_book()
    return [(row, book.full_name(row.region_id) if row.region_id else "全部") for row in part]


register(
    ListSource(
        code="risk_grades", title="风险等级", unit="条", permission=Permission.RISK_LIST, endpoints=("grading.index",),
        asked=forms.filters_asked, words=exports.conditions, fields=columns_of(exports.COLUMNS),
        prepare=lambda actor, part, whole: list(exports.cells(part)), **by_key(_graded, listing.Kind.id, ids=_graded_ids),
    ),
    ListSource(
        code="risk_sheets", title="风险评分表", unit="份", permission=Permission.RISK_LIST, endpoints=("grading.sheets",),
        asked=_asked_of_sheets, words=lambda state: spoken(state="状态")({"state": state}),
        fields=(
            column("评定编号", "number"), column("企业名称", "enterprise_name"), column("企业类型", "kind"),
            column("评定年度", "year", "integer"), column("评定原因", "cause"), column("总分", "total", "decimal"),
            column("建议等级", "suggested"), column("调整级数", "steps", "integer"),
            column("等级", "grade"), column("状态", "state"), column("提出人", "proposer"), column("建立时间", "created_at", "moment"),
        ),
        **by_key(lambda actor, state: listing.listed_sheets(actor, state, listing.SHEETS), RiskGrade.id),
    ),
    ListSource(
        code="risk_events", title="风险事件", unit="条", permission=Permission.RISK_LIST, endpoints=("grading.events",),
        asked=_asked_of_events, words=spoken(kind="情形", q="关键词"),
        fields=(
            column("编号", "number"), column("企业名称", "enterprise_name"), column("情形", "kind"),
            column("发生日期", "occurred_on", "date"), column("调整级数", "steps", "integer"), column("来源", "source"),
            column("自动采集", "automatic"), column("状态", "state"),
        ),
        **by_key(
            lambda actor, asked: event_queries.listed(actor, asked["kind"], asked["q"], event_queries.COLUMNS), RiskEvent.id
        ),
    ),
    ListSource(
        code="risk_runs", title="年度评定", unit="次", permission=Permission.RISK_LIST, endpoints=("grading.runs",),
        asked=everything, words=no_words, prepare=_run_rows,
        fields=(
            column("编号", lambda taken: taken[0].number), column("评定年度", lambda taken: taken[0].year, "integer"),
            column("企业类型", lambda taken: taken[0].kind), column("范围", 1), column("状态", lambda taken: taken[0].state),
            column("建立时间", lambda taken: taken[0].created_at, "moment"),
        ),
        **by_key(_runs, RiskRun.id),
    ),
    ListSource(
        code="risk_run_grades", title="年度评定结果", unit="条", permission=Permission.RISK_READ, endpoints=("grading.run",),
        asked=_asked_of_run, words=_words_of_run, fields=columns_of(run_exports.COLUMNS),
        prepare=lambda actor, part, whole: list(run_exports.cells(part)),
        **by_key(lambda actor, found: run_queries.listed(actor, found.run, found.filters, run_queries.COLUMNS), RiskGrade.id),
    ),
)  # fmt: skip

"""What each rule table decides, as it stands by the rules that this context reads: asked before and inside a trial of an edition.

A gauge gives (kind of record, key) -> (its name where it is no record of somebody, what the rules make of it). Warning texts decide
nothing and have none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from app import clock
from app.archives.queries import complete, registered
from app.authorize import local_operator
from app.db import session
from app.domain.indicators import Period
from app.domain.self_reports import periods
from app.drawings.pools import weighed
from app.enterprises.models import EnterpriseKind
from app.indicators import frames, tables
from app.indicators.models import Plan
from app.plans.queries import plans_in_force
from app.progress.tables import overview
from app.proposals import queries as proposals
from app.random_inspections.wanted import usual_points, usual_recent_days
from app.reference import (
    archive_elements,
    comparison_rules,
    draw_weights,
    planning_rules,
    self_report_rules,
    urgent_rules,
)
from app.reference_data import books
from app.urgent.following import called_for

Stands = dict[tuple[str, str], tuple[str, str]]
NOTHING = "—"
INDICATOR, SAMPLE, ENTERPRISE, PLAN, WORD = "indicator", "sample", "enterprise", "plan", "word"


@dataclass(frozen=True, slots=True)
class Gauge:
    """``what`` is counted in sentences; ``after`` says what adopting the table does not do by itself."""

    what: str
    read: Callable[[date, int], Stands]
    after: str = ""


def _urgent(begins: date, year: int) -> Stands:
    return {(SAMPLE, str(one)): ("", why) for one, why in called_for(begins).items()}


def _lines(year: int) -> list[tuple[str, str, tables.Line]]:
    """Every indicator of every plan in the plan's own area: its key and its name."""
    actor, book = local_operator(), books.region_book()
    found = []
    for plan in session().scalars(sa.select(Plan).order_by(Plan.id)):
        frame = frames.Frame(actor, frames.area(book, plan.region_id), Period(year))
        for one in tables.table(plan, frame):
            key = f"{plan.code}|{one.planned.row.no}|{book.code(plan.region_id)}|{year}"
            found.append((key, f"{plan.name} {one.planned.row.no} {one.planned.row.name}", one))
    return found


def _lights(begins: date, year: int) -> Stands:
    found = {(INDICATOR, key): (name, one.light.value) for key, name, one in _lines(year)}
    return found | {(PLAN, str(laid.plan.id)): ("", line.light.value) for laid, line in overview(local_operator(), year)}


def _small(begins: date, year: int) -> Stands:
    return {
        (INDICATOR, key): (name, "样本量小，仅供参考" if one.trust.small else "样本量足够")
        for key, name, one in _lines(year)
        if one.trust is not None
    }


def _frequencies(begins: date, year: int) -> Stands:
    """加密频次建议 of every plan in force, as its page would propose it."""
    found: Stands = {}
    for plan in plans_in_force(local_operator(), year):
        for one in proposals.proposal(local_operator(), plan, proposals.Asked(proposals.Way.FREQUENCY)):
            found[PLAN, f"{plan.id}|{one.label}"] = one.label, f"建议 {one.proposed} 批（{one.reason}）"
    return found


def _sampling_weights(begins: date, year: int) -> Stands:
    return {(ENTERPRISE, str(one)): ("", words) for one, words in weighed(local_operator(), clock.today()).items()}


def _inspection_weights(begins: date, year: int) -> Stands:
    on = clock.today()
    names = {rule.code: rule.name for rule in draw_weights.in_force(on, draw_weights.INSPECTION).values()}
    found = {(WORD, code): (names.get(code, code), f"{points} 分") for code, points in usual_points(on).items()}
    return found | {(WORD, "RECENT"): (names.get("RECENT", "近期已查"), f"{usual_recent_days(on)} 天内已查的不参加")}


def _self_reports(begins: date, year: int) -> Stands:
    """What is owed by the enterprises of each kind, by the rule of the year."""
    asked = sa.select(EnterpriseKind.kind, sa.func.count()).group_by(EnterpriseKind.kind)
    many = dict(session().execute(asked).tuples().all())
    return {
        (WORD, kind): (
            f"{kind}（{many.get(kind, 0)} 家）",
            "、".join(f"{one.words}于 {one.due_on(rule.due_days)} 到期" for one in periods(year, rule.per_year)),
        )
        for kind, rule in self_report_rules.in_force(date(year, 12, 31)).items()
    }


def _archives(begins: date, year: int) -> Stands:
    """Of the enterprises on the register, by kind: whether the archive has what is required."""
    on, found = clock.today(), {}
    for kind in archive_elements.kinds(on):
        whole = set(session().scalars(complete(kind, on)))
        for one in session().scalars(registered(kind, on)):
            found[ENTERPRISE, f"{one}|{kind}"] = kind, "档案齐全" if one in whole else "档案不齐全"
    return found


GAUGES: Mapping[str, Gauge] = {
    urgent_rules.FILE: Gauge("须限时报告的批次", _urgent, "已开立的限时报告不因此增减，登记、更正检验结果时按新规则办理"),
    planning_rules.LIGHTS: Gauge("规划指标和抽检计划的进度灯号", _lights),
    planning_rules.FREQUENCIES: Gauge("现行计划的加密频次建议", _frequencies, "已下达的批次安排不因此变动，须另行变更计划"),
    draw_weights.SAMPLING: Gauge("企业的抽样抽取权重", _sampling_weights, "已冻结的名单不变"),
    draw_weights.INSPECTION: Gauge("双随机抽取的常用权重", _inspection_weights, "已设定的双随机任务按其自定权重，不因此变动"),
    comparison_rules.FILE: Gauge("规划指标的样本量提示", _small),
    self_report_rules.FILE: Gauge("自查报告的报告期和到期日", _self_reports, "已列为应报的到期日不变，此后列入的按新规则"),
    archive_elements.FILE: Gauge("企业档案的齐全情况", _archives),
}
MOVES_FIGURES = frozenset({archive_elements.FILE})


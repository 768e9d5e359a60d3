"""企业自查报告: owed, urged, received, waived. Never commits, never sees a request."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from app import clock, history
from app.db import insert_many, reserve_ids, session
from app.domain import self_reports as rules
from app.domain.actors import Actor
from app.domain.permissions import Permission, permits
from app.domain.self_reports import ReportPeriod
from app.domain.supervision_states import SelfReportState, SelfReportStep
from app.errors import NotAllowed, NotAllowedNow, NotLikeThis, Refused
from app.reference.self_report_rules import SelfReportRule, in_force
from app.self_reports import queries
from app.self_reports.models import SelfReport

KIND = SelfReport.__tablename__
TABLE: Any = SelfReport.__table__
STALE = "该记录刚被他人修改，请核对后再保存；您填写的内容仍保留在表单中"
UNCHANGED = "内容没有变化，未保存"
AT_ONCE = 20_000
NO_RULE = "没有适用于{}的自查报告规则：请系统管理员在自查报告规则文件中补充每年次数和上报时限后再办理"
WRONG_PERIOD = "“{}”不是{}的报告期，可用：{}"


@dataclass(frozen=True, slots=True)
class Received:
    """What is written down of a report that came in."""

    received_on: date
    problems: int | None = None
    rectified: int | None = None
    summary: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one report of several."""

    name: str
    refusal: str | None


def rule_for(kind: str, year: int) -> SelfReportRule:
    """The rule of a kind in a year. Raises NotLikeThis where there is none."""
    found = in_force(date(year, 12, 31)).get(kind)
    if found is None:
        raise NotLikeThis(NO_RULE.format(kind), field="kind")
    return found


def period_for(kind: str, label: str) -> tuple[ReportPeriod, SelfReportRule]:
    """The period of a label under the kind's rule. Raises NotLikeThis."""
    found = rules.period(label)
    rule = rule_for(kind, found.first.year if found else clock.today().year)
    offered = rules.periods(found.first.year if found else clock.today().year, rule.per_year)
    if found is None or found not in offered:
        raise NotLikeThis(WRONG_PERIOD.format(label[:20], kind, "、".join(one.label for one in offered)), field="period")
    return found, rule


def require(kind: str, label: str, actor: Actor, at: datetime, *, region_id: int | None = None) -> int:
    """列为应报: every 在产 enterprise of the kind owes the report of the period, once; asked again it adds who is new.

    Returns how many were added. Raises NotAllowed, NotLikeThis.
    """
    if not permits(actor, Permission.SELF_REPORT_HANDLE, _Here(actor.org_id)):
        raise NotAllowed("您没有登记自查报告的权限，如确需办理请联系科室负责人")
    period, rule = period_for(kind, label)
    found = session().execute(queries.lacking(actor, kind, period.label, region_id).limit(AT_ONCE + 1)).all()
    if len(found) > AT_ONCE:
        raise NotLikeThis(f"一次最多列入 {AT_ONCE} 家，请按区域分次办理", field="region")
    if not found:
        return 0
    ids = reserve_ids(TABLE, len(found))
    due_on, basis = period.due_on(rule.due_days), f"{period.words}结束后 {rule.due_days} 天内：{rule.source}（{rule.confidence}）"
    insert_many(
        TABLE,
        [
            {
                "id": report_id, "org_id": firm.org_id, "enterprise_id": firm.id, "kind": kind, "period": period.label, "due_on": due_on,
                "basis": basis[:300], "state": SelfReportState.DUE, "urgings": 0, "created_at": at, "created_by_id": actor.user_id,
                "version": 1,
            }
            for report_id, firm in zip(ids, found, strict=True)
        ],
    )  # fmt: skip
    told = [
        (report_id, firm.org_id, f"{firm.name}　{period.label}自查报告", SelfReportState.DUE.value)
        for report_id, firm in zip(ids, found, strict=True)
    ]
    history.record_many(KIND, SelfReportStep.REQUIRE.value, actor, told)
    return len(found)


@dataclass(frozen=True, slots=True)
class _Here:
    """What the permission is asked about before there is a record: the actor's own office."""

    org_id: int


def receive(report: SelfReport, written: Received, actor: Actor, at: datetime, *, seen: int | None = None) -> None:
    """登记收到."""
    _refuse_untrue(report, written, at)
    history.advance(report, SelfReportStep.RECEIVE, actor, seen=seen, changes=_changes(report, written))
    _put(report, written, at)


def correct(report: SelfReport, written: Received, actor: Actor, reason: str, at: datetime, *, seen: int | None = None) -> None:
    """更正登记."""
    if seen is not None and seen != report.version:
        raise NotAllowedNow(STALE)
    _refuse_untrue(report, written, at)
    changes = {title: pair for title, pair in _changes(report, written).items() if pair[0] != pair[1]}
    if not changes:
        raise NotLikeThis(UNCHANGED)
    history.advance(report, SelfReportStep.CORRECT, actor, comment=reason, seen=seen, changes=changes)
    _put(report, written, at)


def _refuse_untrue(report: SelfReport, written: Received, at: datetime) -> None:
    period = rules.period(report.period)
    first = period.first if period else written.received_on
    if (fault := rules.received_fault(written.received_on, first, clock.office_time(at).date())) is not None:
        raise NotLikeThis(fault, field="received_on")
    if (fault := rules.findings_fault(written.problems, written.rectified)) is not None:
        raise NotLikeThis(fault, field="problems")


def _changes(report: SelfReport, written: Received) -> dict[str, tuple[Any, Any]]:
    return {
        "收到日期": (report.received_on, written.received_on), "自查发现问题数": (report.problems, written.problems),
        "已整改数": (report.rectified, written.rectified), "内容摘要": (report.summary, written.summary),
    }  # fmt: skip


def _put(report: SelfReport, written: Received, at: datetime) -> None:
    report.received_on, report.problems, report.rectified = written.received_on, written.problems, written.rectified
    report.summary, report.received_at = written.summary, report.received_at or at


def urge(report: SelfReport, actor: Actor, at: datetime, comment: str | None = None, *, seen: int | None = None) -> None:
    """催报."""
    history.advance(report, SelfReportStep.URGE, actor, comment=comment, seen=seen)
    report.urged_on, report.urgings = clock.office_time(at).date(), report.urgings + 1


def waive(report: SelfReport, actor: Actor, reason: str, *, seen: int | None = None) -> None:
    """免报: 停业, 注销, 合并 and the like."""
    history.advance(report, SelfReportStep.WAIVE, actor, comment=reason, seen=seen)


def reopen(report: SelfReport, actor: Actor, reason: str, *, seen: int | None = None) -> None:
    """恢复应报: it was waived or taken for received by mistake."""
    changes = {"收到日期": (report.received_on, None)} if report.received_on else {}
    history.advance(report, SelfReportStep.REOPEN, actor, comment=reason, seen=seen, changes=changes)
    report.received_on = report.received_at = report.problems = report.rectified = report.summary = None


def each(reports: Sequence[SelfReport], step: Any) -> list[Outcome]:
    """The same step for several; what refuses one does not stop the others."""
    found = []
    for report in reports:
        name = f"{report.enterprise.name}　{report.number}"
        try:
            step(report)
        except Refused as refusal:
            found.append(Outcome(name, refusal.sentence))
        else:
            found.append(Outcome(name, None))
    return found

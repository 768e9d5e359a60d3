"""限时报告 follow results: opened, reopened, kept up and cancelled in the transaction that writes, undoes, decides or voids them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from app import clock, counters, history
from app.db import reserve_ids, session
from app.domain.actors import Actor
from app.domain.samples import ItemClass, Monitoring, Supervision, Verdict
from app.domain.urgent import Trigger, UrgentTest, triggers
from app.domain.workflow import SampleState, UrgentState, UrgentStep
from app.organisations.models import Organisation
from app.reference.urgent_rules import every_rule, urgent_rules
from app.results.models import ResultReport, ResultRow
from app.sampling.models import Sample
from app.urgent.clock import term
from app.urgent.models import UrgentReport

COUNTER = "urgent_report"
PART = 500
GONE = "检验结果已更正、撤回或改判，不再有需要限时报告的项目"
VOIDED = "样品已作废"
BACK = "再次出现需要限时报告的项目"
OF_SAMPLE = (Sample.id, Sample.org_id, Sample.laboratory_org_id, Sample.number, Sample.reported_on)
OF_ROW = (
    ResultRow.sample_id, ResultRow.item, ResultRow.item_class, ResultRow.result_written, ResultRow.unit, ResultRow.limit_text,
    ResultRow.verdict, ResultRow.pending,
)  # fmt: skip
# Conclusions under which an item may call for a report: nothing of a batch that passes clearly does.
SUSPECT = sa.or_(
    Sample.supervision.in_((Supervision.FAIL, Supervision.OPEN)), Sample.monitoring.in_((Monitoring.PROBLEM, Monitoring.UNDECIDED))
)
WORTH_READING = sa.or_(
    ResultRow.verdict.in_((Verdict.FAIL, Verdict.PROBLEM)), ResultRow.item_class == ItemClass.ILLEGAL
)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A sample that needs a report, and why."""

    sample: Any
    found: Sequence[Trigger]

    @property
    def items(self) -> str:
        named = "、".join(dict.fromkeys(one.item for one in self.found if one.item))
        return _cut(named or self.found[0].rule.name, 600)

    @property
    def trigger(self) -> str:
        return _cut("；".join(one.sentence for one in self.found), 1000)


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length - 1]}…"


def follow(sample_ids: Sequence[int], actor: Actor, at: datetime, *, gone: str = GONE) -> list[UrgentReport]:
    """Bring the urgent reports of these samples into line with their results. Returns those opened or reopened.

    The caller has asked the permission for the result itself, and has written the samples: who writes the same sample at the
    same moment is refused there, and the table allows one report per sample.
    """
    wanted, existing = _wanted(sample_ids), _existing(sample_ids)
    for sample_id, report in existing.items():
        if sample_id not in wanted and report.state is not UrgentState.CANCELLED:
            history.advance(report, UrgentStep.CANCEL, actor, comment=gone, asked=True)
            report.cancelled_at = at
    opened = [report for sample_id, report in existing.items() if sample_id in wanted and _keep_up(report, wanted[sample_id], actor, at)]
    fresh = [want for sample_id, want in sorted(wanted.items()) if sample_id not in existing]
    return opened + _open(fresh, actor, at)


def _parts(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    return (ids[start : start + PART] for start in range(0, len(ids), PART))


def _existing(sample_ids: Sequence[int]) -> Mapping[int, UrgentReport]:
    found: dict[int, UrgentReport] = {}
    for part in _parts(sample_ids):
        statement = sa.select(UrgentReport).where(UrgentReport.sample_id.in_(part)).execution_options(populate_existing=True)
        found |= {report.sample_id: report for report in session().scalars(statement)}
    return found


def _wanted(sample_ids: Sequence[int]) -> Mapping[int, _Wanted]:
    """Of these samples the reported ones whose results call for a report. A bureau that was not yet working here reports elsewhere."""
    found = {}
    for part in _parts(sample_ids):
        said = _report_kinds(part)
        rows: dict[int, list[Any]] = {}
        for sample, row in _suspects(part):
            rows.setdefault(sample, []).append(row)
        for sample in _samples(sorted(set(rows) | set(said))):
            why = triggers(urgent_rules(sample.reported_on), rows.get(sample.id, ()), said.get(sample.id, ()))
            if why:
                found[sample.id] = _Wanted(sample, why)
    return found


def called_for(since: date) -> Mapping[int, str]:
    """Every sample reported from this day on whose results call for a report by the rules of its day, and why; nothing is written."""
    words = _called_words()
    said = sa.select(ResultReport.sample_id).where(ResultReport.superseded_at.is_(None), ResultReport.report_kind.in_(words))
    ids = session().scalars(sa.select(Sample.id).where(Sample.reported_on >= since, sa.or_(SUSPECT, Sample.id.in_(said)))).all()
    return {sample_id: want.trigger for sample_id, want in _wanted(ids).items()}


def _suspects(ids: Sequence[int]) -> Iterator[tuple[int, Any]]:
    statement = (
        sa.select(*OF_ROW)
        .join(Sample, Sample.id == ResultRow.sample_id)
        .join(ResultReport, ResultReport.id == ResultRow.report_id)
        .where(Sample.id.in_(ids), SUSPECT, ResultReport.superseded_at.is_(None), WORTH_READING)
        .order_by(ResultRow.id)
    )
    return ((row.sample_id, row) for row in session().execute(statement))


def _called_words() -> set[str]:
    return {item for rule in every_rule(clock.today()) if rule.test is UrgentTest.REPORTED for item in rule.items}


def _report_kinds(ids: Sequence[int]) -> Mapping[int, list[str | None]]:
    """报告类别 of the reports in force, where it is one that calls for a report."""
    words = _called_words()
    statement = sa.select(ResultReport.sample_id, ResultReport.report_kind).where(
        ResultReport.sample_id.in_(ids), ResultReport.superseded_at.is_(None), ResultReport.report_kind.in_(words)
    )
    found: dict[int, list[str | None]] = {}
    for sample_id, kind in session().execute(statement):
        found.setdefault(sample_id, []).append(kind)
    return found


def _samples(ids: Sequence[int]) -> Sequence[Any]:
    statement = (
        sa.select(*OF_SAMPLE)
        .join(Organisation, Organisation.id == Sample.org_id)
        .where(
            Sample.id.in_(ids), Sample.state == SampleState.REPORTED, Sample.reported_on.is_not(None),
            sa.or_(Organisation.enabled_on.is_(None), Organisation.enabled_on <= Sample.reported_on),
        )
    )  # fmt: skip
    return session().execute(statement).all()


def _open(wanted: Sequence[_Wanted], actor: Actor, at: datetime) -> list[UrgentReport]:
    if not wanted:
        return []
    columns, year = term(at), clock.office_time(at).year
    needed: dict[int, int] = {}
    for want in wanted:
        needed[want.sample.org_id] = needed.get(want.sample.org_id, 0) + 1
    numbers = {org_id: iter(counters.take(org_id, COUNTER, year, needed[org_id])) for org_id in sorted(needed)}
    made = []
    ids = reserve_ids(UrgentReport.__table__, len(wanted))  # type: ignore[arg-type]
    for report_id, want in zip(ids, wanted, strict=True):
        org_id = want.sample.org_id
        report = UrgentReport(
            id=report_id, org_id=org_id, laboratory_org_id=want.sample.laboratory_org_id, sample_id=want.sample.id,
            number=f"限{org_id}〔{year}〕{next(numbers[org_id])}号", items=want.items, trigger=want.trigger, created_at=at, **columns,
        )  # fmt: skip
        history.advance(report, UrgentStep.OPEN, actor, comment=want.trigger, asked=True)
        made.append(report)
    session().add_all(made)
    session().flush()
    return made


def _keep_up(report: UrgentReport, want: _Wanted, actor: Actor, at: datetime) -> bool:
    """Reopen a cancelled report; a live one is told of what has changed. Returns whether it was reopened."""
    changes = {"items": (report.items, want.items), "trigger": (report.trigger, want.trigger)}
    report.laboratory_org_id, report.org_id = want.sample.laboratory_org_id, want.sample.org_id
    if report.state is UrgentState.CANCELLED:
        _reopen(report, want, actor, at, changes)
        return True
    if any(before != after for before, after in changes.values()):
        history.record(
            report.__tablename__, report.id, "edit", actor, org_id=report.org_id, name=report.number,
            comment="检验结果更正，限时报告项目随之更新", changes=changes,
        )  # fmt: skip
        report.items, report.trigger = want.items, want.trigger
    return False


def _reopen(report: UrgentReport, want: _Wanted, actor: Actor, at: datetime, changes: dict[str, Any]) -> None:
    """A report issued since the cancellation starts a new clock; the same one accepted once more does not buy time."""
    cancelled_on = clock.office_time(report.cancelled_at).date() if report.cancelled_at else None
    fresh = cancelled_on is None or want.sample.reported_on > cancelled_on
    columns = term(at if fresh else report.confirmed_at)
    history.advance(report, UrgentStep.REOPEN, actor, comment=f"{BACK}：{want.trigger}", changes=changes, asked=True)
    for name, value in {**columns, "items": want.items, "trigger": want.trigger}.items():
        setattr(report, name, value)
    for name in ("reported_at", "reported_by_id", "acknowledged_at", "acknowledged_by_id", "cancelled_at"):
        setattr(report, name, None)

"""改判: the one place where a conclusion is overturned by something that is not a new report (复检, 异议).

The laboratory's verdict and ours stay in their columns; only the verdict in force moves, and with it, in the same
transaction, the conclusion of the batch, its facts, its cases, its urgent report, those who are told, and the 波及清单.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app import history
from app.db import session
from app.decisions import lapsing
from app.disposal import operations as disposal
from app.disposal.models import DisposalCase
from app.domain import facts
from app.domain.actors import Actor
from app.domain.case_kinds import RippleCause
from app.domain.disposal import Party, parties
from app.domain.facts import Conclusion
from app.domain.ripples import COUNTED, NOT_COUNTED
from app.domain.samples import Supervision, Verdict
from app.domain.workflow import SampleState, SampleStep
from app.errors import NotAllowedNow
from app.history import Move
from app.notices import telling
from app.results.known import KnownReport, KnownSample, reports_in_force, samples_by_id
from app.results.models import OverturnedVerdict, ResultRow
from app.results.writing import result_columns
from app.ripples import operations as ripples
from app.ripples.models import Ripple
from app.sampling.facts import FactDraft, draft_of, facts_in_force, write_facts
from app.sampling.models import BatchFact, Sample
from app.urgent import following

OBJECTION = "异议"
NOT_IN_FORCE = "该项目所在的检验报告已被更正或撤回，不能据此改判，请刷新页面后在现行报告上办理"
NOT_REPORTED = "样品当前没有生效的检验报告（可能已作废或已撤回），不能改判，请刷新页面核对"
NOT_FAILING = "该批次现行结论不是不合格，无需认定假冒，请刷新页面核对"
DISOWNED = "该批次已认定不是标称生产企业生产，无需重复认定"
ITS_OWN = "抽样单上的被抽样单位就是生产者，不能认定为假冒；如对样品真实性有疑问，请先更正抽样单"
REPLACED = "又经{basis}改判"


@dataclass(frozen=True, slots=True)
class Origin:
    """Whence a verdict comes: 复检 or 异议, the record of it, the words of whoever decided."""

    actor: Actor
    at: datetime
    basis: str
    cause: RippleCause
    source: Any
    reason: str

    @property
    def source_kind(self) -> str | None:
        return getattr(self.source, "__tablename__", None)

    @property
    def source_id(self) -> int | None:
        return getattr(self.source, "id", None)


def overturn(
    sample: Any, verdicts: Mapping[int, Verdict], actor: Actor, at: datetime, *, basis: str, cause: RippleCause, source: Any,
    reason: str,
) -> Ripple | None:  # fmt: skip
    """Put these verdicts in force for these result rows, and let everything that hangs on them follow.

    The caller has asked the permission for what it decides. Returns the list of ripples of the sample's own office, or None
    where the conclusion has not turned. Raises NotAllowedNow when a row's report has left force, or when somebody changed the
    sample since the caller read it.
    """
    origin = Origin(actor, at, basis, cause, source, reason.strip()[:1000])
    known, reports = _locked(sample)
    changed = _put_in_force(known, reports, verdicts, origin)
    if not changed:
        return None
    reports = reports_in_force([known.id])[known.id]
    before, conclusion = known.supervision, _conclude(known, reports, origin, changed)
    cancelled = _follow(known, conclusion, origin)
    told = [(one.item, _was(one), one.after) for one in changed]
    telling.verdict_overturned(known, actor, basis, told, origin.reason, _offices(known.id))
    _refresh(sample)
    return ripples.spread(
        known, cause, actor, at, source=source, before=before, after=conclusion.supervision, why=origin.reason, cancelled=cancelled
    )


def _locked(sample: Any) -> tuple[KnownSample, Sequence[KnownReport]]:
    """The sample as it is now; on PostgreSQL the second of two waits here, and is then told that he came second."""
    session().flush()
    session().execute(sa.select(Sample.id).where(Sample.id == sample.id).with_for_update())
    known = samples_by_id([sample.id])[sample.id]
    if known.version != sample.version:
        raise NotAllowedNow(history.CHANGED_BY_OTHERS)
    if known.state is not SampleState.REPORTED:
        raise NotAllowedNow(NOT_REPORTED)
    return known, reports_in_force([known.id]).get(known.id, [])


def _put_in_force(
    sample: KnownSample, reports: Sequence[KnownReport], verdicts: Mapping[int, Verdict], origin: Origin
) -> list[OverturnedVerdict]:
    """The rows whose verdict really changes, with what stood before."""
    rows = session().scalars(
        sa.select(ResultRow)
        .where(ResultRow.id.in_(verdicts), ResultRow.sample_id == sample.id)
        .order_by(ResultRow.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    in_force = {report.id for report in reports}
    if len(rows) != len(verdicts) or any(row.report_id not in in_force for row in rows):
        raise NotAllowedNow(NOT_IN_FORCE)
    turning = [row for row in rows if row.pending or row.verdict is not verdicts[row.id]]
    if not turning:
        return []
    ids = [row.id for row in turning]
    lapse([OverturnedVerdict.result_row_id.in_(ids)], origin.at, REPLACED.format(basis=origin.basis))
    lapsing.lapse_of_rows(ids, origin.actor, f"该项目已经{origin.basis}改判，原判定复核不再适用")
    return [_overturned(row, verdicts[row.id], origin) for row in turning]


def _overturned(row: ResultRow, verdict: Verdict, origin: Origin) -> OverturnedVerdict:
    made = OverturnedVerdict(
        org_id=row.org_id, sample_id=row.sample_id, report_id=row.report_id, result_row_id=row.id, item=row.item,
        before=row.verdict, before_pending=row.pending, after=verdict, basis=origin.basis, source_kind=origin.source_kind,
        source_id=origin.source_id, reason=origin.reason or origin.basis, overturned_at=origin.at,
        overturned_by_id=origin.actor.user_id,
    )  # fmt: skip
    row.verdict, row.pending, row.decided_at = verdict, False, None
    session().add(made)
    session().flush()
    return made


def lapse(where: Sequence[sa.ColumnElement[bool]], at: datetime, sentence: str) -> int:
    """改判失效: the rows of these conditions. Returns how many."""
    statement = sa.update(OverturnedVerdict).where(OverturnedVerdict.lapsed_at.is_(None), *where)
    done = session().execute(statement.values(lapsed_at=at, lapse_reason=sentence[:300]))
    return int(done.rowcount)  # type: ignore[attr-defined]


def _was(one: OverturnedVerdict) -> str:
    return "待核" if one.before_pending else one.before.value


# ---------------------------------------------------------------- what follows

def _conclude(
    sample: KnownSample, reports: Sequence[KnownReport], origin: Origin, changed: Sequence[OverturnedVerdict]
) -> Conclusion:
    """A new version of the sample's results and of its facts."""
    standings = [row.standing for report in reports for row in report.rows]
    conclusion = facts.conclude(standings, sample.purpose)
    reported_on = max(report.reported_on for report in reports)
    items = "；".join(f"{one.item} 由“{_was(one)}”改为“{one.after.value}”" for one in changed)
    values = result_columns(conclusion, reported_on, sum(one.pending for one in standings))
    _amend(sample, values, f"{origin.basis}改判：{items}；{origin.reason}", origin)
    fact = facts_in_force([sample.id]).get(sample.id)
    draft = draft_of(
        sample, conclusion, reported_on=reported_on, basis=origin.basis,  # type: ignore[arg-type]
        has_residue=facts.has_residue(one.item_class for one in standings),
        counts_for_producer=fact.counts_for_producer if fact else True,
    )  # fmt: skip
    write_facts([draft], origin.at)
    return conclusion


def _amend(sample: KnownSample, values: Mapping[str, Any], told: str, origin: Origin) -> None:
    changes = {name: (getattr(sample, name), value) for name, value in values.items()}
    move = Move(sample, changes, values, follows=True)
    history.advance_many(Sample, SampleStep.AMEND, origin.actor, [move], comment=told, asked=True)


def _follow(sample: KnownSample, conclusion: Conclusion, origin: Origin) -> list[DisposalCase]:
    """Cases and the urgent report. Returns the cases cancelled."""
    cancelled: list[DisposalCase] = []
    if conclusion.supervision is Supervision.FAIL:
        disposal.open_for_samples([sample.id], origin.actor, origin.at)
    else:
        why = f"{origin.basis}改判，结论由“不合格”改为“{conclusion.supervision.value}”：{origin.reason}"
        cancelled = disposal.cancel_for_samples([sample.id], origin.actor, why)
    gone = f"{origin.basis}改判后，不再有需要限时报告的项目"
    following.follow([sample.id], origin.actor, origin.at, gone=gone)
    return cancelled


def _offices(sample_id: int) -> list[int]:
    """Whoever has a case of the sample."""
    return list(session().scalars(sa.select(DisposalCase.org_id).where(DisposalCase.sample_id == sample_id).distinct()))


def _refresh(sample: Any) -> None:
    """What the caller holds knows what has become of it."""
    if isinstance(sample, Sample) and sample in session():
        session().refresh(sample, ["supervision", "monitoring", "pending_items", "reported_on", "state", "version"])


# ---------------------------------------------------------------- 假冒

def disown_producer(sample: Any, actor: Actor, at: datetime, *, source: Any, reason: str) -> Ripple | None:
    """非标称生产企业生产（假冒）: the batch stays 不合格 for whoever sold it and leaves the figures of the producer it names.

    The producer's case ends, the seller's goes on. Raises NotAllowedNow when there is nothing to take out.
    """
    origin = Origin(actor, at, OBJECTION, RippleCause.OBJECTION, source, reason.strip()[:1000])
    known, _ = _locked(sample)
    fact = _disownable(known)
    told = f"异议成立，认定不是标称生产企业生产，不计入该企业：{origin.reason}"
    columns = {"计入标称生产企业": (True, False)}
    history.advance_many(Sample, SampleStep.AMEND, actor, [Move(known, columns, follows=True)], comment=told, asked=True)
    values = {field.name: getattr(fact, field.name) for field in fields(FactDraft)}
    write_facts([FactDraft(**{**values, "basis": OBJECTION, "counts_for_producer": False})], at)
    offices = _offices(known.id)
    cancelled = disposal.cancel_for_samples([known.id], actor, told, party=Party.PRODUCTION)
    telling.producer_disowned(known, actor, origin.reason, offices)
    _refresh(sample)
    return ripples.spread(
        known, RippleCause.OBJECTION, actor, at, source=source, before=COUNTED, after=NOT_COUNTED, why=origin.reason,
        cancelled=cancelled,
    )  # fmt: skip


def _disownable(sample: KnownSample) -> BatchFact:
    fact = facts_in_force([sample.id]).get(sample.id)
    if fact is None or fact.voided or fact.supervision is not Supervision.FAIL:
        raise NotAllowedNow(NOT_FAILING)
    if not fact.counts_for_producer:
        raise NotAllowedNow(DISOWNED)
    sheet = session().get_one(Sample, sample.id)
    if not any(party.is_producer for party in parties(sheet, producer_bureau_here=False)):
        raise NotAllowedNow(ITS_OWN)
    return fact

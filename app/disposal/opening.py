"""Cases follow verdicts: opened, reopened and cancelled in the transaction that accepts, corrects, undoes or voids a result."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

import sqlalchemy as sa

from app import clock, counters, history
from app.db import reserve_ids, session
from app.disposal import clock_keeping, clocks, queries
from app.disposal.clocks import Term
from app.disposal.models import DisposalCase
from app.domain.actors import Actor
from app.domain.disposal import Party, Responsible, case_number, parties
from app.domain.samples import Purpose, Supervision
from app.domain.workflow import CaseState, CaseStep
from app.grading import events as risk_events
from app.organisations.models import Organisation
from app.reference_data.books import region_book
from app.reference_data.region_names import RegionBook
from app.results.models import ResultRow
from app.sampling.models import BatchFact, Sample

COUNTER = "disposal_case"
PART = 500
NAMED_ITEMS = 560  # characters of the item list, which is a reminder; the rows themselves are on the page
# 风险监测 has no 不合格 conclusion and no disposal (办法 41); the other purposes are disposed alike.
DISPOSED = (Purpose.SUPERVISION, Purpose.COMBINED, Purpose.EVALUATION)
WRONG_PARTY = "抽样单信息更正后，该环节不再是责任主体"


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A case that must exist."""

    sample: Sample
    party: Responsible
    org_id: int
    reported_on: date
    items: str | None


class Failing(NamedTuple):
    """What the fact in force of a nonconforming batch says."""

    reported_on: date
    counts_for_producer: bool


def open_for_samples(sample_ids: Sequence[int], actor: Actor, at: datetime) -> list[DisposalCase]:
    """Open what is missing and reopen what was cancelled, for those of the samples that are nonconforming.

    Any number of calls leaves one case per party: the samples are locked, what exists is read again, and
    ``one_case_per_party`` refuses the rest. The caller has asked the permission for the result itself. Returns the cases
    opened or reopened.
    """
    reported = _nonconforming(sample_ids)
    if not reported:
        return []
    samples = _locked_samples(sorted(reported))
    existing = _cases_of(sorted(reported))
    wanted = _wanted(samples, reported)
    known = {(case.sample_id, case.party): case for case in existing}
    due = {(want.sample.id, want.party.party): want for want in wanted}
    _cancel([case for key, case in known.items() if key not in due], actor, WRONG_PARTY, at)
    fresh = [want for key, want in due.items() if key not in known]
    found = _create(fresh, actor, at)
    for key, want in due.items():
        if key in known and _keep_up(known[key], want, actor, at):
            found.append(known[key])
    risk_events.follow_samples(sorted(reported), actor, at)
    return found


def cancel_for_samples(
    sample_ids: Sequence[int], actor: Actor, reason: str, *, party: Party | None = None
) -> list[DisposalCase]:
    """Cancel every case of these samples, closed ones too: without a nonconforming result there is nothing to dispose.

    With ``party`` only that party's case. The caller has asked the permission for undoing, correcting, overturning or voiding
    the result. Returns the cases cancelled.
    """
    cases = _cases_of(sorted(set(sample_ids)))
    cancelled = _cancel([case for case in cases if party in (None, case.party)], actor, reason, clock.now())
    risk_events.follow_samples(sorted({case.sample_id for case in cancelled}), actor, clock.now())
    return cancelled


def _cancel(cases: Iterable[DisposalCase], actor: Actor, reason: str, at: datetime) -> list[DisposalCase]:
    live = [case for case in cases if case.state is not CaseState.CANCELLED]
    for case in live:
        history.advance(case, CaseStep.CANCEL, actor, comment=reason, asked=True)
        case.cancelled_at = at
    clock_keeping.keep(live, actor, reason)
    return live


def _nonconforming(sample_ids: Sequence[int]) -> Mapping[int, Failing]:
    """Those samples whose fact in force says 不合格: two columns of the few, not rows of the many."""
    fact = BatchFact.__table__.c
    found: dict[int, Failing] = {}
    for part in _parts(sample_ids):
        statement = sa.select(fact.sample_id, fact.reported_on, fact.counts_for_producer).where(
            fact.sample_id.in_(part), fact.superseded_at.is_(None), fact.supervision == Supervision.FAIL,
            fact.voided.is_(False), fact.purpose.in_(DISPOSED),
        )
        found.update((row.sample_id, Failing(row.reported_on, row.counts_for_producer)) for row in session().execute(statement))
    return found


def _parts(ids: Sequence[int]) -> Iterable[Sequence[int]]:
    return (ids[start : start + PART] for start in range(0, len(ids), PART))


def _locked_samples(ids: Sequence[int]) -> list[Sample]:
    """On PostgreSQL the second of two who accept at once waits here; on SQLite he waited for the write transaction."""
    found: list[Sample] = []
    for part in _parts(ids):
        found += session().scalars(sa.select(Sample).where(Sample.id.in_(part)).order_by(Sample.id).with_for_update())
    return found


def _cases_of(ids: Sequence[int]) -> list[DisposalCase]:
    """The cases as they are now, not as an earlier page of this request saw them."""
    found: list[DisposalCase] = []
    for part in _parts(ids):
        found += session().scalars(
            sa.select(DisposalCase)
            .where(DisposalCase.sample_id.in_(part))
            .order_by(DisposalCase.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    return found


# ---------------------------------------------------------------- what must exist

def _wanted(samples: Sequence[Sample], reported: Mapping[int, Failing]) -> list[_Wanted]:
    bureaus, regions = queries.bureaus_by_region(), region_book()
    holders = _enabled_from({sample.org_id for sample in samples})
    failing = queries.failing_rows([sample.id for sample in samples])
    found = []
    for sample in samples:
        (reported_on, producer_too), items = reported[sample.id], _item_names(failing.get(sample.id, []))
        bureau = _producer_bureau(sample, bureaus, regions, reported_on)
        for party in parties(sample, bureau is not None):
            if party.is_producer and not producer_too:
                continue  # 假冒: the firm on the label has nothing to answer for
            theirs = bureau is not None and party.is_producer
            org_id = bureau.id if bureau is not None and theirs else sample.org_id
            if theirs or _enabled(holders[sample.org_id], reported_on):
                found.append(_Wanted(sample, party, org_id, reported_on, items))
    return found


def _enabled_from(org_ids: set[int]) -> Mapping[int, date | None]:
    rows = session().execute(sa.select(Organisation.id, Organisation.enabled_on).where(Organisation.id.in_(org_ids)))
    return {org_id: enabled_on for org_id, enabled_on in rows}


def _enabled(enabled_on: date | None, reported_on: date) -> bool:
    """启用日期: what was reported before it was disposed of outside this system. Without one, it is in use from the start."""
    return enabled_on is None or reported_on >= enabled_on


def _producer_bureau(
    sample: Sample, bureaus: Mapping[int, Organisation], regions: RegionBook, reported_on: date
) -> Organisation | None:
    """The bureau of the producer's county (or of the city, where no more is known), if it already works here."""
    region_id = sample.producer_region_id
    if region_id is None or region_id not in regions:
        return None
    bureau = bureaus.get(regions.county_of(region_id) or region_id)
    return bureau if bureau is not None and _enabled(bureau.enabled_on, reported_on) else None


def _item_names(rows: Sequence[ResultRow]) -> str | None:
    names = list(dict.fromkeys(row.item for row in rows))
    text = "、".join(names)
    if len(text) <= NAMED_ITEMS:
        return text or None
    shown = text[:NAMED_ITEMS].rpartition("、")[0]
    return f"{shown}等 {len(names)} 项"


# ---------------------------------------------------------------- making it so

def _create(wanted: Sequence[_Wanted], actor: Actor, at: datetime) -> list[DisposalCase]:
    if not wanted:
        return []
    today = clock.office_time(at).date()
    term = clocks.term(today, None)
    numbers = _numbers(wanted, today.year)
    made = []
    for case_id, want in zip(reserve_ids(DisposalCase.__table__, len(wanted)), wanted, strict=True):  # type: ignore[arg-type]
        case = DisposalCase(
            id=case_id, org_id=want.org_id, number=case_number(today.year, next(numbers[want.org_id])),
            sample_id=want.sample.id, party=want.party.party, mode=want.party.mode, opened_at=at, received_on=today,
            version=1,
        )
        _describe(case, want)
        _set_term(case, term)
        history.advance(case, CaseStep.OPEN, actor, asked=True)
        made.append(case)
    session().add_all(made)
    session().flush()
    clock_keeping.keep(made, actor)
    return made


def _numbers(wanted: Sequence[_Wanted], year: int) -> dict[int, Iterator[int]]:
    """Serial numbers by organisation, taken in the order of ids so that two imports do not wait for each other."""
    needed: dict[int, int] = {}
    for want in wanted:
        needed[want.org_id] = needed.get(want.org_id, 0) + 1
    return {org_id: iter(counters.take(org_id, COUNTER, year, needed[org_id])) for org_id in sorted(needed)}


def _describe(case: DisposalCase, want: _Wanted) -> None:
    """The party as the sheet names it now, and what was found."""
    sample = want.sample
    if want.party.is_producer:
        case.enterprise_id, case.party_name, case.party_address = (
            sample.producer_id, sample.producer_name, sample.producer_address,
        )
    else:
        case.enterprise_id, case.party_name, case.party_address = (
            sample.sampled_enterprise_id, sample.sampled_name, sample.sampled_address,
        )
    case.failing_items = want.items


def _set_term(case: DisposalCase, term: Term) -> None:
    for name, value in term.columns.items():
        setattr(case, name, value)


def _keep_up(case: DisposalCase, want: _Wanted, actor: Actor, at: datetime) -> bool:
    """Reopen a cancelled case; a live one is only told of corrected items. Returns whether it was reopened."""
    if case.state is CaseState.CANCELLED:
        _reopen(case, want, actor, at)
        return True
    if case.state is not CaseState.CLOSED and case.failing_items != want.items:
        changes = {"failing_items": (case.failing_items, want.items)}
        history.record(
            case.__tablename__, case.id, "edit", actor, org_id=case.org_id, name=case.number,
            comment="生效的检验结果有变，不合格项目随之更新", changes=changes,
        )
        case.failing_items = want.items
    return False


def _reopen(case: DisposalCase, want: _Wanted, actor: Actor, at: datetime) -> None:
    """恢复案件: what was recorded stays, everybody's signature under it goes.

    A report issued after the cancellation is a new conclusion and starts a new clock. The same report accepted once more
    does not: undoing and importing again must not buy time.
    """
    today = clock.office_time(at).date()
    cancelled_on = clock.office_time(case.cancelled_at).date() if case.cancelled_at else today
    received_on = today if want.reported_on > cancelled_on else case.received_on
    changes = {"received_on": (case.received_on, received_on), "handler_id": (case.handler_id, None)}
    started_on = case.started_on if received_on == case.received_on else None
    term = clocks.term(received_on, started_on)
    history.advance(case, CaseStep.REOPEN, actor, comment="再次判定为不合格", changes=changes, asked=True)
    case.received_on, case.started_on = received_on, started_on
    _set_term(case, term)
    for name in ("handler_id", "claimed_at", "submitted_by_id", "submitted_at", "approved_by_id", "closed_at", "closed_on",
                 "cancelled_at", "exempted_by_id", "forwarded_by_id", "forwarded_for_id", "read_at"):
        setattr(case, name, None)
    _describe(case, want)
    clock_keeping.keep([case], actor, "再次判定为不合格")

"""Reading the records that risk points rest on: for up to 500 enterprises in one statement each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from app.checklists.models import Checklist, ChecklistItem
from app.db import session
from app.domain.case_kinds import PenaltyOutcome
from app.domain.samples import Level, Purpose, Supervision
from app.domain.supervision_kinds import FindingAnswer, InspectionNature, InspectionResult
from app.domain.supervision_states import InspectionState, RiskEventState
from app.domain.workflow import ListingState
from app.enterprises.models import Enterprise, EnterpriseCategory, EnterpriseKind
from app.grading.models import RiskEvent, RiskProfile
from app.inspections.models import Inspection, InspectionFinding
from app.listings.models import CreditListing
from app.penalties.models import Penalty
from app.sampling.models import BatchFact, Sample

HIGH = (Level.NATIONAL, Level.PROVINCIAL)  # 115号: 国家或者省级监督抽检
SUPERVISED = (Purpose.SUPERVISION, Purpose.COMBINED)
EMPTY_HANDED = (InspectionResult.OBSTRUCTED, InspectionResult.NOT_FOUND)  # no list was gone through
EVENT_YEARS = 3
Row = sa.Row[Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """For which kind, over which days, as known when (None: now)."""

    kind: str
    from_on: date
    to_on: date
    as_of: datetime | None = None

    @property
    def events_from(self) -> date:
        """Some events count for several years; which of them do is for the rules to say."""
        return date(self.from_on.year - EVENT_YEARS, 1, 1)

    def within(self, day: Any) -> Any:
        return day.between(self.from_on, self.to_on)

    def known(self, moment: Any) -> Any:
        """Recorded no later than asked for."""
        return moment <= self.as_of if self.as_of is not None else sa.true()

    def stood(self, ended: Any) -> Any:
        """Not ended, as known then."""
        return ended.is_(None) if self.as_of is None else sa.or_(ended.is_(None), ended > self.as_of)


def enterprises(ids: Sequence[int], asked: Asked) -> Sequence[Row]:
    """Id, organisation and sub-kinds of those that are of the kind, one row per sub-kind."""
    statement = (
        sa.select(Enterprise.id, Enterprise.org_id, Enterprise.name, EnterpriseKind.subkind)
        .join(EnterpriseKind, EnterpriseKind.enterprise_id == Enterprise.id)
        .where(Enterprise.id.in_(ids), EnterpriseKind.kind == asked.kind, Enterprise.merged_into_id.is_(None))
    )
    return session().execute(statement.order_by(Enterprise.id, EnterpriseKind.subkind)).all()


def profiles(ids: Iterable[int], asked: Asked) -> Sequence[Row]:
    """静态风险要素 as recorded last (as known then)."""
    row = RiskProfile
    return session().execute(
        sa.select(row.id, row.enterprise_id, row.facts, row.seen_on)
        .where(row.enterprise_id.in_(list(ids)), row.kind == asked.kind, asked.known(row.recorded_at), asked.stood(row.superseded_at))
        .order_by(row.id)
    ).all()


def categories(ids: Iterable[int]) -> Sequence[Row]:
    row = EnterpriseCategory
    return session().execute(
        sa.select(row.id, row.enterprise_id, row.scheme, row.code, row.name)
        .where(row.enterprise_id.in_(list(ids)))
        .order_by(row.enterprise_id, row.scheme, row.code)
    ).all()


# ---------------------------------------------------------------- inspections

def inspections(ids: Iterable[int], asked: Asked) -> Sequence[Row]:
    """Finished inspections of the period, newest first within an enterprise."""
    row = Inspection
    was_finished = row.state == InspectionState.FINISHED
    if asked.as_of is not None:
        was_finished = sa.and_(row.finished_at <= asked.as_of, asked.stood(row.voided_at))
    return session().execute(
        sa.select(row.id, row.enterprise_id, row.number, row.inspected_on, row.nature, row.result, Checklist.code)
        .join(Checklist, Checklist.id == row.checklist_id)
        .where(row.enterprise_id.in_(list(ids)), row.kind == asked.kind, was_finished, asked.within(row.inspected_on))
        .order_by(row.enterprise_id, row.inspected_on.desc(), row.id.desc())
    ).all()


def whole_of(found: Sequence[Row]) -> Sequence[int]:
    """The newest inspection of each enterprise that went through its list: a 回头看 looks at what had failed only."""
    newest: dict[int, int] = {}
    for row in found:
        if row.nature is not InspectionNature.RECHECK and row.result not in EMPTY_HANDED:
            newest.setdefault(row.enterprise_id, row.id)
    return sorted(newest.values())


def answers(inspection_ids: Sequence[int]) -> Mapping[int, Mapping[tuple[bool, FindingAnswer], int]]:
    """How many items of each inspection by (重点项, answer): counted by the database, the lists are long."""
    item, finding = ChecklistItem, InspectionFinding
    parts = (finding.inspection_id, item.key, finding.answer)
    statement = (
        sa.select(*parts, sa.func.count())
        .join(item, item.id == finding.item_id)
        .where(finding.inspection_id.in_(inspection_ids))
        .group_by(*parts)
        .order_by(*parts)
    )
    found: dict[int, dict[tuple[bool, FindingAnswer], int]] = {}
    for inspection_id, key, answer, count in session().execute(statement):
        found.setdefault(inspection_id, {})[key, answer] = count
    return found


def failing(inspection_ids: Sequence[int]) -> Sequence[Row]:
    """The items that were not met, in the order of the list."""
    item, finding = ChecklistItem, InspectionFinding
    return session().execute(
        sa.select(
            finding.inspection_id, Inspection.number.label("inspection_number"), item.number, item.group, item.text, item.key,
            finding.note,
        )
        .join(item, item.id == finding.item_id)
        .join(Inspection, Inspection.id == finding.inspection_id)
        .where(finding.inspection_id.in_(inspection_ids), finding.answer == FindingAnswer.FAILS)
        .order_by(finding.inspection_id, item.ordinal)
    ).all()  # fmt: skip


# ---------------------------------------------------------------- credit, events, samples

def listings(ids: Iterable[int], asked: Asked) -> Sequence[Row]:
    """Entries of 严重违法失信名单 that stood on some day of the period."""
    row = CreditListing
    return session().execute(
        sa.select(row.id, row.enterprise_id, row.number, row.listed_on, row.removed_on)
        .where(
            row.enterprise_id.in_(list(ids)), row.state.in_((ListingState.LISTED, ListingState.REMOVED)), row.listed_on <= asked.to_on,
            sa.or_(row.removed_on.is_(None), row.removed_on >= asked.from_on), asked.known(row.proposed_at),
        )
        .order_by(row.id)
    ).all()  # fmt: skip


def penalties(ids: Iterable[int], asked: Asked) -> Sequence[Row]:
    """Penalties decided in the period and not revoked."""
    row = Penalty
    return session().execute(
        sa.select(
            row.id, row.enterprise_id, row.number, row.decision_no, row.decided_on, row.total, row.stop_business, row.licence,
        )
        .where(
            row.enterprise_id.in_(list(ids)), row.outcome == PenaltyOutcome.PUNISHED, row.revoked_on.is_(None),
            asked.within(row.decided_on), asked.known(row.created_at),
        )
        .order_by(row.id)
    ).all()  # fmt: skip


def events(ids: Iterable[int], asked: Asked) -> Sequence[Row]:
    """Recorded events of the period and of the years before it that may still count."""
    row = RiskEvent
    return session().execute(
        sa.select(
            row.id, row.enterprise_id, row.kind, row.occurred_on, row.steps, row.source, row.source_kind, row.source_id, row.automatic,
        )
        .where(
            row.enterprise_id.in_(list(ids)), row.state == RiskEventState.RECORDED,
            row.occurred_on.between(asked.events_from, asked.to_on), asked.known(row.recorded_at),
        )
        .order_by(row.occurred_on, row.id)
    ).all()  # fmt: skip


def failed_samples(ids: Iterable[int], asked: Asked) -> Sequence[Row]:
    """国家级、省级监督抽检 that failed in the years of the events, of the sampled enterprise or of the producer that must answer for it."""
    wanted, fact = list(ids), BatchFact
    columns = (fact.sample_id, fact.sample_number, fact.organiser_level, fact.reported_on)
    failed = (
        fact.supervision == Supervision.FAIL, fact.organiser_level.in_(HIGH), fact.purpose.in_(SUPERVISED), fact.voided.is_(False),
        fact.reported_on.between(asked.events_from, asked.to_on), asked.known(fact.recorded_at), asked.stood(fact.superseded_at),
    )  # fmt: skip

    def of(owner: Any, *more: Any) -> sa.Select[Any]:
        joined = sa.select(owner.label("enterprise_id"), *columns).select_from(Sample).join(fact, fact.sample_id == Sample.id)
        return joined.where(owner.in_(wanted), *failed, *more)

    both = sa.union(of(Sample.sampled_enterprise_id), of(Sample.producer_id, fact.counts_for_producer.is_(True))).subquery()
    return session().execute(sa.select(both).order_by(both.c.enterprise_id, both.c.reported_on, both.c.sample_id)).all()

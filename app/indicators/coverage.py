"""Rates over the register: which enterprises were sampled, graded, filed, inspected, and which were not (S9, S10, S11, S12, S14).

The register is read with the standings that it had at the moment, less what came later; 已合并 records are counted nowhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from app.archives import queries as archives
from app.db import session
from app.domain.indicators import Condition, Field
from app.domain.supervision_kinds import InspectionResult
from app.domain.supervision_states import GradeState, InspectionState
from app.enterprises.models import Enterprise, EnterpriseCategory, EnterpriseKind, EnterpriseStatus
from app.enterprises.past import owner_at, statuses_at
from app.grading.models import RiskGrade
from app.indicators import replay
from app.indicators.frames import Clause, Frame, moment, months_of, reach
from app.inspections.models import Inspection
from app.random_inspections import coverage as random_inspections
from app.reference_data.models import Region
from app.sampling.models import BatchFact, Sample

KNOWN = frozenset({Field.PRODUCER_TYPE, Field.SUBTYPE, Field.AREA_TYPE, Field.STATUS, Field.CATEGORY, Field.RISK})
"""What the register can be asked; a filter on anything else cannot be counted."""
UNKNOWN = "企业档案中没有该筛选条件的记录，请将本指标设为填报"
ONE_KIND = "一户一档的必备要素按主体类型规定，请在口径的筛选条件中写明一个主体类型（如 producer type = 小作坊）"
Ids = Callable[[Frame, Sequence[Condition]], Any]


class Standing(StrEnum):
    """Which enterprises of a rate are listed; the value stands in addresses."""

    MISSING = "missing"
    COVERED = "covered"
    EVERY = "every"


@dataclass(frozen=True, slots=True)
class Listed:
    """The enterprises of a rate, in the order of the register."""

    rows: Sequence[Any]

    def of(self, standing: Standing) -> Sequence[Any]:
        if standing is Standing.EVERY:
            return self.rows
        return [row for row in self.rows if bool(row.covered) is (standing is Standing.COVERED)]


@dataclass(frozen=True, slots=True)
class Covering:
    """How one rate counts: which standings are in the denominator, who is covered, and the words of its lists."""

    ids: Ids
    statuses: tuple[EnterpriseStatus, ...] = (EnterpriseStatus.ACTIVE,)
    every: str = "在营企业"
    covered: str = "已抽到"
    missing: str = "未抽到"
    more: frozenset[Field] = frozenset()

    def words(self, standing: Standing) -> str:
        return {Standing.MISSING: self.missing, Standing.COVERED: self.covered, Standing.EVERY: self.every}[standing]


def last_day(frame: Frame) -> date:
    """期末; while the period runs, today."""
    return min(frame.period.last, frame.today)


# ---------------------------------------------------------------- who is covered

def sampled_ids(frame: Frame, conditions: Sequence[Condition] = ()) -> sa.CompoundSelect[Any]:
    """Ids of enterprises with a completed batch in the period, wherever it was taken; a denied producer is not the producer."""
    facts = [*moment(BatchFact, frame.as_of), BatchFact.voided.is_(False), reach(frame.actor, BatchFact.org_id)]
    facts += months_of(BatchFact.month, frame.period)
    there = sa.select(owner_at(Sample.sampled_enterprise_id, frame.as_of)).join(BatchFact, BatchFact.sample_id == Sample.id)
    made = sa.select(owner_at(Sample.producer_id, frame.as_of)).join(BatchFact, BatchFact.sample_id == Sample.id)
    return sa.union(
        there.where(*facts, Sample.sampled_enterprise_id.is_not(None)),
        made.where(*facts, Sample.producer_id.is_not(None), BatchFact.counts_for_producer.is_(True)),
    )


def grades_in_force(frame: Frame) -> list[Clause]:
    """风险等级 in force on the last day, whatever has replaced it since."""
    day, states = last_day(frame), (GradeState.CONFIRMED, GradeState.REPLACED)
    lasts = sa.or_(RiskGrade.effective_to.is_(None), RiskGrade.effective_to >= day)
    now = sa.and_(RiskGrade.state.in_(states), RiskGrade.effective_from <= day, lasts)
    if frame.as_of is None:
        return [now]
    changed = replay.changed(RiskGrade.__tablename__, frame.as_of)
    return [sa.or_(sa.and_(now, RiskGrade.id.not_in(changed)), RiskGrade.id.in_(_then_in_force(frame, day)))]


def _then_in_force(frame: Frame, day: date) -> list[int]:
    """Of the grades changed since, those in force as known at the moment."""
    assert frame.as_of is not None
    one = RiskGrade
    rows = replay.known(one, sa.select(one.id, one.state, one.effective_from, one.effective_to), sa.false(), frame.as_of)
    states = (GradeState.CONFIRMED.value, GradeState.REPLACED.value)
    return [
        row.id for row in rows
        if row.state in states and row.effective_from is not None and row.effective_from <= day
        and (row.effective_to is None or row.effective_to >= day)
    ]  # fmt: skip


def graded_ids(frame: Frame, conditions: Sequence[Condition]) -> sa.Select[Any]:
    """Ids of enterprises with a grade in force on the last day, as the kind that the filter names."""
    where = grades_in_force(frame)
    if frame.as_of is not None:
        where.append(sa.func.coalesce(RiskGrade.decided_at, RiskGrade.created_at) <= frame.as_of)
    kinds = [condition.allowed for condition in conditions if condition.field is Field.PRODUCER_TYPE]
    return sa.select(owner_at(RiskGrade.enterprise_id, frame.as_of)).where(*where, *(RiskGrade.kind.in_(allowed) for allowed in kinds))


def filed_ids(frame: Frame, conditions: Sequence[Condition]) -> Any:
    """Ids of enterprises whose archive was complete on the last day."""
    return archives.complete(_kind(conditions) or "", last_day(frame), frame.as_of)


def _kind(conditions: Sequence[Condition]) -> str | None:
    """The one 主体类型 of a filter."""
    found = [condition.allowed for condition in conditions if condition.field is Field.PRODUCER_TYPE]
    return found[0][0] if len(found) == 1 and len(found[0]) == 1 else None


def inspected_ids(frame: Frame, conditions: Sequence[Condition]) -> sa.Select[Any]:
    """Ids of enterprises with a finished inspection in the period; who refused or could not be found was not inspected."""
    seen: Clause = Inspection.result.not_in(NOT_SEEN)
    if frame.as_of is not None:  # a result corrected since counts as it was
        rows = replay.known(Inspection, sa.select(Inspection.id, Inspection.state, Inspection.result), sa.false(), frame.as_of)
        then = {row.id: row.result not in NOT_SEEN for row in rows if row.result is not None}
        seen = sa.or_(sa.and_(seen, Inspection.id.not_in(list(then))), Inspection.id.in_([one for one, found in then.items() if found]))
    where = [*finished(frame), seen, Inspection.finished_on.between(frame.period.first, last_day(frame))]
    return sa.select(owner_at(Inspection.enterprise_id, frame.as_of)).where(*where, *_natures(conditions))


def finished(frame: Frame) -> list[Clause]:
    """Inspections finished and, as known at the moment, not voided."""
    ours = reach(frame.actor, Inspection.org_id)
    if frame.as_of is None:
        return [Inspection.state == InspectionState.FINISHED, ours]
    standing = sa.or_(Inspection.voided_at.is_(None), Inspection.voided_at > frame.as_of)
    return [Inspection.finished_at <= frame.as_of, standing, ours]


def _natures(conditions: Sequence[Condition]) -> list[Clause]:
    natures = [condition.allowed for condition in conditions if condition.field is Field.INSPECTION_TYPE]
    return [sa.type_coerce(Inspection.nature, sa.String).in_(allowed) for allowed in natures]


def drawn_ids(frame: Frame, conditions: Sequence[Condition]) -> Any:
    """Ids of enterprises drawn at random and inspected in the period, whatever was found there."""
    return random_inspections.drawn_and_inspected(frame.period.first, last_day(frame), frame.as_of)


NOT_SEEN = (InspectionResult.OBSTRUCTED, InspectionResult.NOT_FOUND)
REGISTERED = (EnterpriseStatus.ACTIVE, EnterpriseStatus.PAUSED)
OF_INSPECTIONS = frozenset({Field.INSPECTION_TYPE})
COVERED: Mapping[str, Covering] = {
    "sampling_coverage": Covering(sampled_ids),
    "grading_rate": Covering(graded_ids, covered="已分级", missing="未分级"),
    "filing_rate": Covering(filed_ids, REGISTERED, "登记主体", "档案齐全", "档案不齐全"),
    "inspection_coverage": Covering(inspected_ids, covered="已检查", missing="未检查", more=OF_INSPECTIONS),
    "random_inspection_coverage": Covering(drawn_ids, (), "上年末名录中的主体", "已抽查", "未抽查"),
}


# ---------------------------------------------------------------- who is counted

def countable(code: str, conditions: Sequence[Condition]) -> bool:
    known = KNOWN | COVERED[code].more
    return all(condition.field in known for condition in conditions) and (code != "filing_rate" or _kind(conditions) is not None)


def uncountable(code: str) -> str:
    """Why a filter cannot be counted, and what to do."""
    return ONE_KIND if code == "filing_rate" else UNKNOWN


def _registered(frame: Frame, code: str, conditions: Sequence[Condition]) -> list[Clause]:
    """The enterprises of the denominator in the area, within the reader's reach."""
    found = [reach(frame.actor, Enterprise.org_id)]
    if code == "random_inspection_coverage":  # 上年末名录: who was on record before the year began
        found += random_inspections.in_register(date(frame.period.year - 1, 12, 31), frame.as_of)
    else:
        found.append(_status(frame, COVERED[code].statuses))
    if not frame.area.whole:
        inside = Region.path.contains(f"/{frame.area.id}/", autoescape=True)
        found.append(Enterprise.region_id.in_(sa.select(Region.id).where(inside)))
    if frame.as_of is not None and code != "random_inspection_coverage":
        found.append(Enterprise.created_at <= frame.as_of)
    return [*found, *(clause for condition in conditions for clause in _condition(frame, condition))]


def _status(frame: Frame, allowed: Sequence[str]) -> Clause:
    """The standing now, or as it was at the moment."""
    now = sa.type_coerce(Enterprise.status, sa.String).in_([str(one) for one in allowed])
    then = statuses_at(frame.as_of) if frame.as_of is not None else {}
    if not then:
        return now
    return sa.or_(
        sa.and_(now, Enterprise.id.not_in(list(then))), Enterprise.id.in_([one for one, status in then.items() if status in allowed])
    )


def _condition(frame: Frame, condition: Condition) -> list[Clause]:
    if condition.field is Field.INSPECTION_TYPE:
        return []  # of the inspection, not of the enterprise
    if condition.field is Field.STATUS:
        return [_status(frame, condition.allowed)]
    if condition.field is Field.AREA_TYPE:
        return [Enterprise.area_type.in_(condition.allowed)]
    if condition.field is Field.CATEGORY:
        return [Enterprise.id.in_(sa.select(EnterpriseCategory.enterprise_id).where(EnterpriseCategory.name.in_(condition.allowed)))]
    if condition.field is Field.RISK:
        risky = [*grades_in_force(frame), sa.type_coerce(RiskGrade.grade, sa.String).in_(condition.allowed)]
        return [Enterprise.id.in_(sa.select(owner_at(RiskGrade.enterprise_id, frame.as_of)).where(*risky))]
    column = EnterpriseKind.kind if condition.field is Field.PRODUCER_TYPE else EnterpriseKind.subkind
    return [Enterprise.id.in_(sa.select(EnterpriseKind.enterprise_id).where(column.in_(condition.allowed)))]


def enterprises(frame: Frame, code: str, conditions: Sequence[Condition]) -> Sequence[Any]:
    """Every enterprise of the denominator with whether it is ``covered``, in the order of the register."""
    chosen = COVERED[code].ids(frame, conditions).subquery()
    columns = [getattr(Enterprise, name) for name in ("id", "name", "credit_code", "region_id", "licence_no", "licence_until", "address")]
    covered = Enterprise.id.in_(sa.select(chosen.c[0])).label("covered")
    statement = sa.select(*columns, covered).where(*_registered(frame, code, conditions))
    return session().execute(statement.order_by(Enterprise.region_id, Enterprise.name, Enterprise.id)).all()


def counted(frame: Frame, questions: Sequence[tuple[str, Sequence[Condition]]]) -> list[tuple[int, int]]:
    """How many are covered and how many there are, for each question; one statement for all of them."""
    if not questions:
        return []
    pairs = []
    for code, conditions in questions:
        chosen = COVERED[code].ids(frame, conditions).subquery()
        covered = sa.func.count().filter(Enterprise.id.in_(sa.select(chosen.c[0])))
        columns = covered.label("covered"), sa.func.count().label("every")
        pairs.append(sa.select(*columns).where(*_registered(frame, code, conditions)).subquery())
    rows: Any = pairs[0]
    for one in pairs[1:]:
        rows = rows.join(one, sa.true())  # each of them is one row
    found = list(session().execute(sa.select(*(column for one in pairs for column in one.c)).select_from(rows)).one())
    return list(zip(found[::2], found[1::2], strict=True))

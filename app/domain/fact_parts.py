"""Which batches a numerator or denominator counts: declared once, read by plain Python and by the SQL translator."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from app.domain.fact_filters import Condition, FactRow, Field, matches
from app.domain.samples import Monitoring, Purpose, Supervision


class Part(StrEnum):
    """What is counted over batch facts; the value is the column head on screen."""

    COMPLETED = "完成批次"
    JUDGED = "已判定批次"
    PASSED = "合格批次"
    FAILED = "不合格批次"
    OPEN = "未判定批次"
    MONITORED = "监测批次"
    PROBLEMS = "问题批次"
    MONITORING_UNDECIDED = "监测不判定批次"
    NONCONFORMING = "应处置的不合格批次"


@dataclass(frozen=True)
class PartDefinition:
    """Allowed values of a completed, not voided batch; None allows any.

    `purposes` hold unless the filter names purposes of its own. 抽检监测 carries a supervision and a monitoring half,
    so naming the `carrier` names that half too. Purposes in `never` are left out even when the filter names them.
    """

    supervision: frozenset[Supervision] | None = None
    monitoring: frozenset[Monitoring] | None = None
    purposes: frozenset[Purpose] | None = None
    carrier: Purpose | None = None
    never: frozenset[Purpose] = frozenset()


def _supervised(*conclusions: Supervision) -> PartDefinition:
    return PartDefinition(
        supervision=frozenset(conclusions),
        purposes=frozenset({Purpose.SUPERVISION, Purpose.COMBINED}),
        carrier=Purpose.SUPERVISION,
        never=frozenset({Purpose.MONITORING}),  # 风险监测 is never in a pass rate
    )


def _monitored(*conclusions: Monitoring) -> PartDefinition:
    return PartDefinition(
        monitoring=frozenset(conclusions),
        purposes=frozenset({Purpose.MONITORING, Purpose.COMBINED}),
        carrier=Purpose.MONITORING,
        never=frozenset({Purpose.SUPERVISION}),
    )


PARTS: Mapping[Part, PartDefinition] = {
    Part.COMPLETED: PartDefinition(),
    Part.JUDGED: _supervised(Supervision.PASS, Supervision.FAIL),
    Part.PASSED: _supervised(Supervision.PASS),
    Part.FAILED: _supervised(Supervision.FAIL),
    Part.OPEN: _supervised(Supervision.OPEN),
    Part.MONITORED: _monitored(Monitoring.CLEAR, Monitoring.PROBLEM, Monitoring.UNDECIDED),
    Part.PROBLEMS: _monitored(Monitoring.PROBLEM),
    Part.MONITORING_UNDECIDED: _monitored(Monitoring.UNDECIDED),
    # 核查处置 is owed for every nonconforming batch, whatever it was sampled for.
    Part.NONCONFORMING: PartDefinition(supervision=frozenset({Supervision.FAIL})),
}


@dataclass(frozen=True)
class Selection:
    """A part under a filter, fully resolved: a batch is counted when `reported_on` is set, it is not voided, and every
    set that is not None holds its value, and every condition matches. Nothing else decides."""

    supervision: frozenset[Supervision] | None
    monitoring: frozenset[Monitoring] | None
    purposes: frozenset[Purpose] | None
    conditions: tuple[Condition, ...]


def selection(part: Part, conditions: Iterable[Condition] = ()) -> Selection:
    """Resolve a part and a filter; purposes named by the filter take the place of the part's own."""
    definition = PARTS[part]
    conditions = tuple(conditions)
    named = [condition for condition in conditions if condition.field is Field.PURPOSE]
    others = tuple(condition for condition in conditions if condition.field is not Field.PURPOSE)
    purposes = definition.purposes
    if named:
        purposes = frozenset.intersection(*(_purposes(condition, definition) for condition in named))
    return Selection(definition.supervision, definition.monitoring, purposes, others)


def _purposes(condition: Condition, definition: PartDefinition) -> frozenset[Purpose]:
    purposes = {Purpose(value) for value in condition.values}
    if definition.carrier in purposes:
        purposes.add(Purpose.COMBINED)
    return frozenset(purposes) - definition.never


def selects(fact: FactRow, chosen: Selection) -> bool:
    """Whether a batch is counted; the slow, plain reading of a `Selection`."""
    return (
        fact.reported_on is not None
        and not fact.voided
        and (chosen.supervision is None or fact.supervision in chosen.supervision)
        and (chosen.monitoring is None or fact.monitoring in chosen.monitoring)
        and (chosen.purposes is None or fact.purpose in chosen.purposes)
        and matches(fact, chosen.conditions)
    )


def in_part(fact: FactRow, part: Part, conditions: Iterable[Condition] = ()) -> bool:
    """Whether a batch is counted by a part under a filter."""
    return selects(fact, selection(part, conditions))


def numbers_in(facts: Iterable[FactRow], part: Part, conditions: Iterable[Condition] = ()) -> list[str]:
    """抽样编号 of the batches counted, sorted: the list that a figure opens."""
    chosen = selection(part, conditions)
    return sorted(fact.sample_number for fact in facts if selects(fact, chosen))

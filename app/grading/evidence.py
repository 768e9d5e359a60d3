"""What a risk grade is counted from, for many enterprises at once, every piece with the record it rests on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from app.domain.supervision_kinds import FindingAnswer, InspectionResult, RiskEventKind
from app.grading import evidence_queries as queries

PART = 500


@dataclass(frozen=True, slots=True)
class Rests:
    """The record that a piece of evidence rests on: its table, its id and how it is called."""

    table: str
    id: int
    words: str


@dataclass(frozen=True, slots=True)
class Belongs:
    """产品类别: a code of a scheme (食品类别, 许可类别) that the enterprise has in its register."""

    scheme: str
    code: str
    name: str
    rests: Rests


@dataclass(frozen=True, slots=True)
class Failing:
    """不符合 of one item of a checklist."""

    number: str
    group: str
    text: str
    key: bool  # 重点项
    note: str | None
    rests: Rests


@dataclass(frozen=True, slots=True)
class Inspected:
    """One finished inspection of the period. ``answers`` counts its items by (重点项, result)."""

    inspected_on: date
    nature: str
    result: InspectionResult
    checklist: str
    rests: Rests
    answers: Mapping[tuple[bool, FindingAnswer], int] = field(default_factory=dict)
    failing: Sequence[Failing] = ()


@dataclass(frozen=True, slots=True)
class Listed:
    """列入严重违法失信名单, standing at some time of the period."""

    listed_on: date
    removed_on: date | None
    rests: Rests


@dataclass(frozen=True, slots=True)
class Punished:
    """行政处罚 decided in the period. Money in 元."""

    decided_on: date
    total: Decimal
    stop_business: bool
    warning_only: bool
    rests: Rests


@dataclass(frozen=True, slots=True)
class Happening:
    """风险事件 of the period and of the three years before: recorded (``event_id``), or a failed sample nobody has recorded yet."""

    kind: RiskEventKind
    occurred_on: date
    steps: int | None  # None: as the rules say
    rests: Rests
    event_id: int | None = None
    automatic: bool = True  # recorded by the program, not by a person


@dataclass(slots=True)
class Evidence:
    """All of one enterprise as one kind. ``inspections`` newest first; only the first one that looked at the whole list has items."""

    enterprise_id: int
    org_id: int
    kind: str
    from_on: date
    to_on: date
    name: str = ""
    subkinds: Sequence[str] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)
    profile: Rests | None = None
    classes: list[Belongs] = field(default_factory=list)
    inspections: list[Inspected] = field(default_factory=list)
    listings: list[Listed] = field(default_factory=list)
    penalties: list[Punished] = field(default_factory=list)
    happenings: list[Happening] = field(default_factory=list)

    @property
    def counted_inspection(self) -> Inspected | None:
        """The inspection that the dynamic points come from: the last one of the period with a list filled in."""
        return next((one for one in self.inspections if one.answers), None)


def gather(
    enterprise_ids: Iterable[int], kind: str, from_on: date, to_on: date, as_of: datetime | None = None
) -> dict[int, Evidence]:
    """By enterprise id. Ten statements per 500 enterprises, whatever they have.

    ``from_on`` and ``to_on`` are the first and last day of the records looked at; ``as_of`` leaves out what was recorded later.
    Enterprises that do not exist, are merged into another or are not of this kind are left out. The caller has asked who may
    see them.
    """
    ids = sorted(set(enterprise_ids))
    found: dict[int, Evidence] = {}
    for start in range(0, len(ids), PART):
        found |= _gathered(ids[start : start + PART], queries.Asked(kind, from_on, to_on, as_of))
    return found


def _gathered(ids: Sequence[int], asked: queries.Asked) -> dict[int, Evidence]:
    found: dict[int, Evidence] = {}
    for row in queries.enterprises(ids, asked):
        one = found.setdefault(row.id, Evidence(row.id, row.org_id, asked.kind, asked.from_on, asked.to_on, name=row.name))
        one.subkinds = (*one.subkinds, *([] if row.subkind == "/" else [row.subkind]))
    _add_facts(found, asked)
    _add_inspections(found, asked)
    _add_credit(found, asked)
    _add_happenings(found, asked)
    return found


def _add_facts(found: Mapping[int, Evidence], asked: queries.Asked) -> None:
    for row in queries.profiles(found, asked):
        one = found[row.enterprise_id]
        one.facts, one.profile = row.facts, Rests("risk_profile", row.id, f"静态风险要素（{row.seen_on}核实）")
    for row in queries.categories(found):
        rests = Rests("enterprise_category", row.id, f"{row.code} {row.name}")
        found[row.enterprise_id].classes.append(Belongs(row.scheme.value, row.code, row.name, rests))


def _add_inspections(found: Mapping[int, Evidence], asked: queries.Asked) -> None:
    inspections = queries.inspections(found, asked)
    whole = queries.whole_of(inspections)
    answers, failing = queries.answers(whole), _failing(whole)
    for row in inspections:
        rests = Rests("inspection", row.id, f"监督检查 {row.number}（{row.inspected_on}，{row.result.value}）")
        found[row.enterprise_id].inspections.append(
            Inspected(
                row.inspected_on, row.nature.value, row.result, row.code, rests, answers.get(row.id, {}), failing.get(row.id, ())
            )
        )


def _failing(inspection_ids: Sequence[int]) -> Mapping[int, list[Failing]]:
    found: dict[int, list[Failing]] = {}
    for row in queries.failing(inspection_ids):
        rests = Rests("inspection", row.inspection_id, f"监督检查 {row.inspection_number} 第 {row.number} 项不符合")
        found.setdefault(row.inspection_id, []).append(Failing(row.number, row.group, row.text, row.key, row.note, rests))
    return found


def _add_credit(found: Mapping[int, Evidence], asked: queries.Asked) -> None:
    for row in queries.listings(found, asked):
        rests = Rests("credit_listing", row.id, f"严重违法失信名单 {row.number}（{row.listed_on}列入）")
        found[row.enterprise_id].listings.append(Listed(row.listed_on, row.removed_on, rests))
    for row in queries.penalties(found, asked):
        rests = Rests("penalty", row.id, f"行政处罚 {row.decision_no or row.number}（{row.decided_on}）")
        gentle = not (row.total or row.stop_business or row.licence)
        found[row.enterprise_id].penalties.append(Punished(row.decided_on, row.total, row.stop_business, gentle, rests))


def _add_happenings(found: Mapping[int, Evidence], asked: queries.Asked) -> None:
    told: set[tuple[int, int]] = set()
    for row in queries.events(found, asked):
        rests = Rests("risk_event", row.id, row.source)
        found[row.enterprise_id].happenings.append(Happening(row.kind, row.occurred_on, row.steps, rests, row.id, row.automatic))
        if row.kind is RiskEventKind.FAILED_SAMPLE and row.source_kind == "sample":
            told.add((row.enterprise_id, row.source_id))
    for row in queries.failed_samples(found, asked):
        if (row.enterprise_id, row.sample_id) in told:
            continue
        rests = Rests("sample", row.sample_id, f"{row.organiser_level.value}监督抽检不合格 {row.sample_number}（{row.reported_on}）")
        found[row.enterprise_id].happenings.append(Happening(RiskEventKind.FAILED_SAMPLE, row.reported_on, None, rests))

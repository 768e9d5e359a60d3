"""怎样才能达到某一等级: which non-conforming items put right, and which events lapsed, bring an enterprise to a grade.

Static facts are what the enterprise is; only findings, events and records of bad conduct can go.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from app.domain.risk_basis import Checked, Event, Score
from app.domain.risk_rules import GRADES, RuleSet
from app.domain.risk_scoring import score_again
from app.domain.risk_tables import ChecklistTable
from app.domain.rounding import plain
from app.domain.supervision_kinds import Grade


@dataclass(frozen=True, slots=True)
class Way:
    """一条途径: put right ``findings`` (heaviest first) and wait until ``lapse_on`` for ``events`` to lapse; then ``after`` holds."""

    findings: tuple[Checked, ...]
    points: Decimal  # how many fewer
    events: tuple[Event, ...]
    lapse_on: date | None
    after: Score
    sentence: str


def to_reach(rules: RuleSet, found: Score, grade: Grade) -> tuple[Way, ...]:
    """The ways to this grade, that without waiting first; none where it is reached already or nothing suffices.

    A stricter grade never takes fewer items than a milder one.
    """
    if found.grade is None or GRADES.index(found.grade) <= GRADES.index(grade):
        return ()
    raising = tuple(event for event in found.basis.events if _raises(rules, event))
    ways = [_way(rules, found, grade, ())]
    if raising:
        ways.append(_way(rules, found, grade, raising))
    return tuple(way for way in ways if way is not None)


def _raises(rules: RuleSet, event: Event) -> bool:
    rule = rules.by_event.get(event.kind)
    return rule is not None and rule.steps > 0 and (event.decided or not rule.needs_decision)


def _way(rules: RuleSet, found: Score, grade: Grade, lapsing: tuple[Event, ...]) -> Way | None:
    """The fewest items, heaviest first, that do it once these events no longer count."""
    basis = replace(found.basis, events=tuple(event for event in found.basis.events if event not in lapsing))
    findings = list(basis.findings or ())
    mended: list[Checked] = []
    waiting = _heaviest_first(rules, findings)
    after = score_again(rules, basis)
    while after.grade is None or GRADES.index(after.grade) > GRADES.index(grade):
        if not waiting:
            return None
        item = waiting.pop(0)
        mended.append(item)
        findings[next(at for at, one in enumerate(findings) if one is item)] = replace(item, conforms=True)
        after = score_again(rules, replace(basis, findings=tuple(findings)))
    points = found.total - after.total
    until = max((rules.by_event[event.kind].counted_until(event.on) for event in lapsing), default=None)
    return Way(tuple(mended), points, lapsing, until, after, _sentence(grade, mended, points, lapsing, until, after))


def _heaviest_first(rules: RuleSet, findings: Sequence[Checked]) -> list[Checked]:
    table = next(
        (table for part in rules.components for table in part.tables if isinstance(table, ChecklistTable)), None
    )
    failing = [item for item in findings if not item.conforms]
    return failing if table is None else sorted(failing, key=lambda item: -table.weight(item.key))


def _sentence(
    grade: Grade, mended: Sequence[Checked], points: Decimal, events: Sequence[Event], until: date | None, after: Score
) -> str:
    parts = []
    if events:
        parts.append(f"{len(events)} 起上调事件的影响到 {until} 结束")
    if mended:
        names = "、".join(item.number for item in mended[:8]) + ("等" if len(mended) > 8 else "")
        parts.append(f"改正 {len(mended)} 项不符合项（{names}），减少 {plain(points)} 分")
    return f"{'，并'.join(parts)}，合计 {plain(after.total)} 分，可达到{grade.value}级"

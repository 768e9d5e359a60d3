"""From the records of an enterprise to what its points are counted from, under one rule set."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from app.domain.risk_basis import Basis, Checked, CreditRecord, Event, Fact
from app.domain.risk_basis import Evidence as Rested
from app.domain.risk_rules import RuleSet
from app.domain.risk_scoring import standing
from app.domain.risk_storage import conforming
from app.domain.risk_tables import ClassTable, RecordTable
from app.domain.supervision_kinds import CodeScheme, FindingAnswer
from app.grading.evidence import Evidence, Rests

# Which rows of a set's table of bad records take which of ours: the words that such a row is known by.
LISTED, PUNISHED, WARNED = ("失信",), ("处罚",), ("警告",)


def basis_of(evidence: Evidence, rules: RuleSet, year: int) -> Basis:
    """What the score of this year's grade is counted from."""
    inspected = evidence.counted_inspection
    return Basis(
        facts_of(evidence, rules), None if inspected is None else _findings(evidence), tuple(_credit(evidence, rules)),
        standing(rules, _events(evidence), year),
    )  # fmt: skip


def facts_of(evidence: Evidence, rules: RuleSet) -> Mapping[str, Fact]:
    """静态要素: the recorded facts that the set asks for; the classes of a producer are those of its register."""
    found: dict[str, Fact] = {}
    for table in rules.fact_tables:
        if isinstance(table, ClassTable):
            classes = [one for one in evidence.classes if one.scheme == CodeScheme.LICENCE_CLASS.value]
            if classes:
                rests = _rested(classes[0].rests)
                words = "、".join(f"{one.code} {one.name}" for one in classes)
                found[table.code] = Fact(tuple(one.code for one in classes), Rested(rests.kind, rests.id, words[:300]))
        elif evidence.profile is not None and (value := evidence.facts.get(table.code)) not in (None, "", []):
            found[table.code] = Fact(value if isinstance(value, str) else tuple(value), _rested(evidence.profile))
    return found


def _findings(evidence: Evidence) -> Sequence[Checked]:
    """The items that were applicable: the failing ones each, the others as so many."""
    inspected = evidence.counted_inspection
    assert inspected is not None
    failing = [Checked(one.number, one.text, one.key, False, _rested(one.rests)) for one in inspected.failing]
    met = {True: 0, False: 0}
    for (key, answer), count in inspected.answers.items():
        met[key] += count if answer is FindingAnswer.MEETS else 0
    return (*failing, *conforming(met[True], met[False], _rested(inspected.rests)))


def _credit(evidence: Evidence, rules: RuleSet) -> Iterator[CreditRecord]:
    tables = [table for part in rules.components for table in part.tables if isinstance(table, RecordTable)]
    words = [row.word for table in tables for row in table.rows]
    for listed in evidence.listings:
        if (word := _named(words, LISTED)) is not None:
            yield CreditRecord(word, listed.listed_on, _rested(listed.rests))
    for punished in evidence.penalties:
        word = _named(words, WARNED) if punished.warning_only else None
        word = word or _named([one for one in words if not any(mark in one for mark in WARNED)], PUNISHED) or _named(words, PUNISHED)
        if word is not None:
            yield CreditRecord(word, punished.decided_on, _rested(punished.rests))


def _named(words: Sequence[str], marks: Sequence[str]) -> str | None:
    return next((word for word in words if any(mark in word for mark in marks)), None)


def _events(evidence: Evidence) -> Iterator[Event]:
    """A recorded event has been decided on by the person who recorded it; a sample that nobody recorded moves by itself or not at all."""
    for one in evidence.happenings:
        yield Event(one.kind, one.occurred_on, _rested(one.rests), one.steps, one.event_id is not None and not one.automatic)


def _rested(rests: Rests) -> Rested:
    return Rested(rests.table, rests.id, rests.words[:300])

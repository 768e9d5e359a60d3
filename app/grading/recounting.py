"""复核重算: kept grades counted again from what they kept and by the very rules they were counted with; and counted now."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.domain.actors import Actor
from app.domain.risk_basis import Score
from app.grading import queries
from app.grading.grading import Difference, differences, scored_again
from app.grading.models import RiskGrade
from app.grading_rules.queries import rules_of

PART = 500
SHOWN = 1_000  # counted again on a page; the command counts all
NO_RULES = "评定时所用的分级规则（{}）已不在或内容已变，不能重算"


@dataclass(frozen=True, slots=True)
class Recounted:
    """One kept grade and what came out otherwise; ``fault`` where it cannot be counted again."""

    grade: RiskGrade
    differences: Sequence[Difference]
    fault: str | None = None

    @property
    def same(self) -> bool:
        return not self.differences and self.fault is None


def again(grade: RiskGrade) -> Score | None:
    """The score once more; None where its rules are there no more."""
    rules = rules_of(grade.rule_set_id, grade.rule_sha256)
    return None if rules is None else scored_again(rules, grade.facts)


def verified(grades: Sequence[RiskGrade]) -> Iterator[Recounted]:
    """Each of these grades counted again and compared, line by line."""
    lines = queries.points([grade.id for grade in grades])
    used = {(grade.rule_set_id, grade.rule_sha256) for grade in grades}
    rules = {mark: rules_of(*mark) for mark in used}
    for grade in grades:
        ruled = rules[grade.rule_set_id, grade.rule_sha256]
        score = None if ruled is None else scored_again(ruled, grade.facts)
        if score is None:
            yield Recounted(grade, (), NO_RULES.format(grade.rule_code))
        else:
            yield Recounted(grade, differences(grade, lines.get(grade.id, ()), score))


def verify_all(actor: Actor, year: int | None = None) -> Iterator[Recounted]:
    """Every kept grade of the actor's reach, a few hundred at a time."""
    after = 0
    while grades := queries.to_verify(actor, after, PART, year):
        yield from verified(grades)
        after = grades[-1].id

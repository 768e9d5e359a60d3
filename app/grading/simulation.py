"""规则模拟: other rules tried on the records of a year beside the rules in force. Reads only; nothing is written anywhere."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction

import sqlalchemy as sa

from app.db import session
from app.domain.actors import Actor
from app.domain.permissions import Permission, permits
from app.domain.risk_moves import Moves, columns, inspections_a_year
from app.domain.risk_rules import RuleSet
from app.domain.supervision_kinds import Grade
from app.domain.supervision_states import RuleSetState
from app.errors import NotAllowedNow, NotLikeThis
from app.grading import run_queries as queries
from app.grading.evidence import gather
from app.grading.grading import scored
from app.grading.judging import Rules
from app.grading.operations import NO_RULES
from app.grading.ruling import ruled_for
from app.grading.runs import LARGE, period
from app.grading_rules.models import RiskRuleSet
from app.grading_rules.queries import InForce, content_of, shipped
from app.labels import label
from app.reference.risk_rule_files import read_rule_sets
from app.scope import scope

TOO_MANY = "符合条件的企业有 {} 家，超过页面一次模拟的 {} 家：请选择更小的区域，或由管理员用 flask grading simulate 命令模拟全部"


@dataclass(frozen=True, slots=True)
class Tried:
    """Rules that may be tried: a shipped edition, or one of an office in any state but 作废."""

    key: str
    title: str
    rules: RuleSet
    digest: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """One enterprise under the rules in force and under the others; None: no grade for want of facts."""

    enterprise_id: int
    name: str
    before: Grade | None
    after: Grade | None
    total_before: Decimal
    total_after: Decimal
    wanting: tuple[str, ...]  # facts that the other rules ask for and nobody reported


@dataclass
class Simulation:
    """What the other rules would do. ``inspections`` are the least numbers a year before and after."""

    kind: str
    year: int
    from_on: date
    to_on: date
    standing: InForce
    tried: Tried
    moves: Moves = field(default_factory=Moves)
    movers: list[Outcome] = field(default_factory=list)

    @property
    def inspections(self) -> tuple[Fraction, Fraction]:
        return (
            inspections_a_year(self.standing.rules, columns(self.moves, after=False)),
            inspections_a_year(self.tried.rules, columns(self.moves, after=True)),
        )


def choices(actor: Actor, kind: str) -> list[Tried]:
    """What may be tried for a kind of enterprise: shipped editions and 征求意见稿, and those of the offices the actor may read."""
    found = [shipped(rules) for rules in read_rule_sets() if _fits(rules, kind)]
    tried = [Tried(f"shipped-{one.sha256[:16]}", _titled(one.rules), one.rules, one.sha256) for one in found]
    rows = session().scalars(
        scope(sa.select(RiskRuleSet), RiskRuleSet, actor).where(RiskRuleSet.state != RuleSetState.VOIDED).order_by(RiskRuleSet.id.desc())
    )
    for row in rows:
        if permits(actor, Permission.RISK_RULE_READ, row) and any(word.partition("（")[0] == kind for word in row.kinds.split("、")):
            title = f"{row.title}（第 {row.edition} 版，{label(row.state)}）"
            tried.append(Tried(f"set-{row.id}", title, content_of(row), row.content_sha256))
    return tried


def _titled(rules: RuleSet) -> str:
    return f"{rules.title}（{'征求意见稿，' if rules.proposal else ''}随程序发布）"


def _fits(rules: RuleSet, kind: str) -> bool:
    return any(word.partition("（")[0] == kind for word in rules.kinds)


def simulate(
    actor: Actor, kind: str, year: int, key: str, today: date, *, region_id: int | None = None, most: int | None = LARGE,
    said: Callable[[int, int], None] = lambda seen, of: None,
) -> Simulation:  # fmt: skip
    """Both scores of every enterprise for a year's grade, on the records that a grade of that year is counted from."""
    if not 2000 <= year <= today.year + 1:
        raise NotLikeThis(f"年度应为 2000 至 {today.year + 1} 年，请核对", field="year")
    from_on, to_on = period(year, today)
    tried = next((one for one in choices(actor, kind) if one.key == key), None)
    if tried is None:
        raise NotLikeThis("请选择要模拟的分级规则", field="rule")
    standing = ruled_for(actor.org_id, kind, to_on)
    if standing is None:
        raise NotAllowedNow(NO_RULES.format(kind[:20]))
    expected = queries.how_many(actor, kind, region_id)
    if most is not None and expected > most:
        raise NotAllowedNow(TOO_MANY.format(expected, most))
    made = Simulation(kind, year, from_on, to_on, standing, tried)
    rules, after, seen = Rules(kind, to_on), 0, 0
    while ids := queries.next_ids(actor, kind, region_id, after):
        _add(made, ids, rules)
        after, seen = ids[-1], seen + len(ids)
        said(seen, expected)
    return made


def _add(made: Simulation, ids: Sequence[int], rules: Rules) -> None:
    for enterprise_id, evidence in sorted(gather(ids, made.kind, made.from_on, made.to_on).items()):
        ruled = rules.of(evidence.org_id, evidence.subkinds) or made.standing
        before, after = scored(evidence, ruled.rules, made.year), scored(evidence, made.tried.rules, made.year)
        made.moves.add(before.grade, after.grade)
        if before.grade is not after.grade:
            made.movers.append(
                Outcome(enterprise_id, evidence.name, before.grade, after.grade, before.total, after.total, after.wanting)
            )

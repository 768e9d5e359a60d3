"""与上期比较: the figures of a return beside those of the sealed return of the period before, both as they were kept."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

import sqlalchemy as sa

from app.db import session
from app.domain.actors import Actor
from app.domain.periods import Period
from app.domain.workflow import ReturnState
from app.exports import building, queries
from app.exports.models import MonthlyReturn, ReturnFigure
from app.scope import scope

PLAIN = re.compile(r"-?[\d,]+(\.\d+)?%?")
Key = tuple[str, str, str, bool, int]


@dataclass(frozen=True, slots=True)
class Pair:
    """One figure in both returns; None where a return does not have it."""

    before: ReturnFigure | None
    after: ReturnFigure | None

    @property
    def figure(self) -> ReturnFigure:
        """Whichever there is, for its name and place."""
        found = self.after or self.before
        assert found is not None
        return found

    @property
    def difference(self) -> str:
        """本期减上期, where both are numbers."""
        numbers = [_number(one.value) if one else None for one in (self.before, self.after)]
        if numbers[0] is None or numbers[1] is None:
            return "—"
        return f"{numbers[1] - numbers[0]:+,f}" if numbers[1] != numbers[0] else "0"


def _number(written: str | None) -> Decimal | None:
    return Decimal(written.rstrip("%").replace(",", "")) if written and PLAIN.fullmatch(written) else None


def period_before(found: MonthlyReturn) -> Period:
    """上期 of a monthly, quarterly or yearly return."""
    period = building.period_of(found.period_kind, found.month)
    return period.before or period.year_before


def of_same_kind(found: MonthlyReturn, period: Period) -> list[sa.ColumnElement[bool]]:
    """The sealed returns of a period, of the same office, place, form and plan."""
    return [
        MonthlyReturn.org_id == found.org_id, MonthlyReturn.region_id == found.region_id,
        MonthlyReturn.period_kind == found.period_kind, MonthlyReturn.month == period.year * 100 + period.months[-1],
        MonthlyReturn.template_id.is_not_distinct_from(found.template_id), MonthlyReturn.plan_id.is_not_distinct_from(found.plan_id),
        MonthlyReturn.state.in_((ReturnState.SEALED, ReturnState.SENT)),
    ]  # fmt: skip


def former(found: MonthlyReturn, actor: Actor) -> MonthlyReturn | None:
    """The sealed return of the period before, of the same office, place and form: its last correction where there is one."""
    asked = sa.select(MonthlyReturn).where(*of_same_kind(found, period_before(found)))
    newest = scope(asked, MonthlyReturn, actor).order_by(MonthlyReturn.sealed_at.desc(), MonthlyReturn.id.desc())
    return session().scalars(newest.limit(1)).first()


def pairs(found: MonthlyReturn, before: MonthlyReturn) -> Sequence[Pair]:
    """Every figure of either, in the order of this return."""
    ours, theirs = _keyed(queries.figures(found)), _keyed(queries.figures(before))
    return [Pair(theirs.get(key), ours.get(key)) for key in dict.fromkeys([*ours, *theirs])]


def _keyed(figures: Iterable[ReturnFigure]) -> dict[Key, ReturnFigure]:
    """By sheet, name and side; figures of the period apart from those since 1 January, and the n-th of one name from the next."""
    seen: Counter[tuple[str, str, str, bool]] = Counter()
    found: dict[Key, ReturnFigure] = {}
    for one in figures:
        name = one.sheet, one.name, one.side, "—" in one.period
        seen[name] += 1
        found[*name, seen[name]] = one
    return found

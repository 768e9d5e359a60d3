"""超期预测 of open cases, from how long the bureau's own cases took from each step to their end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from app.accounts.models import User
from app.db import session
from app.disposal.clocks import LIVE
from app.disposal.models import DisposalCase
from app.domain.actors import Actor
from app.domain.forecast import Outlook, Spread, outlook, spread
from app.domain.workflow import CaseState
from app.domain.working_days import WorkingDays
from app.legal_clocks.queries import working_days_ahead
from app.sampling.models import Sample
from app.scope import scope

STEPS = (
    ("received_on", "收到不合格结论"), ("started_on", "启动核查处置"), ("control_on", "产品控制"), ("cause_on", "原因排查"),
    ("rectified_on", "整改复查"),
)  # fmt: skip
PAST_DAYS = 730
ORDER = list(Outlook)


@dataclass(frozen=True, slots=True)
class Foreseen:
    """One open case: its last step, when it will probably end, and whether that is in time."""

    case: Any
    step: str
    reached_on: date
    left: int
    past: Spread | None
    likely: date | None
    latest: date | None
    outlook: Outlook


def durations(actor: Actor, today: date, days: WorkingDays) -> dict[str, Spread | None]:
    """Working days from each step to 办结, of cases closed in the last two years in the reader's reach."""
    columns = [getattr(DisposalCase, name) for name, _ in STEPS]
    rows = session().execute(
        scope(sa.select(DisposalCase.closed_on, *columns), DisposalCase, actor).where(
            DisposalCase.state == CaseState.CLOSED, DisposalCase.closed_on > today - timedelta(days=PAST_DAYS)
        )
    ).all()
    found: dict[str, Spread | None] = {}
    for name, title in STEPS:
        taken = [(getattr(row, name), row.closed_on) for row in rows if getattr(row, name) is not None]
        found[title] = spread([days.working_days_between(first, last) for first, last in taken if first <= last])
    return found


def forecast(actor: Actor, today: date, days: WorkingDays, past: dict[str, Spread | None]) -> Sequence[Foreseen]:
    """Every open case, those that will be late first."""
    statement = (
        sa.select(
            DisposalCase.id, DisposalCase.number, DisposalCase.party_name, DisposalCase.due_on, User.name.label("handler"),
            Sample.product_name, *(getattr(DisposalCase, name) for name, _ in STEPS),
        )
        .join(Sample, Sample.id == DisposalCase.sample_id)
        .outerjoin(User, User.id == DisposalCase.handler_id)
        .where(DisposalCase.state.in_(LIVE))
    )  # fmt: skip
    rows = session().execute(scope(statement, DisposalCase, actor)).all()
    return sorted(_foreseen(rows, today, days, past), key=lambda one: (ORDER.index(one.outlook), one.case.due_on, one.case.id))


def _foreseen(rows: Sequence[Any], today: date, days: WorkingDays, past: dict[str, Spread | None]) -> Iterator[Foreseen]:
    for row in rows:
        reached = [(getattr(row, name), place) for place, (name, _) in enumerate(STEPS) if getattr(row, name) is not None]
        reached_on, place = max(reached, key=lambda pair: pair[1])
        title = STEPS[place][1]
        known, left = past[title], days.working_days_between(today, row.due_on)
        spent = max(days.working_days_between(reached_on, today), 0)
        useful = known if known is not None and spent <= known.high else None  # slower than nearly all: no date can be named
        likely = _ahead(today, useful.median - spent, days) if useful else None
        latest = _ahead(today, useful.high - spent, days) if useful else None
        verdict = Outlook.LATE if row.due_on < today else outlook(spent, left, known)
        yield Foreseen(row, title, reached_on, left, known, likely, latest, verdict)


def _ahead(today: date, count: int, days: WorkingDays) -> date:
    """Not before today: what has already taken longer than usual may end any day."""
    return working_days_ahead(today, max(count, 0), days)

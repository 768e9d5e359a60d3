"""A figure of a plan at two moments: under the definitions in force then and now, with who changed them in between."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.domain.figure_differences import Reason
from app.history import entries_of
from app.indicators import queries
from app.indicators.difference_parts import Event, first_moment, last_moment
from app.indicators.differences import Differences, between
from app.indicators.figures import Answer, Asked, answers
from app.indicators.frames import Frame
from app.indicators.models import ReportedValue
from app.indicators.queries import Planned
from app.indicators.records import Side


@dataclass(frozen=True, slots=True)
class Compared:
    """The figure at both moments with what lies between; of a reported one the values in force."""

    planned: Planned
    then: Answer
    now: Answer
    differences: Differences
    value_then: ReportedValue | None
    value_now: ReportedValue | None


def compared(planned: Planned, then: Frame, now: Frame, side: Side) -> Compared:
    """The definition of each moment counts its own figure."""
    old, new = queries.as_known(planned, then.as_of), queries.as_known(planned, now.as_of)
    before, asked = Asked(old.formula, old.conditions), Asked(new.formula, new.conditions)
    found = between(then, now, asked, side, before=before, adjusting=_adjusting(new, then, now))
    values = [queries.reported_values(frame, planned.plan).get(planned.row.no) for frame in (then, now)]
    return Compared(new, answers(then, [before])[before], answers(now, [asked])[asked], found, *values)


def _adjusting(planned: Planned, then: Frame, now: Frame) -> Sequence[Event]:
    """The definitions that came into force in between."""
    found = []
    for row in reversed(queries.versions(planned)):
        if not first_moment(then) < row.recorded_at <= last_moment(now) or row.definition_version == 1:
            continue
        entry = next(iter(entries_of("plan_indicator", row.id)), None)
        who, why = (entry.actor_name, entry.comment or "") if entry else ("—", "")
        found.append(Event(row.recorded_at, who, (Reason.DEFINITION,), f"口径第{row.definition_version}版", why))
    return found

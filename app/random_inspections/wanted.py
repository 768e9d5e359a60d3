"""What a programme asks for: which enterprises and inspectors are on its lists, what they weigh, who takes no part.

Kept as JSON in ``RandomProgramme.filters``; frozen with it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from app.domain.random_inspections import POINTS
from app.reference.draw_weights import INSPECTION, in_force

UNGRADED = "未评定"


@dataclass(frozen=True, slots=True)
class Wanted:
    """名单条件. Empty means no condition; ``conflicts`` are (certificate, code of the enterprise, reason)."""

    kinds: Sequence[str] = ()
    subkinds: Sequence[str] = ()
    area_types: Sequence[str] = ()
    grades: Sequence[str] = ()  # A … D, 未评定
    region_id: int | None = None
    stations: Sequence[int] = ()
    points: Mapping[str, int] = field(default_factory=dict)
    recent_days: int = 0  # inspected within so many days: takes no part
    once_a_year: bool = True  # drawn before in the year for the same matter: takes no part
    avoid_station: bool = False  # 责任监管所人员回避
    excluded: Mapping[str, str] = field(default_factory=dict)  # code -> reason
    avoided: Mapping[str, str] = field(default_factory=dict)  # certificate -> reason
    conflicts: Sequence[tuple[str, str, str]] = ()

    @property
    def told(self) -> dict[str, Any]:
        return asdict(self)


def wanted_of(told: Mapping[str, Any]) -> Wanted:
    """As kept; what an earlier version did not know has its usual value."""
    values = {name: told[name] for name in Wanted.__slots__ if name in told}
    values["conflicts"] = tuple((str(one), str(code), str(why)) for one, code, why in told.get("conflicts", ()))
    return Wanted(**values)


def usual_points(on: date) -> dict[str, int]:
    """The weights of the reference file in force on the day."""
    rules = in_force(on, INSPECTION)
    return {code: rules[code].points for code in POINTS if code in rules}


def usual_recent_days(on: date) -> int:
    rule = in_force(on, INSPECTION).get("RECENT")
    return (rule.window_days or 0) if rule else 0

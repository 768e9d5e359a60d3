"""Reader of the weights by which the indicators of a plan are scored (score_weights.csv): dated, each with its source."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import ClassVar, Final

from app.domain.scores import Method
from app.reference import editions
from app.reference.planning_rules import in_force
from app.reference.problems import CONFIDENCES, CellFault, Row, read_rows, refuse

HERE: Final = Path(__file__).parent
FILE: Final = "score_weights.csv"
COLUMNS: Final = ("plan", "no", "weight", "method", "valid_from", "valid_to", "source", "confidence")


@dataclass(frozen=True, slots=True)
class Weight:
    """分值 of one indicator."""

    DEFAULT: ClassVar[Method] = Method.SHARE
    plan: str
    no: str
    weight: Decimal
    method: Method
    valid_from: date
    valid_to: date | None
    source: str
    confidence: str

    @property
    def code(self) -> str:
        """What may not be said twice of the same day."""
        return f"{self.plan}:{self.no}"


@cache
def read_score_weights(folder: Path = HERE) -> tuple[Weight, ...]:
    """Every weight, predecessors included; two of one indicator never hold on the same day."""
    rows = read_rows(folder / FILE, COLUMNS, _weight)
    seen: dict[str, list[Weight]] = {}
    problems = []
    for row, one in rows:
        if any(_overlap(one, other) for other in seen.get(one.code, ())):
            problems.append(f"{row.place} 规划 {one.plan} 第 {one.no} 项的分值与前面的有效期重叠")
        seen.setdefault(one.code, []).append(one)
    refuse(problems)
    return tuple(one for _, one in rows)


def _overlap(one: Weight, other: Weight) -> bool:
    return one.valid_from <= (other.valid_to or date.max) and other.valid_from <= (one.valid_to or date.max)


def weights_in_force(plan: str, on: date, folder: Path = HERE) -> Mapping[str, Weight]:
    """The weights of a plan on the day, by number of the indicator."""
    return weights_of(read_score_weights(editions.folder(FILE, on, folder)), plan, on)


def weights_of(rows: Iterable[Weight], plan: str, on: date) -> Mapping[str, Weight]:
    """The same of weights that are only proposed."""
    return {one.no: one for one in in_force([one for one in rows if one.plan == plan], on)}


def _weight(row: Row) -> Weight:
    weight = row.number("weight")
    if not 0 < weight <= 1000:
        raise CellFault(f"“weight”的值“{weight}”应大于 0，不超过 1000")
    return Weight(
        row.text("plan"), row.text("no"), weight, row.word("method", Method), row.day("valid_from"), row.optional_day("valid_to"),
        row.text("source"), row.choice("confidence", CONFIDENCES),
    )  # fmt: skip

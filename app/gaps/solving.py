"""The integer program solved by HiGHS (scipy). The library is loaded when first asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.domain.gaps_program import Program, broken

SECONDS = 20.0  # after which the best choice found so far is taken
TIE = 1e-4  # all ties together stay below one point for up to ten thousand batches


class Unsolvable(RuntimeError):
    """The solver gave no usable choice; every program has one (nothing at all), so that this is an error of ours."""


@dataclass(frozen=True, slots=True)
class Solution:
    """So many batches per candidate; ``proved`` when no other choice has more points."""

    chosen: tuple[int, ...]
    proved: bool


def solve(program: Program, seconds: float = SECONDS) -> Solution:
    """The choice with the most points; among equals the candidates that come first."""
    if not program.size:
        return Solution((), True)
    import numpy as np
    from scipy.optimize import Bounds, milp

    size, extra = program.size, len(program.bonuses)
    ties = np.linspace(TIE, 0, size)
    worth = np.concatenate([np.array(program.points, dtype=float) + ties, [float(one.points) for one in program.bonuses]])
    found = milp(
        c=-worth,
        constraints=_constraints(program),
        bounds=Bounds(0, np.array([*program.uppers, *(one.most for one in program.bonuses)], dtype=float)),
        integrality=np.concatenate([np.ones(size), np.zeros(extra)]),  # bonuses follow from whole batches
        options={"time_limit": seconds, "mip_rel_gap": 0.0},
    )
    return _read(program, found)


def _read(program: Program, found: Any) -> Solution:
    if found.x is None:
        raise Unsolvable(str(found.message))
    chosen = tuple(round(float(number)) for number in found.x[: program.size])
    if any(True for _ in broken(program, chosen)):
        raise Unsolvable("the choice breaks a limit")
    return Solution(chosen, found.status == 0)


def _constraints(program: Program) -> Any:
    """Σ members ≤ most for every limit; bonus − Σ members ≤ 0 for every bonus."""
    import numpy as np
    from scipy.optimize import LinearConstraint
    from scipy.sparse import csr_array

    size = program.size
    rows = [limit.members for limit in program.limits] + [bonus.members for bonus in program.bonuses]
    if not rows:
        return ()
    signs = [1.0] * len(program.limits) + [-1.0] * len(program.bonuses)
    entries = [_row(members, sign, size + place) for place, (members, sign) in _numbered(rows, signs, len(program.limits))]
    starts = np.cumsum([0, *(len(columns) for columns, _ in entries)])
    columns = np.concatenate([columns for columns, _ in entries])
    values = np.concatenate([values for _, values in entries])
    matrix = csr_array((values, columns, starts), shape=(len(rows), size + len(program.bonuses)))
    return LinearConstraint(matrix, -np.inf, np.array([*(one.most for one in program.limits), *([0] * len(program.bonuses))]))


def _numbered(rows: Sequence[Any], signs: Sequence[float], limits: int) -> Any:
    return ((number - limits, pair) for number, pair in enumerate(zip(rows, signs, strict=True)))


def _row(members: Sequence[int], sign: float, bonus: int) -> tuple[Any, Any]:
    """Columns and values of one row; a bonus row ends with the bonus itself."""
    import numpy as np

    columns, values = np.array(members, dtype=np.int64), np.full(len(members), sign)
    if sign > 0:
        return columns, values
    return np.append(columns, bonus), np.append(values, 1.0)

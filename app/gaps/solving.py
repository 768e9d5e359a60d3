"""The integer program solved by HiGHS (scipy). The library is loaded when first asked.

A county has a hundred thousand candidates of which a few hundred are chosen. Most are never handed to the integer solver: the
linear program over some of them prices all others, and those whose price rules them out of every better choice stay out.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import floor
from typing import Any

from app.domain.gaps_program import Program, broken, value

NODES = 200  # of the search tree: the same choice on a busy machine as on an idle one
SECONDS = 60.0  # only so that no request waits for ever
NEAR = 0.005  # of the best possible: near enough for a whole county
TIE = 1e-4  # all ties together stay below one point for up to ten thousand batches
WHOLE = 3_000  # candidates that are handed over without pricing, and searched to the end
FIRST = 20  # of each limit and bonus, in each round
CLOSE = 1e-6


class Unsolvable(RuntimeError):
    """The solver gave no usable choice; every program has one (nothing at all), so that this is an error of ours."""


class Unfinished(Unsolvable):
    """No choice was found within the limits of the search."""


@dataclass(frozen=True, slots=True)
class Solution:
    """So many batches per candidate; no other choice has more points than ``bound``."""

    chosen: tuple[int, ...]
    points: int
    bound: int

    @property
    def proved(self) -> bool:
        """Points are whole: less than one more is none."""
        return self.points >= self.bound


def solve(program: Program, whole: int = WHOLE) -> Solution:
    """The choice with the most points; among equals the candidates that come first."""
    if not program.size:
        return Solution((), 0, 0)
    import numpy as np

    model = _Model(program)
    if program.size <= whole or not model.members:
        return _read(program, *model.whole_numbers(np.arange(program.size)))
    columns, prices, bound, linear = _priced(model)
    rounded = _read(program, np.floor(linear + CLOSE), bound)
    if rounded.proved:  # whole already, as it mostly is
        return rounded
    try:
        found = _read(program, model.whole_numbers(columns)[0], bound)
    except Unfinished:
        return rounded
    gap = bound - found.points
    if found.proved or (len(columns) > WHOLE and gap <= NEAR * bound):
        return found
    wider = np.flatnonzero((prices >= -gap - CLOSE) | np.isin(np.arange(program.size), columns))
    batches, lower = model.whole_numbers(wider)
    return _read(program, batches, min(lower, bound))


class _Model:
    """The program as arrays: candidates, then bonuses, then one row per limit and per bonus."""

    def __init__(self, program: Program) -> None:
        import numpy as np

        size = program.size
        self.size, self.extra = size, len(program.bonuses)
        self.worth = np.concatenate(
            [np.array(program.points) + np.linspace(TIE, 0, size), [float(one.points) for one in program.bonuses]]
        )
        self.uppers = np.array([*program.uppers, *(one.most for one in program.bonuses)], dtype=float)
        self.most = np.array([*(one.most for one in program.limits), *([0] * self.extra)], dtype=float)
        self.matrix = _matrix(program)
        found = [*(one.members for one in program.limits), *(one.members for one in program.bonuses)]
        self.members = [np.array(members, dtype=np.int64) for members in found]

    def _columns(self, candidates: Any) -> Any:
        import numpy as np

        return np.concatenate([candidates, np.arange(self.size, self.size + self.extra)])

    def whole_numbers(self, candidates: Any) -> tuple[Any, float]:
        """The best choice among these candidates: batches of all, and what no choice among them can exceed."""
        import numpy as np
        from scipy.optimize import Bounds, LinearConstraint, milp

        columns = self._columns(candidates)
        rows = LinearConstraint(self.matrix[:, columns], -np.inf, self.most) if len(self.most) else ()
        found = milp(
            c=-self.worth[columns], constraints=rows, bounds=Bounds(0, self.uppers[columns]),
            integrality=np.concatenate([np.ones(len(candidates)), np.zeros(self.extra)]),  # bonuses follow from whole batches
            options={"node_limit": NODES, "time_limit": SECONDS, "mip_rel_gap": 0.0 if len(candidates) <= WHOLE else NEAR},
        )  # fmt: skip
        if found.x is None:
            raise Unfinished(str(found.message))
        batches = np.zeros(self.size)
        batches[candidates] = found.x[: len(candidates)]
        return batches, -float(found.mip_dual_bound)

    def prices(self, candidates: Any) -> tuple[Any, float, Any]:
        """What one more batch of any candidate would add to the linear program over these, and the value of that."""
        import numpy as np
        from scipy.optimize import linprog

        columns = self._columns(candidates)
        found = linprog(
            -self.worth[columns], A_ub=self.matrix[:, columns], b_ub=self.most, method="highs",
            bounds=np.column_stack([np.zeros(len(columns)), self.uppers[columns]]),
        )  # fmt: skip
        if found.status != 0:
            raise Unsolvable(str(found.message))
        batches = np.zeros(self.size)
        batches[candidates] = found.x[: len(candidates)]
        return (self.worth + self.matrix.T @ found.ineqlin.marginals)[: self.size], -float(found.fun), batches


def _priced(model: _Model) -> tuple[Any, Any, float, Any]:
    """Candidates enough for the linear program, the prices of all, and its value: no choice has more points than that."""
    import numpy as np

    chosen = np.zeros(model.size, dtype=bool)
    chosen[0] = True
    for members in model.members:
        chosen[members[np.argsort(-model.worth[members], kind="stable")[:FIRST]]] = True
    while True:
        candidates = np.flatnonzero(chosen)
        prices, bound, linear = model.prices(candidates)
        better = np.flatnonzero((prices > CLOSE) & ~chosen)
        if not len(better):
            return candidates, prices, bound, linear
        chosen[_dearest(model, np.where(chosen, 0, prices), better)] = True


def _dearest(model: _Model, prices: Any, better: Any) -> Any:
    """Of every limit and bonus the few that add most: the many alike behind them are seldom needed."""
    import numpy as np

    best = [members[np.argsort(-prices[members], kind="stable")[:FIRST]] for members in model.members if len(members)]
    found = np.unique(np.concatenate([*best, better[:FIRST]]))
    return found[prices[found] > CLOSE]


def _read(program: Program, batches: Any, bound: float) -> Solution:
    """The choice in whole batches. ``bound`` still holds the ties, which are less than a point together."""
    chosen = tuple(round(float(number)) for number in batches)
    if any(True for _ in broken(program, chosen)):
        raise Unsolvable("the choice breaks a limit")
    points = value(program, chosen)
    return Solution(chosen, points, max(points, floor(bound + CLOSE)))


def _matrix(program: Program) -> Any:
    """Σ members ≤ most for every limit; bonus − Σ members ≤ 0 for every bonus."""
    import numpy as np
    from scipy.sparse import csr_array

    size, extra = program.size, len(program.bonuses)
    columns = [np.array(one.members, dtype=np.int64) for one in program.limits]
    columns += [np.array([*one.members, size + place], dtype=np.int64) for place, one in enumerate(program.bonuses)]
    values = [np.ones(len(one.members)) for one in program.limits]
    values += [np.append(-np.ones(len(one.members)), 1.0) for one in program.bonuses]
    if not columns:
        return csr_array((0, size + extra))
    starts = np.cumsum([0, *(len(one) for one in columns)])
    return csr_array((np.concatenate(values), np.concatenate(columns), starts), shape=(len(columns), size + extra)).tocsc()

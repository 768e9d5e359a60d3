"""What to sample next (下一步抽什么): 500 enterprises × 200 foods over four weeks, from the candidates to the ranked list.

The floor is the solver alone on the finished program: what is ours is making the candidates, the limits and the ranking.
"""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from types import SimpleNamespace
from typing import Any

from bench.frame import Report, alternately, arguments

TODAY = date(2026, 11, 20)
TOWNSHIPS = 26


def setting(enterprises: int, foods: int, seed: int) -> tuple[Any, Any]:
    """A county made up: a plan by food with a part by township, half of the foods not yet sampled, caps of 5 a quarter."""
    from app.domain.gaps import Spot, Trees, book_of
    from app.domain.gaps_building import Setting, Side
    from app.domain.gaps_candidates import Firm, Food, pairs
    from app.domain.gaps_caps import Earlier
    from app.domain.gaps_points import Around, Names
    from app.domain.gaps_weeks import weeks_ahead
    from app.domain.quotas import Cell
    from app.domain.samples import Domain, Level, Link
    from app.domain.sampling_kinds import CapSubject, CapWindow
    from app.domain.working_days import WorkingDays

    random = Random(seed)
    known = {one: Food(one, f"品种{one}", f"大类{one // 10}", Domain.FOOD, (one, 10_000 + one // 10)) for one in range(1, foods + 1)}
    for root in {food.line[-1] for food in known.values()}:
        known[root] = Food(root, f"大类{root}", f"大类{root}", Domain.FOOD, (root,))
    named = [known[one] for one in range(1, foods + 1)]
    firms = [
        Firm(
            one, f"企业{one}", random.randint(1, TOWNSHIPS), frozenset({"食品销售者"}),
            last_on=TODAY - timedelta(days=random.randint(1, 700)) if random.random() < 0.7 else None,
        )
        for one in range(1, enterprises + 1)
    ]  # fmt: skip
    trees = Trees(lambda one: known[one].line, lambda one: (one, 0) if one else (0,))
    quotas = [(Cell(food.id), random.randint(2, 12)) for food in named]
    quotas += [(Cell(food.id, random.randint(1, TOWNSHIPS)), 1) for food in named]
    taken = [(Spot(random.randint(1, foods), random.randint(1, TOWNSHIPS), Link.CIRCULATION), 1) for _ in range(foods)]
    book = book_of(1, sum(batches for _, batches in quotas), quotas, taken, trees)
    cap = SimpleNamespace(
        code="UNIT", subject=CapSubject.UNIT, cap_window=CapWindow.QUARTER, days=None, maximum=5, link=Link.CIRCULATION, level=None,
        online_exempt=True, valid_from=date(2020, 1, 1), valid_to=None,
    )  # fmt: skip
    earlier = {
        CapSubject.UNIT: {
            firm.id: [Earlier(firm.id, None, Link.CIRCULATION, None, date(2026, 10, 12), random.randint(0, 5))] for firm in firms
        }
    }
    by_township = {one: random.randint(0, 30) for one in range(1, TOWNSHIPS + 1)}
    around = Around(TODAY, 0, 220, 248, frozenset(), by_township, 120, "每千人批次还差 0.15")
    unsampled = frozenset(range(1, foods, 2))
    wanted = [pair for firm in firms for pair in pairs(firm, named, unsampled, known)]
    weeks = weeks_ahead(TODAY, 2026, 4, WorkingDays({}, {}, {2026}))
    names = Names(lambda one: known[one].name, lambda one: f"乡镇{one}")
    return [Side(book, Level.COUNTY, around, wanted, unsampled)], Setting(weeks, [cap], earlier, [], known, names)


def measure(report: Report, enterprises: int, foods: int) -> None:
    from app.domain.gaps_building import build
    from app.domain.gaps_program import ranked, shy, spread
    from app.gaps.solving import solve

    sides, about = setting(enterprises, foods, 7)
    problem = build(sides, about)

    def whole() -> None:
        made = build(sides, about)
        ranked(made.program, spread(made.program, solve(made.program).chosen))

    found = solve(problem.program)
    medians = alternately(report.options.times, {"ours": whole, "floor": lambda: solve(problem.program) and None})
    report.note("candidates", f"{problem.program.size:,}, {sum(found.chosen)} batches, {found.points:,} points")
    report.note("short of the best possible", f"at most {shy(found.points, found.bound)}")
    report.compare(f"{enterprises} × {foods}", medians["ours"], medians["floor"], "< 10 s")


def main() -> None:
    options = arguments(__doc__ or "", rows=500, times=1).parse_args()
    report = Report("what to sample next", options)
    measure(report, options.rows, 200)
    report.finish()


if __name__ == "__main__":
    main()

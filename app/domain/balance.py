"""均衡性 (N6): how evenly a plan is carried out, which part is ahead or behind by how many batches, and this month's number.

The figure itself is ``figures.balance``; here are its contributions and what to do about it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from app.domain.fact_parts import Part
from app.domain.figures import ABSENT, DateBasis, Figure, Formula, Kind, Source, balance, half_up

SAMPLING_BALANCE = Formula(
    "sampling_balance",
    "抽样均衡度",
    Kind.BALANCE,
    Source.FACTS,
    DateBasis.LAST_DAY,
    unit="",
    places=2,
    definition="抽样均衡度＝1－½×Σ|各部分已抽样占比－各部分计划占比|，1为与计划完全一致。按月份时只比较已开始的月份，当月计划按已过"
    "工作日折算；按乡镇、食品大类时比较计划已分解的部分，没有计划批次而有抽样的部分计划占比为0。",
    numerator=Part.COMPLETED,
)


@dataclass(frozen=True, slots=True)
class Contribution:
    """One part: what was done, what the plan's shares would have made of the same total, and the difference."""

    key: str
    done: int
    fair: Fraction
    planned: Fraction

    @property
    def gap(self) -> Fraction:
        return self.done - self.fair

    @property
    def fair_text(self) -> str:
        return half_up(self.fair, 1)

    @property
    def words(self) -> str:
        if not self.gap:
            return "与计划占比一致"
        return f"{'偏多' if self.gap > 0 else '偏少'}{told(self.gap)} 批次"


def told(gap: Fraction) -> str:
    """A difference to one place; what would read 0.0 is a difference all the same."""
    return "不足 0.1" if abs(gap) < Fraction(1, 20) else f" {half_up(abs(gap), 1)}"


@dataclass(frozen=True, slots=True)
class Meter:
    """均衡度 with the contributions, greatest difference first."""

    figure: Figure
    contributions: tuple[Contribution, ...]


def meter(batches: Mapping[str, int], plan: Mapping[str, int | Fraction]) -> Meter:
    """The balance over parts; without batches or without a plan there is none (—)."""
    figure = balance(SAMPLING_BALANCE, batches, plan)
    done, planned = sum(batches.values()), sum((Fraction(n) for n in plan.values()), Fraction())
    if not done or not planned:
        return Meter(figure, ())
    keys = list(dict.fromkeys((*plan, *batches)))
    found = [
        Contribution(key, batches.get(key, 0), done * Fraction(plan.get(key, 0)) / planned, Fraction(plan.get(key, 0)))
        for key in keys
    ]
    return Meter(figure, tuple(sorted(found, key=lambda one: -abs(one.gap))))


def shares(parts: Sequence[Contribution]) -> list[tuple[str, str]]:
    """占已抽样 and 占计划 of each part, in per cent; — where there is nothing to be a part of."""
    done, planned = sum(one.done for one in parts), sum((one.planned for one in parts), Fraction())
    return [(_per_cent(Fraction(one.done), Fraction(done)), _per_cent(one.planned, planned)) for one in parts]


def _per_cent(part: Fraction, whole: Fraction) -> str:
    return f"{half_up(part / whole * 100, 2)}%" if whole else ABSENT


def suggested(batches: Mapping[int, int], plan: Mapping[int, int | Fraction], month: int) -> int | None:
    """本月建议批次: the number for the month after which the balance from January to its end is best.

    What is sampled already cannot be undone, so it is never less. Between the numbers at which one month's share meets the
    plan's the balance only rises or only falls, so those are the only candidates. Of equals the smallest; before anything was
    sampled elsewhere, the plan's own number. None where the plan asks nothing up to the month.
    """
    spans = range(1, month + 1)
    wanted = {at: Fraction(plan.get(at, 0)) for at in spans}
    planned, already = sum(wanted.values(), Fraction()), batches.get(month, 0)
    others = sum(batches.get(at, 0) for at in spans if at != month)
    if not planned:
        return None
    if not others or wanted[month] == planned:
        return max(already, _up(wanted[month]))
    turns = [others * wanted[month] / (planned - wanted[month])]
    turns += [batches.get(at, 0) * planned / wanted[at] - others for at in spans if at != month and wanted[at]]
    candidates = sorted({max(already, n) for turn in turns for n in (_up(turn) - 1, _up(turn))} | {already})
    return max((n for n in candidates if n >= 0), key=lambda n: (_after(batches, wanted, month, n), -n))


def _after(batches: Mapping[int, int], wanted: Mapping[int, Fraction], month: int, number: int) -> Fraction:
    found = balance(SAMPLING_BALANCE, {**{at: batches.get(at, 0) for at in wanted}, month: number}, wanted)
    return found.value if found.value is not None else Fraction()


def _up(value: Fraction) -> int:
    return -(-value.numerator // value.denominator)

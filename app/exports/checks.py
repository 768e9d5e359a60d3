"""审核 of a return: what every return of ours must satisfy, and the 审核公式 of its template. Each rule has an id and a message.

A blocking rule (强制) stops the return; a warning (提示) needs an explanation. What is told are both numbers and where they stand.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.domain.indicators import FORMULAS, Kind, Part
from app.exports.figures import DENOMINATOR, FOOD, NUMERATOR, asked
from app.exports.made import Counted, Made, OwnWorkbook
from app.exports.models import MonthlyReturn
from app.exports.queries import numbers_reported
from app.indicators.figures import Asked
from app.indicators.frames import Frame
from app.indicators.records import Side, numbers

LONGEST = 500
SHOWN = 3
LARGE = 10  # batches of a row of a breakdown that do not stay away by chance


@dataclass(frozen=True, slots=True)
class Checked:
    """What one rule came to."""

    code: str
    expression: str
    blocking: bool
    passed: bool
    message: str


@dataclass(frozen=True, slots=True)
class Pair:
    """Two counts that a rule holds against each other, and whether they agree."""

    holds: bool
    sentence: str


@dataclass(frozen=True)
class Checking:
    """A return as it is being checked. ``before`` are the cumulative counts of the sealed return of the period before in the same year,
    ``former`` the figures of that period itself, over the turn of the year too; None where there is no such return."""

    found: MonthlyReturn
    made: Made
    frame: Frame
    before: Mapping[tuple[str, ...], int] | None
    former: Sequence[tuple[Counted, int]] | None = None


def folded(code: str, expression: str, pairs: Iterable[Pair], *, blocking: bool = True, none: str = "没有需要核对的数值") -> Checked:
    """One result of a rule that is asked of many figures: what fails is told first, as far as there is room."""
    pairs = list(pairs)
    failing = [one.sentence for one in pairs if not one.holds]
    if failing:
        more = f"；等 {len(failing)} 处" if len(failing) > SHOWN else ""
        return Checked(code, expression, blocking, False, _cut("；".join(failing[:SHOWN]) + more))
    said = f"核对 {len(pairs)} 处，均相符。如：{pairs[-1].sentence}" if pairs else none
    return Checked(code, expression, blocking, True, _cut(said))


def _cut(words: str) -> str:
    return words if len(words) <= LONGEST else f"{words[: LONGEST - 1]}…"


# ---------------------------------------------------------------- rules of every return

def key_of(one: Counted) -> tuple[str, ...]:
    """What is the same figure over another period."""
    return one.sheet, one.name, one.definition, one.filter, one.side


def _subset(checking: Checking) -> Checked:
    pairs = (
        Pair(not (beyond := Counter(top.numbers or ()) - Counter(under.numbers or ())), _beside(top, under, "分母", beyond))
        for top, under in _sides(checking.made.figures)
    )
    return folded("T-01", "分子的每条记录都在分母中", pairs)


def _sides(figures: Sequence[Counted]) -> Iterator[tuple[Counted, Counted]]:
    open_: dict[tuple[str, ...], Counted] = {}
    for one in figures:
        key = (one.sheet, one.name, one.definition, one.filter, one.period)
        if one.side == NUMERATOR:
            open_[key] = one
        elif one.side == DENOMINATOR and key in open_:
            yield open_.pop(key), one


def _beside(one: Counted, other: Counted, other_words: str, beyond: Counter[str]) -> str:
    told = f"{one.place} {one.period}{one.name if one.cell else ''} {one.count}，{other_words} {other.count}"
    return f"{told}，多出 {'、'.join(sorted(beyond)[:SHOWN])}" if beyond else told


def _counts(checking: Checking) -> Checked:
    """A count on paper is the length of its list."""
    alone = Counter((one.sheet, one.cell) for one in checking.made.figures)
    own = isinstance(checking.made, OwnWorkbook)
    pairs = (
        Pair(one.value == str(one.count), f"{one.place} 填报 {one.value}，清单 {one.count} 条")
        for one in checking.made.figures
        if one.value is not None and one.value.isdecimal() and one.numbers is not None and (own or _is_count(one, alone))
    )
    return folded("T-02", "填报的数＝来源清单的记录数", pairs)


def _is_count(one: Counted, alone: Mapping[tuple[str, str | None], int]) -> bool:
    formula = FORMULAS.get(one.definition)
    return formula is not None and formula.kind is Kind.COUNT and alone[one.sheet, one.cell] == 1


def _cumulative(checking: Checking) -> Checked:
    label, total = checking.frame.period.label, checking.frame.period.to_date.label
    pairs = (
        Pair(not (beyond := Counter(part.numbers or ()) - Counter(whole.numbers or ())), _beside(part, whole, "累计", beyond))
        for part, whole in _over(checking.made.figures, label, total)
    )
    return folded("T-03", "累计包含本期的每条记录", pairs, none="本期即累计，或没有同时填报本期和累计的数值")


def _over(figures: Sequence[Counted], label: str, total: str) -> Iterator[tuple[Counted, Counted]]:
    """The same figure over the period and over January to its end."""
    if label == total:
        return
    whole = {key_of(one): one for one in figures if one.period == total}
    for one in figures:
        if one.period == label and (found := whole.get(key_of(one))) is not None:
            yield one, found


def _carried(checking: Checking) -> Checked:
    """累计 = the cumulative figure sealed a period ago + this period; corrections in between are the usual reason why not."""
    words = "累计＝上期封存的累计＋本期"
    period = checking.frame.period
    if period.label == period.to_date.label:
        return Checked("T-04", words, False, True, "本期是年初第一期，没有上期累计")
    if checking.before is None:
        return Checked("T-04", words, False, True, "没有已封存的上期报表，未作核对")
    reported = numbers_reported(checking.frame)
    pairs = [
        _carry(whole, checking.before[key_of(whole)], sum(number in reported for number in whole.numbers or ()))
        for whole in checking.made.figures
        if whole.period == period.to_date.label and key_of(whole) in checking.before and _adds_up(whole)
    ]
    return folded("T-04", words, pairs, blocking=False, none="上期报表没有相同的数值，未作核对")


def _carry(whole: Counted, before: int, now: int) -> Pair:
    apart = (whole.count or 0) - before - now
    told = f"{whole.place} {whole.name}{whole.side}：上期封存 {before}＋本期 {now}，累计 {whole.count}"
    return Pair(not apart, f"{told}，相差 {apart}" if apart else told)


def _adds_up(one: Counted) -> bool:
    """Batches by report date; what is counted by another date, or each once in a year, does not add up."""
    formula = FORMULAS.get(one.definition)
    if formula is None or one.numbers is None or not isinstance(formula.numerator, Part) or formula.kind is Kind.BALANCE:
        return False
    return not Asked(formula).covers


def _undecided(checking: Checking) -> Checked:
    found = numbers(checking.frame, asked("pass_rate", (FOOD,)), Side.BESIDE)
    told = f"{checking.frame.period.label}未判定 {len(found)} 批"
    named = f"：{'、'.join(found[:SHOWN])}{'等' if len(found) > SHOWN else ''}，请说明原因" if found else ""
    return Checked("T-05", "没有未判定的批次，或已说明原因", False, not found, _cut(told + named))


def _empty(checking: Checking) -> Checked:
    """A return without a batch satisfies every equation: what is wrong with it is often the area or the period."""
    label = checking.frame.period.label
    batches = [one for one in checking.made.figures if one.period == label and one.numbers is not None and _of_batches(one)]
    some = [one for one in batches if one.count]
    told = f"{label}统计到批次的数值 {len(some)} 项，如：{some[0].place} {some[0].count}" if some else (
        f"{label}没有一个数值统计到批次，报表为空。请核对统计区域、统计期和填报单位；确属没有抽检的，请说明原因")  # fmt: skip
    return Checked("T-06", "报表统计到批次（不是空表）", False, bool(some) or not batches, _cut(told))


def _of_batches(one: Counted) -> bool:
    formula = FORMULAS.get(one.definition)
    return formula is not None and isinstance(formula.numerator, Part)


def _fallen(checking: Checking) -> Checked:
    """What was counted in the period before and is nothing now. Of a rate its denominator is asked, for a rate may well be nought."""
    words = f"上期不为零的汇总、合计，和上期 {LARGE} 条及以上的分项，本期不为零"
    if checking.former is None:
        return Checked("T-07", words, False, True, "没有已封存的上期报表，未作核对")
    label = checking.frame.period.label
    ours = {key_of(one): one.count for one in checking.made.figures if one.period == label and one.count is not None}
    rates = {key_of(one)[:-1] for one, _ in checking.former if one.side == DENOMINATOR}
    to_date = _only_to_date(checking, ours)
    pairs = [
        Pair(bool(now := ours.get(key_of(one), 0)), f"{one.sheet} {one.name}：上期 {count}，本期 {now}")
        for one, count in checking.former
        if count >= (1 if _whole(one) else LARGE) and (one.side == DENOMINATOR or key_of(one)[:-1] not in rates)
        and key_of(one) not in to_date
    ]
    return folded("T-07", words, pairs, blocking=False, none="上期没有这样的数值")


def _only_to_date(checking: Checking, ours: Mapping[tuple[str, ...], Any]) -> frozenset[tuple[str, ...]]:
    """After the first period of a year, whose figures are those to date too: what this return has to date alone."""
    before = checking.frame.period.before
    if before is None or before.label != before.to_date.label:
        return frozenset()
    return frozenset(key_of(one) for one in checking.made.figures) - ours.keys()


def _whole(one: Counted) -> bool:
    """A row of a breakdown of few batches is nothing every other month, and a hint that comes every month is read by nobody."""
    return one.sheet == "汇总" or one.name == "合计"


# ---------------------------------------------------------------- rules of our own workbook

PARTS_AND_WHOLE: Sequence[tuple[str, str, str, str]] = (
    # id, sheet, the columns that add up, the column whose 合计 ends a block
    ("B-01", "任务完成情况", "DE", "A"),
    ("B-02", "分类合格率", "BCEFGI", "A"),
    ("B-03", "环节与区域", "CDFGHJ", "B"),
)
FAILED_COLUMNS = (("分类合格率", "A", (("B", "C"), ("F", "G"))), ("环节与区域", "B", (("C", "D"), ("G", "H"))))


def _parts(made: OwnWorkbook, code: str, sheet: str, columns: str, label: str) -> Checked:
    return folded(code, f"{sheet}：各行之和＝合计", _sums(made, sheet, columns, label))


def _sums(made: OwnWorkbook, sheet: str, columns: str, label: str) -> Iterator[Pair]:
    cells = made.cells
    for first, last in _blocks(made, sheet, label):
        for column in columns:
            parts = [cells[sheet, f"{column}{row}"] for row in range(first, last)]
            whole, total = cells[sheet, f"{column}{last}"], sum(part for part in parts if isinstance(part, int))
            yield Pair(whole == total, f"{sheet}!{column}{last} 合计 {whole}，{column}{first}至{column}{last - 1} 之和 {total}")


def _blocks(made: OwnWorkbook, sheet: str, label: str) -> Iterator[tuple[int, int]]:
    """First row and row of the total, of every block of a sheet; a block without parts is none."""
    rows = sorted(int(cell[1:]) for title, cell in made.cells if title == sheet and cell[0] == label and cell[1:].isdecimal())
    first = rows[0] if rows else 0
    for row in rows:
        if made.cells[sheet, f"{label}{row}"] == "合计":
            if row > first:
                yield first, row
            first = row + 1


def _failed_within(made: OwnWorkbook) -> Checked:
    cells = made.cells
    pairs = [
        Pair(cells[sheet, f"{failed}{row}"] <= cells[sheet, f"{judged}{row}"],
             f"{sheet}!{failed}{row} 不合格 {cells[sheet, f'{failed}{row}']}，判定 {cells[sheet, f'{judged}{row}']}")
        for sheet, label, columns in FAILED_COLUMNS
        for row in sorted(int(cell[1:]) for title, cell in cells if title == sheet and cell[0] == label)
        for judged, failed in columns
    ]  # fmt: skip
    return folded("B-04", "不合格批次≤判定批次", pairs)


def _details(made: OwnWorkbook) -> Checked:
    """不合格明细 lists evaluations and monitoring too; the rate counts supervision only."""
    cells, sheets = made.cells, {one.title: one for one in made.sheets}
    detail = sheets["不合格明细"]
    purpose = [column.header for column in detail.columns].index("检验目的")
    listed = sum(row[purpose] in ("监督抽检", "抽检监测") for row in detail.rows)
    blocks = list(_blocks(made, "分类合格率", "A"))
    last = blocks[-1][1] if blocks else min(int(cell[1:]) for title, cell in cells if title == "分类合格率" and cell[0] == "A")
    failed = cells["分类合格率", f"C{last}"]
    told = f"不合格明细中监督抽检 {listed} 行，分类合格率!C{last} 本期不合格 {failed}"
    return folded("B-05", "不合格明细的监督抽检行数＝本期不合格批次", [Pair(listed == failed, told)])


EVERY: Sequence[Callable[[Checking], Checked]] = (_subset, _counts, _cumulative, _carried, _undecided, _empty, _fallen)


def checked(checking: Checking, of_template: Sequence[Checked] = ()) -> list[Checked]:
    """Every rule's result: those of every return, those of our own workbook, those of the template."""
    found = [rule(checking) for rule in EVERY]
    made = checking.made
    if isinstance(made, OwnWorkbook):
        found += [_parts(made, code, sheet, columns, label) for code, sheet, columns, label in PARTS_AND_WHOLE]
        found += [_failed_within(made), _details(made)]
    return [*found, *of_template]

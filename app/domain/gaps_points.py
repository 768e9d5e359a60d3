"""Points (排序分值) of what to sample next: every reason has its own, so that anybody can check the order of the list."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from app.domain.gaps import Line, Trees
from app.domain.gaps_candidates import Fit, Pair
from app.domain.gaps_program import Bonus
from app.domain.samples import Link

K = TypeVar("K", bound=Hashable)

NEED = 10
STEP = 5
KNOWN = 4
OWED = 8
PRODUCER = 30
KIND = 25
PLACE = 20
TOWNSHIP = 5
THOUSAND = 3
REST = 6
REST_DAYS = 60  # one point for each such span since the last visit

TABLE: Sequence[tuple[str, str, str]] = (
    ("need", "计划余量", f"每批 {NEED} 分；所在计划格每细分一层（分类每级、乡镇、环节、城乡、月份）加 {STEP} 分，细分计划因此先于粗计划"),
    ("known", "食品确有", f"以往抽样或生产许可证证明该单位有该类食品的，每批 {KNOWN} 分"),
    ("owed", "补欠", f"以前月份（或按时序进度）欠抽的，每批 {OWED} 分，以欠抽批次为限"),
    ("producer", "企业覆盖", f"获证在产企业本年还没有抽样批次的，首批 {PRODUCER} 分"),
    ("kind", "品种覆盖", f"品种本年未抽的，首批 {KIND} 分"),
    ("place", "乡镇环节覆盖", f"乡镇的某一环节本年未抽过的，首批 {PLACE} 分"),
    ("township", "乡镇均衡", f"低于各乡镇平均批次的，每批 {TOWNSHIP} 分，以差额为限"),
    ("thousand", "每千人批次", f"低于规划目标的，每批 {THOUSAND} 分，以差额为限"),
    ("rest", "间隔时间", f"距上次抽样每满 {REST_DAYS} 天 1 分，最多 {REST} 分（从未抽样 {REST} 分），只计首批"),
)
NAMES: Mapping[str, str] = {code: name for code, name, _ in TABLE}


@dataclass(frozen=True, slots=True)
class Reason:
    """理由: a sentence, and the points it gives; one without points says what is so."""

    code: str
    words: str
    points: int = 0


@dataclass(frozen=True, slots=True)
class Names:
    """Words for ids."""

    category: Callable[[int], str]
    region: Callable[[int], str]


@dataclass(frozen=True, slots=True)
class Around:
    """What is so around a plan on the day of asking."""

    today: date
    plan_region_id: int
    elapsed: int  # working days of the year
    total: int
    sampled_places: frozenset[tuple[int, Link]]
    by_township: Mapping[int, int]  # batches of the year by township, of every township that matters
    short: int = 0  # batches lacking to the target per thousand residents
    short_words: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """A candidate of the program: a pair in a month to come, with the finest line it counts towards."""

    pair: Pair
    line: Line
    month: int
    kind_id: int | None = None  # 品种 not yet sampled this year


# ---------------------------------------------------------------- points per batch

def steps(line: Line, trees: Trees, plan_region_id: int) -> int:
    """How many times the cell has been divided below the whole plan."""
    cell = line.cell
    category = len(trees.categories(cell.category_id)) if cell.category_id is not None else 0
    region = cell.region_id is not None and cell.region_id != plan_region_id
    return category + region + (cell.link is not None) + (cell.area_type is not None) + bool(line.months)


def per_batch(place: Place, trees: Trees, plan_region_id: int) -> int:
    known = KNOWN if place.pair.fit in (Fit.PRODUCED, Fit.SAMPLED, Fit.LICENCE) else 0
    return NEED + STEP * steps(place.line, trees, plan_region_id) + known


# ---------------------------------------------------------------- bonuses

def bonuses(places: Sequence[Place], around: Around, names: Names) -> Iterator[Bonus]:
    """Everything that is earned once, or for a limited number of batches."""
    yield from _owed(places, around, names)
    yield from _firms(places, around)
    yield from _kinds(places, names)
    yield from _spots(places, around, names)
    yield from _townships(places, around, names)
    if around.short:
        yield Bonus("thousand", tuple(range(len(places))), around.short, THOUSAND, around.short_words)


def grouped(keys: Iterable[tuple[K | None, int]]) -> dict[K, tuple[int, ...]]:
    found: dict[K, list[int]] = {}
    for key, one in keys:
        if key is not None:
            found.setdefault(key, []).append(one)
    return {key: tuple(members) for key, members in found.items()}


def _owed(places: Sequence[Place], around: Around, names: Names) -> Iterator[Bonus]:
    lines = {place.line.cell.key: place.line for place in places}
    months = {place.line.cell.key: place.month for place in reversed(places)}
    for key, members in grouped((place.line.cell.key, one) for one, place in enumerate(places)).items():
        line = lines[key]
        what = cell_words(line, names)
        if line.months:
            owed, words = line.owed_before(months[key]), f"{what}前几个月欠抽 {{}} 批"
        else:
            owed, words = behind(line, around), f"{what}按时序进度落后 {{}} 批"
        if owed:
            yield Bonus("owed", members, owed, OWED, words.format(owed))


def behind(line: Line, around: Around) -> int:
    """Whole batches that a line without months is behind the pace of working days."""
    if not around.total:
        return 0
    return max(line.planned * around.elapsed // around.total - line.taken, 0)


def _firms(places: Sequence[Place], around: Around) -> Iterator[Bonus]:
    firms = {place.pair.firm.id: place.pair.firm for place in places}
    for firm_id, members in grouped((place.pair.firm.id, one) for one, place in enumerate(places)).items():
        firm = firms[firm_id]
        if firm.licensed and not firm.covered:
            yield Bonus("producer", members, 1, PRODUCER, "该获证在产企业本年还没有抽样批次", str(firm.id))
        points = rest_points(firm.last_on, around.today)
        if points:
            yield Bonus("rest", members, 1, points, visit_words(firm.last_on), str(firm.id))


def rest_points(last_on: date | None, today: date) -> int:
    if last_on is None:
        return REST
    return max(min((today - last_on).days // REST_DAYS, REST), 0)


def visit_words(last_on: date | None) -> str:
    return f"该企业上次抽样 {last_on}" if last_on else "该企业从未抽样"


def _kinds(places: Sequence[Place], names: Names) -> Iterator[Bonus]:
    for kind, members in sorted(grouped((place.kind_id, one) for one, place in enumerate(places)).items()):
        yield Bonus("kind", members, 1, KIND, f"品种“{names.category(kind)}”本年未抽")


def _spots(places: Sequence[Place], around: Around, names: Names) -> Iterator[Bonus]:
    keys = ((_spot(place), one) for one, place in enumerate(places))
    for (region_id, link), members in grouped(keys).items():
        if (region_id, link) not in around.sampled_places:
            yield Bonus("place", members, 1, PLACE, f"{names.region(region_id)}本年未抽过{link.value}环节")


def _spot(place: Place) -> tuple[int, Link] | None:
    region_id = place.pair.firm.region_id
    return (region_id, place.pair.link) if region_id is not None else None


def _townships(places: Sequence[Place], around: Around, names: Names) -> Iterator[Bonus]:
    if not around.by_township:
        return
    number = len(around.by_township)
    total = sum(around.by_township.values())
    for region_id, members in grouped((place.pair.firm.region_id, one) for one, place in enumerate(places)).items():
        done = around.by_township.get(region_id)
        lacking = total // number - done if done is not None else 0
        if lacking > 0:
            words = f"{names.region(region_id)}本年 {done} 批，低于各乡镇平均 {total // number} 批"
            yield Bonus("township", members, lacking, TOWNSHIP, words)


# ---------------------------------------------------------------- words

def cell_words(line: Line, names: Names) -> str:
    """文昌街道流通环节蔬菜; the whole plan where nothing is divided."""
    cell = line.cell
    parts = (
        names.region(cell.region_id) if cell.region_id is not None else "",
        cell.area_type.value if cell.area_type is not None else "",
        f"{cell.link.value}环节" if cell.link is not None else "",
        names.category(cell.category_id) if cell.category_id is not None else "",
    )
    return "".join(parts) or "全计划"


def need_words(line: Line, month: int, today: date, names: Names) -> str:
    """本月蔬菜还差 6 批（计划 20 批，已抽或已安排 14 批）."""
    span = "本年"
    if line.months:
        span = "本月" if (month == today.month) else f"{month}月底前"
    planned = line.planned_by(month)
    return f"{span}{cell_words(line, names)}还差 {line.open_by(month)} 批（计划 {planned} 批，已抽或已安排 {line.taken} 批）"


def reasons(
    place: Place, number: int, earned: Sequence[tuple[Bonus, int]], trees: Trees, around: Around, names: Names
) -> list[Reason]:
    """Why this line is on the list; the points add up to those of the line."""
    need = NEED + STEP * steps(place.line, trees, around.plan_region_id)
    found = [Reason("need", need_words(place.line, place.month, around.today, names), need * number)]
    known = per_batch(place, trees, around.plan_region_id) - need
    found.append(Reason("known" if known else "fit", place.pair.ground, known * number))
    found += [Reason(bonus.code, bonus.words, bonus.points * times) for bonus, times in earned]
    if not any(reason.code == "rest" for reason in found):
        found.append(Reason("visit", visit_words(place.pair.firm.last_on)))
    return found

"""计划建议: proposed quotas beside the current ones, each line with its reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from app import clock
from app.domain.actors import Actor
from app.domain.allocation import Basis, CannotAllocate, allocate, strata
from app.domain.frequency import Found, propose
from app.domain.progress import Axis
from app.domain.quotas import Cell
from app.domain.samples import AreaType, Link
from app.errors import NotLikeThis
from app.plans import queries as plans
from app.plans.models import SamplingPlan
from app.plans.naming import ground
from app.progress.groups import Groups, groups
from app.proposals import weights
from app.reference.planning_rules import frequency_rules
from app.reference_data.books import category_book


class Way(StrEnum):
    """建议方式."""

    CATEGORY = "按食品大类分配"
    AREA = "按地区分配"
    LINK = "按环节分配"
    MONTH = "按月份分配"
    STRATA = "评价性抽检分层（大类×环节×城乡）"
    FREQUENCY = "按检出情况加密"


AXIS: Mapping[Way, Axis] = {Way.CATEGORY: Axis.CATEGORY, Way.AREA: Axis.AREA, Way.LINK: Axis.LINK, Way.MONTH: Axis.MONTH}
BASES: Mapping[Way, Sequence[Basis]] = {
    Way.CATEGORY: (Basis.LAST_YEAR, Basis.EVEN, Basis.GIVEN),
    Way.AREA: (Basis.POPULATION, Basis.ENTERPRISES, Basis.LAST_YEAR, Basis.EVEN, Basis.GIVEN),
    Way.LINK: (Basis.ENTERPRISES, Basis.LAST_YEAR, Basis.EVEN, Basis.GIVEN),
    Way.MONTH: (Basis.LAST_YEAR, Basis.EVEN, Basis.GIVEN),
    Way.STRATA: (Basis.LAST_YEAR,),
    Way.FREQUENCY: (Basis.LAST_YEAR,),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What the proposal is asked for."""

    way: Way
    basis: Basis = Basis.LAST_YEAR
    total: int | None = None
    minimum: int = 0
    kind: str | None = None
    given: str = ""
    recent: bool = False  # results of the last twelve months instead of last year


@dataclass(frozen=True, slots=True)
class ProposedLine:
    """One cell: the quota as written now, the quota proposed, and why."""

    cell: Cell
    label: str
    current: int | None
    proposed: int
    reason: str

    @property
    def changed(self) -> bool:
        return self.current != self.proposed


def proposal(actor: Actor, plan: SamplingPlan, asked: Asked) -> list[ProposedLine]:
    """The lines of a proposal; raises NotLikeThis with what to do where there is none."""
    if asked.way is Way.FREQUENCY:
        return _frequency(actor, plan, asked)
    if asked.basis not in BASES[asked.way]:
        known = "、".join(one.value for one in BASES[asked.way])
        raise NotLikeThis(f"{asked.way.value}不能以{asked.basis.value}为依据，可选：{known}", field="basis")
    try:
        return _strata(actor, plan, asked) if asked.way is Way.STRATA else _distributed(actor, plan, asked)
    except CannotAllocate as fault:
        raise NotLikeThis(str(fault), field="total") from fault


def _distributed(actor: Actor, plan: SamplingPlan, asked: Asked) -> list[ProposedLine]:
    parts, current = groups(plan, AXIS[asked.way]), plans.quotas_by_cell(plan.id)
    found = _weights(actor, plan, asked, parts)
    named = {key: found.get(key, 0) for key in parts.labels if found.get(key) or _cell(parts, key) in current}
    shares = allocate(plan.total if asked.total is None else asked.total, named, asked.minimum)
    return [
        ProposedLine(
            _cell(parts, key), parts.labels[key], current.get(_cell(parts, key)), number,
            f"{asked.basis.value} {_plain(named[key])}，合计 {_plain(sum(named.values()))}，按比例分得 {number} 批次",
        )
        for key, number in shares.items()
    ]  # fmt: skip


def _plain(number: int | Fraction) -> str:
    return str(number) if isinstance(number, int) or number.denominator == 1 else f"{float(number):g}"


def _weights(actor: Actor, plan: SamplingPlan, asked: Asked, parts: Groups) -> Mapping[str, int | Fraction]:
    if asked.basis is Basis.POPULATION:
        return _residents(plan, parts)
    if asked.basis is Basis.ENTERPRISES:
        return weights.enterprises(actor, plan, parts, asked.kind)
    if asked.basis is Basis.LAST_YEAR:
        return weights.batches(actor, plan, parts)
    return dict.fromkeys(parts.labels, 1) if asked.basis is Basis.EVEN else _given(asked.given, parts)


def _residents(plan: SamplingPlan, parts: Groups) -> Mapping[str, int]:
    """An area without a number would silently get nothing."""
    found = weights.residents(plan, parts)
    missing = [label for key, label in parts.labels.items() if key not in found]
    if missing:
        named = "、".join(missing[:5]) + ("等" if len(missing) > 5 else "")
        raise NotLikeThis(f"{named} {len(missing)} 个地区没有常住人口，请先在基础数据中补录，或改选其他分配依据", field="basis")
    return found


def _given(text: str, parts: Groups) -> dict[str, Fraction]:
    """自定权重, a line each: 肉制品 3."""
    names = {label: key for key, label in parts.labels.items()}
    found: dict[str, Fraction] = {}
    for line in filter(None, map(str.strip, text.replace("；", "\n").replace(";", "\n").splitlines())):
        name, _, number = line.replace("\t", " ").replace("=", " ").rpartition(" ")
        digits = number.replace(".", "", 1)
        if name.strip() not in names or not (digits.isascii() and digits.isdecimal() and len(digits) < 10):
            raise NotLikeThis(f"自定权重“{line[:30]}”不明：请每行写一个名称和一个数，如“{next(iter(names), '肉制品')} 3”", field="given")
        found[names[name.strip()]] = Fraction(number)
    return found


def _cell(parts: Groups, key: str) -> Cell:
    if parts.axis is Axis.CATEGORY:
        return Cell(category_id=int(key))
    if parts.axis is Axis.AREA:
        return Cell(region_id=int(key))
    return Cell(month=int(key)) if parts.axis is Axis.MONTH else Cell(link=Link(key))


def _strata(actor: Actor, plan: SamplingPlan, asked: Asked) -> list[ProposedLine]:
    """Weights of foods, links and places are last year's batches; where there are none, all alike."""
    current, land = plans.quotas_by_cell(plan.id), ground(plan)

    def share(axis: Axis, otherwise: Sequence[str]) -> Mapping[str, int]:
        return weights.batches(actor, plan, groups(plan, axis)) or dict.fromkeys(otherwise, 1)

    foods = {int(key): n for key, n in share(Axis.CATEGORY, [str(one.id) for one in category_book().roots()]).items()}
    links = share(Axis.LINK, [Link.PRODUCTION, Link.CIRCULATION, Link.CATERING])
    places = share(Axis.AREA_TYPE, [AreaType.URBAN, AreaType.RURAL])
    total = plan.total if asked.total is None else asked.total
    layers = sum(1 for food in foods.values() for link in links.values() for place in places.values() if food and link and place)
    if layers > total:
        told = f"评价性抽检共分 {layers} 层，每层至少 1 批次，超过分配总数 {total}：请把分配总数增加到 {layers} 以上"
        raise NotLikeThis(told, field="total")
    shares = strata(total, foods, links, places)
    lines = []
    for (food, link, place), number in shares.items():
        cell = Cell(category_id=food, link=Link(link), area_type=AreaType(place))
        reason = f"权重 大类 {foods[food]} × 环节 {links[link]} × 城乡 {places[place]}，每层至少 1 批次"
        lines.append(ProposedLine(cell, land.words(cell), current.get(cell), number, reason))
    return lines


def _based_on(now: int | None, base: int) -> str:
    """A food without a quota is raised from what was tested; that is said, for it may be more than the plan has."""
    return "" if now is not None else f"；本计划尚无批次，以已检 {base} 批为基数"


def _frequency(actor: Actor, plan: SamplingPlan, asked: Asked) -> list[ProposedLine]:
    """Foods whose quota is to be raised, by the dated rules; without a quota last year's batches are the base."""
    span = weights.twelve_months(clock.today()) if asked.recent else weights.last_year(plan)
    found, current, book = weights.results(actor, plan, span), plans.quotas_by_cell(plan.id), category_book()
    overall = Found(sum(one.batches for one in found.values()), sum(one.failures for one in found.values()))
    rules, area = frequency_rules(clock.today()), weights.area_name(plan)
    lines = []
    for root in book.roots():
        cell, own = Cell(category_id=root.id), found.get(root.id, Found(0, 0))
        now = current.get(cell)
        base = own.batches if now is None else now
        advice = propose(root.name, own, overall, rules, area, span.name)
        if base and advice.rules:
            lines.append(ProposedLine(cell, root.name, now, advice.batches(base), advice.sentence + _based_on(now, base)))
    return sorted(lines, key=lambda line: (line.current or 0) - line.proposed)

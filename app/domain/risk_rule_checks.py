"""What the parts of a rule set promise each other: gapless bands, maxima that add up, ordered boundaries, known words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Final, TypeAlias

from app.domain.enterprises import KINDS
from app.domain.risk_rules import GRADES, Component, RuleSet
from app.domain.risk_tables import (
    TIERS,
    BandTable,
    ChecklistTable,
    ChoiceTable,
    ClassTable,
    RecordTable,
    Table,
)
from app.domain.rounding import plain
from app.domain.supervision_kinds import RiskComponent, RiskEventKind

Found: TypeAlias = Iterator[tuple[str, str]]

LOWERING: Final = frozenset({
    RiskEventKind.CLEAN_YEARS, RiskEventKind.CERTIFIED, RiskEventKind.AWARDED, RiskEventKind.OTHER_LOWERING,
})  # fmt: skip
HUNDRED: Final = Decimal(100)
CODE: Final = re.compile(r"[a-z][a-z0-9_-]{1,38}[a-z0-9]")
TABLE_CODE: Final = re.compile(r"[a-z][a-z0-9_]{0,38}")
KIND: Final = re.compile(r"([^（）]+)(?:（[^（）]{1,40}）)?")


def faults_of(rules: RuleSet) -> list[tuple[str, str]]:
    """Every fault as (path, what to write)."""
    return [*_head(rules), *_components(rules), *_boundaries(rules), *_adjustments(rules), *_frequencies(rules)]


def _head(rules: RuleSet) -> Found:
    if not CODE.fullmatch(rules.code):
        yield "code", "请用 3 至 40 个小写字母、数字和连字符，如 sale-115"
    if rules.valid_to is not None and rules.valid_to < rules.valid_from:
        yield "valid_to", "停止日期早于施行日期，请核对"
    for at, kind in enumerate(rules.kinds):
        written = KIND.fullmatch(kind)
        if written is None or written[1] not in KINDS:
            yield f"kinds[{at}]", f"“{kind[:20]}”不是企业类型，请填写{'、'.join(KINDS[:5])}等，细分类型写成“食品生产企业（保健食品）”"
    for at in _doubled(rules.kinds):
        yield f"kinds[{at}]", f"“{rules.kinds[at]}”重复，请只写一次"


def _components(rules: RuleSet) -> Found:
    names = [component.name for component in rules.components]
    for at in _doubled(names):
        yield f"components[{at}].name", f"“{names[at].value}”重复，每个评分部分只能有一个"
    if RiskComponent.STATIC not in names:
        yield "components", "缺少“静态风险因素”，请补充"
    total = sum((component.maximum for component in rules.components), Decimal(0))
    if total != HUNDRED:
        yield "components", f"各部分满分合计 {plain(total)} 分，应为 100 分，请调整"
    tables = [(at, no, table) for at, part in enumerate(rules.components) for no, table in enumerate(part.tables)]
    for place in _doubled([table.code for _, _, table in tables]):
        at, no, table = tables[place]
        yield f"components[{at}].tables[{no}].code", f"编号“{table.code}”与前面的分值表重复，请改用其他编号"
    for at, component in enumerate(rules.components):
        yield from _component(f"components[{at}]", component)
    checklists = [(at, no) for at, no, table in tables if isinstance(table, ChecklistTable)]
    for at, no in checklists[1:]:
        yield f"components[{at}].tables[{no}]", "检查要点表计分只能有一张，请删除多余的"


def _component(path: str, component: Component) -> Found:
    groups: dict[str, Decimal] = {}
    for at, table in enumerate(component.tables):
        key = table.group or f"·{at}"
        groups[key] = max(groups.get(key, Decimal(0)), table.most)
        own = f"{path}.tables[{at}]"
        if not TABLE_CODE.fullmatch(table.code):
            yield f"{own}.code", "请用小写字母、数字和下划线，以字母开头，如 area"
        if isinstance(table, ChecklistTable | RecordTable) is (component.name is RiskComponent.STATIC):
            yield own, "静态风险因素只能按分档、选项或许可类别计分，其他部分只能按检查要点表或不良信息计分"
        yield from _table(own, table)
    total = sum(groups.values(), Decimal(0))
    if total != component.maximum:
        counted = "（同组只计一次）" if any(table.group for table in component.tables) else ""
        yield f"{path}.maximum", (
            f"各分值表最高分合计 {plain(total)} 分{counted}，与满分 {plain(component.maximum)} 分不符，请调整其中之一"
        )


def _table(path: str, table: Table) -> Found:
    if table.most <= 0:
        yield f"{path}.most", "最高分应大于 0"
    if isinstance(table, BandTable):
        yield from _bands(path, table)
    elif isinstance(table, ChoiceTable):
        yield from _words(f"{path}.choices", [choice.word for choice in table.choices])
        yield from _points(f"{path}.choices", table.most, [choice.points for choice in table.choices], reached=True)
    elif isinstance(table, ClassTable):
        yield from _classes(path, table)
    elif isinstance(table, ChecklistTable):
        if not 0 < table.plain_weight <= table.key_weight:
            yield f"{path}.key_weight", "权重应大于 0，且重点项不低于一般项"
    else:
        yield from _records(path, table)


def _bands(path: str, table: BandTable) -> Found:
    former: Decimal = Decimal(0)
    for at, band in enumerate(table.bands):
        here, last = f"{path}.bands[{at}].upto", at == len(table.bands) - 1
        if (band.upto is None) is not last:
            yield here, "最后一档不填上限（以上），请清空" if last else "只有最后一档可以不填上限，请补填"
        elif band.upto is not None:
            if band.upto <= former:
                yield here, f"上限 {plain(band.upto)} 应大于上一档的 {plain(former)}"
            if table.whole and band.upto != band.upto.to_integral_value():
                yield here, "按整数计的分档，上限应为整数"
            former = max(former, band.upto)
        if at and band.points < table.bands[at - 1].points:
            yield f"{path}.bands[{at}].points", f"分值 {plain(band.points)} 低于上一档的 {plain(table.bands[at - 1].points)}"
    yield from _points(f"{path}.bands", table.most, [band.points for band in table.bands], reached=True)


def _classes(path: str, table: ClassTable) -> Found:
    tiers = [tier.word for tier in table.tiers]
    if tuple(tiers) != TIERS:
        yield f"{path}.tiers", f"应依次为 {'、'.join(TIERS)} 四级"
    points = [tier.points for tier in table.tiers]
    if points != sorted(points):
        yield f"{path}.tiers", "风险等级越高分值应越高，请核对四级的分值"
    yield from _points(f"{path}.tiers", table.most, points, reached=False)
    yield from _words(f"{path}.rows", [row.code for row in table.rows], "code")
    for at, row in enumerate(table.rows):
        if not row.code.isdigit():
            yield f"{path}.rows[{at}].code", f"类别编号“{row.code}”应为数字，如 0101"
        if row.tier not in TIERS:
            yield f"{path}.rows[{at}].tier", f"应为 {'、'.join(TIERS)} 之一"
        if row.points is not None and row.points > table.most:
            yield f"{path}.rows[{at}].points", f"分值 {plain(row.points)} 超过最高分 {plain(table.most)}"


def _records(path: str, table: RecordTable) -> Found:
    yield from _words(f"{path}.rows", [row.word for row in table.rows])
    yield from _points(f"{path}.rows", table.most, [row.points for row in table.rows], reached=False)
    for at, row in enumerate(table.rows):
        if row.most is not None and not row.points <= row.most <= table.most:
            yield f"{path}.rows[{at}].most", "该类最高分应不低于每条分值，也不超过分值表的最高分"


def _points(path: str, most: Decimal, points: Sequence[Decimal], *, reached: bool) -> Found:
    for at, one in enumerate(points):
        if one > most:
            yield f"{path}[{at}].points", f"分值 {plain(one)} 超过最高分 {plain(most)}"
    if reached and points and max(points) < most:
        yield path, f"分值最高 {plain(max(points))} 分，没有达到最高分 {plain(most)} 分，请核对"


def _words(path: str, words: Sequence[str], name: str = "word") -> Found:
    for at in _doubled(words):
        yield f"{path}[{at}].{name}", f"“{words[at]}”重复，请删除一行"


def _doubled(words: Iterable[object]) -> list[int]:
    seen: Counter[object] = Counter()
    places = []
    for at, word in enumerate(words):
        if seen[word]:
            places.append(at)
        seen[word] += 1
    return places


def _boundaries(rules: RuleSet) -> Found:
    if tuple(bound.grade for bound in rules.boundaries) != GRADES:
        yield "boundaries", "应依次写明 A、B、C、D 四级"
    former = Decimal(0)
    total = sum((component.maximum for component in rules.components), Decimal(0))
    for at, bound in enumerate(rules.boundaries):
        here, last = f"boundaries[{at}].upto", at == len(rules.boundaries) - 1
        if (bound.upto is None) is not last:
            yield here, "D 级不填上限（以上），请清空" if last else "请填写该等级的上限分值"
        elif bound.upto is not None:
            if bound.upto <= former:
                yield here, f"上限 {plain(bound.upto)} 应大于上一级的 {plain(former)}"
            if bound.upto >= total:
                yield here, f"上限 {plain(bound.upto)} 应小于满分 {plain(total)}，否则上一级以上无人可评"
            former = max(former, bound.upto)


def _adjustments(rules: RuleSet) -> Found:
    kinds = [rule.kind for rule in rules.adjustments]
    for at in _doubled(kinds):
        yield f"adjustments[{at}].kind", "重复，请只保留一条"
    for at, rule in enumerate(rules.adjustments):
        sign = -1 if rule.kind in LOWERING else 1
        if rule.steps * sign <= 0 or rule.furthest * sign <= 0:
            yield f"adjustments[{at}].steps", f"此情形只能{'下调，请填写负数' if sign < 0 else '上调，请填写正数'}"
        elif abs(rule.furthest) < abs(rule.steps):
            yield f"adjustments[{at}].furthest", "最多调整级数不能少于一般调整级数"


def _frequencies(rules: RuleSet) -> Found:
    if tuple(one.grade for one in rules.frequencies) != GRADES:
        yield "frequencies", "应依次写明 A、B、C、D 四级"
    former = Fraction(0)
    for at, one in enumerate(rules.frequencies):
        if one.most is not None and one.most < one.least:
            yield f"frequencies[{at}].most", "最多次数不能少于最少次数"
        rate = Fraction(one.least, one.years)
        if rate < former:
            yield f"frequencies[{at}].least", "风险越高检查应越多，次数不能少于上一级"
        former = max(former, rate)

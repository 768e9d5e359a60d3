"""Checks that the food reference files agree with themselves and with each other; every problem is a sentence."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import pairwise

from app.domain.quantities import Op
from app.domain.rounding import Basis
from app.domain.samples import ItemClass
from app.reference.food_files import Rows, folded
from app.reference.food_rows import AliasRow, CategoryRow, CodeRow, Foods, ItemRow, LimitRow

_REGION = re.compile(r"\d{6}", re.ASCII)
_BOUNDS = {Op.AT_MOST: (False, True), Op.BELOW: (False, True), Op.AT_LEAST: (True, False), Op.ABOVE: (True, False)}
_BOUNDS |= {Op.EQUAL: (True, True), Op.RANGE: (True, True)}  # whether a minimum and a maximum belong to it


def check(foods: Foods) -> list[str]:
    """Every problem of the six files, with file and line; empty when they may be used."""
    paths = {row.path for row in foods.categories}
    names = {row.name for row in foods.items}
    official = {folded(path) for path in paths}
    return [
        *foods.categories.problems, *_categories(foods.categories, paths), *_reversed(foods.categories),
        *foods.category_aliases.problems, *_aliases(foods.category_aliases, paths, official, "分类"),
        *foods.items.problems, *_items(foods.items),
        *foods.item_aliases.problems, *_aliases(foods.item_aliases, names, {folded(name) for name in names}, "项目"),
        *foods.limits.problems, *_limits(foods.limits, names, paths), *_reversed(foods.limits),
        *_overlaps(foods.limits),
        *foods.codes.problems, *_codes(foods.codes), *_reversed(foods.codes),
    ]  # fmt: skip


def _reversed(rows: Rows[CategoryRow] | Rows[LimitRow] | Rows[CodeRow]) -> Iterator[str]:
    for row in rows:
        if row.valid_from and row.valid_to and row.valid_to < row.valid_from:
            yield rows.at(row.line, f"截止日期 {row.valid_to} 早于实施日期 {row.valid_from}，请改正")


def _repeated(keys: Iterable[tuple[int, str]]) -> Iterator[tuple[int, int]]:
    """Lines whose key was already used, with the line that used it first."""
    first: dict[str, int] = {}
    for line, key in keys:
        if key in first:
            yield line, first[key]
        else:
            first[key] = line


def _categories(rows: Rows[CategoryRow], paths: set[str]) -> Iterator[str]:
    domains: dict[str, CategoryRow] = {}
    for row in rows:
        levels = (row.level1, row.level2, row.level3, row.level4)
        if any("/" in name for name in levels):
            yield rows.at(row.line, f"分类名称“{row.path}”含有“/”，与路径分隔符冲突，请改名")
        if any(below and not above for above, below in pairwise(levels)):
            yield rows.at(row.line, f"分类“{row.path}”中间缺级，请补上上级名称")
        elif "/" in row.path and row.path.rpartition("/")[0] not in paths:
            yield rows.at(row.line, f"分类“{row.path}”的上级未登记，请先登记上级")
        if domains.setdefault(row.level1, row).domain is not row.domain:
            yield rows.at(row.line, f"大类“{row.level1}”的产品领域与第 {domains[row.level1].line} 行不同，请统一")
    for line, first in _repeated((row.line, folded(row.path)) for row in rows):
        yield rows.at(line, f"分类与第 {first} 行重复，请删除其一")


def _aliases(rows: Rows[AliasRow], targets: set[str], official: set[str], kind: str) -> Iterator[str]:
    for row in rows:
        if row.target not in targets:
            yield rows.at(row.line, f"别名“{row.written}”指向的{kind}“{row.target}”不存在，请改正或先登记")
        if folded(row.written) in official:
            yield rows.at(row.line, f"别名“{row.written}”本身就是正式的{kind}名称，请删除该行")
    for line, first in _repeated((row.line, folded(row.written)) for row in rows):
        yield rows.at(line, f"别名与第 {first} 行重复，请删除其一")


def _items(rows: Rows[ItemRow]) -> Iterator[str]:
    for row in rows:
        if row.item_class is ItemClass.MICROBE and not row.microbial:
            yield rows.at(row.line, f"项目“{row.name}”属于微生物污染，microbial 应为“是”")
    for line, first in _repeated((row.line, folded(row.name)) for row in rows):
        yield rows.at(line, f"项目与第 {first} 行重复，请删除其一")


def _codes(rows: Rows[CodeRow]) -> Iterator[str]:
    for line, first in _repeated((row.line, f"{row.list}/{folded(row.value)}") for row in rows):
        yield rows.at(line, f"代码与第 {first} 行重复，请删除其一")
    for line, first in _repeated((row.line, f"{row.list}/{row.ordinal}") for row in rows):
        yield rows.at(line, f"序号与第 {first} 行重复，请改正")


def _limits(rows: Rows[LimitRow], names: set[str], paths: set[str]) -> Iterator[str]:
    for row in rows:
        for sentence in (*_limit_names(row, names, paths), *_limit_figures(row)):
            yield rows.at(row.line, sentence)


def _limit_names(row: LimitRow, names: set[str], paths: set[str]) -> Iterator[str]:
    if row.item not in names:
        yield f"检验项目“{row.item}”未在 items.csv 登记，请改正名称或先登记"
    if row.category and row.category not in paths:
        yield f"食品分类“{row.category}”未在 categories.csv 登记，请改正路径或先登记"
    if row.region and not _REGION.fullmatch(row.region):
        yield f"地区代码“{row.region}”应为6位数字，请改正；全国适用的请留空"
    if not row.standard:
        yield "缺少标准号，请在 standard 填写标准或公告"
    if row.valid_from is None:
        yield "缺少实施日期，请在 valid_from 填写"


def _limit_figures(row: LimitRow) -> Iterator[str]:
    given = row.minimum is not None, row.maximum is not None
    if given != _BOUNDS.get(row.op, (False, False)):
        yield f"限量方式“{row.op}”与 minimum、maximum 不符，请补齐或清空数值"
    if row.minimum is not None and row.maximum is not None and row.minimum > row.maximum:
        yield f"最小值 {row.minimum} 大于最大值 {row.maximum}，请改正"
    if any(figure is not None and figure < 0 for figure in (row.minimum, row.maximum, row.m, row.big_m)):
        yield "限量数值不能为负，请改正"
    if row.op is Op.EQUAL and row.minimum != row.maximum:
        yield "限量方式为“=”时 minimum 与 maximum 应相同，请改正"
    if row.comparison is Basis.ROUNDED and row.op not in _BOUNDS:
        yield f"限量方式“{row.op}”没有可修约到的数值，comparison 请留空"
    if row.op is Op.TEXT and not row.text:
        yield "限量方式为“文字”时须在 text 写明要求"
    yield from _plan_figures(row)


def _plan_figures(row: LimitRow) -> Iterator[str]:
    if row.op is not Op.PLAN:
        if any(figure is not None for figure in (row.n, row.c, row.m, row.big_m)):
            yield f"限量方式“{row.op}”不用 n、c、m、M，请清空"
    elif row.n is None or row.c is None or row.m is None:
        yield "微生物采样方案缺少 n、c 或 m，请补齐"
    elif row.n < 1 or row.c > row.n:
        yield f"微生物采样方案 n={row.n}、c={row.c} 不合理：n 至少为 1，c 不大于 n"
    elif row.big_m is not None and row.m > row.big_m:
        yield f"微生物采样方案 m={row.m} 大于 M={row.big_m}，请改正"


def _start(row: LimitRow) -> date:
    return row.valid_from or date.min


def _overlaps(rows: Rows[LimitRow]) -> Iterator[str]:
    """Two limits of the same item, category and region in force on one day: nobody could say which one judges."""
    groups: dict[tuple[str, str, str], list[LimitRow]] = defaultdict(list)
    for row in rows:
        groups[row.item, row.category, row.region].append(row)
    for group in groups.values():
        latest: LimitRow | None = None
        for row in sorted(group, key=_start):
            if latest is not None and _start(row) <= (latest.valid_to or date.max):
                food = row.category or "全部食品"
                yield rows.at(row.line, f"“{row.item}”在“{food}”的有效期与第 {latest.line} 行重叠，请截断旧版本")
            if latest is None or (row.valid_to or date.max) > (latest.valid_to or date.max):
                latest = row

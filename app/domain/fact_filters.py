"""Filters of an indicator (筛选口径), as data: plain Python and SQL are both derived from the same `Condition`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol

from app.domain.samples import Domain, ItemClass, Level, Link, Monitoring, Purpose, Supervision

UNCLASSIFIED = "未分类"
"""Records without a category, link or level are shown under this word, so that parts always sum to the whole."""

SEVERITIES = ("一般", "较大", "重大", "特别重大")
"""事故级别 of 《国家食品安全事故应急预案》 in words, ascending."""

RESIDUES = frozenset({ItemClass.PESTICIDE.value, ItemClass.VETERINARY.value})


class BadFilter(ValueError):
    """A filter that nobody could count; the message says what to write instead."""


class Field(StrEnum):
    """Column that a filter asks about; the value is the word used in a plan template."""

    DOMAIN = "domain"
    PURPOSE = "purpose"
    LEVEL = "organiser level"
    LINK = "stage"
    ITEM_GROUP = "item group"
    CATEGORY = "category"
    PRODUCER_TYPE = "producer type"
    STATUS = "status"
    SUBTYPE = "subtype"
    AREA_TYPE = "area type"
    RISK = "risk"
    INSPECTION_TYPE = "inspection type"
    SEVERITY = "severity"


LABELS: Mapping[Field, str] = {
    Field.DOMAIN: "产品领域",
    Field.PURPOSE: "检验目的",
    Field.LEVEL: "组织级别",
    Field.LINK: "抽样环节",
    Field.ITEM_GROUP: "检验项目类别",
    Field.CATEGORY: "类别",
    Field.PRODUCER_TYPE: "主体类型",
    Field.STATUS: "经营状态",
    Field.SUBTYPE: "细分类型",
    Field.AREA_TYPE: "区域类型",
    Field.RISK: "风险等级",
    Field.INSPECTION_TYPE: "检查类型",
    Field.SEVERITY: "事故级别",
}

FACT_COLUMNS: Mapping[Field, str] = {
    Field.DOMAIN: "domain",
    Field.PURPOSE: "purpose",
    Field.LEVEL: "organiser_level",
    Field.LINK: "link",
    Field.ITEM_GROUP: "has_residue",
    Field.CATEGORY: "category",
}
"""Attribute of a batch fact behind each field; a field absent here cannot filter batches."""

VOCABULARY: Mapping[Field, tuple[str, ...]] = {
    Field.DOMAIN: tuple(Domain),
    Field.PURPOSE: tuple(Purpose),
    Field.LEVEL: (*Level, UNCLASSIFIED),
    Field.LINK: (*Link, UNCLASSIFIED),
    Field.ITEM_GROUP: tuple(sorted(RESIDUES)),
    Field.SEVERITY: SEVERITIES,
}
"""Closed lists. Categories and enterprise types are kept as written, since plans bring new ones."""


@dataclass(frozen=True)
class Condition:
    """One test of a filter: the field has one of the values (or, `at_least`, that rank and above)."""

    field: Field
    values: tuple[str, ...]
    at_least: bool = False

    @property
    def allowed(self) -> tuple[str, ...]:
        """The values spelled out, ranks above included."""
        return SEVERITIES[SEVERITIES.index(self.values[0]) :] if self.at_least else self.values

    @property
    def includes_missing(self) -> bool:
        """Whether rows without any value (SQL: NULL or the empty string) are meant too."""
        return UNCLASSIFIED in self.values


class FactRow(Protocol):
    """One version of a batch (批次) as every figure sees it."""

    @property
    def sample_number(self) -> str: ...
    @property
    def supervision(self) -> Supervision: ...
    @property
    def monitoring(self) -> Monitoring: ...
    @property
    def purpose(self) -> Purpose: ...
    @property
    def domain(self) -> Domain: ...
    @property
    def category(self) -> str: ...
    @property
    def link(self) -> Link | None: ...
    @property
    def organiser_level(self) -> Level | None: ...
    @property
    def sampled_on(self) -> date: ...
    @property
    def reported_on(self) -> date | None: ...
    @property
    def has_residue(self) -> bool: ...
    @property
    def counts_for_producer(self) -> bool: ...
    @property
    def voided(self) -> bool: ...


CLAUSE = re.compile(r"(?P<field>[a-z][a-z ]*?)\s*(?:(?P<op>=|>=|≥)\s*(?P<one>[^;=<>]+)|in\s*\((?P<many>[^()]+)\))")
BETWEEN_CLAUSES = re.compile(r";(?![^(]*\))")  # a semicolon inside brackets separates values, not clauses


def parse_filter(written: str) -> tuple[Condition, ...]:
    """Read `domain in (食品;食用农产品); purpose = 评价性抽检`; an empty text is no filter."""
    text = unicodedata.normalize("NFKC", written).strip()
    if not text:
        return ()
    conditions = tuple(_parse_clause(clause.strip()) for clause in BETWEEN_CLAUSES.split(text))
    fields = [condition.field for condition in conditions]
    for field in fields:
        if fields.count(field) > 1:
            raise BadFilter(f"筛选项“{field}”出现了两次，请合并为一项：{field} in (值1;值2)")
    return conditions


def _parse_clause(clause: str) -> Condition:
    match = CLAUSE.fullmatch(clause)
    if match is None:
        raise BadFilter(f"筛选条件“{clause}”无法识别，请写成“domain = 食品”或“domain in (食品;食用农产品)”")
    try:
        field = Field(match["field"])
    except ValueError:
        raise BadFilter(f"没有名为“{match['field']}”的筛选项，可用：{'、'.join(Field)}") from None
    values = tuple(value.strip() for value in (match["one"] or match["many"]).split(";"))
    condition = Condition(field, values, at_least=match["op"] in (">=", "≥"))
    _check_values(condition)
    return condition


def _check_values(condition: Condition) -> None:
    field, label = condition.field, LABELS[condition.field]
    if not all(condition.values):
        raise BadFilter(f"{label}的取值中有空白，请删去多余的分号")
    if condition.at_least and field is not Field.SEVERITY:
        raise BadFilter(f"{label}没有高低次序，不能用“≥”，请改用“=”或“in”")
    for value in condition.values:
        if field in VOCABULARY and value not in VOCABULARY[field]:
            raise BadFilter(f"“{value}”不是{label}的取值，可用：{'、'.join(VOCABULARY[field])}")
    # A batch only remembers whether any pesticide or veterinary-drug residue was tested (plans ask for both together).
    if field is Field.ITEM_GROUP and set(condition.values) != RESIDUES:
        raise BadFilter("检验项目类别只能按农药残留和兽药残留合并统计，请写成“item group in (农药残留;兽药残留)”")


def describe(conditions: Iterable[Condition]) -> str:
    """The filter in the words of the office, for 口径 on screen and in exports."""
    return "；".join(_describe_one(condition) for condition in conditions) or "不限"


def from_words(written: str) -> str:
    """产品领域：食品、食用农产品；检验目的：监督抽检 as ``describe`` prints it, as the text that ``parse_filter`` reads.

    What begins with none of these words is left as it is, for the parser to judge.
    """
    fields = {label: field for field, label in LABELS.items()}
    clauses = []
    for clause in filter(None, map(str.strip, re.split("[；;](?![^(（]*[)）])", written))):
        label, mark, values = re.split("([：:=＝])", clause, maxsplit=1) if re.search("[：:=＝]", clause) else (clause, "", "")
        field = fields.get(label.strip())
        if field is None or not mark:
            clauses.append(clause)
            continue
        at_least = values.strip().endswith("及以上")
        words = [word.strip() for word in re.split("[、,，]", values.strip().removesuffix("及以上"))]
        clauses.append(f"{field} in ({';'.join(words)})" if len(words) > 1 else f"{field} {'>=' if at_least else '='} {words[0]}")
    return "; ".join(clauses)


def _describe_one(condition: Condition) -> str:
    return f"{LABELS[condition.field]}：{'、'.join(condition.values)}{'及以上' if condition.at_least else ''}"


def write_filter(conditions: Iterable[Condition]) -> str:
    """The text that `parse_filter` reads back, for links and for storing."""
    return "; ".join(_write_one(condition) for condition in conditions)


def _write_one(condition: Condition) -> str:
    if len(condition.values) > 1:
        return f"{condition.field} in ({';'.join(condition.values)})"
    return f"{condition.field} {'>=' if condition.at_least else '='} {condition.values[0]}"


def group_of(fact: FactRow, field: Field) -> str:
    """Under which value of the field a batch is counted; 未分类 where it has none."""
    return str(getattr(fact, FACT_COLUMNS[field]) or UNCLASSIFIED)


def matches(fact: FactRow, conditions: Iterable[Condition]) -> bool:
    """Whether a batch satisfies every condition, each taken literally."""
    return all(_satisfies(fact, condition) for condition in conditions)


def _satisfies(fact: FactRow, condition: Condition) -> bool:
    if condition.field not in FACT_COLUMNS:
        raise BadFilter(f"抽检批次没有“{LABELS[condition.field]}”，不能按它筛选，请删去这一条件")
    if condition.field is Field.ITEM_GROUP:
        return fact.has_residue
    return group_of(fact, condition.field) in condition.allowed

"""The deadline table (期限规则): dated rows that say how long a duty may take, and by which article."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class CannotCount(ValueError):
    """A deadline that may not be computed; the message is for the user."""


class Unit(StrEnum):
    """期限单位."""

    WORKING_DAY = "工作日"
    CALENDAR_DAY = "自然日"
    HOUR = "小时"
    MONTH = "月"


class Standing(StrEnum):
    """效力: whether the law, a normative document, or only the office's habit sets the limit."""

    STATUTORY = "法定"
    NORMATIVE = "规范性文件"
    INTERNAL = "内部管理"


@dataclass(frozen=True, slots=True)
class DeadlineRule:
    """One dated row of the deadline table (期限规则)."""

    code: str
    name: str
    actor: str
    trigger: str
    amount: int
    unit: Unit
    article: str
    valid_from: date
    valid_to: date | None
    source: str
    confidence: str
    extension: int | None = None  # in the rule's unit; 0 where the law gives none, None where it names no length
    extension_final: bool = False  # nothing beyond `extension`
    extension_note: str = ""
    pause_note: str = ""
    start_hours: int | None = None  # a first step that must begin sooner (启动召回)
    standing: Standing = Standing.STATUTORY
    note: str = ""
    row_id: int | None = field(default=None, compare=False)  # of the table, where it was read from there

    def in_force(self, on: date) -> bool:
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)


def rule_in_force(rules: Iterable[DeadlineRule], code: str, on: date) -> DeadlineRule:
    """The rule of this code on the day of the trigger event; the later change of a rule does not move old deadlines."""
    named = sorted((rule for rule in rules if rule.code == code), key=lambda rule: rule.valid_from)
    if not named:
        raise CannotCount(f"没有编号为 {code} 的期限，请在期限规则表中查看可用编号")
    for rule in named:
        if rule.in_force(on):
            return rule
    raise CannotCount(f"期限 {code} 在 {on} 没有有效规则（最早自 {named[0].valid_from} 起），请补充期限规则")


def amount_in_words(count: int, unit: Unit) -> str:
    """«7 个工作日»."""
    return {
        Unit.WORKING_DAY: f"{count} 个工作日",
        Unit.CALENDAR_DAY: f"{count} 日（自然日）",
        Unit.HOUR: f"{count} 小时",
        Unit.MONTH: f"{count} 个月",
    }[unit]

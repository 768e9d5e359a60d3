"""抽检结果公示清单: its columns, how one batch is written in them, and what differs between what was published and the record.

The columns are those of the lists that offices publish: 14 or 16 of a 合格 list, 17 of a 不合格 list. 序号, 公告号 and 公告日期 belong
to the publication and are put in when it is written out; everything else is kept with the item, word for word.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from app.domain.announcement_columns import ALIASES
from app.domain.reporting_kinds import PublicList, PublicNature

PASSED_14 = (
    "number", "serial", "producer", "producer_address", "sampled", "province", "product", "spec", "made", "category", "notice_no",
    "noticed_on", "task_source", "remark",
)  # fmt: skip
PASSED_16 = (
    "number", "serial", "producer", "producer_address", "sampled", "sampled_address", "product", "spec", "brand", "made", "category",
    "notice_no", "noticed_on", "task_source", "laboratory", "remark",
)  # fmt: skip
FAILED_17 = (
    "number", "serial", "producer", "producer_address", "sampled", "sampled_address", "product", "spec", "brand", "made", "items",
    "category", "notice_no", "noticed_on", "task_source", "laboratory", "remark",
)  # fmt: skip
OF_PUBLICATION = ("serial", "notice_no", "noticed_on")
WIDTHS = (14, 16)  # of a 合格 list, a setting
EMPTY = "/"
FOREWORD = "声明：以下信息系指本次抽检标称的生产企业相关产品的生产日期/批号和所检项目；排名不分先后。"
SEARCHED = ("number", "product", "producer", "sampled", "brand", "made", "items", "category", "sampled_address", "producer_address")
LONGEST_CELL = 32_000


def layout(kind: PublicList, width: int = 14) -> Sequence[str]:
    """The columns of a list, by the names of ``announcement_columns``."""
    if kind is PublicList.FAILED:
        return FAILED_17
    return PASSED_16 if width == 16 else PASSED_14


def heading(name: str) -> str:
    """The header of a column, as our own import reads it."""
    return ALIASES[name][0]


@dataclass(frozen=True, slots=True)
class Finding:
    """One failing item."""

    item: str
    result: str
    unit: str
    limit: str


def items_text(findings: Iterable[Finding]) -> str:
    """毒死蜱║0.35mg/kg║≤0.02mg/kg；…: the unit stands behind the limit too, unless the limit names one."""
    return "；".join(f"{one.item}║{_measured(one.result, one.unit)}║{_limited(one.limit, one.unit)}" for one in findings)


def _measured(result: str, unit: str) -> str:
    return f"{result}{unit}" if result else EMPTY


def _limited(limit: str, unit: str) -> str:
    if not limit:
        return EMPTY
    said = limit.replace(" ", "")
    bare = said[-1].isdigit() and "=" not in said  # n=5，c=2 … carries its own words
    return f"{said}{unit}" if unit and bare else said


def made_text(made_on: date | None, batch_no: str, date_kind: str) -> str:
    """2026-02-27/20260227; another date than that of production is named."""
    named = f"（{date_kind}）" if date_kind and date_kind != "生产日期" else ""
    day = f"{made_on:%Y-%m-%d}{named}" if made_on else ""
    return "/".join(part for part in (day, batch_no) if part)


def cell(text: str) -> str:
    """One line; / where there is nothing, never a blank."""
    said = " ".join(text.split())[:LONGEST_CELL]
    return said or EMPTY


# ---------------------------------------------------------------- what is kept of an item

def content_of(fields: Mapping[str, str], kind: PublicList, width: int, masked: Iterable[str] = (), note: str = "") -> dict[str, Any]:
    """What is kept of one batch: the cells of its columns, which of them are masked, and what a later announcement adds."""
    names = [name for name in layout(kind, width) if name not in OF_PUBLICATION]
    return {"fields": {name: cell(fields.get(name, "")) for name in names}, "masked": sorted(masked), "note": note}


def fingerprint(content: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def searched(content: Mapping[str, Any]) -> str:
    """What the public page looks in: published words only. 分类 is marked, so that a filter finds it and nothing else."""
    fields = content["fields"]
    return "\n".join([*(fields[name] for name in SEARCHED if fields.get(name, EMPTY) != EMPTY), category_line(fields.get("category", ""))])


def category_line(category: str) -> str:
    return f"【分类：{category}】"


@dataclass(frozen=True, slots=True)
class Stated:
    """What the publication itself puts into every row."""

    notice_no: str
    noticed_on: date | None


def columns_of(content: Mapping[str, Any], kind: PublicList) -> Sequence[str]:
    """The layout in which this item was published."""
    return layout(kind, width_of(content, kind))


def width_of(content: Mapping[str, Any], kind: PublicList) -> int:
    return 16 if kind is PublicList.PASSED and "brand" in content["fields"] else 14


def row_of(content: Mapping[str, Any], kind: PublicList, ordinal: int, stated: Stated) -> list[str]:
    """The cells of one row as published."""
    own = {
        "serial": str(ordinal), "notice_no": stated.notice_no or EMPTY,
        "noticed_on": f"{stated.noticed_on:%Y-%m-%d}" if stated.noticed_on else EMPTY,
    }  # fmt: skip
    fields = dict(content["fields"])
    if note := content.get("note"):
        fields["remark"] = note if fields["remark"] == EMPTY else f"{fields['remark']}；{note}"
    return [own[name] if name in own else fields[name] for name in columns_of(content, kind)]


# ---------------------------------------------------------------- published, and what the record says now

class Remedy(StrEnum):
    """What a difference asks for."""

    CORRECT = "更正"
    WITHDRAW = "撤回"


class Cause(StrEnum):
    """Why the record says something else."""

    VOIDED = "样品已作废或报告已撤回"
    OVERTURNED = "结论已变更"
    CORRECTED = "记录已更正"
    DISOWNED = "标称生产企业否认生产"


@dataclass(frozen=True, slots=True)
class Difference:
    """One column: what was published, what the record says."""

    name: str
    published: str
    now: str

    @property
    def title(self) -> str:
        return VERDICT if self.name == "verdict" else heading(self.name)


VERDICT = "检验结论"


def differences(published: Mapping[str, Any], now: Mapping[str, Any]) -> list[Difference]:
    """Column by column, in the order of the list."""
    before, after = published["fields"], now["fields"]
    return [Difference(name, before[name], after[name]) for name in before if name in after and before[name] != after[name]]


def remedy(kind: PublicList, conclusion: str, voided: bool) -> tuple[Remedy, Cause] | None:
    """A batch that stands in the wrong list leaves it; everything else is put right in place (None: the verdict is as published)."""
    if voided:
        return Remedy.WITHDRAW, Cause.VOIDED
    return (Remedy.WITHDRAW, Cause.OVERTURNED) if conclusion != kind.value else None


NATURE_OF: Mapping[Remedy, PublicNature] = {Remedy.CORRECT: PublicNature.CORRECTION, Remedy.WITHDRAW: PublicNature.WITHDRAWAL}


def correction_note(notice_no: str, changed: Sequence[Difference]) -> str:
    """What the remark of a correction says: where it was published, and what is put right."""
    told = "，".join(f"{one.title}由“{one.published}”更正为“{one.now}”" for one in changed if one.name != "remark")
    return f"更正公告号 {notice_no}：{told}" if told else f"更正公告号 {notice_no}"


def withdrawal_note(notice_no: str, reason: str) -> str:
    return f"撤回公告号 {notice_no} 中的该批次信息：{reason}"


# ---------------------------------------------------------------- publishing

NO_NUMBER = "请填写公告号，如 2026年第12号"
NO_CHANNEL = "请填写公布渠道，如 蓟州区人民政府网站"


def publish_fault(day: date, last_reported: date | None, today: date) -> str | None:
    """Not in advance, and not before the results were there."""
    if day > today:
        return f"公布日期不能晚于今天（{today}），请核对"
    if last_reported is not None and day < last_reported:
        return f"公布日期不能早于清单中最晚的报告日期（{last_reported}），请核对"
    return None

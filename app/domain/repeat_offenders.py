"""屡次不合格: which earlier batches a failing one resembles, and whether the next penalty would be the third of a year."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol

from app.domain.deadlines import add_months
from app.domain.written import word

THIRD = 3
ARTICLE = "《食品安全法》第一百三十四条"


class Likeness(StrEnum):
    """相同之处."""

    FIRM = "同一企业"
    ITEM = "同一检验项目"
    CATEGORY = "同一食品类别"


class Failing(Protocol):
    """One failing batch as its case tells of it."""

    @property
    def case_id(self) -> int: ...
    @property
    def sample_id(self) -> int: ...
    @property
    def enterprise_id(self) -> int | None: ...
    @property
    def credit_code(self) -> str | None: ...
    @property
    def party_name(self) -> str | None: ...
    @property
    def items(self) -> frozenset[str]: ...
    @property
    def category_id(self) -> int | None: ...
    @property
    def received_on(self) -> date: ...


@dataclass(frozen=True, slots=True)
class Alike:
    """What resembles the batch in one way: the cases, newest first, and of how many batches they are."""

    likeness: Likeness
    found: Sequence[Failing]

    @property
    def batches(self) -> int:
        return len({one.sample_id for one in self.found})


def same_firm(one: Failing, other: Failing) -> bool:
    """By the register, else by 统一社会信用代码, else by name; two different codes are two firms whatever they are called."""
    if one.enterprise_id is not None and one.enterprise_id == other.enterprise_id:
        return True
    if one.credit_code and other.credit_code:
        return one.credit_code == other.credit_code
    names = [word(each.party_name or "").casefold() for each in (one, other)]
    return bool(names[0]) and names[0] == names[1]


def alike(this: Failing, others: Iterable[Failing]) -> list[Alike]:
    """In every way in which there is something; a batch of this very case is not another one."""
    newest = sorted(others, key=lambda one: (one.received_on, one.case_id), reverse=True)
    tests: Mapping[Likeness, Callable[[Failing], bool]] = {
        Likeness.FIRM: lambda one: one.case_id != this.case_id and same_firm(this, one),
        Likeness.ITEM: lambda one: one.sample_id != this.sample_id and bool(this.items & one.items),
        Likeness.CATEGORY: lambda one: one.sample_id != this.sample_id
        and this.category_id is not None and this.category_id == one.category_id,
    }  # fmt: skip
    found = [Alike(likeness, [one for one in newest if test(one)]) for likeness, test in tests.items()]
    return [one for one in found if one.found]


def items_of(written: str | None) -> frozenset[str]:
    """The items of a case's list; what the list cut short (等 12 项) names no item."""
    names = (name.strip() for name in (written or "").split("、"))
    return frozenset(name.rpartition("等 ")[0] or name for name in names if name)


def since(day: date, months: int) -> date:
    """The day ``months`` before."""
    return add_months(day, -months)


# ---------------------------------------------------------------- three times in a year

@dataclass(frozen=True, slots=True)
class Punished:
    """One decision to punish the firm. ``heavy``: 责令停产停业 or 吊销许可证, which the article does not count."""

    decided_on: date
    number: str | None
    heavy: bool
    case_id: int | None = None


def counted(decisions: Iterable[Punished], today: date) -> list[Punished]:
    """Those of the last year that the article counts, oldest first; one decision entered twice for a case is one."""
    first = since(today, 12)
    recent = sorted((one for one in decisions if first < one.decided_on <= today and not one.heavy), key=lambda one: one.decided_on)
    kept: dict[object, Punished] = {}
    for one in recent:
        kept.setdefault((one.case_id, one.number) if one.number or one.case_id else id(one), one)
    return list(kept.values())


def third_time(decisions: Sequence[Punished]) -> str | None:
    """The hint of 食品安全法 134; ``decisions`` are the counted ones."""
    number = len(decisions)
    if number < THIRD - 1:
        return None
    listed = "、".join(f"{one.decided_on} {one.number or '（文号未登记）'}" for one in decisions)
    if number == THIRD - 1:
        said = f"该企业一年内已 {number} 次受到责令停产停业、吊销许可证以外的处罚（{listed}），再受处罚即累计三次"
    else:
        said = f"该企业一年内已累计 {number} 次受到责令停产停业、吊销许可证以外的处罚（{listed}）"
    return (
        f"{said}。{ARTICLE}：食品生产经营者在一年内累计三次因违反该法规定受到责令停产停业、吊销许可证以外处罚的，责令停产停业，"
        "直至吊销许可证。（待核：本提示按系统中的记录统计，适用前请对照法条和各处罚决定，核对是否均为违反该法、是否为同一当事人）"
    )

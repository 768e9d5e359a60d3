"""What the checks of a sampling sheet look at: the sheet itself, and what is known beside it. Plain values only."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Final, Protocol

from app.domain.samples import Link, Purpose
from app.domain.sampling_kinds import SpecialSampling
from app.domain.workflow import SampleState
from app.domain.written import present

MASKED: Final = ("脱敏", "*", "＊")  # a name that its source has made unreadable cannot be counted


class Sheet(Protocol):
    """抽样单: a draft about to be registered and a sample's row both are one."""

    @property
    def state(self) -> SampleState: ...
    @property
    def number(self) -> str | None: ...
    @property
    def purpose(self) -> Purpose: ...
    @property
    def link(self) -> Link | None: ...
    @property
    def special_sampling(self) -> SpecialSampling | None: ...
    @property
    def task_source(self) -> str | None: ...
    @property
    def remark(self) -> str | None: ...
    @property
    def product_name(self) -> str: ...
    @property
    def attribute(self) -> str | None: ...
    @property
    def sampled_name(self) -> str | None: ...
    @property
    def sampled_address(self) -> str | None: ...
    @property
    def sampled_region_written(self) -> str | None: ...
    @property
    def sampled_licence_no(self) -> str | None: ...
    @property
    def region_id(self) -> int | None: ...
    @property
    def place(self) -> str | None: ...
    @property
    def producer_name(self) -> str | None: ...
    @property
    def producer_licence_no(self) -> str | None: ...
    @property
    def made_on(self) -> date | None: ...
    @property
    def sampled_on(self) -> date | None: ...
    @property
    def arrived_on(self) -> date | None: ...
    @property
    def shelf_life(self) -> str | None: ...
    @property
    def spec(self) -> str | None: ...
    @property
    def unit_price(self) -> str | None: ...
    @property
    def quantity(self) -> Decimal | None: ...
    @property
    def quantity_unit(self) -> str | None: ...
    @property
    def backup_quantity(self) -> str | None: ...
    @property
    def base_quantity(self) -> str | None: ...
    @property
    def extra(self) -> Mapping[str, Any] | None: ...


@dataclass(frozen=True, slots=True)
class Account:
    """What the accounts of one name say: is one of them active, may it sample?"""

    active: bool
    samples: bool


@dataclass(frozen=True, slots=True)
class Registered:
    """企业档案 as the register has it."""

    name: str
    status: str  # 在产, 停产, 注销
    licence_no: str | None = None
    licence_until: date | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What is known beside the sheet."""

    today: date
    samplers: tuple[str, ...] = ()
    accounts: Mapping[str, Account] | None = None  # None: nobody has asked
    sampled: Registered | None = None
    producer: Registered | None = None
    handed_over_on: date | None = None
    received_on: date | None = None
    reported_on: date | None = None
    county_code: str | None = None
    personal: Collection[str] = ()  # titles of the personal data that the sheet carries
    places: Mapping[Link, Collection[str]] = field(default_factory=dict)
    retired: Sequence[tuple[str, str]] = ()  # field, sentence for what the sheet names though it is retired on its day
    exported: bool = False  # the sheet came with a result export, which has no columns for backup, unit and price


Fault = tuple[str, str]  # field, sentence
Check = Callable[[Sheet, Known], Iterator[Fault]]


def plain(text: str | None) -> str:
    """One spelling: widths, brackets, case and blanks do not tell two names apart."""
    return "".join(unicodedata.normalize("NFKC", present(text or "")).split()).casefold()


def said(sheet: Sheet, known: Known, *titles: str) -> bool:
    """Does the sheet say anything under one of these titles, whatever group the column stood in?"""
    beside = {name.rpartition("_")[2] for name, text in (sheet.extra or {}).items() if present(str(text or ""))}
    return any(title in beside or title in known.personal for title in titles)


def beside(sheet: Sheet, title: str) -> str:
    """What stands under a title that has no column of its own."""
    for name, text in (sheet.extra or {}).items():
        if name.rpartition("_")[2] == title:
            return present(str(text or ""))
    return ""


# ---------------------------------------------------------------- quantities

AMOUNT: Final = re.compile(r"约?(\d{1,9}(?:\.\d{1,6})?)([^\d\s()（）/×*+]*)")
UNITS: Final[Mapping[str, tuple[str, Decimal]]] = {
    **dict.fromkeys(("kg", "千克", "公斤"), ("质量", Decimal(1000))),
    **dict.fromkeys(("g", "克"), ("质量", Decimal(1))),
    **dict.fromkeys(("斤", "市斤"), ("质量", Decimal(500))),
    **dict.fromkeys(("l", "升"), ("体积", Decimal(1000))),
    **dict.fromkeys(("ml", "毫升"), ("体积", Decimal(1))),
}


@dataclass(frozen=True, slots=True)
class Amount:
    """A number with its unit; the unit may be missing."""

    number: Decimal
    unit: str

    @property
    def family(self) -> str:
        """质量, 体积, or the counting word itself."""
        return UNITS[self.unit][0] if self.unit in UNITS else self.unit

    @property
    def size(self) -> Decimal:
        return self.number * (UNITS[self.unit][1] if self.unit in UNITS else 1)


def amount(written: str | None, unit: str | None = None) -> Amount | None:
    """A quantity as people write it (0.5kg, ２袋); ``unit`` where the text has none."""
    found = AMOUNT.match(plain(written))
    return Amount(Decimal(found[1]), found[2] or plain(unit)) if found else None


def taken(sheet: Sheet) -> Amount | None:
    """抽样数量, backup included."""
    return Amount(sheet.quantity, plain(sheet.quantity_unit)) if sheet.quantity is not None else None

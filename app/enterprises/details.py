"""What the register says of one enterprise (登记内容), what differs between two states of it, and how that is said."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from app.domain.enterprise_rows import PERSONAL, TITLES
from app.domain.enterprises import Kinds, folded, kinds_words
from app.domain.masking import mask, mask_name, mask_wholly
from app.domain.product_categories import Categories, categories_words
from app.enterprises.models import Enterprise, EnterpriseStatus
from app.enterprises.stations import name_of
from app.reference_data.books import region_book

Changes = dict[str, tuple[Any, Any]]


@dataclass(frozen=True, slots=True)
class Details:
    """登记内容."""

    name: str
    credit_code: str | None
    kinds: Kinds
    region_id: int | None = None
    address: str | None = None
    area_type: str | None = None
    licence_kind: str | None = None
    licence_no: str | None = None
    licence_until: date | None = None
    status: EnterpriseStatus = EnterpriseStatus.ACTIVE
    station_id: int | None = None
    principal: str | None = None
    phone: str | None = None
    categories: Categories = frozenset()

    @property
    def place(self) -> tuple[str, str]:
        return place_of(self.name, self.address)


NAMES = tuple(each.name for each in fields(Details))
COLUMNS = tuple(name for name in NAMES if name not in ("kinds", "categories"))
LICENCE = ("licence_kind", "licence_no", "licence_until")
OF_ANOTHER_NAME = {"region_id": "region", "station_id": "station"}
UPDATED = "（已更新）"


def place_of(name: str, address: str | None) -> tuple[str, str]:
    """What tells an enterprise without a code from others of its name."""
    return folded(name), folded(address)


def details_of(enterprise: Enterprise) -> Details:
    """The enterprise as it stands; its ``kinds`` and ``categories`` are loaded."""
    values = {name: getattr(enterprise, name) for name in COLUMNS}
    kinds = frozenset((each.kind, each.subkind) for each in enterprise.kinds)
    return Details(**values, kinds=kinds, categories=frozenset((each.scheme.value, each.code, each.name) for each in enterprise.categories))


def differences(before: Details, after: Details) -> Changes:
    """What is said otherwise, by field."""
    pairs = {name: (getattr(before, name), getattr(after, name)) for name in NAMES}
    return {name: (old, new) for name, (old, new) in pairs.items() if old != new}


class Words:
    """Names of places and stations, each asked for once for a whole import."""

    def __init__(self) -> None:
        self._book = region_book()
        self._stations: dict[int, str | None] = {}

    def region(self, region_id: int | None) -> str | None:
        return self._book.full_name(region_id) if region_id else None

    def station(self, station_id: int | None) -> str | None:
        if station_id is None:
            return None
        if station_id not in self._stations:
            self._stations[station_id] = name_of(station_id)
        return self._stations[station_id]


def in_words(changes: Changes, words: Words | None = None) -> Changes:
    """The changes as people read them, by the title of the field."""
    words = words or Words()
    return {title_of(name): _pair(words, name, before, after) for name, (before, after) in changes.items()}


def _pair(words: Words, name: str, before: Any, after: Any) -> tuple[Any, Any]:
    """People are masked: two names that look alike masked are still told apart."""
    was, now = _word(words, name, before), _word(words, name, after)
    return was, f"{now}{UPDATED}" if name in PERSONAL and was and now else now


def whole_in_words(details: Details, words: Words | None = None) -> Changes:
    """Everything the details say, as the history of a new enterprise tells it."""
    return in_words({name: (None, value) for name in NAMES if (value := getattr(details, name))}, words)


def title_of(name: str) -> str:
    return TITLES[OF_ANOTHER_NAME.get(name, name)]


def masked(name: str, value: str | None) -> str | None:
    """张三 as 张*, 13812341234 as 138****1234."""
    if not value:
        return None
    if name == "principal":
        return mask_name(value)
    hidden = mask(value)
    return hidden if hidden != value else mask_wholly(value)


def _word(words: Words, name: str, value: Any) -> Any:
    if name == "kinds":
        return kinds_words(value or ()) or None
    if name == "region_id":
        return words.region(value)
    if name == "categories":
        return categories_words(value or ()) or None
    if name == "station_id":
        return words.station(value)
    return masked(name, value) if name in PERSONAL else value

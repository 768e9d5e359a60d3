"""What the register says of one enterprise (登记内容), what differs between two states of it, and how that is said."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from app.domain.enterprise_rows import TITLES
from app.domain.enterprises import Kinds, folded, kinds_words
from app.enterprises.models import Enterprise, EnterpriseStatus
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

    @property
    def place(self) -> tuple[str, str]:
        return place_of(self.name, self.address)


NAMES = tuple(each.name for each in fields(Details))
COLUMNS = tuple(name for name in NAMES if name != "kinds")


def place_of(name: str, address: str | None) -> tuple[str, str]:
    """What tells an enterprise without a code from others of its name."""
    return folded(name), folded(address)


def details_of(enterprise: Enterprise) -> Details:
    """The enterprise as it stands; its ``kinds`` are loaded."""
    values = {name: getattr(enterprise, name) for name in COLUMNS}
    return Details(**values, kinds=frozenset((each.kind, each.subkind) for each in enterprise.kinds))


def differences(before: Details, after: Details) -> Changes:
    """What is said otherwise, by field."""
    pairs = {name: (getattr(before, name), getattr(after, name)) for name in NAMES}
    return {name: (old, new) for name, (old, new) in pairs.items() if old != new}


def in_words(changes: Changes) -> Changes:
    """The changes as people read them, by the title of the field."""
    return {title_of(name): (_word(name, before), _word(name, after)) for name, (before, after) in changes.items()}


def whole_in_words(details: Details) -> Changes:
    """Everything the details say, as the history of a new enterprise tells it."""
    return in_words({name: (None, value) for name in NAMES if (value := getattr(details, name))})


def title_of(name: str) -> str:
    return TITLES["region" if name == "region_id" else name]


def _word(name: str, value: Any) -> Any:
    if name == "kinds":
        return kinds_words(value or ()) or None
    if name == "region_id":
        return region_book().full_name(value) if value else None
    return value

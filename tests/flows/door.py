"""What the page behind a step is described by."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.domain.permission_names import Permission
from app.domain.workflow import Step

Fields = Callable[[Any, Any], Mapping[str, Any]]  # of the record and the office
DAY = "2026-11-20"


@dataclass(frozen=True, slots=True)
class Door:
    """Where people take a step: the address, the fields of a proper request besides the version, the field of the comment.

    ``at`` are the addresses of states in which another page takes it; ``asks`` the permission of the route where it is not the
    arrow's, with the reason; ``again`` what the same request gets a second time; ``given`` the settings under which it is taken from
    a state; ``beside`` the states in which the same page lawfully makes another record; ``refused`` what it says in
    a state from which there is no arrow.
    """

    address: str
    fields: Fields = field(default=lambda record, office: {})
    comment: str = "comment"
    at: Mapping[Any, str] = field(default_factory=dict)
    asks: tuple[Permission, str] | None = None
    again: int = 409
    given: Mapping[Any, Mapping[str, Any]] = field(default_factory=dict)
    beside: frozenset[Any] = frozenset()
    refused: int = 409

    def address_in(self, state: Any) -> str:
        return self.at.get(state, self.address)


Doors = Mapping[Step, Door]


def said(**fields: Any) -> Fields:
    """The same fields whatever the record is."""
    return lambda record, office: fields


WHY = said(comment="情况属实")
REASON = said(reason="情况属实")

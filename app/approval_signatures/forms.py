"""The query of the list of 审批签名, from its address and back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from app.approval_signatures.queries import Filters
from app.domain.signing import SIGNED_KINDS
from app.domain.trust_kinds import SignatureCheck

KINDS = tuple(sorted(SIGNED_KINDS))
LONGEST = 60


def _words(written: str | None) -> str | None:
    return " ".join((written or "").split())[:LONGEST] or None


def _day(written: str | None) -> date | None:
    try:
        return date.fromisoformat(written) if written else None
    except ValueError:
        return None


def filters_asked(asked: Mapping[str, str]) -> Filters:
    """What the address asks; what it does not know is no condition."""
    kind, state = asked.get("kind"), asked.get("state")
    return Filters(
        q=_words(asked.get("q")), meaning=_words(asked.get("meaning")), kind=kind if kind in KINDS else None,
        state=next((one for one in SignatureCheck if one.value == state), None),
        from_on=_day(asked.get("from_on")), to_on=_day(asked.get("to_on")),
    )  # fmt: skip


def kept(filters: Filters) -> dict[str, Any]:
    """The query again, for the links of the list."""
    values = {
        "q": filters.q, "kind": filters.kind, "meaning": filters.meaning, "state": filters.state.value if filters.state else None,
        "from_on": filters.from_on.isoformat() if filters.from_on else None, "to_on": filters.to_on.isoformat() if filters.to_on else None,
    }  # fmt: skip
    return {name: value for name, value in values.items() if value is not None}

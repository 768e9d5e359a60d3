"""What the address of a public page asks for; what it does not know is no condition."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.disposal.forms import plain
from app.domain.reporting_kinds import PublicList
from app.publications.public_queries import PublicFilters

LONGEST = 60
DIGITS = 18


def whole(written: str | None) -> int | None:
    """A number of the address; None for anything else."""
    text = (written or "").strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= DIGITS else None


def words(written: str | None) -> str | None:
    return " ".join(plain(written or "").split())[:LONGEST] or None


def _between(written: str | None, first: int, last: int) -> int | None:
    found = whole(written)
    return found if found is not None and first <= found <= last else None


def asked(args: Mapping[str, str]) -> PublicFilters:
    """The search of the lists. A month without its year is no condition."""
    year = _between(args.get("year"), 1990, 2199)
    return PublicFilters(
        q=words(args.get("q")), kind=next((one for one in PublicList if one.value == args.get("kind")), None), year=year,
        category=words(args.get("category")), month=_between(args.get("month"), 1, 12) if year is not None else None,
    )  # fmt: skip


def kept(filters: PublicFilters) -> dict[str, Any]:
    """The search again, for links."""
    values = {
        "q": filters.q, "kind": filters.kind.value if filters.kind else None, "year": filters.year, "month": filters.month,
        "category": filters.category,
    }  # fmt: skip
    return {name: value for name, value in values.items() if value is not None}

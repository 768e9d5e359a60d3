"""The list's query, from its address, from a job, and back (查询条件). What is not understood is no condition."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

from app.domain.samples import Domain, Link, Purpose
from app.domain.workflow import SampleState
from app.reference_data.books import category_book, region_book
from app.sampling.queries import CONCLUSIONS, PENDING, Filters

Word = TypeVar("Word", bound=StrEnum)
LONGEST = 60
LARGEST_ID = 2**53
DATES = ("sampled_from", "sampled_to", "reported_from", "reported_to")


def filters_asked(asked: Mapping[str, Any]) -> Filters:
    """The filters that these values ask for."""
    category_id, region_id = number(asked.get("category_id")), number(asked.get("region_id"))
    conclusion = PENDING if asked.get("pending") else asked.get("conclusion")
    return Filters(
        q=_text(asked.get("q")),
        state=_one(SampleState, asked.get("state")),
        purpose=_one(Purpose, asked.get("purpose")),
        link=_one(Link, asked.get("link")),
        domain=_one(Domain, asked.get("domain")),
        category_id=category_id if category_id in {root.id for root in category_book().roots()} else None,
        region_id=region_id if region_id in region_book() else None,
        conclusion=conclusion if conclusion in CONCLUSIONS else None,
        laboratory=_text(asked.get("laboratory")),
        plan_id=number(asked.get("plan_id")),
        assignment_id=number(asked.get("assignment_id")),
        sampler=_text(asked.get("sampler")),
        batch_id=number(asked.get("batch_id")),
        **{name: _day(asked.get(name)) for name in DATES},  # type: ignore[arg-type]
    )


def number(written: Any) -> int | None:
    text = str(written or "")
    if not (text.isascii() and text.isdigit()) or len(text) > 16:
        return None
    return int(text) if int(text) <= LARGEST_ID else None


def kept(filters: Filters) -> dict[str, Any]:
    """The query again, for the links of the list."""
    values: dict[str, Any] = {}
    for name in Filters.__slots__:
        value = getattr(filters, name)
        if value is not None:
            values[name] = value.value if isinstance(value, StrEnum) else value
    return values


def _text(written: Any) -> str | None:
    return " ".join(str(written or "").split())[:LONGEST] or None


def _one(kind: type[Word], written: Any) -> Word | None:
    return kind(written) if written in {member.value for member in kind} else None


def _day(written: Any) -> date | None:
    try:
        return date.fromisoformat(str(written or ""))
    except ValueError:
        return None

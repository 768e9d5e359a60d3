"""What a sample is found by (样品检索文本)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.search_text import search_text

WORDS = ("number", "local_number", "sampled_credit_code")
NAMES = ("sampled_name", "producer_name", "product_name")
FOUND_BY = (*WORDS, *NAMES)


def search_text_of(columns: Mapping[str, Any]) -> str:
    """The search text of a sample with these columns."""
    return search_text((columns.get(name) for name in WORDS), (columns.get(name) for name in NAMES)) or "-"

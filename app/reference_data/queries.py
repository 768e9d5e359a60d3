"""Reading the reference data: the books, and the rows that the administrator's pages list."""

from __future__ import annotations

from app.reference_data.books import (
    all_populations,
    calendar,
    category_book,
    code_list,
    deadline_rule,
    deadline_rules,
    item_book,
    laboratories,
    laboratory_id,
    limit_book,
    populations,
    populations_as_of,
    region_book,
)

__all__ = [
    "all_populations", "calendar", "category_book", "code_list", "deadline_rule", "deadline_rules", "item_book", "laboratories",
    "laboratory_id", "limit_book", "populations", "populations_as_of", "region_book",
]  # fmt: skip

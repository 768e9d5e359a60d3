"""The rows of the tables as they lie there, as plain values: what the slow recount is given."""

from __future__ import annotations

from enum import Enum
from types import SimpleNamespace
from typing import Any

import sqlalchemy as sa

from app.db import Base, session

KEPT = ("region", "food_category", "population", "work_day", "calendar_year", "organisation")
READ = (
    "sample", "result_report", "result_row", "batch_fact", "disposal_case", "attachment", "case_transfer", "penalty", "legal_clock",
    "enterprise", "enterprise_kind", "enterprise_category", "archive_element", "risk_grade", "inspection", "random_programme",
    "random_target", "enterprise_licence", "self_report", "incident",
)  # fmt: skip


def plain(value: Any) -> Any:
    return value.value if isinstance(value, Enum) else value


def rows(name: str) -> list[Any]:
    table = Base.metadata.tables[name]
    found = session().execute(sa.select(table)).mappings()
    return [SimpleNamespace(**{key: plain(value) for key, value in row.items()}) for row in found]


def read(names: tuple[str, ...] = (*KEPT, *READ)) -> SimpleNamespace:
    """Every row of the tables that a figure rests on."""
    return SimpleNamespace(**{name: rows(name) for name in names})

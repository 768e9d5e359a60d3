"""Editions (版本) of reference tables: a file's rows are compared with what the files said before, and only what changed
is added, superseding the row before it. What the office entered since stays, unless the file itself has changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app.db import insert_many, reserve_ids, session
from app.exemptions.models import CapRule
from app.indicators.models import PlanIndicator, YearlyTarget
from app.reference_data.models import CalendarYear, DeadlineRuleRow, FoodLimit, Population, WorkDay

Row = dict[str, Any]
Key = tuple[Any, ...]
CHUNK = 500

# What a row is about: two rows with one key are versions of each other.
KEYS: Mapping[type[Any], tuple[str, ...]] = {
    Population: ("region_id", "year"),
    FoodLimit: ("item", "category", "region", "standard", "valid_from"),
    WorkDay: ("day",),
    CalendarYear: ("year",),
    DeadlineRuleRow: ("code", "valid_from"),
    CapRule: ("code", "valid_from"),
    PlanIndicator: ("plan_id", "no"),
    YearlyTarget: ("plan_id", "no", "year", "source"),
}


@dataclass(slots=True)
class Kept:
    """What the table holds for one key: the last row a file gave, and the rows in force."""

    shipped: Row | None = None
    versions: int = 0
    current: list[int] | None = None
    ours: bool = False  # a row in force was entered by the office

    def says(self, row: Row) -> bool:
        """Has this row been loaded, and not been withdrawn since?"""
        return bool(self.current) and self.shipped is not None and all(self.shipped[name] == row[name] for name in row)


def kept_rows(model: type[Any], names: Sequence[str]) -> dict[Key, Kept]:
    """Every key of a versioned table with what it holds, the columns ``names`` of each shipped row included."""
    columns, key = model.__table__.c, KEYS[model]
    statement = sa.select(columns.id, columns.shipped, columns.superseded_at, *(columns[name] for name in names))
    kept: dict[Key, Kept] = {}
    for row in session().execute(statement.order_by(columns.recorded_at, columns.id)).mappings():
        entry = kept.setdefault(tuple(row[name] for name in key), Kept(current=[]))
        entry.versions += 1
        if row["shipped"]:
            entry.shipped = dict(row)
        if row["superseded_at"] is None and entry.current is not None:
            entry.current.append(row["id"])
            entry.ours = entry.ours or not row["shipped"]
    return kept


def changed(model: type[Any], rows: Sequence[Row], kept: Mapping[Key, Kept]) -> list[tuple[Row, Kept | None]]:
    """The file's rows that the table does not have, each with what the table holds for its key."""
    key = KEYS[model]
    found = [(row, kept.get(tuple(row[name] for name in key))) for row in rows]
    return [(row, entry) for row, entry in found if entry is None or not entry.says(row)]


def withdrawn(model: type[Any], rows: Sequence[Row], kept: Mapping[Key, Kept]) -> list[int]:
    """Rows in force that a file gave and the file no longer has; what the office entered is not the file's to withdraw."""
    named = {tuple(row[name] for name in KEYS[model]) for row in rows}
    return [
        number for key, entry in kept.items() if key not in named and not entry.ours for number in entry.current or ()
    ]


def merge(model: type[Any], rows: Sequence[Row], now: datetime) -> int:
    """Add what the file changed and supersede what it replaces; the number of rows added."""
    if not rows:
        return 0
    kept = kept_rows(model, list(rows[0]))
    news = changed(model, rows, kept)
    gone = withdrawn(model, rows, kept)
    gone += [number for _, entry in news if entry is not None for number in entry.current or ()]
    supersede(model, gone, now)
    numbered = "definition_version" in model.__table__.c
    added = []
    for row, entry in news:
        version = {"definition_version": 1 + (entry.versions if entry else 0)} if numbered else {}
        added.append({**row, **version, "shipped": True, "recorded_at": now, "superseded_at": None})
    return insert_many(model.__table__, added)


def supersede(model: type[Any], ids: Sequence[int], now: datetime) -> None:
    """These rows are no longer in force as from now; what they said stays readable."""
    table = model.__table__
    for start in range(0, len(ids), CHUNK):
        part = ids[start : start + CHUNK]
        session().execute(sa.update(table).where(table.c.id.in_(part)).values(superseded_at=now))


def add_missing(model: type[Any], key: Sequence[str], rows: Iterable[Row]) -> int:
    """Add the rows whose key the table lacks; for tables without versions."""
    columns = model.__table__.c
    known = {tuple(found) for found in session().execute(sa.select(*(columns[name] for name in key)))}
    return insert_many(model.__table__, [row for row in rows if tuple(row[name] for name in key) not in known])


def add_nodes(model: type[Any], name: str, known: Mapping[str, Mapping[str, Any]], rows: Sequence[Row]) -> int:
    """Add the nodes of a tree, parents before children; ``above`` of a row names its parent by the column ``name``."""
    table = model.__table__
    news = [row for row in rows if row[name] not in known]
    nodes: dict[str, Mapping[str, Any]] = dict(known)
    added = []
    for number, row in zip(reserve_ids(table, len(news)), news, strict=True):
        above = nodes[row["above"]] if row["above"] else None
        node = {"id": number, **{column: value for column, value in row.items() if column != "above"}}
        node["parent_id"] = above["id"] if above else None
        _place(node, above, table)
        nodes[row[name]] = node
        added.append(node)
    return insert_many(table, added)


def _place(node: Row, above: Mapping[str, Any] | None, table: sa.Table) -> None:
    if "root_id" in table.c:
        node["root_id"] = above["root_id"] if above else node["id"]
    else:
        node["path"] = f"{above['path'] if above else '/'}{node['id']}/"

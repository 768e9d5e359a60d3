"""Running numbers without gaps (不跳号): taken in the transaction that uses them, so a rollback gives them back."""

from __future__ import annotations

import sqlalchemy as sa

from app.db import session

# One statement, the same on SQLite and PostgreSQL: the row's lock makes the second taker wait for the first's commit.
TAKE = sa.text(
    "INSERT INTO counter (org_id, kind, year, last) VALUES (:org_id, :kind, :year, :count) "
    "ON CONFLICT (org_id, kind, year) DO UPDATE SET last = counter.last + excluded.last RETURNING last"
)


def take(org_id: int, kind: str, year: int, count: int = 1) -> range:
    """The next ``count`` numbers of this organisation, kind and year, beginning with 1.

    Whoever takes for several organisations does so in the order of their ids, or two transactions wait for each other.
    """
    if count < 1:
        return range(0)
    if not session().info.get("in_transaction"):
        raise RuntimeError("numbers are taken inside transaction() only")
    last = session().execute(TAKE, {"org_id": org_id, "kind": kind, "year": year, "count": count}).scalar_one()
    return range(last - count + 1, last + 1)

"""曾用名: the names an enterprise gave up, and which enterprise an old name means."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa

from app import clock
from app.chain import HistoryEntry
from app.db import session
from app.domain.actors import Actor
from app.domain.enterprises import folded
from app.enterprises.models import Enterprise, EnterpriseFormerName, EnterpriseStatus
from app.enterprises.queries import KNOWN, Known, former_names
from app.scope import scope

PART = 500
WIDTHS = (str.maketrans("()", "（）"), str.maketrans("（）", "()"))  # brackets, as the one and the other writes them
Row = EnterpriseFormerName


def of(enterprise: Enterprise, entries: Sequence[HistoryEntry]) -> list[tuple[str, date | None]]:
    """Former names with the day each was given up, oldest first: those on record and those that only the history tells of."""
    found: dict[str, date | None] = {name: clock.office_time(at).date() for name, at in former_names(entries)}
    recorded = sa.select(Row.name, Row.given_up_on).where(Row.enterprise_id == enterprise.id).order_by(Row.given_up_on, Row.id)
    found |= {name: day for name, day in session().execute(recorded)}
    found.pop(enterprise.name, None)  # it bears the name again
    return sorted(found.items(), key=lambda pair: (pair[1] or date.min, pair[0]))


def formerly(actor: Actor, names: Sequence[str]) -> list[tuple[str, Known]]:
    """Enterprises in the actor's scope that once bore one of these names, merged records left out: (former name, enterprise)."""
    spellings = sorted({spelt for name in names for spelt in (name, *(name.translate(width) for width in WIDTHS))})
    found: list[tuple[str, Known]] = []
    for start in range(0, len(spellings), PART):
        statement = sa.select(Row.name, *KNOWN).join(Enterprise, Enterprise.id == Row.enterprise_id)
        statement = statement.where(Row.name.in_(spellings[start : start + PART]), Enterprise.status != EnterpriseStatus.MERGED)
        found += [(row[0], Known(*row[1:])) for row in session().execute(scope(statement, Enterprise, actor))]
    return found


def matching(enterprise_ids: Sequence[int], q: str | None) -> dict[int, str]:
    """For a page of the list: the former name by which a search found the enterprise."""
    if not q or not enterprise_ids:
        return {}
    rows = session().execute(sa.select(Row.enterprise_id, Row.name).where(Row.enterprise_id.in_(enterprise_ids)).order_by(Row.id))
    return {enterprise_id: name for enterprise_id, name in rows if folded(q) in folded(name)}

"""Reading 改判: what stands beside an item whose verdict was overturned."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import sqlalchemy as sa

from app.db import session
from app.results.models import OverturnedVerdict
from app.ripples.showing import address, source_name


def overturned_of(sample_id: int) -> Mapping[int, Any]:
    """By result row the latest verdict that was put in force for it, with whence it came. The caller has fetched the sample."""
    statement = sa.select(*OverturnedVerdict.__table__.c).where(OverturnedVerdict.sample_id == sample_id).order_by(OverturnedVerdict.id)
    found = {}
    for row in session().execute(statement):
        kind, number = row.source_kind, row.source_id
        name = source_name(kind, number) if kind is not None and number is not None else row.basis
        found[row.result_row_id] = SimpleNamespace(**row._mapping, source=name, address=address(kind, number))
    return found

"""产品类别 of many enterprises at once."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from app.db import session
from app.enterprises.models import EnterpriseCategory

PART = 500


def categories_of(enterprise_ids: Sequence[int]) -> dict[int, list[tuple[str, str, str]]]:
    """产品类别 as (scheme, code, name), by enterprise."""
    found: dict[int, list[tuple[str, str, str]]] = {}
    row = EnterpriseCategory
    for start in range(0, len(enterprise_ids), PART):
        columns = sa.select(row.enterprise_id, row.scheme, row.code, row.name)
        for number, scheme, code, name in session().execute(columns.where(row.enterprise_id.in_(enterprise_ids[start : start + PART]))):
            found.setdefault(number, []).append((scheme.value, code, name))
    return found

"""编号 of a sealed return: 津蓟市监抽检月报〔2026〕1号. Every office counts its own; its word (机关代字) keeps two offices apart.

The topmost office of an installation numbers without a word, as it always has; what an office below it had numbered so before it had
a word of its own is passed over.
"""

from __future__ import annotations

import sqlalchemy as sa

from app.counters import take
from app.db import session
from app.domain.official_documents import default_prefix
from app.domain.reporting_kinds import ReturnPeriod
from app.errors import NotFound
from app.exports.models import MonthlyReturn
from app.official_documents.queries import region_code
from app.organisations.models import Organisation

WORDS = {ReturnPeriod.MONTH: "抽检月报", ReturnPeriod.QUARTER: "抽检季报", ReturnPeriod.YEAR: "抽检年报"}


def number(found: MonthlyReturn) -> str:
    """The next number. Offices of the same word share a count, kept at the root, so that no two returns have one number."""
    office, year, root = session().get_one(Organisation, found.org_id), found.month // 100, _root()
    prefix = "" if office.id == root else office.document_prefix or default_prefix(office.name, region_code(office.region_id))
    while True:
        serial = take(root, f"return-{prefix}", year)[0]
        written = f"{prefix}{WORDS[found.period_kind]}〔{year}〕{serial}号"
        if session().scalar(sa.select(MonthlyReturn.id).where(MonthlyReturn.number == written)) is None:
            return written


def _root() -> int:
    found = session().scalar(sa.select(sa.func.min(Organisation.id)).where(Organisation.parent_id.is_(None)))
    if found is None:
        raise NotFound("数据库中还没有机构，请先运行 flask db upgrade")
    return found

"""Which monthly returns counted a batch as it was: what a correction or an overturned verdict has to be told to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from app.db import session
from app.domain.reporting_kinds import ReturnPeriod
from app.domain.workflow import ReturnState
from app.exports.models import MonthlyReturn
from app.organisations.models import Organisation
from app.reference_data.books import region_book
from app.sampling.models import BatchFact

PART = 500
MONTHS = {ReturnPeriod.MONTH: 1, ReturnPeriod.QUARTER: 3, ReturnPeriod.YEAR: 12}
OF_RETURN = (
    MonthlyReturn.id, MonthlyReturn.org_id, MonthlyReturn.region_id, MonthlyReturn.number, MonthlyReturn.month, MonthlyReturn.state,
    MonthlyReturn.as_of, MonthlyReturn.period_kind,
)  # fmt: skip


def counting(old: Any, until: Any, paths: Mapping[int, str], returns: Iterable[Any]) -> list[Any]:
    """Of these returns those of the batch's month and an area around it, made by an office above the batch's while the version held.

    A return is made again from its moment, so what it counted is known exactly; cumulative figures of later months are not said.
    """
    if old.voided or old.region_id is None:
        return []
    offices = {int(part) for part in paths.get(old.org_id, "").split("/") if part}
    around = set(region_book().up(old.region_id))
    return [
        one
        for one in returns
        if _covers(one, old.month) and old.recorded_at <= one.as_of < until and one.org_id in offices and one.region_id in around
    ]


def _covers(one: Any, month: int) -> bool:
    """The month lies in the period of the return, whose last month is told."""
    return one.month // 100 == month // 100 and one.month - MONTHS[one.period_kind] < month <= one.month


def last_month(month: int) -> int:
    """December of the year: the last month that a period with this month in it may end with."""
    return month // 100 * 100 + 12


def office_paths(org_ids: Iterable[int]) -> Mapping[int, str]:
    found = session().execute(sa.select(Organisation.id, Organisation.path).where(Organisation.id.in_(set(org_ids))))
    return {org_id: path or "" for org_id, path in found}


def just_superseded(sample_ids: Sequence[int], at: Any) -> list[Any]:
    """The facts of these samples that left force at this moment."""
    columns = (BatchFact.sample_id, BatchFact.org_id, BatchFact.region_id, BatchFact.month, BatchFact.recorded_at, BatchFact.voided)
    found: list[Any] = []
    for start in range(0, len(sample_ids), PART):
        part = sample_ids[start : start + PART]
        found += session().execute(sa.select(*columns).where(BatchFact.sample_id.in_(part), BatchFact.superseded_at == at)).all()
    return found


def returns_counting(facts: Sequence[Any], until: Any) -> Mapping[int, list[Any]]:
    """By sample: the returns, sealed and drafted, that counted these facts until then. Whoever asks shows them in scope."""
    months = {fact.month for fact in facts}
    if not months:
        return {}
    earliest = min(fact.recorded_at for fact in facts)
    statement = sa.select(*OF_RETURN).where(
        MonthlyReturn.month.between(min(months), last_month(max(months))), MonthlyReturn.as_of >= earliest, MonthlyReturn.as_of < until,
        MonthlyReturn.state != ReturnState.DISCARDED,
    )  # fmt: skip
    returns = session().execute(statement.order_by(MonthlyReturn.id)).all()
    if not returns:
        return {}
    paths = office_paths(fact.org_id for fact in facts)
    found = {fact.sample_id: counting(fact, until, paths, returns) for fact in facts}
    return {sample_id: some for sample_id, some in found.items() if some}

"""External findings beside other things (外部公示提示): on the page of an enterprise or sample, and beside what to sample next.

A hint is no figure, gives no points and changes no order.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa

from app.announcements.models import ExternalFinding
from app.announcements.queries import LISTED, VALID, Filters, listed
from app.db import session
from app.domain.actors import Actor
from app.domain.result_kinds import ListKind
from app.reference_data.books import category_book
from app.reference_data.naming import CategoryBook
from app.scope import scope

F = ExternalFinding
LATEST = 10
RECENT_DAYS = 365


class Told(NamedTuple):
    """Findings about one enterprise: how many of each list, and the latest."""

    counts: dict[ListKind, int]
    latest: Sequence[Any]

    @property
    def total(self) -> int:
        return sum(self.counts.values())


def of_enterprise(actor: Actor, enterprise_id: int) -> Told:
    """外部公示 linked to an enterprise, as producer or as seller, for its page."""
    filters = Filters(enterprise_id=enterprise_id)
    statement = listed(actor, filters, [F.list_kind, sa.func.count()]).group_by(F.list_kind)
    counts = {kind: count for kind, count in session().execute(statement)}
    latest = listed(actor, filters, [getattr(F, name) for name in LISTED]).order_by(F.id.desc()).limit(LATEST)
    return Told(counts, session().execute(latest).all() if counts else [])


def of_sample(actor: Actor, number: str) -> Sequence[Any]:
    """External findings that name this 抽样编号, for the page of the sample."""
    columns = (F.id, F.list_kind, F.notice_no, F.noticed_on, F.task_source)
    return session().execute(scope(sa.select(*columns), F, actor).where(F.number == number, VALID).order_by(F.id).limit(LATEST)).all()


class Nearest(NamedTuple):
    """A food's nearest category with findings: its own, else the first above it, because lists mostly name the 大类 alone."""

    id: int
    name: str
    findings: int


class Recent(NamedTuple):
    """近一年外部不合格公示 by enterprise and by food, with the day from which they are counted."""

    since: date
    enterprises: dict[int, int]
    foods: dict[int, Nearest]


def recent_failures(actor: Actor, enterprise_ids: Collection[int], food_ids: Collection[int], today: date) -> Recent:
    """What others have published of these enterprises and foods: three questions for a whole page."""
    since = today - timedelta(days=RECENT_DAYS)
    filters = Filters(list_kind=ListKind.FAIL, since=since)
    firms: dict[int, set[int]] = {}
    for column in (F.producer_id, F.sampled_enterprise_id):
        statement = listed(actor, filters, [column, F.id]).where(column.in_(sorted(enterprise_ids)))
        for enterprise_id, finding_id in session().execute(statement):
            firms.setdefault(enterprise_id, set()).add(finding_id)
    counts = listed(actor, filters, [F.category_id, sa.func.count()]).where(F.category_id.is_not(None)).group_by(F.category_id)
    found = {category_id: count for category_id, count in session().execute(counts)}
    book = category_book()
    nearest = ((food_id, _nearest(food_id, found, book)) for food_id in food_ids if found)
    return Recent(since, {one: len(ids) for one, ids in firms.items()}, {one: near for one, near in nearest if near})


def _nearest(food_id: int, found: Mapping[int, int], book: CategoryBook) -> Nearest | None:
    at: int | None = food_id if food_id in book else None
    while at is not None:
        category = book.by_id(at)
        if count := sum(found.get(each, 0) for each in book.below(at)):
            return Nearest(at, category.name, count)
        at = category.parent_id
    return None

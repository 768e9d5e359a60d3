"""Reading for 企业档案查重: pairs that look alike, two records side by side, what was merged."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from app.accounts.models import User
from app.chain import HistoryEntry
from app.db import session
from app.domain.actors import Actor
from app.domain.duplicate_names import Certainty, Pair, Registered, duplicates
from app.domain.supervision_states import MergeState
from app.enterprises import queries as enterprises
from app.enterprises.models import Enterprise, EnterpriseStatus
from app.merges.models import EnterpriseMerge
from app.reference_data.books import region_book
from app.scope import scope

MOST = 20_000  # records compared while the reader waits
LARGEST_ID = 2**63 - 1
LATEST = 50
APART = "apart"  # the word of the history for 不是重复
OTHER = "不是重复的档案"
NAMED = re.compile(r"（档案号 (\d+)）$")
KIND = Enterprise.__tablename__
ENDINGS = "省市区县"
SHOWN = ("id", "org_id", "name", "credit_code", "address", "region_id", "licence_no", "status")


@dataclass(frozen=True, slots=True)
class Filters:
    """查询条件; None is no condition."""

    q: str | None = None
    region_id: int | None = None
    certainty: Certainty | None = None


@dataclass(frozen=True, slots=True)
class Couple:
    """Two records that somebody looks at side by side: the one to be kept and the other."""

    kept: Enterprise
    merged: Enterprise

    @property
    def org_id(self) -> int:
        """Whose people may merge them: those of both; the other one's are asked besides."""
        return self.kept.org_id


def couple(actor: Actor, kept_id: int, merged_id: int) -> Couple | None:
    """Two different records of the actor's scope."""
    kept, merged = (enterprises.enterprise(actor, one) for one in (kept_id, merged_id))
    return Couple(kept, merged) if kept is not None and merged is not None and kept.id != merged.id else None


# ---------------------------------------------------------------- pairs

def in_question(actor: Actor, filters: Filters) -> int:
    """How many records would be compared."""
    return session().scalar(_compared(actor, filters, sa.func.count())) or 0


def _compared(actor: Actor, filters: Filters, *columns: Any) -> sa.Select[Any]:
    statement = scope(sa.select(*columns).select_from(Enterprise), Enterprise, actor).where(Enterprise.status != EnterpriseStatus.MERGED)
    if filters.region_id is not None and filters.region_id in region_book():
        statement = statement.where(Enterprise.region_id.in_(sorted(region_book().below(filters.region_id))))
    return statement


def pairs(actor: Actor, filters: Filters) -> list[Pair]:
    """Pairs of the actor's reach that nobody said are two enterprises, the surest first."""
    names = ("id", "name", "region_id", "org_id", "address", "credit_code", "licence_no", "phone")
    rows = session().execute(_compared(actor, filters, *(getattr(Enterprise, name) for name in names))).all()
    told_apart, found = _told_apart(), duplicates(_registered(rows))
    bearing = {row.id for row in rows if filters.q and filters.q in row.name}
    return [
        pair
        for pair in found
        if (pair.first, pair.second) not in told_apart
        and (filters.certainty is None or pair.certainty is filters.certainty)
        and (not filters.q or pair.first in bearing or pair.second in bearing)
    ]


def _registered(rows: Sequence[Any]) -> list[Registered]:
    places: dict[int | None, tuple[int | None, tuple[str, ...]]] = {None: (None, ())}
    found = []
    for row in rows:
        if row.region_id not in places:
            places[row.region_id] = _places(row.region_id)
        county, words = places[row.region_id]
        found.append(
            Registered(row.id, row.name, county or -row.org_id, words, row.address, row.credit_code, row.licence_no, row.phone)
        )
    return found


def _places(region_id: int) -> tuple[int | None, tuple[str, ...]]:
    """The county of a region, and what the areas it lies in are called, with and without 省, 市, 区 or 县."""
    book = region_book()
    names = [book.name(one) for one in book.up(region_id)]
    short = [name[:-1] for name in names if len(name) > 2 and name[-1] in ENDINGS]
    return book.county_of(region_id), (*names, *short)


def _told_apart() -> set[tuple[int, int]]:
    """Pairs of which somebody said 不是重复; the history remembers them."""
    said = sa.select(HistoryEntry.subject_id, HistoryEntry.changes).where(
        HistoryEntry.subject_kind == KIND, HistoryEntry.step == APART
    )
    found = set()
    for one, changes in session().execute(said):
        other = NAMED.search(str(json.loads(changes or "{}").get(OTHER, [None, ""])[1]))
        if other is not None:
            found.add((min(one, int(other[1])), max(one, int(other[1]))))
    return found


def named(enterprise: Enterprise) -> str:
    """某某超市（档案号 12）."""
    return f"{enterprise.name}（档案号 {enterprise.id}）"


def shown(enterprise_ids: Sequence[int]) -> dict[int, Any]:
    """What a list says of these records; the caller has found them in the actor's scope."""
    columns = [getattr(Enterprise, name) for name in SHOWN]
    return {row.id: row for row in session().execute(sa.select(*columns).where(Enterprise.id.in_(enterprise_ids)))}


def meant(actor: Actor, written: str) -> Sequence[Enterprise]:
    """By 档案号, 统一社会信用代码 or the whole name."""
    text = written.strip()
    named_so = sa.or_(Enterprise.credit_code == text.upper(), Enterprise.name == text)
    if text.isdecimal() and len(text) < 18:
        named_so = sa.or_(named_so, Enterprise.id == int(text))
    return session().scalars(scope(sa.select(Enterprise).where(named_so).order_by(Enterprise.id).limit(3), Enterprise, actor)).all()


# ---------------------------------------------------------------- merges

def merge(actor: Actor, merge_id: int) -> EnterpriseMerge | None:
    """One merge of the actor's scope, as the database has it now."""
    if merge_id > LARGEST_ID:
        return None
    statement = scope(sa.select(EnterpriseMerge), EnterpriseMerge, actor).where(EnterpriseMerge.id == merge_id)
    return session().scalars(statement.execution_options(populate_existing=True)).first()


def merges_numbered(actor: Actor, number: str) -> Sequence[EnterpriseMerge]:
    statement = scope(sa.select(EnterpriseMerge), EnterpriseMerge, actor).where(EnterpriseMerge.number == number.strip())
    return session().scalars(statement.order_by(EnterpriseMerge.id)).all()


def latest(actor: Actor) -> Sequence[Any]:
    """合并记录, newest first."""
    kept = aliased(Enterprise)
    columns = (
        EnterpriseMerge.id, EnterpriseMerge.number, EnterpriseMerge.merged_name, EnterpriseMerge.state, EnterpriseMerge.merged_at,
        EnterpriseMerge.kept_id, kept.name.label("kept_name"), User.name.label("who"),
    )  # fmt: skip
    statement = sa.select(*columns).join(kept, kept.id == EnterpriseMerge.kept_id)
    statement = statement.outerjoin(User, User.id == EnterpriseMerge.merged_by_id)
    return session().execute(scope(statement, EnterpriseMerge, actor).order_by(EnterpriseMerge.id.desc()).limit(LATEST)).all()


def submitted(key: str) -> int | None:
    """The merge that an earlier sending of the same page made."""
    return session().scalar(sa.select(EnterpriseMerge.id).where(EnterpriseMerge.submission_key == key))


def standing_merge(merged_id: int) -> int | None:
    """The merge that this record is merged by."""
    merged = EnterpriseMerge.merged_id == merged_id, EnterpriseMerge.state == MergeState.MERGED
    return session().scalar(sa.select(EnterpriseMerge.id).where(*merged).order_by(EnterpriseMerge.id.desc()).limit(1))


def merged_into(kept_id: int) -> Mapping[int, str]:
    """Records merged into this one, with their names."""
    rows = session().execute(sa.select(Enterprise.id, Enterprise.name).where(Enterprise.merged_into_id == kept_id).order_by(Enterprise.id))
    return {number: name for number, name in rows}

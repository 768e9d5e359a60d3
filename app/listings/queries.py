"""Reading 严重违法失信名单: one entry, the list, whether a firm is listed now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from app.accounts.models import User
from app.db import session
from app.domain.actors import Actor
from app.domain.disposal import folded_number
from app.domain.workflow import ListingState
from app.enterprises.models import Enterprise, EnterpriseStatus
from app.keyset import Page, page
from app.listings.models import CreditListing
from app.organisations.models import Organisation
from app.penalties.models import Penalty
from app.scope import scope
from app.search.queries import found_by

PAGE = 50
COUNTED = 10_000
LARGEST_ID = 2**63 - 1
DUE = "due"  # 列入期满，应移出
PART = 500
Row = CreditListing
PROPOSER, DECIDER = aliased(User), aliased(User)


@dataclass(frozen=True, slots=True)
class Filters:
    """查询条件; None is no condition. ``due``: whose three years are over."""

    q: str | None = None
    state: ListingState | None = None
    due: bool = False


def listing(actor: Actor, listing_id: int) -> CreditListing | None:
    """One entry of the actor's reach, as the database has it now."""
    if listing_id > LARGEST_ID:
        return None
    statement = sa.select(Row).where(Row.id == listing_id).execution_options(populate_existing=True)
    return session().scalars(scope(statement, Row, actor)).first()


def listings_numbered(actor: Actor, written: str, org_code: str | None = None) -> Sequence[CreditListing]:
    """By number; each bureau counts its own."""
    statement = sa.select(Row).where(Row.number == folded_number(written)).execution_options(populate_existing=True)
    if org_code:
        statement = statement.where(Row.org_id.in_(sa.select(Organisation.id).where(Organisation.code == org_code)))
    return session().scalars(scope(statement, Row, actor).order_by(Row.org_id)).all()


def submitted(key: str) -> int | None:
    """The entry that an earlier sending of the same page proposed."""
    return session().scalar(sa.select(Row.id).where(Row.submission_key == key))


def open_of(enterprise_id: int) -> CreditListing | None:
    """The entry of this firm that is proposed or stands, whoever proposed it: nobody is listed twice at once."""
    going = Row.state.in_((ListingState.PROPOSED, ListingState.LISTED))
    return session().scalars(sa.select(Row).where(Row.enterprise_id == enterprise_id, going).limit(1)).first()


def standing(enterprise_ids: Iterable[int]) -> Mapping[int, CreditListing]:
    """Which of these firms are listed now. The list is public: everybody who sees the firm may know of it."""
    ids = sorted(set(enterprise_ids))
    found: dict[int, CreditListing] = {}
    for start in range(0, len(ids), PART):
        statement = sa.select(Row).where(Row.enterprise_id.in_(ids[start : start + PART]), Row.state == ListingState.LISTED)
        found |= {row.enterprise_id: row for row in session().scalars(statement)}
    return found


def penalty_state(penalty_id: int) -> Any:
    return session().scalar(sa.select(Penalty.state).where(Penalty.id == penalty_id))


def enterprise_of(actor: Actor, enterprise_id: int) -> Enterprise | None:
    return session().scalars(scope(sa.select(Enterprise).where(Enterprise.id == enterprise_id), Enterprise, actor)).first()


def enterprise_named(actor: Actor, written: str) -> Sequence[Enterprise]:
    """By 统一社会信用代码 or the whole name."""
    named = sa.or_(Enterprise.credit_code == written.strip().upper(), Enterprise.name == written.strip())
    unmerged = sa.select(Enterprise).where(named, Enterprise.status != EnterpriseStatus.MERGED).limit(3)
    return session().scalars(scope(unmerged, Enterprise, actor)).all()


def penalties_of(actor: Actor, enterprise_id: int) -> Sequence[Any]:
    """The decided penalties of a firm on which an entry may rest."""
    statement = sa.select(Penalty.id, Penalty.number, Penalty.decision_no, Penalty.decided_on).where(
        Penalty.enterprise_id == enterprise_id, Penalty.decided_on.is_not(None), Penalty.revoked_on.is_(None)
    )
    return session().execute(scope(statement, Penalty, actor).order_by(Penalty.id.desc())).all()


# ---------------------------------------------------------------- the list

COLUMNS = (
    Row.id, Row.number, Row.enterprise_id, Row.enterprise_name, Row.ground, Row.state, Row.document_no, Row.listed_on,
    Row.remove_due_on, Row.removed_on, Row.removal, Row.removal_note, Row.penalty_id, Row.case_id, Row.proposed_at,
    Penalty.number.label("penalty_number"), PROPOSER.name.label("proposer"), DECIDER.name.label("decider"),
    Organisation.name.label("org_name"),
)  # fmt: skip


def due_for_removal(today: date) -> list[Any]:
    return [Row.state == ListingState.LISTED, Row.remove_due_on <= today]


def listed(actor: Actor, filters: Filters, today: date, *columns: Any) -> sa.Select[Any]:
    statement = (
        sa.select(*columns)
        .select_from(Row)
        .join(Organisation, Organisation.id == Row.org_id)
        .outerjoin(Penalty, Penalty.id == Row.penalty_id)
        .outerjoin(PROPOSER, PROPOSER.id == Row.proposed_by_id)
        .outerjoin(DECIDER, DECIDER.id == Row.decided_by_id)
    )
    if filters.state is not None:
        statement = statement.where(Row.state == filters.state)
    if filters.due:
        statement = statement.where(*due_for_removal(today))
    if filters.q:
        texts = (Row.enterprise_name, Row.ground, Row.document_no)
        folded = Row.number.contains(folded_number(filters.q), autoescape=True)
        searched = found_by(Row.__tablename__, Row.id, filters.q)
        statement = statement.where(sa.or_(searched, folded, *(one.contains(filters.q, autoescape=True) for one in texts)))
    return scope(statement, Row, actor)


def listings(
    actor: Actor, filters: Filters, today: date, *, before: int | None = None, after: int | None = None, size: int = PAGE
) -> Page:
    """失信名单 by key, newest first."""
    statement, ids = (listed(actor, filters, today, *wanted) for wanted in (COLUMNS, (Row.id,)))
    return page(statement, ids, Row.id, before=before, after=after, size=size, most=COUNTED)


def every_listing(actor: Actor, filters: Filters, today: date) -> Sequence[Any]:
    """The whole list, for the workbook and commands."""
    return session().execute(listed(actor, filters, today, *COLUMNS).order_by(Row.id.desc()).limit(COUNTED)).all()


def of_enterprise(actor: Actor, enterprise_id: int) -> Sequence[Any]:
    """Every entry of a firm, newest first."""
    statement = listed(actor, Filters(), date.max, *COLUMNS).where(Row.enterprise_id == enterprise_id)
    return session().execute(statement.order_by(Row.id.desc())).all()


def counts(actor: Actor, today: date) -> Mapping[str, int]:
    grouped = scope(sa.select(Row.state, sa.func.count()), Row, actor).group_by(Row.state)
    found: dict[str, int] = {state.value: number for state, number in session().execute(grouped)}
    due = scope(sa.select(sa.func.count(Row.id)).where(*due_for_removal(today)), Row, actor)
    return {**found, DUE: session().scalar(due) or 0}



def to_remove(actor: Actor, today: date) -> sa.Select[Any]:
    return scope(sa.select(Row.id).where(*due_for_removal(today)), Row, actor)


def person_names(*ids: int | None) -> Mapping[int | None, str]:
    wanted = [one for one in ids if one is not None]
    return {number: name for number, name in session().execute(sa.select(User.id, User.name).where(User.id.in_(wanted)))}

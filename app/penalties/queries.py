"""Reading 行政处罚: one penalty, the list, what belongs to a case or an enterprise, publications and their removal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload, selectinload

from app.accounts.models import User
from app.db import session
from app.disposal.models import CaseApproval, CasePublication, DisposalCase
from app.domain.actors import Actor
from app.domain.case_kinds import ApprovalLevel, PenaltyOutcome
from app.domain.disposal import folded_number
from app.domain.numbering import normalise_number
from app.domain.workflow import PenaltyState
from app.enterprises.models import Enterprise
from app.keyset import Page, page
from app.legal_clocks.models import LegalClock
from app.organisations.models import Organisation
from app.penalties.models import Penalty
from app.reference_data.models import Region
from app.sampling.models import Sample
from app.scope import scope
from app.search.queries import found_by

PAGE = 50
PRINCIPAL = aliased(User)
COUNTED = 10_000
LARGEST_ID = 2**63 - 1
REMOVALS = "removals"  # 应停止公示
TO_PUBLISH = "publish"  # 待公示
GOING = (PenaltyState.FILED, PenaltyState.PROPOSED, PenaltyState.LEGAL, PenaltyState.LEADING)
PUBLIC_CLOCKS = ("PEN_PUBLISH", "PEN_PUBLISH_PUSH")


@dataclass(frozen=True, slots=True)
class Filters:
    """查询条件; None is no condition. ``due`` is ``publish`` (待公示) or ``removals`` (应停止公示)."""

    q: str | None = None
    state: PenaltyState | None = None
    outcome: PenaltyOutcome | None = None
    filed_from: date | None = None
    filed_to: date | None = None
    decided_from: date | None = None
    decided_to: date | None = None
    due: str | None = None


# ---------------------------------------------------------------- one penalty

def penalty(actor: Actor, penalty_id: int) -> Penalty | None:
    """One penalty of the actor's reach, with its case and sample, as the database has it now."""
    return session().scalars(_whole(actor).where(Penalty.id == penalty_id)).first() if penalty_id <= LARGEST_ID else None


def penalties_numbered(actor: Actor, written: str, org_code: str | None = None) -> Sequence[Penalty]:
    """By 立案号: each bureau counts its own, so there may be several in the reach of a city."""
    statement = _whole(actor).where(Penalty.number == folded_number(written))
    if org_code:
        statement = statement.where(Penalty.org_id.in_(sa.select(Organisation.id).where(Organisation.code == org_code)))
    return session().scalars(statement.order_by(Penalty.org_id)).all()


def _whole(actor: Actor) -> sa.Select[tuple[Penalty]]:
    loaded = joinedload(Penalty.case).joinedload(DisposalCase.sample)
    return scope(sa.select(Penalty).options(loaded).execution_options(populate_existing=True), Penalty, actor)


def case_of(penalty: Penalty) -> DisposalCase:
    """The case of a penalty with what its record needs."""
    loaded = (joinedload(DisposalCase.sample), selectinload(DisposalCase.quantities))
    return session().scalars(sa.select(DisposalCase).options(*loaded).where(DisposalCase.id == penalty.case_id)).one()


@dataclass(frozen=True, slots=True)
class Party:
    """What is known of the party: its code, and whether it is registered in another province."""

    code: str | None
    other_province: bool


def party_of(case: DisposalCase) -> Party:
    """As the register of enterprises says; nothing where the case names none."""
    enterprise = session().get(Enterprise, case.enterprise_id) if case.enterprise_id is not None else None
    if enterprise is None:
        return Party(None, False)
    code = sa.select(Region.code)
    theirs = session().scalar(code.where(Region.id == enterprise.region_id)) if enterprise.region_id is not None else None
    ours = session().scalar(code.join(Organisation, Organisation.region_id == Region.id).where(Organisation.id == case.org_id))
    return Party(enterprise.credit_code, bool(theirs and ours and theirs[:2] != ours[:2]))


def submitted(key: str) -> int | None:
    """The penalty that an earlier sending of the same page filed."""
    return session().scalar(sa.select(Penalty.id).where(Penalty.submission_key == key))


def people(penalty: Penalty) -> Mapping[int | None, str]:
    ids = {
        penalty.handler_id, penalty.proposed_by_id, penalty.reviewed_by_id, penalty.legal_by_id, penalty.decided_by_id,
        penalty.created_by_id,
    }  # fmt: skip
    return person_names(ids)


def person_names(ids: Any) -> Mapping[int | None, str]:
    wanted = [one for one in ids if one is not None]
    return {number: name for number, name in session().execute(sa.select(User.id, User.name).where(User.id.in_(wanted)))}


def approvals(penalty_id: int) -> Sequence[Any]:
    """审批意见, oldest first, with who gave them."""
    statement = (
        sa.select(*CaseApproval.__table__.c, User.name.label("who"), PRINCIPAL.name.label("for_whom"))
        .outerjoin(User, User.id == CaseApproval.decided_by_id)
        .outerjoin(PRINCIPAL, PRINCIPAL.id == CaseApproval.on_behalf_of_id)
        .where(CaseApproval.penalty_id == penalty_id)
    )
    return session().execute(statement.order_by(CaseApproval.id)).all()


def publications(penalty_id: int) -> Sequence[CasePublication]:
    """Every 公示 of a penalty, taken down or not."""
    statement = sa.select(CasePublication).where(CasePublication.penalty_id == penalty_id, CasePublication.voided_at.is_(None))
    return session().scalars(statement.order_by(CasePublication.id)).all()


def standing_publications(penalty_id: int) -> list[CasePublication]:
    return [one for one in publications(penalty_id) if one.removed_on is None]


def published_on(penalty_id: int) -> date | None:
    """The day of the first publication, which answers the duty also when it was taken down later."""
    return min((one.published_on for one in publications(penalty_id)), default=None)


def clocks_of(penalty: Penalty) -> Sequence[LegalClock]:
    """立案 of the case and the clocks of the penalty itself."""
    own = sa.and_(LegalClock.subject_kind == Penalty.__tablename__, LegalClock.subject_id == penalty.id)
    of_case = sa.and_(
        LegalClock.subject_kind == DisposalCase.__tablename__, LegalClock.subject_id == penalty.case_id, LegalClock.code == "CASE_FILE"
    )
    return session().scalars(sa.select(LegalClock).where(sa.or_(own, of_case)).order_by(LegalClock.started_on, LegalClock.id)).all()


def level_of(penalty: Penalty) -> ApprovalLevel | None:
    """The level it lies with."""
    return {
        PenaltyState.PROPOSED: ApprovalLevel.SECTION, PenaltyState.LEGAL: ApprovalLevel.LEGAL,
        PenaltyState.LEADING: ApprovalLevel.LEADER,
    }.get(penalty.state)  # fmt: skip


# ---------------------------------------------------------------- the list

def _conditions(filters: Filters, today: date) -> list[Any]:
    equal = ((Penalty.state, filters.state), (Penalty.outcome, filters.outcome))
    found: list[Any] = [column == value for column, value in equal if value is not None]
    spans = ((Penalty.filed_on, filters.filed_from, filters.filed_to), (Penalty.decided_on, filters.decided_from, filters.decided_to))
    for column, first, last in spans:
        found += [column >= first] if first is not None else []
        found += [column <= last] if last is not None else []
    if filters.due == REMOVALS:
        found.append(Penalty.id.in_(sa.select(CasePublication.penalty_id).where(*due_for_removal(today))))
    if filters.due == TO_PUBLISH:
        found.append(Penalty.id.in_(sa.select(LegalClock.subject_id).where(*_to_publish())))
    if filters.q:
        number = Sample.number.startswith(normalise_number(filters.q), autoescape=True)
        texts = (Penalty.party_name, Penalty.party_code, Penalty.decision_no)
        folded = (column.contains(folded_number(filters.q), autoescape=True) for column in (Penalty.number, DisposalCase.number))
        searched = found_by(Penalty.__tablename__, Penalty.id, filters.q)
        found.append(sa.or_(searched, number, *folded, *(one.contains(filters.q, autoescape=True) for one in texts)))
    return found


def due_for_removal(today: date) -> list[Any]:
    """公示 of penalties whose term is over and that still stand."""
    one = CasePublication
    return [one.penalty_id.is_not(None), one.removed_on.is_(None), one.voided_at.is_(None), one.remove_due_on <= today]


def _to_publish() -> list[Any]:
    return [
        LegalClock.subject_kind == Penalty.__tablename__, LegalClock.code.in_(PUBLIC_CLOCKS), LegalClock.done_on.is_(None),
        LegalClock.cancelled_at.is_(None),
    ]  # fmt: skip


COLUMNS = (
    Penalty.id, Penalty.number, Penalty.party_name, Penalty.party_code, Penalty.state, Penalty.outcome, Penalty.filed_on,
    Penalty.decision_no, Penalty.decided_on, Penalty.income, Penalty.goods_value, Penalty.fine, Penalty.total, Penalty.paid,
    Penalty.closed_on, Penalty.case_id, Penalty.sample_id, DisposalCase.number.label("case_number"),
    Sample.number.label("sample_number"), User.name.label("handler"), Organisation.name.label("org_name"),
)  # fmt: skip


def listed(actor: Actor, filters: Filters, today: date, *columns: Any) -> sa.Select[Any]:
    statement = (
        sa.select(*columns)
        .select_from(Penalty)
        .join(DisposalCase, DisposalCase.id == Penalty.case_id)
        .join(Sample, Sample.id == Penalty.sample_id)
        .join(Organisation, Organisation.id == Penalty.org_id)
        .outerjoin(User, User.id == Penalty.handler_id)
    )
    return scope(statement, Penalty, actor).where(*_conditions(filters, today))


def penalties(
    actor: Actor, filters: Filters, today: date, *, before: int | None = None, after: int | None = None, size: int = PAGE
) -> Page:
    """行政处罚列表 by key, newest first."""
    statement, ids = (listed(actor, filters, today, *wanted) for wanted in (COLUMNS, (Penalty.id,)))
    return page(statement, ids, Penalty.id, before=before, after=after, size=size, most=COUNTED)


def every_penalty(actor: Actor, filters: Filters, today: date) -> Sequence[Any]:
    """The whole list, for the workbook and commands."""
    return session().execute(listed(actor, filters, today, *COLUMNS).order_by(Penalty.id.desc()).limit(COUNTED)).all()


def of_case(actor: Actor, case_id: int) -> Sequence[Any]:
    """The penalties of a case, newest first."""
    statement = listed(actor, Filters(), date.max, *COLUMNS).where(Penalty.case_id == case_id)
    return session().execute(statement.order_by(Penalty.id.desc())).all()


def of_enterprise(actor: Actor, enterprise_id: int) -> Sequence[Any]:
    """The penalties of a firm, newest first."""
    statement = listed(actor, Filters(), date.max, *COLUMNS).where(Penalty.enterprise_id == enterprise_id)
    return session().execute(statement.order_by(Penalty.id.desc()).limit(PAGE)).all()


def removals(actor: Actor, today: date) -> Sequence[Any]:
    """公示 due for removal, the longest overdue first."""
    one = CasePublication
    statement = (
        sa.select(
            one.id, one.penalty_id, one.published_on, one.remove_due_on, one.document_no, one.url, Penalty.number, Penalty.party_name,
            Penalty.decision_no,
        )
        .join(Penalty, Penalty.id == one.penalty_id)
        .where(*due_for_removal(today))
    )  # fmt: skip
    return session().execute(scope(statement, Penalty, actor).order_by(one.remove_due_on, one.id).limit(COUNTED)).all()


def counts(actor: Actor, today: date) -> Mapping[str, int]:
    """How many stand in each state, wait to be published and to be taken down."""
    grouped = scope(sa.select(Penalty.state, sa.func.count()), Penalty, actor).group_by(Penalty.state)
    found: dict[str, int] = {state.value: number for state, number in session().execute(grouped)}
    for due in (TO_PUBLISH, REMOVALS):
        found[due] = session().scalar(sa.select(sa.func.count()).select_from(due_of(actor, due, today).subquery())) or 0
    return found


def due_of(actor: Actor, due: str, today: date) -> sa.Select[Any]:
    """Ids of what waits to be published, or to be taken down."""
    return scope(sa.select(Penalty.id), Penalty, actor).where(*_conditions(Filters(due=due), today))


def total_of(rows: Sequence[Any]) -> Decimal:
    """罚没款合计 of decided rows."""
    return sum((row.total for row in rows if row.decided_on is not None and row.state is not PenaltyState.REVOKED), Decimal())

"""屡次不合格, read: what resembles a case, by firm, item and category, with a number of statements that never grows.

Firms are looked for in the whole installation. What the reader may not open is counted and not shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from flask import current_app

from app.db import session
from app.disposal.models import DisposalCase
from app.domain import repeat_offenders as rules
from app.domain.actors import Actor
from app.domain.case_kinds import PenaltyOutcome
from app.domain.case_record import PenaltyKind
from app.domain.disposal import Party, names_firm
from app.domain.repeat_offenders import Alike, Likeness, Punished
from app.domain.workflow import CaseState, PenaltyState
from app.enterprises.models import Enterprise
from app.penalties.models import Penalty
from app.reference_data.models import FoodCategory
from app.sampling.models import Sample

MOST = 1_000
LISTED = 10
DECIDED = (PenaltyState.DECIDED, PenaltyState.EXECUTED, PenaltyState.CLOSED)
C = DisposalCase


@dataclass(frozen=True, slots=True)
class Batch:
    """One failing batch with its case (``rules.Failing``); ``state`` and the words are for the page."""

    case_id: int
    sample_id: int
    org_id: int
    enterprise_id: int | None
    credit_code: str | None
    party_name: str | None
    items: frozenset[str]
    category_id: int | None
    received_on: date
    case_number: str = ""
    sample_number: str = ""
    product_name: str = ""
    failing_items: str | None = None
    state: CaseState = CaseState.OPEN


@dataclass(frozen=True, slots=True)
class Group:
    """What resembles the case in one way, as this reader may see it."""

    likeness: Likeness
    about: str
    batches: int
    shown: Sequence[Any]
    hidden: int  # cases of other offices
    more: int  # of our reach, not listed


@dataclass(frozen=True, slots=True)
class Repeats:
    """The hints of one case or firm."""

    since: date
    months: int
    groups: Sequence[Group]
    third: str | None
    cut: bool  # there were more than are read
    of_case: bool = True


def of_case(actor: Actor, case: DisposalCase, today: date) -> Repeats:
    """What resembles this case in the months before it was received, and since."""
    this, category = _this(case)
    months = current_app.config["REPEAT_MONTHS"]
    first = rules.since(case.received_on, months)
    found, cut = _candidates(first, _resembles(this))
    groups = [_group(actor, one, this, category) for one in rules.alike(this, found)]
    return Repeats(first, months, groups, _third(this, today), cut)


def of_enterprise(actor: Actor, enterprise: Enterprise, today: date) -> Repeats:
    """The failing batches of one firm in the last months, where there is more than one: its cases are on its page anyway."""
    this = Batch(0, 0, 0, enterprise.id, enterprise.credit_code, enterprise.name, frozenset(), None, today)
    months = current_app.config["REPEAT_MONTHS"]
    first = rules.since(today, months)
    found, cut = _candidates(first, _same_firm(this))
    groups = [_group(actor, one, this, "") for one in rules.alike(this, found) if one.batches > 1]
    return Repeats(first, months, groups, _third(this, today), cut, of_case=False)


# ---------------------------------------------------------------- the case itself

def _this(case: DisposalCase) -> tuple[Batch, str]:
    row = session().execute(
        sa.select(Sample.category_id, Sample.number, Sample.product_name, CODE.label("code"), FoodCategory.name.label("category"))
        .select_from(C)
        .join(Sample, Sample.id == C.sample_id)
        .outerjoin(Enterprise, Enterprise.id == C.enterprise_id)
        .outerjoin(FoodCategory, FoodCategory.id == Sample.category_id)
        .where(C.id == case.id)
    ).one()
    this = Batch(
        case.id, case.sample_id, case.org_id, case.enterprise_id, row.code, case.party_name, rules.items_of(case.failing_items),
        row.category_id, case.received_on, case.number, row.number, row.product_name, case.failing_items, case.state,
    )  # fmt: skip
    return this, row.category or ""


# The code of the register; else, of the sampled side, the one on the sheet.
CODE = sa.func.coalesce(Enterprise.credit_code, sa.case((C.party != Party.PRODUCTION, Sample.sampled_credit_code), else_=None))


# ---------------------------------------------------------------- the others

COLUMNS = (
    C.id, C.sample_id, C.org_id, C.enterprise_id, CODE.label("code"), C.party_name, C.failing_items, Sample.category_id, C.received_on,
    C.number, Sample.number.label("sample_number"), Sample.product_name, C.state,
)  # fmt: skip


def _candidates(first: date, condition: Any) -> tuple[list[Batch], bool]:
    """One statement; SQL chooses widely, the rule decides."""
    statement = (
        sa.select(*COLUMNS)
        .join(Sample, Sample.id == C.sample_id)
        .outerjoin(Enterprise, Enterprise.id == C.enterprise_id)
        .where(C.state != CaseState.CANCELLED, C.received_on >= first, condition)
        .order_by(C.received_on.desc(), C.id.desc())
        .limit(MOST + 1)
    )
    rows = session().execute(statement).all()
    found = [
        Batch(
            row.id, row.sample_id, row.org_id, row.enterprise_id, row.code, row.party_name, rules.items_of(row.failing_items),
            row.category_id, row.received_on, row.number, row.sample_number, row.product_name, row.failing_items, row.state,
        )
        for row in rows[:MOST]
    ]  # fmt: skip
    return found, len(rows) > MOST


def _resembles(this: Batch) -> Any:
    items = [C.failing_items.contains(item, autoescape=True) for item in sorted(this.items)]
    category = [Sample.category_id == this.category_id] if this.category_id is not None else []
    return sa.or_(_same_firm(this), *items, *category)


def _same_firm(this: Batch) -> Any:
    clauses: list[Any] = [C.enterprise_id == this.enterprise_id] if this.enterprise_id is not None else []
    if this.credit_code:
        clauses.append(this.credit_code == CODE)
    if names_firm(this.party_name):
        clauses.append(C.party_name == this.party_name)
    return sa.or_(sa.false(), *clauses)


def _group(actor: Actor, found: Alike, this: Batch, category: str) -> Group:
    ours: list[Any] = [one for one in found.found if one.org_id in actor.reach]  # type: ignore[attr-defined]
    about = {Likeness.FIRM: this.party_name or "", Likeness.ITEM: "、".join(sorted(this.items)), Likeness.CATEGORY: category}
    return Group(
        found.likeness, about[found.likeness], found.batches, ours[:LISTED], len(found.found) - len(ours), len(ours[LISTED:])
    )


# ---------------------------------------------------------------- 食品安全法 134

def _third(this: Batch, today: date) -> str | None:
    return rules.third_time(rules.counted(_decisions(this, rules.since(today, 12)), today))


def _decisions(this: Batch, first: date) -> Iterable[Punished]:
    """What is decided in penalty cases, and what the cases themselves say where they have none."""
    firm = [Penalty.enterprise_id == this.enterprise_id] if this.enterprise_id is not None else []
    firm += [Penalty.party_code == this.credit_code] if this.credit_code else []
    firm += [Penalty.party_name == this.party_name] if names_firm(this.party_name) else []
    penalties = session().execute(
        sa.select(Penalty.decided_on, Penalty.decision_no, Penalty.stop_business, Penalty.licence, Penalty.case_id, Penalty.party_code)
        .where(
            Penalty.state.in_(DECIDED), Penalty.outcome == PenaltyOutcome.PUNISHED, Penalty.decided_on >= first,
            sa.or_(sa.false(), *firm),
        )
    ).all()  # fmt: skip
    codes = {None, "", this.credit_code} if this.credit_code else None
    told = [one for one in penalties if codes is None or one.party_code in codes]
    yield from (Punished(one.decided_on, one.decision_no, one.stop_business or one.licence is not None, one.case_id) for one in told)
    known = {one.case_id for one in penalties}
    cases = session().execute(
        sa.select(C.id, C.penalty_on, C.penalty_no)
        .join(Sample, Sample.id == C.sample_id)
        .outerjoin(Enterprise, Enterprise.id == C.enterprise_id)
        .where(C.penalty_kind == PenaltyKind.PUNISHED, C.penalty_on >= first, C.state != CaseState.CANCELLED, _same_firm(this))
    )
    yield from (Punished(one.penalty_on, one.penalty_no, False, one.id) for one in cases if one.id not in known)

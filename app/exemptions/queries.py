"""Reading caps and exemptions: what is in force on a day, lists, counts per month and per rule."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from app import clock
from app.accounts.models import User
from app.db import session
from app.domain.actors import Actor
from app.domain.workflow import ExemptionState
from app.enterprises.models import Enterprise
from app.exemptions.models import CapRule, ExemptionUse, RuleExemption
from app.organisations.models import Organisation
from app.paging import page_size
from app.sampling.models import Sample
from app.scope import scope

KIND = RuleExemption.__tablename__


def caps_in_force(day: date) -> Sequence[CapRule]:
    """The caps that hold for a sample taken on this day."""
    return session().scalars(
        sa.select(CapRule)
        .where(
            CapRule.superseded_at.is_(None), CapRule.valid_from <= day,
            sa.or_(CapRule.valid_to.is_(None), CapRule.valid_to >= day),
        )
        .order_by(CapRule.code)
    ).all()  # fmt: skip


def caps() -> Sequence[CapRule]:
    """Every cap not superseded, those of the past and the future included."""
    return session().scalars(
        sa.select(CapRule).where(CapRule.superseded_at.is_(None)).order_by(CapRule.code, CapRule.valid_from)
    ).all()


def cap(actor: Actor, cap_id: int) -> CapRule | None:
    return session().get(CapRule, cap_id)


def cap_versions(code: str) -> Sequence[CapRule]:
    """Every version of one cap, the newest first; what is superseded stays readable."""
    return session().scalars(
        sa.select(CapRule).where(CapRule.code == code).order_by(CapRule.valid_from.desc(), CapRule.id.desc())
    ).all()


def cap_names() -> dict[str, str]:
    """Names of caps by code, the newest version's."""
    found = session().execute(sa.select(CapRule.code, CapRule.name).order_by(CapRule.id))
    return {code: name for code, name in found}


def usable_exemption(
    code: str, keys: Sequence[str], day: date, org_id: int, organiser_id: int | None
) -> RuleExemption | None:
    """An approved exemption with something left, given by the bureau of the sheet, one above it, or the organiser."""
    path = session().scalar(sa.select(Organisation.path).where(Organisation.id == org_id)) or ""
    givers = {int(part) for part in path.split("/") if part} | ({organiser_id} if organiser_id else set())
    return session().scalars(
        sa.select(RuleExemption)
        .where(
            RuleExemption.rule_code == code, RuleExemption.subject_key.in_(keys), RuleExemption.org_id.in_(givers),
            RuleExemption.state == ExemptionState.APPROVED, RuleExemption.valid_from <= day, RuleExemption.valid_to >= day,
            RuleExemption.used < RuleExemption.batches,
        )
        .order_by(RuleExemption.valid_to, RuleExemption.id)
        .execution_options(populate_existing=True)
    ).first()  # fmt: skip


# ---------------------------------------------------------------- lists

@dataclass(frozen=True, slots=True)
class Filters:
    """查询条件 of the list of exemptions."""

    state: ExemptionState | None = None
    code: str | None = None
    month: str | None = None  # 2026-11, of asking


@dataclass(frozen=True, slots=True)
class Page:
    """One page, newest first."""

    rows: Sequence[Any]
    older: int | None
    newer: bool
    total: int


def _conditions(filters: Filters) -> Iterator[Any]:
    if filters.state is not None:
        yield RuleExemption.state == filters.state
    if filters.code:
        yield RuleExemption.rule_code == filters.code
    if filters.month:
        first, last = month_bounds(filters.month)
        yield RuleExemption.asked_at > first
        yield RuleExemption.asked_at <= last


def month_bounds(month: str) -> tuple[datetime, datetime]:
    """The last moments of the office's month before and of the month itself, as moments are stored."""
    year, number = int(month[:4]), int(month[5:7])
    first, following = date(year, number, 1), date(year + number // 12, number % 12 + 1, 1)
    return _before(first), _before(following)


def _before(day: date) -> datetime:
    return clock.end_of_day(day - timedelta(days=1))


def _listed(actor: Actor, filters: Filters, *columns: Any) -> sa.Select[Any]:
    return scope(sa.select(*columns), RuleExemption, actor).where(*_conditions(filters))


def listed(actor: Actor, filters: Filters) -> sa.Select[Any]:
    asker, decider = sa.orm.aliased(User), sa.orm.aliased(User)
    return (
        _listed(actor, filters, *RuleExemption.__table__.c, asker.name.label("asker"), decider.name.label("decider"))
        .join(asker, asker.id == RuleExemption.asked_by_id, isouter=True)
        .join(decider, decider.id == RuleExemption.decided_by_id, isouter=True)
    )


MONTH = re.compile(r"20\d\d-(0[1-9]|1[0-2])", re.ASCII)


def filters_asked(asked: Mapping[str, Any]) -> Filters:
    """The query of the list from its address; what it does not know is no condition."""
    state, code, month = (str(asked.get(name, "")) for name in ("state", "rule", "month"))
    known = {member.value: member for member in ExemptionState}
    return Filters(known.get(state), code[:40] or None, month if MONTH.fullmatch(month) else None)


def exemptions(actor: Actor, filters: Filters, before: int | None = None) -> Page:
    size = page_size()
    statement = listed(actor, filters)
    if before is not None:
        statement = statement.where(RuleExemption.id < before)
    rows = session().execute(statement.order_by(RuleExemption.id.desc()).limit(size + 1)).all()
    total = session().scalar(sa.select(sa.func.count()).select_from(_listed(actor, filters, RuleExemption.id).subquery())) or 0
    return Page(rows[:size], rows[size - 1].id if len(rows) > size else None, before is not None, total)


@dataclass(frozen=True, slots=True)
class Count:
    """How many were asked for in one month under one rule, how they were decided, and how many batches they let through."""

    month: str
    code: str
    asked: int
    approved: int
    declined: int
    revoked: int
    used: int


def counts(actor: Actor, since: date) -> list[Count]:
    """每月每条规则的豁免, newest month first."""
    statement = _listed(
        actor, Filters(), RuleExemption.asked_at, RuleExemption.rule_code, RuleExemption.state, RuleExemption.used
    ).where(RuleExemption.asked_at > _before(since))
    found: dict[tuple[str, str], list[int]] = {}
    places = {ExemptionState.APPROVED: 1, ExemptionState.DECLINED: 2, ExemptionState.REVOKED: 3}
    for at, code, state, used in session().execute(statement):
        row = found.setdefault((f"{clock.office_time(at):%Y-%m}", code), [0, 0, 0, 0, 0])
        row[0] += 1
        row[4] += used
        if state in places:
            row[places[state]] += 1
    return [Count(month, code, *numbers) for (month, code), numbers in sorted(found.items(), reverse=True)]


# ---------------------------------------------------------------- one exemption

def exemption(actor: Actor, exemption_id: int) -> RuleExemption | None:
    return session().scalars(
        scope(sa.select(RuleExemption), RuleExemption, actor)
        .where(RuleExemption.id == exemption_id)
        .execution_options(populate_existing=True)
    ).first()


def exemption_numbered(actor: Actor, number: str) -> RuleExemption | None:
    found = session().scalar(
        scope(sa.select(RuleExemption.id), RuleExemption, actor).where(RuleExemption.number == number.strip())
    )
    return exemption(actor, found) if found is not None else None


def uses(exemption_id: int) -> Sequence[Any]:
    """The samples registered under it."""
    return session().execute(
        sa.select(Sample.id, Sample.number, Sample.product_name, Sample.sampled_name, Sample.sampled_on, ExemptionUse.at)
        .join(Sample, Sample.id == ExemptionUse.sample_id)
        .where(ExemptionUse.exemption_id == exemption_id)
        .order_by(ExemptionUse.id)
    ).all()


def earlier_samples(actor: Actor, numbers: Sequence[str]) -> Sequence[Any]:
    """The earlier samples that the request names, as far as this reader may see them."""
    columns = (Sample.id, Sample.number, Sample.product_name, Sample.sampled_name, Sample.sampled_on)
    return session().execute(
        scope(sa.select(*columns), Sample, actor).where(Sample.number.in_(numbers)).order_by(Sample.sampled_on, Sample.id)
    ).all()


def person_names(*ids: int | None) -> dict[int | None, str]:
    wanted = {number for number in ids if number is not None}
    found = session().execute(sa.select(User.id, User.name).where(User.id.in_(wanted)))
    return {number: name for number, name in found}


def enterprise_name(enterprise_id: int) -> str | None:
    return session().scalar(sa.select(Enterprise.name).where(Enterprise.id == enterprise_id))

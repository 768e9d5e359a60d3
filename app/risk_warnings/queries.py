"""Reading 消费提示、风险预警: the list, one of them, the batches behind it and what has become of these."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from app.accounts.models import User
from app.db import session
from app.domain.actors import Actor
from app.domain.disposal import folded_number
from app.domain.reporting_kinds import WarningKind
from app.domain.reporting_states import WarningState
from app.domain.samples import Supervision
from app.keyset import Page, counted, page
from app.objections.models import Objection
from app.objections.queries import RUNNING
from app.organisations.models import Organisation
from app.results.models import OverturnedVerdict, ResultReport
from app.retests.models import Retest
from app.retests.queries import LIVE
from app.risk_warnings.models import PublicWarning, WarningSource
from app.sampling.models import BatchFact, Sample
from app.scope import scope

PAGE = 50
COUNTED = 10_000
LARGEST_ID = 2**63 - 1
CHANGED = "changed"
Row = PublicWarning
STANDING = (WarningState.DRAFT, WarningState.SUBMITTED, WarningState.APPROVED, WarningState.PUBLISHED)
DRAFTER, APPROVER, FACT = aliased(User), aliased(User), aliased(BatchFact)


@dataclass(frozen=True, slots=True)
class Filters:
    """查询条件; None is no condition. ``changed``: only those whose basis has changed."""

    q: str | None = None
    state: WarningState | None = None
    kind: WarningKind | None = None
    changed: bool = False


def warning(actor: Actor, warning_id: int) -> PublicWarning | None:
    """One of the actor's reach, as the database has it now."""
    if warning_id > LARGEST_ID:
        return None
    statement = sa.select(Row).where(Row.id == warning_id).execution_options(populate_existing=True)
    return session().scalars(scope(statement, Row, actor)).first()


def warnings_numbered(actor: Actor, written: str, org_code: str | None = None) -> Sequence[PublicWarning]:
    """By number; each bureau counts its own."""
    statement = sa.select(Row).where(Row.number == folded_number(written)).execution_options(populate_existing=True)
    if org_code:
        statement = statement.where(Row.org_id.in_(sa.select(Organisation.id).where(Organisation.code == org_code)))
    return session().scalars(scope(statement, Row, actor).order_by(Row.org_id)).all()


def submitted(key: str) -> int | None:
    """The one that an earlier sending of the same page drafted."""
    return session().scalar(sa.select(Row.id).where(Row.submission_key == key))


COLUMNS = (
    Row.id, Row.number, Row.kind, Row.title, Row.state, Row.audience, Row.basis, Row.findings, Row.as_of, Row.published_on, Row.channel,
    Row.url, Row.expires_on, Row.withdrawn_on, Row.reason, Row.created_at, Organisation.name.label("org_name"),
    DRAFTER.name.label("drafter"), APPROVER.name.label("approver"),
)  # fmt: skip


def _changed() -> sa.ColumnElement[bool]:
    """A batch behind it no longer fails, one of its verdicts was overturned, or its report has a new version since it was counted."""
    return sa.exists().where(WarningSource.warning_id == Row.id, sa.or_(*_reasons().values())).correlate(Row)


def _reasons() -> Mapping[str, sa.ColumnElement[bool]]:
    """Why the basis has changed, about a ``WarningSource`` of a ``PublicWarning``."""
    stands = sa.exists().where(
        FACT.sample_id == WarningSource.sample_id, FACT.superseded_at.is_(None), FACT.voided.is_(False),
        FACT.supervision == Supervision.FAIL,
    )
    overturned = sa.exists().where(
        OverturnedVerdict.sample_id == WarningSource.sample_id, OverturnedVerdict.lapsed_at.is_(None),
        OverturnedVerdict.overturned_at > Row.as_of,
    )
    reported = sa.exists().where(
        ResultReport.sample_id == WarningSource.sample_id, ResultReport.superseded_at.is_(None), ResultReport.recorded_at > Row.as_of,
    )
    stands, overturned, reported = (one.correlate(WarningSource, Row) for one in (stands, overturned, reported))
    return {"结论已不是不合格": sa.not_(stands), "有检验项目已改判": overturned, "检验报告有新版本": reported}


def listed(actor: Actor, filters: Filters, *columns: Any) -> sa.Select[Any]:
    statement = (
        sa.select(*columns)
        .select_from(Row)
        .join(Organisation, Organisation.id == Row.org_id)
        .outerjoin(DRAFTER, DRAFTER.id == Row.created_by_id)
        .outerjoin(APPROVER, APPROVER.id == Row.approved_by_id)
    )
    for column, wanted in ((Row.state, filters.state), (Row.kind, filters.kind)):
        if wanted is not None:
            statement = statement.where(column == wanted)
    if filters.changed:
        statement = statement.where(Row.state.in_(STANDING), _changed())
    if filters.q:
        texts = (Row.title, Row.body, Row.audience)
        folded = Row.number.contains(folded_number(filters.q), autoescape=True)
        statement = statement.where(sa.or_(folded, *(one.contains(filters.q, autoescape=True) for one in texts)))
    return scope(statement, Row, actor)


def warnings(actor: Actor, filters: Filters, *, before: int | None = None, after: int | None = None, size: int = PAGE) -> Page:
    """The list by key, newest first."""
    statement, ids = (listed(actor, filters, *wanted) for wanted in (COLUMNS, (Row.id,)))
    return page(statement, ids, Row.id, before=before, after=after, size=size, most=COUNTED)


def every_warning(actor: Actor, filters: Filters) -> Sequence[Any]:
    """The whole list, for the workbook and commands."""
    return session().execute(listed(actor, filters, *COLUMNS).order_by(Row.id.desc()).limit(COUNTED)).all()


def counts(actor: Actor) -> Mapping[str, int]:
    """By state, and how many have a basis that has changed."""
    grouped = scope(sa.select(Row.state, sa.func.count()), Row, actor).group_by(Row.state)
    found = {state.value: number for state, number in session().execute(grouped)}
    return {**found, CHANGED: counted(listed(actor, Filters(changed=True), Row.id), COUNTED)}


# ---------------------------------------------------------------- the batches behind one

def sources(warning_id: int) -> Sequence[Any]:
    """The batches behind it, each with its conclusion now and with what has changed since it was counted."""
    reasons = [clause.label(f"why{at}") for at, clause in enumerate(_reasons().values())]
    fact = sa.and_(BatchFact.sample_id == WarningSource.sample_id, BatchFact.superseded_at.is_(None))
    return session().execute(
        sa.select(
            WarningSource.sample_id, WarningSource.sample_number.label("number"), Sample.product_name, Sample.sampled_name,
            Sample.producer_name, BatchFact.supervision, BatchFact.voided, BatchFact.reported_on, BatchFact.link, *reasons,
        )
        .select_from(WarningSource)
        .join(Row, Row.id == WarningSource.warning_id)
        .join(Sample, Sample.id == WarningSource.sample_id)
        .outerjoin(BatchFact, fact)
        .where(WarningSource.warning_id == warning_id)
        .order_by(BatchFact.reported_on.desc(), WarningSource.sample_id.desc())
    ).all()  # fmt: skip


def why_changed(row: Any) -> str:
    """The reasons of one row of ``sources``, in words."""
    return "；".join(words for at, words in enumerate(_reasons()) if getattr(row, f"why{at}"))


def changed_numbers(warning_id: int) -> Sequence[str]:
    """Numbers of the batches behind it that have changed."""
    return session().scalars(
        sa.select(WarningSource.sample_number).select_from(WarningSource).join(Row, Row.id == WarningSource.warning_id)
        .where(WarningSource.warning_id == warning_id, sa.or_(*_reasons().values())).order_by(WarningSource.sample_number)
    ).all()  # fmt: skip


def disputed(sample_ids: Sequence[int]) -> int:
    """How many of the batches have a retest or an objection that is not concluded."""
    ids = list(sample_ids)
    retests = sa.select(Retest.sample_id).where(Retest.sample_id.in_(ids), Retest.state.in_(LIVE))
    objections = sa.select(Objection.sample_id).where(Objection.sample_id.in_(ids), Objection.state.in_(RUNNING))
    both = sa.union(retests, objections).subquery()
    return session().scalar(sa.select(sa.func.count()).select_from(both)) or 0


def person_names(*ids: int | None) -> Mapping[int | None, str]:
    wanted = [one for one in ids if one is not None]
    return {number: name for number, name in session().execute(sa.select(User.id, User.name).where(User.id.in_(wanted)))}


def office_name(org_id: int) -> str:
    return session().scalars(sa.select(Organisation.name).where(Organisation.id == org_id)).one()


def expired(row: Any, today: date) -> bool:
    """Published, and past its last day."""
    return bool(row.state is WarningState.PUBLISHED and row.expires_on is not None and row.expires_on < today)


def published_latest(actor: Actor, size: int) -> Sequence[Any]:
    """The newest that are published in the actor's reach."""
    wanted = sa.select(Row.id, Row.number, Row.kind, Row.title, Row.published_on).where(Row.state == WarningState.PUBLISHED)
    return session().execute(scope(wanted, Row, actor).order_by(Row.published_on.desc(), Row.id.desc()).limit(size)).all()

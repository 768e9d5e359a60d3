"""Reading 复检: one application, the list with its running clock, the list of laboratories."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from app import history
from app.accounts.models import User
from app.custody.models import BackupSample
from app.db import session
from app.domain.actors import Actor
from app.domain.case_kinds import RetestConclusion, Side
from app.domain.numbering import normalise_number
from app.domain.samples import Verdict
from app.domain.workflow import DocumentState, RetestState, RetestStep
from app.drawings.models import Drawing
from app.keyset import Page, page
from app.legal_clocks.models import LegalClock
from app.official_documents.models import OfficialDocument
from app.organisations.models import Organisation
from app.reference_data import standing
from app.results.models import ResultReport, ResultRow
from app.retests.models import Retest, RetestLaboratory
from app.ripples.models import Ripple
from app.sampling.models import Sample
from app.scope import below, scope
from app.search.queries import found_by

KIND = Retest.__tablename__
PAGE = 50
COUNTED = 10_000
LARGEST_ID = 2**63 - 1
RUNNING, ALL, OVERDUE = "running", "all", "overdue"
LIVE = (RetestState.APPLIED, RetestState.ACCEPTED, RetestState.DESIGNATED, RetestState.HANDED, RetestState.CONCLUDED)


# ---------------------------------------------------------------- one application

def retest(actor: Actor, retest_id: int) -> Retest | None:
    """One application of the actor's reach, with its sample, items and laboratory, as the database has it now."""
    return session().scalars(_whole(actor).where(Retest.id == retest_id)).first() if retest_id <= LARGEST_ID else None


def retest_numbered(actor: Actor, written: str) -> Retest | None:
    """By 编号 (复检〔2026〕1号), or by the id that the list shows."""
    if written.isascii() and written.isdigit():
        return retest(actor, int(written))
    found = session().scalars(_whole(actor).where(Retest.number == written.strip()).limit(2)).all()
    return found[0] if len(found) == 1 else None


def _whole(actor: Actor) -> sa.Select[tuple[Retest]]:
    loaded = (joinedload(Retest.sample), joinedload(Retest.laboratory), selectinload(Retest.items))
    return scope(sa.select(Retest).options(*loaded).execution_options(populate_existing=True), Retest, actor)


def submitted(key: str) -> int | None:
    """The application that an earlier sending of the same page registered."""
    return session().scalar(sa.select(Retest.id).where(Retest.submission_key == key))


def of_sample(sample_id: int) -> Sequence[Retest]:
    """Every application about the sample; the page has asked whether the reader may see them."""
    return session().scalars(
        sa.select(Retest).where(Retest.sample_id == sample_id).options(joinedload(Retest.laboratory)).order_by(Retest.id)
    ).all()


def seen_of_sample(actor: Actor, sample_id: int) -> Sequence[Retest]:
    statement = scope(sa.select(Retest).options(joinedload(Retest.laboratory)), Retest, actor)
    return session().scalars(statement.where(Retest.sample_id == sample_id).order_by(Retest.id)).all()


def clocks_of(retest_id: int) -> Sequence[LegalClock]:
    return session().scalars(
        sa.select(LegalClock).where(LegalClock.subject_kind == KIND, LegalClock.subject_id == retest_id).order_by(LegalClock.id)
    ).all()


def drawing_of(found: Retest) -> Drawing | None:
    statement = sa.select(Drawing).options(selectinload(Drawing.entries)).where(Drawing.id == found.drawing_id)
    return session().scalars(statement).first() if found.drawing_id is not None else None


def documents_of(found: Retest) -> Sequence[OfficialDocument]:
    return session().scalars(
        sa.select(OfficialDocument)
        .where(OfficialDocument.about_kind == KIND, OfficialDocument.about_id == found.id)
        .order_by(OfficialDocument.id)
    ).all()


def notices_delivered(sample_id: int, side: Side) -> Sequence[OfficialDocument]:
    """The 检验结果通知书 that this party has received: each carries the clock of the party's application."""
    return session().scalars(
        sa.select(OfficialDocument).where(
            OfficialDocument.sample_id == sample_id, OfficialDocument.side == side, OfficialDocument.kind == "检验结果通知书",
            OfficialDocument.state == DocumentState.DELIVERED,
        )
    ).all()  # fmt: skip


def ripples_of(found: Retest) -> Sequence[Ripple]:
    """What the conclusion has changed elsewhere."""
    return session().scalars(
        sa.select(Ripple).where(Ripple.source_kind == KIND, Ripple.source_id == found.id).order_by(Ripple.id)
    ).all()


def person_name(user_id: int | None) -> str:
    return (session().scalar(sa.select(User.name).where(User.id == user_id)) if user_id else None) or "命令行"


def organisation_name(org_id: int | None) -> str | None:
    return session().scalar(sa.select(Organisation.name).where(Organisation.id == org_id)) if org_id is not None else None


# ---------------------------------------------------------------- the sample

def failing_rows(sample_id: int) -> Sequence[ResultRow]:
    """不合格项 of the reports in force."""
    return session().scalars(
        sa.select(ResultRow)
        .join(ResultReport, ResultReport.id == ResultRow.report_id)
        .where(ResultRow.sample_id == sample_id, ResultReport.superseded_at.is_(None), ResultRow.verdict == Verdict.FAIL)
        .options(joinedload(ResultRow.report))
        .order_by(ResultRow.report_id, ResultRow.ordinal)
    ).all()


def backup_of(sample_id: int) -> BackupSample | None:
    return session().scalars(
        sa.select(BackupSample)
        .where(BackupSample.sample_id == sample_id)
        .options(joinedload(BackupSample.sample).options(selectinload(Sample.cases)))
    ).first()


def first_laboratory_names(sample: Sample) -> frozenset[str]:
    """初检机构 as the sheet, its reports and our own register call it."""
    reported = session().scalars(
        sa.select(ResultReport.laboratory).where(ResultReport.sample_id == sample.id, ResultReport.superseded_at.is_(None))
    )
    ours = organisation_name(sample.laboratory_org_id)
    return frozenset(name.strip() for name in (sample.laboratory, ours, *reported) if name and name.strip())


# ---------------------------------------------------------------- laboratories

def laboratory(actor: Actor, laboratory_id: int) -> RetestLaboratory | None:
    if laboratory_id > LARGEST_ID:
        return None
    statement = scope(sa.select(RetestLaboratory), RetestLaboratory, actor).where(RetestLaboratory.id == laboratory_id)
    return session().scalars(statement.execution_options(populate_existing=True)).first()


def own_laboratory(actor: Actor, laboratory_id: int) -> RetestLaboratory | None:
    """One that the actor's own organisation, or one below it, keeps: the lists of those above are only read."""
    found = laboratory(actor, laboratory_id)
    return found if found is not None and found.org_id in actor.reach else None


def laboratory_coded(actor: Actor, code: str) -> RetestLaboratory | None:
    statement = sa.select(RetestLaboratory).where(below(actor, RetestLaboratory.org_id), RetestLaboratory.code == code.strip())
    found = session().scalars(statement.order_by(RetestLaboratory.id).limit(2)).all()
    return found[0] if len(found) == 1 else None


def laboratories(actor: Actor, on: date | None = None, q: str | None = None) -> Sequence[Any]:
    """The list with whose it is; with ``on`` only those in force that day."""
    statement = (
        sa.select(RetestLaboratory, Organisation.name.label("kept_by"))
        .join(Organisation, Organisation.id == RetestLaboratory.org_id)
        .order_by(RetestLaboratory.valid_to.is_not(None), RetestLaboratory.code, RetestLaboratory.id)
    )
    if on is not None:
        statement = statement.where(
            RetestLaboratory.valid_from <= on, sa.or_(RetestLaboratory.valid_to.is_(None), RetestLaboratory.valid_to >= on)
        )
    if q:
        columns = (RetestLaboratory.name, RetestLaboratory.code, RetestLaboratory.fields, RetestLaboratory.address)
        statement = statement.where(sa.or_(*(column.contains(q, autoescape=True) for column in columns)))
    return session().execute(scope(statement, RetestLaboratory, actor)).all()


def listed_for(found: Retest) -> Sequence[RetestLaboratory]:
    """The lists that the accepting office draws from: its own and those of the offices above it."""
    path = session().scalar(sa.select(Organisation.path).where(Organisation.id == found.org_id)) or ""
    offices = [int(part) for part in path.split("/") if part]
    return session().scalars(
        sa.select(RetestLaboratory).where(RetestLaboratory.org_id.in_(offices)).order_by(RetestLaboratory.code, RetestLaboratory.id)
    ).all()


def laboratories_of_system() -> list[tuple[int, str]]:
    """承检机构 of the system, to link an entry with."""
    return [(one.id, one.name) for one in standing.laboratories(offered=False)]


def refused_by(found: Retest) -> Mapping[int, str]:
    """Laboratories that could not take this retest on, with their reason, as the history has it."""
    told = {}
    for entry in history.entries_of(KIND, found.id):
        if entry.step == RetestStep.REDESIGNATE and entry.changes:
            before = json.loads(entry.changes).get("laboratory_id", [None])[0]
            if before is not None:
                told[int(before)] = entry.comment or ""
    return told


# ---------------------------------------------------------------- the list

@dataclass(frozen=True, slots=True)
class Filters:
    """查询条件. ``state`` is a state's value, ``running``, ``overdue`` or ``all``."""

    state: str = RUNNING
    side: Side | None = None
    conclusion: RetestConclusion | None = None
    word: str | None = None


def _running_clock(column: Any) -> Any:
    """Of the clocks that run, the one due first."""
    return (
        sa.select(column)
        .where(
            LegalClock.subject_kind == KIND, LegalClock.subject_id == Retest.id, LegalClock.done_on.is_(None),
            LegalClock.cancelled_at.is_(None),
        )
        .order_by(LegalClock.due_on, LegalClock.id).limit(1).correlate(Retest).scalar_subquery()
    )  # fmt: skip


def columns() -> tuple[Any, ...]:
    return (
        Retest.id, Retest.number, Retest.side, Retest.applicant, Retest.state, Retest.applied_on, Retest.received_on, Retest.decided_on,
        Retest.conclusion, Retest.concluded_on, Retest.told_on, RetestLaboratory.name.label("laboratory"), Retest.sample_id,
        Sample.number.label("sample_number"), Sample.product_name, Organisation.name.label("org_name"),
        _running_clock(LegalClock.name).label("clock"), _running_clock(LegalClock.started_on).label("clock_from"),
        _running_clock(LegalClock.due_on).label("due_on"), _running_clock(LegalClock.id).label("clock_id"),
    )  # fmt: skip


def listed(actor: Actor, filters: Filters, today: date, *shown: Any) -> sa.Select[Any]:
    statement = sa.select(*shown).select_from(Retest).join(Sample, Sample.id == Retest.sample_id)
    statement = statement.join(Organisation, Organisation.id == Retest.org_id)
    statement = statement.outerjoin(RetestLaboratory, RetestLaboratory.id == Retest.laboratory_id)
    return scope(statement, Retest, actor).where(*_in_state(filters.state, today), *_conditions(filters))


def _in_state(state: str, today: date) -> list[Any]:
    if state == ALL:
        return []
    if state == OVERDUE:
        return [Retest.state.in_(LIVE), _running_clock(LegalClock.due_on) < today]
    return [Retest.state.in_(LIVE)] if state == RUNNING else [Retest.state == RetestState(state)]


def _conditions(filters: Filters) -> list[Any]:
    pairs = ((Retest.side, filters.side), (Retest.conclusion, filters.conclusion))
    found: list[Any] = [column == value for column, value in pairs if value is not None]
    if filters.word:
        number = Sample.number.startswith(normalise_number(filters.word), autoescape=True)
        texts = (Retest.number, Retest.applicant, Sample.product_name, RetestLaboratory.name)
        searched = found_by(Retest.__tablename__, Retest.id, filters.word)
        found.append(sa.or_(searched, number, *(each.contains(filters.word, autoescape=True) for each in texts)))
    return found


def retests(actor: Actor, filters: Filters, today: date, *, before: int | None = None, after: int | None = None) -> Page:
    """复检列表 by key, newest first."""
    statement, ids = (listed(actor, filters, today, *wanted) for wanted in (columns(), (Retest.id,)))
    return page(statement, ids, Retest.id, before=before, after=after, size=PAGE, most=COUNTED)


def every_retest(actor: Actor, filters: Filters, today: date) -> Sequence[Any]:
    """The whole list, for the workbook and commands."""
    return session().execute(listed(actor, filters, today, *columns()).order_by(Retest.id.desc()).limit(COUNTED)).all()


def counts(actor: Actor, today: date) -> Mapping[str, int]:
    """How many in each state, for the tabs."""
    grouped = scope(sa.select(Retest.state, sa.func.count()), Retest, actor).group_by(Retest.state)
    found: dict[str, int] = {state.value: number for state, number in session().execute(grouped)}
    late = listed(actor, Filters(OVERDUE), today, Retest.id).subquery()
    return {
        **{state.value: found.get(state.value, 0) for state in RetestState},
        RUNNING: sum(found.get(state.value, 0) for state in LIVE), ALL: sum(found.values()),
        OVERDUE: session().scalar(sa.select(sa.func.count()).select_from(late)) or 0,
    }  # fmt: skip

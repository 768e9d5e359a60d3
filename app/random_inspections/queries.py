"""Reading 双随机抽查: programmes, what was drawn, who inspects, what was found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from app.checklists.models import Checklist
from app.db import session
from app.domain.actors import Actor
from app.domain.disposal import folded_number
from app.domain.supervision_kinds import InspectionMeasure, InspectionResult, RandomOutcome
from app.domain.supervision_states import InspectionState, ProgrammeState
from app.drawings.models import Drawing, DrawingEntry
from app.enterprises.models import Enterprise
from app.inspections.models import Inspection
from app.keyset import Page, page
from app.organisations.models import Organisation
from app.random_inspections.models import Inspector, RandomFinding, RandomMember, RandomProgramme, RandomTarget
from app.scope import scope

PAGE = 50
COUNTED = 10_000
LARGEST_ID = 2**63 - 1
KIND = RandomProgramme.__tablename__
Row = RandomProgramme


@dataclass(frozen=True, slots=True)
class Filters:
    """查询条件; None is no condition."""

    q: str | None = None
    state: ProgrammeState | None = None
    year: int | None = None


def programme(actor: Actor, programme_id: int) -> RandomProgramme | None:
    """One programme of the actor's reach with its partners, as the database has it now."""
    if programme_id > LARGEST_ID:
        return None
    statement = _whole(actor).where(Row.id == programme_id)
    return session().scalars(statement).first()


def _whole(actor: Actor) -> sa.Select[Any]:
    return scope(sa.select(Row), Row, actor).options(selectinload(Row.partners)).execution_options(populate_existing=True)


def programmes_numbered(actor: Actor, written: str, org_code: str | None = None) -> Sequence[RandomProgramme]:
    """By number; each bureau counts its own."""
    statement = _whole(actor).where(Row.number == folded_number(written))
    if org_code:
        statement = statement.where(Row.org_id.in_(sa.select(Organisation.id).where(Organisation.code == org_code)))
    return session().scalars(statement.order_by(Row.org_id)).all()


def submitted(key: str) -> int | None:
    """The programme that an earlier sending of the same page made."""
    return session().scalar(sa.select(Row.id).where(Row.submission_key == key))


def voided_alike(programme: RandomProgramme) -> Sequence[Any]:
    """Programmes of the year for the same matter that were drawn and then voided: whoever looks at this one should know."""
    statement = sa.select(Row.id, Row.number).where(
        Row.org_id == programme.org_id, Row.year == programme.year, Row.matter == programme.matter, Row.state == ProgrammeState.VOIDED,
        Row.enterprise_drawing_id.is_not(None), Row.id != programme.id,
    )  # fmt: skip
    return session().execute(statement.order_by(Row.id)).all()


# ---------------------------------------------------------------- the list

TARGETS = sa.select(sa.func.count()).where(RandomTarget.programme_id == Row.id).correlate(Row).scalar_subquery()
RECORDED = (
    sa.select(sa.func.count())
    .where(RandomTarget.programme_id == Row.id, RandomTarget.outcome.is_not(None))
    .correlate(Row)
    .scalar_subquery()
)
COLUMNS = (
    Row.id, Row.number, Row.title, Row.year, Row.matter, Row.state, Row.from_on, Row.to_on, Row.publish_due_on, Row.published_on,
    Row.published_where, Organisation.name.label("org_name"), TARGETS.label("targets"), RECORDED.label("recorded"),
)  # fmt: skip


def listed(actor: Actor, filters: Filters, *columns: Any) -> sa.Select[Any]:
    statement = sa.select(*columns).select_from(Row).join(Organisation, Organisation.id == Row.org_id)
    for column, wanted in ((Row.state, filters.state), (Row.year, filters.year)):
        statement = statement.where(column == wanted) if wanted is not None else statement
    if filters.q:
        texts = (Row.title, Row.matter)
        folded = Row.number.contains(folded_number(filters.q), autoescape=True)
        statement = statement.where(sa.or_(folded, *(one.contains(filters.q, autoescape=True) for one in texts)))
    return scope(statement, Row, actor)


def programmes(actor: Actor, filters: Filters, *, before: int | None = None, after: int | None = None) -> Page:
    """双随机抽查任务 by key, newest first."""
    statement, ids = (listed(actor, filters, *wanted) for wanted in (COLUMNS, (Row.id,)))
    return page(statement, ids, Row.id, before=before, after=after, size=PAGE, most=COUNTED)


def every_programme(actor: Actor, filters: Filters) -> Sequence[Any]:
    """The whole list, for the workbook and commands."""
    return session().execute(listed(actor, filters, *COLUMNS).order_by(Row.id.desc()).limit(COUNTED)).all()


def counts(actor: Actor) -> Mapping[str, int]:
    grouped = scope(sa.select(Row.state, sa.func.count()), Row, actor).group_by(Row.state)
    return {state.value: number for state, number in session().execute(grouped)}


# ---------------------------------------------------------------- what was drawn

def drawing_of(drawing_id: int | None, *, whole: bool = False) -> Drawing | None:
    """A draw of a programme, which whoever may read the programme may read; ``whole`` with its list."""
    if drawing_id is None:
        return None
    statement = sa.select(Drawing).where(Drawing.id == drawing_id).execution_options(populate_existing=True)
    if whole:
        statement = statement.options(selectinload(Drawing.entries), sa.orm.undefer(Drawing.pool_text))
    return session().scalars(statement).first()


def code_drawn(programme: RandomProgramme, enterprise_id: int) -> str:
    """The code under which an enterprise stood on the frozen list."""
    entry = sa.select(DrawingEntry.code).where(DrawingEntry.subject_id == enterprise_id)
    return session().scalar(entry.where(DrawingEntry.drawing_id == programme.enterprise_drawing_id)) or f"E{enterprise_id}"


def _targets(programme_id: int) -> sa.Select[Any]:
    people = selectinload(RandomTarget.team).joinedload(RandomMember.inspector)
    return (
        sa.select(RandomTarget)
        .where(RandomTarget.programme_id == programme_id)
        .options(joinedload(RandomTarget.enterprise), people)
        .execution_options(populate_existing=True)
    )


def targets(programme_id: int, *, start: int = 1, size: int = PAGE, open_only: bool = False) -> Sequence[RandomTarget]:
    """Enterprises drawn from this rank on, each with its team."""
    statement = _targets(programme_id).where(RandomTarget.drawn_rank >= start).order_by(RandomTarget.drawn_rank).limit(size)
    return session().scalars(statement.where(RandomTarget.outcome.is_(None)) if open_only else statement).all()


def every_target(programme_id: int) -> Sequence[RandomTarget]:
    return session().scalars(_targets(programme_id).order_by(RandomTarget.drawn_rank)).all()


def target(programme_id: int, target_id: int) -> RandomTarget | None:
    """One enterprise drawn by this programme."""
    if target_id > LARGEST_ID:
        return None
    return session().scalars(_targets(programme_id).where(RandomTarget.id == target_id)).first()


def target_in_reach(actor: Actor, programme_id: int, target_id: int) -> RandomTarget | None:
    """The same for whoever asks by its address."""
    if max(programme_id, target_id) > LARGEST_ID:
        return None
    return session().scalars(scope(_targets(programme_id).where(RandomTarget.id == target_id), RandomTarget, actor)).first()


def target_of_code(programme_id: int, written: str) -> RandomTarget | None:
    """By 统一社会信用代码, whole name or rank."""
    code = written.strip()
    named = [Enterprise.credit_code == code.upper(), Enterprise.name == code]
    if code.isascii() and code.isdecimal() and len(code) < 10:
        named.append(RandomTarget.drawn_rank == int(code))
    statement = _targets(programme_id).join(Enterprise, Enterprise.id == RandomTarget.enterprise_id).where(sa.or_(*named))
    found = session().scalars(statement.limit(2)).all()
    return found[0] if len(found) == 1 else None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a programme is."""

    targets: int
    recorded: int
    arranged: int


def progress(programme_id: int) -> Progress:
    counted = (sa.func.count(), sa.func.count(RandomTarget.outcome), sa.func.count(RandomTarget.inspection_id))
    row = session().execute(sa.select(*counted).where(RandomTarget.programme_id == programme_id)).one()
    return Progress(*row)


def outcomes(programme_id: int) -> Mapping[RandomOutcome | None, int]:
    """How many enterprises with each result."""
    counted = sa.select(RandomTarget.outcome, sa.func.count()).where(RandomTarget.programme_id == programme_id)
    return {outcome: number for outcome, number in session().execute(counted.group_by(RandomTarget.outcome))}


def findings(target_ids: Sequence[int]) -> Mapping[int, list[RandomFinding]]:
    """Results of the other departments by target."""
    found: dict[int, list[RandomFinding]] = {}
    for begin in range(0, len(target_ids), 500):
        some = sa.select(RandomFinding).where(RandomFinding.target_id.in_(target_ids[begin : begin + 500]))
        for row in session().scalars(some.order_by(RandomFinding.id).execution_options(populate_existing=True)):
            found.setdefault(row.target_id, []).append(row)
    return found


@dataclass(frozen=True, slots=True)
class Finished:
    """A finished inspection of an enterprise drawn."""

    number: str
    inspected_on: Any
    result: InspectionResult
    measure: InspectionMeasure | None


def finished_inspections(programme_id: int) -> Mapping[int, Finished]:
    """By target: what the inspections made of this draw have found."""
    columns = (RandomTarget.id, Inspection.number, Inspection.inspected_on, Inspection.result, Inspection.measure)
    statement = (
        sa.select(*columns)
        .join(Inspection, Inspection.id == RandomTarget.inspection_id)
        .where(RandomTarget.programme_id == programme_id, Inspection.state == InspectionState.FINISHED)
    )
    return {row[0]: Finished(*row[1:]) for row in session().execute(statement)}


def inspection_numbers(programme_id: int) -> Mapping[int, str]:
    """By target: the number of its inspection."""
    statement = (
        sa.select(RandomTarget.id, Inspection.number)
        .join(Inspection, Inspection.id == RandomTarget.inspection_id)
        .where(RandomTarget.programme_id == programme_id)
    )
    return {target_id: number for target_id, number in session().execute(statement)}


def inspector_name(inspector_id: int) -> str:
    return session().scalar(sa.select(Inspector.name).where(Inspector.id == inspector_id)) or ""


def checklist_codes() -> Sequence[tuple[str, str]]:
    """检查要点表 to choose from: code and title of the latest edition of each."""
    rows = session().execute(sa.select(Checklist.code, Checklist.title).order_by(Checklist.code, Checklist.valid_from, Checklist.id))
    return list({code: title for code, title in rows}.items())


def stations(actor: Actor) -> Sequence[tuple[int, str]]:
    """Organisations of the actor's reach, for the condition on the responsible station."""
    statement = sa.select(Organisation.id, Organisation.name).where(Organisation.id.in_(actor.reach), Organisation.active)
    return [(row.id, row.name) for row in session().execute(statement.order_by(Organisation.path))]


def organisation_name(org_id: int) -> str:
    return session().scalar(sa.select(Organisation.name).where(Organisation.id == org_id)) or ""

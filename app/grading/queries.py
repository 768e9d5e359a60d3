"""Reading 风险等级: one grade with its lines, the static facts of an enterprise, the grades of an enterprise over time."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload

from app.accounts.models import User
from app.db import session
from app.domain.actors import Actor
from app.domain.disposal import folded_number
from app.domain.supervision_kinds import CodeScheme, Grade
from app.domain.supervision_states import GradeState
from app.enterprises.models import Enterprise, EnterpriseCategory, EnterpriseKind
from app.grading.models import RiskGrade, RiskPoint, RiskProfile
from app.organisations.models import Organisation
from app.results.models import ImportBatch
from app.scope import scope

LARGEST_ID = 2**63 - 1
MOST_VERSIONS = 50
PART = 500
IMPORT = "risk_profiles"  # kind of import batch
OPEN = (GradeState.DRAFT, GradeState.PROPOSED)
PROPOSER, DECIDER, RECORDER = aliased(User), aliased(User), aliased(User)


def grade(actor: Actor, grade_id: int) -> RiskGrade | None:
    """One grade of the actor's reach with its enterprise, as the database has it now."""
    if grade_id > LARGEST_ID:
        return None
    return session().scalars(_whole(actor).where(RiskGrade.id == grade_id)).first()


def grades_numbered(actor: Actor, written: str, org_code: str | None = None) -> Sequence[RiskGrade]:
    """By number; each bureau counts its own."""
    statement = _whole(actor).where(RiskGrade.number == folded_number(written))
    if org_code:
        statement = statement.where(RiskGrade.org_id.in_(sa.select(Organisation.id).where(Organisation.code == org_code)))
    return session().scalars(statement.order_by(RiskGrade.org_id)).all()


def _whole(actor: Actor) -> sa.Select[Any]:
    statement = sa.select(RiskGrade).options(joinedload(RiskGrade.enterprise)).execution_options(populate_existing=True)
    return scope(statement, RiskGrade, actor)


def submitted(key: str) -> int | None:
    """The grade that an earlier sending of the same page made."""
    return session().scalar(sa.select(RiskGrade.id).where(RiskGrade.submission_key == key))


def open_of(enterprise_id: int, kind: str) -> RiskGrade | None:
    """The score sheet of this enterprise that is being made or decided on, whoever made it."""
    mine = (RiskGrade.enterprise_id == enterprise_id, RiskGrade.kind == kind)
    return session().scalars(sa.select(RiskGrade).where(*mine, RiskGrade.state.in_(OPEN)).limit(1)).first()


def current(enterprise_id: int, kind: str) -> RiskGrade | None:
    """The grade that stands now, read anew (at most one: the database holds that)."""
    mine = (RiskGrade.enterprise_id == enterprise_id, RiskGrade.kind == kind, RiskGrade.state == GradeState.CONFIRMED)
    return session().scalars(sa.select(RiskGrade).where(*mine).with_for_update().execution_options(populate_existing=True)).first()


def former_of(grade: RiskGrade) -> RiskGrade | None:
    """The grade whose place this one took, read anew."""
    if grade.former_id is None:
        return None
    statement = sa.select(RiskGrade).where(RiskGrade.id == grade.former_id)
    return session().scalars(statement.with_for_update().execution_options(populate_existing=True)).first()


def number_of(grade_id: int | None) -> str | None:
    return None if grade_id is None else session().scalar(sa.select(RiskGrade.number).where(RiskGrade.id == grade_id))


def grade_of(grade_id: int | None) -> Grade | None:
    return None if grade_id is None else session().scalar(sa.select(RiskGrade.grade).where(RiskGrade.id == grade_id))


def points(grade_ids: Sequence[int]) -> Mapping[int, Sequence[RiskPoint]]:
    """The lines of these score sheets in their order."""
    found: dict[int, list[RiskPoint]] = {}
    statement = sa.select(RiskPoint).where(RiskPoint.grade_id.in_(grade_ids)).order_by(RiskPoint.grade_id, RiskPoint.ordinal)
    for row in session().scalars(statement.execution_options(populate_existing=True)):
        found.setdefault(row.grade_id, []).append(row)
    return found


# ---------------------------------------------------------------- one enterprise

HISTORY = (
    RiskGrade.id, RiskGrade.number, RiskGrade.kind, RiskGrade.year, RiskGrade.cause, RiskGrade.total, RiskGrade.suggested,
    RiskGrade.steps, RiskGrade.grade, RiskGrade.state, RiskGrade.effective_from, RiskGrade.effective_to, RiskGrade.reason,
    RiskGrade.created_at, PROPOSER.name.label("proposer"), DECIDER.name.label("decider"),
)  # fmt: skip


def of_enterprise(actor: Actor, enterprise_id: int, limit: int = MOST_VERSIONS) -> Sequence[Any]:
    """Every grade of an enterprise, newest first."""
    statement = (
        sa.select(*HISTORY)
        .outerjoin(PROPOSER, PROPOSER.id == RiskGrade.proposed_by_id)
        .outerjoin(DECIDER, DECIDER.id == RiskGrade.decided_by_id)
        .where(RiskGrade.enterprise_id == enterprise_id)
    )
    return session().execute(scope(statement, RiskGrade, actor).order_by(RiskGrade.id.desc()).limit(limit)).all()


def kinds_of(enterprise_id: int) -> Sequence[tuple[str, tuple[str, ...]]]:
    """企业类型 of an enterprise with their sub-kinds."""
    statement = sa.select(EnterpriseKind.kind, EnterpriseKind.subkind).where(EnterpriseKind.enterprise_id == enterprise_id)
    found: dict[str, list[str]] = {}
    for kind, subkind in session().execute(statement.order_by(EnterpriseKind.kind, EnterpriseKind.subkind)):
        found.setdefault(kind, []).extend([] if subkind == "/" else [subkind])
    return [(kind, tuple(subkinds)) for kind, subkinds in found.items()]


def classes(enterprise_id: int) -> Sequence[EnterpriseCategory]:
    """许可类别 of an enterprise in its register."""
    mine = (EnterpriseCategory.enterprise_id == enterprise_id, EnterpriseCategory.scheme == CodeScheme.LICENCE_CLASS)
    return session().scalars(sa.select(EnterpriseCategory).where(*mine).order_by(EnterpriseCategory.code)).all()


def profile(enterprise_id: int, kind: str) -> RiskProfile | None:
    """静态风险要素 as they stand now, read anew."""
    mine = (RiskProfile.enterprise_id == enterprise_id, RiskProfile.kind == kind, RiskProfile.superseded_at.is_(None))
    return session().scalars(sa.select(RiskProfile).where(*mine).execution_options(populate_existing=True)).first()


def profiles(actor: Actor, enterprise_id: int, kind: str) -> Sequence[Any]:
    """Every version of the facts, newest first, with who recorded it."""
    columns = (
        RiskProfile.id, RiskProfile.facts, RiskProfile.seen_on, RiskProfile.source, RiskProfile.recorded_at, RiskProfile.superseded_at,
        RECORDER.name.label("recorder"),
    )  # fmt: skip
    statement = (
        sa.select(*columns)
        .outerjoin(RECORDER, RECORDER.id == RiskProfile.recorded_by_id)
        .where(RiskProfile.enterprise_id == enterprise_id, RiskProfile.kind == kind)
    )
    return session().execute(scope(statement, RiskProfile, actor).order_by(RiskProfile.id.desc()).limit(MOST_VERSIONS)).all()


def locked(enterprise_id: int) -> Enterprise:
    """The enterprise, locked and read anew: of two people at once the second sees what the first did."""
    return session().get_one(Enterprise, enterprise_id, with_for_update=True, populate_existing=True)


def enterprise_named(actor: Actor, written: str) -> Sequence[Enterprise]:
    """By 统一社会信用代码 or the whole name."""
    named = sa.or_(Enterprise.credit_code == written.strip().upper(), Enterprise.name == written.strip())
    statement = sa.select(Enterprise).where(named, Enterprise.merged_into_id.is_(None)).order_by(Enterprise.id).limit(3)
    return session().scalars(scope(statement, Enterprise, actor)).all()


def enterprises_called(actor: Actor, codes: Collection[str], names: Collection[str]) -> Sequence[Enterprise]:
    """Enterprises with one of these codes or whole names, in a few statements however many there are."""
    found: dict[int, Enterprise] = {}
    for column, wanted in ((Enterprise.credit_code, sorted(codes)), (Enterprise.name, sorted(names))):
        for start in range(0, len(wanted), PART):
            statement = sa.select(Enterprise).where(column.in_(wanted[start : start + PART]), Enterprise.merged_into_id.is_(None))
            found |= {one.id: one for one in session().scalars(scope(statement, Enterprise, actor).order_by(Enterprise.id))}
    return list(found.values())


def of_kind(enterprise_ids: Sequence[int], kind: str) -> frozenset[int]:
    """Which of these are registered as this kind."""
    found: set[int] = set()
    for start in range(0, len(enterprise_ids), PART):
        mine = (EnterpriseKind.enterprise_id.in_(enterprise_ids[start : start + PART]), EnterpriseKind.kind == kind)
        found |= set(session().scalars(sa.select(EnterpriseKind.enterprise_id).where(*mine)))
    return frozenset(found)


def profiles_standing(enterprise_ids: Sequence[int], kind: str) -> Mapping[int, RiskProfile]:
    """The facts as they stand now, by enterprise."""
    found: dict[int, RiskProfile] = {}
    for start in range(0, len(enterprise_ids), PART):
        mine = (RiskProfile.enterprise_id.in_(enterprise_ids[start : start + PART]), RiskProfile.kind == kind)
        statement = sa.select(RiskProfile).where(*mine, RiskProfile.superseded_at.is_(None)).execution_options(populate_existing=True)
        found |= {row.enterprise_id: row for row in session().scalars(statement)}
    return found


def batch(actor: Actor, batch_id: int) -> ImportBatch | None:
    """One import of facts."""
    if batch_id > LARGEST_ID:
        return None
    statement = scope(sa.select(ImportBatch), ImportBatch, actor).where(ImportBatch.kind == IMPORT, ImportBatch.id == batch_id)
    return session().scalars(statement.execution_options(populate_existing=True)).first()


def person_names(*ids: int | None) -> Mapping[int | None, str]:
    wanted = [one for one in ids if one is not None]
    return {number: name for number, name in session().execute(sa.select(User.id, User.name).where(User.id.in_(wanted)))}


# ---------------------------------------------------------------- counting again

def to_verify(actor: Actor, after: int, limit: int, year: int | None = None) -> Sequence[RiskGrade]:
    """The next grades that were counted and are not voided, by id."""
    statement = sa.select(RiskGrade).options(joinedload(RiskGrade.enterprise))
    statement = statement.where(RiskGrade.id > after, RiskGrade.state != GradeState.VOIDED)
    if year is not None:
        statement = statement.where(RiskGrade.year == year)
    return session().scalars(scope(statement, RiskGrade, actor).order_by(RiskGrade.id).limit(limit)).all()


def latest(actor: Actor, limit: int) -> Sequence[RiskGrade]:
    """The newest grades that are not voided, with their enterprises."""
    statement = sa.select(RiskGrade).options(joinedload(RiskGrade.enterprise)).where(RiskGrade.state != GradeState.VOIDED)
    return session().scalars(scope(statement, RiskGrade, actor).order_by(RiskGrade.id.desc()).limit(limit)).all()


def first_day(year: int) -> date:
    return date(year, 1, 1)

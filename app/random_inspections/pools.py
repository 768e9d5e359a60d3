"""名单 of a programme: enterprises with weights and exclusions, inspectors with theirs, each with its why.

A list may hold every enterprise of a city: plain rows, a fixed number of statements, nothing loaded as an object.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from app.accounts.models import User
from app.db import session
from app.domain.actors import Actor
from app.domain.drawing import Entry
from app.domain.random_inspections import highest, unfit, weight
from app.domain.supervision_kinds import Grade
from app.domain.supervision_states import InspectionState, ProgrammeState
from app.domain.workflow import ListingState
from app.drawings.pools import Candidate
from app.enterprises.models import Enterprise, EnterpriseKind, EnterpriseStatus
from app.errors import NotLikeThis
from app.grading.in_force import in_force_on
from app.grading.models import RiskGrade
from app.inspections.models import Inspection
from app.listings.models import CreditListing
from app.organisations.models import Organisation
from app.random_inspections.models import Inspector, RandomPartner, RandomProgramme, RandomTarget
from app.random_inspections.wanted import UNGRADED, Wanted, wanted_of
from app.reference_data.books import region_book
from app.scope import scope

MOST = 200_000
DRAWN_BEFORE = "本年度同一事项已抽中（{}）"


def _reach(programme: RandomProgramme, column: Any) -> sa.ColumnElement[bool]:
    """Of the bureau that holds the programme and of those below it, whoever asks."""
    path = session().scalar(sa.select(Organisation.path).where(Organisation.id == programme.org_id)) or ""
    inside = sa.select(Organisation.id).where(Organisation.path.startswith(path, autoescape=True))
    return column.in_(inside)  # type: ignore[no-any-return]


# ---------------------------------------------------------------- enterprises

@dataclass(frozen=True, slots=True)
class _Known:
    """What the records say of the enterprises of a list."""

    grades: Mapping[int, Grade]
    listed: frozenset[int]
    inspected: Mapping[int, date]
    drawn: Mapping[int, str]


def enterprises(actor: Actor, programme: RandomProgramme, today: date) -> list[Candidate]:
    """检查对象名单 in canonical order. Raises NotLikeThis for typed codes that nobody has, or a list without end."""
    wanted = wanted_of(programme.filters)
    chosen = _chosen(actor, programme, wanted, today)
    rows = session().execute(chosen.limit(MOST + 1)).all()
    if len(rows) > MOST:
        raise NotLikeThis(f"符合条件的企业超过 {MOST} 家，请按类型、等级、区域缩小名单范围")
    known = _known(programme, wanted, chosen.with_only_columns(Enterprise.id).order_by(None), today)
    found = [_candidate(row, wanted, known, today) for row in rows]
    _refuse_unknown(wanted.excluded, {each.entry.code for each in found}, "excluded", "检查对象名单中没有代码")
    return sorted(found, key=lambda each: each.entry.code.encode())


def _refuse_unknown(typed: Mapping[str, str], codes: set[str], field: str, words: str) -> None:
    unknown = [code for code in typed if code not in codes]
    if unknown:
        raise NotLikeThis(f"{words}“{'、'.join(unknown[:5])}”，请核对排除和回避的内容", field=field)


def _chosen(actor: Actor, programme: RandomProgramme, wanted: Wanted, today: date) -> sa.Select[Any]:
    columns = (Enterprise.id, Enterprise.credit_code, Enterprise.name, Enterprise.status)
    statement = scope(sa.select(*columns), Enterprise, actor).where(_reach(programme, Enterprise.org_id))
    return statement.where(*_conditions(wanted, today)).order_by(Enterprise.id)


def _conditions(wanted: Wanted, today: date) -> Iterator[Any]:
    yield Enterprise.status.in_((EnterpriseStatus.ACTIVE, EnterpriseStatus.PAUSED))
    for names, column in ((wanted.kinds, EnterpriseKind.kind), (wanted.subkinds, EnterpriseKind.subkind)):
        if names:
            yield Enterprise.id.in_(sa.select(EnterpriseKind.enterprise_id).where(column.in_(names)))
    if wanted.area_types:
        yield Enterprise.area_type.in_(wanted.area_types)
    if wanted.stations:
        yield Enterprise.station_id.in_(wanted.stations)
    book = region_book()
    if wanted.region_id is not None and wanted.region_id in book:
        yield Enterprise.region_id.in_(sorted(book.below(wanted.region_id)))
    if wanted.grades:
        graded = _graded(wanted, today)
        named = [Grade(one) for one in wanted.grades if one != UNGRADED]
        fits = Enterprise.id.in_(graded.where(RiskGrade.grade.in_(named)))
        yield sa.or_(fits, Enterprise.id.not_in(graded)) if UNGRADED in wanted.grades else fits


def _graded(wanted: Wanted, today: date) -> sa.Select[Any]:
    statement = sa.select(RiskGrade.enterprise_id).where(*in_force_on(today))
    return statement.where(RiskGrade.kind.in_(wanted.kinds)) if wanted.kinds else statement


def _known(programme: RandomProgramme, wanted: Wanted, ids: sa.Select[Any], today: date) -> _Known:
    graded = _graded(wanted, today).add_columns(RiskGrade.grade).where(RiskGrade.enterprise_id.in_(ids))
    grades: dict[int, list[Grade]] = {}
    for enterprise_id, grade in session().execute(graded):
        grades.setdefault(enterprise_id, []).append(grade)
    listed = sa.select(CreditListing.enterprise_id).where(
        CreditListing.state == ListingState.LISTED, CreditListing.enterprise_id.in_(ids)
    )
    inspected = (
        sa.select(Inspection.enterprise_id, sa.func.max(Inspection.inspected_on))
        .where(Inspection.state == InspectionState.FINISHED, Inspection.enterprise_id.in_(ids))
        .group_by(Inspection.enterprise_id)
    )
    days = {enterprise_id: day for enterprise_id, day in session().execute(inspected) if day is not None}
    riskiest = {one: grade for one, found in grades.items() if (grade := highest(found)) is not None}
    return _Known(riskiest, frozenset(session().scalars(listed)), days, _drawn_before(programme) if wanted.once_a_year else {})


def _drawn_before(programme: RandomProgramme) -> dict[int, str]:
    """Whom an earlier programme of the year has drawn for the same matter."""
    statement = (
        sa.select(RandomTarget.enterprise_id, RandomProgramme.number)
        .join(RandomProgramme, RandomProgramme.id == RandomTarget.programme_id)
        .where(
            RandomProgramme.org_id == programme.org_id, RandomProgramme.year == programme.year, RandomProgramme.matter == programme.matter,
            RandomProgramme.state != ProgrammeState.VOIDED, RandomProgramme.id != (programme.id or 0),
        )
    )  # fmt: skip
    return {enterprise_id: number for enterprise_id, number in session().execute(statement)}


def _candidate(row: Any, wanted: Wanted, known: _Known, today: date) -> Candidate:
    code = row.credit_code or f"E{row.id}"
    grade, listed = known.grades.get(row.id), row.id in known.listed
    points, why = weight(wanted.points, grade, listed=listed, never=row.id not in known.inspected)
    return Candidate(Entry(code, row.name, points, why, _excluded(row, code, wanted, known, today)), row.id)


def _excluded(row: Any, code: str, wanted: Wanted, known: _Known, today: date) -> str | None:
    if code in wanted.excluded:
        return wanted.excluded[code]
    if row.status is EnterpriseStatus.PAUSED:
        return "停业：企业档案中为停产"
    last = known.inspected.get(row.id)
    if last is not None and wanted.recent_days and last > today - timedelta(days=wanted.recent_days):
        return f"近期已检查：{last}"
    return DRAWN_BEFORE.format(known.drawn[row.id]) if row.id in known.drawn else None


# ---------------------------------------------------------------- inspectors

def inspectors(actor: Actor, programme: RandomProgramme, departments: frozenset[str]) -> list[Candidate]:
    """检查人员名单: our own, and those of the departments that take part, in canonical order."""
    wanted = wanted_of(programme.filters)
    statement = (
        scope(sa.select(Inspector, User.active), Inspector, actor)
        .outerjoin(User, User.id == Inspector.user_id)
        .where(_reach(programme, Inspector.org_id), sa.or_(Inspector.department.is_(None), Inspector.department.in_(departments)))
        .where(sa.or_(Inspector.valid_to.is_(None), Inspector.valid_to >= programme.from_on))
        .order_by(Inspector.id)
        .limit(MOST)
    )
    rows = session().execute(statement).all()
    codes = code_of([row for row, _ in rows])
    found = [
        Candidate(Entry(codes[row.id], _named(row), 1, None, _unfit(row, active, programme, wanted)), row.id) for row, active in rows
    ]
    _refuse_unknown(wanted.avoided, {row.certificate_no for row, _ in rows}, "avoided", "检查人员名单中没有执法证号")
    return sorted(found, key=lambda each: each.entry.code.encode())


def code_of(rows: list[Inspector]) -> dict[int, str]:
    """The certificate's number; where two bureaus' lists have the same one, with the bureau."""
    numbers = [row.certificate_no for row in rows]
    return {row.id: f"{row.certificate_no}/{row.org_id}" if numbers.count(row.certificate_no) > 1 else row.certificate_no for row in rows}


def _named(row: Inspector) -> str:
    return f"{row.name}（{row.department}）" if row.department else row.name


def _unfit(row: Inspector, active: bool | None, programme: RandomProgramme, wanted: Wanted) -> str | None:
    if row.certificate_no in wanted.avoided:
        return f"回避：{wanted.avoided[row.certificate_no]}"
    if active is False:
        return "用户已停用"
    return unfit(row.valid_from, row.valid_to, programme.from_on, programme.to_on)


def departments_of(programme: RandomProgramme) -> frozenset[str]:
    statement = sa.select(RandomPartner.department).where(RandomPartner.programme_id == programme.id)
    return frozenset(session().scalars(statement))

"""检查人员名录, read and changed: people who may be drawn, of our own and of other departments, each with a certificate and its term."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from app import clock, history
from app.accounts.models import User
from app.db import session
from app.domain.actors import Actor
from app.domain.permissions import Permission, permits
from app.errors import NotAllowed, NotAllowedNow, NotLikeThis
from app.keyset import Page, page
from app.organisations.models import Organisation
from app.random_inspections.models import Inspector
from app.results.models import ImportBatch
from app.scope import below, scope

KIND = Inspector.__tablename__
IMPORT = "inspectors"  # kind of import batch
PAGE, COUNTED = 50, 10_000
LARGEST_ID = 2**63 - 1
TAKEN = "执法证号“{}”已在名录中（{}），请核对，或在该人员的页面修改"
NOT_YOURS = "您没有维护检查人员名录的权限，如确需办理请联系科室负责人"


@dataclass(frozen=True, slots=True)
class Details:
    """What the list says of a person."""

    name: str
    certificate_no: str
    valid_from: date
    valid_to: date | None = None
    department: str | None = None
    speciality: str | None = None
    user_id: int | None = None


@dataclass(frozen=True, slots=True)
class Filters:
    """查询条件. ``standing``: valid (有效), ended (已失效)."""

    q: str | None = None
    standing: str | None = None
    department: str | None = None  # own (本部门), others (联合部门)


STANDINGS = (("valid", "有效"), ("ended", "已失效"))
DEPARTMENTS = (("own", "本部门"), ("others", "联合部门"))


def filters_asked(asked: Mapping[str, str]) -> Filters:
    """The query of the list from its address; what it does not know is no condition."""
    return Filters(
        " ".join((asked.get("q") or "").split())[:60] or None, asked.get("standing") if asked.get("standing") in dict(STANDINGS) else None,
        asked.get("department") if asked.get("department") in dict(DEPARTMENTS) else None,
    )  # fmt: skip


# ---------------------------------------------------------------- read

def inspector(actor: Actor, inspector_id: int) -> Inspector | None:
    if inspector_id > LARGEST_ID:
        return None
    statement = scope(sa.select(Inspector).where(Inspector.id == inspector_id), Inspector, actor)
    return session().scalars(statement.execution_options(populate_existing=True)).first()


def with_certificate(org_id: int, number: str) -> Inspector | None:
    return session().scalars(sa.select(Inspector).where(Inspector.org_id == org_id, Inspector.certificate_no == number)).first()


def certified(actor: Actor, number: str) -> Sequence[Inspector]:
    """By certificate, in the actor's reach."""
    return session().scalars(scope(sa.select(Inspector).where(Inspector.certificate_no == number.strip()), Inspector, actor)).all()


COLUMNS = (
    Inspector.id, Inspector.name, Inspector.certificate_no, Inspector.department, Inspector.speciality, Inspector.valid_from,
    Inspector.valid_to, User.username, Organisation.name.label("org_name"),
)  # fmt: skip


def chosen(actor: Actor, filters: Filters, today: date, *columns: Any) -> sa.Select[Any]:
    statement = sa.select(*columns).select_from(Inspector).join(Organisation, Organisation.id == Inspector.org_id)
    statement = statement.outerjoin(User, User.id == Inspector.user_id)
    if filters.q:
        texts = (Inspector.name, Inspector.certificate_no, Inspector.department, Inspector.speciality)
        statement = statement.where(sa.or_(*(one.contains(filters.q, autoescape=True) for one in texts)))
    if filters.standing is not None:
        ended = sa.and_(Inspector.valid_to.is_not(None), Inspector.valid_to < today)
        statement = statement.where(ended if filters.standing == "ended" else sa.not_(ended))
    if filters.department is not None:
        own = Inspector.department.is_(None)
        statement = statement.where(own if filters.department == "own" else sa.not_(own))
    return scope(statement, Inspector, actor)


def listed(actor: Actor, filters: Filters, today: date, *, before: int | None = None, after: int | None = None) -> Page:
    """检查人员名录 by key, newest first."""
    statement, ids = (chosen(actor, filters, today, *wanted) for wanted in (COLUMNS, (Inspector.id,)))
    return page(statement, ids, Inspector.id, before=before, after=after, size=PAGE, most=COUNTED)


def every(actor: Actor, filters: Filters, today: date) -> Sequence[Any]:
    return session().execute(chosen(actor, filters, today, *COLUMNS).order_by(Inspector.id.desc()).limit(COUNTED)).all()


def user_named(actor: Actor, username: str) -> User | None:
    """A user of the actor's reach who may be drawn and sign in."""
    return session().scalars(sa.select(User).where(User.username == username.strip(), below(actor, User.org_id))).first()


def username_of(user_id: int | None) -> str | None:
    return session().scalar(sa.select(User.username).where(User.id == user_id)) if user_id is not None else None


def batch(actor: Actor, batch_id: int) -> ImportBatch | None:
    """One import of inspectors: for whoever keeps the list, also where he takes in no other tables."""
    if batch_id > LARGEST_ID:
        return None
    statement = sa.select(ImportBatch).where(ImportBatch.kind == IMPORT, ImportBatch.id == batch_id, below(actor, ImportBatch.org_id))
    return session().scalars(statement.execution_options(populate_existing=True)).first()


# ---------------------------------------------------------------- changed

def ask_of(row: Inspector | ImportBatch, actor: Actor) -> None:
    """Raises NotAllowed."""
    if not permits(actor, Permission.INSPECTOR_EDIT, row):
        raise NotAllowed(NOT_YOURS)


def details_of(row: Inspector) -> Details:
    return Details(**{name: getattr(row, name) for name in Details.__slots__})


def refuse_unsound(details: Details) -> None:
    if not details.name.strip() or not details.certificate_no.strip():
        raise NotLikeThis("请填写姓名和执法证号", field="name" if not details.name.strip() else "certificate_no")
    if details.valid_to is not None and details.valid_to < details.valid_from:
        raise NotLikeThis("有效期止早于有效期起，请核对", field="valid_to")


def add(details: Details, actor: Actor, at: datetime, comment: str | None = None) -> Inspector:
    """登记检查人员."""
    refuse_unsound(details)
    holder = with_certificate(actor.org_id, details.certificate_no)
    if holder is not None:
        raise NotLikeThis(TAKEN.format(details.certificate_no, holder.name), field="certificate_no")
    made = Inspector(org_id=actor.org_id, recorded_at=at, recorded_by_id=actor.user_id, **asdict(details))
    ask_of(made, actor)
    session().add(made)
    try:
        session().flush()
    except IntegrityError as error:
        raise NotAllowedNow(TAKEN.format(details.certificate_no, "刚由他人登记")) from error
    _record(made, "create", actor, {name: (None, value) for name, value in asdict(details).items()}, comment)
    return made


def _record(row: Inspector, step: str, actor: Actor, changes: dict[str, tuple[Any, Any]], comment: str | None) -> None:
    name = f"{row.name}（{row.certificate_no}）"
    history.record(KIND, row.id, step, actor, org_id=row.org_id, name=name, comment=comment, changes=changes)


def change(row: Inspector, details: Details, actor: Actor, *, seen: int | None = None, comment: str | None = None) -> bool:
    """修改. Returns False when nothing differs."""
    ask_of(row, actor)
    if seen is not None and seen != row.version:
        raise NotAllowedNow("该人员的信息已被他人修改，请刷新页面核对后再操作；您填写的内容仍保留在表单中")
    refuse_unsound(details)
    before, after = asdict(details_of(row)), asdict(details)
    changes = {name: (before[name], after[name]) for name in after if before[name] != after[name]}
    if not changes:
        return False
    holder = with_certificate(row.org_id, details.certificate_no)
    if holder is not None and holder.id != row.id:
        raise NotLikeThis(TAKEN.format(details.certificate_no, holder.name), field="certificate_no")
    for name, (_, value) in changes.items():
        setattr(row, name, value)
    _record(row, "edit", actor, changes, comment)
    return True


def end(row: Inspector, last_day: date, reason: str, actor: Actor, at: datetime, *, seen: int | None = None) -> None:
    """移出名录 from a day on: nobody is deleted, draws of the past stay readable."""
    ask_of(row, actor)
    if seen is not None and seen != row.version:
        raise NotAllowedNow("该人员的信息已被他人修改，请刷新页面核对后再操作")
    if not reason.strip():
        raise NotLikeThis("请填写移出名录的理由，如调离、退休、执法证注销", field="reason")
    if row.valid_to is not None and row.valid_to < clock.office_time(at).date():
        raise NotAllowedNow(f"{row.name}的执法证已于 {row.valid_to} 失效，不需要再移出")
    if last_day < row.valid_from:
        raise NotLikeThis(f"最后有效日早于有效期起（{row.valid_from}），请核对", field="last_day")
    before, row.valid_to = row.valid_to, last_day
    _record(row, "end_inspector", actor, {"valid_to": (before, last_day)}, reason)

"""年度检查安排, made and changed. Never commits, never sees a request.

    preview(wanted, actor, today)                     what would be done, in figures
    make(wanted, actor, at, seen=preview.digest)      the same, done

What other features tell it is in ``following``; what people do with one duty in ``handling``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from app import history
from app.db import insert_many, reserve_ids, session
from app.domain.actors import Actor
from app.domain.permissions import Permission, permits
from app.errors import NotAllowed, NotAllowedNow
from app.schedules.counting import BY_RULE, Counting, Outcome, Wanted
from app.schedules.models import InspectionDuty

KIND = InspectionDuty.__tablename__
TABLE: Any = InspectionDuty.__table__
PART = 500
UNGRADED = "未评级"
NOT_IN_SERVICE = "已不在营"
MOVED = "预览之后档案、等级或检查记录有变动，本次没有生成：请重新预览，核对数量后再确认"
SECOND = "该年度的检查安排刚由他人生成或调整，本次操作未生效：请重新预览后再确认"


@dataclass(slots=True)
class Preview:
    """What making the schedule would do, in figures; ``digest`` tells whether it still would."""

    wanted: Wanted
    enterprises: int = 0
    changed: int = 0  # enterprises (as one kind) with any change
    added: int = 0
    done: int = 0  # of the added, those an inspection has already fulfilled
    tied: int = 0
    cancelled: int = 0
    kept: int = 0
    by_grade: Counter[str] = field(default_factory=Counter)  # enterprises
    duties_by_grade: Counter[str] = field(default_factory=Counter)
    focus: int = 0
    load: Counter[tuple[int, int]] = field(default_factory=Counter)  # (station, month) -> open duties that would be added
    _digest: Any = field(default_factory=sha256)

    @property
    def digest(self) -> str:
        return str(self._digest.hexdigest())

    @property
    def nothing(self) -> bool:
        return not (self.added or self.tied or self.cancelled)

    def take(self, one: Outcome) -> None:
        """Count one more."""
        self.enterprises += 1
        grade = NOT_IN_SERVICE if one.chosen is None else one.grade.grade.value if one.grade else UNGRADED
        self.by_grade[grade] += 1
        self.focus += one.chosen is not None and one.chosen.focus is not None
        change = one.change
        self.kept += one.live - len(change.cancelled)
        if change.nothing:
            return
        self.changed += 1
        self.added, self.done = self.added + len(change.added), self.done + sum(each.made is not None for each in change.added)
        self.tied, self.cancelled = self.tied + len(change.tied), self.cancelled + len(change.cancelled)
        self.duties_by_grade[grade] += len(change.added)
        for each in change.added:
            if each.made is None:
                self.load[one.station_id, each.slot.due_on.month] += 1
        self._digest.update(repr((one.enterprise_id, one.kind, one.next_ordinal, change)).encode())


def preview(wanted: Wanted, actor: Actor, today: date) -> Preview:
    """Counted through without keeping it; nothing is changed."""
    found = Preview(wanted)
    for one in Counting(wanted, today).outcomes(actor):
        found.take(one)
    return found


def computed(wanted: Wanted, actor: Actor, today: date) -> tuple[Preview, list[Outcome]]:
    """The same, with what is to be changed."""
    found, changing = Preview(wanted), []
    for one in Counting(wanted, today).outcomes(actor):
        found.take(one)
        if not one.change.nothing:
            changing.append(one)
    return found, changing


def make(found: Preview, changing: Sequence[Outcome], actor: Actor, at: datetime, *, seen: str | None = None) -> Preview:
    """生成年度检查安排: what ``computed`` found before the transaction. ``seen`` is the digest of the preview that was confirmed.

    Raises NotAllowedNow when something has changed since, NotAllowed for who may not.
    """
    orgs = {one.org_id for one in changing}
    if not all(permits(actor, Permission.SCHEDULE_MAKE, _Of(org_id)) for org_id in orgs):
        raise NotAllowed("其中有不属于您管辖的企业，如确需办理请联系科室负责人")
    if seen is not None and seen != found.digest:
        raise NotAllowedNow(MOVED)
    if not changing:
        return found
    apply(changing, found.wanted.year, actor, at)
    told = f"新增 {found.added} 次，取消 {found.cancelled} 次，对应已完成检查 {found.done + found.tied} 次；涉及 {found.changed} 户次"
    history.record(
        KIND, None, "make_schedule", actor, org_id=actor.org_id, name=f"{found.wanted.year} 年度检查安排", comment=told
    )
    return found


@dataclass(frozen=True, slots=True)
class _Of:
    org_id: int


def apply(changing: Iterable[Outcome], year: int, actor: Actor, at: datetime) -> None:
    """Write the changes: new duties in bulk, fulfilled and cancelled ones with their history."""
    rows, tied, cancelled = [], [], []
    for one in changing:
        rows += _rows(one, year, actor, at)
        tied += [(duty_id, made.key) for duty_id, made in one.change.tied]
        cancelled += [(duty_id, f"{BY_RULE}{_because(one)}"[:300]) for duty_id in one.change.cancelled]
    ids = iter(reserve_ids(TABLE, len(rows)))
    try:
        insert_many(TABLE, ({"id": next(ids), **row} for row in rows))
        session().flush()
    except Exception as fault:  # the driver's own error of a duty that somebody else has just made
        if "unique" in str(fault).lower() or isinstance(fault, IntegrityError):
            raise NotAllowedNow(SECOND) from fault
        raise
    _change_each(tied, "inspection_id", "fulfil_duty", actor, {})
    _change_each(cancelled, "cancel_why", "cancel_duty", actor, {"cancelled_at": at})


def _because(one: Outcome) -> str:
    return one.chosen.why if one.chosen is not None else one.why_not


def _rows(one: Outcome, year: int, actor: Actor, at: datetime) -> list[dict[str, Any]]:
    return [
        {
            "org_id": one.org_id, "enterprise_id": one.enterprise_id, "kind": one.kind, "year": year, "ordinal": ordinal,
            "grade": one.grade.grade if one.grade else None, "risk_grade_id": one.grade.id if one.grade else None,
            "from_on": each.slot.from_on, "due_on": each.slot.due_on, "why": _because(one)[:300], "assigned_id": None,
            "inspection_id": each.made.key if each.made else None, "created_at": at, "created_by_id": actor.user_id,
            "cancelled_at": None, "cancel_why": None, "version": 1,
        }
        for ordinal, each in enumerate(sorted(one.change.added, key=lambda added: added.slot.due_on), one.next_ordinal)
    ]  # fmt: skip


def _change_each(
    pairs: Sequence[tuple[int, Any]], column: str, step: str, actor: Actor, also: dict[str, Any]
) -> None:
    """Give each of these open duties a value of its own."""
    for start in range(0, len(pairs), PART):
        wanted = dict(pairs[start : start + PART])
        duties = session().scalars(
            sa.select(InspectionDuty).where(InspectionDuty.id.in_(wanted)).order_by(InspectionDuty.id)
            .execution_options(populate_existing=True)
        ).all()
        for duty in duties:
            if duty.cancelled_at is not None or duty.inspection_id is not None:
                raise NotAllowedNow(SECOND)
            put(duty, {column: wanted[duty.id], **also}, step, actor, wanted[duty.id] if column == "cancel_why" else None)
        session().flush()


def put(duty: InspectionDuty, values: dict[str, Any], step: str, actor: Actor, comment: str | None = None) -> None:
    """Change a duty and tell its history."""
    changes = {name: (getattr(duty, name), value) for name, value in values.items() if name != "cancelled_at"}
    for name, value in values.items():
        setattr(duty, name, value)
    history.record(KIND, duty.id, step, actor, org_id=duty.org_id, name=name_of(duty), comment=comment, changes=changes)


def name_of(duty: InspectionDuty) -> str:
    return f"{duty.year} 年第 {duty.ordinal} 次（{duty.kind}）"

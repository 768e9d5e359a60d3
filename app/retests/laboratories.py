"""复检机构名录, changed: one entry added, corrected or closed, or many from a file. An entry is never deleted: it was drawn from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from app import history
from app.db import session
from app.domain.actors import Actor
from app.domain.retest_laboratories import LABORATORY_TITLES
from app.domain.written import NotADate, written_date
from app.errors import NotAllowedNow, NotLikeThis
from app.reference.food_files import folded
from app.reference_data.books import laboratory_id
from app.retests import queries
from app.retests.models import RetestLaboratory

KIND = RetestLaboratory.__tablename__
LONGEST: Mapping[str, int] = {
    "code": 40, "name": 200, "address": 300, "contact": 100, "phone": 60, "fields": 500, "source": 200,
}  # fmt: skip
NEEDED = ("code", "name", "valid_from", "source")
MOST = 2_000
COLUMNS = ("code", "name", "address", "contact", "phone", "fields", "valid_from", "valid_to", "source")


@dataclass(frozen=True, slots=True)
class Entry:
    """One laboratory as the authority published it."""

    code: str
    name: str
    valid_from: date
    source: str
    valid_to: date | None = None
    address: str | None = None
    contact: str | None = None
    phone: str | None = None
    fields: str | None = None
    laboratory_org_id: int | None = None


def add(written: Entry, actor: Actor, at: datetime) -> RetestLaboratory:
    """登记一个复检机构 in the list of the actor's organisation. One with the name of a 承检机构 of the system is that one."""
    _check(written)
    linked = written.laboratory_org_id or laboratory_id(written.name)
    made = RetestLaboratory(
        org_id=actor.org_id, laboratory_org_id=linked, recorded_at=at, recorded_by_id=actor.user_id,
        **{name: getattr(written, name) for name in COLUMNS},
    )  # fmt: skip
    try:
        session().add(made)
        session().flush()
    except IntegrityError as error:
        raise NotAllowedNow(f"名录中已有编号为“{written.code}”的复检机构，请在列表中修改") from error
    changes: dict[str, tuple[Any, Any]] = {name: (None, getattr(written, name)) for name in COLUMNS if getattr(written, name)}
    if linked:
        changes["laboratory"] = (None, queries.organisation_name(linked))
    _record(made, "add_laboratory", actor, written.source, changes)
    return made


def edit(row: RetestLaboratory, written: Entry, actor: Actor, at: datetime) -> bool:
    """修改. Returns False when nothing differs."""
    _check(written)
    changes: dict[str, tuple[Any, Any]] = {
        name: (getattr(row, name), getattr(written, name)) for name in COLUMNS if getattr(row, name) != getattr(written, name)
    }
    if row.laboratory_org_id != written.laboratory_org_id:
        names = (queries.organisation_name(each) for each in (row.laboratory_org_id, written.laboratory_org_id))
        changes["laboratory"] = tuple(names)  # type: ignore[assignment]
    if not changes:
        return False
    if "code" in changes and _taken(row, written.code):
        raise NotAllowedNow(f"名录中已有编号为“{written.code}”的复检机构，请核对")
    for name in (*COLUMNS, "laboratory_org_id"):
        setattr(row, name, getattr(written, name))
    row.recorded_at, row.recorded_by_id = at, actor.user_id
    _record(row, "edit_laboratory", actor, None, changes)
    return True


def close(row: RetestLaboratory, last_day: date, reason: str, actor: Actor, at: datetime) -> None:
    """退出名录: this is its last day; draws that were made stay as they are."""
    if not reason.strip():
        raise NotLikeThis("请填写退出理由或文件依据", field="reason")
    if last_day < row.valid_from:
        raise NotLikeThis(f"退出日期不能早于列入日期（{row.valid_from}），请核对", field="closed_on")
    if row.valid_to is not None and row.valid_to <= last_day:
        raise NotAllowedNow(f"该机构已于 {row.valid_to} 退出名录")
    before, row.valid_to = row.valid_to, last_day
    row.recorded_at, row.recorded_by_id = at, actor.user_id
    _record(row, "close_laboratory", actor, reason, {"valid_to": (before, last_day)})


def _taken(row: RetestLaboratory, code: str) -> bool:
    statement = sa.select(RetestLaboratory.id).where(
        RetestLaboratory.org_id == row.org_id, RetestLaboratory.code == code, RetestLaboratory.id != row.id
    )
    return session().scalar(statement) is not None


def _check(written: Entry) -> None:
    for name in NEEDED:
        if not getattr(written, name):
            raise NotLikeThis(f"请填写{LABORATORY_TITLES[name]}", field=name)
    for name, longest in LONGEST.items():
        if len(getattr(written, name) or "") > longest:
            raise NotLikeThis(f"{LABORATORY_TITLES[name]}不得超过 {longest} 个字", field=name)
    if written.valid_to is not None and written.valid_to < written.valid_from:
        raise NotLikeThis(f"退出日期不能早于列入日期（{written.valid_from}），请核对", field="valid_to")


def _record(row: RetestLaboratory, step: str, actor: Actor, comment: str | None, changes: Mapping[str, tuple[Any, Any]]) -> None:
    history.record(KIND, row.id, step, actor, org_id=row.org_id, name=f"{row.code} {row.name}", comment=comment, changes=changes)


# ---------------------------------------------------------------- from a file

HEADERS: Mapping[str, str] = {**{title: name for name, title in LABORATORY_TITLES.items()}, **{name: name for name in COLUMNS}}


@dataclass(frozen=True, slots=True)
class Loaded:
    """What became of the rows."""

    added: int
    changed: int
    same: int


def load(rows: Sequence[Mapping[str, str | None]], actor: Actor, at: datetime) -> Loaded:
    """Every row or none: all faults are told at once, with their line."""
    if len(rows) > MOST:
        raise NotLikeThis(f"名录超过 {MOST} 行，请拆分")
    entries, faults = _read(rows)
    if faults:
        raise NotLikeThis("\n".join(faults[:50]))
    if not entries:
        raise NotLikeThis(f"文件中没有复检机构：第一行应为表头，必填列：{'、'.join(LABORATORY_TITLES[name] for name in NEEDED)}")
    mine = session().scalars(sa.select(RetestLaboratory).where(RetestLaboratory.org_id == actor.org_id))
    known = {row.code: row for row in mine}
    done = [_put(known.get(entry.code), entry, actor, at) for entry in entries]
    return Loaded(done.count("added"), done.count("changed"), done.count("same"))


def _put(row: RetestLaboratory | None, entry: Entry, actor: Actor, at: datetime) -> str:
    if row is None:
        add(entry, actor, at)
        return "added"
    kept = Entry(**{name: getattr(entry, name) for name in COLUMNS}, laboratory_org_id=entry.laboratory_org_id or row.laboratory_org_id)
    return "changed" if edit(row, kept, actor, at) else "same"


def _read(rows: Iterable[Mapping[str, str | None]]) -> tuple[list[Entry], list[str]]:
    entries: list[Entry] = []
    faults, seen = [], set()
    for line, row in enumerate(rows, 2):
        cells = {HEADERS[key.strip()]: (value or "").strip() for key, value in row.items() if key and key.strip() in HEADERS}
        if not any(cells.values()):
            continue
        try:
            entry = _entry(cells)
            _check(entry)
            if entry.code in seen:
                raise NotLikeThis(f"编号“{entry.code}”在文件中重复")
        except NotLikeThis as fault:
            faults.append(f"第 {line} 行：{fault.sentence}")
        else:
            seen.add(entry.code)
            entries.append(entry)
    return entries, faults


def _entry(cells: Mapping[str, str]) -> Entry:
    days = {name: _day(cells.get(name, ""), name) for name in ("valid_from", "valid_to")}
    if days["valid_from"] is None:
        raise NotLikeThis(f"请填写{LABORATORY_TITLES['valid_from']}")
    linked = laboratory_id(cells["laboratory"]) if cells.get("laboratory") else None
    if cells.get("laboratory") and linked is None:
        raise NotLikeThis(f"系统中没有承检机构“{cells['laboratory'][:40]}”，请核对或留空")
    texts = {name: folded(cells.get(name, "")) if name == "code" else cells.get(name) or "" for name in LONGEST}
    optional = {name: texts[name] or None for name in ("address", "contact", "phone", "fields")}
    return Entry(
        texts["code"], texts["name"], days["valid_from"], texts["source"], valid_to=days["valid_to"], laboratory_org_id=linked, **optional
    )


def _day(written: str, name: str) -> date | None:
    if not written:
        return None
    try:
        return written_date(written)
    except NotADate as fault:
        raise NotLikeThis(f"{LABORATORY_TITLES[name]}“{written[:20]}”不是日期：{fault}") from fault

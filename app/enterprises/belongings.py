"""What follows an enterprise when the register says otherwise: its licences, product categories and former names, in fixed numbers of
statements however many enterprises an import changes. Never commits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from app import clock
from app.archives.models import ArchiveElement
from app.db import insert_many, session
from app.domain.actors import Actor
from app.domain.enterprise_licences import WRONG_ORDER, MainChange, main_change
from app.domain.supervision_kinds import CodeScheme
from app.enterprises.details import LICENCE, Changes, Details
from app.enterprises.licence_queries import in_hand
from app.enterprises.models import Enterprise, EnterpriseCategory, EnterpriseFormerName, EnterpriseLicence
from app.errors import NotLikeThis

CATEGORIES: Any = EnterpriseCategory.__table__
FORMER: Any = EnterpriseFormerName.__table__
LICENCES: Any = EnterpriseLicence.__table__
MOVING = (EnterpriseCategory, EnterpriseFormerName, EnterpriseLicence, ArchiveElement)  # what goes along to another office
PART = 500
EMPTIED = "登记内容中的许可证已清空"
RENUMBERED = "登记内容的许可证号改为 {}"


@dataclass(frozen=True, slots=True)
class Corrected:
    """An enterprise as it stands now, what changed, and which organisation had it before."""

    enterprise: Enterprise
    before: Details
    after: Details
    changes: Changes
    org_before: int


def enter(registered: Iterable[tuple[int, int, Details]], actor: Actor, at: datetime) -> None:
    """The belongings of enterprises just registered: rows of (id, org id, details)."""
    licences: list[dict[str, Any]] = []
    categories: list[dict[str, Any]] = []
    for enterprise_id, org_id, details in registered:
        said = tuple(getattr(details, name) for name in LICENCE)
        if any(said):
            licences.append(_main_row(enterprise_id, org_id, said, actor, at))
        categories += _category_rows(enterprise_id, org_id, details)
    insert_many(LICENCES, licences)
    insert_many(CATEGORIES, categories)


def _main_row(enterprise_id: int, org_id: int, said: tuple[Any, ...], actor: Actor, at: datetime) -> dict[str, Any]:
    kind, number, valid_to = said
    return {
        "org_id": org_id, "enterprise_id": enterprise_id, "kind": kind, "number": number, "valid_to": valid_to, "is_main": True,
        "recorded_at": at, "recorded_by_id": actor.user_id,
    }  # fmt: skip


def _category_rows(enterprise_id: int, org_id: int, details: Details) -> list[dict[str, Any]]:
    return [
        {"org_id": org_id, "enterprise_id": enterprise_id, "scheme": CodeScheme(scheme), "code": code, "name": name}
        for scheme, code, name in sorted(details.categories)
    ]


def follow(corrected: Sequence[Corrected], actor: Actor) -> None:
    """Keep the belongings alike with what the register says now; the rows of the enterprises are flushed.

    Raises NotLikeThis when a licence would end before it was issued.
    """
    at = clock.now()
    _follow_moves(corrected)
    _follow_categories([each for each in corrected if "categories" in each.changes])
    _follow_names([each for each in corrected if "name" in each.changes], at)
    _follow_licences([each for each in corrected if any(name in each.changes for name in LICENCE)], actor, at)
    session().flush()


def _parts(ids: Sequence[int]) -> Iterable[Sequence[int]]:
    return (ids[start : start + PART] for start in range(0, len(ids), PART))


def _follow_moves(corrected: Sequence[Corrected]) -> None:
    moved: dict[int, list[int]] = {}
    for each in corrected:
        if each.enterprise.org_id != each.org_before:
            moved.setdefault(each.enterprise.org_id, []).append(each.enterprise.id)
    for org_id, ids in moved.items():
        for part in _parts(ids):
            for model in MOVING:
                table: Any = model.__table__
                session().connection().execute(sa.update(table).where(table.c.enterprise_id.in_(part)).values(org_id=org_id))


def _follow_categories(corrected: Sequence[Corrected]) -> None:
    for part in _parts([each.enterprise.id for each in corrected]):
        session().connection().execute(sa.delete(CATEGORIES).where(CATEGORIES.c.enterprise_id.in_(part)))
    insert_many(CATEGORIES, [row for each in corrected for row in _category_rows(each.enterprise.id, each.enterprise.org_id, each.after)])
    for each in corrected:
        session().expire(each.enterprise, ["categories"])


def _follow_names(corrected: Sequence[Corrected], at: datetime) -> None:
    """A name given up once more moves its date."""
    given_up = clock.office_time(at).date()
    known: set[tuple[int, str]] = set()
    for part in _parts([each.enterprise.id for each in corrected]):
        found = session().execute(sa.select(FORMER.c.enterprise_id, FORMER.c.name).where(FORMER.c.enterprise_id.in_(part)))
        known |= {(enterprise_id, name) for enterprise_id, name in found}
    fresh = [each for each in corrected if (each.enterprise.id, each.before.name) not in known]
    again = [each for each in corrected if (each.enterprise.id, each.before.name) in known]
    insert_many(
        FORMER,
        [
            {
                "org_id": each.enterprise.org_id, "enterprise_id": each.enterprise.id, "name": each.before.name,
                "given_up_on": given_up, "recorded_at": at,
            }
            for each in fresh
        ],
    )  # fmt: skip
    if again:
        moved = sa.update(FORMER).where(FORMER.c.enterprise_id == sa.bindparam("whose"), FORMER.c.name == sa.bindparam("given_up"))
        rows = [{"whose": each.enterprise.id, "given_up": each.before.name} for each in again]
        session().connection().execute(moved.values(given_up_on=given_up), rows)


# ---------------------------------------------------------------- the main licence

def _follow_licences(corrected: Sequence[Corrected], actor: Actor, at: datetime) -> None:
    held = in_hand([each.enterprise.id for each in corrected])
    entered = []
    for each in corrected:
        said = tuple(getattr(each.after, name) for name in LICENCE)
        if _change_main(each, held.get(each.enterprise.id, []), said, at):
            entered.append(_main_row(each.enterprise.id, each.enterprise.org_id, said, actor, at))
    session().flush()
    insert_many(LICENCES, entered)


def _change_main(each: Corrected, held: Sequence[EnterpriseLicence], said: tuple[Any, ...], at: datetime) -> bool:
    """Change the licences in hand; True when the main one is to be entered anew."""
    kind, number, valid_to = said
    main = next((row for row in held if row.main), None)
    other = next((row for row in held if not row.main and number and row.number == number), None)
    before = (main.kind, main.number, main.valid_to) if main is not None else None
    change = main_change(before, (kind, number, valid_to), others_have=other is not None)
    if main is not None and change in (MainChange.END, MainChange.REPLACE):
        main.main, main.ended_at = False, at
        main.end_reason = EMPTIED if change is MainChange.END else RENUMBERED.format(number)
    if main is not None and change is MainChange.PROMOTE:
        main.main = False
    meant = main if change is MainChange.AMEND else other if change is MainChange.PROMOTE else None
    if meant is not None:
        _amend(meant, each.enterprise.name, kind, number, valid_to)
    return change in (MainChange.ENTER, MainChange.REPLACE)


def _amend(row: EnterpriseLicence, name: str, kind: str | None, number: str | None, valid_to: date | None) -> None:
    if row.issued_on is not None and valid_to is not None and valid_to < row.issued_on:
        raise NotLikeThis(f"“{name}”的许可证{WRONG_ORDER}（发证日期 {row.issued_on}）", field="licence_until")
    row.kind, row.number, row.valid_to, row.main = kind, number, valid_to, True

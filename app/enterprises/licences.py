"""许可证: recorded, renewed and ended; the main one is said in the register's columns in the same transaction. Never commits."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm.attributes import flag_modified

from app import clock, history
from app.db import session
from app.domain.actors import Actor
from app.domain.enterprise_licences import LONGEST_REASON, LicenceEntry, complaint, licence_words
from app.domain.permissions import Permission, permits
from app.enterprises import licence_queries
from app.enterprises.details import LICENCE, title_of
from app.enterprises.models import Enterprise, EnterpriseLicence
from app.enterprises.operations import KIND, refuse_merged
from app.errors import NotAllowed, NotAllowedNow, NotFound, NotLikeThis

STALE = "该企业的许可证刚被更新（也可能是重复提交），请核对下面的许可证后再操作；您填写的内容仍保留在表单中"
TWICE = "许可证号 {} 已登记在该企业名下：需要延续或换证的请在该证上点“延续、换证”"
ENDED = "该许可证已于 {} 失效，不能再办理，请刷新页面核对"
NONE = "没有找到该许可证，可能已失效，请刷新页面核对"
NO_REASON = "请填写原因，如 注销、吊销、到期未延续"
FIELD = "许可证"


def add(
    enterprise: Enterprise, entry: LicenceEntry, actor: Actor, at: datetime, *, main: bool = False, seen: int | None = None
) -> EnterpriseLicence:
    """登记许可证. The first one is the main one, whatever is asked.

    Raises NotLikeThis when it may not be recorded so, NotAllowedNow when the enterprise was changed since ``seen``.
    """
    held = _begin(enterprise, actor, seen)
    _check(entry)
    if any(row.number == entry.number for row in held):
        raise NotLikeThis(TWICE.format(entry.number), field="number")
    made = _enter(enterprise, entry, actor, at, main=main or not any(row.main for row in held))
    if made.main:
        _only_main(held, made)
    _say(enterprise, held, made, actor, {FIELD: (None, _words(made))}, None)
    return made


def replace(
    enterprise: Enterprise, licence_id: int, entry: LicenceEntry, reason: str, actor: Actor, at: datetime, *, seen: int | None = None
) -> EnterpriseLicence:
    """延续、换证: the licence before is ended with its reason and stays readable; what it was, main or not, goes over."""
    held = _begin(enterprise, actor, seen)
    before = _one(enterprise, licence_id)
    _check(entry)
    if any(row.number == entry.number and row.id != before.id for row in held):
        raise NotLikeThis(TWICE.format(entry.number), field="number")
    was_main = before.main
    _end(before, reason.strip() or "延续、换证", at)
    session().flush()
    made = _enter(enterprise, entry, actor, at, main=was_main)
    _say(enterprise, held, made, actor, {FIELD: (_words(before), _words(made))}, before.end_reason)
    return made


def end(enterprise: Enterprise, licence_id: int, reason: str, actor: Actor, at: datetime, *, seen: int | None = None) -> EnterpriseLicence:
    """失效: 注销、吊销 or run out; where it was the main one, the one in hand that holds longest takes its place."""
    held = _begin(enterprise, actor, seen)
    one = _one(enterprise, licence_id)
    if not reason.strip():
        raise NotLikeThis(NO_REASON, field="reason")
    was_main = one.main
    _end(one, reason, at)
    rest = [row for row in held if row.id != one.id]
    if was_main and rest:
        longest = max(rest, key=lambda row: (row.valid_to is None, row.valid_to or clock.today(), row.id))
        longest.main = True
    _say(enterprise, rest, None, actor, {FIELD: (_words(one), "失效")}, one.end_reason)
    return one


def make_main(enterprise: Enterprise, licence_id: int, actor: Actor, *, seen: int | None = None) -> EnterpriseLicence:
    """设为主证: this is the one that the register, its lists and its exports name."""
    held = _begin(enterprise, actor, seen)
    one = _one(enterprise, licence_id)
    if one.main:
        raise NotAllowedNow("该许可证已是主证，请刷新页面核对")
    before = next((row for row in held if row.main), None)
    one.main = True
    _only_main(held, one)
    _say(enterprise, held, None, actor, {"主许可证": (_words(before) if before else None, _words(one))}, None)
    return one


# ---------------------------------------------------------------- parts

def _begin(enterprise: Enterprise, actor: Actor, seen: int | None) -> list[EnterpriseLicence]:
    """The licences in hand, once it is sure that the actor may change them and has seen them as they are."""
    if not permits(actor, Permission.ENTERPRISE_CORRECT, enterprise):
        raise NotAllowed("您没有更正该企业档案的权限，如确需办理请联系科室负责人")
    if seen is not None and seen != enterprise.version:
        raise NotAllowedNow(STALE)
    refuse_merged(enterprise)
    return [row for row in licence_queries.of_enterprise(enterprise.id) if row.ended_at is None]


def _one(enterprise: Enterprise, licence_id: int) -> EnterpriseLicence:
    found = next((row for row in licence_queries.of_enterprise(enterprise.id) if row.id == licence_id), None)
    if found is None:
        raise NotFound(NONE)
    if found.ended_at is not None:
        raise NotAllowedNow(ENDED.format(clock.office_time(found.ended_at).date()))
    return found


def _check(entry: LicenceEntry) -> None:
    if (wrong := complaint(entry, clock.today())) is not None:
        raise NotLikeThis(wrong[1], field=wrong[0])


def _enter(enterprise: Enterprise, entry: LicenceEntry, actor: Actor, at: datetime, *, main: bool) -> EnterpriseLicence:
    made = EnterpriseLicence(
        org_id=enterprise.org_id, enterprise_id=enterprise.id, kind=entry.kind, number=entry.number, scope=entry.scope,
        issued_by=entry.issued_by, issued_on=entry.issued_on, valid_to=entry.valid_to, main=main, recorded_at=at,
        recorded_by_id=actor.user_id,
    )  # fmt: skip
    session().add(made)
    return made


def _end(row: EnterpriseLicence, reason: str, at: datetime) -> None:
    row.main, row.ended_at, row.end_reason = False, at, reason.strip()[:LONGEST_REASON]


def _only_main(held: list[EnterpriseLicence], main: EnterpriseLicence) -> None:
    for row in held:
        if row is not main:
            row.main = False


def _words(row: EnterpriseLicence) -> str:
    return licence_words(row.kind, row.number, row.valid_to)


def _say(
    enterprise: Enterprise, held: list[EnterpriseLicence], made: EnterpriseLicence | None, actor: Actor,
    told: Mapping[str, tuple[Any, Any]], comment: str | None,
) -> None:  # fmt: skip
    """Put the main licence into the register's columns, move the version, and write history."""
    main = next((row for row in (*([made] if made is not None else []), *held) if row.main), None)
    now = (main.kind, main.number, main.valid_to) if main is not None else (None, None, None)
    changes = dict(told)
    for name, value in zip(LICENCE, now, strict=True):
        if getattr(enterprise, name) != value:
            changes[title_of(name)] = (getattr(enterprise, name), value)
            setattr(enterprise, name, value)
    flag_modified(enterprise, "name")
    session().flush()
    history.record(KIND, enterprise.id, "edit", actor, org_id=enterprise.org_id, name=enterprise.name, comment=comment, changes=changes)

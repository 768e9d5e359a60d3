"""名单: who may be drawn, proposed from the register with weights and exclusions, each with its why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app.accounts.models import User, UserRole
from app.db import session
from app.domain.actors import Actor, Role
from app.domain.drawing import Entry
from app.domain.samples import Link, Supervision
from app.domain.sampling_kinds import DrawKind
from app.domain.workflow import SampleState
from app.enterprises.models import Enterprise, EnterpriseKind, EnterpriseStatus
from app.errors import NotLikeThis
from app.reference.draw_weights import WeightRule, in_force
from app.reference_data import standing
from app.reference_data.books import region_book
from app.sampling.models import Sample
from app.scope import below, scope

MOST = 1_000  # entries of one pool
# 企业类型 by the link in which they are sampled
KINDS_OF_LINK: Mapping[Link, tuple[str, ...]] = {
    Link.PRODUCTION: ("食品生产企业", "小作坊"), Link.CIRCULATION: ("食品销售者", "食盐经营者"),
    Link.CATERING: ("餐饮服务提供者",), Link.ONLINE: ("网络食品交易第三方平台",),
}  # fmt: skip
NO_BATCH = (SampleState.VOIDED,)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which list is wanted."""

    kind: DrawKind
    enterprise_kind: str | None = None
    link: Link | None = None
    region_id: int | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entry with the record it stands for; None for one that came from a file."""

    entry: Entry
    subject_id: int | None


def proposed(actor: Actor, wanted: Wanted, today: date) -> list[Candidate]:
    """The list as the register and the rules of the day have it, in canonical order. Raises NotLikeThis when too long."""
    makers = {DrawKind.ENTERPRISE: _enterprises, DrawKind.SAMPLER: _samplers, DrawKind.LABORATORY: _laboratories}
    found = makers[wanted.kind](actor, wanted, today)
    if len(found) > MOST:
        raise NotLikeThis(f"符合条件的超过 {MOST} 个，请按区域、类型、环节缩小名单范围")
    return sorted(found, key=lambda each: each.entry.code.encode())


# ---------------------------------------------------------------- enterprises

@dataclass(frozen=True, slots=True)
class _Past:
    """What the samples say of an enterprise."""

    sampled: int = 0
    last_on: date | None = None
    failed: int = 0


def _enterprises(actor: Actor, wanted: Wanted, today: date) -> list[Candidate]:
    gone = (EnterpriseStatus.CLOSED, EnterpriseStatus.MERGED)
    statement = scope(sa.select(Enterprise), Enterprise, actor).where(Enterprise.status.not_in(gone))
    kinds = KINDS_OF_LINK[wanted.link] if wanted.link else ()
    kinds = (wanted.enterprise_kind,) if wanted.enterprise_kind else kinds
    if kinds:
        statement = statement.where(
            Enterprise.id.in_(sa.select(EnterpriseKind.enterprise_id).where(EnterpriseKind.kind.in_(kinds)))
        )
    book = region_book()
    if wanted.region_id is not None and wanted.region_id in book:
        statement = statement.where(Enterprise.region_id.in_(book.below(wanted.region_id)))
    rows = session().scalars(statement.order_by(Enterprise.id).limit(MOST + 1)).all()
    rules = in_force(today)
    past = _pasts([row.id for row in rows], rules, today)
    return [_enterprise(row, past.get(row.id, _Past()), rules, today) for row in rows]


def weighed(actor: Actor, today: date) -> dict[int, str]:
    """How every enterprise would stand in a pool by the rules of the day: its weight and why, or why it takes no part."""
    columns = (Enterprise.id, Enterprise.credit_code, Enterprise.name, Enterprise.status)
    gone = (EnterpriseStatus.CLOSED, EnterpriseStatus.MERGED)
    statement = scope(sa.select(*columns), Enterprise, actor).where(Enterprise.status.not_in(gone)).order_by(Enterprise.id)
    rows = session().execute(statement).all()
    rules = in_force(today)
    past, found = _pasts([row.id for row in rows], rules, today), {}
    for row in rows:
        one = _enterprise(row, past.get(row.id, _Past()), rules, today).entry
        found[row.id] = f"不参加：{one.excluded}" if one.excluded else f"权重 {one.weight}{f'（{one.why}）' if one.why else ''}"
    return found


def _pasts(ids: Sequence[int], rules: Mapping[str, WeightRule], today: date) -> dict[int, _Past]:
    """Earlier samples of each enterprise, taken from it or made by it."""
    failed_from = today - timedelta(days=(rules["FAILED"].window_days or 0) if "FAILED" in rules else 0)
    failed = sa.and_(Sample.supervision == Supervision.FAIL, Sample.sampled_on >= failed_from)
    found: dict[int, _Past] = {}
    for column in (Sample.sampled_enterprise_id, Sample.producer_id):
        counted = (sa.func.count(), sa.func.max(Sample.sampled_on), sa.func.sum(sa.case((failed, 1), else_=0)))
        for start in range(0, len(ids), 500):
            statement = sa.select(column, *counted).where(
                column.in_(ids[start : start + 500]), Sample.state.not_in(NO_BATCH)
            )
            for enterprise_id, number, last_on, bad in session().execute(statement.group_by(column)):
                had = found.get(enterprise_id, _Past())
                last = max((day for day in (had.last_on, last_on) if day), default=None)
                found[enterprise_id] = _Past(had.sampled + number, last, had.failed + int(bad))
    return found


def _enterprise(row: Any, past: _Past, rules: Mapping[str, WeightRule], today: date) -> Candidate:
    weight, why = _weight(past, rules)
    code = row.credit_code or f"E{row.id}"
    return Candidate(Entry(code, row.name, weight, why, _excluded(row, past, rules, today)), row.id)


def _weight(past: _Past, rules: Mapping[str, WeightRule]) -> tuple[int, str | None]:
    weight = rules["BASE"].points if "BASE" in rules else 1
    why = []
    failed, never = rules.get("FAILED"), rules.get("NEVER")
    if failed and past.failed:
        points = min(past.failed * failed.points, failed.most or past.failed * failed.points)
        weight += points
        why.append(f"近 {failed.window_days} 天不合格 {past.failed} 批，加 {points}")
    if never and not past.sampled:
        weight += never.points
        why.append(f"从未抽检，加 {never.points}")
    return max(weight, 1), "；".join(why) or None


def _excluded(row: Any, past: _Past, rules: Mapping[str, WeightRule], today: date) -> str | None:
    if row.status is EnterpriseStatus.PAUSED:
        return "停业：企业档案中为停产"
    recent = rules.get("RECENT")
    if recent and recent.window_days and past.last_on and past.last_on > today - timedelta(days=recent.window_days):
        return f"近期已抽：{past.last_on}"
    return None


# ---------------------------------------------------------------- samplers, laboratories

def _samplers(actor: Actor, wanted: Wanted, today: date) -> list[Candidate]:
    rows = session().scalars(
        sa.select(User)
        .where(
            below(actor, User.org_id), User.active.is_(True),
            User.id.in_(sa.select(UserRole.user_id).where(UserRole.role == Role.SAMPLER)),
        )
        .options(joinedload(User.organisation))
        .limit(MOST + 1)
    ).all()  # fmt: skip
    return [Candidate(Entry(user.username, f"{user.name}（{user.organisation.name}）"), user.id) for user in rows]


def _laboratories(actor: Actor, wanted: Wanted, today: date) -> list[Candidate]:
    return [Candidate(Entry(found.code, found.name), found.id) for found in standing.laboratories(today)[: MOST + 1]]


# ---------------------------------------------------------------- what people changed of it

@dataclass(frozen=True, slots=True)
class Change:
    """What somebody typed for one entry before the list was frozen."""

    weight: int | None = None
    why: str | None = None
    excluded: str | None = None


def changed(candidates: Sequence[Candidate], changes: Mapping[str, Change]) -> list[Candidate]:
    """The list with what was typed. A weight that differs from the rule's needs its reason."""
    return [_changed(each, changes[each.entry.code]) if each.entry.code in changes else each for each in candidates]


def _changed(candidate: Candidate, change: Change) -> Candidate:
    entry = candidate.entry
    if change.weight is not None and change.weight != entry.weight:
        if not (change.why or "").strip() or change.why == entry.why:
            raise NotLikeThis(f"“{entry.name}”的权重由 {entry.weight} 改为 {change.weight}，请填写理由")
        entry = replace(entry, weight=change.weight, why=f"人工调整（原为 {entry.weight}）：{(change.why or '').strip()}")
    return replace(candidate, entry=replace(entry, excluded=(change.excluded or "").strip() or None))

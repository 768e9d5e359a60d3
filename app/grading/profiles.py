"""静态风险要素, recorded: each time a new version, the former one kept. Never commits, never sees a request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from app import clock, history
from app.db import insert_many, reserve_ids, session
from app.domain.actors import Actor
from app.domain.permissions import Permission, permits
from app.enterprises.models import Enterprise
from app.errors import NotAllowed, NotAllowedNow, NotLikeThis
from app.grading import queries
from app.grading.models import RiskProfile

KIND = RiskProfile.__tablename__
TABLE: Any = RiskProfile.__table__
MOVED = "静态要素刚被他人更新，本次没有保存：请刷新页面，核对现有内容后再保存；您填写的内容仍保留在表单中"
SAME = "与现有的静态要素完全相同，没有需要保存的内容"
FUTURE = "核实日期不得晚于今天，请核对"
NOT_YOURS = "您没有登记该企业静态要素的权限，如确需办理请联系科室负责人"


@dataclass(frozen=True, slots=True)
class Facts:
    """What was found on a day, from which paper."""

    kind: str
    facts: Mapping[str, Any]
    seen_on: date
    source: str | None


def record(
    enterprise: Enterprise, found: Facts, actor: Actor, at: datetime, *, former: int | None, titles: Mapping[str, str] | None = None
) -> RiskProfile:
    """A new version. ``former`` is the id of the version that the page showed (None: there was none).

    ``titles`` are the words of the facts by their codes, for the history.
    """
    if not permits(actor, Permission.RISK_SCORE, enterprise):
        raise NotAllowed(NOT_YOURS)
    if found.seen_on > clock.office_time(at).date():
        raise NotLikeThis(FUTURE, field="seen_on")
    queries.locked(enterprise.id)
    standing = queries.profile(enterprise.id, found.kind)
    if (standing.id if standing else None) != former:
        raise NotAllowedNow(MOVED)
    if standing is not None and same(standing, found):
        raise NotLikeThis(SAME)
    if standing is not None:
        standing.superseded_at = at
        session().flush()
    made = RiskProfile(
        org_id=enterprise.org_id, enterprise_id=enterprise.id, kind=found.kind, facts=dict(found.facts), seen_on=found.seen_on,
        source=found.source, recorded_at=at, recorded_by_id=actor.user_id,
    )  # fmt: skip
    session().add(made)
    try:
        session().flush()
    except IntegrityError as error:
        raise NotAllowedNow(MOVED) from error
    before = dict(standing.facts) if standing is not None else {}
    history.record(
        KIND, made.id, "record_facts", actor, org_id=enterprise.org_id, name=enterprise.name, comment=f"{found.kind}，{found.seen_on} 核实",
        changes=changes(before, found.facts, titles or {}),
    )  # fmt: skip
    return made


def same(standing: RiskProfile, found: Facts) -> bool:
    return standing.facts == dict(found.facts) and standing.seen_on == found.seen_on and (standing.source or "") == (found.source or "")


def changes(before: Mapping[str, Any], after: Mapping[str, Any], titles: Mapping[str, str]) -> dict[str, tuple[Any, Any]]:
    changed = [code for code in sorted({*before, *after}) if before.get(code) != after.get(code)]
    return {titles.get(code, code): (_words(before.get(code)), _words(after.get(code))) for code in changed}


def _words(value: Any) -> str | None:
    return value if value is None or isinstance(value, str) else "、".join(value)


def record_many(rows: Sequence[tuple[Enterprise, Facts]], actor: Actor, at: datetime) -> int:
    """Many at once, of an import: what stood is superseded, the new versions are inserted in one go."""
    if not all(permits(actor, Permission.RISK_SCORE, enterprise) for enterprise, _ in rows):
        raise NotAllowed(NOT_YOURS)
    ids = reserve_ids(TABLE, len(rows))
    for start in range(0, len(rows), 500):
        part = rows[start : start + 500]
        for kind in sorted({found.kind for _, found in part}):
            those = [enterprise.id for enterprise, found in part if found.kind == kind]
            session().execute(
                sa.update(RiskProfile)
                .where(RiskProfile.enterprise_id.in_(those), RiskProfile.kind == kind, RiskProfile.superseded_at.is_(None))
                .values(superseded_at=at)
                .execution_options(synchronize_session=False)
            )
    insert_many(
        TABLE,
        (
            {
                "id": number, "org_id": enterprise.org_id, "enterprise_id": enterprise.id, "kind": found.kind, "facts": dict(found.facts),
                "seen_on": found.seen_on, "source": found.source, "recorded_at": at, "recorded_by_id": actor.user_id, "superseded_at": None,
            }
            for number, (enterprise, found) in zip(ids, rows, strict=True)
        ),
    )  # fmt: skip
    history.record_many(
        KIND, "record_facts", actor,
        [(number, enterprise.org_id, enterprise.name, None) for number, (enterprise, _) in zip(ids, rows, strict=True)],
    )  # fmt: skip
    return len(rows)

"""企业档案合并: two records become one, and become two again. Never commits, never sees a request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.attributes import flag_modified

from app import clock, counters, history
from app.db import session
from app.domain.actors import Actor
from app.domain.permissions import Permission, permits
from app.domain.supervision_states import MergeState, MergeStep
from app.enterprises.models import Enterprise, EnterpriseFormerName, EnterpriseLicence, EnterpriseStatus
from app.errors import NotAllowed, NotAllowedNow, NotLikeThis
from app.merges import queries
from app.merges.models import EnterpriseMerge
from app.merges.references import LICENCES, Reference, Share, point, references, shares

KIND = Enterprise.__tablename__
NUMBERED = "合〔{}〕{}号"
FORMER: Any = EnterpriseFormerName.__table__
LICENCE: Any = EnterpriseLicence.__table__
CODES = "两份档案的统一社会信用代码不同（{} 和 {}），是两家企业，不能合并：如有一个写错，请先更正档案"
ALREADY = "“{}”已合并到另一份档案，请刷新页面后用保留的档案办理"
STALE = "企业档案刚被他人修改，请核对下面的内容后再合并；您填写的理由仍保留在表单中"
TWICE = "刚刚已经合并，没有重复合并：请在合并记录中查看"
LATER = "保留的档案“{}”后来又合并到另一份档案，请先撤销那一次合并"
NOT_BACK = "被合并档案中已有同样的记录，不能退回：请刷新页面，按合并记录核对后再撤销"
NOT_YOURS = "两份档案中有不在您管辖范围内的，请由管辖两份档案的上级单位合并"


def refuse_pair(kept: Enterprise, merged: Enterprise) -> None:
    """What cannot be merged, and what to do instead. Raises NotLikeThis or NotAllowedNow."""
    if kept.id == merged.id:
        raise NotLikeThis("请选择两份不同的档案")
    for one in (kept, merged):
        if one.status is EnterpriseStatus.MERGED:
            raise NotAllowedNow(ALREADY.format(one.name))
    if kept.credit_code and merged.credit_code and kept.credit_code != merged.credit_code:
        raise NotLikeThis(CODES.format(kept.credit_code, merged.credit_code))


def _hold(*held: Enterprise) -> None:
    """Two mergers at once: the second sees what the first has done."""
    for one in sorted(held, key=lambda each: each.id):
        session().refresh(one, ("status", "credit_code", "merged_into_id", "version"), with_for_update=True)


def merge(
    kept: Enterprise, merged: Enterprise, reason: str, actor: Actor, at: datetime, *,
    seen: tuple[int | None, int | None] | None = None, key: str | None = None,
) -> EnterpriseMerge:  # fmt: skip
    """合并: everything that points to ``merged`` points to ``kept``, but what ``kept`` may have once and already has.

    Raises NotAllowed, NotLikeThis for two firms, NotAllowedNow when either record was changed since ``seen``.
    """
    if not all(permits(actor, Permission.ENTERPRISE_MERGE, one) for one in (kept, merged)):
        raise NotAllowed(NOT_YOURS)
    _hold(kept, merged)
    refuse_pair(kept, merged)
    if seen is not None and seen != (kept.version, merged.version):
        raise NotAllowedNow(STALE)
    year = clock.office_time(at).year
    made = EnterpriseMerge(
        org_id=kept.org_id, number=NUMBERED.format(year, counters.take(kept.org_id, "enterprise_merge", year)[0]), kept_id=kept.id,
        merged_id=merged.id, merged_name=merged.name, merged_status=merged.status.value, reason=reason.strip(),
        moved=_move(kept, merged, at), merged_at=at, merged_by_id=actor.user_id, submission_key=key,
    )  # fmt: skip
    _advance(made, actor, reason, {"被合并的档案": (None, queries.named(merged)), "保留的档案": (None, queries.named(kept))})
    _tell(kept, merged, "take_over", "merged_away", actor, reason)
    return made


def _advance(made: EnterpriseMerge, actor: Actor, reason: str, changes: Mapping[str, tuple[Any, Any]]) -> None:
    try:
        history.advance(made, MergeStep.MERGE, actor, comment=reason, changes=changes)
    except IntegrityError as error:
        raise NotAllowedNow(TWICE) from error


def _tell(kept: Enterprise, merged: Enterprise, kept_step: str, merged_step: str, actor: Actor, reason: str) -> None:
    for one, step, other in ((kept, kept_step, merged), (merged, merged_step, kept)):
        changes = {"另一份档案": (None, queries.named(other))}
        history.record(KIND, one.id, step, actor, org_id=one.org_id, name=one.name, comment=reason, changes=changes)


def _move(kept: Enterprise, merged: Enterprise, at: datetime) -> dict[str, Any]:
    """Move the rows, the credit code and the name; what was done, so that it can be taken back."""
    found = shares(kept.id, merged.id)
    demoted = _second_licences(found)
    for share in found:
        point(share.reference, share.moving, merged.id, kept.id)
    code = merged.credit_code
    merged.status, merged.merged_into_id, merged.credit_code = EnterpriseStatus.MERGED, kept.id, None
    flag_modified(kept, "name")  # its version moves: whoever has it open must look again
    session().flush()
    if code:
        kept.credit_code = code
    return {
        "rows": {share.reference.key: list(share.moving) for share in found if share.moving},
        "stayed": {share.reference.key: list(share.staying) for share in found if share.staying},
        "second_licences": demoted, "credit_code": code, "former_name_id": _former_name(kept, merged, at),
    }  # fmt: skip


def _second_licences(found: Sequence[Share]) -> list[int]:
    """A main licence that moves is no longer the main one: the register's columns of the kept record tell of its own."""
    moving = [one for share in found if share.reference.table.name == LICENCES for one in share.moving]
    main = list(session().scalars(sa.select(LICENCE.c.id).where(LICENCE.c.id.in_(moving), LICENCE.c.is_main)))
    _set_main(main, False)
    return main


def _set_main(ids: Sequence[int], main: bool) -> None:
    session().execute(sa.update(LICENCE).where(LICENCE.c.id.in_(ids)).values(is_main=main))


def _former_name(kept: Enterprise, merged: Enterprise, at: datetime) -> int | None:
    """The merged record's name still finds the enterprise."""
    known = session().scalar(
        sa.select(FORMER.c.id).where(FORMER.c.enterprise_id == kept.id, FORMER.c.name == merged.name).limit(1)
    )
    if merged.name == kept.name or known is not None:
        return None
    made = EnterpriseFormerName(org_id=kept.org_id, enterprise_id=kept.id, name=merged.name, recorded_at=at)
    session().add(made)
    session().flush()
    return made.id


# ---------------------------------------------------------------- taken back

def undo(merge: EnterpriseMerge, reason: str, actor: Actor, at: datetime, *, seen: int | None = None) -> dict[str, list[int]]:
    """撤销合并: exactly the rows that were moved and still point to the kept record go back.

    Returns, reference by reference, the rows that do not. Raises NotAllowedNow when the kept record was merged in its turn.
    """
    kept, merged = (session().get_one(Enterprise, one) for one in (merge.kept_id, merge.merged_id))
    history.advance(merge, MergeStep.UNDO, actor, comment=reason, seen=seen)
    if not permits(actor, Permission.ENTERPRISE_MERGE, merged):
        raise NotAllowed(NOT_YOURS)
    _hold(kept, merged)
    if kept.status is EnterpriseStatus.MERGED:
        raise NotAllowedNow(LATER.format(kept.name))
    merge.undone_at, merge.undone_by_id = at, actor.user_id
    try:
        missing = _move_back(merge, kept, merged)
        session().flush()
    except IntegrityError as error:
        raise NotAllowedNow(NOT_BACK) from error
    merge.moved = {**merge.moved, "missing": missing}
    _tell(kept, merged, "give_back", "restored", actor, reason)
    return missing


def _move_back(merge: EnterpriseMerge, kept: Enterprise, merged: Enterprise) -> dict[str, list[int]]:
    moved, by_key = merge.moved, {reference.key: reference for reference in references()}
    missing = {key: _back(by_key.get(key), ids, kept.id, merged.id) for key, ids in moved["rows"].items()}
    _set_main([one for one in moved["second_licences"] if one not in missing.get(f"{LICENCES}.enterprise_id", [])], True)
    if moved["former_name_id"] is not None:
        session().execute(sa.delete(FORMER).where(FORMER.c.id == moved["former_name_id"], FORMER.c.enterprise_id == kept.id))
    code = moved["credit_code"]
    if code and kept.credit_code == code:
        kept.credit_code = None
        session().flush()
        merged.credit_code = code
    merged.status, merged.merged_into_id = EnterpriseStatus(merge.merged_status), None
    flag_modified(kept, "name")
    return {key: ids for key, ids in missing.items() if ids}


def _back(reference: Reference | None, ids: Sequence[int], kept_id: int, merged_id: int) -> list[int]:
    returned = set(point(reference, ids, kept_id, merged_id)) if reference is not None else set()
    return [one for one in ids if one not in returned]


# ---------------------------------------------------------------- not one enterprise

def tell_apart(one: Enterprise, other: Enterprise, actor: Actor) -> None:
    """不是重复: the pair is not proposed again."""
    if not all(permits(actor, Permission.ENTERPRISE_MERGE, each) for each in (one, other)):
        raise NotAllowed(NOT_YOURS)
    for each, twin in ((one, other), (other, one)):
        changes = {queries.OTHER: (None, queries.named(twin))}
        history.record(KIND, each.id, queries.APART, actor, org_id=each.org_id, name=each.name, changes=changes)


def is_standing(merge: EnterpriseMerge) -> bool:
    return merge.state is MergeState.MERGED

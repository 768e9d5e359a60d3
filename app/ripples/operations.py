"""波及清单, made and worked off. Never commits, never sees a request."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from app import history
from app.db import reserve_ids, session
from app.domain import ripples as words
from app.domain.actors import Actor
from app.domain.case_kinds import RippleCause, RippleTaskKind
from app.domain.ripples import ALWAYS_LISTED, turn
from app.domain.workflow import RippleTaskStep
from app.errors import NotLikeThis
from app.ripples.finding import Found, Turned, find
from app.ripples.models import Ripple, RippleTask

NAME, WHAT, WHY, NOTE = 300, 500, 1000, 500


def spread(
    sample: Any, cause: RippleCause, actor: Actor, at: datetime, *, source: Any, before: Any, after: Any, why: str | None,
    cancelled: Iterable[Any] = (),
) -> Ripple | None:  # fmt: skip
    """List everything that the changed conclusion of one sample touches.

    ``before`` and ``after`` are 监督结论; ``at`` is the moment at which the new fact was written; ``cancelled`` are the cases
    that the program has cancelled because of it. Returns the list of the sample's own office (the first, where it has none), or
    None where nothing need be looked at.
    """
    made = spread_many({sample.id: (before, after)}, cause, actor, at, source=source, why=why, cancelled=cancelled)
    return next((one for one in made if one.org_id == sample.org_id), made[0] if made else None)


def spread_many(
    changes: Mapping[int, tuple[Any, Any]], cause: RippleCause, actor: Actor, at: datetime, *, source: Any = None,
    why: str | None = None, cancelled: Iterable[Any] = (),
) -> list[Ripple]:  # fmt: skip
    """The same for any number of samples (by id: conclusion before and after), in a fixed number of statements per 500.

    Every office concerned gets a list of its own, with the tasks that are its.
    """
    turned = [one for one in (_turned(sample_id, *pair) for sample_id, pair in changes.items()) if one is not None]
    if not turned:
        return []
    session().flush()
    ended = list(cancelled)
    found = find(turned, at, (case.id for case in ended)) + _costs(turned, cause, source)
    worth = {one.sample_id for one in found if not one.minor}
    listed = [one for one in found if cause in ALWAYS_LISTED or one.sample_id in worth]
    if not listed:
        return []
    return _write({one.sample_id: one for one in turned}, listed, cause, actor, at, source, why)


def _turned(sample_id: int, before: Any, after: Any) -> Turned | None:
    said = [str(getattr(one, "value", one)) if one is not None else words.WITHDRAWN for one in (before, after)]
    found = turn(*said)
    return Turned(sample_id, found, *said) if found is not None else None


def source_of(source: Any) -> tuple[str | None, int | None]:
    """Table and id of a record, or the pair itself."""
    return source if isinstance(source, tuple) else (getattr(source, "__tablename__", None), getattr(source, "id", None))


def _costs(turned: Sequence[Turned], cause: RippleCause, source: Any) -> list[Found]:
    """复检合格: whoever had the sample tested bears the cost of the retest."""
    if cause is not RippleCause.RETEST or source_of(source)[0] != "retest" or source.refunded_on is not None:
        return []
    what = words.of_fee(source.fee, source.prepaid_on is not None)
    name = f"{source.number} {source.applicant}"  # the number begins with 复检
    return [Found(one.sample_id, source.org_id, RippleTaskKind.FEE, ("retest", source.id), name, what) for one in turned]


def _write(
    turned: Mapping[int, Turned], found: Sequence[Found], cause: RippleCause, actor: Actor, at: datetime, source: Any, why: str | None
) -> list[Ripple]:
    """One list per sample and office."""
    keys = list(dict.fromkeys((one.sample_id, one.org_id) for one in found))
    table: Any = Ripple.__table__
    kind, number = source_of(source)
    made = {
        key: Ripple(
            id=ripple_id, org_id=key[1], sample_id=key[0], cause=cause, source_kind=kind, source_id=number,
            before=turned[key[0]].before, after=turned[key[0]].after, why=(why or "").strip()[:WHY] or None, created_at=at,
            created_by_id=actor.user_id,
        )
        for key, ripple_id in zip(keys, reserve_ids(table, len(keys)), strict=True)
    }  # fmt: skip
    session().add_all(made.values())
    session().flush()
    _add_tasks(made, found, actor)
    return list(made.values())


def _add_tasks(made: Mapping[tuple[int, int], Ripple], found: Sequence[Found], actor: Actor) -> None:
    table: Any = RippleTask.__table__
    for task_id, one in zip(reserve_ids(table, len(found)), found, strict=True):
        task = RippleTask(
            id=task_id, org_id=one.org_id, ripple_id=made[one.sample_id, one.org_id].id, kind=one.kind, subject_kind=one.subject[0],
            subject_id=one.subject[1], subject_name=one.name[:NAME], what=one.what[:WHAT], automatic=one.automatic, version=1,
        )  # fmt: skip
        history.advance(task, RippleTaskStep.OPEN, actor, asked=True)
        session().add(task)
    session().flush()


# ---------------------------------------------------------------- worked off

def finish(task: RippleTask, actor: Actor, at: datetime, note: str | None, *, seen: int | None = None) -> None:
    """处理完毕, with what was done. What the program has done by itself need only be confirmed."""
    if not task.automatic:
        _need(note, "请填写处理情况：做了什么、何时、依据的文书或凭证")
    history.advance(task, RippleTaskStep.FINISH, actor, comment=note, seen=seen)
    _sign(task, actor, at, note)


def waive(task: RippleTask, actor: Actor, at: datetime, reason: str | None, *, seen: int | None = None) -> None:
    """无需处理, with the reason."""
    _need(reason, "请填写无需处理的理由")
    history.advance(task, RippleTaskStep.WAIVE, actor, comment=reason, seen=seen)
    _sign(task, actor, at, reason)


def reopen(task: RippleTask, actor: Actor, reason: str | None, *, seen: int | None = None) -> None:
    """重新处理, with the reason."""
    _need(reason, "请填写重新处理的理由")
    history.advance(task, RippleTaskStep.REOPEN, actor, comment=reason, seen=seen)
    task.done_at = task.done_by_id = task.note = None
    session().flush()


def _need(written: str | None, sentence: str) -> None:
    if not (written or "").strip():
        raise NotLikeThis(sentence, field="note")


def _sign(task: RippleTask, actor: Actor, at: datetime, note: str | None) -> None:
    task.done_at, task.done_by_id, task.note = at, actor.user_id, (note or "").strip()[:NOTE] or None
    session().flush()  # whoever does it at the same moment is told now

"""History (办理记录): who did what, when, why, from where, before and after, in one hash chain.

``advance()`` and ``advance_many()`` are the only code that assigns ``.state``. An entry is written in the transaction of the
change it tells of; if it cannot be written the change does not happen. The chain is linked last, just before the commit,
so that a long import does not hold the chain lock.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

import sqlalchemy as sa

from app import clock
from app.accounts import signatures
from app.chain import HistoryEntry
from app.db import session
from app.domain import workflow
from app.domain.actors import Actor, Channel
from app.domain.permissions import permits, standing_in
from app.domain.workflow import Step
from app.errors import NotAllowed, NotAllowedNow, NotLikeThis
from app.history_words import shielded, written
from app.watching import tell_changing

CHANGED_BY_OTHERS = "其中有记录已被他人修改，本次操作未生效，请刷新后重试"
channel: ContextVar[Channel] = ContextVar("channel", default=Channel.COMMAND)
address: ContextVar[str | None] = ContextVar("address", default=None)


class Subject(Protocol):
    """A record with a workflow."""

    id: Any
    org_id: Any
    state: Any
    version: Any


@dataclass(frozen=True, slots=True)
class Move:
    """One record's step within a bulk change.

    ``values`` are columns that differ from record to record; ``follows`` says that the subject is a plain copy of the row
    which must know its new state and version when the step has been taken.
    """

    subject: Any
    changes: Mapping[str, tuple[Any, Any]] | None = None
    values: Mapping[str, Any] | None = None
    follows: bool = False


def advance(
    subject: Any,
    step: Step,
    actor: Actor,
    *,
    comment: str | None = None,
    seen: int | None = None,
    changes: Mapping[str, tuple[Any, Any]] | None = None,
    asked_of: Any = None,
    asked: bool = False,
    decided: bool = False,
) -> Actor | None:
    """Take one lawful step: check what the user saw, the arrow, the permission and the comment; write history; set state.

    ``seen`` is the version the page showed. ``asked_of`` is the record the permission is asked about when it is not the
    subject itself; ``asked`` says that the caller has asked the permission of the step this one follows from (a result
    that opens or cancels its cases), ``decided`` that it is this person's own decision all the same, and is signed. Returns the
    person in whose name the step was taken, under a delegation.

    Raises NotAllowedNow, NotAllowed or NotLikeThis.
    """
    kind = subject.__tablename__
    if seen is not None and seen != subject.version:
        raise NotAllowedNow("该记录已被他人修改，请刷新页面核对后再操作；您填写的内容仍保留在表单中")
    found = workflow.arrow(kind, subject.state, step)
    if found is None:
        raise NotAllowedNow(_not_now(subject, step))
    if not asked and not permits(actor, found.permission, asked_of if asked_of is not None else subject):
        raise NotAllowed("您没有办理该步骤的权限，如确需办理请联系科室负责人", needed=found.permission)
    if found.comment_required and not (comment or "").strip():
        raise NotLikeThis("请填写理由或意见后再提交", field="comment")
    principal = standing_in(actor, found.permission, asked_of if asked_of is not None else subject)
    before, at = subject.state, clock.now()
    if decided or not asked:
        signatures.sign(kind, subject, before, step.value, actor, principal, at, channel.get())
    _assign(subject, found.to)
    _pend(subject, step.value, actor, before.value if before else None, found.to.value, comment, changes, principal, at)
    return principal


def _assign(subject: Any, to: Any) -> None:
    if subject.id is None:
        subject.state = to
        session().add(subject)
        session().flush()
    elif subject.state is to:
        sa.orm.attributes.flag_modified(subject, "state")  # the version must move even when the state does not
    else:
        subject.state = to


def _not_now(subject: Any, step: Step) -> str:
    from app.labels import label

    state = label(subject.state) if subject.state is not None else "未建立"
    return f"当前状态为“{state}”，不能执行“{label(step)}”，请刷新页面后再操作"


def advance_many(
    model: type[Any],
    step: Step,
    actor: Actor,
    moves: Sequence[Move],
    *,
    comment: str | None = None,
    values: Mapping[str, Any] | None = None,
    asked: bool = False,
    decided: bool = False,
) -> None:
    """The bulk path: one conditional UPDATE per source state, its row count checked, one history entry per record.

    ``asked`` says that the caller has asked the permission for the whole batch, ``decided`` that each record is signed all the same. Raises
    NotAllowedNow when any record was changed since it was read; nothing is then written.
    """
    table, kind, at = model.__table__, model.__tablename__, clock.now()
    by_source: dict[Any, list[Move]] = {}
    for move in moves:
        by_source.setdefault(move.subject.state, []).append(move)
    for source, group in by_source.items():
        found = workflow.arrow(kind, source, step)
        if found is None:
            raise NotAllowedNow(_not_now(group[0].subject, step))
        if not asked and not all(permits(actor, found.permission, move.subject) for move in group):
            raise NotAllowed("其中有您无权办理的记录，请缩小选择范围")
        if found.comment_required and not (comment or "").strip():
            raise NotLikeThis("请填写理由或意见后再提交", field="comment")
        _update_states(table, source, found.to, [move.subject for move in group if not move.values], values)
        _update_each(table, source, found.to, [move for move in group if move.values], values)
        _pend_each(step.value, actor, group, found, comment, at, signed=decided or not asked)


def _pend_each(
    step: str, actor: Actor, moves: Sequence[Move], found: workflow.Arrow, comment: str | None, at: datetime, *, signed: bool
) -> None:
    """History, and the signature where it is signed, of records that have taken one step."""
    for move in moves:
        subject, before = move.subject, move.subject.state
        principal = standing_in(actor, found.permission, subject)
        if signed:
            signatures.sign(subject.__tablename__, subject, before, step, actor, principal, at, channel.get())
        _pend(subject, step, actor, before.value, found.to.value, comment, move.changes, principal, at)
        if move.follows:
            subject.state, subject.version = found.to, subject.version + 1


def _update_states(
    table: sa.Table, source: Any, to: Any, subjects: Sequence[Any], values: Mapping[str, Any] | None
) -> None:
    current = session()
    by_version: dict[int, list[int]] = {}
    tell_changing(table, list(values or ()), [subject.id for subject in subjects])
    for subject in subjects:
        by_version.setdefault(subject.version, []).append(subject.id)
    changed = 0
    for version, ids in by_version.items():
        for start in range(0, len(ids), 500):
            part = ids[start : start + 500]
            statement = (
                sa.update(table)
                .where(table.c.id.in_(part), table.c.state == source, table.c.version == version)
                .values(state=to, version=version + 1, **(values or {}))
            )
            changed += current.connection().execute(statement).rowcount
    if changed != len(subjects):
        raise NotAllowedNow(CHANGED_BY_OTHERS)


def _update_each(
    table: sa.Table, source: Any, to: Any, moves: Sequence[Move], values: Mapping[str, Any] | None
) -> None:
    """Like ``_update_states`` for records with values of their own: one executemany per set of columns."""
    by_columns: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for move in moves:
        own = {**(values or {}), **(move.values or {})}
        seen = {"seen_id": move.subject.id, "seen_version": move.subject.version, "next_version": move.subject.version + 1}
        by_columns.setdefault(tuple(own), []).append({**seen, **{f"new_{name}": value for name, value in own.items()}})
    for names, rows in by_columns.items():
        tell_changing(table, names, [row["seen_id"] for row in rows])
        statement = (
            sa.update(table)
            .where(
                table.c.id == sa.bindparam("seen_id"),
                table.c.state == source,
                table.c.version == sa.bindparam("seen_version"),
            )
            .values(
                state=to,
                version=sa.bindparam("next_version"),
                **{name: sa.bindparam(f"new_{name}", type_=table.c[name].type) for name in names},
            )
        )
        if session().connection().execute(statement, rows).rowcount != len(rows):
            raise NotAllowedNow(CHANGED_BY_OTHERS)


def record(
    kind: str,
    subject_id: int | None,
    step: str,
    actor: Actor,
    *,
    org_id: int | None = None,
    name: str | None = None,
    comment: str | None = None,
    changes: Mapping[str, tuple[Any, Any]] | None = None,
    to_state: str | None = None,
    principal: Actor | None = None,
    signs: Any = None,
) -> None:
    """Write history for something that has no workflow (a correction, an export, a sign-in, a refusal).

    ``principal`` is the person in whose name the actor did it, under a delegation; ``signs`` the record that he signs with it.
    """
    at = clock.now()
    if signs is not None:
        signatures.sign(kind, signs, None, step, actor, principal, at, channel.get())
    _append(kind, subject_id, step, actor, org_id, name, None, to_state, comment, changes, principal, at)


def record_many(kind: str, step: str, actor: Actor, rows: Iterable[tuple[int, int, str, str | None]]) -> None:
    """History for records just created in bulk: rows of (id, org id, name, state)."""
    for subject_id, org_id, name, state in rows:
        _append(kind, subject_id, step, actor, org_id, name, None, state, None, None)


def _pend(
    subject: Any, step: str, actor: Actor, before: str | None, after: str | None, comment: str | None, changes: Any,
    principal: Actor | None, at: datetime | None = None,
) -> None:  # fmt: skip
    name = getattr(subject, "title", None) or getattr(subject, "number", None)
    _append(subject.__tablename__, subject.id, step, actor, subject.org_id, name, before, after, comment, changes, principal, at)


def _append(
    kind: str,
    subject_id: int | None,
    step: str,
    actor: Actor,
    org_id: int | None,
    name: str | None,
    before: str | None,
    after: str | None,
    comment: str | None,
    changes: Mapping[str, tuple[Any, Any]] | None,
    principal: Actor | None = None,
    at: datetime | None = None,
) -> None:
    current = session()
    if not current.info.get("in_transaction"):
        raise RuntimeError("history is written inside transaction() only")
    current.info.setdefault("pending_history", []).append(
        {
            "org_id": org_id,
            "subject_kind": kind,
            "subject_id": subject_id,
            "subject_name": name[:200] if name else None,
            "step": step,
            "from_state": before,
            "to_state": after,
            "actor_id": actor.user_id,
            "actor_name": _signature(actor, principal),
            "channel": channel.get(),
            "address": address.get(),
            "at": at or clock.now(),
            "comment": shielded((comment or "").strip()) or None,
            "changes": written(changes) if changes else None,
        }
    )


def _signature(actor: Actor, principal: Actor | None) -> str:
    """Who it was, and in whose name: 李四（受张三委托）."""
    told = [actor.account] if actor.account else []
    told += [f"受{principal.name}委托"] if principal is not None else []
    return f"{actor.name}（{'，'.join(told)}）" if told else actor.name


def entries_of(kind: str, subject_id: int) -> Sequence[HistoryEntry]:
    """The history of one record, oldest first, each step with its signature."""
    return session().scalars(
        sa.select(HistoryEntry)
        .where(HistoryEntry.subject_kind == kind, HistoryEntry.subject_id == subject_id)
        .options(sa.orm.joinedload(HistoryEntry.signature))
        .order_by(HistoryEntry.seq)
    ).all()

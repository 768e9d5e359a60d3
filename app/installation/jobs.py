"""A backup made, copied to the second place, both on record; as a command and, asked for on the page, by the worker.

Copying the database takes longer than a page may. The copy failing does not undo the backup. Each part is a transaction of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from app import backup, clock, history, second_place
from app.authorize import current_actor
from app.db import session, transaction
from app.domain.actors import Actor
from app.errors import NotAllowedNow, Refused
from app.jobs import Run, handles

JOB = "make_backup"
KIND, COPY = "backup", "copy_backup"


@dataclass(frozen=True, slots=True)
class Brought:
    """What went to the second place, and why the rest did not (None: nothing is missing there)."""

    names: Sequence[str]
    problem: str | None


def make(actor: Actor, target: Path | None, now: datetime) -> tuple[backup.Backup, Brought | None]:
    """立即备份: outside a transaction, since it copies the whole database. No second part where no second place is set."""
    session().rollback()
    made = backup.create(target or backup.default_place(now), now)
    with transaction():
        history.record(KIND, None, "backup", actor, name=made.path.name, changes={"sha256": (None, made.sha256)})
    if second_place.folder() is None:
        return made, None
    return made, bring(actor, [made.path])


def bring(actor: Actor, wanted: Sequence[Path] = ()) -> Brought:
    """Copy these, and whatever else the second place lacks; each copy and the first fault are on record."""
    if second_place.folder() is None:
        raise NotAllowedNow(second_place.NOT_SET)
    names: list[str] = []
    try:
        for path in [*wanted, *(one for one in second_place.missing() if one not in wanted)]:
            copied = second_place.copy(path)
            if copied.new:
                with transaction():
                    history.record(KIND, None, COPY, actor, name=path.name, to_state="passed", changes={"sha256": (None, copied.sha256)})
                names.append(path.name)
    except Refused as refusal:
        with transaction():
            history.record(KIND, None, COPY, actor, name=path.name, to_state="failed", comment=refusal.sentence)
        return Brought(names, refusal.sentence)
    return Brought(names, None)


def set_up(actor: Actor) -> Path:
    """确认异地备份位置, on record."""
    place = second_place.set_up()
    with transaction():
        history.record(KIND, None, "set_up_place", actor, name=place.name)
    return place


@handles(JOB)
def on_demand(run: Run) -> str:
    """Made again under another name after a power cut: a half-written one was never renamed to its place."""
    run.progress(10, "正在备份")
    made, brought = make(current_actor(), None, clock.now())
    said = f"已备份 {made.path.name}（{backup.in_words(made.size)}），已校验"
    if brought is None:
        return said
    return f"{said}；{brought.problem or f'已复制到异地 {len(brought.names)} 份，已核对'}"

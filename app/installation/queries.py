"""What the page of 备份和体检 shows: the backups that stand, what the history says of them, and whether one is being made."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from importlib import import_module

import sqlalchemy as sa

from app import backup, second_place
from app.attachments.models import Attachment
from app.chain import HistoryEntry
from app.db import session
from app.findings import Finding, examine_some
from app.jobs import Job, JobStatus

SHOWN = ("backup", "backup_copy", "rehearsal", "worker", "free_disk", "history_chain", "syslog", "clock", "maintenance", "transport",
         "antivirus", "instance_private",
         "password_list", "field_encryption", "second_factor")  # fmt: skip
STEPS = ("backup", "copy_backup", "rehearse", "set_up_place")
KINDS = {"shian": "备份", "before-upgrade": "升级前", "before-rollback": "回退前", "before-restore": "恢复前"}
LAST = 30
TYPED = re.compile(r"([./]?[A-Za-z_][\x21-\x7e]*(?: [\x21-\x7e]+)*)")


@dataclass(frozen=True, slots=True)
class Standing:
    """One backup as it stands in its folder; ``there`` None where no second place is set."""

    name: str
    kind: str
    day: date
    size: int
    there: bool | None


def standing() -> list[Standing]:
    """Newest first."""
    wanted, found = second_place.folder() is not None, second_place.there()
    return [
        Standing(one.path.name, KINDS.get(one.kind, one.kind), one.day, one.path.stat().st_size, one.path.name in found if wanted else None)
        for one in backup.kept()
    ]


def entries() -> Sequence[HistoryEntry]:
    """What was done lately: backups, copies, rehearsals."""
    where = (HistoryEntry.subject_kind == "backup", HistoryEntry.step.in_(STEPS))
    return session().scalars(sa.select(HistoryEntry).where(*where).order_by(HistoryEntry.seq.desc()).limit(LAST)).all()


def named_in(digests: Sequence[str]) -> dict[str, str]:
    """Under which file name, and with which record, these contents were taken."""
    rows = session().execute(sa.select(Attachment.sha256, Attachment.filename).where(Attachment.sha256.in_(digests))).all()
    return {sha256: filename for sha256, filename in rows}


def findings() -> list[tuple[str, Finding]]:
    """Those checks of the doctor that are quick and speak of running the installation."""
    load()
    return examine_some(SHOWN)


def load() -> None:
    """The checks are registered by being imported. A server imports them when somebody asks: the schema tools they need are large."""
    import_module("app.doctor")
    import_module("app.accounts.checks")


def parts(text: str) -> list[tuple[str, bool]]:
    """A sentence of the doctor cut into words for people and what is typed at the machine (commands, settings, places)."""
    return [(part, place % 2 == 1) for place, part in enumerate(TYPED.split(text)) if part]


def last_job(kind: str) -> Job | None:
    return session().scalars(sa.select(Job).where(Job.kind == kind).order_by(Job.id.desc()).limit(1)).first()


def under_way(job: Job | None) -> bool:
    return job is not None and job.status in (JobStatus.QUEUED, JobStatus.RUNNING)

"""Changing backup samples: storing, moving, disposing of. Never commits, never sees a request."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.exc import IntegrityError

from app import clock, history
from app.custody import backup_queries, operations, queries
from app.custody.clocks import clocks
from app.custody.models import BackupSample
from app.domain.actors import Actor
from app.domain.permissions import Permission, permits
from app.domain.retention import discard_fault
from app.domain.sampling_kinds import CustodyKind
from app.domain.workflow import BackupState, BackupStep, SampleState
from app.errors import NotAllowedNow, NotLikeThis
from app.sampling.models import Sample

LONGEST_PLACE = 200
STORED_ALREADY = "该样品的备份样品已登记入库，请刷新页面核对"


@dataclass(frozen=True, slots=True)
class Storing:
    """入库 as somebody wrote it down."""

    place: str
    stored_on: date
    storage: str | None = None
    quantity: str | None = None
    seal_no: str | None = None


@dataclass(frozen=True, slots=True)
class Discarding:
    """处置 as somebody wrote it down."""

    discarded_on: date
    method: str
    witness: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one backup sample; ``sentence`` is why it was not disposed of."""

    backup: BackupSample
    sentence: str | None = None

    @property
    def done(self) -> bool:
        return self.sentence is None


def store(sample: Sample, written: Storing, actor: Actor, at: datetime) -> BackupSample:
    """入库保存. Raises NotLikeThis when something cannot be true, NotAllowedNow when it is there already."""
    _refuse_storing(sample, written, clock.office_time(at).date())
    kept = clocks().keeping(sample)
    backup = BackupSample(
        org_id=sample.org_id, sample_id=sample.id, laboratory_org_id=sample.laboratory_org_id, quantity=written.quantity,
        place=written.place, storage=written.storage, seal_no=written.seal_no, stored_on=written.stored_on,
        keep_until=kept.until, keep_why=kept.why, sample=sample,
    )  # fmt: skip
    changes = {name: (None, getattr(backup, name)) for name in ("place", "storage", "quantity", "seal_no", "stored_on")}
    try:
        history.advance(backup, BackupStep.STORE, actor, comment=kept.why, changes=changes)
    except IntegrityError as error:
        raise NotAllowedNow(STORED_ALREADY) from error
    return backup


def _refuse_storing(sample: Sample, written: Storing, today: date) -> None:
    chain = queries.chain(sample.id)
    received = chain.of(CustodyKind.RECEIVED)
    if sample.state not in operations.MOVABLE or (
        received is None and sample.arrived_on is None and sample.state is not SampleState.REPORTED
    ):
        raise NotAllowedNow("样品还没有由检验机构接收，不能登记备份样品入库：请先登记接收")
    arrived = operations.office(received.happened_at).date() if received else sample.arrived_on
    if written.stored_on > today:
        raise NotLikeThis(f"入库日期 {written.stored_on} 晚于今天（{today}），请核对", field="stored_on")
    if arrived is not None and written.stored_on < arrived:
        raise NotLikeThis(f"入库日期 {written.stored_on} 早于样品接收日期 {arrived}，请核对", field="stored_on")
    if sample.sampled_on is not None and written.stored_on < sample.sampled_on:
        raise NotLikeThis(f"入库日期 {written.stored_on} 早于抽样日期 {sample.sampled_on}，请核对", field="stored_on")
    sealed = chain.of(CustodyKind.SEALED)
    if sealed is not None and (written.seal_no or None) != (sealed.backup_seal_no or None):
        raise NotLikeThis(
            f"备份样品封条号“{written.seal_no or '未填'}”与封样时登记的“{sealed.backup_seal_no or '无'}”不一致，请核对封条",
            field="seal_no",
        )


def move(backup: BackupSample, place: str, storage: str | None, actor: Actor, reason: str | None, *, seen: int | None = None) -> None:
    """移库, with the reason."""
    changes = {"place": (backup.place, place), "storage": (backup.storage, storage)}
    history.advance(backup, BackupStep.MOVE, actor, comment=reason, seen=seen, changes=changes)
    backup.place, backup.storage = place, storage


def hand_over(backup: BackupSample, place: str, actor: Actor, reason: str) -> None:
    """移交复检机构: it is kept there from now on. The permission has been asked by the retest that it is handed over for."""
    history.advance(backup, BackupStep.MOVE, actor, comment=reason, changes={"place": (backup.place, place)}, asked=True)
    backup.place = place[:LONGEST_PLACE]


def discard(backup: BackupSample, written: Discarding, actor: Actor, at: datetime, *, seen: int | None = None) -> None:
    """处置: refused before the term is over and while a case of the sample is open. The term is now kept as it was decided on."""
    kept = clocks().keeping(backup.sample)
    changes = {
        "discarded_on": (None, written.discarded_on), "discard_method": (None, written.method),
        "discard_witness": (None, written.witness), "keep_until": (backup.keep_until, kept.until),
    }  # fmt: skip
    sentence = discard_obstacle(backup, written.discarded_on, clock.office_time(at).date())
    if sentence is not None and backup.state is BackupState.KEPT:
        raise NotLikeThis(sentence, field="discarded_on")
    history.advance(backup, BackupStep.DISCARD, actor, comment=kept.why, seen=seen, changes=changes)
    backup.keep_until, backup.keep_why = kept.until, kept.why
    backup.discarded_on, backup.discard_method, backup.discard_witness = written.discarded_on, written.method, written.witness


def discard_obstacle(backup: BackupSample, on: date, today: date) -> str | None:
    """Why this backup sample may not be disposed of on this day, or None."""
    if on > today:
        return f"处置日期 {on} 晚于今天（{today}），请核对"
    if on < backup.stored_on:
        return f"处置日期 {on} 早于入库日期 {backup.stored_on}，请核对"
    return discard_fault(backup.sample, clocks().keeping(backup.sample), on, backup_queries.open_cases(backup.sample))


def discard_many(chosen: Sequence[BackupSample], written: Discarding, actor: Actor, at: datetime) -> list[Outcome]:
    """处置 every one that may be; the others are told why not."""
    if not chosen:
        raise NotLikeThis("请先选择要处置的备份样品")
    return [_discard_one(backup, written, actor, at) for backup in chosen]


def _discard_one(backup: BackupSample, written: Discarding, actor: Actor, at: datetime) -> Outcome:
    today = clock.office_time(at).date()
    if not permits(actor, Permission.BACKUP_HANDLE, backup):
        return Outcome(backup, "您没有处置该备份样品的权限")
    if backup.state is not BackupState.KEPT:
        return Outcome(backup, f"已于 {backup.discarded_on} 处置")
    if (sentence := discard_obstacle(backup, written.discarded_on, today)) is not None:
        return Outcome(backup, sentence)
    discard(backup, written, actor, at)
    return Outcome(backup)

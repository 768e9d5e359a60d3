"""Custody of the demonstration year's last months: seals, handovers, receipts and backup samples, written in bulk.

The chains keep to the rules of ``domain.custody`` (a test asks them of every row); what is under way stands at every stage.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from app import clock, history
from app.accounts.models import User, UserRole
from app.custody import backup_queries
from app.custody.clocks import Clocks, clocks
from app.custody.models import BackupSample, CustodyEvent, CustodySeal
from app.custody.operations import set_arrival
from app.db import insert_many, reserve_ids, session
from app.demonstration.county import County
from app.domain.actors import Actor, Role
from app.domain.custody import Carrier, Check, check_words, slot
from app.domain.sampling_kinds import CustodyKind
from app.domain.states import BackupState, BackupStep, SampleState
from app.sampling.models import Sample

CHAINED_DAYS, KEPT_DAYS = 60, 210
TRANSPORT = 2  # days
EVENTS: Any = CustodyEvent.__table__
SEALS: Any = CustodySeal.__table__
BACKUPS: Any = BackupSample.__table__
STEPS = (CustodyKind.SEALED, CustodyKind.HANDED_OVER, CustodyKind.RECEIVED)


@dataclass(frozen=True, slots=True)
class People:
    """Who records: a sampler of the county, and somebody of each laboratory, as (user id, name)."""

    sampler: tuple[int, str]
    laboratories: dict[int, tuple[int, str]]


def keep(county: County, actor: Actor, random: Random, today: date) -> dict[str, int]:
    """Write the chains and the backup samples; runs inside a transaction. Returns how many of each."""
    people = People(county.staff[Role.SAMPLER][0], _laboratories())
    recent = _samples(Sample.sampled_on >= today - timedelta(days=CHAINED_DAYS))
    _arrive(recent, actor, today)
    events = list(_events(recent, people, random))
    for row, event_id in zip(events, reserve_ids(EVENTS, len(events)), strict=True):
        row["id"] = event_id
    insert_many(EVENTS, events)
    insert_many(SEALS, _seals(events))
    chained = {row["sample_id"] for row in events}
    history.record_many(
        "sample", "custody", actor, ((one.id, one.org_id, one.number, None) for one in recent if one.id in chained)
    )
    return {"custody": len(chained), "backups": _backups(events, actor, random, today)}


def _arrive(samples: Sequence[Sample], actor: Actor, today: date) -> None:
    """What has its report has reached its laboratory; of the rest every fourth."""
    missing = [one for one in samples if one.arrived_on is None]
    waiting = [one for one in missing if one.state is SampleState.REGISTERED]
    for sample in [*(one for one in missing if one.state is SampleState.REPORTED), *waiting[::4]]:
        assert sample.sampled_on is not None
        day = min(sample.sampled_on + timedelta(days=TRANSPORT), today - timedelta(days=1))
        set_arrival(sample, max(day, sample.sampled_on), actor)


def _laboratories() -> dict[int, tuple[int, str]]:
    rows = session().execute(
        sa.select(User.org_id, User.id, User.name)
        .join(UserRole, UserRole.user_id == User.id)
        .where(UserRole.role == Role.LABORATORY)
        .order_by(User.id.desc())
    )
    return {org_id: (user_id, name) for org_id, user_id, name in rows}


def _samples(when: Any) -> Sequence[Sample]:
    alive = Sample.state.in_((SampleState.REGISTERED, SampleState.REPORTED))
    return session().scalars(
        sa.select(Sample).where(when, alive, Sample.laboratory_org_id.is_not(None)).options(selectinload(Sample.cases)).order_by(Sample.id)
    ).all()


def _events(samples: Sequence[Sample], people: People, random: Random) -> Iterator[dict[str, Any]]:
    for ordinal, sample in enumerate(samples):
        assert sample.sampled_on is not None
        done = 3 if sample.arrived_on is not None else ordinal % 3
        arrived = max(sample.arrived_on or sample.sampled_on, sample.sampled_on)
        handed = sample.sampled_on + timedelta(days=random.randint(0, max((arrived - sample.sampled_on).days, 0)))
        moments = (
            _moment(sample.sampled_on, 10, random.randrange(60)), _moment(handed, 15, random.randrange(60)), _moment(arrived, 16, 30),
        )  # fmt: skip
        for kind, at in list(zip(STEPS, moments, strict=True))[:done]:
            yield _event(sample, kind, at, people, random)


def _event(sample: Sample, kind: CustodyKind, at: datetime, people: People, random: Random) -> dict[str, Any]:
    received, handed = kind is CustodyKind.RECEIVED, kind is CustodyKind.HANDED_OVER
    user_id, name = people.laboratories[sample.laboratory_org_id or 0] if received else people.sampler
    posted = handed and sample.id % 4 == 0
    return {
        "id": None, "org_id": sample.org_id, "sample_id": sample.id, "kind": kind, "slot": slot(kind), "happened_at": at,
        "person": name if received else (sample.samplers or name).split("、")[0],
        "condition": check_words(Check) if received else None,
        "temperature": Decimal(random.randint(20, 60)).scaleb(-1) if received else None,
        "seal_no": None if handed else f"FT{sample.id:06d}A", "backup_seal_no": None if handed else f"FT{sample.id:06d}B",
        "carrier": (Carrier.POSTED if posted else Carrier.CARRIED).value if handed else None,
        "tracking_no": f"YT{sample.id:010d}" if posted else None, "list_no": None, "reason": None, "recorded_at": at,
        "recorded_by_id": user_id, "voided_at": None, "void_reason": None,
    }  # fmt: skip


def _moment(day: date, hour: int, minute: int) -> datetime:
    return datetime.combine(day, time(hour, minute), clock.OFFICE).astimezone(UTC).replace(tzinfo=None)


def _seals(events: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for row in events:
        if row["kind"] is CustodyKind.SEALED:
            for number in (row["seal_no"], row["backup_seal_no"]):
                yield {"org_id": row["org_id"], "seal_no": number, "event_id": row["id"]}


def _backups(events: Sequence[dict[str, Any]], actor: Actor, random: Random, today: date) -> int:
    """What the laboratories keep; of what is over, a part has been disposed of on the day after."""
    seals = {row["sample_id"]: row["backup_seal_no"] for row in events if row["kind"] is CustodyKind.RECEIVED}
    there = sa.or_(Sample.arrived_on.is_not(None), Sample.state == SampleState.REPORTED)
    arrived = _samples(sa.and_(there, Sample.sampled_on >= today - timedelta(days=KEPT_DAYS)))
    book = clocks()
    rows = [_backup(sample, seals.get(sample.id), book, random, today) for sample in arrived]
    for row, backup_id in zip(rows, reserve_ids(BACKUPS, len(rows)), strict=True):
        row["id"] = backup_id
    insert_many(BACKUPS, rows)
    names = {sample.id: f"{sample.number} 备份样品" for sample in arrived}
    kept = [(row["id"], row["org_id"], names[row["sample_id"]], BackupState.KEPT.value) for row in rows]
    history.record_many("backup_sample", BackupStep.STORE.value, actor, kept)
    gone = [row for row in rows if row["state"] is BackupState.DISCARDED]
    told = ((row["id"], row["org_id"], names[row["sample_id"]], BackupState.DISCARDED.value) for row in gone)
    history.record_many("backup_sample", BackupStep.DISCARD.value, actor, told)
    return len(rows)


def _backup(sample: Sample, seal: str | None, book: Clocks, random: Random, today: date) -> dict[str, Any]:
    term = book.keeping(sample)
    assert sample.sampled_on is not None
    stored_on = sample.arrived_on or sample.sampled_on + timedelta(days=TRANSPORT)
    over = term.until is not None and term.until < today - timedelta(days=7) and not backup_queries.open_cases(sample)
    gone = over and random.random() < 0.8
    discarded_on = max(term.until, stored_on) + timedelta(days=1) if gone and term.until else None
    return {
        "id": None, "org_id": sample.org_id, "sample_id": sample.id, "laboratory_org_id": sample.laboratory_org_id,
        "state": BackupState.DISCARDED if discarded_on else BackupState.KEPT, "quantity": sample.backup_quantity or "0.5kg",
        "place": f"{random.choice('ABC')}库 {random.randint(1, 9)} 架 {random.randint(1, 6)} 层", "storage": sample.storage or "冷冻 -18℃",
        "seal_no": seal, "stored_on": stored_on, "keep_until": term.until, "keep_why": term.why,
        "discarded_on": discarded_on, "discard_method": "无害化销毁" if discarded_on else None,
        "discard_witness": "质量负责人" if discarded_on else None, "version": 2 if discarded_on else 1,
    }  # fmt: skip

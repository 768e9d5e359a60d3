"""Changing custody: recording a step, receiving, refusing, voiding. Never commits, never sees a request."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from app import clock, history
from app.custody import queries
from app.custody.models import CustodyEvent, CustodySeal
from app.db import session
from app.domain import custody
from app.domain.actors import Actor
from app.domain.custody import Fault, Step, slot
from app.domain.permissions import Permission, permits
from app.domain.samples import Purpose
from app.domain.sampling_kinds import CustodyKind
from app.domain.workflow import SampleState, SampleStep
from app.errors import NotAllowed, NotAllowedNow, NotLikeThis
from app.sampling.models import Sample

KIND = Sample.__tablename__
MOVABLE = (SampleState.REGISTERED, SampleState.RETURNED, SampleState.REPORTED)
QUICKER = "该样品的这一步刚被他人登记，请刷新页面核对"
EVENT = "custody"


@dataclass(frozen=True, slots=True)
class Written:
    """One step as somebody wrote it down; ``happened_at`` is stored time (naive UTC)."""

    kind: CustodyKind
    happened_at: datetime
    person: str
    seal_no: str | None = None
    backup_seal_no: str | None = None
    condition: str | None = None
    temperature: Decimal | None = None
    carrier: str | None = None
    tracking_no: str | None = None
    reason: str | None = None
    list_no: str | None = None


class FaultyStep(NotLikeThis):
    """What was written cannot be true; ``faults`` names every field with its sentence."""

    def __init__(self, found: Sequence[Fault]) -> None:
        super().__init__("；".join(fault.message for fault in found), field=found[0].field)
        self.faults = found


def backup_needed(sample: Sample) -> bool:
    """复检备份样品 belongs to 监督抽检; 风险监测 and special sampling do without (第十六、十七条)."""
    supervised = sample.purpose in (Purpose.SUPERVISION, Purpose.COMBINED)
    return supervised and sample.special_sampling is None


def check(sample: Sample, written: Written, done: Sequence[CustodyEvent], now: datetime) -> list[Fault]:
    """Everything wrong with a step, in the office's own time."""
    step = Step(written.kind, office(written.happened_at), written.seal_no, written.backup_seal_no)
    recorded = [_Seen(one.kind, office(one.happened_at), one.seal_no, one.backup_seal_no) for one in done]
    return custody.faults(step, recorded, sample.sampled_on, office(now), backup_needed=backup_needed(sample))


@dataclass(frozen=True, slots=True)
class _Seen:
    kind: CustodyKind
    happened_at: datetime
    seal_no: str | None
    backup_seal_no: str | None


def office(moment: datetime) -> datetime:
    """A stored moment as the office's clock shows it, to the minute that people write."""
    return clock.office_time(moment).replace(tzinfo=None, second=0, microsecond=0)


def record(sample: Sample, written: Written, actor: Actor, at: datetime) -> CustodyEvent:
    """抽取, 封样 or 移交 of one sample.

    Raises FaultyStep, or NotAllowedNow when it is not this step's turn, also when somebody else was quicker.
    """
    if written.kind in custody.ARRIVALS:
        raise NotLikeThis("接收和拒收请在收样页面办理", field="kind")
    if not permits(actor, Permission.CUSTODY_RECORD, sample):
        raise NotAllowed("您没有登记该样品流转的权限，如确需办理请联系科室负责人")
    return _add(sample, written, actor, at)


def receive(sample: Sample, written: Written, actor: Actor, at: datetime, *, seen: int | None = None) -> CustodyEvent:
    """接收: the day of receipt goes onto the sheet, from which the laboratory's 20 working days run."""
    _may_receive(sample, actor, seen)
    event = _add(sample, written, actor, at)
    set_arrival(sample, office(written.happened_at).date(), actor)
    return event


def refuse(sample: Sample, written: Written, actor: Actor, at: datetime, *, seen: int | None = None) -> CustodyEvent:
    """拒收, in writing (第二十二条): the sample is no batch any more, the sheet stays as evidence."""
    _may_receive(sample, actor, seen)
    if not (written.reason or "").strip():
        raise NotLikeThis("拒收须书面说明理由，请填写拒收理由", field="reason")
    event = _add(sample, written, actor, at)
    history.advance(sample, SampleStep.REJECT, actor, comment=written.reason)
    return event


def _may_receive(sample: Sample, actor: Actor, seen: int | None) -> None:
    if seen is not None and seen != sample.version:
        raise NotAllowedNow("该样品刚被他人办理，请刷新页面核对后再操作；您填写的内容仍保留在表单中")
    if not permits(actor, Permission.SAMPLE_RECEIVE, sample):
        raise NotAllowed("您没有接收该样品的权限：样品只能由其承检机构接收或拒收")


def _add(sample: Sample, written: Written, actor: Actor, at: datetime) -> CustodyEvent:
    if sample.state not in MOVABLE:
        raise NotAllowedNow(f"样品当前状态为“{_state(sample)}”，不能登记流转，请刷新页面核对")
    found = check(sample, written, queries.chains([sample.id])[sample.id], at)
    if found and found[0].late:
        raise NotAllowedNow(found[0].message)
    if found:
        raise FaultyStep(found)
    event = CustodyEvent(
        org_id=sample.org_id, sample_id=sample.id, slot=slot(written.kind), recorded_at=at, recorded_by_id=actor.user_id,
        **{name: getattr(written, name) for name in Written.__slots__},
    )
    session().add(event)
    try:
        session().flush()
    except IntegrityError as error:
        raise NotAllowedNow(QUICKER) from error
    if written.kind is CustodyKind.SEALED:
        _take_seals(event)
    history.record(
        KIND, sample.id, EVENT, actor, org_id=sample.org_id, name=sample.number, comment=words(event)
    )
    return event


def _take_seals(event: CustodyEvent) -> None:
    """One statement per seal decides who has it: two people cannot put one number on two samples."""
    for field in ("seal_no", "backup_seal_no"):
        number = getattr(event, field)
        if number is None:
            continue
        taken = session().execute(TAKE_SEAL, {"org_id": event.org_id, "seal_no": number, "event_id": event.id})
        if taken.first() is None:
            holder = _holder(event.org_id, number)
            raise NotLikeThis(f"封条号“{number}”已用于其他样品（{holder}），每个封条号只能使用一次，请核对", field=field)


TAKE_SEAL = sa.text(
    "INSERT INTO custody_seal (org_id, seal_no, event_id) VALUES (:org_id, :seal_no, :event_id) "
    "ON CONFLICT (org_id, seal_no) DO UPDATE SET event_id = excluded.event_id WHERE custody_seal.event_id IS NULL RETURNING id"
)


def _holder(org_id: int, number: str) -> str:
    statement = (
        sa.select(Sample.number)
        .join(CustodyEvent, CustodyEvent.sample_id == Sample.id)
        .join(CustodySeal, CustodySeal.event_id == CustodyEvent.id)
        .where(CustodySeal.org_id == org_id, CustodySeal.seal_no == number)
    )
    return session().scalar(statement) or "样品编号不详"


def set_arrival(sample: Sample, day: date | None, actor: Actor) -> None:
    """样品到达日期. The version moves even when the day was already there: of two people at once one must lose."""
    before = sample.arrived_on
    if before != day:
        history.record(
            KIND, sample.id, "edit", actor, org_id=sample.org_id, name=sample.number, changes={"arrived_on": (before, day)},
            comment="接收登记填写样品到达日期" if day else "接收登记作废，样品到达日期清空",
        )
    sample.arrived_on = day
    if not sa.inspect(sample).modified:
        sa.orm.attributes.flag_modified(sample, "arrived_on")
    session().flush()


def void(event: CustodyEvent, actor: Actor, reason: str, at: datetime) -> None:
    """作废一条流转记录: it stays readable, its seals are free again, and the step may be recorded anew."""
    sample = event.sample
    if event.voided_at is not None:
        raise NotAllowedNow("该记录已被作废，请刷新页面核对")
    if event.kind is CustodyKind.REFUSED:
        raise NotAllowedNow("拒收已书面告知抽样单位，不能作废：如系误登记，请作废该抽样单后重新登记样品")
    if not reason.strip():
        raise NotLikeThis("请填写作废原因", field="reason")
    if not may_withdraw(actor, event):
        raise NotAllowed("该记录由其他单位登记，只有登记单位或抽样单位可以作废")
    event.voided_at, event.void_reason, event.slot = at, reason.strip()[:300], f"已作废{event.id}"
    if event.kind is CustodyKind.SEALED:
        session().execute(sa.update(CustodySeal).where(CustodySeal.event_id == event.id).values(event_id=None))
    if event.kind is CustodyKind.RECEIVED and sample.arrived_on == office(event.happened_at).date():
        set_arrival(sample, None, actor)
    history.record(
        KIND, sample.id, "void_custody", actor, org_id=event.org_id, name=sample.number,
        comment=f"{words(event)}；作废原因：{reason.strip()}",
    )  # fmt: skip


def may_withdraw(actor: Actor, record: Any) -> bool:
    """The bureau of the sample, or the organisation whose people recorded it."""
    return record.org_id in actor.reach or queries.recorder_org(record.recorded_by_id) in actor.reach


def words(event: CustodyEvent) -> str:
    """One step in one line, for the history and for lists."""
    parts = [f"{event.kind}：{office(event.happened_at):%Y-%m-%d %H:%M}　{event.person}"]
    for title, value in (
        ("检验样品封条", event.seal_no), ("备份样品封条", event.backup_seal_no), ("方式", event.carrier),
        ("单号", event.tracking_no), ("移交单", event.list_no), ("样品状态", event.condition), ("拒收理由", event.reason),
    ):  # fmt: skip
        if value:
            parts.append(f"{title} {value}")
    if event.temperature is not None:
        parts.append(f"温度 {event.temperature:f}℃")
    return "　".join(parts)


def _state(sample: Sample) -> str:
    from app.labels import label

    return label(sample.state)

"""``flask custody …``: the same operations as the pages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import click
from flask import Flask

from app import clock
from app.commands import Answer, command
from app.custody import backup_queries, backups, forms, handover, operations, queries
from app.custody.operations import Written
from app.db import transaction
from app.domain.actors import Actor
from app.domain.custody import Carrier, Check, Stage, check_words, degrees, seal_number
from app.domain.numbering import normalise_number
from app.domain.permissions import Permission
from app.domain.retention import BackupStage
from app.domain.sampling_kinds import CustodyKind
from app.errors import NotFound, NotLikeThis
from app.sampling import queries as sampling
from app.sampling.models import Sample

STAGES = {"超期未移交": queries.OVERDUE, "全部": queries.ALL, **{stage.value: stage.value for stage in Stage}}
BACKUP_STAGES = {"全部": backup_queries.ALL, **{stage.value: stage.value for stage in BackupStage}}
MINUTE = click.DateTime(["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"])

custody = click.Group("custody", help="样品流转和备份样品")


def register(app: Flask) -> None:
    app.cli.add_command(custody)


def about_step(function: Callable[..., Answer]) -> Callable[..., Answer]:
    """When it happened and who did it: the same two options everywhere."""
    function = click.option("--at", "moment", type=MINUTE, help="时间，如 2026-11-20T09:30；默认现在")(function)
    return click.option("--person", required=True, help="经办人姓名")(function)


def seals(function: Callable[..., Answer]) -> Callable[..., Answer]:
    function = click.option("--seal", help="检验样品封条号")(function)
    return click.option("--backup-seal", help="备份样品封条号")(function)


def _sample(actor: Actor, number: str) -> Sample:
    found = sampling.sample_numbered(actor, number)
    if found is None:
        raise NotFound(f"没有找到样品“{number[:40]}”，请核对抽样编号，或该样品不在您的管辖范围内")
    return found


def _moment(written: datetime | None) -> datetime:
    return forms.stored(written) if written else clock.now()


def _choice(written: str | None, known: dict[str, str], default: str) -> str:
    if written is None:
        return default
    if written not in known:
        raise NotLikeThis(f"没有“{written[:20]}”这种环节，可用：{'、'.join(known)}")
    return known[written]


def _temperature(written: str | None) -> Any:
    try:
        return degrees(written)
    except ValueError as fault:
        raise NotLikeThis(str(fault), field="temperature") from fault


# ---------------------------------------------------------------- the chain

@command(custody, "list", permission=Permission.SAMPLE_LIST)
@click.option("--stage", help="环节：待封样、待移交、待接收、已接收、已拒收、超期未移交（默认）或全部")
@click.option("--q", help="抽样编号、封条号、移交单号、样品或单位")
def list_samples(actor: Actor, stage: str | None, q: str | None) -> Answer:
    """按环节列出样品."""
    today = clock.today()
    rows = queries.every_sample(actor, queries.Filters(_choice(stage, STAGES, queries.OVERDUE), q), today)
    chains = queries.chains([row.id for row in rows])
    data = [
        {
            "number": row.number, "product": row.product_name, "sampled_on": row.sampled_on, "laboratory": row.laboratory,
            "stage": queries.stage(event.kind for event in chains[row.id]).value, "org": row.org_name,
            "events": [operations.words(event) for event in chains[row.id]],
        }
        for row in rows
    ]  # fmt: skip
    lines = [f"{one['number']}　{one['product']}　抽样 {one['sampled_on']}　{one['stage']}" for one in data]
    return Answer(data, [*lines, f"共 {len(data)} 件"])


@command(custody, "record", permission=Permission.CUSTODY_RECORD)
@click.argument("number")
@click.argument("kind", type=click.Choice([kind.value for kind in forms.RECORDED]))
@about_step
@seals
@click.option("--carrier", type=click.Choice([one.value for one in Carrier]), help="移交时的送达方式")
@click.option("--tracking", help="寄送单号")
@click.option("--condition", help="样品状态")
def record(
    actor: Actor, number: str, kind: str, person: str, moment: datetime | None, seal: str | None, backup_seal: str | None,
    carrier: str | None, tracking: str | None, condition: str | None,
) -> Answer:  # fmt: skip
    """登记抽取、封样或移交."""
    if kind == CustodyKind.HANDED_OVER and carrier is None:
        raise NotLikeThis("请用 --carrier 填写送达方式")
    written = Written(
        CustodyKind(kind), _moment(moment), person, seal_number(seal), seal_number(backup_seal), condition,
        carrier=carrier, tracking_no=tracking,
    )  # fmt: skip
    with transaction():
        event = operations.record(_sample(actor, number), written, actor, clock.now())
    return _told(number, event)


def _told(number: str, event: Any) -> Answer:
    at = clock.office_time(event.happened_at).isoformat()
    data = {"number": number, "kind": event.kind.value, "event": event.id, "happened_at": at}
    return Answer(data, [f"{number}　{operations.words(event)}"])


@command(custody, "handover", permission=Permission.CUSTODY_RECORD)
@click.argument("numbers", nargs=-1, required=True)
@about_step
@click.option("--to", "laboratory", help="检验机构；默认抽样单上的检验机构")
@click.option("--carrier", type=click.Choice([one.value for one in Carrier]), default=Carrier.CARRIED.value, help="送达方式")
@click.option("--tracking", help="寄送单号")
def hand_over(
    actor: Actor, numbers: tuple[str, ...], person: str, moment: datetime | None, laboratory: str | None, carrier: str,
    tracking: str | None,
) -> Answer:  # fmt: skip
    """几件样品一起移交给一个检验机构，逐件说明结果."""
    written = Written(CustodyKind.HANDED_OVER, _moment(moment), person, carrier=carrier, tracking_no=tracking)
    with transaction():
        found = queries.samples_numbered(actor, numbers)
        handed = handover.hand_over(list(found.values()), laboratory, written, actor, clock.now())
    unknown = [number for number in numbers if normalise_number(number) not in found]
    rows = [{"number": row.sample.number, "done": row.done, "reason": row.sentence} for row in handed.rows]
    rows += [{"number": number, "done": False, "reason": "没有找到该样品，或不在您的管辖范围内"} for number in unknown]
    lines = [f"{row['number']}　{'已移交' if row['done'] else '未移交：' + str(row['reason'])}" for row in rows]
    return Answer({"list_no": handed.list_no, "rows": rows}, lines, refused=handed.list_no is None)


@command(custody, "receive", permission=Permission.SAMPLE_RECEIVE)
@click.argument("number")
@about_step
@seals
@click.option("--temperature", help="样品温度，℃")
@click.option("--condition", help="情况说明")
def receive(
    actor: Actor, number: str, person: str, moment: datetime | None, seal: str | None, backup_seal: str | None,
    temperature: str | None, condition: str | None,
) -> Answer:  # fmt: skip
    """接收样品（收样检查全部符合）."""
    said = "；".join(part for part in (check_words(Check), condition) if part)
    written = Written(
        CustodyKind.RECEIVED, _moment(moment), person, seal_number(seal), seal_number(backup_seal), said[:300],
        _temperature(temperature),
    )  # fmt: skip
    with transaction():
        event = operations.receive(_sample(actor, number), written, actor, clock.now())
    return _told(number, event)


@command(custody, "refuse", permission=Permission.SAMPLE_RECEIVE)
@click.argument("number")
@about_step
@seals
@click.option("--reason", required=True, help="拒收理由")
@click.option("--temperature", help="样品温度，℃")
def refuse(
    actor: Actor, number: str, person: str, moment: datetime | None, seal: str | None, backup_seal: str | None, reason: str,
    temperature: str | None,
) -> Answer:  # fmt: skip
    """拒收样品，书面说明理由."""
    written = Written(
        CustodyKind.REFUSED, _moment(moment), person, seal_number(seal), seal_number(backup_seal),
        temperature=_temperature(temperature), reason=reason,
    )  # fmt: skip
    with transaction():
        event = operations.refuse(_sample(actor, number), written, actor, clock.now())
    return _told(number, event)


# ---------------------------------------------------------------- backup samples

@command(custody, "backups", permission=Permission.BACKUP_LIST)
@click.option("--stage", help="状态：保存中、即将到期、可处置、已处置或全部（默认）")
def list_backups(actor: Actor, stage: str | None) -> Answer:
    """列出备份样品和保存期限."""
    filters = backup_queries.Filters(_choice(stage, BACKUP_STAGES, backup_queries.ALL))
    rows = backup_queries.every_backup(actor, filters, clock.today())
    data = [
        {
            "number": row.sample.number, "product": row.sample.product_name, "place": row.backup.place, "stage": row.stage.value,
            "stored_on": row.backup.stored_on, "keep_until": row.keeping.until, "why": row.keeping.why,
            "open_cases": row.open_cases, "discarded_on": row.backup.discarded_on,
        }
        for row in rows
    ]  # fmt: skip
    lines = [f"{one['number']}　{one['place']}　{one['stage']}　保存至 {one['keep_until'] or '—'}" for one in data]
    return Answer(data, [*lines, f"共 {len(data)} 件"])


@command(custody, "store", permission=Permission.BACKUP_HANDLE)
@click.argument("number")
@click.option("--place", required=True, help="存放位置")
@click.option("--quantity", required=True, help="数量")
@click.option("--storage", help="贮存条件")
@click.option("--seal", help="备份样品封条号")
@click.option("--on", "day", type=click.DateTime(["%Y-%m-%d"]), help="入库日期；默认今天")
def store(
    actor: Actor, number: str, place: str, quantity: str, storage: str | None, seal: str | None, day: datetime | None
) -> Answer:
    """备份样品入库."""
    stored_on: date = day.date() if day else clock.today()
    with transaction():
        made = backups.store(
            _sample(actor, number), backups.Storing(place, stored_on, storage, quantity, seal_number(seal)), actor, clock.now()
        )
    data = {"number": number, "place": place, "keep_until": made.keep_until, "why": made.keep_why}
    return Answer(data, [f"{number} 备份样品已入库：{place}", made.keep_why or ""])


@command(custody, "discard", permission=Permission.BACKUP_HANDLE)
@click.argument("numbers", nargs=-1, required=True)
@click.option("--method", required=True, help="处置方式")
@click.option("--witness", required=True, help="见证人")
@click.option("--on", "day", type=click.DateTime(["%Y-%m-%d"]), help="处置日期；默认今天")
def discard(actor: Actor, numbers: tuple[str, ...], method: str, witness: str, day: datetime | None) -> Answer:
    """处置到期的备份样品，逐件说明结果."""
    written = backups.Discarding(day.date() if day else clock.today(), method, witness)
    with transaction():
        chosen = backup_queries.backups_numbered(actor, [normalise_number(number) for number in numbers])
        if not chosen:
            raise NotFound("没有找到这些样品的备份样品，请核对抽样编号，或不在您的管辖范围内")
        outcomes = backups.discard_many(chosen, written, actor, clock.now())
    rows = [{"number": one.backup.sample.number, "done": one.done, "reason": one.sentence} for one in outcomes]
    lines = [f"{row['number']}　{'已处置' if row['done'] else '未处置：' + str(row['reason'])}" for row in rows]
    return Answer({"rows": rows}, lines, refused=not any(one.done for one in outcomes))

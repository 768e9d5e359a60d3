"""The retest itself: 移交备份样品, 复检机构收样, 复检结论, 通知结论, 费用."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from app import clock, history
from app.custody import backups
from app.db import session
from app.domain.actors import Actor
from app.domain.case_kinds import RetestPayer, RippleCause
from app.domain.retests import bearer, concluded, day_fault, money_faults
from app.domain.samples import Verdict
from app.domain.workflow import BackupState, RetestStep
from app.errors import NotAllowedNow, NotLikeThis
from app.results import overturning
from app.retests import clocks, feasibility, pausing, queries
from app.retests.models import Retest, RetestItem
from app.retests.operations import refuse_day
from app.ripples.models import Ripple


def hand_over(retest: Retest, on: date, note: str | None, actor: Actor, at: datetime, *, seen: int | None = None) -> None:
    """初检机构移交备份样品 (第三十三条): where our records have the backup sample, it is on record there too that it has left."""
    refuse_day(retest, "handed_on", on, clock.office_time(at).date())
    changes = {"handed_on": (None, on), "backup_note": (retest.backup_note, note)}
    history.advance(retest, RetestStep.HAND_OVER, actor, comment=note, seen=seen, changes=changes)
    retest.handed_on, retest.backup_note = on, note
    stored = queries.backup_of(retest.sample_id)
    if stored is not None:
        if stored.state is not BackupState.KEPT:
            raise NotAllowedNow(f"备份样品已于 {stored.discarded_on} 处置，不能移交：请核实后终止复检")
        name = retest.laboratory.name if retest.laboratory is not None else "复检机构"
        backups.hand_over(stored, f"复检机构：{name}", actor, f"{on} 移交{name}（{retest.number}）")
    clocks.stop(retest, clocks.TRANSFER, on, "备份样品已移交", actor)
    clocks.stop(retest, clocks.ORG_REFUSE, on, "复检机构承担复检", actor)


def arrive(
    retest: Retest, on: date, seal_intact: bool, note: str | None, actor: Actor, at: datetime, *, seen: int | None = None
) -> None:
    """复检机构收样: a broken seal is reported in writing (第三十三条第二款), and the reviewer decides whether to end the retest."""
    refuse_day(retest, "arrived_on", on, clock.office_time(at).date())
    if not seal_intact and not (note or "").strip():
        raise NotLikeThis("封样不完好的，请写明复检机构书面报告的情况", field="backup_note")
    note = note or retest.backup_note  # what was said of the hand-over stays where nothing is added
    changes = {
        "arrived_on": (retest.arrived_on, on), "seal_intact": (retest.seal_intact, seal_intact), "backup_note": (retest.backup_note, note),
    }  # fmt: skip
    history.advance(retest, RetestStep.ARRIVE, actor, seen=seen, changes=changes)
    retest.arrived_on, retest.seal_intact, retest.backup_note = on, seal_intact, note
    clocks.start(retest, clocks.RESULT, on, actor)


# ---------------------------------------------------------------- the conclusion

@dataclass(frozen=True, slots=True)
class ItemResult:
    """What the retest laboratory found of one item."""

    result: str
    unit: str | None
    method: str | None
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Concluding:
    """复检结论 as the report has it; ``results`` by item."""

    report_no: str
    concluded_on: date
    received_on: date
    results: Mapping[str, ItemResult]


def tested(retest: Retest) -> list[RetestItem]:
    """The items that are tested again: asked for and allowed."""
    return [item for item in retest.items if item.wanted and item.feasible]


def conclude(retest: Retest, written: Concluding, actor: Actor, at: datetime, *, seen: int | None = None) -> Ripple | None:
    """登记复检结论, which is final. What passes now is in force as 合格; what fails again stays as it was (复检维持)."""
    _refuse_conclusion(retest, written, clock.office_time(at).date())
    verdicts = {item.item: written.results[item.item].verdict for item in tested(retest)}
    conclusion = concluded(verdicts.values())
    changes: dict[str, tuple[Any, Any]] = {
        "report_no": (None, written.report_no), "concluded_on": (None, written.concluded_on),
        "result_received_on": (None, written.received_on), "conclusion": (None, conclusion.value),
        "results": (None, "；".join(_told(name, written.results[name]) for name in verdicts)),
    }  # fmt: skip
    with session().no_autoflush:  # state and conclusion are one change: the table holds that one is never without the other
        retest.conclusion = conclusion
        history.advance(retest, RetestStep.CONCLUDE, actor, comment=_meaning(verdicts), seen=seen, changes=changes)
    retest.report_no, retest.concluded_on, retest.result_received_on = written.report_no, written.concluded_on, written.received_on
    for item in tested(retest):
        found = written.results[item.item]
        item.result, item.unit, item.method, item.verdict = found.result, found.unit, found.method, found.verdict
    clocks.stop(retest, clocks.RESULT, written.received_on, "收到复检结论", actor)
    clocks.start(retest, clocks.TELL, written.received_on, actor)
    return _overturned(retest, verdicts, actor, at)


def _told(name: str, found: ItemResult) -> str:
    return f"{name}：{found.result}{' ' + found.unit if found.unit else ''}，{found.verdict.value}"


def meaning(retest: Retest) -> str:
    """铅复检合格；镉复检不合格，复检维持."""
    return _meaning({item.item: item.verdict for item in tested(retest) if item.verdict is not None})


def _meaning(verdicts: Mapping[str, Verdict]) -> str:
    passed = [name for name, verdict in verdicts.items() if verdict is Verdict.PASS]
    failed = [name for name in verdicts if name not in passed]
    parts = [f"{'、'.join(passed)}复检合格" if passed else "", f"{'、'.join(failed)}复检不合格，复检维持" if failed else ""]
    return "；".join(part for part in parts if part)


def _refuse_conclusion(retest: Retest, written: Concluding, today: date) -> None:
    if retest.handed_on is not None and retest.arrived_on is None:
        raise NotAllowedNow("还没有登记复检机构收样，请先登记收样日期和封样情况")
    refuse_day(retest, "concluded_on", written.concluded_on, today)
    fault = day_fault({"concluded_on": written.concluded_on}, "result_received_on", written.received_on, today)
    if fault is not None:
        raise NotLikeThis(fault, field="result_received_on")
    lacking = [item.item for item in tested(retest) if item.item not in written.results]
    if lacking:
        raise NotLikeThis(f"请填写{'、'.join(lacking)}的复检结果和判定")
    names = {item.item for item in tested(retest)}
    beyond = next((name for name in written.results if name not in names), None)
    if beyond is not None:
        raise NotLikeThis(f"“{beyond}”不是本次复检的项目，可填：{'、'.join(sorted(names))}")


def _overturned(retest: Retest, verdicts: Mapping[str, Verdict], actor: Actor, at: datetime) -> Ripple | None:
    """复检合格: the items' verdict in force becomes 合格, and everything that rests on it is listed."""
    rows = feasibility.named(queries.failing_rows(retest.sample_id))
    passed = {rows[name].id: Verdict.PASS for name, verdict in verdicts.items() if verdict is Verdict.PASS and name in rows}
    if not passed:
        return None
    session().flush()
    return overturning.overturn(
        retest.sample, passed, actor, at, basis="复检", cause=RippleCause.RETEST, source=retest,
        reason=f"{retest.number}：{_meaning(verdicts)}",
    )  # fmt: skip


# ---------------------------------------------------------------- afterwards

def tell(retest: Retest, on: date, note: str | None, actor: Actor, at: datetime, *, seen: int | None = None) -> None:
    """通知申请人 and the office where the firm has its seat (第三十五条第二款): the retest is over."""
    refuse_day(retest, "told_on", on, clock.office_time(at).date())
    history.advance(retest, RetestStep.TELL, actor, comment=note, seen=seen, changes={"told_on": (None, on)})
    retest.told_on = on
    clocks.stop(retest, clocks.TELL, on, "已通知复检结论", actor)
    pausing.go_on(retest, on, actor, "已通知复检结论")


@dataclass(frozen=True, slots=True)
class Payment:
    """复检费用 as it was settled."""

    payer: RetestPayer
    fee: Decimal | None = None
    prepaid_on: date | None = None
    refunded_on: date | None = None


def lawful_payer(retest: Retest) -> RetestPayer | None:
    return bearer(item.verdict for item in tested(retest) if item.verdict is not None) if retest.conclusion is not None else None


def pay(retest: Retest, written: Payment, actor: Actor, at: datetime, *, seen: int | None = None) -> bool:
    """登记费用. Returns False when nothing differs."""
    found = money_faults(written.payer, lawful_payer(retest), written.fee, written.prepaid_on, written.refunded_on)
    today = clock.office_time(at).date()
    for name in ("prepaid_on", "refunded_on"):
        day = getattr(written, name)
        if day is not None and (fault := day_fault({}, name, day, today)) is not None:
            found.setdefault(name, fault)
    if found:
        name, sentence = next(iter(found.items()))
        raise NotLikeThis(sentence, field=name)
    names = ("payer", "fee", "prepaid_on", "refunded_on")
    changes = {name: (getattr(retest, name), getattr(written, name)) for name in names if getattr(retest, name) != getattr(written, name)}
    if not changes and (seen is None or seen == retest.version):
        return False
    history.advance(retest, RetestStep.PAY, actor, seen=seen, changes=changes)
    for name in names:
        setattr(retest, name, getattr(written, name))
    return True


def still_failing(sample_id: int) -> Sequence[str]:
    """The items because of which the sample stays 不合格."""
    return list(feasibility.named(queries.failing_rows(sample_id)))

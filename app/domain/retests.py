"""复检: may it be done, in which order it goes, and what its conclusion means (办法第三十至三十六条、实施条例第四十二条).

What the law calls 不予复检 (第三十一条) refuses an acceptance; everything else that an officer should know only warns him.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from app.domain.case_kinds import RetestConclusion, RetestPayer
from app.domain.deadlines import Deadline
from app.domain.lint_sheet import Amount, amount, plain
from app.domain.quantity_balance import short
from app.domain.samples import Verdict
from app.domain.written import present


class Ground(StrEnum):
    """不予复检的情形."""

    MICROBIAL = "检验结论为微生物指标不合格"
    SHELF_LIFE = "复检备份样品超过保质期"
    LATE = "逾期提出复检申请"
    NO_BACKUP = "其他原因导致备份样品无法实现复检目的"
    OTHER_LAW = "法律、法规、规章以及食品安全标准规定的不予复检的其他情形"
    NOT_ENTITLED = "申请人不是被抽样的食品生产经营者或标称生产者"


ORDER_15 = "《食品安全抽样检验管理办法》"
ARTICLES: Mapping[Ground, str] = {
    Ground.MICROBIAL: f"{ORDER_15}第31条第（一）项", Ground.SHELF_LIFE: f"{ORDER_15}第31条第（二）项",
    Ground.LATE: f"{ORDER_15}第31条第（三）项", Ground.NO_BACKUP: f"{ORDER_15}第31条第（四）项",
    Ground.OTHER_LAW: f"{ORDER_15}第31条第（五）项", Ground.NOT_ENTITLED: f"{ORDER_15}第30条",
}  # fmt: skip
TITLES: Mapping[str, str] = {
    "side": "申请人身份", "applicant": "申请人", "contact": "联系方式", "served_on": "收到检验结论日期", "applied_on": "申请日期",
    "received_on": "收到申请材料日期", "reason": "申请理由", "items": "申请复检项目", "decided_on": "作出决定日期", "decision": "决定理由",
    "laboratory": "复检机构", "laboratory_id": "复检机构序号", "drawing": "随机抽取", "designated_on": "确定复检机构日期",
    "redesignated_on": "收到复检机构书面说明日期",
    "handed_on": "移交备份样品日期", "arrived_on": "复检机构收样日期", "seal_intact": "封样完好", "backup_note": "备份样品情况",
    "report_no": "复检报告编号", "concluded_on": "复检结论日期", "result_received_on": "收到复检结论日期", "conclusion": "复检结论",
    "results": "各项目复检结果", "told_on": "通知复检结论日期", "payer": "费用承担", "fee": "复检费用（元）",
    "prepaid_on": "申请人预付日期",
    "refunded_on": "退还预付费用日期", "ended_on": "终止或撤回日期",
}  # fmt: skip
# No later step may lie before an earlier one.
ORDER = (
    "applied_on", "received_on", "decided_on", "designated_on", "handed_on", "arrived_on", "concluded_on", "result_received_on", "told_on",
)  # fmt: skip


# ---------------------------------------------------------------- may it be done

@dataclass(frozen=True, slots=True)
class Item:
    """A failing item in force; ``wanted`` where the applicant asks for it."""

    name: str
    microbial: bool
    wanted: bool = True


@dataclass(frozen=True, slots=True)
class Backup:
    """备份样品, as the records have it. ``gone`` is the sentence that says why it is no longer there."""

    recorded: bool
    gone: str | None = None
    quantity: str | None = None
    unit: str | None = None
    taken: Decimal | None = None  # 抽样数量, the backup included
    expires_on: date | None = None
    keep_until: date | None = None


@dataclass(frozen=True, slots=True)
class Application:
    """When it was applied for, or would be; ``due`` is the last day of the window, None where nothing is known of a delivery."""

    on: date
    served_on: date | None = None
    proven: bool = False  # by a 送达回证
    due: Deadline | None = None
    left: int | None = None  # working days
    entitled: bool = True
    registered: bool = True  # otherwise only asked about
    others: Sequence[str] = ()  # what is known of other retests of the same sample


@dataclass(frozen=True, slots=True)
class ItemAnswer:
    """May this item be tested again?"""

    name: str
    wanted: bool
    feasible: bool
    why: str | None


@dataclass(frozen=True, slots=True)
class Remark:
    """A ground of the law that refuses, with the facts."""

    ground: Ground
    facts: str

    @property
    def sentence(self) -> str:
        return f"{self.ground.value}：{self.facts}（{ARTICLES[self.ground]}）"


@dataclass(frozen=True, slots=True)
class Feasibility:
    """复检可行性 as it is shown before anybody signs, and kept with the decision."""

    items: tuple[ItemAnswer, ...]
    refusals: tuple[Remark, ...]
    warnings: tuple[str, ...]
    window: tuple[str, ...]
    backup: str  # how much, until when it is good, until when it is kept

    @property
    def feasible(self) -> bool:
        return not self.refusals

    @property
    def lines(self) -> list[str]:
        said = [f"申请期限：{self.window[0]}", *self.window[1:], f"备份样品：{self.backup}"]
        for each in self.items:
            wanted = "" if each.wanted else "（未申请）"
            said.append(f"{each.name}{wanted}：{'可以复检' if each.feasible else '不予复检'}{'，' + each.why if each.why else ''}")
        said += [f"不予复检：{each.sentence}" for each in self.refusals]
        said += [f"提示：{each}" for each in self.warnings]
        return said


def judge(items: Sequence[Item], backup: Backup, asked: Application, today: date) -> Feasibility:
    """What speaks against the retest on this day. Without a record of the backup sample nobody can say that it is gone."""
    refusals = tuple(_refusals(items, backup, asked, today))
    common = next((each for each in refusals if each.ground is not Ground.MICROBIAL), None)
    answers = []
    for item in items:
        why = f"{Ground.MICROBIAL.value}（{ARTICLES[Ground.MICROBIAL]}）" if item.microbial else common.sentence if common else None
        feasible = why is None
        answers.append(ItemAnswer(item.name, item.wanted, feasible, why))
    return Feasibility(tuple(answers), refusals, tuple(_warnings(items, backup, asked, today)), _window(asked), _kept(backup))


def _kept(backup: Backup) -> str:
    if backup.gone is not None:
        return backup.gone
    written = backup.quantity or ""
    found = amount(written)
    unit = backup.unit or "" if found is not None and not found.unit else ""
    return "，".join((
        f"{written}{unit}" if present(written) else "数量没有登记",
        f"保质期至 {backup.expires_on}" if backup.expires_on is not None else "保质期不明",
        f"法定保存期至 {backup.keep_until}" if backup.keep_until is not None else "保存期没有计算",
        "已登记入库" if backup.recorded else "没有入库记录",
    ))  # fmt: skip


def _refusals(items: Sequence[Item], backup: Backup, asked: Application, today: date) -> Iterable[Remark]:
    wanted = [item for item in items if item.wanted]
    if asked.due is not None and asked.on > asked.due.due:
        yield Remark(Ground.LATE, f"申请日期 {asked.on}，申请期限至 {asked.due.due}")
    if wanted and all(item.microbial for item in wanted):
        yield Remark(Ground.MICROBIAL, f"申请复检的{'、'.join(item.name for item in wanted)}均为微生物指标")
    if backup.expires_on is not None and today > backup.expires_on:
        yield Remark(Ground.SHELF_LIFE, f"保质期至 {backup.expires_on}，今天是 {today}")
    if backup.gone is not None:
        yield Remark(Ground.NO_BACKUP, backup.gone)
    elif _nothing(backup.quantity):
        yield Remark(Ground.NO_BACKUP, f"备样数量为“{backup.quantity}”，没有留备份样品")
    if not asked.entitled:
        yield Remark(Ground.NOT_ENTITLED, "复检申请只能由食品生产经营者提出")


def _nothing(quantity: str | None) -> bool:
    found = amount(quantity)
    return found is not None and found.number == 0


def _warnings(items: Sequence[Item], backup: Backup, asked: Application, today: date) -> Iterable[str]:
    yield from _partial(items)
    if asked.served_on is None:
        yield "没有收到检验结论的日期，无法判断申请是否逾期：请先登记送达，或在申请中填写并留存依据"
    elif not asked.proven:
        yield f"收到检验结论日期 {asked.served_on} 没有送达回证证明，请核对依据"
    if asked.served_on is not None and asked.registered and asked.on < asked.served_on:
        yield f"申请日期 {asked.on} 早于收到检验结论日期 {asked.served_on}，请核对"
    yield from _backup_warnings(backup, today)
    yield from asked.others


def _partial(items: Sequence[Item]) -> Iterable[str]:
    microbial = [item.name for item in items if item.microbial]
    unwanted = [item.name for item in items if not item.wanted and not item.microbial]
    if microbial and len(microbial) < len(items):
        yield f"{'、'.join(microbial)}为微生物指标，不予复检：其他项目无论复检结果如何，样品结论仍为不合格"
    if unwanted:
        yield f"{'、'.join(unwanted)}没有申请复检：其他项目无论复检结果如何，样品结论仍为不合格"


def _backup_warnings(backup: Backup, today: date) -> Iterable[str]:
    if backup.gone is not None:
        return
    if not backup.recorded:
        yield "系统中没有备份样品入库记录，请向初检机构核实备份样品是否完好"
    if not present(backup.quantity or ""):
        yield "备份样品数量没有登记，请核实是否足够复检"
    elif (little := _short(backup)) is not None:
        yield little
    if backup.expires_on is None:
        yield "抽样单没有载明保质期，请核实备份样品是否在保质期内"
    elif backup.expires_on >= today and (backup.expires_on - today).days <= SOON:
        yield f"备份样品保质期至 {backup.expires_on}，还有 {(backup.expires_on - today).days} 天，请尽快安排复检"
    if backup.keep_until is not None and today > backup.keep_until and backup.expires_on != backup.keep_until:
        yield f"备份样品法定保存期至 {backup.keep_until}，已经届满，请核实是否仍在保存"


SOON = 35  # days: what the terms of the law until the result (5 + 5 + 3 + 10 working days) take at most, weekends included


def _short(backup: Backup) -> str | None:
    """Less than what the first test had: it may not be enough for the same test."""
    kept = amount(backup.quantity, backup.unit)
    whole = Amount(backup.taken, plain(backup.unit)) if backup.taken is not None else None
    if kept is None or whole is None or not kept.unit or kept.family != whole.family or kept.size + kept.size >= whole.size:
        return None
    return f"备份样品 {backup.quantity}，不到抽样数量 {short(whole.number)}{whole.unit} 的一半，请核实是否足够复检"


def _window(asked: Application) -> tuple[str, ...]:
    if asked.due is None:
        return ("不能计算（没有收到检验结论的日期）",)
    until = f"至 {asked.due.due}"
    if asked.left is None:
        return (until, *asked.due.why)
    if asked.on > asked.due.due:
        state = f"已逾期 {-asked.left} 个工作日" if asked.left else "已逾期"
    else:
        state = f"还有 {asked.left} 个工作日" if asked.left else "最后一天"
    when = f"{asked.on} 提出申请，" if asked.registered else f"按 {asked.on} 提出申请计算，"
    return (f"{until}；{when}{state}", *asked.due.why)


# ---------------------------------------------------------------- its course

def day_fault(dates: Mapping[str, date | None], name: str, written: date, today: date) -> str | None:
    """Why this step cannot have happened on this day: in the future, or before the step before it."""
    title = TITLES[name]
    if written > today:
        return f"{title}不能晚于今天（{today}），请核对"
    earlier = ORDER[: ORDER.index(name)] if name in ORDER else ORDER
    known = [each for each in earlier if dates.get(each) is not None]
    if known:
        latest = max(known, key=lambda each: dates[each] or date.min)
        floor = dates[latest]
        if floor is not None and written < floor:
            return f"{title}不能早于{TITLES[latest]}（{floor}），请核对"
    return None


def concluded(verdicts: Iterable[Verdict]) -> RetestConclusion:
    """复检合格 only where every item that was tested again is."""
    return RetestConclusion.PASS if all(each is Verdict.PASS for each in verdicts) else RetestConclusion.FAIL


def bearer(verdicts: Iterable[Verdict]) -> RetestPayer | None:
    """Who bears the cost (条例 42); None where some items pass and others do not, which the office decides."""
    found = set(verdicts)
    if found == {Verdict.PASS}:
        return RetestPayer.ORGANISER
    return RetestPayer.APPLICANT if Verdict.PASS not in found else None


def money_faults(
    payer: RetestPayer, lawful: RetestPayer | None, fee: Decimal | None, prepaid_on: date | None, refunded_on: date | None
) -> dict[str, str]:
    """What of the costs cannot be, by field."""
    found = {}
    if lawful is not None and payer is not lawful:
        found["payer"] = f"复检结论决定费用由谁承担（实施条例第42条）：应为“{lawful.value}”"
    if fee is not None and not 0 <= fee < 10**8:
        found["fee"] = "复检费用应在 0 至 1 亿元之间，请核对金额和单位（元）"
    if refunded_on is not None and payer is not RetestPayer.ORGANISER:
        found["refunded_on"] = "费用由申请人承担的，不退还预付费用"
    if refunded_on is not None and prepaid_on is None:
        found.setdefault("refunded_on", "申请人没有预付费用的，不存在退还")
    elif refunded_on is not None and prepaid_on is not None and refunded_on < prepaid_on:
        found.setdefault("refunded_on", f"退还日期不能早于预付日期（{prepaid_on}），请核对")
    return found

"""``flask retests hand-over, arrive, conclude, tell, pay``."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal, InvalidOperation

import click

from app import clock
from app.commands import Answer, command
from app.db import transaction
from app.domain.actors import Actor
from app.domain.case_kinds import RetestPayer
from app.domain.permissions import Permission
from app.domain.samples import Verdict
from app.errors import NotLikeThis
from app.retests import testing
from app.retests.cli_group import DAY, day, group, one, standing
from app.retests.testing import Concluding, ItemResult, Payment

VERDICTS = {"合格": Verdict.PASS, "不合格": Verdict.FAIL, Verdict.PASS.value: Verdict.PASS, Verdict.FAIL.value: Verdict.FAIL}
PAYERS = {each.value: each for each in RetestPayer}


@command(group, "hand-over", permission=Permission.RETEST_HANDLE)
@click.argument("number")
@click.option("--on", type=DAY, help="移交日期；默认今天")
@click.option("--note", help="移交情况：交接人、封条号、贮存条件")
def hand_over(actor: Actor, number: str, on: datetime | None, note: str | None) -> Answer:
    """登记初检机构移交备份样品."""
    found = one(actor, number, Permission.RETEST_HANDLE)
    with transaction():
        testing.hand_over(found, day(on) or clock.today(), note, actor, clock.now())
    return standing(actor, found, "已登记移交备份样品")


@command(group, "arrive", permission=Permission.RETEST_HANDLE)
@click.argument("number")
@click.option("--sealed/--broken", "intact", required=True, help="封样完好或不完好")
@click.option("--note", help="备份样品情况；封样不完好的必填")
@click.option("--on", type=DAY, help="收样日期；默认今天")
def arrive(actor: Actor, number: str, intact: bool, note: str | None, on: datetime | None) -> Answer:
    """登记复检机构收样."""
    found = one(actor, number, Permission.RETEST_HANDLE)
    with transaction():
        testing.arrive(found, day(on) or clock.today(), intact, note, actor, clock.now())
    return standing(actor, found, "已登记收样" if intact else "封样不完好，请由审核人决定是否终止复检")


@command(group, "conclude", permission=Permission.RETEST_CONCLUDE)
@click.argument("number")
@click.argument("results", nargs=-1, required=True, metavar="项目=结果,单位,方法,判定…")
@click.option("--report", required=True, help="复检报告编号")
@click.option("--on", type=DAY, help="复检结论日期；默认今天")
@click.option("--received", type=DAY, help="收到复检结论日期；默认今天")
def conclude(
    actor: Actor, number: str, results: tuple[str, ...], report: str, on: datetime | None, received: datetime | None
) -> Answer:
    """登记复检结论（最终结论），如 灭蝇胺=0.1,mg/kg,GB 23200.121-2021,合格."""
    found = one(actor, number, Permission.RETEST_CONCLUDE)
    today = clock.today()
    written = Concluding(report.strip(), day(on) or today, day(received) or today, dict(_result(each) for each in results))
    with transaction():
        ripple = testing.conclude(found, written, actor, clock.now())
    now = one(actor, number)
    data = {
        "id": now.id, "number": now.number, "state": now.state.value, "conclusion": now.conclusion.value if now.conclusion else None,
        "ripple": ripple.id if ripple is not None else None, "still_failing": list(testing.still_failing(now.sample_id)),
    }  # fmt: skip
    return Answer(data, [f"{now.number}：{testing.meaning(now)}"])


def _result(written: str) -> tuple[str, ItemResult]:
    item, _, rest = written.partition("=")
    parts = [part.strip() for part in rest.replace("，", ",").split(",")]
    if len(parts) != 4 or not item.strip() or not parts[0] or parts[3] not in VERDICTS:
        raise NotLikeThis(f"“{written[:40]}”看不懂，请写成 项目=结果,单位,方法,合格（或不合格），没有单位或方法的留空")
    return item.strip(), ItemResult(parts[0][:200], parts[1][:40] or None, parts[2][:300] or None, VERDICTS[parts[3]])


@command(group, "tell", permission=Permission.RETEST_HANDLE)
@click.argument("number")
@click.option("--on", type=DAY, help="通知日期；默认今天")
@click.option("--note", help="通知方式、通报的部门")
def tell(actor: Actor, number: str, on: datetime | None, note: str | None) -> Answer:
    """登记通知复检结论."""
    found = one(actor, number, Permission.RETEST_HANDLE)
    with transaction():
        testing.tell(found, day(on) or clock.today(), note, actor, clock.now())
    return standing(actor, found, "已通知复检结论")


@command(group, "pay", permission=Permission.RETEST_HANDLE)
@click.argument("number")
@click.option("--payer", type=click.Choice(list(PAYERS)), help="费用承担；不填按复检结论确定")
@click.option("--fee", help="复检费用（元）")
@click.option("--prepaid", type=DAY, help="申请人预付日期")
@click.option("--refunded", type=DAY, help="退还预付费用日期")
def pay(
    actor: Actor, number: str, payer: str | None, fee: str | None, prepaid: datetime | None, refunded: datetime | None
) -> Answer:
    """登记复检费用；没有写出的保持不变."""
    found = one(actor, number, Permission.RETEST_HANDLE)
    chosen = PAYERS[payer] if payer else found.payer or testing.lawful_payer(found)
    if chosen is None:
        raise NotLikeThis("部分项目合格、部分不合格，请用 --payer 指明费用由谁承担")
    written = Payment(chosen, _money(fee) if fee else found.fee, day(prepaid) or found.prepaid_on, day(refunded) or found.refunded_on)
    with transaction():
        changed = testing.pay(found, written, actor, clock.now())
    return standing(actor, found, "复检费用已登记" if changed else "内容没有变化")


def _money(written: str) -> Decimal:
    try:
        found = Decimal(written)
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite() or len(written) > 12 or found != round(found, 2):
        raise NotLikeThis("复检费用请填写数字，单位为元，最多两位小数")
    return found

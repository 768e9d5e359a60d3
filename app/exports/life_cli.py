"""``flask exports …``: the steps of a return, the same operations as the pages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from app import clock
from app.commands import Answer, command
from app.db import transaction
from app.domain.actors import Actor
from app.domain.permissions import Permission
from app.errors import NotFound, NotLikeThis
from app.exports import checking, differing, operations, previous, showing, storing, verifying
from app.exports.cli_group import exports, name, one, told
from app.exports.differing import FigureDifference
from app.exports.models import MonthlyReturn
from app.labels import label
from app.penalties.cli_group import day

NUMBER = click.argument("number")
COMMENT = click.option("--comment", help="意见")
REASON = click.option("--reason", required=True, help="理由")


def _said(found: MonthlyReturn, words: str) -> Answer:
    return Answer(told(found), [f"{name(found)} {words}，现为“{label(found.state)}”"])


@command(exports, "remake", permission=Permission.RETURN_MAKE)
@NUMBER
def remake(actor: Actor, number: str) -> Answer:
    """按现有记录重新生成草稿."""
    found, at = one(actor, number), clock.now()
    prepared = operations.prepare_again(found, at)
    with transaction():
        operations.remake(prepared, actor, at)
    return _said(found, "已重新生成")


@command(exports, "explain", permission=Permission.RETURN_MAKE)
@NUMBER
@click.argument("code")
@click.argument("words")
def explain(actor: Actor, number: str, code: str, words: str) -> Answer:
    """填写一条提示性审核规则的说明."""
    found = one(actor, number)
    with transaction():
        operations.explain(found, {code: words}, actor)
    left = [row.code for row in storing.rows(found.id) if not row.passed and not row.explanation]
    return Answer({**told(found), "unexplained": left}, [f"{code} 的审核说明已保存" + (f"，还需说明：{'、'.join(left)}" if left else "")])


@command(exports, "submit", permission=Permission.RETURN_MAKE)
@NUMBER
@COMMENT
def submit(actor: Actor, number: str, comment: str | None) -> Answer:
    """审核并提交审批."""
    found = one(actor, number)
    with transaction():
        operations.check(found, actor, clock.now(), comment)
    return _said(found, "已提交审批")


@command(exports, "recall", permission=Permission.RETURN_MAKE)
@NUMBER
def recall(actor: Actor, number: str) -> Answer:
    """撤回送审."""
    found = one(actor, number)
    with transaction():
        operations.recall(found, actor)
    return _said(found, "已撤回")


@command(exports, "approve", permission=Permission.RETURN_APPROVE)
@NUMBER
@COMMENT
@click.option("--confirm", "confirmed", is_flag=True, help="已阅看未通过的提示及其审核说明，确认无误")
def approve(actor: Actor, number: str, comment: str | None, confirmed: bool) -> Answer:
    """批准（须由制表、审核以外的人办理）；有未通过的提示的，须加 --confirm."""
    found = one(actor, number)
    seen = [f"已确认提示 {row.code}：{row.message}" for row in checking.warnings(found)]
    with transaction():
        operations.approve(found, actor, clock.now(), comment, confirmed=confirmed)
    said = _said(found, "已批准")
    return Answer(said.data, [*seen, *said.lines])


@command(exports, "return", permission=Permission.RETURN_APPROVE)
@NUMBER
@REASON
def send_back(actor: Actor, number: str, reason: str) -> Answer:
    """退回制表人."""
    found = one(actor, number)
    with transaction():
        operations.send_back(found, actor, reason)
    return _said(found, "已退回")


@command(exports, "seal", permission=Permission.RETURN_SEAL)
@NUMBER
def seal(actor: Actor, number: str) -> Answer:
    """编号并封存；不带 --as 的可直接封存草稿，报表上注明未经他人审批."""
    found = one(actor, number)
    again = operations.recounted(found)
    with transaction():
        operations.seal(found, actor, clock.now(), again=again)
    return _said(found, "已封存")


@command(exports, "send", permission=Permission.RETURN_SEAL)
@NUMBER
@click.option("--on", "written", help="报送日期（默认今天）")
@click.option("--to", "to", required=True, help="报送机关")
@click.option("--document", help="报送文号或方式")
def send(actor: Actor, number: str, written: str | None, to: str, document: str | None) -> Answer:
    """登记报送."""
    found = one(actor, number)
    if not to.strip() or len(to) > 200 or len(document or "") > 200:
        raise NotLikeThis("请填写报送机关；报送机关、文号均不得超过 200 个字")
    sending = operations.Sending(day(written) if written else clock.today(), to.strip(), document)
    with transaction():
        operations.send(found, sending, actor, clock.now())
    return _said(found, f"已登记报送 {to}")


@command(exports, "discard", permission=Permission.RETURN_MAKE)
@NUMBER
@REASON
def discard(actor: Actor, number: str, reason: str) -> Answer:
    """放弃草稿."""
    found = one(actor, number)
    with transaction():
        operations.discard(found, actor, reason)
    return _said(found, "已放弃")


@command(exports, "correct", permission=Permission.RETURN_MAKE)
@NUMBER
@REASON
def correct(actor: Actor, number: str, reason: str) -> Answer:
    """制作更正报草稿：按现有记录重新统计同一统计期，原报表保留."""
    found, at = one(actor, number), clock.now()
    prepared = operations.prepare_correction(found, reason, actor, at)
    with transaction():
        made = operations.keep(prepared, actor, at)
    return Answer({**told(made), "corrects": found.number}, [f"已生成更正报草稿 #{made.id}，更正 {found.number}"])


@command(exports, "differences", permission=Permission.RETURN_READ)
@NUMBER
@click.option("--output", "output", type=click.Path(path_type=Path, dir_okay=False), help="同时写成工作簿")
def differences(actor: Actor, number: str, output: Path | None) -> Answer:
    """报表与现有记录的差异：逐个数值、逐条记录及原因."""
    found, at = one(actor, number), clock.now()
    rows = differing.against(found, at)
    if output is not None:
        content = operations.differences_workbook(found, actor, at, showing.heading(found))
        with transaction():
            operations.took_differences(found, actor, content)
        output.write_bytes(content)
    lines = [
        f"{row.figure.place} {row.figure.name} {row.figure.period}：{row.value_then} → {row.value_now}，{row.reason_words}" for row in rows
    ]
    return Answer([_differing(row) for row in rows], [*lines, f"有变化的数值 {len(rows)} 项"])


@command(exports, "compare", permission=Permission.RETURN_READ)
@NUMBER
def compare(actor: Actor, number: str) -> Answer:
    """与上期比较：同样式、同区域上一期已封存报表的数值并列."""
    found = one(actor, number)
    before = previous.former(found, actor)
    if before is None:
        raise NotFound(f"没有{previous.period_before(found).label}的同样式、同区域的已封存报表，请先封存上一期报表")
    rows = [
        {
            "sheet": row.figure.sheet, "name": row.figure.name, "side": row.figure.side, "before": row.before and row.before.value,
            "after": row.after and row.after.value, "difference": row.difference,
        }
        for row in previous.pairs(found, before)
    ]  # fmt: skip
    lines = [f"{row['sheet']} {row['name']} {row['side']}：{row['before']} → {row['after']}（{row['difference']}）" for row in rows]
    return Answer({"number": found.number, "former": before.number, "figures": rows}, [*lines, f"上期报表 {before.number}"])


def _differing(row: FigureDifference) -> dict[str, Any]:
    return {
        "sheet": row.figure.sheet, "cell": row.figure.cell, "name": row.figure.name, "period": row.figure.period, "side": row.figure.side,
        "value_then": row.value_then, "value_now": row.value_now, "count_then": row.count_then, "count_now": row.count_now,
        "note": row.note, "reasons": row.reasons,
        "records": [
            {
                "change": each.change, "number": each.number, "before": each.cause.before, "after": each.cause.after,
                "reasons": list(each.cause.reasons),
            }
            for each in row.records
        ],
    }  # fmt: skip


@command(exports, "verify", permission=Permission.RETURN_READ)
@NUMBER
def verify(actor: Actor, number: str) -> Answer:
    """核验已封存的报表：文件、记录链锚点、按封存时点重新计算和生成；不符的退出码为 1."""
    found = one(actor, number)
    verdict = verifying.verify(found)
    data = {"number": found.number, "same": verdict.same, "said": verdict.said, "faults": verdict.faults, "notes": verdict.notes}
    lines = [*(f"相符：{said}" for said in verdict.said), *(f"不符：{fault}" for fault in verdict.faults), *verdict.notes]
    return Answer(data, lines, refused=not verdict.same)

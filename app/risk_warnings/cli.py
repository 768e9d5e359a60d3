"""``flask warnings …``: the same operations as the pages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from flask import Flask

from app import clock
from app.commands import Answer, command
from app.db import transaction
from app.domain.actors import Actor
from app.domain.permissions import Permission
from app.domain.reporting_kinds import WarningKind
from app.domain.reporting_states import WarningState
from app.domain.samples import Link
from app.errors import NotFound, NotLikeThis
from app.indicators.batch_rows import category_names
from app.labels import label
from app.penalties.cli_group import day
from app.risk_warnings import findings, forms, operations, paper, queries
from app.risk_warnings.findings import Found
from app.risk_warnings.models import PublicWarning
from app.risk_warnings.operations import Issue, Written
from app.step_cli import StepCommands

P = Permission
group = click.Group("warnings", help="消费提示和风险预警：依据抽检结果起草、审批、发布、撤回")
NUMBER = click.argument("number")
ORG = click.option("--org", metavar="CODE", help="起草单位代码；几个单位有同一编号时填写")
REASON = click.option("--comment", required=True, help="理由")
OPINION = click.option("--comment", help="意见")
QUESTION = (
    click.option("--from", "from_on", metavar="DATE", help="报告日期起，默认今年 1 月 1 日"),
    click.option("--to", "to_on", metavar="DATE", help="报告日期止，默认今天"),
    click.option("--category", help="食品大类名称"), click.option("--product", help="样品名称含"), click.option("--item", help="检验项目"),
    click.option("--link", type=click.Choice([one.value for one in Link]), help="环节"),
    click.option("--region", help="抽样地区：名称或 6 位区划代码，默认本单位"),
)  # fmt: skip


def register(app: Flask) -> None:
    app.cli.add_command(group)


def asking(function: Any) -> Any:
    """The options of a question."""
    for option in reversed(QUESTION):
        function = option(function)
    return function


def _question(asked: dict[str, Any]) -> findings.Question:
    written = {name: value or "" for name, value in asked.items()}
    if category := written["category"]:
        known = {name: number for number, name in category_names().items()}
        if category not in known:
            raise NotLikeThis(f"没有名为“{category[:20]}”的食品大类，请填写大类全名")
        written["category"] = str(known[category])
    return forms.question_asked(written, clock.today())


def _one(actor: Actor, number: str, org: str | None) -> PublicWarning:
    found = queries.warnings_numbered(actor, number, org)
    if not found:
        raise NotFound(f"没有找到“{number[:40]}”，请用 flask warnings list 核对编号，或该记录不在您的管辖范围内")
    if len(found) > 1:
        raise NotLikeThis(f"“{number[:40]}”有 {len(found)} 件，请用 --org 指明起草单位代码")
    return found[0]


def _told(one: Any) -> dict[str, Any]:
    return {
        "number": one.number, "kind": one.kind.value, "title": one.title, "state": label(one.state), "batches": one.findings.get("failed"),
        "published_on": one.published_on, "channel": one.channel, "url": one.url, "expires_on": one.expires_on,
    }  # fmt: skip


@command(group, "list", permission=Permission.WARNING_LIST)
@click.option("--state", help="状态：草稿、待审批、待发布、已发布、已撤回、已作废")
@click.option("--kind", type=click.Choice([one.value for one in WarningKind]), help="种类")
@click.option("--changed", is_flag=True, help="只列依据已变化的")
@click.option("--q", help="编号、标题、正文、发送对象")
def list_(actor: Actor, state: str | None, kind: str | None, changed: bool, q: str | None) -> Answer:
    """列出消费提示和风险预警，新的在前。"""
    states = {label(one): one.value for one in WarningState}
    if state is not None and state not in states:
        raise NotLikeThis(f"没有“{state[:20]}”这种状态，可用：{'、'.join(states)}")
    asked = {"q": q or "", "state": states.get(state or "", ""), "kind": kind or "", "changed": "1" if changed else ""}
    data = [_told(row) for row in queries.every_warning(actor, forms.filters_asked(asked))]
    lines = [f"{one['number']}　{one['title']}　{one['batches']} 批次　{one['state']}" for one in data]
    return Answer(data, [*lines, f"共 {len(data)} 件"])


@command(group, "findings", permission=Permission.WARNING_LIST)
@asking
def found_(actor: Actor, **asked: str | None) -> Answer:
    """查看所选范围的不合格批次和项目，不写入任何数据。"""
    found = findings.find(actor, _question(asked), clock.today())
    return Answer(_of(found), [*_lines(found)])


def _of(found: Found) -> dict[str, Any]:
    return {**findings.kept(found), "batches": [one.number for one in found.batches]}


def _lines(found: Found) -> list[str]:
    finding = found.finding
    items = [f"　{one.item}：不合格 {one.failed} 批次，检验 {one.tested} 批次，{one.figure.shown}" for one in finding.items]
    head = f"{finding.area} {finding.food}：已判定 {finding.judged} 批次，不合格 {finding.failed} 批次，不合格率 {finding.figure.shown}"
    return [head + ("（样本量小）" if finding.small else ""), *items]


@command(group, "draft", permission=Permission.WARNING_EDIT)
@click.option("--kind", type=click.Choice([one.value for one in WarningKind]), default=WarningKind.TIP.value, help="种类")
@asking
def draft(actor: Actor, kind: str, **asked: str | None) -> Answer:
    """依据所选范围的不合格批次起草。"""
    with transaction():
        made = operations.draft(_question(asked), WarningKind(kind), actor, clock.now())
    return Answer(_told(made), [f"已起草：{made.number} {made.title}"])


@command(group, "show", permission=Permission.WARNING_LIST)
@NUMBER
@ORG
def show(actor: Actor, number: str, org: str | None) -> Answer:
    """查看一件的文字、依据和依据批次的变化。"""
    one = _one(actor, number, org)
    rows = queries.sources(one.id)
    batches = [{"number": row.number, "changed": queries.why_changed(row) or None} for row in rows]
    changed = [f"依据已变化：{row['number']} {row['changed']}" for row in batches if row["changed"]]
    data = {**_told(one), "body": one.body, "basis": one.basis, "audience": one.audience, "sources": batches}
    return Answer(data, [f"{one.number} {one.title}（{label(one.state)}）", one.body, f"依据：{one.basis}", *changed])


@command(group, "edit", permission=Permission.WARNING_EDIT)
@NUMBER
@click.option("--title", help="标题")
@click.option("--body-file", type=click.Path(exists=True, dir_okay=False), help="正文文件，UTF-8 文本")
@click.option("--audience", help="发送对象")
@click.option("--expires-on", metavar="DATE", help="有效期至")
@ORG
def edit(
    actor: Actor, number: str, title: str | None, body_file: str | None, audience: str | None, expires_on: str | None, org: str | None
) -> Answer:
    """修改草稿；没有写出的项不变。"""
    one = _one(actor, number, org)
    written = Written(
        _short(title, "title", "标题") or one.title, _body(body_file) or one.body,
        _short(audience, "audience", "发送对象") or one.audience, day(expires_on) if expires_on else one.expires_on,
    )  # fmt: skip
    with transaction():
        operations.edit(one, written, actor, clock.now(), seen=one.version)
    return Answer(_told(one), [f"已修改：{one.number}"])


def _short(written: str | None, name: str, title: str) -> str | None:
    if written and len(written.strip()) > operations.rules.LONGEST[name]:
        raise NotLikeThis(f"{title}不得超过 {operations.rules.LONGEST[name]} 个字，请精简")
    return (written or "").strip() or None


def _body(path: str | None) -> str | None:
    if path is None:
        return None
    try:
        found = Path(path).read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise NotLikeThis("正文文件不是 UTF-8 文本，请另存后再试") from None
    return _short(str(forms.plain(found)), "body", "正文")


@command(group, "recount", permission=Permission.WARNING_EDIT)
@NUMBER
@click.option("--rewrite", is_flag=True, help="同时重新生成标题和正文")
@ORG
def recount(actor: Actor, number: str, rewrite: bool, org: str | None) -> Answer:
    """草稿按同样条件重新取数。"""
    one = _one(actor, number, org)
    with transaction():
        batches = operations.recount(one, actor, clock.now(), rewrite=rewrite, seen=one.version)
    return Answer(_told(one), [f"已重新取数：{one.number}，依据 {batches} 批次"])


STEPS = StepCommands(group, "number", ORG, _one, lambda one, said: Answer(_told(one), [f"{said}：{one.number}"]))
STEPS.add("submit", P.WARNING_EDIT, "提交审批。", "已提交审批",
          lambda one, actor, comment: operations.submit(one, actor, clock.now(), comment, seen=one.version), OPINION)
STEPS.add("recall", P.WARNING_EDIT, "撤回送审。", "已撤回送审", lambda one, actor: operations.recall(one, actor, seen=one.version))
STEPS.add("return", P.WARNING_DECIDE, "退回（须用 --as 指明审批人）。", "已退回",
          lambda one, actor, comment: operations.send_back(one, actor, comment, seen=one.version), REASON)
STEPS.add("approve", P.WARNING_DECIDE, "批准发布（起草、修改、送审的人不得审批，须用 --as 指明审批人）。", "已批准",
          lambda one, actor, comment: operations.approve(one, actor, clock.now(), comment, seen=one.version), OPINION)
STEPS.add("withdraw", P.WARNING_DECIDE, "撤回已发布的（须用 --as 指明审批人）。", "已撤回",
          lambda one, actor, comment: operations.withdraw(one, actor, comment, clock.now(), seen=one.version), REASON)
STEPS.add("void", P.WARNING_EDIT, "作废草稿。", "已作废",
          lambda one, actor, comment: operations.void(one, actor, comment, seen=one.version), REASON)


@command(group, "publish", permission=Permission.WARNING_ISSUE)
@NUMBER
@click.option("--channel", required=True, help="发布渠道")
@click.option("--on", "published_on", metavar="DATE", help="发布日期，默认今天")
@click.option("--url", help="网址")
@ORG
def publish(actor: Actor, number: str, channel: str, published_on: str | None, url: str | None, org: str | None) -> Answer:
    """登记发布。"""
    one = _one(actor, number, org)
    issue = Issue(day(published_on), _short(channel, "channel", "发布渠道") or "", _short(url, "url", "网址"))
    with transaction():
        operations.publish(one, issue, actor, clock.now(), seen=one.version)
    return Answer(_told(one), [f"已登记发布：{one.number}"])


@command(group, "docx", permission=Permission.WARNING_LIST)
@NUMBER
@click.option("--out", required=True, type=click.Path(dir_okay=False), help="写到这个文件")
@ORG
def docx(actor: Actor, number: str, out: str, org: str | None) -> Answer:
    """生成 Word 文稿。"""
    one = _one(actor, number, org)
    made = paper.letter(one, actor)
    try:
        Path(out).write_bytes(made.content)
    except OSError as fault:
        raise NotLikeThis(f"写不到“{out}”（{fault.strerror}），请换一个位置") from fault
    with transaction():
        paper.record(made, one, actor, clock.now())
    return Answer({"number": one.number, "file": out, "bytes": len(made.content)}, [f"已生成：{out}"])

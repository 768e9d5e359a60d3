"""``flask reviews …``: the same operations as the pages."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click
from flask import Flask
from sqlalchemy.orm.exc import StaleDataError

from app import clock
from app.commands import Answer, command
from app.db import transaction
from app.domain import report_returns
from app.domain.actors import Actor
from app.domain.permissions import Permission
from app.domain.report_versions import word
from app.domain.reviews import standing
from app.errors import SENTENCES, NotFound, NotLikeThis, Refused
from app.labels import label
from app.results import entry, staging
from app.results import queries as results
from app.reviews import content, operations, queries, return_queries, returning, version_queries
from app.reviews.models import ResultReview
from app.sampling import queries as samples
from app.sampling.models import Sample

DAY = click.DateTime(formats=["%Y-%m-%d"])

group = click.Group("reviews", help="结果审核：提交、校核、批准、退回；检验报告退修")


def register(app: Flask) -> None:
    app.cli.add_command(group)


def _line(row: Any) -> str:
    return f"{row.id}　{row.title}　{label(standing(row))}"


def _sample(actor: Actor, number: str) -> Sample:
    found = samples.sample_numbered(actor, number)
    if found is None:
        raise NotFound(f"没有找到样品“{number[:40]}”，请核对编号，或该样品不在您的管辖范围内")
    return found


# ---------------------------------------------------------------- submissions

@command(group, "list", permission=Permission.RESULT_REVIEW_READ)
@click.option("--queue", type=click.Choice(list(queries.QUEUES)), default="all", show_default=True, help="队列")
@click.option("--word", default="", help="抽样编号、报告编号或文件名的一部分")
def list_(actor: Actor, queue: str, word: str) -> Answer:
    """列出送审件。"""
    before: int | None = None
    rows: list[Any] = []
    while True:
        page = queries.reviews(actor, queue, before, word)
        rows += page.rows
        if page.older is None:
            return Answer([queries.told(row) for row in rows], [*map(_line, rows), f"共 {len(rows)} 件"])
        before = page.older


@command(group, "show", permission=Permission.RESULT_REVIEW_READ)
@click.argument("review_id", type=int)
def show(actor: Actor, review_id: int) -> Answer:
    """查看一件送审：内容摘要、现在能办的步骤、历次退回。"""
    found = queries.review_or_refuse(actor, review_id)
    returns = [{"at": row.returned_at, "by": row.returner, "reason": row.reason} for row in queries.returns_of(found.id)]
    summary, steps = queries.summary_of(found.id), sorted(queries.steps(found, actor))
    lines = [_line(found), summary or "", *(f"退回：{row['at']:%Y-%m-%d} {row['by']} {row['reason']}" for row in returns)]
    return Answer({**queries.told(found), "summary": summary, "steps": steps, "returns": returns}, lines)


@command(group, "submit", permission=Permission.RESULT_ENTER)
@click.option("--batch", type=int, help="待确认的导入批次")
@click.option("--sample", "number", metavar="NUMBER", help="抽样编号，与 --content 同用")
@click.option("--content", "path", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="检验报告的 JSON 文件")
@click.option("--skip-refused", is_flag=True, help="有样品被拒收时，只提交其余样品")
@click.option("--reported-on", type=DAY, help="文件中没有报告日期时使用的报告日期")
@click.option("--laboratory", help="承检机构名称")
@click.option("--reason", help="更正原因")
@click.option("--again", type=int, metavar="ID", help="重新提交被退回的送审件")
def submit(
    actor: Actor, batch: int | None, number: str | None, path: Path | None, skip_refused: bool, reported_on: datetime | None,
    laboratory: str | None, reason: str | None, again: int | None,
) -> Answer:  # fmt: skip
    """提交送审：一次导入（--batch），或一份检验报告（--sample 与 --content）。"""
    back = queries.review_or_refuse(actor, again) if again else None
    if batch is not None and number is None and path is None:
        options = staging.Options("auto", reported_on.date() if reported_on else None, staging.laboratory_named(laboratory))
        made = _submit_batch(actor, batch, options, skip_refused, back)
    elif batch is None and number is not None and path is not None:
        made = _submit_report(actor, _sample(actor, number), path, reason, back)
    else:
        raise click.UsageError("请用 --batch 指明导入批次，或用 --sample 和 --content 指明样品和报告内容")
    return Answer(queries.told(made), [f"已提交送审：{_line(made)}，批准后生效"])


def _submit_batch(actor: Actor, number: int, options: staging.Options, skip_refused: bool, again: ResultReview | None) -> ResultReview:
    found = results.batch(actor, number)
    if found is None:
        raise NotFound(f"没有第 {number} 次导入，或不在您的管辖范围内")
    prepared = staging.prepare_again(actor, found, options)
    with transaction():
        return operations.submit_import(found, prepared, actor, clock.now(), skip_refused=skip_refused, again=again)


def _submit_report(actor: Actor, sample: Sample, path: Path, reason: str | None, again: ResultReview | None) -> ResultReview:
    entered = _entered(path)
    outcome = entry.to_write(entry.prepare_entry(actor, sample, entered), reason)
    if outcome is None:
        raise NotLikeThis("内容与现行报告完全相同，没有可提交的更改")
    with transaction():
        return operations.submit_entry(sample, entered, outcome, actor, clock.now(), reason=reason, again=again)


def _entered(path: Path) -> entry.Entered:
    """A report as JSON: report_no, reported_on, received_on, laboratory, rows of the names of the form's cells."""
    try:
        given = json.loads(path.read_text(encoding="utf-8-sig"))
        days = {name: {"date": given[name]} if given.get(name) else None for name in ("reported_on", "received_on")}
        rows = [{name: str(cells.get(name) or "") for name in entry.CELLS} for cells in given["rows"]]
        named = {"report_no": given["report_no"], "laboratory_org_id": staging.laboratory_named(given.get("laboratory"))}
        return content.entered_of({"entered": {**named, **days, "rows": rows}})
    except (ValueError, KeyError, TypeError, AttributeError) as fault:
        raise NotLikeThis(f"报告内容不是所需的 JSON（report_no、reported_on、received_on、laboratory、rows）：{fault}") from fault


def _each(actor: Actor, ids: tuple[int, ...], decide: Callable[[ResultReview], str]) -> Answer:
    """Each in its own transaction, with its own outcome; refused if any was."""
    told, lines = [], []
    for review_id in ids:
        done, sentence = _outcome(actor, review_id, decide)
        told.append({"id": review_id, "done": done, "message": sentence})
        lines.append(f"{review_id}　{sentence}")
    return Answer(told, lines, refused=not all(one["done"] for one in told))


def _outcome(actor: Actor, review_id: int, decide: Callable[[ResultReview], str]) -> tuple[bool, str]:
    try:
        return True, decide(queries.review_or_refuse(actor, review_id))
    except Refused as refusal:
        return False, refusal.sentence
    except StaleDataError:
        return False, SENTENCES[409]


@command(group, "check", permission=Permission.RESULT_CHECK)
@click.argument("review_ids", type=int, nargs=-1, required=True)
@click.option("--comment", help="意见")
def check(actor: Actor, review_ids: tuple[int, ...], comment: str | None) -> Answer:
    """校核通过（须用 --as 指明校核人，不得为填报人）。"""

    def decide(review: ResultReview) -> str:
        with transaction():
            operations.check(review, actor, clock.now(), comment=comment)
        return "校核通过"

    return _each(actor, review_ids, decide)


@command(group, "approve", permission=Permission.RESULT_APPROVE)
@click.argument("review_ids", type=int, nargs=-1, required=True)
@click.option("--comment", help="意见")
def approve(actor: Actor, review_ids: tuple[int, ...], comment: str | None) -> Answer:
    """批准生效（须用 --as 指明批准人，不得为填报人和校核人）。"""

    def decide(review: ResultReview) -> str:
        prepared = operations.prepare(review)
        with transaction():
            written = operations.approve(review, prepared, actor, clock.now(), comment=comment)
        return operations.said(written)

    return _each(actor, review_ids, decide)


@command(group, "return", permission=Permission.RESULT_REVIEW_READ)
@click.argument("review_id", type=int)
@click.option("--reason", required=True, help="退回原因")
def send_back(actor: Actor, review_id: int, reason: str) -> Answer:
    """退回填报人（待校核的由校核人、待批准的由批准人退回）。"""
    found = queries.review_or_refuse(actor, review_id)
    with transaction():
        operations.send_back(found, actor, reason, clock.now())
    return Answer(queries.told(found), [f"已退回：{_line(found)}"])


@command(group, "withdraw", permission=Permission.RESULT_WITHDRAW)
@click.argument("review_id", type=int)
@click.option("--comment", help="说明")
def withdraw(actor: Actor, review_id: int, comment: str | None) -> Answer:
    """撤回送审（须用 --as 指明填报人）。"""
    found = queries.review_or_refuse(actor, review_id)
    with transaction():
        operations.withdraw(found, actor, clock.now(), comment=comment)
    return Answer(queries.told(found), [f"已撤回送审：{_line(found)}"])


# ---------------------------------------------------------------- 退修

def _returned(row: Any) -> dict[str, Any]:
    return {
        "id": row.id, "number": row.number, "report_no": row.report_no, "laboratory": row.laboratory, "code": row.reason_code,
        "reason": row.reason, "returned_at": row.returned_at, "state": return_queries.state_of(row), "resolved_at": row.resolved_at,
    }  # fmt: skip


@command(group, "returns", permission=Permission.RESULT_REVIEW_READ)
@click.option("--state", type=click.Choice(list(return_queries.STATES)), default=None, help="状态")
def returns(actor: Actor, state: str | None) -> Answer:
    """列出退修的检验报告。"""
    before: int | None = None
    rows: list[Any] = []
    while True:
        page = return_queries.returns(actor, state or "", before)
        rows += page.rows
        if page.older is None:
            break
        before = page.older
    states = [return_queries.STATES[return_queries.state_of(row)] for row in rows]
    lines = [f"{row.id}　{row.number}　{row.report_no}　{row.reason_code}　{word}" for row, word in zip(rows, states, strict=True)]
    return Answer([_returned(row) for row in rows], [*lines, f"共 {len(rows)} 件"])


@command(group, "return-report", permission=Permission.RESULT_RETURN)
@click.argument("number")
@click.option("--report", "report_no", required=True, help="报告书编号")
@click.option("--code", required=True, help="退修原因，如 限值有误")
@click.option("--reason", required=True, help="具体要求")
def return_report(actor: Actor, number: str, report_no: str, code: str, reason: str) -> Answer:
    """退修一份有效的检验报告。"""
    sample = _sample(actor, number)
    in_force = [one for one in samples.reports(sample.id) if one.superseded_at is None and one.report_no == report_no]
    if not in_force:
        raise NotFound(f"样品 {number} 没有编号为“{report_no[:60]}”的有效检验报告")
    with transaction():
        row = returning.return_report(sample, in_force[0].id, code, reason, actor, clock.now())
    return Answer({"id": row.id, "number": sample.number, "report_no": report_no}, [f"已退修：{sample.number} 的报告 {report_no}"])


@command(group, "withdraw-return", permission=Permission.RESULT_RETURN)
@click.argument("return_id", type=int)
@click.option("--reason", required=True, help="撤回原因")
def withdraw_return(actor: Actor, return_id: int, reason: str) -> Answer:
    """撤回退修。"""
    row = return_queries.result_return(actor, return_id)
    if row is None:
        raise NotFound(f"没有第 {return_id} 件退修，或不在您的管辖范围内")
    with transaction():
        returning.withdraw(row, reason, actor, clock.now())
    return Answer({"id": return_id}, [f"已撤回第 {return_id} 件退修"])


@command(group, "rates", permission=Permission.RESULT_REVIEW_READ)
@click.option("--from", "start", type=DAY, help="报告日期起；不填为今年第一天")
@click.option("--to", "end", type=DAY, help="报告日期止；不填为今天")
def rates(actor: Actor, start: datetime | None, end: datetime | None) -> Answer:
    """检验报告退修率：合计、按检验机构和月份、按原因。"""
    today = clock.today()
    first: date = start.date() if start else today.replace(month=1, day=1)
    found = return_queries.reports(actor, first, end.date() if end else today)

    def told(rate: Any) -> dict[str, Any]:
        return {"name": rate.name, "returned": rate.returned, "reports": rate.sheets, "value": rate.display}

    whole = report_returns.rate_of("合计", found)
    laboratories = report_returns.per_laboratory(found)
    data = {
        "definition": report_returns.DEFINITION, "total": told(whole), "reasons": [told(one) for one in report_returns.per_reason(found)],
        "laboratories": [{**told(one.whole), "months": [told(month) for month in one.months]} for one in laboratories],
    }  # fmt: skip
    rows = (whole, *(one.whole for one in laboratories))
    return Answer(data, [f"{rate.name}　{rate.returned} ÷ {rate.sheets} ＝ {rate.display}" for rate in rows])


@command(group, "versions", permission=Permission.SAMPLE_LIST)
@click.argument("number")
def versions(actor: Actor, number: str) -> Answer:
    """检验报告的各个版本：谁、何时、为什么，与前一版不同之处。"""
    data, lines = [], []
    for report in version_queries.versions(actor, _sample(actor, number)):
        for one in report.versions:
            changed = [[each.item, each.field, each.before, each.after] for each in one.changed]
            data.append({
                "report_no": report.report_no, "version": one.report.version, "recorded_at": one.report.recorded_at,
                "recorded_by": one.recorder, "reason": one.report.reason, "in_force": one.report.superseded_at is None,
                "changes": changed, "cases": [case.number for case in one.cases], "monthly_returns": [row.number for row in one.returns],
                "verdicts": {row.item: word(row.verdict) for row in one.report.rows},
            })  # fmt: skip
            said = f"{one.recorder}　{one.report.reason or '—'}　{len(changed)} 处不同"
            lines.append(f"{report.report_no} 第 {one.report.version} 版　{said}")
    return Answer(data, lines)

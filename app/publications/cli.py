"""``flask publications …``: the same operations as the pages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from flask import Flask

from app import clock, files, taken_out
from app.commands import Answer, command
from app.db import transaction
from app.domain.actors import Actor
from app.domain.permissions import Permission
from app.domain.publications import FOREWORD
from app.domain.reporting_kinds import PublicList, PublicNature
from app.domain.reporting_states import PublicationState
from app.errors import NotFound, NotLikeThis
from app.labels import label
from app.printing import operations as printing
from app.publications import (
    candidates,
    cli_group,
    exports,
    forms,
    guard,
    operations,
    paper,
    queries,
    statistics,
    step_cli,
    workbooks,
)
from app.publications.cli_group import ORG, day, group, one, told
from app.publications.operations import Wording
from app.spreadsheet_stream import write_table

__all__ = ["cli_group", "step_cli"]
P = Permission
KINDS = click.Choice([one_.value for one_ in PublicList])


def register(app: Flask) -> None:
    app.cli.add_command(group)


def _asked(from_on: str | None, to_on: str | None, category: str | None, task: str | None, tab: str) -> candidates.Filters:
    found = forms.category_id(category)
    if category and found is None:
        raise NotLikeThis(f"没有识别出食品分类“{category[:40]}”，请写成 大类 或 大类/亚类")
    return candidates.Filters(tab, day(from_on) if from_on else None, day(to_on) if to_on else None, found, task or None)


@command(group, "candidates", permission=P.PUBLICATION_EDIT)
@click.option(
    "--tab", type=click.Choice(list(candidates.TABS)), default=candidates.PASSED,
    help="passed 合格、failed 不合格、held 暂不公布、overdue 超期",
)  # fmt: skip
@click.option("--from-on", metavar="DATE", help="报告日期自")
@click.option("--to-on", metavar="DATE", help="报告日期至")
@click.option("--category", help="食品分类")
@click.option("--task", help="任务来源/项目中的文字")
def candidates_(actor: Actor, tab: str, from_on: str | None, to_on: str | None, category: str | None, task: str | None) -> Answer:
    """列出待公布的批次，以及暂不公布的原因。"""
    filters, today = _asked(from_on, to_on, category, task, tab), clock.today()
    found: list[Any]
    if tab == candidates.PASSED:
        found = list(candidates.passed(actor, filters, today).rows)
    elif tab == candidates.OVERDUE:
        found = candidates.overdue(actor, filters, today)[0]
    else:
        found = (candidates.failed if tab == candidates.FAILED else candidates.held)(actor, filters, today)
    data = [
        {
            "number": one_.row.number, "product": one_.row.product_name, "reported_on": one_.row.reported_on,
            "supervision": one_.row.supervision.value, "due_on": one_.ready.due_on, "why": one_.ready.due_why,
            "hold": one_.ready.hold.reason if one_.ready.hold else None, "article": one_.ready.hold.article if one_.ready.hold else None,
            "warning": one_.ready.warning,
        }
        for one_ in found
    ]  # fmt: skip
    lines = [f"{row['number']}　{row['product']}　{row['reported_on']}　期限 {row['due_on'] or '—'}　{row['hold'] or ''}" for row in data]
    numbers = candidates.counts(actor, filters, today)
    return Answer(data, [*lines, "，".join(f"{title} {numbers[code]} 批" for code, title in candidates.TABS.items())])


@command(group, "draft", permission=P.PUBLICATION_EDIT)
@click.option("--kind", required=True, type=KINDS, help="清单种类")
@click.option("--title", help="标题，默认自动拟定")
@click.option("--announcement-no", help="公告号，可在公布时填写")
@click.option("--foreword", help="声明")
@click.option("--from-on", metavar="DATE", help="报告日期自")
@click.option("--to-on", metavar="DATE", help="报告日期至")
@click.option("--category", help="食品分类")
@click.option("--task", help="任务来源/项目中的文字")
@click.option("--number", "numbers", multiple=True, help="只列入这些抽样编号，可重复")
def draft(
    actor: Actor, kind: str, title: str | None, announcement_no: str | None, foreword: str | None, from_on: str | None, to_on: str | None,
    category: str | None, task: str | None, numbers: tuple[str, ...],
) -> Answer:  # fmt: skip
    """起草公示：符合条件、可以公布的全部批次，或 --number 所列的批次。"""
    filters, ids = _asked(from_on, to_on, category, task, candidates.PASSED), None
    if numbers:
        found = candidates.of_numbers(actor, numbers)
        if missing := [number for number in numbers if number not in found]:
            raise NotFound(f"没有找到样品“{missing[0][:40]}”，请核对抽样编号，或该样品不在您的管辖范围内")
        ids = list(found.values())
    wanted = PublicList(kind)
    suggested = forms.suggested(wanted, queries.organisation_name(actor.org_id), clock.today().year)
    wording = Wording(title or suggested["title"], foreword or FOREWORD, announcement_no)
    with transaction():
        made = operations.draft(wanted, wording, filters, actor, clock.now(), ids=ids)
    return Answer(told(made), [f"已起草：{made.number}，{queries.number_of_items(made)} 批"])


@command(group, "list", permission=P.PUBLICATION_LIST)
@click.option("--state", help="状态：草稿、待审批、待发布、已公布、已撤回、已作废")
@click.option("--kind", type=KINDS, help="种类")
@click.option("--nature", type=click.Choice([one_.value for one_ in PublicNature]), help="性质")
@click.option("--q", help="编号、公告号、标题、清单中的企业和食品")
def list_(actor: Actor, state: str | None, kind: str | None, nature: str | None, q: str | None) -> Answer:
    """列出公示清单，新的在前。"""
    rows = list(queries.every_publication(actor, _filters(state, kind, nature, q)))
    data = [{**told(row), "items": row._mapping["items"]} for row in rows]
    lines = [
        f"{row['number']}　{row['kind']}　{row['nature']}　{row['items']} 批　{row['state']}　{row['announcement_no'] or '—'}"
        for row in data
    ]
    return Answer(data, [*lines, f"共 {len(data)} 份"])


def _filters(state: str | None, kind: str | None, nature: str | None, q: str | None) -> queries.Filters:
    states = {label(one_): one_.value for one_ in PublicationState}
    if state is not None and state not in states:
        raise NotLikeThis(f"没有“{state[:20]}”这种状态，可用：{'、'.join(states)}")
    return forms.filters_asked({"q": q or "", "state": states.get(state or "", ""), "kind": kind or "", "nature": nature or ""})


@command(group, "show", permission=P.PUBLICATION_LIST)
@click.argument("number")
@ORG
def show(actor: Actor, number: str, org: str | None) -> Answer:
    """一份公示的内容：逐批列出将要或已经公布的文字。"""
    found = one(actor, number, org)
    items = queries.every_item(found)
    data = {**told(found), "rows": [{"ordinal": row.ordinal, **row.content["fields"], "masked": row.content["masked"]} for row in items]}
    lines = [
        f"{row.ordinal}　{row.sample_number}　{row.content['fields']['product']}　{row.content['fields']['sampled']}"
        + ("　（已撤回）" if row.withdrawn_at else "")
        for row in items
    ]
    return Answer(data, [f"{found.number}　{found.title}　{label(found.state)}", *lines])


@command(group, "docx", permission=P.PUBLICATION_LIST)
@click.argument("number")
@click.argument("output", type=click.Path(dir_okay=False, path_type=Path))
@ORG
def docx(actor: Actor, number: str, output: Path, org: str | None) -> Answer:
    """公示公告的 Word 文稿（含清单），打印记录随之登记。"""
    found = one(actor, number, org)
    made = paper.announcement(found, actor)
    with transaction():
        printing.record(made, [found], actor, clock.now())
    output.write_bytes(made.content)
    return Answer({"number": found.number, "file": str(output), "bytes": len(made.content)}, [f"已生成：{output}"])


@command(group, "export", permission=P.PUBLICATION_LIST)
@click.argument("output", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--number", help="导出这一份待发布或已公布的清单工作簿；不填则导出公示清单目录")
@ORG
def export(actor: Actor, output: Path, number: str | None, org: str | None) -> Answer:
    """导出公示清单目录，或一份待发布、已公布的清单工作簿（已公布的与公布时逐字节相同）。"""
    if number:
        found = one(actor, number, org)
        kept = queries.workbook_of(found)
        output.write_bytes(workbooks.to_publish(found) if kept is None else files.path_of(kept.sha256).read_bytes())
    else:
        filters = queries.Filters()
        write_table(output, exports.sheets(queries.every_publication(actor, filters), filters, actor, clock.now()))
    with transaction():
        taken_out.note(queries.KIND, None, exports.TITLE, number or "全部", actor, output.read_bytes())
    return Answer({"file": str(output)}, [f"已写入 {output}"])


@command(group, "guard", permission=P.PUBLICATION_LIST)
@click.option("--all", "whole", is_flag=True, help="比对全部已公布的批次，不限公布后办理过的")
def guard_(actor: Actor, whole: bool) -> Answer:
    """公示核对：已公布的内容与现在的记录逐项比对；可每晚运行，有不一致时退出码为 1。"""
    today = clock.today()
    found = guard.deviations(actor, whole=whole)
    data = [
        {
            "publication": each.item.number, "announcement_no": each.item.announcement_no, "ordinal": each.item.ordinal,
            "sample": each.item.sample_number, "remedy": each.remedy.value, "cause": each.cause.value, "since": each.since,
            "due_on": each.due_on, "late": each.late(today), "answer": each.answer.number if each.answer else None,
            "differences": [{"title": one_.title, "published": one_.published, "now": one_.now} for one_ in each.differences],
        }
        for each in found
    ]  # fmt: skip
    lines = [
        f"公告号 {row['announcement_no']} 第 {row['ordinal']} 项　{row['sample']}　{row['cause']}，应{row['remedy']}"
        + ("　超期" if row["late"] else "")
        for row in data
    ]
    return Answer(data, lines or ["已公布的内容与记录一致"], refused=bool(data))


@command(group, "statistics", permission=P.PUBLICATION_LIST)
@click.option("--year", type=click.IntRange(1990, 2199), help="年份，默认今年")
@click.option("--list", "side", type=click.Choice(list(statistics.LISTS)), help="逐批列出：期限届满、按期、逾期、未公布")
def statistics_(actor: Actor, year: int | None, side: str | None) -> Answer:
    """抽检结果按期公示率：期限届满的批次、按期公布、逾期公布、未公布。"""
    today = clock.today()
    found = statistics.tally(actor, year or today.year, today)
    data = {
        "year": found.year, "due": found.due, "on_time": found.on_time, "late": found.late, "missing": found.missing,
        "rate": found.rate.shown,
    }  # fmt: skip
    said = f"{found.year} 年期限届满 {found.due} 批，按期公布 {found.on_time} 批，逾期公布 {found.late} 批，未公布 {found.missing} 批"
    said = f"{said}；按期公示率 {found.rate.shown}"
    if side is None:
        return Answer(data, [said])
    rows = statistics.shown(statistics.lines(actor, found.year, today, statistics.LISTS[side]))
    batches = [
        {"sample": sample.number, "due_on": line.due_on, "published_on": line.published_on, "kept": line.kept.value,
         "publication": listed.number if listed else None}
        for line, sample, listed in rows
    ]  # fmt: skip
    sentences = [f"{one['sample']}　期限 {one['due_on']}　{one['kept']}　{one['publication'] or '未列入公示'}" for one in batches]
    return Answer({**data, "batches": batches}, [said, *sentences])

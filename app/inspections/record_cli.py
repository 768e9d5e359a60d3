"""``flask inspections …``: answers from a workbook, the conclusion, signatures, and the end of an inspection."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from app import clock
from app.commands import Answer, command
from app.db import transaction
from app.domain import inspection_answers
from app.domain.actors import Actor
from app.domain.permissions import Permission
from app.domain.supervision_kinds import CompanySignature, InspectionMeasure, InspectionResult
from app.errors import NotLikeThis
from app.inspections import finishing, queries, recording
from app.inspections.cli_group import NUMBER, ORG, inspections, one_inspection, told
from app.inspections.models import Inspection
from app.penalties.cli_group import day
from app.spreadsheet_cells import CellValue, Column
from app.spreadsheet_stream import TableSheet, write_table
from app.spreadsheets import UnreadableFile, read_workbook

CODED: dict[str, type[Any]] = {"result": InspectionResult, "measure": InspectionMeasure, "company_signature": CompanySignature}
COLUMNS = (Column("序号"), Column("检查内容"), Column("重点项"), Column("检查项目"), Column("结果"), Column("情况说明"))


def _choice(kind: type[Any]) -> click.Choice[str]:
    return click.Choice([one.value for one in kind])


@command(inspections, "answers", permission=Permission.INSPECTION_READ)
@NUMBER
@click.argument("output", type=click.Path(dir_okay=False, path_type=Path))
@ORG
def answers(actor: Actor, number: str, output: Path, org: str | None) -> Answer:
    """把检查项目和已填的结果写成一个 .xlsx，填好后用 record 录入。"""
    found = one_inspection(actor, number, org)
    if output.suffix.lower() != ".xlsx":
        raise NotLikeThis("请把文件名写成以 .xlsx 结尾")
    rows: list[tuple[CellValue, ...]] = [
        (item.number, item.group, "重点项" if item.key else "一般项", item.text, one.answer.value if one.answer else None, one.note)
        for item, one in queries.answered(found)
    ]
    write_table(output, [TableSheet("检查项目", COLUMNS, rows)])
    return Answer({"number": found.number, "items": len(rows), "file": str(output)}, [f"已写出 {len(rows)} 个检查项目：{output}"])


@command(inspections, "record", permission=Permission.INSPECTION_RECORD)
@NUMBER
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=False)
@click.option("--result", type=_choice(InspectionResult), help="检查结果")
@click.option("--result-reason", help="与建议结果不一致的理由")
@click.option("--measure", type=_choice(InspectionMeasure), help="处理")
@click.option("--opinion", help="检查意见")
@click.option("--place", help="检查地点")
@click.option("--company-signature", type=_choice(CompanySignature), help="被检查单位签字")
@click.option("--company-person", help="被检查单位签字人")
@click.option("--company-opinion", help="被检查单位意见")
@click.option("--witness", help="见证人，或录音录像情况")
@ORG
def record(actor: Actor, number: str, file: Path | None, org: str | None, **written: str | None) -> Answer:
    """录入检查项目（.xlsx，列：序号、结果、情况说明）和结论（须用 --as 指明检查人员）；没有写的保持不变。"""
    found = one_inspection(actor, number, org)
    given: dict[str, Any] = {
        name: CODED[name](value) if name in CODED else value for name, value in written.items() if value is not None
    }
    if file is None and not given:
        raise NotLikeThis("请给出检查项目的 .xlsx 文件，或 --result、--opinion 等要录入的内容")
    wanted = replace(recording.record_of(found), **given)
    typed = _answers(found, file) if file is not None else {}
    with transaction():
        changed = recording.record(found, wanted, typed, actor, seen=found.version)
    data = told(one_inspection(actor, number, org))
    return Answer({**data, "changed": changed}, [f"已录入：{found.number}，变动 {changed} 处", *data["missing"]])


def _answers(inspection: Inspection, file: Path) -> dict[int, recording.Answer]:
    items = {item.number: item.id for item, _ in queries.answered(inspection)}
    try:
        book = read_workbook(file, file.name)
    except UnreadableFile as fault:
        raise NotLikeThis(str(fault)) from fault
    read = inspection_answers.read(next(sheet.rows for sheet in book.sheets if sheet.rows), items.keys())
    if read.faults:
        raise NotLikeThis("文件有误，未录入：\n" + "\n".join(read.faults))
    return {items[number]: answer for number, answer in read.given.items()}


@command(inspections, "sign", permission=Permission.INSPECTION_RECORD)
@NUMBER
@ORG
def sign(actor: Actor, number: str, org: str | None) -> Answer:
    """本人签字（须用 --as 指明检查人员，两人各签一次）。"""
    found = one_inspection(actor, number, org)
    with transaction():
        recording.sign(found, actor, clock.now(), seen=found.version)
    return Answer({"number": found.number, "signed_by": actor.name}, [f"已签字：{found.number}　{actor.name}"])


@command(inspections, "finish", permission=Permission.INSPECTION_RECORD)
@NUMBER
@click.option("--on", "finished_on", metavar="DATE", help="结果形成日期，默认今天")
@ORG
def finish(actor: Actor, number: str, finished_on: str | None, org: str | None) -> Answer:
    """完成检查（须用 --as 指明检查人员）。"""
    found = one_inspection(actor, number, org)
    with transaction():
        finishing.finish(found, actor, clock.now(), finished_on=day(finished_on), seen=found.version)
    data = {
        "number": found.number, "result": found.result.value if found.result else None, "finished_on": found.finished_on,
        "publish_due_on": found.publish_due_on,
    }  # fmt: skip
    return Answer(data, [f"检查已完成：{found.number}　{data['result']}，请于 {found.publish_due_on} 前公示"])


@command(inspections, "link", permission=Permission.INSPECTION_RECORD)
@NUMBER
@click.option("--filing-no", required=True, help="立案文号")
@ORG
def link(actor: Actor, number: str, filing_no: str, org: str | None) -> Answer:
    """关联立案；立案文号是本系统中该企业的处罚案件的，一并关联案件。"""
    found = one_inspection(actor, number, org)
    known = {row.number: row.id for row in queries.penalties_of(actor, found.enterprise_id)}
    with transaction():
        finishing.link(found, filing_no.strip(), known.get(filing_no.strip()), actor, seen=found.version)
    return Answer({"number": found.number, "filing_no": found.filing_no}, [f"已关联立案：{found.number}　{found.filing_no}"])


@command(inspections, "void", permission=Permission.INSPECTION_READ)
@NUMBER
@click.option("--reason", required=True, help="理由")
@ORG
def void(actor: Actor, number: str, reason: str, org: str | None) -> Answer:
    """作废一次检查。"""
    found = one_inspection(actor, number, org)
    with transaction():
        finishing.void(found, reason, actor, clock.now(), seen=found.version)
    return Answer({"number": found.number}, [f"已作废：{found.number}"])

"""The record of the case in a dossier: block by block, quantities, the reviewer's questions, approvals, publications."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from app.attachments.models import Attachment
from app.db import session
from app.disposal import operations, supplement_queries
from app.disposal.models import CaseApproval, CaseUrging, DisposalCase
from app.domain.actors import Actor
from app.domain.case_questions import BY_CODE
from app.domain.case_record import BLOCKS, TITLES
from app.domain.disposal import in_place
from app.domain.quantity_balance import mismatches, short
from app.dossier_pdf import Part
from app.dossiers.blocks import Block, Shelf, attached, facts, heading, note, part, table
from app.dossiers.reader import People
from app.penalties.models import Penalty
from app.scope import scope

RECORD = "办理情况"
APART = ("quantities", "exempted")  # each has a part of its own


def record_part(case: DisposalCase, shelf: Shelf, people: People, own: Sequence[Attachment]) -> Part:
    """登记办理情况 by the blocks of the official form, each with its files."""
    saved = operations.record_of(case)
    blocks: list[Block] = [
        facts([("办理人", people(case.handler_id)), ("领取时间", case.claimed_at), ("报批人", people(case.submitted_by_id)),
               ("报批时间", case.submitted_at)], blanks=False)
    ]  # fmt: skip
    left = list(own)
    for name, fields in BLOCKS.items():
        told = [(TITLES[each], getattr(saved, each)) for each in fields if each not in APART]
        of_block = [file for file in left if file.filename.startswith(f"{name}·")]
        if told and (of_block or any(value is not None for _, value in told)):
            blocks += [heading(name), facts(told)]
        blocks += [attached(shelf, RECORD, file) for file in of_block]
        left = [file for file in left if file not in of_block]
    blocks += [heading("其他附件")] if left else []
    return part(RECORD, *blocks, *(attached(shelf, RECORD, file) for file in left))


def elements_part(case: DisposalCase, people: People) -> Part:
    """办结要件和免除."""
    found = operations.elements_of(case)
    rows = [
        (each.element, "已完成" if each.done else "免除" if each.exemption else "未完成", each.exemption or "、".join(each.lacking))
        for each in found
    ]
    five = in_place(found)
    place = f"五个到位：{sum(each.done for each in five)} / {len(five)}。" if five else ""
    approved = f"免除由 {people(case.exempted_by_id)} 批准。" if case.exempted_by_id else ""
    more = note(f"{place}{approved}") if place or approved else None
    return part("办结要件与免除", table(("要件", "情况", "免除理由或所缺内容"), (2, 2, 6), rows), more)


def quantities_part(case: DisposalCase) -> Part:
    saved = operations.record_of(case)
    rows = [
        (line.kind, short(line.amount), line.unit, None if line.kilograms is None else short(line.kilograms))
        for line in saved.quantities.lines
    ]
    faults = [note(f"数量不平衡：{each}") for each in mismatches(saved.quantities, case.sample.spec)]
    listed = table(("去向", "数量", "单位", "共计公斤"), (3, 2, 2, 2), rows, "没有登记处置数量。")
    about = [(TITLES[each], getattr(saved, each)) for each in ("goods_value", "quantity_note", "not_recalled")]
    return part("处置数量", listed, *faults, facts(about))


def review_part(reader: Actor, case: DisposalCase, people: People) -> Part:
    """审核审批: the reviewer's questions, and every opinion of every level."""
    answers = [
        (BY_CODE[code].text if code in BY_CODE else code, row.CaseAnswer.answer, row.CaseAnswer.note, row.who, row.CaseAnswer.answered_at,
         "现行" if row.CaseAnswer.superseded_at is None else "已更改")
        for code, rows in sorted(supplement_queries.answers(reader, case).items())
        for row in reversed(rows)
    ]  # fmt: skip
    head = ("审核内容", "是否", "意见", "审核人", "时间", "状态")
    return part(
        "审核审批", heading("审核意见表"), table(head, (5, 1.5, 4, 2.5, 3.5, 2), answers, "没有填写审核意见表。"),
        heading("审批意见"), _approvals(reader, case, people), *_urgings(reader, case, people),
        facts([("批准人", people(case.approved_by_id)), ("办结时间", case.closed_at), ("办结日期", case.closed_on)]),
    )  # fmt: skip


def _approvals(reader: Actor, case: DisposalCase, people: People) -> Block:
    rows = session().scalars(
        scope(sa.select(CaseApproval), CaseApproval, reader).where(CaseApproval.case_id == case.id).order_by(CaseApproval.id)
    ).all()
    numbers = dict(session().execute(sa.select(Penalty.id, Penalty.number).where(Penalty.case_id == case.id)).tuples().all())
    told = [
        (row.level, f"行政处罚 {numbers.get(row.penalty_id, '')}" if row.penalty_id else "案件", row.answer, row.comment,
         _who(people, row.decided_by_id, row.on_behalf_of_id), row.decided_at)
        for row in rows
    ]  # fmt: skip
    head = ("层级", "事项", "意见", "审批意见", "审批人", "时间")
    return table(head, (3, 3, 3, 5, 3, 3.5), told, "没有分级审批记录，审核情况见办理记录。")


def _who(people: People, decided_by: int | None, for_whom: int | None) -> str:
    return f"{people(decided_by) or '命令行'}" + (f"（受{people(for_whom)}委托）" if for_whom else "")


def _urgings(reader: Actor, case: DisposalCase, people: People) -> Iterable[Block]:
    rows = session().scalars(
        scope(sa.select(CaseUrging), CaseUrging, reader).where(CaseUrging.case_id == case.id).order_by(CaseUrging.id)
    ).all()
    if rows:
        yield heading("督促催办")
        head = ("等级", "理由", "要求完成日期", "督促人", "时间", "答复", "答复时间")
        told = [
            (row.level, row.reason, row.due_on, people(row.urged_by_id), row.urged_at, row.answer, row.answered_at) for row in rows
        ]
        yield table(head, (2, 5, 3, 2.5, 3.5, 5, 3.5), told)


def publications_part(reader: Actor, case: DisposalCase, people: People) -> Part:
    rows: list[tuple[Any, ...]] = [
        (row.kind, row.published_on, row.document_no, row.url, row.remove_due_on, row.removed_on, row.removal_reason,
         people(row.recorded_by_id))
        for row in supplement_queries.publications(reader, case)
    ]  # fmt: skip
    head = ("公开内容", "公开日期", "文号", "网址", "应撤下日期", "撤下日期", "撤下原因", "登记人")
    return part("信息公开", table(head, (3, 2.8, 4, 3, 3.3, 2.8, 2.8, 2.8), rows, "没有登记公开的信息。"))


def follow_ups_part(reader: Actor, case: DisposalCase) -> Part | None:
    rows = [
        (row.number, row.product_name, row.sampled_name, row.sampled_on, row.supervision or row.state, row.note)
        for row in supplement_queries.follow_ups(reader, case)
    ]
    head = ("抽样编号", "样品", "被抽样单位", "抽样日期", "结果", "说明")
    return part("跟踪抽检", table(head, (4, 3, 4, 3, 2, 4), rows)) if rows else None

"""What ran beside the case: legal clocks, retests, objections, penalties, transfers, ripples, listings, and the history."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from app import trail
from app.attachments.models import Attachment
from app.audit.words import subject_word
from app.chain import HistoryEntry
from app.db import session
from app.disposal.belonging import clocks_of
from app.disposal.models import DisposalCase
from app.domain.actors import Actor
from app.domain.deadline_rules import Unit
from app.domain.penalties import measures_in_words
from app.dossier_pdf import Part
from app.dossiers.blocks import Block, Shelf, attached, facts, heading, note, part, table
from app.dossiers.reader import People
from app.filters import ABSENT
from app.legal_clocks.changes import words
from app.legal_clocks.models import ClockChange, LegalClock
from app.listings.models import CreditListing
from app.objections.models import Objection
from app.penalties.models import Penalty
from app.penalties.recording import record_of
from app.reference_data.models import DeadlineRuleRow
from app.retests.models import Retest, RetestItem, RetestLaboratory
from app.ripples.models import Ripple, RippleTask
from app.scope import scope
from app.transfers.models import CaseTransfer

Files = Mapping[tuple[str, int], Sequence[Attachment]]
Rows = Sequence[tuple[str, str]]

RETEST: Rows = (
    ("applicant", "申请人"), ("side", "申请人身份"), ("contact", "联系方式"), ("state", "状态"), ("served_on", "收到检验结论日期"),
    ("applied_on", "申请日期"), ("received_on", "收到申请材料日期"), ("reason", "申请理由"), ("feasibility", "可复检性核对"),
    ("decided_on", "受理决定日期"), ("decision", "受理决定"), ("designated_on", "确定复检机构日期"), ("handed_on", "移交备份样品日期"),
    ("arrived_on", "复检机构收样日期"), ("seal_intact", "封样完好"), ("backup_note", "备份样品说明"), ("report_no", "复检报告编号"),
    ("concluded_on", "复检结论日期"), ("result_received_on", "收到复检结论日期"), ("conclusion", "复检结论"), ("told_on", "通知日期"),
    ("payer", "费用承担"), ("fee", "费用（元）"), ("prepaid_on", "预付日期"), ("refunded_on", "退还日期"),
)  # fmt: skip
OBJECTION: Rows = (
    ("kind", "异议类别"), ("applicant", "申请人"), ("side", "申请人身份"), ("contact", "联系方式"), ("state", "状态"),
    ("window_from", "期限起算日"), ("applied_on", "申请日期"), ("received_on", "收到申请材料日期"), ("content", "异议内容"),
    ("evidence", "证明材料"), ("correction_asked_on", "告知补正日期"), ("correction", "需要补正的材料"), ("correction_due_on", "补正期限"),
    ("supplemented_on", "补正日期"), ("accepted_on", "受理日期"), ("refusal", "不予受理理由"), ("investigation", "核查情况"),
    ("outcome", "审核结论"), ("effect", "处理"), ("decision", "结论说明"), ("decided_on", "结论日期"), ("told_on", "通知日期"),
)  # fmt: skip
PENALTY: Rows = (
    ("party_name", "当事人"), ("party_code", "统一社会信用代码"), ("state", "状态"), ("found_on", "发现线索日期"), ("filed_on", "立案日期"),
    ("facts", "违法事实"), ("basis", "违反条款和处罚依据"), ("outcome", "处理决定"), ("excuse", "不予处罚理由"),
    ("excuse_note", "理由说明"), ("warning", "警告"), ("criticism", "通报批评"), ("income", "没收违法所得（元）"), ("goods", "没收物品"),
    ("goods_kilograms", "没收物品公斤数"), ("goods_value", "没收物品货值（元）"), ("fine", "罚款（元）"), ("total", "罚没款合计（元）"),
    ("stop_business", "责令停产停业"), ("licence", "吊销许可证"), ("major", "重大事项"), ("decision_no", "处罚决定书文号"),
    ("decided_on", "决定日期"), ("served_on", "决定书送达日期"), ("executed_on", "执行日期"), ("paid", "实缴（元）"),
    ("execution", "执行情况"), ("closed_on", "结案日期"), ("revoked_on", "撤销日期"),
)  # fmt: skip
TRANSFER: Rows = (
    ("kind", "类别"), ("state", "状态"), ("to_name", "接收单位"), ("body", "接收单位类别"), ("channel", "发送渠道"),
    ("document_no", "文号"), ("subject", "事由和请求事项"), ("sent_on", "发出日期"), ("reply_due_on", "要求回复日期"),
    ("urged", "催办次数"), ("receipt_on", "签收日期"),
    ("receipt_by", "签收人"), ("replied_on", "回复日期"), ("reply", "回复结果"), ("reply_no", "回复文号"), ("reply_text", "回复内容"),
    ("closed_on", "办结日期"),
)  # fmt: skip
LISTING: Rows = (
    ("enterprise_name", "企业"), ("ground", "列入事由"), ("state", "状态"), ("document_no", "文号"), ("listed_on", "列入日期"),
    ("remove_due_on", "列入期满日"), ("removed_on", "移出日期"), ("removal", "移出理由"), ("removal_note", "移出说明"),
)  # fmt: skip


def _rows(reader: Actor, model: Any, condition: Any) -> Sequence[Any]:
    return session().scalars(scope(sa.select(model), model, reader).where(condition).order_by(model.id)).all()


def _told(
    title: str, rows: Sequence[Any], columns: Rows, shelf: Shelf, files: Files, more: Callable[[Any], list[Block]] = lambda row: []
) -> Part | None:
    """Each record with everything that is known of it, and its files."""
    blocks: list[Block] = []
    for row in rows:
        known = facts([(word, getattr(row, name)) for name, word in columns], blanks=False)
        blocks += [{**heading(row.number), "listed": row.number}, known]
        blocks += more(row)
        blocks += [attached(shelf, title, file) for file in files.get((row.__tablename__, row.id), ())]
    return part(title, *blocks) if blocks else None


# ---------------------------------------------------------------- 法定期限

def clocks_part(reader: Actor, case: DisposalCase, people: People, shelf: Shelf, papers: Mapping[int, Attachment]) -> Part:
    clocks = _rows(reader, LegalClock, clocks_of(case))
    changes = _rows(reader, ClockChange, ClockChange.clock_id.in_([each.id for each in clocks]))
    blocks: list[Block] = []
    for clock in clocks:
        stands = "已撤销" if clock.cancelled_at else f"已于 {clock.done_on} 办结" if clock.done_on else "计时中"
        told = (
            ("事项", clock.subject_name), ("责任主体", clock.duty_of), ("起算", f"{clock.started_on}　{clock.start_event}"),
            ("到期日", f"{clock.due_on}{'（暂定）' if clock.provisional else ''}"), ("情况", stands), ("办结说明", clock.done_note),
            ("依据", clock.article), ("理由", clock.why),
        )  # fmt: skip
        blocks += [heading(clock.name), facts(told, blanks=False)]
        blocks += _changes([each for each in changes if each.clock_id == clock.id], clock, people, shelf, papers)
    return part("法定期限", *(blocks or [note("没有法定期限。")]))


def _changes(
    rows: Sequence[ClockChange], clock: LegalClock, people: People, shelf: Shelf, papers: Mapping[int, Attachment]
) -> list[Block]:
    if not rows:
        return []
    unit = session().scalar(sa.select(DeadlineRuleRow.unit).where(DeadlineRuleRow.id == clock.rule_id)) or Unit.WORKING_DAY.value
    told = [
        (words(row, Unit(unit)), row.document_no, row.reason, people(row.asked_by_id), row.asked_at, row.state, people(row.decided_by_id),
         row.decision, row.due_after)
        for row in rows
    ]  # fmt: skip
    head = ("延长或中止", "文号", "理由", "申请人", "申请时间", "状态", "审批人", "审批意见", "变更后到期日")
    known = [(papers.get(row.attachment_id or 0), row.document_no) for row in rows]
    files = [attached(shelf, "法定期限", paper, number) for paper, number in known if paper is not None]
    return [table(head, (4, 4, 4, 3, 3.5, 2.5, 3, 3, 3), told), *files]


# ---------------------------------------------------------------- 复检、异议、处罚、移送 …

def course_parts(reader: Actor, case: DisposalCase, shelf: Shelf, files: Files, people: People) -> list[Part]:
    """Whatever there was of these; what there was not has no part."""
    penalties = _rows(reader, Penalty, Penalty.case_id == case.id)
    of_penalty = CreditListing.penalty_id.in_([each.id for each in penalties])
    listings = _rows(reader, CreditListing, sa.or_(CreditListing.case_id == case.id, of_penalty))
    of_sample = lambda model: _rows(reader, model, model.sample_id == case.sample_id)  # noqa: E731
    found = [
        _told("复检", of_sample(Retest), RETEST, shelf, files, _retest),
        _told("异议", of_sample(Objection), OBJECTION, shelf, files),
        _ripples(of_sample(Ripple), reader, people),
        _told("行政处罚", penalties, PENALTY, shelf, files, lambda row: _penalty(row, people)),
        _told("移送协查", _rows(reader, CaseTransfer, CaseTransfer.case_id == case.id), TRANSFER, shelf, files),
        _told("严重违法失信名单", listings, LISTING, shelf, files),
    ]
    return [each for each in found if each is not None]


def _penalty(row: Penalty, people: People) -> list[Block]:
    """What it comes to in words, and who had which part in it."""
    told = (
        ("处罚内容", measures_in_words(record_of(row)) if row.outcome else None),
        ("办案人", people(row.handler_id)), ("提出意见人", people(row.proposed_by_id)), ("审核人", people(row.reviewed_by_id)),
        ("法制审核人", people(row.legal_by_id)), ("决定人", people(row.decided_by_id)),
    )  # fmt: skip
    return [facts(told, blanks=False)] if any(name for _, name in told) else []


def _retest(row: Retest) -> list[Block]:
    items = session().scalars(sa.select(RetestItem).where(RetestItem.retest_id == row.id).order_by(RetestItem.id)).all()
    laboratory = session().get(RetestLaboratory, row.laboratory_id) if row.laboratory_id else None
    told = [
        (one.item, one.first_result, one.limit_text, one.wanted, one.feasible, one.why, f"{one.result or ''} {one.unit or ''}".strip(),
         one.verdict)
        for one in items
    ]  # fmt: skip
    head = ("项目", "初检结果", "标准限量", "申请复检", "可以复检", "说明", "复检结果", "复检判定")
    named = [facts([("复检机构", laboratory.name), ("机构地址", laboratory.address)])] if laboratory else []
    return [*named, *([table(head, (4, 3, 3, 2, 2, 4, 3, 3), told)] if told else [])]


def _ripples(rows: Sequence[Ripple], reader: Actor, people: People) -> Part | None:
    blocks: list[Block] = []
    for row in rows:
        tasks = _rows(reader, RippleTask, RippleTask.ripple_id == row.id)
        told = [(one.kind, one.subject_name, one.what, one.state, people(one.done_by_id), one.done_at, one.note) for one in tasks]
        head = ("类别", "对象", "应办事项", "状态", "处理人", "处理时间", "说明")
        changed = (("起因", row.cause), ("原结论", row.before), ("现结论", row.after), ("列出时间", row.created_at), ("说明", row.why))
        blocks += [facts(changed, blanks=False), table(head, (3, 4, 5, 2.5, 2.5, 3.5, 4), told, "没有波及事项。")]
    return part("波及清单", *blocks) if blocks else None


# ---------------------------------------------------------------- 办理记录

def history_part(entries: Sequence[HistoryEntry]) -> Part:
    """Everything in the order of time, as the hash chain has it."""
    told = trail.told(entries)
    rows = []
    for entry, one in zip(entries, told, strict=True):
        changed = "；".join(_change(each) for each in one.changes)
        moved = f"{one.from_state} → {one.to_state}" if one.from_state and one.to_state else one.to_state or ""
        text = "\n".join(line for line in (moved, one.comment, one.signed, changed) if line)
        rows.append((entry.seq, one.at, subject_word(entry.subject_kind), entry.subject_name, one.step, one.who, text))
    head = ("链号", "时间", "类别", "对象", "步骤", "办理人", "内容")
    return part("办理记录", table(head, (1.5, 2.6, 2.3, 3.6, 2.4, 2.6, 9), rows, "没有办理记录。"))


def _change(each: Any) -> str:
    """As the pages say it: what was blank before is not named."""
    after = "空" if each.after == ABSENT else each.after
    return f"{each.field}：{after}" if each.before == ABSENT else f"{each.field}：{each.before} → {after}"

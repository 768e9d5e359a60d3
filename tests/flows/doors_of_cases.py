"""Pages of 核查处置: cases, their clocks and documents, retests, objections, ripples, transfers, delegations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.domain import official_documents as rules
from app.domain.permission_names import Permission
from app.domain.workflow import (
    CaseState,
    CaseStep,
    ClockChangeStep,
    DelegationStep,
    DocumentState,
    DocumentStep,
    ListingStep,
    ObjectionStep,
    PenaltyState,
    PenaltyStep,
    RetestStep,
    RippleTaskStep,
    TransferStep,
)
from tests.flows.door import DAY, REASON, WHY, Door, Doors, Fields, said
from tests.objections.conftest import TYPED
from tests.penalties.conftest import FINED
from tests.retests.conftest import APPLICATION, results

RECORDED = {"received_on": DAY, "started_on": DAY, "control_on": DAY, "control": "封存 20 公斤"}
DIRECT = {
    "way": "直接送达", "sent_on": DAY, "delivered_on": DAY, "servers": "张三、李四", "place": "文昌街 1 号", "receiver": "赵六",
    "relation": "法定代表人",
}  # fmt: skip
POSTED = {"way": "邮寄送达", "sent_on": DAY, "servers": "张三、李四", "place": "文昌街 1 号", "mail_no": "EMS1"}
NOW_ARROW = (Permission.CLOCK_READ, "申请由申请一方收回，批准由审批人撤销，由箭头核对权限")


def given_to(name: str) -> Fields:
    return lambda record, office: {"handler": office.people[name].id, "reason": "工作调整"}


def _paper(record: Any, office: Any) -> Mapping[str, Any]:
    """The form of a document, its recipient's address changed."""
    kind = rules.by_code(record.kind)
    assert kind is not None
    texts = {f"field_{place}": record.fields.get(name, "") for place, name in enumerate(kind.fields)}
    return texts | {"side": record.side.value, "recipient": record.recipient, "recipient_address": "文昌街 2 号"}


def _concluded(record: Any, office: Any) -> Mapping[str, Any]:
    return results(office, record.id, 灭蝇胺="不合格项")


def _decided(record: Any, office: Any) -> Mapping[str, Any]:
    return {"outcome": "异议不成立", "effect": "不改变检验结论", "text": "方法适用，维持原结论。"}


CASE: Doors = {
    CaseStep.CLAIM: Door("/disposal/{id}/claim"),
    CaseStep.ASSIGN: Door("/disposal/{id}/assign", given_to("county:办案人"), "reason"),
    CaseStep.REASSIGN: Door("/disposal/{id}/assign", given_to("county:另一办案人"), "reason"),
    CaseStep.RECORD: Door("/disposal/{id}/record", said(**RECORDED)),
    CaseStep.SUBMIT: Door("/disposal/{id}/submit"),
    CaseStep.RECALL: Door("/disposal/{id}/recall", again=403),  # nobody has submitted it now
    CaseStep.APPROVE: Door("/disposal/{id}/approve", WHY, at={CaseState.LEADING: "/disposal/{id}/lead"}),
    CaseStep.RETURN: Door("/disposal/{id}/return", WHY, at={CaseState.LEADING: "/disposal/{id}/lead-return"}),
    CaseStep.FORWARD: Door("/disposal/{id}/forward", WHY),
}
CLOCK_CHANGE: Doors = {
    ClockChangeStep.APPROVE: Door("/clocks/changes/{id}/approve", WHY),
    ClockChangeStep.DECLINE: Door("/clocks/changes/{id}/decline", WHY),
    ClockChangeStep.RESUME: Door("/clocks/changes/{id}/resume", said(comment="鉴定已出", resumed_on=DAY)),
    ClockChangeStep.VOID: Door("/clocks/changes/{id}/void", WHY, asks=NOW_ARROW),
}
OFFICIAL_DOCUMENT: Doors = {
    DocumentStep.EDIT: Door("/documents/{id}/edit", _paper),
    DocumentStep.ISSUE: Door("/documents/{id}/issue", said(issued_on=DAY), again=303),  # told that it has its number already
    DocumentStep.ATTEMPT: Door("/documents/{id}/deliver", said(**POSTED)),
    DocumentStep.DELIVER: Door("/documents/{id}/deliver", said(**DIRECT)),
    DocumentStep.CORRECT_DELIVERY: Door("/documents/{id}/deliver", said(**DIRECT, reason="签收人写错"), "reason"),
    DocumentStep.VOID: Door("/documents/{id}/void", REASON, "reason", at={DocumentState.DRAFTED: "/documents/{id}/discard"}),
}
RETEST: Doors = {
    RetestStep.EDIT: Door("/retests/{id}/edit", said(**APPLICATION | {"reason": "对检验结果和方法有异议"})),
    RetestStep.ACCEPT: Door("/retests/{id}/accept", said(decided_on=DAY, comment="同意")),
    RetestStep.DECLINE: Door("/retests/{id}/decline", said(decided_on=DAY, ground="OTHER_LAW", comment="不符合复检条件")),
    RetestStep.DESIGNATE: Door("/retests/{id}/designate", said(designated_on=DAY, comment="名录中只有一个可以承担")),
    RetestStep.REDESIGNATE: Door("/retests/{id}/redesignate", said(redesignated_on=DAY, comment="设备故障，不能承担")),
    RetestStep.HAND_OVER: Door("/retests/{id}/hand-over", said(handed_on=DAY)),
    RetestStep.ARRIVE: Door("/retests/{id}/arrive", said(arrived_on=DAY, seal_intact="是")),
    RetestStep.CONCLUDE: Door("/retests/{id}/conclude", _concluded),
    RetestStep.TELL: Door("/retests/{id}/tell", said(told_on=DAY)),
    RetestStep.PAY: Door("/retests/{id}/pay", said(payer="申请人承担", fee="1200")),
    RetestStep.TERMINATE: Door("/retests/{id}/terminate", said(ended_on=DAY, comment="备份样品封条破损")),
    RetestStep.WITHDRAW: Door("/retests/{id}/withdraw", said(ended_on=DAY, comment="申请人书面撤回")),
}
OBJECTION: Doors = {
    ObjectionStep.EDIT: Door("/objections/{id}/edit", said(**TYPED | {"content": "所用方法和取样部位不适用"})),
    ObjectionStep.ASK_CORRECTION: Door(
        "/objections/{id}/ask-correction", said(wanting="授权委托书", asked_on=DAY, due_on="2026-11-27"), "wanting"
    ),
    ObjectionStep.SUPPLEMENT: Door("/objections/{id}/supplement", said(supplemented_on=DAY, evidence="方法比对资料和授权委托书")),
    ObjectionStep.ACCEPT: Door("/objections/{id}/accept", said(accepted_on=DAY), again=303),  # told that it is done already
    ObjectionStep.DECLINE: Door("/objections/{id}/decline", said(refusal="逾期提出"), "refusal"),
    ObjectionStep.RECORD: Door("/objections/{id}/record", said(investigation="复核了原始记录和方法适用范围")),
    ObjectionStep.DECIDE: Door("/objections/{id}/decide", _decided, "text", again=303),
    ObjectionStep.TELL: Door("/objections/{id}/tell", said(told_on=DAY, told_how="书面送达")),
    ObjectionStep.WITHDRAW: Door("/objections/{id}/withdraw", REASON, "reason"),
}
RIPPLE_TASK: Doors = {
    RippleTaskStep.FINISH: Door("/ripples/tasks/{id}/finish", said(note="已核对"), "note"),
    RippleTaskStep.WAIVE: Door("/ripples/tasks/{id}/waive", said(note="尚未公布，无需处理"), "note"),
    RippleTaskStep.REOPEN: Door("/ripples/tasks/{id}/reopen", said(note="还须告知生产企业"), "note"),
}
ANSWERED = {"reply": "其他", "replied_on": DAY, "reply_no": "蓟市监复〔2026〕1号", "reply_text": "已核实"}
CASE_TRANSFER: Doors = {
    # A second click is told that it is recorded already.
    TransferStep.RECEIPT: Door("/transfers/{id}/receipt", said(receipt_on=DAY, receipt_by="王五"), again=303),
    TransferStep.URGE: Door("/transfers/{id}/urge", said(reason="请尽快回复"), "reason"),
    TransferStep.REPLY: Door("/transfers/{id}/reply", said(**ANSWERED), again=303),
    TransferStep.CORRECT: Door("/transfers/{id}/correct", said(**ANSWERED | {"reply_no": "2号", "comment": "文号写错"}), again=303),
    TransferStep.CLOSE: Door("/transfers/{id}/close", WHY, again=303),  # told that it is done already
    TransferStep.VOID: Door("/transfers/{id}/void", REASON, "reason"),
}
DELEGATION: Doors = {DelegationStep.REVOKE: Door("/delegations/{id}/revoke", REASON, "reason")}
ON = {"decided_on": DAY, "comment": "同意"}
PENALTY: Doors = {
    PenaltyStep.RECORD: Door("/penalties/{id}/record", said(**FINED)),
    PenaltyStep.PROPOSE: Door("/penalties/{id}/propose"),
    PenaltyStep.RECALL: Door("/penalties/{id}/recall", again=403),  # nobody has proposed it now
    PenaltyStep.RETURN: Door(
        "/penalties/{id}/return", WHY,
        at={PenaltyState.LEGAL: "/penalties/{id}/legal/return", PenaltyState.LEADING: "/penalties/{id}/leader/return"},
    ),
    PenaltyStep.DECIDE: Door("/penalties/{id}/decide", said(**ON), at={PenaltyState.LEADING: "/penalties/{id}/leader/decide"}),
    # Whoever has passed it on has had his part in it: the second click is not his any more.
    PenaltyStep.FORWARD: Door(
        "/penalties/{id}/forward", WHY, given={PenaltyState.PROPOSED: {"PENALTY_LEGAL_AMOUNT": 1000}}, again=403
    ),
    PenaltyStep.FORWARD_LEADER: Door(
        "/penalties/{id}/forward-leader", WHY, given={PenaltyState.PROPOSED: {"PENALTY_LEADER_AMOUNT": 1000}}, again=403
    ),
    PenaltyStep.CLEAR_LEGAL: Door("/penalties/{id}/legal/clear", WHY, again=403),
    PenaltyStep.CORRECT: Door(
        "/penalties/{id}/correct", said(decision_no="罚 2 号", decided_on=DAY, facts="x", basis="x", reason="文号写错"), "reason"
    ),
    PenaltyStep.EXECUTE: Door("/penalties/{id}/execute", said(served_on=DAY, executed_on=DAY, paid="2000")),
    PenaltyStep.CLOSE: Door("/penalties/{id}/close", said(closed_on=DAY, served_on=DAY)),
    PenaltyStep.REVOKE: Door("/penalties/{id}/revoke", said(revoked_on=DAY, reason="复检合格"), "reason"),
}
CREDIT_LISTING: Doors = {
    ListingStep.LIST: Door("/listings/{id}/enter", said(listed_on=DAY, document_no="列 1 号")),
    ListingStep.DECLINE: Door("/listings/{id}/decline", WHY),
    ListingStep.REMOVE: Door("/listings/{id}/remove", said(removed_on=DAY, removal="列入有误", note="移出 1 号"), "note"),
}

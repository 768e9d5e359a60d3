"""移送、协查、通报: what may be sent and how, who may answer what by when, and what an answer means for the case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from app.domain.case_kinds import TransferBody, TransferChannel, TransferKind, TransferReply
from app.domain.case_states import TransferState

# The dated rule that says by when an answer is due; 通报 asks for one only where the sender says so.
REPLY_RULES: Mapping[TransferKind, str] = {TransferKind.ASSIST: "ASSIST_REPLY", TransferKind.TRANSFER: "TRANSFER_REPLY"}
# What tells the other office of the matter, as 办法 27 and 44 ask; 协查 only asks it something.
NOTIFIES = frozenset({TransferKind.TRANSFER, TransferKind.NOTIFY})
OPEN = (TransferState.SENT, TransferState.RECEIVED)
LETTERS = frozenset({TransferChannel.PAPER, TransferChannel.MAIL})
CRIMINAL = frozenset({TransferBody.POLICE, TransferBody.AGRICULTURE})  # bodies that may file a case of their own
R = TransferReply
ANSWERS: Mapping[TransferKind, Sequence[TransferReply]] = {
    TransferKind.ASSIST: (R.CONFIRMED, R.DENIED, R.UNKNOWN, R.HANDLED, R.REFUSED, R.OTHER),
    TransferKind.TRANSFER: (R.FILED, R.NOT_FILED, R.HANDLED, R.REFUSED, R.CONFIRMED, R.DENIED, R.UNKNOWN, R.OTHER),
    TransferKind.NOTIFY: (R.CONFIRMED, R.DENIED, R.UNKNOWN, R.FILED, R.NOT_FILED, R.HANDLED, R.OTHER),
}
EXPLAINED = frozenset({R.NOT_FILED, R.REFUSED, R.OTHER})
NOT_THEIRS = frozenset({R.DENIED, R.UNKNOWN})


def number(kind: TransferKind, year: int, serial: int) -> str:
    """移送〔2026〕3号: the number in the register; the letter that goes with it has its own."""
    return f"{kind.value}〔{year}〕{serial}号"


@dataclass(frozen=True, slots=True)
class Sending:
    """What is sent: to whom, how, about what, with which letter."""

    kind: TransferKind
    body: TransferBody
    channel: TransferChannel
    subject: str
    sent_on: date
    to_org_id: int | None = None
    to_name: str = ""
    reply_due_on: date | None = None
    document_id: int | None = None
    document_no: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered."""

    reply: TransferReply
    replied_on: date
    reply_no: str | None = None
    reply_text: str | None = None


def sending_faults(sending: Sending, today: date, received_on: date) -> dict[str, str]:
    """Why this cannot be sent, by field. ``received_on``: the day on which the failing conclusion of the case was received."""
    found = _channel_faults(sending)
    if sending.to_org_id is None and not sending.to_name.strip():
        found["to_name"] = "请选择接收单位，或填写不使用本系统的单位名称"
    if not sending.subject.strip():
        found["subject"] = "请填写事由和请求事项"
    if sending.sent_on > today:
        found["sent_on"] = f"发出日期不能晚于今天（{today}），请核对"
    elif sending.sent_on < received_on:
        found["sent_on"] = f"发出日期不能早于收到不合格结论日期（{received_on}），请核对"
    if sending.reply_due_on is not None and sending.reply_due_on <= sending.sent_on:
        found["reply_due_on"] = f"回复期限应晚于发出日期（{sending.sent_on}），请核对"
    return found


def _channel_faults(sending: Sending) -> dict[str, str]:
    channel = sending.channel
    if channel is TransferChannel.SYSTEM and sending.to_org_id is None:
        return {"channel": "通过系统发送的，须选择使用本系统的接收单位；对方不使用本系统的，请选公文、邮寄或行刑衔接平台"}
    if channel is TransferChannel.PLATFORM and sending.body is TransferBody.BUREAU:
        return {"channel": "行刑衔接平台用于向公安机关等部门移送；市场监管部门之间请选系统、公文或邮寄"}
    if channel in LETTERS and sending.document_id is None and not (sending.document_no or "").strip():
        return {"document_no": "以公文、邮寄方式发出的，请选择已制发的文书，或填写文号"}
    return {}


def refuses_stranger(channel: TransferChannel, to_org_id: int | None) -> bool:
    """What went through this system is signed for and answered by the addressee itself; of a letter we record what came back."""
    return channel is TransferChannel.SYSTEM and to_org_id is not None


def receipt_faults(on: date, by: str, sent_on: date, today: date) -> dict[str, str]:
    found = _day("receipt_on", "签收日期", on, sent_on, "发出日期", today)
    return found if by.strip() else {**found, "receipt_by": "请填写签收人"}


def answer_faults(kind: TransferKind, answer: Answer, sent_on: date, receipt_on: date | None, today: date) -> dict[str, str]:
    first, event = (receipt_on, "签收日期") if receipt_on is not None else (sent_on, "发出日期")
    found = _day("replied_on", "回复日期", answer.replied_on, first, event, today)
    if answer.reply not in ANSWERS[kind]:
        found["reply"] = f"{kind.value}的回复结果只能是：{'、'.join(ANSWERS[kind])}"
    elif answer.reply in EXPLAINED and not (answer.reply_text or "").strip():
        found["reply_text"] = f"回复结果为“{answer.reply.value}”的，请写明情况或理由"
    return found


def _day(name: str, title: str, day: date, first: date, event: str, today: date) -> dict[str, str]:
    if day > today:
        return {name: f"{title}不能晚于今天（{today}），请核对"}
    return {name: f"{title}不能早于{event}（{first}），请核对"} if day < first else {}


def urge_fault(last_on: date | None, today: date, every_days: int) -> str | None:
    """Why it cannot be urged again today."""
    if last_on is None or today >= last_on + timedelta(days=every_days):
        return None
    return f"{last_on} 已催办过，两次催办至少间隔 {every_days} 天，{last_on + timedelta(days=every_days)} 起可以再次催办"


def close_fault(state: TransferState, reply_due_on: date | None) -> str | None:
    """A notice that asks for no answer may be closed once it was received; everything else once it was answered."""
    if state is TransferState.RECEIVED and reply_due_on is not None:
        return "该件要求回复，请在收到并登记回复后办结；逾期未回复的请催办"
    return None


def is_overdue(state: TransferState, reply_due_on: date | None, today: date) -> bool:
    return state in OPEN and reply_due_on is not None and reply_due_on < today


def filing(body: TransferBody, reply: TransferReply | None) -> str | None:
    """是否接收立案 of what went to the police or to agriculture; None where nobody asks."""
    if body not in CRIMINAL:
        return None
    return {R.FILED: "是（已立案）", R.NOT_FILED: "否（不予立案）", R.REFUSED: "否（不予受理）", None: "尚未答复"}.get(reply, "未明确")


def advice(reply: TransferReply | None) -> str | None:
    """What an answer means for the case: by itself it ends nothing."""
    if reply not in NOT_THEIRS or reply is None:
        return None
    return (
        f"对方回复“{reply.value}”。这一回复本身不改变检验结论，也不终结任何案件。标称生产企业否认生产的，请按样品真实性异议（假冒）"
        "登记和审核；认定为假冒的，生产环节的案件终结，被抽样单位的案件继续处置，并追查进货来源。"
    )

"""移送、协查、通报, changed: sent from a case, signed for, answered, urged, closed. Never commits, never sees a request."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from flask import current_app
from sqlalchemy.exc import IntegrityError

from app import clock, counters, history
from app.db import session
from app.disposal import clock_keeping
from app.disposal.models import DisposalCase
from app.domain import deadlines
from app.domain import transfers as rules
from app.domain.actors import Actor
from app.domain.case_kinds import TransferKind
from app.domain.case_states import CaseState, TransferState, TransferStep
from app.domain.transfers import Answer, Sending
from app.errors import NotAllowed, NotAllowedNow, NotLikeThis
from app.legal_clocks import operations as legal
from app.official_documents.models import OfficialDocument
from app.official_documents.queries import office_of
from app.organisations.models import Organisation, OrganisationKind
from app.reference_data.books import calendar, deadline_rule
from app.transfers import notifying, queries
from app.transfers.models import CaseTransfer

COUNTER = {TransferKind.TRANSFER: "transfer", TransferKind.ASSIST: "assist", TransferKind.NOTIFY: "notify"}
TWICE = "这一件刚刚已经发出，没有重复发出：请在移送协查列表中查看"
NOT_FOR_THEM = "通过系统发送的，由接收单位在系统中签收和回复；本单位可以催办，或作废后改用公文发送"


class FaultyTransfer(NotLikeThis):
    """What was written cannot be; ``faults`` names every field with its sentence."""

    def __init__(self, found: Mapping[str, str]) -> None:
        super().__init__("；".join(found.values()))
        self.faults = found


# ---------------------------------------------------------------- sending

def usual_due(kind: TransferKind, sent_on: date) -> date | None:
    """By when an answer is due by the dated rule; None where no rule of this kind is in force."""
    code = rules.REPLY_RULES.get(kind)
    if code is None:
        return None
    try:
        return deadlines.due(deadline_rule(code, sent_on), sent_on, calendar()).due
    except NotLikeThis:
        return None


def send(case: DisposalCase, sending: Sending, actor: Actor, at: datetime, *, key: str | None = None) -> CaseTransfer:
    """发出. ``key`` is the page's own: a second sending of the same page sends nothing.

    Where an answer is due by the usual rule, a legal clock runs; another date that the letter names is the letter's own.
    """
    if case.state is CaseState.CANCELLED:
        raise NotAllowedNow("案件已撤销，不再移送、协查或通报")
    office = office_of(case.org_id)
    receiver = _receiver(case, office, sending)
    letter = _letter(case, sending)
    _refuse(rules.sending_faults(sending, clock.office_time(at).date(), case.received_on))
    serial = counters.take(office.id, COUNTER[sending.kind], sending.sent_on.year)[0]
    made = CaseTransfer(
        org_id=case.org_id, number=rules.number(sending.kind, sending.sent_on.year, serial), case_id=case.id, sample_id=case.sample_id,
        kind=sending.kind, body=sending.body, to_org_id=receiver.id if receiver else None,
        to_name=receiver.name if receiver else sending.to_name.strip(), channel=sending.channel, subject=sending.subject.strip(),
        document_id=letter.id if letter else None, document_no=letter.number if letter else (sending.document_no or None),
        sent_on=sending.sent_on, reply_due_on=sending.reply_due_on, created_at=at, created_by_id=actor.user_id, submission_key=key,
    )  # fmt: skip
    try:
        history.advance(made, TransferStep.SEND, actor, comment=f"{made.kind.value}至{made.to_name}，{made.channel.value}")
    except IntegrityError as error:
        raise NotAllowedNow(TWICE) from error
    if made.reply_due_on is not None and made.reply_due_on == usual_due(made.kind, made.sent_on):
        _keep_clock(made, actor)
    notifying.tell_case(case, made, actor, at)
    clock_keeping.keep([case], actor)
    return made


def _receiver(case: DisposalCase, office: Organisation, sending: Sending) -> Organisation | None:
    if sending.to_org_id is None:
        return None
    found = session().get(Organisation, sending.to_org_id)
    if found is None or not found.active or found.kind is not OrganisationKind.BUREAU:
        raise FaultyTransfer({"to_org_id": "没有这个接收单位，或已停用，请重新选择"})
    if found.id in (case.org_id, office.id):
        raise FaultyTransfer({"to_org_id": "不能发给本单位，请重新选择接收单位"})
    return found


def _letter(case: DisposalCase, sending: Sending) -> OfficialDocument | None:
    if sending.document_id is None:
        return None
    found = next((one for one in queries.letters(case.id) if one.id == sending.document_id), None)
    if found is None:
        raise FaultyTransfer({"document_id": "没有这份已制发的协查函、移送函或通报函，请重新选择，或填写文号"})
    return found


def _refuse(found: Mapping[str, str]) -> None:
    if found:
        raise FaultyTransfer(found)


def _keep_clock(transfer: CaseTransfer, actor: Actor, reason: str | None = None) -> None:
    """The clock of the answer says what the transfer says."""
    code = rules.REPLY_RULES[transfer.kind]
    answered = f"已回复：{transfer.reply.value}" if transfer.reply is not None else None
    named = f"{transfer.number}　{transfer.to_name}"
    wanted = legal.Wanted(
        transfer, code, transfer.sent_on, transfer.sample_id, transfer.case_id, done_on=transfer.replied_on, done_note=answered,
        name=named, reason=reason,
    )  # fmt: skip
    legal.keep([wanted], actor)


def _runs(transfer: CaseTransfer) -> bool:
    code = rules.REPLY_RULES.get(transfer.kind)
    found = legal.clock_of(transfer, code) if code is not None else None
    return found is not None and found.cancelled_at is None


# ---------------------------------------------------------------- receipt and answer

def may_answer(transfer: CaseTransfer, actor: Actor) -> bool:
    """The sender does not answer for an addressee who works with this system."""
    return not rules.refuses_stranger(transfer.channel, transfer.to_org_id) or transfer.to_org_id in actor.reach


def receive(transfer: CaseTransfer, on: date, by: str, actor: Actor, at: datetime, *, seen: int | None = None) -> bool:
    """登记签收. The second click of the same page changes nothing and returns False."""
    if _again(transfer, TransferState.RECEIVED, seen) and (transfer.receipt_on, transfer.receipt_by) == (on, by.strip()):
        return False
    _refuse_stranger(transfer, actor)
    _refuse(rules.receipt_faults(on, by, transfer.sent_on, clock.office_time(at).date()))
    changes = {"receipt_on": (None, on), "receipt_by": (None, by.strip())}
    history.advance(transfer, TransferStep.RECEIPT, actor, seen=seen, changes=changes)
    transfer.receipt_on, transfer.receipt_by = on, by.strip()
    return True


def reply(transfer: CaseTransfer, answer: Answer, actor: Actor, at: datetime, *, seen: int | None = None) -> bool:
    """登记回复; the clock stops with the day of the answer."""
    if _again(transfer, TransferState.REPLIED, seen) and answer_of(transfer) == answer:
        return False
    _answer(transfer, answer, TransferStep.REPLY, None, actor, at, seen)
    return True


def correct(
    transfer: CaseTransfer, answer: Answer, reason: str, actor: Actor, at: datetime, *, seen: int | None = None
) -> bool:
    """更正回复, with the reason; what stood there before stays in the history."""
    if answer_of(transfer) == answer:
        return False
    _answer(transfer, answer, TransferStep.CORRECT, reason, actor, at, seen)
    return True


def _answer(
    transfer: CaseTransfer, answer: Answer, step: TransferStep, reason: str | None, actor: Actor, at: datetime, seen: int | None
) -> None:
    _refuse_stranger(transfer, actor)
    today = clock.office_time(at).date()
    _refuse(rules.answer_faults(transfer.kind, answer, transfer.sent_on, transfer.receipt_on, today))
    before = answer_of(transfer)
    changes = {
        name: (getattr(before, name) if before else None, getattr(answer, name))
        for name in ("reply", "replied_on", "reply_no", "reply_text")
    }
    with session().no_autoflush:  # state and answer are one change: the table holds that one is never without the other
        history.advance(transfer, step, actor, seen=seen, comment=reason, changes=changes)
        transfer.reply, transfer.replied_on = answer.reply, answer.replied_on
        transfer.reply_no, transfer.reply_text = answer.reply_no or None, answer.reply_text or None
    if _runs(transfer):
        _keep_clock(transfer, actor, reason)


def answer_of(transfer: CaseTransfer) -> Answer | None:
    if transfer.reply is None or transfer.replied_on is None:
        return None
    return Answer(transfer.reply, transfer.replied_on, transfer.reply_no, transfer.reply_text)


def _refuse_stranger(transfer: CaseTransfer, actor: Actor) -> None:
    if not may_answer(transfer, actor):
        raise NotAllowed(NOT_FOR_THEM)


def _again(transfer: CaseTransfer, state: TransferState, seen: int | None) -> bool:
    """The page that was sent showed the version before the step that was just taken."""
    return transfer.state is state and seen is not None and seen == transfer.version - 1


# ---------------------------------------------------------------- urging, closing, voiding

def urge(transfer: CaseTransfer, reason: str, actor: Actor, at: datetime, *, seen: int | None = None) -> None:
    """催办, with the reason, not more often than the office has set."""
    if not reason.strip():
        raise NotLikeThis("请填写催办意见", field="reason")
    today = clock.office_time(at).date()
    fault = rules.urge_fault(queries.last_urged_on(transfer.id), today, current_app.config["TRANSFER_URGE_DAYS"])
    if fault is not None:
        raise NotAllowedNow(fault)
    changes = {"urged": (transfer.urged, transfer.urged + 1)}
    history.advance(transfer, TransferStep.URGE, actor, comment=reason, seen=seen, changes=changes)
    transfer.urged += 1


def close(transfer: CaseTransfer, comment: str | None, actor: Actor, at: datetime, *, seen: int | None = None) -> bool:
    """办结, by the office that sent it."""
    if _again(transfer, TransferState.CLOSED, seen):
        return False
    fault = rules.close_fault(transfer.state, transfer.reply_due_on)
    if fault is not None:
        raise NotAllowedNow(fault)
    today = clock.office_time(at).date()
    history.advance(transfer, TransferStep.CLOSE, actor, comment=comment, seen=seen, changes={"closed_on": (None, today)})
    transfer.closed_on = today
    return True


def void(transfer: CaseTransfer, reason: str, actor: Actor, at: datetime, *, seen: int | None = None) -> None:
    """作废 of what nobody has signed for: the number stays used, the clocks say what is true again."""
    history.advance(transfer, TransferStep.VOID, actor, comment=reason, seen=seen)
    legal.cancel(transfer, actor, reason=f"{transfer.number}已作废：{reason}"[:480])
    case = notifying.case_of(transfer)
    notifying.take_back(case, transfer, actor, at)
    session().flush()
    clock_keeping.keep([case], actor)

"""移送、协查、通报: the rules, without a database."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from app.domain import transfers as rules
from app.domain.case_kinds import TransferBody, TransferChannel, TransferKind, TransferReply
from app.domain.case_states import TransferState
from app.domain.transfers import Answer, Sending

TODAY, RECEIVED, SENT = date(2026, 11, 20), date(2026, 11, 2), date(2026, 11, 10)
LETTER = Sending(
    TransferKind.ASSIST, TransferBody.BUREAU, TransferChannel.PAPER, "请协助核查", SENT,
    to_name="某县局", document_no="津蓟市监协查〔2026〕1号",
)  # fmt: skip


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({}, None),
        ({"to_name": "  "}, "to_name"),
        ({"subject": " "}, "subject"),
        ({"sent_on": date(2026, 11, 21)}, "sent_on"),  # tomorrow
        ({"sent_on": date(2026, 11, 1)}, "sent_on"),  # before anything was known
        ({"reply_due_on": SENT}, "reply_due_on"),
        ({"reply_due_on": date(2026, 12, 1)}, None),
        ({"document_no": None}, "document_no"),  # a letter has its number
        ({"document_no": None, "document_id": 7}, None),
        ({"document_no": None, "channel": TransferChannel.SYSTEM, "to_org_id": 3}, None),
        ({"channel": TransferChannel.SYSTEM}, "channel"),  # nobody there to receive it
        ({"channel": TransferChannel.PLATFORM}, "channel"),  # between bureaus of our own there is no 行刑衔接
        ({"channel": TransferChannel.PLATFORM, "body": TransferBody.POLICE}, None),
    ],
)
def test_what_may_be_sent(given, field):
    assert list(rules.sending_faults(replace(LETTER, **given), TODAY, RECEIVED)) == ([field] if field else [])


@pytest.mark.parametrize(
    ("kind", "reply", "text", "on", "field"),
    [
        (TransferKind.ASSIST, TransferReply.CONFIRMED, None, date(2026, 11, 15), None),
        (TransferKind.ASSIST, TransferReply.FILED, None, date(2026, 11, 15), "reply"),  # nobody was asked to file
        (TransferKind.TRANSFER, TransferReply.FILED, None, date(2026, 11, 15), None),
        (TransferKind.TRANSFER, TransferReply.NOT_FILED, None, date(2026, 11, 15), "reply_text"),
        (TransferKind.TRANSFER, TransferReply.NOT_FILED, "不构成犯罪", date(2026, 11, 15), None),
        (TransferKind.NOTIFY, TransferReply.OTHER, " ", date(2026, 11, 15), "reply_text"),
        (TransferKind.ASSIST, TransferReply.DENIED, None, date(2026, 11, 11), "replied_on"),  # before it arrived
        (TransferKind.ASSIST, TransferReply.DENIED, None, date(2026, 11, 21), "replied_on"),
    ],
)
def test_what_may_be_answered(kind, reply, text, on, field):
    found = rules.answer_faults(kind, Answer(reply, on, reply_text=text), SENT, date(2026, 11, 12), TODAY)
    assert list(found) == ([field] if field else [])


def test_every_kind_may_be_answered_and_every_answer_belongs_to_some_kind():
    assert set(rules.ANSWERS) == set(TransferKind)
    assert {reply for replies in rules.ANSWERS.values() for reply in replies} == set(TransferReply)


@pytest.mark.parametrize(
    ("on", "by", "fields"),
    [
        (SENT, "张三", []),
        (date(2026, 11, 9), "张三", ["receipt_on"]),
        (SENT, " ", ["receipt_by"]),
        (date(2026, 12, 1), "", ["receipt_on", "receipt_by"]),
    ],
)
def test_a_receipt_has_its_day_and_its_person(on, by, fields):
    assert list(rules.receipt_faults(on, by, SENT, TODAY)) == fields


@pytest.mark.parametrize(
    ("last", "every", "refused"),
    [(None, 3, False), (TODAY, 1, True), (date(2026, 11, 19), 1, False), (date(2026, 11, 18), 3, True), (date(2026, 11, 17), 3, False)],
)
def test_urging_keeps_its_interval(last, every, refused):
    assert (rules.urge_fault(last, TODAY, every) is not None) is refused


@pytest.mark.parametrize(
    ("state", "due", "late"),
    [
        (TransferState.SENT, date(2026, 11, 19), True),
        (TransferState.RECEIVED, date(2026, 11, 20), False),  # the last day is on time
        (TransferState.REPLIED, date(2026, 11, 19), False),
        (TransferState.SENT, None, False),
    ],
)
def test_overdue_is_what_still_waits(state, due, late):
    assert rules.is_overdue(state, due, TODAY) is late


def test_what_asks_for_an_answer_is_not_closed_by_its_receipt():
    assert rules.close_fault(TransferState.RECEIVED, date(2026, 12, 1)) is not None
    assert rules.close_fault(TransferState.RECEIVED, None) is None
    assert rules.close_fault(TransferState.REPLIED, date(2026, 12, 1)) is None


@pytest.mark.parametrize(
    ("body", "reply", "said"),
    [
        (TransferBody.BUREAU, TransferReply.FILED, None),
        (TransferBody.POLICE, TransferReply.FILED, "是（已立案）"),
        (TransferBody.POLICE, TransferReply.NOT_FILED, "否（不予立案）"),
        (TransferBody.AGRICULTURE, None, "尚未答复"),
        (TransferBody.POLICE, TransferReply.OTHER, "未明确"),
    ],
)
def test_whether_the_matter_was_taken_up(body, reply, said):
    assert rules.filing(body, reply) == said


@pytest.mark.parametrize("reply", TransferReply)
def test_only_a_denial_points_to_the_authenticity_objection(reply):
    said = rules.advice(reply)
    assert (said is not None) is (reply in (TransferReply.DENIED, TransferReply.UNKNOWN))
    assert said is None or "不终结" in said


def test_the_addressee_answers_for_itself_unless_it_was_a_letter():
    assert rules.refuses_stranger(TransferChannel.SYSTEM, 3)
    assert not rules.refuses_stranger(TransferChannel.PAPER, 3)
    assert not rules.refuses_stranger(TransferChannel.SYSTEM, None)


def test_numbers_read_as_the_office_writes_them():
    assert rules.number(TransferKind.NOTIFY, 2026, 3) == "通报〔2026〕3号"

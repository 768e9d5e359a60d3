"""Forms of 移送、协查、通报: shape only. What may be sent and answered is asked of ``domain.transfers``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from wtforms import DateField, HiddenField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional
from wtforms.widgets import HiddenInput

from app.domain.case_kinds import TransferBody, TransferChannel, TransferKind, TransferReply
from app.domain.transfers import ANSWERS, Answer, Sending
from app.domain.workflow import TransferState
from app.forms import OfficeForm, trimmed
from app.transfers.models import CaseTransfer
from app.transfers.operations import FaultyTransfer
from app.transfers.queries import ALL_STATES, DIRECTIONS, OPEN_STATES, SENT, Filters

EXPIRED = "页面已过期，请刷新后重试"
LONGEST_ID = 16
OUTSIDE = "（不使用本系统的单位，在下面填写名称）"


def _version() -> IntegerField:
    return IntegerField(widget=HiddenInput(), validators=[InputRequired(EXPIRED)])


def _text(title: str, longest: int, *rules: Any, long: bool = False) -> Any:
    limit = Length(max=longest, message=f"{title}不得超过 {longest} 个字")
    return (TextAreaField if long else StringField)(title, [*rules, limit], [trimmed])


def _words(title: str, kind: Any) -> Any:
    return SelectField(title, choices=[(one.value, one.value) for one in kind])


class Faulted(OfficeForm):
    """A form that shows every fault at its own field."""

    def refuse(self, refusal: Any) -> None:
        if not isinstance(refusal, FaultyTransfer):
            super().refuse(refusal)
            return
        self.status = refusal.status
        for name, sentence in refusal.faults.items():
            self._fields[name].errors = [*self._fields[name].errors, sentence]


class SendForm(Faulted):
    """发出."""

    kind = _words("类别", TransferKind)
    body = _words("接收单位类别", TransferBody)
    to_org_id = SelectField("接收单位", validate_choice=False)
    to_name = _text("单位名称", 300)
    channel = _words("发送渠道", TransferChannel)
    document_id = SelectField("随附文书", validate_choice=False)
    document_no = _text("文号", 100)
    subject = _text("事由和请求事项", 2000, DataRequired("请填写事由和请求事项"), long=True)
    sent_on = DateField("发出日期", [InputRequired("请填写发出日期")])
    reply_due_on = DateField("回复期限", [Optional()])
    key = HiddenField(validators=[Length(max=60)])

    def offering(self, offices: Any, letters: Any) -> SendForm:
        self.to_org_id.choices = [("", OUTSIDE), *((str(one.id), one.name) for one in offices)]
        self.document_id.choices = [("", "（没有，或在下面填写文号）"), *((str(one.id), f"{one.kind} {one.number}") for one in letters)]
        return self

    @property
    def written(self) -> Sending:
        assert self.sent_on.data is not None
        return Sending(
            TransferKind(self.kind.data), TransferBody(self.body.data), TransferChannel(self.channel.data), self.subject.data or "",
            self.sent_on.data, number(self.to_org_id.data), self.to_name.data or "", self.reply_due_on.data,
            number(self.document_id.data), self.document_no.data or None,
        )  # fmt: skip


class ReceiptForm(Faulted):
    """登记签收."""

    receipt_on = DateField("签收日期", [InputRequired("请填写签收日期")])
    receipt_by = _text("签收人", 100)
    version = _version()

    @property
    def written(self) -> tuple[date, str]:
        assert self.receipt_on.data is not None
        return self.receipt_on.data, self.receipt_by.data or ""


class AnswerForm(Faulted):
    """登记或更正回复."""

    reply = SelectField("回复结果", validate_choice=False)
    replied_on = DateField("回复日期", [InputRequired("请填写回复日期")])
    reply_no = _text("回复文号", 100)
    reply_text = _text("回复内容", 2000, long=True)
    comment = _text("更正理由", 300)
    version = _version()

    def about(self, transfer: CaseTransfer) -> AnswerForm:
        self.reply.choices = [(one.value, one.value) for one in ANSWERS[transfer.kind]]
        return self

    @property
    def written(self) -> Answer:
        assert self.replied_on.data is not None
        reply = next((one for one in TransferReply if one.value == self.reply.data), TransferReply.OTHER)
        return Answer(reply, self.replied_on.data, self.reply_no.data or None, self.reply_text.data or None)


class ReasonForm(OfficeForm):
    """催办、作废."""

    reason = _text("意见或原因", 300, DataRequired("请填写意见或原因"), long=True)
    version = _version()


class CloseForm(OfficeForm):
    """办结."""

    comment = _text("办结意见", 300, long=True)
    version = _version()


# ---------------------------------------------------------------- the list's query

def filters_asked(asked: Mapping[str, str]) -> Filters:
    """The query of the list from its address; what it does not know is no condition."""
    state = asked.get("state") or ALL_STATES
    known = {OPEN_STATES, ALL_STATES, *(one.value for one in TransferState)}
    return Filters(
        direction=asked["direction"] if asked.get("direction") in DIRECTIONS else SENT,
        state=state if state in known else ALL_STATES,
        kind=next((one for one in TransferKind if one.value == asked.get("kind")), None),
        body=next((one for one in TransferBody if one.value == asked.get("body")), None),
        overdue=asked.get("overdue") == "1",
        q=" ".join((asked.get("q") or "").split())[:60] or None,
        sent_from=_day(asked.get("sent_from")), sent_to=_day(asked.get("sent_to")),
    )  # fmt: skip


def _day(written: str | None) -> date | None:
    try:
        return date.fromisoformat(written or "")
    except ValueError:
        return None


def number(written: str | None) -> int | None:
    text = written or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST_ID else None


def kept(filters: Filters) -> dict[str, Any]:
    """The query again, for the links of the list."""
    values = {name: getattr(filters, name) for name in Filters.__slots__}
    found = {name: getattr(value, "value", value) for name, value in values.items() if value not in (None, False)}
    return {**found, **({"overdue": "1"} if filters.overdue else {})}

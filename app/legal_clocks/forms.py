"""Forms of 法定期限: shape only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_wtf.file import FileField
from wtforms import DateField, IntegerField, RadioField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional
from wtforms.widgets import HiddenInput

from app.domain.case_kinds import ClockChangeKind
from app.domain.deadlines import LONGEST_EXTENSION
from app.forms import OfficeForm, trimmed
from app.legal_clocks.changes import Request
from app.legal_clocks.queries import RUNNING, SOON_DAYS, STATES, Filters

MOST_DAYS = 60
VERSION = "页面已过期，请刷新后重试"


class AskForm(OfficeForm):
    """申请延长或中止."""

    kind = RadioField(
        "类别", [InputRequired("请选择延长或中止")], choices=[(each.value, each.value) for each in ClockChangeKind]
    )
    amount = IntegerField(
        "延长数量", [Optional(), NumberRange(1, LONGEST_EXTENSION, message=f"延长数量应为 1 至 {LONGEST_EXTENSION}")]
    )
    from_on = DateField("中止开始日", [Optional()])
    to_on = DateField("中止结束日", [Optional()])
    document_no = StringField("批准文书文号", [DataRequired("请填写文号"), Length(max=100, message="文号不得超过 100 个字")], [trimmed])
    paper = FileField("文书扫描件")
    reason = TextAreaField("申请理由", [DataRequired("请填写理由"), Length(max=500, message="理由不得超过 500 个字")], [trimmed])
    version = IntegerField(widget=HiddenInput(), validators=[InputRequired(VERSION)])

    @property
    def request(self) -> Request:
        return Request(
            ClockChangeKind(self.kind.data), self.document_no.data or "", self.reason.data or "", self.amount.data,
            self.from_on.data, self.to_on.data,
        )  # fmt: skip

    @property
    def filed(self) -> tuple[str, bytes] | None:
        file = self.paper.data
        return (file.filename or "", file.stream.read()) if file and file.filename else None


class DecisionForm(OfficeForm):
    """审批、作废意见."""

    comment = TextAreaField("意见", [DataRequired("请填写意见"), Length(max=500, message="意见不得超过 500 个字")], [trimmed])
    version = IntegerField(widget=HiddenInput(), validators=[InputRequired(VERSION)])


class ResumeForm(DecisionForm):
    """恢复计时."""

    resumed_on = DateField("恢复日期", [InputRequired("请填写恢复日期")])


def _whole(written: str | None, most: int) -> int | None:
    text = (written or "").strip()
    return int(text) if text.isascii() and text.isdigit() and 0 < int(text[:19]) <= most else None


def filters_asked(args: Mapping[str, Any]) -> Filters:
    """查询条件 as the address has them; what is no condition is none."""
    state = args.get("state", RUNNING)
    return Filters(
        state if state in STATES else RUNNING, _whole(args.get("days"), MOST_DAYS) or SOON_DAYS,
        (args.get("code") or "").strip()[:40] or None, _whole(args.get("handler"), 2**62), (args.get("q") or "").strip()[:60] or None,
    )  # fmt: skip


def kept(filters: Filters) -> dict[str, Any]:
    found = {
        "state": filters.state, "days": filters.days if filters.days != SOON_DAYS else None, "code": filters.code,
        "handler": filters.handler_id, "q": filters.word,
    }  # fmt: skip
    return {name: value for name, value in found.items() if value is not None}

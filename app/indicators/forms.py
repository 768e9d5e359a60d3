"""Shapes of what is typed about indicators; what the office allows is asked of the operations."""

from __future__ import annotations

from flask_wtf.file import FileField
from wtforms import DateField, HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from app.forms import OfficeForm, trimmed
from app.indicators.operations import Entry

MONTHS = [("", "全年（或年末）"), *((str(month), f"1—{month}月" if month > 1 else "1月") for month in range(1, 13))]


class ReportedValueForm(OfficeForm):
    """填报指标数值."""

    value = StringField(
        "数值", [InputRequired("请填写数值"), Length(max=30, message="数值过长，请核对")], filters=[trimmed]
    )
    month = SelectField("数值所属期间", choices=MONTHS)
    as_of = DateField("数值日期", [InputRequired("请填写数值日期")])
    document = StringField(
        "来源文件",
        [InputRequired("请填写来源文件名称和文号"), Length(max=200, message="来源文件不能超过200个字")],
        filters=[trimmed],
    )
    attachment = FileField("附件", [Optional()])
    reason = TextAreaField("替换原因", [Length(max=300, message="原因不能超过300个字")], filters=[trimmed])
    seen = HiddenField(default="0")

    @property
    def seen_id(self) -> int:
        """The value that the page showed; -1, which no value has, when it is missing."""
        return _number(self.seen.data)

    def entry(self, year: int) -> Entry:
        upload = self.attachment.data
        month = int(self.month.data) if self.month.data else None
        filename, content = (upload.filename, upload.read()) if upload else ("", b"")
        assert self.as_of.data is not None  # the form has been validated
        texts = (self.document.data or "", self.reason.data or "")
        return Entry(year, month, self.value.data or "", self.as_of.data, *texts, filename, content)


def _number(written: str | None) -> int:
    return int(written) if written and written.isascii() and written.isdecimal() and len(written) < 18 else -1

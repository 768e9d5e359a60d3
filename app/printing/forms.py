"""Forms of printing: shape only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_wtf.file import FileField, FileRequired
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, HiddenField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange
from wtforms.widgets import HiddenInput

from app.domain.documents import MOST_COPIES, DocumentKind, by_code
from app.domain.labels import LabelLayout
from app.forms import OfficeForm, trimmed
from app.printing.queries import MOST

LARGEST_ID = 2**53
COPIES = f"份数应为 1 至 {MOST_COPIES} 的整数"


class PrintForm(OfficeForm):
    """打印: which document, how many copies, as a file of Word or as a page of the browser."""

    kind = SelectField("文书", choices=[(kind.code, kind.value) for kind in DocumentKind], validate_choice=False)
    copies = IntegerField("份数", [InputRequired("请填写份数"), NumberRange(1, MOST_COPIES, message=COPIES)], default=1)
    way = HiddenField("方式", default="docx")
    skip = BooleanField("只打印能打印的")

    @property
    def document(self) -> DocumentKind | None:
        return by_code(self.kind.data or "")

    def validate_kind(self, field: Any) -> None:
        if by_code(field.data or "") is None:
            from wtforms.validators import ValidationError

            raise ValidationError("没有这种文书，请从列表中选择")


class TaskForm(OfficeForm):
    """打印抽样任务单."""

    copies = IntegerField("份数", [InputRequired("请填写份数"), NumberRange(1, MOST_COPIES, message=COPIES)], default=1)
    way = HiddenField("方式", default="docx")


class ReplaceForm(OfficeForm):
    """更换模板."""

    file = FileField("模板文件", [FileRequired("请选择 .docx 文件")])
    reason = TextAreaField("更换原因", [DataRequired("请填写更换原因"), Length(max=300, message="更换原因不得超过 300 个字")], [trimmed])
    seen = IntegerField(widget=HiddenInput(), validators=[InputRequired("页面已过期，请刷新后重试")])


class RestoreForm(OfficeForm):
    """恢复随系统提供的模板."""

    reason = StringField("恢复原因", [DataRequired("请填写恢复原因"), Length(max=300, message="恢复原因不得超过 300 个字")], [trimmed])
    seen = IntegerField(widget=HiddenInput(), validators=[InputRequired("页面已过期，请刷新后重试")])


class LabelForm(OfficeForm):
    """打印标签; the samples stand in the address."""

    class Meta(OfficeForm.Meta):
        """Sent by GET too, to look before printing."""

        csrf = False

    layout = SelectField("版式", choices=[(one.code, one.value) for one in LabelLayout], default=LabelLayout.A4.code)
    test = IntegerField("检样标签（枚）", [InputRequired("请填写检样标签枚数")], default=1)
    backup = IntegerField("备样标签（枚）", [InputRequired("请填写备样标签枚数")], default=1)
    start = IntegerField("起始位置", [InputRequired("请填写起始位置")], default=1)

    @property
    def chosen(self) -> LabelLayout:
        return next((one for one in LabelLayout if one.code == self.layout.data), LabelLayout.A4)


def ids_asked(asked: MultiDict[str, str], name: str = "sample") -> Sequence[int]:
    """Ids in an address or a form, each once; what is no id is left out."""
    written = [text for text in asked.getlist(name) if text.isascii() and text.isdigit() and len(text) <= 16]
    return [one for one in dict.fromkeys(map(int, written)) if one <= LARGEST_ID][: MOST + 1]

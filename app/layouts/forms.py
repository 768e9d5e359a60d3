"""Forms of 导入格式对照: shape only."""

from __future__ import annotations

from wtforms import StringField
from wtforms.validators import InputRequired, Length

from app.forms import OfficeForm, trimmed


class VoidForm(OfficeForm):
    """作废 needs a reason."""

    comment = StringField("作废原因", [InputRequired("请填写作废原因"), Length(max=300, message="作废原因不超过 300 字")], [trimmed])

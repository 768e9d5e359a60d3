"""Forms of checks: sending a sheet back."""

from __future__ import annotations

from wtforms import IntegerField, SelectField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length
from wtforms.widgets import HiddenInput

from app.domain.lint import RULES
from app.forms import OfficeForm, trimmed

OTHER = ("", "其他（规则以外的原因）")


class ReturnForm(OfficeForm):
    """退回修改."""

    rule = SelectField("违反的规则", choices=[OTHER, *((rule.id, f"{rule.id} {rule.title}") for rule in RULES.values())], default="")
    reason = TextAreaField("退回原因", [DataRequired("请填写退回原因"), Length(max=400, message="退回原因不得超过 400 个字")], [trimmed])
    version = IntegerField(widget=HiddenInput(), validators=[InputRequired("页面已过期，请刷新后重试")])

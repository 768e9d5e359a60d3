"""Forms of delegations: shape only."""

from __future__ import annotations

import secrets
from typing import Any

from wtforms import DateField, HiddenField, IntegerField, SelectField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, Regexp
from wtforms.widgets import HiddenInput

from app.delegations.operations import Wish
from app.forms import OfficeForm, trimmed

KEY = r"[0-9a-f]{32}"
CHOOSE = "请选择受托人"


class GrantForm(OfficeForm):
    """委托审批."""

    key = HiddenField(validators=[Optional(), Regexp(f"^{KEY}$", message="页面已过期，请刷新后重新填写")])
    to_user = SelectField("受托人", [InputRequired(CHOOSE), NumberRange(1, message=CHOOSE)], coerce=int, validate_choice=False)
    from_on = DateField("委托开始", [InputRequired("请填写委托开始日期")])
    to_on = DateField("委托结束", [InputRequired("请填写委托结束日期")])
    reason = TextAreaField("委托原因", [DataRequired("请填写委托原因"), Length(max=500, message="委托原因不得超过 500 个字")], [trimmed])

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        if not self.key.data:
            self.key.data = secrets.token_hex(16)

    @property
    def wish(self) -> Wish:
        assert self.from_on.data is not None and self.to_on.data is not None
        return Wish(self.to_user.data, self.from_on.data, self.to_on.data, self.reason.data or "", self.key.data or None)


class RevokeForm(OfficeForm):
    """收回委托."""

    version = IntegerField(widget=HiddenInput(), validators=[InputRequired("页面已过期，请刷新后重试")])
    reason = TextAreaField("收回原因", [DataRequired("请填写收回原因"), Length(max=500, message="收回原因不得超过 500 个字")], [trimmed])

"""Forms of 动态口令: shape only."""

from __future__ import annotations

from wtforms import HiddenField, StringField
from wtforms.validators import DataRequired, Length

from app.accounts.forms import local_address
from app.forms import OfficeForm, trimmed


class CodeForm(OfficeForm):
    """The code shown by the telephone."""

    code = StringField(
        "动态口令", [DataRequired("请填写手机上显示的 6 位数字"), Length(max=20, message="口令为 6 位数字，请核对")], [trimmed]
    )
    next = HiddenField()
    kept = HiddenField()  # carried on from signing in: a form that waits to be sent (returning.py)

    @property
    def target(self) -> str | None:
        return local_address(self.next.data)


class GivenForm(CodeForm):
    """The code, or a recovery code in its place."""

    code = StringField("动态口令", [DataRequired("请填写动态口令或恢复码"), Length(max=20, message="内容过长，请核对")], [trimmed])

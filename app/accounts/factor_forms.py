"""Forms of 动态口令: shape only."""

from __future__ import annotations

from wtforms import DateField, HiddenField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

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


class CertificateForm(OfficeForm):
    """A certificate that is asked to be bound: its text, between which days, why."""

    certificate = TextAreaField("证书内容", [DataRequired("请粘贴证书内容"), Length(max=16_000, message="内容过长，请只粘贴一张证书")])
    from_on = DateField("起始日期", [InputRequired("请填写起始日期")])
    until_on = DateField("截止日期", [Optional()])
    reason = TextAreaField("申请理由", [DataRequired("请填写申请理由"), Length(max=400, message="申请理由不得超过 400 个字")], [trimmed])


class EndForm(OfficeForm):
    """Why a binding is refused, withdrawn or revoked."""

    reason = TextAreaField("原因", [Optional(), Length(max=400, message="原因不得超过 400 个字")], [trimmed])

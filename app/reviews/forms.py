"""Forms of 结果审核 and 退修: shape only."""

from __future__ import annotations

from typing import Any

from wtforms import BooleanField, DateField, IntegerField, SelectField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length
from wtforms.validators import Optional as MayBeEmpty

from app.forms import OfficeForm, VersionForm, trimmed
from app.results.forms import LaboratoryField
from app.results.staging import Options

MOST = 100  # submissions decided at once


class OpinionForm(VersionForm):
    """校核、批准意见; may be empty."""

    comment = TextAreaField("意见", [Length(max=500, message="意见不得超过 500 个字")], [trimmed])


class ReasonForm(VersionForm):
    """退回: a reason always."""

    comment = TextAreaField("退回原因", [DataRequired("请填写退回原因"), Length(max=500, message="退回原因不得超过 500 个字")], [trimmed])


class ResubmitForm(VersionForm):
    """A file handed in anew: the same, or another that has been uploaded since."""

    batch = SelectField("结果文件", coerce=int)
    skip_refused = BooleanField("跳过有错误的样品")
    laboratory = LaboratoryField()
    reported_on = DateField("报告日期", [MayBeEmpty()])

    @property
    def options(self) -> Options:
        return Options("auto", self.reported_on.data, self.laboratory.data)


class ReportReturnForm(OfficeForm):
    """退修检验报告."""

    report = IntegerField("检验报告", [InputRequired("请选择要退修的检验报告")])
    code = SelectField("退修原因", validators=[InputRequired("请选择退修原因")])
    reason = TextAreaField(
        "具体要求", [DataRequired("请写明需要检验机构改正什么"), Length(max=400, message="不得超过 400 个字")], [trimmed]
    )

    def __init__(self, codes: list[str], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.code.choices = [(code, code) for code in codes]


class WithdrawReturnForm(OfficeForm):
    """撤回退修."""

    reason = TextAreaField("撤回原因", [DataRequired("请填写撤回原因"), Length(max=400, message="撤回原因不得超过 400 个字")], [trimmed])



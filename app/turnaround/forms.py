"""Forms of 检验时限约定: shape only."""

from __future__ import annotations

from wtforms import DateField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from app.forms import OfficeForm, trimmed
from app.reference_data.forms import given, in_reason
from app.turnaround.operations import MOST_DAYS, Terms

FOODS = [("", "全部食品"), ("agri", "仅食用农产品"), ("other", "食用农产品以外")]


class AgreeForm(OfficeForm):
    """登记约定."""

    laboratory = SelectField("承检机构", coerce=int)
    foods = SelectField("适用食品", choices=FOODS)
    working_days = IntegerField(
        "约定时限", [InputRequired("请填写约定时限"), NumberRange(1, MOST_DAYS, message=f"约定时限应为 1 至 {MOST_DAYS} 个工作日")]
    )
    valid_from = DateField("有效期起", [InputRequired("请填写有效期起"), in_reason])
    valid_to = DateField("有效期止", [Optional(), in_reason])
    document_no = StringField(
        "文书编号", [DataRequired("请填写约定的文书编号，如合同编号"), Length(max=100, message="文书编号不得超过 100 个字")], [trimmed]
    )
    reason = TextAreaField("说明", [Length(max=300, message="说明不得超过 300 个字")], [trimmed])

    @property
    def terms(self) -> Terms:
        food = {"": None, "agri": True, "other": False}[self.foods.data]
        return Terms(
            given(self.laboratory), food, given(self.working_days), given(self.valid_from), self.valid_to.data,
            given(self.document_no), self.reason.data or None,
        )  # fmt: skip


class VoidForm(OfficeForm):
    """作废约定."""

    reason = TextAreaField("作废原因", [DataRequired("请填写作废原因"), Length(max=300, message="作废原因不得超过 300 个字")], [trimmed])

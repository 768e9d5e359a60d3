"""Forms of exemptions and caps: shape only."""

from __future__ import annotations

from wtforms import DateField, HiddenField, IntegerField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange
from wtforms.widgets import HiddenInput

from app.exemptions.operations import MOST_BATCHES
from app.forms import OfficeForm, trimmed
from app.reference_data.forms import in_reason


class AskForm(OfficeForm):
    """申请豁免."""

    rule = HiddenField()
    key = HiddenField()
    earlier = HiddenField()
    reason = TextAreaField("申请理由", [DataRequired("请填写申请理由"), Length(max=500, message="申请理由不得超过 500 个字")], [trimmed])
    batches = IntegerField(
        "豁免批次", [InputRequired("请填写豁免批次"), NumberRange(1, MOST_BATCHES, message=f"豁免批次应为 1 至 {MOST_BATCHES}")]
    )
    valid_from = DateField("有效期起", [InputRequired("请填写有效期起"), in_reason])
    valid_to = DateField("有效期止", [InputRequired("请填写有效期止"), in_reason])


class DecisionForm(OfficeForm):
    """审批意见."""

    comment = TextAreaField("意见", [DataRequired("请填写意见"), Length(max=500, message="意见不得超过 500 个字")], [trimmed])
    version = IntegerField(widget=HiddenInput(), validators=[InputRequired("页面已过期，请刷新后重试")])

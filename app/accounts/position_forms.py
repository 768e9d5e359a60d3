"""Forms of 任职: shape only."""

from __future__ import annotations

from wtforms import BooleanField, DateField, IntegerField, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import HiddenInput

from app.forms import OfficeForm, trimmed


class PositionForm(OfficeForm):
    """登记任职."""

    org_id = SelectField("任职单位", [InputRequired("请选择任职单位")], coerce=int, choices=[])
    department = StringField("科室", [Optional(), Length(max=60, message="科室不得超过 60 个字")], [trimmed])
    title = StringField("职务", [Optional(), Length(max=60, message="职务不得超过 60 个字")], [trimmed])
    part_time = BooleanField("兼职（主要任职之外）")
    from_on = DateField("任职开始", [InputRequired("请填写任职开始日期")])
    until_on = DateField("任职结束", [Optional()])


class EndForm(OfficeForm):
    """结束任职."""

    version = IntegerField(widget=HiddenInput(), validators=[InputRequired("页面已过期，请刷新后重试")])
    until_on = DateField("任职结束", [InputRequired("请填写任职结束日期")])

"""Forms of the monthly return."""

from __future__ import annotations

from wtforms import IntegerField, SelectField
from wtforms.validators import InputRequired, NumberRange

from app.forms import OfficeForm


class ReturnForm(OfficeForm):
    """生成月报."""

    area = SelectField("统计区域", validators=[InputRequired("请选择统计区域")])
    plan = SelectField("对照规划", validators=[InputRequired("请选择对照的规划")])
    year = IntegerField("年份", [InputRequired("请填写年份"), NumberRange(2000, 2100, "年份应在 2000 至 2100 之间")])
    month = IntegerField("月份", [InputRequired("请填写月份"), NumberRange(1, 12, "月份应在 1 至 12 之间")])

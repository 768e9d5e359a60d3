"""Shapes of what is typed about sampling tasks."""

from __future__ import annotations

from wtforms import IntegerField, SelectField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange

from app.domain.samples import Level, Purpose
from app.forms import OfficeForm, trimmed

COUNT = NumberRange(0, 10_000_000, "任务数应为 0 至 10000000 之间的整数")


class TaskForm(OfficeForm):
    """编制任务."""

    year = IntegerField("年份", [InputRequired("请填写年份"), NumberRange(2000, 2100, "年份应在 2000 至 2100 之间")])
    area = SelectField("区域", [InputRequired("请选择区域")])
    level = SelectField("组织级别", choices=[(one.value, one.value) for one in Level])
    purpose = SelectField("检验目的", choices=[(one.value, one.value) for one in Purpose])
    batches = IntegerField("任务批次", [InputRequired("请填写任务批次"), COUNT])


class ChangeForm(OfficeForm):
    """变更任务数."""

    batches = IntegerField("任务批次", [InputRequired("请填写任务批次"), COUNT])
    reason = TextAreaField(
        "变更原因",
        [InputRequired("请填写变更任务数的原因"), Length(max=300, message="原因不能超过300个字")],
        filters=[trimmed],
    )

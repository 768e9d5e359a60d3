"""Forms of 常用查询: shape only."""

from __future__ import annotations

from wtforms import BooleanField, StringField
from wtforms.validators import DataRequired, Length

from app.forms import OfficeForm, VersionForm, trimmed


class SaveForm(OfficeForm):
    """存为常用查询."""

    name = StringField(
        "名称", filters=[trimmed],
        validators=[DataRequired("请填写名称，如 本月不合格"), Length(max=60, message="名称不得超过 60 个字，请精简")],
    )
    shared = BooleanField("与本单位同事共享（各人只看到自己有权查看的记录）")


class StepForm(VersionForm):
    """共享, 取消共享, 删除."""

"""Forms of 风险分级规则: shape only."""

from __future__ import annotations

from typing import Any

from flask_wtf.file import FileField
from wtforms import HiddenField, IntegerField, SelectField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import HiddenInput

from app.disposal.forms import Day, plain
from app.domain.supervision_states import RuleSetState
from app.forms import OfficeForm, VersionForm


class DraftForm(OfficeForm):
    """起草: from a set that exists, or from a file."""

    source = SelectField("以哪一版为底稿", choices=[], default="", validators=[Optional()])
    file = FileField("或从文件起草", [Optional()])
    valid_from = Day("拟施行日期", [InputRequired("请填写拟施行日期")])
    key = HiddenField(validators=[Length(max=60)])


class EditForm(VersionForm):
    """修改: the values stand beside, under their paths."""


class StepForm(OfficeForm):
    """送审、退回、施行、停用、作废."""

    version = IntegerField(widget=HiddenInput(), validators=[InputRequired("页面已过期，请刷新后重试")])
    comment = TextAreaField("意见", [Length(max=500, message="意见不得超过 500 个字，请精简")], [plain])


def state_asked(asked: Any) -> RuleSetState | None:
    return next((one for one in RuleSetState if one.value == asked.get("state")), None)

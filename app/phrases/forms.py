"""Forms of 常用语: shape only."""

from __future__ import annotations

from wtforms import HiddenField, TextAreaField
from wtforms.validators import InputRequired, Length

from app.domain.phrases import LONGEST, MOST
from app.forms import OfficeForm


class ListForm(OfficeForm):
    """One a line."""

    text = TextAreaField("常用语", [Length(max=(LONGEST + 2) * MOST * 2, message="内容过长，请精简")])
    seen = HiddenField(validators=[InputRequired("页面已过期，请刷新后重试"), Length(max=40)])

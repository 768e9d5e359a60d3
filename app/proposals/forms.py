"""Shape of what is typed when a proposal is taken over."""

from __future__ import annotations

from wtforms import TextAreaField
from wtforms.validators import InputRequired, Length

from app.forms import OfficeForm, trimmed


class AcceptForm(OfficeForm):
    """采纳建议."""

    reason = TextAreaField(
        "采纳原因", [InputRequired("请填写采纳建议的原因"), Length(max=300, message="原因不能超过300个字")], filters=[trimmed]
    )

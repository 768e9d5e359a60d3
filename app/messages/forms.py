"""Forms of the inbox."""

from __future__ import annotations

from wtforms import BooleanField, SelectMultipleField
from wtforms.widgets import CheckboxInput, ListWidget

from app.forms import OfficeForm
from app.messages.operations import MUTABLE


class SettingForm(OfficeForm):
    """消息设置."""

    muted = SelectMultipleField(
        "不接收的消息", choices=[(kind.value, kind.value) for kind in MUTABLE], widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )  # fmt: skip
    digest = BooleanField("每个工作日早晨接收每日提要")

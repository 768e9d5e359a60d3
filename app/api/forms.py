"""Forms of keys: shape only."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from flask import current_app, request
from wtforms import DateField, IntegerField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from app import clock
from app.api.operations import Wanted
from app.api.queries import Filters
from app.domain.api_keys import FASTEST, ApiScope
from app.forms import OfficeForm, trimmed
from app.labels import label

STATES = {"usable": "有效", "expired": "已过期", "revoked": "已吊销"}
YEAR = timedelta(days=365)


class IssueForm(OfficeForm):
    """签发密钥."""

    name = StringField("密钥名称", [DataRequired("请填写密钥名称"), Length(max=100, message="密钥名称不得超过 100 个字")], [trimmed])
    username = StringField("用户名", [DataRequired("请填写用户名"), Length(max=60, message="用户名过长，请核对")], [trimmed])
    scopes = SelectMultipleField(
        "权限范围",
        choices=[(scope.value, f"{label(scope)}（{scope.value}）") for scope in ApiScope],
        validators=[DataRequired("请至少选择一项权限范围")],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    per_minute = IntegerField("每分钟请求数", [
        InputRequired("请填写每分钟请求数"), NumberRange(1, FASTEST, message=f"每分钟请求数应在 1 至 {FASTEST} 之间"),
    ])  # fmt: skip
    expires_on = DateField("有效期至", [Optional()])

    @property
    def wanted(self) -> Wanted:
        scopes = [ApiScope(value) for value in self.scopes.data or []]
        return Wanted(self.name.data or "", scopes, self.per_minute.data or 0, self.expires_on.data)


def new_key() -> IssueForm:
    """The form as it is first shown: every request is asked what it needs, and a year is long."""
    defaults: dict[str, Any] = {"per_minute": current_app.config["API_PER_MINUTE"], "expires_on": clock.today() + YEAR}
    return IssueForm(data=defaults)


class RevokeForm(OfficeForm):
    """吊销密钥."""

    reason = TextAreaField("吊销原因", [DataRequired("请填写吊销原因"), Length(max=300, message="吊销原因不得超过 300 个字")], [trimmed])


def filters_asked(given: Mapping[str, str] | None = None) -> Filters:
    """The query of the list from its address; what it does not know is no condition."""
    asked = request.args if given is None else given
    state = asked.get("state")
    return Filters((asked.get("q") or "").strip()[:60] or None, state if state in STATES else None)

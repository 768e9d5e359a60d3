"""Forms of 授权申请: shape only."""

from __future__ import annotations

import secrets
from typing import Any

from wtforms import DateField, HiddenField, IntegerField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional, Regexp
from wtforms.widgets import CheckboxInput, HiddenInput, ListWidget

from app.domain.actors import Role
from app.domain.trust_kinds import GrantKind
from app.forms import OfficeForm, trimmed

KEY = r"[0-9a-f]{32}"
EXPIRED = "页面已过期，请刷新后重新填写"
KINDS = {"roles": GrantKind.ROLES, "transfer": GrantKind.TRANSFER, "leave": GrantKind.LEAVE, "return": GrantKind.RETURN}


class Asking(OfficeForm):
    """What every request says: from when, and why; sent twice, it is asked once."""

    key = HiddenField(validators=[Optional(), Regexp(f"^{KEY}$", message=EXPIRED)])
    effective_on = DateField("生效日期", [InputRequired("请填写生效日期")])
    reason = TextAreaField("申请理由", [DataRequired("请填写申请理由"), Length(max=400, message="申请理由不得超过 400 个字")], [trimmed])

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        if not self.key.data:
            self.key.data = secrets.token_hex(16)


def role_boxes() -> SelectMultipleField:
    return SelectMultipleField(
        "岗位角色", choices=[(role.value, role.value) for role in Role], widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )  # fmt: skip


class NewUserForm(Asking):
    """新建账号 and the roles asked for it."""

    username = StringField("用户名", [DataRequired("请填写用户名"), Length(max=40, message="用户名不得超过 40 个字符")], [trimmed])
    name = StringField("姓名", [DataRequired("请填写姓名"), Length(max=60, message="姓名不得超过 60 个字")], [trimmed])
    position = StringField("科室职务", [Optional(), Length(max=60, message="科室职务不得超过 60 个字")], [trimmed])
    org_id = SelectField("所属机构", [InputRequired("请选择所属机构")], coerce=int, choices=[])
    roles = role_boxes()

    @property
    def chosen(self) -> frozenset[Role]:
        return frozenset(Role(value) for value in self.roles.data or [])


class GrantForm(Asking):
    """岗位授权、调动、离职停用 or 重新启用 of an account; which, the address says."""

    version = IntegerField(widget=HiddenInput(), validators=[InputRequired(EXPIRED)])
    roles = role_boxes()
    to_org_id = SelectField("调入单位", [Optional()], coerce=int, choices=[], validate_choice=False)
    position = StringField("调入后的科室职务", [Optional(), Length(max=60, message="科室职务不得超过 60 个字")], [trimmed])
    successor = StringField("接替人用户名", [Optional(), Length(max=60, message="用户名过长，请核对")], [trimmed])

    @property
    def chosen(self) -> frozenset[Role]:
        return frozenset(Role(value) for value in self.roles.data or [])


class DecisionForm(OfficeForm):
    """审批意见; 不予批准 needs one."""

    version = IntegerField(widget=HiddenInput(), validators=[InputRequired("页面已过期，请刷新后重试")])
    comment = TextAreaField("审批意见", [Optional(), Length(max=400, message="意见不得超过 400 个字")], [trimmed])

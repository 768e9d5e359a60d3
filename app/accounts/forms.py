"""Forms of sign-in, passwords and accounts: shape only."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import request
from werkzeug.datastructures import MultiDict
from wtforms import HiddenField, IntegerField, PasswordField, SelectField, SelectMultipleField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError
from wtforms.widgets import CheckboxInput, HiddenInput, ListWidget

from app.accounts.passwords import LONGEST
from app.accounts.queries import STATES, Filters
from app.domain.actors import Role
from app.forms import OfficeForm, trimmed

NO_SUCH = "请从列表中选择"


def local_address(written: str | None) -> str | None:
    """The address when it stays on this site, else None: "//evil", "/\\evil" and the like lead elsewhere."""
    if not written or not written.startswith("/") or not written.isprintable() or "\\" in written:
        return None
    parts = urlsplit(written)
    return None if parts.scheme or parts.netloc or written.startswith("//") else written


class SignInForm(OfficeForm):
    """登录."""

    username = StringField("用户名", [DataRequired("请填写用户名"), Length(max=60, message="用户名过长，请核对")], [trimmed])
    password = PasswordField("密码", [InputRequired("请填写密码"), Length(max=LONGEST, message="密码过长，请核对")])
    next = HiddenField()

    @property
    def target(self) -> str | None:
        return local_address(self.next.data)


class PasswordForm(OfficeForm):
    """修改密码."""

    current = PasswordField("原密码", [InputRequired("请填写原密码"), Length(max=LONGEST, message="密码过长，请核对")])
    new = PasswordField("新密码", [InputRequired("请填写新密码"), Length(max=LONGEST, message=f"密码不得超过 {LONGEST} 个字符")])
    repeat = PasswordField("再次填写新密码", [InputRequired("请再次填写新密码")])

    def validate_repeat(self, field: PasswordField) -> None:
        if field.data != self.new.data:
            raise ValidationError("两次填写的新密码不一致，请重新填写")


class UserForm(OfficeForm):
    """修改用户."""

    name = StringField("姓名", [DataRequired("请填写姓名"), Length(max=60, message="姓名不得超过 60 个字")], [trimmed])
    position = StringField("科室职务", [Optional(), Length(max=60, message="科室职务不得超过 60 个字")], [trimmed])
    org_id = SelectField("所属机构", [InputRequired("请选择所属机构")], coerce=int, choices=[])
    roles = SelectMultipleField(
        "岗位角色",
        choices=[(role.value, role.value) for role in Role],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    version = IntegerField(widget=HiddenInput(), validators=[InputRequired("页面已过期，请刷新后重试")])

    @property
    def chosen(self) -> frozenset[Role]:
        return frozenset(Role(value) for value in self.roles.data or [])


class NewUserForm(UserForm):
    """新建用户."""

    username = StringField("用户名", [DataRequired("请填写用户名"), Length(max=40, message="用户名不得超过 40 个字符")], [trimmed])
    version = IntegerField(widget=HiddenInput(), validators=[Optional()])


def filters_asked(given: MultiDict[str, str] | None = None) -> Filters:
    """The query of the list from its address; what it does not know is no condition."""
    asked = request.args if given is None else given
    role = asked.get("role")
    org = asked.get("org", type=int)
    state = asked.get("state")
    return Filters(
        (asked.get("q") or "").strip()[:60] or None,
        org,
        Role(role) if role in {known.value for known in Role} else None,
        state if state in STATES else None,
    )

"""Forms of sign-in, passwords and accounts: shape only."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import request
from werkzeug.datastructures import MultiDict
from wtforms import HiddenField, IntegerField, PasswordField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError
from wtforms.widgets import HiddenInput

from app.accounts.passwords import LONGEST
from app.accounts.queries import STATES, Filters
from app.domain.actors import Role
from app.forms import OfficeForm, trimmed, whole

NO_SUCH = "请从列表中选择"


def local_address(written: str | None) -> str | None:
    """The address when it stays on this site, else None: "//evil", "/\\evil" and the like lead elsewhere."""
    if not written or not written.startswith("/") or written.startswith("//") or not written.isprintable() or "\\" in written:
        return None
    parts = urlsplit(written)
    return None if parts.scheme or parts.netloc else written


class SignInForm(OfficeForm):
    """登录."""

    username = StringField("用户名", [DataRequired("请填写用户名"), Length(max=60, message="用户名过长，请核对")], [trimmed])
    password = PasswordField("密码", [InputRequired("请填写密码"), Length(max=LONGEST, message="密码过长，请核对")])
    next = HiddenField()
    kept = HiddenField()  # a form that was being sent when the session ended, sealed (returning.py)

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
    """修改姓名: organisation, roles and use of an account are asked for, posts are kept in 任职."""

    name = StringField("姓名", [DataRequired("请填写姓名"), Length(max=60, message="姓名不得超过 60 个字")], [trimmed])
    version = IntegerField(widget=HiddenInput(), validators=[InputRequired("页面已过期，请刷新后重试")])


def filters_asked(given: MultiDict[str, str] | None = None) -> Filters:
    """The query of the list from its address; what it does not know is no condition."""
    asked = request.args if given is None else given
    role = asked.get("role")
    org = asked.get("org", type=whole)
    state = asked.get("state")
    return Filters(
        (asked.get("q") or "").strip()[:60] or None,
        org,
        Role(role) if role in {known.value for known in Role} else None,
        state if state in STATES else None,
    )

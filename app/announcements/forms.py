"""Forms of external findings: upload, confirm, undo, link; the list's query."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length
from wtforms.widgets import HiddenInput

from app.announcements.operations import ROLES
from app.announcements.queries import Filters
from app.domain.result_kinds import ListKind
from app.forms import OfficeForm, trimmed

LONGEST_ID, LONGEST_TEXT = 16, 100
EXPIRED = "页面已过期，请刷新后重试"
TOO_LONG = "不超过 {} 字"


class UploadForm(OfficeForm):
    """上传."""

    file = FileField("公示名单", [FileRequired("请选择要导入的文件")])


class ConfirmForm(OfficeForm):
    """确认导入."""

    version = IntegerField(widget=HiddenInput(), validators=[InputRequired(EXPIRED)])
    skip_refused = BooleanField("跳过有误的行")


class UndoForm(OfficeForm):
    """撤销导入."""

    version = IntegerField(widget=HiddenInput(), validators=[InputRequired(EXPIRED)])
    comment = TextAreaField("撤销原因", [DataRequired("请填写撤销原因"), Length(max=500, message=TOO_LONG.format(500))], [trimmed])


class UnlinkForm(OfficeForm):
    """取消关联."""

    version = IntegerField(widget=HiddenInput(), validators=[InputRequired(EXPIRED)])
    role = SelectField("关联什么", choices=[(key, title) for key, (title, _) in ROLES.items()])
    reason = TextAreaField("依据", [DataRequired("请填写依据"), Length(max=500, message=TOO_LONG.format(500))], [trimmed])


class LinkForm(UnlinkForm):
    """关联企业或样品."""

    target = StringField(
        "关联到", [DataRequired("请填写统一社会信用代码、企业全称或抽样编号"), Length(max=300, message=TOO_LONG.format(300))], [trimmed]
    )


# ---------------------------------------------------------------- the list's query

def filters_asked(asked: Mapping[str, str]) -> Filters:
    """The query of the list from its address; what it does not know is no condition."""
    linked = {"yes": True, "no": False}.get(asked.get("linked") or "")
    return Filters(
        q=_text(asked, "q"), list_kind=next((one for one in ListKind if one.value == asked.get("list_kind")), None),
        enterprise=_text(asked, "enterprise"), product=_text(asked, "product"), item=_text(asked, "item"),
        since=_day(asked.get("since")), until=_day(asked.get("until")), linked=linked, unread=asked.get("unread") == "1",
        enterprise_id=number(asked.get("enterprise_id")), category_id=number(asked.get("category_id")),
        batch_id=number(asked.get("batch_id")),
    )  # fmt: skip


def _text(asked: Mapping[str, str], name: str) -> str | None:
    return " ".join((asked.get(name) or "").split())[:LONGEST_TEXT] or None


def number(written: str | None) -> int | None:
    text = written or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST_ID else None


def _day(written: str | None) -> date | None:
    try:
        return date.fromisoformat(written or "")
    except ValueError:
        return None


def kept(filters: Filters) -> dict[str, Any]:
    """The query again, for the links of the list."""
    values = {name: getattr(filters, name) for name in Filters.__slots__}
    values["linked"] = {True: "yes", False: "no"}.get(filters.linked) if filters.linked is not None else None
    values["unread"] = 1 if filters.unread else None
    return {name: getattr(value, "value", value) for name, value in values.items() if value is not None}

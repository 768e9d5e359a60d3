"""Forms of 风险等级: shape only; those of the static facts are made from the rule set in ``facts_form``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, HiddenField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional
from wtforms.widgets import HiddenInput

from app.disposal.forms import Day, plain
from app.domain.supervision_kinds import Grade, GradeCause
from app.forms import OfficeForm
from app.grading.listing import Filters

EXPIRED = "页面已过期，请刷新后重试"
YEARS = "评定年度应为四位数的年份，如 2026"
BY_HAND = (GradeCause.YEARLY, GradeCause.NEW, GradeCause.MANUAL, GradeCause.CORRECTION)  # an event moves a grade by itself
LONGEST_ID = 18


def _version() -> IntegerField:
    return IntegerField(widget=HiddenInput(), validators=[InputRequired(EXPIRED)])


def _text(title: str, longest: int, *rules: Any, long: bool = False) -> Any:
    limit = Length(max=longest, message=f"{title}不得超过 {longest} 个字，请精简")
    return (TextAreaField if long else StringField)(title, [*rules, limit], [plain])


class ScoreForm(OfficeForm):
    """建立评分表."""

    kind = SelectField("企业类型", choices=[], validators=[InputRequired("请选择企业类型")])
    year = IntegerField("评定年度", [InputRequired(YEARS), NumberRange(2000, 2100, YEARS)])
    cause = SelectField("评定原因", choices=[(one.value, one.value) for one in BY_HAND], validators=[InputRequired("请选择评定原因")])
    grade = SelectField(
        "调整后的等级", choices=[("", "按评分结果"), *((one.value, f"{one.value}级") for one in Grade)], default="",
        validators=[Optional()],
    )  # fmt: skip
    document = _text("依据文件", 200)
    reason = _text("理由", 500, long=True)
    key = HiddenField(validators=[Length(max=60)])


class ConfirmForm(OfficeForm):
    """确认等级."""

    effective_from = Day("生效日期", [InputRequired("请填写生效日期")])
    comment = _text("审核意见", 400, long=True)
    version = _version()


class ReasonForm(OfficeForm):
    """退回、作废."""

    comment = _text("理由", 400, DataRequired("请填写理由后再提交"), long=True)
    version = _version()


class FileForm(OfficeForm):
    """依据文件 of a score sheet."""

    file = FileField("依据文件", [FileRequired("请选择文件")])


class UploadForm(OfficeForm):
    """上传静态要素."""

    kind = SelectField("企业类型", choices=[], default="", validators=[InputRequired("请选择企业类型")])
    file = FileField("文件", [FileRequired("请选择要导入的文件")])


class ConfirmImportForm(OfficeForm):
    """确认导入."""

    version = _version()
    skip_refused = BooleanField("跳过有误的企业")


# ---------------------------------------------------------------- the list's query

def number(written: str | None) -> int | None:
    text = written or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST_ID else None


def filters_asked(asked: Mapping[str, str]) -> Filters:
    """The query of the list from its address; what it does not know is no condition."""
    return Filters(
        q=" ".join((asked.get("q") or "").split())[:60] or None,
        kind=(asked.get("kind") or "").strip()[:40] or None,
        grade=next((one for one in Grade if one.value == asked.get("grade")), None),
        station_id=number(asked.get("station_id")), region_id=number(asked.get("region_id")),
        ungraded=asked.get("ungraded") == "1", due=asked.get("due") == "1",
    )  # fmt: skip


def kept(filters: Filters, **other: Any) -> dict[str, Any]:
    """The query again, for the links of the list, with other conditions in the place of its own."""
    values = {field.name: getattr(filters, field.name) for field in fields(filters)} | other
    return {
        name: "1" if value is True else getattr(value, "value", value)
        for name, value in values.items()
        if value is not None and value is not False
    }

"""Forms of 年度检查安排: shape only."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from wtforms import HiddenField, IntegerField, SelectField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional
from wtforms.widgets import HiddenInput

from app.disposal.forms import Day, plain
from app.domain.inspection_frequency import SUPERVISED
from app.domain.supervision_kinds import Grade
from app.forms import OfficeForm
from app.schedules.queries import LARGEST_ID, OPEN, STATES, UNGRADED, Filters

EXPIRED = "页面已过期，请刷新后重试"
FIRST_YEAR, LAST_YEAR = 2000, 2100
DIGEST = re.compile(r"[0-9a-f]{64}")
EVERY_KIND = [("", "全部类型"), *((kind, kind) for kind in SUPERVISED)]


def _version() -> IntegerField:
    return IntegerField(widget=HiddenInput(), validators=[InputRequired(EXPIRED)])


class MakeForm(OfficeForm):
    """生成年度检查安排: preview and confirm."""

    year = IntegerField("年度", [
        InputRequired("请填写年度，如 2026"), NumberRange(FIRST_YEAR, LAST_YEAR, f"年度应在 {FIRST_YEAR} 至 {LAST_YEAR} 之间"),
    ])  # fmt: skip
    kind = SelectField("企业类型", choices=EVERY_KIND, default="", validators=[Optional()])
    region = SelectField("行政区划", choices=[("", "全部辖区")], default="", validators=[Optional()], validate_choice=False)
    from_on = Day("自哪天起安排", [Optional()])
    digest = HiddenField(validators=[Length(max=64)])


class CancelForm(OfficeForm):
    """取消."""

    reason = TextAreaField("取消原因", [
        DataRequired("请填写取消原因，如“企业已停业，待恢复后检查”"), Length(max=280, message="取消原因不得超过 280 个字，请精简"),
    ], [plain])  # fmt: skip
    version = _version()


class AssignForm(OfficeForm):
    """指定检查人员."""

    assigned = SelectField("检查人员", choices=[("", "不指定")], default="", validators=[Optional()], validate_choice=False)
    version = _version()

    @property
    def user_id(self) -> int | None:
        return number(self.assigned.data)


class AssignManyForm(OfficeForm):
    """批量指定检查人员."""

    assigned = SelectField("检查人员", choices=[("", "不指定")], default="", validators=[Optional()], validate_choice=False)

    @property
    def user_id(self) -> int | None:
        return number(self.assigned.data)


class InspectForm(OfficeForm):
    """由安排生成检查."""

    planned_on = Day("计划检查日期", [InputRequired("请填写计划检查日期")])
    lead = SelectField("主办检查人员", choices=[("", "暂不指定")], default="", validators=[Optional()], validate_choice=False)
    second = SelectField("协办检查人员", choices=[("", "暂不指定")], default="", validators=[Optional()], validate_choice=False)
    key = HiddenField(validators=[Length(max=60)])
    version = _version()


# ---------------------------------------------------------------- the query of the list

def number(written: str | None) -> int | None:
    text = (written or "").strip()
    return int(text) if text.isdecimal() and text.isascii() and int(text) <= LARGEST_ID else None


def filters_asked(asked: Mapping[str, str], today: date) -> Filters:
    """The query of the list from its address; what it does not know is no condition."""
    year, month = number(asked.get("year")), number(asked.get("month"))
    grade = asked.get("grade")
    return Filters(
        year if year is not None and FIRST_YEAR <= year <= LAST_YEAR else today.year,
        asked.get("state") if asked.get("state") in STATES else OPEN,  # type: ignore[arg-type]
        q=" ".join((asked.get("q") or "").split())[:60] or None,
        kind=asked.get("kind") if asked.get("kind") in SUPERVISED else None,
        grade=grade if grade in {UNGRADED, *(one.value for one in Grade)} else None,
        station_id=number(asked.get("station")), person_id=number(asked.get("person")),
        month=month if month is not None and 1 <= month <= 12 else None,
    )  # fmt: skip


def kept(filters: Filters) -> dict[str, Any]:
    """The query again, for the links of the list."""
    values = {
        "year": filters.year, "state": filters.state, "q": filters.q, "kind": filters.kind, "grade": filters.grade,
        "station": filters.station_id, "person": filters.person_id, "month": filters.month,
    }  # fmt: skip
    return {name: value for name, value in values.items() if value is not None}

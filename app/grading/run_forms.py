"""Forms of 年度评定 and 规则模拟: shape only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wtforms import HiddenField, IntegerField, SelectField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from app.disposal.forms import Day
from app.domain.risk_moves import Direction
from app.domain.supervision_kinds import Grade
from app.forms import OfficeForm
from app.grading.forms import YEARS, _text, _version
from app.grading.run_queries import Filters


class RunForm(OfficeForm):
    """建立年度评定."""

    year = IntegerField("评定年度", [InputRequired(YEARS), NumberRange(2000, 2100, YEARS)])
    kind = SelectField("企业类型", choices=[], validators=[InputRequired("请选择企业类型")])
    region_id = SelectField("所属区域", choices=[], default="", validators=[Optional()])
    key = HiddenField(validators=[Length(max=60)])


class DecideForm(OfficeForm):
    """确认年度评定."""

    effective_from = Day("生效日期", [InputRequired("请填写生效日期")])
    comment = _text("审核意见", 400, long=True)
    version = _version()


def filters_asked(asked: Mapping[str, str]) -> Filters:
    """The query of a run's list from its address; what it does not know is no condition."""
    way = asked.get("way") or ""
    return Filters(
        direction=next((one for one in Direction if one.value == way), None), moved=way == "moved",
        grade=next((one for one in Grade if one.value == asked.get("grade")), None),
        q=" ".join((asked.get("q") or "").split())[:60] or None,
    )  # fmt: skip


def kept(filters: Filters, **other: Any) -> dict[str, Any]:
    """The query again, for links."""
    way = "moved" if filters.moved else filters.direction.value if filters.direction else None
    values = {"way": way, "grade": filters.grade.value if filters.grade else None, "q": filters.q} | other
    return {name: value for name, value in values.items() if value is not None}

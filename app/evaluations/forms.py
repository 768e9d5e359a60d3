"""Forms of 规划评估: shape only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wtforms import HiddenField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange
from wtforms.widgets import HiddenInput

from app.domain.evaluations import LONGEST, SECTIONS
from app.domain.reporting_kinds import EvaluationKind
from app.domain.reporting_states import EvaluationState
from app.evaluations.queries import Filters
from app.forms import OfficeForm, trimmed

EXPIRED = "页面已过期，请刷新后重试"
MONTHS = [("", "全年"), *((str(month), f"1—{month}月" if month > 1 else "1月") for month in range(1, 13))]


class NewForm(OfficeForm):
    """建立评估报告."""

    plan = SelectField("规划", validators=[InputRequired("请选择规划")])
    area = SelectField("评估区域", validators=[InputRequired("请选择评估区域")])
    kind = SelectField("评估种类", choices=[(one.value, one.value) for one in EvaluationKind])
    year = IntegerField("年度", [InputRequired("请填写年度"), NumberRange(2000, 2100, "年度应在 2000 至 2100 之间")])
    month = SelectField("截止月份", choices=MONTHS)
    key = HiddenField(validators=[Length(max=60)])


class TextForm(OfficeForm):
    """修改文字."""

    title = StringField("标题", [DataRequired("请填写标题"), Length(max=200, message="标题不得超过 200 个字，请精简")], [trimmed])
    version = IntegerField(widget=HiddenInput(), validators=[InputRequired(EXPIRED)])

    @property
    def written(self) -> dict[str, str]:
        return {section.code: self[section.code].data or "" for section in SECTIONS}


for _section in SECTIONS:
    _limit = Length(max=LONGEST, message=f"“{_section.title}”不得超过 {LONGEST} 个字，请精简")
    setattr(TextForm, _section.code, TextAreaField(_section.title, [_limit], [trimmed]))


class StepForm(OfficeForm):
    """退回, 作废: with a reason."""

    comment = TextAreaField("意见", [DataRequired("请填写意见"), Length(max=500, message="意见不得超过 500 个字，请精简")], [trimmed])
    version = IntegerField(widget=HiddenInput(), validators=[InputRequired(EXPIRED)])


def filters_asked(asked: Mapping[str, str]) -> Filters:
    """The query of the list; what it does not know is no condition."""
    year = asked.get("year", "")
    return Filters(
        next((one for one in EvaluationState if one.value == asked.get("state")), None),
        next((one for one in EvaluationKind if one.value == asked.get("kind")), None),
        int(year) if year.isascii() and year.isdigit() and len(year) == 4 else None,
        (asked.get("plan") or "")[:40] or None,
    )


def kept(filters: Filters) -> dict[str, Any]:
    values = {
        "state": filters.state.value if filters.state else None, "kind": filters.kind.value if filters.kind else None,
        "year": filters.year, "plan": filters.plan,
    }  # fmt: skip
    return {name: value for name, value in values.items() if value is not None}

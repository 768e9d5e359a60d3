"""Forms of 报表报送: shape only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wtforms import BooleanField, HiddenField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional
from wtforms.widgets import HiddenInput

from app.disposal.forms import Day, plain
from app.domain.indicators import Period
from app.domain.reporting_kinds import ReturnPeriod
from app.domain.workflow import ReturnState
from app.exports.checking import CONFIRM
from app.exports.queries import Filters
from app.forms import OfficeForm
from app.penalties.forms import number

EXPIRED = "页面已过期，请刷新后重试"
REASON = 500
QUARTERS = [("", "—"), *((str(one), f"第{one}季度") for one in range(1, 5))]


def _version() -> IntegerField:
    return IntegerField(widget=HiddenInput(), validators=[InputRequired(EXPIRED)])


class ReturnForm(OfficeForm):
    """生成报表. A quarter or a year needs no month."""

    key = HiddenField(validators=[Length(max=60)])
    area = SelectField("统计区域", validators=[InputRequired("请选择统计区域")])
    plan = SelectField("对照规划", validators=[InputRequired("请选择对照的规划")])
    template = SelectField("报表样式", [Optional()], default="")
    kind = SelectField("报送周期", [Optional()], choices=[(one.value, one.value) for one in ReturnPeriod], default=ReturnPeriod.MONTH.value)
    year = IntegerField("年份", [InputRequired("请填写年份"), NumberRange(2000, 2100, "年份应在 2000 至 2100 之间")])
    month = IntegerField("月份（月报）", [Optional(), NumberRange(1, 12, "月份应在 1 至 12 之间")])
    quarter = SelectField("季度（季报）", [Optional()], choices=QUARTERS, default="")

    def validate(self, extra_validators: Any = None) -> bool:
        fit = bool(super().validate(extra_validators))
        kind = self.kind.data or ReturnPeriod.MONTH.value
        if kind == ReturnPeriod.MONTH.value and self.month.data is None and not self.month.errors:
            self.month.errors = ["请填写月份，应在 1 至 12 之间"]
            fit = False
        if kind == ReturnPeriod.QUARTER.value and not self.quarter.data:
            self.quarter.errors = ["请选择季度"]
            fit = False
        return fit

    @property
    def period(self) -> Period:
        year = int(self.year.data or 0)
        if self.kind.data == ReturnPeriod.QUARTER.value:
            return Period(year, quarter=int(self.quarter.data))
        return Period(year) if self.kind.data == ReturnPeriod.YEAR.value else Period(year, month=self.month.data)


class StepForm(OfficeForm):
    """提交审批, 撤回, 退回, 批准, 封存, 放弃, 重新生成."""

    comment = TextAreaField("意见或理由", [Length(max=REASON, message=f"意见或理由不得超过 {REASON} 个字，请精简")], [plain])
    confirmed = BooleanField(CONFIRM)
    version = _version()


class SendForm(OfficeForm):
    """登记报送."""

    sent_on = Day("报送日期", [InputRequired("请填写报送日期")])
    sent_to = StringField("报送机关", [DataRequired("请填写报送机关"), Length(max=200, message="报送机关不得超过 200 个字")], [plain])
    sent_document = StringField("报送文号或方式", [Length(max=200, message="报送文号或方式不得超过 200 个字")], [plain])
    version = _version()


class CorrectForm(OfficeForm):
    """制作更正报."""

    key = HiddenField(validators=[Length(max=60)])
    reason = TextAreaField(
        "更正理由", [DataRequired("请填写更正理由"), Length(max=REASON, message=f"更正理由不得超过 {REASON} 个字，请精简")], [plain]
    )


class ExplainForm(OfficeForm):
    """审核说明: one text of each rule, whose fields are named by the rule."""

    version = _version()


def filters_asked(asked: Mapping[str, str]) -> Filters:
    """The query of the list from its address; what it does not know is no condition."""
    return Filters(
        state=next((one for one in ReturnState if one.value == asked.get("state")), None),
        kind=next((one for one in ReturnPeriod if one.value == asked.get("kind")), None),
        year=number(asked.get("year")), area_id=number(asked.get("area")), template_id=number(asked.get("template")),
        own=asked.get("template") == "own", q=" ".join((asked.get("q") or "").split())[:40] or None,
    )  # fmt: skip


def kept(filters: Filters) -> dict[str, Any]:
    """The query again, for the links of the list."""
    values = {
        "state": filters.state.value if filters.state else None, "kind": filters.kind.value if filters.kind else None,
        "year": filters.year, "area": filters.area_id, "template": "own" if filters.own else filters.template_id, "q": filters.q,
    }  # fmt: skip
    return {name: value for name, value in values.items() if value is not None}

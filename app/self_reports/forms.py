"""Forms of 企业自查报告: shape only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_wtf.file import FileField
from wtforms import IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, ValidationError
from wtforms.widgets import HiddenInput

from app.disposal.forms import Day, plain
from app.domain.enterprises import KINDS
from app.domain.self_reports import LONGEST_SUMMARY
from app.domain.supervision_states import SelfReportState
from app.forms import OfficeForm
from app.reference_data.books import region_book
from app.self_reports.operations import Received
from app.self_reports.queries import Filters

EXPIRED = "页面已过期，请刷新后重试"
MANY = 1_000_000


def _version() -> IntegerField:
    return IntegerField(widget=HiddenInput(), validators=[InputRequired(EXPIRED)])


class Number(IntegerField):
    """个数, with its message in Chinese."""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata([value.strip() for value in valuelist])
        except ValueError as fault:
            raise ValueError(f"{self.label.text}请填写整数，如 3") from fault


class RequireForm(OfficeForm):
    """列为应报."""

    kind = SelectField("企业类型", choices=[("", "请选择"), *((one, one) for one in KINDS)], validators=[InputRequired("请选择企业类型")])
    period = StringField("报告期", [DataRequired("请填写报告期，如 2026、2026H1（上半年）、2026Q3（第3季度）"), Length(max=20)], [plain])
    region = StringField("区域", [Length(max=200)], [plain])

    def validate_region(self, field: Any) -> None:
        if field.data and not region_book().resolve(field.data)[1]:
            raise ValidationError("没有识别出该区域：请从列表中选择，或写成 省/市/县/乡镇、6 位区划代码")

    @property
    def region_id(self) -> int | None:
        return region_book().resolve(self.region.data)[0] if self.region.data else None


class ReceiveForm(OfficeForm):
    """登记收到."""

    received_on = Day("收到日期", [InputRequired("请填写收到日期")])
    problems = Number("自查发现问题数", [Optional(), NumberRange(0, MANY, message="自查发现问题数应为不小于 0 的整数")])
    rectified = Number("已整改数", [Optional(), NumberRange(0, MANY, message="已整改数应为不小于 0 的整数")])
    summary = TextAreaField(
        "内容摘要", [Length(max=LONGEST_SUMMARY, message=f"内容摘要不得超过 {LONGEST_SUMMARY} 个字，请精简")], [plain]
    )
    file = FileField("报告文件")
    version = _version()

    @property
    def written(self) -> Received:
        assert self.received_on.data is not None
        return Received(self.received_on.data, self.problems.data, self.rectified.data, self.summary.data or None)


class CorrectForm(ReceiveForm):
    """更正登记."""

    comment = TextAreaField("更正理由", [DataRequired("请填写更正理由"), Length(max=500, message="更正理由不得超过 500 个字")], [plain])


class StepForm(OfficeForm):
    """催报, 免报, 恢复应报."""

    comment = TextAreaField("理由", [Length(max=500, message="理由不得超过 500 个字")], [plain])
    version = _version()


class SeveralForm(OfficeForm):
    """登记收到 or 催报 of the ticked rows."""

    received_on = Day("收到日期", [Optional()])


def _number(written: str | None) -> int | None:
    text = (written or "").strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


def filters_asked(asked: Mapping[str, str]) -> Filters:
    """The query of the list from its address; what it does not know is no condition."""
    kind = asked.get("kind")
    return Filters(
        q=" ".join((asked.get("q") or "").split())[:60] or None,
        state=next((one for one in SelfReportState if one.value == asked.get("state")), None),
        overdue=bool(asked.get("overdue")), kind=kind if kind in KINDS else None, period=(asked.get("period") or "")[:20] or None,
        station_id=_number(asked.get("station")), region_id=_number(asked.get("region")),
    )  # fmt: skip


def kept(filters: Filters) -> dict[str, Any]:
    """The query again, for the links of the list."""
    values = {
        "q": filters.q, "state": filters.state.value if filters.state else None, "overdue": "1" if filters.overdue else None,
        "kind": filters.kind, "period": filters.period, "station": filters.station_id, "region": filters.region_id,
    }  # fmt: skip
    return {name: value for name, value in values.items() if value is not None}

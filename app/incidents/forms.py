"""Forms of 安全事故: shape only."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import HiddenField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, ValidationError
from wtforms.widgets import HiddenInput

from app.disposal.forms import Day, plain
from app.domain.incidents import LONGEST
from app.domain.supervision_kinds import IncidentDomain, Severity
from app.domain.supervision_states import IncidentState
from app.forms import OfficeForm
from app.incidents.operations import Written
from app.incidents.queries import Filters
from app.reference_data.books import region_book

EXPIRED = "页面已过期，请刷新后重试"
PEOPLE = "请填写整数人数，如 12"


def _version() -> IntegerField:
    return IntegerField(widget=HiddenInput(), validators=[InputRequired(EXPIRED)])


def _text(title: str, longest: int, *rules: Any, long: bool = False) -> Any:
    limit = Length(max=longest, message=f"{title}不得超过 {longest} 个字，请精简")
    return (TextAreaField if long else StringField)(title, [*rules, limit], [plain])


class People(IntegerField):
    """人数, with its message in Chinese."""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata([value.strip() for value in valuelist])
        except ValueError as fault:
            raise ValueError(f"{self.label.text}：{PEOPLE}") from fault


class ReportForm(OfficeForm):
    """登记和更正事故."""

    domain = SelectField("领域", choices=[(one.value, one.value) for one in IncidentDomain], default=IncidentDomain.FOOD.value)
    title = _text("事故名称", LONGEST["title"], DataRequired("请填写事故名称，如 某中学食堂疑似食物中毒"))
    occurred_on = Day("发生日期", [InputRequired("请填写发生日期")])
    reported_on = Day("报告日期", [InputRequired("请填写报告日期")])
    region = _text("发生地", 200)
    place = _text("地点", LONGEST["place"])
    enterprise = _text("涉及企业", 200)
    ill = People("发病人数", [Optional(), NumberRange(0, 1_000_000, message=f"发病人数应在 0 至 1000000 之间，{PEOPLE}")])
    dead = People("死亡人数", [Optional(), NumberRange(0, 1_000_000, message=f"死亡人数应在 0 至 1000000 之间，{PEOPLE}")])
    proposed_severity = SelectField("初步级别", choices=[("", "按人数推定"), *((one.value, one.value) for one in Severity)], default="")
    description = _text("经过", LONGEST["description"], DataRequired("请填写事故经过"), long=True)
    cause = _text("原因", LONGEST["cause"], long=True)
    measures = _text("处置措施", LONGEST["measures"], long=True)
    key = HiddenField(validators=[Length(max=60)])

    def validate_region(self, field: Any) -> None:
        if field.data and not region_book().resolve(field.data)[1]:
            raise ValidationError("没有识别出该区域：请从列表中选择，或写成 省/市/县/乡镇、6 位区划代码")

    def written(self, enterprise_id: int | None) -> Written:
        """What was typed; the form has been validated."""
        occurred_on, reported_on = self.occurred_on.data, self.reported_on.data
        assert occurred_on is not None and reported_on is not None
        return Written(
            domain=IncidentDomain(self.domain.data), title=self.title.data, occurred_on=occurred_on,
            reported_on=reported_on, description=self.description.data,
            region_id=region_book().resolve(self.region.data)[0] if self.region.data else None, enterprise_id=enterprise_id,
            place=self.place.data or None, ill=self.ill.data, dead=self.dead.data,
            proposed_severity=Severity(self.proposed_severity.data) if self.proposed_severity.data else None,
            cause=self.cause.data or None, measures=self.measures.data or None,
        )  # fmt: skip


class CorrectForm(ReportForm):
    """更正事故登记."""

    comment = _text("更正理由", 500, DataRequired("请填写更正理由"), long=True)
    version = _version()


class RateForm(OfficeForm):
    """核定级别."""

    severity = SelectField("核定级别", choices=[("", "请选择"), *((one.value, one.value) for one in Severity)], default="", validators=[
        InputRequired("请选择核定级别"),
    ])  # fmt: skip
    document = _text("评估或认定文件", LONGEST["document"])
    comment = _text("核定意见", 500, DataRequired("请填写核定意见"), long=True)
    version = _version()


class StepForm(OfficeForm):
    """结束处置, 重新处置, 作废: with a reason."""

    comment = _text("说明", 500, DataRequired("请填写说明"), long=True)
    version = _version()


class FileForm(OfficeForm):
    """附件."""

    file = FileField("附件", [FileRequired("请选择附件")])


def _one(kind: Any, written: str | None) -> Any:
    return next((one for one in kind if one.value == written), None)


def _date(written: str | None) -> date | None:
    try:
        return date.fromisoformat(written) if written else None
    except ValueError:
        return None


def filters_asked(asked: Mapping[str, str]) -> Filters:
    """The query of the list from its address; what it does not know is no condition."""
    return Filters(
        q=" ".join((asked.get("q") or "").split())[:60] or None, state=_one(IncidentState, asked.get("state")),
        domain=_one(IncidentDomain, asked.get("domain")), severity=_one(Severity, asked.get("severity")),
        from_on=_date(asked.get("from_on")), to_on=_date(asked.get("to_on")),
    )  # fmt: skip


def kept(filters: Filters) -> dict[str, Any]:
    """The query again, for the links of the list."""
    values = {
        "q": filters.q, "from_on": filters.from_on.isoformat() if filters.from_on else None,
        "to_on": filters.to_on.isoformat() if filters.to_on else None,
        **{name: one.value if one else None for name, one in (
            ("state", filters.state), ("domain", filters.domain), ("severity", filters.severity),
        )},
    }  # fmt: skip
    return {name: value for name, value in values.items() if value is not None}

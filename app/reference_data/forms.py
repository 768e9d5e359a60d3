"""Forms of the reference data: shape only."""

from __future__ import annotations

import re
from typing import Any

from wtforms import BooleanField, DateField, HiddenField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, Regexp, ValidationError

from app.domain.rounding import Basis
from app.domain.samples import Confidence
from app.forms import OfficeForm, trimmed
from app.reference_data.amendments import LimitVersion
from app.reference_data.notices import NoticeLine, UnreadableNotice, read_notice

COMPARISONS = [(member.value, f"{member.value}比较法") for member in Basis]
CONFIDENCES = [(member.value, member.value) for member in Confidence]
EARLIEST, LATEST = 1990, 2199


def in_reason(form: Any, field: Any) -> None:
    """A date that no standard can have is a slip of the hand."""
    if field.data is not None and not EARLIEST <= field.data.year <= LATEST:
        raise ValidationError(f"日期不合理，请填写 {EARLIEST} 至 {LATEST} 年之间的日期")


def given(field: Any) -> Any:
    """What was typed in a field that must be filled: the form has refused it empty."""
    return field.data


class SourcedForm(OfficeForm):
    """What every version carries: where it is from and how sure it is."""

    source = StringField(
        "来源", [DataRequired("请填写来源，如发布机关、文号"), Length(max=300, message="来源不得超过 300 个字")], [trimmed]
    )
    confidence = SelectField("核实状态", [InputRequired("请选择核实状态")], choices=CONFIDENCES)

    @property
    def sureness(self) -> Confidence:
        return Confidence(self.confidence.data)


class LimitVersionForm(SourcedForm):
    """新增限量版本."""

    limit = StringField("限量", [DataRequired("请填写限量"), Length(max=200, message="限量不得超过 200 个字")], [trimmed])
    unit = StringField("单位", [Length(max=40, message="单位不得超过 40 个字符")], [trimmed])
    standard = StringField(
        "标准", [DataRequired("请填写标准号和名称"), Length(max=200, message="标准不得超过 200 个字")], [trimmed]
    )
    valid_from = DateField("有效期起", [InputRequired("请填写有效期起"), in_reason])
    valid_to = DateField("有效期止", [Optional(), in_reason])
    note = StringField("备注", [Length(max=400, message="备注不得超过 400 个字")], [trimmed])
    comparison = SelectField("比较方法", [Optional()], choices=COMPARISONS, default=Basis.FULL.value)

    @property
    def version(self) -> LimitVersion:
        return LimitVersion(
            given(self.limit), self.unit.data or None, given(self.standard), given(self.valid_from), self.valid_to.data,
            given(self.source), self.sureness, self.note.data or None, Basis(self.comparison.data or Basis.FULL),
        )  # fmt: skip


class NewLimitForm(LimitVersionForm):
    """新增限量."""

    item = StringField("检验项目", [DataRequired("请填写检验项目"), Length(max=200, message="项目不得超过 200 个字")], [trimmed])
    category = StringField("食品分类", [Length(max=400, message="分类不得超过 400 个字")], [trimmed])
    region = StringField(
        "适用地区代码", [Optional(), Regexp(r"^\d{6}$", message="行政区划代码为 6 位数字；全国适用的请留空")], [trimmed]
    )


class PopulationForm(SourcedForm):
    """录入常住人口."""

    year = IntegerField("年份", [InputRequired("请填写年份"), NumberRange(1949, 2199, message="年份不合理，请核对")])
    residents = IntegerField(
        "常住人口（人）",
        [InputRequired("请填写常住人口，只填整数"), NumberRange(1, 2_000_000_000, message="常住人口应为大于 0 的整数")],
    )

    @property
    def figure(self) -> tuple[int, int, str]:
        return given(self.year), given(self.residents), given(self.source)


class NoticeForm(SourcedForm):
    """录入放假安排."""

    year = IntegerField("年份", [InputRequired("请填写年份"), NumberRange(EARLIEST, LATEST, message="年份不合理，请核对")])
    days = TextAreaField("放假和调休", [Length(max=8000, message="内容过长，请只填写放假和调休的日期")])
    published = BooleanField("本年度放假安排已全部公布并录入")

    lines: list[NoticeLine]

    def validate_days(self, field: Any) -> None:
        self.lines = []
        if self.year.data is None:
            return
        try:
            self.lines = read_notice(field.data or "", self.year.data)
        except UnreadableNotice as fault:
            raise ValidationError("\n".join(fault.faults)) from fault
        if not self.lines and not self.published.data:
            raise ValidationError("请填写放假和调休的日期，每行一项")


class MappingForm(OfficeForm):
    """对照未识别名称. An empty target takes an earlier decision back."""

    target = StringField("对照为", [Length(max=400, message="内容过长，请从列表中选择")], [trimmed])
    seen = HiddenField()


def number(written: str | None) -> int | None:
    """A number in the address; anything else counts as absent."""
    return int(written) if written and re.fullmatch(r"[0-9]{1,9}", written) else None

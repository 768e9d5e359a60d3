"""Shapes of what is typed about plans."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, HiddenField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError
from wtforms.widgets import HiddenInput

from app.domain.quotas import LARGEST, Cell
from app.domain.samples import Level, Purpose
from app.errors import Refused
from app.forms import OfficeForm, VersionForm, trimmed
from app.plans.models import SamplingPlan
from app.plans.operations import Header
from app.plans.quota_saving import Clash, QuotasClash, QuotasRefused

YEAR = re.compile(r"(20\d\d)年")
REASON = Length(max=300, message="原因不能超过300个字")
TOTAL = NumberRange(0, LARGEST, f"总批次应为 0 至 {LARGEST} 之间的整数")


def code_letters(value: Any) -> Any:
    """What is typed into a code: one width, capitals, no blanks."""
    return "".join(unicodedata.normalize("NFKC", value).split()).upper() if isinstance(value, str) else value


class PlanForm(OfficeForm):
    """新建或修改计划信息."""

    year = IntegerField("年度", [InputRequired("请填写年度"), NumberRange(2000, 2099, "年度应在 2000 至 2099 之间")])
    name = StringField(
        "计划名称", [InputRequired("请填写计划名称"), Length(max=100, message="计划名称不能超过100个字")], filters=[trimmed]
    )
    level = SelectField("组织级别", choices=[(one.value, one.value) for one in Level])
    purpose = SelectField("检验目的", choices=[(one.value, one.value) for one in Purpose])
    special = BooleanField("专项抽检计划")
    area = SelectField("计划区域", [InputRequired("请选择计划区域")])
    total = IntegerField("计划总批次", [InputRequired("请填写计划总批次"), TOTAL])
    parent = SelectField("上级计划", [Optional()], choices=[("", "无")])
    number_prefix = StringField(
        "编号前缀", [Length(max=3, message="编号前缀为 2 至 3 个大写字母")], filters=[code_letters]
    )
    number_unit = StringField("抽样单位代码", [Length(max=5, message="抽样单位代码为 5 位数字")], filters=[code_letters])
    number_suffix = StringField("编号后缀", [Length(max=4, message="编号后缀不超过 4 个大写字母")], filters=[code_letters])
    note = TextAreaField("说明", [Length(max=1000, message="说明不能超过1000个字")], filters=[trimmed])

    def validate_name(self, field: StringField) -> None:
        """From November the form offers the coming year: a name with another year shows that it was overlooked."""
        written = YEAR.match(field.data or "")
        if written and self.year.data and f"{self.year.data}年" not in (field.data or ""):
            raise ValidationError(f"名称写的是{written[1]}年，年度填的是{self.year.data}年，请核对")

    def choose(self, areas: Sequence[tuple[str, str]], above: Sequence[SamplingPlan]) -> None:
        """The areas by code, and the plans that may be decomposed."""
        self.area.choices = list(areas)
        self.parent.choices = [("", "无"), *((str(one.id), f"{one.title}（{one.total} 批）") for one in above)]

    def header(self, region_id: int) -> Header:
        return Header(
            year=self.year.data or 0, name=self.name.data or "", level=Level(self.level.data), purpose=Purpose(self.purpose.data),
            region_id=region_id, total=self.total.data or 0, special=bool(self.special.data),
            parent_id=int(self.parent.data) if self.parent.data else None, number_prefix=self.number_prefix.data or None,
            number_unit=self.number_unit.data or None, number_suffix=self.number_suffix.data or None, note=self.note.data or None,
        )  # fmt: skip


class EditForm(PlanForm):
    """修改计划信息, with the reason and the version the page showed."""

    reason = TextAreaField("修改原因", [REASON], filters=[trimmed])
    version = IntegerField(widget=HiddenInput(), validators=[InputRequired("页面已过期，请刷新后重试")])

    def refuse(self, refusal: Refused) -> None:
        if refusal.field == "comment":
            refusal.field = "reason"
        super().refuse(refusal)


def shown(plan: SamplingPlan, area: str) -> dict[str, Any]:
    """The plan as the form shows it."""
    return {
        "year": plan.year, "name": plan.name, "level": plan.level.value, "purpose": plan.purpose.value, "special": plan.special,
        "area": area, "total": plan.total, "parent": str(plan.parent_id) if plan.parent_id else "",
        "number_prefix": plan.number_prefix, "number_unit": plan.number_unit, "number_suffix": plan.number_suffix,
        "note": plan.note, "version": plan.version,
    }  # fmt: skip


class StepForm(VersionForm):
    """A step with an opinion."""

    comment = TextAreaField("意见", [Length(max=500, message="意见不能超过500个字")], filters=[trimmed])


class GridForm(OfficeForm):
    """批次表; its cells are read by ``grid.read_typed``. A refusal keeps its cells."""

    reason = StringField("修改原因", [REASON], filters=[trimmed])
    category = StringField("添加食品分类", [Length(max=300, message="分类名称过长，请从列表中选择")], filters=[trimmed])
    added = HiddenField()

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        self.faults: dict[Cell, list[str]] = {}
        self.clashes: Sequence[Clash] = ()

    def refuse(self, refusal: Refused) -> None:
        if isinstance(refusal, QuotasRefused):
            self.fault(refusal.faults)
            return
        if isinstance(refusal, QuotasClash):
            self.clashes = refusal.clashes
        if refusal.field == "comment":
            refusal.field = "reason"
        super().refuse(refusal)

    def fault(self, faults: Mapping[Cell, Sequence[str]]) -> None:
        for cell, sentences in faults.items():
            self.faults.setdefault(cell, []).extend(sentences)

    @property
    def added_ids(self) -> list[int]:
        """Rows added and not yet filled."""
        parts = (self.added.data or "").split(",")[:200]
        return [int(part) for part in parts if part.isascii() and part.isdecimal() and len(part) < 19]


class UploadForm(OfficeForm):
    """选择文件."""

    file = FileField("文件", [FileRequired("请选择文件")])


class ConfirmForm(VersionForm):
    """确认导入."""

    skip_refused = BooleanField("跳过有误的行")
    comment = StringField("原因", [REASON], filters=[trimmed])

"""Forms of samples: shape only. What was typed goes through the same reading as an imported sheet."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError
from wtforms.widgets import DateInput, HiddenInput

from app.domain.findings import Finding
from app.domain.samples import AreaType, Link, Purpose
from app.domain.workflow import SampleState
from app.errors import NotLikeThis
from app.forms import OfficeForm
from app.sampling.columns import LENGTHS, LONGEST_PERSONAL, PERSONAL, title
from app.sampling.models import Sample

CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
OUTCOMES = (
    (SampleState.REGISTERED.value, "抽样正常"),
    (SampleState.REFUSED.value, "企业拒检"),
    (SampleState.NOT_FOUND.value, "未抽到样品"),
)
# Coded, so that they can be counted; 其他 needs its own words.
REASONS = (
    "拒绝抽样", "拒绝在抽样单上签字盖章", "关门停业躲避抽样", "已停产停业", "已注销或搬迁", "无该类食品", "在售数量不足",
    "食品已超过保质期", "其他",
)  # fmt: skip
OTHER = "其他"
DATES = ("made_on", "sampled_on", "arrived_on")
QUANTITY = re.compile(r"\d{1,9}(?:\.\d{1,6})?")
# Which official list a field offers; what is not on it is kept as written.
LISTS: Mapping[str, str] = {
    "report_class_a": "报送分类A", "sampling_type": "抽样类型", "sampled_licence_kind": "许可证类型", "sample_type": "样品类型",
    "source_kind": "样品来源", "attribute": "样品属性", "packaging": "包装分类", "date_kind": "日期类型", "storage": "储存条件",
    "sampling_method": "抽样方式", "quantity_unit": "抽样数量单位", "third_party_kind": "第三方企业性质",
}  # fmt: skip
SECTIONS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("抽样基础信息", (
        "number", "local_number", "task_source", "report_class_a", "report_class_b", "purpose", "sampling_type",
        "category", "outcome", "outcome_code", "outcome_note",
    )),
    ("被抽样单位", (
        "link", "place", "sampled_name", "sampled_credit_code", "sampled_region", "sampled_address", "area_type",
        "sampled_licence_kind", "sampled_licence_no", "sampled_legal_person", "sampled_contact", "sampled_phone",
    )),
    ("标称生产企业", (
        "producer_name", "producer_credit_code", "producer_region", "producer_address", "producer_licence_no",
        "producer_contact", "producer_phone", "third_party_name", "third_party_kind",
    )),
    ("样品信息", (
        "product_name", "brand", "barcode", "spec", "batch_no", "sample_type", "source_kind", "attribute", "packaging",
        "date_kind", "made_on", "shelf_life", "quality_grade", "standard", "unit_price", "imported", "origin",
    )),
    ("抽样信息", (
        "sampled_on", "sampling_method", "storage", "base_quantity", "quantity", "backup_quantity", "quantity_unit",
        "sampling_unit", "sampling_unit_address", "samplers", "sampler_phone", "laboratory", "arrived_on", "remark",
    )),
)  # fmt: skip
OWN = ("purpose", "link", "area_type", "imported", "number", "outcome", "outcome_code", "outcome_note")
WRITTEN = tuple(name for _, names in SECTIONS for name in names if name not in OWN)
SHEET = tuple(name for _, names in SECTIONS for name in names if not name.startswith("outcome"))


def plain(written: Any) -> Any:
    """A filter: blanks around and control characters mean nothing."""
    if not isinstance(written, str):
        return written
    return CONTROL.sub("", written.replace("\r\n", "\n").replace("\r", "\n")).strip()


def _longest(name: str) -> int:
    if name == "category":
        return LENGTHS["category_written"]
    if name.endswith("_region"):
        return LENGTHS[f"{name}_written"]
    return LONGEST_PERSONAL if name in PERSONAL else LENGTHS.get(name, 200)


def _is_quantity(form: Any, field: Any) -> None:
    text = unicodedata.normalize("NFKC", field.data or "").strip()
    if text and text not in ("/", "-", "—") and not QUANTITY.fullmatch(text):
        raise ValidationError("抽样数量应为数字，如 3.042，单位填在“抽样数量单位”")


def _text(name: str) -> Any:
    longest = _longest(name)
    checks: list[Any] = [Length(max=longest, message=f"{title(name)}不得超过 {longest} 个字")]
    if name == "quantity":
        checks = [_is_quantity]
    if name == "remark":
        return TextAreaField(title(name), checks, [plain])
    return StringField(title(name), checks, [plain], widget=DateInput() if name in DATES else None)


def _choices(*words: str) -> list[tuple[str, str]]:
    return [("", "请选择"), *((word, word) for word in words)]


class SheetFields(OfficeForm):
    """抽样单: what registering and correcting have in common; the written fields are added below."""

    purpose = SelectField("检验目的", choices=[(word.value, word.value) for word in Purpose], default=Purpose.SUPERVISION.value)
    link = SelectField("抽样环节", choices=_choices(*(word.value for word in Link)), default="")
    area_type = SelectField("区域类型", choices=_choices(*(word.value for word in AreaType)), default="")
    imported = SelectField("是否进口", choices=_choices("否", "是"), default="")

    @property
    def written(self) -> dict[str, str]:
        """What was typed, by field."""
        return {name: self._fields[name].data or "" for name in SHEET if name in self._fields}

    def sections(self) -> Iterator[tuple[str, list[Any]]]:
        for heading, names in SECTIONS:
            yield heading, [self._fields[name] for name in names if name in self._fields]

    def take(self, found: Sequence[Finding]) -> bool:
        """Show what blocks at its field; did nothing? The other findings are for the page of the sample."""
        blocking = [finding for finding in found if finding.blocking]
        for finding in blocking:
            self.refuse(NotLikeThis(finding.message, field=finding.field))
        return not blocking


class SheetForm(SheetFields):
    """登记抽样单."""

    number = _text("number")
    outcome = SelectField("抽样情况", choices=list(OUTCOMES), default=SampleState.REGISTERED.value)
    outcome_code = SelectField("未抽样原因", choices=_choices(*REASONS), default="")
    outcome_note = StringField("原因说明", [Length(max=200, message="原因说明不得超过 200 个字")], [plain])

    @property
    def state(self) -> SampleState:
        return SampleState(self.outcome.data)

    @property
    def outcome_reason(self) -> str | None:
        if self.state is SampleState.REGISTERED:
            return None
        return "：".join(part for part in (self.outcome_code.data, self.outcome_note.data) if part)

    def validate_outcome_code(self, field: Any) -> None:
        if self.outcome.data == SampleState.REGISTERED.value:
            return
        if not field.data:
            raise ValidationError("请选择未抽样原因")
        if field.data == OTHER and not self.outcome_note.data:
            raise ValidationError("原因为“其他”的，请在原因说明中写明")


class CorrectionForm(SheetFields):
    """更正抽样单."""

    reason = TextAreaField(
        "更正原因",
        [DataRequired("请填写更正原因"), Length(max=500, message="更正原因不得超过 500 个字")],
        [plain],
    )
    version = IntegerField(widget=HiddenInput(), validators=[InputRequired("页面已过期，请刷新后重试")])


for _name in WRITTEN:
    setattr(SheetFields, _name, _text(_name))


def sheet_of(sample: Sample) -> dict[str, Any]:
    """What the correction form shows of a sample; personal data are not among it."""
    words = {name: getattr(sample, name) for name in WRITTEN if hasattr(Sample, name)}
    dates = {name: day.isoformat() if (day := getattr(sample, name)) else "" for name in DATES}
    return words | dates | {
        "purpose": sample.purpose.value,
        "link": sample.link.value if sample.link else "",
        "area_type": sample.area_type.value if sample.area_type else "",
        "imported": {True: "是", False: "否", None: ""}[sample.imported],
        "category": sample.category_written or "",
        "sampled_region": sample.sampled_region_written or "",
        "producer_region": sample.producer_region_written or "",
        "quantity": f"{sample.quantity.normalize():f}" if sample.quantity is not None else "",
        "producer_credit_code": (sample.extra or {}).get(title("producer_credit_code"), ""),
    }  # fmt: skip


class ReasonForm(OfficeForm):
    """A step that needs its reason."""

    reason = StringField("原因", [DataRequired("请填写原因"), Length(max=500, message="原因不得超过 500 个字")], [plain])
    version = IntegerField(widget=HiddenInput(), validators=[InputRequired("页面已过期，请刷新后重试")])


class UploadForm(OfficeForm):
    """上传."""

    file = FileField("文件", [FileRequired("请选择要导入的文件")])


class ConfirmForm(OfficeForm):
    """确认导入."""

    version = IntegerField(widget=HiddenInput(), validators=[InputRequired("页面已过期，请刷新后重试")])
    skip_refused = IntegerField("跳过有误的批次", [Optional()])

"""Forms of samples besides the sheet itself: steps with a reason, uploads. The sheet's own is in ``sheet_form``."""

from __future__ import annotations

from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import IntegerField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, Optional
from wtforms.widgets import HiddenInput

from app.forms import OfficeForm
from app.sampling.columns import title
from app.sampling.models import Sample
from app.sampling.sheet_form import CorrectionForm, SheetFields, SheetForm, plain
from app.sampling.sheet_layout import DATES, LISTS, SHEET, WRITTEN

__all__ = ["LISTS", "WRITTEN", "ConfirmForm", "CorrectionForm", "ReasonForm", "SheetFields", "SheetForm", "UploadForm", "sheet_of"]

# The national page keeps these under a name with its group.
OTHER_KEYS = {
    "sampling_unit_fax": "抽样单位信息_传真", "sampling_unit_postcode": "抽样单位信息_邮编", "sampled_fax": "抽检场所信息_传真",
    "sampled_postcode": "抽检场所信息_邮编",
}  # fmt: skip


def sheet_of(sample: Sample) -> dict[str, Any]:
    """What the correction form shows of a sample; personal data are not among it."""
    beside = sample.extra or {}
    words = {name: getattr(sample, name) for name in WRITTEN if hasattr(Sample, name)}
    extra = {
        name: beside.get(title(name)) or beside.get(OTHER_KEYS.get(name, "")) or ""
        for name in SHEET
        if not hasattr(Sample, name)
    }
    dates = {name: day.isoformat() if (day := getattr(sample, name)) else "" for name in DATES if hasattr(Sample, name)}
    return extra | words | dates | {
        "purpose": sample.purpose.value,
        "link": sample.link.value if sample.link else "",
        "area_type": sample.area_type.value if sample.area_type else "",
        "special_sampling": sample.special_sampling.value if sample.special_sampling else "",
        "imported": {True: "是", False: "否", None: ""}[sample.imported],
        "category": sample.category_written or "",
        "sampled_region": sample.sampled_region_written or "",
        "producer_region": sample.producer_region_written or "",
        "quantity": f"{sample.quantity.normalize():f}" if sample.quantity is not None else "",
        "producer_credit_code": beside.get(title("producer_credit_code"), ""),
        "plan_id": str(sample.plan_id or ""),
        "assignment_id": str(sample.assignment_id or ""),
        "sampled_enterprise_id": str(sample.sampled_enterprise_id or ""),
        "producer_id": str(sample.producer_id or ""),
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

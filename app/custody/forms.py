"""Forms of custody: shape only. What may be true of a step is asked of ``domain.custody``."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from flask_wtf.file import FileField
from wtforms import (
    DateField,
    DateTimeLocalField,
    HiddenField,
    IntegerField,
    MultipleFileField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Optional, ValidationError
from wtforms.widgets import CheckboxInput, HiddenInput, ListWidget

from app import clock
from app.custody import backups, operations, signatures
from app.custody.operations import FaultyStep
from app.domain.custody import Carrier, Check, check_words, degrees, seal_number
from app.domain.sampling_kinds import CustodyKind, Opinion, PhotoKind, SignatureForm, Signer
from app.errors import Refused
from app.forms import OfficeForm

CONTROL = re.compile(r"[\x00-\x1f\x7f]")
RECORDED = (CustodyKind.TAKEN, CustodyKind.SEALED, CustodyKind.HANDED_OVER)


def plain(written: Any) -> Any:
    """A filter: control characters and the spaces around mean nothing."""
    return CONTROL.sub(" ", written).strip() if isinstance(written, str) else written


def text(title: str, longest: int, *checks: Any, area: bool = False, id: str | None = None) -> Any:
    """``id`` where two forms of one page have a field of the same name."""
    kind = TextAreaField if area else StringField
    return kind(title, [*checks, Length(max=longest, message=f"{title}不得超过 {longest} 个字，请精简")], [plain], id=id)


class Moment(DateTimeLocalField):
    """A moment on the office's clock; ``stored`` is what the database keeps."""

    def __init__(self, label: str, validators: Any = None, **options: Any) -> None:
        formats = ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S"]
        super().__init__(label, validators, format=formats, **options)

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata([unicodedata.normalize("NFKC", value).strip() for value in valuelist])
        except ValueError as fault:
            raise ValueError(f"{self.label.text}不是有效时间，请按 2026-11-20 09:30 的格式填写") from fault

    @property
    def stored(self) -> datetime:
        assert self.data is not None
        return stored(self.data)


def stored(wall: datetime) -> datetime:
    """The office's clock as the database keeps moments."""
    return wall.replace(tzinfo=clock.OFFICE).astimezone(UTC).replace(tzinfo=None)


class Day(DateField):
    """日期, with its message in Chinese."""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata([unicodedata.normalize("NFKC", value).strip() for value in valuelist])
        except ValueError as fault:
            raise ValueError(f"{self.label.text}不是有效日期，请按 2026-11-20 的格式填写") from fault


class FaultsForm(OfficeForm):
    """A form whose refusal may name several fields."""

    def refuse(self, refusal: Refused) -> None:
        if not isinstance(refusal, FaultyStep):
            super().refuse(refusal)
            return
        for fault in refusal.faults:
            super().refuse(Refused(fault.message, field=fault.field))
        self.status = refusal.status


class StepForm(FaultsForm):
    """登记抽取、封样、移交."""

    kind = SelectField("环节", choices=[(kind.value, kind.value) for kind in RECORDED])
    happened_at = Moment("时间", [InputRequired("请填写时间")])
    person = text("经办人", 60, InputRequired("请填写经办人姓名"))
    seal_no = text("检验样品封条号", 60)
    backup_seal_no = text("备份样品封条号", 60)
    carrier = SelectField("送达方式", choices=[("", "不适用"), *((one.value, one.value) for one in Carrier)], default="")
    tracking_no = text("寄送单号", 60)
    condition = text("样品状态", 300)

    def validate_carrier(self, field: Any) -> None:
        if self.kind.data == CustodyKind.HANDED_OVER and not field.data:
            raise ValidationError("请选择送达方式：应由抽样人员携带或寄送，不得由被抽样单位自行寄送（第二十条）")

    def validate_tracking_no(self, field: Any) -> None:
        if self.carrier.data == Carrier.POSTED and not field.data:
            raise ValidationError("寄送的样品请填写寄送单号")

    @property
    def written(self) -> operations.Written:
        kind = CustodyKind(self.kind.data)
        sealed, handed = kind is CustodyKind.SEALED, kind is CustodyKind.HANDED_OVER
        return operations.Written(
            kind, self.happened_at.stored, self.person.data, condition=self.condition.data or None,
            seal_no=seal_number(self.seal_no.data) if sealed else None,
            backup_seal_no=seal_number(self.backup_seal_no.data) if sealed else None,
            carrier=(self.carrier.data or None) if handed else None,
            tracking_no=(self.tracking_no.data or None) if handed else None,
        )  # fmt: skip


class HandoverForm(FaultsForm):
    """批量移交."""

    ids = HiddenField()
    laboratory = SelectField("移交给", default="")
    happened_at = Moment("移交时间", [InputRequired("请填写移交时间")])
    person = text("移交人", 60, InputRequired("请填写移交人姓名"))
    carrier = SelectField(
        "送达方式", [InputRequired("请选择送达方式")], choices=[("", "请选择"), *((one.value, one.value) for one in Carrier)], default=""
    )
    tracking_no = text("寄送单号", 60)

    def validate_tracking_no(self, field: Any) -> None:
        if self.carrier.data == Carrier.POSTED and not field.data:
            raise ValidationError("寄送的样品请填写寄送单号")

    def offer(self, laboratories: Iterable[str]) -> HandoverForm:
        self.laboratory.choices = [("", "抽样单上的检验机构"), *((name, name) for name in laboratories)]
        return self

    @property
    def written(self) -> operations.Written:
        return operations.Written(
            CustodyKind.HANDED_OVER, self.happened_at.stored, self.person.data, carrier=self.carrier.data,
            tracking_no=self.tracking_no.data or None,
        )  # fmt: skip


class ArrivalForm(FaultsForm):
    """收样: 接收 or 拒收, by the button that was pressed."""

    version = IntegerField(widget=HiddenInput(), validators=[InputRequired("页面已过期，请刷新后重试")])
    happened_at = Moment("收样时间", [InputRequired("请填写收样时间")])
    person = text("收样人", 60, InputRequired("请填写收样人姓名"))
    seal_no = text("检验样品封条号", 60)
    backup_seal_no = text("备份样品封条号", 60)
    checks = SelectMultipleField(
        "收样检查", choices=[(one.name, one.value) for one in Check], widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )
    condition = text("情况说明", 200)
    temperature = text("样品温度", 20)
    reason = text("拒收理由", 500, area=True)

    degrees: Decimal | None = None

    def validate_temperature(self, field: Any) -> None:
        try:
            self.degrees = degrees(field.data)
        except ValueError as fault:
            raise ValidationError(str(fault)) from fault

    @property
    def passed(self) -> list[Check]:
        return [Check[name] for name in self.checks.data or ()]

    def take(self, kind: CustodyKind) -> bool:
        """What only one of the two buttons asks for."""
        missing = [check.value for check in Check if check not in self.passed]
        if kind is CustodyKind.RECEIVED and missing:
            self.checks.errors = [f"以下检查没有通过：{'、'.join(missing)}。不符合要求的样品应当拒收（第二十二条）"]
        if kind is CustodyKind.REFUSED and not self.reason.data:
            self.reason.errors = ["拒收须书面说明理由，请填写拒收理由"]
        return not self.errors

    def written(self, kind: CustodyKind) -> operations.Written:
        said = "；".join(part for part in (check_words(self.passed), self.condition.data) if part)
        return operations.Written(
            kind, self.happened_at.stored, self.person.data, seal_no=seal_number(self.seal_no.data),
            backup_seal_no=seal_number(self.backup_seal_no.data), condition=said[:300], temperature=self.degrees,
            reason=self.reason.data if kind is CustodyKind.REFUSED else None,
        )  # fmt: skip


class ReasonForm(OfficeForm):
    """作废, with its reason."""

    reason = text("作废原因", 300, InputRequired("请填写作废原因"), area=True)


# ---------------------------------------------------------------- pictures

class PhotosForm(OfficeForm):
    """上传照片, several at once."""

    files = MultipleFileField("照片", [InputRequired("请选择照片")])
    kind = SelectField("照片类别", id="photo-kind", choices=[(kind.value, kind.value) for kind in PhotoKind])
    note = text("说明", 200)
    event_id = HiddenField()

    @property
    def chosen(self) -> list[Any]:
        return [file for file in self.files.data or () if getattr(file, "filename", "")]


class SigningForm(OfficeForm):
    """登记签字: drawn on the page, or a scan of the paper."""

    signer = SelectField("签字方", choices=[(one.value, one.value) for one in Signer])
    name = text("签字人姓名", 60, InputRequired("请填写签字人姓名"))
    signed_at = Moment("签字时间", [InputRequired("请填写签字时间")])
    opinion = RadioField("对抽样过程", choices=[("", "不适用"), *((one.value, one.value) for one in Opinion)], default="")
    opinion_text = text("异议或说明", 500, area=True)
    drawn = HiddenField()
    scan = FileField("纸质签字扫描件或照片")

    @property
    def written(self) -> signatures.Written:
        form = SignatureForm.DRAWN if self.drawn.data else SignatureForm.SCANNED
        opinion = Opinion(self.opinion.data) if self.opinion.data else None
        return signatures.Written(
            Signer(self.signer.data), form, self.name.data, self.signed_at.stored, opinion, self.opinion_text.data or None
        )


# ---------------------------------------------------------------- backup samples

class StoreForm(OfficeForm):
    """备份样品入库."""

    place = text("存放位置", 200, InputRequired("请填写存放位置，如 冷库A-3-12"))
    storage = text("贮存条件", 100, id="backup-storage")
    quantity = text("数量", 60, InputRequired("请填写备份样品数量"))
    seal_no = text("封条号", 60, id="backup-seal")
    stored_on = Day("入库日期", [InputRequired("请填写入库日期")])

    @property
    def written(self) -> backups.Storing:
        assert self.stored_on.data is not None
        return backups.Storing(
            self.place.data, self.stored_on.data, self.storage.data or None, self.quantity.data or None, seal_number(self.seal_no.data)
        )


class MoveForm(OfficeForm):
    """移库."""

    version = IntegerField(widget=HiddenInput(), validators=[InputRequired("页面已过期，请刷新后重试")])
    place = text("新的存放位置", 200, InputRequired("请填写新的存放位置"))
    storage = text("贮存条件", 100)
    reason = text("移库原因", 300, InputRequired("请填写移库原因"))


class DiscardForm(OfficeForm):
    """处置备份样品."""

    version = IntegerField(widget=HiddenInput(), validators=[Optional()])
    discarded_on = Day("处置日期", [InputRequired("请填写处置日期")])
    method = text("处置方式", 100, InputRequired("请填写处置方式，如 无害化销毁"))
    witness = text("见证人", 60, InputRequired("请填写见证人姓名"))

    @property
    def written(self) -> backups.Discarding:
        assert self.discarded_on.data is not None
        return backups.Discarding(self.discarded_on.data, self.method.data, self.witness.data)


def ids_asked(written: Iterable[str]) -> list[int]:
    """Ids as a page sends them; what is no id is no row."""
    found = [int(part) for value in written for part in value.split(",") if part.isascii() and part.isdigit() and len(part) < 17]
    return list(dict.fromkeys(found))[:500]


def day(written: str | None) -> date | None:
    try:
        return date.fromisoformat(written or "")
    except ValueError:
        return None


def kept(values: Mapping[str, Any]) -> dict[str, Any]:
    """A query again, for the links of a list."""
    return {name: value for name, value in values.items() if value not in (None, "")}

"""The form of a sampling sheet (抽样单表单): shape only. What the sheet must say is asked of the domain."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from wtforms import BooleanField, HiddenField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError
from wtforms.widgets import DateInput, HiddenInput

from app.domain.findings import Finding
from app.domain.samples import Purpose
from app.domain.sheet_required import FIELDS, OFFLINE, ONLINE, Need, need, sheet_of, with_slashes, without_absent
from app.domain.workflow import SampleState
from app.domain.written import NotADate, present, written_date
from app.errors import NotLikeThis
from app.forms import OfficeForm
from app.sampling.columns import LENGTHS, LONGEST_PERSONAL, PERSONAL, title
from app.sampling.sheet_layout import (
    CHOICES,
    DATES,
    FROM_ROWS,
    PICKED,
    SAMPLER_PICKS,
    SECTIONS,
    SHEET,
    WRITTEN,
    Section,
)

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
QUANTITY = re.compile(r"\d{1,9}(?:\.\d{1,6})?")
TEMPERATURE = re.compile(r"[-+]?\d{1,3}(?:\.\d{1,2})?")
SAID_NOTHING = ("", "/", "-", "—")
LONGEST_TEXT = 200
TITLES = {"sampler_1": "抽样人员一", "sampler_2": "抽样人员二", "sampler_3": "抽样人员三", "samplers": "其他抽样人员"}
DRAFT_KEY = re.compile(r"[0-9a-f]{32}")


def plain(written: Any) -> Any:
    """A filter: blanks around and control characters mean nothing."""
    if not isinstance(written, str):
        return written
    return CONTROL.sub("", written.replace("\r\n", "\n").replace("\r", "\n")).strip()


def _longest(name: str) -> int:
    if name == "category":
        return LENGTHS["category_written"]
    if name in ("sampled_region", "producer_region"):
        return LENGTHS[f"{name}_written"]
    return LONGEST_PERSONAL if name in PERSONAL else LENGTHS.get(name, LONGEST_TEXT)


def _half_width(field: Any) -> str:
    return unicodedata.normalize("NFKC", field.data or "").strip()


def _is_quantity(form: Any, field: Any) -> None:
    text = _half_width(field)
    if text not in SAID_NOTHING and not QUANTITY.fullmatch(text):
        raise ValidationError("抽样数量应为数字，如 3.042，单位填在“抽样数量单位”")


def _not_negative(form: Any, field: Any) -> None:
    """备样数量、抽样基数 are written with their unit; below nought they mean nothing."""
    if re.match(r"[-−—]\s*[\d.]", _half_width(field)):
        raise ValidationError(f"{field.label.text}不能是负数：请核对")


def _is_temperature(form: Any, field: Any) -> None:
    text = _half_width(field)
    if text not in SAID_NOTHING and not TEMPERATURE.fullmatch(text):
        raise ValidationError("储存温度应为数字，如 4 或 -18")


def _is_humidity(form: Any, field: Any) -> None:
    text = _half_width(field)
    if text in SAID_NOTHING:
        return
    if not (QUANTITY.fullmatch(text) and float(text) <= 100):
        raise ValidationError("储存湿度应为 0 至 100 之间的数字")


def _is_day(form: Any, field: Any) -> None:
    try:
        written_date(present(field.data or ""))
    except NotADate as problem:
        raise ValidationError(f"{problem}") from problem


CHECKS: Mapping[str, Any] = {
    "quantity": _is_quantity, "storage_temperature": _is_temperature, "storage_humidity": _is_humidity,
    "deliver_until": _is_day, "backup_quantity": _not_negative, "base_quantity": _not_negative, "stock_quantity": _not_negative,
    "purchased_quantity": _not_negative, "unit_price": _not_negative, "annual_sales": _not_negative,
}  # fmt: skip


def _text(name: str) -> Any:
    longest, label = _longest(name), TITLES.get(name) or title(name)
    told = label.replace("%", "%%")  # the message is a pattern of the library's
    checks: list[Any] = [Length(max=longest, message=f"{told}不得超过 {longest} 个字")]
    if name in CHECKS:
        checks = [CHECKS[name]] if name == "quantity" else [*checks, CHECKS[name]]
    if name == "remark":
        return TextAreaField(label, checks, [plain])
    return StringField(label, checks, [plain], widget=DateInput() if name in DATES else None)


def _choice(name: str) -> Any:
    words = [(str(word), str(word)) for word in CHOICES[name]]
    if name == "purpose":
        return SelectField("检验目的", choices=words, default=Purpose.SUPERVISION.value)
    blank = "不是特殊抽样" if name == "special_sampling" else "请选择"
    return SelectField(title(name), choices=[("", blank), *words], default="")


class SheetFields(OfficeForm):
    """抽样单: what registering and correcting have in common; the fields themselves are added below."""

    confirmed = StringField(filters=[plain])  # the warnings that somebody has read and accepted

    def written(self, slashes: bool = True) -> dict[str, str]:
        """What was typed, by field, as this sheet's form asks for it; with ``slashes`` blanks count as "/"."""
        typed = {name: self._fields[name].data or "" for name in SHEET if name in self._fields}
        typed["samplers"] = "、".join([*self.picked_samplers, *([typed["samplers"]] if typed["samplers"] else [])])
        typed |= {name: str(self._fields[name].data or "") for name in PICKED if name in self._fields}
        asked = without_absent(typed)
        return with_slashes(asked) if slashes else asked

    @property
    def picked_samplers(self) -> list[str]:
        """Names of the samplers chosen from the list; two people of one name are told apart."""
        names = [self._name_of(name) for name in SAMPLER_PICKS if name in self._fields and self._fields[name].data]
        if len(set(self.sampler_ids)) < len(names):
            return names  # one person twice, which the check of samplers refuses
        return [name if names.count(name) == 1 else f"{name}（{place}）" for place, name in enumerate(names, 1)]

    @property
    def sampler_ids(self) -> list[int]:
        found = [self._fields[name].data for name in SAMPLER_PICKS if name in self._fields]
        return [int(number) for number in found if number and str(number).isdecimal()]

    def _name_of(self, name: str) -> str:
        """The name in a choice that reads 姓名　单位."""
        field = self._fields[name]
        return next((text for value, text in field.choices if value == field.data), "").partition("　")[0]

    def needs(self) -> dict[str, Need]:
        """What each field is asked for on this sheet."""
        sheet = sheet_of({name: self._fields[name].data or "" for name in SHEET if name in self._fields})
        found = {name: need(name, sheet) for name in FIELDS}
        return found | dict.fromkeys(SAMPLER_PICKS, Need.FREE) | {"samplers": Need.FREE}

    def sections(self) -> Iterator[tuple[Section, list[Any], list[Any]]]:
        for section in SECTIONS:
            shown, more = ([self._fields[name] for name in names if name in self._fields] for names in (section.fields, section.more))
            yield section, shown, more

    def take(self, found: Sequence[Finding]) -> bool:
        """Show what blocks at its field; may the sheet be saved? Warnings have to be read and accepted first."""
        blocking = [finding for finding in found if finding.blocking]
        for finding in blocking:
            self.refuse(NotLikeThis(finding.message, field=self._place_of(finding.field)))
        if blocking:
            return False
        return not found or self.confirmed.data == fingerprint(found)

    def _place_of(self, field: str) -> str:
        return "sampler_1" if field == "samplers" and "sampler_1" in self._fields and self.sampler_ids else field

    def validate_sampler_2(self, field: Any) -> None:
        if field.data and len(set(self.sampler_ids)) < len(self.sampler_ids):
            raise ValidationError("抽样人员重复：请选择不同的人员")


def fingerprint(found: Sequence[Finding]) -> str:
    """What was accepted: another warning has to be accepted anew. Nothing can be accepted while something blocks."""
    if not found or any(finding.blocking for finding in found):
        return ""
    told = sorted(f"{finding.rule} {finding.field} {finding.message}" for finding in found)
    return hashlib.sha256("\n".join(told).encode()).hexdigest()[:20]


class SheetForm(SheetFields):
    """登记抽样单."""

    number = _text("number")
    outcome = SelectField("抽样情况", choices=list(OUTCOMES), default=SampleState.REGISTERED.value)
    outcome_code = SelectField("未抽样原因", choices=[("", "请选择"), *((word, word) for word in REASONS)], default="")
    outcome_note = StringField("原因说明", [Length(max=200, message="原因说明不得超过 200 个字")], [plain])
    rest_absent = BooleanField("其余空白栏目均不适用，按“/”登记")
    draft_key = HiddenField(validators=[Optional()])
    tab = HiddenField(validators=[Optional()])
    rapid = HiddenField(validators=[Optional()])  # the positive rapid test that this sheet follows
    revision = IntegerField(widget=HiddenInput(), validators=[Optional()])

    @property
    def key(self) -> str | None:
        """The key of the form; one that we never gave is none."""
        written = self.draft_key.data or ""
        return written if DRAFT_KEY.fullmatch(written) else None

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
    base = HiddenField(validators=[Optional()])  # what the page showed when it was opened


def only_on(name: str) -> str | None:
    """The links whose form has this field, for the page to show and hide it; None: every form."""
    field = FIELDS.get(name)
    if field is None or set(field.only) >= {*OFFLINE, *ONLINE}:
        return None
    return " ".join(link.value for link in field.only)


for _name in CHOICES:
    setattr(SheetFields, _name, _choice(_name))
for _name in FROM_ROWS:
    setattr(SheetFields, _name, SelectField(TITLES.get(_name) or title(_name), choices=[("", "—")], default=""))
for _name in PICKED:
    setattr(SheetFields, _name, HiddenField(validators=[Optional()]))
for _name in WRITTEN:
    setattr(SheetFields, _name, _text(_name))

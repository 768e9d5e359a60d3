"""Forms of 执法文书: shape only. What a way of delivery must show is asked of ``domain.official_documents``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_wtf.file import FileField
from wtforms import DateField, HiddenField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional
from wtforms.widgets import HiddenInput

from app.domain.case_kinds import DeliveryWay, Side
from app.domain.documents import DocumentKind
from app.domain.official_documents import LONG_FIELDS, LONGEST, Delivery, Kind
from app.domain.workflow import DocumentState
from app.forms import OfficeForm, trimmed
from app.official_documents.deliveries import FaultyDelivery
from app.official_documents.operations import Written
from app.official_documents.queries import Filters

EXPIRED = "页面已过期，请刷新后重试"
LONGEST_ID = 16


def _version(required: bool = True) -> IntegerField:
    return IntegerField(widget=HiddenInput(), validators=[InputRequired(EXPIRED) if required else Optional()])


def _text(title: str, longest: int, *rules: Any, long: bool = False) -> Any:
    limit = Length(max=longest, message=f"{title}不得超过 {longest} 个字")
    return (TextAreaField if long else StringField)(title, [*rules, limit], [trimmed])


class DraftForm(OfficeForm):
    """起草、修改; the fields of its kind are added by ``draft_form``."""

    kind: Kind
    side = SelectField("受送达人身份", validate_choice=False)
    recipient = _text("受送达人", 300)
    recipient_address = _text("受送达人地址", 400)
    version = _version(required=False)
    key = HiddenField(validators=[Length(max=60)])

    def of_kind(self) -> list[Any]:
        """The fields of its kind, in the order of the document."""
        return [self._fields[f"field_{place}"] for place in range(len(self.kind.fields))]

    @property
    def written(self) -> Written:
        texts = {name: field.data or "" for name, field in zip(self.kind.fields, self.of_kind(), strict=True)}
        side = next((one for one in Side if one.value == self.side.data), Side.OTHER)
        return Written(side, self.recipient.data or "", self.recipient_address.data or None, texts)


def draft_form(kind: Kind, written: Written | None = None, **values: Any) -> DraftForm:
    """The form of this kind; without ``written`` it holds what was sent."""
    fields = {
        f"field_{place}": _text(name, LONGEST, long=name in LONG_FIELDS) for place, name in enumerate(kind.fields)
    }
    shaped = type("ShapedForm", (DraftForm,), {**fields, "kind": kind})
    if written is not None:
        values |= {f"field_{place}": written.fields.get(name, "") for place, name in enumerate(kind.fields)}
        values |= {"side": written.side.value, "recipient": written.recipient, "recipient_address": written.recipient_address}
    form: DraftForm = shaped(**values)
    form.side.choices = [(side.value, side.value) for side in kind.sides]
    return form


class IssueForm(OfficeForm):
    """制发."""

    issued_on = DateField("制发日期", [InputRequired("请填写制发日期")])
    version = _version()


class ReasonForm(OfficeForm):
    """作废."""

    reason = _text("作废原因", 300, DataRequired("请填写作废原因"), long=True)
    version = _version()


class DeliveryForm(OfficeForm):
    """登记送达."""

    way = SelectField("送达方式", choices=[(way.value, way.value) for way in DeliveryWay])
    sent_on = DateField("送出日期", [InputRequired("请填写送出日期")])
    delivered_on = DateField("送达日期", [Optional()])
    servers = _text("送达人", 200)
    place = _text("送达地点", 300)
    receiver = _text("签收人", 100)
    relation = _text("与受送达人关系", 60)
    mail_no = _text("邮件号码", 60)
    notice_place = _text("公告载体", 300)
    witnesses = _text("见证人", 200)
    refusal = _text("拒收事由", 300)
    remark = _text("备注", 500, long=True)
    scan = FileField("送达回证扫描件")
    reason = _text("更正原因", 300)
    attempt = HiddenField()
    version = _version()

    @property
    def written(self) -> Delivery:
        names = ("servers", "place", "receiver", "relation", "mail_no", "notice_place", "witnesses", "refusal", "remark")
        texts: dict[str, Any] = {name: self._fields[name].data or None for name in names}
        texts["servers"] = texts["servers"] or ""
        assert self.sent_on.data is not None
        return Delivery(DeliveryWay(self.way.data), self.sent_on.data, delivered_on=self.delivered_on.data, **texts)

    @property
    def scanned(self) -> tuple[str, bytes] | None:
        file = self.scan.data
        return (file.filename or "", file.stream.read()) if file and file.filename else None

    def refuse(self, refusal: Any) -> None:
        """Every fault at its own field."""
        if not isinstance(refusal, FaultyDelivery):
            super().refuse(refusal)
            return
        self.status = refusal.status
        for name, sentence in refusal.faults.items():
            self._fields[name].errors = [*self._fields[name].errors, sentence]


# ---------------------------------------------------------------- the list's query

def filters_asked(asked: Mapping[str, str]) -> Filters:
    """The query of the list from its address; what it does not know is no condition."""
    return Filters(
        q=" ".join((asked.get("q") or "").split())[:60] or None,
        kind=next((one.value for one in DocumentKind if one.value == asked.get("kind")), None),
        state=next((one for one in DocumentState if one.value == asked.get("state")), None),
        side=next((one for one in Side if one.value == asked.get("side")), None),
        issued_from=_day(asked.get("issued_from")), issued_to=_day(asked.get("issued_to")),
    )  # fmt: skip


def _day(written: str | None) -> date | None:
    try:
        return date.fromisoformat(written or "")
    except ValueError:
        return None


def number(written: str | None) -> int | None:
    text = written or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST_ID else None


def kept(filters: Filters) -> dict[str, Any]:
    """The query again, for the links of the list."""
    values = {name: getattr(filters, name) for name in Filters.__slots__}
    return {name: getattr(value, "value", value) for name, value in values.items() if value is not None}

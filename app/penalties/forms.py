"""Forms of 行政处罚: shape only. What can be true is asked of ``domain.penalties``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from wtforms import BooleanField, HiddenField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional, Regexp
from wtforms.widgets import HiddenInput

from app.disposal.forms import Day, figure, plain
from app.domain.case_kinds import LicenceKind, PenaltyExcuse, PenaltyOutcome
from app.domain.penalties import CENT, CORRECTABLE, MONEY, RECORDED, TITLES, PenaltyRecord
from app.domain.workflow import PenaltyState
from app.errors import Refused
from app.forms import OfficeForm
from app.penalties.queries import REMOVALS, TO_PUBLISH, Filters
from app.penalties.recording import FaultyPenalty

EXPIRED = "页面已过期，请刷新后重试"
AMOUNT = r"[0-9]{1,12}(\.[0-9]{1,2})?\Z"
WEIGHT = r"[0-9]{1,12}(\.[0-9]{1,6})?\Z"
NOTHING = ("", "未填写")
LONGEST_ID = 16


def _version() -> IntegerField:
    return IntegerField(widget=HiddenInput(), validators=[InputRequired(EXPIRED)])


def _text(title: str, longest: int, *rules: Any, long: bool = False) -> Any:
    limit = Length(max=longest, message=f"{title}不得超过 {longest} 个字，请精简")
    return (TextAreaField if long else StringField)(title, [*rules, limit], [plain])


def _money(title: str, *rules: Any) -> StringField:
    message = f"{title}请填写数字，最多两位小数，如 5000 或 5000.50"
    return StringField(title, [*(rules or [Optional()]), Regexp(AMOUNT, message=message)], [figure])


def _one_of(title: str, words: type[StrEnum]) -> SelectField:
    return SelectField(title, choices=[NOTHING, *((each.value, each.value) for each in words)], default="")


class PenaltyForm(OfficeForm):
    """A form that tells every impossible field at once."""

    def refuse(self, refusal: Refused) -> None:
        if not isinstance(refusal, FaultyPenalty):
            super().refuse(refusal)
            return
        self.status = refusal.status
        for name, sentence in refusal.faults.items():
            field = self._fields.get(name)
            if field is None:
                self.form_errors.append(sentence)
            else:
                field.errors = [*field.errors, sentence]


class FileForm(PenaltyForm):
    """行政立案."""

    found_on = Day(TITLES["found_on"], [InputRequired("请填写发现线索日期")])
    filed_on = Day(TITLES["filed_on"], [InputRequired("请填写立案日期")])
    party_code = _text(TITLES["party_code"], 60)
    other_province = BooleanField("当事人在外省登记（处罚信息推送，不由本局公示）")
    version = _version()
    key = HiddenField(validators=[Length(max=60)])


class RecordForm(PenaltyForm):
    """登记调查情况和拟处理意见."""

    facts = _text(TITLES["facts"], 4000, long=True)
    basis = _text(TITLES["basis"], 2000, long=True)
    outcome = _one_of(TITLES["outcome"], PenaltyOutcome)
    excuse = _one_of(TITLES["excuse"], PenaltyExcuse)
    excuse_note = _text(TITLES["excuse_note"], 1000, long=True)
    warning = BooleanField(TITLES["warning"])
    criticism = BooleanField(TITLES["criticism"])
    income = _money(TITLES["income"])
    goods = _text(TITLES["goods"], 500)
    goods_kilograms = StringField(
        TITLES["goods_kilograms"], [Optional(), Regexp(WEIGHT, message="公斤数请填写数字，最多六位小数")], [figure]
    )
    goods_value = _money(TITLES["goods_value"])
    fine = _money(TITLES["fine"])
    total = _money(TITLES["total"])
    stop_business = BooleanField(TITLES["stop_business"])
    licence = _one_of(TITLES["licence"], LicenceKind)
    major = _text(TITLES["major"], 500)
    party_code = _text(TITLES["party_code"], 60)
    other_province = BooleanField("当事人在外省登记（处罚信息推送，不由本局公示）")
    version = _version()

    @classmethod
    def of(cls, saved: PenaltyRecord, version: int) -> RecordForm:
        """The form as a page first shows it."""
        return cls(formdata=None, data={**shown(saved), "version": version})

    @staticmethod
    def recorded() -> tuple[str, ...]:
        """The fields that a command names as well."""
        return (*RECORDED, "total")

    def written(self, saved: PenaltyRecord) -> PenaltyRecord:
        """What was typed; valid only once the form is."""
        return replace(saved, **{name: _meant(name, self._fields[name].data) for name in asdict(saved)})

    @property
    def typed_total(self) -> Decimal | None:
        return Decimal(self.total.data) if self.total.data else None


def shown(saved: PenaltyRecord) -> dict[str, Any]:
    """What is recorded, in the shape of the form."""
    values = {name: _shown(name, value) for name, value in asdict(saved).items()}
    return {**values, "total": f"{saved.total:f}" if saved.total else None}


def _shown(name: str, value: Any) -> Any:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}" if name == "goods_kilograms" else f"{value:f}" if value else None
    return getattr(value, "value", value)


KINDS: Mapping[str, type[StrEnum]] = {"outcome": PenaltyOutcome, "excuse": PenaltyExcuse, "licence": LicenceKind}


def _meant(name: str, typed: Any) -> Any:
    if name in MONEY:
        return Decimal(typed or "0").quantize(CENT)
    if isinstance(typed, bool):
        return typed
    if not typed:
        return None
    return Decimal(typed) if name == "goods_kilograms" else KINDS[name](typed) if name in KINDS else typed


class StepForm(PenaltyForm):
    """审核、审批意见; the day and number of the decision where this level may decide."""

    comment = _text("审核意见", 1000, long=True)
    decided_on = Day(TITLES["decided_on"], [Optional()])
    decision_no = _text(TITLES["decision_no"], 100)
    version = _version()


class ExecuteForm(PenaltyForm):
    """登记执行."""

    served_on = Day("决定书送达日期", [InputRequired("请填写决定书送达日期")])
    executed_on = Day(TITLES["executed_on"], [InputRequired("请填写执行日期")])
    paid = _money(TITLES["paid"], InputRequired("请填写实缴金额，没有罚没款的填 0"))
    execution = _text(TITLES["execution"], 1000, long=True)
    version = _version()

    @property
    def paid_amount(self) -> Decimal:
        return Decimal(self.paid.data or "0")


class CloseForm(PenaltyForm):
    """结案."""

    closed_on = Day(TITLES["closed_on"], [InputRequired("请填写结案日期")])
    served_on = Day("决定书送达日期", [Optional()])
    version = _version()


class CorrectForm(PenaltyForm):
    """更正登记: what was decided stays."""

    decision_no = _text(TITLES["decision_no"], 100)
    decided_on = Day(TITLES["decided_on"], [InputRequired("请填写决定日期")])
    facts = _text(TITLES["facts"], 4000, long=True)
    basis = _text(TITLES["basis"], 2000, long=True)
    excuse_note = _text(TITLES["excuse_note"], 1000, long=True)
    party_code = _text(TITLES["party_code"], 60)
    reason = _text("更正理由", 300, DataRequired("请填写更正理由"))
    version = _version()

    @property
    def written(self) -> dict[str, Any]:
        return {name: self._fields[name].data or None for name in CORRECTABLE}


class RevokeForm(PenaltyForm):
    """撤销."""

    revoked_on = Day(TITLES["revoked_on"], [InputRequired("请填写撤销日期")])
    reason = _text("撤销理由", 500, DataRequired("请填写撤销理由"), long=True)
    version = _version()


class PublicationForm(PenaltyForm):
    """登记公示."""

    published_on = Day("公示（推送）日期", [InputRequired("请填写公示日期")])
    document_no = _text("公示编号", 100)
    url = _text("网址", 500)
    version = _version()


class RemovalForm(PenaltyForm):
    """登记停止公示."""

    publication = IntegerField(widget=HiddenInput(), validators=[InputRequired(EXPIRED)])
    removed_on = Day("停止公示日期", [InputRequired("请填写停止公示日期")])
    reason = _text("停止公示理由", 300, DataRequired("请填写停止公示理由"))
    version = _version()


# ---------------------------------------------------------------- the list's query

def filters_asked(asked: Mapping[str, str]) -> Filters:
    """The query of the list from its address; what it does not know is no condition."""
    return Filters(
        q=" ".join((asked.get("q") or "").split())[:60] or None,
        state=next((one for one in PenaltyState if one.value == asked.get("state")), None),
        outcome=next((one for one in PenaltyOutcome if one.value == asked.get("outcome")), None),
        filed_from=_day(asked.get("filed_from")), filed_to=_day(asked.get("filed_to")),
        decided_from=_day(asked.get("decided_from")), decided_to=_day(asked.get("decided_to")),
        due=next((one for one in (TO_PUBLISH, REMOVALS) if one == asked.get("due")), None),
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

"""Forms of 复检: shape only. What may be true is asked of ``domain.retests`` and the operations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from wtforms import (
    DateField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, Optional, Regexp
from wtforms.widgets import CheckboxInput, HiddenInput, ListWidget

from app.domain.case_kinds import RetestConclusion, RetestPayer, Side
from app.domain.retests import TITLES, Ground
from app.domain.samples import Verdict
from app.domain.workflow import RetestState
from app.forms import OfficeForm, trimmed
from app.retests.laboratories import Entry
from app.retests.models import Retest
from app.retests.operations import Written
from app.retests.queries import ALL, LARGEST_ID, OVERDUE, RUNNING, Filters
from app.retests.testing import ItemResult, Payment

VERSION = "页面已过期，请刷新后重试"
MONEY = r"[0-9]{1,8}(\.[0-9]{1,2})?\Z"
SIDES = (Side.SAMPLED, Side.PRODUCER, Side.OTHER, Side.MARKET, Side.PLATFORM)
VERDICTS = (Verdict.PASS, Verdict.FAIL)
KEY = r"[0-9a-z]{8,60}"


def _blank(value: Any) -> Any:
    return trimmed(value) or None


def _day(name: str, needed: bool = True) -> DateField:
    check: Any = InputRequired(f"请填写{TITLES[name]}") if needed else Optional()
    return DateField(TITLES[name], [check])


def _reason(title: str, longest: int = 500, needed: bool = True) -> TextAreaField:
    checks: list[Any] = [DataRequired(f"请填写{title}")] if needed else [Optional()]
    return TextAreaField(title, [*checks, Length(max=longest, message=f"{title}不得超过 {longest} 个字")], [trimmed])


class StepForm(OfficeForm):
    """A step of a retest: the version that the page showed."""

    version = IntegerField(widget=HiddenInput(), validators=[InputRequired(VERSION)])

    def apart(self, step: str) -> StepForm:
        """Several forms stand on one page: the fields of each have ids of their own."""
        for field in self:
            field.id = f"{step}-{field.name}"
        return self


class ApplyForm(OfficeForm):
    """登记、修改复检申请."""

    side = SelectField(TITLES["side"], choices=[(each.value, each.value) for each in SIDES])
    applicant = StringField(
        TITLES["applicant"], [DataRequired("请填写申请人"), Length(max=300, message="申请人不得超过 300 个字")], [trimmed]
    )
    contact = StringField(TITLES["contact"], [Length(max=200, message="联系方式不得超过 200 个字")], [_blank])
    served_on = _day("served_on", needed=False)
    applied_on = _day("applied_on")
    received_on = _day("received_on")
    items = SelectMultipleField(TITLES["items"], choices=[], option_widget=CheckboxInput(), widget=ListWidget(prefix_label=False))
    reason = _reason(TITLES["reason"], 1000)
    version = IntegerField(widget=HiddenInput(), validators=[Optional()])
    key = HiddenField(validators=[Optional(), Regexp(f"^{KEY}$", message=VERSION)])

    def offer(self, names: Sequence[str]) -> ApplyForm:
        self.items.choices = [(name, name) for name in names]
        return self

    @property
    def written(self) -> Written:
        assert self.applied_on.data is not None and self.received_on.data is not None
        return Written(
            Side(self.side.data), self.applicant.data or "", self.contact.data, self.served_on.data, self.applied_on.data,
            self.received_on.data, self.reason.data or "", tuple(self.items.data or ()),
        )  # fmt: skip


class AcceptForm(StepForm):
    """受理."""

    decided_on = _day("decided_on")
    comment = _reason("意见", needed=False)


class DeclineForm(StepForm):
    """不予受理."""

    decided_on = _day("decided_on")
    ground = SelectField("不予受理的情形", choices=[(each.name, each.value) for each in Ground])
    comment = _reason("书面理由", 600)


class FreezeForm(StepForm):
    """冻结名单; those with an interest are read beside it, by the id of their entry."""


class DesignateForm(StepForm):
    """确定复检机构."""

    designated_on = _day("designated_on")
    comment = _reason("直接确定的理由", needed=False)


class RedesignateForm(StepForm):
    """重新确定复检机构."""

    redesignated_on = _day("redesignated_on")
    comment = _reason("复检机构书面说明的理由")


class HandOverForm(StepForm):
    """移交备份样品."""

    handed_on = _day("handed_on")
    backup_note = _reason("移交情况", needed=False)


class ArriveForm(StepForm):
    """复检机构收样."""

    arrived_on = _day("arrived_on")
    seal_intact = RadioField("封样是否完好", [InputRequired("请选择封样是否完好")], choices=[("是", "完好"), ("否", "不完好")])
    backup_note = _reason("备份样品情况", needed=False)


class ConcludeForm(StepForm):
    """登记复检结论; the results are read beside it, by the id of the item."""

    report_no = StringField(
        TITLES["report_no"], [DataRequired("请填写复检报告编号"), Length(max=100, message="复检报告编号不得超过 100 个字")], [trimmed]
    )
    concluded_on = _day("concluded_on")
    result_received_on = _day("result_received_on")


class TellForm(StepForm):
    """通知复检结论."""

    told_on = _day("told_on")
    comment = _reason("通知情况", needed=False)


class PayForm(StepForm):
    """登记费用."""

    payer = SelectField(TITLES["payer"], choices=[(each.value, each.value) for each in RetestPayer])
    fee = StringField(TITLES["fee"], [Optional(), Regexp(MONEY, message="复检费用请填写数字，单位为元，最多两位小数")], [trimmed])
    prepaid_on = _day("prepaid_on", needed=False)
    refunded_on = _day("refunded_on", needed=False)

    @property
    def written(self) -> Payment:
        fee = Decimal(self.fee.data) if self.fee.data else None
        return Payment(RetestPayer(self.payer.data), fee, self.prepaid_on.data, self.refunded_on.data)


class EndForm(StepForm):
    """终止或撤回."""

    ended_on = _day("ended_on")
    comment = _reason("理由")


class LaboratoryForm(OfficeForm):
    """复检机构名录中的一个机构."""

    code = StringField("编号", [DataRequired("请填写编号"), Length(max=40, message="编号不得超过 40 个字")], [trimmed])
    name = StringField("名称", [DataRequired("请填写名称"), Length(max=200, message="名称不得超过 200 个字")], [trimmed])
    address = StringField("地址", [Length(max=300, message="地址不得超过 300 个字")], [_blank])
    contact = StringField("联系人", [Length(max=100, message="联系人不得超过 100 个字")], [_blank])
    phone = StringField("联系电话", [Length(max=60, message="联系电话不得超过 60 个字")], [_blank])
    fields = TextAreaField("复检能力范围", [Length(max=500, message="复检能力范围不得超过 500 个字")], [_blank])
    laboratory_org_id = SelectField("对应的承检机构", choices=[], coerce=lambda value: int(value) if value else 0)
    valid_from = DateField("列入日期", [InputRequired("请填写列入日期")])
    valid_to = DateField("退出日期", [Optional()])
    source = StringField(
        "公布依据", [DataRequired("请填写公布依据，如公告文号"), Length(max=200, message="公布依据不得超过 200 个字")], [trimmed]
    )

    def offer(self, laboratories: Sequence[tuple[int, str]], nothing: str = "按名称自动对应") -> LaboratoryForm:
        self.laboratory_org_id.choices = [(0, nothing), *laboratories]
        return self

    @property
    def written(self) -> Entry:
        assert self.valid_from.data is not None
        return Entry(
            self.code.data or "", self.name.data or "", self.valid_from.data, self.source.data or "", self.valid_to.data, self.address.data,
            self.contact.data, self.phone.data, self._fields["fields"].data, self.laboratory_org_id.data or None,
        )  # fmt: skip


class CloseForm(OfficeForm):
    """退出名录."""

    closed_on = DateField("退出日期", [InputRequired("请填写退出日期")])
    reason = _reason("退出理由")


# ---------------------------------------------------------------- read beside a form

def results_typed(sent: Mapping[str, str], retest: Retest) -> dict[str, ItemResult]:
    """result-3, unit-3, method-3, verdict-3 of each item; what has neither result nor verdict was not filled in."""
    found = {}
    for item in retest.items:
        texts = {name: (sent.get(f"{name}-{item.id}") or "").strip() for name in ("result", "unit", "method", "verdict")}
        if texts["result"] and texts["verdict"] in {each.value for each in VERDICTS}:
            found[item.item] = ItemResult(
                texts["result"][:200], texts["unit"][:40] or None, texts["method"][:300] or None, Verdict(texts["verdict"])
            )
    return found


def avoided_typed(sent: Mapping[str, str]) -> dict[int, str]:
    """avoid-12=理由: those with an interest in the applicant."""
    found = {}
    for name, value in sent.items():
        key = name.removeprefix("avoid-")
        if name.startswith("avoid-") and key.isascii() and key.isdigit() and value.strip():
            found[int(key[:18])] = value.strip()[:150]
    return found


def number(written: str | None) -> int | None:
    text = (written or "").strip()
    return int(text) if text.isascii() and text.isdigit() and 0 < int(text[:19]) <= LARGEST_ID else None


def filters_asked(args: Mapping[str, str]) -> Filters:
    """查询条件 as the address has them; what is no condition is none."""
    state, side, conclusion = args.get("state", RUNNING), args.get("side", ""), args.get("conclusion", "")
    known = {RUNNING, ALL, OVERDUE, *(each.value for each in RetestState)}
    return Filters(
        state if state in known else RUNNING, Side(side) if side in {each.value for each in Side} else None,
        RetestConclusion(conclusion) if conclusion in {each.value for each in RetestConclusion} else None,
        (args.get("q") or "").strip()[:60] or None,
    )  # fmt: skip


def kept(filters: Filters) -> dict[str, Any]:
    found = {
        "state": filters.state, "side": filters.side.value if filters.side else None,
        "conclusion": filters.conclusion.value if filters.conclusion else None, "q": filters.word,
    }  # fmt: skip
    return {name: value for name, value in found.items() if value is not None}


def values_of(retest: Retest) -> dict[str, Any]:
    """What was registered, in the shape of the form."""
    names = ("applicant", "contact", "served_on", "applied_on", "received_on", "reason", "version")
    wanted = [item.item for item in retest.items if item.wanted]
    return {"side": retest.side.value, "items": wanted, **{name: getattr(retest, name) for name in names}}


def suggested(applicant: str, side: Side, served_on: date | None, today: date, items: Sequence[str]) -> dict[str, Any]:
    """A new application before anybody has written."""
    return {
        "side": side.value, "applicant": applicant, "served_on": served_on, "applied_on": today, "received_on": today, "items": list(items),
    }  # fmt: skip

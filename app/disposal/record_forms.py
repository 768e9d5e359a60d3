"""The form of 办理情况: all blocks on one page, each sent alone; shape only, what may be true is asked of ``domain.case_record``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from wtforms import FormField, IntegerField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.form import Form
from wtforms.validators import InputRequired, Length, Optional, Regexp
from wtforms.widgets import CheckboxInput, HiddenInput, ListWidget

from app.disposal.forms import Day, figure, plain
from app.disposal.models import CaseMode, DisposalCase, Party, PenaltyKind
from app.disposal.recording import FaultyRecord, record_of
from app.domain.case_kinds import QuantityKind
from app.domain.case_record import BLOCKS, RECALL_LEVELS, TITLES, CaseRecord, differences
from app.domain.disposal import ELEMENTS, Element, exemption_text, exemptions
from app.domain.quantity_balance import UNITS, Quantities, Quantity, quantities, short
from app.errors import Refused
from app.forms import OfficeForm
from app.reference_data.books import code_list

LONGEST = 2000
MONEY = r"[0-9]{1,12}(\.[0-9]{1,2})?\Z"
AMOUNT = r"[0-9]{1,12}(\.[0-9]{1,6})?\Z"
UNKNOWN = ("", "未填写")
ANSWERS: Mapping[str, bool] = {"是": True, "否": False}
NESTED = ("exempted", "quantities")
NO_PENALTY = "不予处罚理由"


def _day(name: str) -> Day:
    return Day(TITLES[name], [Optional()])


def _text(name: str, longest: int = LONGEST) -> Any:
    kind = TextAreaField if longest == LONGEST else StringField
    message = f"{TITLES[name]}不得超过 {longest} 个字，请精简，详细材料请作为附件保存"
    return kind(TITLES[name], [Length(max=longest, message=message)], [plain])


def _answer(name: str) -> SelectField:
    return SelectField(TITLES[name], choices=[UNKNOWN, *((word, word) for word in ANSWERS)], default="")


def _money(name: str, title: str) -> StringField:
    message = f"{title}请填写数字，单位为元，最多两位小数，如 5000 或 5000.50"
    return StringField(TITLES[name], [Optional(), Regexp(MONEY, message=message)], [figure])


def _exemption(element: Element) -> StringField:
    message = f"{element.value}的免除理由不得超过 200 个字，请精简"
    return StringField(element.value, [Length(max=200, message=message)], [plain])


ExemptionFields = type("ExemptionFields", (Form,), {part.name: _exemption(part) for part in Element})


class LineFields(Form):  # type: ignore[misc]
    """One line of 处置数量."""

    class Meta:
        """The library's own messages in Chinese as well."""

        locales = ("zh",)

    amount = StringField("数量", [Optional(), Regexp(AMOUNT, message="数量请填写数字，最多六位小数")], [figure])
    unit = SelectField("单位", choices=[("", "单位"), *((unit, unit) for unit in UNITS)], default="")
    kilograms = StringField("共计公斤", [Optional(), Regexp(AMOUNT, message="公斤数请填写数字，最多六位小数")], [figure])

    def validate(self, extra_validators: Any = None) -> bool:
        valid = bool(super().validate(extra_validators))
        if self.amount.data and not self.unit.data:
            self.unit.errors = [*self.unit.errors, "填写了数量的，请选择单位"]
        elif self.kilograms.data and not self.amount.data:
            self.amount.errors = [*self.amount.errors, "填写了公斤数的，请填写数量"]
        else:
            return valid
        return False


QuantityFields = type("QuantityFields", (Form,), {kind.name: FormField(LineFields, label=kind.value) for kind in QuantityKind})


class RecordForm(OfficeForm):
    """登记办理情况."""

    block: str | None = None  # which part of the page was sent
    version = IntegerField(widget=HiddenInput(), validators=[InputRequired("页面已过期，请刷新后重试")])
    received_on = Day(TITLES["received_on"], [InputRequired("请填写收到不合格结论日期")])
    reason = StringField(
        "收到日期更正理由", [Length(max=200, message="更正理由不得超过 200 个字，请精简")], [plain]
    )
    started_on = _day("started_on")
    served_on = _day("served_on")
    control_on = _day("control_on")
    stop_ordered = _answer("stop_ordered")
    seal_ordered = _answer("seal_ordered")
    recall_ordered = _answer("recall_ordered")
    recall_level = SelectField(
        TITLES["recall_level"], choices=[UNKNOWN, *((str(level), f"{level} 级") for level in RECALL_LEVELS)], default=""
    )
    control = _text("control")
    quantities: Any = FormField(QuantityFields, label=TITLES["quantities"])
    goods_value = _money("goods_value", "货值")
    quantity_note = _text("quantity_note", 1000)
    not_recalled = _text("not_recalled", 1000)
    cause_on = _day("cause_on")
    cause_codes = SelectMultipleField(
        TITLES["cause_codes"], choices=[], option_widget=CheckboxInput(), widget=ListWidget(prefix_label=False)
    )
    cause = _text("cause")
    source_traced = _answer("source_traced")
    source_producer = _text("source_producer", 300)
    untraced = _text("untraced", 1000)
    rectify_ordered = _answer("rectify_ordered")
    rectify_from = _day("rectify_from")
    rectify_to = _day("rectify_to")
    rectify_report = _answer("rectify_report")
    rectified_on = _day("rectified_on")
    recheck_passed = _answer("recheck_passed")
    rectification = _text("rectification")
    penalty_kind = SelectField(
        TITLES["penalty_kind"], choices=[UNKNOWN, *((kind.value, kind.value) for kind in PenaltyKind)], default=""
    )
    penalty_no = _text("penalty_no", 100)
    penalty_on = _day("penalty_on")
    penalty_amount = _money("penalty_amount", "罚没款")
    penalty = _text("penalty")
    published_on = _day("published_on")
    publication = _text("publication")
    notified_org = _text("notified_org", 200)
    notified_on = _day("notified_on")
    notified_no = _text("notified_no", 100)
    other_measures = _text("other_measures")
    remark = _text("remark", 1000)
    exempted: Any = FormField(ExemptionFields, label=TITLES["exempted"])

    @classmethod
    def of(cls, case: DisposalCase) -> RecordForm:
        """The form as a page first shows it."""
        values = {name: _shown(value) for name, value in saved_values(record_of(case)).items()}
        made = cls(formdata=None, data={**values, "version": case.version})
        return made.knowing(case)

    def knowing(self, case: DisposalCase) -> RecordForm:
        """With the causes that the official form lists for this party; what was ticked before stays to be ticked."""
        if "cause_codes" in self._fields:
            words = [*code_list(cause_list(case.party)), *(case.cause_codes or "").split("、")]
            self.cause_codes.choices = [(word, word) for word in dict.fromkeys(words) if word]
        return self

    def only(self, block: str | None, sent: Iterable[str]) -> RecordForm:
        """What was sent: one block, or the named fields; whatever was not sent stays as it is."""
        self.block = block if block in BLOCKS else None
        wanted = set(BLOCKS[self.block]) if self.block else {name.partition("-")[0] for name in sent}
        if "received_on" in wanted:
            wanted.add("reason")
        for name in ({*TITLES, "reason"} - wanted) & set(self._fields):
            del self[name]
        return self

    def adopt(self, typed: RecordForm) -> RecordForm:
        """The whole page again, with what was typed in the block that was refused."""
        for name, field in typed._fields.items():
            self._fields[name] = field
            setattr(self, name, field)
        self.form_errors.extend(typed.form_errors)
        self.block = typed.block
        return self

    def written(self, saved: CaseRecord) -> CaseRecord:
        """What was recorded with what was typed; valid only once the form is."""
        typed = {name: _read(name, self._fields[name].data) for name in TITLES if name in self._fields}
        return replace(saved, **typed)

    @property
    def reason_given(self) -> str | None:
        """更正理由, which is asked for beside the date of receipt only."""
        field = self._fields.get("reason")
        return field.data if field is not None else None

    def elements(self, mode: CaseMode) -> Iterator[Any]:
        """The exemption fields of the elements this mode requires."""
        return (self.exempted.form._fields[part.name] for part in ELEMENTS[mode])

    def refuse(self, refusal: Refused) -> None:
        """Every impossible field is told at once."""
        if not isinstance(refusal, FaultyRecord):
            super().refuse(refusal)
            return
        for name, sentence in refusal.faults.items():
            field = self._fields.get(name)
            if field is None or name in NESTED:
                self.form_errors.append(sentence)
            else:
                field.errors = [*field.errors, sentence]
        self.status = refusal.status

    def face(self, case: DisposalCase) -> list[tuple[str, Any, Any]]:
        """After somebody else saved first: what he saved and what was typed here, field by field."""
        saved = record_of(case)
        found = differences(saved, self.written(saved))
        return [(TITLES[name], in_words(before), in_words(after)) for name, (before, after) in found.items()]


def cause_list(party: Party) -> str:
    """The producer is asked about its production, everybody else about buying and selling."""
    return f"不合格原因·{'生产' if party is Party.PRODUCTION else '经营'}环节"


def in_words(value: Any) -> Any:
    """A recorded value as people read it."""
    if isinstance(value, bool):
        return "是" if value else "否"
    return str(value) or None if isinstance(value, Quantities) else value


def saved_values(saved: CaseRecord) -> dict[str, Any]:
    """What was recorded, in the shape of the form."""
    values = {name: getattr(saved, name) for name in TITLES}
    values["exempted"] = {part.name: reason for part, reason in exemptions(saved.exempted).items()}
    values["cause_codes"] = (saved.cause_codes or "").split("、") if saved.cause_codes else []
    values["quantities"] = {
        line.kind.name: {
            "amount": short(line.amount), "unit": line.unit,
            "kilograms": None if line.kilograms is None else short(line.kilograms),
        }
        for line in saved.quantities.lines
    }  # fmt: skip
    return values


def _shown(value: Any) -> Any:
    if isinstance(value, bool):
        return in_words(value)
    if isinstance(value, PenaltyKind):
        return value.value
    return f"{value:f}" if isinstance(value, Decimal) else str(value) if isinstance(value, int) else value


MEANT: Mapping[str, Any] = {
    "penalty_kind": PenaltyKind, "penalty_amount": Decimal, "goods_value": Decimal, "recall_level": int, "cause_codes": "、".join,
    **{name: ANSWERS.get for name in ("stop_ordered", "seal_ordered", "recall_ordered", "source_traced", "rectify_ordered",
                                      "rectify_report", "recheck_passed")},
}  # fmt: skip


def _read(name: str, typed: Any) -> Any:
    if name == "exempted":
        return exemption_text({part: typed[part.name] or "" for part in Element})
    if name == "quantities":
        return quantities(_line(kind, typed[kind.name]) for kind in QuantityKind if typed[kind.name]["amount"])
    return MEANT.get(name, lambda value: value)(typed) if typed else None


def _line(kind: QuantityKind, typed: Mapping[str, str]) -> Quantity:
    weight = Decimal(typed["kilograms"]) if typed["kilograms"] else None
    return Quantity(kind, Decimal(typed["amount"]), typed["unit"], weight)

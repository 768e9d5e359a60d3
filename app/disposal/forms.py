"""Forms of the disposal pages: shape only. What may be true of a case is asked of ``domain.case_record``."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import DateField, FormField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.form import Form
from wtforms.validators import InputRequired, Length, Optional, Regexp
from wtforms.widgets import HiddenInput

from app.disposal.models import CaseMode, DisposalCase, Party, PenaltyKind
from app.disposal.operations import FaultyRecord, record_of
from app.disposal.queries import ALL_STATES, LARGEST_ID, LIVE_STATES, Filters
from app.domain.case_record import TITLES, CaseRecord, differences
from app.domain.deadlines import DeadlineLight
from app.domain.disposal import ELEMENTS, Element, exemption_text, exemptions
from app.domain.workflow import CaseState
from app.errors import Refused
from app.forms import OfficeForm

LONGEST = 2000
LIGHTS: Mapping[str, DeadlineLight] = {
    "red": DeadlineLight.RED, "amber": DeadlineLight.AMBER, "green": DeadlineLight.GREEN,
}  # fmt: skip
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")  # no keyboard writes these, and PostgreSQL refuses the first
MONEY = r"[0-9]{1,12}(\.[0-9]{1,2})?\Z"


def plain(written: Any) -> Any:
    """A filter: spaces around mean nothing, a line ends with one character, control characters go."""
    if not isinstance(written, str):
        return written
    return CONTROL.sub("", written.replace("\r\n", "\n").replace("\r", "\n")).strip()


def figure(written: Any) -> Any:
    """A filter: full-width digits, thousands separators and 元 are how people write an amount."""
    return re.sub(r"[,，\s元]", "", unicodedata.normalize("NFKC", written)) if isinstance(written, str) else written


class Day(DateField):
    """日期, with its message in Chinese."""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata([value.strip() for value in valuelist])
        except ValueError as fault:
            raise ValueError(f"{self.label.text}不是有效日期，请按 2026-11-20 的格式填写") from fault


def _day(name: str) -> Day:
    return Day(TITLES[name], [Optional()])


def _text(name: str, longest: int = LONGEST) -> Any:
    kind = TextAreaField if longest == LONGEST else StringField
    message = f"{TITLES[name]}不得超过 {longest} 个字，请精简，详细材料请作为附件保存"
    return kind(TITLES[name], [Length(max=longest, message=message)], [plain])


def _exemption(element: Element) -> StringField:
    message = f"{element.value}的免除理由不得超过 200 个字，请精简"
    return StringField(element.value, [Length(max=200, message=message)], [plain])


ExemptionFields = type("ExemptionFields", (Form,), {part.name: _exemption(part) for part in Element})


class RecordForm(OfficeForm):
    """登记办理情况."""

    version = IntegerField(widget=HiddenInput(), validators=[InputRequired("页面已过期，请刷新后重试")])
    received_on = Day(TITLES["received_on"], [InputRequired("请填写收到不合格结论日期")])
    reason = StringField(
        "收到日期更正理由", [Length(max=200, message="更正理由不得超过 200 个字，请精简")], [plain]
    )
    started_on = _day("started_on")
    served_on = _day("served_on")
    control_on = _day("control_on")
    control = _text("control")
    cause_on = _day("cause_on")
    cause = _text("cause")
    penalty_kind = SelectField(
        TITLES["penalty_kind"], choices=[("", "未填写"), *((kind.value, kind.value) for kind in PenaltyKind)], default=""
    )
    penalty_no = _text("penalty_no", 100)
    penalty_on = _day("penalty_on")
    penalty_amount = StringField(
        TITLES["penalty_amount"],
        [Optional(), Regexp(MONEY, message="罚没款请填写数字，单位为元，最多两位小数，如 5000 或 5000.50")],
        [figure],
    )
    penalty = _text("penalty")
    rectified_on = _day("rectified_on")
    rectification = _text("rectification")
    published_on = _day("published_on")
    publication = _text("publication")
    notified_org = _text("notified_org", 200)
    notified_on = _day("notified_on")
    notified_no = _text("notified_no", 100)
    exempted: Any = FormField(ExemptionFields, label=TITLES["exempted"])

    @classmethod
    def of(cls, case: DisposalCase) -> RecordForm:
        """The form as a page first shows it."""
        saved = record_of(case)
        values = {name: getattr(saved, name) for name in TITLES if name != "exempted"}
        values["penalty_kind"] = saved.penalty_kind.value if saved.penalty_kind else ""
        values["penalty_amount"] = f"{saved.penalty_amount:f}" if saved.penalty_amount is not None else None
        values["exempted"] = {part.name: reason for part, reason in exemptions(saved.exempted).items()}
        return cls(formdata=None, data={**values, "version": case.version})

    @property
    def written(self) -> CaseRecord:
        """What was typed; valid only once the form is."""
        typed: dict[str, Any] = {name: self._fields[name].data or None for name in TITLES if name != "exempted"}
        if typed["penalty_kind"]:
            typed["penalty_kind"] = PenaltyKind(typed["penalty_kind"])
        if typed["penalty_amount"]:
            typed["penalty_amount"] = Decimal(typed["penalty_amount"])
        reasons = {part: self.exempted.data[part.name] or "" for part in Element}
        return CaseRecord(**{**typed, "exempted": exemption_text(reasons)})

    def elements(self, mode: CaseMode) -> Iterator[Any]:
        """The exemption fields of the elements this mode requires."""
        return (self.exempted.form._fields[part.name] for part in ELEMENTS[mode])

    def refuse(self, refusal: Refused) -> None:
        """Every impossible field is told at once."""
        if not isinstance(refusal, FaultyRecord):
            super().refuse(refusal)
            return
        for name, sentence in refusal.faults.items():
            self._fields[name].errors = [*self._fields[name].errors, sentence]
        self.status = refusal.status

    def face(self, case: DisposalCase) -> list[tuple[str, Any, Any]]:
        """After somebody else saved first: what he saved and what was typed here, field by field."""
        found = differences(record_of(case), self.written)
        return [(TITLES[name], saved, typed) for name, (saved, typed) in found.items()]


class DecisionForm(OfficeForm):
    """审核意见."""

    version = IntegerField(widget=HiddenInput(), validators=[InputRequired("页面已过期，请刷新后重试")])
    comment = TextAreaField(
        "审核意见", [Length(max=1000, message="审核意见不得超过 1000 个字，请精简")], [plain]
    )

    @classmethod
    def of(cls, case: DisposalCase) -> DecisionForm:
        """The form as a page first shows it."""
        return cls(formdata=None, data={"version": case.version})


# ---------------------------------------------------------------- the list's query

def filters_asked(asked: MultiDict[str, str], me: int | None) -> Filters:
    """The query of the list from its address; what it does not know is no condition."""
    state = asked.get("state", "")
    party = asked.get("party", "")
    return Filters(
        state=state if state in {known.value for known in CaseState} | {ALL_STATES, LIVE_STATES} else LIVE_STATES,
        party=Party(party) if party in {known.value for known in Party} else None,
        light=LIGHTS.get(asked.get("light", "")),
        handler_id=me if asked.get("mine") else _id(asked.get("handler")),
        org_id=_id(asked.get("org")),
        word=plain(asked.get("q", ""))[:60] or None,
        due_from=_date(asked.get("due_from")),
        due_to=_date(asked.get("due_to")),
    )


def _id(written: str | None) -> int | None:
    if not written or not written.isascii() or not written.isdigit() or len(written) > 19:
        return None
    return int(written) if int(written) <= LARGEST_ID else None


def _date(written: str | None) -> date | None:
    try:
        return date.fromisoformat(written or "")
    except ValueError:
        return None


def kept(filters: Filters) -> dict[str, Any]:
    """The query again, for the links of the list."""
    lights = {light: code for code, light in LIGHTS.items()}
    values = {
        "state": filters.state,
        "party": filters.party.value if filters.party else None,
        "light": lights[filters.light] if filters.light else None,
        "handler": filters.handler_id,
        "org": filters.org_id,
        "q": filters.word,
        "due_from": filters.due_from,
        "due_to": filters.due_to,
    }
    return {name: value for name, value in values.items() if value is not None}

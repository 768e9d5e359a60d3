"""Forms of the disposal pages: shape only. What may be true of a case is asked of the domain; the record has its own module."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import DateField, HiddenField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange
from wtforms.widgets import HiddenInput

from app.disposal.models import DisposalCase, Party
from app.disposal.queries import ALL_STATES, LARGEST_ID, LIVE_STATES, Filters
from app.disposal.urging_queries import URGED
from app.domain.case_kinds import UrgingLevel
from app.domain.deadlines import DeadlineLight
from app.domain.workflow import CaseState
from app.forms import OfficeForm

LIGHTS: Mapping[str, DeadlineLight] = {
    "red": DeadlineLight.RED, "amber": DeadlineLight.AMBER, "green": DeadlineLight.GREEN,
}  # fmt: skip
MONTH = re.compile(r"20\d{2}-(0[1-9]|1[0-2])")
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")  # no keyboard writes these, and PostgreSQL refuses the first


def plain(written: Any) -> Any:
    """A filter: spaces around mean nothing, a line ends with one character, control characters go."""
    if not isinstance(written, str):
        return written
    return CONTROL.sub("", written.replace("\r\n", "\n").replace("\r", "\n")).strip()


def figure(written: Any) -> Any:
    """A filter: full-width digits, thousands separators and 元 are how people write an amount."""
    return re.sub(r"[,，\s元]", "", unicodedata.normalize("NFKC", written)) if isinstance(written, str) else written


CHOOSE = "请选择办理人"


def _number(written: str) -> int:
    """Of a person; what is no number is nobody."""
    if not (written.isascii() and written.isdigit()) or len(written) > 18:
        raise ValueError
    return int(written)


def told(form: OfficeForm) -> str:
    """Every fault of a form that has no page of its own, each once."""
    return "；".join(dict.fromkeys(str(fault) for faults in form.errors.values() for fault in faults))


class Day(DateField):
    """日期, with its message in Chinese."""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata([value.strip() for value in valuelist])
        except ValueError as fault:
            raise ValueError(f"{self.label.text}不是有效日期，请按 2026-11-20 的格式填写") from fault


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


class AssignForm(OfficeForm):
    """分派、改派."""

    version = IntegerField(widget=HiddenInput(), validators=[InputRequired("页面已过期，请刷新后重试")])
    handler = SelectField("办理人", [InputRequired(CHOOSE), NumberRange(1, message=CHOOSE)], coerce=int, validate_choice=False)
    reason = TextAreaField("理由", [Length(max=500, message="理由不得超过 500 个字")], [plain])


class BulkAssignForm(OfficeForm):
    """批量分派 from the list."""

    handler = SelectField("办理人", [InputRequired("请选择办理人后再分派")], coerce=_number, validate_choice=False)
    reason = StringField("理由", [Length(max=500, message="理由不得超过 500 个字")], [plain])
    key = HiddenField(validators=[Length(max=60)])


class UrgeForm(OfficeForm):
    """督促."""

    version = IntegerField(widget=HiddenInput(), validators=[InputRequired("页面已过期，请刷新后重试")])
    level = SelectField("等级", [InputRequired("请选择督促等级")], choices=[(each.value, each.value) for each in UrgingLevel])
    due_on = Day("要求完成日期", [InputRequired("请填写要求完成日期")])
    reason = TextAreaField("事由", [InputRequired("请填写督促事由"), Length(max=500, message="事由不得超过 500 个字")], [plain])


class BulkUrgeForm(OfficeForm):
    """批量督促 from the list."""

    level = SelectField("等级", [InputRequired("请选择督促等级")], choices=[(each.value, each.value) for each in UrgingLevel])
    due_on = Day("要求完成日期", [InputRequired("请填写要求完成日期")])
    urge_reason = StringField("事由", [DataRequired("请填写督促事由"), Length(max=500, message="事由不得超过 500 个字")], [plain])
    key = HiddenField(validators=[Length(max=60)])


class UrgingAnswerForm(OfficeForm):
    """回复督促."""

    version = IntegerField(widget=HiddenInput(), validators=[InputRequired("页面已过期，请刷新后重试")])
    urging = IntegerField(widget=HiddenInput(), validators=[InputRequired("页面已过期，请刷新后重试")])
    answer = TextAreaField("回复", [InputRequired("请填写回复内容"), Length(max=1000, message="回复不得超过 1000 个字")], [plain])


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
        urged=urged if (urged := asked.get("urged", "")) in URGED else None,
        exempted=month if MONTH.fullmatch(month := asked.get("exempted", "")) else None,
        by_urging=asked.get("sort") == "urged",
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
        "urged": filters.urged,
        "exempted": filters.exempted,
        "sort": "urged" if filters.by_urging else None,
    }
    return {name: value for name, value in values.items() if value is not None}

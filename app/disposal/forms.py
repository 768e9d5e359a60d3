"""Forms of the disposal pages: shape only. What may be true of a case is asked of the domain; the record has its own module."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import DateField, IntegerField, TextAreaField
from wtforms.validators import InputRequired, Length
from wtforms.widgets import HiddenInput

from app.disposal.models import DisposalCase, Party
from app.disposal.queries import ALL_STATES, LARGEST_ID, LIVE_STATES, Filters
from app.domain.deadlines import DeadlineLight
from app.domain.workflow import CaseState
from app.forms import OfficeForm

LIGHTS: Mapping[str, DeadlineLight] = {
    "red": DeadlineLight.RED, "amber": DeadlineLight.AMBER, "green": DeadlineLight.GREEN,
}  # fmt: skip
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")  # no keyboard writes these, and PostgreSQL refuses the first


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

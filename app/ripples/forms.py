"""Forms of 波及清单: shape only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import IntegerField, TextAreaField
from wtforms.validators import InputRequired, Length
from wtforms.widgets import HiddenInput

from app.domain.case_kinds import RippleCause, RippleTaskKind
from app.forms import OfficeForm, trimmed
from app.ripples.queries import LARGEST_ID, MOST, Filters

OPEN, DONE, ALL = "open", "done", "all"
STATES: Mapping[str, bool | None] = {OPEN: True, DONE: False, ALL: None}
LONGEST = Length(max=500, message="处理情况不得超过 500 个字")


class NoteForm(OfficeForm):
    """处理情况 or 理由 for one task."""

    note = TextAreaField("处理情况", [LONGEST], [trimmed])
    version = IntegerField(widget=HiddenInput(), validators=[InputRequired("页面已过期，请刷新后重试")])


class BulkForm(OfficeForm):
    """One note for every ticked task."""

    note = TextAreaField("处理情况", [LONGEST], [trimmed])


def ids_asked(asked: MultiDict[str, str]) -> list[int]:
    """Ids of the ticked tasks, each once; what is no id is left out."""
    written = [text for text in asked.getlist("task") if text.isascii() and text.isdigit() and len(text) <= 18]
    return [one for one in dict.fromkeys(map(int, written)) if one <= LARGEST_ID][:MOST]


def filters_asked(asked: Mapping[str, str]) -> Filters:
    causes = {cause.value: cause for cause in RippleCause}
    kinds = {kind.value: kind for kind in RippleTaskKind}
    return Filters(
        STATES.get(asked.get("state", OPEN), True), causes.get(asked.get("cause", "")), kinds.get(asked.get("kind", "")),
        asked.get("q", "").strip()[:60] or None,
    )  # fmt: skip


def kept(filters: Filters) -> dict[str, Any]:
    found: dict[str, Any] = {"state": next(name for name, waits in STATES.items() if waits is filters.open)}
    if filters.cause:
        found["cause"] = filters.cause.value
    if filters.kind:
        found["kind"] = filters.kind.value
    return found | ({"q": filters.word} if filters.word else {})

"""Forms of 工作移交: shape only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from wtforms import SelectField, TextAreaField
from wtforms.validators import DataRequired, Length

from app.domain.hand_overs import HANDED_OVER, WorkKind
from app.forms import OfficeForm, trimmed

ALL = "all"


class HandOverForm(OfficeForm):
    """移交: a successor for everything, or one for each kind of work."""

    successor = SelectField("全部交给", coerce=int, choices=[], validate_choice=False, default=0)
    reason = TextAreaField("移交原因", [DataRequired("请填写移交原因"), Length(max=400, message="移交原因不得超过 400 个字")], [trimmed])

    def offer(self, people: Sequence[Any], named: int | None) -> None:
        self.successor.choices = [(0, "按下面逐类选择"), *((row.id, words_of(row)) for row in people)]
        if not self.is_submitted() and named is not None:
            self.successor.data = named


def words_of(row: Any) -> str:
    about = "　".join(part for part in (row.org_name, row.position) if part)
    return f"{row.name}（{about}）"


def choices(form: HandOverForm, given: Mapping[str, str], kinds: Iterable[WorkKind]) -> dict[WorkKind, int]:
    """The successor of each kind: its own, or the one for everything; kinds without one stay where they are."""
    found: dict[WorkKind, int] = {}
    for kind in HANDED_OVER:
        if kind not in set(kinds):
            continue
        own = given.get(f"successor-{kind.name}", "")
        chosen = int(own) if own.isdecimal() and len(own) < 19 else 0
        if chosen or form.successor.data:
            found[kind] = chosen or form.successor.data
    return found

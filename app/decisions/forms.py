"""Forms of 判定复核: shape only; which verdict an item may have is asked of the domain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import IntegerField, MultipleFileField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length
from wtforms.widgets import HiddenInput

from app.decisions.operations import Wish
from app.decisions.queries import LARGEST_ID, MOST, Filters
from app.domain.samples import Verdict
from app.domain.workflow import DecisionState
from app.forms import OfficeForm, trimmed
from app.results.models import ResultRow

CHOOSE = "请选择拟定判定"
ALL = "all"
MOST_FILES = 5


class ProposeForm(OfficeForm):
    """提出判定复核: one reason for every chosen item."""

    reason = TextAreaField("复核理由", [DataRequired("请填写复核理由"), Length(max=600, message="复核理由不得超过 600 个字")], [trimmed])
    basis = StringField("依据", [Length(max=300, message="依据不得超过 300 个字")], [trimmed])
    files = MultipleFileField("附件")

    @property
    def attached(self) -> list[tuple[str, bytes]]:
        """Name and bytes of every file that was chosen."""
        return [(one.filename, one.read()) for one in self.files.data or () if getattr(one, "filename", "")]


class DecisionForm(OfficeForm):
    """审定意见."""

    comment = TextAreaField("审定意见", [DataRequired("请填写审定意见"), Length(max=600, message="审定意见不得超过 600 个字")], [trimmed])
    version = IntegerField(widget=HiddenInput(), validators=[InputRequired("页面已过期，请刷新后重试")])


class BulkForm(OfficeForm):
    """一次审定多项: one opinion for all."""

    comment = TextAreaField("审定意见", [DataRequired("请填写审定意见"), Length(max=600, message="审定意见不得超过 600 个字")], [trimmed])


@dataclass(slots=True)
class Chosen:
    """The verdict chosen for each row, and what is wrong, by row id."""

    wishes: list[Wish] = field(default_factory=list)
    faults: dict[int, str] = field(default_factory=dict)


def chosen(rows: Sequence[ResultRow], asked: Mapping[str, str]) -> Chosen:
    """What was chosen beside each item, with the verdict that the page showed."""
    found = Chosen()
    for row in rows:
        verdict = verdict_of(asked.get(f"verdict-{row.id}"))
        if verdict is None:
            found.faults[row.id] = CHOOSE
        else:
            found.wishes.append(Wish(row, verdict, _seen(asked.get(f"before-{row.id}"))))
    return found


def verdict_of(written: str | None) -> Verdict | None:
    return next((one for one in Verdict if one.value == written), None)


def shown(row: ResultRow) -> str:
    """The verdict in force as the hidden field carries it."""
    return f"{row.verdict.value}|{int(row.pending)}"


def _seen(written: str | None) -> tuple[Verdict, bool] | None:
    word, _, pending = (written or "").partition("|")
    verdict = verdict_of(word)
    return None if verdict is None else (verdict, pending == "1")


def ids_asked(asked: MultiDict[str, str], name: str) -> list[int]:
    """Ids in an address or a form, each once; what is no id is left out."""
    written = [text for text in asked.getlist(name) if text.isascii() and text.isdigit() and len(text) <= 18]
    return [one for one in dict.fromkeys(map(int, written)) if one <= LARGEST_ID][: MOST + 1]


def filters_asked(asked: Mapping[str, str]) -> Filters:
    known = {member.value: member for member in DecisionState}
    written = asked.get("state", DecisionState.PROPOSED.value)
    state = None if written == ALL else known.get(written, DecisionState.PROPOSED)
    return Filters(state, asked.get("mine") == "1", asked.get("q", "").strip()[:60] or None)


def kept(filters: Filters) -> dict[str, Any]:
    found: dict[str, Any] = {"state": filters.state.value if filters.state else ALL}
    if filters.mine:
        found["mine"] = "1"
    return found | ({"q": filters.word} if filters.word else {})

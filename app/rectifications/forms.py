"""Forms of 责令改正: shape only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from wtforms import HiddenField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional
from wtforms.widgets import HiddenInput

from app.disposal.forms import Day, plain
from app.domain.rectifications import LONGEST
from app.domain.supervision_states import RectificationState
from app.forms import OfficeForm
from app.rectifications.operations import Written
from app.rectifications.queries import DUE, LARGEST_ID, Filters

EXPIRED = "页面已过期，请刷新后重试"
TERMS = [("at_once", "责令立即改正"), ("term", "责令限期改正")]


def _version() -> IntegerField:
    return IntegerField(widget=HiddenInput(), validators=[InputRequired(EXPIRED)])


def _text(title: str, longest: int, *rules: Any, long: bool = False) -> Any:
    limit = Length(max=longest, message=f"{title}不得超过 {longest} 个字，请精简")
    return (TextAreaField if long else StringField)(title, [*rules, limit], [plain])


class _Ordering(OfficeForm):
    """What an order says."""

    term = RadioField("改正方式", choices=TERMS, default="term", validators=[InputRequired("请选择立即改正或限期改正")])
    ordered_on = Day("责令日期", [InputRequired("请填写责令日期")])
    due_on = Day("改正期限", [Optional()])
    requirement = _text("改正要求", LONGEST, DataRequired("请填写改正要求"), long=True)

    def validate(self, extra_validators: Any = None) -> bool:
        """Of a term the day it ends on is needed as well."""
        sound = bool(super().validate(extra_validators))
        if self.term.data != "at_once" and self.due_on.data is None and not self.due_on.errors:
            self.due_on.errors = ["请填写改正期限"]
            return False
        return sound

    @property
    def written(self) -> Written:
        basis = getattr(self, "basis", None)
        at_once, ordered_on = self.term.data == "at_once", self.ordered_on.data
        due_on = self.due_on.data or ordered_on
        assert ordered_on is not None and due_on is not None
        return Written(self.requirement.data or "", basis.data or None if basis is not None else None, at_once, ordered_on, due_on)


class OrderForm(_Ordering):
    """责令改正."""

    basis = _text("责令依据", 500, long=True)
    key = HiddenField(validators=[Length(max=60)])


class AgainForm(_Ordering):
    """再次责令改正."""

    reason = _text("理由", 500, DataRequired("请填写再次责令的理由"), long=True)
    version = _version()


class ExtendForm(OfficeForm):
    """延长整改期限."""

    extended_to = Day("延长至", [InputRequired("请填写延长后的期限")])
    reason = _text("理由", 500, DataRequired("请填写延长的理由"), long=True)
    version = _version()


class ReportForm(OfficeForm):
    """登记整改报告."""

    reported_on = Day("收到日期", [InputRequired("请填写收到整改报告的日期")])
    report = _text("整改情况", LONGEST, DataRequired("请填写企业报告的整改情况"), long=True)
    version = _version()


class SettleForm(OfficeForm):
    """复查."""

    rechecked_on = Day("复查日期", [InputRequired("请填写复查日期")])
    comment = _text("复查情况", LONGEST, DataRequired("请填写复查情况"), long=True)
    version = _version()


class LinkForm(OfficeForm):
    """关联立案."""

    penalty = SelectField("本系统的处罚案件", choices=[], default="", validators=[Optional()], validate_choice=False)
    filing_no = _text("立案文号", 100)
    version = _version()

    def offer(self, found: Sequence[Any]) -> None:
        self.penalty.choices = [("", "不关联"), *((str(one.id), one.number) for one in found)]


class VoidForm(OfficeForm):
    """作废."""

    reason = _text("作废理由", 500, DataRequired("请填写作废的理由"), long=True)
    version = _version()


class RecheckForm(OfficeForm):
    """安排回头看."""

    planned_on = Day("计划日期", [InputRequired("请填写计划日期")])
    lead = SelectField("主办检查人员", choices=[], default="", validators=[Optional()], validate_choice=False)
    second = SelectField("协办检查人员", choices=[], default="", validators=[Optional()], validate_choice=False)
    key = HiddenField(validators=[Length(max=60)])
    version = _version()


# ---------------------------------------------------------------- the query of the list

def number(written: str | None) -> int | None:
    text = (written or "").strip()
    return int(text) if text.isdecimal() and text.isascii() and int(text) <= LARGEST_ID else None


def _day(written: str | None) -> date | None:
    try:
        return date.fromisoformat((written or "").strip())
    except ValueError:
        return None


def filters_asked(asked: Mapping[str, str]) -> Filters:
    """The query of the list from its address; what it does not know is no condition."""
    return Filters(
        q=" ".join((asked.get("q") or "").split())[:60] or None,
        state=next((one for one in RectificationState if one.value == asked.get("state")), None),
        due=asked.get("due") if asked.get("due") in DUE else None, since=_day(asked.get("since")), until=_day(asked.get("until")),
    )  # fmt: skip


def kept(filters: Filters) -> dict[str, Any]:
    """The query again, for the links of the list."""
    values = {
        "q": filters.q, "state": filters.state.value if filters.state else None, "due": filters.due, "since": filters.since,
        "until": filters.until,
    }  # fmt: skip
    return {name: value for name, value in values.items() if value is not None}

"""Forms of 严重违法失信名单: shape only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wtforms import HiddenField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional
from wtforms.widgets import HiddenInput

from app.disposal.forms import Day, plain
from app.domain.case_kinds import RemovalGround
from app.domain.listings import GROUNDS
from app.domain.workflow import ListingState
from app.forms import OfficeForm
from app.listings.queries import Filters

EXPIRED = "页面已过期，请刷新后重试"


def _version() -> IntegerField:
    return IntegerField(widget=HiddenInput(), validators=[InputRequired(EXPIRED)])


def _text(title: str, longest: int, *rules: Any, long: bool = False) -> Any:
    limit = Length(max=longest, message=f"{title}不得超过 {longest} 个字，请精简")
    return (TextAreaField if long else StringField)(title, [*rules, limit], [plain])


class ProposeForm(OfficeForm):
    """提出列入."""

    ground = SelectField("列入事由", choices=[("", "请选择"), *((one.code, one.words) for one in GROUNDS)], default="", validators=[
        InputRequired("请选择列入事由"),
    ])  # fmt: skip
    penalty = SelectField("依据的处罚案件", choices=[], default="", validators=[Optional()])
    reason = _text("说明", 200, DataRequired("请填写说明，如处罚决定书文号和较重处罚的情形"), long=True)
    key = HiddenField(validators=[Length(max=60)])


class EnterForm(OfficeForm):
    """列入或不予列入."""

    listed_on = Day("列入日期", [Optional()])
    document_no = _text("列入决定文号", 100)
    comment = _text("审批意见", 500, long=True)
    version = _version()


class RemoveForm(OfficeForm):
    """移出名单."""

    removed_on = Day("移出日期", [InputRequired("请填写移出日期")])
    removal = SelectField("移出理由", choices=[("", "请选择"), *((one.value, one.value) for one in RemovalGround)], default="", validators=[
        InputRequired("请选择移出理由"),
    ])  # fmt: skip
    note = _text("说明", 500, DataRequired("请填写说明，如移出决定文号"), long=True)
    version = _version()


def filters_asked(asked: Mapping[str, str]) -> Filters:
    """The query of the list from its address; what it does not know is no condition."""
    return Filters(
        q=" ".join((asked.get("q") or "").split())[:60] or None,
        state=next((one for one in ListingState if one.value == asked.get("state")), None),
        due=bool(asked.get("due")),
    )


def kept(filters: Filters) -> dict[str, Any]:
    """The query again, for the links of the list."""
    values = {"q": filters.q, "state": filters.state.value if filters.state else None, "due": "1" if filters.due else None}
    return {name: value for name, value in values.items() if value is not None}

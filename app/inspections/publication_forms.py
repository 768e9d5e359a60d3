"""Forms of 检查结果公示: shape only."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from wtforms import IntegerField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length
from wtforms.widgets import HiddenInput

from app.disposal.forms import Day, plain
from app.forms import OfficeForm
from app.inspections.publication_queries import DUE, STATES, Filters

LONG = Length(max=300, message="不得超过 300 个字，请精简")


def _version() -> IntegerField:
    return IntegerField(widget=HiddenInput(), validators=[InputRequired("页面已过期，请刷新后重试")])


class PublishManyForm(OfficeForm):
    """批量公示."""

    published_on = Day("公示日期", [InputRequired("请填写公示日期")])
    where = StringField("公示载体", [DataRequired("请填写公示载体，如“本局门户网站”"), LONG], [plain])


class PublishForm(PublishManyForm):
    """公示."""

    version = _version()


class WithdrawForm(OfficeForm):
    """撤回公示."""

    reason = TextAreaField("撤回理由", [DataRequired("请填写撤回公示的理由"), LONG], [plain])
    version = _version()


class PrivateForm(OfficeForm):
    """不予公示, and back."""

    reason = TextAreaField("理由和依据", [DataRequired("请填写理由和依据"), LONG], [plain])
    version = _version()


def _day(written: str | None) -> date | None:
    try:
        return date.fromisoformat((written or "").strip())
    except ValueError:
        return None


def filters_asked(asked: Mapping[str, str]) -> Filters:
    """The query of the list from its address; what it does not know is no condition."""
    state = next((one for one in STATES if one == asked.get("state")), DUE)
    return Filters(
        state, " ".join((asked.get("q") or "").split())[:60] or None, _day(asked.get("since")),
        _day(asked.get("until")),
    )  # fmt: skip


def kept(filters: Filters) -> dict[str, Any]:
    """The query again, for the links of the list."""
    values = {"state": filters.state, "q": filters.q, "since": filters.since, "until": filters.until}
    return {name: value for name, value in values.items() if value is not None}

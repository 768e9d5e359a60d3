"""Forms of 安全告警 and 校验锚点: shape only."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from wtforms import IntegerField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange

from app.alerts.queries import Filters
from app.domain.trust_kinds import AlertKind
from app.domain.trust_states import AlertState
from app.forms import OfficeForm, VersionForm, trimmed

LARGEST = 2**63 - 1


class HandleForm(VersionForm):
    """处理告警."""

    opinion = TextAreaField(
        "处理情况",
        filters=[trimmed],
        validators=[DataRequired("请填写核实的情况和采取的措施"), Length(max=400, message="处理情况不得超过 400 个字，请精简")],
    )


class CompareForm(OfficeForm):
    """核对锚点: a question in the address; it changes nothing and carries no token."""

    class Meta(OfficeForm.Meta):
        """A GET form."""

        csrf = False

    seq = IntegerField("序号", validators=[InputRequired("请填写序号"), NumberRange(1, LARGEST, message="序号应为正整数")])
    head = StringField("校验值", filters=[trimmed], validators=[DataRequired("请填写校验值"), Length(max=100, message="校验值过长")])


def _one(kind: Any, written: str | None) -> Any:
    return next((one for one in kind if one.value == written), None)


def _date(written: str | None) -> date | None:
    try:
        return date.fromisoformat(written) if written else None
    except ValueError:
        return None


def filters_asked(asked: Mapping[str, str]) -> Filters:
    """The query of the list from its address; what it does not know is no condition."""
    return Filters(
        q=" ".join((asked.get("q") or "").split())[:60] or None, state=_one(AlertState, asked.get("state")),
        kind=_one(AlertKind, asked.get("kind")), from_on=_date(asked.get("from_on")), to_on=_date(asked.get("to_on")),
    )  # fmt: skip


def kept(filters: Filters) -> dict[str, Any]:
    """The query again, for the links of the list."""
    values = {
        "q": filters.q, "state": filters.state.value if filters.state else None, "kind": filters.kind.value if filters.kind else None,
        "from_on": filters.from_on.isoformat() if filters.from_on else None, "to_on": filters.to_on.isoformat() if filters.to_on else None,
    }  # fmt: skip
    return {name: value for name, value in values.items() if value is not None}

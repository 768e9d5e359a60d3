"""Forms of 企业档案查重: shape only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wtforms import HiddenField, IntegerField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length
from wtforms.widgets import HiddenInput

from app.domain.duplicate_names import Certainty
from app.enterprises.forms import number, plain
from app.forms import OfficeForm
from app.merges.queries import Filters

EXPIRED = "页面已过期，请刷新后重试"
LONGEST_REASON = 500


def _version() -> IntegerField:
    return IntegerField(widget=HiddenInput(), validators=[InputRequired(EXPIRED)])


def _reason(title: str, example: str) -> TextAreaField:
    longest = Length(max=LONGEST_REASON, message=f"{title}不得超过 {LONGEST_REASON} 个字，请精简")
    return TextAreaField(title, [DataRequired(f"请填写{title}，如 {example}"), longest], [plain])


class MergeForm(OfficeForm):
    """合并."""

    comment = _reason("合并理由", "同一营业执照，重复登记")
    kept_version = _version()
    merged_version = _version()
    key = HiddenField(validators=[Length(max=60)])


class UndoForm(OfficeForm):
    """撤销合并."""

    comment = _reason("撤销理由", "核实为两家企业")
    version = _version()


def filters_asked(asked: Mapping[str, str]) -> Filters:
    """The query from the address; what it does not know is no condition."""
    return Filters(
        q=" ".join((asked.get("q") or "").split())[:60] or None, region_id=number(asked.get("region_id")),
        certainty=next((one for one in Certainty if one.value == asked.get("certainty")), None),
    )  # fmt: skip


def kept(filters: Filters) -> dict[str, Any]:
    """The query again, for the links of the list."""
    values = {"q": filters.q, "region_id": filters.region_id, "certainty": filters.certainty.value if filters.certainty else None}
    return {name: value for name, value in values.items() if value is not None}

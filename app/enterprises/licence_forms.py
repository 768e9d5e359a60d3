"""Forms of 许可证: shape only."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from wtforms import BooleanField, DateField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError
from wtforms.widgets import HiddenInput

from app.domain.enterprise_licences import LONGEST_OFFICE, LONGEST_REASON, LONGEST_SCOPE, LicenceEntry
from app.domain.enterprises import KINDS, LENGTHS, clean
from app.enterprises.forms import YEARS, number, plain
from app.enterprises.licence_queries import Due, Filters
from app.forms import OfficeForm
from app.reference_data.books import code_list, region_book

EXPIRED = "页面已过期，请刷新后重试"


def _version() -> IntegerField:
    return IntegerField(widget=HiddenInput(), validators=[InputRequired(EXPIRED)])


def _text(title: str, longest: int, *rules: Any, long: bool = False) -> Any:
    limit = Length(max=longest, message=f"{title}不得超过 {longest} 个字，请精简")
    return (TextAreaField if long else StringField)(title, [*rules, limit], [plain])


def _sensible(form: Any, field: Any) -> None:
    if field.data is not None and field.data.year not in YEARS:
        raise ValidationError(f"年份应在 {YEARS[0]} 至 {YEARS[-1]} 之间，请核对{field.label.text}")


class LicenceForm(OfficeForm):
    """登记许可证; with ``licence_id`` it takes the place of that licence (延续、换证)."""

    kind = SelectField("许可证类型", default="")
    number = _text("许可证号", LENGTHS["licence_no"], DataRequired("请填写许可证号"))
    scope = _text("许可范围", LONGEST_SCOPE, long=True)
    issued_by = _text("发证机关", LONGEST_OFFICE)
    issued_on = DateField("发证日期", [Optional(), _sensible])
    valid_to = DateField("有效期至", [Optional(), _sensible])
    main = BooleanField("设为主证")
    reason = _text("延续、换证说明", LONGEST_REASON)
    licence_id = IntegerField(widget=HiddenInput(), validators=[Optional()])
    version = _version()

    def __init__(self, *given: Any, **values: Any) -> None:
        super().__init__(*given, **values)
        shown: Mapping[str, Any] = values.get("data") or {}
        words = dict.fromkeys([*code_list("许可证类型"), *([shown["kind"]] if shown.get("kind") else [])])
        self.kind.choices = [("", "请选择"), *((word, word) for word in words)]

    @property
    def entry(self) -> LicenceEntry:
        return LicenceEntry(
            self.kind.data or None, self.number.data, self.valid_to.data, self.scope.data or None, self.issued_by.data or None,
            self.issued_on.data,
        )  # fmt: skip


class StepForm(OfficeForm):
    """失效 or 设为主证 of one licence."""

    licence_id = IntegerField(widget=HiddenInput(), validators=[InputRequired(EXPIRED)])
    reason = _text("原因", LONGEST_REASON)
    version = _version()


def filters_asked(asked: Mapping[str, str]) -> Filters:
    """The query of the list from its address; what it does not know is no condition."""
    kind, region = asked.get("kind"), number(asked.get("region_id"))
    return Filters(
        due=next((due for due in Due if due.value == asked.get("due")), None),
        q=clean(asked.get("q") or "")[:60] or None,
        kind=kind if kind in KINDS else None,
        region_id=region if region in region_book() else None,
        station_id=number(asked.get("station_id")),
    )


def kept(filters: Filters) -> dict[str, Any]:
    """The query again, for the links of the list."""
    values = {
        "due": filters.due.value if filters.due else None, "q": filters.q, "kind": filters.kind, "region_id": filters.region_id,
        "station_id": filters.station_id,
    }  # fmt: skip
    return {name: value for name, value in values.items() if value is not None}


def place(written: str | None) -> tuple[date | None, int] | None:
    """Where a page begins or ends: 2026-11-20_31, or _31 among the undated."""
    day, stroke, row = (written or "").partition("_")
    found = number(row) if stroke else None
    if found is None:
        return None
    try:
        return (date.fromisoformat(day) if day else None), found
    except ValueError:
        return None


def written(at: tuple[date | None, int] | None) -> str | None:
    return None if at is None else f"{at[0] or ''}_{at[1]}"

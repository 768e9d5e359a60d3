"""Forms of 一户一档: shape only; the form to fill has two inputs for each element."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask_wtf.file import FileField
from wtforms import HiddenField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from app import clock
from app.archives.models import ArchiveElement
from app.archives.operations import Given
from app.archives.queries import Filters
from app.disposal.forms import Day
from app.domain.archives import LONGEST_VALUE, ElementForm
from app.domain.enterprises import clean
from app.enterprises.forms import number, plain
from app.forms import CONFLICT, OfficeForm
from app.reference import archive_elements
from app.reference.archive_elements import Element
from app.reference_data.books import region_book

__all__ = ["CONFLICT", "Filters", "WithdrawForm", "fill_form", "filters_asked", "kept", "number"]
DEFAULT = "小作坊"
TOO_LONG = f"内容不得超过 {LONGEST_VALUE} 个字，请精简"


class _FillForm(OfficeForm):
    """填写档案."""

    seen_on = Day("核实日期", [InputRequired("请填写核实日期")])
    seen = HiddenField(validators=[DataRequired("页面已过期，请刷新后重试")])

    @property
    def given(self) -> dict[str, Given]:
        """What was typed of each element that is said to change."""
        found = {}
        for element in self.elements:
            value, paper = self._fields.get(f"value_{element.code}"), self._fields[f"file_{element.code}"].data
            before = self.on_file.get(element.code)
            typed = (value.data or None) if value is not None else None
            if element.personal and not typed and before is not None:
                typed = before.value  # people are not shown whole: an empty input keeps them
            content = (paper.filename, paper.read()) if paper else None
            if typed or content or before is not None:
                found[element.code] = Given(typed, content)
        return found

    def show_again(self, mark: str) -> None:
        """After a conflict: what was typed stays, and saving once more is done knowingly."""
        self.seen.raw_data, self.seen.data = None, mark


def fill_form(elements: Sequence[Element], on_file: Mapping[str, ArchiveElement], mark: str, today: date) -> Any:
    """The form for these elements, showing what is on file; values of people are never shown in it."""
    fields: dict[str, Any] = {"elements": elements, "on_file": on_file}
    values: dict[str, Any] = {"seen": mark, "seen_on": today}
    for element in elements:
        if element.form is not ElementForm.FILE:
            fields[f"value_{element.code}"] = TextAreaField(element.name, [Length(max=LONGEST_VALUE, message=TOO_LONG)], [plain])
        fields[f"file_{element.code}"] = FileField(f"{element.name}的文件")
        if element.code in on_file and not element.personal:
            values[f"value_{element.code}"] = on_file[element.code].value
    return type("FillForm", (_FillForm,), fields)(data=values)


class WithdrawForm(OfficeForm):
    """撤下."""

    code = StringField("要素", [DataRequired("页面已过期，请刷新后重试"), Length(max=40)])
    reason = TextAreaField("原因", [Length(max=300, message="原因不得超过 300 个字")], [plain])
    seen = HiddenField()


def filters_asked(asked: Mapping[str, str]) -> Filters:
    """The query of the list from its address; what it does not know is no condition."""
    kind, region = asked.get("kind"), number(asked.get("region_id"))
    return Filters(
        kind=kind if kind in archive_elements.kinds(clock.today()) else DEFAULT,
        q=clean(asked.get("q") or "")[:60] or None,
        region_id=region if region in region_book() else None,
        station_id=number(asked.get("station_id")),
        complete={"1": True, "0": False}.get(asked.get("complete") or ""),
    )


def kept(filters: Filters) -> dict[str, Any]:
    """The query again, for the links of the list."""
    values = {"kind": filters.kind, "q": filters.q, "region_id": filters.region_id, "station_id": filters.station_id}
    values["complete"] = None if filters.complete is None else str(int(filters.complete))
    return {name: value for name, value in values.items() if value is not None}

"""Forms of rapid tests: the domain reads what was typed, its faults stand at their fields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length
from wtforms.widgets import HiddenInput

from app.domain.rapid_tests import REQUIRED, TITLES
from app.domain.samples import Link
from app.domain.sampling_kinds import RapidResult
from app.domain.workflow import RapidState
from app.forms import OfficeForm, trimmed
from app.rapid_tests.details import WRITTEN, in_words
from app.rapid_tests.models import RapidTest
from app.rapid_tests.queries import Filters
from app.reference_data.books import region_book

LONG = ("objection", "measures", "remark")
LONGEST_ID, LONGEST_WAIT = 16, 3_650
CHOICES: Mapping[str, list[tuple[str, str]]] = {
    "link": [("", "请选择"), *((one.value, one.value) for one in Link)],
    "result": [("", "请选择"), *((one.value, one.value) for one in RapidResult)],
}


class RapidForm(OfficeForm):
    """登记快检; its fields are those of the import's columns, added below."""

    def __init__(self, *given: Any, **values: Any) -> None:
        super().__init__(*given, **values)
        for name in REQUIRED:
            self._fields[name].flags.required = True  # marked with a star; what is missing the domain says

    @property
    def written(self) -> dict[str, str]:
        return {name: str(self._fields[name].data or "") for name in TITLES}

    def take(self, faults: Sequence[tuple[str, str]]) -> bool:
        """Put the faults at their fields; true when there are none."""
        for name, message in faults:
            field = self._fields[name]
            field.errors = [*field.errors, message]
        return not faults


for _name, _title in TITLES.items():
    if _name in CHOICES:
        _field: Any = SelectField(_title, choices=CHOICES[_name], validate_choice=False, default="")
    else:
        _field = (TextAreaField if _name in LONG else StringField)(_title, filters=[trimmed])
    setattr(RapidForm, _name, _field)


class CorrectionForm(RapidForm):
    """更正快检记录."""

    reason = TextAreaField("更正原因", [DataRequired("请填写更正原因"), Length(max=500, message="更正原因不得超过 500 个字")], [trimmed])
    version = IntegerField(widget=HiddenInput(), validators=[InputRequired("页面已过期，请刷新后重试")])


class ReasonForm(OfficeForm):
    """作废."""

    reason = TextAreaField("作废原因", [DataRequired("请填写作废原因"), Length(max=500, message="作废原因不得超过 500 个字")], [trimmed])
    version = IntegerField(widget=HiddenInput(), validators=[InputRequired("页面已过期，请刷新后重试")])


class SentForm(OfficeForm):
    """关联送检样品."""

    number = StringField(
        "抽样编号", [DataRequired("请填写送检样品的抽样编号"), Length(max=60, message="抽样编号不得超过 60 个字")], [trimmed]
    )
    version = IntegerField(widget=HiddenInput(), validators=[InputRequired("页面已过期，请刷新后重试")])


class UploadForm(OfficeForm):
    """上传."""

    file = FileField("文件", [FileRequired("请选择要导入的文件")])


class ConfirmForm(OfficeForm):
    """确认导入."""

    version = IntegerField(widget=HiddenInput(), validators=[InputRequired("页面已过期，请刷新后重试")])
    skip_refused = BooleanField("跳过有误的记录")


def shown(test: RapidTest, credit_code: str | None) -> dict[str, Any]:
    """What the correction form shows of the record as it stands."""
    names = {name: field for field, name in WRITTEN.items()}
    values = {name: in_words(names.get(name, name), getattr(test, names.get(name, name))) for name in TITLES if name != "credit_code"}
    return {name: "" if value is None else str(value) for name, value in values.items()} | {
        "credit_code": credit_code or "", "version": test.version,
    }  # fmt: skip


# ---------------------------------------------------------------- the list's query

def filters_asked(asked: Mapping[str, str]) -> Filters:
    """The query of the list from its address; what it does not know is no condition."""
    region, waiting = number(asked.get("region_id")), number(asked.get("waiting"))
    return Filters(
        q=" ".join((asked.get("q") or "").split())[:60] or None,
        result=next((one for one in RapidResult if one.value == asked.get("result")), None),
        state=next((one for one in RapidState if one.value == asked.get("state")), None),
        item=(asked.get("item") or "").strip()[:200] or None,
        region_id=region if region in region_book() else None,
        tested_from=_day(asked.get("tested_from")), tested_to=_day(asked.get("tested_to")),
        waiting=waiting if waiting is not None and waiting <= LONGEST_WAIT else None,
        counted=asked.get("counted") == "1",
    )  # fmt: skip


def number(written: str | None) -> int | None:
    text = written or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST_ID else None


def _day(written: str | None) -> date | None:
    try:
        return date.fromisoformat(written or "")
    except ValueError:
        return None


def kept(filters: Filters) -> dict[str, Any]:
    """The query again, for the links of the list."""
    values = {name: getattr(filters, name) for name in Filters.__slots__}
    return {
        name: 1 if value is True else getattr(value, "value", value)
        for name, value in values.items()
        if value is not None and value is not False
    }

"""The form of 列对照: one select for each column of a file; shape only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import DateField, HiddenField, SelectField, StringField
from wtforms.validators import InputRequired, Length
from wtforms.validators import Optional as MayBeEmpty

from app.domain.result_columns import REQUIRED, RESULT_COLUMNS
from app.errors import NotLikeThis
from app.forms import OfficeForm, trimmed
from app.results.forms import LaboratoryField

OURS = [
    ("", "不读取"),
    *((name, f"{aliases[0]}{'（必填）' if name in REQUIRED['lab'] else ''}") for name, aliases in RESULT_COLUMNS.items()),
]
EVERYBODY, LABORATORY = "all", "laboratory"


class ColumnsForm(OfficeForm):
    """列对照 of one file; the columns themselves are added for each header."""

    sheet = HiddenField()
    top = HiddenField()
    line = HiddenField()
    name = StringField("对照名称", [InputRequired("请填写对照名称"), Length(max=100, message="对照名称不超过 100 字")], [trimmed])
    laboratory = LaboratoryField()
    whose = SelectField("适用范围", choices=[(EVERYBODY, "本单位收到的同样表头的文件"), (LABORATORY, "只用于所选检验机构的文件")])
    reported_on = DateField("报告日期", validators=[MayBeEmpty()])

    @property
    def columns(self) -> dict[str, int]:
        """Our columns by the place that was chosen for each.

        Raises NotLikeThis when one of them was chosen twice.
        """
        found: dict[str, int] = {}
        for place, field in enumerate(self.selects):
            if field.data in found:
                ours = RESULT_COLUMNS[field.data][0]
                first, again = found[field.data] + 1, place + 1
                raise NotLikeThis(f"“{ours}”选了两列（第 {first} 列、第 {again} 列），只能选一列", field=field.name)
            if field.data:
                found[field.data] = place
        return found

    @property
    def selects(self) -> list[Any]:
        return [field for name, field in self._fields.items() if name.startswith("column_")]

    @property
    def only_for(self) -> int | None:
        """The laboratory whose files alone are read so.

        Raises NotLikeThis when none was chosen.
        """
        if self.whose.data != LABORATORY:
            return None
        if self.laboratory.data is None:
            raise NotLikeThis("请选择检验机构，或把适用范围改为本单位收到的文件", field="laboratory")
        return int(self.laboratory.data)


def columns_form(titles: Sequence[str], guess: Mapping[str, int], shown: Mapping[str, Any]) -> ColumnsForm:
    """The form with a select for each column of this header, filled with the best guess."""
    at = {place: field for field, place in guess.items()}
    selects = {
        f"column_{place}": SelectField(f"第 {place + 1} 列“{title}”", choices=OURS, default=at.get(place, ""))
        for place, title in enumerate(titles)
    }
    form: ColumnsForm = type("ColumnsOfFile", (ColumnsForm,), selects)(data=dict(shown))
    return form

"""Forms of 报表模板: shape only; what a cell may take is asked of ``app.domain.return_mapping``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from flask_wtf.file import FileField
from wtforms import BooleanField, HiddenField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import HiddenInput

from app.disposal.forms import Day, plain
from app.domain.cell_addresses import letters
from app.domain.fact_filters import describe, from_words, parse_filter
from app.domain.figures import Kind
from app.domain.formulas import FORMULAS
from app.domain.reporting_kinds import ReturnPeriod
from app.domain.reporting_states import TemplateState
from app.domain.return_lists import LISTS
from app.domain.return_mapping import write_spec
from app.domain.return_specs import KINDS, LABORATORY, Form, ListSpec, Side, Spec, When
from app.domain.samples import Level, Purpose
from app.errors import NotLikeThis
from app.forms import OfficeForm, VersionForm, trimmed
from app.indicators.groups import NAMES

COLUMN = re.compile(r"([A-Za-z]{1,3})[\s=＝:：、]+(\S.*)")
CALCULATED = [(one.code, one.name) for one in FORMULAS.values() if one.kind is not Kind.REPORTED]
FORMULA_CHOICES = [("", "（不选，用下面的规划指标）"), *CALCULATED]
GROUP_CHOICES = [("", "（不分组）"), *((name, name) for name in (*NAMES.values(), LABORATORY))]
LEVELS = [("", "全部"), *((one.value, one.value) for one in Level)]
PURPOSES = [("", "全部"), *((one.value, one.value) for one in Purpose)]


class UploadForm(OfficeForm):
    """上传模板."""

    code = StringField("模板编号", [InputRequired("请填写模板编号"), Length(max=40, message="模板编号不超过 40 个字符")], [trimmed])
    title = StringField("名称", [InputRequired("请填写模板名称"), Length(max=200, message="名称不超过 200 个字")], [trimmed])
    period_kind = SelectField("报送周期", choices=[(one.value, one.value) for one in ReturnPeriod], default=ReturnPeriod.MONTH.value)
    issuer = StringField("制发机关", [Length(max=200, message="制发机关不超过 200 个字")], [trimmed])
    document_no = StringField("制发文号", [Length(max=100, message="制发文号不超过 100 个字")], [trimmed])
    valid_from = Day("启用日期", [Optional()])
    file = FileField("模板文件", [InputRequired("请选择上级下发的 .xlsx 文件")])
    carry = BooleanField("沿用上一版的对应关系和审核公式", default=True)
    note = TextAreaField("说明", [Length(max=500, message="说明不超过 500 个字")], [plain])


class FileForm(VersionForm):
    """导入对应关系."""

    file = FileField("对应关系文件", [InputRequired("请选择本系统导出的对应关系文件")])


class StepForm(OfficeForm):
    """送审、退回、启用、停用、作废."""

    version = IntegerField(widget=HiddenInput(), validators=[InputRequired("页面已过期，请刷新后重试")])
    comment = TextAreaField("意见", [Length(max=500, message="意见不得超过 500 个字，请精简")], [plain])


class RuleForm(VersionForm):
    """审核公式."""

    code = StringField("编号", [InputRequired("请填写编号，如 R1"), Length(max=40, message="编号不超过 40 个字符")], [trimmed])
    expression = StringField("公式", [InputRequired("请填写公式"), Length(max=500, message="公式不超过 500 个字符")], [trimmed])
    message = StringField("不符时的提示", [InputRequired("请填写提示"), Length(max=300, message="提示不超过 300 个字")], [trimmed])
    blocking = SelectField("性质", choices=[("1", "阻断：不符不得上报"), ("0", "提示：不符须写审核说明")], default="1")


class CellForm(VersionForm):
    """What every cell is asked: where, its name, and by which way it is filled."""

    sheet = HiddenField(validators=[InputRequired("请选择工作表"), Length(max=100)])
    kind = HiddenField(validators=[InputRequired("请选择取数方式")])
    cell = StringField("单元格", [InputRequired("请填写单元格地址，如 B5"), Length(max=12, message="单元格地址如 B5")], [trimmed])
    name = StringField("名称", [InputRequired("请填写名称，如 本月抽检批次"), Length(max=200, message="名称不超过 200 个字")], [trimmed])

    def spec(self) -> dict[str, Any]:
        """The mapping as JSON, not yet judged."""
        return {"kind": self.kind.data, **self.own()}

    def own(self) -> dict[str, Any]:
        return {}


def _figure_fields(prefix: str, words: str = "") -> dict[str, Any]:
    long = Length(max=300, message="不超过 300 个字")
    return {
        f"{prefix}formula": SelectField(f"{words}公式", choices=FORMULA_CHOICES, default=""),
        f"{prefix}filter": StringField(f"{words}筛选口径", [long], [trimmed]),
        f"{prefix}no": StringField(f"{words}规划指标序号", [Length(max=20, message="序号不超过 20 个字")], [trimmed]),
        f"{prefix}plan": StringField(f"{words}规划编号", [Length(max=40, message="规划编号不超过 40 个字")], [trimmed]),
        f"{prefix}period": SelectField(f"{words}统计期", choices=[(one.value, one.value) for one in When], default=When.THIS.value),
        f"{prefix}side": SelectField(f"{words}取数", choices=[(one.value, one.value) for one in Side], default=Side.VALUE.value),
        f"{prefix}by": SelectField(f"{words}分组方式", choices=GROUP_CHOICES, default=""),
        f"{prefix}key": StringField(f"{words}组名", [Length(max=60, message="组名不超过 60 个字")], [trimmed]),
    }


def _figure_of(form: Any, prefix: str) -> dict[str, Any]:
    told = {name: form[prefix + name].data for name in ("formula", "filter", "no", "plan", "period", "side")}
    told["filter"] = from_words(told["filter"] or "")
    by, key = form[f"{prefix}by"].data, form[f"{prefix}key"].data
    told["group"] = {"by": by, "key": key or ""} if by or key else None
    return {name: value for name, value in told.items() if value}


FORM = SelectField("写法", choices=[
    (Form.NUMBER.value, "数（97.80）"), (Form.FRACTION.value, "小数（0.9780，用于百分比格式的单元格）"),
    (Form.TEXT.value, "带单位文字（97.80%）"),
], default=Form.NUMBER.value)  # fmt: skip


class FigureForm(CellForm):
    form = FORM

    def own(self) -> dict[str, Any]:
        return {**_figure_of(self, ""), "form": self.form.data}


class TwoFiguresForm(CellForm):
    """两数之差、增减百分比."""

    form = FORM

    def own(self) -> dict[str, Any]:
        other = "minus" if self.kind.data == "difference" else "against"
        return {"of": _figure_of(self, ""), other: _figure_of(self, "other_"), "form": self.form.data}


for _name, _field in _figure_fields("").items():
    setattr(FigureForm, _name, _field)
    setattr(TwoFiguresForm, _name, _field)
for _name, _field in _figure_fields("other_", "另一数的").items():
    setattr(TwoFiguresForm, _name, _field)


class TaskForm(CellForm):
    level = SelectField("组织级别", choices=LEVELS, default="")
    purpose = SelectField("检验目的", choices=PURPOSES, default="")

    def own(self) -> dict[str, Any]:
        return {"level": self.level.data, "purpose": self.purpose.data}


class CompletionForm(TaskForm):
    period = SelectField("统计期", choices=[(one.value, one.value) for one in When], default=When.TO_DATE.value)
    form = FORM

    def own(self) -> dict[str, Any]:
        return {**super().own(), "period": self.period.data, "form": self.form.data}


class TextForm(CellForm):
    text = StringField("文字", [InputRequired("请填写要写入的文字"), Length(max=200, message="文字不超过 200 个字")], [trimmed])

    def own(self) -> dict[str, Any]:
        return {"text": self.text.data}


class ListForm(CellForm):
    list = SelectField("列表", choices=[(name, name) for name in LISTS])
    columns = TextAreaField("各列填什么", [InputRequired("请填写各列，每行一列，如 A 序号")], [plain])
    most = IntegerField("最多行数", [InputRequired("请填写模板留出的行数"), NumberRange(1, 2000, "行数应在 1 至 2000 之间")])
    empty = StringField("没有记录时", [Length(max=60, message="不超过 60 个字")], [trimmed])

    def own(self) -> dict[str, Any]:
        return {"list": self.list.data, "columns": read_columns(self.columns.data or ""), "most": self.most.data, "empty": self.empty.data}


def read_columns(written: str) -> dict[str, str]:
    """A 序号, one column a line. Raises NotLikeThis."""
    found: dict[str, str] = {}
    for line in filter(None, map(str.strip, written.splitlines())):
        match = COLUMN.fullmatch(line)
        if match is None:
            raise NotLikeThis(f"“{line[:20]}”看不懂，请每行写一列，如：A 序号", field="columns")
        if match[1].upper() in found:
            raise NotLikeThis(f"{match[1].upper()} 列写了两次，请每列只填一项", field="columns")
        found[match[1].upper()] = match[2].strip()
    return found


CELL_FORMS: Mapping[str, type[CellForm]] = {
    "figure": FigureForm, "difference": TwoFiguresForm, "growth": TwoFiguresForm, "task": TaskForm, "completion": CompletionForm,
    "text": TextForm, "list": ListForm,
}  # fmt: skip


def kind_asked(written: str | None) -> str:
    return next((kind for kind in KINDS if kind == written), "figure")


def filled_in(spec: Spec) -> dict[str, Any]:
    """What the form shows for a mapping that exists."""
    if isinstance(spec, ListSpec):
        lines = "\n".join(f"{letters(column)} {name}" for column, name in spec.columns)
        return {"list": spec.name, "columns": lines, "most": spec.most, "empty": spec.empty}
    told = write_spec(spec)
    other = told.pop("minus", None) or told.pop("against", None) or {}
    shown = {**told, **told.pop("of", {})}
    return {**_flat(shown), **{f"other_{name}": value for name, value in _flat(other).items()}}


def _flat(told: Mapping[str, Any]) -> dict[str, Any]:
    group, written = told.get("group") or {}, told.get("filter", "")
    own = {name: value for name, value in told.items() if name != "group"}
    return {**own, "filter": describe(parse_filter(written)) if written else "", "by": group.get("by", ""), "key": group.get("key", "")}


def state_asked(asked: Any) -> TemplateState | None:
    return next((one for one in TemplateState if one.value == asked.get("state")), None)


__all__ = ["CELL_FORMS", "FileForm", "RuleForm", "StepForm", "UploadForm", "filled_in", "kind_asked", "state_asked"]

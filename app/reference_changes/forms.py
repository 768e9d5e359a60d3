"""Forms of 基础数据变更: shape only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import current_app
from flask_wtf.file import FileField
from wtforms import BooleanField, DateField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, Regexp, ValidationError
from wtforms.widgets import HiddenInput

from app import clock
from app.domain.deadline_rules import Unit
from app.domain.holiday_notice import UnreadableText
from app.domain.reference_acts import ChangeAct
from app.domain.rounding import Basis
from app.domain.samples import ItemClass
from app.forms import OfficeForm, trimmed
from app.reference_changes import cap_acts, word_forms
from app.reference_changes.attribute_acts import OfAttributes
from app.reference_changes.cap_forms import CapForm, NewCapForm
from app.reference_changes.clock_acts import plan_of, rule_row
from app.reference_changes.definition_acts import planned_of
from app.reference_changes.fields import ChangeForm, SureForm
from app.reference_changes.figure_forms import DefinitionForm, TargetForm
from app.reference_changes.handling import HANDLERS, Values
from app.reference_changes.limit_acts import key_of, row_of
from app.reference_changes.place_acts import region_of
from app.reference_changes.retire_acts import OfWord
from app.reference_changes.word_acts import code_value
from app.reference_data import books
from app.reference_data.forms import EARLIEST, LATEST, in_reason
from app.reference_data.models import RegionLevel
from app.reference_data.notices import UnreadableNotice, from_text, read_notice

COMPARISONS = [(member.value, f"{member.value}比较法") for member in Basis]
LIMIT_HELPS: Mapping[str, str] = {
    "limit": "按标准写法填写：≤0.2、≥2.9、21～39、不得检出、不得使用、n=5,c=2,m=10000,M=100000；读不懂的按文字保存，不自动判定",
    "unit": "如 mg/kg、CFU/g", "standard": "标准号和名称，如 GB 2762-2022《食品安全国家标准 食品中污染物限量》",
    "valid_from": "实施日期", "valid_to": "最后一个有效日；仍有效的留空", "region": "行政区划代码；全国适用的留空",
    "category": "大类/亚类/次亚类/细类；适用全部食品的留空",
    "comparison": "标准没有规定的按 GB/T 8170 用全数值比较法；修约值比较法先把结果修约到限量所写的位数",
}  # fmt: skip


class LimitVersionForm(SureForm):
    """限量新版本."""

    HELPS = LIMIT_HELPS
    WIDE = frozenset({"standard", "note"})
    limit = StringField("限量", [DataRequired("请填写限量"), Length(max=200, message="限量不得超过 200 个字")], [trimmed])
    unit = StringField("单位", [Length(max=40, message="单位不得超过 40 个字符")], [trimmed])
    standard = StringField(
        "标准", [DataRequired("请填写标准号和名称"), Length(max=200, message="标准不得超过 200 个字")], [trimmed]
    )
    valid_from = DateField("有效期起", [InputRequired("请填写有效期起"), in_reason])
    valid_to = DateField("有效期止", [Optional(), in_reason])
    comparison = SelectField("比较方法", [Optional()], choices=COMPARISONS, default=Basis.FULL.value)
    note = StringField("备注", [Length(max=400, message="备注不得超过 400 个字")], [trimmed])


class NewLimitForm(LimitVersionForm):
    """新增限量."""

    OFFERED = {"item": "item", "category": "category"}
    item = StringField("检验项目", [DataRequired("请填写检验项目"), Length(max=200, message="项目不得超过 200 个字")], [trimmed])
    category = StringField("食品分类", [Length(max=400, message="分类不得超过 400 个字")], [trimmed])
    region = StringField(
        "适用地区代码", [Optional(), Regexp(r"^\d{6}$", message="行政区划代码为 6 位数字；全国适用的请留空")], [trimmed]
    )


class LimitEndForm(ChangeForm):
    """废止限量."""

    valid_to = DateField("最后一个有效日", [InputRequired("请填写最后一个有效日"), in_reason])


class PopulationForm(SureForm):
    """常住人口."""

    HELPS = {"residents": "年末常住人口，单位人；同一年份再次提出即为新版本"}
    year = IntegerField("年份", [InputRequired("请填写年份"), NumberRange(1949, 2199, message="年份不合理，请核对")])
    residents = IntegerField(
        "常住人口（人）",
        [InputRequired("请填写常住人口，只填整数"), NumberRange(1, 2_000_000_000, message="常住人口应为大于 0 的整数")],
    )


class NoticeForm(SureForm):
    """放假安排: the published text is read into days, which may be corrected before they are sent."""

    HELPS = {
        "text": "粘贴国务院办公厅通知的正文，如“春节：2月15日至23日放假调休，共9天。2月14日（周六）上班。”，点“读出日期”",
        "days": "每行一项，如“2027-10-01至2027-10-07 放假 国庆节”“2027-10-09 调休上班 国庆节”；放假期间的周末也要写上。"
        "取消此前的安排写“2027-10-08 恢复平常”。已录入而相同的日期不会重复登记。",
    }
    WIDE = frozenset({"text", "days", "published"})
    year = IntegerField("年份", [InputRequired("请填写年份"), NumberRange(EARLIEST, LATEST, message="年份不合理，请核对")])
    ROWS = {"text": 7, "days": 9}
    text = TextAreaField("通知原文", [Length(max=8000, message="通知原文过长，请只粘贴放假安排的正文")])
    days = TextAreaField("放假和调休", [Length(max=8000, message="内容过长，请只填写放假和调休的日期")])
    published = BooleanField("本年度放假安排已全部公布并录入")

    def read_text(self) -> None:
        """Fill the days from the text; what cannot be read is said at the text."""
        try:
            self.days.data = from_text(self.text.data or "", self.year.data or 0)
        except UnreadableText as fault:
            self.text.errors = [*self.text.errors, *fault.faults]

    def validate_days(self, field: Any) -> None:
        if self.year.data is None:
            return
        if not (field.data or "").strip() and (self.text.data or "").strip():
            self.read_text()
        try:
            lines = read_notice(field.data or "", self.year.data)
        except UnreadableNotice as fault:
            raise ValidationError("\n".join(fault.faults)) from fault
        if not lines and not self.published.data:
            raise ValidationError("请填写放假和调休的日期，每行一项")


class SettingForm(ChangeForm):
    """系统设置: the value as it is written in a file."""

    value = StringField("新的值", [Length(max=400, message="内容不得超过 400 个字")], [trimmed])
    back = BooleanField("不再使用页面设置，恢复为配置文件或默认值")


class RulesForm(ChangeForm):
    """规则表新版本: an uploaded file, or the text itself."""

    HELPS = {
        "file": "先下载现行的表，在其中修改后上传（.csv 或 .xlsx）；不上传的，可直接在下面改",
        "content": "第一行为表头，每行一条，以英文逗号分隔；旧规则保留并填写有效期止，新规则另起一行",
    }
    WIDE = frozenset({"file", "content"})
    ROWS = {"content": 14}
    valid_from = DateField("自哪一天起施行", [InputRequired("请填写自哪一天起施行"), in_reason])
    file = FileField("文件")
    content = TextAreaField("表格内容", id="written", validators=[Length(max=400_000, message="内容过长，请核对")])


class DeadlineForm(SureForm):
    """期限规则新版本."""

    HELPS = {"valid_from": "自这一天起起算的事项适用；与现行版本同一天的视为更正", "article": "如 《食品安全抽样检验管理办法》第四十五条"}
    WIDE = frozenset({"note"})
    amount = IntegerField("期限", [InputRequired("请填写期限，只填整数"), NumberRange(0, 3650, message="期限不合理，请核对")])
    unit = SelectField("单位", [InputRequired("请选择单位")], choices=[(one.value, one.value) for one in Unit])
    article = StringField("依据条款", [DataRequired("请填写依据条款"), Length(max=300, message="依据条款不得超过 300 个字")], [trimmed])
    valid_from = DateField("施行日期", [InputRequired("请填写施行日期"), in_reason])
    note = StringField("备注", [Length(max=300, message="备注不得超过 300 个字")], [trimmed])


class NewCodeForm(ChangeForm):
    """代码表新增."""

    value = StringField("代码", [DataRequired("请填写代码"), Length(max=200, message="代码不得超过 200 个字")], [trimmed])
    valid_from = DateField("有效期起", [Optional(), in_reason])


class CodeOrderForm(ChangeForm):
    """代码表排序."""

    ordinal = IntegerField("序号", [InputRequired("请填写序号"), NumberRange(1, 9999, message="序号应为 1 至 9999")])


class RetireForm(ChangeForm):
    """停用."""

    HELPS = {"valid_to": "此后不再提供选择，以往记录仍照原样显示"}
    valid_to = DateField("最后一个有效日", [InputRequired("请填写最后一个有效日"), in_reason])


class NewItemForm(ChangeForm):
    """新增检验项目."""

    name = StringField("项目名称", [DataRequired("请填写项目名称"), Length(max=200, message="项目名称不得超过 200 个字")], [trimmed])
    item_class = SelectField("类别", [InputRequired("请选择类别")], choices=[(one.value, one.value) for one in ItemClass])
    unit = StringField("单位", [Length(max=40, message="单位不得超过 40 个字符")], [trimmed])


class ItemSpellingForm(ChangeForm):
    """项目写法对照."""

    OFFERED = {"name": "item"}
    written = StringField("另一种写法", [DataRequired("请填写另一种写法"), Length(max=200, message="写法不得超过 200 个字")], [trimmed])
    name = StringField("对照为", [DataRequired("请选择项目"), Length(max=200, message="项目不得超过 200 个字")], [trimmed])


class NewCategoryForm(ChangeForm):
    """新增食品分类."""

    OFFERED = {"parent": "category"}
    parent = StringField("上级分类", [DataRequired("请选择上级分类"), Length(max=400, message="分类不得超过 400 个字")], [trimmed])
    name = StringField("分类名称", [DataRequired("请填写分类名称"), Length(max=100, message="分类名称不得超过 100 个字")], [trimmed])


class CategorySpellingForm(ChangeForm):
    """分类写法对照."""

    HELPS = {"written": "如更名后的名称，或导入文件中的写法", "path": "大类/亚类/次亚类/细类"}
    OFFERED = {"path": "category"}
    written = StringField("另一种写法", [DataRequired("请填写另一种写法"), Length(max=400, message="写法不得超过 400 个字")], [trimmed])
    path = StringField("对照为", [DataRequired("请选择分类"), Length(max=400, message="分类不得超过 400 个字")], [trimmed])


class NewRegionForm(ChangeForm):
    """新增行政区划."""

    code = StringField("代码", [DataRequired("请填写行政区划代码"), Length(max=12, message="代码不得超过 12 位")], [trimmed])
    name = StringField("名称", [DataRequired("请填写名称"), Length(max=60, message="名称不得超过 60 个字")], [trimmed])
    level = SelectField("级别", [InputRequired("请选择级别")], choices=[(one.value, one.value) for one in RegionLevel][1:])
    parent_code = StringField("上级代码", [DataRequired("请填写上级代码"), Length(max=12, message="代码不得超过 12 位")], [trimmed])


FORMS: dict[ChangeAct, type[ChangeForm]] = {
    ChangeAct.LIMIT_NEW: NewLimitForm, ChangeAct.LIMIT_VERSION: LimitVersionForm, ChangeAct.LIMIT_END: LimitEndForm,
    ChangeAct.POPULATION: PopulationForm, ChangeAct.CALENDAR: NoticeForm, ChangeAct.SETTING: SettingForm,
    ChangeAct.RULES: RulesForm, ChangeAct.DEADLINE: DeadlineForm, ChangeAct.TARGET: TargetForm, ChangeAct.CODE_NEW: NewCodeForm,
    ChangeAct.CODE_ORDER: CodeOrderForm, ChangeAct.CODE_RETIRE: RetireForm, ChangeAct.ITEM_NEW: NewItemForm,
    ChangeAct.ITEM_ALIAS: ItemSpellingForm, ChangeAct.CATEGORY_NEW: NewCategoryForm, ChangeAct.CATEGORY_ALIAS: CategorySpellingForm,
    ChangeAct.REGION_NEW: NewRegionForm, ChangeAct.CAP: CapForm, ChangeAct.CAP_NEW: NewCapForm,
    ChangeAct.DEFINITION: DefinitionForm, ChangeAct.ITEM_VERSION: word_forms.ItemAttributesForm,
    ChangeAct.CATEGORY_VERSION: word_forms.CategoryAttributesForm,
    ChangeAct.ITEM_RETIRE: word_forms.RetireItemForm, ChangeAct.ITEM_REOPEN: word_forms.ReopenWordForm,
    ChangeAct.CATEGORY_RETIRE: word_forms.RetireCategoryForm, ChangeAct.CATEGORY_REOPEN: word_forms.ReopenWordForm,
    ChangeAct.REGION_RETIRE: word_forms.RetireRegionForm, ChangeAct.REGION_REOPEN: word_forms.ReopenWordForm,
    ChangeAct.LABORATORY_RETIRE: word_forms.RetireLaboratoryForm, ChangeAct.LABORATORY_REOPEN: word_forms.ReopenWordForm,
}  # fmt: skip


def starting(act: ChangeAct, subject: str | None) -> dict[str, Any]:
    """What the form shows before anything is typed."""
    if act is ChangeAct.LIMIT_VERSION and subject and subject.isdecimal():
        row = row_of({"subject": subject})
        method, limit = row.comparison or Basis.FULL.value, books.limit_words(row, unit=False)
        return {"subject": subject, "limit": limit, "unit": row.unit, "confidence": "待核", "comparison": method}
    if act is ChangeAct.DEADLINE and subject and subject.isdecimal():
        rule = rule_row({"subject": subject})
        return {"subject": subject, "amount": rule.amount, "unit": rule.unit, "article": rule.article, "confidence": "待核"}
    if act is ChangeAct.CAP and subject and subject.isdecimal():
        return cap_acts.starting(subject)
    if act is ChangeAct.CALENDAR and subject and subject.isdecimal():
        return {"year": int(subject[:4])}
    if act is ChangeAct.DEFINITION and subject and subject.isdecimal():
        defined = planned_of({"subject": subject}).row
        return {"subject": subject, "formula": defined.formula, "filter": defined.filter}
    handler = HANDLERS[act]
    if isinstance(handler, OfAttributes) and subject and subject.isdecimal():
        row = handler.row({"subject": subject})
        return {"subject": subject, **{name: getattr(row, name, None) for name in ("item_class", "unit", "method", "domain")}}
    if isinstance(handler, OfWord):
        return {"subject": subject or "", "valid_from": clock.today()}
    return {"subject": subject or ""}


def about(act: ChangeAct, subject: str | None) -> str:
    """Which row the form is about, in words; nothing where it is about none yet."""
    if act is ChangeAct.CODE_NEW:
        return f"代码表：{subject}" if subject else ""
    find = OF_ROW.get(act)
    return find({"subject": subject}) if find is not None and subject and subject.isdecimal() else ""


def _limit_said(values: Values) -> str:
    row = row_of(values)
    return f"现行：{key_of(row.item, row.category, row.region)}，{books.limit_words(row)}，{row.standard}"


def _code_said(values: Values) -> str:
    row = code_value(values)
    return f"{row.list_name}：{row.value}"


def _definition_said(values: Values) -> str:
    found = planned_of(values)
    return f"{found.plan.name} 第 {found.row.no} 项 {found.row.name}"


OF_ROW: dict[ChangeAct, Callable[[Values], str]] = {
    ChangeAct.LIMIT_VERSION: _limit_said, ChangeAct.LIMIT_END: _limit_said, ChangeAct.CODE_ORDER: _code_said,
    ChangeAct.CODE_RETIRE: _code_said, ChangeAct.CAP: lambda values: f"现行：{cap_acts.cap_row(values).name}",
    ChangeAct.POPULATION: lambda values: books.region_book().full_name(region_of(values).id),
    ChangeAct.DEADLINE: lambda values: f"现行：{rule_row(values).name}，{rule_row(values).amount} {rule_row(values).unit}",
    ChangeAct.TARGET: lambda values: plan_of(values).name, ChangeAct.DEFINITION: _definition_said,
    **{act: handler.said for act, handler in HANDLERS.items() if isinstance(handler, (OfWord, OfAttributes))},
}  # fmt: skip


class OpinionForm(OfficeForm):
    """采用、不予采用、撤回: the opinion, and the version that the page showed."""

    version = IntegerField(widget=HiddenInput(), validators=[InputRequired("页面已过期，请刷新后重试")])
    comment = TextAreaField("意见", [Length(max=400, message="意见不得超过 400 个字")], [trimmed])


def setting_value(name: str) -> str:
    """The value in force as it would be written."""
    value = current_app.config.get(name)
    if isinstance(value, bool):
        return "是" if value else "否"
    return "" if value is None else str(value)

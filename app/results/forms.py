"""Shape of what is asked: an upload, its confirmation and undoing, the grid of a report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask import request
from flask_wtf.file import FileField, FileRequired
from wtforms import (
    BooleanField,
    DateField,
    FieldList,
    Form,
    FormField,
    IntegerField,
    SelectField,
    StringField,
    SubmitField,
    TextAreaField,
)
from wtforms.validators import AnyOf, InputRequired, Length
from wtforms.validators import Optional as MayBeEmpty
from wtforms.widgets import HiddenInput

from app.domain.actors import Actor
from app.domain.entry_rules import CELLS, COLUMNS, MOST_ROWS, tidy
from app.domain.result_import import Action
from app.domain.samples import ItemKind, Verdict
from app.domain.workflow import BatchState
from app.domain.written import NotADate, written_date
from app.forms import OfficeForm, VersionForm, trimmed
from app.labels import label
from app.results.entry import Entered
from app.results.queries import Filters, laboratory_choices
from app.results.staging import LAYOUTS, Options, reports_for_itself

ACTIONS = {
    "refused": Action.REFUSED, "conflict": Action.CONFLICT, "changed": Action.CHANGED, "new": Action.NEW, "unchanged": Action.UNCHANGED,
}  # fmt: skip
ROWS, MORE_ROWS = 12, 6
ANY = ("", "全部")
KINDS = {
    "results": "检验结果", "samples": "抽样单", "enterprises": "企业档案", "plan_quotas": "计划批次", "plan_items": "计划检验项目",
    "rapid_tests": "快检记录", "announcements": "外部公示", "risk_profiles": "静态风险要素",
    "inspectors": "检查人员",
}  # fmt: skip


def _number(value: Any) -> int | None:
    return int(value) if value not in (None, "", "None") else None


class LaboratoryField(SelectField):
    """承检机构, where the file does not name it."""

    def __init__(self, label: str = "承检机构", **kwargs: Any) -> None:
        super().__init__(label, coerce=_number, **kwargs)


def offer_laboratories(field: Any, actor: Actor) -> None:
    """A laboratory reports for itself; a bureau says whose report it is."""
    choices, own = laboratory_choices(), reports_for_itself(actor)
    offered = [choice for choice in choices if own in (None, choice[0])]
    field.choices = [("", "本机构" if own else "按抽样单上的承检机构"), *offered]


class UploadForm(OfficeForm):
    """A result file and what it does not say itself."""

    file = FileField("结果文件", validators=[FileRequired("请选择要上传的文件")])
    layout = SelectField("文件格式", choices=list(LAYOUTS.items()), default="auto")
    laboratory = LaboratoryField()
    reported_on = DateField("报告日期", validators=[MayBeEmpty()])

    @property
    def options(self) -> Options:
        return Options(self.layout.data, self.reported_on.data, self.laboratory.data)


class ConfirmForm(VersionForm):
    """Confirmation of a preview."""

    skip_refused = BooleanField("跳过有错误的样品")
    laboratory = LaboratoryField()
    reported_on = DateField("报告日期", validators=[MayBeEmpty()])

    @property
    def options(self) -> Options:
        return Options("auto", self.reported_on.data, self.laboratory.data)


class UndoForm(VersionForm):
    """Undoing needs a reason."""

    comment = TextAreaField("撤销原因", filters=[trimmed], validators=[
        InputRequired("请填写撤销原因"), Length(max=500, message="不超过 500 字"),
    ])  # fmt: skip


def _word_of(name: str) -> Any:
    """A WTForms filter: 合格 for 合格项, as the laboratories write it."""
    return lambda value: tidy(name, value) if isinstance(value, str) else value


class RowForm(Form):
    """One item of a report. Every cell is a text, so that the grid moves and pastes as a spreadsheet does."""

    class Meta:
        """The library's own messages in Chinese as well."""

        locales = ("zh",)

    item = StringField("检验项目", filters=[trimmed])
    result = StringField("检验结果", filters=[trimmed], validators=[Length(max=2000, message="检验结果不超过 2000 字")])
    unit = StringField("结果单位", filters=[trimmed])
    verdict = StringField("结果判定", filters=[trimmed, _word_of("verdict")], validators=[
        AnyOf(["", *Verdict], message="不是有效的选择：应填写合格项、不合格项、问题项、不判定项或未检验"), MayBeEmpty(),
    ])  # fmt: skip
    method = StringField("检验依据", filters=[trimmed], validators=[Length(max=2000, message="检验依据不超过 2000 字")])
    basis = StringField("判定依据", filters=[trimmed], validators=[Length(max=2000, message="判定依据不超过 2000 字")])
    min_limit = StringField("最小允许限", filters=[trimmed])
    max_limit = StringField("最大允许限", filters=[trimmed])
    limit_unit = StringField("允许限单位", filters=[trimmed])
    lod = StringField("检出限", filters=[trimmed])
    note = StringField("说明", filters=[trimmed], validators=[Length(max=2000, message="说明不超过 2000 字")])
    kind = StringField("检验类型", filters=[trimmed, _word_of("kind")], validators=[
        AnyOf(["", *ItemKind], message="不是有效的选择：应填写抽检项目或监测项目"), MayBeEmpty(),
    ])  # fmt: skip

    @property
    def cells(self) -> dict[str, str]:
        return {name: self[name].data or "" for name in CELLS}


class ReportForm(OfficeForm):
    """检验报告 with its grid. Buttons: more rows, read a pasted block, a preview of the verdicts, save, save and go on."""

    version = IntegerField(widget=HiddenInput(), validators=[InputRequired("页面已过期，请刷新后重试")])
    report_no = StringField("报告书编号", filters=[trimmed], validators=[
        InputRequired("请填写报告书编号"), Length(max=100, message="不超过 100 字"),
    ])  # fmt: skip
    reported_on = DateField("报告日期", validators=[InputRequired("请填写报告日期，格式为 2026-11-20")])
    received_on = DateField("收检日期", validators=[MayBeEmpty()])
    laboratory = LaboratoryField()
    reason = StringField("更正原因", filters=[trimmed], validators=[Length(max=300, message="不超过 300 字")])
    rows = FieldList(FormField(RowForm), min_entries=ROWS, max_entries=MOST_ROWS)
    block = TextAreaField("粘贴自 Excel", validators=[Length(max=100_000, message="粘贴的内容过长，请分次粘贴")])
    revision = IntegerField(widget=HiddenInput(), default=0, validators=[MayBeEmpty()])
    paste = SubmitField("读入粘贴内容")
    preview = SubmitField("预览判定")
    more = SubmitField("增加行")
    save = SubmitField("保存")
    save_next = SubmitField("保存并录入下一批")

    titles = COLUMNS

    @property
    def grid(self) -> list[dict[str, str]]:
        return [row.form.cells for row in self.rows]

    def set_rows(self, rows: Sequence[Mapping[str, str]]) -> None:
        """The grid as it is to be shown, with blank lines to go on."""
        while self.rows.entries:
            self.rows.pop_entry()
        self.rows.last_index = -1
        for cells in rows[:MOST_ROWS]:
            self.rows.append_entry(cells)
        while len(self.rows) < min(max(ROWS, len(rows) + 1), MOST_ROWS):
            self.rows.append_entry()

    def add_rows(self) -> None:
        for _ in range(min(MORE_ROWS, MOST_ROWS - len(self.rows))):
            self.rows.append_entry()

    def previewed(self, today: date) -> Entered:
        """For a preview before the head of the report is filled in: its number and day do not change a verdict."""
        number, day = self.report_no.data or "（预览）", self.reported_on.data or today
        return Entered(number, day, self.received_on.data, self.laboratory.data, self.grid)

    @property
    def entered(self) -> Entered:
        assert self.report_no.data and self.reported_on.data
        return Entered(self.report_no.data, self.reported_on.data, self.received_on.data, self.laboratory.data, self.grid)


def head_of_draft(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The head of a report as a draft keeps it: texts, back to dates and numbers."""
    found: dict[str, Any] = {name: fields[name] for name in ("report_no", "reason") if fields.get(name)}
    for name in ("reported_on", "received_on"):
        try:
            found[name] = written_date(str(fields.get(name) or ""))
        except NotADate:
            found[name] = None
    laboratory = str(fields.get("laboratory") or "")
    return found | {"laboratory": int(laboratory) if laboratory.isdecimal() else None}


class BatchFilterForm(OfficeForm):
    """Shape of the query over imports; it changes nothing and therefore carries no token."""

    class Meta(OfficeForm.Meta):
        """A GET form."""

        csrf = False

    kind = SelectField("类别", choices=[ANY, *KINDS.items()])
    state = SelectField("状态", choices=[ANY, *((state.value, label(state)) for state in BatchState)])
    filename = StringField(
        "文件名", filters=[trimmed], validators=[MayBeEmpty(), Length(max=100, message="不超过 100 字")]
    )
    since = DateField("上传日期", validators=[MayBeEmpty()])
    until = DateField("上传日期止", validators=[MayBeEmpty()])

    @property
    def filters(self) -> Filters:
        """What was asked; a field that makes no sense asks nothing and says so."""
        asked = {name: field.data for name, field in self._fields.items() if field.data and not field.errors}
        state = asked.pop("state", None)
        return Filters(**asked, state=BatchState(state) if state else None)


def asked() -> BatchFilterForm:
    """The query of the address."""
    return of(request.args)


def of(asked: Any) -> BatchFilterForm:
    """The query that these values ask for."""
    form = BatchFilterForm(formdata=asked)
    for name in ("kind", "state"):
        if form[name].data is None:
            form[name].data = ""
    form.validate()
    return form

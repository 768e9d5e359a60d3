"""Forms of 异议: shape only; windows, standing and effects are asked of ``domain.objections``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import (
    DateField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, HiddenInput, ListWidget

from app.domain.case_kinds import ObjectionEffect, ObjectionKind, ObjectionOutcome, Side
from app.domain.workflow import ObjectionState
from app.forms import OfficeForm, trimmed
from app.objections.models import Objection
from app.objections.operations import EDITED, Application, Decision
from app.objections.queries import Filters

EXPIRED = "页面已过期，请刷新后重试"
RUNNING, MINE = "running", "mine"
CONTENT, EVIDENCE, CORRECTION, REFUSAL, INVESTIGATION, TEXT = 2000, 1000, 1000, 1000, 4000, 2000


def _text(title: str, longest: int, *rules: Any, long: bool = False, **more: Any) -> Any:
    limit = Length(max=longest, message=f"{title}不得超过 {longest} 个字")
    return (TextAreaField if long else StringField)(title, [*rules, limit], [trimmed], **more)


def _version(required: bool = True) -> IntegerField:
    return IntegerField(widget=HiddenInput(), validators=[InputRequired(EXPIRED) if required else Optional()])


def _choices(kind: Any) -> list[tuple[str, str]]:
    return [(one.value, one.value) for one in kind]


class ApplicationForm(OfficeForm):
    """登记、修改异议申请."""

    kind = RadioField("异议类别", [InputRequired("请选择异议类别")], choices=_choices(ObjectionKind))
    side = SelectField("申请人身份", [InputRequired("请选择申请人身份")], choices=_choices(Side))
    applicant = _text("申请人", 300, DataRequired("请填写申请人"))
    contact = _text("联系人和电话", 200)
    applied_on = DateField("提出日期", [InputRequired("请填写提出日期")])
    received_on = DateField("收到日期", [InputRequired("请填写收到日期")])
    window_from = DateField("收到检验结果通知书日期", [Optional()])
    content = _text("异议内容", CONTENT, DataRequired("请填写异议内容"), long=True, id="what")  # the page itself has a part called content
    evidence = _text("证明材料", EVIDENCE, long=True)
    version = _version(required=False)
    key = HiddenField(validators=[Length(max=60)])

    @property
    def written(self) -> Application:
        assert self.applied_on.data is not None and self.received_on.data is not None
        return Application(
            kind=ObjectionKind(self.kind.data), side=Side(self.side.data), applicant=self.applicant.data or "",
            applied_on=self.applied_on.data, received_on=self.received_on.data, content=self.content.data or "",
            contact=self.contact.data or None, evidence=self.evidence.data or None, window_from=self.window_from.data,
        )  # fmt: skip


def begun(objection: Objection, window_from: date | None) -> dict[str, Any]:
    """What the form shows of an application as it is; the receipt only where the applicant stated it."""
    values = {name: getattr(objection, name) for name in EDITED}
    return values | {"kind": objection.kind.value, "side": objection.side.value, "window_from": window_from, "version": objection.version}


class CorrectionForm(OfficeForm):
    """一次性补正告知."""

    wanting = _text("补正内容", CORRECTION, DataRequired("请填写需要补正的材料"), long=True)
    asked_on = DateField("告知日期", [InputRequired("请填写告知日期")])
    due_on = DateField("补正期限", [InputRequired("请填写补正期限")])
    version = _version()


class SupplementForm(OfficeForm):
    """登记补正材料."""

    supplemented_on = DateField("收到日期", [InputRequired("请填写收到补正材料的日期")])
    evidence = _text("证明材料", EVIDENCE, DataRequired("请填写补正后的全部证明材料"), long=True)
    version = _version()


class AcceptForm(OfficeForm):
    """受理."""

    accepted_on = DateField("受理日期", [InputRequired("请填写受理日期")])
    version = _version()


class DeclineForm(OfficeForm):
    """不予受理."""

    refusal = _text("不予受理理由", REFUSAL, DataRequired("请填写不予受理的理由"), long=True)
    version = _version()


class InvestigationForm(OfficeForm):
    """登记核查情况."""

    investigation = _text("核查情况", INVESTIGATION, DataRequired("请填写核查情况"), long=True)
    version = _version()


class DecisionForm(OfficeForm):
    """作出审核结论."""

    outcome = RadioField("审核结论", [InputRequired("请选择审核结论")], choices=_choices(ObjectionOutcome))
    effect = RadioField("处理", [InputRequired("请选择处理")], choices=_choices(ObjectionEffect))
    items = SelectMultipleField(
        "改判合格的项目", coerce=int, option_widget=CheckboxInput(), widget=ListWidget(prefix_label=False), validate_choice=False
    )
    text = _text("结论和理由", TEXT, DataRequired("请填写结论和理由"), long=True)
    version = _version()

    @property
    def decision(self) -> Decision:
        return Decision(
            ObjectionOutcome(self.outcome.data), ObjectionEffect(self.effect.data), self.text.data or "", tuple(self.items.data or ())
        )

    def offer(self, effects: Sequence[ObjectionEffect], items: Sequence[Any]) -> DecisionForm:
        """Only what a conclusion about this objection may change."""
        self.effect.choices = [(one.value, one.value) for one in effects]
        self.items.choices = [(row.id, f"{row.item}（{row.result_written or '/'} {row.unit or ''}）") for row in items]
        return self


class TellForm(OfficeForm):
    """通知审核结论."""

    told_on = DateField("通知日期", [InputRequired("请填写通知日期")])
    told_how = _text("通知方式和文书", 300)
    version = _version()


class ReasonForm(OfficeForm):
    """撤回."""

    reason = _text("撤回原因", 300, DataRequired("请填写撤回原因"), long=True)
    version = _version()


class FileForm(OfficeForm):
    """附件."""

    file = FileField("附件", [FileRequired("请选择附件")])
    version = _version(required=False)


# ---------------------------------------------------------------- the list's query

def filters_asked(asked: Mapping[str, str]) -> Filters:
    """The query of the list from its address; what it does not know is no condition."""
    state = asked.get("state")
    return Filters(
        q=" ".join((asked.get("q") or "").split())[:60] or None,
        kind=next((one for one in ObjectionKind if one.value == asked.get("kind")), None),
        state=next((one for one in ObjectionState if one.value == state), None),
        outcome=next((one for one in ObjectionOutcome if one.value == asked.get("outcome")), None),
        running=state == RUNNING, mine=state == MINE, overdue=asked.get("overdue") == "1",
        received_from=_day(asked.get("received_from")), received_to=_day(asked.get("received_to")),
    )  # fmt: skip


def _day(written: str | None) -> date | None:
    try:
        return date.fromisoformat(written or "")
    except ValueError:
        return None


def number(written: str | None) -> int | None:
    text = written or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 16 else None


def kept(filters: Filters) -> dict[str, Any]:
    """The query again, for the links of the list."""
    values: dict[str, Any] = {
        "q": filters.q, "kind": filters.kind, "outcome": filters.outcome, "overdue": "1" if filters.overdue else None,
        "state": RUNNING if filters.running else MINE if filters.mine else filters.state,
        "received_from": filters.received_from, "received_to": filters.received_to,
    }  # fmt: skip
    return {name: getattr(value, "value", value) for name, value in values.items() if value is not None}

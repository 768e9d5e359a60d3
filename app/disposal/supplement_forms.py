"""Forms of what belongs to a case besides its record: shape only."""

from __future__ import annotations

from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import IntegerField, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional

from app.disposal.forms import Day, plain
from app.disposal.models import DisposalCase
from app.disposal.supplements import Given
from app.domain.case_kinds import PublicationKind
from app.domain.case_questions import QUESTIONS, asked
from app.domain.case_record import BLOCKS
from app.forms import VersionForm


def _text(title: str, longest: int, required: str | None = None) -> StringField:
    needed: list[Any] = [InputRequired(required)] if required else [Optional()]
    return StringField(title, [*needed, Length(max=longest, message=f"{title}不得超过 {longest} 个字，请精简")], [plain])


class Answers(VersionForm):
    """审核意见表: a question left open stays unanswered."""

    def given(self, case: DisposalCase) -> dict[str, Given]:
        """The answers that were chosen."""
        found = {}
        for question in asked(case.mode):
            chosen = self._fields[question.code].data
            if chosen:
                found[question.code] = Given(chosen == "是", self._fields[f"{question.code}_note"].data or None)
        return found


def _questions() -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for question in QUESTIONS:
        fields[question.code] = SelectField(question.text, choices=[("", "未填写"), ("是", "是"), ("否", "否")], default="")
        fields[f"{question.code}_note"] = _text(f"{question.text}的意见", 500)
    return fields


AnswerForm: Any = type("AnswerForm", (Answers,), _questions())


class PublicationForm(VersionForm):
    """登记信息公开."""

    kind = SelectField("公开内容", choices=[(kind.value, kind.value) for kind in PublicationKind])
    published_on = Day("公开日期", [InputRequired("请填写公开日期")])
    document_no = _text("公布文号", 100)
    url = _text("网址", 500)


class RemovalForm(VersionForm):
    """撤下信息公开."""

    publication = IntegerField("公开信息", [InputRequired("请选择要撤下的公开信息")])
    removed_on = Day("撤下日期", [InputRequired("请填写撤下日期")])
    reason = _text("撤下原因", 500, "请填写撤下的原因")


class FollowUpForm(VersionForm):
    """关联跟踪抽检."""

    number = _text("抽样编号", 40, "请填写跟踪抽检样品的抽样编号")
    note = _text("说明", 300)


class FileForm(VersionForm):
    """附件."""

    block = SelectField("所属部分", choices=[(block, block) for block in BLOCKS], default="产品控制")
    file = FileField("附件", [FileRequired("请选择文件")])


class WithdrawalForm(VersionForm):
    """作废附件."""

    attachment = IntegerField("附件", [InputRequired("请选择要作废的附件")])
    reason = _text("作废原因", 200, "请填写作废附件的原因")

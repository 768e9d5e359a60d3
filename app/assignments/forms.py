"""Forms of tasks: shape only."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import DateField, HiddenField, IntegerField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, Regexp, ValidationError
from wtforms.widgets import CheckboxInput, HiddenInput, ListWidget

from app.accounts.models import User
from app.assignments.listing import ALL_STATES, LARGEST_ID, LIVE_STATES, OVERDUE, Filters
from app.assignments.models import SamplingAssignment
from app.domain.assignments import MOST_BATCHES
from app.domain.enterprises import clean
from app.domain.samples import Link
from app.domain.workflow import AssignmentState
from app.forms import OfficeForm
from app.organisations.models import Organisation
from app.plans.models import SamplingPlan
from app.reference_data.books import category_book

KEY = r"[0-9a-f]{16,40}"
Choice = tuple[str, str]


def plain(written: Any) -> Any:
    return clean(written) if isinstance(written, str) else written


def read_id(written: Any) -> int | None:
    text = str(written or "")
    if not text.isascii() or not text.isdecimal() or len(text) > 19 or int(text) > LARGEST_ID:
        return None
    return int(text)


def boxes(title: str, message: str) -> Any:
    """A group of boxes, at least one of which is ticked."""
    return SelectMultipleField(
        title, [DataRequired(message)], coerce=read_id, widget=ListWidget(prefix_label=False), option_widget=CheckboxInput(),
        validate_choice=True,
    )


def sampler_choices(people: Sequence[User]) -> list[tuple[int, str]]:
    """Names with their organisation where there are several."""
    several = len({user.org_id for user in people}) > 1
    return [(user.id, f"{user.name}（{user.organisation.name}）" if several else user.name) for user in people]


class CommonForm(OfficeForm):
    """What tasks given out together share."""

    plan_id = SelectField("抽检计划", coerce=read_id)
    from_on: Any = DateField("开始日期", [InputRequired("请填写开始日期，如 2026-11-23")])
    to_on: Any = DateField("完成日期", [InputRequired("请填写完成日期，如 2026-11-30")])
    laboratory_id = SelectField("承检机构", coerce=read_id)
    member_ids = boxes("抽样人员", "请选择抽样人员，不得少于 2 人")
    note = TextAreaField("任务说明", [Length(max=1000, message="任务说明不得超过 1000 个字，请精简")])
    exceed_why = StringField("超出计划的理由", [Length(max=200, message="理由不得超过 200 个字，请精简")], [plain])
    drawing_id: Any = HiddenField(filters=[read_id])
    key = HiddenField(validators=[Optional(), Regexp(f"^{KEY}$", message="页面已过期，请刷新后重新填写")])

    def offer(
        self, plans: Sequence[SamplingPlan], laboratories: Sequence[Organisation], people: Sequence[User]
    ) -> None:
        """What there is to choose from."""
        self.plan_id.choices = [("", "不属于计划"), *((plan.id, f"{plan.year}年 {plan.name}") for plan in plans)]
        self.laboratory_id.choices = [("", "请选择"), *((found.id, found.name) for found in laboratories)]
        self.member_ids.choices = sampler_choices(people)
        if not self.key.data:
            self.key.data = secrets.token_hex(16)

    def validate_plan_id(self, field: Any) -> None:
        if field.data is None and field.raw_data and field.raw_data[0]:
            raise ValidationError("没有该计划，请从列表中选择")

    def validate_laboratory_id(self, field: Any) -> None:
        if field.data is None:
            raise ValidationError("请选择承检机构")


class TaskForm(CommonForm):
    """下达任务: one task for each region that is ticked."""

    category = StringField("食品分类", [Length(max=400, message="食品分类过长，请从列表中选择")], [plain])
    link = SelectField("抽样环节", choices=[("", "不限"), *((link.value, link.value) for link in Link)], default="")
    region_ids = boxes("抽样区域", "请至少选择一个抽样区域")
    enterprise = StringField("抽样对象", [Length(max=200, message="请填写企业名称或 18 位统一社会信用代码")], [plain])
    batches: Any = IntegerField(
        "每个任务批次",
        [InputRequired("请填写批次数"), NumberRange(1, MOST_BATCHES, f"批次数应为 1 至 {MOST_BATCHES} 的整数")],
    )

    def validate_category(self, field: Any) -> None:
        if field.data and category_book().by_path(field.data) is None:
            raise ValidationError("没有识别出该食品分类：请从列表中选择，写成 大类/亚类/次亚类/细类 中的一级")

    @property
    def category_id(self) -> int | None:
        found = category_book().by_path(self.category.data) if self.category.data else None
        return found.id if found else None

    @property
    def chosen_link(self) -> Link | None:
        return Link(self.link.data) if self.link.data else None


class LinesForm(CommonForm):
    """批量下达: one task for each line; the batches of each line are typed beside it."""


def _version(form: str) -> Any:
    """Several forms stand on one page, each field with an id of its own."""
    return IntegerField(widget=HiddenInput(), validators=[InputRequired("页面已过期，请刷新后重试")], id=f"{form}-version")


def _comment(form: str, title: str) -> Any:
    longest = Length(max=500, message=f"{title}不得超过 500 个字，请精简")
    return TextAreaField(title, [longest], [plain], id=f"{form}-comment")


class StepForm(OfficeForm):
    """A step with an opinion: decline, finish, cancel."""

    version = _version("step")
    comment = _comment("step", "理由或说明")

    @classmethod
    def of(cls, task: SamplingAssignment) -> Any:
        return cls(formdata=None, data={"version": task.version})


class RescheduleForm(StepForm):
    """调整时间."""

    version = _version("dates")
    comment = _comment("dates", "调整理由")
    from_on: Any = DateField("新的开始日期", [InputRequired("请填写开始日期，如 2026-11-23")])
    to_on: Any = DateField("新的完成日期", [InputRequired("请填写完成日期，如 2026-11-30")])

    @classmethod
    def of(cls, task: SamplingAssignment) -> Any:
        return cls(formdata=None, data={"version": task.version, "from_on": task.from_on, "to_on": task.to_on})


class ReassignForm(StepForm):
    """改派."""

    version = _version("team")
    comment = _comment("team", "改派理由")
    member_ids = boxes("抽样人员", "请选择抽样人员，不得少于 2 人")
    laboratory_id = SelectField("承检机构", coerce=read_id)

    @classmethod
    def of(cls, task: SamplingAssignment) -> Any:
        values = {"version": task.version, "member_ids": list(task.member_ids), "laboratory_id": task.laboratory_org_id}
        return cls(formdata=None, data=values)

    def offer(self, laboratories: Sequence[Organisation], people: Sequence[User]) -> None:
        self.laboratory_id.choices = [("", "请选择"), *((found.id, found.name) for found in laboratories)]
        self.member_ids.choices = sampler_choices(people)

    def validate_laboratory_id(self, field: Any) -> None:
        if field.data is None:
            raise ValidationError("请选择承检机构")


class MoveForm(OfficeForm):
    """更换承检机构 of the ticked tasks."""

    laboratory_id = SelectField("接替的承检机构", coerce=read_id)
    comment = TextAreaField(
        "更换理由", [DataRequired("请填写更换理由"), Length(max=500, message="更换理由不得超过 500 个字，请精简")], [plain]
    )

    def offer(self, laboratories: Sequence[Organisation]) -> None:
        self.laboratory_id.choices = [("", "请选择"), *((found.id, found.name) for found in laboratories)]

    def validate_laboratory_id(self, field: Any) -> None:
        if field.data is None:
            raise ValidationError("请选择接替的承检机构")


# ---------------------------------------------------------------- addresses

def filters_asked(asked: MultiDict[str, str]) -> Filters:
    """The query of the list from its address; what it does not know is no condition."""
    state = asked.get("state", "")
    known = {each.value for each in AssignmentState} | {ALL_STATES, LIVE_STATES, OVERDUE}
    return Filters(
        state=state if state in known else LIVE_STATES, mine=bool(asked.get("mine")), plan_id=read_id(asked.get("plan")),
        laboratory_id=read_id(asked.get("laboratory")), drawing_id=read_id(asked.get("drawing")),
        word=plain(asked.get("q", ""))[:60] or None,
    )


def kept(filters: Filters) -> dict[str, Any]:
    """The query again, for the links of the list."""
    values = {
        "state": filters.state, "mine": "1" if filters.mine else None, "plan": filters.plan_id,
        "laboratory": filters.laboratory_id, "drawing": filters.drawing_id, "q": filters.word,
    }
    return {name: value for name, value in values.items() if value is not None}


def asked_values(asked: MultiDict[str, str]) -> Mapping[str, int | None]:
    """The ids that a link to a new task carries."""
    return {name: read_id(asked.get(name)) for name in ("plan", "category", "region", "enterprise", "batches", "drawing", "laboratory")}

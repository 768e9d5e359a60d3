"""Forms of draws: shape only."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import DateField, HiddenField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, Regexp, ValidationError
from wtforms.widgets import HiddenInput

from app.assignments.forms import KEY, plain, read_id
from app.domain.assignments import MOST_BATCHES
from app.domain.enterprises import KINDS
from app.domain.samples import Link
from app.domain.sampling_kinds import DrawKind
from app.domain.workflow import DrawingState
from app.drawings.operations import LONGEST_SUBJECT, LONGEST_WORD
from app.drawings.pools import MOST, Change, Wanted
from app.drawings.queries import Filters
from app.errors import NotLikeThis
from app.forms import OfficeForm

LONGEST_REASON = 150
# Laboratories of a retest are frozen on its page, enterprises and inspectors to be inspected on that of their programme.
BY_HAND = (DrawKind.ENTERPRISE, DrawKind.SAMPLER, DrawKind.LABORATORY)


class CommitForm(OfficeForm):
    """冻结名单. Weights and exclusions of the entries are read beside it, by their place on the list."""

    subject = StringField(
        "抽取事由",
        [
            DataRequired("请填写抽取事由，如：2026年12月食用农产品监督抽检"),
            Length(max=LONGEST_SUBJECT, message=f"抽取事由不得超过 {LONGEST_SUBJECT} 个字"),
        ],
        [plain],
    )
    take: Any = IntegerField(
        "抽取数", [InputRequired("请填写抽取数"), NumberRange(1, MOST, f"抽取数应为 1 至 {MOST} 的整数")]
    )
    shown = HiddenField()  # the list that the page showed
    key = HiddenField(validators=[Optional(), Regexp(f"^{KEY}$", message="页面已过期，请刷新后重新填写")])

    def fresh(self) -> None:
        if not self.key.data:
            self.key.data = secrets.token_hex(16)


class DrawForm(OfficeForm):
    """实施抽取."""

    version = IntegerField(widget=HiddenInput(), validators=[InputRequired("页面已过期，请刷新后重试")], id="draw-version")
    public_word = StringField(
        "公开词",
        [
            DataRequired("请填写见证人给出的公开词，如当日公布的彩票开奖号码"),
            Length(max=LONGEST_WORD, message=f"公开词不得超过 {LONGEST_WORD} 个字"),
        ],
        [plain],
    )
    witness = StringField("见证人", [Length(max=100, message="见证人不得超过 100 个字")], [plain])

    @classmethod
    def of(cls, version: int) -> DrawForm:
        return cls(formdata=None, data={"version": version})


class VoidForm(OfficeForm):
    """作废."""

    version = IntegerField(widget=HiddenInput(), validators=[InputRequired("页面已过期，请刷新后重试")], id="void-version")
    comment = TextAreaField("作废理由", [Length(max=500, message="作废理由不得超过 500 个字，请精简")], [plain])

    @classmethod
    def of(cls, version: int) -> VoidForm:
        return cls(formdata=None, data={"version": version})


class TasksForm(OfficeForm):
    """按抽取结果下达任务."""

    team_drawing_id = SelectField("抽样人员的随机抽取", coerce=read_id)
    plan_id = SelectField("抽检计划", coerce=read_id)
    category = StringField("食品分类", [Length(max=400, message="食品分类过长，请从列表中选择")], [plain])
    link = SelectField("抽样环节", choices=[("", "不限"), *((link.value, link.value) for link in Link)], default="")
    batches: Any = IntegerField(
        "每家批次", [InputRequired("请填写批次数"), NumberRange(1, MOST_BATCHES, f"批次数应为 1 至 {MOST_BATCHES} 的整数")]
    )
    from_on: Any = DateField("开始日期", [InputRequired("请填写开始日期，如 2026-11-23")])
    to_on: Any = DateField("完成日期", [InputRequired("请填写完成日期，如 2026-11-30")])
    laboratory_id = SelectField("承检机构", coerce=read_id)
    exceed_why = StringField("超出计划的理由", [Length(max=200, message="理由不得超过 200 个字，请精简")], [plain])
    note = TextAreaField("任务说明", [Length(max=1000, message="任务说明不得超过 1000 个字，请精简")], [plain])
    key = HiddenField(validators=[Optional(), Regexp(f"^{KEY}$", message="页面已过期，请刷新后重新填写")])

    def offer(self, draws: Sequence[Any], plans: Sequence[Any], laboratories: Sequence[Any]) -> None:
        self.team_drawing_id.choices = [("", "请选择"), *((row.id, f"{row.number} {row.subject}") for row in draws)]
        self.plan_id.choices = [("", "不属于计划"), *((plan.id, f"{plan.year}年 {plan.name}") for plan in plans)]
        self.laboratory_id.choices = [("", "请选择"), *((found.id, found.name) for found in laboratories)]
        if not self.key.data:
            self.key.data = secrets.token_hex(16)

    def validate_team_drawing_id(self, field: Any) -> None:
        if field.data is None:
            raise ValidationError("请选择抽样人员的随机抽取；还没有的，请先抽取抽样人员")

    def validate_laboratory_id(self, field: Any) -> None:
        if field.data is None:
            raise ValidationError("请选择承检机构")


# ---------------------------------------------------------------- addresses and rows

def wanted_asked(asked: MultiDict[str, str]) -> Wanted:
    """Which list is wanted; what is not known is no condition."""
    kind, link, enterprise_kind = asked.get("kind", ""), asked.get("link", ""), asked.get("enterprise_kind", "")
    return Wanted(
        DrawKind(kind) if kind in {each.value for each in BY_HAND} else DrawKind.ENTERPRISE,
        enterprise_kind if enterprise_kind in KINDS else None,
        Link(link) if link in {each.value for each in Link} else None,
        read_id(asked.get("region")),
    )


def kept(wanted: Wanted) -> dict[str, Any]:
    values = {
        "kind": wanted.kind.value, "enterprise_kind": wanted.enterprise_kind, "link": wanted.link.value if wanted.link else None,
        "region": wanted.region_id,
    }
    return {name: value for name, value in values.items() if value is not None}


def filters_asked(asked: MultiDict[str, str]) -> Filters:
    kind, state = asked.get("kind", ""), asked.get("state", "")
    return Filters(
        DrawKind(kind) if kind in {each.value for each in DrawKind} else None,
        DrawingState(state) if state in {each.value for each in DrawingState} else None,
    )


def changes_typed(form: MultiDict[str, str], codes: Sequence[str]) -> Mapping[str, Change]:
    """Weights and reasons by code, from the inputs of each row (weight-1, why-1, excluded-1, …)."""
    found = {}
    for ordinal, code in enumerate(codes, 1):
        if not any(f"{name}-{ordinal}" in form for name in ("weight", "why", "excluded")):
            continue
        why, excluded = (plain(form.get(f"{name}-{ordinal}", "")) for name in ("why", "excluded"))
        if len(why) > LONGEST_REASON or len(excluded) > LONGEST_REASON:
            raise NotLikeThis(f"第 {ordinal} 行的理由超过 {LONGEST_REASON} 个字，请精简")
        found[code] = Change(_weight(form.get(f"weight-{ordinal}"), ordinal), why or None, excluded or None)
    return found


def _weight(written: str | None, ordinal: int) -> int | None:
    """The weight typed in a row; None where the row has no input for it."""
    if written is None:
        return None
    text = written.strip()
    if not text.isascii() or not text.isdecimal() or len(text) > 7:
        raise NotLikeThis(f"第 {ordinal} 行的权重“{text[:20]}”不是整数，请填写 1 至 1000000 的整数")
    return int(text)

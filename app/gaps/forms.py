"""Shapes of what is typed and picked: the question, and the capacity of a laboratory."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from wtforms import DateField, IntegerField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, ValidationError

from app.domain.actors import Actor
from app.domain.samples import Link
from app.errors import NotLikeThis
from app.forms import OfficeForm, trimmed
from app.gaps.listing import DEFAULT_WEEKS, Question, plans_asked
from app.gaps.operations import MOST_PER_WEEK, Capacity

EARLIEST, LATEST = 2000, 2199


def question(actor: Actor, args: Mapping[str, str], today: date) -> Question:
    """The question of an address. Raises NotLikeThis for what is no number or no word of the list."""
    year = whole(args, "year", "年份") or today.year
    plans = plans_asked(actor, year, whole(args, "plan_id", "计划"))
    weeks = whole(args, "weeks", "周数")
    return Question(
        plans, DEFAULT_WEEKS if weeks is None else weeks, whole(args, "region_id", "乡镇"), _link(args.get("link")),
        whole(args, "category_id", "食品分类"),
    )  # fmt: skip


def whole(args: Mapping[str, str], name: str, label: str) -> int | None:
    """A number of the address. Raises NotLikeThis."""
    written = (args.get(name) or "").strip()
    if not written:
        return None
    if not written.isascii() or not written.isdecimal() or len(written) > 12:
        raise NotLikeThis(f"{label}“{written[:20]}”不是数字，请重新选择", field=name)
    return int(written)


def _link(written: str | None) -> Link | None:
    if not written:
        return None
    if written not in {one.value for one in Link}:
        raise NotLikeThis(f"没有“{written[:20]}”这一抽样环节，可用：{'、'.join(Link)}", field="link")
    return Link(written)


def in_reason(form: Any, field: Any) -> None:
    if field.data is not None and not EARLIEST <= field.data.year <= LATEST:
        raise ValidationError(f"日期不合理，请填写 {EARLIEST} 至 {LATEST} 年之间的日期")


class CapacityForm(OfficeForm):
    """登记检验能力."""

    laboratory = SelectField("承检机构", [InputRequired("请选择承检机构")], coerce=int)
    per_week = IntegerField(
        "每周批次", [InputRequired("请填写每周批次"), NumberRange(0, MOST_PER_WEEK, f"每周批次应为 0 至 {MOST_PER_WEEK} 的整数")]
    )
    valid_from = DateField("有效期起", [InputRequired("请填写有效期起"), in_reason])
    valid_to = DateField("有效期止", [Optional(), in_reason])
    source = StringField(
        "来源", [DataRequired("请填写来源，如委托合同、会议纪要"), Length(max=300, message="来源不得超过 300 个字")], [trimmed]
    )

    @property
    def entered(self) -> Capacity:
        """What was typed, once the form has been found whole."""
        per_week, valid_from, source = self.per_week.data, self.valid_from.data, self.source.data
        assert per_week is not None and valid_from is not None and source is not None
        return Capacity(self.laboratory.data, per_week, valid_from, self.valid_to.data, source)

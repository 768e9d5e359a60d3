"""Forms of 消费提示、风险预警: shape only."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from wtforms import BooleanField, HiddenField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional
from wtforms.widgets import HiddenInput

from app.disposal.forms import Day, plain
from app.domain.reporting_kinds import WarningKind
from app.domain.reporting_states import WarningState
from app.domain.risk_warnings import LONGEST
from app.domain.samples import Link
from app.errors import NotLikeThis
from app.forms import OfficeForm
from app.reference_data.books import region_book
from app.risk_warnings.findings import Question
from app.risk_warnings.operations import Issue, Written
from app.risk_warnings.queries import Filters

EXPIRED = "页面已过期，请刷新后重试"
LONGEST_ID = 16


def _version() -> IntegerField:
    return IntegerField(widget=HiddenInput(), validators=[InputRequired(EXPIRED)])


def _text(title: str, longest: int, *rules: Any, long: bool = False) -> Any:
    limit = Length(max=longest, message=f"{title}不得超过 {longest} 个字，请精简")
    return (TextAreaField if long else StringField)(title, [*rules, limit], [plain])


class DraftForm(OfficeForm):
    """据此起草: the kind; the question stands in the address."""

    kind = SelectField("种类", choices=[(one.value, one.value) for one in WarningKind], default=WarningKind.TIP.value)
    seen = HiddenField(validators=[Length(max=64)])
    key = HiddenField(validators=[Length(max=60)])


class EditForm(OfficeForm):
    """修改稿件."""

    title = _text("标题", LONGEST["title"], DataRequired("请填写标题"))
    body = _text("正文", LONGEST["body"], DataRequired("请填写正文"), long=True)
    audience = _text("发送对象", LONGEST["audience"])
    expires_on = Day("有效期至", [Optional()])
    version = _version()

    @property
    def written(self) -> Written:
        return Written(self.title.data, self.body.data, self.audience.data or None, self.expires_on.data)


class RecountForm(OfficeForm):
    """重新取数."""

    rewrite = BooleanField("同时重新生成标题和正文（覆盖已修改的文字）")
    version = _version()


class CommentForm(OfficeForm):
    """提交, 批准, 退回, 撤回, 作废: an opinion, which some of them require."""

    comment = _text("意见或理由", 500, long=True)
    version = _version()


class IssueForm(OfficeForm):
    """发布."""

    published_on = Day("发布日期", [InputRequired("请填写发布日期")])
    channel = _text("发布渠道", LONGEST["channel"], DataRequired("请填写发布渠道，如“本局门户网站”"))
    url = _text("网址", LONGEST["url"])
    version = _version()

    @property
    def issue(self) -> Issue:
        assert self.published_on.data is not None
        return Issue(self.published_on.data, self.channel.data, self.url.data or None)


# ---------------------------------------------------------------- what an address says

def _one(kind: Any, written: str | None) -> Any:
    return next((one for one in kind if one.value == written), None)


def _day(written: str | None, title: str, otherwise: date) -> date:
    try:
        return date.fromisoformat(written) if written else otherwise
    except ValueError:
        raise NotLikeThis(f"{title}“{(written or '')[:20]}”不是有效日期，请按 2026-11-20 的格式填写", field="from_on") from None


def _words(written: str | None, longest: int) -> str | None:
    return " ".join(plain(written or "").split())[:longest] or None


def _region(written: str | None) -> int | None:
    if not written:
        return None
    found, known = region_book().resolve(written)
    if not known or found is None:
        raise NotLikeThis("没有识别出该区域：请从列表中选择，或写成 省/市/县/乡镇、6 位区划代码", field="region")
    return found


def _link(written: str | None) -> Link | None:
    found: Link | None = _one(Link, written)
    if written and found is None:
        raise NotLikeThis(f"没有“{written[:10]}”这个环节，请从列表中选择", field="link")
    return found


def question_asked(asked: Mapping[str, str], today: date) -> Question:
    """The question of the address; this year so far where it names no days. Raises NotLikeThis for what cannot be."""
    category = (asked.get("category") or "").strip()
    if category and not (category.isascii() and category.isdecimal() and len(category) <= LONGEST_ID):
        raise NotLikeThis("没有这个食品大类，请从列表中选择", field="category")
    return Question(
        _day(asked.get("from_on"), "起始日期", date(today.year, 1, 1)), _day(asked.get("to_on"), "截止日期", today),
        _region(_words(asked.get("region"), 200)), int(category) if category else None, _words(asked.get("product"), 60),
        _link(asked.get("link")), _words(asked.get("item"), 100),
    )  # fmt: skip


def asked_again(question: Question) -> dict[str, Any]:
    """The question again, for addresses."""
    place = region_book().code(question.region_id) if question.region_id is not None else None
    values = {
        "from_on": question.from_on.isoformat(), "to_on": question.to_on.isoformat(), "region": place, "category": question.category_id,
        "product": question.product, "link": question.link.value if question.link else None, "item": question.item,
    }  # fmt: skip
    return {name: value for name, value in values.items() if value is not None}


def filters_asked(asked: Mapping[str, str]) -> Filters:
    """The query of the list from its address; what it does not know is no condition."""
    return Filters(
        q=_words(asked.get("q"), 60), state=_one(WarningState, asked.get("state")), kind=_one(WarningKind, asked.get("kind")),
        changed=asked.get("changed") == "1",
    )  # fmt: skip


def kept(filters: Filters) -> dict[str, Any]:
    """The query again, for the links of the list."""
    values = {
        "q": filters.q, "state": filters.state.value if filters.state else None, "kind": filters.kind.value if filters.kind else None,
        "changed": "1" if filters.changed else None,
    }  # fmt: skip
    return {name: value for name, value in values.items() if value is not None}

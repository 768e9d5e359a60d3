"""Forms of 抽检结果公示: shape only."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from wtforms import HiddenField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length
from wtforms.widgets import HiddenInput

from app.disposal.forms import Day, plain
from app.domain.publications import FOREWORD, Remedy
from app.domain.reporting_kinds import PublicList, PublicNature
from app.domain.reporting_states import PublicationState
from app.forms import OfficeForm
from app.publications import candidates, queries
from app.publications.operations import Issue, Wording
from app.reference_data.books import category_book

EXPIRED = "页面已过期，请刷新后重试"


def _version() -> IntegerField:
    return IntegerField(widget=HiddenInput(), validators=[InputRequired(EXPIRED)])


def _text(title: str, longest: int, *rules: Any, long: bool = False) -> Any:
    limit = Length(max=longest, message=f"{title}不得超过 {longest} 个字，请精简")
    return (TextAreaField if long else StringField)(title, [*rules, limit], [plain])


class WordingForm(OfficeForm):
    """标题、公告号、声明."""

    title = _text("标题", 200, DataRequired("请填写标题，如 关于2026年第3期食品监督抽检合格情况的公告"))
    announcement_no = _text("公告号", 100)
    foreword = _text("声明", 1000, long=True)

    def wording(self) -> Wording:
        return Wording(self.title.data, self.foreword.data, self.announcement_no.data)


class DraftForm(WordingForm):
    """起草公示 of the batches of a query, or of those that were ticked."""

    kind = SelectField("清单种类", choices=[(one.value, one.value) for one in PublicList], default=PublicList.PASSED.value)
    from_on = Day("报告日期自", [InputRequired("请填写报告日期自")])
    to_on = Day("报告日期至", [InputRequired("请填写报告日期至")])
    category = _text("食品分类", 200)
    task = _text("任务来源/项目", 100)
    key = HiddenField(validators=[Length(max=60)])

    def filters(self) -> candidates.Filters:
        tab = candidates.FAILED if self.kind.data == PublicList.FAILED.value else candidates.PASSED
        return candidates.Filters(tab, self.from_on.data, self.to_on.data, category_id(self.category.data), self.task.data or None)


class EditForm(WordingForm):
    """修改 of a draft."""

    version = _version()


class StepForm(OfficeForm):
    """A step that needs no reason."""

    comment = _text("意见", 500, long=True)
    version = _version()


class ReasonForm(OfficeForm):
    """退回, 作废: with a reason."""

    comment = _text("理由", 500, DataRequired("请填写理由"), long=True)
    version = _version()


class IssueForm(OfficeForm):
    """公布."""

    announcement_no = _text("公告号", 100, DataRequired("请填写公告号，如 2026年第12号"))
    published_on = Day("公布日期", [InputRequired("请填写公布日期")])
    channel = _text("公布渠道", 200, DataRequired("请填写公布渠道，如 蓟州区人民政府网站"))
    url = _text("网址", 500)
    version = _version()

    def issue(self) -> Issue:
        assert self.published_on.data is not None  # the form has been validated
        return Issue(self.published_on.data, self.channel.data, self.announcement_no.data, self.url.data or None)


class WithdrawForm(OfficeForm):
    """撤回整份公示."""

    withdrawn_on = Day("撤回日期", [InputRequired("请填写撤回日期")])
    comment = _text("撤回理由", 500, DataRequired("请填写撤回理由"), long=True)
    version = _version()


class CorrectForm(OfficeForm):
    """更正、撤回其中的批次."""

    remedy = RadioField("处理方式", choices=[(one.value, one.value) for one in Remedy], validators=[InputRequired("请选择更正或撤回")])
    title = _text("公告标题", 200)
    reason = _text("理由", 400, DataRequired("请填写理由，如 复检合格，原检验结论已变更"), long=True)
    key = HiddenField(validators=[Length(max=60)])


# ---------------------------------------------------------------- the address

def _one(kind: Any, written: str | None) -> Any:
    return next((one for one in kind if one.value == written), None)


def _date(written: str | None) -> date | None:
    try:
        return date.fromisoformat((written or "").strip())
    except ValueError:
        return None


def _words(written: str | None) -> str | None:
    return " ".join((written or "").split())[:60] or None


def category_id(written: str | None) -> int | None:
    """A category by its path or name; None where it is not known."""
    found = category_book().resolve(written) if written else None
    return found.id if found is not None else None


def filters_asked(asked: Mapping[str, str]) -> queries.Filters:
    """The query of the list from its address; what it does not know is no condition."""
    return queries.Filters(
        _words(asked.get("q")), _one(PublicationState, asked.get("state")), _one(PublicList, asked.get("kind")),
        _one(PublicNature, asked.get("nature")), _date(asked.get("from_on")), _date(asked.get("to_on")),
    )  # fmt: skip


def kept(filters: queries.Filters) -> dict[str, Any]:
    """The query again, for the links of the list."""
    named = (("state", filters.state), ("kind", filters.kind), ("nature", filters.nature))
    values = {
        "q": filters.q, "from_on": filters.from_on, "to_on": filters.to_on, **{name: one.value if one else None for name, one in named},
    }  # fmt: skip
    return {name: value for name, value in values.items() if value is not None}


def candidates_asked(asked: Mapping[str, str]) -> candidates.Filters:
    """The query of 待公布的批次."""
    tab = next((one for one in candidates.TABS if one == asked.get("tab")), candidates.PASSED)
    return candidates.Filters(
        tab, _date(asked.get("from_on")), _date(asked.get("to_on")), category_id(asked.get("category")), _words(asked.get("task")),
        _words(asked.get("q")),
    )  # fmt: skip


def candidates_kept(filters: candidates.Filters, category: str | None) -> dict[str, Any]:
    values = {
        "tab": filters.tab, "from_on": filters.from_on, "to_on": filters.to_on, "category": category, "task": filters.task, "q": filters.q,
    }  # fmt: skip
    return {name: value for name, value in values.items() if value is not None}


def number(written: str | None) -> int | None:
    """An id from an address; None where it is none."""
    return int(written) if written and written.isascii() and written.isdigit() and len(written) < 19 else None


def suggested(kind: PublicList, org_name: str, year: int) -> dict[str, Any]:
    return {"title": f"{org_name}关于{year}年食品安全监督抽检{kind.value}情况的公告", "foreword": FOREWORD}

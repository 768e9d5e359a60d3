"""Forms of exemptions and caps: shape only."""

from __future__ import annotations

from wtforms import BooleanField, DateField, HiddenField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, Regexp
from wtforms.widgets import HiddenInput

from app.domain.samples import Level, Link
from app.domain.sampling_kinds import CapSubject, CapWindow
from app.exemptions.operations import MOST_BATCHES, CapVersion
from app.forms import OfficeForm, trimmed
from app.reference_data.forms import SourcedForm, given, in_reason


class AskForm(OfficeForm):
    """申请豁免."""

    rule = HiddenField()
    key = HiddenField()
    earlier = HiddenField()
    reason = TextAreaField("申请理由", [DataRequired("请填写申请理由"), Length(max=500, message="申请理由不得超过 500 个字")], [trimmed])
    batches = IntegerField(
        "豁免批次", [InputRequired("请填写豁免批次"), NumberRange(1, MOST_BATCHES, message=f"豁免批次应为 1 至 {MOST_BATCHES}")]
    )
    valid_from = DateField("有效期起", [InputRequired("请填写有效期起"), in_reason])
    valid_to = DateField("有效期止", [InputRequired("请填写有效期止"), in_reason])


class DecisionForm(OfficeForm):
    """审批意见."""

    comment = TextAreaField("意见", [DataRequired("请填写意见"), Length(max=500, message="意见不得超过 500 个字")], [trimmed])
    version = IntegerField(widget=HiddenInput(), validators=[InputRequired("页面已过期，请刷新后重试")])


def _words(kind: type[CapSubject] | type[CapWindow] | type[Link] | type[Level]) -> list[tuple[str, str]]:
    return [(member.value, member.value) for member in kind]


class CapVersionForm(SourcedForm):
    """频次上限的新版本."""

    name = StringField("名称", [DataRequired("请填写名称"), Length(max=200, message="名称不得超过 200 个字")], [trimmed])
    subject = SelectField("对象", choices=_words(CapSubject))
    cap_window = SelectField("期间", choices=_words(CapWindow))
    days = IntegerField("天数", [Optional(), NumberRange(1, 3660, message="天数应为 1 至 3660")])
    maximum = IntegerField("最多批次", [InputRequired("请填写最多批次"), NumberRange(1, 10_000, message="最多批次应为大于 0 的整数")])
    link = SelectField("只限环节", choices=[("", "各环节"), *_words(Link)])
    level = SelectField("只限组织级别", choices=[("", "各级"), *_words(Level)])
    online_exempt = BooleanField("网络抽样除外")
    blocking = BooleanField("超过时须先经批准豁免（不勾选则只提示）")
    article = StringField("依据", [Length(max=300, message="依据不得超过 300 个字")], [trimmed])
    valid_from = DateField("有效期起", [InputRequired("请填写有效期起"), in_reason])
    valid_to = DateField("有效期止", [Optional(), in_reason])

    @property
    def version(self) -> CapVersion:
        return CapVersion(
            given(self.name), CapSubject(self.subject.data), CapWindow(self.cap_window.data), self.days.data,
            given(self.maximum), Link(self.link.data) if self.link.data else None,
            Level(self.level.data) if self.level.data else None, self.online_exempt.data, self.blocking.data,
            self.article.data or None, given(self.valid_from), self.valid_to.data, given(self.source), self.sureness,
        )  # fmt: skip


class NewCapForm(CapVersionForm):
    """新增频次上限."""

    code = StringField(
        "代码",
        [DataRequired("请填写代码"), Regexp(r"^C-[A-Z0-9-]{1,30}$", message="代码以 C- 开头，后接大写字母和数字，如 C-UNIT-2")],
        [trimmed],
    )

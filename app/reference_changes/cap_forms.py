"""Forms of 抽样频次上限: shape only."""

from __future__ import annotations

from enum import StrEnum

from wtforms import BooleanField, DateField, IntegerField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, Regexp

from app.domain.samples import Level, Link
from app.domain.sampling_kinds import CapSubject, CapWindow
from app.forms import trimmed
from app.reference_changes.fields import SureForm
from app.reference_data.forms import in_reason


def _words(kind: type[StrEnum], *first: tuple[str, str]) -> list[tuple[str, str]]:
    return [*first, *((member.value, member.value) for member in kind)]


class CapForm(SureForm):
    """频次上限的新版本."""

    HELPS = {
        "days": "期间为“连续天数”时填写", "valid_to": "最后一个有效日；仍有效的留空",
        "valid_from": "晚于现行版本的，现行版本到前一日止；相同或更早的视为更正。已登记的样品不因此改变",
    }  # fmt: skip
    name = StringField("名称", [DataRequired("请填写名称"), Length(max=200, message="名称不得超过 200 个字")], [trimmed])
    counted = SelectField("对象", choices=_words(CapSubject))
    cap_window = SelectField("期间", choices=_words(CapWindow))
    days = IntegerField("天数", [Optional(), NumberRange(1, 3660, message="天数应为 1 至 3660")])
    maximum = IntegerField("最多批次", [InputRequired("请填写最多批次"), NumberRange(1, 10_000, message="最多批次应为大于 0 的整数")])
    link = SelectField("只限环节", choices=_words(Link, ("", "各环节")))
    level = SelectField("只限组织级别", choices=_words(Level, ("", "各级")))
    article = StringField("依据条款", [Length(max=300, message="依据条款不得超过 300 个字")], [trimmed])
    online_exempt = BooleanField("网络抽样除外")
    blocking = BooleanField("超过时须先经批准豁免（不勾选则只提示）")
    valid_from = DateField("有效期起", [InputRequired("请填写有效期起"), in_reason])
    valid_to = DateField("有效期止", [Optional(), in_reason])


class NewCapForm(CapForm):
    """新增频次上限."""

    HELPS = {**CapForm.HELPS, "code": "如 C-UNIT-2，确定后不再更改"}
    code = StringField(
        "代码",
        [DataRequired("请填写代码"), Regexp(r"^C-[A-Z0-9-]{1,30}$", message="代码以 C- 开头，后接大写字母和数字，如 C-UNIT-2")],
        [trimmed],
    )

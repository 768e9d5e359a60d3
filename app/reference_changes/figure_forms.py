"""Forms of 规划目标 and 指标口径: shape only."""

from __future__ import annotations

from wtforms import IntegerField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, Regexp

from app.domain.comparison import Comparator
from app.domain.indicators import FORMULAS
from app.forms import trimmed
from app.reference_changes.clock_acts import FINAL, YEARLY
from app.reference_changes.fields import ChangeForm
from app.reference_data.forms import EARLIEST, LATEST


class TargetForm(ChangeForm):
    """规划目标."""

    HELPS = {"no": "指标在规划中的序号，如 3、T1", "year": "只在改年度目标时填写"}
    no = StringField("指标序号", [DataRequired("请填写指标序号"), Length(max=10, message="指标序号过长，请核对")], [trimmed])
    scope = SelectField("哪个目标", [InputRequired("请选择")], choices=[(name, name) for name in (FINAL, YEARLY)])
    year = IntegerField("年度", [Optional(), NumberRange(EARLIEST, LATEST, message="年份不合理，请核对")])
    op = SelectField("比较", [InputRequired("请选择比较符号")], choices=[(one.value, one.value) for one in Comparator])
    target = StringField("目标值", [Regexp(r"^-?\d{1,12}(\.\d{1,6})?$", message="目标值只填数字，如 98 或 4.1")], [trimmed])


class DefinitionForm(ChangeForm):
    """指标口径新版本."""

    HELPS = {
        "formula": "选择“填报指标”即改为填报",
        "filter": "例如：domain in (食品;食用农产品); purpose = 评价性抽检。可用：domain 产品领域、purpose 检验目的、"
        "organiser level 组织级别、stage 抽样环节、category 食品大类、item group in (农药残留;兽药残留)",
    }
    WIDE = frozenset({"filter"})
    formula = SelectField("计算方法", [InputRequired("请选择计算方法")], choices=[(one.code, one.name) for one in FORMULAS.values()])
    filter = StringField("筛选条件", [Length(max=300, message="筛选条件不能超过300个字")], [trimmed])

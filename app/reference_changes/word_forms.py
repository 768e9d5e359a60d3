"""Forms of 停用, 恢复使用 and the attributes of words: shape only."""

from __future__ import annotations

from wtforms import DateField, SelectField, StringField
from wtforms.validators import InputRequired, Length

from app.domain.samples import Domain, ItemClass
from app.forms import trimmed
from app.reference_changes.fields import ChangeForm
from app.reference_data.forms import in_reason


class ItemAttributesForm(ChangeForm):
    """检验项目属性."""

    HELPS = {"method": "标准号和名称，如 GB 5009.12-2023 第一法；预填到计划的检验项目和结果录入中", "unit": "如 mg/kg、CFU/g"}
    WIDE = frozenset({"method"})
    item_class = SelectField("项目类别", [InputRequired("请选择项目类别")], choices=[(one.value, one.value) for one in ItemClass])
    unit = StringField("常用单位", [Length(max=40, message="单位不得超过 40 个字符")], [trimmed])
    method = StringField("标准检验方法", [Length(max=300, message="标准检验方法不得超过 300 个字")], [trimmed])


class CategoryAttributesForm(ChangeForm):
    """食品分类属性."""

    domain = SelectField("产品领域", [InputRequired("请选择产品领域")], choices=[(one.value, one.value) for one in Domain])


class ReopenWordForm(ChangeForm):
    """恢复使用."""

    HELPS = {"valid_from": "自这一天起重新提供选择"}
    valid_from = DateField("自哪一天起恢复", [InputRequired("请填写自哪一天起恢复"), in_reason])


class RetireWordForm(ChangeForm):
    """停用; the successor is offered from the words of its kind."""

    HELPS = {
        "valid_from": "自这一天起不再提供选择；以往的记录照原样显示和统计",
        "successor": "没有接替的留空；填写后，输入或导入旧名称的人会看到改用哪一个",
    }  # fmt: skip
    WIDE = frozenset({"successor"})
    valid_from = DateField("自哪一天起停用", [InputRequired("请填写自哪一天起停用"), in_reason])
    successor = StringField("接替", [Length(max=400, message="接替的名称不得超过 400 个字")], [trimmed])


class RetireItemForm(RetireWordForm):
    """检验项目停用."""

    OFFERED = {"successor": "item"}


class RetireCategoryForm(RetireWordForm):
    """食品分类停用."""

    OFFERED = {"successor": "category"}


class RetireRegionForm(RetireWordForm):
    """行政区划撤销或合并."""

    HELPS = {**RetireWordForm.HELPS, "successor": "合并的，从列表中选择并入的区划；撤销而没有并入的留空"}
    OFFERED = {"successor": "region"}
    successor = StringField("并入", [Length(max=400, message="并入的区划不得超过 400 个字")], [trimmed])


class RetireLaboratoryForm(RetireWordForm):
    """承检机构停用或合并."""

    HELPS = {**RetireWordForm.HELPS, "successor": "合并、改制的，选择承接其工作的承检机构；不再承检而没有接替的留空"}
    OFFERED = {"successor": "laboratory"}

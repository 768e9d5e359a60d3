"""Forms of 停用 and 恢复使用: shape only."""

from __future__ import annotations

from wtforms import DateField, StringField
from wtforms.validators import InputRequired, Length

from app.forms import trimmed
from app.reference_changes.fields import ChangeForm
from app.reference_data.forms import in_reason


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

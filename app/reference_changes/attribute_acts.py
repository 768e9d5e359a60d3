"""What an item or a category says of itself besides its name: 项目类别, 单位, 标准检验方法; 产品领域."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any

from app import clock, history
from app.db import session
from app.domain.actors import Actor
from app.domain.reference_acts import ChangeAct
from app.domain.samples import Domain, ItemClass
from app.errors import NotFound, NotLikeThis
from app.reference_changes import uses
from app.reference_changes.handling import Handler, Line, Told, Values, handles, word
from app.reference_data.models import FoodCategory, TestItem

SHORT_METHOD = "标准检验方法"


class OfAttributes(Handler):
    """A change of attributes that keeps the row: who, when, what before and after stand in the history."""

    model: Any
    noun: str

    def row(self, values: Values) -> Any:
        found = session().get(self.model, int(values["subject"]))
        if found is None:
            raise NotFound(f"没有找到这个{self.noun}，请从列表重新进入")
        return found

    @abstractmethod
    def wanted(self, values: Values) -> Mapping[str, tuple[str, Any]]:
        """Attribute -> its title and the new value."""

    def said(self, values: Values) -> str:
        return f"{self.noun}：{_name(self.row(values))}"

    def _differing(self, values: Values) -> dict[str, tuple[str, Any, Any]]:
        row = self.row(values)
        told = ((name, title, getattr(row, name), after) for name, (title, after) in self.wanted(values).items())
        return {name: (title, before, after) for name, title, before, after in told if before != after}

    def told(self, values: Values) -> Told:
        found, name = self._differing(values), _name(self.row(values))
        if not found:
            raise NotLikeThis("各项属性都没有变化", field=next(iter(self.wanted(values))))
        lines = [Line(title, _plain(before), _plain(after)) for title, before, after in found.values()]
        said = "、".join(f"{line.label}改为{line.after or '无'}" for line in lines)
        return Told(f"{name}：{said}"[:200], name[:200], None, lines)

    def base(self, values: Values) -> Any:
        row = self.row(values)
        return [row.id, [_plain(getattr(row, name)) for name in self.wanted(values)], str(row.changed_at)]

    def apply(self, values: Values, actor: Actor, change_id: int | None) -> None:
        row, found = self.row(values), self._differing(values)
        for name, (_, _, after) in found.items():
            setattr(row, name, after)
        self.follow(row)
        row.changed_at = clock.now()
        session().flush()
        changes = {title: (_plain(before), _plain(after)) for title, before, after in found.values()}
        history.record(row.__tablename__, row.id, "add_version", actor, org_id=actor.org_id, name=_name(row)[:200], changes=changes)

    def follow(self, row: Any) -> None:
        """What else the row says because of its attributes."""


def _name(row: Any) -> str:
    return str(row.path if isinstance(row, FoodCategory) else row.name)


def _plain(value: Any) -> str | None:
    return value.value if isinstance(value, (ItemClass, Domain)) else value


@handles(ChangeAct.ITEM_VERSION)
class ItemAttributes(OfAttributes):
    """检验项目属性变更."""

    model, noun = TestItem, "检验项目"

    def wanted(self, values: Values) -> Mapping[str, tuple[str, Any]]:
        return {
            "item_class": ("项目类别", ItemClass(values["item_class"])), "unit": ("常用单位", word(values, "unit")),
            "method": (SHORT_METHOD, word(values, "method")),
        }  # fmt: skip

    def follow(self, row: Any) -> None:
        row.microbial = row.item_class is ItemClass.MICROBE

    def uses(self, values: Values) -> Mapping[str, int]:
        return uses.of_item(self.row(values))

    def fates(self, values: Values) -> Sequence[str]:
        return ("已登记的结果和批次的归类不改变；以后登记和更正的按新属性",)


@handles(ChangeAct.CATEGORY_VERSION)
class CategoryAttributes(OfAttributes):
    """食品分类属性变更."""

    model, noun = FoodCategory, "食品分类"

    def wanted(self, values: Values) -> Mapping[str, tuple[str, Any]]:
        return {"domain": ("产品领域", Domain(values["domain"]))}

    def uses(self, values: Values) -> Mapping[str, int]:
        return uses.of_category(self.row(values))

    def fates(self, values: Values) -> Sequence[str]:
        return ("只改这一级分类，下级分类逐个提出；已登记的批次仍属原领域，以后登记和更正的按新领域",)

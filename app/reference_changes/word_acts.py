"""Words to choose from: 代码表, 检验项目, 食品分类, 行政区划 and their other spellings. What is retired stays readable in old records."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from app import clock, history
from app.db import session
from app.domain.actors import Actor
from app.domain.reference_acts import ChangeAct
from app.domain.samples import Confidence, ItemClass
from app.errors import NotFound, NotLikeThis
from app.reference_changes.handling import Handler, Line, Told, Values, day, handles, word
from app.reference_data import amendments, books, region_import, standing
from app.reference_data.models import CategoryAlias, CodeValue, FoodCategory, ItemAlias, TestItem
from app.reference_data.standing import WordKind

UNVERIFIED = Confidence.UNVERIFIED


def _record(kind: str, row: Any, actor: Actor, name: str, changes: Mapping[str, tuple[Any, Any]]) -> None:
    session().add(row)
    session().flush()
    history.record(kind, row.id, "add_version", actor, org_id=actor.org_id, name=name[:200], changes=changes)


def _refuse_retired(gone: standing.Ended | None, field: str) -> None:
    if gone is not None:
        raise NotLikeThis(gone.remedy, field=field)


def code_value(values: Values) -> CodeValue:
    found = session().get(CodeValue, int(values["subject"]))
    if found is None:
        raise NotFound("没有找到这个代码，请从代码表重新进入")
    return found


@handles(ChangeAct.CODE_NEW)
class NewCode(Handler):
    """代码表新增: ``subject`` is the name of the list."""

    def told(self, values: Values) -> Told:
        name, value = word(values, "subject") or "", word(values, "value") or ""
        known = session().execute(sa.select(CodeValue.value).where(CodeValue.list_name == name)).scalars().all()
        if not known:
            raise NotLikeThis("没有这张代码表，请从代码表页面进入", field="value")
        if value in known:
            raise NotLikeThis(f"“{name}”中已有“{value[:60]}”，请核对", field="value")
        return Told(f"{name}：新增“{value}”"[:200], f"{name}／{value}"[:200], None, [Line("代码", None, value)])

    def base(self, values: Values) -> Any:
        return [session().scalar(sa.select(sa.func.count()).where(CodeValue.list_name == values["subject"]).select_from(CodeValue))]

    def apply(self, values: Values, actor: Actor, change_id: int | None) -> None:
        name = word(values, "subject") or ""
        last = session().scalar(sa.select(sa.func.max(CodeValue.ordinal)).where(CodeValue.list_name == name)) or 0
        made = CodeValue(
            list_name=name, value=word(values, "value"), ordinal=last + 1, valid_from=day(values, "valid_from"), valid_to=None,
            source=word(values, "source"), confidence=UNVERIFIED, changed_at=clock.now(),
        )  # fmt: skip
        _record("code_value", made, actor, name, {"代码": (None, made.value)})


class OfCode(Handler):
    """A change of one value of a list."""

    def base(self, values: Values) -> Any:
        row = code_value(values)
        return [row.id, row.ordinal, str(row.valid_to), str(row.changed_at)]


@handles(ChangeAct.CODE_ORDER)
class CodeOrder(OfCode):
    """代码表排序."""

    def told(self, values: Values) -> Told:
        row = code_value(values)
        if row.ordinal == int(values["ordinal"]):
            raise NotLikeThis("序号没有变化", field="ordinal")
        lines = [Line("序号", str(row.ordinal), str(values["ordinal"]))]
        return Told(f"{row.list_name}：“{row.value}”排在第 {values['ordinal']}"[:200], f"{row.list_name}／{row.value}"[:200], None, lines)

    def apply(self, values: Values, actor: Actor, change_id: int | None) -> None:
        row, place = code_value(values), int(values["ordinal"])
        changes = {"序号": (row.ordinal, place)}
        row.ordinal, row.changed_at = place, clock.now()
        _record("code_value", row, actor, f"{row.list_name}／{row.value}", changes)


@handles(ChangeAct.CODE_RETIRE)
class CodeRetired(OfCode):
    """代码表停用: the last day on which the value is offered."""

    def told(self, values: Values) -> Told:
        row, last = code_value(values), day(values, "valid_to")
        if last is None:
            raise NotLikeThis("请填写最后一个有效日", field="valid_to")
        if row.valid_from and last < row.valid_from:
            raise NotLikeThis("最后一个有效日早于有效期起，请核对", field="valid_to")
        if row.valid_to == last:
            raise NotLikeThis(f"该代码本来就到 {last}，没有变化", field="valid_to")
        lines = [Line("有效期止", str(row.valid_to) if row.valid_to else "仍有效", str(last))]
        return Told(f"{row.list_name}：“{row.value}”用到 {last}"[:200], f"{row.list_name}／{row.value}"[:200], last, lines)

    def apply(self, values: Values, actor: Actor, change_id: int | None) -> None:
        row, last = code_value(values), day(values, "valid_to")
        changes = {"有效期止": (row.valid_to, last)}
        row.valid_to, row.changed_at = last, clock.now()
        _record("code_value", row, actor, f"{row.list_name}／{row.value}", changes)


@handles(ChangeAct.ITEM_NEW)
class NewItem(Handler):
    """新增检验项目."""

    def told(self, values: Values) -> Told:
        name = word(values, "name") or ""
        found = books.item_book().resolve(name)
        if found.known:
            raise NotLikeThis(f"项目库中已有“{found.name}”，“{name[:60]}”是它或它的另一种写法", field="name")
        lines = [Line("项目", None, name), Line("类别", None, values["item_class"]), Line("单位", None, word(values, "unit"))]
        return Told(f"新增检验项目：{name}"[:200], name, None, lines)

    def base(self, values: Values) -> Any:
        return [session().scalar(sa.select(TestItem.id).where(TestItem.name == values["name"]))]

    def apply(self, values: Values, actor: Actor, change_id: int | None) -> None:
        kind = ItemClass(values["item_class"])
        made = TestItem(
            name=word(values, "name"), item_class=kind, unit=word(values, "unit"), microbial=kind is ItemClass.MICROBE,
            source=word(values, "source"), confidence=UNVERIFIED,
        )  # fmt: skip
        _record("test_item", made, actor, made.name, {"类别": (None, kind.value)})


@handles(ChangeAct.ITEM_ALIAS)
class NewItemSpelling(Handler):
    """项目写法对照."""

    def told(self, values: Values) -> Told:
        spelled, name = word(values, "written") or "", word(values, "name") or ""
        found = books.item_book().resolve(name)
        if not found.known:
            raise NotLikeThis(f"检验项目“{name[:60]}”不在项目库中，请从列表中选择", field="name")
        _refuse_retired(standing.item_ended(found.name), "name")
        if (known := books.item_book().resolve(spelled)).known:
            raise NotLikeThis(f"“{spelled[:60]}”已识别为“{known.name}”，不需对照", field="written")
        return Told(f"“{spelled}”对照为“{found.name}”"[:200], spelled, None, [Line(spelled[:60], None, found.name)])

    def base(self, values: Values) -> Any:
        return [session().scalar(sa.select(ItemAlias.id).where(ItemAlias.written == values["written"]))]

    def apply(self, values: Values, actor: Actor, change_id: int | None) -> None:
        name = books.item_book().resolve(word(values, "name") or "").name
        made = ItemAlias(written=word(values, "written"), name=name, source=word(values, "source"), confidence=UNVERIFIED)
        _record("item_alias", made, actor, made.written, {"对照为": (None, name)})


@handles(ChangeAct.CATEGORY_NEW)
class NewCategory(Handler):
    """新增食品分类 under another."""

    def _parent(self, values: Values) -> FoodCategory:
        found = session().scalars(sa.select(FoodCategory).where(FoodCategory.path == (word(values, "parent") or ""))).first()
        if found is None:
            raise NotLikeThis("没有这个上级分类，请从列表中选择完整路径", field="parent")
        return found

    def told(self, values: Values) -> Told:
        name, above = word(values, "name") or "", self._parent(values)
        path = f"{above.path}/{name}"
        if "/" in name:
            raise NotLikeThis("分类名称中不能有“/”，请逐级新增", field="name")
        _refuse_retired(standing.ended(WordKind.CATEGORY, above.id), "parent")
        if books.category_book().by_path(path) is not None:
            raise NotLikeThis(f"分类库中已有“{path[:100]}”", field="name")
        return Told(f"新增食品分类：{path}"[:200], path[:200], None, [Line("食品分类", None, path)])

    def base(self, values: Values) -> Any:
        return [self._parent(values).id]

    def apply(self, values: Values, actor: Actor, change_id: int | None) -> None:
        name, above = word(values, "name") or "", self._parent(values)
        made = FoodCategory(
            parent_id=above.id, root_id=above.root_id or above.id, level=above.level + 1, name=name, path=f"{above.path}/{name}",
            domain=above.domain, source=word(values, "source"), confidence=UNVERIFIED, valid_from=None, valid_to=None,
            recorded_at=clock.now(), superseded_at=None,
        )  # fmt: skip
        _record("food_category", made, actor, made.path, {"食品分类": (None, made.path)})


@handles(ChangeAct.CATEGORY_ALIAS)
class NewCategorySpelling(Handler):
    """分类写法对照: also how a renamed category is known by its new name."""

    def told(self, values: Values) -> Told:
        spelled, path = word(values, "written") or "", word(values, "path") or ""
        meant = books.category_book().by_path(path)
        if meant is None:
            raise NotLikeThis(f"食品分类“{path[:60]}”不在分类库中，请从列表中选择完整路径", field="path")
        _refuse_retired(standing.ended(WordKind.CATEGORY, meant.id), "path")
        known = books.category_book().resolve(spelled)
        if known is not None and known.exact:
            raise NotLikeThis(f"“{spelled[:60]}”已识别为“{known.path}”，不需对照", field="written")
        return Told(f"“{spelled}”对照为“{path}”"[:200], spelled[:200], None, [Line(spelled[:60], None, path)])

    def base(self, values: Values) -> Any:
        return [session().scalar(sa.select(CategoryAlias.id).where(CategoryAlias.written == values["written"]))]

    def apply(self, values: Values, actor: Actor, change_id: int | None) -> None:
        path = word(values, "path")
        made = CategoryAlias(written=word(values, "written"), path=path, source=word(values, "source"), confidence=UNVERIFIED)
        _record("category_alias", made, actor, made.written, {"对照为": (None, path)})


@handles(ChangeAct.REGION_NEW)
class NewRegion(Handler):
    """新增行政区划, checked as a line of an imported file is."""

    def _plan(self, values: Values) -> region_import.RegionImport:
        out = io.StringIO()
        cells = [word(values, name) or "" for name in region_import.COLUMNS]
        csv.writer(out, lineterminator="\n").writerows([region_import.COLUMNS, cells])
        found = region_import.plan(out.getvalue().encode(), books.region_book(), books.all_populations())
        if found.errors:
            raise NotLikeThis("；".join(str(error["message"]) for error in found.errors), field=str(found.errors[0]["column"]))
        if not found.new:
            raise NotLikeThis("已有这个代码的地区，请核对", field="code")
        return found

    def told(self, values: Values) -> Told:
        line = self._plan(values).new[0]
        title = f"新增行政区划：{line.code} {line.name}"
        return Told(title[:200], line.code, None, [Line(line.level, None, f"{line.code} {line.name}（上级 {line.parent_code}）")])

    def base(self, values: Values) -> Any:
        return [books.region_book().id(values["code"])]

    def apply(self, values: Values, actor: Actor, change_id: int | None) -> None:
        amendments.import_regions(self._plan(values), word(values, "source") or "", actor)

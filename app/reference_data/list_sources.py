"""基础数据: limits, items, categories, regions, time limits, codes, calendar and unknown words, to be taken out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app import clock
from app.domain.actors import Actor
from app.domain.permissions import Permission
from app.domain.samples import Confidence, ItemClass
from app.downloads.lists import ListSource, at_once, by_key, column, register, spoken
from app.reference_data import books, lists, standing, unknown_words
from app.reference_data.models import FoodCategory, FoodLimit, Region, RegionLevel, TestItem, UnknownWord
from app.reference_data.standing import WordKind

Asked = Mapping[str, Any]
READ = Permission.REFERENCE_READ
YEAR = len("2026")


def _word(asked: Asked, name: str = "q") -> str | None:
    return str(asked.get(name) or "").strip()[:100] or None


def _one(vocabulary: Any, written: Any) -> Any:
    return next((member for member in vocabulary if member.value == written), None)


def _limits(asked: Asked) -> lists.LimitFilters:
    confidence = _one(Confidence, asked.get("confidence"))
    return lists.LimitFilters(_word(asked, "item"), _word(asked, "category"), confidence, asked.get("versions") == "all")


def _items(asked: Asked) -> Asked:
    return {"q": _word(asked), "kind": _one(ItemClass, asked.get("class"))}


def _categories(asked: Asked) -> Asked:
    parent = str(asked.get("parent") or "")
    return {"q": _word(asked), "parent": int(parent) if parent.isascii() and parent.isdigit() and len(parent) < 16 else None}


def _category_word(parent_id: int) -> str:
    return "/".join(name for name, _ in lists.category_line(parent_id)) or "未知"


def _regions(asked: Asked) -> Asked:
    return {"q": _word(asked), "level": _one(RegionLevel, asked.get("level"))}


def _told_regions(actor: Actor, part: Sequence[Any], whole: bool) -> Sequence[Any]:
    book = books.region_book()
    return [(row, book.full_name(row.id)) for row in part]


def _spelled(actor: Actor, part: Sequence[Any], whole: bool) -> Sequence[Any]:
    spellings = lists.item_spellings([row.name for row in part])
    return [(row, spellings.get(row.name, [])) for row in part]


def _state(kind: WordKind, subject_id: int) -> str:
    return standing.words(kind, [subject_id])[subject_id].words


def _unknown(asked: Asked) -> Asked:
    kind = asked.get("kind") if asked.get("kind") in unknown_words.KINDS else "category"
    return {"kind": kind, "done": asked.get("state") == "done", "q": _word(asked)}


def _year(asked: Asked) -> int:
    year = str(asked.get("year") or "")
    return int(year) if year.isascii() and year.isdecimal() and len(year) == YEAR else clock.today().year


DATED = (
    column("来源", "source"), column("核对情况", "confidence"), column("有效期起", "valid_from", "date"),
    column("有效期止", "valid_to", "date"),
)  # fmt: skip
register(
    ListSource(
        code="food_limits", title="限量", permission=READ, endpoints=("reference_data.limits",), asked=_limits,
        words=spoken(item="检验项目", category="食品分类", confidence="核对情况", every_version="含以前的版本"),
        fields=(
            column("检验项目", "item"), column("食品分类", lambda row: row.category or "全部食品"), column("地区代码", "region"),
            column("限量", books.limit_words), column("比较方法", "comparison"), column("限量说明", "text"), column("备注", "note"),
            column("标准", "standard"), *DATED, column("登记时间", "recorded_at", "moment", default=False),
            column("停用时间", "superseded_at", "moment", default=False),
        ),
        **by_key(lambda actor, filters: lists.chosen_limits(filters), FoodLimit.id, ascending=True),
    ),
    ListSource(
        code="test_items", title="检验项目", unit="项", permission=READ, endpoints=("reference_data.items",), asked=_items,
        prepare=_spelled,
        words=spoken(q="关键词", kind="类别"),
        fields=(
            column("名称", lambda taken: taken[0].name), column("类别", lambda taken: taken[0].item_class),
            column("单位", lambda taken: taken[0].unit), column("微生物", lambda taken: taken[0].microbial), column("其他写法", 1),
            column("来源", lambda taken: taken[0].source), column("核对情况", lambda taken: taken[0].confidence),
            column("标准检验方法", lambda taken: taken[0].method), column("状态", lambda taken: _state(WordKind.ITEM, taken[0].id)),
        ),
        **by_key(lambda actor, asked: lists.chosen_items(asked["q"], asked["kind"]), TestItem.id, ascending=True),
    ),
    ListSource(
        code="food_categories", title="食品分类", unit="类", permission=READ, endpoints=("reference_data.categories",), asked=_categories,
        words=spoken(q="分类名称", parent=("上级分类", _category_word)),
        fields=(
            column("分类名称", "name"), column("全称", "path"), column("级次", "level", "integer"), column("产品领域", "domain"),
            column("下级数", "children", "integer"), *DATED, column("状态", lambda row: _state(WordKind.CATEGORY, row.id)),
        ),
        **by_key(lambda actor, asked: lists.chosen_categories(asked["q"], asked["parent"]), FoodCategory.id, ascending=True),
    ),
    ListSource(
        code="regions", title="行政区划", unit="个", permission=READ, endpoints=("reference_data.regions",), asked=_regions,
        prepare=_told_regions, words=spoken(q="名称或代码", level="级别"),
        fields=(
            column("代码", lambda taken: taken[0].code), column("名称", lambda taken: taken[0].name), column("全称", 1),
            column("级别", lambda taken: taken[0].level), column("来源", lambda taken: taken[0].source),
            column("有效期起", lambda taken: taken[0].valid_from, "date"), column("有效期止", lambda taken: taken[0].valid_to, "date"),
            column("状态", lambda taken: _state(WordKind.REGION, taken[0].id)),
        ),
        **by_key(lambda actor, asked: lists.chosen_regions(asked["q"], asked["level"]), Region.id, ascending=True),
    ),
    ListSource(
        code="deadline_rules", title="时限规则", permission=READ, endpoints=("reference_data.rules",), asked=_word,
        words=lambda word: spoken(q="关键词")({"q": word}),
        fields=(
            column("代码", "code"), column("名称", "name"), column("义务人", "actor"), column("起算", "trigger"),
            column("期限", "amount", "integer"), column("单位", "unit"), column("延长说明", "extension_note"),
            column("中止说明", "pause_note"),
            column("性质", "standing"), column("依据", "article"), column("备注", "note"), *DATED,
        ),
        **at_once(lambda actor, word: lists.rules(word)),
    ),
    ListSource(
        code="code_lists", title="代码表", permission=READ, endpoints=("reference_data.codes",), asked=_word,
        words=lambda word: spoken(q="关键词")({"q": word}),
        fields=(column("代码表", "list_name"), column("代码", "value"), column("序号", "ordinal", "integer"), *DATED),
        **at_once(lambda actor, word: [row for rows in lists.code_lists(word).values() for row in rows]),
    ),
    ListSource(
        code="work_days", title="工作日历", unit="天", permission=READ, endpoints=("reference_data.calendar",), asked=_year,
        words=lambda year: f"年度：{year}",
        fields=(
            column("日期", "day", "date"), column("安排", lambda row: "调休上班" if row.working else "放假"), column("节日", "name"),
            column("来源", "source"), column("核对情况", "confidence"),
        ),
        **at_once(lambda actor, year: lists.notices(year)),
    ),
    ListSource(
        code="unknown_words", title="未识别名称", unit="个", permission=Permission.MAPPING_EDIT,
        endpoints=("reference_data.unknown_words",), asked=_unknown,
        words=spoken(kind=("类别", unknown_words.KINDS.get), done="已对照", q="关键词"),
        fields=(
            column("写法", "written"), column("最接近的名称", "nearest"), column("对照为", "mapped_to"),
            column("出现次数", "occurrences", "integer"), column("首次出现", "first_seen_at", "moment"),
            column("对照时间", "decided_at", "moment"),
        ),
        **by_key(lambda actor, asked: unknown_words.chosen_words(asked["kind"], asked["done"], asked["q"]), UnknownWord.id),
    ),
)  # fmt: skip

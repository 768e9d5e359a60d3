"""What the pages of samples need beside the records: official lists to choose from, colours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.domain.samples import Link
from app.domain.workflow import SampleState
from app.reference_data.books import category_book, code_list, region_book
from app.reference_data.standing import WordKind, laboratories_offered, not_offered
from app.sampling.sheet_layout import LISTS

STATE_TONES = {
    SampleState.REGISTERED: "blue", SampleState.REPORTED: "green", SampleState.REFUSED: "yellow",
    SampleState.NOT_FOUND: "neutral", SampleState.VOIDED: "neutral", SampleState.RETURNED: "red", SampleState.REJECTED: "red",
}  # fmt: skip
VERDICT_TONES = {
    "合格": "green", "不合格": "red", "未判定": "yellow", "无监督项目": "neutral", "无问题": "green", "问题": "red",
    "不判定": "yellow", "无监测项目": "neutral", "合格项": "green", "不合格项": "red", "问题项": "red", "不判定项": "yellow",
    "未检验": "neutral",
}  # fmt: skip
NATION = "100000"


def offered() -> Mapping[str, Sequence[str]]:
    """Official lists by field, for the browser to offer; whatever else is typed is kept."""
    lists: dict[str, Sequence[str]] = {field: code_list(name) for field, name in LISTS.items()}
    places = [word for link in Link for word in code_list(f"抽样地点·{link.value}")]
    where = region_names()
    return lists | {
        "place": list(dict.fromkeys(places)), "category": category_paths(), "laboratory": laboratories_offered(),
        "sampled_region": where, "producer_region": where,
    }  # fmt: skip


def category_paths() -> list[str]:
    """Every category's full path that may be chosen, 大类 by 大类."""
    book, gone = category_book(), not_offered(WordKind.CATEGORY)
    return [book.by_id(number).path for root in book.roots() for number in sorted(book.below(root.id) - gone)]


def region_names() -> list[str]:
    """Every region's full name that may be chosen, by code."""
    book = region_book()
    nation = book.id(NATION)
    found = sorted(book.below(nation) - not_offered(WordKind.REGION), key=book.code) if nation else []
    return [book.full_name(number) for number in found if number != nation]


def regions_to_choose() -> list[tuple[int, str]]:
    """Regions for the list's filter: retired ones too, their records are still looked for."""
    book = region_book()
    nation = book.id(NATION)
    found = sorted(book.below(nation), key=book.code) if nation else []
    return [(number, book.full_name(number)) for number in found if number != nation]

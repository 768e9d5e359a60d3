"""未识别名称: the words that wait for a decision, those decided, and what each may mean."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from app.db import session
from app.domain.actors import Actor
from app.reference_data import books, standing
from app.reference_data.lists import Cursor, Page, page_of
from app.reference_data.models import FoodCategory, Region, UnknownWord
from app.reference_data.standing import WordKind

MOST_OFFERED = 5000
KINDS: Mapping[str, str] = {"category": "食品分类", "region": "行政区划", "item": "检验项目", "laboratory": "承检机构"}


def unknown_words(kind: str, decided: bool, word: str | None, cursor: Cursor) -> Page:
    """未识别名称 of a kind, the most frequent first; ``decided`` lists those already explained."""
    return page_of(UnknownWord, chosen_words(kind, decided, word), [-UnknownWord.occurrences, UnknownWord.id], cursor)


def chosen_words(kind: str, decided: bool, word: str | None) -> sa.Select[Any]:
    has_meaning = UnknownWord.mapped_to.is_not(None) if decided else UnknownWord.mapped_to.is_(None)
    chosen = sa.select(UnknownWord.__table__).where(UnknownWord.kind == kind, has_meaning)
    if word:
        chosen = chosen.where(UnknownWord.written.contains(word, autoescape=True))
    return chosen


def unknown_counts() -> Mapping[str, int]:
    """How many words of each kind wait for a decision."""
    counted = sa.select(UnknownWord.kind, sa.func.count()).where(UnknownWord.mapped_to.is_(None))
    return {kind: count for kind, count in session().execute(counted.group_by(UnknownWord.kind))}


def unknown_word(actor: Actor, word_id: int) -> UnknownWord | None:
    return session().get(UnknownWord, word_id)


def offered(kind: str) -> list[str]:
    """What a word of this kind may mean, for the type-ahead list; what is retired is offered no more."""
    if kind == "category":
        known = standing.not_offered(WordKind.CATEGORY)
        rows = session().execute(sa.select(FoodCategory.id, FoodCategory.path).order_by(FoodCategory.id).limit(MOST_OFFERED))
        return [path for number, path in rows if number not in known]
    if kind == "item":
        return standing.items_offered()[:MOST_OFFERED]
    if kind == "laboratory":
        return [one.name for one in standing.laboratories()[:MOST_OFFERED]]
    book, gone = books.region_book(), standing.not_offered(WordKind.REGION)
    ids = session().scalars(sa.select(Region.id).order_by(Region.code).limit(MOST_OFFERED))
    return [f"{book.code(number)} {book.full_name(number)}" for number in ids if number not in gone]

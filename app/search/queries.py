"""Searching (检索): by the list of one kind, and over all kinds at once within what the reader may see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from app.blinding import is_blind
from app.db import session
from app.domain import search_grams
from app.domain.actors import Actor
from app.domain.disposal import folded_number
from app.domain.numbering import normalise_number
from app.domain.permissions import may_ever
from app.sampling.models import Sample
from app.scope import scope
from app.search.kinds import BY_TABLE, EVERY, SAMPLE, Kind, in_use
from app.search.models import SearchEntry
from app.search.postings import ENTRIES, SAMPLES, Found, mentions, newest
from app.search_text import words_of

SHOWN = 5  # of a kind
MOST = 100  # a kind is counted no further
LONGEST_QUERY = 60
TOO_SHORT = "请输入两个以上的字、字母或数字，例如企业名称的一部分、拼音首字母、编号后几位"
BLIND = ("number", "local_number", "product_name")  # what a blind reader may search, and is shown


@dataclass(frozen=True, slots=True)
class Hit:
    """One record: its number, what else is said of it, and its state."""

    kind: Kind
    id: int
    number: str | None
    texts: Sequence[str]
    state: Any
    day: Any

    @property
    def title(self) -> str:
        """Its number, or the name of what has none."""
        return self.number or next(iter(self.texts), str(self.id))

    @property
    def rest(self) -> Sequence[str]:
        return self.texts if self.number else self.texts[1:]


@dataclass(frozen=True, slots=True)
class Group:
    """The newest records of one kind, and how many there are."""

    kind: Kind
    hits: Sequence[Hit]
    total: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found; ``exact`` is the one record that bears the number that was typed."""

    words: Sequence[str]
    groups: Sequence[Group]
    exact: Hit | None


# ---------------------------------------------------------------- the lists


def found_by(table: str, key: Any, typed: str) -> Any:
    """The condition under which a record of this table is found: any part of its numbers and names, or initials."""
    kind, words = BY_TABLE[table], words_of(typed)
    if not search_grams.asks_enough(words):
        return sa.false()
    found = newest(ENTRIES, (kind.mark, *words), MOST * 5)
    if found is not None and found.whole:
        return key.in_(sa.select(SearchEntry.subject_id).where(SearchEntry.id.in_(found.ids)))
    entries = sa.select(SearchEntry.subject_id).where(SearchEntry.kind == table, mentions(SearchEntry.text, words))
    return key.in_(entries)


# ---------------------------------------------------------------- everything


def everything(actor: Actor, typed: str) -> Answer:
    """Records of every kind that the actor may list, within his scope."""
    words = words_of(typed[:LONGEST_QUERY])
    if not search_grams.asks_enough(words):
        return Answer(words, [], None)
    few = newest(ENTRIES, words, MOST) if not is_blind(actor) else None
    kinds = _kinds_among(few)
    groups = []
    for kind in EVERY:
        if kinds is not None and kind is not SAMPLE and kind.table not in kinds:
            continue
        if may_ever(actor, kind.lists) and (group := _group(actor, kind, words, few)) is not None:
            groups.append(group)
    return Answer(words, groups, _exact(groups, typed))


def _kinds_among(few: Found | None) -> frozenset[str] | None:
    """The kinds of which anything was found, where all that was found is known: the others need not be asked one by one."""
    if few is None or not few.whole:
        return None
    kinds = sa.select(SearchEntry.kind).where(SearchEntry.id.in_(few.ids)).distinct()
    return frozenset(session().scalars(kinds)) if few.ids else frozenset()


def _group(actor: Actor, kind: Kind, words: Sequence[str], few: Found | None) -> Group | None:
    ids = _samples(actor, words) if kind is SAMPLE else _others(actor, kind, words, few)
    if not ids:
        return None
    hits = [_hit(actor, kind, row) for row in _rows(kind, ids[:SHOWN])]
    return Group(kind, hits, f"{MOST}+" if len(ids) > MOST else str(len(ids)))


def _samples(actor: Actor, words: Sequence[str]) -> Sequence[int]:
    """The newest samples in scope. What a common word finds is mostly somebody else's where little is ours: then ours are read."""
    blind = is_blind(actor)
    found = newest(SAMPLES, words, MOST * 5)
    mine = scope(sa.select(Sample.id), Sample, actor).order_by(Sample.id.desc()).limit(MOST + 1)
    if blind:
        mine = mine.where(blind_mentions(words))
    if found is not None:
        ids = session().scalars(mine.where(Sample.id.in_(found.ids))).all() if found.ids else []
        if found.whole or len(ids) > MOST:
            return ids
    return session().scalars(mine.where(mentions(Sample.search_text, words))).all()


def blind_mentions(words: Sequence[str]) -> Any:
    """What a blind reader may search: the text that everybody else searches holds the firm's names."""
    return sa.and_(*(sa.or_(*(mentions(sa.func.lower(getattr(Sample, name)), [word]) for name in BLIND)) for word in words))


def _others(actor: Actor, kind: Kind, words: Sequence[str], few: Found | None) -> Sequence[int]:
    model = kind.model
    entries = sa.select(SearchEntry.subject_id).where(SearchEntry.kind == kind.table)
    mine = scope(sa.select(model.id), model, actor).where(*in_use(kind)).order_by(model.id.desc()).limit(MOST + 1)
    found = few if few is not None and few.whole else newest(ENTRIES, (kind.mark, *words), MOST * 5)
    if found is not None:
        ids = session().scalars(mine.where(model.id.in_(entries.where(SearchEntry.id.in_(found.ids))))).all() if found.ids else []
        if found.whole or len(ids) > MOST:
            return ids
    return session().scalars(mine.where(model.id.in_(entries.where(mentions(SearchEntry.text, words))))).all()


def _rows(kind: Kind, ids: Sequence[int]) -> Sequence[Any]:
    model = kind.model
    told = (name for name in ("state", "status", "year") if hasattr(model, name))
    columns = [getattr(model, name) for name in (*kind.columns, *((kind.day,) if kind.day else ()), *told)]
    return session().execute(sa.select(model.id, *columns).where(model.id.in_(ids)).order_by(model.id.desc())).all()


def _hit(actor: Actor, kind: Kind, row: Any) -> Hit:
    said = [name for name in (*kind.names, *kind.numbers) if name != "number" and (name in BLIND or not is_blind(actor))]
    number = row.number if "number" in kind.columns else None
    texts = [text for name in said if (text := getattr(row, name))]
    texts += [f"{row.year}年"] if hasattr(row, "year") else []
    state = getattr(row, "state", None) or getattr(row, "status", None)
    return Hit(kind, row.id, number, list(dict.fromkeys(texts)), state, getattr(row, kind.day) if kind.day else None)


def _exact(groups: Sequence[Group], typed: str) -> Hit | None:
    """The only record whose number it is. What others have published bears the number of our sample and is not another record."""
    number = folded_number(normalise_number(typed))
    hits = [hit for group in groups if group.kind.text is None for hit in group.hits if hit.number]
    same = [hit for hit in hits if folded_number(normalise_number(hit.number or "")) == number]
    return same[0] if len(same) == 1 else None

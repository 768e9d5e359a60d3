"""Is the index right (核对), and making it anew (重建). Both read every text; neither is needed in daily work."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from app.db import session
from app.domain import search_grams
from app.sampling.models import Sample
from app.search import entries
from app.search.kinds import OTHERS, Kind
from app.search.models import SearchEntry
from app.search.postings import ENTRIES, EVERY, SAMPLES, Index, codes, empty, on_sqlite, put

PART = 5_000
TOLD = 10  # faults of a sort that are told of one by one


@dataclass(frozen=True, slots=True)
class Checked:
    """How many texts were compared, and what is wrong."""

    texts: int
    faults: Sequence[str]


# ---------------------------------------------------------------- checking


def check() -> Checked:
    """Compare every record with its entry, and every text with the terms that are kept of it."""
    faults = [fault for kind in OTHERS for fault in _wrong_entries(kind)]
    count = 0
    for index in EVERY:
        found, wrong = (_check_fts if on_sqlite() else _check_gin)(index)
        count += found
        faults += wrong
    return Checked(count, faults)


def _parts(table: sa.Table, column: Any) -> Iterator[Sequence[Any]]:
    last = 0
    while rows := session().execute(
        sa.select(table.c.id, column.label("text")).where(table.c.id > last).order_by(table.c.id).limit(PART)
    ).all():
        yield rows
        last = rows[-1].id


def _wrong_entries(kind: Kind) -> Iterator[str]:
    model, entry = kind.model, SearchEntry
    missing = sa.select(sa.func.count()).select_from(model).where(
        ~sa.exists().where(entry.kind == kind.table, entry.subject_id == model.id)
    )
    left = sa.select(sa.func.count()).select_from(entry).where(
        entry.kind == kind.table, ~sa.exists().where(model.id == entry.subject_id)
    )
    for told, statement in (("没有检索条目", missing), ("记录已不存在而条目仍在", left)):
        if count := session().scalar(statement):
            yield f"{kind.title}：{count} 条{told}"
    yield from _other_texts(kind)


def _other_texts(kind: Kind) -> Iterator[str]:
    table, wrong = kind.model.__table__, 0
    for rows in _parts(table, table.c.id):
        ids = [row.id for row in rows]
        said = sa.select(SearchEntry.subject_id, SearchEntry.text, SearchEntry.org_id).where(
            SearchEntry.kind == kind.table, SearchEntry.subject_id.between(ids[0], ids[-1])
        )
        known = {subject_id: (org_id, text) for subject_id, text, org_id in session().execute(said)}
        wrong += sum(known.get(number, (org_id, text)) != (org_id, text) for number, org_id, text in entries.texts(kind, ids))
    if wrong:
        yield f"{kind.title}：{wrong} 条检索条目与记录不一致"


def _check_fts(index: Index) -> tuple[int, list[str]]:
    """How many texts have each term, counted from the texts and from the index: a text that is missing, left over or changed
    moves the number of at least one of its terms."""
    expected: Counter[str] = Counter()
    count = 0
    for rows in _parts(index.texts, index.text):
        count += len(rows)
        for row in rows:
            expected.update(search_grams.terms_of(row.text))
    kept = dict(_vocabulary(index))
    wrong = [term for term in expected.keys() | kept.keys() if expected[term] != kept.get(term, 0)]
    return count, _told(index, len(wrong), "个词的条数与正文不一致", sorted(wrong))


def _vocabulary(index: Index) -> Sequence[Any]:
    """Term and number of texts, from a table that FTS5 offers over its own index."""
    session().execute(VOCABULARY[index.name])
    table = sa.table(f"{index.name}_words", sa.column("term"), sa.column("doc"))
    return session().execute(sa.select(table.c.term, table.c.doc)).all()


VOCABULARY = {
    SAMPLES.name: sa.text("CREATE VIRTUAL TABLE IF NOT EXISTS temp.sample_grams_words USING fts5vocab(main, sample_grams, row)"),
    ENTRIES.name: sa.text(
        "CREATE VIRTUAL TABLE IF NOT EXISTS temp.search_entry_grams_words USING fts5vocab(main, search_entry_grams, row)"
    ),
}


def _check_gin(index: Index) -> tuple[int, list[str]]:
    table, count = index.arrays, 0
    wrong: list[str] = []
    for rows in _parts(index.texts, index.text):
        kept = sa.select(table.c.id, table.c.grams).where(table.c.id.between(rows[0].id, rows[-1].id))
        known = {number: sorted(grams) for number, grams in session().execute(kept)}
        count += len(rows)
        wrong += [str(row.id) for row in rows if known.pop(row.id, None) != codes(row.text)]
        wrong += [str(number) for number in known]
    total = session().scalar(sa.select(sa.func.count()).select_from(table)) or 0
    faults = _told(index, len(wrong), "行的词与正文不一致", wrong)
    return count, faults + ([f"{index.name}：{total} 行，正文 {count} 行"] if total != count and not wrong else [])


def _told(index: Index, count: int, what: str, examples: Sequence[str]) -> list[str]:
    return [f"{index.name}：{count} {what}（如 {'、'.join(examples[:TOLD])}）"] if count else []


# ---------------------------------------------------------------- making it anew


def rebuild() -> int:
    """Forget the whole index and make it from the records; returns how many texts there are. Inside a transaction."""
    for index in EVERY:
        empty(index)
    session().execute(sa.delete(SearchEntry))
    count = 0
    for kind in OTHERS:
        count += _index(kind)
    for rows in _parts(SAMPLES.texts, SAMPLES.text):
        put(SAMPLES, [(row.id, None, row.text) for row in rows])
        count += len(rows)
    return count


def _index(kind: Kind) -> int:
    count = 0
    for rows in _parts(kind.model.__table__, kind.model.__table__.c.id):
        put(ENTRIES, changes := entries.follow(kind, [row.id for row in rows]))
        count += len(changes)
    return count


def fill_if_new() -> int | None:
    """After the migration that brought the index, or a release that brought kinds: index what was there before. None: nothing to do."""
    if session().scalar(sa.select(SearchEntry.id).limit(1)) is not None:
        return _fill_new_kinds()
    models: list[Any] = [Sample, *(kind.model for kind in OTHERS)]
    if all(session().scalar(sa.select(model.id).limit(1)) is None for model in models):
        return None
    return rebuild()


def _fill_new_kinds() -> int | None:
    """Index the kinds of which there are records and not one entry."""
    count = 0
    for kind in OTHERS:
        if session().scalar(sa.select(SearchEntry.id).where(SearchEntry.kind == kind.table).limit(1)) is None:
            count += _index(kind)
    return count or None

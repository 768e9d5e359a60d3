"""The index itself (二元索引表), on both databases: writing terms, and asking which texts have them, newest first.

SQLite: a contentless FTS5 table of terms that the program makes. Its version 3.40 (Debian 12) forgets a row of such a table only
when told what was in it, so whoever changes a text must know the one before. PostgreSQL: a table of int4[] with a GIN index;
a term is a number of 32 bits there (half the room of a text, and a wrong guess is harmless, because every text that is
proposed is compared with what was typed).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any
from zlib import crc32

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.compiler import compiles

from app.db import insert_stored, session
from app.domain import search_grams
from app.domain.search_grams import Asked
from app.sampling.models import Sample
from app.search.models import SearchEntry
from app.search_text import ESCAPED

TERMS = "_grams"  # how the names of the tables of terms end
PROBED = 12_000  # of the newest texts, read one by one where so much is expected that they have enough of it
PART = 500


@dataclass(frozen=True, slots=True)
class Index:
    """The texts of one table, and the table of their terms."""

    texts: sa.Table
    column: str

    @property
    def name(self) -> str:
        return f"{self.texts.name}{TERMS}"

    @property
    def text(self) -> Any:
        return self.texts.c[self.column]

    @property
    def fts(self) -> sa.TableClause:
        return sa.table(self.name, sa.column("rowid", sa.Integer), sa.column("grams"), sa.column(self.name))

    @property
    def arrays(self) -> sa.TableClause:
        return sa.table(self.name, sa.column("id", sa.BigInteger), sa.column("grams", ARRAY(sa.Integer)))


SAMPLES = Index(Sample.__table__, "search_text")  # type: ignore[arg-type]
ENTRIES = Index(SearchEntry.__table__, "text")  # type: ignore[arg-type]
EVERY = (SAMPLES, ENTRIES)


class _Codes(dict[str, int]):
    """Term -> its number. The terms of a language are few."""

    def __missing__(self, term: str) -> int:
        self[term] = code = crc32(term.encode()) - 2**31
        return code


CODES = _Codes()


def codes(text: str) -> list[int]:
    """The terms of a text as PostgreSQL keeps them, each once and in order."""
    return sorted({CODES[term] for term in search_grams.grams(text).split()})


def on_sqlite() -> bool:
    return session().get_bind().dialect.name == "sqlite"


# ---------------------------------------------------------------- writing

Change = tuple[int, str | None, str | None]  # id, the text that is indexed, the text that shall be


def put(index: Index, changes: Iterable[Change]) -> None:
    """Let the index follow texts that came, changed or went, in the transaction of that change."""
    ordered = sorted(change for change in changes if change[1] != change[2])
    old = [(number, before) for number, before, _ in ordered if before is not None]
    new = [(number, after) for number, _, after in ordered if after is not None]
    if on_sqlite():
        _forget(index, old)
        if new:
            insert_stored(_bulk(index), ["rowid", "grams"], ([number, search_grams.grams(text)] for number, text in new))
        return
    table = index.arrays
    for start in range(0, len(old), PART):
        part = [number for number, _ in old[start : start + PART]]
        session().execute(sa.delete(table).where(table.c.id.in_(part)))
    if new:
        insert_stored(_bulk(index), ["id", "grams"], ([number, _array(text)] for number, text in new))


def _array(text: str) -> str:
    return f"{{{','.join(map(str, codes(text)))}}}"


def _bulk(index: Index) -> Any:
    return index.fts  # only its name is read


def _forget(index: Index, old: Sequence[tuple[int, str]]) -> None:
    if not old:
        return
    rows = [{index.name: "delete", "rowid": number, "grams": search_grams.grams(text)} for number, text in old]
    session().connection().execute(sa.insert(index.fts), rows)


def empty(index: Index) -> None:
    """Forget every term."""
    if on_sqlite():
        session().execute(sa.insert(index.fts).values({index.name: "delete-all"}))
    else:
        session().execute(sa.delete(index.arrays))


# ---------------------------------------------------------------- asking


BRACKETS = "()〔〕[]【】"
WITHOUT = str.maketrans("", "", BRACKETS)


def mentions(column: Any, words: Sequence[str]) -> Any:
    """The text has every word, with whatever brackets or without: what the index proposes is held against this."""
    return sa.and_(*(_mentions(column, word) for word in words))


def _mentions(column: Any, word: str) -> Any:
    """Latin letters and digits (initials, parts of numbers) are compared as they are: most searches through everything ask for them."""
    text: Any = column
    if not word.isascii() or not word.isalnum():
        for bracket in BRACKETS[:4]:
            text = sa.func.replace(text, bracket, "")
    return text.like(f"%{word.translate(WITHOUT).translate(ESCAPED)}%", escape="\\")


@dataclass(frozen=True, slots=True)
class Found:
    """Ids of texts with every word, the newest first; ``whole`` says that these are all."""

    ids: Sequence[int]
    whole: bool


def newest(index: Index, words: Sequence[str], most: int, *, before: int | None = None, after: int | None = None) -> Found | None:
    """At most so many texts with every word, next to ``before`` or ``after``.

    None where the index cannot help: one or two digits stand in nearly every number.
    """
    wanted = [terms for word in words if (terms := search_grams.asked(word))]
    if not wanted:
        return None
    ask = _by_fts if on_sqlite() else _by_gin
    ids = ask(index, words, wanted, Span(before, after), most + 1)
    return Found(ids[:most], len(ids) <= most)


@dataclass(frozen=True, slots=True)
class Span:
    """A place in a list: what is older than ``before``, newer than ``after``, or everything, newest first."""

    before: int | None
    after: int | None

    def within(self, number: Any) -> list[Any]:
        return [*([number < self.before] if self.before is not None else []), *([number > self.after] if self.after is not None else [])]

    def order(self, number: Any) -> Any:
        return number if self.after is not None else number.desc()


def _by_fts(index: Index, words: Sequence[str], wanted: Sequence[Asked], span: Span, most: int) -> Sequence[int]:
    """The index goes through its rows in their order and stops when there are enough."""
    table = index.fts
    number = table.c.rowid
    statement = sa.select(number).join(index.texts, index.texts.c.id == number)
    statement = statement.where(table.c[index.name].op("MATCH")(_match(wanted)), mentions(index.text, words), *span.within(number))
    return session().scalars(statement.order_by(span.order(number)).limit(most)).all()


def _match(wanted: Sequence[Asked]) -> str:
    """The question in the language of FTS5. A term is made of letters and digits: nothing in it needs escaping."""
    return " AND ".join(f"({' OR '.join(_all_of(grams) for grams in asked)})" for asked in wanted)


def _all_of(grams: Sequence[str]) -> str:
    terms = " AND ".join(f'"{gram}"' for gram in grams)
    return f"({terms})"


def _by_gin(index: Index, words: Sequence[str], wanted: Sequence[Asked], span: Span, most: int) -> Sequence[int]:
    """Where much is expected the newest texts are read first: the index would bring all of it before it could be put in order.

    What the index proposes is put in order before it is compared, so that no more texts are read than are wanted.
    """
    session().execute(PLANNED)
    table, texts = index.arrays, index.texts
    having = [sa.or_(*(table.c.grams.contains([CODES[gram] for gram in grams]) for grams in asked)) for asked in wanted]
    if _near(table, wanted, most):
        near = sa.select(texts.c.id, index.text.label("said")).where(*span.within(texts.c.id)).order_by(span.order(texts.c.id))
        last = near.limit(PROBED).subquery()
        some = sa.select(last.c.id).where(mentions(last.c.said, words)).order_by(span.order(last.c.id)).limit(most)
        if len(found := session().scalars(some).all()) >= most:
            return found
    proposed = sa.select(table.c.id).where(*having, *span.within(table.c.id)).order_by(span.order(table.c.id)).offset(0).subquery()
    said = sa.select(index.text).where(texts.c.id == proposed.c.id).scalar_subquery()
    statement = sa.select(proposed.c.id).where(mentions(said, words)).order_by(span.order(proposed.c.id)).limit(most)
    return session().scalars(statement).all()


# Compiling a plan, or sharing it out, takes longer than these questions; and one plan does not fit every word.
PLANNED = sa.text(
    "SELECT set_config('jit', 'off', true), set_config('plan_cache_mode', 'force_custom_plan', true), "
    "set_config('max_parallel_workers_per_gather', '0', true)"
)


class _Explained(sa.Executable, sa.ClauseElement):
    """The plan of a question instead of its answer."""

    inherit_cache = False

    def __init__(self, statement: sa.CompoundSelect[Any]) -> None:
        self.statement = statement


@compiles(_Explained)
def _explain(asked: _Explained, compiler: Any, **options: Any) -> str:
    return f"EXPLAIN (FORMAT JSON) {compiler.process(asked.statement, **options)}"


def _near(table: sa.TableClause, wanted: Sequence[Asked], most: int) -> bool:
    """Do the newest texts hold so many with every word, by PostgreSQL's statistics?

    A word is as common as its rarest pair. The pairs of one word come together, and the planner, which takes them for
    independent of each other, expects hardly anything of a long word that stands in every fourth text.
    """
    single = list(dict.fromkeys(gram for asked in wanted for grams in asked for gram in grams))
    pairs = [sa.select(table.c.id).where(table.c.grams.contains([CODES[gram]])) for gram in single]
    texts, *found = _expected([sa.select(table.c.id), *pairs])
    rows = dict(zip(single, found, strict=True))
    have = [min(texts, sum(min(rows[gram] for gram in grams) for grams in asked)) for asked in wanted]
    return prod(have) * PROBED >= most * texts ** len(have)  # the part that has every word × PROBED ≥ most


def _expected(statements: Sequence[sa.Select[Any]]) -> list[int]:
    """How many rows PostgreSQL expects of each, at least one: asked in one go, as parts of one plan."""
    told: Mapping[str, Any] = session().scalar(_Explained(sa.union_all(*statements)))[0]
    return [max(1, int(part["Plan Rows"])) for part in told["Plan"]["Plans"]]

"""停用和恢复 of 检验项目, 食品分类, 行政区划 and 承检机构: what is offered on a day, and what to do about a name that is not.

A retired word keeps its row, its records and its figures; it is only offered no more. What lies below a retired category or region is
retired with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import sqlalchemy as sa

from app import clock
from app.db import session
from app.organisations.models import Organisation, OrganisationKind
from app.reference_data import books
from app.reference_data.models import TestItem, WordStanding


class WordKind(StrEnum):
    """Whose words they are, as the column says it."""

    ITEM = "item"
    CATEGORY = "category"
    REGION = "region"
    LABORATORY = "laboratory"


@dataclass(frozen=True, slots=True)
class Standing:
    """One dated act: from the day on the word is retired, or offered again."""

    retired: bool
    valid_from: date
    successor_id: int | None


@dataclass(frozen=True, slots=True)
class Ended:
    """Why a word is not offered: which word was retired (itself or one above), since when, what takes its place."""

    name: str
    since: date
    successor: str | None

    @property
    def state(self) -> str:
        return f"自 {self.since} 起停用" + (f"，改用“{self.successor}”" if self.successor else "")

    @property
    def remedy(self) -> str:
        """What whoever typed or imported it can do."""
        how = f"请改用“{self.successor}”" if self.successor else "请改用在用的名称"
        return f"“{self.name}”自 {self.since} 起已停用：{how}；确需使用的，请系统管理员提出恢复"


class Standings:
    """Every act, by word, in the order of the days."""

    def __init__(self, rows: Iterable[WordStanding]) -> None:
        self._of: dict[tuple[str, int], list[Standing]] = {}
        for row in rows:
            said = Standing(row.retired, row.valid_from, row.successor_id)
            self._of.setdefault((row.kind, row.subject_id), []).append(said)

    def __bool__(self) -> bool:
        return bool(self._of)

    def of(self, kind: WordKind, subject_id: int) -> Sequence[Standing]:
        return self._of.get((kind.value, subject_id), ())

    def retired(self, kind: WordKind, subject_id: int, on: date) -> Standing | None:
        """The act that retires this very word on the day."""
        holding = [one for one in self.of(kind, subject_id) if one.valid_from <= on]
        return holding[-1] if holding and holding[-1].retired else None

    def subjects(self, kind: WordKind) -> frozenset[int]:
        return frozenset(number for name, number in self._of if name == kind.value)


def standings() -> Standings:
    return books.book_of(_read_standings, WordStanding)


def _read_standings() -> Standings:
    return Standings(session().scalars(sa.select(WordStanding).order_by(WordStanding.valid_from, WordStanding.id)))


def item_ids() -> Mapping[str, int]:
    """The ids of the items, by name."""
    return books.book_of(_read_item_ids, TestItem)


def _read_item_ids() -> Mapping[str, int]:
    return {name: number for name, number in session().execute(sa.select(TestItem.name, TestItem.id))}


def laboratory_names() -> Mapping[int, str]:
    """What laboratories are called now, by id; also of those out of use."""
    return books.book_of(_read_laboratory_names, Organisation)


def _read_laboratory_names() -> Mapping[int, str]:
    named = sa.select(Organisation.id, Organisation.name).where(Organisation.kind == OrganisationKind.LABORATORY)
    return {number: name for number, name in session().execute(named)}


def line(kind: WordKind, subject_id: int) -> Sequence[int]:
    """The word and what it lies in, from itself upwards."""
    if kind is WordKind.REGION:
        return books.region_book().up(subject_id)
    if kind is not WordKind.CATEGORY:
        return (subject_id,)
    book = books.category_book()
    found, above = [], book.by_id(subject_id).parent_id
    while above is not None:
        found.append(above)
        above = book.by_id(above).parent_id
    return (subject_id, *found)


def name_of(kind: WordKind, subject_id: int) -> str:
    """As it is written on a sheet."""
    if kind is WordKind.REGION:
        return books.region_book().full_name(subject_id)
    if kind is WordKind.CATEGORY:
        return books.category_book().by_id(subject_id).path
    if kind is WordKind.LABORATORY:
        return laboratory_names().get(subject_id, str(subject_id))
    return next((name for name, number in item_ids().items() if number == subject_id), str(subject_id))


def ended(kind: WordKind, subject_id: int | None, on: date | None = None) -> Ended | None:
    """Why the word is not offered on the day (today), or None where it is."""
    known = standings()
    if not known or subject_id is None:
        return None
    day = on or clock.today()
    for number in line(kind, subject_id):
        found = known.retired(kind, number, day)
        if found is not None:
            successor = name_of(kind, found.successor_id) if found.successor_id is not None else None
            return Ended(name_of(kind, number), found.valid_from, successor)
    return None


def successor_in_use(kind: WordKind, subject_id: int, on: date | None = None) -> int | None:
    """What takes the place of a retired word, followed to one that is offered; None where none is named."""
    known, day, seen = standings(), on or clock.today(), {subject_id}
    number: int | None = subject_id
    while number is not None and ended(kind, number, day) is not None:
        acts = (known.retired(kind, one, day) for one in line(kind, number))
        number = next((act.successor_id for act in acts if act is not None), None)
        if number in seen:
            return None
        seen.add(number or 0)
    return number


def item_ended(name: str, on: date | None = None) -> Ended | None:
    """Of an item by its official name."""
    return ended(WordKind.ITEM, item_ids().get(name), on) if standings() else None


def not_offered(kind: WordKind, on: date | None = None) -> frozenset[int]:
    """Ids that are offered no more on the day, with everything below them."""
    known, day = standings(), on or clock.today()
    gone = {number for number in known.subjects(kind) if known.retired(kind, number, day)} if known else set()
    if kind in (WordKind.ITEM, WordKind.LABORATORY) or not gone:
        return frozenset(gone)
    book = books.category_book() if kind is WordKind.CATEGORY else books.region_book()
    return frozenset(number for one in gone for number in book.below(one))


@dataclass(frozen=True, slots=True)
class State:
    """How a word stands, for its list: in words, whether it is offered today, and which act may be proposed of it."""

    words: str
    offered: bool
    may_retire: bool
    may_reopen: bool


def words(kind: WordKind, ids: Iterable[int]) -> Mapping[int, State]:
    """The state of each today, a retirement still to come included."""
    return {number: _state(kind, number) for number in ids}


def _state(kind: WordKind, subject_id: int) -> State:
    gone, acts = ended(kind, subject_id), standings().of(kind, subject_id)
    last = acts[-1] if acts else None
    own = last is not None and last.retired
    said = gone.state if gone is not None else "在用"
    if last is not None and last.valid_from > clock.today():
        said += f"，{last.valid_from} 起{'停用' if last.retired else '恢复'}"
    return State(said, gone is None, not own and gone is None, own)


def items_offered(on: date | None = None) -> list[str]:
    """The official names of the items that may be chosen."""
    gone, ids = not_offered(WordKind.ITEM, on), item_ids()
    return [item.name for item in books.item_book() if ids.get(item.name) not in gone]


def laboratories_offered(on: date | None = None) -> list[str]:
    """The names of the laboratories that may be given new work, other spellings that are remembered included."""
    gone = not_offered(WordKind.LABORATORY, on)
    return sorted(name for name, number in books.laboratories().items() if number not in gone)


def laboratories(on: date | None = None, *, offered: bool = True) -> Sequence[Organisation]:
    """承检机构 in use, by name: those that may be given new work on the day, or (``offered=False``) also those that are retired."""
    in_use = [Organisation.kind == OrganisationKind.LABORATORY, Organisation.active.is_(True)]
    if offered and (gone := not_offered(WordKind.LABORATORY, on)):
        in_use.append(Organisation.id.not_in(gone))
    return session().scalars(sa.select(Organisation).where(*in_use).order_by(Organisation.name, Organisation.id)).all()


def sheet_faults(
    category_id: int | None, region_id: int | None, laboratory_id: int | None, on: date | None
) -> list[tuple[str, str]]:
    """(field, sentence) for what a sheet of this day names though it is retired."""
    asked = (
        ("category", WordKind.CATEGORY, category_id), ("sampled_region", WordKind.REGION, region_id),
        ("laboratory", WordKind.LABORATORY, laboratory_id),
    )  # fmt: skip
    found = ((field, ended(kind, number, on)) for field, kind, number in asked)
    return [(field, said.remedy) for field, said in found if said is not None]

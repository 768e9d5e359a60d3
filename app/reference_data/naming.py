"""What a name on a sheet means: categories and items by official names, aliases and remembered decisions.

Nothing here refuses: a word that is not known leads to the nearest thing that is, and says that it was not exact.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple, TypeVar

from app.domain.limits import normalise_item
from app.domain.samples import Domain, ItemClass
from app.reference.food_files import folded

Answer = TypeVar("Answer")
MOST_ANSWERS: Final = 50_000
_ARROW = re.compile(r"-+>|→|>")
_BRACKET = re.compile(r"(.+?)\(.*\)")
_NOTHING = frozenset({"", "-", "--", "—", "/", "无"})  # what a sheet has in a cell with nothing to say


@dataclass(frozen=True, slots=True)
class Category:
    """食品分类 as a sheet means it; ``exact`` is False where only an ancestor of what was written is known."""

    id: int
    root_id: int
    parent_id: int | None
    name: str
    path: str
    domain: Domain
    exact: bool = True


class ItemName(NamedTuple):
    """检验项目 as it is called officially; an unknown one keeps its written name."""

    name: str
    item_class: ItemClass | None
    microbial: bool
    known: bool
    method: str | None = None  # 标准检验方法


def category_parts(written: str | Sequence[str | None] | None) -> tuple[str, ...]:
    """大类/亚类/次亚类/细类 in one spelling, from a path, from 大类-->亚类, or from the cells of a sheet."""
    if written is None:
        return ()
    if isinstance(written, str):
        text = folded(written)
        written = _ARROW.split(text) if _ARROW.search(text) else text.split("/")
    parts = (folded(part) for part in written if part)
    return tuple(part for part in parts if part not in _NOTHING)


def category_key(written: str | Sequence[str | None] | None) -> str:
    return "/".join(category_parts(written))


def item_key(written: str | None) -> str:
    return normalise_item(written or "").casefold()


def region_key(written: str | None) -> str:
    return folded(written or "")


def remember(answers: dict[str, Answer], written: str, answer: Answer) -> None:
    """Keep an answer; imports ask the same few hundred words again, but nobody may fill the memory with new ones."""
    if len(answers) >= MOST_ANSWERS:
        answers.clear()
    answers[written] = answer


class CategoryBook:
    """食品分类: the tree, its aliases and the decisions about unknown words."""

    def __init__(self, nodes: Iterable[Category], aliases: Mapping[str, str], decided: Mapping[str, str]) -> None:
        self._by_id = {node.id: node for node in nodes}
        self._by_key = {category_key(node.path): node for node in self._by_id.values()}
        self._aliases = {category_key(written): category_key(path) for written, path in aliases.items()}
        self._decided = {category_key(written): category_key(path) for written, path in decided.items()}
        self._by_name: dict[str, list[Category]] = defaultdict(list)
        self._children: dict[int | None, list[Category]] = defaultdict(list)
        for node in self._by_id.values():
            self._by_name[folded(node.name)].append(node)
            self._children[node.parent_id].append(node)
        self._resolved: dict[str, Category | None] = {}

    def __len__(self) -> int:
        return len(self._by_id)

    def __contains__(self, category_id: object) -> bool:
        return category_id in self._by_id

    def by_id(self, category_id: int) -> Category:
        return self._by_id[category_id]

    def by_path(self, path: str) -> Category | None:
        """The category with exactly this official path."""
        return self._by_key.get(category_key(path))

    def roots(self) -> Sequence[Category]:
        """大类, in the order of the official list."""
        return tuple(self._children[None])

    def children(self, category_id: int) -> Sequence[Category]:
        return tuple(self._children.get(category_id, ()))

    def below(self, category_id: int) -> frozenset[int]:
        """The ids of the category and of everything under it."""
        found = {category_id}
        for child in self._children.get(category_id, ()):
            found |= self.below(child.id)
        return frozenset(found)

    def resolve(self, written: str | Sequence[str | None] | None) -> Category | None:
        """The category meant, else its nearest known ancestor (``exact`` False), else None: 未分类."""
        parts = category_parts(written)
        key = "/".join(parts)
        if key not in self._resolved:
            remember(self._resolved, key, self._nearest(parts))
        return self._resolved[key]

    def _nearest(self, parts: Sequence[str]) -> Category | None:
        for length in range(len(parts), 0, -1):
            head = self._named(parts[:length])
            if head is not None:
                return self._descend(head, parts[length:])
        return None

    def _named(self, parts: Sequence[str]) -> Category | None:
        """The one category with this path, alias or, for a single word, name."""
        for spelling in dict.fromkeys((tuple(parts), tuple(_without_bracket(part) for part in parts))):
            key = "/".join(spelling)
            for meant in (self._decided.get(key), key, self._aliases.get(key)):
                if meant is not None and meant in self._by_key:
                    return self._by_key[meant]
            if len(spelling) == 1 and (found := self._only(key, self._by_id.keys())):
                return found
        return None

    def _descend(self, head: Category, rest: Sequence[str]) -> Category:
        """Go down by the remaining words as far as they are known; a level left out is bridged when it is no guess."""
        for part in rest:
            bare = _without_bracket(part)
            below = self.below(head.id)
            step = self._named([*category_parts(head.path), part]) or self._only(part, below) or self._only(bare, below)
            if step is None:
                return Category(head.id, head.root_id, head.parent_id, head.name, head.path, head.domain, exact=False)
            head = step
        return head

    def _only(self, name: str, among: Collection[int]) -> Category | None:
        """The only category of that name, or the upper of two of one name on one branch (小麦粉/小麦粉)."""
        found = [node for node in self._by_name.get(name, ()) if node.id in among]
        found.sort(key=lambda node: node.path.count("/"))
        if not found or any(not node.path.startswith(f"{found[0].path}/") for node in found[1:]):
            return None
        return found[0]


def _without_bracket(name: str) -> str:
    found = _BRACKET.fullmatch(name)
    return found[1] if found else name


class ItemBook:
    """检验项目: official names, their aliases and the decisions about unknown words."""

    def __init__(self, items: Iterable[ItemName], aliases: Mapping[str, str], decided: Mapping[str, str]) -> None:
        self._items = {item_key(item.name): item for item in items}
        names = {**aliases, **decided}
        self._aliases = {item_key(written): item_key(name) for written, name in names.items()}
        self._resolved: dict[str, ItemName] = {}

    def __len__(self) -> int:
        return len(self._items)

    def __iter__(self) -> Iterator[ItemName]:
        return iter(self._items.values())

    def resolve(self, written: str | None) -> ItemName:
        """The item meant. 铅(以Pb计) is 铅; 致病菌(沙门氏菌) is not 致病菌 where 沙门氏菌 is an item itself."""
        text = written or ""
        found = self._resolved.get(text)
        if found is None:
            found = self._meant(text)
            remember(self._resolved, text, found)
        return found

    def _meant(self, written: str) -> ItemName:
        key = item_key(written)
        found = self._known(key)
        bracket = _BRACKET.fullmatch(key)
        if found is None and bracket and self._known(key[len(bracket[1]) + 1 : -1]) is None:
            found = self._known(bracket[1])
        return found or ItemName(normalise_item(written), None, False, False)

    def _known(self, key: str) -> ItemName | None:
        return self._items.get(key) or self._items.get(self._aliases.get(key, ""))

"""行政区划 by id: what a written place means, what it lies in, and what lies in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from app.reference import places
from app.reference_data.models import RegionLevel
from app.reference_data.naming import region_key, remember


@dataclass(frozen=True, slots=True)
class RegionNode:
    """One region. ``line`` holds the ids from the nation down to the region itself."""

    id: int
    code: str
    name: str
    short_name: str
    aliases: tuple[str, ...]
    level: RegionLevel
    parent_id: int | None
    line: tuple[int, ...]


class RegionBook:
    """The region tree with every region's id, and the decisions about unknown words."""

    def __init__(self, nodes: Iterable[RegionNode], decided: Mapping[str, str]) -> None:
        self._nodes = {node.id: node for node in nodes}
        self._ids = {node.code: node.id for node in self._nodes.values()}
        self._decided = {region_key(written): code for written, code in decided.items()}
        self._names = places.RegionBook(self._place(node) for node in self._nodes.values())
        self._below: dict[int, set[int]] = {}
        for node in self._nodes.values():
            for above in node.line:
                self._below.setdefault(above, set()).add(node.id)
        self._resolved: dict[str, tuple[int | None, bool]] = {}

    def _place(self, node: RegionNode) -> places.Region:
        above = self._nodes[node.parent_id].code if node.parent_id is not None else None
        level = places.RegionLevel(node.level.value)
        names = node.name, level, above, node.short_name, node.aliases
        return places.Region(node.code, *names, "", "", None, None)

    def __len__(self) -> int:
        return len(self._nodes)

    def __contains__(self, region_id: object) -> bool:
        return region_id in self._nodes

    def resolve(self, written: str | None) -> tuple[int | None, bool]:
        """The region meant by 天津/天津/蓟州区 or 120119, else the nearest around it; True where all was understood."""
        text = written or ""
        if text not in self._resolved:
            remember(self._resolved, text, self._meant(text))
        return self._resolved[text]

    def _meant(self, written: str) -> tuple[int | None, bool]:
        decided = self._decided.get(region_key(written))
        if decided in self._ids:
            return self._ids[decided], True
        code, exact = self._names.resolve(written)
        return (None, False) if code is None else (self._ids[code], exact)

    def id(self, code: str) -> int | None:
        return self._ids.get(code)

    def code(self, region_id: int) -> str:
        return self._nodes[region_id].code

    def name(self, region_id: int) -> str:
        return self._nodes[region_id].name

    def level(self, region_id: int) -> RegionLevel:
        return self._nodes[region_id].level

    def full_name(self, region_id: int) -> str:
        """贵州省六盘水市钟山区."""
        line = [self._nodes[above] for above in self._nodes[region_id].line]
        return "".join(node.name for node in line if node.level is not RegionLevel.COUNTRY) or line[-1].name

    def codes_up(self, region_id: int | None) -> Sequence[str]:
        """Codes from the region up to the nation, as ``LimitBook.in_force`` asks for them."""
        if region_id is None:
            return ()
        return tuple(self._nodes[above].code for above in reversed(self._nodes[region_id].line))

    def up(self, region_id: int) -> Sequence[int]:
        """Ids from the region up to the nation."""
        return tuple(reversed(self._nodes[region_id].line))

    def county_of(self, region_id: int | None) -> int | None:
        """The county-level region it lies in, itself for a county; None above."""
        if region_id is None:
            return None
        line = self._nodes[region_id].line
        return next((above for above in line if self._nodes[above].level is RegionLevel.COUNTY), None)

    def children(self, region_id: int) -> Sequence[int]:
        """The regions directly below, by code."""
        found = [node for node in self._nodes.values() if node.parent_id == region_id]
        return tuple(node.id for node in sorted(found, key=lambda node: node.code))

    def below(self, region_id: int) -> frozenset[int]:
        """The ids of the region and of everything in it."""
        return frozenset(self._below[region_id])

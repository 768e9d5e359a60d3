"""不跳号: which serials of one run were given, voided, or are missing."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SerialRun:
    """One run of serials, from 1 to the last one given."""

    last: int
    used: int  # in use by a sample that stands
    voided: tuple[int, ...]  # given, and the sample voided: stays used up
    missing: tuple[int, ...]  # given, and no sample has it
    beyond: tuple[int, ...]  # typed by hand above the counter

    @property
    def complete(self) -> bool:
        return not self.missing


def serial_run(last: int, standing: Collection[int], voided: Collection[int]) -> SerialRun:
    """Compare what the counter gave with what samples carry."""
    given, every = range(1, last + 1), {*standing, *voided}
    return SerialRun(
        last,
        sum(1 for serial in given if serial in standing),
        tuple(sorted(serial for serial in voided if serial <= last and serial not in standing)),
        tuple(serial for serial in given if serial not in every),
        tuple(sorted(serial for serial in every if serial > last)),
    )


def in_ranges(serials: Collection[int]) -> str:
    """3、5—8: as people write serials."""
    parts: list[str] = []
    ordered = sorted(serials)
    start = 0
    for place, serial in enumerate(ordered):
        if place + 1 == len(ordered) or ordered[place + 1] != serial + 1:
            first = ordered[start]
            parts.append(str(first) if first == serial else f"{first}—{serial}")
            start = place + 1
    return "、".join(parts)

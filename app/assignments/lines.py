"""Lines that become tasks together: each a food, a place, a link or an enterprise, and how many batches.

A page that proposes what to sample (gaps, progress, a finished draw) links here with one ``line`` for each chosen row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.domain.samples import Link

SEPARATOR = "~"
LARGEST_ID = 2**63 - 1
MOST_BATCHES = 9_999


@dataclass(frozen=True, slots=True)
class Line:
    """One proposed task."""

    region_id: int
    batches: int = 1
    category_id: int | None = None
    link: Link | None = None
    enterprise_id: int | None = None

    @property
    def written(self) -> str:
        """As an address or a form carries it."""
        link = self.link.name.lower() if self.link else None
        parts = (self.category_id, self.region_id, link, self.enterprise_id, self.batches)
        return SEPARATOR.join("" if part is None else str(part) for part in parts)


def read(written: str) -> Line | None:
    """The line that was written; None for anything else."""
    parts = written.split(SEPARATOR)
    if len(parts) != 5:
        return None
    link = Link.__members__.get(parts[2].upper())
    numbers = [_number(part) for part in (parts[0], parts[1], parts[3], parts[4])]
    if any(number is None and part for number, part in zip(numbers, (parts[0], parts[1], parts[3], parts[4]), strict=True)):
        return None
    category, region, enterprise, batches = numbers
    if region is None or batches is None or not 1 <= batches <= MOST_BATCHES or (parts[2] and link is None):
        return None
    return Line(region, batches, category, link, enterprise)


def read_all(written: Sequence[str]) -> list[Line]:
    """The lines of an address, each once, what is no line left out."""
    return list(dict.fromkeys(line for line in map(read, written) if line is not None))


def _number(written: str) -> int | None:
    if not written.isascii() or not written.isdecimal() or len(written) > 19:
        return None
    return int(written) if int(written) <= LARGEST_ID else None

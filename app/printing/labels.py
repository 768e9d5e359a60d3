"""样品标签: the two codes of a number as shapes, and the words beside them.

Both codes hold the bare number and nothing else: a scanner types it, any other system understands it, and it stays true when
this one moves to another address.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Any

from app.domain.labels import LabelSort, Wanted
from app.filters import format_date

QUIET = 10  # modules of white that a bar code needs on either side


@dataclass(frozen=True, slots=True)
class Codes:
    """A QR code as one path of unit squares, and a code 128 as bars of (place, width); sizes in modules."""

    squares: str
    side: int
    bars: Sequence[tuple[int, int]]
    width: int


@dataclass(frozen=True, slots=True)
class Label:
    """One label."""

    number: str
    sort: str
    product: str
    unit: str
    taken_on: str
    codes: Codes


@lru_cache(maxsize=2_000)
def codes_of(number: str) -> Codes:
    """Both codes of a number. Error correction M: a wet label is still read."""
    import segno
    from barcode import Code128

    matrix = segno.make(number, error="m", micro=False, boost_error=False).matrix
    squares = "".join(
        f"M{place} {line}h{width}v1h-{width}z"
        for line, row in enumerate(matrix)
        for place, width in _stretches("".join("1" if module else "0" for module in row))
    )
    modules = Code128(number).build()[0]
    bars = [(QUIET + place, width) for place, width in _stretches(modules)]
    return Codes(squares, len(matrix), bars, len(modules) + 2 * QUIET)


def _stretches(modules: str) -> list[tuple[int, int]]:
    """(place, width) of every run of dark modules."""
    found, place = [], 0
    for dark, run in groupby(modules):
        width = len(list(run))
        if dark == "1":
            found.append((place, width))
        place += width
    return found


def labels(samples: Sequence[Any], wanted: Wanted) -> list[Label]:
    """As many labels as are wanted, sample by sample."""
    return [_label(sample, sort) for sample in samples for sort in wanted.sorts()]


def _label(sample: Any, sort: LabelSort) -> Label:
    return Label(
        sample.number, sort.value, sample.product_name, sample.sampled_name or "—", format_date(sample.sampled_on),
        codes_of(sample.number),
    )  # fmt: skip

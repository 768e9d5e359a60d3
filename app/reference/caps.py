"""Reader of the caps on sampling (cap_rules): two rules of one code never hold on the same day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Final

from app.domain.samples import Level, Link
from app.domain.sampling_kinds import CapSubject, CapWindow
from app.reference.problems import CONFIDENCES, CellFault, Row, read_rows, refuse

HERE: Final = Path(__file__).parent
FILE: Final = "cap_rules.csv"
COLUMNS: Final = (
    *("code", "name", "subject", "window", "days", "maximum", "link", "level", "online_exempt", "blocking", "article"),
    *("valid_from", "valid_to", "source", "confidence"),
)
YES_NO: Final = ("是", "否")


@dataclass(frozen=True, slots=True)
class CapRow:
    """One cap of the file."""

    code: str
    name: str
    subject: CapSubject
    cap_window: CapWindow
    days: int | None
    maximum: int
    link: Link | None
    level: Level | None
    online_exempt: bool
    blocking: bool
    article: str
    valid_from: date
    valid_to: date | None
    source: str
    confidence: str


def read_caps(folder: Path = HERE) -> Sequence[CapRow]:
    """Every cap, predecessors included."""
    rows = sorted(read_rows(folder / FILE, COLUMNS, _cap), key=lambda pair: (pair[1].code, pair[1].valid_from))
    refuse(
        [
            f"{row.place} 频次上限 {later.code} 自 {later.valid_from} 起的规则与 {earlier.valid_from} 起的规则重叠"
            for (_, earlier), (row, later) in pairwise(rows)
            if earlier.code == later.code and (earlier.valid_to is None or later.valid_from <= earlier.valid_to)
        ]
    )
    return tuple(cap for _, cap in rows)


def _cap(row: Row) -> CapRow:
    valid_from, valid_to = row.day("valid_from"), row.optional_day("valid_to")
    if valid_to is not None and valid_to < valid_from:
        raise CellFault(f"有效期止 {valid_to} 早于有效期起 {valid_from}")
    window, days, maximum = row.word("window", CapWindow), row.optional_whole("days"), row.whole("maximum")
    if (window is CapWindow.DAYS) != bool(days):
        raise CellFault("“days”只在期间为“连续天数”时填写，并应大于 0")
    if not maximum:
        raise CellFault("“maximum”应大于 0")
    return CapRow(
        row.text("code"), row.text("name"), row.word("subject", CapSubject), window, days, maximum,
        row.word("link", Link) if row.optional("link") else None, row.word("level", Level) if row.optional("level") else None,
        row.choice("online_exempt", YES_NO) == "是", row.choice("blocking", YES_NO) == "是", row.optional("article"),
        valid_from, valid_to, row.text("source"), row.choice("confidence", CONFIDENCES),
    )  # fmt: skip

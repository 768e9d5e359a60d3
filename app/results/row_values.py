"""A settled row as the table keeps it (检验项目入库): what the laboratory wrote, what it parses to, and whose verdict stands.

Verdicts and words of limits repeat so much within a file that each is turned into the driver's values once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from app.db import as_stored
from app.domain.headers import match_headers
from app.domain.result_columns import RESULT_COLUMNS
from app.domain.result_rows import WrittenRow
from app.results.models import ResultRow
from app.results.settling import SettledRow

HEAD = ("org_id", "report_id", "sample_id", "ordinal")
WRITTEN = (
    "line", "item", "item_written", "item_class", "kind", "result_written", "unit", "verdict_written", "min_written",
    "max_written", "min_unit", "limit_unit", "lod_written", "lod_unit", "lod_kind", "method", "basis", "note",
)  # fmt: skip
JUDGED = (
    "value", "lab_verdict", "our_verdict", "verdict", "pending", "flags", "reason", "limit_source", "limit_id", "limit_text",
)  # fmt: skip
NAMES = (*HEAD, *WRITTEN, *JUDGED)
Values = tuple[Any, ...]


class RowValues:
    """Makes the values of the rows of one file or form."""

    def __init__(self) -> None:
        put = as_stored(ResultRow.__table__)  # type: ignore[arg-type]
        self._put = [put[name] for name in JUDGED]
        self._item_class, self._kind = put["item_class"], put["kind"]
        self._judged: dict[int, tuple[SettledRow, Values]] = {}  # the row is kept, so that an identity stays one
        self._headers: tuple[str, ...] | None = None
        self._places: tuple[int, int] = (0, 0)

    def of(self, head: Values, rows: Sequence[SettledRow]) -> Iterator[Values]:
        """The rows of one report; ``head`` has its organisation, the report and the sample."""
        for ordinal, settled in enumerate(rows, 1):
            known = self._judged.get(id(settled.settled))
            if known is None:
                known = self._judged[id(settled.settled)] = (settled, self._judgement(settled))
            yield (*head, ordinal, *self._cells(settled), *known[1])

    def _cells(self, settled: SettledRow) -> Values:
        row = settled.row
        item, verdict = self._as_in_the_file(row)
        return (
            row.line or None,
            settled.item[:200],
            item if 0 < len(item) <= 200 else row.item,
            self._item_class(settled.item_class),
            self._kind(settled.kind),
            row.result or None,
            row.unit or None,
            verdict[:60] or row.verdict or None,
            row.min_limit or None,
            row.max_limit or None,
            row.min_unit or None,
            row.max_unit or row.min_unit or None,
            row.lod or None,
            row.lod_unit or None,
            row.lod_kind or None,
            row.method or None,
            row.basis or None,
            row.note or None,
        )

    def _as_in_the_file(self, row: WrittenRow) -> tuple[str, str]:
        """检验项目 and 结果判定 to the letter, line breaks and all; "" for rows that were typed in."""
        if row.headers is not self._headers:
            columns = match_headers(row.headers, RESULT_COLUMNS).columns
            self._headers, self._places = row.headers, (columns.get("item", 10**6), columns.get("verdict", 10**6))
        cells, (item, verdict) = row.cells, self._places
        width = len(cells)
        return cells[item].strip() if item < width else "", cells[verdict].strip() if verdict < width else ""

    def _judgement(self, row: SettledRow) -> Values:
        settled = row.settled
        values = (
            row.value,
            settled.lab,
            settled.ours,
            settled.verdict,
            settled.pending,
            "；".join(settled.flags)[:400] or None,
            (row.reason or "")[:600] or None,
            settled.limit_source.value,
            row.limit_id,
            settled.limit.words()[:200] or None if settled.limit else None,
        )
        return tuple(put(value) for put, value in zip(self._put, values, strict=True))

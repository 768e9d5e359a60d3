"""A settled row as the table keeps it (检验项目入库): what the laboratory wrote, what it parses to, and whose verdict stands.

Rows that share a judgement share most of their values, and these are turned into the driver's once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from app.db import as_stored
from app.domain.headers import match_headers
from app.domain.limits import Limit
from app.domain.result_columns import RESULT_COLUMNS
from app.domain.verdicts import LimitSource
from app.driver_values import same
from app.results.models import ResultRow
from app.results.settling import Judgement, SettledRow

HEAD = ("org_id", "report_id", "sample_id", "ordinal")
WRITTEN = ("line", "item", "item_written", "verdict_written", "method", "note")
JUDGED = (
    "item_class", "kind", "result_written", "unit", "min_written", "max_written", "min_unit", "limit_unit", "lod_written",
    "lod_unit", "lod_kind", "basis", "value", "lab_verdict", "our_verdict", "verdict", "pending", "flags", "reason", "limit_source",
    "limit_id", "limit_text",
)  # fmt: skip
NAMES = (*HEAD, *WRITTEN, *JUDGED)
SOURCES = {source: source.value for source in LimitSource}
Values = tuple[Any, ...]


class _Tidied(dict[str, str]):
    """Cell -> what is kept of it; the words of a column repeat from row to row."""

    def __init__(self, tidy: Callable[[str], str]) -> None:
        super().__init__()
        self._tidy = tidy

    def __missing__(self, cell: str) -> str:
        self[cell] = text = self._tidy(cell.strip())
        return text


class RowValues:
    """Makes the values of the rows of one file or form."""

    def __init__(self) -> None:
        put = as_stored(ResultRow.__table__)  # type: ignore[arg-type]
        self._converted = [(place, put[name]) for place, name in enumerate(JUDGED) if put[name] is not same]
        self._judged: dict[int, tuple[Judgement, Values]] = {}  # the judgement is kept, so that an identity stays one
        self._limits: dict[int, tuple[Limit, str | None]] = {}  # the same limit governs many judgements
        self._headers: tuple[str, ...] | None = None
        self._places: tuple[int, int] = (0, 0)
        self._items = _Tidied(lambda text: text if len(text) <= 200 else "")
        self._verdicts = _Tidied(lambda text: text[:60])

    def of(self, head: Values, rows: Sequence[SettledRow]) -> Iterator[Values]:
        """The rows of one report; ``head`` has its organisation, the report and the sample."""
        org_id, report_id, sample_id = head
        judged, items, verdicts = self._judged, self._items, self._verdicts
        for ordinal, settled in enumerate(rows, 1):
            row, judgement = settled.row, settled.judgement
            known = judged.get(id(judgement))
            if known is None:
                known = judged[id(judgement)] = (judgement, self._judgement(settled))
            if row.headers is not self._headers:
                self._find_columns(row.headers)
            # 检验项目 and 结果判定 to the letter, line breaks and all; rows that were typed in have no cells
            cells, (item, verdict) = row.cells, self._places
            width = len(cells)
            yield (
                org_id,
                report_id,
                sample_id,
                ordinal,
                row.line or None,
                settled.item[:200],
                (items[cells[item]] if item < width else "") or row.item,
                (verdicts[cells[verdict]] if verdict < width else "") or row.verdict or None,
                row.method or None,
                row.note or None,
                *known[1],
            )

    def _find_columns(self, headers: tuple[str, ...]) -> None:
        columns = match_headers(headers, RESULT_COLUMNS).columns
        self._headers, self._places = headers, (columns.get("item", 10**6), columns.get("verdict", 10**6))

    def _judgement(self, settled_row: SettledRow) -> Values:
        """What all rows of this judgement have in common."""
        row, judgement = settled_row.row, settled_row.judgement
        settled = judgement.settled
        values = [
            judgement.item_class,
            judgement.kind,
            row.result or None,
            row.unit or None,
            row.min_limit or None,
            row.max_limit or None,
            row.min_unit or None,
            row.max_unit or row.min_unit or None,
            row.lod or None,
            row.lod_unit or None,
            row.lod_kind or None,
            row.basis or None,
            settled_row.value,
            settled.lab,
            settled.ours,
            settled.verdict,
            settled.pending,
            "；".join(settled.flags)[:400] or None,
            (settled_row.reason or "")[:600] or None,
            SOURCES[settled.limit_source],
            settled_row.limit_id,
            self._limit_text(settled.limit) if settled.limit else None,
        ]
        for place, put in self._converted:
            values[place] = put(values[place])
        return tuple(values)

    def _limit_text(self, limit: Limit) -> str | None:
        known = self._limits.get(id(limit))
        if known is None:
            known = self._limits[id(limit)] = (limit, limit.words()[:200] or None)
        return known[1]

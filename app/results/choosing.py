"""What the page of 列对照 shows of one import: its first rows, the header pointed at, what stands below each title."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.domain.headers import Row
from app.domain.layout_guess import candidate_at, guessed, likeliest
from app.domain.result_headers import Candidate, fingerprint
from app.domain.workflow import BatchState
from app.errors import NotAllowedNow
from app.results.models import ImportBatch

EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class Choice:
    """The sheet and the header that somebody is looking at."""

    sheets: Sequence[str]
    sheet: int
    rows: Sequence[Row]
    header: Candidate

    @property
    def fingerprint(self) -> str:
        return fingerprint(self.header)

    @property
    def guess(self) -> dict[str, int]:
        return guessed(self.header.titles)

    def examples(self, place: int) -> list[str]:
        """What stands in a column, in the first rows below the header."""
        below = [cells for line, cells in self.rows if line > self.header.line]
        return [cells[place] for cells in below[:EXAMPLES] if place < len(cells) and cells[place].strip()]


def choice(batch: ImportBatch, sheet: int, top: int | None, line: int | None) -> Choice:
    """The header at these rows, or the one that looks most like a header.

    Raises NotAllowedNow when the import is not waiting any more, or nothing of its file was kept to choose from.
    """
    if batch.state is not BatchState.STAGED:
        raise NotAllowedNow("本次导入已确认、撤销或放弃，不能再改列对照；如需重新读取，请重新上传文件")
    heads = [head for head in (batch.preview or {}).get("heads", []) if head["rows"]]
    if not heads:
        raise NotAllowedNow("本次导入没有可供对照的表头，请重新上传文件")
    sheet = sheet if 0 <= sheet < len(heads) else 0
    rows = [(number, tuple(cells)) for number, cells in heads[sheet]["rows"]]
    found = candidate_at(rows, top, line) if top and line else None
    found = found or likeliest(rows) or candidate_at(rows, rows[0][0], rows[0][0])
    assert found is not None
    return Choice([head["sheet"] for head in heads], sheet, rows, found)

"""检验结果 and 允许限 as people write them: one parser for readings, one for the cells of a limit."""

from __future__ import annotations

from app.domain.limit_texts import LimitText, Op, parse_limit_text
from app.domain.numerals import MAX_LENGTH, is_blank, parse_decimal
from app.domain.readings import Reading, ReadingKind, parse_lod, parse_reading, read_result

__all__ = [
    "MAX_LENGTH", "LimitText", "Op", "Reading", "ReadingKind", "is_blank", "parse_decimal", "parse_limit_text", "parse_lod",
    "parse_reading", "read_result",
]  # fmt: skip

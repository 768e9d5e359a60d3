"""What one line of text is: names, numbers, titles and addresses have no line break, from whichever door they come."""

from __future__ import annotations

import re

ONE_LINE = "{}只能写一行，请删去其中的换行"
BREAK = re.compile("[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")  # as str.splitlines has them


def one_line(text: str) -> str:
    """A cell that was wrapped: laboratories' workbooks break names and addresses to fit a column, and the break means nothing."""
    return " ".join(part.strip() for part in BREAK.split(text) if part.strip()) if BREAK.search(text) else text

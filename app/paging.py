"""每页行数: how many rows of a list stand on a page, as each person prefers it."""

from __future__ import annotations

from datetime import date

from flask import g, has_request_context, request
from flask_login import current_user

SIZES = (10, 20, 50, 100)
USUAL, SHORT = 50, 20
OPEN = "public"  # its pages are the same for everybody


def page_size(usual: int = USUAL) -> int:
    """What the reader prefers, else the list's usual number. Commands, and whatever takes more than a page at once, take what they ask."""
    if usual not in SIZES or not has_request_context() or request.blueprint == OPEN or not current_user.is_authenticated:
        return usual
    g.page_size = current_user.rows_per_page or usual
    return g.page_size  # type: ignore[no-any-return]


def size_asked(written: str | None) -> int:
    """The size in the address of a list that is shown shortened first, else what the reader prefers."""
    preferred = page_size(SHORT)
    asked = int(written) if written and written.isascii() and written.isdigit() and len(written) < 4 else preferred
    if asked not in SIZES:
        return preferred
    g.page_size = asked
    return asked


def from_day(written: str | None) -> str | None:
    """The key before the first row of this day, in a list in the order of days and ids: to jump there without counting what lies before."""
    try:
        return f"{date.fromisoformat(written or '')}.0"
    except ValueError:
        return None


def size_here() -> int | None:
    """For the pager: the size of the page that is shown; None where the page has no list that asks for it, or cannot be asked again."""
    return g.get("page_size") if request.method == "GET" else None

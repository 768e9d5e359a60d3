"""规则表的版本: which folder holds the edition of a rule file that is in force on a day.

The readers ask here before they read; the program's own folder is the answer until the office has entered an edition of its own. Who
knows those (``app.rule_editions``) is told at the start: this package knows neither database nor application.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).parent
Shelf = Callable[[str, date], Path | None]
_shelves: list[Shelf] = []


def provide(shelf: Shelf) -> None:
    """Let this shelf be asked for editions of the office."""
    _shelves.append(shelf)


def folder(name: str, on: date, asked: Path = HERE) -> Path:
    """The folder of the edition of this file in force on the day; a folder that was named stays as it is."""
    if asked != HERE:
        return asked
    return next((found for shelf in _shelves if (found := shelf(name, on)) is not None), HERE)

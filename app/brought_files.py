"""The door of the command line for files that somebody brings: the same 病毒检查 as a page's upload, before the command reads them.

Whatever a command is given as a file is shown to the scanner, unless the parameter names a place to write to: a command added later
is covered without a word. What is typed on the standard input has no file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from app import virus_scan
from app.domain.actors import Actor
from app.installation.door_views import refuse_infected

WRITTEN = frozenset({"output", "--output", "--out", "--to", "--pdf", "--zip"})  # parameters that name a file to be made


def brought(parameters: Iterable[click.Parameter]) -> list[str]:
    """The parameters by which a file is brought."""
    return [one.name for one in parameters if isinstance(one.type, click.Path) and one.name and not WRITTEN.intersection(one.opts)]


def look(names: Sequence[str], options: Mapping[str, Any], actor: Actor) -> None:
    """Raises NotLikeThis for an infected file, NotAllowedNow while the scanner is away."""
    if virus_scan.address() is None:
        return
    for path in _files(options.get(name) for name in names):
        with path.open("rb") as stream:
            refuse_infected(stream, path.name, actor, "导入")


def _files(given: Iterable[Any]) -> Iterator[Path]:
    """Those that are there; the command itself says of the others that they are not."""
    for value in given:
        for one in value if isinstance(value, tuple) else (value,):
            if one is not None and Path(one).is_file():
                yield Path(one)

"""Line breaks in what is typed after a command: refused in names, numbers and addresses with the sentence of the forms, kept in prose.

What the pages ask in one line goes into headings, file names, addresses and cells; no terminal breaks it without somebody's meaning to.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import click

from app.domain.one_line import BREAK, ONE_LINE
from app.errors import NotLikeThis

# What people say in as many lines as they like, as on the pages, and what is read as JSON or as field=text
PROSE = frozenset({
    "answers", "basis", "block", "columns", "comment", "company_opinion", "content", "description", "evidence", "facts", "fields",
    "findings", "foreword", "measures", "note", "opinion", "partners", "reason", "remark", "requirement", "result_reason", "scope",
    "sections", "spec", "summary", "text", "wanting", "words",
})  # fmt: skip
PROSE_THERE = frozenset({("transfers", "send", "subject")})  # where elsewhere the same name is that of a line


def is_line(param: click.Parameter, where: Sequence[str]) -> bool:
    """Whether a parameter is one line of text; ``where`` is the group and the name of its command."""
    if param.name is None or not isinstance(param.type, click.types.StringParamType):
        return False
    return param.name not in PROSE and (*where, param.name) not in PROSE_THERE


def refuse_breaks(params: Iterable[click.Parameter], where: Sequence[str], options: Mapping[str, Any]) -> None:
    """Raises NotLikeThis naming the parameter as it is typed."""
    for param in params:
        if is_line(param, where) and any(BREAK.search(text) for text in _texts(options.get(param.name or ""))):
            raise NotLikeThis(ONE_LINE.format(f"“{typed(param)}”"))


def typed(param: click.Parameter) -> str:
    """--title, NUMBER: as the help of the command has it."""
    return max(param.opts, key=len) if isinstance(param, click.Option) else param.make_metavar(click.Context(click.Command("")))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, (tuple, list)):
        for one in value:
            yield from _texts(one)

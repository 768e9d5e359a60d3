"""A line break in a name, number or address typed after a command is refused with the sentence of the forms; prose keeps its lines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click
import pytest
from flask import Flask
from wtforms import StringField, TextAreaField

from app import command_lines
from app.domain.one_line import ONE_LINE
from app.errors import NotLikeThis
from app.forms import OfficeForm

OF_FLASK = frozenset({"run", "shell", "routes"})


def commands(app: Flask) -> Iterator[tuple[list[str], click.Command]]:
    """Every command of the product, from click's own definitions."""
    group: Any = app.cli
    waiting: list[tuple[list[str], click.Command]] = [([name], group.get_command(None, name)) for name in group.list_commands(None)]
    while waiting:
        path, one = waiting.pop()
        if isinstance(one, click.Group):
            waiting += [([*path, name], each) for name, each in one.commands.items()]
        elif path[0] not in OF_FLASK:
            yield path, one


def called(app: Flask, path: list[str], one: click.Command, broken: click.Parameter, tmp_path: Any) -> Any:
    """The command with two lines for one parameter, and for every other that it wants something of its type."""
    words: list[str] = []
    for param in one.params:
        if param is not broken and not param.required:
            continue
        if isinstance(param, click.Option) and param.is_flag:
            words.append(param.opts[0])
            continue
        value = "甲\n乙" if param is broken else some(param.type, tmp_path)
        values = [value] * (param.nargs if param.nargs > 0 else 1)
        words += [*([max(param.opts, key=len)] if isinstance(param, click.Option) else []), *values]
    return app.test_cli_runner().invoke(args=[*path, *words])


def some(kind: click.ParamType, tmp_path: Any) -> str:
    if isinstance(kind, click.Choice):
        return str(next(iter(kind.choices)))
    if isinstance(kind, click.Path):
        (tmp_path / "file").touch()
        return str(tmp_path if kind.exists and not kind.file_okay else tmp_path / ("file" if kind.exists else "new"))
    if isinstance(kind, click.IntRange):
        return str(kind.min if kind.min is not None else 1)
    return {"integer": "1", "float": "1", "datetime": "2026-11-20", "boolean": "true"}.get(kind.name, "甲")


def test_every_line_of_every_command_is_one(app: Flask, tmp_path: Any) -> None:
    asked, kept = 0, []
    for path, one in commands(app):
        for param in one.params:
            if not command_lines.is_line(param, (path[-2] if len(path) > 1 else "", path[-1])):
                continue
            result = called(app, path, one, param, tmp_path)
            asked += 1
            if result.exit_code != 1 or ONE_LINE.format(f"“{command_lines.typed(param)}”") not in result.output:
                kept.append((" ".join(path), param.name, result.output[-200:], result.exception))
    assert asked > 1000 and kept == []


def test_what_is_prose_in_a_command_is_a_text_area_on_a_page() -> None:
    """Or is read as JSON, as field=text, or as pairs; a name that no page asks in several lines is a line."""
    read = {"answers", "findings", "sections", "spec", "words", "answer"}
    areas: set[str] = set()
    waiting: list[type] = [OfficeForm]
    while waiting:
        form = waiting.pop()
        waiting += form.__subclasses__()
        areas |= {name for name in dir(form) if issubclass(getattr(getattr(form, name), "field_class", StringField), TextAreaField)}
    assert sorted(command_lines.PROSE - areas - read) == []


@pytest.mark.parametrize(
    ("name", "value", "broken"),
    [
        ("title", "甲\r\n乙", True), ("title", "甲\u2028乙", True), ("title", "甲　乙", False), ("title", None, False),
        ("numbers", ("一", "二\n三"), True), ("pairs", (("a", "b\n"),), True),
        ("comment", "同意。\n请尽快办理", False),  # an opinion has as many lines as it likes
    ],
)  # fmt: skip
def test_which_texts_are_refused(name: str, value: Any, broken: bool) -> None:
    param = click.Option([f"--{name}"])
    if broken:
        with pytest.raises(NotLikeThis, match=f"“--{name}”只能写一行，请删去其中的换行"):
            command_lines.refuse_breaks([param], ("g", "c"), {name: value})
    else:
        command_lines.refuse_breaks([param], ("g", "c"), {name: value})

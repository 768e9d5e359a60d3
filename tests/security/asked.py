"""What a request asks of the form and the address that was sent: every name, and every WTForms field with its kind."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask, request
from werkzeug.datastructures import ImmutableMultiDict
from wtforms.form import BaseForm

NAMES: dict[str, set[str]] = {"form": set(), "args": set()}
FORMS: list[BaseForm] = []


class Asked(ImmutableMultiDict[str, str]):
    """A form or query that notes which names were looked for."""

    def _note(self, name: Any) -> None:
        kind = "form" if request and self is request.__dict__.get("form") else "args"
        if isinstance(name, str):
            NAMES[kind].add(name)

    def __getitem__(self, name: Any) -> Any:
        self._note(name)
        return super().__getitem__(name)

    def __contains__(self, name: Any) -> bool:
        self._note(name)
        return super().__contains__(name)

    def get(self, name: Any, default: Any = None, type: Any = None) -> Any:
        self._note(name)
        return super().get(name, default, type)

    def getlist(self, name: Any, type: Any = None) -> Any:
        self._note(name)
        return super().getlist(name, type)


@contextmanager
def noticing(app: Flask) -> Iterator[None]:
    """While it lasts, requests of this application leave what they ask for in ``NAMES`` and ``FORMS``."""
    kind, made = app.request_class, BaseForm.process

    def process(form: BaseForm, *args: Any, **options: Any) -> None:
        made(form, *args, **options)
        FORMS.append(form)

    app.request_class = type("NoticedRequest", (kind,), {"parameter_storage_class": Asked})
    BaseForm.process = process
    try:
        yield
    finally:
        app.request_class, BaseForm.process = kind, made


def begin() -> None:
    """Forget what earlier requests asked for."""
    FORMS.clear()
    for names in NAMES.values():
        names.clear()

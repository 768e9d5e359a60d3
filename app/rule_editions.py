"""规则表 that the office has entered, put where the readers of the shipped files read them: once a process, by the stamp of their table.

An edition is written into a folder named by its content, so that what a reader has read of it is never another's.
"""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask, current_app, has_app_context

from app.db import session
from app.reference import editions
from app.reference_changes.models import RuleEdition

KEY = "shian_rules"
FOLDER = "rule_editions"


@dataclass(frozen=True, slots=True)
class Standing:
    """The editions this process knows, by file: the newest first, each with the day from which it is in force."""

    stamp: int = 0
    folders: Mapping[str, Sequence[tuple[date, Path]]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Trial:
    """An edition that this context alone reads, as if it had been adopted."""

    name: str
    begins: date
    folder: Path


_tried: ContextVar[Trial | None] = ContextVar("tried_edition", default=None)


@contextmanager
def trial(name: str, content: str, begins: date) -> Iterator[None]:
    """Inside, the readers read this edition from its day on; other requests, threads and processes never do."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    sha256 = hashlib.sha256(content.encode()).hexdigest()
    token = _tried.set(Trial(name, begins, _written(app, name, content, sha256)))
    try:
        yield
    finally:
        _tried.reset(token)


def newest() -> sa.ScalarSelect[Any]:
    """The number of the newest edition, to be asked within a statement that is sent anyway."""
    return sa.select(sa.func.max(RuleEdition.id)).scalar_subquery()


def refresh(stamp: int) -> None:
    """Know the editions up to this one."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    if stamp == _standing(app).stamp:
        return
    found: dict[str, list[tuple[date, Path]]] = {}
    rows = session().scalars(sa.select(RuleEdition).order_by(RuleEdition.valid_from.desc(), RuleEdition.id.desc()))
    for row in rows:
        found.setdefault(row.name, []).append((row.valid_from, _kept(app, row)))
    app.extensions[KEY] = Standing(stamp, found)


def _standing(app: Flask) -> Standing:
    known: Standing = app.extensions.get(KEY) or Standing()
    return known


def _kept(app: Flask, row: RuleEdition) -> Path:
    """The folder that holds this edition under the name of the shipped file; written once."""
    return _written(app, row.name, row.content, row.sha256)


def _written(app: Flask, name: str, content: str, sha256: str) -> Path:
    folder = Path(app.config["INSTANCE_FOLDER"]) / FOLDER / sha256[:32]
    path = folder / name
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        written = folder / f"{name}.{os.getpid()}.{threading.get_ident()}"
        written.write_text(content, encoding="utf-8")
        written.replace(path)
    return folder


def in_force(name: str, on: date) -> Path | None:
    """The folder of the office's edition that holds on the day; None where the shipped file holds."""
    if not has_app_context():
        return None
    known = _standing(current_app._get_current_object()).folders.get(name, ())  # type: ignore[attr-defined]
    found = next(((begins, folder) for begins, folder in known if begins <= on), None)
    tried = _tried.get()
    if tried is not None and tried.name == name and tried.begins <= on and (found is None or found[0] <= tried.begins):
        return tried.folder
    return found[1] if found is not None else None


editions.provide(in_force)

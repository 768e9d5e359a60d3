"""The demonstration county for tests that need a year of everything: made once a run and copied, whichever process asks first."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.db import engine
from tests.conftest import make_app

WISHES = ("--batches", "260", "--seed", "7")


def once(name: str, tmp_path_factory: pytest.TempPathFactory, make: Callable[[Path], None]) -> Path:
    """A folder that one process of the run makes and the others wait for."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base) / name
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "made").exists():
            make(folder)
            (folder / "made").touch()
    return folder


def made_once(seeded: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The instance folder of the county: its database, its files and ``said.json``, what the command said."""
    return once("living-county", tmp_path_factory, lambda folder: _make(folder, seeded))


def _make(folder: Path, seeded: Path) -> None:
    shutil.copy(seeded, folder / "shian.sqlite3")
    app = make_app(folder)
    with app.app_context():
        result = app.test_cli_runner().invoke(args=["demo", "--json", *WISHES])
        assert result.exit_code == 0, result.output
        engine().dispose()  # and what stands beside the database goes into it
    (folder / "said.json").write_text(result.stdout, encoding="utf-8")


def said(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "said.json").read_text(encoding="utf-8"))
    return found


def copy(folder: Path, to: Path) -> None:
    """A copy to do anything with."""
    to.mkdir(parents=True, exist_ok=True)
    for name in os.listdir(folder):
        if name.startswith("shian.sqlite3"):
            shutil.copy(folder / name, to / name)
        elif name == "files":
            shutil.copytree(folder / name, to / name, dirs_exist_ok=True)

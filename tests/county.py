"""The demonstration county of the tests: made once for all processes of a test run, since making it takes longer than most tests."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import make_app

WISH = ("--batches", "260", "--seed", "7")


@dataclass(frozen=True, slots=True)
class County:
    """``folder`` holds the database and the files that the command left; ``said`` is its answer."""

    folder: Path
    said: dict[str, Any]

    def settle(self, instance: Path) -> None:
        """Copy it into an instance of the program that nobody has open."""
        for ending in ("", "-wal", "-shm"):
            instance.joinpath(f"shian.sqlite3{ending}").unlink(missing_ok=True)
        shutil.copytree(self.folder, instance, dirs_exist_ok=True, ignore=shutil.ignore_patterns("said.json"))


def shared_folder(factory: pytest.TempPathFactory) -> Path:
    """One for all processes of a run: each worker of xdist has a folder of its own below it."""
    own = factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@contextmanager
def alone(place: Path) -> Iterator[Path]:
    """Whoever comes first makes what is to be there; everybody else waits for it."""
    with open(f"{place}.lock", "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield place


def the_county(folder: Path, seeded: Path) -> County:
    """The county in ``folder``."""
    with alone(folder / "county") as place:
        if not place.joinpath("said.json").exists():
            _make(place, seeded)
    return County(place, json.loads(place.joinpath("said.json").read_text("utf-8")))


def _make(place: Path, seeded: Path) -> None:
    work = place.with_name("county-begun")
    for left in (place, work):
        shutil.rmtree(left, ignore_errors=True)
    work.mkdir(parents=True)
    shutil.copy(seeded, work / "shian.sqlite3")
    app = make_app(work)
    answer = app.test_cli_runner().invoke(args=["demo", "--json", *WISH])
    assert answer.exit_code == 0, answer.output
    app.extensions["shian_engine"].dispose()
    place.mkdir()
    with closing(sqlite3.connect(work / "shian.sqlite3")) as source, closing(sqlite3.connect(place / "shian.sqlite3")) as copy:
        source.backup(copy)
    for left in work.iterdir():
        if not left.name.startswith("shian.sqlite3"):
            left.rename(place / left.name)
    place.joinpath("said.json").write_text(json.dumps(json.loads(answer.stdout)), "utf-8")

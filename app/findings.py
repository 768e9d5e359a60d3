"""What a check of ``flask doctor`` is and finds: ✓ in order, △ worth a look, ✗ wrong; each with what to do."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import psutil
import sqlalchemy as sa
from flask import current_app

from app.db import session


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found."""

    ok: bool
    message: str
    warns: bool = False
    title: str = ""

    @property
    def sign(self) -> str:
        return "✗" if not self.ok else "△" if self.warns else "✓"

    @property
    def level(self) -> str:
        return "fail" if not self.ok else "warn" if self.warns else "ok"


def warning(message: str) -> Finding:
    """Nothing is broken, but somebody should look."""
    return Finding(True, message, warns=True)


Check = Callable[[], Finding]
CHECKS: dict[str, tuple[str, Check]] = {}


def check(name: str, title: str) -> Callable[[Check], Check]:
    def register(function: Check) -> Check:
        CHECKS[name] = (title, function)
        return function

    return register


def examine() -> list[tuple[str, Finding]]:
    """Run every check; one that cannot run is a failure, not an end."""
    return examine_some(list(CHECKS))


def examine_some(names: Sequence[str]) -> list[tuple[str, Finding]]:
    """Run these checks alone, in the order of the doctor."""
    return [(name, replace(_run(function), title=title)) for name, (title, function) in CHECKS.items() if name in names]


def _run(function: Check) -> Finding:
    try:
        return function()
    except (sa.exc.SQLAlchemyError, OSError) as error:
        session().rollback()
        return Finding(False, f"检查无法完成：{str(error).splitlines()[0]}")


def folder() -> Path:
    return Path(current_app.config["INSTANCE_FOLDER"])


def production() -> bool:
    return bool(current_app.config["ENV"] == "production")


def open_to_others(path: Path) -> bool:
    return os.name == "posix" and bool(stat.S_IMODE(path.stat().st_mode) & 0o077)


def file_system(path: Path) -> str | None:
    """The kind of file system that holds the path, as the system names it; None where it does not say."""
    mounts = [part for part in psutil.disk_partitions(all=True) if path.resolve().is_relative_to(part.mountpoint)]
    return max(mounts, key=lambda part: len(part.mountpoint)).fstype if mounts else None

"""What runs (运行状态): signs of life of the workers and the sign that the installation is closed for maintenance.

Small files in ``INSTANCE_FOLDER/run``: they tell of this moment, cost the database nothing, and a lost one harms nobody.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psutil
from flask import Flask, current_app, request

from app import clock
from app.errors import NotAllowedNow, Refused

BEAT = timedelta(seconds=10)
ALIVE = timedelta(seconds=60)  # a worker not seen for so long is taken for dead
FORGOTTEN = timedelta(days=1)
CLOSED = "系统正在维护（{}），请稍后再试；已填写而未提交的内容请不要关闭页面"


def folder(app: Flask | None = None) -> Path:
    return Path((app or current_app).config["INSTANCE_FOLDER"]) / "run"


def _write(path: Path, told: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    beside.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
    beside.replace(path)


def _read(path: Path) -> dict[str, Any] | None:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


# ---------------------------------------------------------------- workers


@dataclass(frozen=True, slots=True)
class Sign:
    """The last sign of life of one worker."""

    name: str
    at: datetime

    def alive(self, now: datetime) -> bool:
        return now - self.at <= ALIVE


@contextmanager
def showing_life(app: Flask, name: str) -> Iterator[None]:
    """Note every ten seconds that this worker lives, whatever job it has in hand; a clean end takes the sign away."""
    ended, path = threading.Event(), folder(app) / f"worker-{name.replace(':', '-')}.json"

    def beat() -> None:
        while True:
            try:
                _write(path, {"name": name, "at": clock.now().isoformat()})
            except OSError:
                app.logger.warning("the worker's sign of life cannot be written: %s", path)
            if ended.wait(BEAT.total_seconds()):
                return

    thread = threading.Thread(target=beat, name="sign-of-life", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
        path.unlink(missing_ok=True)


def workers() -> list[Sign]:
    """The signs of the last day, newest first."""
    told = [_read(path) for path in folder().glob("worker-*.json")]
    signs = [Sign(str(one["name"]), datetime.fromisoformat(one["at"])) for one in told if one and {"name", "at"} <= one.keys()]
    return sorted((one for one in signs if clock.now() - one.at <= FORGOTTEN), key=lambda one: one.at, reverse=True)


# ---------------------------------------------------------------- closed for maintenance


def _sign(app: Flask | None = None) -> Path:
    return folder(app) / "maintenance.json"


def closed(app: Flask | None = None) -> str | None:
    """Why nobody may work now, or None."""
    path = _sign(app)
    if not path.exists():
        return None
    return str((_read(path) or {}).get("reason") or "维护")


def close(reason: str) -> None:
    """From now on pages answer 503 and workers take no job. Raises NotAllowedNow while another process keeps it closed."""
    path = _sign()
    told = _read(path) if path.exists() else None
    if told and _lives(told.get("pid")):
        raise NotAllowedNow(f"另一个命令正在办理“{told.get('reason')}”（进程 {told.get('pid')}），请等它结束")
    _write(path, {"reason": reason, "at": clock.now().isoformat(), "pid": os.getpid()})


def _lives(pid: Any) -> bool:
    return isinstance(pid, int) and pid != os.getpid() and psutil.pid_exists(pid)


def reopen() -> bool:
    """Let everybody work again; was it closed?"""
    was = _sign().exists()
    _sign().unlink(missing_ok=True)
    return was


@contextmanager
def maintenance(reason: str) -> Iterator[None]:
    """Closed while the block runs, whatever becomes of it; a power cut leaves it closed."""
    close(reason)
    try:
        yield
    finally:
        reopen()


ALWAYS = frozenset({"static", "pages.health", "pages.ready", "monitoring.metrics"})


def init_app(app: Flask) -> None:
    @app.before_request
    def turn_away() -> None:
        if request.endpoint not in ALWAYS and (reason := closed(app)) is not None:
            raise Closed(CLOSED.format(reason))


class Closed(Refused):
    """Nobody, for a while."""

    status = 503
    headers = {"Retry-After": "60"}

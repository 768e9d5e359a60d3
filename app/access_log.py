"""Every request, counted, timed and numbered; written as a line of JSON where ``ACCESS_LOG`` says so (访问日志).

The number is the 错误编号 of an error page too, so that a page, its line here and its traceback in the log of the program belong
together. No query, no form and no business content is written: the path, who it was, and how it ended.
"""

from __future__ import annotations

import json
import logging
import logging.handlers
import os
import socket
import time
import uuid
from bisect import bisect_left
from collections import Counter
from pathlib import Path
from threading import Lock
from typing import Any

from flask import Flask, g, request
from werkzeug.wrappers import Response

from app import clock

log = logging.getLogger("shian.access")
BOUNDS = (0.05, 0.1, 0.3, 1.0, 3.0, 10.0)  # seconds
NOTED_EVERY = 5.0  # seconds between two writings of a process's counts
OWNER_ONLY = 0o600


def number() -> str:
    """The number of this request."""
    if "shian_number" not in g:
        g.shian_number = uuid.uuid4().hex[:8]
    found: str = g.shian_number
    return found


class Counts:
    """What this process has answered since it began."""

    def __init__(self) -> None:
        self.requests: Counter[tuple[str, int]] = Counter()
        self.seconds = 0.0
        self.within = [0] * (len(BOUNDS) + 1)
        self.noted_at = float("-inf")
        self._lock = Lock()

    def add(self, method: str, status: int, seconds: float) -> None:
        with self._lock:
            self.requests[method, status] += 1
            self.seconds += seconds
            self.within[bisect_left(BOUNDS, seconds)] += 1

    def told(self) -> dict[str, Any]:
        with self._lock:
            return {
                "process": f"{socket.gethostname()}:{os.getpid()}",
                "requests": [[method, status, count] for (method, status), count in sorted(self.requests.items())],
                "seconds": round(self.seconds, 3), "within": list(self.within),
            }  # fmt: skip

    def note(self, folder: Path) -> None:
        """Leave the counts where whichever process is asked for /metrics finds them."""
        now = time.monotonic()
        if now - self.noted_at < NOTED_EVERY:
            return
        self.noted_at = now
        folder.mkdir(parents=True, exist_ok=True)
        beside = folder / f".web-{os.getpid()}"
        beside.write_text(json.dumps(self.told()), encoding="utf-8")
        beside.replace(folder / f"web-{socket.gethostname()}-{os.getpid()}.json")


def counts(app: Flask) -> Counts:
    """A process begun by another (gunicorn's) counts for itself."""
    held = app.extensions.get("shian_counts")
    if held is None or held[0] != os.getpid():
        held = app.extensions["shian_counts"] = (os.getpid(), Counts())
    found: Counts = held[1]
    return found


def init_app(app: Flask) -> None:
    """First of all, so that it sees the request first and the answer last."""
    if app.config["ACCESS_LOG"]:
        _open(str(app.config["ACCESS_LOG"]))

    @app.before_request
    def begin() -> None:
        g.shian_began = time.perf_counter()

    @app.after_request
    def end(response: Response) -> Response:
        seconds = time.perf_counter() - g.get("shian_began", time.perf_counter())
        if app.config["METRICS_NETS"]:
            _count(app, response.status_code, seconds)
        if app.config["ACCESS_LOG"]:
            response.headers["X-Request-Id"] = number()
            _write(app, _line(response.status_code, seconds))
        return response


def _write(app: Flask, line: str) -> None:
    """A log whose folder is gone must not cost the page either: the handler opens its file anew wherever it was moved away."""
    try:
        log.info(line)
    except OSError as error:
        app.logger.warning("the access log cannot be written: %s", error)


def _count(app: Flask, status: int, seconds: float) -> None:
    found = counts(app)
    found.add(request.method, status, seconds)
    try:
        found.note(Path(app.config["INSTANCE_FOLDER"]) / "run")
    except OSError as error:  # a full disk must not cost the page
        app.logger.warning("the counts of this process cannot be noted: %s", error)


def _line(status: int, seconds: float) -> str:
    user = getattr(g.get("_login_user"), "user", None)
    told = {
        "time": clock.office_time(clock.now()).isoformat(timespec="milliseconds"), "request": number(), "user": user.id if user else None,
        "address": request.remote_addr, "method": request.method, "path": request.path, "status": status, "ms": round(seconds * 1000),
    }  # fmt: skip
    return json.dumps(told, ensure_ascii=False)


def _open(place: str) -> None:
    for old in list(log.handlers):
        log.removeHandler(old)
        old.close()
    handler: logging.Handler = logging.StreamHandler()
    if place != "-":
        Path(place).touch(mode=OWNER_ONLY)
        handler = logging.handlers.WatchedFileHandler(place, encoding="utf-8")  # logrotate may move it away
    handler.setFormatter(logging.Formatter("%(message)s"))
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    log.propagate = False

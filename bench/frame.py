"""What every measurement shares: alternate runs, medians, the ratio, peak memory, and the line in results.md.

Machines are noisy and shared: the ratio of two medians taken side by side is what may be quoted, never a bare time.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import platform
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "instance" / "bench"
RESULTS = Path(__file__).with_name("results.md")
TODAY = "2026-11-20"  # the data sets end here, so that every run asks about the same year
POSTGRES = os.environ.get("SHIAN_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432/postgres")
DATABASES = ("sqlite", "postgresql")

os.environ["SHIAN_TODAY"] = TODAY
os.environ.pop("DATABASE_URL", None)


def arguments(about: str, *, rows: int, times: int = 5, databases: bool = False) -> argparse.ArgumentParser:
    """The options every script has; fewer rows make a smoke run quick."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--rows", type=int, default=rows, help=f"size of the data set (default {rows})")
    parser.add_argument("--times", type=int, default=times, help=f"runs of each path (default {times})")
    parser.add_argument("--record", action="store_true", help="append the result to bench/results.md")
    if databases:
        parser.add_argument("--database", choices=DATABASES, help="one of them only")
    return parser


def chosen(options: argparse.Namespace) -> Sequence[str]:
    """The databases to measure; PostgreSQL is passed over where there is none."""
    wanted = [options.database] if options.database else list(DATABASES)
    if "postgresql" in wanted and not _postgres_answers():
        print("No PostgreSQL at SHIAN_TEST_POSTGRES: left out.")
        wanted.remove("postgresql")
    return wanted


def _postgres_answers() -> bool:
    import psycopg

    try:
        psycopg.connect(POSTGRES, connect_timeout=3).close()
    except psycopg.OperationalError:
        return False
    return True


def machine() -> str:
    """What the figures depend on, without the name of the machine or a path on it."""
    return f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"


# ---------------------------------------------------------------- running

@dataclass(frozen=True)
class Span:
    """Seconds by the clock on the wall, and seconds of processor in this process and the children it has waited for.

    A shared machine stretches the first; the second stays put, but does not see the server of PostgreSQL. Zero processor
    means that nobody looked.
    """

    wall: float
    cpu: float

    @staticmethod
    def now() -> Span:
        children = os.times()
        return Span(time.perf_counter(), time.process_time() + children.children_user + children.children_system)

    def since(self, begun: Span, calls: int = 1) -> Span:
        return Span((self.wall - begun.wall) / calls, (self.cpu - begun.cpu) / calls)

    def __str__(self) -> str:
        return f"{_length(self.wall)} (cpu {_length(self.cpu)})" if self.cpu else _length(self.wall)


def _length(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1000:.2f} ms"


Run = Callable[[], Span | None]


def alternately(times: int, paths: Mapping[str, Run], *, warm: bool = False) -> dict[str, Span]:
    """The medians of each path, run in turn so that a slow minute of the machine hits all of them.

    A path that measures itself returns its span; otherwise the call is measured.
    """
    found: dict[str, list[Span]] = {name: [] for name in paths}
    if warm:
        for run in paths.values():
            run()
    for _ in range(times):
        for name, run in paths.items():
            gc.collect()
            begun = Span.now()
            own = run()
            found[name].append(own or Span.now().since(begun))
    return {name: median(spans) for name, spans in found.items()}


def median(spans: Sequence[Span]) -> Span:
    return Span(statistics.median(one.wall for one in spans), statistics.median(one.cpu for one in spans))


LONG_ENOUGH = 0.3  # seconds


def repeated(path: Callable[[], Any]) -> Run:
    """The mean of some calls in a row: a query of a millisecond is too short to time once."""

    def run() -> Span:
        begun, calls = Span.now(), 0
        while True:
            path()
            calls += 1
            now = Span.now()
            if now.wall - begun.wall > LONG_ENOUGH:
                return now.since(begun, calls)

    return run


@dataclass(frozen=True)
class Finished:
    """A run in a process of its own: what it printed, and the peak memory of it and of its own child in MB."""

    answer: dict[str, Any]
    peak: float
    peak_of_child: float


def in_process(module: str, order: Mapping[str, Any]) -> Finished:
    """Run a module with an order in a fresh process; it answers with one line of JSON."""
    process = subprocess.Popen(
        [sys.executable, "-m", module, json.dumps(order)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    peaks: dict[int, float] = {}
    over = threading.Event()
    watcher = threading.Thread(target=_watch, args=(process.pid, peaks, over), daemon=True)
    watcher.start()
    printed, _ = process.communicate()
    over.set()
    watcher.join()
    if process.returncode:
        raise SystemExit(f"{module} ended with {process.returncode}")
    children = [peak for pid, peak in peaks.items() if pid != process.pid]
    return Finished(json.loads(printed.splitlines()[-1]), peaks.get(process.pid, 0.0), max(children, default=0.0))


def _watch(pid: int, peaks: dict[int, float], over: threading.Event) -> None:
    """Peaks by the kernel's own high-water mark (Linux only): ru_maxrss would begin with the memory of the parent."""
    while not over.wait(0.05):
        for one in (pid, *_children(pid)):
            peak = _high_water(one)
            if peak:
                peaks[one] = max(peak, peaks.get(one, 0.0))


def _children(pid: int) -> list[int]:
    try:
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    except OSError:
        return []
    return [int(one) for one in text.split()]


def _high_water(pid: int) -> float:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmHWM")), 0.0)


# ---------------------------------------------------------------- telling


@dataclass
class Report:
    """Prints each comparison and, when asked to, keeps it."""

    job: str
    options: argparse.Namespace
    lines: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        print(f"{self.job}  [{machine()}; medians of {self.options.times}, alternating]", flush=True)

    def compare(self, what: str, ours: Span, floor: Span, goal: str, *, server: bool = False) -> None:
        """Ours beside a floor; what may be quoted is the ratio. ``server`` says that another process works for both."""
        ratio = f"{ours.wall / floor.wall:.2f}"
        if not server and floor.cpu:
            ratio += f" (cpu {ours.cpu / floor.cpu:.2f})"
        print(f"  {what}: ours {ours}, floor {floor}, ratio {ratio}; goal {goal}", flush=True)
        self.lines.append(f"{what} | {ours} | {floor} | {ratio} | {goal}")

    def note(self, what: str, value: str, goal: str = "") -> None:
        print(f"  {what}: {value}{f'; goal {goal}' if goal else ''}", flush=True)
        self.lines.append(f"{what} | {value} | – | – | {goal or '–'}")

    def finish(self) -> None:
        if not self.options.record:
            return
        head = f"{date.today().isoformat()} | {machine()} | {self.job} | {self.options.rows:,}×{self.options.times}"
        with RESULTS.open("a", encoding="utf-8") as file:
            file.writelines(f"| {head} | {line} |\n" for line in self.lines)

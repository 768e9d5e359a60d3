"""Child processes that open hostile files (解析子进程): no environment, limits of memory and time, ended with the block.

Workbooks and pictures are parsed in such a child. It sets its own limits before it touches the file; this side watches
the time, and on systems without resource limits the memory as well.
"""

from __future__ import annotations

import json
import os
import struct
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from typing import IO, Any, Protocol

ROOT = Path(__file__).resolve().parent.parent
FRAME = struct.Struct(">cI")  # one letter, the length of what follows
HAS_RLIMIT = os.name == "posix"


class Limits(Protocol):
    """What a child may cost."""

    @property
    def memory_bytes(self) -> int: ...
    @property
    def cpu_seconds(self) -> int: ...
    @property
    def wall_seconds(self) -> int: ...


@contextmanager
def child(module: str, order: Mapping[str, Any], limits: Limits) -> Iterator[IO[bytes]]:
    """The child's output; the child never outlives this block, nor sees our environment and its secrets."""
    process = subprocess.Popen(  # noqa: S603 - fixed program, no shell
        [sys.executable, "-m", module, json.dumps(order)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=ROOT,
        env={name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "TEMP") if name in os.environ},
    )
    over = Event()
    watcher = Thread(target=watch, args=(process, limits, over), daemon=True)
    watcher.start()
    try:
        assert process.stdout is not None
        _widen(process.stdout)
        yield process.stdout
    finally:
        over.set()
        process.kill()
        process.communicate()
        watcher.join()


def _widen(pipe: IO[bytes]) -> None:
    """A pipe of 1 MB lets the child go on while we split its rows; Linux only, and only a matter of speed."""
    try:
        import fcntl

        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, 1 << 20)
    except (ImportError, AttributeError, OSError):
        return


def watch(process: subprocess.Popen[bytes], limits: Limits, over: Event, rlimit: bool = HAS_RLIMIT) -> None:
    """End a child that takes too long; where the system has no resource limits (Windows), too much memory as well."""
    import psutil

    deadline = time.monotonic() + limits.wall_seconds
    while not over.wait(0.1):
        if time.monotonic() > deadline:
            process.kill()
        elif not rlimit:
            try:
                if psutil.Process(process.pid).memory_info().rss > limits.memory_bytes:
                    process.kill()
            except psutil.Error:
                return


def limit_resources(limits: Limits) -> None:
    """In the child, before the file is touched. Linux only; elsewhere the parent watches from outside."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_seconds, limits.cpu_seconds + 1))

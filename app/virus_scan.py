"""恶意代码防范: every file is shown to a clamd of the office before any page or command sees it (CLAMD_ADDRESS).

Source: GB/T 22239-2019 8.1.4.5. It fails closed: while the scanner is away no file is taken (``installation/door_views.py``,
``brought_files.py``). The protocol is INSTREAM of clamd: pieces with their length before them, an empty one, and one line of answer.
"""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from flask import current_app

from app.domain.syslog import Address
from app.domain.virus_scan import Verdict, scanner, verdict
from app.errors import NotAllowedNow

CHUNK, LONGEST_ANSWER = 1 << 16, 4096
SECONDS = 30.0  # of silence, after which the scanner counts as away
AWAY = "病毒检查服务没有应答（{}），文件没有接收，其他办理不受影响；请稍后再试，仍不行的请系统管理员检查 clamd"


def address() -> Address | None:
    return scanner(str(current_app.config["CLAMD_ADDRESS"] or ""))


def scan(stream: IO[bytes]) -> Verdict:
    """Show it to the scanner. Raises NotAllowedNow when there is no answer that can be relied on."""
    try:
        with _connected() as line:
            line.sendall(b"zINSTREAM\0")
            while piece := stream.read(CHUNK):
                line.sendall(struct.pack("!I", len(piece)) + piece)
            line.sendall(struct.pack("!I", 0))
            return verdict(_answer(line))
    except (OSError, ValueError) as fault:
        raise NotAllowedNow(AWAY.format(_plain(fault))) from fault


def version() -> str:
    """What the scanner says of itself, with the day of its signatures. Raises NotAllowedNow."""
    try:
        with _connected() as line:
            line.sendall(b"zVERSION\0")
            return _answer(line)
    except (OSError, ValueError) as fault:
        raise NotAllowedNow(AWAY.format(_plain(fault))) from fault


@contextmanager
def _connected() -> Iterator[socket.socket]:
    where = address()
    if where is None:
        raise NotAllowedNow("没有设置病毒检查服务，请在 config.py 中填写 CLAMD_ADDRESS，如 unix:///run/clamav/clamd.ctl")
    if where.kind == "unix":
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
            line.settimeout(SECONDS)
            line.connect(where.host)
            yield line
        return
    with socket.create_connection((where.host, where.port), timeout=SECONDS) as line:
        yield line


def _answer(line: socket.socket) -> str:
    """Up to the zero that ends it; an answer that never ends is none."""
    said = b""
    while not said.endswith(b"\0"):
        part = line.recv(LONGEST_ANSWER)
        said += part
        if not part or len(said) > LONGEST_ANSWER:
            raise ValueError("应答不完整")
    return said.rstrip(b"\0").decode("utf-8", "replace")


def _plain(fault: Exception) -> str:
    return "超时" if isinstance(fault, TimeoutError) else (getattr(fault, "strerror", None) or str(fault) or "没有连接")

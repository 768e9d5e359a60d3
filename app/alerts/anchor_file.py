"""锚点文件: the second place of the heads of the chain, outside the database. Lines are added and never changed."""

from __future__ import annotations

import os
import re
from pathlib import Path

from flask import current_app

from app.errors import NotLikeThis

LINE = re.compile(r"seq=(\d+) head=([0-9a-f]{64})")
SOUND = "校验链完好"  # of an anchor; other lines are of other kinds


def file() -> Path:
    """The second place: ANCHOR_FILE, best on another disk or machine; else a file of the instance folder."""
    written = current_app.config["ANCHOR_FILE"]
    return Path(written) if written else Path(current_app.config["INSTANCE_FOLDER"]) / "anchors.log"


def written() -> list[tuple[int, str]]:
    """The lines of the anchor file by their number. A file that is not there yet has none; one that cannot be read is refused."""
    try:
        return list(enumerate(file().read_text(encoding="utf-8").splitlines(), 1))
    except FileNotFoundError:
        return []
    except OSError as fault:
        raise NotLikeThis(f"校验锚点文件 {file()} 读不出来（{fault.strerror}），请检查 ANCHOR_FILE 的路径和权限") from fault


def lines() -> list[tuple[int, int, str]]:
    """The anchors in the file: line, number of the entry, hash."""
    found = ((number, LINE.search(line)) for number, line in written() if SOUND in line)
    return [(number, int(match.group(1)), match.group(2)) for number, match in found if match]


def append(line: str) -> str:
    """The line at the end of the anchor file, on the disk when this returns where that is. Raises NotLikeThis."""
    path = file()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(descriptor, "a", encoding="utf-8") as opened:
            opened.write(line)
            opened.flush()
            os.fsync(opened.fileno())
    except OSError as fault:
        raise NotLikeThis(f"校验锚点文件 {path} 写不进去（{fault.strerror}），请检查 ANCHOR_FILE 的路径和权限") from fault
    return str(path)[:300]

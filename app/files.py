"""The store of bytes (文件库): every uploaded or made file under its SHA-256, ``INSTANCE_FOLDER/files/ab/cd/<sha256>``.

A file is written beside its place, forced to disk and renamed, so that a name in the store always means whole content.
Content is never changed; two uploads of the same bytes are one file. Metadata is in the database. Nothing is removed but the
file of an export whose time has run out: it can be made again, and what it says of people should not lie about.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from flask import current_app

from app.errors import NotFound

DIGEST = re.compile(r"[0-9a-f]{64}")
CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Stored:
    """Where content went: its SHA-256 and its size in bytes."""

    sha256: str
    size: int


def folder() -> Path:
    """The store of this installation."""
    return Path(current_app.config["INSTANCE_FOLDER"]) / "files"


def place(sha256: str, within: Path | None = None) -> Path:
    """Where content of this digest lives, whether or not it is there."""
    if not DIGEST.fullmatch(sha256):
        raise ValueError(f"not a SHA-256: {sha256!r}")
    return (within or folder()) / sha256[:2] / sha256[2:4] / sha256


def store(content: bytes) -> Stored:
    """Keep the content. Safe before a transaction: a name nobody refers to harms nobody."""
    sha256 = hashlib.sha256(content).hexdigest()
    target = place(sha256)
    if not intact(target, sha256):
        target.parent.mkdir(parents=True, exist_ok=True)
        write_whole(target, content)
    return Stored(sha256, len(content))


def write_whole(target: Path, content: bytes) -> None:
    """Write beside the target, force to disk, rename: a power cut leaves the old file or the new one, never half of one."""
    beside = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    try:
        with beside.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)
    fsync_folder(target.parent)


def fsync_folder(path: Path) -> None:
    """Force the folder's own entry to disk (Windows cannot, and does not need to)."""
    if os.name != "posix":
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def digest_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def intact(path: Path, sha256: str) -> bool:
    """Is the file there, with the content its name promises?"""
    return path.is_file() and digest_of(path) == sha256


def path_of(sha256: str) -> Path:
    """The verified file of this digest.

    Raises NotFound when it is missing or no longer what it was: damaged content is never handed out.
    """
    found = place(sha256)
    if not intact(found, sha256):
        raise NotFound("文件缺失或已损坏，无法下载；请联系系统管理员从备份中恢复")
    return found


def read(sha256: str) -> bytes:
    """The verified content of this digest."""
    return path_of(sha256).read_bytes()


def discard(sha256: str) -> bool:
    """Remove content that no record hands out any more; was it there? Whoever calls has asked the records."""
    found = place(sha256)
    there = found.is_file()
    found.unlink(missing_ok=True)
    return there


def stored(within: Path | None = None) -> Iterator[Path]:
    """Every file of the store, in the order of its digest."""
    root = within or folder()
    for path in sorted(root.glob("??/??/*")):
        if DIGEST.fullmatch(path.name):
            yield path

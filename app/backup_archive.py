"""The backup file (备份文件): a plain tar whose every byte is covered by a SHA-256.

Members, then ``manifest.json`` with the digest of each, the end marks of the tar, and after them one block of 512 bytes that
names the digest of everything before it. Any tar program reads it and ignores the last block; ``check()`` misses no
flipped byte.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import secrets
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any

from app.files import CHUNK, fsync_folder

BLOCK = 512
MARK = b"SHIAN-BACKUP-1 sha256="
MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class Member:
    """One file of the backup."""

    name: str
    size: int
    sha256: str


class _Hashing(io.RawIOBase):
    """Passes bytes on and hashes them."""

    def __init__(self, target: IO[bytes]) -> None:
        self.target, self.digest = target, hashlib.sha256()

    def writable(self) -> bool:
        return True

    def write(self, content: Any) -> int:
        self.digest.update(content)
        return self.target.write(content)


@dataclass
class Writer:
    """Adds members one after another and remembers their digests."""

    tar: tarfile.TarFile
    moment: int
    members: list[Member] = field(default_factory=list)

    def add(self, name: str, path: Path) -> None:
        with path.open("rb") as source:
            digest = hashlib.file_digest(source, "sha256").hexdigest()
            size = source.tell()
            source.seek(0)
            self.tar.addfile(self._entry(name, size), source)
        self.members.append(Member(name, size, digest))

    def add_manifest(self, manifest: dict[str, Any]) -> None:
        """Last: the digests of all members and whatever else is known of them."""
        listed = {**manifest, "members": [asdict(member) for member in self.members]}
        content = json.dumps(listed, ensure_ascii=False, indent=1, sort_keys=True).encode("utf-8")
        self.tar.addfile(self._entry(MANIFEST, len(content)), io.BytesIO(content))

    def _entry(self, name: str, size: int) -> tarfile.TarInfo:
        entry = tarfile.TarInfo(name)
        entry.size, entry.mtime, entry.mode = size, self.moment, 0o600
        return entry


@contextmanager
def writing(target: Path, moment: int) -> Iterator[Writer]:
    """Write a backup beside its place, readable by its owner only; it gets its name when whole and on disk."""
    beside = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    try:
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            hashing = _Hashing(file)
            with tarfile.open(fileobj=hashing, mode="w|", format=tarfile.PAX_FORMAT) as tar:  # type: ignore[call-overload]
                yield Writer(tar, moment)
            file.write(_trailer(hashing.digest.hexdigest()))
            file.flush()
            os.fsync(file.fileno())
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)
    fsync_folder(target.parent)


def _trailer(digest: str) -> bytes:
    return (MARK + digest.encode("ascii") + b"\n").ljust(BLOCK, b"\0")


@contextmanager
def reading(path: Path) -> Iterator[tarfile.TarFile]:
    with tarfile.open(path, "r:") as tar:
        yield tar


def manifest_of(path: Path) -> dict[str, Any]:
    """The manifest of a backup; raises ValueError when there is none to be read."""
    try:
        with reading(path) as tar:
            source = tar.extractfile(MANIFEST)
            assert source is not None
            found: dict[str, Any] = json.load(source)
            _listed(found)
            return found
    except (tarfile.TarError, KeyError, TypeError, OSError, ValueError, AssertionError) as error:
        raise ValueError("no manifest") from error


def _listed(manifest: dict[str, Any]) -> dict[str, Member]:
    """The members by name; a damaged manifest may say anything."""
    return {member.name: member for member in (Member(**entry) for entry in manifest["members"])}


def check(path: Path) -> list[str]:
    """What is wrong with a backup file, as sentences; empty when every byte is as written."""
    problems = [] if _whole(path) else ["备份文件与其校验值不符：内容被改动、损坏或不完整"]
    try:
        manifest = manifest_of(path)
    except ValueError:
        return [*problems, "备份文件中没有可读的清单"]
    expected = _listed(manifest)
    with suppress(tarfile.TarError, EOFError), reading(path) as tar:
        for entry in tar:
            if entry.name != MANIFEST:
                problems += _differences(tar, entry, expected.pop(entry.name, None))
    return problems + [f"缺少 {name}" for name in expected]


def _differences(tar: tarfile.TarFile, entry: tarfile.TarInfo, expected: Member | None) -> list[str]:
    if expected is None or not entry.isreg():
        return [f"{entry.name} 不在清单中"]
    source = tar.extractfile(entry)
    assert source is not None
    found = hashlib.sha256()
    while chunk := source.read(CHUNK):
        found.update(chunk)
    same = found.hexdigest() == expected.sha256 and entry.size == expected.size
    return [] if same else [f"{entry.name} 的内容与清单不符"]


def _whole(path: Path) -> bool:
    """Does the last block name the digest of everything before it?"""
    left = path.stat().st_size - BLOCK
    if left <= 0:
        return False
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while left > 0:
            chunk = file.read(min(CHUNK, left))
            digest.update(chunk)
            left -= len(chunk)
        return file.read() == _trailer(digest.hexdigest())


def unpack(tar: tarfile.TarFile, member: Member, target: Path) -> None:
    """Write one member to a place of our choosing; its own name is never used as a path.

    Raises ValueError when what arrives is not what the manifest promises.
    """
    source = tar.extractfile(member.name)
    assert source is not None
    target.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with target.open("wb") as file:
        while chunk := source.read(CHUNK):
            digest.update(chunk)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    if digest.hexdigest() != member.sha256:
        raise ValueError(member.name)

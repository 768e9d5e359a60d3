"""The store of bytes: whole content under its digest, or nothing."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from flask import Flask

from app import files
from app.errors import NotFound

CONTENT = "抽样单附件".encode()
DIGEST = hashlib.sha256(CONTENT).hexdigest()


def test_content_lies_under_its_digest(app: Flask):
    stored = files.store(CONTENT)
    assert (stored.sha256, stored.size) == (DIGEST, len(CONTENT))
    expected = Path(app.config["INSTANCE_FOLDER"], "files", DIGEST[:2], DIGEST[2:4], DIGEST)
    assert files.path_of(DIGEST) == expected
    assert files.read(DIGEST) == CONTENT


def test_the_same_content_is_one_file_and_nothing_is_left_beside(app: Flask):
    files.store(CONTENT)
    before = files.place(DIGEST).stat().st_mtime_ns
    files.store(CONTENT)
    assert files.place(DIGEST).stat().st_mtime_ns == before
    assert [path.name for path in files.place(DIGEST).parent.iterdir()] == [DIGEST]


def test_damaged_content_is_never_handed_out_and_is_mended_by_the_next_upload(app: Flask):
    files.store(CONTENT)
    files.place(DIGEST).write_bytes(b"something else")
    with pytest.raises(NotFound, match="从备份中恢复"):
        files.read(DIGEST)
    files.store(CONTENT)
    assert files.read(DIGEST) == CONTENT


def test_a_failed_write_leaves_nothing(app: Flask, monkeypatch: pytest.MonkeyPatch):
    """Disk full, or the plug pulled before the rename."""

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        files.store(CONTENT)
    monkeypatch.undo()
    assert list(files.stored()) == []
    assert list(files.place(DIGEST).parent.iterdir()) == []


@pytest.mark.parametrize("name", ["../../etc/passwd", "A" * 64, "", DIGEST[:63], f"{DIGEST}\n"])
def test_only_a_digest_names_a_file(app: Flask, name: str):
    with pytest.raises(ValueError, match="SHA-256"):
        files.place(name)

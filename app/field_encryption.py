"""字段加密: single values under AES-256-GCM with a key of the installation, which is never in the database.

A sealed value reads ``enc:<key id>:<base64>``. The keys are lines ``id hex`` of the file ``field_key`` (0600) in the instance folder, or
the setting FIELD_KEY (``id:hex,id:hex``); the last one seals, the earlier ones still open: keys can be changed and old backups read.
What a value belongs to is bound into the seal: a sealed secret copied into another column does not open there.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import current_app

from app.config import instance_folder
from app.errors import NotAllowedNow, NotLikeThis

FILE = "field_key"
PREFIX = "enc:"
SEALED = re.compile(r"enc:([a-z0-9]{1,12}):([A-Za-z0-9+/=]+)")
LINE = re.compile(r"([a-z0-9]{1,12})[ :]([0-9a-f]{64})")
KEY_BYTES, NONCE_BYTES = 32, 12
NO_KEY = "没有打开该内容所需的密钥“{}”：请把备份保管的 field_key 文件放回数据文件夹，或在 FIELD_KEY 中补上该密钥"
DAMAGED = "加密内容已损坏或被挪用，无法打开，请从备份恢复并报告审计管理员"
BAD_FILE = "字段加密密钥的写法不对：每行一个，形如“k1 64 位十六进制”，请从备份恢复 field_key 或核对 FIELD_KEY"


@dataclass(frozen=True, slots=True)
class Keyring:
    """密钥: by id, in the order they came into use."""

    keys: Mapping[str, bytes]

    @property
    def current(self) -> str:
        return list(self.keys)[-1]


def seal(text: str, purpose: str, key_id: str | None = None) -> str:
    """The text under the key in use. ``purpose`` says what it is (``table.column``) and has to be said again to open it."""
    ring = keyring(make=True)
    chosen = key_id or ring.current
    nonce = secrets.token_bytes(NONCE_BYTES)
    box = nonce + AESGCM(ring.keys[chosen]).encrypt(nonce, text.encode("utf-8"), _bound(chosen, purpose))
    return f"{PREFIX}{chosen}:{base64.b64encode(box).decode('ascii')}"


def unseal(sealed: str, purpose: str) -> str:
    """The text again. Raises NotAllowedNow where its key is missing or the value was touched."""
    found = SEALED.fullmatch(sealed)
    if found is None:
        raise NotAllowedNow(DAMAGED)
    ring = keyring()
    if found[1] not in ring.keys:
        raise NotAllowedNow(NO_KEY.format(found[1]))
    try:
        box = base64.b64decode(found[2], validate=True)
        return AESGCM(ring.keys[found[1]]).decrypt(box[:NONCE_BYTES], box[NONCE_BYTES:], _bound(found[1], purpose)).decode("utf-8")
    except (binascii.Error, InvalidTag, ValueError) as fault:
        raise NotAllowedNow(DAMAGED) from fault


def is_sealed(text: str | None) -> bool:
    return text is not None and SEALED.fullmatch(text) is not None


def key_of(sealed: str) -> str | None:
    """The id of the key that a sealed value is under."""
    found = SEALED.fullmatch(sealed)
    return found[1] if found else None


def _bound(key_id: str, purpose: str) -> bytes:
    return f"{key_id}|{purpose}".encode()


# ---------------------------------------------------------------- keys


def keyring(*, make: bool = False) -> Keyring:
    """The keys of this installation, read again when the file has changed (another process may have added one)."""
    written = current_app.config.get("FIELD_KEY")
    if written:
        return _read(written.replace(",", "\n"))
    path = file()
    if not path.exists():
        if not make:
            return Keyring({})
        add_key()
    stamp = (str(path), path.stat().st_mtime_ns)
    kept = current_app.extensions.get("shian_keyring")
    if kept is None or kept[0] != stamp:
        kept = current_app.extensions["shian_keyring"] = (stamp, _read(path.read_text(encoding="ascii", errors="replace")))
    ring: Keyring = kept[1]
    return ring


def file() -> Path:
    return Path(current_app.config.get("INSTANCE_FOLDER") or instance_folder()) / FILE


def from_setting() -> bool:
    return bool(current_app.config.get("FIELD_KEY"))


def add_key() -> str:
    """A new key at the end of the file: it seals from now on. Returns its id. Raises NotAllowedNow where the setting rules."""
    if from_setting():
        raise NotAllowedNow("密钥由 FIELD_KEY 设置提供：请在其末尾加上新密钥（用逗号分隔）并重启，再执行本命令")
    path = file()
    before = path.read_text(encoding="ascii") if path.exists() else ""
    ring = _read(before) if before.strip() else Keyring({})
    key = secrets.token_bytes(KEY_BYTES)
    key_id = f"k{len(ring.keys) + 1}{fingerprint(key)[:4]}"  # the first key of another installation is another key
    _write(path, f"{before.rstrip()}\n{key_id} {key.hex()}\n".lstrip(), new=not before)
    return key_id


def _write(path: Path, text: str, *, new: bool) -> None:
    """Whole or not at all; of two processes that make the first key at once, one wins and both use it."""
    beside = path.with_name(f"{path.name}.{os.getpid()}.new")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as written:
        written.write(text)
        written.flush()
        os.fsync(written.fileno())
    try:
        if new and os.name == "posix":
            os.link(beside, path)  # refuses where there is one already
        else:
            beside.replace(path)
    except FileExistsError:
        pass
    finally:
        beside.unlink(missing_ok=True)


def _read(text: str) -> Keyring:
    found: dict[str, bytes] = {}
    for line in filter(None, (one.strip() for one in text.splitlines())):
        read = LINE.fullmatch(line)
        if read is None:
            raise NotLikeThis(BAD_FILE)
        found[read[1]] = bytes.fromhex(read[2])
    if not found:
        raise NotLikeThis(BAD_FILE)
    return Keyring(found)


def fingerprint(key: bytes) -> str:
    """Tells two keys apart without telling either."""
    return hashlib.sha256(b"shian fingerprint" + key).hexdigest()[:8]


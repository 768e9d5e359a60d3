"""签名校验码: an HMAC over what a signature says, under a key that is not in the database (GB/T 22239 level 3, 数据完整性).

Made where 字段加密 is on, whose keys it takes, and kept in the chained entry of the signed step: whoever owns the database can write a
record, its signature and the whole chain anew, but not this.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from typing import Any

from app.chain import canonical, plain
from app.field_encryption import keyring
from app.secret_columns import encrypting

SAID = (
    "subject_kind", "subject_id", "step", "signed_at", "user_id", "for_user_id", "name", "meaning", "method", "record_sha256",
    "record_version",
)  # fmt: skip
PURPOSE = b"approval_signature.mac"  # no key serves two purposes


def made(said: Mapping[str, Any]) -> str | None:
    """``key id:hex`` over the columns of a signature; None where field encryption is off."""
    if not encrypting():
        return None
    ring = keyring(make=True)
    return f"{ring.current}:{_mac(ring.keys[ring.current], said)}"


def fault(said: Mapping[str, Any], written: str) -> str | None:
    """What is wrong with the code that the history keeps of a signature; None where it is sound."""
    key_id, _, code = written.partition(":")
    key = keyring().keys.get(key_id)
    if key is None:
        return f"签名校验码所用的密钥“{key_id[:12]}”不在本机，无法核对，请把备份保管的密钥放回后重新核对"
    return None if hmac.compare_digest(_mac(key, said), code) else "签名校验码不符，签名或办理记录可能在数据库中被改写"


def _mac(key: bytes, said: Mapping[str, Any]) -> str:
    derived = hmac.new(key, PURPOSE, hashlib.sha256).digest()
    text = canonical({name: plain(said[name]) for name in SAID})
    return hmac.new(derived, text.encode("utf-8"), hashlib.sha256).hexdigest()

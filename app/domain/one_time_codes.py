"""动态口令: time-based one-time passwords (RFC 6238 over RFC 4226) and who has to have one.

Thirty seconds, six digits and HMAC-SHA-1, because that is what the common applications on telephones read.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import re
import unicodedata
from collections.abc import Iterable
from datetime import UTC, datetime
from urllib.parse import quote, urlencode

from app.domain.actors import ADMINISTRATORS, Actor, Role
from app.domain.permissions import DELEGABLE, may_ever

SECONDS = 30
DIGITS = 6
DRIFT = 1  # a telephone may be one period before or behind us
SECRET_BYTES = 20  # RFC 4226: as long as the digest
RECOVERY_CODES = 10
RECOVERY_SIGNS = "23456789abcdefghjkmnpqrstuvwxyz"  # nothing that looks like something else
RECOVERY_LENGTH = 12  # 59 bits, and the table holds slow hashes of them
WRITTEN_CODE = re.compile(rf"\d{{{DIGITS}}}")
HIGHEST_LEVEL = 3


def period_at(moment: datetime) -> int:
    """The number of the period in which a stored moment (naive UTC) lies."""
    return int(moment.replace(tzinfo=UTC).timestamp()) // SECONDS


def code_of(secret: bytes, period: int, digits: int = DIGITS, digest: str = "sha1") -> str:
    """The code of one period."""
    mac = hmac.new(secret, period.to_bytes(8, "big"), digest).digest()
    start = mac[-1] & 0x0F
    number = int.from_bytes(mac[start : start + 4], "big") & 0x7FFFFFFF
    return str(number % 10**digits).zfill(digits)


def tidy(written: str) -> str:
    """What was typed: full-width digits, spaces and hyphens make no difference."""
    return re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", written)).lower()


def is_code(written: str) -> bool:
    """Does it look like a code (and not like a password, which is longer)?"""
    return WRITTEN_CODE.fullmatch(tidy(written)) is not None


def matching_period(secret: bytes, written: str, at: datetime, last: int) -> int | None:
    """The period that the code belongs to, or None: wrong, too old, or of a period that was used already (a replay)."""
    code, now = tidy(written), period_at(at)
    found = None
    for period in range(now - DRIFT, now + DRIFT + 1):
        if hmac.compare_digest(code_of(secret, period).encode(), code.encode()) and period > last:
            found = period
    return found


def as_text(secret: bytes) -> str:
    """The secret as an application takes it typed."""
    return base64.b32encode(secret).decode("ascii").rstrip("=")


def from_text(written: str) -> bytes:
    """Raises ValueError where it is no secret."""
    try:
        return base64.b32decode(written + "=" * (-len(written) % 8))
    except binascii.Error as fault:
        raise ValueError("not a secret") from fault


def in_groups(written: str) -> str:
    """In groups of four, for reading and typing."""
    return " ".join(written[start : start + 4] for start in range(0, len(written), 4))


def address(secret: bytes, site: str, username: str) -> str:
    """What the QR code says (otpauth, as the applications know it)."""
    name = quote(f"{site}:{username}")
    query = {"secret": as_text(secret), "issuer": site, "algorithm": "SHA1", "digits": DIGITS, "period": SECONDS}
    return f"otpauth://totp/{name}?{urlencode(query, quote_via=quote)}"


def recovery_text(signs: str) -> str:
    """A recovery code as it is printed: three groups of four."""
    return "-".join(signs[start : start + 4] for start in range(0, len(signs), 4))


def roles_with_factor(level: int, named: Iterable[str] | None = None) -> frozenset[Role]:
    """Roles whose people must have a second factor: those named, else at level 3 the three administrators and whoever decides.

    Raises ValueError with the word that is no role.
    """
    if named is not None:
        return frozenset(_role(word) for word in named)
    return ADMINISTRATORS | deciding_roles() if level >= HIGHEST_LEVEL else frozenset()


def _role(word: str) -> Role:
    if word not in {role.value for role in Role}:
        raise ValueError(word)
    return Role(word)


def deciding_roles() -> frozenset[Role]:
    """Roles that hold a decision which may be left to another while away: the approvers."""
    return frozenset(
        role for role in Role if any(may_ever(Actor(0, role.value, frozenset({role}), 0, "/0/"), one) for one in DELEGABLE)
    )

"""口令: hashing with Argon2id (OWASP parameters), one-time passwords, and what a person's own may not contain."""

from __future__ import annotations

import secrets
import threading
from base64 import b64encode
from collections.abc import Iterable

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask import current_app

from app.accounts import password_list
from app.domain import passwords as rules
from app.domain.passwords import LONGEST

__all__ = ["LONGEST", "faults", "hash_password", "matches", "one_time_password", "words_of"]

# t=2, m=19 MiB, p=1: OWASP's minimum, a fifth of the library's default cost on an office server.
TIMES, MEMORY = 2, 19456
_hasher = PasswordHasher(time_cost=TIMES, memory_cost=MEMORY, parallelism=1)
_at_once = threading.BoundedSemaphore(4)  # more hashes at once only make every sign-in slower

# What an unknown user name is checked against, so that time tells nothing: the hash of no password, since it is drawn, not
# reckoned (which would cost every command its time).
_drawn = (b64encode(secrets.token_bytes(size)).decode().rstrip("=") for size in (16, 32))
_decoy = f"$argon2id$v=19$m={MEMORY},t={TIMES},p=1${'$'.join(_drawn)}"

SHORTEST_INITIALS = 4
LETTERS = "abcdefghjkmnpqrstuvwxyz"
CAPITALS = "ABCDEFGHJKMNPQRSTUVWXYZ"
DIGITS = "23456789"
SIGNS = "@#%+=?"


def hash_password(password: str) -> str:
    with _at_once:
        return _hasher.hash(password)


def matches(stored: str | None, password: str) -> bool:
    """Does the password belong to the hash? With no hash the same time is spent."""
    with _at_once:
        try:
            return _hasher.verify(stored or _decoy, password) and stored is not None
        except (VerificationError, InvalidHashError):
            return False


def one_time_password() -> str:
    """A random initial password of 14 characters from four classes, without look-alikes."""
    groups = (LETTERS, CAPITALS, DIGITS, SIGNS)
    characters = [secrets.choice(group) for group in groups]
    characters += [secrets.choice(LETTERS + CAPITALS + DIGITS) for _ in range(10)]
    secrets.SystemRandom().shuffle(characters)
    return "".join(characters)


def faults(password: str, *, context: Iterable[str] = ()) -> list[str]:
    """Why this password is refused by the rules of this installation (PASSWORD_LENGTH, PASSWORD_CLASSES, PASSWORD_LIST)."""
    settings = current_app.config
    found = rules.faults(password, context=context, shortest=settings["PASSWORD_LENGTH"], classes=settings["PASSWORD_CLASSES"])
    return [*found, password_list.SENTENCE] if password_list.holds(password) else found


def words_of(username: str, name: str, org_name: str) -> list[str]:
    """Words a person's password may not contain: user name, name, its pinyin in both orders, the office's pinyin.

    The initials of a name are left out: two or three letters occur in any good password.
    """
    from pypinyin import lazy_pinyin

    syllables = lazy_pinyin(name)
    place = lazy_pinyin(org_name[:2])  # 蓟州区市场监督管理局 is jizhou to everybody
    office = "".join(initial[0] for initial in lazy_pinyin(org_name) if initial)
    return [
        username, name, "".join(syllables), "".join(syllables[1:] + syllables[:1]), "".join(place),
        *([office] if len(office) >= SHORTEST_INITIALS else []),
    ]

"""口令: hashing with Argon2id (OWASP parameters) and the rules of GB/T 22239 8.1.4.1."""

from __future__ import annotations

import secrets
import threading
from base64 import b64encode
from collections.abc import Iterable

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

# t=2, m=19 MiB, p=1: OWASP's minimum, a fifth of the library's default cost on an office server.
TIMES, MEMORY = 2, 19456
_hasher = PasswordHasher(time_cost=TIMES, memory_cost=MEMORY, parallelism=1)
_at_once = threading.BoundedSemaphore(4)  # more hashes at once only make every sign-in slower

# What an unknown user name is checked against, so that time tells nothing: the hash of no password, since it is drawn, not
# reckoned (which would cost every command its time).
_drawn = (b64encode(secrets.token_bytes(size)).decode().rstrip("=") for size in (16, 32))
_decoy = f"$argon2id$v=19$m={MEMORY},t={TIMES},p=1${'$'.join(_drawn)}"

SHORTEST, LONGEST = 10, 128
SHORTEST_INITIALS = 4
COMMON = ("password", "passw0rd", "qwerty", "123456", "654321", "abc123", "admin", "welcome", "iloveyou", "1q2w3e", "letmein")
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
    """Why this password is refused; each sentence says what to do.

    ``context`` holds words that may not occur in it: the user name, the person's name in pinyin and so on.
    """
    found: list[str] = []
    if not SHORTEST <= len(password) <= LONGEST:
        found.append(f"密码长度应为 {SHORTEST} 至 {LONGEST} 个字符")
    classes = [
        any(character.islower() for character in password),
        any(character.isupper() for character in password),
        any(character.isdigit() for character in password),
        any(not character.isalnum() for character in password),
    ]
    if sum(classes) < 3:
        found.append("密码应包含大写字母、小写字母、数字、符号中的至少三类")
    folded = password.casefold()
    if any(len(word) >= 3 and word.casefold() in folded for word in context):
        found.append("密码不得包含用户名、姓名或单位名称及其拼音，请更换")
    if any(word in folded for word in COMMON) or len(set(password)) < 5:
        found.append("该密码过于常见，容易被猜中，请更换")
    return found


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

"""常用或泄露密码表 of the office (PASSWORD_LIST): one password a line; none of them may be chosen.

Source: OWASP ASVS 5.0 6.2.4 and 6.2.12. Kept as sorted 64-bit digests, eight bytes a line, so that a list of millions fits a server;
read again when the file changes. A list that cannot be read costs nobody his sign-in: the patterns of ``domain/passwords.py`` go on,
and the doctor says what is wrong.
"""

from __future__ import annotations

import logging
from array import array
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path

from flask import current_app

log = logging.getLogger(__name__)
FILE, KEY = "common_passwords.txt", "shian_password_list"
LEAST = 10_000  # 等保 and ASVS speak of the ten thousand commonest
SENTENCE = "该密码在常用或已泄露密码表中，请更换"


@dataclass(frozen=True, slots=True)
class Listed:
    """The digests, and of which state of the file."""

    state: tuple[str, int, int] | None = None
    digests: array[int] = field(default_factory=lambda: array("Q"))


def file() -> Path | None:
    """PASSWORD_LIST, or ``common_passwords.txt`` of the instance folder where one lies there."""
    given = current_app.config["PASSWORD_LIST"]
    path = Path(given) if given else Path(current_app.config["INSTANCE_FOLDER"]) / FILE
    return path if given or path.is_file() else None


def count() -> int:
    """How many are listed. Raises OSError where the list cannot be read."""
    return len(_read().digests)


def holds(password: str) -> bool:
    try:
        digests = _read().digests
    except OSError as error:
        log.warning("the list of passwords cannot be read: %s", error)
        return False
    wanted = _digest(password)
    place = bisect_left(digests, wanted)
    return place < len(digests) and digests[place] == wanted


def _digest(password: str) -> int:
    return int.from_bytes(blake2b(password.casefold().encode("utf-8", "surrogatepass"), digest_size=8).digest())


def _read() -> Listed:
    path = file()
    if path is None:
        return Listed()
    stat = path.stat()
    state = (str(path), stat.st_mtime_ns, stat.st_size)
    known: Listed = current_app.extensions.get(KEY) or Listed()
    if known.state != state:
        with path.open(encoding="utf-8", errors="replace") as lines:
            known = Listed(state, _sorted(line.strip() for line in lines))
        current_app.extensions[KEY] = known
    return known


def _sorted(lines: Iterable[str]) -> array[int]:
    return array("Q", sorted({_digest(line) for line in lines if line}))

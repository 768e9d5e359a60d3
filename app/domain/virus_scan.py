"""病毒检查: where the scanner listens, and what its answer means."""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.domain.syslog import Address, address

FOUND = re.compile(r"stream: (?P<name>\S.*?) FOUND")
CLEAN = "stream: OK"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Clean, or the name of what was found."""

    name: str | None = None

    @property
    def clean(self) -> bool:
        return self.name is None


def scanner(written: str) -> Address | None:
    """``tcp://主机:3310`` or ``unix:///run/clamav/clamd.ctl``; None where nothing is written. Raises ValueError."""
    if not written.strip():
        return None
    found = address(written)
    if found is None or found.kind == "udp" or (found.kind == "tcp" and not written.strip().rstrip("/").endswith(f":{found.port}")):
        raise ValueError(written)
    return found


def verdict(answer: str) -> Verdict:
    """What the scanner said of one file. Raises ValueError for whatever is neither yes nor no: a limit of its own, a fault."""
    if answer == CLEAN:
        return Verdict()
    found = FOUND.fullmatch(answer)
    if found is None:
        raise ValueError(answer[:100])
    return Verdict(found["name"][:100])

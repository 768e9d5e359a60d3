"""系统日志消息 (RFC 5424): how an event is written for a log server, and where one is.

What people wrote stands between quotation marks with every control sign written out, so that nothing in it can end the line, begin
another message or turn the text around (日志注入). TCP needs the length before each message (RFC 6587, octet counting).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

FACILITY = 13  # log audit
LONGEST = 2048  # octets that every receiver takes (RFC 5426, 3.2)
VALUE = 300  # signs of one value
PORTS = {"udp": 514, "tcp": 601}
BOM = "\ufeff"  # before a text in UTF-8
NAME = re.compile(r"[^\x21-\x7e]")
CRITICAL, WARNING, NOTICE, INFO = 2, 4, 5, 6  # severities of RFC 5424, 6.2.1
HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


@dataclass(frozen=True, slots=True)
class Address:
    """Where the log server listens; of a socket of this machine ``host`` is its path."""

    kind: str  # udp, tcp, unix
    host: str
    port: int = 0


def address(written: str) -> Address | None:
    """``udp://主机:514``, ``tcp://主机:601`` or ``unix:///dev/log``; None where nothing is written. Raises ValueError."""
    if not written:
        return None
    parts = urlsplit(written.strip())
    if parts.scheme == "unix" and not parts.netloc and parts.path.startswith("/") and len(parts.path) < 100:
        return Address("unix", parts.path)
    plain = not (parts.path.strip("/") or parts.query or parts.fragment or parts.username or parts.password)
    if parts.scheme in PORTS and parts.hostname and plain:
        return Address(parts.scheme, parts.hostname, parts.port or PORTS[parts.scheme])
    raise ValueError(written)


def escaped(text: str) -> str:
    r"""A value within quotation marks: `"` and `\` with a backslash before, what cannot be seen by its number."""
    found = []
    for mark in text[:VALUE]:
        if mark in '"\\':
            found.append(f"\\{mark}")
        elif unicodedata.category(mark) in HIDDEN:
            found.append(f"\\x{ord(mark):02x}" if ord(mark) < 0x100 else f"\\u{ord(mark):04x}")
        else:
            found.append(mark)
    return "".join(found) + ("…" if len(text) > VALUE else "")


def pairs(values: Iterable[tuple[str, object]]) -> str:
    """``name="value"`` of those that have one; whole numbers stand without marks."""
    told = ((name, value) for name, value in values if value not in (None, ""))
    return " ".join(f"{name}={value}" if isinstance(value, int) else f'{name}="{escaped(str(value))}"' for name, value in told)


def message(severity: int, at: datetime, host: str, kind: str, text: str) -> bytes:
    """One message. ``at`` bears its offset; ``kind`` says what sort of event it is (MSGID)."""
    head = f"<{FACILITY * 8 + severity}>1 {at.isoformat(timespec='milliseconds')} {name(host, 255)} shian - {name(kind, 32)} - "
    whole = head.encode("ascii") + f"{BOM}{text}".encode()
    return whole if len(whole) <= LONGEST else whole[:LONGEST].decode("utf-8", "ignore").encode()


def name(text: str, longest: int) -> str:
    """A word of the head: printable ASCII without blanks, "-" for nothing."""
    return NAME.sub("", text)[:longest] or "-"


def framed(one: bytes) -> bytes:
    """The message as it goes over TCP."""
    return b"%d %s" % (len(one), one)

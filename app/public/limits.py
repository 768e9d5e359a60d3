"""How often one address may ask: counted in the memory of this process, because looking must never write to the database.

Several processes count each for itself, so that the limit of the installation is that many times higher; what stands in front of us
(nginx ``limit_req``) can be stricter.
"""

from __future__ import annotations

import ipaddress
from collections import OrderedDict
from datetime import datetime, timedelta
from threading import Lock

from flask import Flask

from app.errors import Refused

MINUTE = timedelta(minutes=1)
REMEMBERED = 10_000  # addresses; a flood from more of them forgets the oldest, never fills the memory
NAME = "shian_public_visits"
HOME = 64  # bits of an IPv6 address that one customer has


class TooOften(Refused):
    """The minute of this address is spent."""

    status = 429

    def __init__(self, seconds: int) -> None:
        super().__init__(f"访问过于频繁，请 {seconds} 秒后再试")
        self.headers = {"Retry-After": str(seconds)}


class Visits:
    """Requests of each address within its minute."""

    def __init__(self) -> None:
        self._counted: OrderedDict[str, tuple[datetime, int]] = OrderedDict()
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._counted)

    def count(self, address: str | None, now: datetime, per_minute: int, weight: int = 1) -> None:
        """Raises TooOften when the address has had its requests of the minute."""
        who = network(address)
        with self._lock:
            began, spent = self._counted.pop(who, (now, 0))
            if not timedelta(0) <= now - began < MINUTE:
                began, spent = now, 0
            self._counted[who] = (began, min(spent + weight, per_minute + 1))
            while len(self._counted) > REMEMBERED:
                self._counted.popitem(last=False)
        if spent + weight > per_minute:
            raise TooOften(max(1, (began + MINUTE - now).seconds))


def network(address: str | None) -> str:
    """The address, or of IPv6 the network of the customer: he has 2^64 addresses."""
    try:
        found = ipaddress.ip_address((address or "").partition("%")[0])
    except ValueError:
        return "-"
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return str(found.ipv4_mapped)
        return str(ipaddress.ip_network((found, HOME), strict=False))
    return str(found)


def visits(app: Flask) -> Visits:
    """Those of this process."""
    found: Visits = app.extensions.setdefault(NAME, Visits())
    return found

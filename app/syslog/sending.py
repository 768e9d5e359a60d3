"""Messages on their way to the log server. UDP tells nobody whether they arrived; TCP and a socket of this machine do."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from contextlib import closing

from app.domain.syslog import Address, framed

SECONDS = 3.0  # that a server may keep the worker waiting


def send(to: Address, messages: Sequence[bytes]) -> None:
    """Raises OSError when they cannot have arrived."""
    if to.kind == "tcp":
        _over_tcp(to, messages)
    elif to.kind == "udp":
        _over_udp(to, messages)
    else:
        _over_socket(to, messages)


def _over_tcp(to: Address, messages: Sequence[bytes]) -> None:
    """One connection, closed in good order: what the server has not taken by then shows as an error here."""
    with closing(socket.create_connection((to.host, to.port), timeout=SECONDS)) as opened:
        opened.sendall(b"".join(framed(one) for one in messages))
        opened.shutdown(socket.SHUT_WR)
        try:
            while opened.recv(4096):
                pass
        except TimeoutError:
            return  # a server that keeps the connection open has not refused anything


def _over_udp(to: Address, messages: Sequence[bytes]) -> None:
    family, kind, protocol, _, place = socket.getaddrinfo(to.host, to.port, type=socket.SOCK_DGRAM)[0]
    with closing(socket.socket(family, kind, protocol)) as opened:
        opened.settimeout(SECONDS)
        opened.connect(place)  # a port that nobody listens at is then told of at the next message
        for one in messages:
            opened.send(one)


def _over_socket(to: Address, messages: Sequence[bytes]) -> None:
    with closing(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)) as opened:
        opened.settimeout(SECONDS)
        opened.connect(to.host)
        for one in messages:
            opened.send(one)

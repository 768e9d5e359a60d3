"""日志外送: what is sent, how it is written, and that nothing is lost while the log server is away."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app import clock, history
from app.alerts import jobs as alerts
from app.chain import HistoryEntry
from app.config_checks import RefusedToStart, check
from app.db import session, transaction
from app.doctor_operation import log_server
from app.domain import syslog
from app.domain.syslog import Address
from app.syslog import jobs, operations, queries
from app.syslog.models import SyslogCursor

AT = clock.office_time(clock.now())
HEAD = re.compile(rb"<(\d+)>1 \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+08:00 \S+ shian - (\S+) - \xef\xbb\xbf(.*)", re.S)


def listening(kind: socket.SocketKind, family: socket.AddressFamily = socket.AF_INET, place: Any = ("127.0.0.1", 0)) -> socket.socket:
    found = socket.socket(family, kind)
    found.bind(place)
    found.settimeout(5)
    return found


@pytest.fixture
def udp() -> Iterator[socket.socket]:
    found = listening(socket.SOCK_DGRAM)
    yield found
    found.close()


def received(server: socket.socket) -> list[bytes]:
    """Every datagram that lies there."""
    server.settimeout(0.2)
    found = []
    try:
        while True:
            found.append(server.recv(65_536))
    except TimeoutError:
        return found


def events(messages: list[bytes]) -> list[str]:
    found = [HEAD.fullmatch(one) for one in messages]
    assert all(found), messages
    return [match[2].decode() for match in found if match]


def note(app: Flask, office: Any, step: str = "denied", **said: Any) -> None:
    with transaction():
        history.record("sample", 1, step, office.actor("county:抽样员"), org_id=office.orgs["county"].id, **said)


def begin(app: Flask, port: int) -> None:
    """Turned on; what was there before is a day old and not sent."""
    app.config["SYSLOG_ADDRESS"] = f"udp://127.0.0.1:{port}"
    with transaction():
        last = session().scalar(sa.select(sa.func.max(HistoryEntry.seq))) or 0
        session().add(SyslogCursor(seq=last, anchor_id=0))


# ---------------------------------------------------------------- how it is written


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("", None), ("udp://10.1.2.3", Address("udp", "10.1.2.3", 514)), ("tcp://log.example:6514", Address("tcp", "log.example", 6514)),
        ("tcp://[::1]", Address("tcp", "::1", 601)), ("unix:///dev/log", Address("unix", "/dev/log")),
    ],
)  # fmt: skip
def test_addresses(written: str, found: Address | None) -> None:
    assert syslog.address(written) == found


@pytest.mark.parametrize("written", ["10.1.2.3", "http://x", "udp://", "udp://x:99999", "unix://dev/log", "tcp://a:b@x", "udp://x/y"])
def test_what_is_no_address_is_refused(app: Flask, written: str) -> None:
    with pytest.raises(RefusedToStart, match="SYSLOG_ADDRESS"):
        check({**app.config, "SYSLOG_ADDRESS": written})


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("张三", "张三"), ('a"b\\c', 'a\\"b\\\\c'), ("x\r\n<13>1 假的", "x\\x0d\\x0a<13>1 假的"), ("\x1b[31m", "\\x1b[31m"),
        ("\u202e反\u2028", "\\u202e反\\u2028"), ("\x00\x85", "\\x00\\x85"), ("字" * 301, "字" * 300 + "…"),
    ],
)  # fmt: skip
def test_nothing_in_a_value_ends_it(text: str, written: str) -> None:
    assert syslog.escaped(text) == written


def test_a_message_is_one_line_of_bounded_length() -> None:
    one = syslog.message(syslog.WARNING, AT, "主机 a b", "sign\nin", syslog.pairs((("comment", "字\n" * 2000), ("seq", 7))))
    assert HEAD.fullmatch(one) and len(one) <= syslog.LONGEST and b"\n" not in one and b" ab shian - signin - " in one
    assert one.startswith(b"<108>1 ")  # 13 * 8 + 4
    huge = syslog.message(syslog.INFO, AT, "h", "x", "字" * 3000)
    assert len(huge) <= syslog.LONGEST and huge.decode()  # never within a sign
    assert syslog.framed(b"abc") == b"3 abc"


# ---------------------------------------------------------------- what is sent


def test_security_events_and_the_head_go_and_work_does_not(app: Flask, office: Any, udp: socket.socket) -> None:
    begin(app, udp.getsockname()[1])
    note(app, office, comment="/disposal/7 张三 13812345678\n<13>1 假的")
    note(app, office, "correct", comment="业务内容", changes={"product_name": ("甲", "乙")})
    jobs.send()
    messages = received(udp)
    assert events(messages) == ["denied", "chain_head"]
    text = messages[0].decode()
    assert "13812345678" not in text and "138****5678" in text and "\\x0a<13>1 假的" in text and "\n" not in text
    last = session().execute(sa.select(HistoryEntry.seq, HistoryEntry.hash).order_by(HistoryEntry.seq.desc()).limit(1)).one()
    assert f'seq={last.seq} head="{last.hash}"' in messages[1].decode() and "业务内容" not in b"".join(messages).decode()
    jobs.send()
    assert received(udp) == []  # nothing twice


def test_sign_ins_alerts_and_anchors_go(app: Flask, office: Any, udp: socket.socket) -> None:
    begin(app, udp.getsockname()[1])
    app.test_client().post("/sign-in", data={"username": "nobody", "password": "Secret-horse-9-battery"})
    for _ in range(10):
        note(app, office, comment="x")
    alerts.watch()
    made = alerts.verify()
    jobs.send()
    messages = received(udp)
    told = events(messages)
    assert told.count("denied") == 10 and {"sign_in_failed", "raise", "chain_anchor"} <= set(told)
    whole = b"".join(messages).decode()
    assert made is not None and made.head in whole and "校验链完好" in whole and "Secret-horse" not in whole


def test_over_tcp_each_behind_its_length(app: Flask, office: Any) -> None:
    server = listening(socket.SOCK_STREAM)
    server.listen(1)
    taken: list[bytes] = []

    def serve() -> None:
        opened, _ = server.accept()
        with opened:
            while part := opened.recv(4096):
                taken.append(part)

    thread = threading.Thread(target=serve)
    thread.start()
    begin(app, 1)
    note(app, office)
    app.config["SYSLOG_ADDRESS"] = f"tcp://127.0.0.1:{server.getsockname()[1]}"
    jobs.send()
    thread.join(5)
    server.close()
    rest, found = b"".join(taken), []
    while rest:
        length, _, rest = rest.partition(b" ")
        found.append(rest[: int(length)])
        rest = rest[int(length) :]
    assert events(found) == ["denied", "chain_head"]


def test_over_a_socket_of_this_machine(app: Flask, office: Any, tmp_path: Any) -> None:
    server = listening(socket.SOCK_DGRAM, socket.AF_UNIX, str(tmp_path / "log"))
    begin(app, 1)
    note(app, office)
    app.config["SYSLOG_ADDRESS"] = f"unix://{tmp_path}/log"
    jobs.send()
    assert events(received(server)) == ["denied", "chain_head"]
    server.close()


# ---------------------------------------------------------------- nothing is lost


def closed_port() -> int:
    server = listening(socket.SOCK_STREAM)
    port: int = server.getsockname()[1]
    server.close()
    return port


def test_a_server_that_is_away_loses_nothing_and_delays_nobody(app: Flask, office: Any, udp: socket.socket) -> None:
    begin(app, udp.getsockname()[1])
    app.config["SYSLOG_ADDRESS"] = f"tcp://127.0.0.1:{closed_port()}"
    note(app, office)  # the transaction knows nothing of it
    jobs.send()
    lag = queries.lag()
    assert lag is not None and (lag.entries, lag.sent_at) == (1, None) and lag.fault
    run = app.test_cli_runner().invoke
    refused = run(args=["syslog", "send"])
    assert refused.exit_code == 1 and "没有送成" in refused.output
    assert "等待 1 条办理记录" in run(args=["syslog", "status"]).output
    note(app, office)
    app.config["SYSLOG_ADDRESS"] = f"udp://127.0.0.1:{udp.getsockname()[1]}"
    assert "已送出 3 条" in run(args=["syslog", "send"]).output
    assert events(received(udp)) == ["denied", "denied", "chain_head"]


def test_a_worker_that_died_while_sending_is_waited_for_and_then_sent_again(app: Flask, office: Any, udp: socket.socket) -> None:
    begin(app, udp.getsockname()[1])
    note(app, office)
    with transaction():
        batch = operations.claim(clock.now())
    assert batch is not None
    jobs.send()
    assert received(udp) == []  # another is sending
    with transaction():
        again = operations.claim(clock.now() + operations.LEASE)
    assert again is not None and again.messages == batch.messages
    with transaction():
        operations.done(again, clock.now())
        operations.done(batch, clock.now())  # the first one was not dead after all
    lag = queries.lag()
    assert lag is not None and (lag.seq, lag.entries) == (batch.upto, 0)


def test_turned_on_after_years_it_begins_with_the_last_day(app: Flask, office: Any) -> None:
    note(app, office)
    with transaction():
        operations.claim(clock.now() + timedelta(days=3))
    last = session().scalar(sa.select(sa.func.max(HistoryEntry.seq)))
    assert session().scalars(sa.select(SyslogCursor.seq)).one() == last


def test_off_by_default(app: Flask, office: Any) -> None:
    assert app.config["SYSLOG_ADDRESS"] == ""
    note(app, office)
    jobs.send()
    assert queries.lag() is None and app.test_cli_runner().invoke(args=["syslog", "status"]).exit_code == 1


def test_the_doctor_tells_the_lag(app: Flask, office: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    told: Callable[[], Any] = log_server
    assert told().ok and "没有设置" in told().message
    begin(app, 1)
    assert told().ok
    note(app, office)
    assert told().ok and "等待 1 条" in told().message
    later = clock.now() + timedelta(minutes=30)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert not told().ok and "30 分钟" in told().message

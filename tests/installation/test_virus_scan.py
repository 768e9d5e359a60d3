"""恶意代码防范: an infected upload is refused on every route, on record and told; without an answer no file is taken."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import click
import pytest
from flask import Flask

from app import brought_files, clock, doctor, files, virus_scan
from app.alerts import jobs as alerts
from app.alerts.models import SecurityAlert
from app.attachments import operations as attachments
from app.chain import HistoryEntry
from app.config import RefusedToStart
from app.config_checks import check
from app.db import session, transaction
from app.domain.trust_kinds import AlertKind
from app.errors import NotAllowedNow
from app.syslog import events
from tests.conftest import Office

# in pieces, lest a scanner takes this file
EICAR = "".join(("X5O!P%@AP[4\\PZX54(P^)7CC)7}$", "EICAR-STANDARD-ANTIVIRUS-TEST-FILE!", "$H+H*")).encode()


class Scanner(threading.Thread):
    """A clamd of a few lines: it speaks the protocol and knows one signature."""

    def __init__(self, place: str) -> None:
        super().__init__(daemon=True)
        self.answer: bytes | None = None
        self.line = socket.socket(socket.AF_UNIX)
        self.line.bind(place)
        self.line.listen()

    def run(self) -> None:
        while True:
            try:
                caller, _ = self.line.accept()
            except OSError:
                return
            with caller, caller.makefile("rb") as said:
                word = b""
                while not word.endswith(b"\0"):
                    word += said.read(1)
                caller.sendall(self.answer if self.answer is not None else self._judged(word, said))

    def _judged(self, word: bytes, said) -> bytes:
        if word == b"zVERSION\0":
            return b"ClamAV 1.4.3/27700/Thu Nov 26 2026\0"
        content = b""
        while size := struct.unpack("!I", said.read(4))[0]:
            content += said.read(size)
        return b"stream: Eicar-Test-Signature FOUND\0" if EICAR in content else b"stream: OK\0"


@pytest.fixture
def scanner(app: Flask, office: Office, tmp_path: Path) -> Iterator[Scanner]:
    place = str(tmp_path / "clamd")
    found = Scanner(place)
    found.start()
    app.config["CLAMD_ADDRESS"] = f"unix://{place}"
    yield found
    found.line.close()


def upload(client, content: bytes, name: str = "结果.xlsx"):
    return client.post("/imports/upload", data={"file": (BytesIO(content), name)}, content_type="multipart/form-data")


def recorded() -> list[tuple[str, str | None]]:
    session().rollback()
    found = session().query(HistoryEntry).filter(HistoryEntry.step.in_(("virus_found", "scan_viruses"))).order_by(HistoryEntry.seq)
    return [(row.subject_name or "", row.comment) for row in found]


def test_an_infected_upload_is_refused_recorded_and_told(app: Flask, office: Office, scanner: Scanner, sign_in):
    client = sign_in(office.people["county:统计员"])
    before = len(list(files.stored()))
    answer = upload(client, b"PK" + EICAR)
    assert (answer.status_code, "Eicar-Test-Signature" in answer.text, "请用杀毒软件" in answer.text) == (422, True, True)
    assert len(list(files.stored())) == before
    assert recorded() == [("结果.xlsx", "发现 Eicar-Test-Signature，没有接收")]
    assert all(events.is_sent(row) for row in session().query(HistoryEntry).filter(HistoryEntry.step == "virus_found"))
    alerts.watch()
    assert [one.kind for one in session().query(SecurityAlert)] == [AlertKind.VIRUS]


def test_a_clean_upload_reaches_its_page_whole(office: Office, scanner: Scanner, sign_in):
    answer = upload(sign_in(office.people["county:统计员"]), b"no workbook at all" * 9000)  # more than one piece
    assert "病毒" not in answer.text
    assert recorded() == []


@pytest.mark.parametrize("answer", [b"INSTREAM size limit exceeded. ERROR\0", b"stream: OK", b"", b"stream: OK FOUND it not\0"])
def test_without_a_plain_answer_no_file_is_taken(app: Flask, office: Office, scanner: Scanner, sign_in, answer: bytes):
    scanner.answer = answer
    said = upload(sign_in(office.people["county:统计员"]), b"anything")
    assert (said.status_code, "没有接收" in said.text) == (409, True)


def test_a_scanner_that_is_away_stops_files_and_nothing_else(app: Flask, office: Office, tmp_path: Path, sign_in):
    app.config["CLAMD_ADDRESS"] = f"unix://{tmp_path}/nobody"
    client = sign_in(office.people["county:统计员"])
    assert upload(client, b"anything").status_code == 409
    assert client.get("/imports/upload").status_code == 200
    assert client.post("/imports/upload", data={}).status_code != 409  # a form without a file
    assert dict(doctor.examine())["antivirus"].level == "fail"
    with pytest.raises(NotAllowedNow, match="没有应答"):
        virus_scan.scan(BytesIO(b"x"))


def test_what_was_taken_before_is_examined_again(app: Flask, office: Office, scanner: Scanner):
    run = app.test_cli_runner().invoke
    assert "ClamAV" in run(args=["antivirus", "status"]).output
    actor = office.actor("county:办案人")
    with transaction():
        attachments.keep(actor, "disposal_case", 1, actor.org_id, "旧文件.pdf", "application/pdf", b"%PDF" + EICAR, clock.now())
        attachments.keep(actor, "disposal_case", 1, actor.org_id, "干净.pdf", "application/pdf", b"%PDF", clock.now())
    answer = run(args=["antivirus", "scan"])
    assert (answer.exit_code, "旧文件.pdf：Eicar-Test-Signature" in answer.stderr) == (1, True)
    assert [name for name, _ in recorded()] == ["", "旧文件.pdf"]
    assert len(list(files.stored())) == 2  # only told: evidence is not thrown away
    assert "没有发现病毒" in run(args=["antivirus", "scan", __file__]).output
    assert "请核对路径" in run(args=["antivirus", "scan", "/nowhere"]).stderr
    assert "没有执行该命令的权限" in run(args=["antivirus", "scan", "--as", office.people["county:办案人"].username]).stderr


# What commands are given that is not brought in: places to write to, and files of our own or only looked at.
LEFT_ALONE = {
    ("antivirus scan", "file"), ("backup copy", "file"), ("backup rehearse", "file"),
    # of nobody who signed in, and no file that goes among the records
    ("backup restore", "file"), ("backup restore", "folder"), ("backup verify", "file"), ("rollback", "file"),
}  # fmt: skip


def commands(group: click.Group, before: str = "") -> Iterator[tuple[str, click.Command]]:
    for name in group.list_commands(None):
        one = group.get_command(None, name)
        if isinstance(one, click.Group):
            yield from commands(one, f"{before}{name} ")
        elif one is not None:
            yield f"{before}{name}", one


def test_an_infected_file_is_refused_by_every_command(app: Flask, office: Office, scanner: Scanner, tmp_path: Path, monkeypatch):
    """Each with nothing but its files: the scanner is asked before anything else of the command."""
    file = tmp_path / "清单.xlsx"
    file.write_bytes(b"PK" + EICAR)
    places = {
        (name, place.name): (one, place) for name, one in commands(app.cli) for place in one.params
        if isinstance(place.type, click.Path) and not brought_files.WRITTEN.intersection(place.opts)
    }  # fmt: skip
    assert places.keys() >= LEFT_ALONE
    wanted = places.keys() - LEFT_ALONE
    for name, parameter in sorted(wanted):
        one, place = places[name, parameter]
        kept = [each for each in one.params if each is place or each.name in ("as_json", "as_user")]  # nothing else is asked for
        monkeypatch.setattr(one, "params", kept)
        given = [str(file)] if isinstance(place, click.Argument) else [place.opts[0], str(file)]
        answer = app.test_cli_runner().invoke(app.cli, [*name.split(), *given])
        assert (answer.exit_code, "Eicar-Test-Signature），没有接收" in answer.stderr) == (1, True), (name, parameter, answer.output)
    assert len(recorded()) == len(wanted) > 30
    assert set(recorded()) == {("清单.xlsx", "发现 Eicar-Test-Signature，没有接收")}


def test_a_command_takes_a_clean_file_and_none_while_the_scanner_is_away(app: Flask, office: Office, scanner: Scanner, tmp_path: Path):
    file, run = tmp_path / "清单.xlsx", app.test_cli_runner().invoke
    file.write_bytes(b"no workbook at all")
    assert "病毒" not in run(args=["enterprises", "import", str(file)]).stderr
    scanner.answer = b""
    answer = run(args=["enterprises", "import", str(file)])
    assert (answer.exit_code, "没有应答" in answer.stderr, "没有接收" in answer.stderr) == (1, True, True)
    assert recorded() == []


@pytest.mark.parametrize("written", ["clamd", "udp://10.0.0.1:3310", "tcp://10.0.0.1", "unix://run/clamd", "http://10.0.0.1:1/"])
def test_where_a_scanner_may_be(app: Flask, written: str):
    with pytest.raises(RefusedToStart, match="CLAMD_ADDRESS"):
        check({**app.config, "CLAMD_ADDRESS": written})


def test_without_a_scanner_nothing_is_asked(app: Flask, office: Office, sign_in):
    assert "没有设置" in app.test_cli_runner().invoke(args=["antivirus", "status"]).stderr
    assert "没有接收" not in upload(sign_in(office.people["county:统计员"]), EICAR).text
    with pytest.raises(RefusedToStart, match="PASSWORD_DAYS"):
        check({**app.config, "PASSWORD_DAYS": 181})

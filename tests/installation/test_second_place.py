"""异地备份: every backup also stands in the second place, whole, or somebody is told; nothing is written where nothing is mounted."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

import app as package
from app import backup, clock, doctor, files, retention, second_place
from app.chain import HistoryEntry
from app.clock import today
from app.db import session
from app.findings import CHECKS
from app.installation import queries
from app.installation.jobs import COPY, JOB
from app.jobs import Job, JobStatus
from app.monitoring import exposition
from app.worker import Worker, load_handlers
from tests.conftest import Office


def run(app: Flask, *arguments: str) -> Result:
    return app.test_cli_runner().invoke(args=[*arguments])


def found() -> str:
    session().rollback()
    return dict(doctor.examine())["backup_copy"].level


def steps() -> list[tuple[str, str | None]]:
    rows = session().query(HistoryEntry).filter(HistoryEntry.subject_kind == "backup").order_by(HistoryEntry.seq)
    return [(row.step, row.to_state) for row in rows]


@pytest.fixture
def place(app: Flask, office: Office, tmp_path: Path) -> Path:
    there = tmp_path / "share"
    there.mkdir()
    app.config["BACKUP_COPY_TO"] = str(there)
    return there


def test_every_backup_is_copied_and_compared(app: Flask, place: Path):
    assert run(app, "backup", "place").exit_code == 0
    answer = run(app, "backup", "create")
    assert (answer.exit_code, "已复制到异地 1 份" in answer.output) == (0, True)
    here = backup.kept()[0].path
    assert files.digest_of(place / here.name) == files.digest_of(here)
    assert steps() == [("set_up_place", None), ("backup", None), ("copy_backup", "passed")]
    assert found() == "warn"  # the same disk, in a test
    assert "齐全" in run(app, "backup", "copy").output
    assert "异地已有" in run(app, "backup", "list").output


def test_nothing_is_written_where_nothing_is_mounted(app: Flask, place: Path):
    """A share that went away leaves an empty folder, on the disk that it should save us from."""
    answer = run(app, "backup", "create")
    assert (answer.exit_code, "标记文件" in answer.stderr) == (1, True)
    assert list(place.iterdir()) == []
    assert len(backup.kept()) == 1  # the backup itself stands
    assert steps()[-1] == ("copy_backup", "failed")
    assert found() == "fail"
    assert "\nshian_backup_copy_age_seconds" not in exposition.written(clock.now())  # a failed one is none
    run(app, "backup", "place")
    assert "已复制" in run(app, "backup", "copy").output  # it catches up
    assert found() == "warn"
    told = [line for line in exposition.written(clock.now()).splitlines() if line.startswith("shian_backup_copy_age_seconds")]
    assert len(told) == 1 and float(told[0].split()[1]) < 60
    place.rename(place.with_name("gone"))
    assert "没有挂载" in run(app, "backup", "place").stderr
    assert found() == "fail"


def test_a_copy_that_reads_back_differently_is_removed_and_another_content_never_replaced(
    app: Flask, place: Path, monkeypatch: pytest.MonkeyPatch
):
    run(app, "backup", "place")
    run(app, "backup", "create")
    here, there = backup.kept()[0].path, place / backup.kept()[0].path.name
    there.write_bytes(b"something else")
    assert "内容不同" in run(app, "backup", "copy").stderr
    assert there.read_bytes() == b"something else"
    there.unlink()
    monkeypatch.setattr(second_place, "_write", lambda source, target: target.write_bytes(b"half"))
    assert "读回的内容与原备份不同" in run(app, "backup", "copy").stderr
    assert not there.exists()
    monkeypatch.undo()
    monkeypatch.setattr(os, "fsync", _full)
    assert "请检查空间" in run(app, "backup", "copy").stderr
    assert [one.name for one in place.iterdir()] == [second_place.MARK]
    assert here.exists()


def _full(descriptor: int) -> None:
    raise OSError(28, "No space left on device")


def test_without_a_second_place_nothing_is_recorded(app: Flask, office: Office):
    assert "BACKUP_COPY_TO" in run(app, "backup", "copy").stderr
    assert "BACKUP_COPY_TO" in run(app, "backup", "place").stderr
    assert run(app, "backup", "create").exit_code == 0
    assert steps() == [("backup", None)]
    assert found() == "ok"
    app.config["ENV"] = "production"
    assert found() == "warn"
    app.config["BACKUP_COPY_TO"] = str(backup.default_folder())
    assert "相同" in run(app, "backup", "place").stderr


def test_old_copies_go_by_the_same_rule(app: Flask, place: Path):
    run(app, "backup", "place")
    for day in range(1, 9):
        (place / f"shian-202401{day:02d}-020000.tar").write_bytes(b"old")
    (place / "mine.tar").write_bytes(b"not ours")
    assert len(retention.old_backups(today(), place)) == 5
    assert run(app, "retention", "apply", "--yes").exit_code == 0
    assert len(list(place.glob("*.tar"))) == 4


def test_the_page_shows_and_starts_a_backup(app: Flask, office: Office, place: Path, sign_in):
    run(app, "backup", "place")
    client = sign_in(office.people["county:系统管理员"])
    assert "备份文件夹中还没有备份" in client.get("/installation/").text
    assert client.post("/installation/backup").status_code == 303
    assert "备份正在进行" in client.post("/installation/backup", follow_redirects=True).text  # the second click
    load_handlers()
    Worker(app).run_until_empty()
    job = session().query(Job).filter(Job.kind == JOB).one()
    assert (job.status, "已复制到异地 1 份" in (job.message or "")) == (JobStatus.DONE, True)
    page = client.get("/installation/").text
    assert backup.kept()[0].path.name in page
    assert "异地备份" in page and office.people["county:系统管理员"].name in page
    assert steps()[-2:] == [("backup", None), ("copy_backup", "passed")]


def test_a_server_that_has_run_no_command_has_the_checks(app: Flask, office: Office, monkeypatch: pytest.MonkeyPatch):
    """Seen wrong in a browser: commands import the checks, a server had none."""
    for name in ("app.doctor", "app.doctor_operation", "app.accounts.checks"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.delattr(package, "doctor_operation", raising=False)
    known = dict(CHECKS)
    CHECKS.clear()
    try:
        assert {name for name, _ in queries.findings()} == set(queries.SHOWN)
    finally:
        CHECKS.clear()
        CHECKS.update(known)


def test_what_is_typed_at_the_machine_is_told_apart():
    told = "请执行 flask backup copy；异地位置 /mnt/a-b 中没有标记文件 .shian-backup-place，超过 12 天（BACKUP_COPY_TO）"
    typed = [part for part, is_typed in queries.parts(told) if is_typed]
    assert typed == ["flask backup copy", "/mnt/a-b", ".shian-backup-place", "BACKUP_COPY_TO"]
    assert "".join(part for part, _ in queries.parts(told)) == told


@pytest.mark.parametrize(("who", "reads"), [("安全管理员", 200), ("审计管理员", 200), ("审核人", 403), ("抽样员", 403)])
def test_only_the_system_administrator_starts_one(office: Office, sign_in, who: str, reads: int):
    client = sign_in(office.people[f"county:{who}"])
    assert client.get("/installation/").status_code == reads
    assert client.post("/installation/backup").status_code == 403
    assert "立即备份</button>" not in client.get("/installation/").text


def test_the_command_asks_for_the_permission(app: Flask, office: Office, place: Path):
    username = office.people["county:抽样员"].username
    assert "没有执行该命令的权限" in run(app, "backup", "copy", "--as", username).stderr
    assert COPY == "copy_backup"

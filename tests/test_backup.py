"""P8: a restored backup equals the original. A flipped byte is found. A backup under write load is one moment."""

from __future__ import annotations

import json
import random
import sqlite3
import tarfile
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import Result
from flask import Flask

from app import backup, backup_archive, clock, files, history, restore
from app.attachments import operations as attachments
from app.attachments.models import Attachment
from app.authorize import local_operator
from app.chain import HistoryEntry, verify_chain
from app.db import engine, make_engine, session, transaction
from app.errors import NotAllowedNow, NotLikeThis
from app.jobs import Job, enqueue
from app.tables import metadata
from tests import postgres

PDF = b"%PDF-1.7\n"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def any_app(request: pytest.FixtureRequest) -> Iterator[Flask]:
    """The application on each database, with some files and history."""
    found = request.getfixturevalue("app" if request.param == "sqlite" else "pg_app")
    actor = local_operator()
    session().rollback()
    for number in range(3):
        with transaction():
            content = PDF + str(number).encode()
            attachments.save(actor, "disposal_case", number, actor.org_id, f"附件{number}.pdf", content, clock.now())
    yield found


@pytest.fixture
def target(any_app: Flask, tmp_path: Path) -> Iterator[tuple[Path, str | None]]:
    """Where to restore to: an empty folder, and for PostgreSQL an empty database."""
    if engine().dialect.name == "sqlite":
        yield tmp_path / "restored", None
        return
    with postgres.database() as name:
        yield tmp_path / "restored", postgres.url_of(name)


def make(tmp_path: Path) -> Path:
    return backup.create(tmp_path / "一份备份.tar", clock.now()).path


def restored_engine(folder: Path, url: str | None) -> sa.Engine:
    return make_engine(url or f"sqlite:///{folder / 'shian.sqlite3'}")


def everything(found: sa.Engine) -> dict[str, list[Any]]:
    """Every row of every table."""
    with found.connect() as connection:
        return {
            table.name: [tuple(row) for row in connection.execute(sa.select(table).order_by(table.c.id))]
            for table in metadata.sorted_tables
        }


def run(app: Flask, *arguments: str) -> Result:
    return app.test_cli_runner().invoke(args=[*arguments])


# ---------------------------------------------------------------- there and back


def test_a_restored_backup_equals_the_original(any_app: Flask, tmp_path: Path, target: tuple[Path, str | None]):
    before = everything(engine())
    made = make(tmp_path)
    restore.restore(made, *target, clock.now())
    again = restored_engine(*target)
    assert everything(again) == before
    assert sum(map(len, before.values())) > 1000  # the reference data came along
    with again.connect() as connection:
        assert verify_chain(connection).broken == []
    for row in session().scalars(sa.select(Attachment)):
        assert files.digest_of(files.place(row.sha256, target[0] / "files")) == row.sha256
    again.dispose()


def test_numbering_goes_on_after_a_restore(any_app: Flask, tmp_path: Path, target: tuple[Path, str | None]):
    """The next row must not collide with a restored one (PostgreSQL sequences are not rows)."""
    restore.restore(make(tmp_path), *target, clock.now())
    again = restored_engine(*target)
    table = Attachment.__table__
    with again.begin() as connection:
        values = {"org_id": 1, "subject_kind": "x", "sha256": "0" * 64, "filename": "x", "mime": "x", "size": 1}
        connection.execute(sa.insert(table).values(**values, created_at=clock.now()))
        assert connection.scalar(sa.select(sa.func.count()).select_from(table)) == 4
    again.dispose()


def test_a_backup_under_write_load_is_one_moment(any_app: Flask, tmp_path: Path, target: tuple[Path, str | None]):
    """Every transaction writes one history row and one job: a copy between the two would show different counts."""
    stop, written = threading.Event(), []

    def write() -> None:
        with any_app.app_context():
            actor = local_operator()
            session().rollback()
            while not stop.is_set():
                with transaction():
                    made = enqueue("load", {}, actor).id
                    history.record("job", None, "load", actor)
                written.append(made)  # only what is committed: the copy begins when ten are

    thread = threading.Thread(target=write)
    thread.start()
    try:
        while len(written) < 10:
            stop.wait(0.01)
        made = make(tmp_path)
    finally:
        stop.set()
        thread.join()
    restore.restore(made, *target, clock.now())
    again = restored_engine(*target)
    with again.connect() as connection:
        jobs = connection.scalar(sa.select(sa.func.count()).select_from(Job))
        entries = connection.scalar(sa.select(sa.func.count()).where(HistoryEntry.subject_kind == "job"))
        assert jobs == entries
        assert 10 <= jobs <= len(written)
        assert verify_chain(connection).broken == []
    again.dispose()


def test_the_secret_key_and_the_configuration_are_not_in_it(app: Flask, tmp_path: Path):
    """Whoever finds a backup cannot forge a session with it."""
    folder = Path(app.config["INSTANCE_FOLDER"])
    (folder / "secret_key").write_text("s3cr3t-canary" * 4)
    (folder / "config.py").write_text("PASSWORD = 's3cr3t-canary'")
    made = make(tmp_path)
    assert b"s3cr3t-canary" not in made.read_bytes()
    with tarfile.open(made) as tar:
        assert tar.getnames() == ["database.sqlite3", "manifest.json"]
    assert made.stat().st_mode & 0o077 == 0  # personal data: for its owner only


def test_a_damaged_attachment_is_named_and_costs_nothing_else(any_app: Flask, tmp_path: Path):
    first = session().scalars(sa.select(Attachment.sha256).order_by(Attachment.id)).first()
    files.place(first).write_bytes(b"rotten")
    made = backup.create(tmp_path / "b.tar", clock.now())
    assert (made.manifest["damaged"], made.manifest["files"]) == ([first], 2)


# ---------------------------------------------------------------- verify


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small archive of the real format, for damaging."""
    folder = tmp_path_factory.mktemp("archive")
    (folder / "a").write_bytes(b"alpha" * 300)
    (folder / "b").write_bytes(b"beta")
    with backup_archive.writing(folder / "whole.tar", 0) as writer:
        writer.add("files/a", folder / "a")
        writer.add("files/b", folder / "b")
        writer.add_manifest({"format": 1})
    return folder / "whole.tar"


def test_a_whole_archive_has_no_problem(archive: Path):
    assert backup_archive.check(archive) == []


def test_every_flipped_byte_is_found(archive: Path, tmp_path: Path):
    """Content, headers, padding, manifest, end marks and the last block itself."""
    whole = archive.read_bytes()
    places = {0, 124, 155, 156, 511, 512, 2011, 2047, len(whole) - 1, len(whole) - 512, len(whole) - 513}
    places |= set(random.Random(7).sample(range(len(whole)), 300))
    broken = tmp_path / "broken.tar"
    for place in sorted(places):
        content = bytearray(whole)
        content[place] ^= 1 << (place % 8)
        broken.write_bytes(content)
        assert backup_archive.check(broken), f"byte {place}"


@pytest.mark.parametrize(
    "damage",
    [
        lambda whole: whole[:-1],  # a copy that stopped early
        lambda whole: whole[: len(whole) // 2],
        lambda whole: whole + b"\0",
        lambda whole: b"",
        lambda whole: b"no archive at all" * 100,
    ],
)
def test_an_archive_cut_or_grown_is_found(archive: Path, tmp_path: Path, damage: Any):
    broken = tmp_path / "broken.tar"
    broken.write_bytes(damage(archive.read_bytes()))
    assert backup_archive.check(broken)


def test_the_damaged_member_is_named(archive: Path, tmp_path: Path):
    broken = tmp_path / "broken.tar"
    broken.write_bytes(archive.read_bytes().replace(b"beta", b"bEta", 1))
    assert "files/b 的内容与清单不符" in backup_archive.check(broken)


def test_nothing_is_restored_from_a_damaged_backup(any_app: Flask, tmp_path: Path, target: tuple[Path, str | None]):
    made = make(tmp_path)
    content = bytearray(made.read_bytes())
    content[len(content) // 2] ^= 1
    made.write_bytes(content)
    with pytest.raises(NotLikeThis, match="没有恢复任何内容"):
        restore.restore(made, *target, clock.now(), force=True)
    assert not (target[0] / "shian.sqlite3").exists()


# ---------------------------------------------------------------- where something is already


def test_what_is_there_is_not_overwritten_without_being_asked(
    any_app: Flask, tmp_path: Path, target: tuple[Path, str | None]
):
    made = make(tmp_path)
    restore.restore(made, *target, clock.now())
    with pytest.raises(NotAllowedNow, match="--force"):
        restore.restore(made, *target, clock.now())
    restore.restore(made, *target, clock.now(), force=True)
    again = restored_engine(*target)
    assert everything(again) == everything(engine())
    again.dispose()


def test_the_former_database_is_moved_aside(app: Flask, tmp_path: Path):
    folder = tmp_path / "there"
    folder.mkdir()
    (folder / "shian.sqlite3").write_bytes(b"not even a database")
    done = restore.restore(make(tmp_path), folder, None, clock.now(), force=True)
    assert done.replaced is not None
    assert (done.replaced / "shian.sqlite3").read_bytes() == b"not even a database"


def test_a_database_in_use_is_not_replaced(app: Flask, tmp_path: Path):
    made = make(tmp_path)
    folder = tmp_path / "there"
    restore.restore(made, folder, None, clock.now())
    with closing(sqlite3.connect(folder / "shian.sqlite3")) as server:
        server.execute("PRAGMA journal_mode=WAL").fetchall()
        server.execute("SELECT count(*) FROM sample").fetchall()
        with pytest.raises(NotAllowedNow, match="停止网站"):
            restore.restore(made, folder, None, clock.now(), force=True)
    restore.restore(made, folder, None, clock.now(), force=True)


def test_a_backup_of_a_newer_program_is_refused(app: Flask, tmp_path: Path):
    made = make(tmp_path)
    manifest = {**backup_archive.manifest_of(made), "revision": "20990101_future"}
    with tarfile.open(made) as tar, backup_archive.writing(tmp_path / "newer.tar", 0) as writer:
        backup_archive.unpack(tar, backup_archive.Member(**manifest["members"][0]), tmp_path / "database")
        writer.add("database.sqlite3", tmp_path / "database")
        writer.add_manifest({name: value for name, value in manifest.items() if name != "members"})
    with pytest.raises(NotLikeThis, match="另一版本的程序"):
        restore.restore(tmp_path / "newer.tar", tmp_path / "there", None, clock.now())


def test_a_backup_never_overwrites_another(app: Flask, tmp_path: Path):
    make(tmp_path)
    with pytest.raises(NotLikeThis, match="已存在"):
        make(tmp_path)


# ---------------------------------------------------------------- commands


def test_the_commands(app: Flask, tmp_path: Path):
    made = run(app, "backup", "create", "--to", str(tmp_path / "b.tar"), "--json")
    assert made.exit_code == 0, made.output
    assert json.loads(made.stdout)["sha256"] == files.digest_of(tmp_path / "b.tar")
    session().rollback()
    assert session().scalar(sa.select(sa.func.count()).where(HistoryEntry.step == "backup")) == 1
    assert run(app, "backup", "verify", str(tmp_path / "b.tar")).exit_code == 0
    restored = run(app, "backup", "restore", str(tmp_path / "b.tar"), "--into", str(tmp_path / "new"))
    assert restored.exit_code == 0, restored.output
    assert "secret_key" in restored.output  # says what is not in a backup


def test_the_commands_refuse_with_a_sentence(app: Flask, tmp_path: Path):
    missing = run(app, "backup", "verify", str(tmp_path / "none.tar"))
    assert (missing.exit_code, "没有找到备份文件" in missing.output) == (1, True)
    (tmp_path / "junk.tar").write_bytes(b"junk" * 1000)
    broken = run(app, "backup", "verify", str(tmp_path / "junk.tar"), "--json")
    assert broken.exit_code == 1
    assert json.loads(broken.stdout)["ok"] is False

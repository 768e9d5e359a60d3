"""An upgrade that fails leaves exactly the former database; one that succeeds can be taken back."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.config import Config
from click.testing import Result
from flask import Flask

from app import backup, backup_database, history, migrate, running, upgrade, upgrade_cli
from app.authorize import local_operator
from app.chain import verify_chain
from app.config import ROOT
from app.db import engine, make_engine, session, transaction
from app.organisations.models import Organisation

NEXT = '''
"""A next version of the schema."""
import sqlalchemy as sa
from alembic import op

revision, down_revision = "20991231_next", "{head}"

def upgrade():
    op.create_table("made_by_next", sa.Column("id", sa.Integer(), primary_key=True))
    with op.batch_alter_table("organisation") as table:
        table.add_column(sa.Column("made_by_next", sa.Integer()))
    op.execute(sa.text("UPDATE organisation SET name = 'changed half way'"))
    {end}

def downgrade():
    raise NotImplementedError
'''


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def any_app(request: pytest.FixtureRequest) -> Iterator[Flask]:
    found = request.getfixturevalue("app" if request.param == "sqlite" else "pg_app")
    session().rollback()
    with transaction():
        history.record("backup", None, "backup", local_operator(), name="something to keep")
    yield found
    session().close()
    engine().dispose()


@pytest.fixture
def next_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The program with one migration more, which ends as the test says."""

    def make(end: str) -> None:
        folder = tmp_path / "migrations"
        shutil.copytree(ROOT / "migrations", folder)
        (folder / "versions" / "20991231_next.py").write_text(NEXT.format(head=migrate.heads()[0], end=end), encoding="utf-8")
        former = migrate.settings

        def settings(connection: sa.Connection | None = None) -> Config:
            found = former(connection)
            found.set_main_option("script_location", str(folder))
            return found

        monkeypatch.setattr(migrate, "settings", settings)

    return make


def run(app: Flask, *arguments: str) -> Result:
    return app.test_cli_runner().invoke(args=[*arguments])


def content() -> dict[str, str]:
    session().close()
    engine().dispose()
    return backup_database.fingerprint(engine())


def test_a_migration_that_fails_half_way_changes_nothing(any_app: Flask, next_version):
    before = content()
    next_version("raise RuntimeError('the disk is full')")
    answer = run(any_app, "upgrade")
    assert (answer.exit_code, "the disk is full" in answer.stderr, "已是升级前的内容" in answer.stderr) == (1, True, True)
    assert content() == before
    assert len(backup.kept(upgrade.BEFORE)) == 1
    assert running.closed() is None


def test_what_fails_after_the_migration_is_undone_from_the_backup(any_app: Flask, next_version, monkeypatch: pytest.MonkeyPatch):
    before = content()
    next_version("pass")
    monkeypatch.setattr(upgrade_cli, "_different", lambda: ["统计指标不一致"])
    answer = run(any_app, "upgrade")
    assert (answer.exit_code, "逐表一致" in answer.stderr) == (1, True)
    assert content() == before
    assert verify_chain().broken == []


def test_an_upgrade_and_the_way_back(app: Flask, next_version, monkeypatch: pytest.MonkeyPatch):
    """The older program restores what was there before; what is lost by that is said first, and kept beside."""
    with transaction():
        history.record("backup", None, "backup", local_operator(), name="something to keep")
    before, head = content(), migrate.heads()[0]
    with monkeypatch.context() as newer:
        next_version("pass")
        newer.setattr(migrate, "differences", lambda engine: [])
        assert run(app, "upgrade").exit_code == 0
        assert migrate.current(engine()) == "20991231_next"
        assert session().scalar(sa.select(sa.func.count()).where(Organisation.name == "changed half way")) == 1
    session().rollback()
    monkeypatch.undo()
    monkeypatch.setenv("SHIAN_TODAY", "2026-11-21")  # another second, another name of a backup
    refused = run(app, "upgrade")
    assert (refused.exit_code, "比本程序新" in refused.stderr) == (1, True)
    asked = run(app, "rollback")
    assert (asked.exit_code, "此后有 1 条办理记录" in asked.stderr) == (1, True)
    assert run(app, "rollback", "--yes").exit_code == 0
    after = content()
    assert migrate.current(engine()) == head
    assert {name for name in before if before[name] != after[name]} == {"history_entry"}  # where the rollback itself is written
    assert verify_chain().broken == []
    assert len(backup.kept(upgrade.AFTER)) == 1


def test_nobody_else_may_be_at_work(any_app: Flask):
    before = content()
    other = make_engine(any_app.config["DATABASE_URL"])
    with other.connect() as held:
        held.execute(sa.select(sa.func.count()).select_from(sa.table("organisation")))
        answer = run(any_app, "upgrade")
    other.dispose()
    assert (answer.exit_code, "请先停止网站和后台任务" in answer.stderr) == (1, True)
    with running.showing_life(any_app, "host:1:a"):
        while not running.workers():
            pass
        assert "后台任务进程正在运行" in run(any_app, "upgrade").stderr
    assert content() == before


def test_a_full_disk_is_said_before_anything_is_touched(app: Flask, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(upgrade, "SPARE", 1 << 60)
    assert "没有改动" in run(app, "upgrade").stderr
    assert backup.kept() == []


def test_closed_for_maintenance(app: Flask):
    client = app.test_client()
    assert run(app, "maintenance", "on", "--reason", "更换磁盘").exit_code == 0
    answer = client.get("/sign-in")
    assert (answer.status_code, "更换磁盘" in answer.text, answer.headers["Retry-After"]) == (503, True, "60")
    assert client.get("/healthz").status_code == client.get("/readyz").status_code == 200
    run(app, "maintenance", "off")
    assert client.get("/sign-in").status_code == 200


def test_a_fingerprint_sees_one_changed_value(app: Flask):
    before = content()
    with closing(sqlite3.connect(backup_database.sqlite_file(engine()))) as connection:
        connection.execute("UPDATE organisation SET name = name || ' '")
        connection.commit()
    after = content()
    assert {name for name in before if before[name] != after[name]} == {"organisation"}

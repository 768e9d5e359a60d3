"""Rehearsed restores are recorded; what may be cleared away goes, and nothing of any business does."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import Result
from flask import Flask

from app import backup, backup_database, clock, doctor, running, upkeep_cli
from app.accounts.models import SignInAttempt, UserSession
from app.chain import HistoryEntry
from app.db import engine, make_engine, session, transaction
from app.domain.reporting_kinds import MessageKind
from app.jobs import enqueue
from app.messages.models import Message
from app.sampling.models import FormDraft
from app.tables import metadata
from tests import postgres
from tests.conftest import Office


def run(app: Flask, *arguments: str) -> Result:
    return app.test_cli_runner().invoke(args=[*arguments])


def found(name: str) -> str:
    return dict(doctor.examine())[name].level


def counts() -> dict[str, int]:
    session().rollback()
    with engine().connect() as connection:
        return {
            table.name: connection.scalar(sa.select(sa.func.count()).select_from(table)) or 0 for table in metadata.sorted_tables
        }


# ---------------------------------------------------------------- rehearsals


def test_a_rehearsal_is_recorded_and_read_by_doctor(app: Flask, office: Office, monkeypatch: pytest.MonkeyPatch):
    assert found("backup") == found("rehearsal") == "warn"
    assert "先执行 flask backup create" in run(app, "backup", "rehearse").stderr
    assert run(app, "backup", "create").exit_code == 0
    before = counts()
    answer = run(app, "backup", "rehearse")
    assert (answer.exit_code, "恢复演练通过" in answer.output) == (0, True)
    assert {name for name, rows in counts().items() if rows != before[name]} == {"history_entry"}
    assert found("backup") == found("rehearsal") == "ok"
    assert list(Path(app.config["INSTANCE_FOLDER"]).glob(".rehearsal-*")) == []
    monkeypatch.setenv("SHIAN_TODAY", "2027-03-20")
    assert found("rehearsal") == found("backup") == "warn"


def test_a_rehearsal_that_fails_is_a_fault_until_one_holds(app: Flask, office: Office, monkeypatch: pytest.MonkeyPatch):
    run(app, "backup", "create")
    path = backup.kept()[0].path
    whole = path.read_bytes()
    path.write_bytes(whole[:5000] + bytes([whole[5000] ^ 1]) + whole[5001:])
    assert run(app, "backup", "rehearse").exit_code == 1
    assert found("rehearsal") == "fail"
    path.write_bytes(whole)
    with monkeypatch.context() as wrong:
        wrong.setattr(upkeep_cli, "_different", lambda app: ["批次汇总：显示 1，重算 2"])
        assert "重算 2" in run(app, "backup", "rehearse").stderr
    assert found("rehearsal") == "fail"
    assert run(app, "backup", "rehearse").exit_code == 0
    assert found("rehearsal") == "ok"


@pytest.mark.postgres
def test_a_rehearsal_on_postgresql_leaves_its_database_empty(pg_app: Flask):
    run(pg_app, "backup", "create")
    assert "REHEARSAL_DATABASE" in run(pg_app, "backup", "rehearse").stderr
    assert "正在使用" in run(pg_app, "backup", "rehearse", "--database", pg_app.config["DATABASE_URL"]).stderr
    with postgres.database() as name:
        answer = run(pg_app, "backup", "rehearse", "--database", postgres.url_of(name))
        assert (answer.exit_code, answer.stderr) == (0, "")
        scratch = make_engine(postgres.url_of(name))
        assert backup_database.is_empty(scratch)
        scratch.dispose()


# ---------------------------------------------------------------- what may go


def test_only_leftovers_go_and_only_when_asked(app: Flask, office: Office):
    user, now = office.people["county:统计员"], clock.now()
    old, long_ago, lately = now - timedelta(days=181), now - timedelta(days=366), now - timedelta(days=100)
    with transaction() as current:
        for number, moment in enumerate((old, lately)):
            told = {"user_id": user.id, "token_hash": f"{number}" * 64}
            current.add(UserSession(**told, created_at=moment, seen_at=moment, until=moment))
            current.add(SignInAttempt(user_id=user.id, ip="-", at=moment, succeeded=True))
            current.add(FormDraft(
                user_id=user.id, org_id=user.org_id, draft_key=f"k{number}", form="sample", fields={}, revision=1, saved_at=moment,
            ))  # fmt: skip
        for number, read_at in enumerate((long_ago, lately, None)):
            current.add(Message(
                org_id=user.org_id, user_id=user.id, kind=next(iter(MessageKind)), key=f"m{number}", title="消息", created_at=long_ago,
                show_at=long_ago, read_at=read_at,
            ))  # fmt: skip
        enqueue("kept", {}, office.actor("county:统计员"))
    leaving = Path(app.config["INSTANCE_FOLDER"]) / ".restore-abc"
    leaving.mkdir()
    os.utime(leaving, (0, 0))
    before = counts()
    asked = run(app, "retention", "apply")
    assert (asked.exit_code, "以上没有清理" in asked.output) == (0, True)
    assert counts() == before
    assert leaving.exists()
    assert run(app, "retention", "apply", "--yes").exit_code == 0
    after = counts()
    gone = {name: before[name] - after[name] for name in before if before[name] != after[name]}
    assert gone == {"user_session": 1, "sign_in_attempt": 1, "form_draft": 1, "message": 1, "history_entry": -1}
    assert not leaving.exists()
    written = session().scalars(sa.select(HistoryEntry).order_by(HistoryEntry.seq.desc()).limit(1)).one()
    assert (written.step, '"messages":[null,1]' in (written.changes or "")) == ("clear_away", True)
    assert "没有可以清理的内容" in run(app, "retention", "apply", "--yes").output


def test_which_backups_go(app: Flask):
    """Thirty days, the first of each month for a year, the newest three of each kind whatever their age; nobody else's file."""
    folder = backup.default_folder()
    folder.mkdir(parents=True)
    wanted = {
        "shian-20261119-021500.tar": True, "shian-20261118-021500.tar": True, "shian-20261117-021500.tar": True,
        "shian-20261025-021500.tar": True, "shian-20261015-021500.tar": False, "shian-20261002-021500.tar": False,
        "shian-20261001-021500.tar": True, "shian-20250902-021500.tar": False, "before-upgrade-20240101-080000.tar": True,
        "our-own.tar": True, "shian-20240101-080000.tar.txt": True,
    }  # fmt: skip
    for name in wanted:
        (folder / name).touch()
    assert run(app, "retention", "apply", "--yes").exit_code == 0
    assert {name: (folder / name).exists() for name in wanted} == wanted


# ---------------------------------------------------------------- signs of life


def test_doctor_sees_the_worker(app: Flask, office: Office, monkeypatch: pytest.MonkeyPatch):
    assert found("worker") == "warn"
    with running.showing_life(app, "host:1:a"):
        while not running.workers():
            pass
        assert found("worker") == "ok"
    assert running.workers() == []
    with transaction():
        enqueue("waiting", {}, office.actor("county:统计员")).created_at = clock.now() - timedelta(minutes=11)
    assert found("worker") == "fail"

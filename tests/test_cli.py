"""Commands of the installation: ``db`` and ``doctor``."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from app import migrate
from app.accounts.models import User
from app.attachments.models import Attachment
from app.chain import HistoryEntry
from app.clock import now
from app.db import engine, make_engine, session, transaction
from app.history import record
from app.reference_data.models import CalendarYear, FoodLimit, Region
from tests.conftest import Office, make_app


def run(app: Flask, *arguments: str) -> tuple[int, dict, str]:
    answer = app.test_cli_runner().invoke(args=[*arguments, "--json"])
    return answer.exit_code, json.loads(answer.stdout or "{}"), answer.stderr


# ---------------------------------------------------------------- db


def test_db_check_finds_nothing_in_a_migrated_database(app: Flask):
    code, found, _ = run(app, "db", "check")
    assert (code, found["differences"], found["current"]) == (0, [], migrate.heads()[0])


@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE sample ADD COLUMN forgotten INTEGER",  # in the database, not in the models
        "DROP TABLE item_summary",
        "DROP INDEX ix_sample_org",
    ],
)
def test_db_check_finds_a_difference(app: Flask, change: str):
    with engine().begin() as connection:
        connection.execute(sa.text(change))
    code, found, said = run(app, "db", "check")
    assert code == 1
    assert found["differences"]
    assert "模型与数据库不一致" in said


def test_db_check_of_an_empty_database_says_what_to_do(tmp_path: Path):
    code, found, said = run(make_app(tmp_path), "db", "check")
    assert (code, found["current"]) == (1, None)
    assert "flask db upgrade" in said


def test_db_upgrade_twice_changes_nothing(tmp_path: Path):
    app = make_app(tmp_path)
    assert run(app, "db", "upgrade")[1] == {"before": None, "after": migrate.heads()[0]}
    assert run(app, "db", "upgrade")[1] == {"before": migrate.heads()[0], "after": migrate.heads()[0]}


def test_db_downgrade_asks_first(app: Flask):
    code, _, said = run(app, "db", "downgrade", "base")
    assert (code, migrate.current(engine())) == (1, migrate.heads()[0])
    assert "backup create" in said
    assert run(app, "db", "downgrade", "base", "--yes")[1]["after"] is None


def test_an_unknown_revision_is_a_sentence(app: Flask):
    code, _, said = run(app, "db", "upgrade", "no_such")
    assert (code, "没有版本" in said) == (1, True)


# ---------------------------------------------------------------- doctor


def failed(app: Flask) -> list[str]:
    app.extensions["shian_engine"] = make_engine(app.config["DATABASE_URL"])  # as an installation has it: the tests' own waits for no disk
    code, found, _ = run(app, "doctor")
    assert code == (1 if found["failed"] else 0)
    assert found["failed"] == [check["name"] for check in found["checks"] if not check["ok"]]
    return found["failed"]


def test_a_sound_installation(app: Flask):
    assert failed(app) == []


def test_doctor_covers_what_it_promises(app: Flask):
    names = {check["name"] for check in run(app, "doctor")[1]["checks"]}
    assert names >= {
        "secret_key", "database", "database_settings", "history_chain", "free_disk", "calendar", "reference", "files",
        "attachments", "clock", "default_accounts", "debug", "transport", "instance_outside_web", "instance_private", "hosts",
        "maintenance", "worker", "backup", "rehearsal", "accounts", "reference_version", "clock_skew", "attachments_sample", "fonts",
    }


def test_what_is_worth_a_look_and_what_is_wrong(app: Flask, office: Office):
    """Three levels: an open folder is a fault in production only, an idle account is never one."""
    long_ago = now() - timedelta(days=91)
    with engine().begin() as connection:
        connection.execute(sa.update(User).where(User.username == "county-sampler").values(last_sign_in_at=long_ago))
        connection.execute(sa.update(FoodLimit).where(FoodLimit.id == 1).values(source="改过"))
    app.config["INSTANCE_FOLDER"].chmod(0o755)
    app.extensions["shian_engine"] = make_engine(app.config["DATABASE_URL"])
    told = run(app, "doctor")[1]
    assert set(told["warned"]) >= {"accounts", "instance_private", "worker", "reference_version"}
    assert any("county-sampler" in one["message"] for one in told["checks"])
    app.config.update(ENV="production", SESSION_COOKIE_SECURE=True, TRUSTED_HOSTS=None)
    told = run(app, "doctor")[1]
    assert (told["failed"], "hosts" in told["warned"]) == (["instance_private"], True)
    assert {one["level"] for one in told["checks"]} == {"ok", "warn", "fail"}


def test_a_readable_secret_key(app: Flask):
    path = Path(app.config["INSTANCE_FOLDER"], "secret_key")
    path.write_text("k" * 64)
    path.chmod(0o644)
    assert failed(app) == ["secret_key"]
    path.chmod(0o600)
    assert failed(app) == []


def test_a_database_that_was_never_migrated(tmp_path: Path):
    assert "database" in failed(make_app(tmp_path))


def test_a_database_of_a_newer_program_is_not_to_be_upgraded_by_this_one(app: Flask):
    with engine().begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '29991231_newer'"))
    told = {one["name"]: one["message"] for one in run(app, "doctor")[1]["checks"]}["database"]
    assert "flask rollback" in told and "db upgrade" not in told
    assert "flask rollback" in run(app, "db", "check")[2]


def test_a_changed_history_entry(app: Flask, office: Office):
    actor = office.actor("county:统计员")
    session().rollback()
    with transaction():
        record("sample", 1, "export", actor)
        record("sample", 2, "export", actor)
    with engine().begin() as connection:
        first = sa.select(sa.func.max(HistoryEntry.seq) - 1).scalar_subquery()
        connection.execute(sa.update(HistoryEntry).where(HistoryEntry.seq == first).values(comment="改过"))
    assert failed(app) == ["history_chain"]


def test_an_unconfirmed_calendar(app: Flask):
    with engine().begin() as connection:
        connection.execute(sa.update(CalendarYear).where(CalendarYear.year == 2026).values(confirmed=False))
    assert failed(app) == ["calendar"]


def test_next_years_calendar_is_wanted_from_december(app: Flask, monkeypatch: pytest.MonkeyPatch):
    """The State Council publishes the next year's notice in November."""
    with engine().begin() as connection:
        connection.execute(sa.update(CalendarYear).where(CalendarYear.year == 2027).values(confirmed=False))
    monkeypatch.setenv("SHIAN_TODAY", "2026-11-30")
    assert failed(app) == []
    monkeypatch.setenv("SHIAN_TODAY", "2026-12-01")
    assert failed(app) == ["calendar"]


def test_reference_data_that_was_not_loaded(tmp_path: Path):
    app = make_app(tmp_path)
    run(app, "db", "upgrade")
    assert "reference" in failed(app)
    with app.app_context():
        assert session().scalar(sa.select(sa.func.count()).select_from(Region)) == 0


def test_a_store_that_is_no_folder(app: Flask):
    Path(app.config["INSTANCE_FOLDER"], "files").write_text("in the way")
    assert failed(app) == ["files"]


def test_a_missing_attachment(app: Flask):
    with transaction() as current:
        current.add(
            Attachment(
                org_id=1, subject_kind="sample", sha256="0" * 64, filename="丢了.pdf", mime="application/pdf", size=1,
                created_at=now(),
            )
        )
    assert failed(app) == ["attachments"]


def test_a_clock_that_went_back(app: Flask, office: Office, monkeypatch: pytest.MonkeyPatch):
    actor = office.actor("county:统计员")
    session().rollback()
    with transaction():
        record("sample", 1, "export", actor)
    monkeypatch.setenv("SHIAN_TODAY", "2026-11-18")
    assert failed(app) == ["clock"]


def test_a_default_account(app: Flask, office: Office):
    with engine().begin() as connection:
        someone = office.people["county:抽样员"].id
        connection.execute(sa.update(User).where(User.id == someone).values(username="Admin"))
    assert failed(app) == ["default_accounts"]


def test_debugging(app: Flask):
    app.debug = True
    assert failed(app) == ["debug"]


@pytest.mark.parametrize(
    ("settings", "found"),
    [
        ({"ENV": "production", "ALLOW_PLAIN_HTTP": False, "SESSION_COOKIE_SECURE": True}, []),
        ({"ENV": "production", "ALLOW_PLAIN_HTTP": True, "SESSION_COOKIE_SECURE": False}, []),  # the banner says so
        ({"ENV": "production", "ALLOW_PLAIN_HTTP": False, "SESSION_COOKIE_SECURE": False}, ["transport"]),
    ],
)
def test_transport(app: Flask, settings: dict, found: list[str]):
    app.config.update(settings)
    app.config["INSTANCE_FOLDER"].chmod(0o700)
    assert failed(app) == found


@pytest.mark.postgres
def test_doctor_and_check_on_postgresql(pg_app: Flask):
    assert failed(pg_app) == []
    assert run(pg_app, "db", "check")[0] == 0

"""回退 and the anchors: explained where the history and the file agree, an alarm where they do not."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask

from app import backup, clock, upgrade
from app.alerts import anchor_file, anchors, jobs, rollbacks
from app.chain import HistoryEntry
from app.db import engine, session, transaction
from tests.alerts.test_anchors import forge, note


@pytest.fixture
def rolled_back(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """A backup before an upgrade, work and two nights after it, and the way back by the command."""
    note()
    jobs.verify()
    session().close()
    made = backup.create(backup.default_place(clock.now(), upgrade.BEFORE), clock.now())
    note()
    jobs.verify()
    note()
    jobs.verify()
    session().close()
    engine().dispose()
    monkeypatch.setenv("SHIAN_TODAY", "2026-11-21")
    ran = app.test_cli_runner().invoke(args=["rollback", "--yes", str(made.path)])
    assert ran.exit_code == 0 and "2 个校验锚点作废，已记入办理记录和锚点文件" in ran.output, ran.output
    session().expire_all()
    return app


def lines() -> list[str]:
    return anchor_file.file().read_text("utf-8").splitlines()


def test_the_night_after_a_rollback_explains_and_does_not_alarm(rolled_back: Flask, office_page) -> None:
    assert [("校验链完好" in line, " 回退 " in line) for line in lines()] == [(True, False)] * 3 + [(False, True)]
    note()
    walked = anchors.walk()
    assert walked.sound and walked.explained == 2
    ran = rolled_back.test_cli_runner().invoke(args=["alerts", "anchor"])
    assert ran.exit_code == 0 and "2 个锚点因回退作废" in ran.output
    page = office_page()
    assert "回退到 before-upgrade" in page and "此后的 2 个锚点作废" in page


def test_a_printed_number_of_before_is_explained(rolled_back: Flask) -> None:
    (one, _, _, _) = (void for void in lines())
    match = anchor_file.LINE.search(lines()[2])
    assert match is not None
    fits, sentence = anchors.compare(int(match.group(1)), match.group(2))
    assert not fits and "曾经回退" in sentence and "before-rollback" in sentence
    match = anchor_file.LINE.search(one)
    assert match is not None and anchors.compare(int(match.group(1)), match.group(2))[0]  # that of before the backup fits


def test_a_chain_forged_afterwards_is_still_found(rolled_back: Flask) -> None:
    note()
    jobs.verify()
    forge()
    walked = anchors.walk()
    assert not walked.sound and any("锚点文件第 5 行" in one for one in walked.strangers)


def test_the_entry_alone_makes_nothing_void(app: Flask) -> None:
    """Somebody who can write the database tells of a rollback that never was."""
    note()
    made = jobs.verify()
    assert made is not None
    walked, _ = made, forge()
    with transaction():
        rollbacks.record("x", "y", 9, [(walked.seq, walked.head)])
    assert rollbacks.every() and rollbacks.void() == {} and not anchors.walk().sound


def test_the_line_alone_makes_nothing_void(rolled_back: Flask) -> None:
    """The entry of the rollback is rewritten: its hash is not the one in the file."""
    forge()
    session().rollback()  # what was read before is not read again
    walked = anchors.walk()
    assert walked.explained == 0 and len(walked.strangers) >= 2


def test_an_anchor_that_never_fitted_is_not_made_void(app: Flask) -> None:
    note()
    jobs.verify()
    anchor_file.append(f"2026-11-20 02:30:00 seq=2 head={'a' * 64} entries=2 校验链完好\n")
    last, voided = rollbacks.leaving(0)
    assert last == session().scalar(sa.select(sa.func.max(HistoryEntry.seq))) and "a" * 64 not in [head for _, head in voided]


def test_a_file_out_of_reach_is_said_and_the_data_are_back(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    from app.upgrade_cli import _void

    note()
    with transaction():
        rollbacks.record("x", "y", 3, [(2, "b" * 64)])
    app.config["ANCHOR_FILE"] = "/proc/1/nowhere/anchors.log"
    assert "请检查 ANCHOR_FILE" in _void(1, clock.now())


@pytest.fixture
def office_page(app: Flask, request: pytest.FixtureRequest):
    """The page of the chain as the auditor sees it; the people are made after the data are back."""
    from tests.conftest import enter_as, make_office

    def page() -> str:
        with transaction():
            office = make_office()
        return enter_as(app, office.people["city:审计管理员"]).get("/alerts/chain").text

    return page

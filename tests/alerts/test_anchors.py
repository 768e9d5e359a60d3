"""校验锚点: written to a second place, and looked for in every later verification."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from app import clock, history
from app.alerts import anchor_file, anchors, jobs, queries
from app.alerts.models import ChainAnchor, SecurityAlert
from app.authorize import local_operator
from app.chain import FIRST, HistoryEntry, link_hash
from app.db import engine, session, transaction
from app.domain.trust_kinds import AlertKind
from app.worker import Worker, load_handlers

TABLE = HistoryEntry.__table__


def note(times: int = 3) -> None:
    for number in range(times):
        with transaction():
            history.record("sample", number, "export", local_operator(), comment=f"第 {number} 次")


def forge() -> None:
    """Somebody who owns the database: one entry is rewritten, and every hash after it as well."""
    with engine().begin() as connection:
        rows = [dict(row) for row in connection.execute(sa.select(TABLE).order_by(TABLE.c.seq)).mappings()]
        rows[-2]["comment"], previous = "假的", FIRST
        for row in rows:
            row["prev_hash"] = previous
            row["hash"] = previous = link_hash(row)
            connection.execute(sa.update(TABLE).where(TABLE.c.id == row["id"]).values(**row))


def test_a_chain_forged_from_end_to_end_does_not_fit_its_anchor(app):
    note()
    made = jobs.verify()
    assert made.sound and made.head in anchor_file.file().read_text("utf-8")
    assert made.entries == made.seq
    forge()
    assert app.test_cli_runner().invoke(args=["audit", "verify"]).exit_code == 0  # the chain agrees with itself
    again = jobs.verify()
    assert not again.sound and "不在现有记录中" in again.fault
    assert [alert.kind for alert in session().scalars(sa.select(SecurityAlert))] == [AlertKind.ANCHOR]
    assert anchors.compare(made.seq, made.head) == (False, f"第 {made.seq} 条记录的校验值与所填不符，记录可能被改写，请立即保全现场并报告")


def test_the_file_remembers_what_was_taken_from_the_table(app):
    """Anchors in the database go with the database; those in the file do not."""
    note()
    jobs.verify()
    forge()
    with transaction():
        session().execute(sa.delete(ChainAnchor))
    again = jobs.verify()
    assert not again.sound and "锚点文件第 1 行" in again.fault


def test_a_broken_entry_raises_an_alert(app):
    note()
    with engine().begin() as connection:
        connection.execute(sa.update(TABLE).where(TABLE.c.seq == 2).values(actor_name="别人"))
    ran = app.test_cli_runner().invoke(args=["alerts", "anchor"])
    assert ran.exit_code == 1 and "第 2 条" in ran.output
    assert [alert.kind for alert in session().scalars(sa.select(SecurityAlert))] == [AlertKind.CHAIN]


def test_once_a_night_by_whichever_worker_is_first(app):
    note()
    app.config["ANCHOR_TIME"] = "00:00"
    assert anchors.due(clock.now())
    assert jobs.verify(only_if_due=True) is not None
    assert not anchors.due(clock.now()) and jobs.verify(only_if_due=True) is None
    assert anchors.due(clock.now() + timedelta(days=1))
    app.config["ANCHOR_TIME"] = "23:59"
    assert not anchors.due(clock.stored(clock.office_time(clock.now()).replace(hour=3)) + timedelta(days=1))


def test_a_place_that_cannot_be_written_is_said_and_nothing_is_kept(app, tmp_path):
    note()
    (tmp_path / "file").write_text("x")
    app.config["ANCHOR_FILE"] = str(tmp_path / "file" / "anchors.log")
    ran = app.test_cli_runner().invoke(args=["alerts", "anchor"])
    assert ran.exit_code == 1 and "ANCHOR_FILE" in ran.output
    assert queries.last_anchor() is None
    app.config["ANCHOR_TIME"] = "00:00"
    jobs.nightly()
    jobs.nightly()
    (alert,) = session().scalars(sa.select(SecurityAlert))
    assert (alert.kind, alert.count) == (AlertKind.ANCHOR, 2) and "ANCHOR_FILE" in alert.text


def test_the_auditor_asks_by_the_page(app, office, sign_in):
    note()
    load_handlers()
    client = sign_in(office.people["county:审计管理员"])
    assert client.post("/alerts/chain/verify").status_code == 303
    assert "正在进行" in client.post("/alerts/chain/verify", follow_redirects=True).text  # the second click
    worker = Worker(app)
    assert worker.run_one()
    made = queries.last_anchor()
    page = client.get("/alerts/chain").text
    assert made.head in page and "完好" in page
    assert "与所填一致" in client.get(f"/alerts/chain?seq={made.seq}&head={made.head}").text
    assert "与所填不符" in client.get(f"/alerts/chain?seq={made.seq}&head={'0' * 64}").text
    assert "64 位" in client.get(f"/alerts/chain?seq={made.seq}&head=abc").text
    assert client.get("/alerts/chain?seq=x&head=").status_code == 200
    for who in ("county:安全管理员", "county:系统管理员", "county:局领导"):
        other = sign_in(office.people[who])
        assert (other.get("/alerts/chain").status_code, other.post("/alerts/chain/verify").status_code) == (403, 403)


def test_both_databases(pg_app):
    note()
    assert jobs.verify().sound
    forge()
    assert not jobs.verify().sound

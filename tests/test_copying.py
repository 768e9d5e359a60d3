"""An installation moved from SQLite to PostgreSQL and back is the same installation."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from app import clock, copying, derived, history
from app.chain import HistoryEntry, verify_chain
from app.db import engine, make_engine, session, session_on, transaction
from app.enterprises.models import Enterprise, EnterpriseStatus
from app.errors import NotAllowedNow, NotLikeThis
from app.jobs import enqueue
from app.sampling.models import FormDraft
from app.search.checking import check
from app.tables import metadata
from tests import postgres
from tests.conftest import Office

pytestmark = pytest.mark.postgres


def quiet(sentence: str) -> None:
    pass


def everything(found: sa.Engine) -> dict[str, list]:
    with found.connect() as connection:
        return {table.name: list(connection.execute(sa.select(table).order_by(table.c.id))) for table in metadata.sorted_tables}


def test_there_and_back(app: Flask, office: Office, postgres_server: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Every value of every table, the chain, and the numbering of new rows; what is derived is made anew."""
    actor = office.actor("county:抽样员")
    with transaction() as current:
        job = enqueue("copied", {"空": None, "引号\t\\": ["换行\n", 1.5]}, actor)
        current.add(FormDraft(
            user_id=actor.user_id, org_id=actor.org_id, draft_key="k", form="sample", fields={}, revision=1, saved_at=clock.now(),
        ))  # fmt: skip
        history.record("job", job.id, "export", actor, comment="反斜杠 \\N 和制表\t", changes={"x": (None, Decimal("0.0500000001"))})
    made = []

    def rebuild(connection: sa.Connection) -> None:
        connection.execute(sa.insert(metadata.tables["organisation"]).from_select(["id"], sa.select(sa.literal(1)).where(sa.false())))
        made.append(connection.dialect.name)

    monkeypatch.setattr(derived, "_tables", {"item_summary": rebuild})
    before = everything(engine())
    with postgres.database() as name:
        there = make_engine(postgres.url_of(name))
        done = copying.copy(engine(), there, quiet)
        assert everything(there) == before
        assert (done.entries, done.rows["history_entry"]) == (len(before["history_entry"]), len(before["history_entry"]))
        with there.begin() as connection:
            assert verify_chain(connection).broken == []
            values = {key: value for key, value in before["job"][0]._mapping.items() if key != "id"}
            connection.execute(sa.insert(metadata.tables["job"]).values(values))  # a number of its own
            connection.execute(sa.delete(metadata.tables["job"]).where(metadata.tables["job"].c.id > before["job"][-1].id))
        back = make_engine(f"sqlite:///{tmp_path / 'back.sqlite3'}")
        copying.copy(there, back, quiet)
        assert everything(back) == before
        with back.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall() == []
        with pytest.raises(NotAllowedNow, match="已有用户"):
            copying.copy(engine(), there, quiet)
        there.dispose()
        back.dispose()
    assert made == ["postgresql", "sqlite"]


def test_a_copy_that_differs_is_taken_back_whole(app: Flask, office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    target = make_engine(f"sqlite:///{tmp_path / 'target.sqlite3'}")
    former = copying._move

    def losing(from_db: sa.Connection, to_db: sa.Connection, table: sa.Table) -> tuple[int, str]:
        found = former(from_db, to_db, table)
        if table.name == "user_role":
            to_db.execute(sa.delete(table).where(table.c.id == 1))
        return found

    monkeypatch.setattr(copying, "_move", losing)
    with pytest.raises(NotLikeThis, match="user_role"):
        copying.copy(engine(), target, quiet)
    with target.connect() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(metadata.tables["user_account"])) == 0
    target.dispose()


def test_the_command(app: Flask, office: Office, tmp_path: Path):
    """The address may come from the standard input: a password does not belong into the history of a shell."""
    address = f"sqlite:///{tmp_path / 'copy.sqlite3'}"
    answer = app.test_cli_runner().invoke(args=["db", "copy", "--to", "-"], input=f"{address}\n")
    assert (answer.exit_code, "校验链" in answer.output) == (0, True)
    written = session().scalars(sa.select(HistoryEntry).order_by(HistoryEntry.seq.desc()).limit(1)).one()
    assert (written.subject_kind, written.step) == ("system", "copy")
    assert app.test_cli_runner().invoke(args=["db", "copy", "--to", "mysql://x/y"]).exit_code == 1


def test_what_is_searched_is_made_anew(app: Flask, office: Office, postgres_server: None):
    """SQLite keeps terms in a virtual table, PostgreSQL in arrays: neither is copied, both are right afterwards."""
    with transaction() as current:
        current.add(Enterprise(org_id=office.orgs["county"].id, name="恒源豆腐坊", status=EnterpriseStatus.ACTIVE, created_at=clock.now()))
    with postgres.database() as name:
        target = make_engine(postgres.url_of(name))
        copying.copy(engine(), target, quiet)
        with target.connect() as connection, session_on(connection):
            assert check().faults == [] and check().texts == 1
        target.dispose()


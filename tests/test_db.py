"""What the database itself holds to, and what bulk inserts promise."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from app.db import engine, insert_many, session, transaction
from app.reference_data.models import CategoryAlias
from tests import postgres


def test_a_word_outside_its_list_is_refused_by_the_table(app: Any, office: Any) -> None:
    """Enums are stored by value under a CHECK; nobody gets past it with SQL."""
    with pytest.raises(IntegrityError, match="state"), engine().begin() as connection:
        connection.execute(
            sa.text(
                "INSERT INTO import_batch (org_id, kind, layout, state, filename, sha256, rows, samples, new_count, changed_count,"
                " unchanged_count, refused_count, created_at, version)"
                " VALUES (1, 'results', 'lab', '随便', 'a', 'b', 0, 0, 0, 0, 0, 0, '2026-01-01', 1)"
            )
        )


def test_checks_are_spelled_out_on_sqlite(app: Any) -> None:
    """No IN list is left in a CHECK: SQLite builds it anew for every row."""
    tables = (
        session().scalars(sa.text("SELECT sql FROM sqlite_master WHERE type = 'table' AND sql LIKE '%CHECK%'")).all()
    )
    assert any("state = 'registered' OR state = 'reported'" in sql for sql in tables)
    assert [sql for sql in tables if "ck_sample_purpose" in sql and " IN (" in sql] == []


@pytest.mark.parametrize("database", ["app", pytest.param("pg_app", marks=pytest.mark.postgres)])
def test_rows_from_a_generator_are_counted(request: pytest.FixtureRequest, database: str) -> None:
    request.getfixturevalue(database)
    rows = ({"written": f"写法{n}", "path": "蔬菜制品", "source": "测试", "confidence": "待核"} for n in range(2500))
    with transaction():
        assert insert_many(CategoryAlias.__table__, rows) == 2500  # type: ignore[arg-type]
        assert insert_many(CategoryAlias.__table__, iter(())) == 0  # type: ignore[arg-type]
    count = sa.select(sa.func.count()).where(CategoryAlias.source == "测试")
    assert session().scalar(count) == 2500


@pytest.mark.postgres
def test_a_copy_is_lent_again_only_where_it_is_what_it_was(postgres_copies: postgres.Copies) -> None:
    """The rows that a test adds are taken out and its numbers given back; what it changes or removes costs the copy."""
    add = "INSERT INTO category_alias (written, path, source, confidence) VALUES ('写法', '蔬菜制品', '测试', '待核') RETURNING id"
    lent, numbers = [], []
    for after in ("SELECT 1", "UPDATE region SET name = '改名' WHERE id = 1", "CREATE TABLE more (id int)", "SELECT 1"):
        with postgres_copies.lent() as name, psycopg.connect(postgres.url_of(name), autocommit=True) as connection:
            assert connection.execute("SELECT count(*) FROM category_alias WHERE source = '测试'").fetchone() == (0,)
            assert connection.execute("SELECT count(*) > 100 FROM region WHERE name <> '改名'").fetchone() == (True,)
            numbers += connection.execute(add).fetchone() or ()
            connection.execute("SET session_replication_role = replica")
            connection.execute(after)
            lent.append(name)
    assert lent[0] == lent[1] and len(set(lent)) == 3
    assert len(set(numbers)) == 1

"""The schema: one line of migrations, both ways, and models that agree with what the migrations make."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from app import migrate
from app.db import make_engine


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def empty(request: pytest.FixtureRequest, tmp_path: Path):
    """An empty database on each engine."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'empty.sqlite3'}"
    else:
        url = request.getfixturevalue("postgres_url")
    engine = make_engine(url)
    yield engine
    engine.dispose()


def test_one_head():
    assert len(migrate.heads()) == 1


def test_up_down_up(empty: sa.Engine):
    migrate.upgrade(empty)
    assert [migrate.current(empty)] == migrate.heads()
    migrate.downgrade(empty)
    assert set(sa.inspect(empty).get_table_names()) <= {"alembic_version"}  # nothing is left behind
    migrate.upgrade(empty)
    assert [migrate.current(empty)] == migrate.heads()


def test_models_agree_with_migrations(empty: sa.Engine):
    migrate.upgrade(empty)
    assert migrate.differences(empty) == []


def test_the_first_migration_makes_the_root_organisation(empty: sa.Engine):
    migrate.upgrade(empty)
    with empty.connect() as connection:
        path = sa.column("path")
        assert connection.scalars(sa.select(path).select_from(sa.table("organisation"))).all() == ["/1/"]


def test_a_migration_imports_nothing_of_the_program():
    """Tomorrow's models must not change yesterday's migrations."""
    for path in Path("migrations/versions").glob("*.py"):
        assert "from app" not in path.read_text("utf-8"), path
        assert "import app" not in path.read_text("utf-8"), path

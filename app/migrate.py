"""Schema migrations through Alembic, on the application's own engine.

Alembic is imported where it is used: with what it brings it is a hundred modules, which no page and few commands need.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy.engine import Connection, Engine

from app.config import ROOT
from app.tables import metadata

if TYPE_CHECKING:
    from alembic.config import Config

TERMS = "_grams"  # the tables of the search index are no models: on SQLite they are virtual, with shadows of their own


def compared(name: str | None, kind: str, parents: Any = None) -> bool:
    """Is this name in the database one that the models answer for?"""
    return kind != "table" or name is None or not (name.endswith(TERMS) or f"{TERMS}_" in name)


def settings(connection: Connection | None = None) -> Config:
    from alembic.config import Config

    found = Config()
    found.set_main_option("script_location", str(Path(ROOT, "migrations")))
    if connection is not None:
        found.attributes["connection"] = connection
    return found


def upgrade(engine: Engine, revision: str = "head") -> None:
    with engine.begin() as connection:
        upgrade_within(connection, revision)


def upgrade_within(connection: Connection, revision: str = "head") -> None:
    """Migrate as a part of the caller's transaction."""
    from alembic import command

    command.upgrade(settings(connection), revision)


def downgrade(engine: Engine, revision: str = "base") -> None:
    from alembic import command

    with engine.begin() as connection:
        command.downgrade(settings(connection), revision)


def current(engine: Engine) -> str | None:
    with engine.connect() as connection:
        return revision_of(connection)


def revision_of(connection: Connection) -> str | None:
    from alembic.migration import MigrationContext

    return MigrationContext.configure(connection).get_current_revision()


def known(revision: str) -> bool:
    """Does this program have the migration? A backup of a newer program names one it lacks."""
    from alembic.script import ScriptDirectory

    return revision in {script.revision for script in ScriptDirectory.from_config(settings()).walk_revisions()}


def remedy(revision: str | None) -> str:
    """What to do about a database that is not of this program: bring it up, or leave it to the newer program that made it so."""
    if revision is None or known(revision):
        return "请执行 flask db upgrade"
    return "数据库比本程序新：请改用新版本的程序，或停止网站和后台任务后用 flask rollback 恢复升级前的备份"


def heads() -> list[str]:
    from alembic.script import ScriptDirectory

    return list(ScriptDirectory.from_config(settings()).get_heads())


def differences(engine: Engine) -> list[str]:
    """What the models have and the database lacks, or the reverse; empty when they agree."""
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_name": compared})
        return [str(difference) for difference in compare_metadata(context, metadata)]

"""The office of the access matrix, made once a test process: a database for each role, and what is to be told to each."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from app.db import Base, engine, session, transaction
from app.domain.actors import BUREAU_STAFF, Role
from tests.conftest import Furnished, Office, enter_as, found_office, make_app
from tests.security import contents, expectation, kinds, voiding, world
from tests.security.expectation import Answer

OPENED = {"PUBLIC_PAGE": True, "METRICS_NETS": ["127.0.0.1/32"], "PUBLIC_PER_MINUTE": 100_000}
FILE = "shian.sqlite3"
MODELS: dict[str, type[Any]] = {mapper.class_.__name__: mapper.class_ for mapper in Base.registry.mappers}


@dataclass
class Estate:
    """What was made once: a file for each role, the addresses with their rows' arguments, the expectations."""

    files: dict[Role, Path]
    routes: list[kinds.Route]
    table: expectation.Table
    values: dict[Role, dict[tuple[str, str, str], dict[str, Any]]]  # (method, address, ownership) -> arguments
    manifest: world.Manifest
    rows: set[tuple[str, str]]  # kind's name and ownership of the rows there are

    def address(self, role: Role, route: kinds.Route, ownership: str) -> dict[str, Any]:
        return self.values[role][route.method, route.rule.rule, ownership]

    def turn(self, role: Role, route: kinds.Route) -> dict[Answer, str]:
        """With which records this role asks this route through the whole application: once where it is let in, and for
        the refusals whose turn is its; beside a record out of scope, one that is not there. A page about no record is
        opened by one of the bureau's own people, in turn: tests/accounts/test_access_matrix.py opens it as each of them."""
        found: dict[Answer, str] = {}
        if route.kind is None and role in BUREAU_STAFF and self.table.seen_by(route, Answer.ALLOWED) not in (role, None):
            return {answer: name for name, answer in self.table.asked(role, route).items()
                    if answer is not Answer.ALLOWED and self.table.seen_by(route, answer) is role}
        for ownership, answer in self.table.asked(role, route).items():
            if answer is Answer.ALLOWED or self.table.seen_by(route, answer) is role:
                found.setdefault(answer, ownership)
        if Answer.OUT_OF_SCOPE in found:
            found[Answer.MISSING] = expectation.MISSING
        return found


@pytest.fixture(scope="session")
def estate(peopled: Path, tmp_path_factory: pytest.TempPathFactory) -> Estate:
    folder = tmp_path_factory.mktemp("estate")
    shutil.copy(peopled, folder / FILE)
    made = make_app(folder)
    with made.app_context():
        office = found_office()
        session().commit()
        manifest = furnish(office)
        found = of_each_role(made, folder, manifest)
        session().close()
        engine().dispose()
    return found


def furnish(office: Office) -> world.Manifest:
    wanted = {kind.name for kind in kinds.KINDS.values() if not kind.shared}
    with transaction():
        manifest = world.furnish(office)
        contents.fill(manifest, MODELS)
        gone = manifest["voided"]
        manifest["voided"] = {name: gone[name] for name in sorted(wanted) if voiding.void(MODELS[name.split(":")[0]], gone[name])}
    return manifest


def of_each_role(made: Flask, folder: Path, manifest: world.Manifest) -> Estate:
    routes = kinds.routes(made)
    used = [route.kind for route in routes if route.kind]
    files, told, values = {}, {}, {}
    for role in Role:
        office = found_office()
        session().commit()
        with transaction():
            world.hand_over(manifest, office, role, MODELS)
        session().expire_all()
        rows = expectation.load(manifest, used, MODELS)
        actor = office.actor(world.person_of(role))
        told[role] = expectation.told_to(actor, routes, rows)
        values[role] = addresses(role, routes, rows)
        session().rollback()
        session().close()
        engine().dispose()
        files[role] = folder / f"{role.name}.sqlite3"
        shutil.copy(folder / FILE, files[role])
    return Estate(files, routes, expectation.Table(told), values, manifest, set(rows))


def addresses(role: Role, routes: list[kinds.Route], rows: expectation.Rows) -> dict[tuple[str, str, str], dict[str, Any]]:
    found = {}
    for route in routes:
        for ownership in (*world.OWNERSHIPS, expectation.MISSING, expectation.NO_RECORD):
            row = rows.get((route.kind.name, ownership)) if route.kind else None
            found[route.method, route.rule.rule, ownership] = route.values(row, role)
    return found


@dataclass
class Visit:
    """One person at the office: his browser, his key, and what his requests write and commit."""

    app: Flask
    file: Path
    kept: Path
    browser: FlaskClient
    program: FlaskClient
    key: str
    written: list[str] = field(default_factory=list)
    cookie: dict[str, Any] = field(default_factory=dict)

    def ask(self, route: kinds.Route, values: dict[str, Any]) -> Any:
        """The answer to this address; what it wrote is in ``written``, table by table."""
        self.written.clear()
        address = self.app.url_map.bind("localhost").build(route.endpoint, values, method=route.method)
        address += kinds.ASKED_WITH.get(route.endpoint, "")
        if route.by_key:
            return self.program.open(address, method=route.method, headers={"Authorization": self.key})
        return self.browser.open(address, method=route.method)

    def keep(self) -> None:
        """The database and the browser as they are now are what is put back."""
        session().close()
        with engine().connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        self.app.extensions["shian_engine"].dispose()
        shutil.copy(self.file, self.kept)
        with self.browser.session_transaction() as cookie:
            self.cookie = dict(cookie)

    def forget(self) -> None:
        """The browser as it was: signed in, and with nothing to be said on the next page."""
        if self.cookie:
            with self.browser.session_transaction() as cookie:
                cookie.clear()
                cookie.update(self.cookie)

    def put_back(self) -> None:
        """The database and the browser as they were before anything was asked."""
        self.forget()
        session().close()
        self.app.extensions["shian_engine"].dispose()
        for beside in ("-wal", "-shm"):
            Path(f"{self.file}{beside}").unlink(missing_ok=True)
        shutil.copy(self.kept, self.file)


@pytest.fixture
def visit(estate: Estate, furnished: Furnished, app: Flask) -> Iterator[Callable[[Role], Visit]]:
    """``visit(role)``: that role's person at the office, in a database of his own."""
    listening: list[tuple[str, Callable[..., None]]] = []

    def begin(role: Role) -> Visit:
        file, kept = app.config["INSTANCE_FOLDER"] / FILE, app.config["INSTANCE_FOLDER"] / "kept.sqlite3"
        kept.write_bytes(estate.files[role].read_bytes())
        contents.into_store()
        app.config.update(OPENED)
        made = Visit(app, file, kept, app.test_client(), app.test_client(use_cookies=False), "")
        made.put_back()
        office = found_office()
        session().commit()
        with transaction():
            made.key = world.key_for(office, role)
        made.browser = enter_as(app, office.people[world.person_of(role)])
        made.keep()

        pending: list[str] = []

        def notice(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
            if not statement.startswith(("SELECT", "WITH", "PRAGMA", "BEGIN", "EXPLAIN")):
                pending.append(statement)

        def kept_for_good(connection: Any) -> None:
            made.written.extend(pending)
            pending.clear()

        def taken_back(connection: Any) -> None:
            pending.clear()

        for name, listener in (("before_cursor_execute", notice), ("commit", kept_for_good), ("rollback", taken_back)):
            sa.event.listen(furnished.engine, name, listener)
            listening.append((name, listener))
        return made

    yield begin
    for name, listener in listening:
        sa.event.remove(furnished.engine, name, listener)

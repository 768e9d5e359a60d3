"""Shared fixtures: an application on a migrated database, an office with people in every role, signed-in clients.

Every test starts from a copy of one migrated database with reference data, so that no test sees another's rows.
"""

from __future__ import annotations

import gc
import inspect
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from threading import Lock
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask, has_app_context
from flask.testing import FlaskClient
from jinja2 import FileSystemBytecodeCache
from sqlalchemy.orm import selectinload

from app import clock, migrate
from app.accounts import sessions
from app.accounts.models import User, UserRole, UserSession
from app.authorize import local_operator
from app.db import engine, make_engine, session, transaction
from app.domain.actors import Role
from app.domain.samples import Level
from app.factory import create_app
from app.organisations.models import Organisation, OrganisationKind
from app.reference_data import books
from app.reference_data.models import Region
from app.reference_data.operations import load_reference
from tests import postgres

SHARED = Path(os.environ.get("SHIAN_SHARED_DATA", "../shared/data"))
PASSWORD = "Correct-horse-7-battery"

_COMPILED = tempfile.TemporaryDirectory(prefix="shian-templates-")  # goes with the process
COMPILED = FileSystemBytecodeCache(_COMPILED.name)

# Twelve thousand tests stay in memory from their collection to the end. Whenever Python looks for garbage among all that
# it takes two seconds, and it looks often: nothing is looked for while they are collected, and what they are made of is
# set aside before the first of them runs.
gc.disable()

# Not compiling a thousand modules again in each worker, nor in each process that a test starts.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

os.environ.pop("DATABASE_URL", None)
os.environ.setdefault("SHIAN_TODAY", "2026-11-20")


def pytest_runtestloop() -> None:
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 10, 5)  # connections that tests leave behind are open files
    gc.enable()


class PersonsClient(FlaskClient):
    """A browser: every request has an application context of its own, as on a server.

    The test's own context stays pushed; without this Flask would share its ``g`` (session, actor) with every request.
    What the test has loaded is refreshed afterwards, so that it sees what the request changed.
    """

    def open(self, *args: Any, **options: Any) -> Any:
        outer = session() if has_app_context() else None
        if outer is not None:
            outer.commit()
        with self.application.app_context():
            response = super().open(*args, **options)
        if outer is not None:
            outer.expire_all()
        return response


def make_app(folder: Path, url: str | None = None, **settings: Any) -> Flask:
    overrides = {
        "INSTANCE_FOLDER": folder,
        "TESTING": True,
        "PROPAGATE_EXCEPTIONS": False,
        "SERVER_NAME": None,
        "DATABASE_URL": url or f"sqlite:///{folder / 'shian.sqlite3'}",
        "SECRET_KEY": "test" * 10,
        "WTF_CSRF_ENABLED": False,
        "CASE_LEADER_FOR": "",  # one level closes a case, unless a test is about levels
        **settings,
    }
    app = create_app(overrides)
    app.test_client_class = PersonsClient
    app.jinja_env.bytecode_cache = COMPILED  # every test has an application of its own; their templates are the same
    return app


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite database with the shipped reference data, made once per test process."""
    folder = tmp_path_factory.mktemp("seeded")
    _seed(make_app(folder))
    return folder / "shian.sqlite3"


def _seed(app: Flask) -> None:
    with app.app_context():
        migrate.upgrade(engine())
        with transaction():
            load_reference(local_operator())
        engine().dispose()


@pytest.fixture(scope="session")
def peopled(seeded: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same database with the office in it, made once per test process."""
    folder = tmp_path_factory.mktemp("peopled")
    shutil.copy(seeded, folder / "shian.sqlite3")
    made = make_app(folder)
    with made.app_context():
        with transaction():
            make_office()
        engine().dispose()
    return folder / "shian.sqlite3"


@pytest.fixture(scope="session")
def county(seeded: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The demonstration county (tests/county.py), made once a run."""
    from tests.county import shared_folder, the_county

    return the_county(shared_folder(tmp_path_factory), seeded)


@dataclass
class Furnished:
    """The one application of a test process, put back between tests: its routes and templates are the same for all of them."""

    app: Flask
    config: dict[str, Any]
    extensions: dict[str, Any]
    hooks: dict[str, dict[Any, list[Any]]]
    engine: sa.Engine  # one for all: what has been compiled for it need not be compiled again
    books: dict[str, Any] = field(default_factory=dict)  # the reference tables as they are shipped, by their stamps

    @classmethod
    def of(cls, app: Flask) -> Furnished:
        app.extensions.pop("shian_engine").dispose()
        hooks = {name: _copied(getattr(app, name)) for name in HOOKS}
        return cls(app, dict(app.config), dict(app.extensions), hooks, _forgetful(app.config["DATABASE_URL"]))

    def anew(self, folder: Path, url: str | None = None) -> Flask:
        """The application as it was made, on the database in this folder or at this address."""
        self.app.config.clear()
        url = url or f"sqlite:///{folder / 'shian.sqlite3'}"
        self.app.config.update(self.config | {"INSTANCE_FOLDER": folder, "DATABASE_URL": url})
        self.app.extensions.clear()
        self.app.extensions.update(self.extensions)
        self.engine.dispose()
        self.engine.url = sa.make_url(self.app.config["DATABASE_URL"])
        self.app.extensions |= {"shian_engine": self.engine, "shian_write_turn": Lock(), "shian_books": dict(self.books)}
        for name, kept in self.hooks.items():
            getattr(self.app, name).clear()
            getattr(self.app, name).update(_copied(kept))
        return self.app


def _forgetful(url: str) -> sa.Engine:
    """An engine that waits for no disk (what a test writes need not outlive a loss of power) and opens what its address says now."""
    made = make_engine(url)
    if made.dialect.name == "sqlite":
        sa.event.listen(made, "connect", lambda connection, record: connection.execute("PRAGMA synchronous=OFF"))
        sa.event.listen(made, "do_connect", lambda dialect, record, given, options: given.__setitem__(0, made.url.database))
    else:
        hasty = {"options": "-c synchronous_commit=off"}
        sa.event.listen(made, "do_connect", lambda dialect, record, given, options: options.update(hasty, dbname=made.url.database))
    return made


HOOKS = ("before_request_funcs", "after_request_funcs", "teardown_request_funcs")


def _copied(hooks: dict[Any, list[Any]]) -> dict[Any, list[Any]]:
    return {key: list(functions) for key, functions in hooks.items()}


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Furnished:
    return Furnished.of(make_app(tmp_path_factory.mktemp("furnished")))


@pytest.fixture
def app(furnished: Furnished, seeded: Path, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Flask]:
    folder = tmp_path / "instance"
    folder.mkdir()
    with_office = "office" in request.fixturenames
    shutil.copy(request.getfixturevalue("peopled") if with_office else seeded, folder / "shian.sqlite3")
    made = furnished.anew(folder)
    yield from _lent(furnished, made)


def _lent(furnished: Furnished, made: Flask) -> Iterator[Flask]:
    with made.app_context():
        if not furnished.books:
            furnished.books |= _read_books(made)
        yield made
        session().close()  # before the pool goes: a connection that comes back to a pool that is gone waits for the garbage collector
        made.extensions["shian_engine"].dispose()


def _read_books(app: Flask) -> dict[str, Any]:
    """Every book of the reference tables, read once a process; a test that changes a table moves its stamp."""
    for read in vars(books).values():
        if inspect.isfunction(read) and "book_of" in read.__code__.co_names and not inspect.signature(read).parameters:
            read()
    session().rollback()
    return dict(app.extensions["shian_books"])


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[None]:
    postgres.require_server()
    yield
    postgres.wait_for_drops()


@pytest.fixture
def postgres_url(postgres_server: None) -> Iterator[str]:
    """The address of an empty PostgreSQL database of this test's own."""
    with postgres.database() as name:
        yield postgres.url_of(name)


@pytest.fixture(scope="session")
def postgres_seeded(postgres_server: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A migrated PostgreSQL database with the shipped reference data, made once per test process and cloned."""
    with postgres.database() as name:
        _seed(make_app(tmp_path_factory.mktemp("seeded-postgres"), postgres.url_of(name)))
        yield name


@pytest.fixture(scope="session")
def postgres_copies(postgres_seeded: str) -> Iterator[postgres.Copies]:
    copies = postgres.Copies(postgres_seeded)
    yield copies
    copies.drop()


@pytest.fixture(scope="session")
def furnished_for_postgres(postgres_seeded: str, tmp_path_factory: pytest.TempPathFactory) -> Furnished:
    return Furnished.of(make_app(tmp_path_factory.mktemp("furnished-postgres"), postgres.url_of(postgres_seeded)))


@pytest.fixture
def pg_app(furnished_for_postgres: Furnished, postgres_copies: postgres.Copies, tmp_path: Path) -> Iterator[Flask]:
    """The application on a PostgreSQL database of its own."""
    folder = tmp_path / "instance-postgres"
    folder.mkdir()
    with postgres_copies.lent() as name:
        yield from _lent(furnished_for_postgres, furnished_for_postgres.anew(folder, postgres.url_of(name)))


@dataclass
class Office:
    """A city bureau with two counties, a station, two laboratories, and one person per role and place.

    ``people["county:抽样员"]`` is a User; ``orgs["county"]`` an Organisation. Places: city, county (蓟州区),
    other (a county that must not be seen), station (below county), lab, otherlab.
    """

    orgs: dict[str, Organisation] = field(default_factory=dict)
    people: dict[str, User] = field(default_factory=dict)

    def actor(self, name: str) -> Any:
        return sessions.actor_of(sessions.load_user(User.id == self.people[name].id))


PLACES = (
    # key, code, name, kind, level, parent, region
    ("city", "CITY", "天津市市场监督管理委员会", OrganisationKind.BUREAU, Level.CITY, "root", "120000"),
    ("county", "120119", "蓟州区市场监督管理局", OrganisationKind.BUREAU, Level.COUNTY, "city", "120119"),
    ("station", "120119S1", "文昌市场监督管理所", OrganisationKind.STATION, None, "county", "120119"),
    ("other", "500156", "武隆区市场监督管理局", OrganisationKind.BUREAU, Level.COUNTY, "city", "500156"),
    ("lab", "LAB1", "衡清食品检验中心", OrganisationKind.LABORATORY, None, "root", None),
    ("otherlab", "LAB2", "远澄检测技术有限公司", OrganisationKind.LABORATORY, None, "root", None),
)
BUREAU_ROLES = [role for role in Role if role is not Role.LABORATORY]


def make_office() -> Office:
    """Write the office; runs inside a transaction."""
    office = Office()
    root = session().scalars(sa.select(Organisation).where(Organisation.parent_id.is_(None))).one()
    office.orgs["root"] = root
    for key, code, name, kind, level, parent, region in PLACES:
        above = office.orgs[parent]
        region_id = session().scalar(sa.select(Region.id).where(Region.code == region)) if region else None
        made = Organisation(
            code=code, name=name, kind=kind, level=level, parent_id=above.id, path="/", region_id=region_id,
            enabled_on=date(2016, 1, 1), active=True, created_at=clock.now(),
        )
        session().add(made)
        session().flush()
        made.path = f"{above.path}{made.id}/"
        office.orgs[key] = made
        roles = [Role.LABORATORY] if kind is OrganisationKind.LABORATORY else BUREAU_ROLES
        for role in roles:
            office.people[f"{key}:{role.value}"] = _person(made, f"{key}-{role.name.lower()}", f"{name[:2]}{role.value}", role)
    office.people["county:另一审核人"] = _person(office.orgs["county"], "county-reviewer2", "另一审核人", Role.REVIEWER)
    office.people["county:另一办案人"] = _person(office.orgs["county"], "county-handler2", "另一办案人", Role.HANDLER)
    session().flush()
    return office


def _person(org: Organisation, username: str, name: str, role: Role) -> User:
    user = User(
        org_id=org.id, username=username, name=name, password_hash="!", must_change=False, failed_count=0, active=True,
        created_at=clock.now(), password_changed_at=clock.now(), grants=[UserRole(role=role)],
    )
    session().add(user)
    session().flush()
    return user


@pytest.fixture
def office(app: Flask) -> Office:
    """The office, found where the database was made with it, else made."""
    if session().scalar(sa.select(Organisation.id).where(Organisation.code == "CITY")) is not None:
        found = found_office()
        session().commit()  # the reading ends here: what another connection writes is seen by the test
        return found
    with transaction():
        return make_office()


def found_office() -> Office:
    keys = {code: key for key, code, *_ in PLACES}
    orgs = {keys.get(org.code, "root"): org for org in session().scalars(sa.select(Organisation).order_by(Organisation.id))}
    places = {org.id: key for key, org in orgs.items()}
    people = {}
    for user in session().scalars(sa.select(User).options(selectinload(User.grants)).order_by(User.id)):
        role = user.name if user.name.startswith("另一") else user.grants[0].role.value
        people[f"{places[user.org_id]}:{role}"] = user
    return Office(orgs, people)


@pytest.fixture
def sign_in(app: Flask) -> Callable[[User], FlaskClient]:
    """``sign_in(office.people["county:抽样员"])`` -> a client whose cookie is that person's session."""
    return lambda user: enter_as(app, user)


def enter_as(app: Flask, user: User) -> FlaskClient:
    """A client of this application with the person's session."""
    client = app.test_client()
    now = clock.now()
    token = f"token-{user.id}-{now.timestamp()}"
    with transaction():
        session().add(
            UserSession(
                user_id=user.id, token_hash=sessions.token_hash(token), created_at=now, seen_at=now,
                until=now.replace(year=now.year + 1), ip="127.0.0.1",
            )
        )  # fmt: skip
    with client.session_transaction() as cookie:
        cookie[sessions.TOKEN] = token
        cookie["_user_id"] = "1"
        cookie["_fresh"] = True
    return client

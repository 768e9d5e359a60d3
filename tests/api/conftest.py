"""A laboratory with samples to test, keys for its programs, and the calls such a program makes."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from app import clock
from app.accounts.models import User, UserRole
from app.accounts.sessions import load_user
from app.api import operations, queries
from app.api.models import ApiKey
from app.api.operations import Wanted
from app.db import session, transaction
from app.domain.actors import Role
from app.domain.api_keys import ApiScope
from tests.conftest import make_office
from tests.indicators.conftest import Books
from tests.results.material import register_sample

ONE, TWO, FOREIGN, UNKNOWN = "XC26120119460010001", "XC26120119460010002", "XC26120119460010009", "XC26120119460019999"


def furnish(office: Any) -> Any:
    """The office with an administrator over all of it; two samples at the laboratory, one at another."""
    with transaction():
        root = User(
            org_id=office.orgs["root"].id, username="root-admin", name="市局系统管理员", password_hash="!", must_change=False,
            failed_count=0, active=True, created_at=clock.now(), password_changed_at=clock.now(), grants=[UserRole(role=Role.SYSTEM_ADMIN)],
        )  # fmt: skip
        session().add(root)
    office.people["root:系统管理员"] = root
    for number in (ONE, TWO):
        register_sample(office, number, laboratory_org_id=office.orgs["lab"].id, laboratory="衡清食品检验中心")
    register_sample(office, FOREIGN, laboratory_org_id=office.orgs["otherlab"].id, laboratory="远澄检测技术有限公司")
    return office


def issuing(lab: Any, by: str = "root:系统管理员") -> Callable[..., str]:
    """Issues a key to this person and returns it as written; ``changes`` are columns set afterwards."""
    serial = itertools.count(1)

    def made(who: str = "lab:承检机构", scopes: Any = ApiScope, per_minute: int = 6000, **changes: Any) -> str:
        holder = load_user(User.id == lab.people[who].id)
        with transaction():
            wanted = Wanted(f"LIMS {next(serial)}", list(scopes), per_minute, None)
            issued = operations.issue(holder, wanted, lab.actor(by), clock.now(), clock.today())
            for name, value in changes.items():
                setattr(issued.key, name, value)
        return issued.written

    return made


@pytest.fixture
def lab(app: Flask, office: Any) -> Any:
    return furnish(office)


@pytest.fixture
def issue(lab: Any) -> Callable[..., str]:
    return issuing(lab)


@pytest.fixture
def pg_issue(pg_app: Flask) -> Callable[..., str]:
    with transaction():
        office = make_office()
    return issuing(furnish(office))


class Program:
    """A laboratory's program: it carries a key and no cookies."""

    def __init__(self, app: Flask, key: str | None) -> None:
        self.client, self.key = app.test_client(use_cookies=False), key
        self.serial = itertools.count(1)

    def headers(self, extra: dict[str, str] | None = None) -> dict[str, str]:
        return ({"Authorization": f"Bearer {self.key}"} if self.key else {}) | (extra or {})

    def get(self, path: str, **query: Any) -> Any:
        return self.client.get(f"/api/v1{path}", query_string=query, headers=self.headers())

    def file(self, content: Any, once: str | None = None, **query: str) -> Any:
        body = content if isinstance(content, bytes) else json.dumps(content, ensure_ascii=False).encode()
        headers = self.headers({"Idempotency-Key": once or f"call-{next(self.serial)}"})
        return self.client.post(
            "/api/v1/results", data=body, headers=headers, query_string=query, content_type="application/json"
        )


@pytest.fixture
def program(app: Flask, issue: Callable[..., str]) -> Program:
    """The laboratory's program with a key of every scope."""
    return Program(app, issue())


def row(item: str = "毒死蜱", result: str = "0.01", **cells: Any) -> dict[str, Any]:
    return {"item": item, "result": result, "unit": "mg/kg", "verdict": "合格项", "max_limit": "0.02", "limit_unit": "mg/kg", **cells}


def report(number: str = ONE, *rows: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"number": number, "report_no": f"BG{number[-4:]}", "reported_on": "2026-11-12", "rows": list(rows) or [row()], **fields}


def places(answer: Any) -> dict[str, str]:
    """path -> message of a refusal."""
    return {one["path"]: one["message"] for one in answer.json["error"]["fields"]}


def key_of(written: str) -> ApiKey:
    found = queries.key_presented(written.split("_")[1])
    assert found is not None
    return found


@pytest.fixture
def books(lab: Any) -> Books:
    """Batches for the figures."""
    return Books(lab.orgs)

"""Rapid tests to record, files of them, and who works with them."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from app.db import session
from app.domain.rapid_tests import TITLES
from app.rapid_tests.models import RapidTest


def typed(**changes: Any) -> dict[str, str]:
    """What the form sends for an ordinary test."""
    return {
        "tested_on": "2026-11-18", "sampled_name": "文昌农贸市场", "stall": "蔬菜 12 号", "region": "天津/天津/蓟州区", "link": "流通",
        "product_name": "韭菜", "item": "克百威", "device": "速测仪", "device_no": "KJ-01", "reagent": "检测卡", "reagent_batch": "B01",
        "reagent_until": "2027-02-01", "result": "阴性", "reading": "T 线显色", "testers": "张三、李四",
    } | changes  # fmt: skip


def positive(**changes: Any) -> dict[str, str]:
    return typed() | {"result": "阳性", "reading": "T 线不显色", "told_at": "2026-11-18 09:30"} | changes


def as_csv(rows: Sequence[dict[str, str]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerows([TITLES.values(), *([row.get(name, "") for name in TITLES] for row in rows)])
    return text.getvalue().encode("utf-8-sig")


def every() -> list[RapidTest]:
    return list(session().scalars(sa.select(RapidTest).order_by(RapidTest.id).execution_options(populate_existing=True)))


@pytest.fixture
def clerk(office: Any, sign_in: Callable[..., FlaskClient]) -> FlaskClient:
    return sign_in(office.people["county:抽样员"])


@pytest.fixture
def stranger(office: Any, sign_in: Callable[..., FlaskClient]) -> FlaskClient:
    return sign_in(office.people["other:抽样员"])


@pytest.fixture
def record(clerk: FlaskClient) -> Callable[..., RapidTest]:
    """Record through the form."""

    def send(fields: dict[str, str] | None = None, client: FlaskClient = clerk) -> RapidTest:
        answer = client.post("/rapid-tests/new", data=fields or typed())
        assert answer.status_code == 303, answer.text
        return session().get_one(RapidTest, int(answer.location.rsplit("/", 1)[1]), populate_existing=True)

    return send

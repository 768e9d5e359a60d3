"""Plans of the county: made through operations, looked at through pages and commands."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import clock
from app.db import session, transaction
from app.domain.quotas import PLAN, Cell
from app.domain.samples import AreaType, Level, Link, Purpose
from app.plans import issuing, operations, queries, quota_saving
from app.plans.models import SamplingPlan
from app.reference_data.books import category_book, region_book
from tests.conftest import Office

COUNTY = "120119"


def category(path: str) -> int:
    found = category_book().by_path(path)
    assert found is not None, path
    return found.id


def grain() -> int:
    return category("粮食加工品")


def wheat() -> int:
    return category("粮食加工品/小麦粉")


def region(code: str = COUNTY) -> int:
    found = region_book().id(code)
    assert found is not None
    return found


def township(place: int = 0) -> int:
    return region_book().children(region())[place]


def header(**changes: Any) -> operations.Header:
    values: dict[str, Any] = {
        "year": 2026, "name": "蓟州区食品安全监督抽检计划", "level": Level.COUNTY, "purpose": Purpose.SUPERVISION,
        "region_id": region(), "total": 500,
    }  # fmt: skip
    return operations.Header(**(values | changes))


def typed(**changes: Any) -> dict[str, Any]:
    """What the form of a plan sends."""
    return {
        "year": "2026", "name": "蓟州区食品安全监督抽检计划", "level": "县级", "purpose": "监督抽检", "area": COUNTY, "total": "500",
        "parent": "", "number_prefix": "", "number_unit": "", "number_suffix": "", "note": "",
    } | changes  # fmt: skip


def fresh(plan: SamplingPlan | int) -> SamplingPlan:
    number = plan if isinstance(plan, int) else plan.id
    found = session().get(SamplingPlan, number, populate_existing=True)
    assert found is not None
    return found


def numbers(plan: SamplingPlan) -> dict[Cell, int]:
    """The cells as they are written now, the total apart."""
    return {cell: number for cell, number in queries.quotas_by_cell(plan.id).items() if cell != PLAN}


def save(plan: SamplingPlan, office: Office, quotas: Mapping[Cell, int | None], reason: str | None = None) -> None:
    with transaction():
        quota_saving.save_quotas(plan, quotas, office.actor("county:统计员"), clock.now(), reason)


def issue(plan: SamplingPlan, office: Office, comment: str | None = None) -> SamplingPlan:
    """Submit, approve by another person, issue."""
    clerk, reviewer = office.actor("county:统计员"), office.actor("county:审核人")
    with transaction():
        operations.submit(plan, clerk, clock.now(), comment)
    with transaction():
        operations.approve(plan, reviewer, clock.now(), None)
    with transaction():
        issuing.issue(plan, clerk, clock.now(), None)
    return plan


@pytest.fixture
def make(app: Flask, office: Office) -> Callable[..., SamplingPlan]:
    def one(who: str = "county:统计员", **changes: Any) -> SamplingPlan:
        with transaction():
            return operations.create(header(**changes), office.actor(who), clock.now())

    return one


@pytest.fixture
def plan(make: Callable[..., SamplingPlan]) -> SamplingPlan:
    """A draft of 500 batches."""
    return make()


@pytest.fixture
def clerk(office: Office, sign_in: Callable[..., FlaskClient]) -> FlaskClient:
    """统计员 of the county."""
    return sign_in(office.people["county:统计员"])


@pytest.fixture
def reviewer(office: Office, sign_in: Callable[..., FlaskClient]) -> FlaskClient:
    return sign_in(office.people["county:审核人"])


@pytest.fixture
def stranger(office: Office, sign_in: Callable[..., FlaskClient]) -> FlaskClient:
    """统计员 of the other county."""
    return sign_in(office.people["other:统计员"])


def workbook(rows: Sequence[Sequence[Any]]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(list(row))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def cells_of(content: bytes, sheet: int = 0) -> list[list[Any]]:
    return [list(row) for row in openpyxl.load_workbook(io.BytesIO(content)).worksheets[sheet].iter_rows(values_only=True)]


def make_quotas() -> dict[Cell, int]:
    """Numbers on every axis, that fit into 500."""
    return {
        Cell(grain()): 100, Cell(wheat()): 60, Cell(wheat(), month=3): 5, Cell(month=1): 40, Cell(region_id=township()): 30,
        Cell(grain(), township(1), Link.CATERING, 12, AreaType.RURAL): 2, Cell(link=Link.ONLINE): 10,
    }  # fmt: skip

"""A sampler of the county, sheets as people type them, and the same sheets as files."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from app.db import session
from app.domain.sheet_required import ALL, FIELDS
from app.sampling.models import Sample
from app.sampling.sheet_layout import CHOICES

SHEET = {
    "number": "XBJ26120119000010001", "task_source": "蓟州区市场监督管理局", "report_class_a": "抽检监测（县级本级）",
    "purpose": "监督抽检", "category": "食用农产品/蔬菜/叶菜类蔬菜/油麦菜", "link": "流通", "place": "超市",
    "sampled_name": "长春堂超市", "sampled_credit_code": "91131102MA0F4BGG58", "sampled_region": "天津/天津/蓟州区",
    "sampled_address": "文昌街1号", "area_type": "城市", "sampled_contact": "张三丰", "sampled_phone": "13812345678",
    "product_name": "油麦菜", "made_on": "2026-11-18", "date_kind": "购进日期", "sampled_on": "2026-11-19",
    "quantity": "1.5", "quantity_unit": "kg", "backup_quantity": "0.5kg", "samplers": "李四、王五", "outcome": "registered",
}  # fmt: skip
# The form leaves no starred field blank: what does not apply is "/".
SHEET |= {
    name: "/"
    for name, field in FIELDS.items()
    if field.starred and name not in SHEET and name not in CHOICES and field.only == ALL
} | {"sampling_unit_level": "县级"}


@pytest.fixture
def sheet() -> Callable[..., dict[str, str]]:
    """A complete sheet with some fields otherwise; None leaves a field out."""

    def made(**other: str | None) -> dict[str, str]:
        return {name: text for name, text in {**SHEET, **other}.items() if text is not None}

    return made


@pytest.fixture
def sampler(office: Any, sign_in: Callable[..., FlaskClient]) -> FlaskClient:
    """抽样员 of the county, signed in, who reads the warnings about a sheet and ticks them off."""
    return accepting(sign_in(office.people["county:抽样员"]))


CONFIRMED = re.compile(r'name="confirmed" value="(\w+)"')


def accepting(client: FlaskClient) -> FlaskClient:
    """The client sends a sheet again with 已核对，继续登记 where nothing but warnings stood against it."""
    once = client.post

    def post(address: str, **options: Any) -> Any:
        answer = once(address, **options)
        if answer.status_code == 422 and (box := CONFIRMED.search(answer.text)):
            return once(address, **{**options, "data": {**options["data"], "confirmed": box[1]}})
        return answer

    client.post = post  # type: ignore[assignment]
    return client


@pytest.fixture
def registered(sampler: FlaskClient, sheet: Callable[..., dict[str, str]]) -> Sample:
    """One sheet, registered through the page."""
    answer = sampler.post("/sampling/new", data=sheet())
    assert answer.status_code == 303, complaints(answer)
    return sample_numbered(str(sheet()["number"]))


def sample_numbered(number: str) -> Sample:
    """The sample as the database has it now."""
    return session().scalars(
        sa.select(Sample).where(Sample.number == number).execution_options(populate_existing=True)
    ).one()


@pytest.fixture
def command(app: Flask, office: Any) -> Callable[..., Any]:
    """``flask samples …`` as the local operator."""
    return lambda *words: app.test_cli_runner().invoke(args=["samples", *map(str, words)])


def complaints(answer: Any) -> list[str]:
    """What the page says is wrong."""
    summary = answer.text.partition('id="error-summary"')[2].partition("</ul>")[0]
    return re.findall(r"<li>(?:<a[^>]*>)?([^<]+)", summary)

"""The register of a county: credit codes that hold, what is typed into the form, files to upload, samples to link."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from stdnum.cn import uscc

from app import clock
from app.db import session, transaction
from app.domain.samples import Domain, Link, Purpose, Supervision
from app.domain.workflow import SampleState
from app.enterprises.models import Enterprise
from app.results.models import ImportBatch
from app.sampling.models import Sample

HEADER = ("统一社会信用代码", "企业名称", "企业类型", "所属区域", "地址", "许可证号", "许可证有效期", "状态")


def code_of(serial: int) -> str:
    """A 统一社会信用代码 whose check character is right."""
    body = f"91120119MA{serial:07d}"
    return body + str(uscc.calc_check_digit(body))


def typed(**changes: Any) -> dict[str, Any]:
    """What the form sends for an ordinary shop."""
    return {
        "name": "蓟州区好又多超市", "credit_code": code_of(1), "kinds": ["食品销售者"], "region": "天津/天津/蓟州区",
        "address": "文昌街 1 号", "area_type": "城市", "licence_kind": "经营许可证", "licence_no": "JY11201190001234",
        "licence_until": "2028-11-20", "standing": "在产",
    } | changes  # fmt: skip


def row_of(serial: int, **changes: str) -> dict[str, str]:
    """A line of a file about an ordinary shop."""
    place = ("天津/天津/蓟州区", f"文昌街{serial}号")
    cells = (code_of(serial), f"第{serial}食品店", "食品销售者", *place, f"JY{serial:07d}", "2028-11-20", "在产")
    return dict(zip(HEADER, cells, strict=True)) | changes


def as_csv(rows: Sequence[dict[str, str]], header: Sequence[str] = HEADER, encoding: str = "utf-8-sig") -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerows([header, *([row.get(title, "") for title in header] for row in rows)])
    return text.getvalue().encode(encoding)


def cells_of(content: bytes, sheet: int = 0) -> list[list[Any]]:
    """The cells of a workbook that was sent."""
    return [list(row) for row in openpyxl.load_workbook(io.BytesIO(content)).worksheets[sheet].iter_rows(values_only=True)]


def every() -> list[Enterprise]:
    return list(session().scalars(sa.select(Enterprise).order_by(Enterprise.id).execution_options(populate_existing=True)))


def only() -> Enterprise:
    (found,) = every()
    return found


@pytest.fixture
def clerk(office: Any, sign_in: Callable[..., FlaskClient]) -> FlaskClient:
    """抽样员 of the county, signed in."""
    return sign_in(office.people["county:抽样员"])


@pytest.fixture
def stranger(office: Any, sign_in: Callable[..., FlaskClient]) -> FlaskClient:
    """抽样员 of the other county."""
    return sign_in(office.people["other:抽样员"])


@pytest.fixture
def register(clerk: FlaskClient) -> Callable[..., Enterprise]:
    """Register an enterprise through the form."""

    def send(client: FlaskClient = clerk, **changes: Any) -> Enterprise:
        answer = client.post("/enterprises/new", data=typed(**changes))
        assert answer.status_code == 303, answer.text
        return session().get_one(Enterprise, int(answer.location.rsplit("/", 1)[1]))

    return send


@pytest.fixture
def upload(clerk: FlaskClient) -> Callable[..., Any]:
    """Upload a file through the page; the batch that is then shown."""

    def send(content: bytes, name: str = "enterprises.csv", client: FlaskClient = clerk) -> ImportBatch:
        answer = client.post("/enterprises/import", data={"file": (io.BytesIO(content), name)})
        assert answer.status_code == 303, answer.text
        return batch_now(int(answer.location.rsplit("/", 1)[1]))

    return send


@pytest.fixture
def confirm(clerk: FlaskClient) -> Callable[..., Any]:
    """Press 确认导入."""

    def press(batch: ImportBatch, client: FlaskClient = clerk, **fields: str) -> Any:
        return client.post(f"/enterprises/import/{batch.id}/confirm", data={"version": str(batch.version), **fields})

    return press


def batch_now(batch_id: int) -> ImportBatch:
    return session().get_one(ImportBatch, batch_id, populate_existing=True)


@pytest.fixture
def command(app: Flask, office: Any, tmp_path: Path) -> Callable[..., Any]:
    """``flask enterprises import``: the exit status, the JSON, and what was said."""

    def run(content: bytes, *options: str, name: str = "enterprises.csv") -> tuple[int, Any, str]:
        path = tmp_path / name
        path.write_bytes(content)
        result = app.test_cli_runner().invoke(args=["enterprises", "import", str(path), *options, "--json"])
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result.exit_code, json.loads(result.stdout) if result.stdout.strip() else None, result.stderr

    return run


@pytest.fixture
def sample(office: Any) -> Callable[..., Sample]:
    """A sample taken in the county, or wherever ``org`` says."""

    def take(number: str, org: str = "county", **given: Any) -> Sample:
        values = {
            "number": number, "org_id": office.orgs[org].id, "state": SampleState.REPORTED, "purpose": Purpose.SUPERVISION,
            "domain": Domain.FOOD, "product_name": "芹菜", "sampled_name": "好又多", "link": Link.CIRCULATION,
            "sampled_on": date(2026, 11, 2), "reported_on": date(2026, 11, 18), "supervision": Supervision.PASS,
            "search_text": number, "created_at": clock.now(), "pending_items": 0,
        } | given  # fmt: skip
        with transaction():
            made = Sample(**values)
            session().add(made)
        return made

    return take

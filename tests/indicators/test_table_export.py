"""The tables of the figures as workbooks: what the page shows, cell by cell; and on record with filter, rows and digest."""

from __future__ import annotations

import hashlib
import html
import io
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from app.chain import HistoryEntry
from app.db import session
from app.domain.samples import Domain, Supervision
from app.indicators import queries
from tests.indicators.conftest import Batch, Books

PLAN = "/indicators/jizhou?area=120119&year=2026"


@pytest.fixture
def reader(office: Any, sign_in: Any) -> FlaskClient:
    return sign_in(office.people["county:统计员"])  # type: ignore[no-any-return]


@pytest.fixture
def some(books: Books) -> Books:
    farm = Batch(domain=Domain.AGRICULTURAL)
    open_one = replace(farm, supervision=Supervision.OPEN, region="120119101")
    books.add(*[farm] * 5, replace(farm, supervision=Supervision.FAIL), open_one)
    return books


def tables(content: bytes) -> dict[str, list[list[Any]]]:
    book = openpyxl.load_workbook(io.BytesIO(content))
    return {sheet.title: [[cell.value for cell in row] for row in sheet.iter_rows()] for sheet in book}


def last_export() -> HistoryEntry:
    statement = sa.select(HistoryEntry).where(HistoryEntry.step == "export").order_by(HistoryEntry.seq.desc())
    return session().scalars(statement.limit(1)).one()


def on_record(content: bytes, rows: int) -> str:
    told = last_export().comment or ""
    assert f"共 {rows} 行" in told and told.endswith(f"SHA-256 {hashlib.sha256(content).hexdigest()}"), told
    return told


def test_the_table_of_a_plan_is_the_page_cell_by_cell(some: Books, reader: FlaskClient) -> None:
    page = reader.get(PLAN).get_data(as_text=True)
    address = html.unescape(re.search(r'href="([^"]+format=xlsx[^"]*)"', page)[1])  # type: ignore[index]
    content = reader.get(address).data
    head, *rows = tables(content)["规划指标"]
    assert len(rows) == len(queries.indicators(queries.plans()[0])) or len(rows) == page.count('<tr id="no-')
    for row in rows:
        cells = dict(zip(head, row, strict=True))
        shown = re.search(rf'<tr id="no-{cells["序号"]}">(.*?)</tr>', page, re.S)
        assert shown is not None
        words = html.unescape(re.sub(r"<[^>]+>", "", shown[1]))
        for name in ("指标", "当前值", "达标", "时序进度", "目标"):
            assert str(cells[name]) in words, (cells["序号"], name)
        for name in ("分子", "分母"):
            assert cells[name] is None or f"{cells[name]:,}" in words
    assert any(cells is not None for cells in (row[head.index("分子")] for row in rows))
    assert "蓟州区 2026年" in on_record(content, len(rows))


def test_the_moment_asked_is_the_moment_taken_out(some: Books, reader: FlaskClient) -> None:
    content = reader.get(f"{PLAN}&as_of=2026-01-01T08:00&format=xlsx").data
    head, *rows = tables(content)["规划指标"]
    assert not any(row[head.index("分子")] for row in rows)
    assert ["截至时点", "2026-01-01 08:00:59"] in tables(content)["导出说明"] or "2026-01-01 08:00" in str(tables(content)["导出说明"])
    assert "截至 2026-01-01 08:00" in (last_export().comment or "")


@pytest.mark.parametrize(("below", "sheet", "rows"), [("breakdown?by=area&", "分组统计", 3), ("chart?", "分月", 11)])
def test_parts_and_months_are_those_of_the_page(some: Books, reader: FlaskClient, below: str, sheet: str, rows: int) -> None:
    address = f"/indicators/jizhou/14/{below}area=120119&year=2026"
    page, content = reader.get(address).get_data(as_text=True), reader.get(f"{address}&format=xlsx").data
    head, *found = tables(content)[sheet]
    assert len(found) == rows and len(head) == len(set(head))
    shown = [[html.unescape(re.sub(r"<[^>]+>", " ", cell)).strip() for cell in re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", row, re.S)]
             for row in re.findall(r"<tr>(.*?)</tr>", page, re.S)]  # fmt: skip
    for row in found:
        ours = next(cells for cells in shown if cells and cells[0] == row[0])
        numbers = set(re.findall(r"[\d.]+", " ".join(ours[1:]).replace(",", "")))
        assert {str(cell).replace(",", "").rstrip("%") for cell in row[1:] if cell not in (None, "—")} <= numbers, row
    on_record(content, rows)


def test_by_command_and_what_is_refused(some: Books, office: Any, app: Any, tmp_path: Path) -> None:
    words = ["indicators", "show", "--plan", "jizhou", "--area", "120119", "--year", "2026", "--json", "--output"]
    run = app.test_cli_runner().invoke
    refused = run(args=[*words, str(tmp_path / "no" / "table.xlsx")])
    assert refused.exit_code == 1 and "已有文件夹" in refused.output
    made = run(args=[*words, str(tmp_path / "table.xlsx")])
    assert made.exit_code == 0, made.output
    content = (tmp_path / "table.xlsx").read_bytes()
    head, *rows = tables(content)["规划指标"]
    told = {one["no"]: one for one in json.loads(made.stdout)}
    assert [row[head.index("序号")] for row in rows] == list(told)
    assert all(row[head.index("分子")] == told[row[head.index("序号")]]["numerator"] for row in rows)
    on_record(content, len(rows))


@pytest.mark.parametrize("who", ["lab:承检机构", "county:系统管理员"])
def test_figures_are_not_taken_out_by_whom_they_do_not_concern(who: str, office: Any, sign_in: Any) -> None:
    assert sign_in(office.people[who]).get(f"{PLAN}&format=xlsx").status_code == 403


def test_another_bureau_takes_out_its_own_batches(some: Books, office: Any, sign_in: Any) -> None:
    content = sign_in(office.people["other:统计员"]).get(f"{PLAN}&format=xlsx").data
    head, *rows = tables(content)["规划指标"]
    assert not any(row[head.index("分子")] for row in rows)


@pytest.mark.parametrize("address", [
    "/comparisons/parts?area=120119&year=2026&by=link&format=xlsx", "/comparisons/regions?area=120119&year=2026&format=xlsx",
    "/turnaround/export?area=120119", "/gaps/coverage/export?year=2026", "/disposal/enforcement-records/export", "/sampling/returns/export",
    "/disposal/export",
])  # fmt: skip
def test_whatever_else_is_taken_out_is_on_record_with_its_digest(some: Books, reader: FlaskClient, address: str) -> None:
    answer = reader.get(address)
    assert answer.status_code == 200
    told = last_export().comment or ""
    assert re.search(r"共 \d+ [行件]", told) and told.endswith(f"SHA-256 {hashlib.sha256(answer.data).hexdigest()}"), told


@pytest.mark.parametrize("address", ["/users/review/workbook", "/permissions/workbook"])
def test_lists_of_accounts_and_rights_as_well(address: str, office: Any, sign_in: Any) -> None:
    answer = sign_in(office.people["county:安全管理员"]).get(address)
    assert answer.status_code == 200
    assert (last_export().comment or "").endswith(f"SHA-256 {hashlib.sha256(answer.data).hexdigest()}")

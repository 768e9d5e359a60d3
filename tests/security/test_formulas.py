"""Whatever people have typed stays text in every list and file that is taken out: no cell of a reopened workbook is a formula."""

from __future__ import annotations

import csv
import io
import random
import re
import zipfile
from collections.abc import Iterator, Sequence
from typing import Any

import openpyxl
import sqlalchemy as sa
from flask import Flask

from app import clock, files
from app.attachments.models import Attachment
from app.db import Base, session, transaction
from app.domain.indicators import Period
from app.domain.permissions import Permission, may_ever
from app.downloads.lists import every, source_of
from app.exports import keeping, operations
from app.indicators import frames
from app.indicators import queries as indicators
from app.reference_changes import rule_files, rule_tables
from app.reference_data.books import region_book
from app.spreadsheet_cells import FORMULA_STARTS
from app.taken_out import XLSX
from tests.downloads.taking import pressed
from tests.security.county import county  # noqa: F401  a fixture
from tests.security.people import County

STARTS = ("=1+1", "=cmd|'/C calc'!A0", "+1+1", "-1+1", "@SUM(A1)", "\t=1+1", "\r=1+1", "＝1+1", "\n=1+1",
    "=HYPERLINK(\"http://evil.example\")")
SAFE = ("name", "remark", "note", "reason", "comment", "address", "title", "place", "text", "brand", "position", "description",
    "method", "laboratory")
KEPT = frozenset({"region", "food_category", "plan", "code_value", "history_entry", "user_role",
    "return_template"})  # what the program looks up by name


def poison(starts: Sequence[str] = STARTS) -> int:
    """Formulas in the free texts of every table; how many columns took them."""
    draw, poisoned = random.Random(7), 0
    for table in Base.metadata.sorted_tables:
        unique = {column.name for column in table.columns if column.unique} | {
            column.name for one in table.constraints if isinstance(one, sa.UniqueConstraint) for column in one.columns
        }
        for column in table.columns:
            free = type(column.type) is sa.String and column.name not in unique and not column.foreign_keys
            fitting = [start for start in starts if len(start) <= (getattr(column.type, "length", None) or 0)]
            if table.name in KEPT or not free or not fitting or not any(word in column.name for word in SAFE):
                continue
            try:
                with transaction():
                    session().execute(sa.update(table).where(column.is_not(None)).values({column.name: draw.choice(fitting)}))
                poisoned += 1
            except sa.exc.IntegrityError:  # a CHECK knows what stands there: no free text
                session().rollback()
    return poisoned


def test_no_list_taken_out_has_a_formula(county: County) -> None:  # noqa: F811
    assert poison() > 60
    written: dict[str, int] = {}
    formulas: list[Any] = []
    for code in every():
        who = next((name for name, actor in county.actors.items() if may_ever(actor, source_of(code).permission)), None)
        if who is None:
            continue
        columns = [str(place) for place in range(len(source_of(code).fields))]
        answer = pressed(county.client(who), code, "state=all&stage=all", column=columns)
        if answer.status_code == 404:  # a list of one record, which its address has to name
            continue
        found = re.search(r"/downloads/(\d+)", answer.headers["Location"])
        assert found is not None, code
        content = county.client(who).get(f"/downloads/{found[1]}/file").data
        for sheet in openpyxl.load_workbook(io.BytesIO(content)):
            for cell in (cell for row in sheet.iter_rows() for cell in row):
                if cell.data_type == "f":
                    formulas.append((code, cell.coordinate, cell.value))
                elif isinstance(cell.value, str) and cell.value.strip().startswith(("=", "+1", "-1+", "@SUM")):
                    written[code] = written.get(code, 0) + 1
                    assert cell.quotePrefix or cell.data_type in ("s", "inlineStr"), (code, cell.coordinate)
    assert formulas == []
    assert len(written) >= 15 and sum(written.values()) > 200, written


# Addresses that answer with a workbook or a .csv for somebody of the county, beside the lists above.
FILES = re.compile(r"xlsx|csv|export|download|workbook|template|errors|sources|differences|simulation|file|answers|blank|catalogue")
FEWEST = 38


def test_no_file_taken_out_has_a_formula(county: County) -> None:  # noqa: F811
    """Returns counted and printed from such words, the published lists as anybody gets them, forms, catalogues, templates to fill in.

    The form of the authority above has formulas of its own, and keeps them.
    """
    county.app.config.update(PUBLIC_PAGE=True, PUBLIC_PER_MINUTE=100_000)
    poison()
    read: dict[str, int] = {}
    formulas: list[Any] = []
    for endpoint, content in (*printed_returns(county), *files_of(county)):
        cells = list(cells_of(content))
        formulas += [(endpoint, cell) for kind, cell in cells if kind == "f" and any(start.strip() in cell for start in STARTS)]
        formulas += [(endpoint, cell) for kind, cell in cells if kind == "csv" and cell.startswith(FORMULA_STARTS)]
        read[endpoint] = read.get(endpoint, 0) + sum(text.lstrip("'\t\r\n").startswith(("=", "+1", "-1+", "@SUM")) for _, text in cells)
    assert formulas == []
    plans = {"plans.export_quotas", "plans.export_items"}  # 批次分解 and 检验项目: each names its plan, as somebody typed it
    assert all(read[endpoint] > 0 for endpoint in plans) and {"plans.quota_template", "plans.item_template"} <= read.keys()
    assert len(read) >= FEWEST and sum(count > 0 for count in read.values()) >= 25, read


def files_of(county: County) -> Iterator[tuple[str, bytes]]:  # noqa: F811
    for rule in county.rules("GET"):
        if not FILES.search(rule.rule + rule.endpoint):
            continue
        for way in county.ways(rule)[:1]:
            answer = county.client(way.username).get(way.address(county.app, "GET"))
            assert answer.status_code < 500, rule.rule
            if answer.status_code == 200 and (answer.mimetype == XLSX or answer.mimetype == "text/csv"):
                yield rule.endpoint, answer.data


def printed_returns(county: County) -> Iterator[tuple[str, bytes]]:  # noqa: F811
    """Counted now, after the words were changed."""
    form, archive = made_return(county)
    yield "a return", form
    with zipfile.ZipFile(io.BytesIO(archive)) as sources:
        yield "the lists of a return", sources.read(keeping.INDEX)


def made_return(county: County) -> tuple[bytes, bytes]:  # noqa: F811
    """月报 of the county, filled now, and the archive of its sources."""
    clerk = next(actor for actor in county.actors.values() if may_ever(actor, Permission.RETURN_MAKE))
    place = frames.area_by_code(region_book(), "120119")
    wish = operations.Wish(place, indicators.plan_by_code(clerk, "jizhou"), Period(2026, month=10), None, None)
    with transaction():
        made = operations.make(wish, clerk, clock.now())
    assert made.sha256 is not None
    return files.read(made.sha256), files.read(session().get_one(Attachment, made.sources_attachment_id).sha256)


def cells_of(content: bytes) -> Iterator[tuple[str, str]]:
    if not content.startswith(b"PK"):
        rows = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
        yield from (("csv", cell) for row in rows for cell in row)
        return
    for sheet in openpyxl.load_workbook(io.BytesIO(content)):
        yield from ((cell.data_type, str(cell.value or "")) for row in sheet.iter_rows() for cell in row)


def test_a_table_of_rules_comes_back_as_it_was(app: Flask) -> None:
    """Its .csv marks what a spreadsheet program would reckon with, and reading it takes the mark off again."""
    content = rule_tables.written([["kind", "value"], *([start.strip(), "-1"] for start in STARTS)])
    told = rule_files.comma_separated(content)
    assert not [cell for _, cell in cells_of(told) if cell.startswith(FORMULA_STARTS)]
    with transaction():
        assert rule_files.text_of(files.store(told).sha256, "rules.csv") == content

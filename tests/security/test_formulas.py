"""Whatever people have typed stays text in every list that is taken out: no cell of a reopened workbook is a formula."""

from __future__ import annotations

import io
import random
import re
from typing import Any

import openpyxl
import sqlalchemy as sa

from app.db import Base, session, transaction
from app.domain.permissions import may_ever
from app.downloads.lists import every, source_of
from tests.downloads.taking import pressed
from tests.security.county import county  # noqa: F401  a fixture
from tests.security.people import County

STARTS = ("=1+1", "=cmd|'/C calc'!A0", "+1+1", "-1+1", "@SUM(A1)", "\t=1+1", "\r=1+1", "＝1+1", "\n=1+1",
    "=HYPERLINK(\"http://evil.example\")")
SAFE = ("name", "remark", "note", "reason", "comment", "address", "title", "place", "text", "brand", "position", "description",
    "method", "laboratory")
KEPT = frozenset({"region", "food_category", "plan", "code_value", "history_entry", "user_role",
    "return_template"})  # what the program looks up by name


def poison() -> int:
    """Formulas in the free texts of every table; how many columns took them."""
    draw, poisoned = random.Random(7), 0
    for table in Base.metadata.sorted_tables:
        unique = {column.name for column in table.columns if column.unique} | {
            column.name for one in table.constraints if isinstance(one, sa.UniqueConstraint) for column in one.columns
        }
        for column in table.columns:
            free = type(column.type) is sa.String and column.name not in unique and not column.foreign_keys
            fitting = [start for start in STARTS if len(start) <= (getattr(column.type, "length", None) or 0)]
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

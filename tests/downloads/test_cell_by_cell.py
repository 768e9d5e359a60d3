"""A list is written column by column, each different value once; cell by cell it is what its rows say one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
from flask import Flask
from werkzeug.datastructures import MultiDict

from app import clock
from app.authorize import act_as
from app.db import session, transaction
from app.domain.facts import Conclusion, wording
from app.domain.workflow import SampleState
from app.downloads.lists import Field, ListSource, Part, cell, every
from app.downloads.operations import wanted
from app.downloads.writing import write
from app.enterprises.models import Enterprise, EnterpriseStatus
from app.errors import NotFound
from app.reference_data.books import category_book, region_book
from app.sampling.models import Sample
from app.spreadsheet_cells import plain
from tests.downloads.taking import rows_of, taken_out
from tests.downloads.test_downloads import stock
from tests.results.test_report_entry import item, typed

NAMED_APART = {
    "食品分类": lambda row: category_book().by_id(row.category_id).path if row.category_id else row.category_written,
    "抽样地": lambda row: region_book().full_name(row.region_id) if row.region_id else row.sampled_region_written,
    "结论": lambda row: wording(Conclusion(row.supervision, row.monitoring)) if row.state is SampleState.REPORTED else None,
    "抽检计划": lambda row: None, "被抽样单位联系人": lambda row: "欧**", "被抽样单位电话": lambda row: "138****5678",
}  # fmt: skip


def one_by_one(source: ListSource, fields: tuple[Field, ...], actor: Any, filters: Any) -> Iterator[list[Any]]:
    """Row by row and cell by cell, with nothing remembered from one to the next."""
    for part in source.parts(actor, filters):
        if not source.in_columns:
            yield from ([cell(field.value(row)) for field in fields] for row in list(source.prepare(actor, part, False)))
            continue
        assert isinstance(source.prepare(actor, part, False), Part)
        for row in part:
            yield [cell(_of_row(field, row)) for field in fields]


def _of_row(field: Field, row: Any) -> Any:
    if field.title in NAMED_APART:
        return NAMED_APART[field.title](row)
    if field.title == "不合格项目":
        return "毒死蜱（0.32mg/kg）" if row.supervision == "不合格" else None
    assert field.reads is not None
    (name,) = field.reads
    return getattr(row, name)


def as_read(value: Any) -> Any:
    """A cell as it comes back from a file."""
    value = plain(value)
    if isinstance(value, date):
        moment = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)
        return moment.replace(microsecond=0).isoformat()
    return value if isinstance(value, str) or value is None else float(value)  # type: ignore[arg-type]


def read(path: Path) -> list[list[Any]]:
    rows = openpyxl.load_workbook(path).worksheets[0].iter_rows(min_row=2, values_only=True)
    return [[as_read(one) for one in row] for row in rows]


def test_every_list_says_what_its_rows_say(app: Flask, office: Any, sign_in: Any, tmp_path: Path) -> None:
    stock(office, 4)
    sample = session().query(Sample).order_by(Sample.id).first()
    data = typed([item("毒死蜱", "0.32", "不合格项"), item("铅", "未检出", "合格项")], version=sample.version)
    assert sign_in(office.people["county:统计员"]).post(f"/samples/{sample.id}/results", data=data).status_code == 303
    session().rollback()
    actor, filled = office.actor("county:统计员"), set()
    act_as(actor)
    for code, source in sorted(every().items()):
        try:
            asked = wanted(source, {}, [one.title for one in source.columns(source.asked(MultiDict()))], None, actor)
        except NotFound:
            continue  # of one record only
        expected = [[as_read(one) for one in row] for row in one_by_one(source, asked.fields, actor, asked.filters)]
        path = tmp_path / f"{code}.xlsx"
        assert write(path, asked, actor, clock.now()).rows >= len(expected)
        found = read(path) if source.marked_apart else read(path)[:-1]
        assert found == expected, code
        filled |= {code} if expected else set()
    assert len(filled) >= 10 and {"samples", "results"} <= filled, filled


def test_the_register_of_enterprises_can_be_taken_out_whole(office: Any, sign_in: Any) -> None:
    with transaction():
        session().add(
            Enterprise(
                org_id=office.orgs["county"].id, name="文昌超市", principal="欧阳修", phone="13812345678", status=EnterpriseStatus.ACTIVE,
                created_at=clock.now(),
            )
        )
    client = sign_in(office.people["county:办案人"])
    told = {whole: rows_of(taken_out(client, "enterprises", "", **given))[0] for whole, given in GIVEN.items()}
    assert [[cell.value for cell in row.values()].count("13812345678") for row in told.values()] == [0, 1]


GIVEN: dict[bool, dict[str, str]] = {False: {}, True: {"whole": "1", "reason": "逐家电话核对许可"}}

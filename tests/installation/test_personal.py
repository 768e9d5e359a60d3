"""个人信息清单: nothing of a person is kept that the list does not name, and the list names nothing that is not kept."""

from __future__ import annotations

import io
import re

import openpyxl
import pytest
from flask import Flask

from app.db import Base
from app.domain.actors import Role
from app.domain.enterprise_rows import PERSONAL as OF_FIRMS
from app.installation.personal import particulars, seen_by
from app.sampling.columns import PERSONAL as OF_SHEETS
from app.secret_columns import Secret, SecretJSON
from tests.conftest import Office

TELLING = re.compile(
    r"phone|mobile|email|contact|id_no|id_number|identity|bank|birth|principal|legal_person|(^|_)person$|receiver|signer|witness|applicant"
    r"|party_name|(^|_)ip$|^agent$"
)
NO_PERSON: frozenset[str] = frozenset()  # columns whose names only look so


def kept() -> set[str]:
    """Every column that by its type or its name holds what is a person's."""
    return {
        f"{table.name}.{column.name}" for table in Base.metadata.sorted_tables for column in table.columns
        if isinstance(column.type, (Secret, SecretJSON)) or TELLING.search(column.name)
    } - NO_PERSON  # fmt: skip


def test_every_column_about_people_is_justified(app: Flask):
    listed = {one.code for one in particulars()}
    fields = {f"personal_datum.{field}" for field in OF_SHEETS} | {f"enterprise.{field}" for field in OF_FIRMS}
    wanted = (kept() - {"personal_datum.value"}) | fields
    assert wanted - listed == set()
    assert all(one.purpose and one.ground for one in particulars())
    assert len(listed) == len(particulars())


def test_nothing_is_listed_that_is_not_kept(app: Flask):
    tables = Base.metadata.tables
    for one in particulars():
        table, name = one.code.split(".", 1)
        assert (name == "*" or name in OF_SHEETS) if table == "personal_datum" else name in tables[table].columns, one.code


def test_the_page_the_workbook_and_the_command_say_the_same(app: Flask, office: Office, sign_in):
    client = sign_in(office.people["county:审计管理员"])
    page = client.get("/installation/personal").text
    assert all(one.name in page for one in particulars())
    assert "可加密（未启用）" in page
    app.config["FIELD_ENCRYPTION"] = True
    assert "可加密（未启用）" not in client.get("/installation/personal?area=抽样单").text
    book = openpyxl.load_workbook(io.BytesIO(client.get("/installation/personal/workbook").data))
    cells = {str(cell.value) for row in book.active.iter_rows() for cell in row}
    assert all(one.name in cells for one in particulars())
    told = app.test_cli_runner().invoke(args=["personal", "list"]).output
    assert all(one.name in told for one in particulars())


def test_who_sees_them_whole_comes_from_the_table_of_permissions():
    assert "抽样员" in seen_by() and "本单位及下级" in seen_by()
    assert not any(role.value in seen_by() for role in (Role.SYSTEM_ADMIN, Role.AUDIT_ADMIN, Role.STATISTICIAN, Role.LABORATORY))


@pytest.mark.parametrize(("who", "status"), [("系统管理员", 200), ("审核人", 200), ("抽样员", 403), ("统计员", 403)])
def test_who_reads_the_list(office: Office, sign_in, who: str, status: int):
    client = sign_in(office.people[f"county:{who}"])
    assert client.get("/installation/personal").status_code == client.get("/installation/personal/workbook").status_code == status

"""The first workbook of a process is like every other: what the library writes into its options stays with that workbook."""

from __future__ import annotations

from io import BytesIO

from xlsxwriter import Workbook

from app.spreadsheet_stream import WORKBOOK_OPTIONS, workbook_options


def test_a_workbook_keeps_its_options_to_itself() -> None:
    before, own = repr(WORKBOOK_OPTIONS), workbook_options()
    Workbook(BytesIO(), own).close()
    assert repr(own) != before and repr(WORKBOOK_OPTIONS) == before == repr(workbook_options())

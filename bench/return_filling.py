"""Fill the shipped monthly form (填报上级表样): our writer on the form's own XML against openpyxl's load, set and save."""

from __future__ import annotations

from decimal import Decimal
from io import BytesIO
from typing import Any

from bench.frame import Report, alternately, arguments


def openpyxl_fills(content: bytes, values: dict[tuple[str, str], Any]) -> bytes:
    """The usual way: the whole workbook read, changed and written anew."""
    from openpyxl import load_workbook

    book = load_workbook(BytesIO(content))
    for (sheet, cell), value in values.items():
        book[sheet][cell] = value
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def main() -> None:
    parser = arguments(__doc__ or "", rows=40, times=15)
    options = parser.parse_args()
    from app.domain.cell_addresses import Cell, cell
    from app.domain.return_specs import ListSpec
    from app.return_templates.shipped import read_shipped
    from app.spreadsheet_filling import filled

    form = read_shipped()[0]
    values: dict[tuple[str, str], Any] = {}
    for one in form.mapping.cells:
        if isinstance(one.spec, ListSpec):
            at = cell(one.cell)
            for down in range(min(options.rows, one.spec.most)):
                values |= {(one.sheet, str(Cell(at.row + down, column))): "食用农产品" for column, _ in one.spec.columns}
        else:
            values[one.sheet, one.cell] = Decimal("97.80") if one.cell[0] in "GJK" else 1234
    ours, floor = (lambda: filled(form.content, values) and None), (lambda: openpyxl_fills(form.content, values) and None)
    report = Report("fill the monthly form", options)
    medians = alternately(options.times, {"ours": ours, "floor": floor}, warm=True)
    report.compare(f"{len(values)} cells of {len(form.content) >> 10} KB, openpyxl", medians["ours"], medians["floor"], "≤ 3")
    report.finish()


if __name__ == "__main__":
    main()

"""A list of 50,000 rows × 25 as a workbook (导出清单): the samples, against the bare columns streamed into bare sheet XML."""

from __future__ import annotations

import tempfile
import zipfile
from datetime import date
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from bench.databases import Database, opened
from bench.frame import Report, alternately, arguments, chosen, in_process
from bench.import_floors import connect
from bench.province import province

WIDTH = 25
# The columns of both paths: what the export calls them, and where they stand in the table.
COLUMNS = {
    "抽样编号": "number", "状态": "state", "任务来源": "task_source", "检验目的": "purpose", "组织级别": "organiser_level",
    "产品领域": "domain", "食品分类": "category_id", "样品名称": "product_name", "商标": "brand", "规格型号": "spec",
    "样品批号": "batch_no", "生产（购进）日期": "made_on", "抽样环节": "link", "抽样地点": "place", "抽样地": "region_id",
    "被抽样单位名称": "sampled_name", "被抽样单位地址": "sampled_address", "标称生产企业名称": "producer_name",
    "抽样日期": "sampled_on", "抽样数量": "quantity", "检验机构": "laboratory", "报告日期": "reported_on", "监督结论": "supervision",
    "监测结论": "monitoring", "待核项目数": "pending_items",
}  # fmt: skip
LETTERS = [chr(65 + place) for place in range(WIDTH)]
EPOCH = date(1899, 12, 30).toordinal()


def floor(connection: Any, path: Path) -> None:
    """No names, no permissions, no widths: rows as they are in the table, every cell with one style as ours has its own."""
    cursor = connection.execute(f"SELECT {', '.join(COLUMNS.values())} FROM sample ORDER BY id DESC")
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package,
        package.open("xl/worksheets/sheet1.xml", "w") as out,
    ):
        line = 1
        while part := cursor.fetchmany(500):
            written = []
            for row in part:
                line += 1
                cells = "".join([_cell(f"{letter}{line}", value) for letter, value in zip(LETTERS, row, strict=True)])
                written.append(f'<row r="{line}">{cells}</row>')
            out.write("".join(written).encode())


def _cell(place: str, value: Any) -> str:
    if value is None:
        return f'<c r="{place}" s="1"/>'
    if isinstance(value, str):
        return f'<c r="{place}" s="1" t="inlineStr"><is><t>{escape(value)}</t></is></c>'
    if isinstance(value, date):
        return f'<c r="{place}" s="1"><v>{value.toordinal() - EPOCH}</v></c>'
    return f'<c r="{place}" s="1"><v>{value}</v></c>'


def export(path: Path, actor: Any, seen: Any = None) -> int:
    """Ours: the same operation as the page's, with the columns of the floor."""
    from app import clock
    from app.downloads.lists import source_of
    from app.downloads.operations import wanted
    from app.downloads.writing import write

    return write(path, wanted(source_of("samples"), {}, list(COLUMNS), None, actor), actor, clock.now(), seen).rows


def measure(report: Report, database: Database, rows: int) -> None:
    from app.db import session

    connection = connect(database)
    with opened(database) as actor, tempfile.TemporaryDirectory() as folder:
        ours, bare, told = Path(folder) / "ours.xlsx", Path(folder) / "bare.xlsx", []

        def ask() -> None:
            told.clear()
            export(ours, actor, told.append)
            session().rollback()

        medians = alternately(report.options.times, {"ours": ask, "floor": lambda: floor(connection, bare)}, warm=True)
    server = database.kind != "sqlite"
    report.compare(f"{database.kind}: {rows:,} × {WIDTH}", medians["ours"], medians["floor"], "≤ 1.5", server=server)
    run = in_process("bench.export_once", {"kind": database.kind, "name": database.name})
    told_of = f"{run.peak:.0f} MB, {run.answer['grown']:.0f} MB above the program at rest"
    report.note(f"{database.kind}: peak memory", told_of, "≤ 100 MB")
    report.note(f"{database.kind}: progress told", f"{len(told)} times")


def main() -> None:
    options = arguments(__doc__ or "", rows=50_000, databases=True).parse_args()
    report = Report("list export", options)
    for kind in chosen(options):
        measure(report, province(kind, options.rows), options.rows)
    report.finish()


if __name__ == "__main__":
    main()

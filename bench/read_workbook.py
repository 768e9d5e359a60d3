"""Read a laboratory workbook of 200,000 rows × 15 (读取检验机构结果表): our child process with its limits against calamine."""

from __future__ import annotations

from pathlib import Path

from bench.frame import Report, alternately, arguments, in_process
from bench.workbooks import lab_workbook


def floor(path: Path) -> None:
    """Nothing but calamine, in this process: no checks, no limits, no row numbers, no text."""
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_path(str(path))
    for name in book.sheet_names:
        book.get_sheet_by_name(name).to_python()


def main() -> None:
    options = arguments(__doc__ or "", rows=200_000).parse_args()
    path = lab_workbook(options.rows)
    from app.spreadsheets import read_workbook

    report = Report("read a workbook", options)
    medians = alternately(
        options.times, {"ours": lambda: read_workbook(path, path.name) and None, "floor": lambda: floor(path)}, warm=True
    )
    report.compare(f"{options.rows:,} rows × 15", medians["ours"], medians["floor"], "≤ 1.3")
    run = in_process("bench.read_once", {"path": str(path)})
    report.note("peak memory", f"{run.peak:.0f} MB, parser {run.peak_of_child:.0f} MB")
    report.finish()


if __name__ == "__main__":
    main()

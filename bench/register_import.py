"""The register of enterprises imported (企业档案导入): the preview, the confirmation, and the same file with a third of it corrected.

The floor reads the same file with the csv module and inserts its bare cells into one table of SQLite.
"""

from __future__ import annotations

import csv
import io
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from bench.databases import Database, opened, prepared
from bench.frame import FOLDER, Report, Span, arguments, median

HEADER = (
    "统一社会信用代码", "企业名称", "企业类型", "所属区域", "地址", "许可证类型", "许可证号", "许可证有效期", "状态",
    "法定代表人（负责人）", "联系电话", "产品类别",
)  # fmt: skip


def _file(rows: int, *, corrected: bool) -> bytes:
    from stdnum.cn import uscc

    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(HEADER)
    for serial in range(rows):
        body = f"91120119MA{serial:07d}"
        street = "东街" if corrected and serial % 3 == 0 else "文昌街"
        writer.writerow(
            (
                f"{body}{uscc.calc_check_digit(body)}", f"第{serial}食品店", "食品销售者", "天津/天津/蓟州区", f"{street}{serial}号",
                "经营许可证", f"JY{serial:07d}", "2028-11-20", "在产", "张三", f"138{serial:08d}", "0101 小麦粉",
            )
        )  # fmt: skip
    return text.getvalue().encode("utf-8-sig")


def _floor(content: bytes) -> Span:
    begun = Span.now()
    path = FOLDER / "register_floor.sqlite3"
    path.unlink(missing_ok=True)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE bare (c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11)")
        rows = csv.reader(io.StringIO(content.decode("utf-8-sig")))
        connection.executemany("INSERT INTO bare VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
    return Span.now().since(begun)


def _import(content: bytes) -> tuple[Span, Span]:
    """Preview and confirmation, as the background job does them."""
    from app import clock, files
    from app.authorize import current_actor
    from app.collecting import put_off
    from app.db import session, transaction
    from app.enterprises import importing, imports

    actor, sha256 = current_actor(), files.store(content).sha256
    with put_off():
        begun = Span.now()
        plan = imports.prepare(actor, sha256, "register.csv")
        with transaction():
            batch = importing.stage(plan, actor, "register.csv", sha256, clock.now())
        preview = Span.now().since(begun)
        begun = Span.now()
        with transaction():
            importing.confirm(batch, plan, actor, clock.now())
    session().close()
    return preview, Span.now().since(begun)


def measure(report: Report, empty: Database, rows: int) -> None:
    contents = {"new": _file(rows, corrected=False), "a third corrected": _file(rows, corrected=True)}
    spans: dict[str, list[Span]] = {}
    for _ in range(report.options.times):
        database = Database("sqlite", "register_run").copy_from(empty)
        for name, content in contents.items():
            spans.setdefault("floor", []).append(_floor(content))
            with opened(database):
                preview, confirmed = _import(content)
            spans.setdefault(f"{name}: preview", []).append(preview)
            spans.setdefault(f"{name}: confirmation", []).append(confirmed)
    floor = median(spans.pop("floor"))
    for name, found in spans.items():
        report.compare(name, median(found), floor, "to be set")


def main() -> None:
    options: Any = arguments(__doc__ or "", rows=50_000, times=3).parse_args()
    Path(FOLDER).mkdir(parents=True, exist_ok=True)
    report = Report("register import, SQLite", options)
    measure(report, prepared("sqlite", "register_empty", lambda actor: None), options.rows)
    report.finish()


if __name__ == "__main__":
    main()

"""Import 200,000 result rows of 10,000 samples from end to end (导入检验结果): read, validate, judge, write, one transaction.

Two layouts: a laboratory's sheet for samples that are registered, and a national export that brings its sampling sheets.
Each run has a process and a copy of the database of its own.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from bench import import_floors
from bench.databases import Database, prepared
from bench.frame import TODAY, Finished, Report, Run, Span, alternately, arguments, chosen, in_process
from bench.workbooks import ITEMS_EACH, lab_workbook, national_workbook, number_of


def register_samples(count: int) -> Callable[[Any], None]:
    """Samples waiting for their results: what a laboratory's sheet is imported into."""

    def fill(actor: Any) -> None:
        import sqlalchemy as sa

        from app import clock
        from app.db import insert_many, reserve_ids, session, transaction
        from app.domain.samples import Domain, Level, Link, Purpose
        from app.domain.workflow import SampleState
        from app.reference_data.models import FoodCategory, Region
        from app.sampling.models import Sample

        foods = session().scalars(sa.select(FoodCategory.id).where(FoodCategory.level == 3).order_by(FoodCategory.id)).all()
        county = session().scalars(sa.select(Region.id).where(Region.code == "120119")).one()
        day = date.fromisoformat(TODAY) - timedelta(days=30)
        table: Any = Sample.__table__
        with transaction():
            ids = reserve_ids(table, count)
            insert_many(
                table,
                (
                    {
                        "id": ids[one - 1], "org_id": actor.org_id, "number": number_of(one), "state": SampleState.REGISTERED,
                        "purpose": Purpose.SUPERVISION, "domain": Domain.FOOD, "organiser_level": Level.COUNTY,
                        "category_id": foods[one % len(foods)], "region_id": county, "link": Link.CIRCULATION,
                        "product_name": f"样品{one % 700}号", "sampled_name": f"第{one % 3000}食品经营部",
                        "sampled_on": day - timedelta(days=one % 60), "search_text": f"样品{one % 700}号",
                        "pending_items": 0, "created_at": clock.now(), "version": 1,
                    }
                    for one in range(1, count + 1)
                ),
            )  # fmt: skip

    return fill


def nothing(actor: Any) -> None:
    """A national export brings its samples along."""


class Imports:
    """The imports of one layout on one database, each into a fresh copy."""

    def __init__(self, base: Database, path: Path, faulty: Path | None) -> None:
        self.base, self.path, self.faulty = base, path, faulty
        self.work = Database(base.kind, "run")
        self.runs: list[Finished] = []

    def run(self, *, summaries: bool = True) -> Span:
        finished = self._run(self.path, confirm=True, summaries=summaries)
        if summaries:
            self.runs.append(finished)
        return Span(*finished.answer["marks"]["committed"])

    def first_errors(self) -> Span:
        """Until the preview of a faulty file is in the database."""
        assert self.faulty is not None
        return Span(*self._run(self.faulty, confirm=False, summaries=True).answer["marks"]["committed"])

    def _run(self, path: Path, *, confirm: bool, summaries: bool) -> Finished:
        self.work.copy_from(self.base)
        order = {"kind": self.work.kind, "name": self.work.name, "path": str(path), "confirm": confirm, "summaries": summaries}
        return in_process("bench.import_run", order)

    def bare(self) -> Span:
        return import_floors.bare(self.work.copy_from(self.base), self.path)

    def again(self, left: import_floors.LeftBehind) -> Span:
        return import_floors.again(self.work.copy_from(self.base), self.path, left)


def measure(report: Report, layout: str, base: Database, path: Path, faulty: Path | None) -> None:
    imports = Imports(base, path, faulty)
    imports.run()
    left = import_floors.left_behind(base, imports.work)
    imports.runs.clear()
    paths: dict[str, Run] = {
        "ours": imports.run,
        "bare": imports.bare,
        "again": lambda: imports.again(left),
        "plain": lambda: imports.run(summaries=False),
    }
    if faulty is not None:
        paths["errors"] = imports.first_errors
    medians = alternately(report.options.times, paths)
    name, server = f"{layout}, {base.kind}", base.kind != "sqlite"
    for what, ours, floor, goal in (
        ("read + bare tables", "ours", "bare", "≤ 2"),
        ("read + the same rows, same tables", "ours", "again", "–"),
        ("with summaries against without", "ours", "plain", "≤ 1.7"),
        ("first errors against read + bare tables", "errors", "bare", "< 5 s"),
    ):
        if ours in medians:
            report.compare(f"{name}: {what}", medians[ours], medians[floor], goal, server=server)
    _tell_shares(report, name, imports.runs)
    first = imports.runs[-1]
    report.note(f"{name}: wrote", f"{first.answer['samples']} samples, {first.answer['rows']} rows, {first.answer['cases']} cases")
    peaks = statistics.median(run.peak for run in imports.runs), statistics.median(run.peak_of_child for run in imports.runs)
    report.note(f"{name}: peak memory", f"{peaks[0]:.0f} MB, parser {peaks[1]:.0f} MB", "≤ 400 MB")
    imports.work.drop()


def _tell_shares(report: Report, name: str, runs: Sequence[Finished]) -> None:
    """Each stage as a part of the whole, by processor."""
    found, before = [], 0.0
    for mark in ("read", "judged", "written", "committed"):
        cpu = statistics.median(run.answer["marks"][mark][1] for run in runs)
        found.append((mark, cpu - before))
        before = cpu
    report.note(f"{name}: where the time goes", ", ".join(f"{mark} {seconds / before:.0%}" for mark, seconds in found))


def main() -> None:
    parser = arguments(__doc__ or "", rows=200_000, times=3, databases=True)
    parser.add_argument("--layout", choices=("lab", "national"), help="one of them only")
    options = parser.parse_args()
    report = Report("import results", options)
    count = options.rows // ITEMS_EACH
    for kind in chosen(options):
        if options.layout != "national":
            base = prepared(kind, f"lab_{count}", register_samples(count))
            measure(report, "lab", base, lab_workbook(options.rows), lab_workbook(options.rows, faulty=True))
        if options.layout != "lab":
            base = prepared(kind, "national", nothing)
            measure(report, "national", base, national_workbook(options.rows), None)
    report.finish()


if __name__ == "__main__":
    main()

"""Whole pages of figures over a million batches (统计页面): what a page costs beyond the questions it asks.

The floor is our own question to the database and the table made of it, without a web request; the page is what a reader of the
topmost bureau gets of it, in the same process: signing in, permissions, the template, charts and all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bench.dashboard import PLAN, Ours
from bench.databases import Database, opened
from bench.frame import Report, alternately, arguments, chosen, repeated
from bench.province import PROVINCE, province
from bench.province_items import YEAR
from bench.readers import cookie

ASKED = f"area={PROVINCE}&year={YEAR}"
GOAL = "≤ query + 10 ms"


def _pages(ours: Ours) -> Mapping[str, Callable[[], Any]]:
    """The question behind each page."""
    return {
        f"/indicators/{PLAN}?{ASKED}": ours.table(),
        f"/comparisons/heatmap?figure=pass_rate&{ASKED}": ours.heat_map(),
        f"/comparisons/items?{ASKED}": ours.items(),
    }


def measure(report: Report, database: Database) -> None:
    from flask import current_app

    with opened(database) as actor:
        headers = {"Cookie": cookie(current_app)}
        client = current_app.test_client(use_cookies=False)
        for address, question in _pages(Ours(actor, PROVINCE)).items():
            first = client.get(address, headers=headers)
            if first.status_code != 200:
                report.note(address, f"answers {first.status_code}")
                continue

            def page(address: str = address) -> None:
                client.get(address, headers=headers)

            medians = alternately(report.options.times, {"ours": repeated(page), "floor": repeated(question)}, warm=True)
            name = f"province, page {address.split('?')[0]} of {len(first.data):,} bytes, {database.kind} (its question)"
            report.compare(name, medians["ours"], medians["floor"], GOAL, server=database.kind != "sqlite")


def main() -> None:
    options = arguments(__doc__ or "", rows=1_000_000, databases=True).parse_args()
    report = Report("figure pages", options)
    for kind in chosen(options):
        measure(report, province(kind, options.rows))
    report.finish()


if __name__ == "__main__":
    main()

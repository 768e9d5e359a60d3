"""The list of samples among a million (样品列表): first page, a deep page, with filters, as the topmost and as a county's reader.

The floor is the keyset question alone, straight on the driver: no scope, no total, no row objects.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bench.databases import Database, opened
from bench.frame import Report, alternately, arguments, chosen, repeated
from bench.import_floors import connect
from bench.province import province

COUNTY = "990713"
SIZE = 20
LISTED = (
    "id, number, state, purpose, domain, product_name, sampled_name, producer_name, link, category_id, category_written, "
    "region_id, sampled_on, reported_on, supervision, monitoring, pending_items, laboratory"
)


def _readers(county: Any) -> dict[str, Any]:
    """Who looks: the operator at the root, and somebody of one county."""
    from app.authorize import local_operator, reach
    from app.domain.actors import Actor, Role

    roles = frozenset({Role.SAMPLER, Role.STATISTICIAN})
    return {
        "root": local_operator(),
        "county": Actor(None, "县局", roles, county.id, county.path, reach(county.path), account="bench"),
    }


def _floor(connection: Any, where: str, before: int) -> Callable[[], Any]:
    statement = f"SELECT {LISTED} FROM sample WHERE {where} AND id < {before} ORDER BY id DESC LIMIT {SIZE + 1}"
    return lambda: connection.execute(statement).fetchall()


def measure(report: Report, database: Database, rows: int) -> None:
    import sqlalchemy as sa

    from app.db import session
    from app.domain.samples import Purpose
    from app.organisations.models import Organisation
    from app.sampling.queries import Filters, samples

    connection = connect(database)
    with opened(database):
        county = session().scalars(sa.select(Organisation).where(Organisation.code == COUNTY)).one()
        readers = _readers(county)

        def page(actor: Any, filters: Any, before: int | None) -> Callable[[], Any]:
            def ask() -> Any:
                try:
                    return samples(actor, filters, before=before, size=SIZE)
                finally:
                    session().rollback()

            return ask

        deep, end = rows // 10, rows * 2
        cases = (
            ("first page", Filters(), None, "true"),
            ("deep page", Filters(), deep, "true"),
            ("first page of 评价性抽检", Filters(purpose=Purpose.EVALUATION), None, "purpose = '评价性抽检'"),
        )
        for reader, actor in readers.items():
            own = f"org_id = {county.id}" if reader == "county" else "true"
            for name, filters, before, where in cases:
                floor = _floor(connection, f"{where} AND {own}", before or end)
                paths = {"ours": repeated(page(actor, filters, before)), "floor": repeated(floor)}
                medians = alternately(report.options.times, paths, warm=True)
                server = database.kind != "sqlite"
                report.compare(f"{reader}: {name}, {database.kind}", medians["ours"], medians["floor"], "≤ 2", server=server)
    connection.close()


def main() -> None:
    options = arguments(__doc__ or "", rows=1_000_000, databases=True).parse_args()
    report = Report("list page", options)
    for kind in chosen(options):
        measure(report, province(kind, options.rows), options.rows)
    report.finish()


if __name__ == "__main__":
    main()

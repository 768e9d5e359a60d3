"""Result rows of the province of the measurements: five items for every batch of one year (检验项目)."""

from __future__ import annotations

from typing import Any

YEAR = 2025
EACH = 5
FAILED_OF = 180  # one row in so many fails
COPIED = ("sample_id", "item", "verdict", "pending")


def fill_items() -> None:
    """One report and five rows for each batch of the year in force; the database writes them itself."""
    import sqlalchemy as sa

    from app import clock
    from app.db import session
    from app.domain.samples import ItemKind, Verdict
    from app.indicators.frames import months_of
    from app.indicators.frames import period as period_of
    from app.reference_data.models import TestItem
    from app.results.models import ResultReport, ResultRow
    from app.sampling.models import BatchFact

    fact, report = BatchFact, ResultReport
    in_force = (fact.superseded_at.is_(None), fact.voided.is_(False), *months_of(fact.month, period_of(YEAR)))
    number = sa.literal("R") + sa.cast(fact.sample_id, sa.String)
    columns = (fact.org_id, fact.sample_id, number, sa.literal(1), fact.reported_on, sa.literal(clock.now()))
    into = ["org_id", "sample_id", "report_no", "version", "reported_on", "recorded_at"]
    session().execute(sa.insert(report.__table__).from_select(into, sa.select(*columns).where(*in_force)))  # type: ignore[arg-type]
    names = list(session().scalars(sa.select(TestItem.name).order_by(TestItem.id).limit(60)))
    for ordinal in range(EACH):
        item = sa.case(
            *((report.sample_id * 7 % len(names) == place, names[(place + ordinal * 11) % len(names)]) for place in range(len(names) - 1)),
            else_=names[(len(names) - 1 + ordinal * 11) % len(names)],
        )
        verdict = sa.case(((report.sample_id + ordinal * 31) % FAILED_OF == 0, Verdict.FAIL.value), else_=Verdict.PASS.value)
        given: dict[str, Any] = {
            "org_id": report.org_id, "report_id": report.id, "sample_id": report.sample_id, "ordinal": sa.literal(ordinal), "item": item,
            "item_written": item, "kind": sa.literal(ItemKind.SUPERVISION.value), "our_verdict": verdict, "verdict": verdict,
            "pending": sa.false(), "limit_source": sa.literal("none"),
        }  # fmt: skip
        rows: Any = ResultRow.__table__
        session().execute(sa.insert(rows).from_select(list(given), sa.select(*given.values()).select_from(report)))

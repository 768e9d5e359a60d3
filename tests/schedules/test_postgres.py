"""What differs between the databases: duties written in bulk, figures by month, places in a list, a duty that two make at once."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from app import clock
from app.db import transaction
from app.errors import NotAllowedNow
from app.inspections import publication_queries
from app.rectifications import queries as rectifications
from app.schedules import loads, operations, queries
from app.schedules.counting import Wanted
from tests.conftest import make_office
from tests.schedules.conftest import build_firm

TODAY = date(2026, 11, 20)
WANTED = Wanted(2026, date(2026, 1, 1))


@pytest.mark.postgres
def test_the_same_schedule_on_postgresql(pg_app: Any) -> None:
    with transaction():
        office = make_office()
        for number in range(60):
            build_firm(office.orgs["county"].id, f"第{number}店", station_id=office.orgs["station"].id)
    actor = office.actor("county:审核人")
    found, changing = operations.computed(WANTED, actor, TODAY)
    with transaction():
        operations.make(found, changing, actor, clock.now(), seen=found.digest)
    with pytest.raises(NotAllowedNow, match="重新预览"), transaction():  # the same outcomes again: somebody else was quicker
        operations.make(found, changing, actor, clock.now())
    first = queries.duties(actor, queries.Filters(2026), TODAY)
    second = queries.duties(actor, queries.Filters(2026), TODAY, after=first.next)
    assert (len(first.rows), len(second.rows)) == (50, 10)
    assert [(one.key, one.live) for one in loads.by_month(actor, 2026, TODAY)] == [(12, 60)]
    assert [(one.name, one.open) for one in loads.by_station(actor, 2026, TODAY)] == [("文昌市场监督管理所", 60)]
    assert loads.by_person(actor, 2026, TODAY)[0].name == "未指定"
    assert queries.counts(actor, 2026, TODAY)["open"] == 60
    for name in queries.STATES:
        queries.duties(actor, queries.Filters(2026, name, month=12, q="店"), TODAY)
    for name in publication_queries.STATES:
        publication_queries.results(actor, publication_queries.Filters(name), TODAY)
    publication_queries.counts(actor, TODAY)
    for due in rectifications.DUE:
        rectifications.orders(actor, rectifications.Filters(due=due), TODAY)
    rectifications.counts(actor, TODAY)

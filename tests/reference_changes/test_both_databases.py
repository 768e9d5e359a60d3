"""A trial leaves nothing behind and its history is dropped; what is adopted afterwards is the same: on either database."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sa
from flask import Flask

from app import clock, settings
from app.authorize import local_operator
from app.chain import HistoryEntry
from app.db import session, transaction
from app.domain.reference_acts import ChangeAct
from app.domain.trust_states import ChangeState
from app.reference_changes import operations, queries
from app.reference_changes.models import ReferenceChange
from app.reference_changes.operations import Wish
from app.reference_data import books, standing
from app.reference_data.models import Population, Region


@pytest.fixture(params=["sqlite", "postgresql"])
def either(request: pytest.FixtureRequest) -> Flask:
    return request.getfixturevalue("app" if request.param == "sqlite" else "pg_app")  # type: ignore[no-any-return]


def test_a_trial_is_taken_back_and_the_change_is_made(either: Flask) -> None:
    either.config["REFERENCE_SECOND_PERSON"] = False
    actor = local_operator()
    region = session().scalars(sa.select(Region.id).where(Region.code == "120119")).one()
    values = {"subject": str(region), "year": 2025, "residents": 801_000, "source": "统计公报", "confidence": "已核"}
    wish = Wish(ChangeAct.POPULATION, values, "公报公布", "统计公报")
    before = session().scalar(sa.select(sa.func.count()).select_from(Population))
    with transaction():
        operations.shown(wish, actor)
    assert 2025 not in books.populations(region)
    counted = sa.select(sa.func.count()).select_from(HistoryEntry).where(HistoryEntry.step != "load")
    assert (session().scalar(sa.select(sa.func.count()).select_from(Population)), session().scalar(counted)) == (before, 0)
    with transaction():
        change = operations.propose(wish, actor, clock.now())
    assert (change.state, books.populations(region)[2025]) == (ChangeState.ADOPTED, 801_000)
    with transaction():
        setting = operations.propose(Wish(ChangeAct.SETTING, {"name": "BANNER", "value": "停机"}, "维护", "通知"), actor, clock.now())
    assert setting.state is ChangeState.PROPOSED  # settings need a second person whatever the office has decided
    settings.refresh()


def test_a_merged_region_is_counted_retired_and_decided_on_either_database(either: Flask) -> None:
    """Every question that the retirement asks, and what waits for whom, in the words of both databases."""
    either.config["REFERENCE_SECOND_PERSON"] = False
    actor = local_operator()
    region = session().scalars(sa.select(Region.id).where(Region.code == "120119101")).one()
    values = {"subject": str(region), "valid_from": "2026-11-20", "successor": "120119100", "source": "区划调整"}
    with transaction():
        shown = operations.shown(Wish(ChangeAct.REGION_RETIRE, values, "合并", "区划调整"), actor)
        assert shown.effect["uses"]["企业档案"] == 0 and standing.ended(standing.WordKind.REGION, region) is None
    with transaction():
        operations.propose(Wish(ChangeAct.REGION_RETIRE, values, "合并", "区划调整"), actor, clock.now())
        security = operations.propose(Wish(ChangeAct.SETTING, {"name": "IDLE_MINUTES", "value": "20"}, "统一", "通知"), actor, clock.now())
    gone = standing.ended(standing.WordKind.REGION, region)
    assert gone is not None and gone.successor is not None and "渔阳镇" in gone.remedy
    waits = sa.select(ReferenceChange.id)
    reader = replace(actor, user_id=999_999, org_path="/")
    assert session().scalars(waits.where(*queries.to_decide(reader, security=True))).all() == [security.id]
    assert session().scalars(waits.where(*queries.to_decide(reader))).all() == []

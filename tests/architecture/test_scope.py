"""``scope()`` is the SQL twin of the permission table: the same rows, for every role in every organisation."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from app import history, scope
from app.authorize import local_operator
from app.chain import HistoryEntry
from app.db import session, transaction
from app.disposal.models import (
    Party,
)
from app.domain.actors import Actor
from app.enterprises.models import (
    Enterprise,
)
from app.indicators.models import Plan
from app.reference_changes.models import ReferenceChange
from app.reference_data.models import FoodCategory, Region
from app.sampling.models import Sample
from tests.conftest import Office
from tests.security.reading import PEOPLE, READ_UNDER, allowed
from tests.security.rows import NOW, add, case, sample
from tests.security.rows_of_cases import of_disposal
from tests.security.rows_of_office import of_laboratories, of_reporting, of_trust, one_of_each, plans_and_work
from tests.security.rows_of_supervision import of_supervision


@pytest.fixture
def mixed(office: Office) -> Office:
    """Samples of every bureau × organiser × laboratory, cases away from home, and a row of every other kind everywhere."""
    ids = {key: org.id for key, org in office.orgs.items()}
    owners = ("root", "city", "county", "station", "other")
    organisers, laboratories = (None, "city", "county", "other"), (None, "lab", "otherlab")
    someone = {key: f"{key}:承检机构" if "lab" in key else f"{key}:抽样员" for key in ids if key != "root"}
    actors = {key: office.actor(name) for key, name in someone.items()}
    session().rollback()
    with transaction():
        region = session().scalars(sa.select(Region.id).limit(1)).one()
        plan = add(Plan(code="p", name="p", region_id=region, from_year=2026, to_year=2030, source="x", recorded_at=NOW)).id
        taken: list[int] = []
        for number, (owner, organiser, laboratory) in enumerate(product(owners, organisers, laboratories)):
            made = sample(f"S{number}", ids[owner], ids.get(organiser or ""), ids.get(laboratory or ""))
            taken.append(made.id)
            if number % 4 == 0:
                case(made, ids["other"], Party.PRODUCTION)
            if number % 5 == 0:
                case(made, ids["station"], Party.CIRCULATION)
        category = session().scalars(sa.select(FoodCategory.id).limit(1)).one()
        tested_by = dict(zip(ids, (None, ids["lab"], ids["otherlab"], ids["lab"], None, None, None), strict=True))
        for key, org in ids.items():
            plans_and_work(org, region, category, tested_by[key])
            users = [user.id for name, user in office.people.items() if name.startswith(f"{key}:")]
            batch = one_of_each(org, users[0] if users else None, region, plan)
            of_laboratories(org, users[0] if users else None, batch, tested_by[key])
            of_disposal(org, taken[-1])
            of_supervision(org, region)
            of_reporting(org, users[0] if users else None, region, plan, taken.pop())
            of_trust(org, users[0] if users else None)
            if key in actors:
                history.record("sample", 1, "export", actors[key], org_id=ids["other"])  # one of ours at work elsewhere
                history.record("sample", 1, "export", actors[key], org_id=org)
        history.record("user_account", None, "sign_in_failed", local_operator())
    return office


def everybody(office: Office) -> list[Actor]:
    found = [office.actor(name) for name in office.people] + [local_operator()]
    session().rollback()
    return found


def rows_of(model: type[Any]) -> list[Any]:
    options: list[Callable[..., Any]] = [selectinload(Sample.cases)] if model is Sample else []
    return list(session().scalars(sa.select(model).options(*options).order_by(model.id)))


def test_every_scoped_model_is_compared():
    assert set(READ_UNDER) == set(scope.RULES)


SEEN_WHOLE = frozenset({ReferenceChange})  # what every office works by is no secret of one


def test_scope_lists_what_the_table_permits(mixed: Office):
    """The same rows; and for every model somebody sees a part, and somebody nothing: comparing empty sets would prove nothing."""
    PEOPLE.update({user.id: user.org_id for user in mixed.people.values()})
    actors = everybody(mixed)
    compared = 0
    for model in READ_UNDER:
        rows = rows_of(model)
        assert len(rows) >= 6, model
        seen = set()
        for actor in actors:
            listed = set(session().scalars(scope.scope(sa.select(model.id), model, actor)))
            expected = {row.id for row in rows if allowed(actor, row)}
            assert listed == expected, f"{model.__name__} for {actor.name} {sorted(actor.roles)} at {actor.org_path}"
            compared += len(rows)
            seen.add(len(listed))
        assert 0 in seen or model is HistoryEntry, model
        assert model in SEEN_WHOLE or any(0 < count < len(rows) for count in seen), model
    assert compared > 5000


def test_another_bureau_is_out_of_sight(mixed: Office):
    """P7: a user never sees another organisation's record."""
    for role in ("抽样员", "办案人", "审核人", "局领导", "统计员"):
        actor = mixed.actor(f"other:{role}")
        strangers = session().scalars(
            scope.scope(sa.select(Enterprise), Enterprise, actor).where(Enterprise.org_id != mixed.orgs["other"].id)
        ).all()
        assert strangers == []

"""A register to draw from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from app import clock
from app.db import session, transaction
from app.domain.sampling_kinds import DrawKind
from app.drawings import operations, pools, queries
from app.drawings.models import Drawing
from app.enterprises.models import Enterprise, EnterpriseKind, EnterpriseStatus
from tests.assignments.conftest import add_sampler, region_id

SECRET = bytes(range(32))


def add_shop(office: Any, name: str, **given: Any) -> Enterprise:
    """One enterprise of the register; runs inside a transaction."""
    values = {
        "org_id": office.orgs["county"].id, "status": EnterpriseStatus.ACTIVE, "region_id": region_id("120119"),
        "created_at": clock.now(), "initials": "",
    } | given
    kind = values.pop("kind", "食品销售者")
    made = Enterprise(name=name, kinds=[EnterpriseKind(kind=kind, subkind="/")], **values)
    session().add(made)
    session().flush()
    return made


@pytest.fixture
def shops(office: Any) -> list[Enterprise]:
    with transaction():
        return [add_shop(office, f"示例超市{n}") for n in range(1, 7)]


@pytest.fixture
def second_sampler(office: Any) -> Any:
    with transaction():
        return add_sampler(office.orgs["county"], "county-sampler2", "蓟州第二抽样员")


def freeze_as(actor: Any, kind: DrawKind = DrawKind.ENTERPRISE, take: int = 2, candidates: Any = None) -> Drawing:
    """Runs inside a transaction."""
    found = candidates if candidates is not None else pools.proposed(actor, pools.Wanted(kind), clock.today())
    return operations.freeze(operations.Promise(kind, "十二月抽检", take, found, SECRET), actor, clock.now())


Freeze = Callable[..., Drawing]


@pytest.fixture
def freeze(office: Any, shops: Any) -> Freeze:
    """``freeze(take=3)`` -> a list frozen by the county's statistician, as the database has it."""

    def make(**given: Any) -> Drawing:
        actor = office.actor("county:统计员")
        with transaction():
            made = freeze_as(actor, **given)
        found = queries.drawing(actor, made.id)
        assert found is not None
        return found

    return make


@pytest.fixture
def drawn(freeze: Freeze, office: Any) -> Callable[..., Drawing]:
    def make(**given: Any) -> Drawing:
        found = freeze(**given)
        with transaction():
            operations.draw(found, office.actor("county:统计员"), "3 1 7", clock.now())
        return found

    return make



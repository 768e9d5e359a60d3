"""Cases and delegations for the tests of 审批委托."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from app import clock
from app.db import transaction
from app.delegations import operations
from app.delegations.models import Delegation
from tests.disposal.conftest import act, again, awaiting_case, batch, case, open_cases, race

__all__ = ["act", "again", "awaiting_case", "batch", "case", "open_cases", "race"]


@pytest.fixture
def delegate(office: Any) -> Callable[..., Delegation]:
    """``delegate("county:审核人", "county:统计员")`` -> a delegation for today, or for the days given."""

    def made(giver: str, taker: str, first: date | None = None, last: date | None = None) -> Delegation:
        today = clock.today()
        wish = operations.Wish(office.people[taker].id, first or today, last or first or today, "外出培训")
        with transaction():
            return operations.grant(wish, office.actor(giver), clock.now())

    return made

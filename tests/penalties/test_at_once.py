"""Two people on the same penalty at the same moment: one wins, the other is told, on both databases."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from app import clock
from app.db import session, transaction
from app.disposal import operations as disposal
from app.disposal.models import CaseApproval, DisposalCase
from app.domain.case_kinds import PenaltyOutcome
from app.domain.penalties import PenaltyRecord
from app.domain.workflow import PenaltyState
from app.errors import NotAllowedNow
from app.penalties import operations, queries
from app.penalties.models import Penalty
from app.penalties.operations import Filing
from tests.conftest import make_office
from tests.disposal.conftest import build_batch, race

TODAY = date(2026, 11, 20)


@pytest.fixture(params=["app", "pg_app"])
def place(request: pytest.FixtureRequest) -> Any:
    """The application on SQLite, then on PostgreSQL, with an office and a case in its handler's hands."""
    made = request.getfixturevalue(request.param)
    with transaction():
        office = make_office()
    with transaction():
        sample = build_batch(office)
        case = disposal.open_for_samples([sample.id], office.actor("county:统计员"), clock.now())[0]
    handler = office.actor("county:办案人")
    with transaction():
        disposal.claim(session().get_one(DisposalCase, case.id), handler, clock.now())
    return made, office, case.id


def proposed(office: Any, case_id: int) -> int:
    handler, at = office.actor("county:办案人"), clock.now()
    with transaction():
        made = operations.file(session().get_one(DisposalCase, case_id), Filing(TODAY, TODAY), handler, at)
        operations.record(made, PenaltyRecord("事实", "依据", PenaltyOutcome.PUNISHED, warning=True), handler)
        operations.propose(made, handler, at)
    return made.id


def test_two_decide_at_once(place: Any) -> None:
    made, office, case_id = place
    penalty_id = proposed(office, case_id)
    people = [office.actor("county:审核人"), office.actor("county:另一审核人")]

    def decide(person: Any) -> Any:
        return lambda found: operations.decide(found, person, TODAY, clock.now())

    outcomes = race(made, [decide(one) for one in people], lambda: queries.penalty(people[0], penalty_id))
    assert [type(one).__name__ for one in outcomes if one is not None] in (["StaleDataError"], ["NotAllowedNow"])
    decided = session().get_one(Penalty, penalty_id)
    assert (decided.state, decided.decision_no) == (PenaltyState.DECIDED, "津蓟市监处罚〔2026〕1号")
    assert session().scalar(sa.select(sa.func.count(CaseApproval.id))) == 1


def test_one_decides_while_another_returns(place: Any) -> None:
    made, office, case_id = place
    penalty_id = proposed(office, case_id)
    one, other = office.actor("county:审核人"), office.actor("county:另一审核人")
    outcomes = race(
        made,
        [
            lambda found: operations.decide(found, one, TODAY, clock.now()),
            lambda found: operations.return_to_handler(found, other, "请补充", clock.now()),
        ],
        lambda: queries.penalty(one, penalty_id),
    )
    assert sum(result is None for result in outcomes) == 1
    found = session().get_one(Penalty, penalty_id)
    case = session().get_one(DisposalCase, case_id)
    assert (found.state is PenaltyState.DECIDED) == (case.penalty_kind is not None)
    assert session().scalar(sa.select(sa.func.count(CaseApproval.id))) == 1


def test_two_pages_file_the_same_case_at_once(place: Any) -> None:
    made, office, case_id = place
    handler = office.actor("county:办案人")

    def filing(key: str) -> Any:
        return lambda found: operations.file(found, Filing(TODAY, TODAY), handler, clock.now(), key=key)

    outcomes = race(made, [filing("first"), filing("second")], lambda: session().get_one(DisposalCase, case_id))
    assert sum(isinstance(one, Exception) for one in outcomes) == 1
    assert session().scalar(sa.select(sa.func.count(Penalty.id))) == 1
    again = race(made, [filing("first")], lambda: session().get_one(DisposalCase, case_id))
    assert isinstance(again[0], NotAllowedNow)

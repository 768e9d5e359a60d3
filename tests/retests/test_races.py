"""Two people at once, on both databases: one decision, one frozen list, one designation, one conclusion, no number twice."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm.exc import StaleDataError

from app import clock
from app.custody.models import BackupSample
from app.db import session, transaction
from app.domain.case_kinds import Side
from app.domain.retests import Ground
from app.domain.samples import Verdict
from app.domain.workflow import RetestState
from app.drawings import operations as drawings
from app.drawings import queries as drawing_queries
from app.drawings.models import Drawing
from app.errors import NotAllowedNow
from app.retests import designating, operations, queries, testing
from app.retests.models import Retest
from app.retests.operations import Written
from app.retests.testing import Concluding, ItemResult
from app.ripples.models import Ripple
from tests.conftest import make_office
from tests.disposal.conftest import race
from tests.retests.conftest import build, list_laboratories

ON = date(2026, 11, 20)
LATE = (StaleDataError, NotAllowedNow)


def written(side: Side = Side.SAMPLED) -> Written:
    return Written(side, "甲超市", None, date(2026, 11, 19), ON, ON, "不服", ("灭蝇胺",))


def furnished(office: Any) -> int:
    """An application that waits for its decision; inside a transaction."""
    found = build(office)
    list_laboratories(office, "甲院", "乙院", "丙院")
    return operations.apply(found.sample, written(), office.actor("county:办案人"), clock.now()).id


def at_once(app: Any) -> None:
    """Of every step exactly one is taken, and the other is told so."""
    with transaction():
        office = make_office()
        retest_id = furnished(office)
    handler, one, other = (office.actor(f"county:{name}") for name in ("办案人", "审核人", "另一审核人"))

    def known() -> Any:
        return queries.retest(one, retest_id)

    def pressed(*works: Any) -> None:
        found = race(app, list(works), known)
        assert sum(isinstance(each, LATE) for each in found) == len(works) - 1, found
        assert not any(isinstance(each, Exception) and not isinstance(each, LATE) for each in found), found
        session().expire_all()

    pressed(
        lambda found: operations.accept(found, ON, one, clock.now(), None, seen=1),
        lambda found: operations.decline(found, ON, Ground.LATE, other, clock.now(), "逾期", seen=1),
    )
    with transaction():  # whoever was first: go on from an accepted one
        if session().get_one(Retest, retest_id).state is RetestState.DECLINED:
            session().execute(sa.text("UPDATE retest SET state = 'accepted' WHERE id = :i"), {"i": retest_id})
    session().expire_all()
    pressed(
        lambda found: designating.freeze(found, one, clock.now(), b"1" * 32),
        lambda found: designating.freeze(found, other, clock.now(), b"2" * 32),
    )
    assert session().scalar(sa.select(sa.func.count()).select_from(Drawing)) == 1
    drawing_id = session().get_one(Retest, retest_id).drawing_id or 0
    words = (("词一", one), ("词二", other))
    draws = [lambda row, word=word, who=who: drawings.draw(row, who, word, clock.now(), seen=1) for word, who in words]
    found = race(app, draws, lambda: drawing_queries.drawing(one, drawing_id))
    assert sum(isinstance(each, LATE) for each in found) == 1, found
    pressed(*[lambda found: designating.designate(found, ON, handler, clock.now()) and None] * 2)
    pressed(*[lambda found: testing.hand_over(found, ON, None, handler, clock.now())] * 2)
    assert session().scalars(sa.select(BackupSample.place)).one().startswith("复检机构：")
    with transaction():
        testing.arrive(known(), ON, True, None, handler, clock.now())
    passing = Concluding("FJ-1", ON, ON, {"灭蝇胺": ItemResult("0.1", "mg/kg", None, Verdict.PASS)})
    pressed(*[lambda found: testing.conclude(found, passing, handler, clock.now()) and None] * 2)
    assert session().scalar(sa.select(sa.func.count()).select_from(Ripple)) == 1
    assert session().get_one(Retest, retest_id).state is RetestState.CONCLUDED


def numbered_at_once(app: Any) -> None:
    with transaction():
        office = make_office()
        samples = [build(office, f"XC2612011912345000{n}", stored=False).sample.id for n in range(4)]
    actor = office.actor("county:办案人")

    def register(sample_id: int) -> Any:
        from app.sampling.models import Sample

        return lambda: operations.apply(session().get_one(Sample, sample_id), written(), actor, clock.now()).number

    found = race(app, [register(each) for each in samples])
    assert sorted(str(each) for each in found) == [f"复检〔2026〕{n}号" for n in (1, 2, 3, 4)], found


def test_one_of_two_takes_each_step(app: Any) -> None:
    at_once(app)


@pytest.mark.postgres
def test_one_of_two_takes_each_step_on_postgres(pg_app: Any) -> None:
    at_once(pg_app)


def test_no_number_is_given_twice(app: Any) -> None:
    numbered_at_once(app)


@pytest.mark.postgres
def test_no_number_is_given_twice_on_postgres(pg_app: Any) -> None:
    numbered_at_once(pg_app)

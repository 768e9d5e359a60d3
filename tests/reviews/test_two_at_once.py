"""Two people decide or submit at the same moment: one wins, the other is told, on both databases."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm.exc import StaleDataError

from app import clock
from app.db import session, transaction
from app.errors import NotAllowedNow
from app.results import entry
from app.results.models import ResultReport
from app.reviews import operations, queries, returning
from app.reviews.models import ResultReturn, ResultReview
from app.sampling.models import Sample
from tests.conftest import make_office
from tests.results.material import count, register_sample
from tests.results.test_report_entry import item

ONE = "XC26120119460010001"
BOTH = pytest.mark.parametrize("database", ["app", pytest.param("pg_app", marks=pytest.mark.postgres)])


def at_once(made: Flask, *steps: Callable[[Callable[[], Any]], Any]) -> list[str]:
    """Every step in a thread and session of its own; what each read, it read before any of them wrote."""
    barrier, told = threading.Barrier(len(steps)), [""] * len(steps)

    def run(place: int, step: Callable[[Callable[[], Any]], Any]) -> None:
        with made.app_context():
            try:
                step(barrier.wait)
                told[place] = "done"
            except (NotAllowedNow, StaleDataError):
                told[place] = "told"

    threads = [threading.Thread(target=run, args=(place, step)) for place, step in enumerate(steps)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    session().rollback()  # ends this thread's reading, so that it sees what the others did
    session().expire_all()
    return told


def submission(actor: Any, sample_id: int, ready: Callable[[], Any] = lambda: None) -> int:
    entered = entry.Entered("BG1", date(2026, 11, 12), None, None, [item("毒死蜱", "0.32", "")])
    sample = session().get_one(Sample, sample_id)
    outcome = entry.to_write(entry.prepare_entry(actor, sample, entered), None)
    assert outcome is not None
    ready()
    with transaction():
        return int(operations.submit_entry(sample, entered, outcome, actor, clock.now()).id)


@BOTH
def test_one_wins_and_the_other_is_told(database: str, request: pytest.FixtureRequest) -> None:
    """C14: two supervisors approve at once; approve and return at once; two submit the same report; two return the same report."""
    made: Flask = request.getfixturevalue(database)
    made.config["RESULTS_REVIEW"] = "one"
    with transaction():
        office = make_office()
    one = register_sample(office, ONE)
    clerk, sampler = office.actor("county:统计员"), office.actor("county:抽样员")
    first, second = office.actor("county:审核人"), office.actor("county:局领导")

    def approve(actor: Any) -> Callable[[Callable[[], Any]], Any]:
        def step(ready: Callable[[], Any]) -> None:
            review = queries.review_or_refuse(actor, 1)
            prepared = operations.prepare(review)
            seen = review.version
            ready()
            with transaction():
                operations.approve(review, prepared, actor, clock.now(), seen=seen)

        return step

    def send_back(ready: Callable[[], Any]) -> None:
        review = queries.review_or_refuse(second, 1)
        seen = review.version
        ready()
        with transaction():
            operations.send_back(review, second, "再核对", clock.now(), seen=seen)

    both = (lambda ready: submission(clerk, one, ready), lambda ready: submission(sampler, one, ready))
    assert sorted(at_once(made, *both)) == ["done", "told"]
    assert (count(ResultReview), count(ResultReport)) == (1, 0)
    told = at_once(made, approve(first), send_back)
    assert sorted(told) == ["done", "told"]
    review = session().get_one(ResultReview, 1)
    won = told[0] == "done"
    assert (review.state.value, count(ResultReport), count(ResultReturn)) == (("approved", 1, 0) if won else ("returned", 0, 1))
    if not won:
        again = queries.review_or_refuse(clerk, 1)
        entered = entry.Entered("BG1", date(2026, 11, 12), None, None, [item("毒死蜱", "0.32", "")])
        sample = session().get_one(Sample, one)
        outcome = entry.to_write(entry.prepare_entry(clerk, sample, entered), None)
        with transaction():
            operations.submit_entry(sample, entered, outcome, clerk, clock.now(), again=again)  # type: ignore[arg-type]
        assert sorted(at_once(made, approve(first), approve(second))) == ["done", "told"]
    assert count(ResultReport) == 1


@BOTH
def test_two_supervisors_and_two_returns(database: str, request: pytest.FixtureRequest) -> None:
    made: Flask = request.getfixturevalue(database)
    made.config["RESULTS_REVIEW"] = "one"
    with transaction():
        office = make_office()
    one = register_sample(office, ONE)
    number = submission(office.actor("county:统计员"), one)

    def approve(name: str) -> Callable[[Callable[[], Any]], Any]:
        def step(ready: Callable[[], Any]) -> None:
            actor = office_actor(name)
            review = queries.review_or_refuse(actor, number)
            prepared = operations.prepare(review)
            ready()
            with transaction():
                operations.approve(review, prepared, actor, clock.now())

        return step

    office_actor = {name: office.actor(name) for name in ("county:审核人", "county:局领导", "county:统计员")}.__getitem__
    assert sorted(at_once(made, approve("county:审核人"), approve("county:局领导"))) == ["done", "told"]
    report = session().scalars(sa.select(ResultReport.id)).one()

    def give_back(name: str) -> Callable[[Callable[[], Any]], Any]:
        def step(ready: Callable[[], Any]) -> None:
            sample = session().get_one(Sample, one)
            ready()
            with transaction():
                returning.return_report(sample, report, "其他", "请核对", office_actor(name), clock.now())

        return step

    assert sorted(at_once(made, give_back("county:审核人"), give_back("county:统计员"))) == ["done", "told"]
    row = session().scalars(sa.select(ResultReturn)).one()

    def take_back(name: str) -> Callable[[Callable[[], Any]], Any]:
        def step(ready: Callable[[], Any]) -> None:
            found = session().get_one(ResultReturn, row.id)
            ready()
            with transaction():
                returning.withdraw(found, "误退", office_actor(name), clock.now())

        return step

    assert sorted(at_once(made, take_back("county:审核人"), take_back("county:统计员"))) == ["done", "told"]

"""Sent twice, it is one sample; two hundred numbers at once have no gap and no collision. On both databases."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from app import clock
from app.db import session, transaction
from app.domain.workflow import SampleState, SampleStep
from app.history import HistoryEntry
from app.reference_data.models import Counter
from app.sampling import numbers, operations
from app.sampling.models import Sample, SampleSampler
from app.sampling.typing_in import typed_draft
from tests.conftest import enter_as, make_office
from tests.sampling.conftest import SHEET
from tests.sheets.conftest import KEY

Sheet = Callable[..., dict[str, str]]
BOTH = [pytest.param("app", id="sqlite"), pytest.param("pg_app", id="postgresql", marks=pytest.mark.postgres)]
MANY = 200


@pytest.fixture
def database(request: pytest.FixtureRequest) -> Flask:
    found: Flask = request.getfixturevalue(request.param)
    return found


def count() -> int:
    session().rollback()
    return session().scalar(sa.select(sa.func.count()).select_from(Sample)) or 0


def test_the_second_click_leads_to_the_same_sample(sampler: FlaskClient, sheet: Sheet) -> None:
    first = sampler.post("/sampling/new", data=sheet(number="", draft_key=KEY))
    second = sampler.post("/sampling/new", data=sheet(number="", draft_key=KEY))  # resent after a lost connection
    assert (first.status_code, second.status_code) == (303, 303) and first.location == second.location
    assert "没有重复登记" in sampler.get(second.location).text
    assert count() == 1


def test_another_persons_key_opens_nothing(
    office: Any, sign_in: Callable[..., FlaskClient], sampler: FlaskClient, sheet: Sheet
) -> None:
    sampler.post("/sampling/new", data=sheet(number="", draft_key=KEY))
    answer = sign_in(office.people["county:统计员"]).post("/sampling/new", data=sheet(number="", draft_key=KEY))
    assert answer.status_code in (409, 422) and "没有重复登记" not in answer.text


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_two_sendings_at_the_same_moment_make_one_sample(database: Flask) -> None:
    with transaction():
        office = make_office()
    clients = [enter_as(database, office.people["county:抽样员"]) for _ in range(2)]
    gate = threading.Barrier(2)

    def send(client: FlaskClient) -> Any:
        gate.wait()
        answer = client.post("/sampling/new", data={**SHEET, "number": "", "draft_key": KEY})
        box = re.search(r'name="confirmed" value="(\w+)"', answer.text)
        return client.post("/sampling/new", data={**SHEET, "number": "", "draft_key": KEY, "confirmed": box[1] if box else ""})

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(send, clients))
    assert [answer.status_code for answer in answers] == [303, 303], [answer.text[-3000:] for answer in answers]
    assert answers[0].location == answers[1].location and count() == 1
    assert session().scalar(sa.select(Counter.last).where(Counter.kind == "sample_XBJ")) == 1  # the loser's number came back


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_two_hundred_at_once_get_two_hundred_numbers(database: Flask) -> None:
    with transaction():
        office = make_office()
    actor, gate = office.actor("county:抽样员"), threading.Barrier(MANY)
    written = {name: text for name, text in SHEET.items() if name not in ("number", "outcome")}

    def ask(place: int) -> str:
        gate.wait()
        with database.app_context():
            shop = written | {"sampled_name": f"长春堂超市{place}", "sampled_credit_code": "/"}  # below every cap
            draft, _ = typed_draft(shop, actor, clock.today(), SampleState.REGISTERED)
            with transaction():  # nobody is told 系统正忙: writers of one process queue for their turn
                return operations.register(replace(draft), actor, clock.now()).number

    with ThreadPoolExecutor(MANY) as pool:
        given = list(pool.map(ask, range(MANY)))
    serials = sorted(int(number[-4:]) for number in given)
    assert serials == list(range(1, MANY + 1))  # no gap, no collision
    assert count() == MANY
    (run,) = numbers.number_runs(actor)
    assert run.run.complete and run.run.last == run.run.used == MANY


def test_a_number_comes_back_from_a_sheet_that_was_not_saved(app: Flask, office: Any) -> None:
    actor = office.actor("county:抽样员")
    draft, _ = typed_draft({**SHEET, "number": ""}, actor, clock.today(), SampleState.REGISTERED)
    with pytest.raises(RuntimeError), transaction():
        numbers.next_number(draft, actor)
        raise RuntimeError("the connection broke")
    with transaction():
        assert operations.register(draft, actor, clock.now()).number.endswith("0001")


def test_the_report_tells_voided_from_missing(
    app: Flask, office: Any, sampler: FlaskClient, sheet: Sheet
) -> None:
    for _ in range(3):
        assert sampler.post("/sampling/new", data=sheet(number="")).status_code == 303
    second = session().scalars(sa.select(Sample).where(Sample.number.endswith("0002"))).one()
    sampler.post(f"/sampling/{second.id}/void", data={"reason": "重复", "version": str(second.version)})
    with transaction():  # somebody meddled with the counter
        session().execute(sa.update(Counter).where(Counter.kind == "sample_XBJ").values(last=5))
    (run,) = numbers.number_runs(office.actor("county:抽样员"))
    assert (run.run.voided, run.run.missing) == ((2,), (4, 5))
    page = sampler.get("/sampling/numbers").text
    assert "缺 2 个" in page and "4—5" in page
    answer = app.test_cli_runner().invoke(args=["sheets", "numbers", "--json"])
    assert answer.exit_code == 1 and '"missing": [4, 5]' in answer.output
    assert session().scalars(sa.select(HistoryEntry).where(HistoryEntry.step == SampleStep.VOID.value)).all()


def test_the_gap_report_shows_ones_own_offices_alone(
    office: Any, sign_in: Callable[..., FlaskClient], sampler: FlaskClient, sheet: Sheet
) -> None:
    sampler.post("/sampling/new", data=sheet(number=""))
    assert "蓟州区市场监督管理局" not in sign_in(office.people["other:抽样员"]).get("/sampling/numbers").text.split("<main")[1]


def test_which_number_is_which(sampler: FlaskClient, sheet: Sheet) -> None:
    """B2: ours and the national one side by side, each under its own name."""
    ours = sampler.post("/sampling/new", data=sheet(number="", local_number="蓟-2026-1")).location
    national = sampler.post("/sampling/new", data=sheet(number="GZJ26120000463230001", local_number="蓟-2026-2")).location
    page = sampler.get(ours).text
    assert "抽样编号（本系统编号）" in page and "蓟-2026-1" in page
    page = sampler.get(national).text
    assert "抽样编号（国家系统或外部编号）" in page and "GZJ26120000463230001" in page and "蓟-2026-2" in page


def test_picked_samplers_are_kept_as_people_and_as_names(office: Any, sampler: FlaskClient, sheet: Sheet) -> None:
    mine, partner = office.people["county:抽样员"], office.people["station:抽样员"]
    picked = {"sampler_1": str(mine.id), "sampler_2": str(partner.id), "samplers": ""}
    assert sampler.post("/sampling/new", data=sheet(**picked)).status_code == 303
    sample = session().scalars(sa.select(Sample)).one()
    assert sample.samplers == f"{mine.name}、{partner.name}"
    assert set(session().scalars(sa.select(SampleSampler.user_id))) == {mine.id, partner.id}


@pytest.mark.parametrize(
    ("first", "second", "status"), [("county", "county", 422), ("county", None, 422), ("county", "other", 422)]
)  # one person twice; one alone; somebody of another bureau
def test_two_different_people_of_ours_take_a_sample(
    office: Any, sampler: FlaskClient, sheet: Sheet, first: str, second: str | None, status: int
) -> None:
    ids = [str(office.people[f"{place}:抽样员"].id) if place else "" for place in (first, second)]
    answer = sampler.post("/sampling/new", data=sheet(sampler_1=ids[0], sampler_2=ids[1], samplers=""))
    assert answer.status_code == status and count() == 0

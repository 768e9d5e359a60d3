"""某一时点的内容: what a record said then, beside what it says now, on the page and by the command; who may ask; what is not yet there."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from app import clock
from app.authorize import local_operator
from app.db import session, transaction
from app.disposal.models import DisposalCase
from app.domain.indicators import FORMULAS
from app.enterprises.models import Enterprise, EnterpriseStatus
from app.indicators.figures import Asked, answers
from app.indicators.frames import Frame, area_by_code, period
from app.known_on import reading
from app.known_on.records import RECORDS
from app.reference_data.books import region_book
from app.results import entry
from app.results import operations as results
from app.sampling.models import BatchFact, Sample
from tests.sampling.conftest import SHEET, complaints, sample_numbered

Sheet = Callable[..., dict[str, str]]
JIZHOU = "120119"


@pytest.fixture
def moments(monkeypatch: pytest.MonkeyPatch) -> Callable[[], datetime]:
    """A clock that goes on a minute whenever it is told to: steps of one test are then apart."""
    begun = clock.now()
    passed = [0]
    monkeypatch.setattr(clock, "now", lambda: begun + timedelta(minutes=passed[0]))

    def on() -> datetime:
        passed[0] += 1
        return begun + timedelta(minutes=passed[0] - 1, seconds=30)

    return on


@pytest.fixture
def history(moments: Any, registered: Sample, office: Any, sampler: FlaskClient, sheet: Sheet) -> dict[str, datetime]:
    """A sheet registered, reported as failing, then corrected in its link: the moments between the steps."""
    found = {"registered": moments()}
    actor = office.actor("county:统计员")
    row = {"item": "毒死蜱", "result": "0.5", "unit": "mg/kg", "verdict": "不合格项", "max_limit": "0.02", "limit_unit": "mg/kg"}
    entered = entry.Entered("BG2026001", date(2026, 11, 20), None, office.orgs["lab"].id, [row])
    prepared = entry.prepare_entry(actor, registered, entered)
    with transaction():
        results.enter(prepared.outcomes[0], actor, clock.now())
    found["reported"] = moments()
    sample = sample_numbered(SHEET["number"])
    kept = {name: text for name, text in sheet().items() if name not in ("number", "outcome")}
    changed = {"link": "餐饮", "brand": "新商标", "reason": "抽样环节写错", "version": str(sample.version)}
    answer = sampler.post(f"/sampling/{sample.id}/correct", data=kept | changed)
    assert answer.status_code == 303, complaints(answer)
    found["corrected"] = moments()
    return found


def fields(found: reading.Known) -> dict[str, tuple[str, str]]:
    return {one.field: (one.then, one.now) for one in found.changed}


def asked(at: datetime) -> str:
    return clock.office_time(at).strftime("%Y-%m-%dT%H:%M:%S")


def test_fields_are_as_they_were_and_what_was_not_there_yet_says_so(history: dict[str, datetime]) -> None:
    sample = sample_numbered(SHEET["number"])
    early, late = reading.known(sample, history["reported"]), reading.known(sample, history["corrected"])
    assert fields(early)["抽样环节"] == ("流通", "餐饮")
    assert any(then != now == "新商标" for then, now in fields(early).values())
    assert not late.changed
    assert [one.step for one in early.since] == ["更正样品信息"]
    first = reading.known(sample, history["registered"])
    assert (first.then, first.now) == ("已抽样", "已出报告")
    assert (first.reports, [one.in_force for one in first.versions]) == ([], [False, False])
    before = reading.known(sample, history["registered"] - timedelta(days=1))
    assert (before.there, before.lines) == (False, [])


def test_the_version_said_to_be_counted_is_the_one_that_figures_count(history: dict[str, datetime]) -> None:
    """The page and the figure as of the same moment speak of one version."""
    sample = sample_numbered(SHEET["number"])
    for name, link in (("reported", "流通"), ("corrected", "餐饮")):
        (counted,) = [one for one in reading.known(sample, history[name]).versions if one.in_force]
        assert link in counted.lines, name
        frame = Frame(local_operator(), area_by_code(region_book(), JIZHOU), period(2026), history[name])
        fact = session().scalars(sa.select(BatchFact).where(*frame.facts())).one()
        assert (fact.recorded_at, fact.link and fact.link.value) == (counted.since, link)
        question = Asked(FORMULAS["batch_count"])
        assert answers(frame, [question])[question].figure.numerator == 1
    assert len(reading.known(sample, history["corrected"]).reports) == 1


def test_the_page_shows_then_beside_now_and_leads_there_from_the_record(history: dict[str, datetime], sampler: FlaskClient) -> None:
    sample = sample_numbered(SHEET["number"])
    address = f"/known/sampling/{sample.id}"
    assert f'href="{address}"' in sampler.get(f"/sampling/{sample.id}").text
    page = sampler.get(f"{address}?as_of={asked(history['reported'])}").text
    table = page.split("与现在不同的内容</h2>")[1].split("</table>")[0]
    assert "<b>流通</b>" in table and "<td>餐饮</td>" in table
    assert sampler.get(re.findall(rf'{address}\?as_of=[^"]+', page)[0]).status_code == 200  # the moment after each step
    early = sampler.get(f"{address}?as_of={asked(history['registered'] - timedelta(days=1))}").text
    assert "还没有这条记录" in early and "<b>流通</b>" not in early


@pytest.mark.parametrize(("written", "sentence"), [("昨天", "不是时间"), ("2999-01-01", "可用年份"), ("2099-01-01", "不能晚于今天")])
def test_what_is_no_moment_or_is_to_come_is_refused(registered: Sample, sampler: FlaskClient, written: str, sentence: str) -> None:
    answer = sampler.get(f"/known/sampling/{registered.id}?as_of={written}")
    assert answer.status_code in (400, 422) and sentence in answer.text


def test_another_office_does_not_find_it(registered: Sample, office: Any, sign_in: Any) -> None:
    assert sign_in(office.people["other:抽样员"]).get(f"/known/sampling/{registered.id}").status_code == 404


def test_people_stay_masked(office: Any, sign_in: Any) -> None:
    """Whoever may see people in full sees them on the record's own page, where the looking is on record."""
    with transaction():
        firm = Enterprise(
            org_id=office.orgs["county"].id, name="蓟州食品厂", region_id=region_book().id(JIZHOU), status=EnterpriseStatus.ACTIVE,
            created_at=clock.now(), phone="13812345678",
        )  # fmt: skip
        session().add(firm)
        session().flush()
    handler = sign_in(office.people["county:办案人"])
    there = re.search(r'href="(/known/[^"]*)">查看某一时点的内容', handler.get(f"/enterprises/{firm.id}").text)
    assert there is not None and there[1] == f"/known/enterprises/{firm.id}"  # also while nothing is in its history
    page = handler.get(there[1]).text
    assert "企业 蓟州食品厂：截至" in page  # by its name, not its number
    assert "138****5678" in page and "13812345678" not in page


def test_a_blind_laboratory_learns_nothing_of_the_firm(
    app: Flask, history: dict[str, datetime], office: Any, sign_in: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    sample = sample_numbered(SHEET["number"])
    with transaction():
        session().get_one(Sample, sample.id).laboratory_org_id = office.orgs["lab"].id
    monkeypatch.setitem(app.config, "BLIND_TESTING", True)
    answer = sign_in(office.people["lab:承检机构"]).get(f"/known/sampling/{sample.id}?as_of={asked(history['reported'])}")
    assert answer.status_code == 200 and sample.product_name in answer.text
    for text in (sample.sampled_name, sample.sampled_address):
        assert text and text not in answer.text


def test_the_command_says_the_same(app: Flask, history: dict[str, datetime]) -> None:
    def run(*words: str) -> Any:
        return app.test_cli_runner().invoke(args=["known", "show", *words])

    told = run("样品", SHEET["number"], "--as-of", asked(history["reported"]), "--json")
    data = json.loads(told.stdout)
    links = {one["field"]: (one["then"], one["now"], one["changed"]) for one in data["fields"]}
    assert links["抽样环节"] == ("流通", "餐饮", True) and len(data["later"]) == 1
    assert "抽样环节　流通（现在 餐饮）" in run("sample", SHEET["number"], "--as-of", asked(history["reported"])).stdout
    case = session().scalars(sa.select(DisposalCase).order_by(DisposalCase.id)).all()[0]
    assert run("处置案件", case.number).exit_code == 0 and run("处置案件", f"#{case.id}").exit_code == 0
    for words, sentence in ((("鱼", "1"), "没有记录类别"), (("样品", "没有"), "没有找到样品"), (("处置案件", "#x"), "不是档案号")):
        refused = run(*words)
        assert (refused.exit_code, sentence in refused.stderr) == (1, True), words


def test_every_kind_hangs_beside_its_own_page_under_its_permission(app: Flask) -> None:
    for here, one in RECORDS.items():
        page, own = app.view_functions[one.page], app.view_functions[f"known_on.{here}"]
        assert (own.permission, own.fetch) == (page.permission, page.fetch), here

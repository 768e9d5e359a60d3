"""What follows from voiding, reviving and correcting a reported sample: facts, figures, cases."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from app import clock, history
from app.db import session, transaction
from app.disposal.models import DisposalCase
from app.domain.samples import Domain, Link, Purpose, Supervision
from app.domain.workflow import CaseState, SampleState
from app.reference_data.books import region_book
from app.results import entry
from app.results import operations as results
from app.sampling import queries
from app.sampling.models import BatchFact, Sample
from tests.sampling.conftest import SHEET, accepting, complaints, sample_numbered

Sheet = Callable[..., dict[str, str]]


@pytest.fixture
def reported(registered: Sample, office: Any) -> Sample:
    """The sheet with a report that fails it: 毒死蜱, by the laboratory's own signed verdict."""
    row = {"item": "毒死蜱", "result": "0.5", "unit": "mg/kg", "verdict": "不合格项", "max_limit": "0.02", "limit_unit": "mg/kg"}
    actor = office.actor("county:统计员")
    entered = entry.Entered("BG2026001", date(2026, 11, 20), None, office.orgs["lab"].id, [row])
    prepared = entry.prepare_entry(actor, registered, entered)
    with transaction():
        results.enter(prepared.outcomes[0], actor, clock.now())
    return sample_numbered(SHEET["number"])


def facts() -> Sequence[BatchFact]:
    statement = sa.select(BatchFact).order_by(BatchFact.version).execution_options(populate_existing=True)
    return session().scalars(statement).all()


def cases() -> Sequence[DisposalCase]:
    return session().scalars(sa.select(DisposalCase).execution_options(populate_existing=True)).all()


def test_the_page_of_a_reported_sample_shows_its_report_versions_and_cases(sampler: FlaskClient, reported: Sample) -> None:
    page = sampler.get(f"/sampling/{reported.id}").text
    for words in ("BG2026001", "毒死蜱", "不合格项", "统计口径的版本", "初检", cases()[0].number):
        assert words in page, words


def test_the_timeline_names_fields_in_words_newest_first(sampler: FlaskClient, reported: Sample) -> None:
    """办理记录: what changed is told by the words of the form, never by a column of the database."""
    text = sampler.get(f"/sampling/{reported.id}").text.partition('id="history"')[2]
    for words in ("监督结论：不合格", "报告日期：2026-11-20", "用时 0 个工作日"):
        assert words in text, words
    for name in ("supervision", "monitoring", "reported_on", "pending_items"):
        assert name not in text, name
    assert text.index("登记检验报告") < text.index("登记样品")


def test_correcting_the_only_report_in_force_opens_it(office: Any, sign_in: Any, reported: Sample) -> None:
    """更正结果 leads to the report itself; an empty grid would be a second report."""
    clerk = sign_in(office.people["county:统计员"])
    link = f"/samples/{reported.id}/results?report=BG2026001"
    assert f'href="{link}"' in clerk.get(f"/sampling/{reported.id}").text
    assert 'value="毒死蜱"' in clerk.get(link).text  # in a cell to type in; an empty grid has only the list to choose from


def test_of_several_reports_in_force_none_is_chosen(office: Any, sign_in: Any, reported: Sample) -> None:
    row = {"item": "铅", "result": "0.01", "unit": "mg/kg", "verdict": "合格项", "max_limit": "0.1", "limit_unit": "mg/kg"}
    actor = office.actor("county:统计员")
    entered = entry.Entered("BG2026002", date(2026, 11, 20), None, office.orgs["lab"].id, [row])
    prepared = entry.prepare_entry(actor, reported, entered)
    with transaction():
        results.enter(prepared.outcomes[0], actor, clock.now(), reason="补充报告")
    page = sign_in(office.people["county:统计员"]).get(f"/sampling/{reported.id}").text
    assert f'href="/samples/{reported.id}/results"' in page


def test_voiding_takes_the_batch_out_of_figures_and_cancels_its_case(sampler: FlaskClient, reported: Sample) -> None:
    answer = sampler.post(f"/sampling/{reported.id}/void", data={"reason": "重复录入", "version": str(reported.version)})
    assert answer.status_code == 303, complaints(answer)
    now = sample_numbered(SHEET["number"])
    assert (now.state, now.void_reason) == (SampleState.VOIDED, "重复录入")
    before, after = facts()
    assert (after.voided, after.basis, before.superseded_at) == (True, "作废", after.recorded_at)
    assert [case.state for case in cases()] == [CaseState.CANCELLED]


def test_reviving_brings_figures_and_case_back(sampler: FlaskClient, reported: Sample) -> None:
    sampler.post(f"/sampling/{reported.id}/void", data={"reason": "误操作", "version": str(reported.version)})
    version = sample_numbered(SHEET["number"]).version
    assert sampler.post(f"/sampling/{reported.id}/revive", data={"version": str(version)}).status_code == 303
    now = sample_numbered(SHEET["number"])
    assert (now.state, now.void_reason, now.supervision) == (SampleState.REPORTED, None, Supervision.FAIL)
    last = facts()[-1]
    assert (last.voided, last.supervision, last.superseded_at) == (False, Supervision.FAIL, None)
    assert [case.state for case in cases()] == [CaseState.OPEN]
    steps = [each.step for each in history.entries_of("sample", now.id)]
    assert steps == ["register", "report", "void", "revive", "report"]


@pytest.mark.parametrize(
    ("data", "status", "sentence"),
    [
        ({"reason": ""}, 422, "请填写原因"),  # nothing is voided without a reason
        ({"reason": "重复", "version": "99"}, 409, "已被他人修改"),
        ({"reason": "长" * 10_000}, 422, "不得超过 500 个字"),
    ],
)
def test_a_refused_void_changes_nothing(
    sampler: FlaskClient, registered: Sample, data: dict[str, str], status: int, sentence: str
) -> None:
    answer = sampler.post(f"/sampling/{registered.id}/void", data={"version": str(registered.version), **data})
    assert answer.status_code == status and sentence in answer.text
    assert sample_numbered(SHEET["number"]).state is SampleState.REGISTERED


def test_a_voided_sheet_can_be_revived_without_reports(sampler: FlaskClient, registered: Sample) -> None:
    sampler.post(f"/sampling/{registered.id}/void", data={"reason": "误操作", "version": "1"})
    assert sampler.post(f"/sampling/{registered.id}/revive", data={"version": "2"}).status_code == 303
    assert sample_numbered(SHEET["number"]).state is SampleState.REGISTERED
    assert sampler.post(f"/sampling/{registered.id}/revive", data={"version": "3"}).status_code == 409  # not voided


def test_a_refusal_record_is_not_revived_into_a_sample(sampler: FlaskClient) -> None:
    data = {"outcome": "refused", "outcome_code": "拒绝抽样", "sampled_name": "某店", "purpose": "监督抽检"}
    sampler.post("/sampling/new", data=data)
    found = session().scalars(sa.select(Sample)).one().id
    assert sampler.post(f"/sampling/{found}/void", data={"reason": "误登", "version": "1"}).status_code == 303
    answer = sampler.post(f"/sampling/{found}/revive", data={"version": "2"})
    assert answer.status_code == 409 and "请重新登记" in answer.text


@pytest.mark.parametrize("step", ["void", "revive", "unmask", "correct"])
@pytest.mark.parametrize(("person", "status"), [("county:局领导", 403), ("other:抽样员", 404), ("county:审计管理员", 404)])
def test_who_may_not_take_a_step(
    office: Any, sign_in: Callable[..., FlaskClient], registered: Sample, person: str, status: int, step: str
) -> None:
    if step == "unmask" and status == 403:
        person = "county:统计员"  # the leader reads whole what he decides on
    answer = sign_in(office.people[person]).post(f"/sampling/{registered.id}/{step}", data={"reason": "x", "version": "1"})
    assert answer.status_code == status


# ---------------------------------------------------------------- corrections of what figures read

def _correct(client: FlaskClient, sample: Sample, sheet: Sheet, **other: str) -> None:
    kept = {name: text for name, text in sheet().items() if name not in ("number", "outcome")}
    answer = client.post(f"/sampling/{sample.id}/correct", data=kept | {"reason": "更正", "version": str(sample.version)} | other)
    assert answer.status_code == 303, complaints(answer)


@pytest.mark.parametrize(
    ("other", "column", "before", "after"),
    [
        ({"link": "餐饮"}, "link", Link.CIRCULATION, Link.CATERING),
        ({"purpose": "评价性抽检"}, "purpose", Purpose.SUPERVISION, Purpose.EVALUATION),
        ({"sampled_on": "2026-11-20"}, "sampled_on", date(2026, 11, 19), date(2026, 11, 20)),
        ({"category": "调味品/酱油"}, "domain", Domain.AGRICULTURAL, Domain.FOOD),
        ({"purpose": "风险监测"}, "supervision", Supervision.FAIL, Supervision.NONE),  # the conclusion is rolled up again
    ],
)
def test_a_correction_adds_a_version_of_the_facts(
    sampler: FlaskClient, reported: Sample, sheet: Sheet, other: dict[str, str], column: str, before: object, after: object
) -> None:
    """Facts are superseded, never overwritten: last month's figure can still be reproduced."""
    _correct(sampler, reported, sheet, **other)
    old, new = facts()
    assert (getattr(old, column), getattr(new, column), new.basis) == (before, after, "更正")
    assert old.superseded_at == new.recorded_at


def test_a_correction_that_no_figure_reads_adds_no_version(sampler: FlaskClient, reported: Sample, sheet: Sheet) -> None:
    _correct(sampler, reported, sheet, brand="绿叶")
    assert len(facts()) == 1


def test_the_case_goes_when_the_correction_makes_it_monitoring(sampler: FlaskClient, reported: Sample, sheet: Sheet) -> None:
    _correct(sampler, reported, sheet, purpose="风险监测")  # 风险监测 has no 不合格 and no disposal
    assert [case.state for case in cases()] == [CaseState.CANCELLED]


def test_the_sample_cannot_be_moved_to_another_bureau(sampler: FlaskClient, reported: Sample, sheet: Sheet) -> None:
    kept = {name: text for name, text in sheet().items() if name not in ("number", "outcome")}
    moved = kept | {"sampled_region": "500156", "task_source": "别的局", "reason": "更正", "version": str(reported.version)}
    answer = sampler.post(f"/sampling/{reported.id}/correct", data=moved)
    assert answer.status_code == 422 and "不在本单位管辖范围内" in answer.text


def test_a_place_corrected_by_the_city_moves_the_sample_and_all_that_hangs_on_it(
    office: Any, sign_in: Callable[..., FlaskClient], reported: Sample, sheet: Sheet
) -> None:
    _correct(accepting(sign_in(office.people["city:抽样员"])), reported, sheet, sampled_region="500156")
    now, other = sample_numbered(SHEET["number"]), office.orgs["other"].id
    assert (now.org_id, now.region_id) == (other, region_book().id("500156"))
    assert {row.org_id for report in queries.reports(now.id) for row in (report, *report.rows)} == {other}
    assert [fact.org_id for fact in facts()] == [office.orgs["county"].id, other]


"""Which cases a nonconforming batch opens, exactly once, and what happens to them when the verdict changes."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from app import clock, history
from app.db import session, transaction
from app.disposal import operations
from app.disposal.models import DisposalCase
from app.domain.samples import Link, Purpose, Supervision, Verdict
from app.domain.workflow import CaseState
from app.errors import NotLikeThis
from app.organisations.models import Organisation
from app.results.models import ResultRow
from app.sampling.models import Sample
from tests.conftest import make_office
from tests.disposal.conftest import again, build_batch, conclude, race, region_id


def described(cases: list[DisposalCase], office: Any) -> list[tuple[str, str, str, str | None]]:
    names = {org.id: key for key, org in office.orgs.items()}
    return [(case.party.value, case.mode.value, names[case.org_id], case.party_name) for case in cases]


SHOP = "蓟州区文昌街好又多超市"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        # the producer is the stroke for "not applicable": the sampled side only
        ({}, [("流通", "处置", "county", SHOP)]),
        ({"link": Link.ONLINE}, [("网抽", "处置", "county", SHOP)]),
        # sampled at the producer: one case
        ({"link": Link.PRODUCTION, "producer_name": "甲厂"}, [("生产", "处置", "county", SHOP)]),
        # a shop that makes it itself, whatever the brackets and blanks
        ({"producer_name": f" {SHOP} "}, [("生产", "处置", "county", SHOP)]),
        # the producer's bureau works in this installation: it disposes itself
        (
            {"producer_name": "武隆食品厂", "producer_region": "500156"},
            [("流通", "处置", "county", SHOP), ("生产", "处置", "other", "武隆食品厂")],
        ),
        # a producer of our own county
        (
            {"producer_name": "蓟州食品厂", "producer_region": "120119"},
            [("流通", "处置", "county", SHOP), ("生产", "处置", "county", "蓟州食品厂")],
        ),
        # outside this installation: the sampling bureau notifies
        (
            {"producer_name": "汇川食品厂", "producer_region": "520303"},
            [("流通", "处置", "county", SHOP), ("生产", "通报", "county", "汇川食品厂")],
        ),
        # nobody knows where
        ({"producer_name": "某某食品厂"}, [("流通", "处置", "county", SHOP), ("生产", "通报", "county", "某某食品厂")]),
        # 风险监测 is never disposed (办法 41), 评价性抽检 is
        ({"purpose": Purpose.MONITORING}, []),
        ({"purpose": Purpose.EVALUATION}, [("流通", "处置", "county", SHOP)]),
        ({"supervision": Supervision.PASS}, []),
        ({"supervision": Supervision.OPEN}, []),
    ],
)
def test_cases_opened(given: dict[str, Any], expected: Any, office: Any, batch: Any, open_cases: Any) -> None:
    code = given.pop("producer_region", None)
    cases = open_cases(batch(producer_region_id=region_id(code) if code else None, **given))
    assert described(cases, office) == expected


def test_what_a_new_case_says(case: DisposalCase) -> None:
    """案号, items, the day of acceptance as the day of receipt, both clocks; and its entry in the history."""
    assert (case.number, case.state, case.failing_items) == ("核处〔2026〕1号", CaseState.OPEN, "灭蝇胺")
    assert (case.received_on, case.start_due_on, case.due_on) == (date(2026, 11, 20), date(2026, 11, 27), date(2027, 2, 18))
    assert case.due_provisional  # 2027 has no published notice
    assert [entry.step for entry in history.entries_of("disposal_case", case.id)] == ["open"]


@pytest.mark.parametrize(
    ("enabled_on", "count"),
    [
        (None, 1),  # in use from the beginning
        (date(2026, 11, 18), 1),  # reported on the very day
        (date(2026, 11, 19), 0),  # reported before: disposed of outside this system
    ],
)
def test_nothing_is_opened_for_reports_before_the_system_is_in_use(
    enabled_on: date | None, count: int, office: Any, batch: Any, open_cases: Any
) -> None:
    with transaction():
        session().get_one(Organisation, office.orgs["county"].id).enabled_on = enabled_on
    assert len(open_cases(batch())) == count


def test_accepting_twice_opens_once(batch: Any, open_cases: Any) -> None:
    sample = batch(producer_name="某厂")
    assert len(open_cases(sample)) == 2
    assert open_cases(sample) == []
    assert session().scalar(sa.select(sa.func.count(DisposalCase.id))) == 2


def test_numbers_have_no_gap_and_each_bureau_counts_its_own(office: Any, batch: Any, open_cases: Any) -> None:
    first = open_cases(batch("XC26120119123450001"), batch("XC26120119123450002"))
    with pytest.raises(ZeroDivisionError), transaction():
        operations.open_for_samples(
            [build_batch(office, "XC26120119123450003").id], office.actor("county:统计员"), clock.now()
        )
        raise ZeroDivisionError  # the import fails afterwards: its number comes back
    later = open_cases(batch("XC26120119123450004"), batch("XC26500156123450001", org_id=office.orgs["other"].id))
    assert [case.number for case in (*first, *later)] == [
        "核处〔2026〕1号", "核处〔2026〕2号", "核处〔2026〕3号", "核处〔2026〕1号",
    ]


@pytest.mark.parametrize("database", ["app", pytest.param("pg_app", marks=pytest.mark.postgres)])
def test_people_accepting_at_once_open_once(database: str, request: pytest.FixtureRequest) -> None:
    made = request.getfixturevalue(database)
    with transaction():
        office = make_office()
        sample_id = build_batch(office, producer_name="某厂").id
    actor = office.actor("county:统计员")
    assert sorted(race(made, [lambda: len(operations.open_for_samples([sample_id], actor, clock.now()))] * 4)) == [0, 0, 0, 2]
    assert session().scalar(sa.select(sa.func.count(DisposalCase.id))) == 2


@pytest.mark.parametrize("database", ["app", pytest.param("pg_app", marks=pytest.mark.postgres)])
def test_numbers_taken_at_once_are_all_different(database: str, request: pytest.FixtureRequest) -> None:
    made = request.getfixturevalue(database)
    with transaction():
        office = make_office()
        ids = [build_batch(office, f"XC2612011912345{n:04d}").id for n in range(6)]
    actor = office.actor("county:统计员")
    works = [lambda each=each: len(operations.open_for_samples([each], actor, clock.now())) for each in ids]
    assert race(made, works) == [1] * 6
    numbers = session().scalars(sa.select(DisposalCase.number)).all()
    assert sorted(numbers) == [f"核处〔2026〕{n}号" for n in range(1, 7)]


def test_two_hundred_cases_in_an_import_of_thousands(office: Any, open_cases: Any) -> None:
    """The failing ones among many get their cases, numbered in the order of the batches."""
    with transaction():
        samples = [
            build_batch(office, f"XC2612011912346{n:04d}", supervision=Supervision.FAIL if n % 5 == 0 else Supervision.PASS)
            for n in range(300)
        ]
    cases = open_cases(*samples)
    assert [case.number for case in cases] == [f"核处〔2026〕{n}号" for n in range(1, 61)]
    assert [case.sample_id for case in cases] == [sample.id for sample in samples[::5]]


# ---------------------------------------------------------------- when the verdict changes

def test_cancelled_with_the_result_and_reopened_with_the_next(office: Any, case: DisposalCase, open_cases: Any) -> None:
    actor = office.actor("county:统计员")
    with transaction():
        conclude(session().get_one(Sample, case.sample_id), Supervision.PASS)
        cancelled = operations.cancel_for_samples([case.sample_id], actor, "检验报告更正为合格")
    assert [each.id for each in cancelled] == [case.id]
    assert again(case).state is CaseState.CANCELLED
    with transaction():
        assert operations.cancel_for_samples([case.sample_id], actor, "再次撤销") == []
    sample = session().get_one(Sample, case.sample_id)
    with transaction():
        conclude(sample, Supervision.FAIL)
    assert [each.id for each in open_cases(sample)] == [case.id]
    assert (again(case).state, again(case).cancelled_at, again(case).handler_id) == (CaseState.OPEN, None, None)
    assert [entry.step for entry in history.entries_of("disposal_case", case.id)] == ["open", "cancel", "reopen"]


def test_a_closed_case_is_cancelled_too(office: Any, closed_case: DisposalCase) -> None:
    """复检合格 overturns the conclusion even after everything was done; what was recorded stays readable."""
    with transaction():
        operations.cancel_for_samples([closed_case.sample_id], office.actor("county:统计员"), "复检合格")
    now = again(closed_case)
    assert (now.state, now.control) == (CaseState.CANCELLED, "封存 20 公斤")


@pytest.mark.parametrize(
    ("reported_on", "received_on"),
    [
        (date(2026, 11, 18), date(2026, 11, 2)),  # the same report accepted once more: no new clock
        (date(2026, 11, 21), date(2026, 11, 23)),  # a new conclusion after the cancellation: received anew
    ],
)
def test_reopening_does_not_buy_time(
    reported_on: date, received_on: date, office: Any, case: DisposalCase, open_cases: Any, monkeypatch: Any
) -> None:
    sample = session().get_one(Sample, case.sample_id)
    with transaction():
        again(case).received_on = date(2026, 11, 2)
        operations.cancel_for_samples([case.sample_id], office.actor("county:统计员"), "撤销导入")
    monkeypatch.setenv("SHIAN_TODAY", "2026-11-23")
    with transaction():
        conclude(sample, Supervision.PASS)
    with transaction():
        conclude(sample, Supervision.FAIL, reported_on=reported_on)
    open_cases(sample)
    assert again(case).received_on == received_on


def test_a_cancellation_needs_its_reason(office: Any, case: DisposalCase) -> None:
    with pytest.raises(NotLikeThis), transaction():
        operations.cancel_for_samples([case.sample_id], office.actor("county:统计员"), " ")
    assert again(case).state is CaseState.OPEN


def test_a_corrected_sheet_changes_the_parties(office: Any, batch: Any, open_cases: Any) -> None:
    """环节 corrected from 流通 to 餐饮: the new party's case is opened and the wrong one goes."""
    sample = batch()
    wrong = open_cases(sample)[0]
    with transaction():
        sample.link = Link.CATERING
    right = open_cases(sample)
    assert [(case.party.value, case.state) for case in right] == [("餐饮", CaseState.OPEN)]
    assert again(wrong).state is CaseState.CANCELLED


def test_corrected_items_are_told_to_the_live_case(office: Any, case: DisposalCase, open_cases: Any) -> None:
    with transaction():
        for row in session().scalars(sa.select(ResultRow)):
            row.verdict = Verdict.FAIL
    open_cases(session().get_one(Sample, case.sample_id))
    assert again(case).failing_items == "灭蝇胺、铅(以Pb计)"

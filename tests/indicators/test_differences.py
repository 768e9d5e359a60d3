"""The difference of a figure between two moments: every record, why, when and by whom, and the sum that holds."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa

from app import clock, history
from app.authorize import local_operator
from app.db import session, transaction
from app.disposal.models import DisposalCase
from app.domain.case_kinds import RippleCause
from app.domain.figure_differences import Reason
from app.domain.indicators import FORMULAS, parse_filter
from app.domain.samples import Domain, Supervision, Verdict
from app.domain.workflow import CaseState
from app.enterprises.models import Enterprise, EnterpriseStatus
from app.indicators import operations, queries
from app.indicators.adjusting import compared
from app.indicators.differences import between
from app.indicators.figures import Asked
from app.indicators.frames import Frame, area_by_code, period
from app.indicators.records import Side
from app.reference_data.books import region_book
from app.reference_data.models import FoodCategory, Population
from app.results import overturning
from app.results.models import ResultRow
from tests.conftest import make_office
from tests.disposal.conftest import build_batch
from tests.indicators.conftest import JIZHOU, Batch, Books
from tests.indicators.test_tallies import case, transfer

FAIL = Supervision.FAIL
THEN = datetime(2026, 11, 10, 4, 0)
BEFORE, AFTER = THEN - timedelta(days=2), THEN + timedelta(days=2)


def frame(as_of: datetime | None = None, area: str = JIZHOU, month: int | None = 11, actor: Any = None) -> Frame:
    return Frame(actor or local_operator(), area_by_code(region_book(), area), period(2026, month), as_of)


def asked(code: str, filter_: str = "") -> Asked:
    return Asked(FORMULAS[code], parse_filter(filter_))


def reasons(listed: Any) -> dict[str, list[str]]:
    return {one.number: [reason.value for reason in one.reasons] for one in listed}


@pytest.fixture(params=["sqlite", "postgres"])
def anywhere(request: Any) -> Books:
    """The same on both databases."""
    request.getfixturevalue("app" if request.param == "sqlite" else "pg_app")
    with transaction():
        return Books(make_office().orgs)


def test_every_change_of_a_batch_is_told_with_its_reason(anywhere: Books) -> None:
    books = anywhere
    failing = Batch(supervision=FAIL)
    kept, retest, objection, moved, voided, gone, other = books.add(*[failing] * 7, at=BEFORE)
    october = books.add(Batch(reported_on=date(2026, 10, 30)), at=BEFORE)[0]
    books.rewrite(retest, Batch(), AFTER, basis="复检")
    books.rewrite(objection, Batch(), AFTER, basis="异议")
    books.rewrite(moved, replace(failing, reported_on=date(2026, 12, 1)), AFTER)
    books.rewrite(voided, failing, AFTER, basis="作废", voided=True)
    books.rewrite(gone, replace(failing, region="500156"), AFTER)
    books.rewrite(other, replace(failing, category="乳制品"), AFTER)
    books.rewrite(october, Batch(), AFTER)
    late, new = books.add(Batch(reported_on=date(2026, 11, 3)), Batch(reported_on=date(2026, 11, 12)), at=AFTER)
    found = between(frame(THEN), frame(), asked("batch_count"), Side.NUMERATOR)
    assert (found.count_then, found.count_now, found.adds_up) == (7, 7, True)
    assert reasons(found.gained) == {
        october.number: ["抽样单更正", "改期"], late.number: ["补录"], new.number: ["新出报告"],
    }  # fmt: skip
    assert reasons(found.lost) == {
        moved.number: ["抽样单更正", "改期"], voided.number: ["作废"], gone.number: ["抽样单更正", "改区域"],
    }  # fmt: skip
    assert reasons(found.changed) == {retest.number: ["复检改判"], objection.number: ["异议成立"]}
    one = next(one for one in found.changed if one.number == retest.number)
    assert (one.before, one.after) == ("监督：不合格，报告日期 2026-11-05", "监督：合格，报告日期 2026-11-05")
    assert [event.what for event in one.events] == ["监督结论：不合格 → 合格"]
    meat = between(frame(THEN), frame(), asked("batch_count", "category = 肉制品"), Side.NUMERATOR)
    assert (meat.adds_up, reasons(meat.lost)[other.number]) == (True, ["抽样单更正", "改类"])
    assert kept.number not in {one.number for one in found.every}


def test_the_numerator_of_a_rate_and_an_earlier_later_moment(books: Books) -> None:
    sample, still = books.add(Batch(supervision=FAIL), Batch(), at=BEFORE)
    books.rewrite(sample, Batch(), AFTER, basis="复检")
    books.rewrite(sample, Batch(supervision=FAIL), AFTER + timedelta(days=1), basis="更正")
    rate = asked("pass_rate")
    there_and_back = between(frame(THEN), frame(), rate, Side.NUMERATOR)
    assert (there_and_back.every, there_and_back.count_then, there_and_back.count_now) == ([], 1, 1)
    halfway = between(frame(THEN), frame(AFTER), rate, Side.NUMERATOR)
    assert (reasons(halfway.gained), halfway.count_now, halfway.adds_up) == ({sample.number: ["复检改判"]}, 2, True)
    (changed,) = between(frame(THEN), frame(AFTER), rate, Side.DENOMINATOR).changed
    assert changed.number == sample.number != still.number


def test_who_overturned_a_verdict_and_why(office: Any) -> None:
    with transaction():
        sample = build_batch(office)
    row = session().scalars(sa.select(ResultRow).where(ResultRow.verdict == Verdict.FAIL)).one()
    then, reviewer = clock.now(), office.actor("county:审核人")
    with transaction():
        overturning.overturn(
            sample, {row.id: Verdict.PASS}, reviewer, clock.now(), basis="复检", cause=RippleCause.RETEST, source=None,
            reason="复检机构结论合格",
        )  # fmt: skip
    found = between(frame(then), frame(), asked("pass_rate", "domain = 食用农产品"), Side.NUMERATOR)
    (one,) = found.gained
    (event,) = one.events
    assert (one.kind, one.id, one.reasons) == ("sample", sample.id, (Reason.RETEST,))
    assert (event.who.startswith(reviewer.name), "复检机构结论合格" in event.why) == (True, True)


# ---------------------------------------------------------------- definitions and population

def test_another_definition_and_another_population_are_told_apart(books: Books) -> None:
    actor = local_operator()
    food, drug = books.add(Batch(), Batch(domain=Domain.DRUG), at=BEFORE)
    plan = queries.plan_by_code(actor, "jizhou")
    then = clock.now()
    late = books.add(Batch(), at=clock.now())[0]
    with transaction():
        operations.define(queries.indicator_by_number(plan, "13"), "batches_per_thousand", "domain = 药品", "上级要求", actor, clock.now())
        old = session().scalars(sa.select(Population).where(Population.region_id == frame().area.id).order_by(Population.year)).all()[-1]
        values = {column.key: getattr(old, column.key) for column in Population.__table__.columns}
        old.superseded_at = clock.now()
        session().add(Population(**{**values, "id": None, "residents": 800_000, "recorded_at": clock.now(), "superseded_at": None}))
    found = compared(queries.indicator_by_number(plan, "13"), frame(then, month=None), frame(month=None), Side.NUMERATOR)
    gap = found.differences
    assert (gap.count_then, gap.count_now, gap.adds_up, gap.adjusted) == (1, 1, True, True)
    assert (reasons(gap.gained), reasons(gap.lost)) == ({drug.number: ["口径调整"]}, {food.number: ["口径调整"]})
    (event,) = gap.gained[0].events
    assert (event.why, event.what) == ("上级要求", "口径第2版")
    assert late.number not in {one.number for one in gap.every}
    assert gap.residents is not None
    assert [one.residents for one in gap.residents if one] == [795_516, 800_000]
    assert gap.by_reason == {Reason.DEFINITION: 2, Reason.POPULATION: 1}


# ---------------------------------------------------------------- cases, records, enterprises

def test_a_batch_disposed_of_in_between_and_a_term_that_ended(books: Books, office: Any) -> None:
    handler, reviewer = office.people["county:办案人"].id, office.people["county:审核人"].id
    ended, closed = books.add(Batch(supervision=FAIL), Batch(supervision=FAIL), at=BEFORE)
    with transaction():
        for sample, due in ((ended, date(2026, 11, 15)), (closed, date(2026, 11, 5))):
            case(sample, due_on=due, opened_at=BEFORE)
    then = clock.now()
    with transaction():
        found = session().scalars(sa.select(DisposalCase).where(DisposalCase.sample_id == closed.id)).one()
        found.handler_id, found.submitted_by_id, found.approved_by_id = handler, handler, reviewer
        found.state, found.closed_at, found.closed_on = CaseState.CLOSED, clock.now(), clock.today()
        history.record("disposal_case", found.id, "approve", office.actor("county:审核人"), org_id=found.org_id, comment="同意结案")
    done = between(frame(then), frame(), asked("disposal_rate"), Side.NUMERATOR)
    assert (done.adds_up, reasons(done.gained)) == (True, {closed.number: ["办理进展"]})
    assert [event.why for event in done.gained[0].events] == ["同意结案"]
    due = between(frame(THEN), frame(then), asked("disposal_rate"), Side.DENOMINATOR)
    assert (due.count_then, due.count_now, reasons(due.gained)) == (1, 2, {ended.number: ["期限届满"]})


def test_a_lead_written_down_later(books: Books) -> None:
    (sample,) = books.add(Batch(supervision=FAIL), at=BEFORE)
    with transaction():
        transfer(sample, case(sample), "移送1", date(2026, 11, 1), created_at=BEFORE)
        transfer(sample, session().scalars(sa.select(DisposalCase)).one(), "移送2", date(2026, 11, 2), created_at=AFTER)
    found = between(frame(THEN), frame(), asked("transfer_handling_rate"), Side.DENOMINATOR)
    assert (found.count_then, found.count_now, [one.number for one in found.gained]) == (1, 2, ["移送2"])


def test_an_enterprise_sampled_in_between(books: Books) -> None:
    (sample,) = books.add(Batch(), at=AFTER)
    with transaction():
        firm = Enterprise(
            org_id=sample.org_id, name="蓟州食品厂", region_id=sample.region_id, status=EnterpriseStatus.ACTIVE, created_at=BEFORE
        )
        session().add(firm)
        session().flush()
        sample.producer_id = firm.id
    found = between(frame(THEN), frame(), asked("sampling_coverage"), Side.NUMERATOR)
    (one,) = found.gained
    assert (one.number, one.before, one.after, one.reasons) == ("蓟州食品厂", "未计入", "已抽到", (Reason.LATE,))
    (still,) = between(frame(THEN), frame(), asked("sampling_coverage"), Side.DENOMINATOR).changed
    assert (still.before, still.after) == ("未抽到", "已抽到")


def test_a_category_reached_in_between(books: Books) -> None:
    kind = session().scalars(sa.select(FoodCategory).where(FoodCategory.level == 3).order_by(FoodCategory.path)).first()
    assert kind is not None
    (sample,) = books.add(Batch(category=kind.path), at=AFTER)
    found = between(frame(THEN), frame(), asked("category_coverage"), Side.NUMERATOR)
    (one,) = found.gained
    assert (one.number, sample.number in one.events[0].what, found.adds_up) == (kind.path, True, True)


# ---------------------------------------------------------------- page, workbook, command

WHERE = "/indicators/jizhou/13/differences?area=120119&year=2026&from=2026-11-10T12:00:00"


def test_page_workbook_and_command_say_the_same(app: Any, books: Books, office: Any, sign_in: Any, tmp_path: Any) -> None:
    books.add(*[Batch()] * 60, at=BEFORE)
    (voided,) = books.add(Batch(), at=BEFORE)
    books.add(*[Batch()] * 55, at=AFTER)
    books.rewrite(voided, Batch(), AFTER, basis="作废", voided=True)
    client = sign_in(office.people["county:统计员"])
    page = client.get(WHERE).text
    assert "61 ＋ 新增 55 － 减少 1 ＝ 115" in page
    assert ("补录 <b>55</b>" in page, "作废 <b>1</b>" in page, "共 <b>56</b> 条" in page) == (True, True, True)
    assert voided.number in client.get(f"{WHERE}&after=50").text
    (tmp_path / "d.xlsx").write_bytes(client.get(f"{WHERE}&format=xlsx").data)
    told, listed = openpyxl.load_workbook(tmp_path / "d.xlsx").worksheets
    about = {row[0].value: row[1].value for row in told.iter_rows(min_row=2)}
    assert (about["原计数"], about["新增"], about["减少"], about["现计数"], about["补录"]) == (61, 55, 1, 115, 55)
    assert listed.max_row == 57
    run = app.test_cli_runner().invoke(args=[
        "indicators", "diff", "--json", "--plan", "jizhou", "--no", "13", "--area", "120119", "--year", "2026", "--from",
        "2026-11-10T12:00:00",
    ])  # fmt: skip
    answer = json.loads(run.stdout)
    assert (answer["count_then"], answer["gained"], answer["lost"], answer["count_now"], answer["adds_up"]) == (61, 55, 1, 115, True)
    assert answer["records"][-1] | {"events": 0} == {
        "change": "减少", "kind": "sample", "number": voided.number, "before": "监督：合格，报告日期 2026-11-05", "after": "未计入",
        "reasons": ["作废"], "events": 0,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("query", "status", "sentence"),
    [
        ("from=%E6%98%A8%E5%A4%A9", 422, "不是时间"),
        ("from=2026-11-10&as_of=2026-11-01", 422, "较早的时点应在较晚的时点之前"),
        ("from=2027-01-01", 422, "较早的时点应在较晚的时点之前"),
        ("from=2026-11-10&side=both", 422, "没有这种清单"),
        ("", 200, "两个时点之间没有差异"),  # the end of the month before, where nothing is sealed
    ],
)
def test_moments_that_cannot_be_compared(office: Any, sign_in: Any, query: str, status: int, sentence: str) -> None:
    answer = sign_in(office.people["county:统计员"]).get(f"/indicators/jizhou/13/differences?area=120119&year=2026&{query}")
    assert (answer.status_code, sentence in answer.text) == (status, True)


def test_every_indicator_has_its_page_of_differences(office: Any, sign_in: Any) -> None:
    """One of each formula: whatever a figure counts, its page opens."""
    client = sign_in(office.people["county:统计员"])
    actor, opened = local_operator(), set()
    for code in ("jizhou", "jingmen", "liupanshui", "wulong", "yili"):
        for one in queries.indicators(queries.plan_by_code(actor, code)):
            if one.row.formula not in opened:
                opened.add(one.row.formula)
                answer = client.get(f"/indicators/{code}/{one.row.no}/differences?area=120119&year=2026&from=2026-11-10")
                assert (answer.status_code, one.row.name in answer.text) == (200, True), one.row.formula
    assert len(opened) >= 16 and opened <= set(FORMULAS)


def test_another_office_is_told_of_its_own_records_only(books: Books, office: Any, sign_in: Any) -> None:
    books.add(Batch(), at=AFTER)
    page = sign_in(office.people["other:统计员"]).get(WHERE).text
    assert ("两个时点之间没有差异" in page, "DBJ1" in page) == (True, False)

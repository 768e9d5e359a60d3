"""督促 by page and command: made, answered, shown on list and home page, with its history."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from app import clock, history
from app.db import session, transaction
from app.disposal import operations, queries, urging
from app.disposal.models import CaseUrging, DisposalCase
from app.disposal.queries import Filters
from app.domain.case_kinds import UrgingLevel
from tests.conftest import make_office
from tests.disposal.conftest import MakeBatch, again, build_batch, race

REMIND = {"level": "提醒", "due_on": "2026-11-20", "reason": "临近期限，请抓紧办理"}


def text(response: Any) -> str:
    return response.get_data(as_text=True)


def rows(case: DisposalCase) -> list[CaseUrging]:
    session().expire_all()
    return list(session().scalars(sa.select(CaseUrging).where(CaseUrging.case_id == case.id).order_by(CaseUrging.id)))


@pytest.fixture
def handled(case: DisposalCase, act: Any) -> DisposalCase:
    assert act("county:办案人", case, "claim").status_code == 303
    return again(case)


def earlier(case: DisposalCase, office: Any, level: UrgingLevel, due_on: date, **given: Any) -> CaseUrging:
    """One that was made some days ago."""
    with transaction():
        row = CaseUrging(
            org_id=case.org_id, case_id=case.id, level=level, reason="请抓紧", due_on=due_on,
            urged_at=clock.end_of_day(date(2026, 11, 10)), urged_by_id=office.people["county:审核人"].id, **given,
        )  # fmt: skip
        session().add(row)
    return row


def test_urged_and_answered(handled: DisposalCase, act: Any, sign_in: Any, office: Any):
    assert act("county:审核人", handled, "urge", **REMIND).status_code == 303
    (row,) = rows(handled)
    page = text(sign_in(office.people["county:办案人"]).get(f"/disposal/{handled.id}"))
    assert "临近期限，请抓紧办理" in page and "answer-urging" in page
    assert act("county:办案人", handled, "answer-urging", urging=row.id, answer=" ").status_code == 422
    assert act("county:办案人", handled, "answer-urging", urging=row.id, answer="本周内完成复查").status_code == 303
    (row,) = rows(handled)
    assert (row.answer, row.answered_by_id) == ("本周内完成复查", office.people["county:办案人"].id)
    told = [(entry.step, entry.comment) for entry in history.entries_of("disposal_case", handled.id)][-2:]
    assert told == [("urge_case", "临近期限，请抓紧办理"), ("answer_urging", "本周内完成复查")]
    twice = act("county:办案人", handled, "answer-urging", urging=row.id, answer="再次回复")
    assert twice.status_code == 409 and "可能已经回复" in text(twice)


@pytest.mark.parametrize(
    ("who", "status"),
    [("county:审核人", 303), ("county:局领导", 303), ("city:审核人", 303), ("county:办案人", 403), ("other:审核人", 404)],
)
def test_who_urges(handled: DisposalCase, act: Any, who: str, status: int):
    assert act(who, handled, "urge", **REMIND).status_code == status


def test_only_the_handler_answers(handled: DisposalCase, act: Any, office: Any):
    row = earlier(handled, office, UrgingLevel.REMIND, date(2026, 11, 25))
    for who in ("county:另一办案人", "county:审核人"):
        assert act(who, handled, "answer-urging", urging=row.id, answer="已办").status_code == 403


@pytest.mark.parametrize(
    ("fields", "status", "sentence"),
    [
        ({"level": "督办"}, 409, "督办前须先提醒"),
        ({"due_on": "2026-11-19"}, 422, "要求完成日期不能早于今天"),
        ({"due_on": "某日"}, 422, "不是有效日期"),
        ({"reason": " "}, 422, "请填写督促事由"),
        ({"level": "严办"}, 422, ""),
    ],
)
def test_what_is_refused_says_why_and_stays_typed(handled: DisposalCase, act: Any, fields: Any, status: int, sentence: str):
    response = act("county:审核人", handled, "urge", **REMIND | fields)
    assert response.status_code == status and sentence in text(response)
    assert (REMIND | fields)["reason"].strip() in text(response)
    assert rows(handled) == []


def test_not_twice_a_day_and_not_without_end(handled: DisposalCase, act: Any, app: Any, office: Any):
    app.config["URGING_REMINDERS"] = 2
    earlier(handled, office, UrgingLevel.REMIND, date(2026, 11, 12))
    assert act("county:审核人", handled, "urge", **REMIND).status_code == 303
    again_today = act("county:审核人", handled, "urge", **REMIND)
    assert again_today.status_code == 409 and "提醒最多 2 次" in text(again_today)


def test_a_closed_case_is_not_urged(closed_case: DisposalCase, act: Any):
    assert act("county:审核人", closed_case, "urge", **REMIND).status_code == 409


def test_the_list_shows_filters_and_sorts_by_level(
    batch: MakeBatch, open_cases: Callable[..., list[DisposalCase]], sign_in: Any, office: Any
):
    cases = open_cases(*(batch(f"XC2612011912345000{ordinal}") for ordinal in range(1, 4)))
    earlier(cases[2], office, UrgingLevel.REMIND, date(2026, 11, 12), answer="已办", answered_at=clock.now())
    earlier(cases[2], office, UrgingLevel.SUPERVISE, date(2026, 11, 15))
    earlier(cases[1], office, UrgingLevel.REMIND, date(2026, 11, 25))
    client = sign_in(office.people["county:审核人"])
    page = text(client.get("/disposal/?sort=urged"))
    places = [page.index(case.number) for case in (cases[2], cases[1], cases[0])]
    assert places == sorted(places)
    assert "督办</span>" in page and "提醒</span>" in page
    actor = office.actor("county:审核人")
    for code, wanted in (("supervise", [2]), ("remind", [1]), ("key", []), ("unanswered", [1, 2]), ("late", [2])):
        found = {row.id for row in queries.every_case(actor, Filters(urged=code), date(2026, 11, 20))}
        assert found == {cases[place].id for place in wanted}, code


def test_pages_by_level_show_every_case_once(
    batch: MakeBatch, open_cases: Callable[..., list[DisposalCase]], office: Any, monkeypatch: Any
):
    from app.disposal import paging

    monkeypatch.setattr(paging, "page_size", lambda: 1)
    cases = open_cases(*(batch(f"XC2612011912345000{ordinal}") for ordinal in range(1, 4)))
    earlier(cases[2], office, UrgingLevel.KEY, date(2026, 11, 12))
    actor, seen, after = office.actor("county:审核人"), [], None
    for _ in cases:
        page = queries.cases(actor, Filters(by_urging=True), date(2026, 11, 20), after=after)
        seen += [row.id for row in page.rows]
        after = page.after
    assert after is None and seen == [cases[2].id, cases[0].id, cases[1].id]
    back = queries.cases(actor, Filters(by_urging=True), date(2026, 11, 20), before=page.before)
    assert [row.id for row in back.rows] == [cases[0].id]


def test_by_command(handled: DisposalCase, app: Any):
    def cases(*words: str) -> Any:
        return app.test_cli_runner().invoke(args=["cases", *words])

    number, reason = handled.number, ("--reason", "请抓紧")
    assert "尚未" not in cases("urge", number, "--due", "2026-11-25", *reason, "--as", "county-reviewer").output
    assert [row.level for row in rows(handled)] == [UrgingLevel.REMIND]
    refused = cases("urge", number, "--level", "督办", "--due", "2026-11-25", *reason, "--as", "county-reviewer")
    assert refused.exit_code == 1 and "暂不能督办" in refused.output
    assert cases("urge", number, "--level", "某级", "--due", "2026-11-25", *reason, "--as", "county-reviewer").exit_code == 1
    assert cases("answer-urging", number, "正在复查", "--as", "county-reviewer").exit_code == 1
    assert cases("answer-urging", number, "正在复查", "--as", "county-handler").exit_code == 0
    assert "没有待回复" in cases("answer-urging", number, "再复", "--as", "county-handler").output
    assert number in cases("list", "--urged", "提醒", "--as", "county-reviewer").output
    assert number not in cases("list", "--urged", "督促待回复", "--as", "county-reviewer").output


@pytest.mark.parametrize("database", ["app", pytest.param("pg_app", marks=pytest.mark.postgres)])
def test_two_supervisors_at_once_urge_once(database: str, request: pytest.FixtureRequest):
    app = request.getfixturevalue(database)
    with transaction():
        office = make_office()
        sample = build_batch(office)
    with transaction():
        case_id = operations.open_for_samples([sample.id], office.actor("county:统计员"), clock.now())[0].id
    reviewer = office.actor("county:审核人")

    def urge(case: DisposalCase) -> int:
        return urging.urge(case, reviewer, UrgingLevel.REMIND, clock.today(), "请抓紧", clock.now(), seen=case.version).id

    found = race(app, [urge, urge], read=lambda: queries.case(reviewer, case_id))
    assert len([each for each in found if isinstance(each, Exception)]) == 1, found
    assert session().scalar(sa.select(sa.func.count()).select_from(CaseUrging)) == 1

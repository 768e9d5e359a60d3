"""基础数据变更: what is previewed is what happens; two people; stale proposals; who sees what of the effect."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import current_app
from flask.testing import FlaskClient

from app import clock
from app.authorize import local_operator
from app.chain import HistoryEntry
from app.db import session, transaction
from app.domain.reference_acts import ACTS, ChangeAct, needs_second_person
from app.domain.trust_states import ChangeState
from app.legal_clocks.models import LegalClock
from app.reference_changes.forms import FORMS
from app.reference_changes.handling import HANDLERS, Handler
from app.reference_data import amendments, books
from app.reference_data.models import FoodLimit, Region, WorkDay
from app.results.models import ResultRow
from tests.disposal.conftest import MakeBatch, batch, open_cases  # noqa: F401
from tests.reference_changes.conftest import decide, newest, newest_of, preview, proposed, send, text

# The case clocks of 18 November run into the spring of 2027, whose holidays only this notice says.
NOTICE = {
    "year": "2027", "confidence": "已核", "published": "y", "source": "国办发明电〔2026〕9号",
    "text": "一、元旦：1月1日至3日放假，共3天。二、春节：2月5日至21日放假调休，共17天。2月27日（周六）上班。",
}  # fmt: skip


def due_dates() -> dict[int, str]:
    session().expire_all()
    rows = session().execute(sa.select(LegalClock.id, LegalClock.due_on).where(LegalClock.done_on.is_(None)))
    return {number: due_on.isoformat() for number, due_on in rows}


@pytest.fixture
def running(batch: MakeBatch, open_cases: Callable[..., Any]) -> None:  # noqa: F811
    open_cases(batch(), batch(number="XC26120119123450002"))


def test_every_act_says_whether_it_needs_two_people_and_why() -> None:
    assert set(ACTS) == set(ChangeAct)
    assert all(rule.title and rule.why for rule in ACTS.values())
    moving = {act for act, handler in HANDLERS.items() if handler.moves_clocks or type(handler).gauge is not Handler.gauge}
    assert all(ACTS[act].two_people for act in moving)
    assert needs_second_person(ChangeAct.SETTING, False)  # settings need one whatever REFERENCE_SECOND_PERSON says
    assert not needs_second_person(ChangeAct.LIMIT_NEW, False)
    assert {*FORMS, ChangeAct.CHECKLIST} == set(HANDLERS)  # a checklist comes as a file, by pages of its own


def test_the_moved_deadlines_of_the_preview_are_those_that_move(
    running: None, admin: FlaskClient, reviewer: FlaskClient, office: Any, sign_in: Callable[..., FlaskClient]
) -> None:
    before = due_dates()
    shown = text(preview(admin, "/changes/new/calendar.notice", NOTICE))
    assert "的法定期限有" in shown and due_dates() == before  # a preview writes nothing
    assert books.calendar().provisional_years(date(2027, 1, 1), date(2027, 1, 1)) == (2027,)
    change = proposed(admin, "calendar.notice", NOTICE)
    assert (change.state, due_dates()) == (ChangeState.PROPOSED, before)
    foreseen = {row["clock"]: (row["before"], row["after"]) for row in change.effect["clocks"]["rows"]}
    assert foreseen

    # The administrator reads counts; the reviewer the cases; somebody of another county neither number nor name.
    names = [row.subject_name for row in session().scalars(sa.select(LegalClock).where(LegalClock.id.in_(foreseen)))]
    stranger = text(sign_in(office.people["other:办案人"]).get(f"/changes/{change.id}"))
    of_admin, of_reviewer = (text(client.get(f"/changes/{change.id}")) for client in (admin, reviewer))
    assert all(f"{len(foreseen)} 项会移动" in page for page in (of_admin, of_reviewer, stranger))
    assert all(name in of_reviewer and name not in of_admin and name not in stranger for name in names)

    assert decide(reviewer, change).status_code == 303
    after = due_dates()
    assert {number: (before[number], after[number]) for number in before if before[number] != after[number]} == foreseen
    done = newest_of(change.id)
    assert (done.state, done.effect["done"]["clocks"]["count"]) == (ChangeState.ADOPTED, len(foreseen))
    assert decide(reviewer, change).status_code == 409  # the second click
    ours = HistoryEntry.subject_kind == "reference_change"
    steps = session().scalars(sa.select(HistoryEntry.step).where(ours).order_by(HistoryEntry.seq))
    assert list(steps) == ["propose", "adopt"]


def limit_of(place: str) -> FoodLimit:
    return session().scalars(
        sa.select(FoodLimit).where(
            FoodLimit.item == "铅", FoodLimit.category == place, FoodLimit.superseded_at.is_(None), FoodLimit.valid_to.is_(None)
        )
    ).one()


LEAFY = "食用农产品/蔬菜/叶菜类蔬菜"
VERSION = {
    "limit": "≤0.2", "unit": "mg/kg", "standard": "GB 2762-2026", "valid_from": "2026-01-01", "valid_to": "",
    "confidence": "已核", "note": "",
}  # fmt: skip


def test_a_limit_tells_which_results_it_would_judge_and_leaves_their_verdicts(
    batch: MakeBatch, admin: FlaskClient, reviewer: FlaskClient  # noqa: F811
) -> None:
    sample = batch(category_id=books.category_book().by_path(LEAFY).id)
    with transaction():
        row = session().scalars(sa.select(ResultRow).where(ResultRow.sample_id == sample.id, ResultRow.item.startswith("铅"))).one()
        row.item, row.result_written, row.limit_text = "铅", "0.25", None
    old = limit_of(LEAFY)
    change = proposed(admin, "limit.version", {**VERSION, "subject": str(old.id)})
    assert change.effect["results"]["count"] == change.effect["results"]["verdicts"] == 1
    assert change.effect["results"]["rows"][0]["verdict"] == ["合格项", "不合格项"]
    assert sample.number in text(reviewer.get(f"/changes/{change.id}")) and sample.number not in text(admin.get(f"/changes/{change.id}"))
    assert decide(reviewer, change).status_code == 303
    session().expire_all()
    assert row.our_verdict.value == "合格项"  # what has been judged is judged again only by people
    found = books.limit_book().in_force("铅", LEAFY, (), date(2026, 11, 20))
    assert found is not None and found.words() == "≤0.2 mg/kg"


def test_two_people_scope_and_opinions(admin: FlaskClient, reviewer: FlaskClient, office: Any, sign_in: Callable[..., FlaskClient]) -> None:
    region = session().scalars(sa.select(Region).where(Region.code == "120119")).one()
    data = {"subject": str(region.id), "year": "2025", "residents": "801000", "confidence": "已核"}
    change = proposed(admin, "population.set", data)
    assert 2025 not in books.populations(region.id)
    again = send(admin, "/changes/new/population.set", {**data, "residents": "802000"})
    # another figure of the same region and year waits for the first
    assert again.status_code == 409 and "已有待复核的变更" in text(again)
    for name, status in (
        ("county:审核人", 403), ("city:统计员", 403), ("city:安全管理员", 404), ("city:系统管理员", 403), ("lab:承检机构", 404),
    ):  # fmt: skip
        assert decide(sign_in(office.people[name]), change).status_code == status, name
    assert decide(reviewer, change, "refuse", comment=" ").status_code == 422
    other = sign_in(office.people["county:系统管理员"])
    assert decide(other, change, "withdraw").status_code == 403  # somebody else's proposal
    assert decide(admin, change, "withdraw").status_code == 303
    assert decide(reviewer, change).status_code == 409
    second = proposed(admin, "population.set", data)
    assert decide(reviewer, second, "refuse", comment="公报未发布").status_code == 303
    assert newest_of(second.id).opinion == "公报未发布" and 2025 not in books.populations(region.id)


def test_a_stale_proposal_is_refused(admin: FlaskClient, reviewer: FlaskClient) -> None:
    """Two limits of one food are two subjects in time: the second was proposed from what the first has replaced."""
    old = limit_of(LEAFY)
    change = proposed(admin, "limit.version", {**VERSION, "subject": str(old.id)})
    with transaction():
        amendments.end_limit(old, date(2030, 1, 1), "公告", local_operator(), clock.now())
    response = decide(reviewer, change)
    assert response.status_code == 409 and "现行数据已被其他变更改动" in text(response)
    assert newest_of(change.id).state is ChangeState.PROPOSED


def test_without_a_second_reviewer_it_takes_effect_and_says_so(admin: FlaskClient) -> None:
    current_app.config["REFERENCE_SECOND_PERSON"] = False
    region = session().scalars(sa.select(Region).where(Region.code == "120119")).one()
    change = proposed(
        admin, "population.set", {"subject": str(region.id), "year": "2025", "residents": "801000", "confidence": "已核"}
    )
    assert (change.state, books.populations(region.id)[2025]) == (ChangeState.ADOPTED, 801_000)
    page = text(admin.get(f"/changes/{change.id}"))
    assert "不需第二人复核" in page and "REFERENCE_SECOND_PERSON" in page
    assert "不需第二人复核" in text(admin.get("/changes/"))


def test_what_was_not_previewed_is_not_sent(admin: FlaskClient) -> None:
    """提出 without a preview of just these values shows the preview instead; the same form sent twice is one proposal."""
    old = limit_of(LEAFY)
    data = {**VERSION, "subject": str(old.id), "source": "公告", "reason": "修订", "do": "send"}
    response = admin.post("/changes/new/limit.version", data=data)
    assert response.status_code == 200 and "变更预览" in text(response) and newest() is None
    change = proposed(admin, "limit.version", {**VERSION, "subject": str(old.id)})
    assert change.number == "数变〔2026〕1号"


def test_the_text_of_a_notice_becomes_days_to_correct(admin: FlaskClient) -> None:
    response = admin.post("/changes/new/calendar.notice", data={**NOTICE, "do": "read"})
    assert "2027-02-05至2027-02-21 放假 春节" in text(response) and "2027-02-27 调休上班 春节" in text(response)
    wrong = {**NOTICE, "text": "春节：2月5日（周一）至14日放假"}
    assert "请核对年份" in text(admin.post("/changes/new/calendar.notice", data={**wrong, "do": "read"}))
    refused = preview(admin, "/changes/new/calendar.notice", {**NOTICE, "text": "", "days": "国庆放假七天"})
    assert refused.status_code == 422 and "看不懂" in text(refused)


def test_by_command(command: Callable[..., Any], office: Any, tmp_path: Path, running: None) -> None:
    why = ("--reason", "通知公布", "--source", "国办发明电〔2026〕9号")
    path = tmp_path / "notice.txt"
    path.write_text(NOTICE["text"], encoding="utf-8")
    status, answer, _ = command("changes", "propose-calendar", "2027", "--text", str(path), *why, "--preview")
    assert status == 0 and newest() is None
    status, made, _ = command("changes", "propose-calendar", "2027", "--text", str(path), *why, "--as", "city-system_admin")
    assert status == 0 and made["state"] == "待复核" and made["effect"] == answer["effect"]
    assert [row["number"] for row in command("changes", "list", "--state", "待复核")[1]] == [made["number"]]
    assert command("changes", "adopt", made["number"], "--comment", "同意")[0] == 1  # nobody in particular is no second person
    assert command("changes", "adopt", made["number"], "--comment", "同意", "--as", "city-handler")[0] == 1
    status, done, _ = command("changes", "adopt", made["number"], "--comment", "同意", "--as", "city-reviewer")
    assert status == 0 and done["done"] == made["effect"]
    assert session().scalar(sa.select(sa.func.count()).select_from(WorkDay).where(WorkDay.source == "国办发明电〔2026〕9号"))
    region = session().scalars(sa.select(Region).where(Region.code == "120119")).one()
    file = tmp_path / "population.json"
    file.write_text(f'{{"subject": {region.id}, "year": 2025, "residents": "很多", "confidence": "已核"}}', encoding="utf-8")
    status, _, said = command("changes", "propose", "population.set", "--file", str(file), *why)
    assert status == 1 and "常住人口" in said
    file.write_text(f'{{"subject": {region.id}, "year": 2025, "residents": 801000, "confidence": "已核"}}', encoding="utf-8")
    status, made, _ = command("changes", "propose", "population.set", "--file", str(file), *why)
    assert status == 0 and command("changes", "withdraw", made["number"], "--comment", "填错")[0] == 0

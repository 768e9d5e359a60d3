"""站内消息: told out of the history, once, to the right people; quiet on days off; read by their owner only."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app import clock, history, jobs, worker
from app.accounts import granting
from app.db import session, transaction
from app.disposal.models import DisposalCase
from app.domain.actors import Role
from app.domain.reference_acts import ChangeAct
from app.domain.reporting_kinds import MessageKind
from app.domain.states import CaseStep
from app.domain.trust_kinds import GrantKind
from app.history import advance
from app.messages import daily, operations, queries
from app.messages.jobs import make_digests
from app.messages.models import Message, MessageCursor
from app.reference_changes import operations as changes
from app.reference_changes.models import ReferenceChange
from app.reference_data.models import TestItem
from tests.conftest import make_office
from tests.disposal.conftest import batch, case, open_cases
from tests.queries import counting

__all__ = ["batch", "case", "open_cases"]
HANDLER, REVIEWER, LEADER = "county:办案人", "county:审核人", "county:局领导"
FRIDAY = datetime(2026, 11, 20, 2, 0)  # naive UTC: ten in the morning of a working day
SATURDAY = datetime(2026, 11, 21, 2, 0)


@pytest.fixture(autouse=True)
def told_so_far(office: Any) -> None:
    """What made the office is no news."""
    with transaction():
        operations.collect(FRIDAY)
        session().execute(sa.delete(Message))


def collect(at: datetime = FRIDAY) -> int:
    with transaction():
        return operations.collect(at)


def inbox(office: Any, who: str) -> list[Message]:
    return list(session().scalars(sa.select(Message).where(Message.user_id == office.people[who].id).order_by(Message.id)))


def submitted(office: Any, found: DisposalCase) -> None:
    with transaction():
        found.handler_id = office.people[HANDLER].id
        advance(found, CaseStep.CLAIM, office.actor(HANDLER), asked=True)
        found.submitted_by_id = office.people[HANDLER].id
        advance(found, CaseStep.SUBMIT, office.actor(HANDLER), comment="已办结", asked=True)


def test_whoever_decides_is_told_once_and_the_handler_of_the_outcome(office: Any, case: DisposalCase) -> None:
    submitted(office, case)
    assert collect() > 0
    (told,) = [one for one in inbox(office, REVIEWER) if one.kind is MessageKind.TASK]
    assert told.title == f"待审核案件：{case.number}" and told.link == f"disposal_case:{case.id}"
    assert "已办结" in (told.body or "")
    assert inbox(office, HANDLER) == []  # nobody is told of his own step
    assert collect() == 0  # the same history is told once
    with transaction():
        advance(case, CaseStep.RETURN, office.actor(REVIEWER), comment="请补充进货票据")
    collect()
    (outcome,) = inbox(office, HANDLER)
    assert outcome.kind is MessageKind.RESULT and "退回" in outcome.title and "请补充进货票据" in (outcome.body or "")


def test_what_has_moved_on_since_waits_for_nobody(office: Any, case: DisposalCase) -> None:
    submitted(office, case)
    with transaction():
        advance(case, CaseStep.RETURN, office.actor(REVIEWER), comment="请补充")
    collect()
    assert [one.kind for one in inbox(office, REVIEWER)] == []
    assert [one.kind for one in inbox(office, HANDLER)] == [MessageKind.RESULT]


def test_a_bulk_step_is_one_message(office: Any, batch: Any, open_cases: Any) -> None:
    for found in open_cases(*(batch(f"XC26120119{ordinal:09d}") for ordinal in range(1, 8))):
        submitted(office, found)
    collect()
    (told,) = inbox(office, REVIEWER)
    assert "共 7 件" in told.title and told.link == "list:disposal.index"


def test_quiet_on_a_day_off(office: Any, case: DisposalCase) -> None:
    submitted(office, case)
    collect(SATURDAY)
    (told,) = inbox(office, REVIEWER)
    monday = clock.office_time(told.show_at)
    assert (monday.isoformat(timespec="minutes"))[:16] == "2026-11-23T08:00"
    reviewer = office.actor(REVIEWER)
    assert queries.unread(reviewer, SATURDAY) == 0 and queries.message(reviewer, told.id) is None
    assert queries.unread(reviewer, SATURDAY + timedelta(days=2)) == 1


def test_outcomes_may_be_muted_and_decisions_not(office: Any, case: DisposalCase) -> None:
    for who in (REVIEWER, HANDLER):
        with transaction():
            operations.set_up(office.actor(who), ["办理结果", "待办"], True, FRIDAY)
    submitted(office, case)
    collect()
    assert len(inbox(office, REVIEWER)) == 1  # 待办 is not a kind that can be muted
    with transaction():
        advance(case, CaseStep.RETURN, office.actor(REVIEWER), comment="请补充")
    collect()
    assert inbox(office, HANDLER) == []


def test_the_inbox_page_and_its_steps(office: Any, case: DisposalCase, sign_in: Any) -> None:
    submitted(office, case)
    collect(clock.now() - timedelta(minutes=1))
    (told,) = inbox(office, REVIEWER)
    told_id = told.id
    reviewer, other = sign_in(office.people[REVIEWER]), sign_in(office.people[HANDLER])
    page = reviewer.get("/messages/").text
    assert told.title in page and f"/disposal/{case.id}" in page and 'aria-label="1 条未读"' in page
    assert told.title not in other.get("/messages/").text
    assert other.post(f"/messages/{told_id}/open").status_code == 404
    assert other.post("/messages/read", data={"message": [told_id]}).status_code == 303  # not his: nothing happens
    assert session().get(Message, told_id).read_at is None  # type: ignore[union-attr]
    gone = reviewer.post(f"/messages/{told_id}/open")
    assert gone.status_code == 303 and gone.location.endswith(f"/disposal/{case.id}")
    assert reviewer.post(f"/messages/{told_id}/open").status_code == 303  # the second click
    assert 'aria-label="1 条未读"' not in reviewer.get("/messages/").text
    assert told.title in reviewer.get("/messages/?state=read&kind=待办").text
    assert "没有消息" in reviewer.get("/messages/?state=unread").text


def test_settings_by_page(office: Any, sign_in: Any) -> None:
    client = sign_in(office.people[HANDLER])
    assert client.post("/messages/settings", data={"muted": ["办理结果"]}).status_code == 303
    assert queries.setting(office.people[HANDLER].id) == queries.Setting(frozenset({"办理结果"}), False)
    assert client.post("/messages/settings", data={"muted": ["待办"], "digest": "y"}).status_code == 422
    assert "不接收：" in client.get("/messages/").text


def test_one_digest_a_working_morning(office: Any, case: DisposalCase) -> None:
    submitted(office, case)
    with transaction():
        case.due_on = FRIDAY.date()
    assert daily.due_now(FRIDAY) and not daily.due_now(SATURDAY)
    make_digests(FRIDAY)
    (made,) = [one for one in inbox(office, REVIEWER) if one.kind is MessageKind.DIGEST]
    assert made.key == "digest:2026-11-20" and "待审核案件：1" in (made.body or "")
    before = session().scalar(sa.select(sa.func.count()).select_from(Message))
    assert make_digests(FRIDAY) == 0  # once
    assert session().scalar(sa.select(sa.func.count()).select_from(Message)) == before


def test_a_case_near_its_date_is_told_to_its_handler_once_near_and_once_late(office: Any, case: DisposalCase) -> None:
    with transaction():
        case.handler_id = office.people[HANDLER].id
        advance(case, CaseStep.CLAIM, office.actor(HANDLER), asked=True)
        case.due_on = FRIDAY.date() + timedelta(days=3)
    for day in (0, 3, 4, 5):  # Friday, Monday, Tuesday, Wednesday
        make_digests(FRIDAY + timedelta(days=day))
    told = [one.title for one in inbox(office, HANDLER) if one.kind is MessageKind.DUE]
    assert len(told) == 2 and "剩余" in told[0] and "已超" in told[1]


def test_no_digest_for_whoever_does_not_want_one(office: Any, case: DisposalCase) -> None:
    submitted(office, case)
    with transaction():
        operations.set_up(office.actor(REVIEWER), [], False, FRIDAY)
    make_digests(FRIDAY)
    assert [one for one in inbox(office, REVIEWER) if one.kind is MessageKind.DIGEST] == []


def test_the_worker_tells_between_its_jobs(app: Flask, office: Any, case: DisposalCase) -> None:
    submitted(office, case)
    worker.load_handlers()
    assert {"messages", "digests"} <= {each.name for each in jobs.routines()}
    session().commit()
    worker.Worker(app).run_until_empty()
    assert [one.kind for one in inbox(office, REVIEWER) if one.kind is MessageKind.TASK] == [MessageKind.TASK]


def test_by_command(app: Flask, office: Any, case: DisposalCase) -> None:
    submitted(office, case)
    runner, name = app.test_cli_runner(), office.people[REVIEWER].username
    assert json.loads(runner.invoke(args=["messages", "collect", "--json"]).stdout)["made"] >= 1
    listed = json.loads(runner.invoke(args=["messages", "list", "--as", name, "--json"]).stdout)
    assert [one["kind"] for one in listed] in (["待办"], [])  # on a day off it waits
    refused = runner.invoke(args=["messages", "list"])
    assert refused.exit_code == 1 and "--as" in refused.stderr
    done = runner.invoke(args=["messages", "settings", "--as", name, "--mute", "办理结果", "--no-digest", "--json"])
    assert json.loads(done.stdout) == {"muted": ["办理结果"], "digest": False}
    assert json.loads(runner.invoke(args=["messages", "digests", "--now", "--json"]).stdout)["made"] >= 1


def test_many_entries_take_as_many_statements_as_few(app: Flask, office: Any, batch: Any, open_cases: Any) -> None:
    cases = open_cases(*(batch(f"XC26120119{ordinal:09d}") for ordinal in range(1, 7)))
    submitted(office, cases[0])
    with counting(app) as few:
        collect()
    for found in cases[1:]:
        submitted(office, found)
    with counting(app) as many:
        collect()
    assert many.count <= few.count + 1, many


def test_the_cursor_begins_with_the_last_week(office: Any) -> None:
    with transaction():
        session().execute(sa.delete(MessageCursor))
        cursor = operations.locked_cursor(datetime.now(UTC).replace(tzinfo=None) + timedelta(days=400))
    assert cursor.seq > 0


@pytest.mark.postgres
def test_on_postgresql(pg_app: Flask) -> None:
    """Told once there too, with the row that says how far locked."""
    with transaction():
        made = make_office()
        history.record("disposal_case", 1, "open", made.actor("county:办案人"), org_id=made.orgs["county"].id, name="CZ")
    with transaction():
        operations.collect(FRIDAY)
    with transaction():
        assert operations.collect(FRIDAY) == 0
    assert make_digests(FRIDAY) == 0 or session().scalar(sa.select(sa.func.count()).select_from(Message))


# ---------------------------------------------------------------- changes, settings and grants that wait


def _proposed(office: Any, act: ChangeAct, values: dict[str, Any]) -> ReferenceChange:
    with transaction():
        return changes.propose(changes.Wish(act, values, "调整", "公告2026年第9号"), office.actor("city:系统管理员"), clock.now())


def test_changes_and_settings_that_wait_are_told_to_who_decides_them(office: Any, sign_in: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: FRIDAY)  # before eight in the morning nothing is shown yet
    setting = _proposed(office, ChangeAct.SETTING, {"name": "IDLE_MINUTES", "value": "20", "back": False})
    item = session().scalars(sa.select(TestItem).order_by(TestItem.id)).first()
    values = {"subject": str(item.id), "valid_from": "2026-12-01", "successor": "", "source": "公告"}
    change = _proposed(office, ChangeAct.ITEM_RETIRE, values)
    collect()
    (told,) = inbox(office, "city:安全管理员")
    assert told.title.startswith("待复核的安全设置") and told.link == f"setting_change:{setting.id}" and told.kind is MessageKind.TASK
    (other,) = inbox(office, "city:审核人")
    assert other.title.startswith("待复核的基础数据变更") and other.link == f"reference_change:{change.id}"
    assert not inbox(office, "county:安全管理员") and not inbox(office, "county:审核人") and not inbox(office, "city:系统管理员")
    keeper, reviewer = sign_in(office.people["city:安全管理员"]), sign_in(office.people["city:审核人"])
    assert f"/settings/changes/{setting.id}" in keeper.get("/messages/").text and "待复核的安全设置" in keeper.get("/").text
    assert "待复核的基础数据变更" in reviewer.get("/").text and "待复核的安全设置" not in reviewer.get("/").text
    listed = reviewer.get("/changes/?waiting=1").text
    assert change.number in listed and setting.number not in listed  # what the card counts, and nothing else
    assert "待复核" not in sign_in(office.people["county:安全管理员"]).get("/").text
    with transaction():
        changes.adopt(setting, office.actor("city:安全管理员"), "同意", clock.now())
    collect()
    assert inbox(office, "city:系统管理员")[0].link == f"setting_change:{setting.id}"
    assert "待复核的安全设置" not in keeper.get("/").text


def test_a_request_for_an_account_waits_on_the_home_page(office: Any, sign_in: Any) -> None:
    user, keeper = office.people["county:抽样员"], office.people["county:安全管理员"]
    wish = granting.Wish(GrantKind.ROLES, frozenset({Role.SAMPLER, Role.STATISTICIAN}), clock.today(), "岗位调整")
    assert "待审批的授权申请" not in sign_in(keeper).get("/").text
    with transaction():
        granting.ask(office.actor("county:系统管理员"), user, wish, clock.now())
    collect()
    assert [one.kind for one in inbox(office, "county:安全管理员")] == [MessageKind.TASK]
    assert "待审批的授权申请" in sign_in(keeper).get("/").text

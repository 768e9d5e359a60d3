"""The home page: what waits for this person, how urgent it is, and what he did last."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from app import clock, history
from app.accounts.models import User
from app.db import session, transaction
from app.disposal.models import CaseMode, DisposalCase, Party
from app.domain.deadlines import DeadlineLight
from app.domain.samples import Domain, Purpose
from app.domain.supervision_states import SelfReportState
from app.domain.workflow import BatchState, CaseState, SampleState
from app.enterprises.models import Enterprise, EnterpriseStatus
from app.pages import begun, queries
from app.reference_data.books import calendar
from app.results.models import ImportBatch
from app.sampling.models import Sample
from app.schedules.models import InspectionDuty
from app.self_reports.models import SelfReport

TODAY = date(2026, 11, 20)  # a Friday


def sample(org, number, **values) -> Sample:
    made = Sample(
        org_id=org.id, number=number, purpose=Purpose.SUPERVISION, domain=next(iter(Domain)), product_name="芹菜",
        search_text="芹菜", created_at=clock.now(), **{"state": SampleState.REGISTERED, **values},
    )
    session().add(made)
    session().flush()
    return made


def case(org, number, state, due_on=date(2027, 2, 18), **values) -> None:
    found = sample(org, f"S-{number}", state=SampleState.REPORTED)
    session().add(
        DisposalCase(
            org_id=org.id, sample_id=found.id, number=number, party=Party.CIRCULATION, mode=CaseMode.DISPOSE, state=state,
            party_name="某超市", failing_items="毒死蜱", opened_at=clock.now(), received_on=date(2026, 11, 2), due_on=due_on,
            **values,
        )
    )
    session().flush()


def batch(org, state=BatchState.STAGED) -> None:
    session().add(
        ImportBatch(
            org_id=org.id, kind="results", layout="lab", state=state, filename="结果.xlsx", sha256="0" * 64,
            created_at=clock.now(),
        )
    )


@pytest.fixture
def busy(office):
    """Work of every kind in the county and in the county next door."""
    people, orgs = office.people, office.orgs
    handler, second = people["county:办案人"].id, people["county:另一办案人"].id
    reviewer = people["county:审核人"].id
    with transaction():
        case(orgs["county"], "OPEN-1", CaseState.OPEN)
        case(orgs["station"], "OPEN-2", CaseState.OPEN, due_on=TODAY - timedelta(days=1))
        case(orgs["county"], "MINE-1", CaseState.HANDLING, due_on=date(2026, 11, 24), handler_id=handler)
        case(orgs["county"], "HIS-1", CaseState.HANDLING, handler_id=second)
        case(orgs["county"], "WAIT-1", CaseState.AWAITING, handler_id=handler, submitted_by_id=handler)
        case(orgs["county"], "WAIT-2", CaseState.AWAITING, handler_id=second, submitted_by_id=reviewer)
        case(orgs["county"], "DONE-1", CaseState.CANCELLED)
        case(orgs["other"], "FAR-1", CaseState.OPEN)
        sample(orgs["county"], "R-1", laboratory_org_id=orgs["lab"].id)
        sample(orgs["county"], "R-2", laboratory_org_id=orgs["otherlab"].id)
        sample(orgs["county"], "P-1", state=SampleState.REPORTED, pending_items=2, laboratory_org_id=orgs["lab"].id)
        sample(orgs["other"], "R-3", pending_items=1)
        batch(orgs["county"])
        batch(orgs["county"], BatchState.CONFIRMED)
        batch(orgs["lab"])
        session().execute(
            sa.update(User).where(User.id == people["station:抽样员"].id).values(locked_until=clock.now() + timedelta(hours=1))
        )
        session().execute(sa.update(User).where(User.id == people["other:抽样员"].id).values(must_change=True))
        session().execute(sa.update(User).where(User.id == people["county:统计员"].id).values(must_change=True))
    return office


@pytest.mark.parametrize(("who", "expected"), [
    ("county:办案人", {"待领取案件": "2", "我办理的案件": "1"}),  # the station's too; not the neighbour's
    ("county:另一办案人", {"待领取案件": "2", "我办理的案件": "1"}),
    ("station:办案人", {"待领取案件": "1", "我办理的案件": "0"}),
    # not what he submitted himself
    ("county:审核人", {
        "待审核案件": "1",
        "待审定的判定复核": "0", "待审批的豁免": "0", "待审核的抽检计划": "0", "被退回的任务单": "0"
    }),
    ("county:另一审核人", {
        "待审核案件": "2",
        "待审定的判定复核": "0", "待审批的豁免": "0", "待审核的抽检计划": "0", "被退回的任务单": "0"
    }),
    ("county:局领导", {"待审核案件": "2", "待审定的判定复核": "0", "待审批的豁免": "0"}),
    ("county:统计员", {"待确认的导入": "1", "结论待核的样品": "1", "被退回的任务单": "0"}),
    ("county:抽样员", {
        "待接受的任务": "0", "我的任务": "0", "未出报告的样品": "2", "退回修改的抽样单": "0", "超期未移交": "0",
        "未登记的抽样单草稿": "0", "阳性快检待送检": "0",
    }),
    ("lab:承检机构", {"待接收的样品": "0", "待出报告的样品": "1", "到期可处置的备份样品": "0", "待确认的导入": "1"}),
    ("county:系统管理员", {"已锁定的账号": "1", "未修改初始密码的账号": "1"}),
    ("county:安全管理员", {"已锁定的账号": "1"}),
    ("county:审计管理员", {"今日安全告警": "0"}),
])
def test_each_role_sees_what_waits_for_it(busy, who, expected):
    found = {card.title: card.count for card in queries.cards(busy.actor(who), TODAY, clock.now())}
    assert found == expected


@pytest.mark.parametrize(("who", "expected"), [
    ("county:办案人", [("待审核案件", "WAIT-1")]), ("county:审核人", [("待审核案件", "WAIT-2")]), ("county:统计员", []),
])
def test_what_one_has_put_before_others_is_told_until_it_is_decided(busy, sign_in, who, expected):
    assert [(row.waits, row.name) for row in begun.begun(busy.actor(who))] == expected
    page = sign_in(busy.people[who]).get("/").text
    assert ("我发起的（等待他人办理）" in page) == bool(expected)
    for _, name in expected:
        assert f">{name}</a>" in page.partition("我发起的")[2].partition("我最近办理")[0]


def test_a_card_says_how_many_are_late(busy):
    cards = queries.cards(busy.actor("county:办案人"), TODAY, clock.now())
    assert [(card.title, card.overdue) for card in cards] == [("待领取案件", 1), ("我办理的案件", 0)]


@pytest.mark.parametrize(("who", "expected"), [
    # late by one working day; two working days left (Monday, Tuesday); far away. Most urgent first.
    ("county:办案人", [("OPEN-2", -1, DeadlineLight.RED), ("MINE-1", 2, DeadlineLight.AMBER), ("OPEN-1", None, DeadlineLight.GREEN)]),
    ("county:审核人", [("WAIT-1", None, DeadlineLight.GREEN)]),
    ("county:抽样员", []),
])
def test_the_cases_that_wait_come_most_urgent_first(busy, who, expected):
    found = queries.waiting_cases(busy.actor(who), TODAY, calendar())
    assert [(item.case.number, item.light) for item in found] == [(number, light) for number, _, light in expected]
    assert all(left is None or item.left == left for item, (_, left, _) in zip(found, expected, strict=True))


def test_the_page_says_days_in_words_and_not_by_colour_alone(busy, sign_in):
    page = sign_in(busy.people["county:办案人"]).get("/").text
    assert "超期 1 个工作日" in page and "剩余 2 个工作日" in page
    assert "临近" in page and "OPEN-2" in page and "FAR-1" not in page
    assert page.index("OPEN-2") < page.index("MINE-1") < page.index("OPEN-1")


@pytest.mark.parametrize(("waiting", "said"), [(0, "0"), (100, "100"), (101, "100+"), (105, "100+")])
def test_a_count_stops_at_a_hundred(office, waiting, said):
    with transaction():
        for _ in range(waiting):
            batch(office.orgs["county"])
    cards = queries.cards(office.actor("county:统计员"), TODAY, clock.now())
    assert next(card.count for card in cards if card.title == "待确认的导入") == said


@pytest.mark.parametrize("who", [
    "county:办案人", "county:审核人", "county:局领导", "county:统计员", "county:抽样员", "lab:承检机构",
    "county:系统管理员", "county:审计管理员",
])
def test_no_count_of_the_home_page_reads_a_whole_table(office, who):
    """The plan of every question: an index into each of the large tables."""
    asked: list[tuple[str, tuple]] = []
    actor = office.actor(who)

    def note(connection, cursor, statement, parameters, context, executemany):
        asked.append((statement, parameters))

    engine = session().get_bind()
    sa.event.listen(engine, "before_cursor_execute", note)
    queries.cards(actor, TODAY, clock.now())
    queries.waiting_cases(actor, TODAY, calendar())
    queries.done_lately(actor)
    begun.begun(actor)
    sa.event.remove(engine, "before_cursor_execute", note)
    large = ("sample", "disposal_case", "import_batch", "history_entry")
    scans = [
        (step.detail, statement)
        for statement, parameters in asked if statement.startswith("SELECT")
        for step in session().connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        if any(step.detail.split()[:2] == ["SCAN", table] for table in large)
    ]
    assert asked and scans == []


def test_done_lately_are_ones_own_last_ten_without_sign_ins(office):
    actor, other = office.actor("county:抽样员"), office.actor("county:办案人")
    with transaction():
        for number in range(12):
            history.record("sample", number, "edit", actor, org_id=actor.org_id, name=f"S-{number}")
        history.record("sample", 99, "edit", other, org_id=actor.org_id, name="S-99")
        history.record("user_account", actor.user_id, "sign_in", actor, org_id=actor.org_id)
        for number, step in enumerate(("start_clock", "stop_clock")):  # they follow the report of a failing batch by themselves
            history.record("legal_clock", number, step, actor, org_id=actor.org_id, name="完成核查处置")
        history.record("amendment_notice", 1, "notify", actor, org_id=actor.org_id, name="判定经复核变更")
    assert [entry.subject_name for entry in queries.done_lately(actor)] == [f"S-{number}" for number in range(11, 1, -1)]


def test_an_audit_administrator_is_told_of_todays_alerts(office, sign_in):
    sign_in(office.people["county:抽样员"]).get("/users")
    cards = queries.cards(office.actor("county:审计管理员"), TODAY, clock.now())
    assert [(card.title, card.count) for card in cards] == [("今日安全告警", "1")]


@pytest.mark.parametrize(("days", "warned"), [(82, False), (83, True), (89, True)])
def test_a_password_about_to_expire_is_said_a_week_before(office, sign_in, days, warned):
    person = office.people["county:抽样员"]
    with transaction():
        person.password_changed_at = clock.now() - timedelta(days=days)
        session().add(person)
    assert (f"您的密码将在 {90 - days} 天后到期" in sign_in(person).get("/").text) is warned


def test_inspections_duties_and_reports_stand_on_the_desk_of_whoever_does_them(office, sign_in):
    """Mine to inspect, mine that are overdue, the bureau's that are, reports that did not come; nothing for others."""
    who = office.people["county:抽样员"]
    with transaction():
        firm = Enterprise(org_id=office.orgs["county"].id, name="甲厂", status=EnterpriseStatus.ACTIVE, created_at=clock.now())
        session().add(firm)
        session().flush()
        owned = {"org_id": firm.org_id, "enterprise_id": firm.id, "kind": "食品生产企业", "created_at": clock.now()}
        late = {"year": TODAY.year, "ordinal": 1, "from_on": TODAY - timedelta(days=90), "due_on": TODAY - timedelta(days=1), "why": "x"}
        session().add(InspectionDuty(**owned, **late, assigned_id=who.id))
        session().add(SelfReport(**owned, period="2026H1", due_on=TODAY - timedelta(days=2), state=SelfReportState.DUE))

    def titles(name):
        return {card.title: card.count for card in queries.cards(office.actor(name), TODAY, clock.now())}

    mine, counts, others = titles("county:抽样员"), titles("county:统计员"), titles("other:抽样员")
    assert (mine["我的逾期检查安排"], mine["逾期未报的自查报告"]) == ("1", "1")
    assert counts["逾期未检查的企业"] == "1" and "我的逾期检查安排" not in counts
    assert not {"我的逾期检查安排", "逾期未报的自查报告", "逾期未检查的企业"} & set(others)
    assert "我的逾期检查安排" in sign_in(who).get("/").text

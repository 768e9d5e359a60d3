"""机构: the tree of one's reach, new below a parent, edit, out of use."""

from __future__ import annotations

import json
from datetime import date

import pytest
import sqlalchemy as sa

from app import clock
from app.accounts.models import User
from app.chain import HistoryEntry
from app.db import session, transaction
from app.disposal.models import CaseMode, DisposalCase, Party
from app.domain.samples import Domain, Level, Purpose
from app.domain.workflow import CaseState, SampleState
from app.errors import NotAllowed
from app.organisations import operations, queries
from app.organisations.models import Organisation, OrganisationKind
from app.organisations.operations import Details
from app.sampling.models import Sample


@pytest.fixture
def system(office, sign_in):
    return sign_in(office.people["city:系统管理员"])


def form(**values):
    return {"code": "120119S9", "name": "官庄市场监督管理所", "kind": "市场监管所", "level": "", **values}


def edited(organisation, **values):
    return {
        "name": organisation.name, "kind": organisation.kind.value,
        "level": organisation.level.value if organisation.level else "", "version": organisation.version, **values,
    }


def by_code(code):
    session().rollback()
    return session().scalars(sa.select(Organisation).where(Organisation.code == code)).first()


def last_entry(org_id):
    return session().scalars(
        sa.select(HistoryEntry)
        .where(HistoryEntry.subject_kind == "organisation", HistoryEntry.subject_id == org_id)
        .order_by(HistoryEntry.seq.desc())
    ).first()


# ---------------------------------------------------------------- tree

def test_the_tree_shows_each_below_its_parent(office):
    found = queries.tree(office.actor("city:系统管理员"), queries.Filters())
    assert [(branch.row.code, branch.depth) for branch in found] == [
        ("CITY", 0), ("120119", 1), ("120119S1", 2), ("500156", 1),
    ]


@pytest.mark.parametrize(("who", "inside", "outside"), [
    ("county:系统管理员", "文昌市场监督管理所", "武隆区市场监督管理局"),
    ("county:安全管理员", "文昌市场监督管理所", "武隆区市场监督管理局"),
    ("station:系统管理员", "文昌市场监督管理所", "衡清食品检验中心"),
])
def test_one_sees_ones_own_reach(office, sign_in, who, inside, outside):
    page = sign_in(office.people[who]).get("/organisations/").text
    assert inside in page and outside not in page


@pytest.mark.parametrize(("filters", "codes"), [
    (queries.Filters(word="蓟州"), ["120119"]),
    (queries.Filters(word="s1"), ["120119S1"]),
    (queries.Filters(kind=OrganisationKind.STATION), ["120119S1"]),
    (queries.Filters(active=False), []),
    (queries.Filters(active=True, kind=OrganisationKind.BUREAU), ["CITY", "120119", "500156"]),
])
def test_filters_of_the_tree(office, filters, codes):
    found = queries.tree(office.actor("city:系统管理员"), filters)
    assert [branch.row.code for branch in found] == codes


@pytest.mark.parametrize("path", ["", "/edit", "/new"])
def test_what_is_out_of_reach_does_not_exist(office, sign_in, path):
    client = sign_in(office.people["county:系统管理员"])
    for place in ("other", "city", "lab"):
        assert client.get(f"/organisations/{office.orgs[place].id}{path}").status_code == 404


def test_the_security_administrator_reads_only(office, sign_in):
    client, county = sign_in(office.people["county:安全管理员"]), office.orgs["county"]
    page = client.get(f"/organisations/{county.id}").text
    assert "停用" not in page and "新建下级机构" not in page
    assert client.post(f"/organisations/{county.id}/edit", data=edited(county)).status_code == 403


# ---------------------------------------------------------------- new

def test_a_new_organisation_hangs_below_its_parent_and_is_reached_from_above(office, system, sign_in):
    county = office.orgs["county"]
    answer = system.post(f"/organisations/{county.id}/new", data=form(region_code="120119", enabled_on="2026-12-01"))
    assert answer.status_code == 303
    made = by_code("120119S9")
    assert made.path == f"{county.path}{made.id}/"
    assert (made.parent_id, made.enabled_on, made.active) == (county.id, date(2026, 12, 1), True)
    assert sign_in(office.people["county:系统管理员"]).get(f"/organisations/{made.id}").status_code == 200
    assert sign_in(office.people["other:系统管理员"]).get(f"/organisations/{made.id}").status_code == 404
    entry = last_entry(made.id)
    assert (entry.step, json.loads(entry.changes)["上级机构"]) == ("create", [None, county.name])


@pytest.mark.parametrize(("parent", "values", "said"), [
    ("county", {"code": ""}, "请填写机构代码"),
    ("county", {"code": "120119"}, "已被使用"),
    ("county", {"code": "城关所"}, "2 至 40 个字母"),
    ("county", {"name": "  "}, "请填写机构名称"),
    ("county", {"kind": "市场监管局"}, "须选择单位级别"),  # a bureau without a level
    ("county", {"level": "县级"}, "只有市场监管局填写单位级别"),  # a station with one
    ("county", {"region_code": "12"}, "6 位或 12 位数字"),
    ("county", {"region_code": "999999"}, "没有行政区划代码"),
    ("county", {"enabled_on": "去年"}, "日期"),
    ("station", {}, "只有市场监管局可以有下级机构"),
])
def test_a_bad_organisation_is_refused_at_its_field(office, system, parent, values, said):
    answer = system.post(f"/organisations/{office.orgs[parent].id}/new", data=form(phone="022-1234", **values))
    assert answer.status_code == 422
    assert said in answer.text and "022-1234" in answer.text
    assert by_code("120119S9") is None


def test_the_operation_itself_asks_for_the_reach(office):
    with pytest.raises(NotAllowed), transaction():
        operations.create(
            office.actor("county:系统管理员"), office.orgs["other"], "X1", Details("某所", OrganisationKind.STATION), clock.now()
        )


# ---------------------------------------------------------------- edit

def test_an_edit_is_recorded_with_before_and_after(office, system):
    county = office.orgs["county"]
    answer = system.post(
        f"/organisations/{county.id}/edit",
        data=edited(county, name="蓟州区市场监管局", region_code="120119", enabled_on="2020-01-01", phone="022-82862345"),
    )
    assert answer.status_code == 303
    assert json.loads(last_entry(county.id).changes) == {
        "名称": ["蓟州区市场监督管理局", "蓟州区市场监管局"],
        "启用日期": ["2016-01-01", "2020-01-01"],
        "电话": [None, "022-82862345"],
    }
    assert "蓟州区市场监督管理局 → 蓟州区市场监管局" in system.get(f"/organisations/{county.id}").text


def test_saving_without_a_change_records_nothing(office, system):
    county = office.orgs["county"]
    page = system.get(f"/organisations/{county.id}/edit").text
    assert 'value="120119"' in page and 'value="2016-01-01"' in page
    system.post(
        f"/organisations/{county.id}/edit", data=edited(county, region_code="120119", enabled_on="2016-01-01")
    )
    assert last_entry(county.id) is None


def test_the_second_of_two_editors_is_told(office, system):
    county = office.orgs["county"]
    shown = edited(county, phone="1")
    assert system.post(f"/organisations/{county.id}/edit", data=shown).status_code == 303
    answer = system.post(f"/organisations/{county.id}/edit", data={**shown, "phone": "022-99"})
    assert answer.status_code == 409
    assert "刚被他人修改" in answer.text and 'value="022-99"' in answer.text


@pytest.mark.parametrize(("place", "kind", "said"), [
    ("city", "市场监管所", "有下级机构"),  # a station has nobody below it
    ("station", "承检机构", "有在用账号"),  # its people could not keep their roles
])
def test_a_kind_that_people_or_subordinates_contradict_is_refused(office, system, place, kind, said):
    organisation = office.orgs[place]
    answer = system.post(f"/organisations/{organisation.id}/edit", data=edited(organisation, kind=kind, level=""))
    assert answer.status_code == 422 and said in answer.text


# ---------------------------------------------------------------- out of use

def empty_station(office) -> Organisation:
    station = office.orgs["station"]
    with transaction():
        session().execute(sa.update(User).where(User.org_id == station.id).values(active=False))
    return station


def open_case(office, state: CaseState) -> None:
    station, people = office.orgs["station"], office.people
    sample = Sample(
        org_id=station.id, number="S1", state=SampleState.REPORTED, purpose=Purpose.SUPERVISION, domain=next(iter(Domain)),
        product_name="芹菜", search_text="芹菜", created_at=clock.now(),
    )
    with transaction():
        session().add(sample)
        session().flush()
        session().add(
            DisposalCase(
                org_id=station.id, sample_id=sample.id, number="C1", party=Party.CIRCULATION, mode=CaseMode.DISPOSE,
                state=state, opened_at=clock.now(), received_on=clock.today(), due_on=date(2027, 2, 18),
                handler_id=None if state is CaseState.OPEN else people["station:办案人"].id,
                submitted_by_id=people["station:办案人"].id if state is CaseState.CLOSED else None,
                approved_by_id=people["station:审核人"].id if state is CaseState.CLOSED else None,
            )
        )


def test_an_organisation_without_people_or_cases_is_taken_out_of_use_and_back(office, system):
    station = empty_station(office)
    assert system.post(f"/organisations/{station.id}/deactivate", data={"version": station.version}).status_code == 303
    session().refresh(station)
    assert station.active is False and last_entry(station.id).step == "disable"
    assert system.post(f"/organisations/{station.id}/deactivate", data={"version": station.version}).status_code == 409
    system.post(f"/organisations/{station.id}/activate", data={"version": station.version})
    session().refresh(station)
    assert station.active is True and last_entry(station.id).step == "enable"


def test_whoever_works_there_keeps_it_in_use(office, system):
    station = office.orgs["station"]
    answer = system.post(f"/organisations/{station.id}/deactivate", data={"version": station.version})
    assert answer.status_code == 409 and "个在用账号" in answer.text
    assert by_code("120119S1").active is True


def test_a_subordinate_in_use_keeps_it_in_use(office, system):
    county = office.orgs["county"]
    answer = system.post(f"/organisations/{county.id}/deactivate", data={"version": county.version})
    assert answer.status_code == 409 and "下级机构" in answer.text


@pytest.mark.parametrize(("state", "refused"), [
    (CaseState.OPEN, True),
    (CaseState.HANDLING, True),
    (CaseState.AWAITING, True),
    (CaseState.CLOSED, False),
    (CaseState.CANCELLED, False),
])
def test_an_open_case_keeps_it_in_use(office, system, state, refused):
    station = empty_station(office)
    open_case(office, state)
    answer = system.post(f"/organisations/{station.id}/deactivate", data={"version": station.version})
    assert (answer.status_code == 409) is refused
    assert by_code("120119S1").active is refused


def test_a_button_pressed_on_an_old_page_does_nothing(office, system):
    station = empty_station(office)
    for data in ({"version": 99}, {}):
        assert system.post(f"/organisations/{station.id}/deactivate", data=data).status_code == 409
    assert by_code("120119S1").active is True


def test_nothing_new_below_what_is_out_of_use(office, system):
    station = empty_station(office)
    with transaction():
        session().execute(sa.update(Organisation).where(Organisation.id == station.id).values(active=False))
    answer = system.post(f"/organisations/{station.id}/new", data=form(level=Level.COUNTY.value))
    assert answer.status_code == 409 and "已停用" in answer.text


def test_no_page_and_no_operation_moves_an_organisation(office, system):
    """Reach follows from the path: a move would change who sees what is already recorded."""
    county, other = office.orgs["county"], office.orgs["other"]
    system.post(f"/organisations/{county.id}/edit", data=edited(county, parent_id=other.id, path="/1/", code="X"))
    session().refresh(county)
    assert (county.parent_id, county.code) == (office.orgs["city"].id, "120119")

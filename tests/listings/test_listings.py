"""严重违法失信名单 by page and by command: two people, three years, seen wherever the firm is chosen."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from app import clock, history
from app.db import session, transaction
from app.domain.workflow import ListingState
from app.enterprises.models import Enterprise, EnterpriseStatus
from app.errors import NotAllowedNow
from app.listings import operations, queries
from app.listings.models import CreditListing
from tests.conftest import make_office
from tests.disposal.conftest import race
from tests.downloads.taking import taken_out, values_of

TODAY = "2026-11-20"
PROPOSED = {"ground": "contaminants", "reason": "津蓟市监处罚〔2026〕1号，吊销许可证", "key": "first"}


def build_firm(org_id: int, name: str = "蓟州区好又多超市") -> Enterprise:
    made = Enterprise(org_id=org_id, name=name, status=EnterpriseStatus.ACTIVE, created_at=clock.now(), initials="jzqhydcs")
    session().add(made)
    session().flush()
    return made


@pytest.fixture
def firm(office: Any) -> Enterprise:
    with transaction():
        return build_firm(office.orgs["county"].id)


@pytest.fixture
def people(sign_in: Any, office: Any) -> Callable[[str], Any]:
    clients: dict[str, Any] = {}
    return lambda name: clients.setdefault(name, sign_in(office.people[name]))


@pytest.fixture
def listing(firm: Enterprise, people: Any) -> CreditListing:
    assert people("county:办案人").post(f"/listings/enterprises/{firm.id}/propose", data=PROPOSED).status_code == 303
    return reread()


@pytest.fixture
def entered(listing: CreditListing, people: Any) -> CreditListing:
    data = {"version": listing.version, "listed_on": TODAY, "document_no": "津蓟市监列〔2026〕1号"}
    assert people("county:审核人").post(f"/listings/{listing.id}/enter", data=data).status_code == 303
    return reread()


def reread() -> CreditListing:
    session().expire_all()
    return session().scalars(sa.select(CreditListing)).one()


def test_proposed_by_one_and_entered_by_another_for_three_years(listing: CreditListing, people: Any) -> None:
    assert (listing.number, listing.state) == ("失信〔2026〕1号", ListingState.PROPOSED)
    data = {"version": listing.version, "listed_on": TODAY, "document_no": "津蓟市监列〔2026〕1号"}
    assert people("county:办案人").post(f"/listings/{listing.id}/enter", data=data).status_code == 403
    assert people("other:审核人").post(f"/listings/{listing.id}/enter", data=data).status_code == 404
    reviewer = people("county:审核人")
    for typed, sentence in (
        ({"document_no": ""}, "请填写列入决定文号"), ({"listed_on": "2026-11-21"}, "列入日期应在"), ({"listed_on": ""}, "请填写列入日期"),
    ):  # fmt: skip
        refused = reviewer.post(f"/listings/{listing.id}/enter", data=data | typed)
        assert refused.status_code == 422
        assert sentence in refused.text
    assert "待审批的失信名单" in reviewer.get("/").text
    assert reviewer.post(f"/listings/{listing.id}/enter", data=data).status_code == 303
    found = reread()
    assert (found.state, found.listed_on, found.remove_due_on) == (ListingState.LISTED, date(2026, 11, 20), date(2029, 11, 20))
    assert [entry.step for entry in history.entries_of("credit_listing", found.id)] == ["propose", "list"]
    assert reviewer.post(f"/listings/{listing.id}/enter", data=data).status_code == 409  # the second click


def test_nobody_is_proposed_twice(listing: CreditListing, firm: Enterprise, people: Any) -> None:
    client = people("county:办案人")
    again = client.post(f"/listings/enterprises/{firm.id}/propose", data=PROPOSED)
    assert (again.status_code, again.location) == (303, f"/listings/{listing.id}")
    other = client.post(f"/listings/enterprises/{firm.id}/propose", data=PROPOSED | {"key": "other"})
    assert other.status_code == 409
    assert "已提出列入，正在审批（失信〔2026〕1号）" in other.text
    assert client.post(f"/listings/enterprises/{firm.id}/propose", data={"key": "x"}).status_code == 422
    assert people("county:审核人").post(f"/listings/enterprises/{firm.id}/propose", data=PROPOSED).status_code == 403
    assert people("other:办案人").get(f"/listings/enterprises/{firm.id}/propose").status_code == 404


def test_declined_with_its_reason(listing: CreditListing, people: Any) -> None:
    reviewer = people("county:审核人")
    assert reviewer.post(f"/listings/{listing.id}/decline", data={"version": listing.version}).status_code == 422
    assert reviewer.post(f"/listings/{listing.id}/decline", data={"version": listing.version, "comment": "情节较轻"}).status_code == 303
    assert reread().state is ListingState.DECLINED


def test_seen_wherever_the_firm_is_shown_or_chosen(entered: CreditListing, firm: Enterprise, people: Any) -> None:
    warning = "在严重违法失信名单中"
    page = people("county:抽样员").get(f"/enterprises/{firm.id}").text
    assert warning in page and "不适用告知承诺制" in page
    assert warning in people("county:抽样员").get("/sampling/pick?q=好又多&part=sampled").text
    offered = people("county:抽样员").get("/sampling/pick/enterprises?q=好又多&part=sampled").get_json()
    assert warning in offered[0]["note"]
    data = {"version": entered.version, "removed_on": TODAY, "removal": "信用修复", "note": "移〔2026〕1号"}
    early = people("county:审核人").post(f"/listings/{entered.id}/remove", data=data | {"removal": "列入期满"})
    assert early.status_code == 422
    assert "还没有期满" in early.text
    assert people("county:办案人").post(f"/listings/{entered.id}/remove", data=data).status_code == 403
    assert people("county:审核人").post(f"/listings/{entered.id}/remove", data=data).status_code == 303
    assert reread().removal_note == "移〔2026〕1号"
    assert warning not in people("county:抽样员").get(f"/enterprises/{firm.id}").text


def test_whose_years_are_over_is_listed_for_removal(entered: CreditListing, people: Any) -> None:
    client = people("county:审核人")
    assert entered.number not in client.get("/listings/?due=1").text
    with transaction():
        session().get_one(CreditListing, entered.id).remove_due_on = date(2026, 11, 20)
    assert entered.number in client.get("/listings/?due=1").text
    assert "期满应移出的失信名单" in client.get("/").text
    assert "请办理移出" in client.get(f"/listings/{entered.id}").text
    assert [row["编号"] for row in values_of(taken_out(client, "listings"))] == [entered.number]
    assert entered.number not in people("other:审核人").get("/listings/").text


def test_by_command(firm: Enterprise, app: Any) -> None:
    def run(person: str, *words: str) -> Any:
        return app.test_cli_runner().invoke(args=["listings", *words, "--as", person, "--json"])

    made = run("county-handler", "propose", firm.name, "--ground", "repeat", "--reason", "一年内三次处罚")
    assert made.exit_code == 0, made.output
    number = json.loads(made.stdout)["number"]
    assert run("other-handler", "propose", firm.name, "--ground", "repeat", "--reason", "x").exit_code == 1
    assert run("county-handler", "enter", number, "--document-no", "1").exit_code == 1
    entered = run("county-reviewer", "enter", number, "--document-no", "列〔2026〕1号")
    assert json.loads(entered.stdout)["remove_due_on"] == "2029-11-20"
    assert json.loads(run("county-sampler", "list", "--state", "已列入").stdout)[0]["number"] == number
    assert json.loads(run("county-sampler", "show", number).stdout)["state"] == "已列入"
    assert "没有“在列”" in run("county-sampler", "list", "--state", "在列").stderr
    assert run("county-reviewer", "remove", number, "--ground", "列入期满", "--note", "期满").exit_code == 1
    assert run("county-reviewer", "remove", number, "--ground", "列入有误", "--note", "同名企业").exit_code == 0
    other = json.loads(run("county-handler", "propose", firm.name, "--ground", "repeat", "--reason", "再次").stdout)["number"]
    assert run("county-reviewer", "decline", other, "--comment", "情节较轻").exit_code == 0


@pytest.mark.parametrize("database", ["app", "pg_app"])
def test_two_propose_the_same_firm_at_once(database: str, request: pytest.FixtureRequest) -> None:
    from app.domain.listings import GROUNDS

    made = request.getfixturevalue(database)
    with transaction():
        office = make_office()
        firm = build_firm(office.orgs["county"].id)
    one, other = office.actor("county:办案人"), office.actor("county:另一办案人")

    def propose(person: Any) -> Any:
        return lambda found: operations.propose(found, GROUNDS[0], "说明", person, clock.now())

    outcomes = race(made, [propose(one), propose(other)], lambda: queries.enterprise_of(one, firm.id))
    assert sum(isinstance(result, NotAllowedNow) for result in outcomes) == 1
    assert session().scalar(sa.select(sa.func.count(CreditListing.id))) == 1

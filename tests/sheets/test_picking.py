"""Enterprises and products picked from the register, what the next sheet keeps, templates, tasks: typed once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from app import clock
from app.assignments.models import AssignmentMember, SamplingAssignment
from app.db import session, transaction
from app.domain.samples import Level, Link, Purpose
from app.domain.workflow import AssignmentState, PlanState
from app.enterprises.models import EnterpriseStatus
from app.history import HistoryEntry
from app.plans.models import SamplingPlan
from app.reference_data.books import category_book, region_book
from app.sampling.models import FormDraft, Sample, SheetTemplate
from tests.sampling.conftest import complaints
from tests.sheets.conftest import KEY, value_of

Sheet = Callable[..., dict[str, str]]
PICK = "/sampling/pick/enterprises"


@pytest.mark.parametrize("q", ["91131102MA0F4BGG58", "春堂", "cct", "zct", "CCTCS", "JY1120225"])  # code, name, initials, licence
def test_an_enterprise_is_found_by_code_name_and_initials(sampler: FlaskClient, enterprise: Any, q: str) -> None:
    enterprise("长春堂超市")
    (found,) = sampler.get(PICK, query_string={"q": q}).json
    assert found["fields"] == {
        "sampled_name": "长春堂超市", "sampled_credit_code": "91131102MA0F4BGG58", "sampled_region": "天津市蓟州区",
        "sampled_address": "文昌街1号", "sampled_licence_no": "JY11202250000001", "sampled_licence_kind": "经营许可证",
        "area_type": "城市", "sampled_enterprise_id": found["fields"]["sampled_enterprise_id"],
    }  # fmt: skip


@pytest.mark.parametrize("q", ["", "长", "%%", "__", "😀😀", "没有这家" * 30, "'; DROP"])
def test_a_strange_question_finds_nothing(sampler: FlaskClient, enterprise: Any, q: str) -> None:
    enterprise("长春堂超市")
    assert sampler.get(PICK, query_string={"q": q}).json == []


def test_nobody_picks_out_of_his_reach(
    office: Any, sign_in: Callable[..., FlaskClient], enterprise: Any, sheet: Sheet
) -> None:
    row = enterprise("长春堂超市", "other")
    mine = sign_in(office.people["county:抽样员"])
    assert mine.get(PICK, query_string={"q": "长春堂"}).json == []
    assert "长春堂超市" not in mine.get("/sampling/pick", query_string={"q": "长春堂"}).text
    assert value_of(mine.get(f"/sampling/new?enterprise={row.id}").text, "sampled_name") == ""
    assert sign_in(office.people["lab:承检机构"]).get(PICK, query_string={"q": "长春堂"}).status_code == 403


def test_those_in_business_come_first(sampler: FlaskClient, enterprise: Any) -> None:
    enterprise("好店", credit_code=None, status=EnterpriseStatus.CLOSED)
    enterprise("好店二店", credit_code=None)
    assert [one["text"] for one in sampler.get(PICK, query_string={"q": "好店"}).json] == ["好店二店", "好店"]


def test_what_is_edited_after_picking_stays_on_the_sheet_alone(sampler: FlaskClient, enterprise: Any, sheet: Sheet) -> None:
    """B4: the snapshot is the sheet's, the link is kept."""
    row = enterprise("长春堂超市")
    typed = sheet(sampled_enterprise_id=str(row.id), sampled_address="文昌街1号 二楼12摊", sampled_credit_code="")
    answer = sampler.post("/sampling/new", data=typed)
    assert answer.status_code == 303, complaints(answer)
    sample = session().scalars(sa.select(Sample)).one()
    assert (sample.sampled_enterprise_id, sample.sampled_address) == (row.id, "文昌街1号 二楼12摊")
    session().refresh(row)
    assert row.address == "文昌街1号"


def test_an_enterprise_out_of_reach_is_not_linked(sampler: FlaskClient, enterprise: Any, sheet: Sheet) -> None:
    row = enterprise("外区企业", "other", credit_code=None)
    assert sampler.post("/sampling/new", data=sheet(sampled_enterprise_id=str(row.id))).status_code == 303
    assert session().scalars(sa.select(Sample)).one().sampled_enterprise_id is None


def test_picking_without_a_script_keeps_what_was_typed(sampler: FlaskClient, enterprise: Any) -> None:
    row = enterprise("长春堂超市")
    typed = {"draft_key": KEY, "tab": "a", "revision": "0", "step": "pick_sampled", "product_name": "油麦菜", "sampled_name": "长春"}
    listed = sampler.post("/sampling/new", data=typed)
    assert listed.status_code == 303
    page = sampler.get(listed.location).text
    assert "长春堂超市" in page and f"enterprise={row.id}" in page
    page = sampler.get(f"/sampling/new?draft={KEY}&part=sampled&enterprise={row.id}").text
    assert value_of(page, "product_name") == "油麦菜" and value_of(page, "sampled_name") == "长春堂超市"
    assert value_of(page, "sampled_enterprise_id") == str(row.id)


def test_products_lately_taken_there_are_offered(sampler: FlaskClient, sheet: Sheet) -> None:
    sampler.post("/sampling/new", data=sheet(number="", spec="散装", product_name="油麦菜"))
    (found,) = sampler.get("/sampling/pick/products", query_string={"name": "长春堂超市"}).json
    assert found["fields"]["category"] == "食用农产品/蔬菜/叶菜类蔬菜/油麦菜" and found["fields"]["spec"] == "散装"
    assert "made_on" not in found["fields"] and "batch_no" not in found["fields"]  # the one sample's own
    assert sampler.get("/sampling/pick/products").json == []


def test_save_and_copy_says_and_keeps_what_belongs_to_the_visit(sampler: FlaskClient, sheet: Sheet, office: Any) -> None:
    """B6."""
    answer = sampler.post("/sampling/new", data=sheet(number="", step="copy", spec="500g"))
    assert answer.status_code == 303 and "copied=1" in answer.location
    page = sampler.get(answer.location).text
    kept = {"sampled_name": "长春堂超市", "sampled_phone": "13812345678", "sampled_on": "2026-11-19", "link": "流通", "place": "超市",
            "samplers": "李四、王五"}  # fmt: skip
    assert {name: value_of(page, name) for name in kept} == kept
    assert [value_of(page, name) for name in ("product_name", "spec", "made_on", "number", "quantity")] == [""] * 5
    assert "下一张已带入：任务、计划、被抽样单位" in page
    assert value_of(page, "draft_key") not in (None, "", KEY)


def test_copying_an_old_sheet_takes_nobodys_phone_along(sampler: FlaskClient, registered: Sample) -> None:
    page = sampler.get(f"/sampling/new?copy={registered.id}").text
    assert value_of(page, "sampled_name") == "长春堂超市" and value_of(page, "sampled_phone") == ""
    assert "13812345678" not in page


def test_a_template_is_made_applied_and_voided(
    office: Any, sign_in: Callable[..., FlaskClient], sampler: FlaskClient, sheet: Sheet
) -> None:
    kept = {"draft_key": KEY, "tab": "a", "revision": "0", "step": "template"}
    assert sampler.post("/sampling/new", data=sheet(storage="冷藏", **kept)).location.endswith(f"draft={KEY}")
    data = {"name": "超市蔬菜", "shared": "y", "draft": KEY}
    assert sampler.post(f"/sampling/templates?draft={KEY}", data=data).status_code == 303
    template = session().scalars(sa.select(SheetTemplate)).one()
    assert template.fields["storage"] == "冷藏" and template.fields["category"].endswith("油麦菜")
    assert not {"number", "made_on", "sampled_on", "sampled_phone", "sampled_contact"} & set(template.fields)
    colleague = sign_in(office.people["county:统计员"])
    assert value_of(colleague.get(f"/sampling/new?template={template.id}").text, "storage") == "冷藏"
    assert colleague.post(f"/sampling/templates/{template.id}/void").status_code == 404  # not the colleague's to void
    assert "超市蔬菜" not in sign_in(office.people["other:抽样员"]).get("/sampling/templates").text
    assert sampler.post(f"/sampling/templates?draft={KEY}", data=data).status_code == 422  # the name is taken
    assert sampler.post(f"/sampling/templates/{template.id}/void").status_code == 303
    sampler.get("/")  # says 已作废 once
    assert "超市蔬菜" not in sampler.get("/sampling/templates").text
    steps = session().scalars(sa.select(HistoryEntry.step).where(HistoryEntry.subject_kind == "sheet_template")).all()
    assert steps == ["create", "void"]


def test_a_private_template_is_nobody_elses(office: Any, sign_in: Callable[..., FlaskClient], sampler: FlaskClient) -> None:
    with transaction():
        session().add(SheetTemplate(org_id=office.orgs["county"].id, user_id=office.people["county:抽样员"].id, name="我的",
                                    shared=False, fields={"storage": "冷冻"}, created_at=clock.now()))  # fmt: skip
    assert "我的" in sampler.get("/sampling/templates").text
    assert "我的</a>" not in sign_in(office.people["county:统计员"]).get("/sampling/templates").text


def test_a_new_sheet_begins_with_the_persons_habits(sampler: FlaskClient, sheet: Sheet, office: Any) -> None:
    me, partner = office.people["county:抽样员"], office.people["station:抽样员"]
    typed = sheet(number="", sampler_1=str(me.id), sampler_2=str(partner.id), samplers="", sampling_unit="蓟州局抽样科",
                  sampling_unit_contact="赵六", sampling_unit_phone="02212345678", laboratory="衡清食品检验中心")  # fmt: skip
    assert sampler.post("/sampling/new", data=typed).status_code == 303
    page = sampler.get("/sampling/new").text
    wanted = {
        "sampled_on": "2026-11-20", "sampler_1": str(me.id), "sampler_2": str(partner.id), "sampling_unit": "蓟州局抽样科",
        "sampling_unit_contact": "赵六", "sampling_unit_phone": "02212345678", "laboratory": "衡清食品检验中心",
        "sampled_name": "", "sampled_phone": "", "product_name": "",
    }  # fmt: skip
    assert {name: value_of(page, name) for name in wanted} == wanted
    offered = page.partition('id="list-category"')[2]
    assert offered.lstrip(" >").startswith('<option value="食用农产品/蔬菜/叶菜类蔬菜/油麦菜"')  # recently used on top


def test_the_first_sheet_of_a_station_names_the_bureau_as_the_source_of_its_task(sign_in: Any, office: Any) -> None:
    """The organiser is found by that name; a station sets no tasks, and its province is its bureau's."""
    page = sign_in(office.people["station:抽样员"]).get("/sampling/new").text
    county, station = office.orgs["county"].name, office.orgs["station"].name
    wanted = {"task_source": county, "sampling_unit": station, "sampling_unit_province": "天津市"}
    assert {name: value_of(page, name) for name in wanted} == wanted


@pytest.fixture
def task(app: Any, office: Any, enterprise: Any) -> SamplingAssignment:
    """A plan with a number rule of its own, and a task under it for the sampler and a partner."""
    row, county = enterprise("长春堂超市"), office.orgs["county"]
    region = region_book().id("120119")
    with transaction():
        plan = SamplingPlan(
            org_id=county.id, region_id=region, year=2026, name="元旦专项", level=Level.COUNTY, purpose=Purpose.EVALUATION, total=20,
            state=PlanState.ISSUED, created_at=clock.now(), issued_at=clock.now(), number_prefix="XBP", number_unit="46323",
            number_suffix="ZX",
        )  # fmt: skip
        session().add(plan)
        session().flush()
        made = SamplingAssignment(
            org_id=county.id, number="任〔2026〕1号", plan_id=plan.id, region_id=region, link=Link.CIRCULATION, batches=2,
            enterprise_id=row.id, category_id=category_book().by_path("食用农产品/蔬菜/叶菜类蔬菜/油麦菜").id,
            from_on=date(2026, 11, 1), to_on=date(2026, 11, 30), laboratory_org_id=office.orgs["lab"].id,
            state=AssignmentState.ACCEPTED, created_at=clock.now(),
            members=[AssignmentMember(org_id=county.id, user_id=office.people[f"{place}:抽样员"].id) for place in ("station", "county")],
        )  # fmt: skip
        session().add(made)
    return made


def test_a_task_fills_the_sheet(sampler: FlaskClient, task: SamplingAssignment, office: Any) -> None:
    page = sampler.get(f"/sampling/new?assignment={task.id}").text
    wanted = {
        "assignment_id": str(task.id), "plan_id": str(task.plan_id), "purpose": "评价性抽检", "link": "流通",
        "category": "食用农产品/蔬菜/叶菜类蔬菜/油麦菜", "sampled_name": "长春堂超市", "laboratory": "衡清食品检验中心",
        "sampler_1": str(office.people["county:抽样员"].id), "sampler_2": str(office.people["station:抽样员"].id),
    }  # fmt: skip
    assert {name: value_of(page, name) for name in wanted} == wanted


def test_a_plans_own_rule_numbers_its_sheets(sampler: FlaskClient, task: SamplingAssignment, sheet: Sheet) -> None:
    """B1: per plan, agency and year; a sheet under no plan goes on with the office's own run."""
    under = {"number": "", "plan_id": str(task.plan_id), "assignment_id": str(task.id), "purpose": "评价性抽检"}
    for _ in range(2):
        answer = sampler.post("/sampling/new", data=sheet(**under))
        assert answer.status_code == 303, complaints(answer)
    assert sampler.post("/sampling/new", data=sheet(number="")).status_code == 303
    given = session().scalars(sa.select(Sample.number).order_by(Sample.id)).all()
    assert given[:2] == ["XBP26120119463230001ZX", "XBP26120119463230002ZX"] and given[2].endswith("0001")
    assert {row.assignment_id for row in session().scalars(sa.select(Sample))} == {task.id, None}
    sampler.get("/")  # says 已登记 once
    listed = sampler.get(f"/sampling/?plan_id={task.plan_id}").text
    assert given[0] in listed and given[2] not in listed
    assert given[2] not in sampler.get(f"/sampling/?assignment_id={task.id}").text
    assert given[0] in sampler.get("/sampling/?sampler=李四").text and given[0] not in sampler.get("/sampling/?sampler=没有").text
    page = sampler.get("/sampling/numbers").text
    assert "XBP" in page and "46323" in page and "ZX" in page


def test_a_task_of_another_office_fills_nothing(
    office: Any, sign_in: Callable[..., FlaskClient], task: SamplingAssignment, sheet: Sheet
) -> None:
    other = sign_in(office.people["other:抽样员"])
    assert value_of(other.get(f"/sampling/new?assignment={task.id}").text, "sampled_name") == ""
    answer = other.post("/sampling/new", data=sheet(plan_id=str(task.plan_id)))
    assert answer.status_code == 422  # not among the plans this person may choose
    assert session().scalar(sa.select(sa.func.count()).select_from(FormDraft)) == 0

"""屡次不合格 on the page of a case, of a firm and by command, with as many statements for one as for fifty."""

from __future__ import annotations

import json
from datetime import date

import pytest
import sqlalchemy as sa

from app import clock
from app.db import session, transaction
from app.disposal.models import DisposalCase
from app.domain.case_kinds import PenaltyOutcome
from app.domain.case_record import PenaltyKind
from app.domain.workflow import PenaltyState
from app.enterprises.models import Enterprise, EnterpriseStatus
from app.penalties.models import Penalty
from tests.disposal.conftest import again
from tests.queries import counting

SHOP = "蓟州区文昌街好又多超市"


@pytest.fixture
def page(sign_in, office):
    clients = {}

    def get(case, who="county:办案人"):
        client = clients.setdefault(who, sign_in(office.people[who]))
        response = client.get(f"/disposal/{case.id}")
        assert response.status_code == 200
        return response.text

    return get


def renew(case, **values):
    with transaction():
        found = session().get_one(DisposalCase, case.id)
        for name, value in values.items():
            setattr(found, name, value)


def test_a_first_offence_says_nothing(case, page):
    assert "屡次不合格" not in page(case)


def test_one_firm_one_item_with_links(case, batch, open_cases, page):
    (other,) = open_cases(batch("XC26120119123450002", product_name="韭菜"))
    renew(other, received_on=date(2026, 3, 2))
    text = page(case)
    assert f"<strong>同一企业</strong>（{SHOP}）：另有 1 批次不合格" in text
    assert "<strong>同一检验项目</strong>（灭蝇胺）：另有 1 批次不合格" in text
    assert f"/disposal/{other.id}" in text and f"/sampling/{other.sample_id}" in text


def test_what_lies_too_far_back_is_left_out(case, batch, open_cases, page, app):
    (other,) = open_cases(batch("XC26120119123450002"))
    renew(other, received_on=date(2025, 11, 1))
    assert "屡次不合格" not in page(case)
    app.config["REPEAT_MONTHS"] = 24
    assert "屡次不合格" in page(case)


def test_what_other_bureaus_hold_is_counted_and_not_linked(case, batch, open_cases, page, office):
    (other,) = open_cases(batch("XC26500156123450002"))
    renew(other, org_id=office.orgs["other"].id)
    text = page(case)
    assert "另有 1 批次不合格，其中 1 件由其他单位承办" in text and "不在您的管辖范围内" in text
    assert f"/disposal/{other.id}" not in text and "XC26500156123450002" not in text
    assert f"/disposal/{other.id}" in page(case, "city:办案人")


def test_a_cancelled_case_is_no_offence(case, batch, open_cases, page, office):
    from app.disposal import operations

    (other,) = open_cases(batch("XC26120119123450002"))
    with transaction():
        operations.cancel_for_samples([other.sample_id], office.actor("county:统计员"), "复检合格")
    assert "屡次不合格" not in page(case)


def test_a_firm_is_known_by_its_code_whatever_it_was_called(case, batch, open_cases, page, office):
    with transaction():
        firm = Enterprise(
            org_id=office.orgs["county"].id, credit_code="91120119MA0000001X", name="新名称", status=EnterpriseStatus.ACTIVE,
            created_at=clock.now(),
        )
        session().add(firm)
    (other,) = open_cases(batch("XC26120119123450002", sampled_name="旧名称", sampled_credit_code="91120119MA0000001X"))
    renew(case, enterprise_id=firm.id, failing_items="铅")
    assert "<strong>同一企业</strong>" in page(case)
    assert f"/disposal/{other.id}" in page(case)


def punish(case, office, number, on, **more):
    values = {
        "org_id": case.org_id, "case_id": case.id, "sample_id": case.sample_id, "number": f"立〔2026〕{number}号", "party_name": SHOP,
        "state": PenaltyState.CLOSED, "found_on": on, "filed_on": on, "outcome": PenaltyOutcome.PUNISHED, "decided_on": on,
        "decision_no": f"罚〔2026〕{number}号", "created_at": clock.now(),
    } | more  # fmt: skip
    with transaction():
        session().add(Penalty(**values))


def test_the_third_penalty_of_a_year_names_the_article(case, batch, open_cases, page, office):
    (other,) = open_cases(batch("XC26120119123450002"))
    punish(other, office, 1, date(2026, 3, 1))
    assert "第一百三十四条" not in page(case)
    punish(other, office, 2, date(2026, 6, 1), stop_business=True)  # not counted by the article
    assert "第一百三十四条" not in page(case)
    (third,) = open_cases(batch("XC26120119123450003"))
    renew(third, penalty_kind=PenaltyKind.PUNISHED, penalty_no="罚〔2026〕9号", penalty_on=date(2026, 9, 1))
    text = page(case)
    assert "再受处罚即累计三次" in text and "第一百三十四条" in text and "罚〔2026〕9号" in text
    renew(other, penalty_kind=PenaltyKind.PUNISHED, penalty_no="罚〔2026〕1号", penalty_on=date(2026, 3, 1))
    assert "已累计 3 次" not in page(case)  # the same decision, in the case and in its penalty


def test_the_page_of_a_penalty_says_it_as_well(case, batch, open_cases, sign_in, office):
    open_cases(batch("XC26120119123450002"))
    punish(case, office, 1, date(2026, 11, 20))
    punish(case, office, 2, date(2026, 11, 20))
    penalty = session().scalars(sa.select(Penalty)).first()
    text = sign_in(office.people["county:办案人"]).get(f"/penalties/{penalty.id}").text
    assert "屡次不合格提示" in text and "再受处罚即累计三次" in text


def test_the_firm_has_them_too(case, batch, open_cases, sign_in, office):
    with transaction():
        firm = Enterprise(org_id=office.orgs["county"].id, name=SHOP, status=EnterpriseStatus.ACTIVE, created_at=clock.now())
        session().add(firm)
    client = sign_in(office.people["county:办案人"])
    assert "屡次不合格" not in client.get(f"/enterprises/{firm.id}").text  # once is not repeatedly
    open_cases(batch("XC26120119123450002"))
    text = client.get(f"/enterprises/{firm.id}").text
    assert f"<strong>同一企业</strong>（{SHOP}）：2 批次不合格" in text and f"/disposal/{case.id}" in text


def test_by_command(app, case, batch, open_cases):
    open_cases(batch("XC26120119123450002"))
    result = app.test_cli_runner().invoke(args=["cases", "repeats", case.number, "--json", "--as", "county-handler"])
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    found = [(each["likeness"], each["batches"], len(each["cases"])) for each in told["groups"]]
    assert found == [("同一企业", 1, 1), ("同一检验项目", 1, 1)]
    refused = app.test_cli_runner().invoke(args=["cases", "repeats", case.number, "--as", "other-handler"])
    assert refused.exit_code == 1


def test_fifty_others_ask_no_more_than_one(app, case, batch, open_cases, page):
    open_cases(batch("XC26120119123450002"))
    page(case)
    with counting(app) as few:
        page(case)
    open_cases(*[batch(f"XC261201191234501{n:02}") for n in range(20)])
    with counting(app) as many:
        text = page(case)
    assert many.count == few.count
    assert "另有 21 批次不合格" in text and "还有 11 件" in text
    assert session().scalar(sa.select(sa.func.count()).select_from(DisposalCase)) == 22
    assert again(case).number

"""Caps at registering, exemptions from them, and who may decide."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app import clock, history
from app.db import session, transaction
from app.domain.sampling_kinds import CapSubject, SpecialSampling
from app.domain.states import ExemptionState, SampleState
from app.errors import NotAllowed, NotAllowedNow, NotLikeThis
from app.exemptions import capping, operations, queries
from app.exemptions.models import CapRule, ExemptionUse, RuleExemption
from app.reference_data.operations import load_reference
from app.sampling import checking
from app.sampling import operations as sampling
from app.sampling.drafts import Drafter
from app.sampling.models import Sample
from app.sampling.sheet_draft import SheetDraft
from tests.conftest import Office, make_office
from tests.reference_changes.conftest import decide, newest, send
from tests.sampling.conftest import SHEET

TODAY = date(2026, 11, 20)
FIELDS = {name: text for name, text in SHEET.items() if name not in ("category", "outcome")} | {"level1": "食用农产品"}


def draft_of(actor: Any, number: int, **other: Any) -> SheetDraft:
    fields = FIELDS | {"number": f"XBJ26120119000010{number:03d}"}
    draft, _ = Drafter(actor).draft(fields)
    return replace(draft, **other)


def register(actor: Any, count: int, first: int = 1, **other: Any) -> list[Sample]:
    made = []
    for number in range(first, first + count):
        with transaction():
            made.append(sampling.register(draft_of(actor, number, **other), actor, clock.now()))
    return made


def grant(office: Office, *, batches: int = 1, code: str = "C-UNIT", key: str | None = None) -> RuleExemption:
    """Asked by the sampler, approved by the reviewer."""
    asker, decider = office.actor("county:抽样员"), office.actor("county:审核人")
    draft = draft_of(asker, 900)
    cap = next(cap for cap in queries.caps_in_force(TODAY) if cap.code == code)
    wanted = key or capping.subject_keys(cap, capping.taken(draft))[0]
    with transaction():
        asked = operations.Request(code, wanted, "节日专项", batches, TODAY - timedelta(days=5), TODAY + timedelta(days=30))
        made = operations.ask(asked, asker, clock.now())
    with transaction():
        operations.approve(made, decider, "同意。", clock.now())
    return made


def test_the_shipped_caps_are_loaded_once_and_marked_unverified(app: Flask, office: Office) -> None:
    caps = queries.caps_in_force(TODAY)
    assert [(cap.code, cap.maximum, cap.confidence.value) for cap in caps] == [
        ("C-BATCH", 1, "待核"), ("C-PRODUCER", 3, "待核"), ("C-UNIT", 5, "待核"),
    ]  # fmt: skip
    with transaction():
        assert load_reference(office.actor("county:系统管理员"))["cap_rule"] == 0


def test_the_sixth_at_one_shop_is_refused_and_the_finding_names_the_five(app: Flask, office: Office) -> None:
    actor = office.actor("county:抽样员")
    made = register(actor, 5)
    found = [one for one in checking.findings(draft_of(actor, 6), ("李四", "王五"), actor, TODAY) if one.rule == "C-UNIT"]
    assert len(found) == 1 and found[0].blocking and found[0].exempt_key == "长春堂超市"
    assert [one.id for one in found[0].related] == [sample.id for sample in made]
    with pytest.raises(NotAllowedNow, match="最多 5 批，已抽 5 批，本单为第 6 批"), transaction():
        sampling.register(draft_of(actor, 6), actor, clock.now())
    assert session().scalar(sa.select(sa.func.count()).select_from(Sample)) == 5


def test_a_voided_one_makes_room_and_special_sampling_is_not_held_to_it(app: Flask, office: Office) -> None:
    actor = office.actor("county:抽样员")
    made = register(actor, 5)
    register(actor, 1, 6, special_sampling=SpecialSampling.CASE)  # neither checked nor counted
    with transaction():
        sampling.void(made[0], actor, "录错", clock.now())
    register(actor, 1, 7)
    with pytest.raises(NotAllowedNow):
        register(actor, 1, 8)


def test_a_batch_of_one_producer_is_never_taken_twice(app: Flask, office: Office) -> None:
    actor = office.actor("county:抽样员")
    same = {"producer_name": "某某食品（蓟州）有限公司", "product_name": "饼干", "batch_no": "20261101"}
    register(actor, 1, 1, **same, sampled_on=date(2024, 1, 5))  # years ago does not matter
    with pytest.raises(NotAllowedNow, match="同批次"):
        register(actor, 1, 2, **same | {"producer_name": "某某食品(蓟州)有限公司", "sampled_name": "另一店"})
    register(actor, 1, 3, **same | {"batch_no": "20261102"})


def test_other_bureaus_samples_count_but_are_not_shown(app: Flask, office: Office) -> None:
    other, actor = office.actor("other:抽样员"), office.actor("county:抽样员")
    same = {"producer_name": "某某食品有限公司", "product_name": "饼干", "batch_no": "1"}
    register(other, 1, 1, org_id=other.org_id, organiser_org_id=other.org_id, **same)
    found = [
        one for one in checking.findings(draft_of(actor, 2, **same), ("李四", "王五"), actor, TODAY) if one.rule == "C-BATCH"
    ]
    assert found[0].blocking and found[0].related == () and "1 批由其他单位抽取" in found[0].message
    assert "XBJ" not in found[0].message


def test_a_correction_is_held_to_a_cap_only_where_it_changes_what_counts(app: Flask, office: Office) -> None:
    actor = office.actor("county:抽样员")
    register(actor, 5)
    moved = register(actor, 1, 6, sampled_name="另一店", sampled_credit_code=None)[0]
    with pytest.raises(NotAllowedNow, match="最多 5 批"), transaction():
        sampling.correct(moved, draft_of(actor, 6), actor, "单位写错", clock.now())
    session().refresh(moved)
    with transaction():
        kept = draft_of(actor, 6, sampled_name="另一店", sampled_credit_code=None, brand="绿叶")
        sampling.correct(moved, kept, actor, "商标", clock.now())
    assert moved.brand == "绿叶"


# ---------------------------------------------------------------- exemptions

def test_an_exemption_lets_one_more_in_and_is_used_with_the_sample(app: Flask, office: Office) -> None:
    actor = office.actor("county:抽样员")
    register(actor, 5)
    exemption = grant(office)
    said = [one for one in checking.findings(draft_of(actor, 6), ("李四", "王五"), actor, TODAY) if one.rule == "C-UNIT"]
    assert not said[0].blocking and exemption.number in said[0].message
    sample = register(actor, 1, 6)[0]
    use = session().scalars(sa.select(ExemptionUse)).one()
    assert (use.exemption_id, use.sample_id) == (exemption.id, sample.id)
    session().refresh(exemption)
    assert exemption.used == 1
    assert [entry.step for entry in history.entries_of("rule_exemption", exemption.id)] == ["ask", "approve", "use"]
    with pytest.raises(NotAllowedNow):
        register(actor, 1, 7)  # used up


def test_a_refused_registration_uses_nothing(app: Flask, office: Office) -> None:
    actor = office.actor("county:抽样员")
    register(actor, 5)
    exemption = grant(office)
    with pytest.raises(NotAllowedNow, match="编号"):
        register(actor, 1, 1)  # the number is taken
    session().expire_all()
    assert exemption.used == 0 and session().scalar(sa.select(sa.func.count()).select_from(ExemptionUse)) == 0


@pytest.mark.parametrize("end", ["revoked", "expired", "another"])
def test_what_does_not_open_a_cap(app: Flask, office: Office, end: str) -> None:
    actor, decider = office.actor("county:抽样员"), office.actor("county:另一审核人")
    register(actor, 5)
    exemption = grant(office, key="另一超市" if end == "another" else None)
    if end == "revoked":
        with transaction():
            operations.revoke(exemption, decider, "情况有变", clock.now())
    if end == "expired":
        with transaction():
            exemption.valid_to = TODAY - timedelta(days=2)  # the sheet is of the day before
            exemption.valid_from = TODAY - timedelta(days=9)
    with pytest.raises(NotAllowedNow):
        register(actor, 1, 6)


def test_nobody_decides_on_his_own_request(app: Flask, office: Office) -> None:
    asker = office.actor("county:抽样员")
    both = replace(asker, roles=asker.roles | office.actor("county:审核人").roles)
    asked = operations.Request("C-UNIT", "某店", "理由", 1, TODAY, TODAY)
    with transaction():
        made = operations.ask(asked, both, clock.now())
    with pytest.raises(NotAllowed), transaction():
        operations.approve(made, both, "同意", clock.now())
    with pytest.raises(sa.exc.IntegrityError), transaction():  # and the table holds it as well
        made.decided_by_id = made.asked_by_id
        session().flush()


@pytest.mark.parametrize(("other", "sentence"), [
    ({"code": "C-NONE"}, "没有这条频次上限"), ({"key": " "}, "没有这条频次上限"),
    ({"valid_to": TODAY - timedelta(days=1)}, "早于有效期起"), ({"valid_to": TODAY + timedelta(days=400)}, "不得超过一年"),
    ({"batches": 0}, "1 至 50"), ({"batches": 51}, "1 至 50"),
])  # fmt: skip
def test_requests_that_make_no_sense(app: Flask, office: Office, other: dict[str, Any], sentence: str) -> None:
    asked = replace(operations.Request("C-UNIT", "某店", "理由", 1, TODAY, TODAY), **other)
    with pytest.raises(NotLikeThis, match=sentence), transaction():
        operations.ask(asked, office.actor("county:抽样员"), clock.now())


# ---------------------------------------------------------------- two at once

def _race(app: Flask, actor: Any, numbers: list[int]) -> list[str]:
    gate = threading.Barrier(len(numbers))

    def one(number: int) -> str:
        with app.app_context():
            draft = draft_of(actor, number)
            gate.wait()
            try:
                with transaction():
                    return sampling.register(draft, actor, clock.now()).number
            except NotAllowedNow as refusal:
                return refusal.sentence

    with ThreadPoolExecutor(len(numbers)) as pool:
        return list(pool.map(one, numbers))


def _fifth_and_sixth(app: Flask, office: Office) -> None:
    actor = office.actor("county:抽样员")
    register(actor, 4)
    said = _race(app, actor, [5, 6, 7, 8])
    session().rollback()
    assert sum(text.startswith("XBJ") for text in said) == 1  # the fifth; nobody is the sixth
    assert sum("最多 5 批" in text for text in said) == 3
    assert session().scalar(sa.select(sa.func.count()).select_from(Sample)) == 5


def _last_of_an_exemption(app: Flask, office: Office) -> None:
    actor = office.actor("county:抽样员")
    register(actor, 5)
    exemption = grant(office)
    said = _race(app, actor, [6, 7, 8])
    session().expire_all()
    assert sum(text.startswith("XBJ") for text in said) == 1
    assert (exemption.used, session().scalar(sa.select(sa.func.count()).select_from(ExemptionUse))) == (1, 1)


def test_of_several_registering_at_once_exactly_one_is_the_fifth(app: Flask, office: Office) -> None:
    _fifth_and_sixth(app, office)


def test_the_last_batch_of_an_exemption_is_used_once(app: Flask, office: Office) -> None:
    _last_of_an_exemption(app, office)


@pytest.mark.postgres
@pytest.mark.parametrize("race", [_fifth_and_sixth, _last_of_an_exemption])
def test_the_same_on_postgresql(pg_app: Flask, race: Callable[[Flask, Office], None]) -> None:
    with transaction():
        office = make_office()
    race(pg_app, office)


# ---------------------------------------------------------------- pages and commands

def test_the_way_from_asking_to_deciding(office: Office, sign_in: Callable[..., Any]) -> None:
    sampler, reviewer = sign_in(office.people["county:抽样员"]), sign_in(office.people["county:审核人"])
    page = sampler.get("/exemptions/ask?rule=C-UNIT&key=某店&earlier=XBJ1")
    assert page.status_code == 200 and "同一被抽样单位每季度不超过 5 批" in page.text
    data = {"rule": "C-UNIT", "key": "某店", "reason": "", "batches": "2", "valid_from": "2026-11-20", "valid_to": "2026-12-20"}
    assert sampler.post("/exemptions/ask", data=data).status_code == 422
    answer = sampler.post("/exemptions/ask", data=data | {"reason": "节日专项抽检"})
    assert answer.status_code == 303
    assert ">1<" in reviewer.get("/").text.partition("待审批的豁免")[2].partition("</a>")[0].replace("\n", "")
    made = session().scalars(sa.select(RuleExemption)).one()
    assert sampler.post(f"{answer.location}/approve", data={"comment": "同意", "version": made.version}).status_code == 403
    assert reviewer.post(f"{answer.location}/approve", data={"comment": "", "version": made.version}).status_code == 422
    assert reviewer.post(f"{answer.location}/approve", data={"comment": "同意", "version": made.version}).status_code == 303
    again = reviewer.post(f"{answer.location}/decline", data={"comment": "晚了", "version": made.version})
    assert again.status_code == 409
    listed = reviewer.get("/exemptions/?state=approved")
    assert made.number in listed.text and "2026-11" in listed.text and "节日专项抽检" in reviewer.get(answer.location).text
    assert made.number not in reviewer.get("/exemptions/?state=asked").text
    assert made.number not in reviewer.get("/exemptions/?month=2026-10").text


def test_another_bureau_does_not_know_of_it(office: Office, sign_in: Callable[..., Any]) -> None:
    exemption = grant(office)
    stranger = sign_in(office.people["other:审核人"])
    assert stranger.get(f"/exemptions/{exemption.id}").status_code == 404
    assert exemption.number not in stranger.get("/exemptions/").text


def test_an_administrator_makes_a_new_version_of_a_cap(office: Office, sign_in: Callable[..., Any]) -> None:
    admin, clerk = sign_in(office.people["city:系统管理员"]), sign_in(office.people["county:统计员"])
    reviewer = sign_in(office.people["city:审核人"])
    cap = next(cap for cap in queries.caps() if cap.code == "C-UNIT")
    data = {
        "name": "每季度不超过 8 批", "subject": str(cap.id),
        "counted": CapSubject.UNIT.value, "cap_window": "自然季度", "days": "", "maximum": "8", "link": "流通",
        "level": "", "online_exempt": "y", "blocking": "y", "article": "", "source": "局务会〔2026〕3号", "confidence": "已核",
        "valid_from": "2027-01-01", "valid_to": "",
    }  # fmt: skip
    at = "/changes/new/cap.version"
    assert clerk.post(at, data=data).status_code == 403
    assert send(admin, at, data | {"days": "90"}).status_code == 422
    assert send(admin, at, data | {"maximum": "-1"}).status_code == 422
    assert send(admin, at, data).status_code == 303
    assert decide(reviewer, newest()).status_code == 303
    assert send(admin, at, data).status_code == 409  # that version has been replaced
    on = {day: next(one for one in queries.caps_in_force(day) if one.code == "C-UNIT") for day in (TODAY, date(2027, 1, 1))}
    assert (on[TODAY].maximum, on[date(2027, 1, 1)].maximum) == (5, 8)
    assert len(session().scalars(sa.select(CapRule).where(CapRule.code == "C-UNIT")).all()) == 3  # nothing is overwritten
    assert "每季度不超过 8 批" in admin.get("/exemptions/caps").text
    with transaction():
        assert load_reference(office.actor("county:系统管理员"))["cap_rule"] == 0  # what the office decided stays


def test_commands(app: Flask, office: Office) -> None:
    run = app.test_cli_runner().invoke
    asked = run(args=["exemptions", "ask", "C-UNIT", "某店", "--reason", "专项", "--to", "2026-12-01", "--as", "county-sampler", "--json"])
    assert asked.exit_code == 0, asked.output
    number = json.loads(asked.stdout)["number"]
    own = run(args=["exemptions", "approve", number, "--comment", "同意", "--as", "county-sampler"])
    assert own.exit_code == 1
    done = run(args=["exemptions", "approve", number, "--comment", "同意", "--as", "county-reviewer", "--json"])
    assert json.loads(done.stdout)["state"] == "已批准", done.output
    listed = run(args=["exemptions", "list", "--state", "approved", "--json"])
    assert [row["number"] for row in json.loads(listed.stdout)] == [number]
    assert session().scalars(sa.select(RuleExemption.state)).all() == [ExemptionState.APPROVED]


def test_a_refused_visit_fills_no_cap(app: Flask, office: Office) -> None:
    actor = office.actor("county:抽样员")
    register(actor, 6, state=SampleState.REFUSED, outcome_reason="拒绝抽样")
    register(actor, 5, 7)


def test_the_refused_sheet_leads_to_the_request(office: Office, sign_in: Callable[..., Any]) -> None:
    actor, client = office.actor("county:抽样员"), sign_in(office.people["county:抽样员"])
    made = register(actor, 5)
    refused = client.post("/sampling/new", data=SHEET)
    assert refused.status_code == 422 and "申请豁免" in refused.text and made[0].number in refused.text
    at = refused.text.partition('href="/exemptions/ask?')[2].partition('"')[0].replace("&amp;", "&")
    asked = client.get(f"/exemptions/ask?{at}")
    assert asked.status_code == 200 and "长春堂超市" in asked.text and made[4].number in asked.text

"""再次确认身份 before a decision, and the signature that the decision leaves."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from app import clock
from app.accounts.models import ApprovalSignature, UserSession
from app.approval_signatures.verifying import walk as verify
from app.db import session, transaction
from app.domain.trust_kinds import SignMethod
from app.history import entries_of
from app.official_documents.models import OfficialDocument
from app.plans import operations as plans
from app.plans.models import PlanQuota
from tests.conftest import make_office
from tests.penalties.conftest import (
    FINED,
    TODAY,
    again,
    batch,
    case,
    filed,
    mine,
    open_cases,
    people,
    proposed,
    reread,
    step,
)
from tests.plans.conftest import header, make, save

__all__ = ["again", "batch", "case", "filed", "make", "mine", "open_cases", "people", "proposed", "step"]

PASSWORD = "Correct-horse-7-battery"
COMMENT = "同意。\r\n罚款 2000 元，\"从轻\" & <公示>。"


@pytest.fixture
def asking(app):
    """Decisions ask again after ten minutes."""
    app.config["REAUTH_MINUTES"] = 10
    return app


def kept(page: str) -> dict[str, str]:
    """What the asking page carries on with."""
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page)
    return {name: html.unescape(value) for name, value in found}


def signatures() -> list[ApprovalSignature]:
    session().expire_all()
    return list(session().scalars(sa.select(ApprovalSignature).order_by(ApprovalSignature.id)))


def test_a_decision_asks_first_and_carries_on_with_what_was_typed(asking, office, with_password, proposed, people, read_again):
    reviewer = with_password(office.people["county:审核人"])
    penalty, client = proposed(**FINED), people("county:审核人")
    address, typed = f"/penalties/{penalty.id}/decide", {"version": str(penalty.version), "decided_on": TODAY, "comment": COMMENT}
    asked = client.post(f"{address}?from=desk", data=typed)
    assert asked.status_code == 422 and "再次确认身份" in asked.text and f'action="{address}?from=desk"' in asked.text
    carried = kept(asked.text)
    assert {name: value for name, value in carried.items() if name != "csrf_token"} == typed
    wrong = client.post(address, data=carried | {"identity_proof": "Wrong-horse-7-battery"})
    assert wrong.status_code == 422 and kept(wrong.text)["comment"] == COMMENT and "Wrong-horse" not in wrong.text
    assert reread(penalty.id).state.value == "proposed" and signatures() == [] and read_again(reviewer).failed_count == 1
    assert client.post(address, data=kept(wrong.text) | {"identity_proof": PASSWORD}).status_code == 303
    decided = reread(penalty.id)
    told = entries_of("penalty", penalty.id)[-1]
    assert decided.state.value == "decided" and (told.comment or "").splitlines() == COMMENT.splitlines()
    signed = told.signature
    assert signatures() == [signed] and (signed.user_id, signed.method, signed.step) == (reviewer.id, SignMethod.PASSWORD, "decide")
    assert signed.record_version == decided.version
    shown = client.get(f"/penalties/{penalty.id}").text
    assert f"签名：{reviewer.name} 于" in shown and "以密码确认身份，意义：本人已审阅本案全部材料，同意处罚决定；内容摘要" in shown
    assert signed.record_sha256[:12] in shown
    assert "意义：本人已审阅本案全部材料，同意处罚决定" in client.get(f"/disposal/{penalty.case_id}/timeline").text
    revoking = f"/penalties/{penalty.id}/revoke", {"version": str(decided.version)}
    assert "再次确认身份" not in client.post(revoking[0], data=revoking[1]).text  # within ten minutes nobody asks again
    with transaction():
        session().execute(sa.update(UserSession).values(confirmed_at=clock.now() - timedelta(minutes=11)))
    assert "再次确认身份" in client.post(revoking[0], data=revoking[1]).text
    assert client.post("/factor/begin").status_code == 303  # what is no decision is not asked


def test_guessing_there_locks_and_ends_the_session(asking, office, with_password, proposed, people, read_again):
    reviewer = with_password(office.people["county:审核人"])
    penalty, client = proposed(**FINED), people("county:审核人")
    for number in range(5):
        answer = client.post(f"/penalties/{penalty.id}/decide", data={"identity_proof": f"Wrong-horse-{number}-battery"})
    assert answer.location == "/sign-in" and read_again(reviewer).locked_until is not None
    assert client.get("/my-sessions").location.startswith("/sign-in")


def test_whoever_may_not_decide_is_refused_and_not_asked(asking, proposed, people):
    penalty = proposed(**FINED)
    assert people("county:抽样员").post(f"/penalties/{penalty.id}/decide", data={"version": penalty.version}).status_code == 403


def test_a_step_under_a_permission_of_drafting_asks_when_it_is_taken(asking, office, with_password, mine, people):
    """Issuing a document: the route asks for DOCUMENT_MAKE, which drafting asks for too."""
    with_password(office.people["county:办案人"])
    handler = people("county:办案人")
    assert handler.post(f"/documents/cases/{mine.id}/notices").status_code == 303
    document = session().scalars(sa.select(OfficialDocument)).first()
    address, typed = f"/documents/{document.id}/issue", {"issued_on": TODAY, "version": "1"}
    asked = handler.post(address, data=typed)
    assert asked.status_code == 422 and "再次确认身份" in asked.text
    session().expire_all()
    assert document.state.value == "drafted"
    assert handler.post(address, data=kept(asked.text) | {"identity_proof": PASSWORD}).status_code == 303
    assert [one.step for one in signatures()] == ["issue"]


def test_signatures_are_verified_and_a_touched_record_is_found(app, office, make):
    plan = make()
    save(plan, office, {})
    with transaction():
        plans.submit(plan, office.actor("county:统计员"), clock.now(), None)
    with transaction():
        plans.approve(plan, office.actor("county:审核人"), clock.now(), None)
    signed = signatures()
    assert [(one.step, one.method) for one in signed] == [("approve", SignMethod.COMMAND)]
    run = app.test_cli_runner().invoke
    assert run(args=["audit", "signatures", "--verify"]).exit_code == 0 and verify().sound == 1
    with transaction():
        session().execute(sa.update(PlanQuota).where(PlanQuota.plan_id == plan.id).values(batches=PlanQuota.batches + 1))
    found = run(args=["audit", "signatures", "--verify"])
    assert found.exit_code == 1 and "与签名时不一致" in found.output and "审核通过" in found.output
    with transaction():
        session().execute(sa.text("UPDATE sampling_plan SET version = version + 1"))
    assert run(args=["audit", "signatures", "--verify"]).exit_code == 0 and verify().moved_on == {"sampling_plan": 1}
    assert run(args=["audit", "signatures"]).output.endswith("共 1 条审批签名；核对内容请加 --verify\n")


def test_on_postgresql(pg_app):
    with transaction():
        office = make_office()
    clerk, reviewer = office.actor("county:统计员"), office.actor("county:审核人")
    with transaction():
        plan = plans.create(header(), clerk, clock.now())
    with transaction():
        plans.submit(plan, clerk, clock.now(), None)
    with transaction():
        plans.approve(plan, reviewer, clock.now(), None)
    assert verify().sound == 1 and verify().broken == []

"""受理: by another person, never against the law; the clocks, the pause of the disposal, roles and other offices."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from app.db import session, transaction
from app.domain.case_states import ClockChangeState
from app.domain.samples import ItemClass
from app.domain.workflow import RetestState
from app.legal_clocks.models import ClockChange, LegalClock
from app.results.models import ResultRow
from app.sampling.models import Sample
from tests.retests.conftest import HANDLER, OTHER_REVIEWER, REVIEWER, TODAY, Batch, build, clocks_of, fetch

COUNTER = "county:统计员"


def text(response: Any) -> str:
    return response.get_data(as_text=True)


def late(found: Batch) -> dict[str, Any]:
    return {"served_on": "2026-11-02", "applied_on": "2026-11-18"}


def expired(found: Batch) -> dict[str, Any]:
    session().get_one(Sample, found.sample.id).expires_on = date(2026, 11, 19)
    return {}


def microbial(found: Batch) -> dict[str, Any]:
    session().scalars(sa.select(ResultRow).where(ResultRow.item == "灭蝇胺")).one().item_class = ItemClass.MICROBE
    return {}


def gone(found: Batch) -> dict[str, Any]:
    session().execute(
        sa.text("UPDATE backup_sample SET state = 'discarded', discarded_on = '2026-11-10', discard_method = '焚烧' WHERE sample_id = :i"),
        {"i": found.sample.id},
    )
    return {}


@pytest.mark.parametrize(("how", "said"), [
    (late, "逾期提出复检申请：申请日期 2026-11-18，申请期限至 2026-11-11"),
    (expired, "复检备份样品超过保质期：保质期至 2026-11-19"),
    (microbial, "检验结论为微生物指标不合格"),
    (gone, "备份样品已于 2026-11-10 处置（焚烧）"),
])  # fmt: skip
def test_what_the_law_does_not_allow_cannot_be_accepted(
    failing: Batch, apply: Any, step: Any, sign_in: Any, office: Any, how: Any, said: str
) -> None:
    """办法 31; the reviewer reads it before he signs, and may only decline."""
    with transaction():
        changed = how(failing)
    retest_id = apply(failing, **changed)
    assert said in text(sign_in(office.people[REVIEWER]).get(f"/retests/{retest_id}"))
    answer = step(REVIEWER, retest_id, "accept", decided_on=TODAY)
    assert answer.status_code == 422 and said in text(answer)
    assert fetch(office, retest_id).state is RetestState.APPLIED
    declined = step(REVIEWER, retest_id, "decline", decided_on=TODAY, ground="LATE", comment="详见上")
    assert declined.status_code == 303
    kept = fetch(office, retest_id)
    assert said in (kept.feasibility or "") and (kept.decision or "").startswith("逾期提出复检申请（")


def test_what_only_warns_can_be_accepted(apply: Any, step: Any, sign_in: Any, office: Any) -> None:
    with transaction():
        found = build(office, stored=False, backup_quantity=None, expires_on=None)
    retest_id = apply(found, served_on="")
    page = text(sign_in(office.people[REVIEWER]).get(f"/retests/{retest_id}"))
    for said in ("没有备份样品入库记录", "数量没有登记", "没有载明保质期", "没有收到检验结论的日期"):
        assert said in page
    assert step(REVIEWER, retest_id, "accept", decided_on=TODAY).status_code == 303
    assert "没有备份样品入库记录" in (fetch(office, retest_id).feasibility or "")


def test_a_date_that_no_receipt_proves_is_warned_of(failing: Batch, apply: Any, sign_in: Any, office: Any) -> None:
    client = sign_in(office.people[HANDLER])
    assert 'value="2026-11-19"' in text(client.get(f"/retests/samples/{failing.sample.id}/new"))  # as delivered
    retest_id = apply(failing, served_on="2026-11-18")
    assert "收到检验结论日期 2026-11-18 没有送达回证证明" in text(client.get(f"/retests/{retest_id}"))


def test_whoever_registered_does_not_decide(failing: Batch, sign_in: Any, office: Any, step: Any, apply: Any) -> None:
    retest_id = apply(failing)
    with transaction():
        session().execute(sa.text("UPDATE retest SET asked_by_id = :i"), {"i": office.people[REVIEWER].id})
    assert step(REVIEWER, retest_id, "accept", decided_on=TODAY).status_code == 403
    assert step(REVIEWER, retest_id, "decline", decided_on=TODAY, ground="LATE", comment="x").status_code == 403
    assert step(OTHER_REVIEWER, retest_id, "accept", decided_on=TODAY).status_code == 303


@pytest.mark.parametrize(("person", "name", "sent", "status"), [
    (HANDLER, "accept", {"decided_on": TODAY}, 403),
    (COUNTER, "decline", {"decided_on": TODAY, "ground": "LATE", "comment": "x"}, 403),
    (REVIEWER, "withdraw", {"ended_on": TODAY, "comment": "x"}, 403),
    (REVIEWER, "hand-over", {"handed_on": TODAY}, 403),
    (REVIEWER, "conclude", {}, 403),
    ("county:系统管理员", "accept", {"decided_on": TODAY}, 404),
    ("other:审核人", "accept", {"decided_on": TODAY}, 404),
    ("other:办案人", "withdraw", {"ended_on": TODAY, "comment": "x"}, 404),
    ("city:审核人", "accept", {"decided_on": TODAY}, 303),  # the office above sees to it as well
    (REVIEWER, "decline", {"decided_on": TODAY, "ground": "LATE", "comment": ""}, 422),
    (REVIEWER, "accept", {"decided_on": "2026-11-19"}, 422),  # before it was received
    (REVIEWER, "accept", {"decided_on": "2026-11-21"}, 422),
    (REVIEWER, "accept", {"decided_on": ""}, 422),
    (HANDLER, "tell", {"told_on": TODAY}, 409),
    (HANDLER, "pay", {"payer": "申请人承担"}, 409),
    (HANDLER, "arrive", {"arrived_on": TODAY, "seal_intact": "是"}, 409),
])  # fmt: skip
def test_who_may_do_what(failing: Batch, apply: Any, step: Any, office: Any, person: str, name: str, sent: Any, status: int) -> None:
    retest_id = apply(failing)
    assert step(person, retest_id, name, **sent).status_code == status
    assert (fetch(office, retest_id).state is RetestState.APPLIED) is (status != 303)


def test_another_bureau_knows_nothing_of_it(failing: Batch, apply: Any, sign_in: Any, office: Any) -> None:
    retest_id = apply(failing)
    client = sign_in(office.people["other:办案人"])
    for address in (f"/retests/{retest_id}", f"/retests/samples/{failing.sample.id}/new", f"/retests/samples/{failing.sample.id}/check"):
        assert client.get(address).status_code == 404
    assert "复检〔2026〕1号" not in text(client.get("/retests/?state=all"))
    assert sign_in(office.people["county:系统管理员"]).get("/retests/").status_code == 403
    assert sign_in(office.people["lab:承检机构"]).get("/retests/").status_code == 403


def test_a_second_click_and_a_second_reviewer_are_told(failing: Batch, apply: Any, step: Any, office: Any) -> None:
    retest_id = apply(failing)
    assert step(REVIEWER, retest_id, "accept", decided_on=TODAY, version=1).status_code == 303
    for person, name in ((REVIEWER, "accept"), (OTHER_REVIEWER, "decline")):
        answer = step(person, retest_id, name, decided_on=TODAY, ground="LATE", comment="x", version=1)
        assert answer.status_code == 409 and "已被他人修改" in text(answer)
    assert fetch(office, retest_id).decided_by_id == office.people[REVIEWER].id


def test_withdrawing_cancels_every_clock(failing: Batch, apply: Any, step: Any, office: Any) -> None:
    retest_id = apply(failing)
    step(REVIEWER, retest_id, "accept", decided_on=TODAY)
    assert step(HANDLER, retest_id, "withdraw", ended_on="2026-11-19", comment="不再申请").status_code == 422
    assert step(HANDLER, retest_id, "withdraw", ended_on=TODAY, comment="不再申请").status_code == 303
    clocks = clocks_of(retest_id)
    assert clocks["RETEST_ACCEPT"].done_on == date(2026, 11, 20) and clocks["RETEST_ORG"].cancelled_at is not None
    assert step(HANDLER, retest_id, "withdraw", ended_on=TODAY, comment="再撤回").status_code == 409


# ---------------------------------------------------------------- RETEST_PAUSES_DISPOSAL

def disposal_clock(found: Batch) -> LegalClock:
    session().expire_all()
    return session().scalars(
        sa.select(LegalClock).where(LegalClock.subject_kind == "disposal_case", LegalClock.subject_id == found.case.id,
                                    LegalClock.code == "DISP_DONE")
    ).one()  # fmt: skip


def test_by_default_the_disposal_goes_on(failing: Batch, apply: Any, step: Any) -> None:
    retest_id = apply(failing)
    step(REVIEWER, retest_id, "accept", decided_on=TODAY)
    assert session().scalars(sa.select(ClockChange)).all() == []


def test_where_the_setting_says_so_the_days_do_not_count(
    failing: Batch, apply: Any, step: Any, office: Any, app: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Open while the retest runs, ended by the step that ends it, in the history of the clock and of the case."""
    app.config["RETEST_PAUSES_DISPOSAL"] = True
    retest_id = apply(failing)
    due = disposal_clock(failing).due_on
    step(REVIEWER, retest_id, "accept", decided_on=TODAY)
    pause = session().scalars(sa.select(ClockChange)).one()
    assert (pause.state, pause.from_on, pause.to_on) == (ClockChangeState.APPROVED, date(2026, 11, 20), None)
    assert (pause.asked_by_id, pause.decided_by_id) == (office.people[HANDLER].id, office.people[REVIEWER].id)
    monkeypatch.setenv("SHIAN_TODAY", "2026-12-01")
    app.config["RETEST_PAUSES_DISPOSAL"] = False  # what has begun ends all the same
    assert step(HANDLER, retest_id, "withdraw", ended_on="2026-12-01", comment="申请人撤回").status_code == 303
    session().expire_all()
    ended = session().scalars(sa.select(ClockChange)).one()
    assert ended.to_on == date(2026, 11, 30)
    moved = disposal_clock(failing)
    assert (moved.due_on - due).days >= 11 and "中止 2026-11-20 至 2026-11-30" in moved.why

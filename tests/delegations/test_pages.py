"""审批委托 by page: granted, seen, taken back, and refused where it would be no delegation."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from app import history
from app.db import session
from app.delegations.models import Delegation
from app.domain.workflow import DelegationState


def text(response: Any) -> str:
    return response.get_data(as_text=True)


def key_of(page: str) -> str:
    found = re.search(r'name="key" [^>]*value="([0-9a-f]{32})"', page)
    assert found
    return found[1]


@pytest.fixture
def reviewer(sign_in: Any, office: Any) -> Any:
    return sign_in(office.people["county:审核人"])


def sent(office: Any, taker: str = "county:统计员", **other: Any) -> dict[str, Any]:
    return {"to_user": office.people[taker].id, "from_on": "2026-11-20", "to_on": "2026-11-25", "reason": "参加培训", **other}


def every() -> list[Delegation]:
    return list(session().scalars(sa.select(Delegation).order_by(Delegation.id)))


def test_granting_shows_what_passes_and_keeps_both_names(reviewer: Any, office: Any):
    page = text(reviewer.get("/delegations/new"))
    assert "审核核查处置" in page and "批准检验结果" not in page.split("随委托代为办理的事项")[0]
    assert "另一审核人" in page and "武隆" not in page  # colleagues of the same bureau only
    assert re.search(r'<select[^>]*name="to_user"[^>]*><option[^>]*value="0">请选择</option>', page)  # nobody is proposed
    response = reviewer.post("/delegations/new", data=sent(office) | {"key": key_of(page)})
    assert response.status_code == 303
    (made,) = every()
    assert (made.state, made.from_on, made.to_on) == (DelegationState.GRANTED, date(2026, 11, 20), date(2026, 11, 25))
    shown = text(reviewer.get(f"/delegations/{made.id}"))
    for words in (made.number, "蓟州审核人", "蓟州统计员", "参加培训", "生效中", "2026-11-20 至 2026-11-25"):
        assert words in shown
    assert made.number in text(reviewer.get("/delegations/"))
    (entry,) = history.entries_of("delegation", made.id)
    assert (entry.step, entry.comment) == ("grant", "参加培训")


def test_the_same_form_sent_twice_grants_once(reviewer: Any, office: Any):
    fields = sent(office) | {"key": "a" * 32}
    first, second = (reviewer.post("/delegations/new", data=fields) for _ in range(2))
    assert first.status_code == second.status_code == 303
    assert first.location == second.location
    assert len(every()) == 1


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"to_on": "2026-11-19"}, "结束日期不能早于开始日期"),
        ({"from_on": "2026-11-19"}, "不能从过去的日期开始"),
        ({"to_on": "2027-01-31"}, "一次委托最长 31 天"),
        ({"reason": " "}, "请填写委托原因"),
        ({"to_on": ""}, "请填写委托结束日期"),
        ({"to_user": "0"}, "请选择受托人"),
        ({"to_user": "987654"}, "受托人须为本单位在岗的工作人员"),
    ],
)
def test_what_is_no_delegation_is_refused_and_stays_typed(reviewer: Any, office: Any, changed: dict[str, str], sentence: str):
    response = reviewer.post("/delegations/new", data=sent(office) | changed)
    assert response.status_code == 422
    assert sentence in text(response)
    assert changed.get("reason") or "参加培训" in text(response)
    assert every() == []


@pytest.mark.parametrize("taker", ["county:审核人", "other:审核人", "city:审核人", "lab:承检机构", "county:系统管理员"])
def test_not_to_oneself_nor_to_strangers(reviewer: Any, office: Any, taker: str):
    assert reviewer.post("/delegations/new", data=sent(office, taker)).status_code == 422
    assert every() == []


@pytest.mark.parametrize("who", ["county:办案人", "county:统计员", "county:系统管理员", "lab:承检机构"])
def test_who_approves_nothing_has_nothing_to_leave(sign_in: Any, office: Any, who: str):
    client = sign_in(office.people[who])
    assert client.get("/delegations/").status_code == 403
    assert client.get("/delegations/new").status_code == 403
    assert client.post("/delegations/new", data=sent(office)).status_code == 403


def test_the_giver_takes_it_back_or_the_leader_does(delegate: Callable[..., Delegation], sign_in: Any, office: Any):
    made = delegate("county:审核人", "county:统计员")
    fields = {"version": made.version, "reason": "提前返岗"}
    assert sign_in(office.people["county:另一审核人"]).post(f"/delegations/{made.id}/revoke", data=fields).status_code == 403
    assert sign_in(office.people["other:审核人"]).get(f"/delegations/{made.id}").status_code == 404
    leader = sign_in(office.people["county:局领导"])
    assert leader.post(f"/delegations/{made.id}/revoke", data=fields | {"reason": " "}).status_code == 422
    assert leader.post(f"/delegations/{made.id}/revoke", data=fields).status_code == 303
    again = leader.post(f"/delegations/{made.id}/revoke", data=fields)
    assert again.status_code == 409  # a second click
    session().expire_all()
    assert session().get_one(Delegation, made.id).state is DelegationState.REVOKED
    assert [entry.step for entry in history.entries_of("delegation", made.id)] == ["grant", "revoke"]


def test_the_list_says_which_stand(delegate: Callable[..., Delegation], reviewer: Any):
    now = delegate("county:审核人", "county:统计员")
    later = delegate("county:审核人", "county:办案人", date(2026, 12, 1), date(2026, 12, 2))
    standing, coming = text(reviewer.get("/delegations/")), text(reviewer.get("/delegations/?state=coming"))
    assert now.number in standing and later.number not in standing
    assert later.number in coming and now.number not in coming

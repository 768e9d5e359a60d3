"""复检机构: drawn from the list with everything that a draw promises, or named by hand where a single one is left."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from app import clock
from app.db import session, transaction
from app.domain.workflow import DrawingState, RetestState
from app.drawings.models import Drawing
from app.retests import queries
from tests.retests.conftest import HANDLER, REVIEWER, TODAY, Batch, clocks_of, draw, fetch, list_laboratories


def text(response: Any) -> str:
    return response.get_data(as_text=True)


@pytest.fixture
def accepted(failing: Batch, apply: Any, step: Any) -> int:
    retest_id = apply(failing)
    assert step(REVIEWER, retest_id, "accept", decided_on=TODAY).status_code == 303
    return retest_id


def test_nobody_is_named_before_he_is_drawn(accepted: int, listed: None, step: Any, sign_in: Any, office: Any) -> None:
    several = step(HANDLER, accepted, "designate", designated_on=TODAY, comment="便捷")
    assert several.status_code == 409 and "应当随机确定" in text(several)
    assert step(HANDLER, accepted, "freeze").status_code == 403  # 冻结 is the reviewer's and the statistician's
    assert step(REVIEWER, accepted, "freeze").status_code == 303
    undrawn = step(HANDLER, accepted, "designate", designated_on=TODAY, comment="便捷")
    assert undrawn.status_code == 409 and "还没有抽取" in text(undrawn)
    again = step(REVIEWER, accepted, "freeze")
    assert again.status_code == 409 and "已冻结名单" in text(again)
    draw(office, accepted, sign_in(office.people[REVIEWER]))
    reroll = step(REVIEWER, accepted, "freeze")  # nobody draws until the name suits him
    assert reroll.status_code == 409 and "请先按抽取结果确定复检机构" in text(reroll)


def test_the_list_shows_who_takes_no_part_and_why(accepted: int, listed: None, step: Any, sign_in: Any, office: Any) -> None:
    client = sign_in(office.people[REVIEWER])
    page = text(client.get(f"/retests/{accepted}"))
    assert "初检机构不得作为复检机构" in page
    row = queries.laboratory_coded(office.actor("county:系统管理员"), "FJ003")
    assert row is not None
    assert step(REVIEWER, accepted, "freeze", **{f"avoid-{row.id}": "与申请人有日常委托检验关系"}).status_code == 303
    found = fetch(office, accepted)
    drawing = queries.drawing_of(found)
    assert drawing is not None and drawing.subject == f"复检〔2026〕1号 确定复检机构（样品 {found.sample.number}）"
    assert [each.excluded_why for each in drawing.entries] == ["初检机构不得作为复检机构", None, "回避：与申请人有日常委托检验关系"]
    draw(office, accepted, client)
    step(HANDLER, accepted, "designate", designated_on=TODAY)
    found = fetch(office, accepted)
    assert found.laboratory is not None and found.laboratory.name == "华北复检中心"


def test_a_voided_list_may_be_frozen_anew(accepted: int, listed: None, step: Any, sign_in: Any, office: Any) -> None:
    step(REVIEWER, accepted, "freeze")
    drawing_id = fetch(office, accepted).drawing_id
    client = sign_in(office.people[REVIEWER])
    assert client.post(f"/drawings/{drawing_id}/void", data={"version": 1, "comment": "名录刚刚调整"}).status_code == 303
    assert step(REVIEWER, accepted, "freeze").status_code == 303
    assert fetch(office, accepted).drawing_id != drawing_id


def test_who_cannot_take_it_on_is_not_drawn_again(accepted: int, listed: None, step: Any, sign_in: Any, office: Any) -> None:
    """办法 32: the laboratory explains in writing; from those that are left another is determined."""
    step(REVIEWER, accepted, "freeze")
    draw(office, accepted, sign_in(office.people[REVIEWER]))
    step(HANDLER, accepted, "designate", designated_on=TODAY)
    first = fetch(office, accepted).laboratory
    assert first is not None
    name = first.name
    assert step(HANDLER, accepted, "redesignate", redesignated_on=TODAY, comment="").status_code == 422
    assert step(HANDLER, accepted, "redesignate", redesignated_on=TODAY, comment="仪器检修，书面说明").status_code == 303
    back = fetch(office, accepted)
    assert (back.state, back.laboratory_id, back.drawing_id) == (RetestState.ACCEPTED, None, None)
    clocks = clocks_of(accepted)
    assert clocks["RETEST_TRANSFER"].cancelled_at is not None and clocks["RETEST_ORG_REFUSE"].done_on == date(2026, 11, 20)
    assert clocks["RETEST_ORG"].done_on is None
    page = text(sign_in(office.people[HANDLER]).get(f"/retests/{accepted}"))
    assert "本次复检中已不能承担：仪器检修，书面说明" in page and "直接确定" in page  # a single one is left
    bare = step(HANDLER, accepted, "designate", designated_on=TODAY)
    assert bare.status_code == 422 and "书面说明理由" in text(bare)
    assert step(HANDLER, accepted, "designate", designated_on=TODAY, comment="名录中仅余一个").status_code == 303
    second = fetch(office, accepted).laboratory
    assert second is not None and second.name != name
    assert clocks_of(accepted)["RETEST_TRANSFER"].cancelled_at is None


def test_an_empty_list_is_said(accepted: int, step: Any, sign_in: Any, office: Any) -> None:
    assert "复检机构名录是空的" in text(sign_in(office.people[REVIEWER]).get(f"/retests/{accepted}"))
    assert step(REVIEWER, accepted, "freeze").status_code == 409
    assert step(HANDLER, accepted, "designate", designated_on=TODAY, comment="x").status_code == 409
    with transaction():
        list_laboratories(office, "衡清食品检验中心")  # only the first laboratory
    answer = step(REVIEWER, accepted, "freeze")
    assert answer.status_code == 409 and "没有可以抽取的复检机构" in text(answer)


def test_the_general_page_of_draws_does_not_offer_them(listed: None, sign_in: Any, office: Any) -> None:
    client = sign_in(office.people[REVIEWER])
    page = text(client.get("/drawings/new?kind=复检机构"))
    assert '<option value="复检机构"' not in page
    assert client.get("/drawings/?kind=复检机构").status_code == 200


def test_a_withdrawn_retest_leaves_no_draw_open_to_use(accepted: int, listed: None, step: Any, office: Any) -> None:
    step(REVIEWER, accepted, "freeze")
    assert step(HANDLER, accepted, "withdraw", ended_on=TODAY, comment="申请人书面撤回").status_code == 303
    assert step(HANDLER, accepted, "designate", designated_on=TODAY, comment="x").status_code == 409
    assert step(REVIEWER, accepted, "freeze").status_code == 409
    drawing = session().get_one(Drawing, fetch(office, accepted).drawing_id)
    assert drawing.state is DrawingState.COMMITTED and clock.today() == date(2026, 11, 20)

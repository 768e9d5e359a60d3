"""Drafts of the blocks of 办理情况: nothing typed is lost, with or without the script, and nobody overwrites anybody unasked."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from app import history
from app.db import session
from app.disposal.models import DisposalCase
from app.sampling.models import FormDraft
from tests.disposal.conftest import again

HANDLER = "county:办案人"
BLOCK = {"block": "产品控制", "control_on": "2026-11-20", "control": "封存 20 公斤，#还没写完", "recall_ordered": "是"}


@pytest.fixture
def mine(case: DisposalCase, act: Any) -> DisposalCase:
    act(HANDLER, case, "claim")
    return case


def drafts() -> list[FormDraft]:
    session().expire_all()
    return list(session().scalars(sa.select(FormDraft).order_by(FormDraft.id)))


def page(client: Any, case: DisposalCase, query: str = "") -> str:
    return client.get(f"/disposal/{case.id}{query}").text  # type: ignore[no-any-return]


def test_the_script_keeps_what_is_typed_and_it_is_offered_again(mine: DisposalCase, act: Any, sign_in: Any, office: Any) -> None:
    steps = len(history.entries_of("disposal_case", mine.id))
    kept = act(HANDLER, mine, "draft", auto="1", draft_revision=0, **BLOCK)
    assert kept.json["revision"] == 1
    assert act(HANDLER, mine, "draft", auto="1", draft_revision=1, **BLOCK | {"control": "改写"}).json["revision"] == 2
    assert (again(mine).control, len(history.entries_of("disposal_case", mine.id))) == (None, steps)  # scratch paper, not the record
    client = sign_in(office.people[HANDLER])  # he was signed out and comes back
    shown = page(client, mine)
    assert "您有未登记的草稿：产品控制" in shown and "改写" not in shown
    resumed = page(client, mine, "?draft=1")
    assert "改写</textarea>" in resumed and "下面是您的草稿" in resumed and 'name="draft_revision" value="2"' in resumed
    assert act(HANDLER, mine, "record", **BLOCK | {"control": "改写"}).status_code == 303
    assert again(mine).control == "改写" and "草稿" not in page(client, mine).replace("保存草稿", "")
    assert [(draft.closed_at is None, draft.fields) for draft in drafts()] == [(False, {})]


def test_without_a_script_the_button_does_the_same(mine: DisposalCase, act: Any, sign_in: Any, office: Any) -> None:
    shown = page(sign_in(office.people[HANDLER]), mine)
    assert f'formaction="/disposal/{mine.id}/draft"' in shown and "保存草稿" in shown
    sent = act(HANDLER, mine, "draft", draft_revision=0, **BLOCK | {"control_on": "没写对的日期"})
    assert sent.status_code == 303 and sent.headers["Location"].endswith("?draft=1#record")
    resumed = page(sign_in(office.people[HANDLER]), mine, "?draft=1")
    assert "封存 20 公斤，#还没写完" in resumed and "尚未登记：核对后请点" in resumed


def test_every_kind_of_field_comes_back(mine: DisposalCase, act: Any, sign_in: Any, office: Any) -> None:
    act(HANDLER, mine, "draft", draft_revision=0, block="处置数量", **{"quantities-MADE-amount": "12.5", "quantities-MADE-unit": "箱"})
    act(HANDLER, mine, "draft", draft_revision=0, block="原因排查", cause_codes=["进货查验不到位", "其他"], source_traced="是")
    act(HANDLER, mine, "draft", draft_revision=0, block="免除理由", **{"exempted-SERVED": "已停业"})
    resumed = page(sign_in(office.people[HANDLER]), mine, "?draft=1")
    assert 'value="12.5"' in resumed and '<option selected value="箱">' in resumed and 'value="已停业"' in resumed
    assert len(drafts()) == 3


def test_an_older_window_does_not_overwrite_a_newer_draft(mine: DisposalCase, act: Any) -> None:
    act(HANDLER, mine, "draft", auto="1", draft_revision=0, **BLOCK)
    act(HANDLER, mine, "draft", auto="1", draft_revision=1, **BLOCK | {"control": "新窗口"})
    late = act(HANDLER, mine, "draft", auto="1", draft_revision=1, **BLOCK | {"control": "旧窗口"})
    assert late.status_code == 409 and "另一个窗口" in late.json["message"]
    assert drafts()[0].fields["typed"]["control"] == ["新窗口"]


def test_whoever_goes_on_with_a_draft_is_told_what_was_recorded_since(mine: DisposalCase, act: Any, sign_in: Any, office: Any) -> None:
    act(HANDLER, mine, "draft", draft_revision=0, **BLOCK)
    act(HANDLER, mine, "record", control="另一窗口已登记", control_on="2026-11-20")
    resumed = page(sign_in(office.people[HANDLER]), mine, "?draft=1")
    assert "您填写草稿期间本案有新的登记" in resumed and "另一窗口已登记" in resumed and "封存 20 公斤，#还没写完" in resumed


def test_the_second_saver_keeps_his_text_and_his_draft(mine: DisposalCase, act: Any) -> None:
    act(HANDLER, mine, "draft", draft_revision=0, **BLOCK)
    version = again(mine).version
    act(HANDLER, mine, "record", remark="他人先保存", version=version)
    late = act(HANDLER, mine, "record", **BLOCK, version=version)
    assert late.status_code == 409 and "封存 20 公斤，#还没写完</textarea>" in late.text and "产品控制措施" in late.text
    assert drafts()[0].closed_at is None
    assert 'name="draft_revision" value="1"' in late.text


def test_a_draft_is_given_up_and_is_nobody_elses(mine: DisposalCase, act: Any, sign_in: Any, office: Any) -> None:
    act(HANDLER, mine, "draft", draft_revision=0, **BLOCK)
    assert "草稿" not in page(sign_in(office.people["county:审核人"]), mine).replace("保存草稿", "")
    for person, status in (("county:另一办案人", 403), ("county:审核人", 403), ("other:办案人", 404)):
        assert act(person, mine, "draft", draft_revision=0, **BLOCK).status_code == status
        assert act(person, mine, "draft/void").status_code == status
    assert act(HANDLER, mine, "draft/void").status_code == 303
    assert drafts()[0].closed_at is not None
    assert act(HANDLER, mine, "draft", auto="1", draft_revision=0, **BLOCK).json["revision"] > 1  # begun anew


@pytest.mark.parametrize(
    ("block", "control", "told"), [("没有的部分", "x", "没有这一部分"), ("产品控制", "长" * 60_000, "草稿超过 50000 个字")]
)
def test_what_is_no_draft_is_refused(mine: DisposalCase, act: Any, block: str, control: str, told: str) -> None:
    refused = act(HANDLER, mine, "draft", auto="1", draft_revision=0, block=block, control=control)
    assert refused.status_code == 422 and told in refused.json["message"] and drafts() == []

"""Drafts: kept every half minute, offered again, never overwritten by an older window, gone once registered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from flask.testing import FlaskClient

from app.db import session
from app.sampling.models import FormDraft, Sample
from tests.sheets.conftest import KEY, value_of

Sheet = Callable[..., dict[str, str]]
OTHER = "f" * 32


def save(client: FlaskClient, revision: int = 0, tab: str = "a", key: str = KEY, **fields: str) -> Any:
    return client.post("/sampling/drafts/save", data={"draft_key": key, "tab": tab, "revision": str(revision), **fields})


def drafts() -> list[FormDraft]:
    return list(session().scalars(sa.select(FormDraft).execution_options(populate_existing=True)))


def test_what_was_typed_comes_back_after_signing_in_again(
    office: Any, sign_in: Callable[..., FlaskClient], sampler: FlaskClient
) -> None:
    assert save(sampler, product_name="油麦菜", sampled_name="长春堂超市").json["revision"] == 1
    again = sign_in(office.people["county:抽样员"])  # the session ended, or the machine did
    page = again.get("/sampling/new").text
    assert "您有 1 份未登记的草稿" in page and f"draft={KEY}" in page
    assert "未登记的抽样单草稿" in again.get("/").text  # 待办
    page = again.get(f"/sampling/new?draft={KEY}").text
    assert value_of(page, "product_name") == "油麦菜" and value_of(page, "draft_key") == KEY


def test_a_draft_is_its_owners_alone(office: Any, sign_in: Callable[..., FlaskClient], sampler: FlaskClient) -> None:
    save(sampler, product_name="秘密样品")
    other = sign_in(office.people["county:统计员"])
    for address in ("/sampling/drafts", "/sampling/new", f"/sampling/new?draft={KEY}"):
        assert "秘密样品" not in other.get(address).text
    assert other.post(f"/sampling/drafts/{drafts()[0].id}/void").status_code == 404
    assert save(other, product_name="别人的").status_code == 200  # the same key of another person is another draft
    assert sorted(draft.title for draft in drafts()) == ["别人的", "秘密样品"]


def test_an_older_window_overwrites_nothing(sampler: FlaskClient) -> None:
    save(sampler, 0, "a", product_name="旧的")
    assert save(sampler, 1, "b", product_name="新的").json["revision"] == 2  # resumed in another window
    late = save(sampler, 1, "a", product_name="旧窗口")
    assert late.status_code == 409 and "另一个窗口" in late.json["message"]
    assert drafts()[0].fields["product_name"] == "新的"


def test_a_window_goes_on_after_a_lost_answer(sampler: FlaskClient) -> None:
    """The connection broke after the save: the window does not know its revision, and is not shut out."""
    save(sampler, 0, "a", product_name="一")
    assert save(sampler, 0, "a", product_name="二").json["revision"] == 2


def test_an_overtaken_window_registers_nothing(sampler: FlaskClient, sheet: Sheet) -> None:
    save(sampler, 0, "a", product_name="旧的")
    save(sampler, 1, "b", product_name="新的")
    answer = sampler.post("/sampling/new", data=sheet(draft_key=KEY, tab="a", revision="1"))
    assert answer.status_code == 409 and "本窗口的内容没有登记" in answer.text and "长春堂超市" in answer.text
    assert session().scalar(sa.select(sa.func.count()).select_from(Sample)) == 0


def test_registering_closes_and_empties_the_draft(sampler: FlaskClient, sheet: Sheet) -> None:
    save(sampler, 0, "a", sampled_phone="13812345678", product_name="油麦菜")
    assert sampler.post("/sampling/new", data=sheet(draft_key=KEY, tab="a", revision="1")).status_code == 303
    (draft,) = drafts()
    assert draft.closed_at is not None and draft.fields == {} and draft.title is None  # phones are kept apart now
    assert "您有" not in sampler.get("/sampling/new").text
    late = save(sampler, 1, "a", product_name="迟到的自动保存")  # sent while the page was being left
    assert late.status_code == 409 and "已经登记" in late.json["message"]
    assert save(sampler, 0, "c", product_name="迟到的自动保存").status_code == 409


def test_a_late_save_of_a_registered_sheet_makes_no_new_draft(sampler: FlaskClient, sheet: Sheet) -> None:
    assert sampler.post("/sampling/new", data=sheet(draft_key=KEY)).status_code == 303
    assert save(sampler).status_code == 409 and drafts() == []


def test_a_draft_given_up_is_offered_no_more(sampler: FlaskClient) -> None:
    save(sampler, product_name="不要了")
    assert "不要了" in sampler.get("/sampling/drafts").text
    assert sampler.post(f"/sampling/drafts/{drafts()[0].id}/void").status_code == 303
    assert "不要了" not in sampler.get("/sampling/drafts").text
    assert save(sampler, 1, "a", product_name="又来").status_code == 409


def test_a_draft_without_a_script(sampler: FlaskClient, sheet: Sheet) -> None:
    """存草稿: half a sheet, faults and all, is kept as typed."""
    answer = sampler.post("/sampling/new", data={"draft_key": KEY, "tab": "a", "revision": "0", "step": "draft",
                                                 "product_name": "油麦菜", "sampled_on": "2026-02-31"})  # fmt: skip
    assert answer.status_code == 303 and answer.location.endswith(f"draft={KEY}")
    page = sampler.get(answer.location).text
    assert value_of(page, "product_name") == "油麦菜" and value_of(page, "sampled_on") == "2026-02-31"


def test_what_is_no_field_is_not_kept_and_too_much_is_refused(sampler: FlaskClient) -> None:
    save(sampler, product_name="油麦菜", org_id="1", csrf_token="x")
    assert drafts()[0].fields == {"product_name": "油麦菜"}
    answer = save(sampler, 1, "a", remark="长" * 100_000)
    assert answer.status_code == 422 and "没有保存" in answer.json["message"]
    assert save(sampler, key="../../etc").status_code == 422
    assert save(sampler, key=OTHER, product_name="😀").status_code == 200


def test_who_registers_nothing_keeps_no_drafts(office: Any, sign_in: Callable[..., FlaskClient]) -> None:
    assert save(sign_in(office.people["county:办案人"])).status_code == 403

"""Item sets: typed, proposed, copied, versions kept, and what the entry of results is offered."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from app import clock
from app.db import transaction
from app.domain.item_rows import Item
from app.plans import item_proposals, item_saving, operations, queries
from app.plans.models import SamplingPlan
from tests.conftest import Office
from tests.plans.conftest import category, fresh, grain, issue, wheat

LEAD = {"item": "铅(以Pb计)", "item_kind": "抽检项目", "required": "是", "method": "GB 5009.12-2023", "max_text": "0.2", "unit": "mg/kg"}


def send(client: FlaskClient, plan: SamplingPlan, rows: list[dict[str, str]], at: int | None = None, seen: str = "", **fields: str) -> Any:
    named = {f"i:{place}:{name}": text for place, row in enumerate(rows) for name, text in row.items()}
    return client.post(f"/plans/{plan.id}/items/edit?category={at or wheat()}", data={"seen": seen, **named, **fields})


def names(plan: SamplingPlan, category_id: int | None = None) -> list[str]:
    found = queries.item_set(plan, category_id or wheat())
    return [one.item for one in found.items] if found else []


def store(plan: SamplingPlan, office: Office, category_id: int, *items: str, reason: str | None = None) -> None:
    with transaction():
        item_saving.save_sets(plan, {category_id: [Item(one) for one in items]}, office.actor("county:统计员"), clock.now(), reason)


def test_items_are_typed_and_kept_in_order(clerk: FlaskClient, plan: SamplingPlan) -> None:
    assert send(clerk, plan, [LEAD, {"item": "", "item_kind": "抽检项目"}, {"item": "苯甲酸", "required": "否"}]).status_code == 303
    found = queries.item_set(plan, wheat())
    assert found is not None
    assert [(one.ordinal, one.item, one.required, one.unit) for one in found.items] == [
        (1, "铅(以Pb计)", True, "mg/kg"), (2, "苯甲酸", False, None),
    ]  # fmt: skip
    assert "铅(以Pb计)、苯甲酸" in clerk.get(f"/plans/{plan.id}/items").text
    assert "检验项目：粮食加工品/小麦粉" in clerk.get(f"/plans/{plan.id}").text  # in the history


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"item": "🍜" * 300}, "超过 200 个字"),
        ({"item": "", "method": "GB 5009"}, "检验项目为空"),
        ({"item": "铅", "item_kind": "抽查"}, "请填写抽检项目或监测项目"),
        ({"item": "铅", "required": "也许"}, "请填写是或否"),
        ({"item": "铅", "basis": "法" * 10_000}, "超过 400 个字"),
    ],
)
def test_bad_rows_are_refused_and_kept(clerk: FlaskClient, plan: SamplingPlan, row: dict[str, str], words: str) -> None:
    sent = send(clerk, plan, [LEAD, row])
    assert sent.status_code == 422 and words in sent.text and "第 2 行" in sent.text and "GB 5009.12-2023" in sent.text
    assert names(plan) == []


def test_an_item_twice(clerk: FlaskClient, plan: SamplingPlan) -> None:
    sent = send(clerk, plan, [LEAD, {"item": "铅（以Pb计）"}])
    assert sent.status_code == 422 and "重复" in sent.text


def test_the_nearest_category_above_speaks(office: Office, plan: SamplingPlan) -> None:
    store(plan, office, grain(), "铅")
    below = category("粮食加工品/小麦粉/小麦粉")
    assert names(plan, below) == ["铅"]
    store(plan, office, wheat(), "镉")
    assert names(plan, below) == ["镉"]
    store(plan, office, wheat())  # emptied
    assert names(plan, below) == ["铅"]
    assert queries.item_set(plan, None) is None


def test_versions_are_kept_and_an_issued_set_stays_until_the_next_issue(clerk: FlaskClient, office: Office, plan: SamplingPlan) -> None:
    store(plan, office, wheat(), "铅")
    issue(plan, office)
    assert send(clerk, plan, [{"item": "镉"}], seen=str(queries.item_sets(plan.id)[0].id)).status_code == 409
    with transaction():
        operations.amend(fresh(plan), office.actor("county:统计员"), "增加项目")
    seen = str(queries.item_sets(plan.id)[0].id)
    assert send(clerk, plan, [{"item": "铅"}, {"item": "镉"}], seen=seen).status_code == 422  # without a reason
    assert send(clerk, plan, [{"item": "铅"}, {"item": "镉"}], seen=seen, reason="风险提示").status_code == 303
    assert names(fresh(plan)) == ["铅"]
    issue(fresh(plan), office, "增加项目")
    assert names(fresh(plan)) == ["铅", "镉"]
    page = clerk.get(f"/plans/{plan.id}/items/edit?category={wheat()}").text
    assert page.count("风险提示") == 1 and "历次版本" in page


def test_the_second_saver_is_told_and_keeps_what_was_typed(clerk: FlaskClient, office: Office, plan: SamplingPlan) -> None:
    store(plan, office, wheat(), "铅")
    late = send(clerk, plan, [{"item": "镉"}], seen="")
    assert late.status_code == 409 and "他人已保存的项目" in late.text and 'value="镉"' in late.text
    assert names(plan) == ["铅"]


def test_limits_propose_items(clerk: FlaskClient, plan: SamplingPlan) -> None:
    proposed = item_proposals.from_limits(plan, category("食用农产品/蔬菜/豆类蔬菜"))
    assert proposed and all(one.basis for one in proposed)
    sent = send(clerk, plan, [{"item": "自定项目"}], category("食用农产品/蔬菜/豆类蔬菜"), propose="1")
    assert sent.status_code == 200 and "自定项目" in sent.text and f'value="{proposed[0].item}"' in sent.text
    assert names(plan, category("食用农产品/蔬菜/豆类蔬菜")) == []  # proposed, not saved


def test_a_set_is_copied_from_another_category(clerk: FlaskClient, office: Office, plan: SamplingPlan) -> None:
    store(plan, office, grain(), "铅", "镉")
    sent = send(clerk, plan, [{"item": "铅"}], copy="1", source=f"{plan.id}:{grain()}")
    assert sent.status_code == 200 and sent.text.count('value="铅"') == 1 and 'value="镉"' in sent.text
    for wrong in ("9:9", f"{plan.id}:", "x", "99999999999999999999:1"):
        assert send(clerk, plan, [{"item": "铅"}], copy="1", source=wrong).status_code == 200


def test_who_may(stranger: FlaskClient, office: Office, sign_in: Any, plan: SamplingPlan) -> None:
    assert stranger.get(f"/plans/{plan.id}/items").status_code == 404
    sampler = sign_in(office.people["county:抽样员"])
    assert 'name="i:' not in sampler.get(f"/plans/{plan.id}/items/edit?category={wheat()}").text
    assert send(sampler, plan, [LEAD]).status_code == 403
    for query in ("category=99999999999999999999", "path=没有的", "path=" + "食" * 1000, ""):
        assert sampler.get(f"/plans/{plan.id}/items/edit?{query}").status_code == 404

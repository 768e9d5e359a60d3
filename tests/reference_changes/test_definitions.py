"""指标口径: proposed with the figures that would differ, in force when a second person adopts it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from app import clock
from app.authorize import local_operator
from app.domain.trust_states import ChangeState
from app.indicators import operations, queries
from tests.indicators.conftest import Batch, Books, books, defined  # noqa: F401
from tests.reference_changes.conftest import decide, newest_of, preview, proposed, send, text

FOODS = "domain in (食品;食用农产品)"


def planned() -> Any:
    found = queries.indicator(local_operator(), "jizhou", "14")
    assert found is not None
    return found


def typed(**given: str) -> dict[str, str]:
    return {"subject": str(planned().row.id), "formula": "pass_rate", "filter": FOODS, **given}


def test_a_definition_waits_for_a_second_person_with_the_figures_it_would_change(
    admin: FlaskClient, reviewer: FlaskClient, books: Books  # noqa: F811
) -> None:
    books.add(Batch(), at=clock.now() - timedelta(days=3))
    assert "第 14 项" in text(admin.get(f"/changes/new/definition.version?subject={planned().row.id}"))
    shown = text(preview(admin, "/changes/new/definition.version", typed()))
    assert "规划指标有 1 个数值或达标情况会变" in shown and FOODS in shown
    change = proposed(admin, "definition.version", typed())
    assert change.state is ChangeState.PROPOSED and planned().row.definition_version == 1
    (figure,) = change.effect["figures"]["rows"]
    assert figure["no"] == "14" and figure["before"] != figure["after"]
    assert figure["after"][0] in text(reviewer.get(f"/changes/{change.id}"))
    assert decide(reviewer, change).status_code == 303
    assert (planned().row.definition_version, planned().row.filter) == (2, FOODS)
    assert decide(reviewer, change, version="1").status_code == 409
    assert newest_of(change.id).effect["done"]["figures"]["count"] == 1


def test_what_was_changed_meanwhile_is_not_adopted(admin: FlaskClient, reviewer: FlaskClient) -> None:
    change = proposed(admin, "definition.version", typed())
    defined("jizhou", "14", "reported")
    late = decide(reviewer, change)
    assert late.status_code == 409 and "已被其他变更改动" in text(late)
    assert planned().row.formula == "reported"


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"filter": "domain = 宠物食品"}, "不是产品领域的取值"), ({"filter": "producer type = 小作坊"}, "不能按主体类型筛选"),
        ({"filter": "category = 山珍"}, "没有名为“山珍”的食品大类"), ({"filter": "domain = 食用农产品"}, "口径没有变化"),
        ({"formula": "made_up"}, "error-summary"),
    ],
)  # fmt: skip
def test_refuses_a_definition_nobody_could_count(admin: FlaskClient, given: dict[str, str], sentence: str) -> None:
    response = send(admin, "/changes/new/definition.version", typed(**given))
    assert response.status_code == 422 and sentence in text(response)
    assert operations.checked_definition(planned(), "pass_rate", FOODS) == FOODS

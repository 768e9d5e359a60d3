"""Each other kind of change, by its page: what it writes, and what it refuses."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from app.db import session
from app.domain.trust_states import ChangeState
from app.indicators.models import Plan, PlanIndicator, YearlyTarget
from app.legal_clocks.models import LegalClock
from app.reference_data import books, checks
from app.reference_data.models import CodeValue, DeadlineRuleRow, TestItem
from tests.disposal.conftest import MakeBatch, batch, open_cases  # noqa: F401
from tests.reference_changes.conftest import decide, newest_of, proposed, send, text

LEAFY = "食用农产品/蔬菜/叶菜类蔬菜"


def test_a_deadline_rule_moves_what_begins_under_it(
    admin: FlaskClient, reviewer: FlaskClient, batch: MakeBatch, open_cases: Callable[..., Any]  # noqa: F811
) -> None:
    open_cases(batch())
    running = session().scalars(sa.select(LegalClock).order_by(LegalClock.id)).first()
    assert running is not None
    rule = session().get_one(DeadlineRuleRow, running.rule_id)
    data = {
        "subject": str(rule.id), "amount": str(rule.amount + 3), "unit": rule.unit, "article": rule.article, "note": "",
        "valid_from": "2026-11-01", "confidence": "已核",
    }  # fmt: skip
    change = proposed(admin, "deadline.version", data)
    foreseen = {row["clock"]: row["after"] for row in change.effect["clocks"]["rows"]}
    assert running.id in foreseen
    assert decide(reviewer, change).status_code == 303
    moved = session().get_one(LegalClock, running.id)
    assert moved.due_on.isoformat() == foreseen[running.id]
    assert books.deadline_rule(rule.code, date(2026, 10, 31)).amount == rule.amount  # what began before stays
    assert books.deadline_rule(rule.code, date(2026, 11, 1)).amount == rule.amount + 3
    same = send(admin, "/changes/new/deadline.version", {**data, "subject": str(newest_rule(rule.code).id)})
    assert same.status_code == 422 and "没有变化" in text(same)


def newest_rule(code: str) -> DeadlineRuleRow:
    rows = sa.select(DeadlineRuleRow).where(DeadlineRuleRow.code == code, DeadlineRuleRow.superseded_at.is_(None))
    return session().scalars(rows.order_by(DeadlineRuleRow.valid_from.desc())).first()  # type: ignore[return-value]


def test_targets_of_the_end_and_of_a_year(admin: FlaskClient, reviewer: FlaskClient) -> None:
    plan = session().scalars(sa.select(Plan).where(Plan.code == "wulong")).one()
    current = sa.select(PlanIndicator).where(PlanIndicator.plan_id == plan.id, PlanIndicator.superseded_at.is_(None))
    row = session().scalars(current.order_by(PlanIndicator.ordinal)).first()
    assert row is not None
    data = {"subject": str(plan.id), "no": row.no, "scope": "规划期末目标", "year": "", "op": "≥", "target": "77.5"}
    change = proposed(admin, "target.set", data)
    assert set(change.effect) >= {"figures"}
    assert decide(reviewer, change).status_code == 303
    now = session().scalars(current.where(PlanIndicator.no == row.no)).one()
    assert (now.target, now.definition_version, now.name) == (Decimal("77.5"), row.definition_version + 1, row.name)
    yearly = proposed(admin, "target.set", {**data, "scope": "年度目标", "year": "2026", "target": "60"})
    assert decide(reviewer, yearly).status_code == 303
    kept = session().scalars(
        sa.select(YearlyTarget).where(
            YearlyTarget.plan_id == plan.id, YearlyTarget.no == row.no, YearlyTarget.year == 2026, YearlyTarget.superseded_at.is_(None)
        )
    ).one()
    assert kept.target == 60
    refused = send(admin, "/changes/new/target.set", {**data, "no": "999"})
    assert refused.status_code == 422 and "没有这个指标" in text(refused)


def test_codes_are_added_at_once_and_retired_by_two(admin: FlaskClient, reviewer: FlaskClient) -> None:
    row = session().scalars(sa.select(CodeValue).order_by(CodeValue.id)).first()
    assert row is not None
    name, before = row.list_name, books.code_list(row.list_name)
    change = proposed(admin, "code.new", {"subject": name, "value": "新增的代码"})
    assert change.state is ChangeState.ADOPTED and change.decided_by_id is None
    assert books.code_list(name) == [*before, "新增的代码"]
    assert "不需第二人复核" in text(admin.get(f"/changes/{change.id}"))
    retired = proposed(admin, "code.retire", {"subject": str(row.id), "valid_to": "2026-11-19"})
    assert row.value in books.code_list(name)
    assert decide(reviewer, retired).status_code == 303
    assert row.value not in books.code_list(name)
    assert row.value in text(admin.get("/reference/codes"))  # still read
    assert not [line for line in checks.check_reference() if row.value in line]  # the office's own decision is no discrepancy
    last = session().scalars(sa.select(CodeValue).where(CodeValue.value == "新增的代码")).one()
    assert proposed(admin, "code.order", {"subject": str(last.id), "ordinal": "1"}).state is ChangeState.ADOPTED
    again = send(admin, "/changes/new/code.new", {"subject": name, "value": "新增的代码"})
    assert again.status_code == 422 and "已有" in text(again)


@pytest.mark.parametrize(
    ("act", "data", "found"),
    [
        (
            "item.new", {"name": "全氟辛酸", "item_class": "有机污染物", "unit": "μg/kg"},
            lambda: books.item_book().resolve("全氟辛酸").known,
        ),
        ("item.alias", {"written": "铅元素总量", "name": "铅"}, lambda: books.item_book().resolve("铅元素总量").name == "铅"),
        ("category.new", {"parent": LEAFY, "name": "芽苗菜"}, lambda: books.category_book().by_path(f"{LEAFY}/芽苗菜") is not None),
        ("category.alias", {"written": "农产品/菜叶", "path": LEAFY}, lambda: books.category_book().resolve("农产品/菜叶").path == LEAFY),
        (
            "region.new", {"code": "120119999", "name": "试验镇", "level": "乡级", "parent_code": "120119"},
            lambda: books.region_book().id("120119999"),
        ),
    ],
)  # fmt: skip
def test_what_only_adds_takes_effect_at_once(admin: FlaskClient, act: str, data: dict[str, str], found: Callable[[], Any]) -> None:
    change = proposed(admin, act, data)
    assert newest_of(change.id).state is ChangeState.ADOPTED and found()
    again = send(admin, f"/changes/new/{act}", data)
    assert again.status_code == 422 and ("已" in text(again))


@pytest.mark.parametrize(
    ("act", "data", "sentence"),
    [
        ("item.alias", {"written": "某物", "name": "没有的项目"}, "不在项目库中"),
        ("category.new", {"parent": "没有/这类", "name": "某"}, "没有这个上级分类"),
        ("category.alias", {"written": "某", "path": "没有/这类"}, "不在分类库中"),
        ("code.new", {"subject": "没有的表", "value": "某"}, "没有这张代码表"),
        ("region.new", {"code": "12", "name": "某", "level": "乡级", "parent_code": "120119"}, "代码"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(admin: FlaskClient, act: str, data: dict[str, str], sentence: str) -> None:
    response = send(admin, f"/changes/new/{act}", data)
    assert response.status_code == 422 and sentence in text(response)


def test_every_form_opens_from_its_row(admin: FlaskClient, office: Any) -> None:
    from app.reference_changes.forms import FORMS
    from app.reference_changes.views import ELSEWHERE

    for act in FORMS:
        laboratory = str(office.orgs["lab"].id)
        subject = "代码表" if act == "code.new" else laboratory if act.value.startswith("laboratory") else "1"
        expected = 404 if act in ELSEWHERE else 200
        assert admin.get(f"/changes/new/{act.value}?subject={subject}").status_code == expected, act
    assert session().scalar(sa.select(sa.func.count()).select_from(TestItem))

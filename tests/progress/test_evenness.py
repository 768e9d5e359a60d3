"""均衡性 on the page, by command, and among the indicators. Today is 2026-11-20."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from app.domain.quotas import Cell
from app.domain.samples import Purpose
from tests.indicators.conftest import JIZHOU
from tests.progress.conftest import WENCHANG, Desk, category, region


def test_the_meter_by_month_township_and_food(app: Any, desk: Desk, office: Any, sign_in: Any) -> None:
    cells = {Cell(month=1): 10, Cell(month=2): 10, Cell(region_id=region(WENCHANG)): 5, Cell(region_id=region("120119101")): 15}
    plan = desk.plan(20, {**cells, Cell(category_id=category("肉制品")): 20})
    desk.sheet(6, sampled_on=date(2026, 1, 9), region=WENCHANG)
    desk.sheet(2, sampled_on=date(2026, 2, 10), region="120119101")
    result = app.test_cli_runner().invoke(args=["progress", "balance", "--plan", str(plan.id), "--json"])
    data = json.loads(result.stdout)
    # months ¾ and ¼ against ½ and ½; townships ¾ and ¼ against ¼ and ¾; foods as planned
    assert data["month"]["balance"] == "0.75"
    assert data["area"]["balance"] == "0.50"
    assert data["category"]["balance"] == "1.00"
    assert [(one["label"], one["gap"]) for one in data["area"]["parts"]] == [
        ("文昌街道", "偏多 4.0 批次"), ("洇溜镇", "偏少 4.0 批次"),
    ]  # fmt: skip
    page = sign_in(office.people["county:统计员"]).get(f"/progress/{plan.id}").text
    assert "偏多 4.0 批次" in page
    assert "抽样均衡度＝1－½" in page


def test_a_plan_that_is_not_divided_by_food_says_so(desk: Desk, office: Any, sign_in: Any) -> None:
    plan = desk.plan(20)
    page = sign_in(office.people["county:统计员"]).get(f"/progress/{plan.id}").text
    assert "计划没有按这一维度分解批次" in page
    assert "均衡度为“—”" in page


def test_the_indicator_reads_the_months_of_the_plan_in_force(app: Any, desk: Desk, office: Any) -> None:
    from app.domain.indicators import FORMULAS, Condition, Field, Period
    from app.indicators.figures import figure
    from app.indicators.frames import Frame, area_by_code
    from app.reference_data.books import region_book

    def asked(*conditions: Condition) -> str:
        frame = Frame(office.actor("county:统计员"), area_by_code(region_book(), JIZHOU), Period(2026))
        return figure(frame, FORMULAS["balance"], conditions).display

    desk.sheet(6, sampled_on=date(2026, 1, 2))  # reported in January
    desk.sheet(2, sampled_on=date(2026, 2, 2))  # reported in February
    spread_evenly = asked()
    assert spread_evenly not in ("0.75", "—")
    desk.plan(20, {Cell(month=1): 10, Cell(month=2): 10}, special=True)  # a special plan is not the area's plan
    assert asked() == spread_evenly
    desk.plan(20, {Cell(month=1): 10, Cell(month=2): 10})
    assert asked() == "0.75"
    assert asked(Condition(Field.PURPOSE, (Purpose.SUPERVISION.value,))) == "0.75"
    assert asked(Condition(Field.PURPOSE, (Purpose.EVALUATION.value,))) == "—"  # nothing sampled for that

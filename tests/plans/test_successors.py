"""停用的名称 in a plan: what still names it is offered to go to what takes its place, row by row, with history; nothing else moves."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from app import clock
from app.db import session, transaction
from app.domain.quotas import Cell
from app.errors import NotAllowedNow, NotLikeThis
from app.history import entries_of
from app.plans import successors
from app.plans.models import SamplingPlan
from app.reference_data import standing
from app.reference_data.books import category_book, region_book
from app.reference_data.models import Region, WordStanding
from app.reference_data.standing import WordKind
from tests.plans.conftest import fresh, issue, numbers, save

MEAT, DAIRY, DRINKS = "肉制品", "乳制品", "饮料"


def food(path: str) -> int:
    found = category_book().by_path(path)
    assert found is not None, path
    return found.id


def retire(kind: WordKind, number: int, successor: int | None) -> None:
    with transaction():
        session().add(WordStanding(
            kind=kind.value, subject_id=number, retired=True, valid_from=date(2026, 1, 1), successor_id=successor, source="公告",
            recorded_at=clock.now(),
        ))  # fmt: skip


def test_rows_go_to_what_takes_their_place(plan: SamplingPlan, office: Any) -> None:
    """Two names one after another, and one without a successor; what was planned at the successor is added to."""
    save(plan, office, {Cell(food(MEAT)): 40, Cell(food(MEAT), month=3): 10, Cell(food(DAIRY)): 5, Cell(food("糕点")): 7})
    retire(WordKind.CATEGORY, food(MEAT), food(DRINKS))
    retire(WordKind.CATEGORY, food(DRINKS), food(DAIRY))
    retire(WordKind.CATEGORY, food("糕点"), None)
    rows = successors.offers(plan)
    assert [(one.batches, one.target_words, one.refusal) for one in rows if one.target is None] == [(7, None, successors.NO_SUCCESSOR)]
    with transaction():
        found = successors.move(plan, [one.cell.key for one in rows], office.actor("county:统计员"), clock.now())
    assert numbers(plan) == {Cell(food(DAIRY)): 45, Cell(food(DAIRY), month=3): 10, Cell(food("糕点")): 7}
    assert sum("已改到乳制品" in said for said in successors.told(found)) == 2
    assert [one.refusal for one in found if one.refusal] == [successors.NO_SUCCESSOR]
    entry = entries_of("sampling_plan", plan.id)[-1]
    assert entry.comment == successors.REASON and MEAT in json.dumps(entry.changes, ensure_ascii=False)


def test_a_region_that_went_elsewhere(plan: SamplingPlan, office: Any) -> None:
    """A township merged into one outside the plan's county is told, and stays."""
    county = region_book().id("120119")
    inside, other = session().scalars(sa.select(Region.id).where(Region.parent_id == county).order_by(Region.code).limit(2)).all()
    outside = region_book().id("130000")
    save(plan, office, {Cell(region_id=inside): 8})
    retire(WordKind.REGION, inside, outside)
    (row,) = successors.offers(plan)
    assert row.refusal is not None and "不在计划区域" in row.refusal
    retire(WordKind.REGION, inside, other)
    (row,) = successors.offers(plan)
    assert row.refusal is None and standing.successor_in_use(WordKind.REGION, inside) == other


def test_only_while_the_plan_may_be_edited(plan: SamplingPlan, office: Any, sign_in: Callable[..., Any]) -> None:
    save(plan, office, {Cell(food(MEAT)): 40})
    issue(plan, office)
    retire(WordKind.CATEGORY, food(MEAT), food(DAIRY))
    key = [one.cell.key for one in successors.offers(fresh(plan))]
    with pytest.raises(NotAllowedNow, match="请先点“调整计划”"), transaction():
        successors.move(fresh(plan), key, office.actor("county:统计员"), clock.now())
    page = sign_in(office.people["county:统计员"]).get(f"/plans/{plan.id}").text
    assert "停用的名称" in page and "请先点“调整计划”" in page and ">改到接替的名称</button>" not in page
    assert numbers(plan) == {Cell(food(MEAT)): 40}


def test_by_page_and_by_command(app: Any, plan: SamplingPlan, office: Any, sign_in: Callable[..., Any]) -> None:
    save(plan, office, {Cell(food(MEAT)): 40, Cell(food(DRINKS)): 5})
    retire(WordKind.CATEGORY, food(MEAT), food(DAIRY))
    retire(WordKind.CATEGORY, food(DRINKS), food(DAIRY))
    client, version = sign_in(office.people["county:统计员"]), fresh(plan).version
    assert ">改到接替的名称</button>" in client.get(f"/plans/{plan.id}").text
    address = f"/plans/{plan.id}/successors"
    stale = client.post(address, data={"version": version - 1, "cell": Cell(food(MEAT)).key})
    assert stale.status_code == 409 and "已被他人修改" in stale.text
    nothing = client.post(address, data={"version": version})
    assert nothing.status_code == 422 and "请选择要改到接替名称的批次" in nothing.text
    done = client.post(address, data={"version": version, "cell": Cell(food(MEAT)).key}, follow_redirects=True)
    assert "肉制品 40 批：已改到乳制品" in done.text and numbers(plan) == {Cell(food(DAIRY)): 40, Cell(food(DRINKS)): 5}
    assert sign_in(office.people["other:统计员"]).post(address, data={"version": version}).status_code == 404
    assert sign_in(office.people["county:审核人"]).post(address, data={"version": version}).status_code == 403
    run = app.test_cli_runner().invoke
    listed = json.loads(run(args=["plans", "successors", str(plan.id), "--json"]).stdout)
    assert [(one["batches"], one["to"]) for one in listed] == [(5, DAIRY)]
    assert "已改到乳制品" in run(args=["plans", "successors", str(plan.id), "--confirm"]).stdout
    assert numbers(plan) == {Cell(food(DAIRY)): 45}
    refused = run(args=["plans", "successors", str(plan.id), "--confirm"])
    assert refused.exit_code == 1 and "没有停用的名称" in refused.stderr
    with pytest.raises(NotLikeThis), transaction():
        successors.move(fresh(plan), [], office.actor("county:统计员"), clock.now())

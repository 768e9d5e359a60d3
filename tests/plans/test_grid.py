"""The grid: one save for what was typed, refusals at their cells, two people at once on both databases."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from app import clock
from app.authorize import local_operator
from app.chain import HistoryEntry
from app.db import session, transaction
from app.domain.quotas import PLAN, Cell
from app.domain.samples import AreaType, Link
from app.domain.workflow import PlanState, PlanStep
from app.errors import NotAllowedNow
from app.plans import issuing, operations, queries, quota_saving
from app.plans.models import PlanQuota, SamplingPlan
from app.plans.quota_saving import QuotasClash
from tests.conftest import Office
from tests.plans.conftest import fresh, grain, header, issue, numbers, save, township, wheat
from tests.queries import counting


def send(client: FlaskClient, plan: SamplingPlan, cells: dict[Cell | str, str], seen: str = "*=500", query: str = "", **fields: str) -> Any:
    named = {f"q:{cell.key if isinstance(cell, Cell) else cell}": text for cell, text in cells.items()}
    return client.post(f"/plans/{plan.id}/grid{query}", data={"seen": seen, **named, **fields})


def test_numbers_typed_are_saved_at_once(clerk: FlaskClient, plan: SamplingPlan) -> None:
    sent = send(clerk, plan, {Cell(grain()): "１００", Cell(grain(), month=1): "8", Cell(grain(), month=2): " 1 ", Cell(wheat()): ""})
    assert sent.status_code == 303
    assert numbers(plan) == {Cell(grain()): 100, Cell(grain(), month=1): 8, Cell(grain(), month=2): 1}
    page = clerk.get(f"/plans/{plan.id}/grid").text
    assert re.search(rf'name="q:c{grain()}\|m01" value="8"', page)


def test_clearing_and_the_total_through_the_grid(clerk: FlaskClient, office: Office, plan: SamplingPlan) -> None:
    save(plan, office, {Cell(grain()): 100, Cell(wheat()): 20})
    seen = f"*=500;c{grain()}=100;c{wheat()}=20"
    assert send(clerk, plan, {Cell(wheat()): "", PLAN: "450"}, seen).status_code == 303
    assert numbers(plan) == {Cell(grain()): 100} and fresh(plan).total == 450
    refused = send(clerk, plan, {PLAN: ""}, f"*=450;c{grain()}=100")
    assert refused.status_code == 422 and "计划总批次不能为空" in refused.text


def test_all_refusals_come_back_at_their_cells_and_what_was_typed_stays(clerk: FlaskClient, office: Office, plan: SamplingPlan) -> None:
    place = township()
    save(plan, office, {Cell(grain(), place): 100, Cell(grain(), place, month=1): 96})
    seen = f"c{grain()}|r{place}=100;c{grain()}|r{place}|m01=96"
    cells: dict[Cell | str, str] = {
        Cell(grain(), place, month=2): "10", Cell(grain(), place, month=3): "-4", Cell(grain(), place, month=4): "🍜",
        Cell(grain(), place, month=5): "9" * 10_000,
    }  # fmt: skip
    sent = send(clerk, plan, cells, seen, f"?across=month&region={place}")
    assert sent.status_code == 422
    for words in ("不能为负数", "不是批次", "批次过大", "按月分解已 96 批，还可分配 4 批，不能再填 10 批"):
        assert words in sent.text, words
    assert "有 4 格需要修改" in sent.text and 'value="-4"' in sent.text and 'value="10"' in sent.text
    assert sent.text.count('aria-invalid="true"') == 4
    assert numbers(plan) == {Cell(grain(), place): 100, Cell(grain(), place, month=1): 96}  # nothing of it was saved


def test_a_refusal_about_a_cell_of_another_plane_is_told_too(clerk: FlaskClient, plan: SamplingPlan) -> None:
    sent = send(clerk, plan, {Cell(month=1): "501"}, query="?across=link")
    assert sent.status_code == 422 and "1月（填写“501”）" in sent.text


@pytest.mark.parametrize("key", ["m13", "c99999999", "r1", "x", "m01|m02"])
def test_cells_that_do_not_exist(clerk: FlaskClient, plan: SamplingPlan, key: str) -> None:
    sent = send(clerk, plan, {key: "5"})
    assert sent.status_code == 422 and numbers(plan) == {}


def test_lowering_a_coarse_number_never_deletes_finer_ones(clerk: FlaskClient, office: Office, plan: SamplingPlan) -> None:
    save(plan, office, {Cell(grain()): 100, Cell(wheat()): 60, Cell(grain(), month=1): 30})
    seen = f"*=500;c{grain()}=100;c{wheat()}=60;c{grain()}|m01=30"
    refused = send(clerk, plan, {Cell(grain()): "59"}, seen)
    assert refused.status_code == 422 and "按分类已分解 60 批，不能改为 59 批" in refused.text
    assert send(clerk, plan, {Cell(grain()): "60"}, seen).status_code == 303
    assert send(clerk, plan, {Cell(grain()): ""}, f"*=500;c{grain()}=60").status_code == 303
    assert numbers(plan) == {Cell(wheat()): 60, Cell(grain(), month=1): 30}


def test_the_second_saver_sees_both_numbers_and_keeps_what_was_typed(clerk: FlaskClient, office: Office, plan: SamplingPlan) -> None:
    save(plan, office, {Cell(grain()): 100})
    seen = f"*=500;c{grain()}=100"
    assert send(clerk, plan, {Cell(grain()): "110"}, seen).status_code == 303
    late = send(clerk, plan, {Cell(grain()): "120", Cell(wheat()): "7"}, seen)
    assert late.status_code == 409
    assert re.search(r"粮食加工品</th><td class=\"num\">100</td><td class=\"num\"><b>110</b></td><td class=\"num\"><b>120</b>", late.text)
    assert 'value="120" data-saved="110"' in late.text and 'value="7"' in late.text
    assert numbers(plan) == {Cell(grain()): 110}
    again = re.search(r'name="seen" value="([^"]+)"', late.text)
    assert again is not None
    assert send(clerk, plan, {Cell(grain()): "120", Cell(wheat()): "7"}, again[1]).status_code == 303  # knowingly
    assert numbers(plan) == {Cell(grain()): 120, Cell(wheat()): 7}


def test_two_people_on_different_cells_both_save(clerk: FlaskClient, plan: SamplingPlan) -> None:
    assert send(clerk, plan, {Cell(grain()): "110"}).status_code == 303
    assert send(clerk, plan, {Cell(wheat()): "7"}).status_code == 303  # the page was opened before the first save
    assert numbers(plan) == {Cell(grain()): 110, Cell(wheat()): 7}


def test_saving_nothing_new_writes_nothing(clerk: FlaskClient, plan: SamplingPlan) -> None:
    before = session().scalar(sa.select(sa.func.count()).select_from(HistoryEntry))
    page = send(clerk, plan, {PLAN: "500"})
    assert page.status_code == 303
    assert session().scalar(sa.select(sa.func.count()).select_from(HistoryEntry)) == before


def test_history_names_cells_and_numbers(clerk: FlaskClient, office: Office, plan: SamplingPlan) -> None:
    save(plan, office, {Cell(grain(), township(), Link.CATERING, 3, AreaType.RURAL): 4})
    page = clerk.get(f"/plans/{plan.id}").text
    assert re.search(r"粮食加工品 · \S+ · 餐饮 · 3月 · 乡村：4", page)


def test_a_category_is_added_by_typing(clerk: FlaskClient, plan: SamplingPlan) -> None:
    path = "粮食加工品/小麦粉"
    assert f'name="q:c{wheat()}"' not in clerk.get(f"/plans/{plan.id}/grid").text
    sent = send(clerk, plan, {Cell(grain()): "5"}, category=path, add="1")
    assert sent.status_code == 200 and f'name="q:c{wheat()}"' in sent.text and 'value="5"' in sent.text
    assert numbers(plan) == {}
    for wrong in ("没有的分类", "粮食加工品/没有的", "食" * 10_000):
        refused = send(clerk, plan, {Cell(grain()): "5"}, category=wrong, add="1")
        assert refused.status_code == 422 and "请从列表中选择" in refused.text


def test_every_plane_can_be_looked_at(clerk: FlaskClient, plan: SamplingPlan) -> None:
    for query in ("across=region", "across=link&month=3", "across=area_type&link=餐饮", f"across=month&region={township()}&area_type=城市"):
        page = clerk.get(f"/plans/{plan.id}/grid?{query}")
        assert page.status_code == 200 and "全部食品" in page.text
    assert clerk.get(f"/plans/{plan.id}/grid?across=x&month=13&region=1&link=y").status_code == 200


def test_without_a_script_a_full_form_is_taken(clerk: FlaskClient, plan: SamplingPlan) -> None:
    """Every field of a large grid at once, more than an ordinary form may have."""
    page = clerk.get(f"/plans/{plan.id}/grid?across=region").text
    names = re.findall(r'name="(q:[^"]+)"', page)
    fields = {name: "" for name in names} | {f"q:c{wheat()}|m{month:02d}|{kind}": "" for month in range(1, 13) for kind in AreaType}
    assert len(names) > 900
    sent = clerk.post(f"/plans/{plan.id}/grid?across=region", data={**fields, **{f"q:x{n}": "" for n in range(1500)}, "seen": "*=500"})
    assert sent.status_code == 422 and "有 1500 格不是本计划的单元格" in sent.text


def test_readers_see_numbers_and_no_inputs(office: Office, sign_in: Any, clerk: FlaskClient, plan: SamplingPlan) -> None:
    save(plan, office, {Cell(grain()): 100})
    sampler = sign_in(office.people["county:抽样员"])
    assert 'name="q:' not in sampler.get(f"/plans/{plan.id}/grid").text
    issue(plan, office)
    assert 'name="q:' not in clerk.get(f"/plans/{plan.id}/grid").text
    refused = send(clerk, plan, {Cell(grain()): "90"}, f"c{grain()}=100")
    assert refused.status_code == 409 and "请先点“调整计划”" in refused.text


def test_the_grid_sends_no_statement_per_row(app: Flask, office: Office, clerk: FlaskClient, plan: SamplingPlan) -> None:
    save(plan, office, {Cell(grain()): 100})
    clerk.get(f"/plans/{plan.id}/grid")
    with counting(app) as few:
        clerk.get(f"/plans/{plan.id}/grid")
    save(plan, office, {Cell(wheat(), month=month): 1 for month in range(1, 13)})
    with counting(app) as many:
        clerk.get(f"/plans/{plan.id}/grid")
    assert many.count <= few.count, many


# ---------------------------------------------------------------- at the same moment

@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def either(request: pytest.FixtureRequest) -> Iterator[Flask]:
    yield request.getfixturevalue("app" if request.param == "sqlite" else "pg_app")


def test_two_people_at_once_on_one_cell(either: Flask) -> None:
    """One number stands, the other saver is told; and the sum of what both add never exceeds the parent."""
    operator = local_operator()
    with transaction():
        made = operations.create(header(total=100), operator, clock.now())
    cells = [Cell(month=1), Cell(month=1), Cell(month=2), Cell(month=3)]
    outcomes: list[str] = []
    start = threading.Barrier(len(cells))

    def one(number: int) -> None:
        with either.app_context():
            found = session().get(SamplingPlan, made.id)
            assert found is not None
            start.wait()
            try:
                with transaction():
                    quota_saving.save_quotas(found, {cells[number]: 40 + number}, operator, clock.now(), None, seen={PLAN: 100})
                outcomes.append("saved")
            except QuotasClash:
                outcomes.append("clash")
            except quota_saving.QuotasRefused:
                outcomes.append("refused")

    threads = [threading.Thread(target=one, args=(number,)) for number in range(len(cells))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    session().expire_all()
    assert sorted(outcomes) in (["clash", "refused", "saved", "saved"], ["refused", "refused", "saved", "saved"])
    standing = queries.quotas_by_cell(made.id)
    assert sum(number for cell, number in standing.items() if cell != PLAN) <= 100
    rows = session().scalars(sa.select(PlanQuota.cell).where(PlanQuota.superseded_at.is_(None))).all()
    assert len(rows) == len(set(rows))


def test_only_one_of_two_general_plans_is_issued_at_once(either: Flask) -> None:
    operator = local_operator()
    with transaction():
        made = [operations.create(header(name=f"计划{n}"), operator, clock.now()) for n in range(2)]
    with transaction():
        session().execute(sa.text("UPDATE sampling_plan SET state = :state").bindparams(state=PlanState.APPROVED.value))
    outcomes: list[str] = []
    start = threading.Barrier(2)

    def one(number: int) -> None:
        with either.app_context():
            found = session().get(SamplingPlan, number)
            assert found is not None
            start.wait()
            try:
                with transaction():
                    issuing.issue(found, operator, clock.now(), None)
                outcomes.append(PlanStep.ISSUE.value)
            except NotAllowedNow:
                outcomes.append("refused")

    threads = [threading.Thread(target=one, args=(plan.id,)) for plan in made]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["issue", "refused"]


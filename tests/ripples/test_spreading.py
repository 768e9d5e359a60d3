"""波及清单: what a changed conclusion touches becomes tasks of whom it concerns."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app import clock, history
from app.db import engine, session, transaction
from app.domain.case_kinds import RippleCause
from app.domain.samples import Verdict
from app.domain.workflow import ReturnState
from app.exports.models import MonthlyReturn
from app.reference_data.books import region_book
from app.results import operations as results
from app.ripples import operations
from app.ripples.models import RippleTask
from app.sampling import operations as sampling
from tests.conftest import Office
from tests.decisions.conftest import import_rows
from tests.decisions.test_decisions import decide, propose
from tests.results.material import lab_row
from tests.ripples.conftest import (
    NUMBER,
    cases,
    disown,
    done_about,
    enterprise,
    failing,
    kinds,
    lists,
    overturn,
    retest_of,
    tasks,
    the_sample,
)

PASSING = [lab_row(NUMBER, "毒死蜱", "0.1"), lab_row(NUMBER, "铅", "0.1")]


def monthly(office: Office, org: str = "county", code: str = "120119", sealed: bool = True) -> int:
    """A return of November made now."""
    with transaction():
        made = MonthlyReturn(
            org_id=office.orgs[org].id, region_id=region_book().id(code), month=202611, as_of=clock.now(), sha256="-", chain_head="-",
            state=ReturnState.SEALED if sealed else ReturnState.DRAFT, number=f"抽检月报〔2026〕{org}号" if sealed else None,
            created_at=clock.now(),
        )  # fmt: skip
        session().add(made)
        session().flush()
        return int(made.id)


def test_everything_that_rests_on_the_conclusion_is_listed(app: Flask, office: Office) -> None:
    firm = enterprise(office, "蓟州区惠民超市")
    failing(office, sampled_enterprise_id=firm)
    case = cases()["流通"]
    made = done_about(office, case)
    monthly(office)
    ripple = overturn(office, source=retest_of(office, fee=800, prepaid_on=date(2026, 11, 16)))
    assert ripple is not None and (ripple.before, ripple.after, ripple.cause) == ("不合格", "合格", RippleCause.RETEST)
    assert kinds(ripple) == [
        "核查处置案件", "行政处罚", "信息公开", "已送达文书", "移送协查", "失信名单", "风险等级", "已上报报表", "复检费用",
    ]  # fmt: skip
    found = {task.kind.value: task for task in tasks(ripple)}
    assert (found["行政处罚"].subject_kind, found["行政处罚"].subject_id) == ("penalty", made["penalty"].id)
    assert "撤销该决定，退还已缴纳的罚没款 5,000 元" in found["行政处罚"].what
    assert (found["信息公开"].subject_kind, found["信息公开"].subject_id) == ("case_publication", made["publication"].id)
    assert "请撤下，并公布变更后的结论（合格）" in found["信息公开"].what
    assert "书面告知受送达人" in found["已送达文书"].what and "不予列入" in found["失信名单"].what
    assert "月报已封存" in found["已上报报表"].what and "800 元由抽样检验部门承担" in found["复检费用"].what
    assert [task.automatic for task in tasks(ripple)] == [True] + [False] * 8
    assert history.entries_of("ripple_task", found["行政处罚"].id)[0].step == "open"


def test_every_office_has_a_list_with_its_own_tasks(app: Flask, office: Office) -> None:
    failing(office)
    done_about(office, cases()["流通"])
    monthly(office, "city", "120000")
    ripple = overturn(office)
    by_org = {one.org_id: kinds(one) for one in lists()}
    assert ripple is not None and ripple.org_id == office.orgs["county"].id
    assert by_org[office.orgs["other"].id] == ["移送协查"] and by_org[office.orgs["city"].id] == ["已上报报表"]
    assert len(by_org) == 3


def test_a_denied_producer_touches_only_its_own_side(app: Flask, office: Office) -> None:
    maker = enterprise(office)
    failing(office, producer_name="武隆区青山食品厂", producer_id=maker)
    done_about(office, cases()["流通"])
    made = done_about(office, cases()["生产"])
    ripple = disown(office)
    told = {(task.kind.value, task.subject_id) for task in tasks(ripple)}
    assert ("行政处罚", made["penalty"].id) in told and ("风险等级", maker) in told
    assert [kind for kind, _ in told].count("行政处罚") == 1
    going = next(task for task in tasks(ripple) if task.subject_id == cases()["流通"].id)
    assert not going.automatic and "本案继续办理" in going.what


def test_another_failing_item_leaves_nothing_to_list(app: Flask, office: Office) -> None:
    failing(office, rows=[lab_row(NUMBER, item, "0.9", "不合格项") for item in ("毒死蜱", "铅")])
    done_about(office, cases()["流通"])
    assert overturn(office) is None and lists() == []


# ---------------------------------------------------------------- the other causes

def claimed(office: Office) -> None:
    from app.disposal import operations as disposal

    with transaction():
        disposal.claim(cases()["流通"], office.actor("county:办案人"), clock.now())


def test_a_corrected_report_ripples_once_something_rests_on_the_old_one(app: Flask, office: Office) -> None:
    failing(office)
    claimed(office)
    batch = import_rows(office, PASSING, "b.csv")
    (ripple,) = lists()
    assert (ripple.cause, ripple.source_kind, ripple.source_id) == (RippleCause.CORRECTION, "import_batch", batch.id)
    assert kinds(ripple) == ["核查处置案件"] and "请通知当事人停止执行" in tasks(ripple)[0].what


def test_a_corrected_report_that_nothing_rests_on_makes_no_list(app: Flask, office: Office) -> None:
    failing(office, sampled_enterprise_id=enterprise(office, "蓟州区惠民超市"))
    import_rows(office, PASSING, "b.csv")
    assert cases()["流通"].state.value == "cancelled" and lists() == []


def test_from_passing_to_failing_the_sealed_return_is_named(app: Flask, office: Office) -> None:
    failing(office, rows=PASSING, sampled_enterprise_id=enterprise(office, "蓟州区惠民超市"))
    monthly(office)
    import_rows(office, [lab_row(NUMBER, "毒死蜱", "0.9", "不合格项"), lab_row(NUMBER, "铅", "0.1")], "b.csv")
    (ripple,) = lists()
    assert (ripple.before, ripple.after) == ("合格", "不合格")
    assert kinds(ripple) == ["核查处置案件", "风险等级", "已上报报表"]


def test_a_return_made_after_the_change_is_not_named(app: Flask, office: Office) -> None:
    failing(office)
    overturn(office)
    monthly(office)
    assert all("已上报报表" not in kinds(one) for one in lists())


def test_a_decided_verdict_ripples(app: Flask, office: Office) -> None:
    failing(office)
    claimed(office)
    decide(office, propose(office, Verdict.PASS))
    (ripple,) = lists()
    assert (ripple.cause, ripple.source_kind) == (RippleCause.DECISION, "verdict_decision")


def test_a_voided_sample_ripples(app: Flask, office: Office) -> None:
    failing(office)
    done_about(office, cases()["流通"])
    with transaction():
        ripple = sampling.void(the_sample(), office.actor("county:统计员"), "抽样程序违法", clock.now())
    assert ripple is not None and (ripple.cause, ripple.after) == (RippleCause.VOIDED, "样品作废")
    assert kinds(ripple)[:2] == ["核查处置案件", "行政处罚"]


def test_an_undone_import_ripples(app: Flask, office: Office) -> None:
    failing(office, rows=PASSING)
    second = import_rows(office, [lab_row(NUMBER, "毒死蜱", "0.9", "不合格项"), lab_row(NUMBER, "铅", "0.1")], "b.csv")
    monthly(office)
    with transaction():
        results.undo(second, office.actor("county:统计员"), clock.now(), "导错了")
    (ripple,) = lists()
    assert (ripple.cause, ripple.after) == (RippleCause.UNDONE, "合格") and "已上报报表" in kinds(ripple)


# ---------------------------------------------------------------- many at once

@contextmanager
def counted() -> Iterator[list[str]]:
    said: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        said.append(statement)

    sa.event.listen(engine(), "before_cursor_execute", note)
    try:
        yield said
    finally:
        sa.event.remove(engine(), "before_cursor_execute", note)


def statements(office: Office, first: int, count: int) -> int:
    """What it costs to spread the change of so many samples, each with a case taken up."""
    numbers = [f"XC2612011946{first + place:07d}" for place in range(count)]
    for number in numbers:
        failing(office, number)
        done_about(office, cases(number)["流通"])
    changes = {the_sample(number).id: ("不合格", "合格") for number in numbers}
    actor = office.actor("county:统计员")
    with transaction(), counted() as said:
        made = operations.spread_many(changes, RippleCause.CORRECTION, actor, clock.now())
        assert len(made) == 2 * count
    return len(said)


def test_many_samples_cost_no_more_questions_than_few(app: Flask, office: Office) -> None:
    assert statements(office, 1, 2) == statements(office, 100, 8)


def test_no_change_asks_nothing(app: Flask, office: Office) -> None:
    actor = office.actor("county:统计员")
    with transaction(), counted() as said:
        assert operations.spread_many({n: ("合格", "合格") for n in range(10_000)}, RippleCause.CORRECTION, actor, clock.now()) == []
    assert [one for one in said if "SELECT" in one] == []


# ---------------------------------------------------------------- worked off

def test_a_task_is_finished_waived_and_reopened(app: Flask, office: Office) -> None:
    failing(office)
    ripple = overturn(office, source=retest_of(office))
    task, actor = tasks(ripple)[1], office.actor("county:办案人")
    with transaction():
        operations.finish(task, actor, clock.now(), "已退还 800 元")
    assert (task.state.value, task.note, task.done_by_id) == ("done", "已退还 800 元", actor.user_id)
    with transaction():
        operations.reopen(task, actor, "退还金额有误")
    assert (task.state.value, task.note) == ("open", None)
    with transaction():
        operations.waive(task, actor, clock.now(), "申请人放弃")
    assert [entry.step for entry in history.entries_of("ripple_task", task.id)] == ["open", "finish", "reopen", "waive"]
    assert session().scalar(sa.select(sa.func.count()).select_from(RippleTask).where(RippleTask.done_at.is_not(None))) == 1


@pytest.mark.parametrize("step", ["waive", "reopen"])
def test_waiving_and_reopening_need_a_reason(app: Flask, office: Office, step: str) -> None:
    from app.errors import NotLikeThis

    failing(office)
    task, actor = tasks(overturn(office))[0], office.actor("county:办案人")
    if step == "reopen":
        with transaction():
            operations.finish(task, actor, clock.now(), None)
    with pytest.raises(NotLikeThis, match="理由"), transaction():
        if step == "waive":
            operations.waive(task, actor, clock.now(), " ")
        else:
            operations.reopen(task, actor, " ")


def correcting(office: Office, first: int, count: int) -> int:
    """Statements of an import that turns so many failing batches, each taken up, into passing ones."""
    numbers = [f"XC2612011946{first + place:07d}" for place in range(count)]
    for number in numbers:
        failing(office, number)
        done_about(office, cases(number)["流通"])
    with counted() as said:
        import_rows(office, [lab_row(number, item, "0.1") for number in numbers for item in ("毒死蜱", "铅")], f"{first}.csv")
    assert len([one for one in lists() if one.org_id == office.orgs["county"].id]) >= count
    return len([one for one in said if "ripple" in one or "penalty" in one or "case_transfer" in one or "credit_listing" in one])


def test_an_import_asks_what_it_touches_once_for_all_its_samples(app: Flask, office: Office) -> None:
    assert correcting(office, 1, 2) == correcting(office, 100, 8)

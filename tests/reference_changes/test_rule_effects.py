"""变更影响 of every rule table: what would move is counted, named and linked before the second person adopts it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import clock
from app.archives.models import ArchiveElement
from app.db import session, transaction
from app.domain.quotas import Cell
from app.reference_changes import rule_tables
from app.reference_changes.effects import sentences
from app.reference_changes.models import ReferenceChange
from app.reference_changes.rule_gauges import GAUGES
from app.reference_changes.rule_tables import TABLES
from tests.drawings.conftest import add_shop
from tests.indicators.conftest import Batch, Books, books, defined  # noqa: F401
from tests.progress.conftest import Desk, category, desk  # noqa: F401
from tests.reference_changes.conftest import newest, send, text
from tests.urgent.test_urgent import NUMBER, serious

HELD = "RESPONSIBLE"


def edited(code: str, match: Mapping[str, str], change: Mapping[str, str] | None, keep: str = "") -> str:
    """The table in force with the matching rows changed, or left out; the row of the code to keep stays."""
    header, *rows = rule_tables.rows_of(rule_tables.content_on(TABLES[code]))
    kept = []
    for row in rows:
        if row[header.index("code") if keep else 0] != keep and all(row[header.index(name)] == value for name, value in match.items()):
            if change is None:
                continue
            row = [change.get(name, cell) for name, cell in zip(header, row, strict=True)]
        kept.append(row)
    return rule_tables.written([header, *kept])


@pytest.fixture
def propose(admin: FlaskClient) -> Callable[..., ReferenceChange]:
    def run(code: str, match: Mapping[str, str], change: Mapping[str, str] | None, begins: str = "", **more: str) -> ReferenceChange:
        data = {"content": edited(code, match, change, **more), "valid_from": begins or clock.today().isoformat()}
        answer = send(admin, f"/changes/rules/{code}/new", data)
        assert answer.status_code == 303, text(answer)
        return newest()

    return run


def test_no_table_is_silent() -> None:
    """A table without a gauge is one of scores, which are compared otherwise, or of texts alone."""
    assert {table.file for table in TABLES.values()} - set(GAUGES) == {"score_weights.csv", "warning_texts.csv"}


def test_small_samples(propose: Any, books: Books, reviewer: FlaskClient, office: Any, sign_in: Any, command: Any) -> None:  # noqa: F811
    defined("jizhou", "14", "pass_rate", "domain in (食品;食用农产品)")
    books.many(Batch(), 5)
    change = propose("comparison_rules", {}, {"value": "2"})
    (row,) = change.effect["moves"]["rows"]
    assert (row["key"].split("|")[:2], row["before"], row["after"]) == (["jizhou", "14"], "样本量小，仅供参考", "样本量足够")
    page = text(reviewer.get(f"/changes/{change.id}"))
    assert "规划指标的样本量提示有 1 项会变" in page and "/indicators/jizhou?area=120119" in page and "样本量足够" in page
    assert "样本量足够" not in text(sign_in(office.people["city:系统管理员"]).get(f"/changes/{change.id}"))  # counts only
    status, told, _ = command("changes", "show", change.number, "--as", "city-leader")
    assert status == 0 and [one["after"] for one in told["moves"]] == ["样本量足够"]


def test_lights(propose: Any, desk: Desk, reviewer: FlaskClient) -> None:  # noqa: F811
    plan = desk.plan(100)
    desk.sheet(30, plan_id=plan.id)
    change = propose("light_rules", {"code": "PLAN_PACE"}, {"amber_within": "0.9"})
    (row,) = [one for one in change.effect["moves"]["rows"] if one["kind"] == "plan"]
    assert (row["key"], row["before"], row["after"]) == (str(plan.id), "红灯", "黄灯")
    assert f"/plans/{plan.id}" in text(reviewer.get(f"/changes/{change.id}"))


def test_urgent_reports(propose: Any, office: Any, reviewer: FlaskClient) -> None:
    """Without the rule of ten times the limit the batch needs no report any more; earlier ones stay as they are."""
    sample = serious(office).sample_id
    change = propose("urgent_rules", {"code": "U-PEST"}, None, begins="2026-01-01")
    (row,) = change.effect["moves"]["rows"]
    assert (row["kind"], row["key"], row["after"]) == ("sample", str(sample), "—") and row["before"] != "—"
    page = text(reviewer.get(f"/changes/{change.id}"))
    assert f"/sampling/{sample}" in page and NUMBER in page and "已开立的限时报告不因此增减" in page


def test_a_later_day_moves_nothing_of_before(propose: Any, office: Any) -> None:
    serious(office)
    change = propose("urgent_rules", {"code": "U-PEST"}, None, begins="2099-01-01")
    assert change.effect["moves"]["count"] == 0 and "须限时报告的批次没有一项会变" in sentences(change.effect)


def test_weights_of_draws(propose: Any, office: Any, reviewer: FlaskClient) -> None:
    with transaction():
        shop = add_shop(office, "甲店")
    change = propose("draw_weights", {"code": "BASE"}, {"points": "4"})
    mine = [one for one in change.effect["moves"]["rows"] if one["key"] == str(shop.id)]
    assert [(one["before"][:4], one["after"][:4]) for one in mine] == [("权重 2", "权重 5")]
    assert f"/enterprises/{shop.id}" in text(reviewer.get(f"/changes/{change.id}"))
    change = propose("inspection_weights", {"code": "D"}, {"points": "9"})
    assert [(one["key"], one["after"]) for one in change.effect["moves"]["rows"]] == [("D", "9 分")]


def test_due_days_of_self_reports(propose: Any, office: Any, reviewer: FlaskClient) -> None:
    with transaction():
        add_shop(office, "甲店")
    change = propose("self_report_rules", {"kind": "食品销售者"}, {"due_days": "10"})
    (row,) = change.effect["moves"]["rows"]
    assert (row["key"], row["name"]) == ("食品销售者", "食品销售者（1 家）")
    assert (row["before"], row["after"]) == ("2026年度于 2027-01-31 到期", "2026年度于 2027-01-10 到期")
    assert "已列为应报的到期日不变" in text(reviewer.get(f"/changes/{change.id}"))


def test_archives_that_become_complete(propose: Any, office: Any, reviewer: FlaskClient) -> None:
    """One element is held; the others are asked no more. Another bureau's reader is told the number, not the name."""
    with transaction():
        shop, other = add_shop(office, "甲店"), add_shop(office, "乙店")
        values = {"value": "有", "seen_on": date(2026, 1, 5), "recorded_at": clock.now(), "org_id": shop.org_id}
        session().add(ArchiveElement(enterprise_id=shop.id, code=HELD, **values))
    change = propose("archive_elements", {"kind": "食品销售者"}, {"required": "否"}, keep=HELD)
    assert [(one["key"], one["before"], one["after"]) for one in change.effect["moves"]["rows"]] == [
        (f"{shop.id}|食品销售者", "档案不齐全", "档案齐全")
    ]
    page = text(reviewer.get(f"/changes/{change.id}"))
    assert f"/enterprises/{shop.id}" in page and f"/enterprises/{other.id}" not in page and "figures" in change.effect


def test_raised_frequencies(propose: Any, desk: Desk, reviewer: FlaskClient) -> None:  # noqa: F811
    plan = desk.plan(400, {Cell(category_id=category("蔬菜制品")): 40, Cell(category_id=category("肉制品")): 100})
    desk.sheet(39, category="蔬菜制品", sampled_on=date(2025, 6, 1))
    desk.sheet(3, category="蔬菜制品", sampled_on=date(2025, 6, 1), fails=True)
    desk.sheet(108, sampled_on=date(2025, 6, 1))
    change = propose("frequency_rules", {"code": "FAIL_SURE"}, {"factor": "2"})
    (row,) = change.effect["moves"]["rows"]
    assert row["key"] == f"{plan.id}|蔬菜制品" and row["before"].startswith("建议 60 批") and row["after"].startswith("建议 80 批")
    page = text(reviewer.get(f"/changes/{change.id}"))
    assert f"/plans/{plan.id}" in page and "已下达的批次安排不因此变动" in page


def test_texts_move_nothing(propose: Any) -> None:
    table = TABLES["warning_texts"]
    first = rule_tables.rows_of(rule_tables.content_on(table))[1][0]
    change = propose("warning_texts", {rule_tables.rows_of(rule_tables.content_on(table))[0][0]: first}, {"consumer": "请留意。"})
    assert any("只改变提示的文字" in said for said in sentences(change.effect))


def test_nothing_of_the_trial_stays(app: Flask, propose: Any, office: Any) -> None:
    from app.reference import draw_weights

    propose("draw_weights", {"code": "BASE"}, {"points": "4"})
    assert draw_weights.in_force(clock.today())["BASE"].points == 1


def test_what_cannot_be_tried_says_what_stays(admin: FlaskClient) -> None:
    """Settings hold for what is done from then on: the preview never says that nothing is affected."""
    from tests.reference_changes.conftest import preview

    shown = text(preview(admin, "/settings/REPEAT_MONTHS", {"value": "7"}))
    assert "已定的期限、已有的判定和已封存的报表不变" in shown and "不影响已有的数据" not in shown

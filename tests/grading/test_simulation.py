"""规则模拟: who would move and how many inspections more, and that nothing at all is written."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from fractions import Fraction
from typing import Any

import sqlalchemy as sa
from flask import Flask

from app import clock
from app.db import session, transaction
from app.domain.risk_moves import Direction, Moves, direction, inspections_a_year, shown_times
from app.domain.supervision_kinds import FindingAnswer, Grade
from app.grading import simulation
from app.grading.simulation import choices, simulate
from app.grading_rules import operations as rule_sets
from app.grading_rules import trials
from app.reference.risk_rule_files import read_rule_sets
from app.tables import metadata
from tests.grading.conftest import DAY, build_checklist, build_firm, build_inspection, build_profile

PRODUCER, MAKER = "食品生产企业", "county:统计员"
UNTOLD = {"user_session", "sign_in_attempt", "login_attempt"}  # who is signed in is no record of the office


def content_hash() -> dict[str, str]:
    """Every row of every table."""
    found = {}
    for table in metadata.sorted_tables:
        if table.name not in UNTOLD:
            rows = session().execute(sa.select(table).order_by(*table.primary_key.columns)).all()
            found[table.name] = hashlib.sha256(repr(rows).encode()).hexdigest()
    session().rollback()
    return found


def test_tried_on_the_records_and_nothing_written(office: Any, sign_in: Any, app: Flask) -> None:
    actor = office.actor(MAKER)
    kind = next(word for rules in read_rule_sets() if rules.proposal for word in rules.kinds).partition("（")[0]
    with transaction():
        checklist = build_checklist(kind=kind)
        for one in range(3):
            firm = build_firm(office.orgs["county"].id, f"第{one}食品厂", kind)
            build_profile(firm, {}, kind)
            build_inspection(office, firm, checklist, {"1.1": FindingAnswer.FAILS} if one else {}, kind=kind)
    client = sign_in(office.people[MAKER])
    tried = next(one for one in choices(actor, kind) if one.rules.proposal)
    client.get("/grading/simulate")
    before = content_hash()
    found = simulate(actor, kind, 2026, tried.key, DAY)
    assert found.moves.total == 3
    page = client.get(f"/grading/simulate?kind={kind}&year=2026&rule={tried.key}&region_id=")
    assert page.status_code == 200 and "从哪级到哪级" in page.text, page.text
    run = app.test_cli_runner().invoke(args=["grading", "simulate", "--kind", kind, "--rule", tried.key, "--json"])
    assert run.exit_code == 0 and json.loads(run.stdout)["enterprises"] == 3, run.output
    assert content_hash() == before
    again = simulate(actor, kind, 2026, tried.key, DAY)
    assert (again.moves, again.movers) == (found.moves, found.movers)
    same = simulate(actor, kind, 2026, next(one.key for one in choices(actor, kind) if one.digest == found.standing.sha256), DAY)
    assert not same.movers  # the rules in force against themselves move nobody
    refused = client.get(f"/grading/simulate?kind={kind}&year=2026&rule=nothing")
    assert refused.status_code == 422 and "请选择要模拟的分级规则" in refused.text
    assert client.get(f"/grading/simulate/export?kind={kind}&year=2026&rule={tried.key}").status_code == 200


def test_too_many_for_a_page_is_said(office: Any, monkeypatch: Any, sign_in: Any) -> None:
    monkeypatch.setitem(simulation.simulate.__kwdefaults__, "most", 0)
    with transaction():
        build_firm(office.orgs["county"].id)
    key = choices(office.actor(MAKER), "食品销售者")[0].key
    answer = sign_in(office.people[MAKER]).get(f"/grading/simulate?kind=食品销售者&year=2026&rule={key}")
    assert answer.status_code == 409 and "flask grading simulate" in answer.text


def test_moves_add_up() -> None:
    moves = Moves()
    for before, after in ((Grade.A, Grade.C), (Grade.C, Grade.A), (None, Grade.B), (Grade.B, None), (Grade.D, Grade.D)):
        moves.add(before, after)
    assert (moves.total, moves.moved) == (5, 2)
    assert moves.by_direction() == {Direction.UP: 1, Direction.DOWN: 1, Direction.SAME: 1, Direction.FIRST: 1}
    assert direction(Grade.A, Grade.B) is Direction.UP
    proposal = next(rules for rules in read_rule_sets() if rules.proposal)  # A 每 2 年 1 次, B 1, C 2, D 3
    times = inspections_a_year(proposal, [(Grade.A, 3), (Grade.B, 1), (Grade.C, 1), (Grade.D, 1), (None, 9)])
    assert times == Fraction(15, 2) and shown_times(times) == "7.5" and date(2026, 1, 1).year == 2026


def test_whoever_adopts_an_edition_sees_whose_grade_would_change(office: Any, sign_in: Any) -> None:
    """The reviewer tries nothing himself (规则模拟 is the statistician's): the page of the proposed edition tells him."""
    rules = next(rules for rules in read_rule_sets() if rules.code == "sale-115")
    with transaction():
        checklist = build_checklist(kind="食品销售者")
        firm = build_firm(office.orgs["county"].id, "某某超市", "食品销售者")
        build_profile(firm, {}, "食品销售者")
        build_inspection(office, firm, checklist, {}, kind="食品销售者")
        row = rule_sets.draft(rules, date(2026, 1, 1), office.actor(MAKER), clock.now())
        rule_sets.submit(row, office.actor(MAKER), "请审核")
    page = sign_in(office.people["county:审核人"]).get(f"/grading-rules/{row.id}").text
    assert "对本年度企业等级的影响" in page and "参加试算 1 家" in page and "按本年度记录试算" not in page
    (tried,) = trials.trials(office.actor("county:审核人"), row, DAY)
    assert tried.found is not None and tried.found.moves.total == 1 and f"等级变动 {len(tried.found.movers)} 家" in page
    assert "对本年度企业等级的影响" in sign_in(office.people[MAKER]).get(f"/grading-rules/{row.id}?effect=1").text

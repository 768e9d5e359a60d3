"""A register and a list of inspectors to draw from."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from app import clock
from app.db import session, transaction
from app.domain.supervision_kinds import RandomOutcome
from app.domain.supervision_states import ProgrammeState
from app.random_inspections import inspectors, operations, queries, recording
from app.random_inspections.models import Inspector, RandomProgramme
from app.random_inspections.operations import Draft
from app.random_inspections.wanted import Wanted, usual_points
from tests.drawings.conftest import add_shop

TODAY = date(2026, 11, 20)
SECRETS = (bytes(range(32)), bytes(range(32, 64)))
WORD, WITNESS = "3 1 7", "公证处王某"
CLERK = "county:统计员"


def add_inspector(office: Any, number: int, **given: Any) -> Inspector:
    """Runs inside a transaction."""
    values = {"name": f"检查员{number}", "certificate_no": f"1202250000{number}", "valid_from": date(2026, 1, 1)} | given
    return inspectors.add(inspectors.Details(**values), office.actor(CLERK), clock.now())


def people(office: Any, count: int = 4) -> list[Inspector]:
    """Runs inside a transaction; the first two can sign in."""
    users = [office.people["county:抽样员"].id, office.people["county:办案人"].id, *([None] * count)]
    return [add_inspector(office, number, user_id=users[number - 1]) for number in range(1, count + 1)]


def draft(**given: Any) -> Draft:
    wanted = given.pop("wanted", Wanted(points=usual_points(TODAY)))
    values: dict[str, Any] = {
        "title": "食品销售环节双随机抽查", "matter": "进货查验", "from_on": TODAY, "to_on": date(2026, 12, 20), "wanted": wanted, "take": 3,
    } | given  # fmt: skip
    return Draft(**values)


def standing(office: Any, state: ProgrammeState, **given: Any) -> RandomProgramme:
    """A programme in this state, with six shops and four inspectors; runs inside a transaction."""
    furnish(office)
    actor = office.actor(CLERK)
    made = operations.make(draft(**given), actor, clock.now())
    if state is ProgrammeState.VOIDED:
        operations.void(made, actor, "重复制定")
        return made
    if state is not ProgrammeState.DRAFT:
        operations.freeze(made, actor, clock.now(), SECRETS)
    if state not in (ProgrammeState.DRAFT, ProgrammeState.FROZEN):
        _draw_and_more(made, actor, state)
    return made


def furnish(office: Any) -> None:
    """Six shops and four inspectors, once."""
    if not inspectors.certified(office.actor(CLERK), "12022500001"):
        for number in range(1, 7):
            add_shop(office, f"示例超市{number}", credit_code=f"91120225MA05K3TH{number}X", address="文昌街1号")
        people(office)


def _draw_and_more(made: RandomProgramme, actor: Any, state: ProgrammeState) -> None:
    for drawing_id in (made.enterprise_drawing_id, made.inspector_drawing_id):  # a draw comes after the freeze
        drawing = queries.drawing_of(drawing_id)
        assert drawing is not None
        drawing.committed_at = drawing.committed_at.replace(year=2025)
    operations.draw(made, actor, WORD, clock.now(), witness=WITNESS)
    session().flush()
    for target in queries.every_target(made.id):
        recording.record(made, target.id, recording.Result(RandomOutcome.CLEAR, clock.today()), actor, clock.now())
    if state is not ProgrammeState.DRAWN:
        operations.finish(made, actor, clock.now())
    if state is ProgrammeState.PUBLISHED:
        session().flush()
        operations.publish(made, actor, clock.today(), "国家企业信用信息公示系统", clock.now())


@pytest.fixture
def made(office: Any) -> Callable[..., RandomProgramme]:
    """``made(ProgrammeState.FROZEN)`` -> a programme of the county, as the database has it."""

    def make(state: ProgrammeState, **given: Any) -> RandomProgramme:
        with transaction():
            programme_id = standing(office, state, **given).id
        found = queries.programme(office.actor(CLERK), programme_id)
        assert found is not None
        return found

    return make

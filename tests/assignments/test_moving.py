"""更换承检机构: the open tasks of a laboratory that is given no new work, moved to another many at a time."""

from __future__ import annotations

import json
import re
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from app import clock, history
from app.assignments import moving, moving_jobs, operations
from app.assignments.models import SamplingAssignment
from app.db import session, transaction
from app.domain.workflow import AssignmentState
from app.reference_data import standing
from app.reference_data.models import WordStanding
from tests.assignments.conftest import Make

WHY, NEW = "承检机构合并", "远澄检测技术有限公司"


@pytest.fixture
def tasks(office: Any, team: Any, make: Make) -> list[SamplingAssignment]:
    """Three tasks of a laboratory that was merged into another since: given out, accepted, finished; and one of the other."""
    successor = office.orgs["otherlab"]
    made = [make() for _ in range(3)]
    with transaction():
        operations.accept(made[1], office.actor("county:抽样员"))
        operations.accept(made[2], office.actor("county:抽样员"))
    with transaction():
        operations.finish(made[2], office.actor("county:抽样员"), "商户停业")
    with transaction():
        session().add(WordStanding(
            kind="laboratory", subject_id=office.orgs["lab"].id, retired=True, valid_from=date(2026, 11, 1), successor_id=successor.id,
            source="x", recorded_at=clock.now(),
        ))  # fmt: skip
    other = make(laboratory_org_id=successor.id)
    return [*made, other]


def reread(task: SamplingAssignment) -> SamplingAssignment:
    session().expire_all()
    return session().get_one(SamplingAssignment, task.id)


def test_what_waits_is_named_and_counted(office: Any, tasks: Any, sign_in: Any) -> None:
    client = sign_in(office.people["county:统计员"])
    page = client.get("/assignments/laboratories").text
    assert re.findall(r'name="task" value="(\d+):\d+"', page) == [str(tasks[0].id), str(tasks[1].id)]
    assert f"自 2026-11-01 起停用，改用“{NEW}”" in page
    assert f'<option selected value="{office.orgs["otherlab"].id}">' in page  # whom the retirement names
    assert '<a href="/assignments/laboratories">2</a>' in client.get("/assignments/").text
    assert "/assignments/laboratories" not in sign_in(office.people["county:抽样员"]).get("/assignments/").text
    for who, status in (("county:抽样员", 403), ("lab:承检机构", 403), ("other:统计员", 200)):
        answer = sign_in(office.people[who]).get("/assignments/laboratories")
        assert answer.status_code == status and 'name="task"' not in answer.text


def test_chosen_tasks_are_moved_and_the_rest_say_why(office: Any, tasks: Any, sign_in: Any) -> None:
    """Each with its history; accepted anew; pressed again nothing more is moved."""
    client = sign_in(office.people["county:统计员"])
    chosen = [f"{one.id}:{one.version}" for one in tasks]
    chosen[0] = f"{tasks[0].id}:{tasks[0].version - 1}"  # somebody else was faster
    sent = {"task": [*chosen, "999999:1"], "laboratory_id": str(office.orgs["otherlab"].id), "comment": WHY}
    page = re.sub(r"\s+", " ", client.post("/assignments/laboratories", data=sent).text)
    assert "已更换 1 个，4 个没有更换" in page
    for number, words in (
        (tasks[0].number, moving.BUSY), (tasks[3].number, f"承检机构已是“{NEW}”，无须更换"), ("序号 999999", moving_jobs.GONE),
        (tasks[2].number, "不能执行"),
    ):  # fmt: skip
        assert re.search(rf"{re.escape(number)}</td><td><span[^>]*>未更换</span> [^<]*{words}", page), number
    moved = reread(tasks[1])
    assert (moved.laboratory_org_id, moved.state) == (office.orgs["otherlab"].id, AssignmentState.ASSIGNED)
    entry = history.entries_of("sampling_assignment", moved.id)[-1]
    assert (entry.step, entry.comment) == ("reassign", WHY) and json.loads(entry.changes or "")["laboratory"][1] == NEW
    again = client.post("/assignments/laboratories", data=sent).text
    assert "已更换 0 个" in again and len(history.entries_of("sampling_assignment", moved.id)) == 3
    assert reread(tasks[0]).laboratory_org_id == office.orgs["lab"].id


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"task": []}, "请选择要更换承检机构的任务单"), ({"comment": " "}, "请填写更换理由"),
        ({"laboratory_id": ""}, "请选择接替的承检机构"),
        ({"laboratory_id": "lab"}, "请选择接替的承检机构|有效"),  # the retired one itself
    ],
)  # fmt: skip
def test_what_is_missing_is_said(office: Any, tasks: Any, sign_in: Any, changed: Any, sentence: str) -> None:
    client = sign_in(office.people["county:统计员"])
    given = {key: str(office.orgs["lab"].id) if value == "lab" else value for key, value in changed.items()}
    sent = {"task": [f"{tasks[0].id}:{tasks[0].version}"], "laboratory_id": str(office.orgs["otherlab"].id), "comment": WHY} | given
    answer = client.post("/assignments/laboratories", data=sent)
    assert answer.status_code == 422 and re.search(sentence, answer.text)
    assert reread(tasks[0]).laboratory_org_id == office.orgs["lab"].id


def test_another_office_and_a_laboratory_in_use(office: Any, tasks: Any) -> None:
    """What lies outside the reach is not there; a laboratory that is in use is changed at the task itself."""
    chosen = {tasks[0].id: None}
    (outcome,) = moving_jobs.move_many(office.actor("other:统计员"), chosen, office.orgs["otherlab"].id, WHY)
    assert outcome.refusal == moving_jobs.GONE
    with transaction():
        session().execute(sa.delete(WordStanding))
    (outcome,) = moving_jobs.move_many(office.actor("county:统计员"), chosen, office.orgs["otherlab"].id, WHY)
    assert outcome.refusal is not None and "在用，不在此处更换" in outcome.refusal
    assert reread(tasks[0]).laboratory_org_id == office.orgs["lab"].id


def test_the_command(office: Any, tasks: Any, app: Any) -> None:
    def run(*words: str, who: str = "county-statistician") -> Any:
        asked = ["assignments", "move-laboratory", *words, "--reason", WHY, "--as", who]
        return app.test_cli_runner().invoke(args=asked)

    lab = office.orgs["lab"].code
    assert "二者取一" in run("--to", office.orgs["otherlab"].code).stderr
    assert run("--from", lab, "--to", office.orgs["otherlab"].code, who="county-sampler").exit_code == 1
    assert f"已停用：请改用“{NEW}”" in run(tasks[0].number, "--to", lab).stderr
    done = run("--from", lab, "--to", office.orgs["otherlab"].code)
    assert done.exit_code == 0 and "已更换 2 个，未更换 0 个" in done.stdout
    again = run(str(tasks[0].id), "--to", office.orgs["otherlab"].code)
    assert again.exit_code == 1 and "无须更换" in again.stdout + again.stderr


def test_laboratories_in_use_are_asked_in_one_place(office: Any, tasks: Any) -> None:
    """Those for new work leave the retired one out from its day on; lists of what there was still offer it."""
    lab, names = office.orgs["lab"].name, lambda **asked: [one.name for one in standing.laboratories(**asked)]
    assert lab not in names() and lab in names(offered=False) and lab in names(on=date(2026, 10, 31)) and NEW in names()

"""承检机构 that test no more or have gone into another: dated, with what takes the place, decided by a second person."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from app import clock
from app.assignments.draft import check_laboratory
from app.assignments.models import SamplingAssignment
from app.authorize import local_operator
from app.db import session, transaction
from app.domain.actors import Actor
from app.domain.trust_states import ChangeState
from app.domain.workflow import AssignmentState, SampleState
from app.drawings import pools
from app.errors import NotLikeThis
from app.organisations.models import Organisation
from app.reference_data import operations, standing
from app.reference_data import unknown_words as unknown
from app.reference_data.models import UnknownWord, WordStanding
from app.reference_data.standing import WordKind
from app.sampling import showing
from app.sampling.drafts import Drafter
from app.sampling.typing_in import typed_draft
from app.turnaround import operations as agreements
from tests.reference_changes.conftest import WHY, decide, preview, proposed, send, text

TODAY, TOMORROW = "2026-11-20", "2026-11-21"


@pytest.fixture
def both(office: Any) -> SimpleNamespace:
    """The laboratory that goes, kept by the city, and the one that takes its place."""
    city, old = office.orgs["city"], office.orgs["lab"]
    with transaction():
        session().execute(sa.update(Organisation).where(Organisation.id == old.id).values(parent_id=city.id, path=f"{city.path}{old.id}/"))
    return SimpleNamespace(old=old.id, name=old.name, new=office.orgs["otherlab"].name)


def retired(admin: FlaskClient, reviewer: FlaskClient, both: SimpleNamespace, day: str = TODAY, successor: str | None = None) -> None:
    data = {"subject": str(both.old), "valid_from": day, "successor": both.new if successor is None else successor}
    change = proposed(admin, "laboratory.retire", data)
    assert change.state is ChangeState.PROPOSED and not session().scalars(sa.select(WordStanding)).all()
    assert decide(reviewer, change).status_code == 303


def test_two_people_take_it_off_every_list_of_new_work(admin: FlaskClient, reviewer: FlaskClient, both: SimpleNamespace) -> None:
    page = text(admin.get(f"/organisations/{both.old}"))
    assert "不再承检或合并" in page and "恢复承检" not in page
    retired(admin, reviewer, both)
    assert standing.laboratories_offered() == [both.new]
    assert showing.offered()["laboratory"] == [both.new] and unknown.offered("laboratory") == [both.new]
    assert [one.name for one in standing.laboratories()] == [both.new]
    assert both.name in [one.name for one in standing.laboratories(offered=False)]  # its tasks are still looked for
    actor: Actor = local_operator()
    drawn = pools._laboratories(actor, None, clock.today())  # type: ignore[arg-type]
    assert [one.entry.name for one in drawn] == [both.new]
    page = text(admin.get(f"/organisations/{both.old}"))
    assert f"自 {TODAY} 起停用，改用“{both.new}”" in page and "恢复承检" in page and "不再承检或合并" not in page
    again = send(admin, "/changes/new/laboratory.retire", {"subject": str(both.old), "valid_from": TODAY, "successor": ""})
    assert again.status_code == 422 and "已停用" in text(again)


def test_new_work_for_it_is_refused_with_who_takes_its_place(admin: FlaskClient, reviewer: FlaskClient, both: SimpleNamespace) -> None:
    retired(admin, reviewer, both, TOMORROW)
    laboratory = session().get_one(Organisation, both.old)
    check_laboratory(laboratory, date(2026, 11, 20))
    with pytest.raises(NotLikeThis, match=f"请改用“{both.new}”"):
        check_laboratory(laboratory, date(2026, 11, 21))
    written = {"laboratory": both.name, "sampled_on": TOMORROW}
    _, found = typed_draft(written, local_operator(), date(2026, 11, 21), SampleState.REGISTERED)
    assert [one for one in found if one.rule == "L-WORD-01" and one.blocking and both.new in one.message]
    _, found = typed_draft({**written, "sampled_on": TODAY}, local_operator(), date(2026, 11, 21), SampleState.REGISTERED)
    assert not [one for one in found if one.rule == "L-WORD-01"]  # taken while it still tested
    draft, faults = Drafter(local_operator()).draft({"number": "", **written, "product_name": "豆"})
    assert draft.laboratory_org_id == both.old and any(not one.blocking and both.new in one.message for one in faults)
    word = UnknownWord(kind="laboratory", written="某检测", nearest=None, occurrences=1, first_seen_at=clock.now())
    with transaction():
        session().add(word)
        session().add(WordStanding(
            kind="laboratory", subject_id=both.old, retired=True, valid_from=date(2026, 11, 1), source="x", recorded_at=clock.now(),
        ))  # fmt: skip
    with pytest.raises(NotLikeThis, match="已停用"), transaction():
        operations.map_word(word, both.name, local_operator())


def test_what_it_has_in_hand_is_counted_and_named_where_it_is_decided(
    admin: FlaskClient, reviewer: FlaskClient, both: SimpleNamespace, office: Any
) -> None:
    with transaction():
        session().add(SamplingAssignment(
            org_id=office.orgs["city"].id, number="抽任〔2026〕1号", region_id=office.orgs["county"].region_id, batches=3,
            from_on=date(2026, 11, 20), to_on=date(2026, 11, 30), laboratory_org_id=both.old, state=AssignmentState.ASSIGNED,
            created_at=clock.now(),
        ))  # fmt: skip
    data = {"subject": str(both.old), "valid_from": TODAY, "successor": both.new}
    shown = text(preview(admin, "/changes/new/laboratory.retire", data))
    assert "未办结的抽样任务单" in shown and "逐件改派到接替的机构" in shown
    change = proposed(admin, "laboratory.retire", data)
    assert change.effect["uses"]["未办结的抽样任务单"] == 1 and change.effect["uses"]["在用账号"] == 1
    assert "抽任〔2026〕1号" in text(reviewer.get(f"/changes/{change.id}"))


@pytest.mark.parametrize(("successor", "sentence"), [("没有这家", "没有找到接替的承检机构"), ("{itself}", "不能是它自己")])
def test_what_cannot_take_its_place_is_refused(admin: FlaskClient, both: SimpleNamespace, successor: str, sentence: str) -> None:
    data = {"subject": str(both.old), "valid_from": TODAY, "successor": successor.format(itself=both.name)}
    refused = send(admin, "/changes/new/laboratory.retire", data)
    assert refused.status_code == 422 and sentence in text(refused)


def test_no_bureau_is_retired_so(admin: FlaskClient, office: Any) -> None:
    bureau = office.orgs["county"]
    data = {"subject": str(bureau.id), "valid_from": TODAY, "successor": ""}
    assert send(admin, "/changes/new/laboratory.retire", data).status_code == 404
    assert "不再承检" not in text(admin.get(f"/organisations/{bureau.id}"))


def test_by_command_and_back_again(
    admin: FlaskClient, reviewer: FlaskClient, both: SimpleNamespace, office: Any, command: Callable[..., tuple[int, Any, str]]
) -> None:
    why = ("--reason", WHY["reason"], "--source", WHY["source"], "--as", office.people["city:系统管理员"].username)
    code, made, said = command("changes", "retire", "承检机构", both.name, "--from", TODAY, "--successor", both.new, *why)
    assert code == 0, said
    judge = office.people["city:审核人"].username
    assert command("changes", "adopt", made["number"], "--comment", "同意", "--as", judge)[0] == 0
    assert standing.successor_in_use(WordKind.LABORATORY, both.old) is not None
    code, back, said = command("changes", "reopen", "承检机构", both.name, "--from", TOMORROW, *why)
    assert code == 0, said
    assert command("changes", "adopt", back["number"], "--comment", "同意", "--as", judge)[0] == 0
    assert standing.ended(WordKind.LABORATORY, both.old, date(2026, 11, 20)) is not None
    assert standing.ended(WordKind.LABORATORY, both.old, date(2026, 11, 21)) is None


def test_no_term_is_agreed_with_it_from_that_day_on(admin: FlaskClient, reviewer: FlaskClient, both: SimpleNamespace, office: Any) -> None:
    retired(admin, reviewer, both, TOMORROW)
    actor = office.actor("county:统计员")

    def agree(day: date, last: date | None) -> None:
        with transaction():
            agreements.agree(agreements.Terms(both.old, True, 12, day, last, "合同"), actor, clock.now())

    with pytest.raises(NotLikeThis, match=both.new) as refused:
        agree(date(2026, 11, 21), None)
    assert refused.value.field == "laboratory"
    agree(date(2026, 1, 1), date(2026, 11, 20))  # what held before may still be written down

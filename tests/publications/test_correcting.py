"""更正 and 撤回: what the record says now against what was published, announcements about it, what follows elsewhere."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from app import clock, history
from app.db import session, transaction
from app.disposal.models import CasePublication
from app.domain.publications import Cause, Remedy
from app.domain.reporting_kinds import PublicList, PublicNature
from app.domain.reporting_states import PublicationState
from app.domain.workflow import RippleTaskState
from app.errors import NotAllowedNow, NotLikeThis
from app.publications import candidates, correcting, guard, operations, public_queries, queries
from app.publications.models import Publication, PublicationItem
from app.publications.public_queries import PublicFilters
from app.ripples.models import RippleTask
from app.sampling.models import Sample
from tests.decisions.conftest import import_rows
from tests.publications.conftest import (
    FAILED,
    HANDLER,
    OTHER,
    PASSED,
    REVIEWER,
    TODAY,
    batch,
    correct,
    draft,
    failing,
    fresh,
    go,
    items_of,
    overturn,
)
from tests.results.material import lab_row
from tests.ripples.conftest import retest_of

S = PublicationState


def published(office: Any, kind: PublicList = PublicList.FAILED, number: str = "2026年第1号") -> Publication:
    return go(office, draft(office, kind), S.PUBLISHED, number)


def tasks(item_id: int) -> list[RippleTask]:
    session().expire_all()
    about = (RippleTask.subject_kind == "publication_item", RippleTask.subject_id == item_id)
    return list(session().scalars(sa.select(RippleTask).where(*about)))


def shown() -> list[tuple[str, str, bool]]:
    session().rollback()
    return [(one["抽样编号"], one.notice_no, one.corrected) for one in public_queries.items(PublicFilters()).rows]


def rename(sample_id: int, name: str) -> None:
    """As a correction of the sheet does: the column and its history."""
    with transaction():
        session().get_one(Sample, sample_id).product_name = name
        history.record("sample", sample_id, "correct", _ACTOR["one"], name="更正")


_ACTOR: dict[str, Any] = {}


# ---------------------------------------------------------------- overturned

def test_an_overturned_verdict_is_withdrawn_and_published_anew(office: Any, people: Any) -> None:
    sample_id = failing(office, FAILED)
    failing(office, OTHER)
    first = published(office)
    assert guard.deviations(office.actor(HANDLER)) == []
    retest_of(office, FAILED)
    overturn(office, sample_id)
    item = next(one for one in items_of(first) if one.sample_number == FAILED)
    (found,) = guard.deviations(office.actor(HANDLER))
    assert (found.item.id, found.remedy, found.cause, found.due_on) == (item.id, Remedy.WITHDRAW, Cause.OVERTURNED, date(2026, 11, 27))
    first_told = found.differences[0]
    assert (first_told.title, first_told.published, first_told.now) == ("检验结论", "不合格", "合格")
    (task,) = tasks(item.id)
    assert "请起草撤回公告" in task.what and "2026年第1号" in task.subject_name
    others = session().scalars(sa.select(RippleTask).where(RippleTask.subject_kind == "case_publication")).all()
    assert others == []  # one task for one publication: the entry of the case goes with the list
    client = people(HANDLER)
    page = client.get(f"/ripples/{task.ripple_id}").text
    assert f"/publications/{first.id}#item-{item.id}" in page and "仍在公布" in page
    page = client.get(f"/publications/{first.id}").text
    assert "与现在的记录不一致" in page and f'value="{item.id}" aria-label="选择 {FAILED}" data-check checked' in page
    sent = {"item": [item.id], "remedy": "撤回", "reason": "复检合格，原检验结论已变更", "key": "one"}
    made = client.post(f"/publications/{first.id}/correct", data=sent)
    assert made.status_code == 303
    assert client.post(f"/publications/{first.id}/correct", data=sent).location == made.location  # the second click
    busy = client.post(f"/publications/{first.id}/correct", data=sent | {"key": "two"})
    assert busy.status_code == 409 and "已有办理中" in busy.text
    later = fresh(int(made.location.rpartition("/")[2]))
    assert (later.nature, later.corrects_id, items_of(later)[0].corrects_id) == (PublicNature.WITHDRAWAL, first.id, item.id)
    assert "撤回公告办理中" in client.get(f"/sampling/{sample_id}").text
    assert shown() == [(OTHER, "2026年第1号", False), (FAILED, "2026年第1号", False)]  # nothing is withdrawn before it is published
    go(office, later, S.PUBLISHED, "2026年第2号")
    assert shown() == [(OTHER, "2026年第1号", False)]
    item = session().get_one(PublicationItem, item.id)
    assert item.withdrawn_at is not None and "2026年第2号" in (item.withdrawn_reason or "")
    assert guard.deviations(office.actor(HANDLER)) == [] and fresh(first.id).state is S.PUBLISHED
    assert [one.state for one in tasks(item.id)] == [RippleTaskState.DONE]
    entries = {one.case_id: one for one in session().scalars(sa.select(CasePublication)).all()}
    gone = [one for one in entries.values() if one.removed_on is not None]
    assert gone and all("复检合格" in (one.removal_reason or "") for one in gone) and len(gone) < len(entries)
    page = client.get(f"/publications/{first.id}").text
    assert "已撤回" in page and "撤回公告 2026年第2号" in page
    waiting = candidates.passed(office.actor(HANDLER), candidates.Filters(), TODAY).rows
    assert [one.row.number for one in waiting] == [FAILED]  # to be published as what it is


def test_a_voided_batch_and_another_bureaus_reader(office: Any, people: Any) -> None:
    sample_id = batch(office, PASSED)
    first = published(office, PublicList.PASSED)
    with transaction():
        voided = "UPDATE batch_fact SET voided = true, recorded_at = '2026-11-21 00:00:00' WHERE sample_id = :i"
        session().execute(sa.text(voided), {"i": sample_id})
    (found,) = guard.deviations(office.actor(HANDLER))
    assert (found.remedy, found.cause) == (Remedy.WITHDRAW, Cause.VOIDED)
    assert guard.deviations(office.actor("other:审核人")) == []
    page = people(HANDLER).get("/publications/guard").text
    assert PASSED in page and "样品已作废或报告已撤回" in page and f"/publications/{first.id}" in page
    assert "起草撤回公告" in page
    reader = people("county:抽样员").get("/publications/guard").text  # who drafts nothing is offered nothing to press
    assert PASSED in reader and "起草公告" in reader and "起草撤回公告" not in reader


# ---------------------------------------------------------------- corrected

def test_a_corrected_record_is_corrected_in_place(office: Any, people: Any) -> None:
    sample_id = failing(office, FAILED)
    first = published(office)
    _ACTOR["one"] = office.actor(HANDLER)
    rename(sample_id, "油麦菜")
    (found,) = guard.deviations(office.actor(HANDLER))
    assert (found.remedy, [one.name for one in found.differences]) == (Remedy.CORRECT, ["product"])
    later = correct(office, first, Remedy.CORRECT, FAILED, reason="样品名称登记有误")
    content = items_of(later)[0].content
    assert content["fields"]["product"] == "油麦菜" and "食品名称由“菠菜”更正为“油麦菜”" in content["note"]
    assert shown() == [(FAILED, later.announcement_no, True)]  # in the words of the correction
    assert public_queries.items(PublicFilters(q="菠菜")).rows == []
    assert guard.deviations(office.actor(HANDLER), whole=True) == []
    assert items_of(first)[0].content["fields"]["product"] == "菠菜"  # word for word as published
    assert [one.step for one in history.entries_of("publication", first.id)][-1] == "correct"
    page = people(HANDLER).get(f"/sampling/{sample_id}").text
    assert f"已更正：公告号 {later.announcement_no}" in page
    rename(sample_id, "生菜")  # and once more
    assert [one.name for one in guard.deviations(office.actor(HANDLER))[0].differences] == ["product"]
    again = correct(office, first, Remedy.CORRECT, FAILED, reason="再次更正")
    assert shown() == [(FAILED, again.announcement_no, True)]


def test_a_corrected_report_changes_the_items(office: Any) -> None:
    failing(office, FAILED)
    published(office)
    import_rows(office, [lab_row(FAILED, "毒死蜱", "0.8", "不合格项"), lab_row(FAILED, "铅", "0.1")], "again.csv")
    (found,) = guard.deviations(office.actor(HANDLER))
    assert [(one.name, one.now) for one in found.differences] == [("items", "毒死蜱║0.8mg/kg║≤0.2mg/kg")]
    assert found.remedy is Remedy.CORRECT


@pytest.mark.parametrize(
    ("remedy", "chosen", "reason", "said"),
    [
        (Remedy.CORRECT, True, "无", "与记录一致，无需更正"), (Remedy.WITHDRAW, False, "无", "请勾选"),
        (Remedy.WITHDRAW, True, " ", "请填写更正或撤回的理由"),
    ],
)  # fmt: skip
def test_what_cannot_be_corrected(remedy: Remedy, chosen: bool, reason: str, said: str, office: Any) -> None:
    failing(office, FAILED)
    first = published(office)
    ids = [one.id for one in items_of(first)] if chosen else []
    with pytest.raises(NotLikeThis, match=said), transaction():
        correcting.draft(fresh(first.id), correcting.Wish(remedy, ids, reason), office.actor(HANDLER), clock.now())
    assert session().scalar(sa.select(sa.func.count(Publication.id))) == 1


# ---------------------------------------------------------------- the whole list

def test_a_whole_list_is_withdrawn(office: Any, people: Any) -> None:
    sample_id = failing(office, FAILED)
    first = published(office)
    reviewer = people(REVIEWER)
    sent = {"version": first.version, "comment": "清单模板有误", "withdrawn_on": "2026-11-20"}
    assert people(HANDLER).post(f"/publications/{first.id}/withdraw", data=sent).status_code == 403
    assert reviewer.post(f"/publications/{first.id}/withdraw", data=sent | {"withdrawn_on": "2026-11-01"}).status_code == 422
    assert reviewer.post(f"/publications/{first.id}/withdraw", data=sent | {"version": fresh(first.id).version}).status_code == 303
    found = fresh(first.id)
    assert (found.state, found.withdrawn_on) == (S.WITHDRAWN, TODAY)
    assert shown() == [] and all(one.removed_on == TODAY for one in session().scalars(sa.select(CasePublication)))
    assert "已撤回：清单模板有误" in reviewer.get(f"/sampling/{sample_id}").text
    assert [one.row.number for one in candidates.failed(office.actor(HANDLER), candidates.Filters(), TODAY)] == [FAILED]
    again = published(office, number="2026年第2号")
    assert shown() == [(FAILED, "2026年第2号", False)] and len(queries.of_sample(sample_id)) == 2
    assert again.number == "公示〔2026〕2号"


def test_a_withdrawal_is_not_withdrawn_and_nothing_is_withdrawn_twice(office: Any) -> None:
    failing(office, FAILED)
    first = published(office)
    later = correct(office, first, Remedy.WITHDRAW, FAILED)
    with pytest.raises(NotAllowedNow, match="撤回公告不能再撤回"), transaction():
        operations.withdraw(fresh(later.id), "理由", TODAY, office.actor(REVIEWER), clock.now())
    with pytest.raises(NotLikeThis, match="请勾选"), transaction():
        ids = [one.id for one in items_of(first)]
        correcting.draft(fresh(first.id), correcting.Wish(Remedy.WITHDRAW, ids, "再次"), office.actor(HANDLER), clock.now())

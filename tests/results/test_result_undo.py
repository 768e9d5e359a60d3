"""Undoing an import (C12): what nobody touched goes back, the rest is named; importing again brings the same figures."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from app.chain import verify_chain
from app.db import session, transaction
from app.results.models import ResultReport, ResultRow
from app.sampling.models import BatchFact, Sample
from tests.results import touches
from tests.results.conftest import batch_now
from tests.results.material import (
    as_csv,
    cases,
    count,
    figures,
    lab_row,
    national_csv,
    national_row,
    register_sample,
    rows_of,
    sample_named,
)

ONE, TWO = "XC26120119460010001", "XC26120119460010002"
IMPORT = ("import", "--confirm", "--reported-on", "2026-11-12")
BOTH = as_csv([lab_row(ONE, "毒死蜱", "0.32", "不合格项"), lab_row(TWO, "毒死蜱", "未检出")])


@pytest.fixture
def two(office: Any) -> None:
    register_sample(office, ONE)
    register_sample(office, TWO)


def comparable(number: str) -> list[dict[str, Any]]:
    """Rows in force but for their ids."""
    return [{name: value for name, value in row.items() if name not in ("id", "report_id")} for row in rows_of(number)]


def test_undo_takes_everything_back_and_the_same_file_revives_it(command: Any, two: None) -> None:
    before = (figures(), cases(), sample_named(ONE)["state"], sample_named(ONE)["laboratory"])
    _, answer, _ = command(*IMPORT, content=BOTH)
    batch, imported = answer["batch"], (figures(), comparable(ONE), cases())
    assert len(figures()) == 2
    status, undone, _ = command("undo", str(batch))
    assert (status, undone["withdrawn"], undone["kept"], undone["cases_cancelled"]) == (0, 2, [], 1)
    assert (figures(), sample_named(ONE)["state"], sample_named(ONE)["laboratory"]) == (before[0], before[2], before[3])
    assert (cases(), batch_now(batch).state.value, sample_named(ONE)["supervision"]) == (
        [(ONE, "cancelled")],
        "undone",
        None,
    )
    assert (count(ResultReport), count(ResultRow)) == (2, 2)  # nothing submitted is ever deleted
    status, again, _ = command(*IMPORT, content=BOTH)
    assert (status, again["batch"], again["new"], batch_now(batch).state.value) == (0, batch, 2, "confirmed")
    assert (figures(), comparable(ONE), cases()) == imported
    assert verify_chain().broken == []


def test_undo_brings_the_earlier_version_back(command: Any, two: None) -> None:
    command(*IMPORT, content=as_csv([lab_row(ONE, "毒死蜱", "未检出")]))
    before, shown = figures(), comparable(ONE)
    _, answer, _ = command(*IMPORT, content=as_csv([lab_row(ONE, "毒死蜱", "0.32", "不合格项")]), name="second.csv")
    assert (answer["changed"], cases()) == (1, [(ONE, "open")])
    status, undone, _ = command("undo", str(answer["batch"]))
    assert (status, undone["withdrawn"], undone["restored"], undone["cases_cancelled"]) == (0, 1, 1, 1)
    assert (figures(), comparable(ONE), sample_named(ONE)["state"].value) == (before, shown, "reported")
    assert cases() == [(ONE, "cancelled")]
    basis = session().scalar(sa.select(BatchFact.basis).where(BatchFact.superseded_at.is_(None)))
    assert basis == "撤销导入"
    versions = (
        session()
        .execute(sa.select(ResultReport.version, ResultReport.superseded_at).order_by(ResultReport.version))
        .all()
    )
    assert [(version, at is None) for version, at in versions] == [(1, False), (2, False), (3, True)]


def test_the_first_import_can_still_be_undone_after_the_second_was(command: Any, two: None) -> None:
    first = command(*IMPORT, content=as_csv([lab_row(ONE, "毒死蜱", "未检出")]))[1]["batch"]
    second = command(*IMPORT, content=as_csv([lab_row(ONE, "毒死蜱", "0.1")]), name="second.csv")[1]["batch"]
    assert command("undo", str(second))[0] == 0
    status, undone, _ = command("undo", str(first))
    assert (status, undone["withdrawn"], undone["restored"]) == (0, 1, 0)
    assert (figures(), sample_named(ONE)["state"].value) == ([], "registered")


def test_imports_are_undone_newest_first(command: Any, two: None) -> None:
    first = command(*IMPORT, content=as_csv([lab_row(ONE, "毒死蜱", "未检出")]))[1]["batch"]
    command(*IMPORT, content=as_csv([lab_row(ONE, "毒死蜱", "0.1")]), name="second.csv")
    status, _, said = command("undo", str(first))
    assert status == 1
    assert f"{ONE}（此后又登记了该样品的检验报告）" in said
    assert batch_now(first).state.value == "confirmed"


@pytest.mark.parametrize(
    ("touch", "told"),
    [
        (touches.claimed, "已开始办理"),
        (touches.corrected, "此后更正过样品信息"),
        (touches.voided, "样品已作废"),
        (touches.decided, "已由两人审定"),
        (touches.decided_before, "已由两人审定"),
        (touches.told, "已作限时报告"),
        (touches.sent_back, "检验报告已退修"),
        (touches.settled, "裁定过该样品的导入冲突"),
    ],
)
def test_what_was_touched_since_stays_and_is_named(office: Any, command: Any, two: None, touch: Any, told: str) -> None:
    batch = command(*IMPORT, content=BOTH)[1]["batch"]
    session().expire_all()
    touch(office)
    status, undone, said = command("undo", str(batch))
    assert (status, undone["withdrawn"]) == (0, 1)
    assert [(kept["number"], told in kept["reason"]) for kept in undone["kept"]] == [(ONE, True)]
    assert ONE in said
    assert [row[0] for row in figures()] == [ONE]
    assert sample_named(TWO)["state"].value == "registered"


def test_a_laboratory_named_by_the_import_goes_with_it(office: Any, command: Any, two: None) -> None:
    batch = command(*IMPORT, "--laboratory", "衡清食品检验中心", content=BOTH)[1]["batch"]
    assert sample_named(ONE)["laboratory_org_id"] == office.orgs["lab"].id
    command("undo", str(batch))
    assert (sample_named(ONE)["laboratory"], sample_named(ONE)["laboratory_org_id"]) == (None, None)


def test_undoing_a_national_import_voids_its_sheets(office: Any, command: Any) -> None:
    content = national_csv([national_row(ONE, "毒死蜱", "0.32", "不合格项"), national_row(TWO, "毒死蜱", "未检出")])
    batch = command("import", "--confirm", content=content)[1]["batch"]
    imported = (figures(), cases())
    status, undone, _ = command("undo", str(batch))
    assert (status, undone["withdrawn"], undone["voided"]) == (0, 2, 2)
    sample = sample_named(ONE)
    assert (sample["state"].value, sample["void_reason"], figures()) == ("voided", f"撤销第 {batch} 次导入", [])
    status, again, _ = command("import", "--confirm", content=content)
    assert (status, again["batch"], again["new"], count(Sample)) == (0, batch, 2, 2)
    assert (figures(), cases()) == imported
    assert (sample_named(ONE)["state"].value, sample_named(ONE)["void_reason"]) == ("reported", None)


def test_a_corrected_national_file_replaces_the_undone_one(office: Any, command: Any) -> None:
    """The usual reason for undoing: the file was wrong, also in what it says of the sheets."""
    wrong = national_csv([national_row(ONE, "毒死蜱", "未检出", 样品名称="白莱")])
    right = national_csv([national_row(ONE, "毒死蜱", "未检出", 样品名称="白菜")])
    command("undo", str(command("import", "--confirm", content=wrong)[1]["batch"]))
    status, answer, _ = command("import", "--confirm", content=right, name="right.csv")
    assert (status, answer["new"]) == (0, 1)
    sample = sample_named(ONE)
    assert (sample["product_name"], sample["import_batch_id"], sample["state"].value) == (
        "白菜",
        answer["batch"],
        "reported",
    )


def test_a_sheet_voided_by_somebody_is_not_revived(office: Any, command: Any) -> None:
    content = national_csv([national_row(ONE, "毒死蜱", "未检出")])
    command("import", "--confirm", content=content)
    touches.voided(office)
    with transaction():
        session().connection().execute(sa.update(Sample.__table__).values(void_reason="重复登记"))
    status, answer, _ = command("import", "--confirm", content=content)
    assert (status, answer["refused"]) == (1, 1)
    assert "已作废" in answer["errors"][0]["message"]


@pytest.mark.parametrize("state", ["staged", "undone"])
def test_only_a_confirmed_import_is_undone(command: Any, clerk: Any, upload: Any, two: None, state: str) -> None:
    batch = upload(clerk, BOTH).id
    if state == "undone":
        command(*IMPORT, content=BOTH)
        command("undo", str(batch))
    status, _, said = command("undo", str(batch))
    assert status == 1
    assert "不能执行“撤销导入”" in said


def test_undo_by_page_asks_why(clerk: Any, upload: Any, confirm: Any, two: None) -> None:
    batch = upload(clerk, BOTH)
    confirm(clerk, batch)
    batch = batch_now(batch.id)
    refused = clerk.post(f"/imports/{batch.id}/undo", data={"version": str(batch.version), "comment": " "})
    assert (refused.status_code, len(figures())) == (422, 2)
    stale = clerk.post(f"/imports/{batch.id}/undo", data={"version": "1", "comment": "文件传错了"})
    assert (stale.status_code, len(figures())) == (409, 2)
    done = clerk.post(f"/imports/{batch.id}/undo", data={"version": str(batch.version), "comment": "文件传错了"})
    assert (done.status_code, figures()) == (303, [])
    page = clerk.get(f"/imports/{batch.id}").get_data(as_text=True)
    assert "文件传错了" in page
    assert "恢复导入" not in page.split("办理记录")[0] or "再次确认即恢复" in page


def test_undone_import_is_revived_by_its_own_page(clerk: Any, upload: Any, confirm: Any, two: None) -> None:
    batch = upload(clerk, BOTH)
    confirm(clerk, batch)
    imported = figures()
    clerk.post(f"/imports/{batch.id}/undo", data={"version": "2", "comment": "文件传错了"})
    again = upload(clerk, BOTH)
    assert (again.id, again.state.value, again.new_count) == (batch.id, "undone", 2)
    assert confirm(clerk, again).status_code == 303
    assert (figures(), batch_now(batch.id).state.value) == (imported, "confirmed")


def test_undone_results_leave_the_past_readable(command: Any, two: None) -> None:
    """As known on that day: the fact of before stays, with the time at which it ceased to be known."""
    batch = command(*IMPORT, content=BOTH)[1]["batch"]
    command("undo", str(batch))
    facts = (
        session()
        .execute(
            sa.select(BatchFact.version, BatchFact.voided, BatchFact.superseded_at, BatchFact.reported_on)
            .where(BatchFact.sample_number == ONE)
            .order_by(BatchFact.version)
        )
        .all()
    )
    assert [(fact.version, fact.voided, fact.superseded_at is None) for fact in facts] == [
        (1, False, False),
        (2, True, True),
    ]
    assert {fact.reported_on for fact in facts} == {date(2026, 11, 12)}

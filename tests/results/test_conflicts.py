"""N13, C11: a newer file over corrected results. Ours in force, the last import and the file, field by field."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from app import clock
from app.chain import HistoryEntry, verify_chain
from app.db import session, transaction
from app.results import entry, operations
from app.results.entry import Entered
from app.results.models import ImportConflict, ResultReport
from app.sampling import correcting
from app.sampling.models import Sample
from app.sampling.sheet_draft import SheetDraft
from tests.results.conftest import batch_now
from tests.results.material import (
    as_csv,
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


def file_of(*rows: dict[str, str]) -> bytes:
    return as_csv(list(rows))


FIRST = file_of(lab_row(ONE, "毒死蜱", "0.10"), lab_row(ONE, "克百威", "未检出"))


@pytest.fixture
def one(office: Any) -> int:
    register_sample(office, TWO)
    return register_sample(office, ONE)


def correct(office: Any, item: str, **values: str) -> None:
    """Somebody corrects one item of the report at the form."""
    session().expire_all()
    sample = session().scalars(sa.select(Sample).where(Sample.number == ONE)).one()
    report = entry.report_in_force(sample.id, "BG0001")
    assert report is not None
    rows = [{**entry.cells_of(row), **(values if row.item == item else {})} for row in report.rows]
    entered = Entered("BG0001", report.reported_on, report.received_on, report.laboratory_org_id, rows)
    actor = office.actor("county:统计员")
    outcome = entry.to_write(entry.prepare_entry(actor, sample, entered), "录入有误")
    assert outcome is not None
    with transaction():
        operations.enter(outcome, actor, clock.now(), reason="录入有误")


def written(item: str) -> tuple[str, str]:
    row = next(row for row in rows_of(ONE) if row["item"] == item)
    return row["result_written"], row["method"]


def conflicts() -> list[Any]:
    return list(session().scalars(sa.select(ImportConflict).order_by(ImportConflict.id).execution_options(populate_existing=True)))


def test_each_field_goes_its_own_way(office: Any, command: Any, one: int) -> None:
    """Only they: taken. Only we: ours stays, and is said. Both to the same: nothing."""
    command(*IMPORT, content=FIRST)
    correct(office, "毒死蜱", result="0.12", unit="mg/kg", note="复核更正")
    newer = file_of(
        lab_row(ONE, "毒死蜱", "0.10", 检验依据="GB 23200.113-2025", 说明="复核更正"),
        lab_row(ONE, "克百威", "0.01"),
    )
    status, answer, said = command(*IMPORT, content=newer, name="newer.csv")
    assert (status, answer["changed"], "conflicts" in answer) == (0, 1, False), said
    assert (written("毒死蜱"), written("克百威")[0]) == (("0.12", "GB 23200.113-2025"), "0.01")
    assert [(row.item, row.field, row.base, row.ours, row.theirs, row.choice.value) for row in conflicts()] == [
        ("毒死蜱", "result", "0.10", "0.12", "0.10", "保留本系统")
    ]
    again = command(*IMPORT, content=newer, name="newer.csv")
    assert (again[0], again[1]["unchanged"], again[1]["batch"]) == (0, 1, answer["batch"])
    later = file_of(
        lab_row(ONE, "毒死蜱", "0.10", 检验依据="GB 23200.113-2025", 说明="复核更正"), lab_row(ONE, "克百威", "0.02")
    )
    status, answer, _ = command(*IMPORT, content=later, name="later.csv")
    assert (status, answer["changed"], written("毒死蜱")[0], written("克百威")[0]) == (0, 1, "0.12", "0.02")


def test_a_conflict_waits_until_somebody_decides(office: Any, clerk: Any, upload: Any, confirm: Any, one: int) -> None:
    """The page shows the three values; confirming is refused until each is decided, and history says who did."""
    confirm(clerk, upload(clerk, FIRST))
    correct(office, "毒死蜱", result="0.12")
    newer = file_of(lab_row(ONE, "毒死蜱", "0.15"), lab_row(ONE, "克百威", "未检出"), lab_row(TWO, "克百威", "未检出"))
    batch = upload(clerk, newer)
    page = clerk.get(f"/imports/{batch.id}").get_data(as_text=True)
    assert all(text in page for text in ("1 处未裁定", "<td>0.10</td><td>0.12</td><td>0.15</td>", "保留本系统", "采用新文件"))
    refused = confirm(clerk, batch)
    assert (refused.status_code, count(ResultReport)) == (422, 2)
    assert "尚未裁定" in refused.get_data(as_text=True)
    (found,) = conflicts()
    form = {"version": str(batch.version), f"choice-{found.id}": "采用新文件"}
    silent = clerk.post(f"/imports/{batch.id}/conflicts", data=form)
    assert (silent.status_code, conflicts()[0].choice) == (422, None)
    assert "请填写裁定理由" in silent.get_data(as_text=True) and "checked" in silent.get_data(as_text=True)
    stale = clerk.post(f"/imports/{batch.id}/conflicts", data={**form, "version": "99", "reason": "以检验机构更正件为准"})
    assert (stale.status_code, conflicts()[0].choice) == (409, None)
    done = clerk.post(f"/imports/{batch.id}/conflicts", data={**form, "reason": "以检验机构更正件为准"})
    assert done.status_code == 303
    batch = batch_now(batch.id)
    assert (batch.changed_count, batch.new_count) == (1, 1)
    page = clerk.get(f"/imports/{batch.id}").get_data(as_text=True)
    assert "均已裁定" in page and "以检验机构更正件为准" in page and "裁定导入冲突" in page
    assert confirm(clerk, batch).status_code == 303
    assert written("毒死蜱")[0] == "0.15"
    entries = session().scalars(sa.select(HistoryEntry).where(HistoryEntry.step == "decide_conflict").order_by(HistoryEntry.seq)).all()
    assert [(one.subject_kind, one.actor_name) for one in entries] == [
        ("import_batch", "蓟州统计员"), ("sample", "蓟州统计员"),
    ]  # fmt: skip
    assert "采用新文件" in json.dumps(json.loads(entries[1].changes or ""), ensure_ascii=False)
    assert verify_chain().broken == []


def test_decided_by_command_and_never_asked_again(office: Any, command: Any, one: int) -> None:
    """保留本系统 with nothing else to write is an import too: it records that the file was seen."""
    command(*IMPORT, content=FIRST)
    correct(office, "毒死蜱", result="0.12")
    newer = file_of(lab_row(ONE, "毒死蜱", "0.15"), lab_row(ONE, "克百威", "未检出"))
    status, answer, said = command(*IMPORT, content=newer, name="newer.csv")
    assert (status, answer["conflicts"], "conflicts decide" in said) == (1, 1, True)
    batch = str(answer["batch"])
    listed = command("conflicts", "list", batch)[1]
    assert [(one["field"], one["base"], one["ours"], one["theirs"], one["choice"]) for one in listed["conflicts"]] == [
        ("检验结果", "0.10", "0.12", "0.15", None)
    ]
    assert command("conflicts", "decide", batch, "--choice", "ours", "--all", "--reason", " ")[0] == 1
    status, answer, _ = command("conflicts", "decide", batch, "--choice", "ours", "--all", "--reason", "原始记录是0.12")
    assert (status, answer["decided"], answer["open"]) == (0, 1, 0)
    before = (figures(), count(ResultReport))
    assert command(*IMPORT, content=newer, name="newer.csv")[0] == 0
    assert (written("毒死蜱")[0], (figures(), count(ResultReport)), batch_now(int(batch)).state.value) == ("0.12", before, "confirmed")
    again = command(*IMPORT, content=newer, name="newer.csv")
    assert (again[0], "conflicts" in again[1], again[1]["unchanged"]) == (0, False, 1)
    wider = newer + as_csv([lab_row(TWO, "克百威", "未检出")]).split(b"\n", 1)[1]
    status, answer, _ = command(*IMPORT, content=wider, name="wider.csv")  # another file that says the same of this sample
    assert (status, "conflicts" in answer, answer["unchanged"], answer["new"]) == (0, False, 1, 1)
    assert written("毒死蜱")[0] == "0.12"


def test_whole_rows_and_the_report_itself(office: Any, command: Any, one: int) -> None:
    """We corrected an item that the file no longer has, and the file gives another date than the one we corrected to."""
    command(*IMPORT, content=FIRST)
    correct(office, "毒死蜱", result="0.12")
    newer = file_of(lab_row(ONE, "克百威", "未检出"), lab_row(ONE, "氧乐果", "未检出"))
    _, answer, _ = command(*IMPORT, content=newer, name="newer.csv")
    assert answer["conflicts"] == 1
    (found,) = conflicts()
    assert (found.item, found.field, found.theirs, found.ours[:4]) == ("毒死蜱", "item", None, "0.12")
    assert command("conflicts", "decide", str(answer["batch"]), "--choice", "ours", "--all", "--reason", "漏报")[0] == 0
    assert command(*IMPORT, content=newer, name="newer.csv")[0] == 0
    assert sorted(row["item"] for row in rows_of(ONE)) == ["克百威", "毒死蜱", "氧乐果"]
    assert written("毒死蜱")[0] == "0.12"
    assert command(*IMPORT, content=newer, name="newer.csv")[1]["unchanged"] == 1


def test_a_typed_report_is_never_replaced_unasked(office: Any, command: Any, one: int) -> None:
    """No import has said anything yet: what we typed and the file says otherwise is asked, what we left blank is filled."""
    actor, sample = office.actor("county:统计员"), session().get_one(Sample, one)
    rows = [{"item": "毒死蜱", "result": "0.11", "unit": "mg/kg", "verdict": "合格项", "max_limit": "0.2", "limit_unit": "mg/kg"}]
    outcome = entry.to_write(entry.prepare_entry(actor, sample, Entered("BG0001", date(2026, 11, 12), None, None, rows)), None)
    assert outcome is not None
    with transaction():
        operations.enter(outcome, actor, clock.now())
    _, answer, _ = command(*IMPORT, content=file_of(lab_row(ONE, "毒死蜱", "0.10")))
    assert answer["conflicts"] == 1
    assert [(row.field, row.base, row.ours, row.theirs) for row in conflicts()] == [("result", None, "0.11", "0.10")]
    assert command("conflicts", "decide", str(answer["batch"]), "--choice", "theirs", "--all", "--reason", "录入错误")[0] == 0
    assert command(*IMPORT, content=file_of(lab_row(ONE, "毒死蜱", "0.10")))[0] == 0
    assert written("毒死蜱") == ("0.10", "GB 23200.113-2018")


def test_skipping_leaves_the_undecided_sample_alone(office: Any, command: Any, one: int) -> None:
    command(*IMPORT, content=FIRST)
    correct(office, "毒死蜱", result="0.12")
    newer = file_of(lab_row(ONE, "毒死蜱", "0.15"), lab_row(TWO, "克百威", "未检出"))
    status, answer, _ = command(*IMPORT, "--skip-refused", content=newer, name="newer.csv")
    assert (status, answer["new"], answer["conflicts"], written("毒死蜱")[0]) == (0, 1, 1, "0.12")
    assert sample_named(TWO)["state"].value == "reported"


def test_who_may_decide(office: Any, sign_in: Any, clerk: Any, upload: Any, confirm: Any, one: int) -> None:
    confirm(clerk, upload(clerk, FIRST))
    correct(office, "毒死蜱", result="0.12")
    batch = upload(clerk, file_of(lab_row(ONE, "毒死蜱", "0.15"), lab_row(ONE, "克百威", "未检出")))
    (found,) = conflicts()
    form = {"version": str(batch.version), "everything": "采用新文件", "reason": "试试"}
    for person, status in (("other:统计员", 404), ("county:审核人", 404), ("lab:承检机构", 404)):
        assert sign_in(office.people[person]).post(f"/imports/{batch.id}/conflicts", data=form).status_code == status
    strange = clerk.post(f"/imports/{batch.id}/conflicts", data={**form, f"choice-{found.id + 900}": "采用新文件"})
    assert strange.status_code in (404, 422)
    assert conflicts()[0].choice is None


# ---------------------------------------------------------------- the sheets of a national export


def national(**cells: str) -> bytes:
    return national_csv([national_row(ONE, "毒死蜱", "未检出", **cells)])


def correct_sheet(office: Any, **values: Any) -> None:
    """Somebody corrects the sheet at its form."""
    session().expire_all()
    sample = session().scalars(sa.select(Sample).where(Sample.number == ONE)).one()
    draft = SheetDraft(**{name: getattr(sample, name) for name in columns_of_sheet(sample)} | values)
    with transaction():
        correcting.correct(sample, draft, office.actor("county:抽样员"), "核对抽样单", clock.now(), blank=False)


def columns_of_sheet(sample: Sample) -> list[str]:
    kept = ("personal", "producer_credit_code", "sampler_ids", "unknown", "extra")
    return [name for name in SheetDraft.__dataclass_fields__ if name not in kept]


def test_sheets_of_a_newer_export(office: Any, command: Any) -> None:
    """They corrected the name and we the address; both gave another brand. The facts follow; undoing puts the sheet back."""
    command("import", "--confirm", content=national(被抽样单位地址="文昌街1号", 商标="甲"))
    correct_sheet(office, sampled_address="文昌街2号", brand="乙")
    before = (sample_named(ONE)["product_name"], figures(), count(ResultReport))
    newer = national(被抽样单位地址="文昌街1号", 商标="丙", 样品名称="小白菜", 食品细类="普通白菜(小白菜、小油菜、青菜)")
    status, answer, _ = command("import", "--confirm", content=newer, name="newer.csv")
    assert (status, answer["conflicts"]) == (1, 1)
    batch = str(answer["batch"])
    assert [(row.item, row.field, row.base, row.ours, row.theirs) for row in conflicts() if row.choice is None] == [
        ("抽样单", "brand", "甲", "乙", "丙")
    ]
    command("conflicts", "decide", batch, "--choice", "ours", "--all", "--reason", "实物为乙")
    status, answer, said = command("import", "--confirm", content=newer, name="newer.csv")
    assert (status, answer["changed"]) == (0, 1), said
    sample = sample_named(ONE)
    assert (sample["product_name"], sample["sampled_address"], sample["brand"]) == ("小白菜", "文昌街2号", "乙")
    assert "小白" in sample["search_text"] and figures() != before[1]
    assert count(ResultReport) == before[2]  # the report was not touched
    assert command("import", "--confirm", content=newer, name="newer.csv")[1]["unchanged"] == 1
    status, undone, _ = command("undo", batch)
    assert (status, undone["withdrawn"], undone["kept"]) == (0, 1, [])
    assert (sample_named(ONE)["product_name"], figures(), count(ResultReport)) == before
    status, answer, _ = command("import", "--confirm", content=newer, name="newer.csv")
    assert (status, str(answer["batch"]), sample_named(ONE)["product_name"]) == (0, batch, "小白菜")
    assert verify_chain().broken == []


def test_a_sheet_registered_here_is_not_compared(office: Any, command: Any, one: int) -> None:
    command("import", "--confirm", content=national(样品名称="小白菜"))
    assert (sample_named(ONE)["product_name"], conflicts()) == ("菠菜", [])

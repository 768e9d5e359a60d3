"""Importing laboratory results: through page and command."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from app import clock
from app.chain import HistoryEntry, verify_chain
from app.db import session, transaction
from app.domain.samples import Purpose
from app.results.models import ImportBatch, ResultReport, ResultRow
from app.sampling.models import BatchFact, Sample
from tests.results.conftest import batch_now
from tests.results.material import (
    as_csv,
    as_xlsx,
    cases,
    count,
    figures,
    lab_row,
    register_sample,
    rows_of,
    sample_named,
)

SHARED = Path(os.environ.get("SHIAN_SHARED_DATA", "../shared/data"))
ONE, TWO = "XC26120119460010001", "XC26120119460010002"


@pytest.fixture
def one(office: Any) -> int:
    return register_sample(office, ONE)


# ---------------------------------------------------------------- the real workbook


@pytest.mark.skipif(not (SHARED / "lab_upload_2020.xlsx").exists(), reason="real material absent")
def test_real_laboratory_workbook(office: Any, command: Any) -> None:
    """A blank before the number, 合格 without 项, five results in one cell, a limit of quantification in words."""
    register_sample(
        office,
        "XC20412830465130015",
        product_name="口口秒果味沙琪玛",
        sampled_on=date(2020, 6, 1),
        made_on=date(2020, 5, 1),
    )
    content = (SHARED / "lab_upload_2020.xlsx").read_bytes()
    status, answer, said = command(
        "import", "--confirm", "--reported-on", "2020-07-01", content=content, name="lab_upload_2020.xlsx"
    )
    assert (status, answer["layout"], answer["rows"], answer["samples"], answer["new"]) == (0, "lab", 6, 1, 1), said
    assert answer["item_verdicts"] == {"合格项": 6, "不合格项": 0, "问题项": 0, "不判定项": 0, "未检验": 0}
    rows = {row["item_written"]: row for row in rows_of("XC20412830465130015")}
    assert rows["甜蜜素（以环已基氨基磺酸计）"]["lod_kind"] == "定量限"
    assert "铝的残留量\n（干样品，以Al计）" in rows  # what the laboratory wrote is kept to the letter
    assert {row["verdict_written"] for row in rows.values()} == {"合格"}
    again = command("import", "--confirm", content=content, name="lab_upload_2020.xlsx")
    assert (again[0], again[1]["unchanged"], again[1]["batch"]) == (0, 1, answer["batch"])


# ---------------------------------------------------------------- page: upload, preview, confirm


def test_upload_preview_confirm(office: Any, clerk: Any, upload: Any, confirm: Any, one: int) -> None:
    """Nothing enters without a preview; confirming writes reports, rows, fact, history and the sample's own copy."""
    batch = upload(clerk, as_csv([lab_row(ONE, "毒死蜱", "未检出"), lab_row(ONE, "克百威", "0.01")]))
    assert (batch.state.value, batch.rows, batch.samples, batch.new_count) == ("staged", 2, 1, 1)
    assert (count(ResultReport), count(BatchFact), sample_named(ONE)["state"].value) == (0, 0, "registered")
    page = clerk.get(f"/imports/{batch.id}").get_data(as_text=True)
    assert all(word in page for word in ("毒死蜱", "克百威", "确认导入 1 批", "合格项 2"))
    assert confirm(clerk, batch).status_code == 303
    sample = sample_named(ONE)
    assert (sample["state"].value, sample["supervision"].value, sample["reported_on"]) == (
        "reported",
        "合格",
        date(2026, 11, 12),
    )
    assert [(row["item"], row["verdict"].value, row["line"]) for row in rows_of(ONE)] == [
        ("毒死蜱", "合格项", 2),
        ("克百威", "合格项", 3),
    ]
    fact = session().scalars(sa.select(BatchFact)).one()
    assert (fact.basis, fact.supervision.value, fact.has_residue, fact.month) == ("初检", "合格", True, 202611)
    steps = (
        session()
        .scalars(
            sa.select(HistoryEntry.step).where(HistoryEntry.subject_id == one, HistoryEntry.subject_kind == "sample")
        )
        .all()
    )
    assert steps == ["register", "report"]
    assert batch_now(batch.id).state.value == "confirmed"
    assert verify_chain().broken == []


def test_confirming_asks_for_the_date_that_the_layout_lacks(
    office: Any, clerk: Any, upload: Any, confirm: Any, one: int
) -> None:
    batch = upload(clerk, as_csv([lab_row(ONE, "毒死蜱", "未检出")]), reported_on="")
    answer = confirm(clerk, batch, reported_on="")
    assert answer.status_code == 422
    assert "请填写报告日期" in answer.get_data(as_text=True)
    assert count(ResultReport) == 0
    assert confirm(clerk, batch, reported_on="2026-11-13").status_code == 303
    assert sample_named(ONE)["reported_on"] == date(2026, 11, 13)


def test_continuation_rows_belong_to_the_number_above(command: Any, one: int) -> None:
    """C10: merged cells read as blank; several rows of one sample are one report."""
    rows = [lab_row(ONE, "毒死蜱", "未检出"), lab_row("", "克百威", "未检出"), lab_row("", "氧乐果", "0.001")]
    status, answer, _ = command("import", "--confirm", "--reported-on", "2026-11-12", content=as_csv(rows))
    assert (status, answer["samples"], answer["rows"]) == (0, 1, 3)
    assert [row["item"] for row in rows_of(ONE)] == ["毒死蜱", "克百威", "氧乐果"]
    assert count(ResultReport) == 1


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8", "utf-8-sig", "utf-16"])
def test_csv_in_any_encoding_of_chinese_excel(command: Any, one: int, encoding: str) -> None:
    status, answer, _ = command("import", content=as_csv([lab_row(ONE, "毒死蜱", "未检出")], encoding=encoding))
    assert (status, answer["new"], answer["errors"]) == (0, 1, [])


def test_workbook_and_csv_say_the_same(command: Any, one: int, tmp_path: Path) -> None:
    path = as_xlsx(tmp_path, [lab_row(ONE, "毒死蜱", "未检出")])
    status, answer, _ = command("import", content=path.read_bytes(), name="out.xlsx")
    assert (status, answer["new"], answer["rows"]) == (0, 1, 1)


# ---------------------------------------------------------------- refusals

REFUSALS = [
    # an unknown number is refused in the same words as somebody else's
    (lambda: lab_row("XC26120119460019999", "毒死蜱", "未检出"), "抽样单号", "系统中没有抽样单 XC26120119460019999"),
    (lambda: lab_row("XC26500156460010001", "毒死蜱", "未检出"), "抽样单号", "系统中没有抽样单 XC26500156460010001"),
    (lambda: lab_row(TWO, "毒死蜱", "未检出", 结果判定="大概合格"), "结果判定", "不是规定的写法"),
    (lambda: lab_row(TWO, "", "未检出"), "检验项目", "检验项目为空"),
    (lambda: lab_row(TWO, "毒死蜱", "#REF!"), "检验结果", "公式错误"),
    (lambda: lab_row(TWO, "毒死蜱", "未检出", 报告书编号=""), "报告书编号", "报告书编号为空"),
    (lambda: lab_row(TWO, "毒死蜱", "0.01", 结果单位="毫" * 41), "结果单位", "超过 40 个字"),
    (lambda: lab_row("XC26120119460010003", "毒死蜱", "未检出"), "抽样单号", "已作废"),
    (lambda: lab_row("XC26120119460010004", "毒死蜱", "未检出"), "抽样单号", "企业拒检"),
    # sampled on 19 November, reported on the 12th
    (lambda: lab_row("XC26120119460010005", "毒死蜱", "未检出"), "报告日期", "早于抽样日期"),
]  # fmt: skip


@pytest.mark.parametrize(("row", "column", "told"), REFUSALS)
def test_refusals_name_line_column_and_reason(
    office: Any, command: Any, one: int, row: Any, column: str, told: str
) -> None:
    """Defect 14: every faulty row says where and why; nothing of its sample is written, nor anything else unasked."""
    _others(office)
    content = as_csv([lab_row(ONE, "毒死蜱", "未检出"), row()])
    words = ("import", "--confirm", "--as", "county-statistician", "--reported-on", "2026-11-12")
    status, answer, _ = command(*words, content=content)
    assert (status, answer["refused"], answer["new"]) == (1, 1, 1)
    assert [(error["line"], error["column"]) for error in answer["errors"]] == [(3, column)]
    assert told in answer["errors"][0]["message"]
    assert (count(ResultReport), count(ImportBatch)) == (0, 0)
    status, answer, _ = command(*words, "--skip-refused", content=content)
    assert (status, answer["refused"], sample_named(ONE)["state"].value, count(ResultReport)) == (0, 1, "reported", 1)


def _others(office: Any) -> None:
    """A second sample of ours, one of another county, one voided, one refused, one sampled after the report."""
    register_sample(office, TWO)
    register_sample(office, "XC26120119460010005", sampled_on=date(2026, 11, 19))
    for number, state, place in (
        ("XC26500156460010001", "registered", "other"),
        ("XC26120119460010003", "voided", "county"),
        ("XC26120119460010004", "refused", "county"),
    ):
        with transaction():
            session().add(
                Sample(
                    number=number, state=state, org_id=office.orgs[place].id, purpose=Purpose.SUPERVISION, domain="食品",
                    product_name="甲", search_text="-", created_at=clock.now(),
                )
            )  # fmt: skip


def test_command_acts_within_the_rights_of_its_user(office: Any, command: Any) -> None:
    """Run as the county's clerk, another county's sample is not there."""
    register_sample(office, "XC26500156460010001", place="other")
    words = ("import", "--as", "county-statistician")
    status, answer, _ = command(*words, content=as_csv([lab_row("XC26500156460010001", "毒死蜱", "未检出")]))
    unknown = command(*words, content=as_csv([lab_row("XC26500156460019999", "毒死蜱", "未检出")]))[1]
    assert (status, answer["refused"]) == (0, 1)
    assert answer["errors"][0]["message"].replace("0001", "9999") == unknown["errors"][0]["message"]


@pytest.mark.parametrize(
    ("header", "told"),
    [
        (
            ("抽样单号", "报告书编号", "检验项目", "检验结果", "检验结果"),
            "出现了 2 次",
        ),  # defect 13: taking one would be a guess
        (("抽样单号", "检验项目", "检验结果"), "缺少“报告书编号”列"),
        (("甲", "乙", "丙"), "没有找到表头"),
    ],
)
def test_a_file_that_cannot_be_read_whole_is_never_confirmed(command: Any, one: int, header: Any, told: str) -> None:
    words = ("import", "--confirm", "--skip-refused", "--reported-on", "2026-11-12")
    status, _, said = command(*words, content=as_csv([lab_row(ONE, "毒死蜱", "未检出")], header))
    assert (status, count(ResultReport)) == (1, 0)
    assert told in said


def test_page_marks_the_faulty_cell_in_the_users_own_row(
    office: Any, clerk: Any, upload: Any, confirm: Any, one: int
) -> None:
    register_sample(office, TWO)
    content = as_csv([lab_row(ONE, "毒死蜱", "未检出"), lab_row(TWO, "毒死蜱", "未检出", 结果判定="大概合格")])
    batch = upload(clerk, content)
    row = next(row for row in batch.preview["rows"] if row["line"] == 3)
    assert next(fault for text, fault in row["cells"] if text == "大概合格").startswith("“大概合格”不是规定的写法")
    refused = confirm(clerk, batch)
    assert refused.status_code == 422
    assert "跳过 1 批" in refused.get_data(as_text=True)
    assert count(ResultReport) == 0
    assert confirm(clerk, batch_now(batch.id), skip_refused="y").status_code == 303
    assert count(ResultReport) == 1


def test_errors_come_back_as_a_workbook_to_fix_and_upload_again(
    office: Any, clerk: Any, upload: Any, command: Any, one: int
) -> None:
    from io import BytesIO

    from openpyxl import load_workbook

    register_sample(office, TWO)
    batch = upload(
        clerk, as_csv([lab_row(ONE, "毒死蜱", "未检出"), lab_row(TWO, "毒死蜱", "未检出", 结果判定="大概合格")])
    )
    content = clerk.get(f"/imports/{batch.id}/errors.xlsx").data
    rows = [[cell.value for cell in row] for row in load_workbook(BytesIO(content)).active.iter_rows()]
    assert [row[0] for row in rows] == ["抽样单号", TWO]  # only what has to be corrected
    assert (rows[0][-1], rows[1][-1].startswith("结果判定：")) == ("错误原因", True)
    status, answer, _ = command("import", content=content, name="错误反馈.xlsx")
    assert (status, answer["refused"]) == (0, 1)


# ---------------------------------------------------------------- the same file, a changed file


def test_identical_file_changes_nothing_and_says_so(clerk: Any, upload: Any, confirm: Any, one: int) -> None:
    """C11: defect 15, a second import doubles nothing."""
    content = as_csv([lab_row(ONE, "毒死蜱", "未检出")])
    batch = upload(clerk, content)
    confirm(clerk, batch)
    before = (count(ResultReport), count(ResultRow), count(BatchFact), count(HistoryEntry), figures())
    again = upload(clerk, content)
    assert again.id == batch.id
    page = clerk.get(f"/imports/{again.id}").get_data(as_text=True)
    assert f"与第 {batch.id} 次导入（results.csv）完全相同，未作任何更改" in page
    assert (count(ResultReport), count(ResultRow), count(BatchFact), count(HistoryEntry), figures()) == before


def test_changed_rows_are_shown_field_by_field_and_make_a_new_version(
    clerk: Any, upload: Any, confirm: Any, one: int
) -> None:
    """C11, C16: the earlier version stays readable; the fact says 更正."""
    confirm(clerk, upload(clerk, as_csv([lab_row(ONE, "毒死蜱", "0.01"), lab_row(ONE, "克百威", "未检出")])))
    second = upload(clerk, as_csv([lab_row(ONE, "毒死蜱", "0.32", "不合格项"), lab_row(ONE, "克百威", "未检出")]))
    assert (second.changed_count, second.new_count) == (1, 0)
    assert [
        (change["item"], change["field"], change["before"], change["after"]) for change in second.preview["changes"]
    ] == [
        ("毒死蜱", "检验结果", "0.01", "0.32"),
        ("毒死蜱", "结果判定", "合格项", "不合格项"),
    ]
    assert cases() == []
    assert confirm(clerk, second).status_code == 303
    reports = (
        session()
        .execute(sa.select(ResultReport.version, ResultReport.superseded_at).order_by(ResultReport.version))
        .all()
    )
    assert [(version, at is not None) for version, at in reports] == [(1, True), (2, False)]
    facts = session().execute(sa.select(BatchFact.basis, BatchFact.supervision).order_by(BatchFact.version)).all()
    assert [(basis, supervision.value) for basis, supervision in facts] == [("初检", "合格"), ("更正", "不合格")]
    assert [number for number, _ in cases()] == [ONE]


def test_a_case_goes_with_the_correction_that_clears_the_batch(clerk: Any, upload: Any, confirm: Any, one: int) -> None:
    confirm(clerk, upload(clerk, as_csv([lab_row(ONE, "毒死蜱", "0.32", "不合格项")])))
    assert cases() == [(ONE, "open")]
    confirm(clerk, upload(clerk, as_csv([lab_row(ONE, "毒死蜱", "0.02", "合格项")])))
    assert cases() == [(ONE, "cancelled")]
    assert sample_named(ONE)["supervision"].value == "合格"


def test_a_corrected_report_date_is_a_change(command: Any, one: int) -> None:
    content = as_csv([lab_row(ONE, "毒死蜱", "未检出")])
    command("import", "--confirm", "--reported-on", "2026-11-12", content=content)
    status, answer, _ = command("import", "--confirm", "--reported-on", "2026-10-31", content=content)
    assert (status, answer["changed"], answer["refused"]) == (1, 0, 1)  # before the sampling
    status, answer, _ = command("import", "--confirm", "--reported-on", "2026-11-10", content=content)
    assert (status, answer["changed"]) == (0, 1)
    assert sample_named(ONE)["reported_on"] == date(2026, 11, 10)


def test_a_second_report_of_the_sample_joins_the_first(command: Any, office: Any) -> None:
    """Two reports when a sample has both kinds of items (domain §2.5)."""
    register_sample(office, ONE, purpose=Purpose.COMBINED)
    words = ("import", "--confirm", "--reported-on", "2026-11-12")
    header = (*as_header(), "检验类型")
    command(*words, content=as_csv([lab_row(ONE, "毒死蜱", "未检出", 检验类型="抽检项目")], header))
    other = lab_row(ONE, "克百威", "0.3", "问题项", 报告书编号="BG-F", 检验类型="监测项目")
    status, answer, _ = command(*words, content=as_csv([other], header), name="second.csv")
    assert (status, answer["new"]) == (0, 1)
    sample = sample_named(ONE)
    assert (sample["supervision"].value, sample["monitoring"].value) == ("合格", "问题")


def as_header() -> tuple[str, ...]:
    from tests.results.material import LAB_HEADER

    return LAB_HEADER

"""The export of cases carries what was recorded of them, on the page and by command."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from app import history
from app.disposal.models import DisposalCase
from tests.disposal.conftest import RECORDED
from tests.queries import counting

HANDLER, REVIEWER = "county:办案人", "county:审核人"
MORE = {
    "recall_ordered": "是", "recall_level": "2", "quantities-MADE-amount": "100", "quantities-MADE-unit": "袋",
    "quantities-MADE-kilograms": "50", "quantities-SOLD-amount": "60", "quantities-SOLD-unit": "袋", "goods_value": "500.50",
    "quantity_note": "=1+1", "recheck_passed": "否", "remark": "备注一",
}  # fmt: skip


def rows_of(content: bytes) -> tuple[dict[str, Any], Any]:
    book = load_workbook(io.BytesIO(content))
    head, first = list(book["核查处置案件"].values)[:2]
    return dict(zip(head, first, strict=True)), book


def test_every_recorded_field_has_its_column(case: DisposalCase, act: Any, sign_in: Any, office: Any) -> None:
    act(HANDLER, case, "claim")
    assert act(HANDLER, case, "record", **RECORDED | MORE).status_code == 303
    assert act(HANDLER, case, "publish", kind="核查处置情况", published_on="2026-11-20", document_no="12号").status_code == 303
    row, book = rows_of(sign_in(office.people[HANDLER]).get("/disposal/export?state=all").data)
    told = {
        "责令召回": "是", "召回级别": 2, "货值（元）": 500.5, "复查验收合格": "否", "数量·生产（购进）": "100 袋（50 公斤）",
        "数量·已销售": "60 袋", "数量·召回": None, "产品控制措施": "封存 20 公斤", "处罚情况": "不予处罚", "备注": "备注一",
    }  # fmt: skip
    assert {name: row[name] for name in told} == told
    assert row["数量不平衡说明"] == "=1+1" and book["核查处置案件"].cell(2, list(row).index("数量不平衡说明") + 1).data_type == "s"
    published = list(book["信息公开"].values)
    assert published[1][:2] == ("核处〔2026〕1号", "核查处置情况") and published[1][3] == "12号"
    assert "审核意见表" not in book.sheetnames


def test_the_answers_of_the_reviewer_are_a_sheet(awaiting_case: DisposalCase, act: Any, sign_in: Any, office: Any) -> None:
    act(REVIEWER, awaiting_case, "answer", start="是", cause="否", cause_note="来源未查清")
    _, book = rows_of(sign_in(office.people[HANDLER]).get("/disposal/export?state=all").data)
    answers = list(book["审核意见表"].values)[1:]
    assert [(row[2], row[3], row[4], row[7]) for row in answers] == [
        ("启动是否及时", "是", None, "现行"), ("排查原因是否合理", "否", "来源未查清", "现行"),
    ]  # fmt: skip


def test_the_command_writes_the_same_workbook_and_is_remembered(awaiting_case: DisposalCase, app: Any, tmp_path: Path) -> None:
    run, target = app.test_cli_runner().invoke, tmp_path / "案件.xlsx"
    found = run(args=["cases", "export", "--output", str(target), "--state", "待审核"])
    assert found.exit_code == 0 and "1 件案件" in found.stdout
    row, _ = rows_of(target.read_bytes())
    assert (row["案件编号"], row["产品控制措施"]) == ("核处〔2026〕1号", "封存 20 公斤")
    digest = hashlib.sha256(target.read_bytes()).hexdigest()
    assert history.entries_of("disposal_case", None)[-1].comment == f"状态：待审核；共 1 件；SHA-256 {digest}"  # type: ignore[arg-type]
    assert run(args=["cases", "export", "--output", str(tmp_path / "无" / "a.xlsx")]).exit_code == 1
    assert run(args=["cases", "export", "--output", str(target), "--state", "没有"]).exit_code == 1
    assert run(args=["cases", "export", "--output", str(target), "--as", "lab-laboratory"]).exit_code == 1


def test_the_number_of_statements_does_not_grow_with_the_cases(app: Any, batch: Any, open_cases: Any, sign_in: Any, office: Any) -> None:
    open_cases(batch())
    client = sign_in(office.people[HANDLER])
    client.get("/disposal/export?state=all")
    with counting(app) as few:
        client.get("/disposal/export?state=all")
    open_cases(*(batch(f"XC2612011912345{ordinal:04d}") for ordinal in range(2, 8)))
    with counting(app) as many:
        client.get("/disposal/export?state=all")
    assert many.count == few.count

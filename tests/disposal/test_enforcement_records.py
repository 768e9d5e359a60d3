"""行政执法全过程记录 on the page of a case, as a list of closed cases and by command."""

from __future__ import annotations

import io
import json
from datetime import date

import openpyxl
import pytest

from app import clock
from app.attachments.models import Attachment
from app.db import session, transaction
from app.domain.case_kinds import PenaltyOutcome, Side
from app.domain.workflow import DocumentState, PenaltyState
from app.official_documents.models import OfficialDocument
from app.penalties.models import Penalty
from tests.queries import counting

DAY = date(2026, 11, 20)


@pytest.fixture
def reader(sign_in, office):
    return sign_in(office.people["county:统计员"])


def keep(case, *blocks):
    with transaction():
        for block in blocks:
            session().add(
                Attachment(
                    org_id=case.org_id, subject_kind="disposal_case", subject_id=case.id, sha256="0" * 64, filename=f"{block}·记录.pdf",
                    mime="application/pdf", size=1, created_at=clock.now(),
                )
            )


def lacking(app, case):
    result = app.test_cli_runner().invoke(args=["cases", "enforcement-record", case.number, "--json", "--as", "county-handler"])
    assert result.exit_code == 0, result.output + result.stderr
    return json.loads(result.stdout)


def test_a_closed_case_without_files_says_which(closed_case, reader, app):
    text = reader.get(f"/disposal/{closed_case.id}").text
    assert "没有启动文书" in text and "没有现场检查记录" in text and "没有排查整改报告" in text
    told = lacking(app, closed_case)
    assert told["complete"] is False and told["parts"]["审核决定"] == []


def test_files_of_the_blocks_complete_it(closed_case, reader, app):
    keep(closed_case, "启动情况", "产品控制", "原因排查")
    assert lacking(app, closed_case)["complete"] is True
    listed = reader.get("/disposal/enforcement-records").text
    assert "记录齐全 <b>1</b> 件" in listed and closed_case.number not in listed
    assert closed_case.number in reader.get("/disposal/enforcement-records?all=1").text


def test_a_delivered_notice_is_the_proof_of_delivery(closed_case, app):
    keep(closed_case, "产品控制", "原因排查")
    with transaction():
        session().add(
            OfficialDocument(
                org_id=closed_case.org_id, kind="检验结果通知书", number="检告1号", sample_id=closed_case.sample_id, side=Side.SAMPLED,
                recipient="某店", fields={}, state=DocumentState.DELIVERED, issued_on=DAY, delivered_on=DAY, created_at=clock.now(),
            )
        )
    assert lacking(app, closed_case)["complete"] is True


def test_a_penalty_shows_its_decision_and_execution(closed_case, app):
    keep(closed_case, "启动情况", "产品控制", "原因排查")
    values = {"org_id": closed_case.org_id, "case_id": closed_case.id, "sample_id": closed_case.sample_id, "number": "立1号"}
    with transaction():
        penalty = Penalty(
            **values, party_name="某店", state=PenaltyState.DECIDED, found_on=DAY, filed_on=DAY, outcome=PenaltyOutcome.PUNISHED,
            decided_on=DAY, major="罚款超过标准", created_at=clock.now(),
        )
        session().add(penalty)
    told = lacking(app, closed_case)["parts"]
    assert told["审核决定"] == ["重大行政处罚案件 立1号 没有法制审核的记录"]
    assert told["送达执行"] == ["行政处罚案件 立1号 的决定书没有送达日期", "行政处罚案件 立1号 没有执行记录"]


def test_an_open_case_is_told_before_it_is_too_late(case, reader):
    assert "请在提交审核前补齐" in reader.get(f"/disposal/{case.id}").text


def test_the_list_and_its_workbook_say_the_same(closed_case, reader, app):
    page = reader.get("/disposal/enforcement-records").text
    assert closed_case.number in page and "不齐全 <b>1</b> 件" in page
    book = openpyxl.load_workbook(io.BytesIO(reader.get("/disposal/enforcement-records/export").data))
    rows = list(book["执法全过程记录"].values)
    assert rows[1][0] == closed_case.number and "没有启动文书" in rows[1][6] and rows[1][8] == "齐全"
    result = app.test_cli_runner().invoke(args=["cases", "enforcement-record", "--json", "--as", "county-handler"])
    assert json.loads(result.stdout)["closed"] == 1
    assert closed_case.number not in reader.get("/disposal/enforcement-records?closed_to=2026-11-19").text
    assert reader.get("/disposal/enforcement-records?closed_from=x&page=abc").status_code == 200


def test_others_see_none_of_it(closed_case, sign_in, office, app):
    assert closed_case.number not in sign_in(office.people["other:办案人"]).get("/disposal/enforcement-records?all=1").text
    assert sign_in(office.people["lab:承检机构"]).get("/disposal/enforcement-records").status_code == 403
    refused = app.test_cli_runner().invoke(args=["cases", "enforcement-record", closed_case.number, "--as", "other-handler"])
    assert refused.exit_code == 1


def test_the_list_asks_a_bounded_number_of_questions(closed_case, reader, app):
    reader.get("/disposal/enforcement-records")
    with counting(app) as sent:
        reader.get("/disposal/enforcement-records")
    assert sent.count <= 10, sent

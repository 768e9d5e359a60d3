"""What belongs to a case besides its record: the reviewer's answers, publications, follow-up samples and files."""

from __future__ import annotations

import io
import json
import re
from datetime import date
from typing import Any

import sqlalchemy as sa

from app import history
from app.db import session, transaction
from app.disposal.models import CaseAnswer, CaseFollowUp, CasePublication, DisposalCase
from app.domain.samples import Supervision
from tests.disposal.conftest import RECORDED, again, build_batch

HANDLER, REVIEWER = "county:办案人", "county:审核人"


def text(response: Any) -> str:
    return response.get_data(as_text=True)


def steps(case: DisposalCase) -> list[str]:
    return [entry.step for entry in history.entries_of("disposal_case", case.id)]


def test_the_reviewer_answers_and_what_he_said_before_stays(awaiting_case: DisposalCase, act: Any, sign_in: Any, office: Any) -> None:
    case = awaiting_case
    version = case.version
    assert act(HANDLER, case, "answer", start="是").status_code == 403
    refused = act(REVIEWER, case, "answer", start="是", cause="否")
    assert refused.status_code == 422 and "“排查原因是否合理”答“否”的，请写明意见" in text(refused)
    assert act(REVIEWER, case, "answer", start="是", cause="否", cause_note="来源未查清").status_code == 303
    late = act("county:另一审核人", case, "answer", version=version, start="否", start_note="逾期")
    assert late.status_code == 409 and 'value="逾期"' in text(late)  # kept as typed
    assert act(REVIEWER, case, "answer", start="是", cause="是").status_code == 303
    version = again(case).version
    assert act(REVIEWER, case, "answer", start="是", cause="是").status_code == 303
    assert again(case).version == version  # the same answers again: nothing is written
    rows = session().execute(sa.select(CaseAnswer.question, CaseAnswer.answer, CaseAnswer.superseded_at.is_(None)).order_by(CaseAnswer.id))
    assert rows.all() == [("start", True, True), ("cause", False, False), ("cause", True, True)]
    page = text(sign_in(office.people[HANDLER]).get(f"/disposal/{case.id}"))
    assert "此前：否，来源未查清" in page and steps(case).count("answer_questions") == 2
    assert act(REVIEWER, case, "return", comment="补充").status_code == 303
    assert act(REVIEWER, case, "answer", start="是").status_code == 409


def test_a_notification_is_asked_two_questions(batch: Any, open_cases: Any, sign_in: Any, office: Any) -> None:
    case = open_cases(batch(producer_name="外省食品厂"))[1]
    page = text(sign_in(office.people[REVIEWER]).get(f"/disposal/{case.id}"))
    assert "应通报移送的是否通报移送" in page and "产品召回是否到位" not in page


def test_a_publication_fills_the_record_and_is_taken_down_with_a_reason(case: DisposalCase, act: Any, sign_in: Any, office: Any) -> None:
    fields = {"kind": "不合格产品信息", "published_on": "2026-11-20", "document_no": "2026年第12号公告", "url": "https://scjg.example.cn/12"}
    assert act(HANDLER, case, "publish", **fields).status_code == 403  # nobody's case yet
    act(HANDLER, case, "claim")
    for wrong, sentence in (
        ({"published_on": "2026-11-21"}, "公开日期不能晚于今天"),
        ({"published_on": "2026-11-19"}, "公开日期不能早于收到不合格结论日期"),
        ({"url": "javascript:alert(1)"}, "网址请以 http"),
        ({"url": "", "document_no": ""}, "请填写公布文号或网址"),
        ({"kind": "别的"}, "公开内容"),
    ):
        refused = act(HANDLER, case, "publish", **fields | wrong)
        assert refused.status_code == 422 and sentence in text(refused)
    assert act(HANDLER, case, "publish", **fields).status_code == 303
    assert (again(case).published_on, again(case).publication) == (
        date(2026, 11, 20), "不合格产品信息　2026年第12号公告　https://scjg.example.cn/12",
    )  # fmt: skip
    twice = act(HANDLER, case, "publish", **fields)
    assert twice.status_code == 422 and "已经登记过" in text(twice)
    published = session().scalars(sa.select(CasePublication.id)).one()
    away = {"publication": published, "removed_on": "2026-11-20"}
    assert act(HANDLER, case, "unpublish", **away, reason=" ").status_code == 422
    assert act(HANDLER, case, "unpublish", **away | {"removed_on": "2026-11-19"}, reason="复检合格").status_code == 422
    assert act(HANDLER, case, "unpublish", **away, reason="复检合格").status_code == 303
    assert act(HANDLER, case, "unpublish", **away, reason="再次").status_code == 409
    page = text(sign_in(office.people[REVIEWER]).get(f"/disposal/{case.id}"))
    assert "复检合格" in page and steps(case)[-2:] == ["publish_case", "remove_publication"]


def test_a_later_sample_is_linked_once_even_after_closing(closed_case: DisposalCase, act: Any, sign_in: Any, office: Any) -> None:
    case = closed_case
    with transaction():
        later = {"sampled_on": date(2026, 11, 20), "reported_on": date(2026, 11, 20), "supervision": Supervision.PASS}
        build_batch(office, "XC26120119123459001", **later)
        build_batch(office, "XC26120119123459002", sampled_on=date(2026, 10, 1))
        build_batch(office, "XC26500156123459003", org_id=office.orgs["other"].id)
    assert act("county:另一办案人", case, "follow-up", number="XC26120119123459001").status_code == 403
    for number, status, sentence in (
        ("XC26120119123450001", 422, "这是本案的不合格样品"),
        ("XC26120119123459002", 422, "早于本案样品"),
        ("XC26500156123459003", 404, "没有找到该抽样编号的样品"),  # another bureau's
        ("", 422, "请填写跟踪抽检样品的抽样编号"),
    ):
        refused = act(HANDLER, case, "follow-up", number=number)
        assert refused.status_code == status and sentence in text(refused)
    assert act(HANDLER, case, "follow-up", number=" xc26120119123459001 ", note="整改后复抽").status_code == 303
    assert act(HANDLER, case, "follow-up", number="XC26120119123459001").status_code == 422
    page = text(sign_in(office.people[REVIEWER]).get(f"/disposal/{case.id}"))
    linked = page.split('id="follow-ups"', 1)[1].split("</table>", 1)[0]
    assert "XC26120119123459001" in linked and "整改后复抽" in linked and Supervision.PASS.value in linked
    assert session().scalar(sa.select(sa.func.count()).select_from(CaseFollowUp)) == 1 and steps(case)[-1] == "link_follow_up"


def test_files_of_a_block(case: DisposalCase, act: Any, sign_in: Any, office: Any) -> None:
    act(HANDLER, case, "claim")
    client = sign_in(office.people[HANDLER])

    def send(name: str, content: bytes, block: str = "产品控制") -> Any:
        sent = {"version": again(case).version, "block": block, "file": (io.BytesIO(content), name)}
        return client.post(f"/disposal/{case.id}/files", data=sent, content_type="multipart/form-data")

    pdf = b"%PDF-1.4\n%%EOF\n"
    assert send("现场检查记录.pdf", pdf).status_code == 303
    assert (send("大.pdf", pdf + b"0" * (10 << 20)).status_code, send("病毒.exe", b"MZ").status_code) == (422, 422)
    assert send("现场检查记录.pdf", pdf, block="没有的").status_code == 422
    page = text(client.get(f"/disposal/{case.id}"))
    assert page.count("产品控制·现场检查记录.pdf</a>") == 1
    number = int(re.search(r'href="/attachments/(\d+)"', page)[1])  # type: ignore[index]
    assert client.get(f"/attachments/{number}").data == pdf
    assert sign_in(office.people["other:办案人"]).get(f"/attachments/{number}").status_code == 404
    assert act(HANDLER, case, "withdraw", attachment=number, reason=" ").status_code == 422
    assert act(HANDLER, case, "withdraw", attachment=number, reason="传错了").status_code == 303
    assert "现场检查记录.pdf</a>" not in text(client.get(f"/disposal/{case.id}"))
    assert act(HANDLER, case, "withdraw", attachment=number, reason="再次").status_code == 409


def test_the_same_on_the_command_line(app: Any, case: DisposalCase, act: Any, office: Any, tmp_path: Any) -> None:
    def run(*args: str) -> tuple[int, str, str]:
        result = app.test_cli_runner().invoke(args=["cases", *args])
        return result.exit_code, result.stdout, result.stderr

    act(HANDLER, case, "claim")
    me, reviewer = ("--as", "county-handler"), ("--as", "county-reviewer")
    with transaction():
        build_batch(office, "XC26120119123459001", sampled_on=date(2026, 11, 20), reported_on=date(2026, 11, 20))
    paper = tmp_path / "整改报告.pdf"
    paper.write_bytes(b"%PDF-1.4\n%%EOF\n")
    code, out, said = run("publish", case.number, "--kind", "不合格产品信息", "--document-no", "第12号", "--json", *me)
    assert code == 0, said
    published = json.loads(out)["publication"]
    assert run("publish", case.number, "--kind", "别的", *me)[0] == 1
    assert run("publish", case.number, "--kind", "不合格产品信息", "--on", "昨天", *me)[0] == 1
    assert run("unpublish", case.number, str(published), "--reason", "复检合格", *me)[0] == 0
    assert run("follow-up", case.number, "XC26120119123459001", *me)[0] == 0
    assert run("follow-up", case.number, "XC26120119123459009", *me)[0] == 1
    assert "整改复查·整改报告.pdf" in run("attach", case.number, str(paper), "--block", "整改复查", *me)[1]
    code, _, said = run("follow-up", case.number, "XC26120119123459001")
    assert code == 1 and "没有办理该步骤的权限" in said
    code, _, said = run("answer", case.number, "启动是否及时=是", *reviewer)
    assert code == 1 and "待审核的案件才能这样办理" in said
    assert act(HANDLER, case, "record", **RECORDED).status_code == 303
    assert act(HANDLER, case, "submit").status_code == 303
    assert run("answer", case.number, "启动是否及时=是", "排查原因是否合理=否：来源不清", *reviewer)[0] == 0
    for wrong in ("没有=是", "启动是否及时=也许", "启动是否及时=否"):
        assert run("answer", case.number, wrong, *reviewer)[0] == 1
    assert session().scalar(sa.select(sa.func.count()).select_from(CaseAnswer)) == 2

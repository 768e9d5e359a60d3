"""Documents of samples: the right ones for each state, filled, recorded, and whole only for those who may see the whole."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
import sqlalchemy as sa

from app import history
from app.db import session
from app.desk.models import BulkAction
from app.domain.documents import DocumentKind, of_sample
from app.domain.samples import Link
from app.domain.workflow import SampleState
from app.printing import contexts
from app.printing.models import DocumentTemplate, PrintedDocument
from app.printing.templates import shipped
from app.reference_data.books import region_book
from tests.printing.conftest import NUMBER, words
from tests.queries import counting
from tests.test_documents import made


def printed() -> list[PrintedDocument]:
    return list(session().scalars(sa.select(PrintedDocument).order_by(PrintedDocument.id)))


def press(client: Any, sample: Any, kind: str = "sheet", **fields: Any) -> Any:
    return client.post(f"/printing/samples/{sample.id}/print", data={"kind": kind, "copies": 1, "way": "docx"} | fields)


@pytest.mark.parametrize(
    ("state", "link", "kinds"),
    [
        (SampleState.REGISTERED, Link.CIRCULATION, "抽样检验告知书 抽样单 封条 购样费用告知书 购样凭证 样品移交确认单"),
        (SampleState.REPORTED, None, "抽样检验告知书 抽样单 封条 购样费用告知书 购样凭证 样品移交确认单"),
        (SampleState.REGISTERED, Link.ONLINE, "网络抽样单 封条 样品移交确认单"),
        (SampleState.REFUSED, Link.CATERING, "抽样检验告知书 拒检认定书"),
        (SampleState.NOT_FOUND, Link.CATERING, "未抽到样品证明"),
        (SampleState.VOIDED, Link.CATERING, ""),
    ],
)
def test_which_documents_a_sample_calls_for(state: SampleState, link: Link | None, kinds: str):
    assert " ".join(of_sample(state, link)) == kinds


def test_the_sheet_is_filled_and_the_print_is_on_record(take: Any, clerk: Any):
    sample = take()
    answer = press(clerk, sample, copies=5)
    assert answer.status_code == 200
    text = words(answer.data)
    for word in (NUMBER, "五香<豆干> & 卤味", "蓟州区好又多生活超市", "2.5 kg", "张三、李四", "赵六", "13812341234", "监督抽检"):
        assert word in text
    assert text.count("第一联 留组织抽检") == text.count("第五联 交被抽样单位") == 1  # five copies asked for, five made
    (row,) = printed()
    assert (row.kind, row.copies, row.subject_id, row.subject_version, row.number) == ("抽样单", 5, sample.id, 1, NUMBER)
    assert row.sha256 and row.template_sha256
    (entry,) = history.entries_of("sample", sample.id)
    assert (entry.step, entry.comment.split("；")[0]) == ("print", "抽样单 5 份，含完整个人信息")
    page = clerk.get(f"/printing/samples/{sample.id}").text
    assert "1 次" in page
    assert row.sha256[:12] in page


@pytest.mark.parametrize(
    ("path", "levels"),
    [("天津/天津/蓟州区", "天津市 天津市 蓟州区"), ("重庆/重庆/武隆区", "重庆市 重庆市 武隆区")],
)
def test_a_place_is_told_by_province_city_and_county(take: Any, path: str, levels: str):
    sample = take(region_id=region_book().resolve(path)[0])
    found = contexts.of_sample(sample, contexts.Surroundings({}, {}, {}))
    assert " ".join(found[f"被抽样单位{level}"] for level in "省市县") == levels
    assert found["被抽样单位所在地"] == "".join(dict.fromkeys(levels.split()))
    assert found["生产企业所在地"] == "/"


def test_a_field_without_a_value_is_a_stroke(take: Any, clerk: Any):
    text = words(press(clerk, take(link=Link.ONLINE), "online-sheet").data)
    assert "天天优选" in text  # kept beside the sheet under its title
    assert "None" not in text
    assert "\n/\n" in text


def test_the_preview_is_masked_and_is_no_print(take: Any, clerk: Any):
    sample = take()
    page = clerk.get(f"/printing/samples/{sample.id}/preview?kind=sheet").text
    assert "五香&lt;豆干&gt; &amp; 卤味" in page
    assert "138****1234" in page
    assert "13812341234" not in page
    assert printed() == []
    assert "site-menu" not in page
    assert clerk.get(f"/printing/samples/{sample.id}/preview?kind=nonsense").status_code == 404


def test_the_page_says_what_the_file_says(take: Any, clerk: Any):
    sample = take()
    page = press(clerk, sample, way="page", copies=2)
    assert page.mimetype == "text/html"
    assert page.text.count('<section class="paper') == 2
    assert "13812341234" in page.text
    assert printed()[0].copies == 2


def test_whoever_may_not_see_the_whole_prints_it_masked(take: Any, office: Any, sign_in: Any):
    sample = take()
    laboratory = sign_in(office.people["lab:承检机构"])
    text = words(press(laboratory, sample).data)
    assert "138****1234" in text
    assert "13812341234" not in text
    assert "个人信息" not in history.entries_of("sample", sample.id)[0].comment


def test_a_stranger_finds_nothing_to_print(take: Any, stranger: Any):
    sample = take()
    assert [press(stranger, sample).status_code, stranger.get(f"/printing/samples/{sample.id}").status_code] == [404, 404]
    assert "没有选择样品" in stranger.get(f"/printing/samples?sample={sample.id}").text
    assert printed() == []


@pytest.mark.parametrize(("kind", "copies", "status"), [("refusal", 1, 409), ("nonsense", 1, 422), ("sheet", 0, 422), ("sheet", 21, 422)])
def test_what_cannot_be_printed_is_said_on_the_page(take: Any, clerk: Any, kind: str, copies: int, status: int):
    answer = press(clerk, take(), kind, copies=copies)
    assert answer.status_code == status
    assert "处需要修改" in answer.text
    assert printed() == []


def test_refusals_and_missing_samples_have_their_papers(take: Any, clerk: Any):
    refused = take("J1-00001", state=SampleState.REFUSED, product_name="（未抽到样品）", outcome_reason="负责人锁门离开")
    text = words(press(clerk, refused, "refusal").data)
    assert "负责人锁门离开" in text
    assert "（未抽到样品）" not in text
    missed = take("J1-00002", state=SampleState.NOT_FOUND, outcome_reason="已停业")
    assert "已停业" in words(press(clerk, missed, "not-found").data)


def test_many_samples_in_one_file(take: Any, clerk: Any):
    samples = [take(f"J2-0000{n}") for n in range(1, 4)]
    ids = [one.id for one in samples]
    answer = clerk.post("/printing/samples", data={"kind": "sheet", "copies": 2, "way": "docx", "sample": ids})
    assert words(answer.data).count("食品安全抽样检验抽样单") == 6
    assert [row.number for row in printed()] == ["J2-00001", "J2-00002", "J2-00003"]
    assert len({row.sha256 for row in printed()}) == 1


def test_seals_and_the_handover_hold_all_samples_together(take: Any, clerk: Any):
    ids = [take("J3-00001").id, take("J3-00002", backup_quantity=None).id]
    seals = words(clerk.post("/printing/samples", data={"kind": "seal", "copies": 2, "sample": ids}).data)
    assert seals.count("封　　　条") == 6  # two of the test and backup sample, two of the sample without a backup
    assert (seals.count("检验样品"), seals.count("复检备份样品")) == (4, 2)
    handover = words(clerk.post("/printing/samples", data={"kind": "handover", "copies": 1, "sample": ids}).data)
    assert "共 2 批" in handover
    assert "J3-00001" in handover
    assert "J3-00002" in handover


def test_what_cannot_be_printed_is_told_row_by_row_and_left_out_when_asked(take: Any, clerk: Any, stranger: Any):
    """Nothing is printed until the reader has seen which are left out, and why in the words of the single print."""
    ids = [take("J4-00001").id, take("J4-00002", state=SampleState.NOT_FOUND).id, 999_999]
    shown = clerk.get("/printing/samples?" + "&".join(f"sample={one}" for one in ids)).text
    assert "抽样单（1 个样品适用）" in shown and "未抽到样品证明（1 个样品适用）" in shown
    asked = {"kind": "sheet", "copies": 1, "way": "docx", "sample": ids}
    answer = clerk.post("/printing/samples", data=asked)
    assert answer.status_code == 409 and printed() == []
    assert "能打印 1 个，不能打印 2 个" in answer.text and "不使用抽样单" in answer.text and "只打印其余 1 个" in answer.text
    assert "第 999999 号" in answer.text and "不在您的管辖范围内" in answer.text
    rest = clerk.post("/printing/samples", data={**asked, "skip": "1"})
    assert words(rest.data).count("食品安全抽样检验抽样单") == 1
    assert [row.number for row in printed()] == ["J4-00001"]
    kept = session().scalars(sa.select(BulkAction)).one()
    assert (kept.asked, kept.done, [one["done"] for one in kept.outcomes]) == (3, 1, [True, False, False])
    none = stranger.post("/printing/samples", data={**asked, "skip": "1"})
    assert none.status_code == 409 and "J4-00001" not in none.text


def test_labels_that_are_not_printed_are_told(take: Any, clerk: Any):
    ids = [take("J4-00003").id, 999_999]
    asked = {"layout": "a4", "test": 1, "backup": 0, "start": 1, "sample": ids}
    assert "1 个样品不打印标签：第 999999 号" in clerk.get("/printing/labels", query_string=asked).text
    assert clerk.post("/printing/labels", data=asked).status_code == 303
    assert [row.number for row in printed()] == ["J4-00003"]
    assert session().scalars(sa.select(BulkAction)).one().done == 1


def test_printing_many_asks_no_more_of_the_database(take: Any, clerk: Any, app: Any):
    ids = [take(f"J5-0000{n}").id for n in range(1, 9)]
    with counting(app) as few:
        clerk.get(f"/printing/samples?sample={ids[0]}")
    with counting(app) as many:
        clerk.get("/printing/samples?" + "&".join(f"sample={one}" for one in ids))
    assert many.count <= few.count + 1, many


# ---------------------------------------------------------------- templates

def replace(client: Any, content: bytes, kind: str = "notice", seen: int = 0, reason: str = "换抬头", name: str = "新.docx") -> Any:
    data = {"file": (io.BytesIO(content), name), "reason": reason, "seen": seen}
    return client.post(f"/printing/templates/{kind}/replace", data=data)


def test_a_replaced_template_is_used_kept_and_given_up_again(take: Any, clerk: Any, admin: Any):
    assert replace(admin, made("抬头一 {{ 抽样单编号 }}")).status_code == 303
    sample = take()
    assert words(press(clerk, sample, "notice").data).strip() == f"抬头一 {NUMBER}"
    first = session().scalars(sa.select(DocumentTemplate)).one()
    assert replace(admin, made("抬头二"), seen=first.id).status_code == 303
    assert words(press(clerk, sample, "notice").data).strip() == "抬头二"
    page = admin.get("/printing/templates/notice").text
    assert page.count("新.docx") == 3
    old = admin.get(f"/printing/templates/notice/download?which={first.id}").data
    assert "抬头一" in words(old)
    now = session().scalars(sa.select(DocumentTemplate).where(DocumentTemplate.superseded_at.is_(None))).one()
    assert admin.post("/printing/templates/notice/restore", data={"reason": "改回", "seen": now.id}).status_code == 303
    assert "食品安全抽样检验告知书" in words(press(clerk, sample, "notice").data)
    assert len({row.template_sha256 for row in printed()}) == 3
    steps = [(entry.step, entry.comment) for entry in history.entries_of("document_template", now.id)]
    assert steps == [("replace_template", "换抬头"), ("restore_template", "改回")]


def test_a_template_holds_below_the_office_that_put_it(take: Any, office: Any, sign_in: Any, clerk: Any, stranger: Any):
    assert replace(sign_in(office.people["city:系统管理员"]), made("市局统一")).status_code == 303
    assert words(press(clerk, take(), "notice").data).strip() == "市局统一"
    assert replace(sign_in(office.people["other:系统管理员"]), made("本局的"), seen=1).status_code == 303
    other = take("J6-00001", org="other")
    assert words(press(stranger, other, "notice").data).strip() == "本局的"
    assert words(press(clerk, take("J6-00002"), "notice").data).strip() == "市局统一"


def test_a_bad_template_is_refused_with_the_field_named_and_nothing_changes(admin: Any):
    answer = replace(admin, made("{{ 样品名 }}"))
    assert answer.status_code == 422
    assert "没有的字段“样品名”" in answer.text
    assert "换抬头" in answer.text  # what was typed is kept
    assert replace(admin, made("x"), reason=" ").status_code == 422
    assert replace(admin, shipped(DocumentKind.NOTICE)).status_code == 422
    assert session().scalars(sa.select(DocumentTemplate)).all() == []


def test_the_second_of_two_replacements_is_told(admin: Any):
    assert replace(admin, made("一"), seen=0).status_code == 303
    late = replace(admin, made("二"), seen=0)
    assert late.status_code == 409
    assert "刚被他人更换" in late.text


def test_only_the_system_administrator_replaces(clerk: Any, stranger: Any):
    assert replace(clerk, made("x")).status_code == 403
    page = clerk.get("/printing/templates/sheet").text
    assert "检查并更换" not in page
    assert "被抽样单位地址" in page
    assert clerk.get("/printing/templates").text.count("随系统提供") == len(DocumentKind)
    assert words(clerk.get("/printing/templates/sheet/download").data) == words(shipped(DocumentKind.SHEET))


# ---------------------------------------------------------------- commands

def test_the_commands_do_the_same(app: Any, take: Any, tmp_path: Any):
    take()
    path = tmp_path / "out.docx"
    run = app.test_cli_runner().invoke
    done = run(args=["documents", "print", "抽样单", NUMBER, "--output", str(path), "--copies", "5", "--json"])
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["copies"] == 5
    assert NUMBER in words(path.read_bytes())
    assert printed()[0].copies == 5
    listed = json.loads(run(args=["documents", "templates", "--json"]).stdout)
    assert [row["kind"] for row in listed] == [kind.code for kind in DocumentKind]
    (tmp_path / "new.docx").write_bytes(made("命令换的"))
    assert run(args=["documents", "replace", "notice", str(tmp_path / "new.docx"), "--reason", "x"]).exit_code == 0
    run(args=["documents", "print", "notice", NUMBER, "--output", str(path)])
    assert words(path.read_bytes()).strip() == "命令换的"
    assert run(args=["documents", "restore", "notice", "--reason", "x"]).exit_code == 0
    wrong = run(args=["documents", "print", "sheet", "没有这个", "--output", str(path)])
    assert wrong.exit_code == 1
    assert "请核对编号" in wrong.stderr

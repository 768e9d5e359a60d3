"""Files of enterprises: previewed with faults in their cells, confirmed as chosen, imported again without effect."""

from __future__ import annotations

import io
import json
import re
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa
from sqlalchemy.orm.exc import StaleDataError

from app import clock, history
from app.chain import verify_chain
from app.db import session, transaction
from app.domain.workflow import BatchState
from app.enterprises import importing, imports, jobs
from app.enterprises.models import Enterprise, EnterpriseKind
from app.files import store
from app.reference_data.models import UnknownWord
from app.sampling.models import Sample
from app.worker import Worker, load_handlers
from tests.enterprises.conftest import HEADER, as_csv, batch_now, cells_of, code_of, every, only, row_of
from tests.queries import counting


def told(found: Enterprise) -> list[Any]:
    return [(entry.step, entry.comment, json.loads(entry.changes or "{}")) for entry in history.entries_of("enterprise", found.id)]


def kinds_of(found: Enterprise) -> set[tuple[str, str]]:
    rows = session().execute(sa.select(EnterpriseKind.kind, EnterpriseKind.subkind).where(EnterpriseKind.enterprise_id == found.id))
    return {(kind, subkind) for kind, subkind in rows}


# ---------------------------------------------------------------- preview, confirm, again

def test_nothing_is_registered_before_it_is_confirmed(office: Any, clerk: Any, upload: Any, confirm: Any, sample: Any) -> None:
    taken = sample("S1", sampled_credit_code=code_of(2))
    batch = upload(as_csv([row_of(1), row_of(2)]))
    assert ((batch.state, batch.new_count, batch.rows), every()) == ((BatchState.STAGED, 2, 2), [])
    page = clerk.get(f"/enterprises/import/{batch.id}").text
    assert "第1食品店" in page
    assert "不能整批撤销" in page
    assert confirm(batch).status_code == 303
    first, second = every()
    assert (first.name, first.org_id, first.import_batch_id, first.initials) == ("第1食品店", office.orgs["county"].id, batch.id, "d1spd")
    assert kinds_of(first) == {("食品销售者", "/")}
    (step, comment, changes), = told(second)
    assert (step, comment, changes["关联样品"]) == ("create", "导入文件：enterprises.csv", [None, "1 批"])
    assert session().get_one(Sample, taken.id, populate_existing=True).sampled_enterprise_id == second.id
    assert batch_now(batch.id).state is BatchState.CONFIRMED
    assert verify_chain().broken == []


def test_the_same_file_again_changes_nothing_and_says_so(clerk: Any, upload: Any, confirm: Any, command: Any) -> None:
    content = as_csv([row_of(1), row_of(2)])
    confirm(upload(content))
    before = [(found.id, found.version) for found in every()]
    answer = clerk.post("/enterprises/import", data={"file": (io.BytesIO(content), "enterprises.csv")})
    assert answer.location == "/enterprises/import"
    assert "完全一致，没有需要导入的内容，未作任何更改" in clerk.get(answer.location).text
    status, data, _ = command(content, "--confirm")
    assert (status, data["unchanged"], data["batch"]) == (0, 2, None)
    assert [(found.id, found.version) for found in every()] == before


def test_a_changed_file_changes_what_it_says_and_nothing_else(clerk: Any, upload: Any, confirm: Any) -> None:
    confirm(upload(as_csv([row_of(1, 企业类型="餐饮服务提供者（学校食堂）")])))
    batch = upload(as_csv([row_of(1, 企业名称="改名食品店", 企业类型="餐饮服务提供者", 地址="", 许可证有效期="/", 状态="停业")]))
    assert (batch.new_count, batch.changed_count) == (0, 1)
    page = clerk.get(f"/enterprises/import/{batch.id}").text
    assert "企业名称：第1食品店 → 改名食品店" in page
    assert "状态：在产 → 停产" in page
    confirm(batch)
    found = only()
    assert (found.name, found.address, str(found.licence_until), found.status.value, found.version) == (
        "改名食品店", "文昌街1号", "2028-11-20", "停产", 2,
    )  # fmt: skip
    assert kinds_of(found) == {("餐饮服务提供者", "学校食堂")}  # the file names no sub-kind
    assert told(found)[1] == (
        "edit", "导入文件：enterprises.csv", {"企业名称": ["第1食品店", "改名食品店"], "状态": ["在产", "停产"]},
    )  # fmt: skip
    assert "曾用名" in clerk.get(f"/enterprises/{found.id}").text


def test_an_enterprise_without_a_code_is_known_by_name_and_address_and_gets_its_code(upload: Any, confirm: Any) -> None:
    confirm(upload(as_csv([row_of(1, 统一社会信用代码="", 企业名称="老王作坊（一店）")])))
    batch = upload(as_csv([row_of(1, 企业名称="老王作坊(一店)")]))
    assert (batch.new_count, batch.changed_count) == (0, 1)
    confirm(batch)
    assert only().credit_code == code_of(1)


def test_a_name_and_address_with_another_code_is_another_enterprise(upload: Any, confirm: Any) -> None:
    confirm(upload(as_csv([row_of(1)])))
    batch = upload(as_csv([row_of(1, 统一社会信用代码=code_of(2))]))
    assert (batch.new_count, batch.changed_count) == (1, 0)


# ---------------------------------------------------------------- refused

@pytest.mark.parametrize(
    ("changes", "column", "said"),
    [
        ({"统一社会信用代码": code_of(1)[:-1] + "A"}, "统一社会信用代码", "校验位不符"),
        ({"统一社会信用代码": "120225000012345"}, "统一社会信用代码", "请填入“许可证号”"),
        ({"企业名称": ""}, "企业名称", "企业名称为空"),
        ({"企业名称": "长" * 10_000}, "企业名称", "超过 200 个字"),
        ({"企业类型": ""}, "企业类型", "新登记的企业请填写企业类型"),
        ({"企业类型": "杂货店😀"}, "企业类型", "没有名为“杂货店😀”的企业类型"),
        ({"许可证有效期": "2028-02-30"}, "许可证有效期", "2028年2月没有30日"),
        ({"状态": "倒闭"}, "状态", "没有“倒闭”这种状态"),
    ],
)
def test_a_fault_is_named_with_line_and_column(command: Any, changes: dict[str, str], column: str, said: str) -> None:
    status, data, shown = command(as_csv([row_of(1), row_of(2, **changes)]))
    assert (status, data["new"], data["refused"], len(data["errors"])) == (0, 1, 1, 1)
    error = data["errors"][0]
    assert (error["line"], error["column"], error["value"]) == (3, column, changes[column])
    assert said in error["message"]
    assert f"第 3 行 {column}" in shown


def test_skipping_what_is_refused_is_a_choice_of_its_own(clerk: Any, upload: Any, confirm: Any) -> None:
    batch = upload(as_csv([row_of(1), row_of(2, 状态="倒闭")]))
    answer = confirm(batch)
    assert (answer.status_code, every()) == (422, [])
    assert "有 1 家企业存在错误，未导入任何内容" in answer.text
    page = clerk.get(f"/enterprises/import/{batch.id}").text
    assert "跳过 1 家并导入" in page
    assert re.search(r'class="cell-fault"|没有“倒闭”这种状态', page)
    assert confirm(batch, skip_refused="1").status_code == 303
    assert only().name == "第1食品店"


def test_another_bureaus_enterprise_is_refused_without_its_name(stranger: Any, register: Any, upload: Any, clerk: Any) -> None:
    register(stranger, name="武隆秘密公司", region="500156")
    page = clerk.get(f"/enterprises/import/{upload(as_csv([row_of(1)])).id}").text
    assert "已由其他单位登记" in page
    assert "秘密" not in page


def test_another_bureaus_place_is_refused(upload: Any, clerk: Any) -> None:
    batch = upload(as_csv([row_of(1), row_of(2, 所属区域="重庆市武隆区")]))
    assert (batch.new_count, batch.refused_count) == (1, 1)
    assert "该区域由其他单位管辖" in clerk.get(f"/enterprises/import/{batch.id}").text


def test_three_thousand_rows_with_faults_by_line_and_column(clerk: Any, upload: Any, confirm: Any, command: Any) -> None:
    rows = [row_of(serial) for serial in range(1, 3_001)]
    rows[999]["统一社会信用代码"] = code_of(1)  # line 1001: the code of line 2
    rows[1999]["许可证有效期"] = "长期有效"
    rows[2999]["企业类型"] = "杂货店"
    content = as_csv(rows)
    _, data, said = command(content)
    assert [(error["line"], error["column"], error["value"]) for error in data["errors"]] == [
        (1001, "统一社会信用代码", code_of(1)), (2001, "许可证有效期", "长期有效"), (3001, "企业类型", "杂货店"),
    ]  # fmt: skip
    assert "代码与第 2 行重复" in said
    batch = upload(content)
    page = clerk.get(f"/enterprises/import/{batch.id}").text
    assert "只列出 200 家（有误的和更正的在先），另有 2800 家未列出" in page
    assert all(f'<td class="num">{line}</td>' in page for line in (1001, 2001, 3001))
    assert confirm(batch, skip_refused="1").status_code == 303
    assert (len(every()), batch_now(batch.id).refused_count) == (2_997, 3)
    feedback = cells_of(clerk.get(f"/enterprises/import/{batch.id}/errors.xlsx").data)
    assert [row[-1] for row in feedback] == [
        "错误原因", "统一社会信用代码：代码与第 2 行重复：请只保留一行", "许可证有效期：“长期有效”不是日期：请写成 2020-08-27 这样的日期",
        "企业类型：没有名为“杂货店”的企业类型：请从导入模板的下拉列表中选择，细分类型写在括号里",
    ]  # fmt: skip


def test_errors_corrected_in_their_own_workbook_come_back(clerk: Any, upload: Any, confirm: Any) -> None:
    confirm(upload(as_csv([row_of(1), row_of(2, 状态="倒闭")])), skip_refused="1")
    batch = upload(as_csv([row_of(1), row_of(2, 状态="倒闭")]))
    book = openpyxl.load_workbook(io.BytesIO(clerk.get(f"/enterprises/import/{batch.id}/errors.xlsx").data))
    sheet = book.worksheets[0]
    assert sheet.max_row == 2  # only what was refused
    assert sheet.cell(2, 8).fill.start_color.rgb == "FFFFC7CE"
    sheet.cell(2, 8).value = "在产"
    corrected = io.BytesIO()
    book.save(corrected)
    confirm(upload(corrected.getvalue(), "错误反馈.xlsx"))
    assert [found.name for found in every()] == ["第1食品店", "第2食品店"]


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (b"", "a.csv", "文件没有内容"),
        (b"\x00\x01\x02", "a.xlsx", "error-summary"),
        ("抽样编号,样品名称\nXBJ1,芹菜\n".encode(), "a.csv", None),  # read, and refused on the page of its preview
        ("企业名称,统一社会信用代码\n".encode(), "a.csv", "表头下面没有企业"),
    ],
)
def test_files_that_are_none(clerk: Any, content: bytes, name: str, sentence: str | None) -> None:
    answer = clerk.post("/enterprises/import", data={"file": (io.BytesIO(content), name)})
    if sentence is not None:
        assert (answer.status_code, sentence in answer.text) == (422, True)
    else:
        page = clerk.get(answer.location).text
        assert "没有找到表头" in page
        assert "确认导入" not in page


def test_a_file_of_another_system_in_its_own_encoding(command: Any) -> None:
    header = ("单位名称*", "社会信用代码", "主体类型", "经营场所", "法定代表人")
    row = dict(zip(header, ("甲公司", code_of(1).lower(), "食品销售企业", "文昌街", "张三"), strict=True))
    _, data, _ = command(as_csv([row], header, "gb18030"), "--confirm")
    assert (data["new"], data["errors"]) == (1, [])
    assert (only().credit_code, kinds_of(only())) == (code_of(1), {("食品销售者", "/")})


def test_an_unknown_place_refuses_nothing_and_is_asked_about(command: Any) -> None:
    status, data, _ = command(as_csv([row_of(1, 所属区域="天津/天津/蓟州区/没有乡"), row_of(2, 所属区域="不知何处")]), "--confirm")
    assert (status, data["new"], data["errors"]) == (0, 2, [])
    first, second = every()
    assert (first.region_id is not None, second.region_id) == (True, None)
    words = session().execute(sa.select(UnknownWord.written, UnknownWord.nearest).where(UnknownWord.kind == "region")).all()
    assert {written: nearest for written, nearest in words} == {"天津/天津/蓟州区/没有乡": "天津市蓟州区", "不知何处": None}


# ---------------------------------------------------------------- two at once

def test_somebody_registers_the_code_between_preview_and_confirmation(clerk: Any, upload: Any, confirm: Any, register: Any) -> None:
    batch = upload(as_csv([row_of(1), row_of(2)]))
    register(credit_code=code_of(2), name="第2食品店", address="别处")
    assert confirm(batch).status_code == 303  # planned anew: the second is a correction now
    assert [(found.name, found.address) for found in every()] == [("第2食品店", "文昌街2号"), ("第1食品店", "文昌街1号")]


@pytest.mark.parametrize(("codes", "error"), [((1,), "NotAllowedNow"), ((9,), None)])
def test_somebody_registers_the_code_while_it_is_confirmed(
    office: Any, upload: Any, register: Any, codes: tuple[int, ...], error: str | None
) -> None:
    batch = upload(as_csv([row_of(1)]))
    actor = office.actor("county:抽样员")
    plan = imports.prepare(actor, batch.sha256, batch.filename)
    for serial in codes:
        register(credit_code=code_of(serial), name=f"抢先{serial}", address="别处")
    batch, raised = batch_now(batch.id), None
    try:
        with transaction():
            importing.confirm(batch, plan, actor, clock.now())
    except Exception as refusal:
        raised = type(refusal).__name__
    assert raised == error
    assert len(every()) == (1 if error else 2)
    assert batch_now(batch.id).state is (BatchState.STAGED if error else BatchState.CONFIRMED)


def test_somebody_corrects_an_enterprise_while_it_is_confirmed(app: Any, office: Any, clerk: Any, upload: Any, confirm: Any) -> None:
    confirm(upload(as_csv([row_of(1)])))
    batch = upload(as_csv([row_of(1, 企业名称="改名食品店")]))
    actor = office.actor("county:抽样员")
    plan = imports.prepare(actor, batch.sha256, batch.filename)
    with app.app_context(), transaction():  # another process
        session().get_one(Enterprise, 1).address = "东街 9 号"
    with pytest.raises(StaleDataError), transaction():
        importing.confirm(batch, plan, actor, clock.now())
    assert (only().name, only().address) == ("第1食品店", "东街 9 号")


def test_a_batch_is_confirmed_once(upload: Any, confirm: Any) -> None:
    batch = upload(as_csv([row_of(1)]))
    data = {"version": batch.version}
    assert confirm(batch).status_code == 303
    again = confirm(batch, version=str(data["version"]))
    assert again.status_code in (409, 422)
    assert len(every()) == 1


def test_discarding(clerk: Any, upload: Any, confirm: Any) -> None:
    batch = upload(as_csv([row_of(1)]))
    assert clerk.post(f"/enterprises/import/{batch.id}/discard", data={"version": batch.version}).status_code == 303
    assert confirm(batch_now(batch.id)).status_code == 409
    assert every() == []


def test_there_is_no_undoing_and_the_page_says_so(app: Any, clerk: Any, upload: Any, confirm: Any) -> None:
    batch = upload(as_csv([row_of(1)]))
    confirm(batch)
    page = clerk.get(f"/enterprises/import/{batch.id}").text
    assert "请在企业页面逐家更正" in page
    assert "撤销导入" not in page
    assert clerk.post(f"/enterprises/import/{batch.id}/undo", data={"version": 2, "comment": "x"}).status_code == 404


# ---------------------------------------------------------------- who may

def test_who_may_import(office: Any, sign_in: Any, upload: Any, confirm: Any, stranger: Any) -> None:
    batch = upload(as_csv([row_of(1)]))
    for address in ("", "/errors.xlsx"):
        assert stranger.get(f"/enterprises/import/{batch.id}{address}").status_code == 404
    for step in ("confirm", "discard"):
        data = {"version": batch.version}
        assert stranger.post(f"/enterprises/import/{batch.id}/{step}", data=data).status_code == 404
        for person in ("county:办案人", "lab:承检机构"):
            assert sign_in(office.people[person]).post(f"/enterprises/import/{batch.id}/{step}", data=data).status_code in (403, 404)
    for person in ("county:办案人", "county:局领导", "lab:承检机构"):
        answer = sign_in(office.people[person]).post("/enterprises/import", data={"file": (io.BytesIO(as_csv([row_of(2)])), "a.csv")})
        assert answer.status_code == 403
    assert confirm(batch, sign_in(office.people["county:统计员"])).status_code == 303  # a colleague may


def test_the_command_asks_the_permission(app: Any, office: Any, tmp_path: Any) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(as_csv([row_of(1)]))
    result = app.test_cli_runner().invoke(args=["enterprises", "import", str(path), "--as", "county-leader"])
    assert (result.exit_code, "没有执行该命令的权限" in result.stderr) == (1, True)


# ---------------------------------------------------------------- the command, the template

def test_the_command(command: Any) -> None:
    content = as_csv([row_of(1), row_of(2, 状态="倒闭")])
    status, data, said = command(content)
    assert (status, data["batch"], every()) == (0, None, [])
    assert set(data) == {"layout", "sha256", "rows", "new", "changed", "unchanged", "refused", "errors", "batch"}
    assert (data["layout"], data["rows"], data["sha256"]) == ("enterprises", 2, store(content).sha256)
    assert "确认导入请加 --confirm" in said
    status, data, said = command(content, "--confirm")
    assert (status, data["batch"], every()) == (1, None, [])
    assert "跳过 1 家" in said
    status, data, said = command(content, "--confirm", "--skip-refused")
    assert (status, len(every()), batch_now(data["batch"]).state) == (0, 1, BatchState.CONFIRMED)


def test_the_template_offers_its_lists_and_is_read_back(clerk: Any, upload: Any, confirm: Any) -> None:
    book = openpyxl.load_workbook(io.BytesIO(clerk.get("/enterprises/import/template.xlsx").data))
    sheet = book.worksheets[0]
    titles = [str(cell.value).rstrip("*") for cell in sheet[1]]
    assert titles[:4] == ["统一社会信用代码", "企业名称", "企业类型", "细分类型"]
    assert set(HEADER) <= set(titles)
    rules = {str(rule.sqref).split(":")[0]: rule for rule in sheet.data_validations.dataValidation}
    assert rules["C2"].type == "list"
    row = row_of(1)
    for place, title in enumerate(titles, 1):
        sheet.cell(2, place).value = row.get(title)
    filled = io.BytesIO()
    book.save(filled)
    confirm(upload(filled.getvalue(), "企业档案导入模板.xlsx"))
    assert only().credit_code == code_of(1)


def test_a_large_file_is_read_and_written_in_the_background(
    app: Any, office: Any, clerk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "LARGE_BYTES", 100)
    monkeypatch.setattr(jobs, "LARGE_ROWS", 1)
    content = as_csv([row_of(1), row_of(2), row_of(3, 状态="倒闭")])
    answer = clerk.post("/enterprises/import", data={"file": (io.BytesIO(content), "大.csv")})
    assert "正在后台处理" in clerk.get(answer.location).text
    load_handlers()
    assert Worker(app).run_one()
    session().expire_all()
    page = clerk.get(answer.location).text
    assert "已校验 3 家企业，请在预览页确认" in page
    batch = batch_now(int(re.findall(r"/enterprises/import/(\d+)", page)[-1]))
    answer = clerk.post(f"/enterprises/import/{batch.id}/confirm", data={"version": batch.version, "skip_refused": "1"})
    assert "/import/jobs/" in answer.location
    assert Worker(app).run_one()
    session().expire_all()
    assert "已导入：新增 2 家" in clerk.get(answer.location).text
    assert len(every()) == 2


def test_an_import_asks_as_much_for_many_as_for_few(app: Any, office: Any) -> None:
    asked = []
    for first, count in ((1, 5), (100, 200)):
        sha256 = store(as_csv([row_of(serial) for serial in range(first, first + count)])).sha256
        actor = office.actor("county:抽样员")
        with counting(app) as counted:
            plan = imports.prepare(actor, sha256, "x.csv")
            session().rollback()
            with transaction():
                importing.confirm(importing.stage(plan, actor, "x.csv", sha256, clock.now()), plan, actor, clock.now())
        asked.append(counted.count)
    assert asked[1] <= asked[0] + 4, asked

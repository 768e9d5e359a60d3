"""报表模板 on pages and by command: uploaded as issued, mapped cell by cell, tried out, adopted by another, handed to others."""

from __future__ import annotations

import io
import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from openpyxl import Workbook, load_workbook

from app import clock, files, history
from app.db import session, transaction
from app.domain.reporting_kinds import ReturnPeriod
from app.domain.reporting_states import TemplateState
from app.domain.return_mapping import read_spec
from app.domain.samples import Purpose, Supervision
from app.errors import NotAllowedNow, NotLikeThis
from app.return_templates import operations, previews, queries, shipped
from app.return_templates.filling import MappedCell
from app.return_templates.models import ReturnCell, ReturnRule, ReturnTemplate
from app.return_templates.operations import Wish
from tests.conftest import make_office
from tests.indicators.conftest import JIZHOU, Batch, Books
from tests.return_templates.forms_made import MADE, form, parts, saved
from tests.taken import on_record

FORM = form()
COUNT = {"kind": "figure", "formula": "batch_count", "period": "本期"}


def post(client: Any, address: str, **sent: Any) -> Any:
    return client.post(f"/return-templates{address}", data=sent, content_type="multipart/form-data")


def upload(client: Any, content: bytes = FORM, filename: str = "抽检月报.xlsx", **more: Any) -> Any:
    sent = {"code": "city-month", "title": "抽检月报", "period_kind": "月报", "issuer": "市局", "carry": "y", **more}
    return post(client, "/new", file=(io.BytesIO(content), filename), **sent)


def row(template_id: int = 1) -> ReturnTemplate:
    session().expire_all()
    return session().get_one(ReturnTemplate, template_id)


def mapped(at: str = "B5", spec: Any = None, name: str = "本月批次") -> MappedCell:
    return MappedCell(MADE, at, name, read_spec(spec or COUNT))


@pytest.fixture
def drafted(office: Any) -> ReturnTemplate:
    """A draft of the county with one mapped cell."""
    actor = office.actor("county:统计员")
    with transaction():
        made = operations.upload(Wish("city-month", "抽检月报", ReturnPeriod.MONTH), "抽检月报.xlsx", FORM, actor, clock.now()).template
        operations.map_cell(made, mapped(), actor)
    return made


@pytest.fixture
def adopted(office: Any, drafted: ReturnTemplate) -> ReturnTemplate:
    with transaction():
        operations.submit(drafted, office.actor("county:统计员"))
        operations.adopt(drafted, office.actor("county:审核人"), clock.now())
    return drafted


# ---------------------------------------------------------------- the file

def test_the_file_is_kept_byte_for_byte(office: Any, sign_in: Any) -> None:
    client = sign_in(office.people["county:统计员"])
    assert upload(client).status_code == 303
    made = row()
    assert files.read(made.sha256) == FORM == client.get("/return-templates/1/file").data
    assert (made.state, made.edition, made.issuer) == (TemplateState.DRAFT, 1, "市局")
    page = client.get("/return-templates/1").text
    assert "校验（隐藏）" in page and 'colspan="6"' in page and "＝B5+C5" in page and "食品安全抽检月报" in page
    assert "cell=B5" in page and "cell=D5" not in page  # a formula leads nowhere
    assert "抽检月报" in client.get("/return-templates/").text
    assert [one.step for one in history.entries_of("return_template", 1)] == ["upload", "export"]


@pytest.mark.parametrize(("content", "filename", "reason"), [
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "月报.xls", "请在 Excel 中另存为 .xlsx 后再上传"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "月报.xlsx", "请在 Excel 中另存为 .xlsx 后再上传"),
    (b"a,b\n", "月报.csv", "请在 Excel 中另存为 .xlsx 后再上传"),
    (FORM, "月报.xlsm", "请在 Excel 中另存为 .xlsx 后再上传"),
    (b"PK\x03\x04" + b"\0" * 60, "月报.xlsx", "文件不完整或已损坏"),
    (saved(Workbook()), "空.xlsx", "文件里没有内容"),
    (FORM + b"\0" * (5 << 20), "大.xlsx", "文件超过 5 MB"),
])  # fmt: skip
def test_other_files_are_refused(office: Any, sign_in: Any, content: bytes, filename: str, reason: str) -> None:
    answer = upload(sign_in(office.people["county:统计员"]), content, filename)
    assert answer.status_code == 422 and reason in answer.text and 'value="city-month"' in answer.text
    assert session().scalar(sa.select(sa.func.count()).select_from(ReturnTemplate)) == 0


def test_a_second_click_makes_no_second_edition(office: Any, sign_in: Any) -> None:
    client = sign_in(office.people["county:统计员"])
    assert upload(client).status_code == 303
    again = upload(client)
    assert again.status_code == 409 and "第 1 版还没有启用" in again.text
    assert upload(client, code="月报").status_code == 422


def test_a_new_edition_takes_over_the_cells_that_are_still_there(office: Any, sign_in: Any, adopted: ReturnTemplate) -> None:
    book = load_workbook(io.BytesIO(FORM))
    book[MADE]["B5"] = "=C5+1"
    actor = office.actor("county:统计员")
    with transaction():
        voided = operations.upload(Wish("city-month", "抽检月报", ReturnPeriod.MONTH), "新.xlsx", FORM, actor, clock.now())
        operations.map_cell(voided.template, mapped("C5"), actor)
        operations.set_rule(voided.template, operations.RuleText("R1", "B5 <= C5", "累计不少于本月", True), actor)
        operations.void(voided.template, actor, "换文件")
    answer = upload(sign_in(office.people["county:统计员"]), saved(book))
    assert answer.status_code == 303 and [one.cell for one in queries.cells(3)] == ["C5"]
    assert [one.code for one in queries.rules(3)] == ["R1"]
    told = sign_in(office.people["county:统计员"]).get("/return-templates/3").text
    assert "第 3 版" in told and row(3).edition == 3
    flashed = [one.comment for one in history.entries_of("return_template", 3)]
    assert flashed == ["第 3 版：抽检月报.xlsx"]


# ---------------------------------------------------------------- the mapping

def test_a_cell_is_mapped_changed_and_freed(office: Any, sign_in: Any, drafted: ReturnTemplate) -> None:
    client = sign_in(office.people["county:统计员"])
    shown = client.get("/return-templates/1/cell?sheet=表一&cell=B5").text
    assert 'value="本月批次"' in shown and '<option selected value="batch_count">' in shown
    rate = {"kind": "figure", "formula": "pass_rate", "period": "累计"}
    assert '<option selected value="小数">' in client.get("/return-templates/1/cell?sheet=表一&cell=E5").text  # a percentage in the form
    cell = {"sheet": MADE, "cell": "c5", "name": "累计合格率", **rate, "version": row().version}
    assert post(client, "/1/cell", **cell, by="食品大类").status_code == 422  # no name of the group
    assert post(client, "/1/cell", **cell, filter="domain in (食品;食用农产品)", form="小数").status_code == 303
    assert queries.cells(1)[1].spec == {
        "kind": "figure", "formula": "pass_rate", "filter": "domain in (食品;食用农产品)", "period": "累计", "form": "小数",
    }  # fmt: skip
    stale = post(client, "/1/cell", **{**cell, "cell": "B6"})
    assert stale.status_code == 409 and "已被他人修改" in stale.text and 'value="累计合格率"' in stale.text
    page = client.get("/return-templates/1").text
    assert "累计 抽检合格率（产品领域：食品、食用农产品）" in page and ">累计合格率</a>" in page
    assert post(client, "/1/cell/remove", sheet=MADE, cell="C5", version=row().version).status_code == 303
    assert [one.cell for one in queries.cells(1)] == ["B5"]
    assert history.entries_of("return_template", 1)[-1].comment == "取消 表一!C5（累计合格率）"


@pytest.mark.parametrize(("cell", "spec", "reason"), [
    ("D5", COUNT, "D5 是公式单元格"),
    ("B1", COUNT, "B1 属于合并单元格 A1:F1，请填在左上角的 A1"),
    ("5B", COUNT, "“5B”不是单元格地址"),
    ("B8", {"kind": "list", "list": "不合格明细", "columns": "A 序号\nB", "most": "3"}, "“B”看不懂"),
    ("A4", {"kind": "list", "list": "不合格明细", "columns": "A 序号\nB 样品名称", "most": "3"}, "重叠"),
    ("A4", {"kind": "list", "list": "不合格明细", "columns": "D：样品名称", "most": "3"}, "D5 是公式单元格"),
    ("A9", {"kind": "list", "list": "不合格明细", "columns": "A 电话", "most": "3"}, "“不合格明细”没有“电话”这一项"),
    ("A9", {"kind": "text", "text": "{单位}"}, "没有“{单位}”这一项"),
    ("A9", {"kind": "task", "level": "乡级"}, "Not a valid choice"),
    ("A9", {"kind": "figure"}, "请选择一个公式，或填写规划指标的序号"),
])  # fmt: skip
def test_cells_that_cannot_be_mapped(office: Any, sign_in: Any, drafted: ReturnTemplate, cell: str, spec: Any, reason: str) -> None:
    answer = post(sign_in(office.people["county:统计员"]), "/1/cell", sheet=MADE, cell=cell, name="甲", version=row().version, **spec)
    assert answer.status_code == 422 and (reason in answer.text or reason.startswith("Not"))
    assert len(queries.cells(1)) == 1


def test_every_way_of_filling_has_its_form(office: Any, sign_in: Any, drafted: ReturnTemplate) -> None:
    client = sign_in(office.people["county:统计员"])
    specs: list[dict[str, Any]] = [
        {"kind": "difference", "formula": "batch_count", "period": "本期", "other_formula": "batch_count", "other_period": "上年同期"},
        {"kind": "growth", "formula": "batch_count", "other_no": "3", "other_period": "上年累计"},
        {"kind": "task", "level": "县级"}, {"kind": "completion", "purpose": "监督抽检", "period": "累计"},
        {"kind": "text", "text": "填报单位：{填报单位}"},
        {"kind": "list", "list": "不合格明细", "columns": "A 序号\nC＝样品名称", "most": "5", "empty": "无"},
    ]  # fmt: skip
    for ordinal, spec in enumerate(specs):
        at = f"A{10 + ordinal}"
        answer = post(client, "/1/cell", sheet=MADE, cell=at, name=f"第{ordinal}格", version=row().version, **spec)
        assert answer.status_code == 303, spec
        shown = client.get(f"/return-templates/1/cell?sheet=表一&cell={at}").text
        assert (f'value="第{ordinal}格"' in shown and 'value="无"' in shown) or spec["kind"] != "list"
    kept = [one.spec for one in queries.cells(1)]
    assert kept[1]["minus"]["period"] == "上年同期" and kept[2]["against"] == {"no": "3", "period": "上年累计"}
    assert kept[6]["columns"] == {"A": "序号", "C": "样品名称"} and len(kept) == 7


def test_rules_are_read_before_they_are_kept(office: Any, sign_in: Any, drafted: ReturnTemplate) -> None:
    client = sign_in(office.people["county:统计员"])
    rule = {"code": "R1", "message": "累计不少于本月", "blocking": "1"}
    assert "第 4 个字符处" in post(client, "/1/rule", **rule, expression="B5 什么", version=row().version).text
    assert post(client, "/1/rule", **rule, expression="B5 <= C5", version=row().version).status_code == 303
    assert 'value="B5 &lt;= C5"' in client.get("/return-templates/1/rule?code=R1").text
    assert post(client, "/1/rule/remove", code="R1", version=row().version).status_code == 303
    assert not queries.rules(1)


def test_a_mapping_travels_to_another_office(app: Any, office: Any, sign_in: Any, drafted: ReturnTemplate) -> None:
    client, city = sign_in(office.people["county:统计员"]), sign_in(office.people["city:统计员"])
    with transaction():
        operations.set_rule(drafted, operations.RuleText("R1", "B5 <= C5", "累计不少于本月", False), office.actor("county:统计员"))
    assert upload(city).status_code == 303
    for ending in ("json", "xlsx"):
        content = client.get(f"/return-templates/1/export.{ending}").data
        assert f"city-month#1 对应关系，{ending}" in on_record("return_template", content)
        sent = {"file": (io.BytesIO(content), f"对应关系.{ending}"), "version": row(2).version}
        assert post(city, "/2/import", **sent).status_code == 303, ending
        assert [(one.cell, one.spec) for one in queries.cells(2)] == [("B5", COUNT)], ending
        assert [(one.code, one.blocking) for one in queries.rules(2)] == [("R1", False)], ending
    broken = json.loads(client.get("/return-templates/1/export.json").data)
    broken["cells"] += [{"sheet": MADE, "cell": "A99", "name": "甲", "spec": {"kind": "sum"}}, {"sheet": "二月", "cell": "A1"}]
    answer = post(city, "/2/import", file=(io.BytesIO(json.dumps(broken).encode()), "对应.json"), version=row(2).version)
    assert answer.status_code == 422 and "没有“sum”这种取数方式" in answer.text
    assert "第 3 个单元格：请填写工作表、单元格和名称" in answer.text
    with transaction():
        given = operations.MappingFile([mapped("C6"), MappedCell("二月", "A1", "乙", read_spec(COUNT))], [])
        lost = operations.replace_mapping(row(2), given, office.actor("city:统计员"))
    assert lost == ["二月!A1（乙）：模板中没有工作表“二月”，请核对名称"] and [one.cell for one in queries.cells(2)] == ["C6"]
    assert client.get("/return-templates/1/export.pdf").status_code == 404


# ---------------------------------------------------------------- the course

def test_another_person_adopts_and_nothing_changes_any_more(office: Any, sign_in: Any, drafted: ReturnTemplate) -> None:
    client, reviewer = sign_in(office.people["county:统计员"]), sign_in(office.people["county:审核人"])
    assert post(client, "/1/submit", version=row().version).status_code == 303
    assert post(client, "/1/adopt", version=row().version).status_code == 403
    assert post(reviewer, "/1/return", version=row().version).status_code == 422  # no reason
    assert post(reviewer, "/1/adopt", version=row().version, comment="同意").status_code == 303
    assert row().state is TemplateState.ADOPTED and row().adopted_by_id == office.people["county:审核人"].id
    cell = {"sheet": MADE, "cell": "B5", "kind": "text", "name": "改", "text": "改"}
    assert post(client, "/1/cell", **cell, version=row().version).status_code == 409
    assert queries.cells(1)[0].spec == COUNT
    assert post(reviewer, "/1/retire", version=row().version, comment="已换新表").status_code == 303
    assert not queries.usable(office.actor("county:统计员"), ReturnPeriod.MONTH, date(2026, 11, 30))


def test_what_does_not_fit_is_not_submitted(office: Any, drafted: ReturnTemplate) -> None:
    actor = office.actor("county:统计员")
    with pytest.raises(NotLikeThis, match="D5 是公式单元格"), transaction():
        session().add(ReturnCell(template_id=drafted.id, ordinal=9, sheet=MADE, cell="D5", name="坏", spec=COUNT))
        session().flush()
        operations.submit(drafted, actor)
    with pytest.raises(NotLikeThis, match="审核公式 R1：审核公式第"), transaction():
        session().add(ReturnRule(template_id=drafted.id, ordinal=1, code="R1", expression="B5", message="坏", blocking=True))
        session().flush()
        operations.submit(drafted, actor)
    with pytest.raises(NotLikeThis, match="还没有对应任何单元格"), transaction():
        operations.unmap_cell(drafted, MADE, "B5", actor)
        operations.submit(drafted, actor)


def test_the_county_fills_the_forms_of_the_city(office: Any, sign_in: Any) -> None:
    """Handed down from above: read and used, not changed; the newest edition that has begun is used."""
    actor, reviewer = office.actor("city:统计员"), office.actor("city:审核人")
    for edition, begins in enumerate((None, date(2027, 1, 1)), 1):
        wish = Wish("city-month", f"月报{edition}", ReturnPeriod.MONTH, valid_from=begins)
        with transaction():
            made = operations.upload(wish, "月报.xlsx", FORM, actor, clock.now()).template
            if edition == 1:
                operations.map_cell(made, mapped(), actor)
            operations.submit(made, actor)
            operations.adopt(made, reviewer, clock.now())
    county = office.actor("county:统计员")
    titles = [[one.title for one in queries.usable(county, ReturnPeriod.MONTH, day)] for day in (date(2026, 12, 31), date(2027, 1, 31))]
    assert titles == [["月报1"], ["月报2"]] and not queries.usable(county, ReturnPeriod.YEAR, date(2027, 12, 31))
    client = sign_in(office.people["county:统计员"])
    assert client.get("/return-templates/1").status_code == 200
    assert client.get("/return-templates/1/cell").status_code == 403
    assert upload(client).status_code == 303 and row(3).org_id == office.orgs["county"].id and row(3).edition == 1


def test_two_at_once_make_one_edition(office: Any, drafted: ReturnTemplate) -> None:
    with pytest.raises(NotAllowedNow, match="第 1 版还没有启用"), transaction():
        operations.upload(Wish("city-month", "抽检月报", ReturnPeriod.MONTH), "月报.xlsx", FORM, office.actor("county:统计员"), clock.now())


# ---------------------------------------------------------------- trying out

def test_a_preview_shows_real_figures(office: Any, sign_in: Any, drafted: ReturnTemplate) -> None:
    Books(office.orgs).add(*[Batch() for _ in range(12)])
    with transaction():
        spec = {"kind": "list", "list": "不合格明细", "columns": {"A": "序号"}, "most": 2, "empty": "本月没有"}
        operations.map_cell(drafted, mapped("A10", spec, "名单"), office.actor("county:统计员"))
    client = sign_in(office.people["county:抽样员"])
    page = client.get(f"/return-templates/1/preview?area={JIZHOU}&year=2026&part=11").text
    assert re.search(r">12</td>", page) and "本月没有" in page and "分子 12 件" in page
    book = load_workbook(io.BytesIO(client.get(f"/return-templates/1/preview.xlsx?area={JIZHOU}&year=2026&part=11").data))
    assert book[MADE]["B5"].value == 12 and book[MADE]["D5"].value == "=B5+C5" and book["校验"].sheet_state == "hidden"
    assert client.get(f"/return-templates/1/preview?area={JIZHOU}&year=2026&part=13").status_code == 422
    assert "没有区划代码" in client.get("/return-templates/1/preview?area=1&year=2026&part=1").text
    assert "数据来源" not in client.get("/return-templates/1/preview").text


# ---------------------------------------------------------------- by command

def test_the_same_by_command(app: Any, office: Any, tmp_path: Path) -> None:
    def run(*args: str, as_: str = "county:统计员", fails: bool = False) -> Any:
        username = office.people[as_].username
        result = app.test_cli_runner().invoke(args=["return-templates", *args, "--as", username, "--json"], catch_exceptions=False)
        assert result.exit_code == int(fails), result.output
        return result.stderr if fails else json.loads(result.stdout)

    (tmp_path / "月报.xlsx").write_bytes(FORM)
    (tmp_path / "月报.xls").write_bytes(b"\xd0\xcf\x11\xe0")
    name = ("--code", "m1", "--title", "月报")
    assert "另存为 .xlsx 后再上传" in run("upload", str(tmp_path / "月报.xls"), *name, fails=True)
    assert run("upload", str(tmp_path / "月报.xlsx"), *name)["name"] == "m1#1"
    run("map", "m1#1", "表一!B5", "--spec", json.dumps(COUNT), "--name", "本月批次")
    assert "D5 是公式单元格" in run("map", "m1#1", "表一!D5", "--spec", json.dumps(COUNT), fails=True)
    assert "不是 JSON" in run("map", "m1#1", "表一!C5", "--spec", "{", fails=True)
    run("map", "m1#1", "表一!C5", "--spec", json.dumps({**COUNT, "period": "累计"}))
    run("rule", "m1#1", "R1", "--expression", "C5 >= B5", "--message", "累计不少于本月")
    assert [one["cell"] for one in run("cells", "m1#1")["cells"]] == ["B5", "C5"]
    run("export", "m1#1", "--out", str(tmp_path / "对应.json"))
    run("map", "m1#1", "表一!C5", "--remove")
    run("rule", "m1#1", "R1", "--remove")
    assert run("import", "m1#1", "--file", str(tmp_path / "对应.json"))["lost"] == []
    run("export", "m1#1", "--original", "--out", str(tmp_path / "原件.xlsx"))
    assert (tmp_path / "原件.xlsx").read_bytes() == FORM and "m1#1 原件" in on_record("return_template", FORM)
    assert "m1#1 对应关系，json" in on_record("return_template", (tmp_path / "对应.json").read_bytes())
    found = run("preview", "m1#1", "--area", JIZHOU, "--period", "2026-11", "--out", str(tmp_path / "试填.xlsx"))
    assert [one["value"] for one in found] == ["0", "0"] and load_workbook(tmp_path / "试填.xlsx")[MADE]["B5"].value == 0
    assert "请写成 2026-11 的形式" in run("preview", "m1#1", "--area", JIZHOU, "--period", "2026-Q1", fails=True)
    run("submit", "m1#1")
    run("recall", "m1#1")
    run("submit", "m1#1")
    assert "没有执行该命令的权限" in run("adopt", "m1#1", fails=True)
    run("return", "m1#1", "--comment", "补备注", as_="county:审核人")
    run("submit", "m1#1")
    assert run("adopt", "m1#1", as_="county:审核人")["state"] == "已启用"
    run("retire", "m1#1", "--comment", "换新表", as_="county:审核人")
    assert run("load-shipped")["loaded"] == [
        "sampling-monthly#1", "disposal-monthly#1", "failed-batches#1", "evaluation-sampling#1", "risk-grading#1",
    ]  # fmt: skip
    assert run("load-shipped")["loaded"] == []
    run("void", "failed-batches#1", "--comment", "不用")
    assert len(run("list")) == 6 and [one["name"] for one in run("list", "--state", "已作废")] == ["failed-batches#1"]
    assert "没有找到“m1#9”" in run("cells", "m1#9", fails=True)


def test_the_shipped_forms_are_filled_and_opened_again(office: Any, sign_in: Any) -> None:
    """Every default form fits its file, is read as rules and figures of this program, and opens after filling."""
    Books(office.orgs).add(Batch(), Batch(supervision=Supervision.FAIL), Batch(purpose=Purpose.EVALUATION))
    client = sign_in(office.people["county:统计员"])
    assert client.post("/return-templates/load-shipped").status_code == 303
    for ordinal, code in enumerate(("sampling-monthly", "disposal-monthly", "failed-batches", "evaluation-sampling", "risk-grading"), 1):
        one = row(ordinal)
        assert (one.code, one.shipped, one.state) == (code, True, TemplateState.DRAFT)
        with transaction():
            operations.submit(one, office.actor("county:统计员"))
        part = 11 if one.period_kind is ReturnPeriod.MONTH else 4
        content = client.get(f"/return-templates/{ordinal}/preview.xlsx?area={JIZHOU}&year=2026&part={part}").data
        before, after = parts(files.read(one.sha256)), parts(content)
        changed = {name for name in before if before[name] != after[name]}
        assert all(name.startswith("xl/worksheets/sheet") or name == "xl/workbook.xml" for name in changed)
        book = load_workbook(io.BytesIO(content))
        assert book.worksheets[0]["A1"].value.startswith("蓟州区2026年"), code
        if code == "sampling-monthly":
            sheet = book["抽检月报"]
            assert [sheet[at].value for at in ("D5", "E5", "G5", "D16", "C18")] == [2, 1, 50, 1, "=SUM(C5,C16,C17)"]
            assert sheet["B2"].value is None and book["食品大类"]["B6"].value == "肉制品"
        if code == "failed-batches":
            assert book.active["B6"].value == "DBJ2" and book.active["B7"].value is None and book.active["D4"].value == 1


def test_the_shipped_forms_are_filled_alike_on_postgresql(pg_app: Any) -> None:
    """Every formula, group and list of the default forms on the other database; and a draft's course."""
    with transaction():
        office = make_office()
    Books(office.orgs).add(Batch(), Batch(supervision=Supervision.FAIL), Batch(purpose=Purpose.EVALUATION))
    actor = office.actor("county:统计员")
    with transaction():
        made = [one.template.id for one in shipped.load(actor, clock.now())]
    for template_id in made:
        one = row(template_id)
        period = previews.period_of(one.period_kind, 2026, 11 if one.period_kind is ReturnPeriod.MONTH else 4)
        cells = {each.name: each.value for each in previews.filled_in(one, actor, previews.frame(actor, JIZHOU, period)).cells}
        assert cells["签署栏"] is not None
        if one.code == "sampling-monthly":
            assert [cells[f"本月监督抽检（含抽检监测）{what}"] for what in ("完成批次", "不合格批次")] == [2, 1]
            assert cells["食品大类合格率·名称·1"] == "肉制品"
        with transaction():
            operations.submit(one, actor)
            operations.adopt(one, office.actor("county:审核人"), clock.now())
    assert len(queries.usable(actor, ReturnPeriod.MONTH, date(2026, 11, 30))) == 3

"""导入格式对照: columns of an unknown header named once, remembered, shown, taken out of use; by page and command."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
import sqlalchemy as sa

from app import clock
from app.chain import HistoryEntry
from app.db import session, transaction
from app.domain.layout_guess import guessed, header_with, lacking, likeliest
from app.domain.result_headers import Candidate, fingerprint
from app.layouts import operations, queries
from app.layouts.models import LayoutMapping
from app.results import jobs
from app.results.models import ImportBatch, ResultReport
from app.worker import Worker, load_handlers
from tests.results.conftest import batch_now
from tests.results.material import count, register_sample, rows_of, sample_named

ONE, TWO = "XC26120119460010001", "XC26120119460010002"
TITLES = ("序号", "检测报告编号", "样品编号（国抽）", "检测参数", "实测值", "计量单位", "单项结论", "标准限值", "实验员")
FORM = {"column_1": "report_no", "column_2": "number", "column_3": "item", "column_4": "result", "column_5": "unit",
        "column_6": "verdict", "column_7": "max_limit"}  # fmt: skip
PAIRS = ("抽样编号=样品编号（国抽）", "报告书编号=检测报告编号", "检验项目=检测参数", "检验结果=实测值", "结果单位=计量单位")


def table(*lines: tuple[str, ...], titles: tuple[str, ...] = TITLES) -> bytes:
    """A laboratory's own table, under a heading of its own."""
    rows = [("某检测公司结果汇总表",), (), titles, *lines]
    return "\n".join(",".join(row) for row in rows).encode("gb18030")


def line(number: str, item: str, result: str, serial: str = "1") -> tuple[str, ...]:
    return (serial, f"BG{number[-4:]}", number, item, result, "mg/kg", "合格", "0.2", "王某")


# ---------------------------------------------------------------- rules


@pytest.mark.parametrize(("titles", "field", "place"), [
    (TITLES, "number", 2), (TITLES, "report_no", 1), (TITLES, "item", 3), (TITLES, "result", 4), (TITLES, "unit", 5),
    (TITLES, "verdict", 6), (TITLES, "max_limit", 7),
    (("检 验 结 果*", "结果"), "result", 0),  # the certain name before the likely one
    (("检验结果值",), "result", 0),  # alike, and nobody's name
    (("实验员",), "item", None),
    (("",), "number", None),
])  # fmt: skip
def test_guesses(titles: tuple[str, ...], field: str, place: int | None) -> None:
    assert guessed(titles).get(field) == place


def test_the_likeliest_header_is_below_headings_and_above_values() -> None:
    rows = [(1, ("某检测公司", "")), (3, ("编号", "项目", "结果")), (4, ("GC1", "铅", "0.1")), (5, ("GC1", "镉", "0.1"))]
    found = likeliest(rows)
    assert found is not None and (found.top, found.line) == (3, 3)
    assert likeliest([(1, ("0.1", "2"))]) is None


@pytest.mark.parametrize(("other", "same"), [
    ((("样 品 号*", "结果（mg/kg）"),), True),  # blanks, asterisk, full-width brackets
    ((("样品号", "结果(mg/kg)", "", "错误原因"),), True),  # our own error workbook comes back
    ((("结果(mg/kg)", "样品号"),), False),  # another order is another header
    ((("样品号", "结果(mg/kg)"), ("a", "b")), False),
])  # fmt: skip
def test_a_header_is_recognised_by_its_titles(other: Any, same: bool) -> None:
    one = Candidate(1, 1, (("样品号", "结果(mg/kg)"),))
    assert (fingerprint(Candidate(4, 5, other)) == fingerprint(one)) is same


def test_what_cannot_be_done_without() -> None:
    assert lacking({"number": 0, "item": 1}) == ["报告书编号", "检验结果"]
    assert header_with([[(1, ("甲", "甲"))]], {"number": "甲"}) is None  # twice would be a guess


# ---------------------------------------------------------------- page


def test_unknown_header_is_mapped_once_and_remembered(
    office: Any, clerk: Any, sign_in: Any, confirm: Any, command: Any
) -> None:
    for number in (ONE, TWO):
        register_sample(office, number)
    sent = {"file": (io.BytesIO(table(line(ONE, "毒死蜱", "未检出"))), "一.csv"), "layout": "auto", "reported_on": "2026-11-12"}
    answer = clerk.post("/imports/upload", data=sent)
    batch = session().scalars(sa.select(ImportBatch)).one()
    here = f"/imports/{batch.id}/mapping"
    assert (answer.status_code, answer.headers["Location"], batch.state.value) == (303, here, "staged")
    assert "没有认出文件的表头" in clerk.get(f"/imports/{batch.id}").get_data(as_text=True)
    refused = confirm(clerk, batch)
    assert (refused.status_code, count(ResultReport)) == (422, 0)
    page = clerk.get(here).get_data(as_text=True)
    assert all(words in page for words in ("某检测公司结果汇总表", "选作表头", "实测值", "未检出"))
    assert '<option selected value="result">检验结果（必填）</option>' in page  # the best guess
    data = {"sheet": "0", "top": "3", "line": "3", "name": "某检测", "whose": "all", "laboratory": "", "reported_on": "2026-11-12"}
    twice = clerk.post(here, data={**data, **FORM, "column_8": "item"})
    assert (twice.status_code, "“检验项目”选了两列（第 4 列、第 9 列）" in twice.get_data(as_text=True)) == (422, True)
    lacks = clerk.post(here, data={**data, **FORM, "column_4": ""})
    assert (lacks.status_code, "还没有指明“检验结果”是哪一列" in lacks.get_data(as_text=True)) == (422, True)
    alone = clerk.post(here, data={**data, **FORM, "whose": "laboratory"})
    assert (alone.status_code, "请选择检验机构" in alone.get_data(as_text=True), count(LayoutMapping)) == (422, True, 0)
    assert clerk.post(here, data={**data, **FORM}).headers["Location"] == f"/imports/{batch.id}"
    batch = batch_now(batch.id)
    mapping = session().scalars(sa.select(LayoutMapping)).one()
    assert (batch.layout_mapping_id, batch.new_count, mapping.used, mapping.columns["result"]) == (mapping.id, 1, 1, 4)
    shown = clerk.get(f"/imports/{batch.id}").get_data(as_text=True)
    assert f'按 2026-11-20 蓟州统计员 保存的对照“<a href="/layouts/{mapping.id}">某检测</a>”读取' in shown
    assert confirm(clerk, batch).status_code == 303
    assert [(row["item_written"], row["result_written"], row["unit"], row["limit_unit"]) for row in rows_of(ONE)] == [
        ("毒死蜱", "未检出", "mg/kg", None)
    ]
    assert clerk.get(here).status_code == 409  # it is confirmed
    # the next file of the same header is read at once, by page and command, its faults named in its own words
    sent = {"file": (io.BytesIO(table(line(TWO, "毒死蜱", "未检出"), line("GC26999", "铅", "#REF!"))), "二.csv"), "layout": "auto"}
    second = clerk.post("/imports/upload", data=sent).headers["Location"]
    text = clerk.get(second).get_data(as_text=True)
    assert "保存的对照" in text and "系统中没有抽样单 GC26999" in text
    assert {fault["column"] for fault in batch_now(int(second.rsplit("/", 1)[1])).preview["faults"]} == {"样品编号（国抽）", "实测值"}
    status, answer, said = command("import", content=table(line(TWO, "毒死蜱", "未检出")), name="三.csv")
    assert (status, answer["new"], f"按列对照 {mapping.id} 读取" in said) == (0, 1, True)
    other = sign_in(office.people["other:统计员"])
    assert (other.get(f"/layouts/{mapping.id}").status_code, other.get(here).status_code) == (404, 404)
    assert "某检测" not in other.get("/layouts").get_data(as_text=True)


def test_a_mapping_is_voided_and_its_header_asked_about_again(office: Any, clerk: Any, upload: Any, confirm: Any) -> None:
    register_sample(office, ONE)
    content = table(line(ONE, "毒死蜱", "未检出"))
    mapping = _saved(office)
    batch = upload(clerk, content)
    assert (batch.layout_mapping_id, batch.new_count) == (mapping, 1)
    assert all(words in clerk.get(f"/layouts/{mapping}").get_data(as_text=True) for words in ("实测值", "<b>检验结果</b>", "不读取"))
    assert clerk.post(f"/layouts/{mapping}/void", data={"comment": " "}).status_code == 422
    assert clerk.post(f"/layouts/{mapping}/void", data={"comment": "限值列错了"}).status_code == 303
    assert clerk.post(f"/layouts/{mapping}/void", data={"comment": "再来"}).status_code == 409  # the second click
    assert "限值列错了" in clerk.get("/layouts?voided=1").get_data(as_text=True)
    refused = confirm(clerk, batch)
    assert (refused.status_code, "所用的列对照已作废" in refused.get_data(as_text=True)) == (409, True)
    assert count(ResultReport) == 0
    sent = {"file": (io.BytesIO(content + b"\n"), "again.csv"), "layout": "auto"}
    assert clerk.post("/imports/upload", data=sent).headers["Location"].endswith("/mapping")
    steps = session().scalars(sa.select(HistoryEntry.step).where(HistoryEntry.subject_kind == operations.KIND)).all()
    assert steps == ["map_layout", "void_layout"]


def _saved(office: Any, laboratory: str | None = None) -> int:
    columns = {field: int(name.removeprefix("column_")) for name, field in FORM.items()}
    asked = operations.Asked("某检测", Candidate(3, 3, (TITLES,)), columns, office.orgs[laboratory].id if laboratory else None)
    with transaction():
        return operations.save(asked, office.actor("county:统计员"), clock.now()).id


def test_a_mapping_of_one_laboratory_reads_its_files_only(office: Any, clerk: Any) -> None:
    """The laboratory's own before everybody's; a new one of the same header takes the old one's place."""
    register_sample(office, ONE)
    own = _saved(office, "lab")
    actor, lab, other = office.actor("county:统计员"), office.orgs["lab"].id, office.orgs["otherlab"].id
    known = [queries.headers_known(actor, one) for one in (lab, other, None)]
    assert [bool(found) for found in known] == [True, False, False]
    everybody, again = _saved(office), _saved(office, "lab")
    keys = [next(iter(queries.headers_known(actor, one).values())).key for one in (lab, other, None)]
    assert keys == [again, everybody, everybody]
    assert session().get_one(LayoutMapping, own).void_reason == operations.REPLACED
    assert queries.headers_known(office.actor("other:统计员"), lab) == {}
    sent = {"file": (io.BytesIO(table(line(ONE, "毒死蜱", "未检出"))), "a.csv"), "layout": "auto", "laboratory": str(lab)}
    batch = batch_now(int(clerk.post("/imports/upload", data=sent).headers["Location"].rsplit("/", 1)[1]))
    assert batch.layout_mapping_id == again


def test_a_laboratory_maps_its_own_file(office: Any, sign_in: Any) -> None:
    register_sample(office, ONE, laboratory_org_id=office.orgs["lab"].id)
    person = sign_in(office.people["lab:承检机构"])
    sent = {"file": (io.BytesIO(table(line(ONE, "毒死蜱", "未检出"))), "a.csv"), "layout": "auto"}
    here = person.post("/imports/upload", data=sent).headers["Location"]
    data = {"sheet": "0", "top": "3", "line": "3", "name": "本室", "whose": "all", "laboratory": "", "reported_on": "2026-11-12"}
    assert person.post(here, data={**data, **FORM}).status_code == 303
    assert session().scalars(sa.select(LayoutMapping.laboratory_org_id)).all() == [office.orgs["lab"].id]


def test_a_large_file_is_read_again_in_the_background(
    app: Any, office: Any, clerk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "LARGE_BYTES", 1)
    register_sample(office, ONE)
    sent = {"file": (io.BytesIO(table(line(ONE, "毒死蜱", "未检出"))), "a.csv"), "layout": "auto"}
    progress = clerk.post("/imports/upload", data=sent).headers["Location"]
    load_handlers()
    Worker(app).run_until_empty()
    assert "指明各列" in clerk.get(progress).get_data(as_text=True)
    batch = session().scalars(sa.select(ImportBatch)).one()
    data = {"sheet": "0", "top": "3", "line": "3", "name": "大", "whose": "all", "laboratory": "", "reported_on": "2026-11-12"}
    answer = clerk.post(f"/imports/{batch.id}/mapping", data={**data, **FORM})
    assert "/imports/jobs/" in answer.headers["Location"]
    Worker(app).run_until_empty()
    batch = batch_now(batch.id)
    assert (batch.new_count, batch.preview["unclear"], batch.layout_mapping_id is not None) == (1, False, True)


# ---------------------------------------------------------------- command


def test_columns_named_on_the_command_line(app: Any, office: Any, command: Any, tmp_path: Any) -> None:
    register_sample(office, ONE)
    content = table(line(ONE, "毒死蜱", "未检出"))
    status, _, said = command("import", "--confirm", "--reported-on", "2026-11-12", content=content)
    assert (status, "没有找到表头" in said, "--map" in said) == (1, True, True)
    maps = [word for pair in PAIRS for word in ("--map", pair)]
    status, answer, _ = command("import", *maps, content=content)
    assert (status, answer["new"], count(LayoutMapping)) == (0, 1, 0)  # a preview remembers nothing
    assert command("import", "--map", "抽样编号=没有", content=content)[0] == 1
    assert command("import", "--map", "胡写", content=content)[0] == 1
    status, answer, _ = command("import", "--confirm", "--reported-on", "2026-11-12", *maps, content=content)
    assert (status, answer["new"], sample_named(ONE)["state"].value) == (0, 1, "reported")
    batch = batch_now(answer["batch"])
    run = app.test_cli_runner()

    def layouts(*words: str) -> tuple[int, Any]:
        result = run.invoke(args=["layouts", *words, "--json"])
        return result.exit_code, json.loads(result.stdout) if result.stdout.strip() else None

    assert [row["id"] for row in layouts("list")[1]] == [batch.layout_mapping_id]
    shown = layouts("show", str(batch.layout_mapping_id))[1]
    assert (shown["columns"]["检验结果"], shown["used"]) == ("实测值", 1)
    assert layouts("void", str(batch.layout_mapping_id), "--reason", "试")[0] == 0
    assert layouts("void", str(batch.layout_mapping_id), "--reason", "试")[0] == 1
    assert command("import", "--mapping", str(batch.layout_mapping_id), content=content)[0] == 1
    (tmp_path / "样例.csv").write_bytes(content)
    status, made = layouts("add", str(tmp_path / "样例.csv"), *maps, "--name", "样例")
    assert (status, made["name"]) == (0, "样例")
    status, answer, _ = command("import", "--mapping", str(made["id"]), "--reported-on", "2026-11-12", content=content)
    assert (status, answer["unchanged"]) == (0, 1)
    assert layouts("show", "999")[0] == 1

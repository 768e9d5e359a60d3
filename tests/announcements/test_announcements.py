"""外部公示: imported, linked, listed and undone; beside enterprises, samples and plans, and in no figure."""

from __future__ import annotations

import io
import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa

from app import clock, files, history
from app.announcements import hints, importing, imports, jobs, operations, queries
from app.announcements.models import ExternalFinding
from app.announcements.queries import Filters
from app.chain import verify_chain
from app.db import session, transaction
from app.disposal.models import DisposalCase
from app.domain.workflow import SampleState
from app.errors import NotAllowedNow, NotLikeThis
from app.results.models import ImportBatch
from app.sampling.models import BatchFact, Sample
from app.worker import Worker, load_handlers
from tests.announcements.conftest import HEADER, as_csv, bring_in, every, newest, row_of, step, upload
from tests.conftest import SHARED, Office, make_office
from tests.downloads.taking import taken_out
from tests.gaps.conftest import County, food
from tests.gaps.conftest import county as county
from tests.printing.conftest import take as take
from tests.queries import counting

TABLE: Any = ExternalFinding.__table__


# ---------------------------------------------------------------- importing

def test_a_list_is_looked_at_confirmed_and_changes_nothing_again(clerk: Any, firm: Any):
    firm("清源食品有限公司")
    rows = [row_of(1), row_of(2, 食品名称=""), row_of(3, **{HEADER[7]: "菌落总数║4.8×104CFU/g║≤10000CFU/g"}), row_of(1, 序号="9")]
    content = as_csv(rows, "gb18030")
    staged = upload(clerk, content)
    page = clerk.get(staged.location).text
    for words in ("跳过 1 行并导入", "请填写食品名称", "不判定（原文残缺）", "标称生产企业：名称相同", "新增 3＋已有 0＋有误 1"):
        assert words in page
    assert every() == []
    refused = step(clerk, "confirm")
    assert (refused.status_code, "有 1 行存在错误" in refused.text, every()) == (422, True, [])
    assert step(clerk, "confirm", skip_refused="1").status_code == 303
    found = every()
    assert [(one.line, one.ordinal, one.unread_items, one.link_note) for one in found] == [
        (2, 1, 0, "标称生产企业：名称相同"), (4, 1, 1, "标称生产企业：名称相同"), (5, 2, 0, "标称生产企业：名称相同"),
    ]  # fmt: skip
    assert (found[0].category_id is not None, found[0].cells["被抽样单位名称"]) == (True, "明月超市")
    batch = newest()
    assert (batch.rows, batch.new_count, batch.refused_count) == (4, 3, 1)
    book = openpyxl.load_workbook(io.BytesIO(clerk.get(f"/announcements/import/{batch.id}/errors.xlsx").data))
    told = [[cell.value for cell in line] for line in book.active.iter_rows()]
    assert len(told) == 2 and "请填写食品名称" in told[1][-1]
    upload(clerk, as_csv([row for row in rows if row["食品名称"]]))  # the same rows in another file
    assert "都已导入过" in clerk.get("/announcements/import").text
    assert len(every()) == 3
    assert "外部公示" in clerk.get("/imports?kind=announcements").text
    assert clerk.get(f"/imports/{batch.id}").location.endswith(f"/announcements/import/{batch.id}")


def test_undoing_voids_names_what_stays_and_importing_again_revives(clerk: Any, firm: Any):
    firm("明月超市")
    rows = [row_of(1), row_of(2), row_of(3, 被抽样单位名称="晨星超市")]
    found = bring_in(clerk, rows)
    firm("晨星超市")
    link = {"role": "sampled", "target": "晨星超市", "reason": "地址一致", "version": found[2].version}
    assert clerk.post(f"/announcements/{found[2].id}/link", data=link).status_code == 303
    assert step(clerk, "undo").status_code == 422  # without a reason
    assert step(clerk, "undo", comment="传错了文件").status_code == 303
    assert "第 4 行 酱油3：已有人工关联，未撤销" in clerk.get(f"/announcements/import/{newest().id}").text
    assert [one.id for one in every()] == [found[2].id]
    assert clerk.get(f"/announcements/{found[0].id}").status_code == 404
    assert step(clerk, "undo", comment="再撤一次").status_code == 409
    staged = upload(clerk, as_csv(rows))
    page = clerk.get(staged.location).text
    assert "恢复" in page and "新增 2＋已有 1＋有误 0" in page
    assert step(clerk, "confirm").status_code == 303
    assert [one.id for one in every()] == [one.id for one in found]  # the same findings, none twice
    assert {one.import_batch_id for one in every()} == {newest().id, newest().id - 1}
    assert verify_chain().broken == []


def test_a_preview_may_be_discarded_and_one_confirmed_meanwhile_adds_nothing(clerk: Any):
    content = as_csv([row_of(1)])
    for _ in range(3):
        upload(clerk, content)
    first, second, third = session().scalars(sa.select(ImportBatch).order_by(ImportBatch.id)).all()
    assert step(clerk, "discard", third).status_code == 303
    assert step(clerk, "confirm", third).status_code == 409
    assert step(clerk, "confirm", first).status_code == 303
    assert "都已导入过" in step(clerk, "confirm", second).text
    assert step(clerk, "confirm", first).status_code in (409, 422)  # the second click
    assert len(every()) == 1


def test_a_workbook_that_is_no_list_is_refused_with_a_reason(clerk: Any):
    name = "publish_template.xls"
    page = clerk.get(upload(clerk, (SHARED / name).read_bytes(), name).location).text
    assert "上报模板" in page and "确认导入" not in page
    assert "没有文件名" in upload(clerk, b"").text


def test_large_files_are_read_and_written_by_the_worker(app: Any, clerk: Any, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(jobs, "LARGE_BYTES", 10)
    monkeypatch.setattr(jobs, "LARGE_ROWS", 1)
    load_handlers()
    waiting = upload(clerk, as_csv([row_of(1), row_of(2)])).location
    assert "正在后台处理" in clerk.get(waiting).text and every() == []
    Worker(app).run_until_empty()
    session().rollback()
    batch = newest()
    assert f"/announcements/import/{batch.id}" in clerk.get(waiting).text
    later = step(clerk, "confirm", batch).location
    Worker(app).run_until_empty()
    session().rollback()
    assert len(every()) == 2
    assert "已导入 2 行" in clerk.get(later).text
    again = upload(clerk, as_csv([row_of(1)])).location
    Worker(app).run_until_empty()
    assert "都已导入过" in clerk.get(again).text


# ---------------------------------------------------------------- linking

def test_links_are_proposed_by_number_code_and_name_within_reach(clerk: Any, firm: Any, take: Any):
    firm("乙店（总店）")
    firm("丙店")
    firm("丙店")
    firm("别处食品厂", org="other")
    mine, theirs = take(row_of(1)["抽样编号"]), take(row_of(2)["抽样编号"], org="other")
    found = bring_in(clerk, [
        row_of(1, 被抽样单位名称="乙店(总店)"),  # another width of brackets
        row_of(2, 标称生产企业名称="别处食品厂"),  # both belong to another county
        row_of(3, 被抽样单位名称="丙店"),  # which of the two?
    ])  # fmt: skip
    assert [one.link_note for one in found] == ["被抽样单位：名称相同；样品：抽样编号相同", None, None]
    assert [one.sample_id for one in found] == [mine.id, None, None]
    page = clerk.get(f"/announcements/{found[1].id}").text
    assert theirs.number in page and f"/sampling/{theirs.id}" not in page  # what the list says, not what we know of it
    assert "名称相同的：丙店" in clerk.get(f"/announcements/{found[2].id}").text
    assert f'href="/announcements/{found[0].id}"' in clerk.get(f"/sampling/{mine.id}").text


def test_a_person_links_and_unlinks_with_a_reason(clerk: Any, stranger: Any, office: Office, sign_in: Any, firm: Any, take: Any):
    shop, away = firm("好又多超市", code="91120119MA00000011"), firm("别处超市", org="other", code="91120119MA00000022")
    finding = bring_in(clerk, [row_of(1)])[0]
    address, data = f"/announcements/{finding.id}", {"role": "sampled", "reason": "执照地址一致", "version": finding.version}
    for target, sentence in ((away.name, "没有找到企业"), (away.credit_code, "没有找到企业"), ("", "请填写统一社会信用代码")):
        refused = clerk.post(f"{address}/link", data=data | {"target": target})
        assert (refused.status_code, sentence in refused.text) == (422, True)
    assert clerk.post(f"{address}/link", data=data | {"target": shop.name, "reason": ""}).status_code == 422
    take("V-00001", state=SampleState.VOIDED)
    assert "已作废" in clerk.post(f"{address}/link", data=data | {"role": "sample", "target": "V-00001"}).text
    assert clerk.post(f"{address}/link", data=data | {"target": shop.credit_code}).status_code == 303
    stale = clerk.post(f"{address}/link", data=data | {"target": shop.name, "reason": "第二次点击"})
    assert (stale.status_code, "第二次点击" in stale.text) == (409, True)
    told = clerk.get(f"/enterprises/{shop.id}").text
    assert "不合格公示 1 条" in told and f'href="{address}"' in told
    assert stranger.get(address).status_code == 404
    assert stranger.post(f"{address}/unlink", data=data).status_code == 404
    assert sign_in(office.people["county:办案人"]).post(f"{address}/unlink", data=data).status_code == 403
    assert clerk.post(f"{address}/unlink", data=data | {"version": every()[0].version, "reason": "另有其店"}).status_code == 303
    assert "没有关联到该企业" in clerk.get(f"/enterprises/{shop.id}").text
    entries = history.entries_of("external_finding", finding.id)
    assert [(entry.step, entry.comment) for entry in entries] == [("link_finding", "执照地址一致"), ("unlink_finding", "另有其店")]
    again = clerk.post(f"{address}/unlink", data=data | {"version": every()[0].version})
    assert (again.status_code, "无需取消" in again.text) == (422, True)


def test_an_office_above_gives_no_hint_of_somebody_elses_record(office: Office, clerk: Any, sign_in: Any, firm: Any):
    """The county reads its finding: what the city links to it must be the county's to see."""
    away = firm("别处超市", org="other")
    finding = bring_in(clerk, [row_of(1, 被抽样单位名称="别处超市")])[0]
    city = sign_in(office.people["city:抽样员"])
    data = {"role": "sampled", "target": away.name, "reason": "同一家", "version": finding.version}
    refused = city.post(f"/announcements/{finding.id}/link", data=data)
    assert (refused.status_code, "不能关联" in refused.text) == (422, True)
    city.post("/announcements/match")
    assert every()[0].sampled_enterprise_id is None
    with transaction():
        session().execute(sa.update(TABLE).values(sampled_enterprise_id=away.id))  # it has moved to the other county since
    page = clerk.get(f"/announcements/{finding.id}").text
    assert "不在您的管辖范围内" in page and f"/enterprises/{away.id}" not in page


def test_matching_again_finds_what_was_registered_since_and_respects_a_persons_no(clerk: Any, office: Office, firm: Any):
    first, second = bring_in(clerk, [row_of(1), row_of(2, 被抽样单位名称="晨星超市")])
    firm("明月超市")
    wrong = firm("晨星超市")
    clerk.post("/announcements/match")
    assert [one.link_note for one in every()] == ["被抽样单位：名称相同"] * 2
    data = {"role": "sampled", "reason": "同名不同店", "version": every()[1].version}
    assert clerk.post(f"/announcements/{second.id}/unlink", data=data).status_code == 303
    with transaction():
        assert operations.match_again(office.actor("county:抽样员"), clock.now()) == 0
    assert [one.sampled_enterprise_id for one in every()] == [every()[0].sampled_enterprise_id, None]
    assert wrong.id != every()[0].sampled_enterprise_id
    with pytest.raises(NotAllowedNow), transaction():
        target = operations.Target(wrong.id, wrong.name)
        operations.link(every()[1], "sampled", target, office.actor("county:抽样员"), "x", clock.now(), seen=1)
    with pytest.raises(NotLikeThis), transaction():
        operations.unlink(every()[1], "producer", office.actor("county:抽样员"), "x", clock.now())
    assert first.id == every()[0].id


# ---------------------------------------------------------------- beside other things, counted nowhere

def _figures(client: Any) -> Any:
    counts = [session().scalar(sa.select(sa.func.count()).select_from(model)) for model in (BatchFact, Sample, DisposalCase)]
    home = re.findall(r'todo-count">.*?</span>', client.get("/").text)
    return counts, re.findall(r'figure-value">.*?</div>', client.get("/indicators/").text), home


def test_findings_move_no_figure_open_no_case_and_change_no_order(clerk: Any, county: County, take: Any):
    """Planning shows them as a hint that opens exactly what it counts; the list and its points stay as they are."""
    plan = county.plan({}, total=2)
    shop = county.firm("明月超市")
    with transaction():
        shop.initials = "mycs"
    county.sample(shop, 1, category_id=food("肉制品"))
    take(row_of(1)["抽样编号"])

    def lines() -> list[str]:
        return re.findall(r'name="line" value="([^"]+)"|<b>(\d+)</b>', clerk.get(f"/gaps/?plan_id={plan.id}").text)

    before, listed = _figures(clerk), lines()
    bring_in(clerk, [row_of(serial) for serial in (1, 2)] + [row_of(3, 公告日期="2025-11-01"), row_of(4, 公告日期="")])
    assert (_figures(clerk), lines()) == (before, listed)
    page = clerk.get(f"/gaps/?plan_id={plan.id}").text
    hint = re.search(r'<a href="(/announcements/\?[^"]+)">近一年外部不合格公示 (\d) 条</a>', page)
    assert hint and hint[2] == "2"  # neither the one of last year nor the one without a date
    assert "共 <b>2</b> 条" in clerk.get(hint[1].replace("&amp;", "&")).text
    key = re.search(r"/gaps/line/([\w-]+)", page)
    assert key and "近一年外部不合格公示 2 条" in clerk.get(f"/gaps/line/{key[1]}?plan_id={plan.id}").text


def test_a_food_is_told_of_its_nearest_category_with_findings(clerk: Any, office: Office):
    bring_in(clerk, [row_of(1, 分类="肉制品"), row_of(2, 分类="食用农产品/水产品"), row_of(3, 分类="食用农产品")])
    actor, today = office.actor("county:抽样员"), clock.today()
    foods = [food(path) for path in ("肉制品", "食用农产品/水产品/淡水产品", "食用农产品/蔬菜", "糕点")]
    recent = hints.recent_failures(actor, [], foods, today)
    assert [near and (near.name, near.findings) for near in map(recent.foods.get, foods)] == [
        ("肉制品", 1), ("水产品", 1), ("食用农产品", 2), None,
    ]  # fmt: skip
    assert hints.recent_failures(actor, [], foods, today + timedelta(days=300)).foods == {}


# ---------------------------------------------------------------- the list

def test_the_list_filters_exports_and_keeps_to_ones_own(clerk: Any, stranger: Any, office: Office, sign_in: Any, firm: Any):
    firm("明月超市")
    bring_in(clerk, [
        row_of(1), row_of(2, 公告日期="2026-01-05", 被抽样单位名称="晨星（东）超市"), row_of(3, **{HEADER[7]: "菌落总数║4.8×10║≤10CFU/g"}),
        row_of(4, 食品名称="=1+1", **{HEADER[7]: "镉(以Cd计)║0.3mg/kg║≤0.1mg/kg；铅(以Pb计)║0.5mg/kg║≤0.2mg/kg"}),
    ])  # fmt: skip
    asked = {
        "": 4, "q=酱油1": 1, "q=mycs": 3, "q=2026年第5号": 4, "list_kind=合格公示": 0, "list_kind=不合格公示": 4, "since=2026-02-01": 3,
        "until=2026-01-31": 1, "enterprise=晨星(东)": 1, "enterprise=清源": 4, "product=酱油3": 1, "product=清源": 0,
        "item=铅": 3, "item=镉": 1, "item=Pb": 0, "linked=yes": 3, "linked=no": 1, "unread=1": 1, "enterprise_id=999": 0,
        "category_id=999999": 0, "size=x&since=昨天": 4,
    }  # fmt: skip
    for query, count in asked.items():
        assert f"共 <b>{count}</b> 条" in clerk.get(f"/announcements/?{query}").text, query
    book = openpyxl.load_workbook(io.BytesIO(taken_out(clerk, "external_findings", "item=镉")))
    titles, values = ([cell.value for cell in line] for line in list(book["外部公示"].iter_rows())[:2])
    row = dict(zip(titles, values, strict=True))
    assert (row["食品名称"], row["关联方式"]) == ("=1+1", "被抽样单位：名称相同")
    assert book["外部公示"].cell(2, titles.index("食品名称") + 1).data_type == "s"  # text, not a formula
    assert "镉(以Cd计) 0.3mg/kg（标准值 ≤0.1mg/kg）：判为不合格项" in row["判读"]
    assert "不合格项目：镉" in str([[cell.value for cell in line] for line in book["导出说明"].iter_rows()])
    assert "共 <b>0</b> 条" in stranger.get("/announcements/").text
    assert "共 <b>4</b> 条" in sign_in(office.people["city:局领导"]).get("/announcements/").text
    lab = sign_in(office.people["lab:承检机构"])
    assert [lab.get(page).status_code for page in ("/announcements/", "/announcements/import")] == [403, 403]


def test_the_page_shows_the_row_as_written_beside_what_was_read(clerk: Any, app: Any):
    name = "announcements_2022_frozen.csv"
    upload(clerk, (SHARED / name).read_bytes(), name)
    assert step(clerk, "confirm").status_code == 303
    assert len(every()) == 36
    torn, joined = every()[1], every()[0]
    page = clerk.get(f"/announcements/{joined.id}").text
    for words in ("8.2×10²/8.6×10²", "已将拆开的数值与单位拼回", "物料名称", "爱尚红小豆", "判为不合格项", "冷冻饮品--&gt;冰棍"):
        assert words in page
    assert "有 1 个项目原文残缺" in clerk.get(f"/announcements/{torn.id}").text
    assert clerk.get("/announcements/99999999999999999999").status_code == 404


def _copies(finding: ExternalFinding, count: int) -> None:
    """Many findings like this one, linked to nothing."""
    names = [column.name for column in TABLE.columns if column.name != "id"]
    written = {"row_sha256": "printf('%064d', i)", "producer_id": "NULL", "sampled_enterprise_id": "NULL"}
    with transaction():
        session().connection().exec_driver_sql(
            f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count}) "
            f"INSERT INTO external_finding ({', '.join(names)}) "
            f"SELECT {', '.join(written.get(name, name) for name in names)} FROM external_finding, n WHERE id = {finding.id}"
        )
        session().connection().exec_driver_sql("ANALYZE")


def _plan(statement: Any) -> list[str]:
    """How SQLite goes about it."""
    text = str(statement.compile(session().get_bind(), compile_kwargs={"literal_binds": True}))
    return [row.detail for row in session().execute(sa.text(f"EXPLAIN QUERY PLAN {text}"))]


def test_a_list_of_twenty_thousand_uses_its_index_and_as_many_statements_as_an_empty_one(
    app: Any, clerk: Any, office: Office, firm: Any
):
    with counting(app) as few:
        clerk.get("/announcements/")
    shop = firm("明月超市")
    finding = bring_in(clerk, [row_of(1)])[0]
    _copies(finding, 20_000)
    clerk.get("/announcements/")  # what was said on importing is said here
    with counting(app) as many:
        page = clerk.get("/announcements/?size=50")
    assert "共 <b>10000+</b> 条" in page.text
    assert many.count <= few.count, many
    older = re.search(r'href="(/announcements/\?before=\d+[^"]*)"', page.text)
    assert older and clerk.get(older[1].replace("&amp;", "&")).status_code == 200
    actor, newest_first = office.actor("county:抽样员"), ExternalFinding.id.desc()
    columns = [getattr(ExternalFinding, name) for name in queries.LISTED]
    first = _plan(queries.listed(actor, Filters(), columns).order_by(newest_first).limit(21))
    assert not [step for step in first if "TEMP B-TREE" in step], first  # walks the key from its end, sorts nothing
    further = _plan(queries.listed(actor, Filters(), columns).where(ExternalFinding.id < 10_000).order_by(newest_first).limit(21))
    assert "SEARCH external_finding USING INTEGER PRIMARY KEY (rowid<?)" in further, further
    of_shop = _plan(queries.listed(actor, Filters(enterprise_id=shop.id), columns).order_by(newest_first).limit(21))
    assert [step for step in of_shop if "ix_external_finding_sampled" in step], of_shop
    of_sample = _plan(sa.select(ExternalFinding.id).where(ExternalFinding.number == "x"))
    assert [step for step in of_sample if "ix_external_finding_number" in step], of_sample


# ---------------------------------------------------------------- commands, PostgreSQL

def test_the_commands_do_the_same(app: Any, office: Office, firm: Any, tmp_path: Path):
    shop, path = firm("好又多超市"), tmp_path / "名单.csv"
    path.write_bytes(as_csv([row_of(1), row_of(2, 食品名称="")]))
    run = app.test_cli_runner().invoke
    told = json.loads(run(args=["announcements", "import", str(path), "--json"]).stdout)
    assert (told["rows"], told["new"], told["refused"], told["batch"], told["errors"][0]["column"]) == (2, 1, 1, None, "食品名称")
    assert json.loads(run(args=["results", "import", str(path), "--layout", "announcement", "--json"]).stdout) == told
    refused = run(args=["results", "import", str(path), "--layout", "announcement", "--as", "lab-laboratory"])
    assert (refused.exit_code, "不能导入外部公示" in refused.stderr) == (1, True)
    assert run(args=["announcements", "import", str(path), "--confirm"]).exit_code == 1
    done = json.loads(run(args=["announcements", "import", str(path), "--confirm", "--skip-refused", "--json"]).stdout)
    assert done["batch"] is not None
    listed = json.loads(run(args=["announcements", "list", "--item", "铅", "--unlinked", "--json"]).stdout)
    number = listed["rows"][0]["id"]
    assert (listed["total"], listed["rows"][0]["items"][0]["outcome"]) == ("1", "判为不合格项")
    reason = ["--reason", "地址一致"]
    assert run(args=["announcements", "link", str(number), "sampled", shop.name, *reason]).exit_code == 0
    assert run(args=["announcements", "link", str(number), "sampled", "没有的店", *reason]).exit_code == 1
    assert run(args=["announcements", "unlink", str(number), "sampled", *reason]).exit_code == 0
    assert run(args=["announcements", "match"]).exit_code == 0
    assert json.loads(run(args=["announcements", "undo", str(done["batch"]), *reason, "--json"]).stdout) == {"voided": 1, "kept": []}
    missing = run(args=["announcements", "link", str(number), "sampled", shop.name, *reason])
    assert (missing.exit_code, "没有找到编号" in missing.stderr) == (1, True)
    assert run(args=["announcements", "list", "--as", "lab-laboratory"]).exit_code == 1


@pytest.mark.postgres
def test_the_same_on_postgresql(pg_app: Any):
    with transaction():
        office = make_office()
    actor = office.actor("county:抽样员")
    sha256 = files.store(as_csv([row_of(1), row_of(1), row_of(2, **{HEADER[7]: "菌落总数║4.8×10║≤10CFU/g"})])).sha256
    for expected in (3, 3):
        plan = imports.prepare(actor, sha256, "公示.csv")
        with transaction():
            batch = importing.stage(plan, actor, "公示.csv", sha256, clock.now())
            importing.confirm(batch, plan, actor, clock.now())
        page = queries.findings(actor, Filters(unread=True))
        assert (len(every()), page.total, page.rows[0].items[0]["outcome"]) == (expected, "1", "不判定（原文残缺）")
        asked = (Filters(item="铅"), Filters(enterprise="明月"))
        assert [queries.findings(actor, filters).total for filters in asked] == ["2", "3"]
        again = imports.prepare(actor, sha256, "公示.csv")
        assert again.says_nothing_new
        with pytest.raises(NotLikeThis), transaction():
            importing.confirm(batch, again, actor, clock.now())
        with transaction():
            assert importing.undo(batch, actor, "测试", clock.now()) == (3, [])

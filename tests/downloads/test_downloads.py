"""Exports of lists: the dialog, what is kept of them, the worker, people, old files, commands."""

from __future__ import annotations

import io
import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from app import clock, doctor, files, worker
from app.attachments.models import Attachment
from app.chain import HistoryEntry
from app.db import session, transaction
from app.downloads import lists, operations
from app.downloads.models import ListColumns, ListExport
from app.jobs import LEASE, Job, JobStatus
from app.sampling.creating import create_samples
from app.sampling.drafts import Drafter
from tests.conftest import enter_as, found_office, make_office
from tests.downloads.taking import pressed, rows_of, taken_out, values_of
from tests.queries import counting

ROOT = Path(__file__).resolve().parents[2]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def stock(office: Any, count: int, first: int = 1) -> None:
    """That many sheets of the county."""
    actor = office.actor("county:抽样员")
    drafter, drafts = Drafter(actor), []
    for serial in range(first, first + count):
        fields = {
            "number": f"XBJ261201199{serial:08d}", "product_name": "=HYPERLINK(1)" if serial % 2 else "油麦菜",
            "sampled_name": "文昌超市", "sampled_region": "天津/天津/蓟州区", "sampled_on": "2026-11-10",
            "link": "流通", "level1": "食用农产品", "sampled_phone": "13812345678", "sampled_contact": "欧阳修",
        }  # fmt: skip
        draft, faults = drafter.draft(fields)
        assert not [fault for fault in faults if fault.blocking]
        drafts.append(draft)
    with transaction():
        create_samples(drafts, actor, clock.now(), None)


def entries(step: str, kind: str = "list_export") -> list[HistoryEntry]:
    chosen = sa.select(HistoryEntry).where(HistoryEntry.step == step, HistoryEntry.subject_kind == kind)
    return list(session().scalars(chosen.order_by(HistoryEntry.id)))


def export_row() -> ListExport:
    session().rollback()
    return session().scalars(sa.select(ListExport).execution_options(populate_existing=True)).one()


@pytest.fixture
def handler(office: Any, sign_in: Callable[..., FlaskClient]) -> FlaskClient:
    return sign_in(office.people["county:办案人"])


# ---------------------------------------------------------------- the dialog

def test_the_button_of_a_list_keeps_its_filter(handler: FlaskClient, office: Any) -> None:
    stock(office, 3)
    page = handler.get("/sampling/?link=流通&before=99&size=50").text
    assert page.count("/downloads/lists/samples?link=%E6%B5%81%E9%80%9A\"") == 1
    dialog = handler.get("/downloads/lists/samples?link=流通").text
    assert "环节：流通" in dialog and "3 批" in dialog and "记住我的选择" in dialog and "被抽样单位电话" in dialog


def test_columns_are_chosen_ordered_and_remembered(handler: FlaskClient, office: Any) -> None:
    stock(office, 2)
    titles = [one.title for one in lists.source_of("samples").fields]
    name, number = titles.index("样品名称"), titles.index("抽样编号")
    chosen = {"column": [str(number), str(name)], f"order-{name}": "1", f"order-{number}": "2"}
    (row, _, mark) = rows_of(taken_out(handler, "samples", "", **chosen, keep="1"))
    assert list(row) == ["样品名称", "抽样编号"] and row["样品名称"].data_type == "s" and "共 2 批" in mark["样品名称"].value
    assert session().scalars(sa.select(ListColumns.columns)).one() == ["样品名称", "抽样编号"]
    dialog = handler.get("/downloads/lists/samples").text
    assert dialog.index("样品名称") < dialog.index("抽样编号") < dialog.index("本地编号")
    taken_out(handler, "samples", "", column=[str(number)], keep="1")
    assert session().scalars(sa.select(ListColumns.columns).execution_options(populate_existing=True)).one() == ["抽样编号"]


@pytest.mark.parametrize("columns", [[], ["x"], ["9999"]])
def test_no_column_is_refused_and_nothing_is_kept(handler: FlaskClient, office: Any, columns: list[str]) -> None:
    answer = pressed(handler, "samples", "", column=columns)
    assert answer.status_code == 422 and "请至少勾选一列" in answer.text
    assert session().scalar(sa.select(sa.func.count()).select_from(ListExport)) == 0


def test_an_unknown_list_and_one_of_others_are_refused(office: Any, sign_in: Any) -> None:
    client = sign_in(office.people["county:办案人"])
    assert client.get("/downloads/lists/nothing").status_code == 404
    assert client.get("/downloads/lists/audit").status_code == 403
    assert pressed(client, "audit").status_code == 403


# ---------------------------------------------------------------- what is kept

def test_an_export_is_logged_with_filter_columns_rows_and_hash(handler: FlaskClient, office: Any) -> None:
    stock(office, 3)
    content = taken_out(handler, "samples", "link=流通")
    kept = export_row()
    assert (kept.list_code, kept.rows, kept.conditions, kept.query) == ("samples", 3, "环节：流通", {"link": "流通"})
    assert kept.sha256 == files.digest_of(files.place(kept.sha256)) and files.read(kept.sha256) == content
    (told,) = entries("export")
    assert told.actor_name == "蓟州办案人" and "环节：流通" in told.comment and "列：抽样编号、" in told.comment
    assert "共 3 批" in told.comment and kept.sha256 in told.comment
    assert len(entries("download")) == 1
    page = handler.get("/downloads/").text
    assert "样品清单" in page and "环节：流通" in page and kept.sha256[:12] in page and "可下载" in page


def test_nobody_else_gets_the_file(handler: FlaskClient, office: Any, sign_in: Any) -> None:
    taken_out(handler, "samples")
    kept = export_row()
    other = sign_in(office.people["county:审核人"])
    for address in (f"/downloads/{kept.id}", f"/downloads/{kept.id}/file", f"/attachments/{kept.attachment_id}"):
        assert other.get(address).status_code == 404, address
    assert "样品清单" not in other.get("/downloads/").text
    assert handler.get(f"/attachments/{kept.attachment_id}").status_code == 404  # fetched in the download centre alone


def test_a_file_past_its_time_goes_and_its_record_stays(app: Flask, handler: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    taken_out(handler, "samples")
    kept = export_row()
    with transaction():
        session().get_one(Attachment, kept.attachment_id).created_at = clock.now() - timedelta(days=31)
    answer = app.test_cli_runner().invoke(args=["downloads", "clean"])
    assert answer.exit_code == 0 and "已清除 1 个" in answer.output
    assert not files.place(kept.sha256).exists()
    gone = handler.get(f"/downloads/{kept.id}/file")
    assert gone.status_code == 404 and "重新导出" in gone.text
    page = handler.get(f"/downloads/{kept.id}").text
    assert "已过期" in page and f"/downloads/lists/samples?again={kept.id}" in page
    assert dict(doctor.examine())["attachments"].ok
    assert app.test_cli_runner().invoke(args=["downloads", "clean"]).output.startswith("已清除 0 个")


# ---------------------------------------------------------------- people

def test_people_are_shown_whole_only_on_a_reason_to_who_may(handler: FlaskClient, office: Any, sign_in: Any) -> None:
    stock(office, 2)
    masked = values_of(taken_out(handler, "samples"))
    assert {(row["被抽样单位联系人"], row["被抽样单位电话"]) for row in masked} == {("欧**", "138****5678")}
    refused = pressed(handler, "samples", "", whole="1", reason=" ")
    assert refused.status_code == 422 and "须填写理由" in refused.text
    content = taken_out(handler, "samples", "", whole="1", reason="逐家电话告知检验结果")
    assert {row["被抽样单位电话"] for row in values_of(content)} == {"13812345678"}
    (told,) = entries("unmask")
    assert "逐家电话告知检验结果" in told.comment and "被抽样单位电话" in told.comment
    assert "未遮蔽" in rows_of(content)[-1]["抽样编号"].value
    statistician = sign_in(office.people["county:统计员"])
    assert "不遮蔽" not in statistician.get("/downloads/lists/samples").text
    assert pressed(statistician, "samples", "", whole="1", reason="x").status_code == 403


def test_samples_out_of_reach_stay_masked(office: Any, sign_in: Any) -> None:
    """The organiser may list the county's samples; whose people he may see is asked of each sample."""
    stock(office, 1)
    content = taken_out(sign_in(office.people["city:办案人"]), "samples", "", whole="1", reason="督查")
    assert [row["被抽样单位电话"] for row in values_of(content)] == ["13812345678"]  # the county is below the city
    assert values_of(taken_out(sign_in(office.people["other:办案人"]), "samples", "", whole="1", reason="督查")) == []


def test_a_blind_laboratory_takes_out_no_firm(app: Flask, office: Any, sign_in: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    stock(office, 1)
    with transaction() as current:
        current.execute(sa.text("UPDATE sample SET laboratory_org_id = :lab"), {"lab": office.orgs["lab"].id})
    lab = sign_in(office.people["lab:承检机构"])
    assert values_of(taken_out(lab, "samples"))[0]["被抽样单位名称"] == "文昌超市"
    monkeypatch.setitem(app.config, "BLIND_TESTING", True)
    (row,) = values_of(taken_out(lab, "samples"))
    assert row["抽样编号"] == "XBJ26120119900000001"
    names = ("被抽样单位名称", "被抽样单位地址", "社会信用代码", "被抽样单位电话", "被抽样单位联系人", "标称生产企业名称", "商标")
    assert [row[name] for name in names] == [None] * len(names)


# ---------------------------------------------------------------- long ones

def test_a_long_export_is_a_job_with_progress(app: Flask, handler: FlaskClient, office: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(operations, "INLINE", 10)
    stock(office, 12)
    assert "10+" in handler.get("/downloads/lists/samples").text
    answer = pressed(handler, "samples")
    assert answer.status_code == 303
    waiting = handler.get(answer.headers["Location"])
    assert "排队中" in waiting.text and waiting.headers["Refresh"] == "3"
    again = pressed(handler, "samples")
    assert again.status_code == 409 and "同样的导出正在生成" in again.text
    worker.load_handlers()
    assert worker.Worker(app).run_until_empty() == 1
    kept = export_row()
    assert kept.rows == 12 and session().scalars(sa.select(Job)).one().message == "已导出 12 批"
    assert "可下载" in handler.get(f"/downloads/{kept.id}").text
    assert len(rows_of(handler.get(f"/downloads/{kept.id}/file").data)) == 13
    assert len(entries("export")) == 1


def test_a_failed_one_says_why_and_can_be_made_again(
    app: Flask, handler: FlaskClient, office: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(operations, "INLINE", 0)
    stock(office, 1)
    pressed(handler, "samples", "link=流通")
    with transaction():
        office.people["county:办案人"].active = False
    worker.load_handlers()
    worker.Worker(app).run_until_empty()
    with transaction():
        office.people["county:办案人"].active = True
    kept = export_row()
    client = enter_as(app, office.people["county:办案人"])
    page = client.get(f"/downloads/{kept.id}").text
    assert "失败" in page and "账号已停用" in page and "重新导出" in page
    assert client.get(f"/downloads/{kept.id}/file").status_code == 404
    assert session().scalar(sa.select(sa.func.count()).select_from(Attachment).where(Attachment.subject_kind == "list_export")) == 0


@pytest.mark.parametrize("database", ["app", pytest.param("pg_app", marks=pytest.mark.postgres)])
def test_a_killed_worker_leaves_one_file(
    database: str, request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process is killed when the workbook is written and nothing is recorded; another takes the job up."""
    app = request.getfixturevalue(database)
    with transaction():
        make_office()
    office = found_office()
    session().commit()
    stock(office, 3)
    monkeypatch.setattr(operations, "INLINE", 0)
    client = enter_as(app, office.people["county:统计员"])
    assert pressed(client, "samples").status_code == 303
    session().rollback()
    notes = tmp_path / "notes"
    arguments = [str(app.config["INSTANCE_FOLDER"]), app.config["DATABASE_URL"], str(notes)]
    process = subprocess.Popen([sys.executable, "-m", "tests.downloads.slow_process", *arguments], cwd=ROOT)
    until = time.monotonic() + 60
    while not notes.exists() and time.monotonic() < until:
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.wait(30)
    kept = export_row()
    assert notes.exists() and kept.rows is None and kept.attachment_id is None
    assert "生成中" in client.get(f"/downloads/{kept.id}").text
    with transaction() as current:
        current.execute(sa.update(Job).values(lease_until=clock.now() - 2 * LEASE))
    worker.load_handlers()
    assert worker.Worker(app).run_until_empty() == 1
    kept = export_row()
    assert kept.rows == 3 and session().scalars(sa.select(Job)).one().status is JobStatus.DONE
    assert session().scalar(sa.select(sa.func.count()).select_from(Attachment).where(Attachment.subject_kind == "list_export")) == 1
    assert len(rows_of(client.get(f"/downloads/{kept.id}/file").data)) == 4
    with transaction() as current:  # the same job once more: an earlier attempt that only seemed dead
        current.execute(sa.update(Job).values(status=JobStatus.QUEUED, attempts=0, ended_at=None))
    worker.Worker(app).run_until_empty()
    assert len(entries("export")) == 1


def test_the_number_of_questions_does_not_grow_with_the_rows(app: Flask, handler: FlaskClient, office: Any) -> None:
    def asked() -> int:
        with counting(app) as sent:
            taken_out(handler, "samples")
        return sent.count

    stock(office, 5)
    few = asked()
    stock(office, 300, first=6)
    many = asked()
    assert many <= few + 1, (few, many)  # one part of rows


# ---------------------------------------------------------------- commands

def test_by_command(app: Flask, office: Any, tmp_path: Path) -> None:
    stock(office, 3)

    def run(*words: str, who: str | None = "county-handler") -> Any:
        return app.test_cli_runner().invoke(args=["downloads", *words, *(("--as", who) if who else ()), "--json"])

    codes = {one["code"] for one in json.loads(run("lists").stdout)}
    assert "samples" in codes and "audit" not in codes
    output = tmp_path / "samples.xlsx"
    wanted = ("export", "samples", "--output", str(output), "--filter", "link=流通", "--columns", "样品名称，抽样编号", "--remember")
    made = run(*wanted)
    assert made.exit_code == 0, made.output
    told = json.loads(made.stdout)
    assert told["rows"] == 3 and told["filter"] == "环节：流通" and told["sha256"] == files.digest_of(output)
    heads = [cell.value for cell in next(openpyxl.load_workbook(io.BytesIO(output.read_bytes())).active.iter_rows())]
    assert heads == ["样品名称", "抽样编号"]
    assert [one["id"] for one in json.loads(run("list").stdout)] == [told["id"]]
    assert json.loads(run("show", str(told["id"])).stdout)["columns"] == ["样品名称", "抽样编号"]
    assert json.loads(run("list", who=None).stdout)[0]["id"] == told["id"]
    assert run("show", str(told["id"]), who="county-reviewer").exit_code == 1
    refused = {
        ("export", "nothing", "--output", str(output)): "没有清单", ("export", "audit", "--output", str(output)): "没有查看",
        ("export", "samples", "--output", str(output), "--columns", "乌有"): "没有“乌有”列",
        ("export", "samples", "--output", str(output), "--filter", "link"): "名称=值",
        ("export", "samples", "--output", "/nowhere/x.xlsx"): "没有文件夹",
        ("show", str(told["id"]), "--output", str(output)): "没有保存文件",
    }  # fmt: skip
    for words, sentence in refused.items():
        answer = run(*words)
        assert answer.exit_code == 1 and sentence in answer.output, (words, answer.output)
    again = run("export", "samples", "--output", str(output))
    assert again.exit_code == 0 and len(json.loads(run("list").stdout)) == 2
    heads = [cell.value for cell in next(openpyxl.load_workbook(output).active.iter_rows())]
    assert heads == ["样品名称", "抽样编号"]  # remembered


def test_days_and_words_of_cells() -> None:
    from datetime import datetime
    from fractions import Fraction

    from app.domain.workflow import SampleState

    assert lists.cell(SampleState.REPORTED) == "已出报告" or lists.cell(SampleState.REPORTED)
    assert lists.cell(datetime(2026, 11, 20, 16, 30)) == datetime(2026, 11, 21, 0, 30)  # the office's clock
    assert lists.cell(date(2026, 11, 20)) == date(2026, 11, 20) and lists.cell(("甲", "乙")) == "甲、乙"
    assert lists.cell([]) is None and lists.cell(Fraction(1, 2)) == Fraction(1, 2)


def test_a_page_without_filter_or_pager_has_the_button_as_well(handler: FlaskClient) -> None:
    assert handler.get("/dossiers/").text.count("/downloads/lists/dossiers") == 1
    page = handler.get("/enterprises/?code=1&endpoint=x&_method=y").text
    assert page.count("/downloads/lists/enterprises?code=1&amp;endpoint=x&amp;") == 1

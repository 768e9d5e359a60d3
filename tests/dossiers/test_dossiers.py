"""案卷 of a case: what goes in, editions, taking out, verifying, by pages and commands."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
import sqlalchemy as sa

from app import clock, files, history
from app.attachments.models import Attachment
from app.db import session, transaction
from app.disposal import operations as disposal
from app.disposal import queries as cases
from app.disposal.models import DisposalCase
from app.dossier_pdf import Whole
from app.dossiers import content, operations
from app.dossiers.models import Dossier
from app.dossiers.packing import HOW_TO, MANIFEST
from app.jobs import Job
from app.worker import Worker, load_handlers
from tests.conftest import make_office
from tests.custody.conftest import jpeg
from tests.disposal.conftest import again, build_batch, race
from tests.dossiers.conftest import pdf_of, text_of

HANDLER, REVIEWER = "county:办案人", "county:审核人"
NOTICE = {
    "way": "直接送达", "sent_on": "2026-11-20", "delivered_on": "2026-11-20", "servers": "张三、李四", "place": "文昌街 1 号",
    "receiver": "赵六", "relation": "法定代表人",
}  # fmt: skip


def text(response: Any) -> str:
    return response.get_data(as_text=True)


def whole(office: Any, case: DisposalCase) -> DisposalCase:
    found = cases.case(office.actor(HANDLER), case.id)
    assert found is not None
    return found


def editions() -> list[Dossier]:
    session().expire_all()
    return list(session().scalars(sa.select(Dossier).order_by(Dossier.id)))


def make(client: Any, case: DisposalCase) -> Any:
    return client.post(f"/dossiers/cases/{case.id}/make", data={"version": again(case).version}, follow_redirects=True)


def steps_of(edition: Dossier) -> list[str]:
    return [entry.step for entry in history.entries_of("dossier", edition.id)]


def rows_of(archive: ZipFile) -> list[list[str]]:
    return list(csv.reader(io.StringIO(archive.read(MANIFEST).decode("utf-8-sig"))))[1:]


@pytest.fixture
def served(awaiting_case: DisposalCase, act: Any, sign_in: Any, office: Any, attach: Any) -> DisposalCase:
    """A case with a delivered notice, a scanned proof, attachments of every kind and an opinion of the reviewer."""
    case = awaiting_case
    act(REVIEWER, case, "answer", start="是", cause="否", cause_note="来源未查清")
    act(REVIEWER, case, "return", comment="请补充整改材料。")
    handler = sign_in(office.people[HANDLER])
    handler.post(f"/documents/cases/{case.id}/notices")
    handler.post("/documents/1/issue", data={"issued_on": "2026-11-20", "version": 1})
    scan = {"scan": (io.BytesIO(pdf_of(1)), "回证扫描.pdf")}
    assert handler.post("/documents/1/deliver", data=NOTICE | {"version": 2} | scan).status_code == 303
    attach(case, "整改复查·整改报告.pdf", pdf_of(2))
    attach(case, "产品控制·现场照片.jpg", jpeg((200, 100)))
    attach(case, "产品控制·现场照片.jpg", jpeg((210, 100)))
    attach(case, "其他·台账.csv", "名称,数量\n豇豆,20".encode())
    return again(case)


# ---------------------------------------------------------------- what goes in

def test_the_file_of_a_case_holds_every_part_in_order_with_its_papers(served: DisposalCase, sign_in: Any, office: Any) -> None:
    client = sign_in(office.people[HANDLER])
    assert "案卷第 1 版已生成" in text(make(client, served))
    edition = editions()[0]
    texts = text_of(client.get(f"/dossiers/{edition.id}/pdf").data)
    assert edition.pages == len(texts) and f"第1页共{len(texts)}页" in texts[0]
    for told in ("核查处置案卷", "核处〔2026〕1号", "豇豆抽检不合格（灭蝇胺）", "蓟州区文昌街好又多超市", "蓟州办案人"):
        assert told in texts[0], told
    parts = ["抽样单", "检验报告", "执法文书", "办理情况", "处置数量", "审核审批", "法定期限", "信息公开", "办结要件与免除", "办理记录"]
    index = "".join(texts[1:2])
    places = [index.index(f"{number}{name}") for number, name in enumerate(parts, 1)]
    assert places == sorted(places)
    everything = "".join(texts)
    for told in (
        "检验结果通知书津蓟市监检告〔2026〕1号", "直接送达", "赵六（法定代表人）", "来源未查清", "请补充整改材料。", "封存20公斤",
        "种植环节用药不当", "附件：整改复查·整改报告.pdf（第2页，共2页）", "其他·台账.csv", "起算", "立案启动",
    ):
        assert told in everything, told
    assert edition.chain_head in texts[-1] and edition.manifest_sha256 in texts[-1]
    with ZipFile(io.BytesIO(client.get(f"/dossiers/{edition.id}/zip").data)) as archive:
        rows = rows_of(archive)
        assert [(row[2], row[3]) for row in rows] == [(one["name"], one["sha256"]) for one in edition.manifest]
        names = {row[2] for row in rows}
        assert {"附件/产品控制·现场照片.jpg", "附件/产品控制·现场照片（2）.jpg", "附件/其他·台账.csv", "附件/回证扫描.pdf"} <= names
        assert "文书/检验结果通知书 津蓟市监检告〔2026〕1号.docx" in names and "记录/01-抽样单.json" in names
        assert archive.read("附件/其他·台账.csv").decode() == "名称,数量\n豇豆,20"
        assert edition.manifest_sha256 in archive.read(HOW_TO).decode("utf-8-sig")
    assert steps_of(edition) == ["create", "download", "download"]


def test_the_same_case_makes_the_same_files_whoever_asks(served: DisposalCase, office: Any, quick: list[Whole]) -> None:
    """The city sees more than the county; the file is the county's in both cases."""
    case = whole(office, served)
    found = [operations.prepare(case, office.actor(name)) for name in (HANDLER, "county:局领导", "city:审核人")]
    assert len({one.manifest for one in found}) == 1
    sets = [operations.compose(one) for one in found]
    assert len({(one.pdf.sha256, one.zip.sha256) for one in sets}) == 1


def test_what_is_missing_from_the_store_is_named_not_lost(served: DisposalCase, office: Any, quick: list[Whole]) -> None:
    lost = session().scalars(sa.select(Attachment).where(Attachment.filename.contains("整改报告"))).one()
    files.place(lost.sha256).write_bytes(b"damaged")
    prepared = operations.prepare(whole(office, served), office.actor(HANDLER))
    operations.compose(prepared)
    row = next(row for row in quick[0].manifest if "整改报告" in row["name"])
    assert row["size"] == "缺失"
    told = [block["text"] for part in quick[0].parts for block in part.blocks if block["kind"] == "note"]
    assert any("整改报告" in one and "文件缺失或已损坏" in one for one in told)


def test_personal_data_is_whole_in_the_file_and_other_bureaus_records_are_not(
    case: DisposalCase, office: Any, quick: list[Whole]
) -> None:
    from app.sampling.models import PersonalDatum
    from tests.disposal.test_timeline import _retest

    with transaction():
        of_sample = {"org_id": case.org_id, "subject_kind": "sample", "subject_id": case.sample_id}
        session().add(PersonalDatum(**of_sample, field="sampled_phone", value="13812345678"))
        _retest(office.orgs["county"].id, case.sample_id, "蓟复〔2026〕1号")
        _retest(office.orgs["other"].id, case.sample_id, "武复〔2026〕1号")
    told = str(content.gather(whole(office, case)).parts)
    assert "13812345678" in told and "蓟复〔2026〕1号" in told and "武复〔2026〕1号" not in told


# ---------------------------------------------------------------- editions

def test_nothing_new_makes_no_new_edition_and_says_so(
    served: DisposalCase, sign_in: Any, office: Any, act: Any, quick: list[Whole]
) -> None:
    client = sign_in(office.people[HANDLER])
    make(client, served)
    client.get("/dossiers/1/pdf")  # whoever takes it out does not change it
    assert "没有变化，案卷仍是第 1 版" in text(make(client, served))
    assert len(editions()) == 1 and len(quick) == 1
    act(HANDLER, served, "record", remark="补充说明")
    assert "案卷第 2 版已生成" in text(make(client, served))
    assert [one.edition for one in editions()] == [1, 2]
    files.place(editions()[1].zip_sha256).unlink()
    assert "仍是第 2 版" in text(make(client, served))  # the same bytes are put back in their place
    assert files.intact(files.place(editions()[1].zip_sha256), editions()[1].zip_sha256)
    page = text(client.get(f"/disposal/{served.id}"))
    assert "最新为第 2 版" in page and "生成案卷" in page


@pytest.mark.parametrize("database", ["app", pytest.param("pg_app", marks=pytest.mark.postgres)])
def test_two_at_once_make_one_edition(database: str, request: pytest.FixtureRequest, quick: list[Whole]) -> None:
    app = request.getfixturevalue(database)
    with transaction():
        office = make_office()
        sample = build_batch(office)
    with transaction():
        case_id = disposal.open_for_samples([sample.id], office.actor("county:统计员"), clock.now())[0].id
    people = [office.actor(HANDLER), office.actor(REVIEWER)]

    def read() -> Any:
        case = cases.case(people[0], case_id)
        assert case is not None
        return case, operations.compose(operations.prepare(case, people[0]))

    works = [lambda known, actor=actor: operations.keep(*known, actor, clock.now()) for actor in people]
    found = race(app, works, read=read)
    assert sorted(new for _, new in found) == [False, True]
    assert len(editions()) == 1


# ---------------------------------------------------------------- who may

def test_who_makes_who_reads_and_who_takes_out(served: DisposalCase, sign_in: Any, office: Any, quick: list[Whole]) -> None:
    make(sign_in(office.people[HANDLER]), served)
    number = editions()[0].id
    data = {"version": 1}
    may: dict[str, tuple[int, int, int]] = {}
    strangers = ("county:系统管理员", "other:办案人", "lab:承检机构")
    for name in ("county:办案人", "county:审核人", "county:局领导", "county:统计员", "county:抽样员", *strangers):
        client = sign_in(office.people[name])
        made = client.post(f"/dossiers/cases/{served.id}/make", data=data).status_code
        may[name] = (made, client.get(f"/dossiers/cases/{served.id}").status_code, client.get(f"/dossiers/{number}/pdf").status_code)
    assert may == {
        "county:办案人": (303, 200, 200), "county:审核人": (303, 200, 200), "county:局领导": (303, 200, 200),
        "county:统计员": (403, 200, 403), "county:抽样员": (403, 200, 200), "county:系统管理员": (404, 404, 404),
        "other:办案人": (404, 404, 404), "lab:承检机构": (404, 404, 404),
    }  # fmt: skip
    assert steps_of(editions()[0]).count("download") == 4
    page = text(sign_in(office.people["county:统计员"]).get(f"/dossiers/cases/{served.id}"))
    assert "/dossiers/1/zip" not in page and "由可以查看完整个人信息的人员" in page
    listed = text(sign_in(office.people["county:统计员"]).get("/dossiers/"))
    assert "核处〔2026〕1号" in listed and "共 <b>1</b> 条" in listed
    assert "核处〔2026〕1号" not in text(sign_in(office.people["other:办案人"]).get("/dossiers/"))


# ---------------------------------------------------------------- large ones

def test_a_large_one_is_made_by_the_worker_and_once(served: DisposalCase, app: Any, sign_in: Any, office: Any, quick: list[Whole]) -> None:
    app.config["DOSSIER_AT_ONCE"] = 10
    client = sign_in(office.people[HANDLER])
    assert "正在后台生成" in text(make(client, served))
    assert "正在后台生成" in text(make(client, served))
    assert editions() == []
    load_handlers()
    assert Worker(app).run_until_empty() == 2
    session().rollback()  # what this thread has read before is history
    told = [job.error or job.message for job in session().scalars(sa.select(Job).order_by(Job.id))]
    assert told == ["已生成第 1 版，共 7 页", "内容没有变化，仍是第 1 版"]
    assert len(editions()) == 1
    page = text(client.get("/dossiers/jobs/1"))
    assert "已生成第 1 版" in page and "查看案卷" in page
    assert sign_in(office.people[REVIEWER]).get("/dossiers/jobs/1").status_code == 404


# ---------------------------------------------------------------- verifying

def test_verification_by_page_tells_what_was_damaged(served: DisposalCase, sign_in: Any, office: Any, act: Any, quick: list[Whole]) -> None:
    client = sign_in(office.people[HANDLER])
    make(client, served)
    verify = lambda: text(client.post("/dossiers/1/verify", follow_redirects=True))  # noqa: E731
    assert "校验通过" in verify() and "与案件现在的内容一致" in verify()
    act(HANDLER, served, "record", remark="此后的变动")
    assert "案件此后有变动" in verify()
    original = next(one for one in editions()[0].manifest if "台账" in one["name"])
    files.place(original["sha256"]).write_bytes(b"changed")
    assert "台账.csv”在文件库中缺失或已损坏" in verify()


def test_the_commands_make_list_take_out_and_verify(served: DisposalCase, app: Any, tmp_path: Path, quick: list[Whole]) -> None:
    number, run = served.number, app.test_cli_runner().invoke
    assert run(args=["dossiers", "verify", number]).exit_code == 1  # there is none yet
    made = json.loads(run(args=["dossiers", "make", number, "--json"]).stdout)
    assert (made["edition"], made["new"]) == (1, True)
    assert json.loads(run(args=["dossiers", "make", number, "--json"]).stdout)["new"] is False
    assert "共 1 份" in run(args=["dossiers", "list"]).stdout and "第 1 版" in run(args=["dossiers", "list", number]).stdout
    assert "请用 --pdf 或 --zip" in run(args=["dossiers", "get", number]).stderr
    refused = run(args=["dossiers", "get", number, "--pdf", str(tmp_path / "无" / "a.pdf")])
    assert refused.exit_code == 1 and "没有文件夹" in refused.stderr
    archive = tmp_path / "案卷.zip"
    assert run(args=["dossiers", "get", number, "--zip", str(archive)]).exit_code == 0
    assert run(args=["dossiers", "get", number, "--zip", str(archive), "--as", "county-statistician"]).exit_code == 1
    assert run(args=["dossiers", "make", number, "--as", "county-statistician"]).exit_code == 1
    assert run(args=["dossiers", "make", number, "--as", "other-handler"]).exit_code == 1
    assert run(args=["dossiers", "get", number, "--zip", str(archive), "--edition", "9"]).exit_code == 1
    assert run(args=["dossiers", "verify", number]).exit_code == 0
    known = json.loads(run(args=["dossiers", "verify", str(archive), "--json"]).stdout)
    assert known["intact"] and known["dossier"] == f"{number} 案卷第 1 版"


@pytest.mark.parametrize(
    ("name", "change", "told"),
    [
        ("附件/其他·台账.csv", b"other", "与清单的校验值不符"),
        ("附件/其他·台账.csv", None, "缺少文件"),
        ("附件/多出.txt", b"x", "多出清单以外的文件"),
        (MANIFEST, "序号,所属部分,文件名,SHA-256,字节\r\n".encode(), "没有该案卷的记录"),
    ],
)
def test_an_archive_that_was_changed_is_found_out(
    served: DisposalCase, app: Any, tmp_path: Path, quick: list[Whole], name: str, change: bytes | None, told: str
) -> None:
    run, archive, forged = app.test_cli_runner().invoke, tmp_path / "a.zip", tmp_path / "b.zip"
    run(args=["dossiers", "make", served.number])
    run(args=["dossiers", "get", served.number, "--zip", str(archive)])
    with ZipFile(archive) as source, ZipFile(forged, "w") as target:
        kept = {each: source.read(each) for each in source.namelist() if each != name}
        for each, data in (kept | ({name: change} if change is not None else {})).items():
            target.writestr(each, data)
    found = run(args=["dossiers", "verify", str(forged)])
    assert found.exit_code == 1 and told in found.stderr


def test_what_is_no_archive_is_refused(app: Any, tmp_path: Path, office: Any) -> None:
    odd, other = tmp_path / "odd.zip", tmp_path / "other.zip"
    odd.write_bytes(b"PK\x03\x04 not a zip")
    with ZipFile(other, "w") as target:
        target.writestr("readme.txt", "x")
    for path in (odd, other, tmp_path / "none.zip"):
        found = app.test_cli_runner().invoke(args=["dossiers", "verify", str(path)])
        assert found.exit_code == 1 and ("不是案卷 ZIP 包" in found.stderr or "没有文件" in found.stderr)

"""Lists of imports and of open items, the template, large files in the background, what the command answers."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
import sqlalchemy as sa

from app import clock
from app.db import session, transaction
from app.domain.samples import Verdict
from app.jobs import Job
from app.results import jobs
from app.results.models import ImportBatch, ResultReport
from app.worker import Worker, load_handlers
from tests.results.conftest import batch_now
from tests.results.material import (
    LAB_HEADER,
    as_csv,
    as_xlsx,
    count,
    lab_row,
    national_csv,
    national_row,
    register_sample,
    sample_named,
)

ONE, TWO = "XC26120119460010001", "XC26120119460010002"


def test_command_answers_with_exactly_these_words(office: Any, command: Any) -> None:
    """cli.md: the JSON of an import."""
    register_sample(office, ONE)
    _, answer, _ = command("import", content=as_csv([lab_row(ONE, "毒死蜱", "0.32", "不合格项")]))
    assert list(answer) == [
        "layout", "sha256", "rows", "samples", "new", "changed", "unchanged", "refused", "errors", "item_verdicts",
        "conclusions", "cases_opened", "batch",
    ]  # fmt: skip
    assert list(answer["item_verdicts"]) == [verdict.value for verdict in Verdict]
    assert (answer["cases_opened"], answer["batch"], count(ImportBatch)) == (1, None, 0)  # a preview writes nothing


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--laboratory", "没有的机构"), "没有名为“没有的机构”的检验机构"),
        (("--as", "county-handler"), "没有执行该命令的权限"),
        (("--as", "nobody"), "没有可用的用户"),
        (("--confirm",), "没有报告日期"),
    ],
)
def test_command_refuses_with_a_sentence(office: Any, command: Any, words: tuple[str, ...], told: str) -> None:
    register_sample(office, ONE)
    status, _, said = command("import", *words, content=as_csv([lab_row(ONE, "毒死蜱", "未检出")]))
    assert (status, told in said, count(ResultReport)) == (1, True, 0)


@pytest.mark.parametrize(
    ("content", "name"), [(b"", "a.csv"), (b"%PDF-1.7", "a.xlsx"), (b"x", "a.docx"), (b"PK\x03\x04", "a.xlsx")]
)
def test_files_that_are_no_tables(office: Any, command: Any, clerk: Any, content: bytes, name: str) -> None:
    assert command("import", content=content, name=name)[0] == 1
    answer = clerk.post("/imports/upload", data={"file": (BytesIO(content), name), "layout": "auto"})
    assert (answer.status_code, count(ImportBatch)) == (422, 0)


def test_upload_larger_than_the_general_limit(app: Any, clerk: Any) -> None:
    """A result file may be larger than what other forms may send, and not larger than MAX_UPLOAD."""
    padding = b"\n" + b"," * 2000
    content = as_csv([lab_row(ONE, "毒死蜱", "未检出")]) + padding * (app.config["MAX_CONTENT_LENGTH"] // 2000 + 10)
    sent = {"file": (BytesIO(content), "a.csv"), "layout": "auto"}
    assert clerk.post("/imports/upload", data=sent).status_code in (303, 422)
    too_large = {"file": (BytesIO(b"a" * (app.config["MAX_UPLOAD"] + 1_000_000)), "a.csv"), "layout": "auto"}
    assert clerk.post("/imports/upload", data=too_large).status_code == 413


def test_list_of_imports_within_scope(office: Any, clerk: Any, sign_in: Any, upload: Any) -> None:
    register_sample(office, ONE)
    batch = upload(clerk, as_csv([lab_row(ONE, "毒死蜱", "未检出")]), "一月结果.csv")
    assert "一月结果.csv" in clerk.get("/imports").get_data(as_text=True)
    assert "一月结果.csv" in clerk.get("/imports?state=staged&filename=一月&since=2026-11-01").get_data(as_text=True)
    assert "一月结果.csv" not in clerk.get("/imports?state=confirmed").get_data(as_text=True)
    assert "没有导入记录" in clerk.get("/imports?kind=samples").get_data(as_text=True)
    other = sign_in(office.people["other:统计员"])
    assert "一月结果.csv" not in other.get("/imports").get_data(as_text=True)
    for path in (f"/imports/{batch.id}", f"/imports/{batch.id}/errors.xlsx"):
        assert other.get(path).status_code == 404
    assert other.post(f"/imports/{batch.id}/confirm", data={"version": "1"}).status_code == 404


def test_list_is_paged_by_key(office: Any, clerk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    with transaction():
        for place in range(120):
            session().add(
                ImportBatch(
                    org_id=office.orgs["county"].id, kind="results", layout="lab", state="discarded", filename=f"f{place}.csv",
                    sha256=f"{place:064d}", created_at=clock.now(),
                )
            )  # fmt: skip
    first = clerk.get("/imports").get_data(as_text=True)
    assert ("f119.csv" in first, "f69.csv" in first, "较新一页" in first) == (True, False, False)
    ids = session().scalars(sa.select(ImportBatch.id).order_by(ImportBatch.id)).all()
    second = clerk.get(f"/imports?before={ids[70]}").get_data(as_text=True)
    assert ("f69.csv" in second, "f20.csv" in second, "f19.csv" in second) == (True, True, False)
    back = clerk.get(f"/imports?after={ids[69]}").get_data(as_text=True)
    assert ("f119.csv" in back, "f70.csv" in back, "f69.csv" in back) == (True, True, False)


def test_discarding_a_preview(office: Any, clerk: Any, upload: Any, confirm: Any) -> None:
    register_sample(office, ONE)
    batch = upload(clerk, as_csv([lab_row(ONE, "毒死蜱", "未检出")]))
    assert clerk.post(f"/imports/{batch.id}/discard", data={"version": "1"}).status_code == 303
    assert batch_now(batch.id).state.value == "discarded"
    assert confirm(clerk, batch_now(batch.id)).status_code == 409
    assert upload(clerk, as_csv([lab_row(ONE, "毒死蜱", "未检出")])).id != batch.id


def test_template_can_be_filled_in_and_uploaded(office: Any, clerk: Any, command: Any, tmp_path: Any) -> None:
    from openpyxl import load_workbook

    register_sample(office, ONE)
    book = load_workbook(BytesIO(clerk.get("/imports/template.xlsx").data))
    sheet = book["检验结果"]
    header = [str(cell.value).rstrip("*") for cell in sheet[1]]
    assert {"抽样编号", "报告书编号", "检验项目", "检验结果", "结果判定", "检验类型"} <= set(header)
    lists = {rule.formula1 for rule in sheet.data_validations.dataValidation if rule.type == "list"}
    assert any("合格项" in formula for formula in lists)
    sheet.append(
        [
            {
                "抽样编号": ONE,
                "报告书编号": "BG1",
                "检验项目": "毒死蜱",
                "检验结果": "未检出",
                "结果判定": "合格项",
            }.get(title)
            for title in header
        ]
    )
    path = tmp_path / "filled.xlsx"
    book.save(path)
    status, answer, _ = command("import", content=path.read_bytes(), name="filled.xlsx")
    assert (status, answer["new"], answer["errors"]) == (0, 1, [])


# ---------------------------------------------------------------- 待核


def test_pending_list_says_both_verdicts_and_why(office: Any, clerk: Any, sign_in: Any, command: Any) -> None:
    register_sample(office, ONE)
    register_sample(office, TWO)
    content = as_csv([lab_row(ONE, "毒死蜱", "0.32", "合格项"), lab_row(TWO, "毒死蜱", "未检出", "合格项")])
    command("import", "--confirm", "--reported-on", "2026-11-12", content=content)
    page = clerk.get("/pending-items").get_data(as_text=True)
    assert (ONE in page, TWO in page) == (True, False)
    for words in ("0.32 mg/kg", "合格项", "不合格项", "大于最大允许限", "检验机构出具更正报告的，更正报告后自动重新判定"):
        assert words in page
    assert ONE not in sign_in(office.people["other:统计员"]).get("/pending-items").get_data(as_text=True)
    corrected = as_csv([lab_row(ONE, "毒死蜱", "0.02", "合格项")])
    command("import", "--confirm", "--reported-on", "2026-11-12", content=corrected, name="corrected.csv")
    assert ONE not in clerk.get("/pending-items").get_data(as_text=True)


# ---------------------------------------------------------------- large files


def work(app: Any) -> None:
    load_handlers()
    Worker(app).run_until_empty()


def test_large_files_are_staged_and_confirmed_in_the_background(
    app: Any, office: Any, clerk: Any, sign_in: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "LARGE_ROWS", 1)
    register_sample(office, ONE)
    content = as_csv([lab_row(ONE, "毒死蜱", "未检出"), lab_row(ONE, "克百威", "未检出")])
    sent = {"file": (BytesIO(content), "a.csv"), "layout": "auto", "reported_on": "2026-11-12"}
    answer = clerk.post("/imports/upload", data=sent)
    progress = answer.headers["Location"]
    assert (answer.status_code, "/imports/jobs/" in progress, count(ImportBatch)) == (303, True, 0)
    waiting = clerk.get(progress)
    assert (waiting.headers["Refresh"], "排队中" in waiting.get_data(as_text=True)) == ("3", True)
    assert sign_in(office.people["county:抽样员"]).get(progress).status_code == 404  # somebody else's job
    work(app)
    batch = session().scalars(sa.select(ImportBatch).execution_options(populate_existing=True)).one()
    assert (batch.state.value, batch.rows) == ("staged", 2)
    assert f"/imports/{batch.id}" in clerk.get(progress).get_data(as_text=True)
    answer = clerk.post(
        f"/imports/{batch.id}/confirm", data={"version": str(batch.version), "reported_on": "2026-11-12"}
    )
    assert (answer.status_code, count(ResultReport)) == (303, 0)
    work(app)
    done = clerk.get(answer.headers["Location"]).get_data(as_text=True)
    assert "已导入 1 批样品、2 行结果" in done
    assert (count(ResultReport), sample_named(ONE)["state"].value) == (1, "reported")


def test_a_refusal_in_the_background_is_told(
    app: Any, office: Any, clerk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "LARGE_ROWS", 1)
    register_sample(office, ONE)
    rows = [lab_row(ONE, "毒死蜱", "未检出"), lab_row(TWO, "毒死蜱", "未检出")]
    clerk.post(
        "/imports/upload",
        data={"file": (BytesIO(as_csv(rows)), "a.csv"), "layout": "auto", "reported_on": "2026-11-12"},
    )
    work(app)
    batch = session().scalars(sa.select(ImportBatch)).one()
    answer = clerk.post(
        f"/imports/{batch.id}/confirm", data={"version": str(batch.version), "reported_on": "2026-11-12"}
    )
    work(app)
    assert "有 1 批样品存在错误" in clerk.get(answer.headers["Location"]).get_data(as_text=True)
    assert count(ResultReport) == 0
    job = session().scalars(sa.select(Job).order_by(Job.id.desc())).first()
    assert job is not None and job.status.value == "failed"


def test_workbook_of_the_national_system(office: Any, clerk: Any, upload: Any, tmp_path: Any) -> None:
    """xlsx in the national layout; only the columns that matter are shown of its many."""
    from tests.results.material import NATIONAL_HEADER

    path = as_xlsx(tmp_path, [national_row(ONE, "毒死蜱", "未检出", 年度="2026")], NATIONAL_HEADER)
    batch = upload(clerk, path.read_bytes(), "国抽.xlsx", reported_on="")
    assert batch.layout == "national"
    assert "检验项目" in batch.preview["columns"] and "年度" not in batch.preview["columns"]
    # what was found in which sample comes first, wherever the file has it
    assert batch.preview["columns"][:3] == ["抽样编号*", "检验项目", "检验结果*"]
    cells = [text for text, _ in batch.preview["rows"][0]["cells"]]
    assert cells[:3] == [ONE, "毒死蜱", "未检出"]
    assert national_csv([]).decode("utf-8-sig").startswith("被抽样单位名称*") and LAB_HEADER[0] == "抽样单号"


def test_the_larger_limit_holds_before_the_token_is_read(tmp_path: Any) -> None:
    """The form's token is looked for in the body: with the general limit the answer would be 413, not a missing token."""
    from tests.conftest import make_app

    guarded = make_app(tmp_path / "guarded", WTF_CSRF_ENABLED=True)
    with guarded.app_context():
        body = {"file": (BytesIO(b"a" * (guarded.config["MAX_CONTENT_LENGTH"] + 1000)), "a.csv")}
        assert guarded.test_client().post("/imports/upload", data=body).status_code == 400
        body = {"file": (BytesIO(b"a" * (guarded.config["MAX_CONTENT_LENGTH"] + 1000)), "a.csv")}
        assert guarded.test_client().post("/sign-in", data=body).status_code == 413


# ---------------------------------------------------------------- the whole preview


def test_the_preview_shows_every_sample_page_by_page_and_by_what_becomes_of_it(
    office: Any, clerk: Any, upload: Any, confirm: Any, command: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not only the first rows: filtered by 新增, 变更, 拒收, with the differences of each sample beside its own rows."""
    from app.results import preview_pages

    monkeypatch.setattr(preview_pages, "SAMPLES", 1)
    numbers = [f"XC2612011946001000{place}" for place in range(1, 6)]
    for number in numbers:
        register_sample(office, number)
    first = as_csv([lab_row(number, "毒死蜱", "0.01") for number in numbers[:2]])
    command("import", "--confirm", "--reported-on", "2026-11-12", content=first)
    rows = [lab_row(numbers[0], "毒死蜱", "0.02"), lab_row(numbers[1], "毒死蜱", "0.01"), lab_row(numbers[2], "克百威", "未检出")]
    rows += [lab_row(numbers[3], "毒死蜱", "#REF!"), lab_row(numbers[4], "氧乐果", "未检出")]
    batch = upload(clerk, as_csv(rows))
    here = f"/imports/{batch.id}"

    def shown(query: str = "") -> tuple[set[str], str]:
        page = clerk.get(here + query).get_data(as_text=True)
        content = page[page.index('id="rows"'):page.index("办理记录</h2>")]
        return {number for number in numbers if number in content}, content

    assert shown("?only=refused")[0] == {numbers[3]}
    assert shown("?only=unchanged")[0] == {numbers[1]}
    found, content = shown("?only=changed")
    assert found == {numbers[0]}
    assert all(words in content for words in ("1 处差异", "<td>0.01</td><td>0.02</td>"))
    assert (shown("?only=new")[0], shown("?only=new&page=2")[0], shown("?only=new&page=99")[0]) == (
        {numbers[2]}, {numbers[4]}, {numbers[4]}
    )  # fmt: skip
    every = [shown(f"?page={page}")[0] for page in range(1, 6)]
    assert every == [{numbers[3]}, {numbers[0]}, {numbers[2]}, {numbers[4]}, {numbers[1]}]
    assert "第 <b>2</b> 页，共 5 页" in shown("?page=2")[1]
    pages = batch.preview["pages"]
    assert confirm(clerk, batch, skip_refused="y").status_code == 303
    assert batch_now(batch.id).preview["pages"] == pages  # what was confirmed is what was shown
    assert shown("?only=new")[0] == {numbers[2]}

"""Importing sampling sheets: preview, confirm, the same file again, corrections, undoing."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from app import history
from app.db import session
from app.domain.workflow import BatchState, SampleState
from app.results.models import ImportBatch
from app.sampling.models import PersonalDatum, Sample
from tests.conftest import SHARED
from tests.sampling.conftest import complaints, sample_numbered

HEADER = ("抽样编号", "样品名称", "被抽样单位名称", "抽样日期", "被抽样单位所在地", "抽样环节", "食品大类", "被抽样单位电话", "商标")
FIRST, SECOND = "XBJ26120119000010001", "XBJ26120119000010002"


def row(number: str = FIRST, **cells: str) -> dict[str, str]:
    usual = {
        "抽样编号": number, "样品名称": "油麦菜", "被抽样单位名称": "文昌超市", "抽样日期": "2026-11-19",
        "被抽样单位所在地": "天津/天津/蓟州区", "抽样环节": "流通", "食品大类": "食用农产品", "被抽样单位电话": "13812345678",
    }  # fmt: skip
    return usual | cells


def as_csv(*rows: Mapping[str, str]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, HEADER)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode("utf-8-sig")


@pytest.fixture
def upload(sampler: FlaskClient) -> Callable[..., Any]:
    """Upload through the page; the answer, and the batch if one was staged."""

    def send(content: bytes, name: str = "抽样单.csv", client: FlaskClient | None = None) -> tuple[Any, ImportBatch | None]:
        data = {"file": (io.BytesIO(content), name)}
        answer = (client or sampler).post("/sampling/import", data=data, content_type="multipart/form-data")
        place = answer.headers.get("Location", "").rpartition("/")[2]
        return answer, batch_now(int(place)) if place.isdigit() else None

    return send


def batch_now(batch_id: int) -> ImportBatch:
    return session().get_one(ImportBatch, batch_id, populate_existing=True)


def press(client: FlaskClient, batch: ImportBatch, step: str, **data: str) -> Any:
    return client.post(f"/sampling/import/{batch.id}/{step}", data={"version": str(batch.version), **data})


def numbers() -> Sequence[str]:
    return session().scalars(sa.select(Sample.number).order_by(Sample.number)).all()


def test_nothing_enters_without_confirmation(sampler: FlaskClient, upload: Any) -> None:
    answer, batch = upload(as_csv(row(), row(SECOND)))
    assert answer.status_code == 303 and batch.state is BatchState.STAGED
    assert (batch.new_count, batch.refused_count, numbers()) == (2, 0, [])
    page = sampler.get(f"/sampling/import/{batch.id}").text
    assert "确认导入" in page and FIRST in page and "13812345678" not in page


def test_confirming_registers_the_sheets(sampler: FlaskClient, upload: Any, office: Any) -> None:
    _, batch = upload(as_csv(row(), row(SECOND)))
    answer = press(sampler, batch, "confirm")
    assert answer.status_code == 303, complaints(answer)
    assert numbers() == [FIRST, SECOND]
    sample = sample_numbered(FIRST)
    assert (sample.import_batch_id, sample.org_id) == (batch.id, office.orgs["county"].id)
    assert session().scalars(sa.select(PersonalDatum.value)).all() == ["13812345678"] * 2
    assert batch_now(batch.id).state is BatchState.CONFIRMED
    assert press(sampler, batch_now(batch.id), "confirm").status_code in (409, 422)  # twice is once
    assert len(numbers()) == 2


def test_the_same_file_again_changes_nothing_and_says_so(sampler: FlaskClient, upload: Any) -> None:
    content = as_csv(row(), row(SECOND))
    _, batch = upload(content)
    press(sampler, batch, "confirm")
    answer, again = upload(content)
    assert again is None and "完全一致" in sampler.get(answer.headers["Location"]).text
    assert session().scalar(sa.select(sa.func.count()).select_from(ImportBatch)) == 1
    assert sample_numbered(FIRST).version == 1


@pytest.mark.parametrize(
    ("cells", "column", "message"),
    [
        ({"抽样编号": ""}, "抽样编号", "为空"),
        ({"抽样编号": "1.2E+17"}, "抽样编号", "科学计数"),
        ({"样品名称": "/"}, "样品名称", "为空"),
        ({"抽样日期": "2026-02-31"}, "抽样日期", "2026年2月没有31日"),
        ({"抽样日期": "2027-01-01"}, "抽样日期", "晚于今天"),
        ({"样品名称": "#REF!"}, "样品名称", "公式错误"),
        ({"样品名称": "菜" * 10_000}, "样品名称", "超过"),
        ({"商标": "标" * 201}, "商标", "超过 200 个字"),
        ({"被抽样单位所在地": "500156", "被抽样单位名称": "武隆超市"}, "被抽样单位所在地", "不在本单位管辖范围内"),
    ],
)
def test_a_fault_stands_in_its_cell_and_the_rest_needs_an_explicit_choice(
    sampler: FlaskClient, upload: Any, cells: dict[str, str], column: str, message: str
) -> None:
    _, batch = upload(as_csv(row(SECOND), row(**cells)))
    assert (batch.new_count, batch.refused_count) == (1, 1)
    page = sampler.get(f"/sampling/import/{batch.id}").text
    assert message in page and "跳过 1 批并导入" in page
    refused = press(sampler, batch, "confirm")
    assert refused.status_code == 422 and "选择“跳过 1 批”" in refused.text and numbers() == []
    assert press(sampler, batch, "confirm", skip_refused="1").status_code == 303
    assert numbers() == [SECOND]


def test_a_number_twice_in_one_file_is_told_where_the_first_is(sampler: FlaskClient, upload: Any) -> None:
    _, batch = upload(as_csv(row(), row(商标="另一")))
    assert "与第 2 行重复" in sampler.get(f"/sampling/import/{batch.id}").text


def test_a_changed_sheet_is_shown_as_a_diff_and_applied_as_a_correction(sampler: FlaskClient, upload: Any) -> None:
    _, first = upload(as_csv(row(), row(SECOND)))
    press(sampler, first, "confirm")
    _, batch = upload(as_csv(row(商标="绿叶", 被抽样单位电话="13999998888"), row(SECOND)))
    assert (batch.new_count, batch.changed_count, batch.unchanged_count) == (0, 1, 1)
    page = sampler.get(f"/sampling/import/{batch.id}").text
    cells = re.findall(r"<td>([^<]*)</td>", page.partition("更正的内容")[2])
    assert cells[:6] == ["商标", "空", "绿叶", "被抽样单位电话", "138****5678", "139****8888"]
    assert press(sampler, batch, "confirm").status_code == 303
    assert (sample_numbered(FIRST).brand, sample_numbered(SECOND).version) == ("绿叶", 1)
    assert history.entries_of("sample", sample_numbered(FIRST).id)[-1].comment == "导入文件更正：抽样单.csv"


def test_what_the_file_leaves_empty_stays(sampler: FlaskClient, upload: Any) -> None:
    _, first = upload(as_csv(row(商标="绿叶")))
    press(sampler, first, "confirm")
    answer, batch = upload(as_csv(row(商标="")))
    assert answer.status_code == 303 and batch is None  # nothing would change
    assert sample_numbered(FIRST).brand == "绿叶"


def test_another_organisations_number_is_refused_without_revealing_it(
    office: Any, sign_in: Callable[..., FlaskClient], sampler: FlaskClient, upload: Any
) -> None:
    other = sign_in(office.people["other:抽样员"])
    _, batch = upload(as_csv(row(样品名称="秘密样品", 被抽样单位所在地="500156")), client=other)
    assert press(other, batch, "confirm").status_code == 303
    _, ours = upload(as_csv(row()))
    page = sampler.get(f"/sampling/import/{ours.id}").text
    assert ours.refused_count == 1 and "编号已被使用或填写有误" in page and "秘密样品" not in page
    assert sampler.get(f"/sampling/import/{batch.id}").status_code == 404


def test_discarding_keeps_nothing(sampler: FlaskClient, upload: Any) -> None:
    _, batch = upload(as_csv(row()))
    assert press(sampler, batch, "discard").status_code == 303
    assert press(sampler, batch_now(batch.id), "confirm").status_code == 409 and numbers() == []


# ---------------------------------------------------------------- undoing

def test_undoing_voids_what_nobody_has_touched_and_names_the_rest(sampler: FlaskClient, upload: Any) -> None:
    _, batch = upload(as_csv(row(), row(SECOND)))
    press(sampler, batch, "confirm")
    _, change = upload(as_csv(row(商标="绿叶")), "更正.csv")
    press(sampler, change, "confirm")
    answer = press(sampler, batch_now(batch.id), "undo", reason="传错文件")
    assert answer.status_code == 303, complaints(answer)
    assert FIRST in sampler.get(answer.headers["Location"]).text  # touched since, and stays
    assert [sample_numbered(number).state for number in (FIRST, SECOND)] == [SampleState.REGISTERED, SampleState.VOIDED]


def test_undoing_needs_a_reason(sampler: FlaskClient, upload: Any) -> None:
    _, batch = upload(as_csv(row()))
    press(sampler, batch, "confirm")
    assert press(sampler, batch_now(batch.id), "undo", reason=" ").status_code == 422
    assert sample_numbered(FIRST).state is SampleState.REGISTERED


def test_importing_again_after_undoing_revives_the_same_sheets(sampler: FlaskClient, upload: Any) -> None:
    content = as_csv(row(), row(SECOND))
    _, batch = upload(content)
    press(sampler, batch, "confirm")
    press(sampler, batch_now(batch.id), "undo", reason="传错文件")
    before = sample_numbered(FIRST).id
    _, again = upload(content)
    assert again.new_count == 2 and "恢复" in sampler.get(f"/sampling/import/{again.id}").text
    assert press(sampler, again, "confirm").status_code == 303
    now = sample_numbered(FIRST)
    assert (now.id, now.state, now.import_batch_id, now.void_reason) == (before, SampleState.REGISTERED, again.id, None)
    assert press(sampler, batch_now(again.id), "undo", reason="又错了").status_code == 303  # and again
    assert sample_numbered(FIRST).state is SampleState.VOIDED


def test_a_sheet_voided_for_a_reason_of_its_own_is_not_revived_by_a_file(sampler: FlaskClient, upload: Any) -> None:
    _, batch = upload(as_csv(row()))
    press(sampler, batch, "confirm")
    sampler.post(f"/sampling/{sample_numbered(FIRST).id}/void", data={"reason": "样品破损", "version": "1"})
    _, again = upload(as_csv(row()))
    assert again.refused_count == 1 and "已作废，不能再导入" in sampler.get(f"/sampling/import/{again.id}").text


# ---------------------------------------------------------------- files that are none

@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (b"", "a.csv", "没有内容"),
        (b"\x00\x01\x02", "a.json", "不是抽样单 JSON"),
        (b"[1, 2", "a.json", "不是抽样单 JSON"),
        (b"%PDF-1.4", "a.pdf", "不支持的文件类型"),
        ("名称,数量\n甲,1\n".encode(), "a.csv", "没有找到表头"),
    ],
)
def test_a_file_that_is_no_sheet_is_refused_in_one_sentence(
    sampler: FlaskClient, upload: Any, content: bytes, name: str, sentence: str
) -> None:
    answer, batch = upload(content, name)
    page = answer.text if batch is None else sampler.get(f"/sampling/import/{batch.id}").text
    assert sentence in page and numbers() == []


@pytest.mark.parametrize("person", ["county:办案人", "lab:承检机构", "county:系统管理员"])
def test_who_may_not_import(office: Any, sign_in: Callable[..., FlaskClient], person: str) -> None:
    assert sign_in(office.people[person]).get("/sampling/import").status_code == 403


def test_the_template_comes_back_as_a_file_that_imports(sampler: FlaskClient, upload: Any) -> None:
    """J6: the template's own headers are understood, its choices are the official lists."""
    book = openpyxl.load_workbook(io.BytesIO(sampler.get("/sampling/import/template").data))
    sheet = book.worksheets[0]
    heads = {str(cell.value).rstrip("*"): cell.column for cell in sheet[1]}
    for head, text in row().items():
        sheet.cell(2, heads[head if head != "食品大类" else "食品分类"], text)
    filled = io.BytesIO()
    book.save(filled)
    _, batch = upload(filled.getvalue(), "模板.xlsx")
    assert (batch.new_count, batch.refused_count) == (1, 0)
    assert any("流通" in str(rule.formula1) for rule in sheet.data_validations.dataValidation)


# ---------------------------------------------------------------- the command

def test_the_command_previews_then_imports_then_changes_nothing(command: Any, tmp_path: Path) -> None:
    file = tmp_path / "sheets.csv"
    file.write_bytes(as_csv(row(), row(SECOND)))
    for words, status, new, unchanged, registered in (
        ((), 0, 2, 0, 0),
        (("--confirm",), 0, 2, 0, 2),
        (("--confirm",), 0, 0, 2, 2),
    ):
        result = command("import", file, "--json", *words)
        told = json.loads(result.stdout)
        assert (result.exit_code, told["new"], told["unchanged"], len(numbers())) == (status, new, unchanged, registered)


def test_the_command_refuses_faulty_sheets_unless_told_to_skip_them(command: Any, tmp_path: Path) -> None:
    file = tmp_path / "sheets.csv"
    file.write_bytes(as_csv(row(), row(SECOND, 抽样日期="2026-13-01")))
    result = command("import", file, "--json", "--confirm")
    told = json.loads(result.stdout)
    assert result.exit_code == 1 and numbers() == [] and told["refused"] == 1
    assert told["errors"] == [{"line": 3, "column": "抽样日期", "value": "2026-13-01", "message": "没有13月：请写成 2020-08-27 这样的日期"}]
    assert command("import", file, "--json", "--confirm", "--skip-refused").exit_code == 0 and numbers() == [FIRST]


@pytest.mark.skipif(not (SHARED / "sampling_sheets.json").exists(), reason="real material absent")
def test_the_real_sheets_are_imported(command: Any) -> None:
    result = command("import", SHARED / "sampling_sheets.json", "--json", "--confirm")
    told = json.loads(result.stdout)
    assert (result.exit_code, told["new"], told["refused"], told["errors"]) == (0, 5, 0, [])
    sheet = sample_numbered("NCP19131128463231006")
    assert (sheet.sampled_credit_code, sheet.sampled_on.isoformat()) == ("131128600082059", "2019-08-12")
    assert session().scalar(sa.select(sa.func.count()).where(Sample.category_id.is_(None))) == 0
    again = json.loads(command("import", SHARED / "sampling_sheets.json", "--json", "--confirm").stdout)
    assert (again["new"], again["changed"], again["unchanged"], again["batch"]) == (0, 0, 5, None)

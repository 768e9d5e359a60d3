"""检查人员名录: registered, changed, ended, imported; a certificate belongs to one person."""

from __future__ import annotations

import json
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from app import history
from app.db import session, transaction
from app.random_inspections.models import Inspector
from tests.downloads.taking import taken_out, values_of
from tests.random_inspections.conftest import CLERK, add_inspector

ROOT = "/random-inspections/inspectors"
TYPED = {"name": "张三", "certificate_no": "12022500001", "valid_from": "2026-01-01", "username": "county-sampler"}
CSV = (
    "姓名,执法证号,部门,有效期起,有效期止,用户名\n张三,12022500001,,2026-01-01,2030-12-31,county-sampler\n"
    "李四,12022500002,区消防救援大队,2026-13-01,,\n,12022500003,,,,\n王五,12022500001,,,,\n赵六,12022500004,,,,nobody\n"
)


@pytest.fixture
def clerk(sign_in: Any, office: Any) -> Any:
    return sign_in(office.people[CLERK])


def test_registered_changed_and_ended(office: Any, clerk: Any, sign_in: Any):
    assert clerk.post(f"{ROOT}/new", data=TYPED).status_code == 303
    assert "已在名录中（张三）" in clerk.post(f"{ROOT}/new", data=TYPED | {"name": "李四"}).text
    assert "没有该用户名的用户" in clerk.post(f"{ROOT}/new", data=TYPED | {"username": "nobody"}).text
    assert "有效期止早于有效期起" in clerk.post(f"{ROOT}/new", data=TYPED | {"valid_to": "2025-01-01"}).text
    one = session().scalars(sa.select(Inspector)).one()
    assert one.user_id == office.people["county:抽样员"].id
    changed = TYPED | {"version": one.version, "department": "区消防救援大队"}
    assert clerk.post(f"{ROOT}/{one.id}", data=changed).status_code == 303
    stale = clerk.post(f"{ROOT}/{one.id}", data=changed | {"name": "张三丰"})
    assert stale.status_code == 409 and "张三丰" in stale.text
    assert clerk.post(f"{ROOT}/{one.id}/end", data={"version": 2, "last_day": "2026-11-19", "reason": ""}).status_code == 422
    assert clerk.post(f"{ROOT}/{one.id}/end", data={"version": 2, "last_day": "2026-11-19", "reason": "退休"}).status_code == 303
    assert clerk.post(f"{ROOT}/{one.id}/end", data={"version": 3, "last_day": "2026-11-19", "reason": "退休"}).status_code == 409
    assert [entry.step for entry in history.entries_of("inspector", one.id)] == ["create", "edit", "end_inspector"]
    assert "张三" in clerk.get(f"{ROOT}?standing=ended").text and "张三" not in clerk.get(f"{ROOT}?standing=valid").text
    assert [row["姓名"] for row in values_of(taken_out(clerk, "inspectors", "standing=ended"))] == ["张三"]
    assert sign_in(office.people["county:抽样员"]).get(ROOT).status_code == 403
    assert sign_in(office.people["other:统计员"]).get(f"{ROOT}/{one.id}").status_code == 404


def test_imported_with_every_fault_in_its_cell(office: Any, sign_in: Any):
    with transaction():
        add_inspector(office, 9)
    client = sign_in(office.people["county:审核人"])  # who takes in no other tables
    upload = client.post(
        f"{ROOT}/import", data={"file": (BytesIO(CSV.encode()), "名录.csv")}, content_type="multipart/form-data"
    )
    assert upload.status_code == 303
    page = client.get(upload.location).text
    for words in ("没有13月", "姓名为空：请填写", "执法证号与第 2 行重复", "没有用户名为“nobody”的用户"):
        assert words in page
    confirm = f"{upload.location}/confirm"
    assert "有 4 人存在错误，未导入任何内容" in client.post(confirm, data={"version": 1}).text
    assert client.get(f"{upload.location}/errors.xlsx").status_code == 200
    assert client.post(confirm, data={"version": 1, "skip_refused": "1"}).status_code == 303
    one = session().scalars(sa.select(Inspector).where(Inspector.certificate_no == "12022500001")).one()
    assert (one.valid_to, one.user_id) == (date(2030, 12, 31), office.people["county:抽样员"].id)
    assert client.post(confirm, data={"version": 2, "skip_refused": "1"}).status_code in (409, 422)
    assert client.get(f"{ROOT}/import/template.xlsx").status_code == 200


def test_by_command(office: Any, app: Any, tmp_path: Path):
    def run(*words: str, who: str = "county-statistician") -> Any:
        return app.test_cli_runner().invoke(args=["random-inspections", *words, "--as", who, "--json"])

    assert run("add-inspector", "李四", "--certificate", "77", "--department", "区消防救援大队").exit_code == 0
    assert "已在名录中" in run("add-inspector", "王五", "--certificate", "77").stderr
    path = tmp_path / "list.csv"
    path.write_text(CSV, "utf-8")
    assert json.loads(run("import-inspectors", str(path)).stdout)["refused"] == 4
    assert run("import-inspectors", str(path), "--confirm").exit_code == 1
    assert run("import-inspectors", str(path), "--confirm", "--skip-refused").exit_code == 0
    assert {one["name"] for one in json.loads(run("inspectors").stdout)} == {"李四", "张三"}
    assert run("end-inspector", "77", "--reason", "调离", who="county-sampler").exit_code == 1
    assert run("end-inspector", "77", "--on", "2026-12-31", "--reason", "调离").exit_code == 0

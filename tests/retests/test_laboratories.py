"""复检机构名录: one list per office, read below it; added, corrected, closed and loaded, by page and command."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from app import history
from app.db import session
from app.retests.models import RetestLaboratory

ADMIN = "county:系统管理员"
ENTRY = {
    "code": "FJ001", "name": "华北复检中心", "address": "北京市 1 号", "phone": "010-1234", "fields": "农药残留、重金属",
    "valid_from": "2026-01-01", "source": "总局公告 2026 年第 1 号", "laboratory_org_id": "0",
}  # fmt: skip


def text(response: Any) -> str:
    return response.get_data(as_text=True)


def rows() -> list[RetestLaboratory]:
    session().expire_all()
    return list(session().scalars(sa.select(RetestLaboratory).order_by(RetestLaboratory.code)))


def test_an_entry_from_its_first_day_to_its_last(sign_in: Any, office: Any) -> None:
    client = sign_in(office.people[ADMIN])
    assert client.post("/retests/laboratories/new", data=ENTRY).status_code == 303
    twice = client.post("/retests/laboratories/new", data=ENTRY)
    assert twice.status_code == 409 and "名录中已有编号为“FJ001”" in text(twice)
    made = rows()[0]
    changed = {**ENTRY, "phone": "010-5678", "laboratory_org_id": str(office.orgs["lab"].id)}
    assert client.post(f"/retests/laboratories/{made.id}/edit", data=changed).status_code == 303
    assert (rows()[0].phone, rows()[0].laboratory_org_id) == ("010-5678", office.orgs["lab"].id)
    early = client.post(f"/retests/laboratories/{made.id}/close", data={"closed_on": "2025-12-31", "reason": "两次拒绝"})
    assert early.status_code == 422 and "退出日期不能早于列入日期" in text(early)
    leaving = {"closed_on": "2026-11-19", "reason": "一年内两次拒绝"}
    assert client.post(f"/retests/laboratories/{made.id}/close", data={**leaving, "reason": ""}).status_code == 422
    assert client.post(f"/retests/laboratories/{made.id}/close", data=leaving).status_code == 303
    client.get("/retests/laboratories")  # says what was done
    assert "华北复检中心" not in text(client.get("/retests/laboratories"))
    assert "华北复检中心" in text(client.get("/retests/laboratories?all=1&q=农药"))
    steps = [each.step for each in history.entries_of("retest_laboratory", made.id)]
    assert steps == ["add_laboratory", "edit_laboratory", "close_laboratory"]
    page = text(client.get(f"/retests/laboratories/{made.id}/edit"))
    assert "退出日期：2026-11-19" in page and "对应的承检机构：衡清食品检验中心" in page


@pytest.mark.parametrize(("changed", "said"), [
    ({"code": ""}, "请填写编号"),
    ({"name": ""}, "请填写名称"),
    ({"source": ""}, "请填写公布依据"),
    ({"valid_from": ""}, "请填写列入日期"),
    ({"valid_to": "2025-12-31"}, "退出日期不能早于列入日期"),
    ({"fields": "农" * 501}, "复检能力范围不得超过 500 个字"),
])  # fmt: skip
def test_what_is_refused(sign_in: Any, office: Any, changed: Any, said: str) -> None:
    answer = sign_in(office.people[ADMIN]).post("/retests/laboratories/new", data={**ENTRY, **changed})
    assert answer.status_code == 422 and said in text(answer)
    assert rows() == []


def test_everybody_reads_it_and_only_the_administrator_of_its_office_changes_it(sign_in: Any, office: Any) -> None:
    assert sign_in(office.people["city:系统管理员"]).post("/retests/laboratories/new", data=ENTRY).status_code == 303
    made = rows()[0]
    reader = sign_in(office.people["county:办案人"])
    page = text(reader.get("/retests/laboratories"))
    assert "华北复检中心" in page and "天津市市场监督管理委员会的名录" in page and "修改、退出" not in page
    assert reader.post("/retests/laboratories/new", data=ENTRY).status_code == 403
    below = sign_in(office.people[ADMIN])
    assert below.get(f"/retests/laboratories/{made.id}/edit").status_code == 404  # the city's list
    assert below.post(f"/retests/laboratories/{made.id}/close", data={"closed_on": "2026-11-20", "reason": "x"}).status_code == 404
    assert sign_in(office.people["lab:承检机构"]).get("/retests/laboratories").status_code == 403


def test_a_laboratory_of_the_system_is_recognised_by_its_name(sign_in: Any, office: Any) -> None:
    sign_in(office.people[ADMIN]).post("/retests/laboratories/new", data={**ENTRY, "name": "衡清食品检验中心"})
    assert rows()[0].laboratory_org_id == office.orgs["lab"].id


# ---------------------------------------------------------------- commands

HEAD = "编号,名称,地址,联系人,联系电话,复检能力范围,对应的承检机构,列入日期,退出日期,公布依据\n"


@pytest.fixture
def run(app: Any, office: Any) -> Any:
    def invoke(*args: str, person: str = ADMIN) -> Any:
        return app.test_cli_runner().invoke(args=["retests", "laboratories", *args, "--as", office.people[person].username])

    return invoke


def test_one_entry_by_command(run: Any) -> None:
    assert run("add", "FJ001", "华北复检中心", "--source", "公告", "--from", "2026-01-01", "--fields", "农残").exit_code == 0
    assert run("add", "FJ001", "华北复检中心", "--source", "公告").exit_code == 1
    assert run("edit", "FJ001", "--phone", "010-1").exit_code == 0
    assert "内容没有变化" in run("edit", "FJ001", "--phone", "010-1").output
    told = json.loads(run("list", "--json").stdout)
    assert [(each["code"], each["phone"], each["fields"]) for each in told] == [("FJ001", "010-1", "农残")]
    assert run("close", "FJ001", "--reason", "被撤销", "--on", "2026-11-19").exit_code == 0
    assert json.loads(run("list", "--json").stdout) == []
    assert len(json.loads(run("list", "--all", "--json").stdout)) == 1
    assert run("close", "FJ009", "--reason", "x").exit_code == 1
    assert run("edit", "FJ001", "--laboratory", "没有的机构").exit_code == 1
    assert run("add", "FJ2", "乙", "--source", "x", person="county:办案人").exit_code == 1


def test_a_file_is_loaded_whole_or_not_at_all(run: Any, office: Any, tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    good = "FJ001,华北复检中心,,,,农残,,2026-01-01,,公告\nFJ002,衡清食品检验中心,,,,,衡清食品检验中心,2026年1月1日,,公告\n"
    file.write_text(HEAD + good, "utf-8-sig")
    assert "新增 2 个，修改 0 个，未变 0 个" in run("load", str(file)).output
    assert [each.laboratory_org_id for each in rows()] == [None, office.orgs["lab"].id]
    assert "新增 0 个，修改 0 个，未变 2 个" in run("load", str(file)).output
    file.write_text(HEAD + good.replace("农残", "农残、兽残"), "utf-8")
    assert "修改 1 个，未变 1 个" in run("load", str(file)).output
    bad = "FJ003,,,,,,,2026-01-01,,公告\nFJ004,丁院,,,,,,昨天,,公告\nFJ005,戊院,,,,,没有的机构,2026-01-01,,公告\n"
    file.write_text(HEAD + bad + "FJ006,己院,,,,,,2026-01-01,,公告\n" * 2, "utf-8")
    refused = run("load", str(file))
    assert refused.exit_code == 1
    told = ("第 2 行：请填写名称", "第 3 行：列入日期“昨天”不是日期", "第 4 行：系统中没有承检机构", "第 6 行：编号“FJ006”在文件中重复")
    assert [said for said in told if said not in refused.stderr] == []
    assert len(rows()) == 2
    file.write_text("甲,乙\n1,2\n", "utf-8")
    assert run("load", str(file)).exit_code == 1
    file.write_bytes("编号,名称\n".encode("gbk"))
    assert "UTF-8" in run("load", str(file)).stderr
    assert rows()[0].valid_from == date(2026, 1, 1)

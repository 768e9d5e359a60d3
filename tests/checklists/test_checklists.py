"""检查要点表: the shipped lists, which one holds on a day, the pages."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from datetime import date

import openpyxl
import pytest
import sqlalchemy as sa

from app import clock
from app.checklists import queries
from app.checklists.models import Checklist, ChecklistItem
from app.db import session, transaction
from app.domain.samples import Confidence
from app.reference import checklist_files
from app.reference_changes.models import ReferenceChange


@pytest.mark.parametrize(("code", "least", "most", "groups"), [
    ("production", 40, 60, 12), ("sale", 36, 60, 17), ("catering", 40, 60, 8), ("workshop", 20, 35, None), ("salt", 12, 20, None),
])  # fmt: skip
def test_shipped_lists_have_the_groups_of_the_order(code, least, most, groups):
    """总局令第49号 arts. 15, 17 and 20 name 12, 17 and 8 groups."""
    found = next(one for one in checklist_files.read_checklists() if one.code == code)
    assert least <= len(found.items) <= most
    assert groups in (None, len({item.group for item in found.items}))
    assert any(item.key for item in found.items) and not all(item.key for item in found.items)
    assert found.confidence == "待核" and all(item.basis for item in found.items)


def edition(name: str, since: date | None, until: date | None = None, kinds: str = "餐饮服务提供者、小作坊") -> Checklist:
    return Checklist(
        code="catering", edition=name, title=f"餐饮服务{name}", kinds=kinds, source="本局", confidence=Confidence.VERIFIED,
        valid_from=since, valid_to=until, recorded_at=clock.now(), shipped=False,
    )  # fmt: skip


def test_the_list_of_a_day(app):
    with transaction():
        session().add_all([
            edition("本地2025", date(2025, 1, 1)), edition("本地2026", date(2026, 12, 1), date(2026, 12, 31)),
            edition("本地2025改", date(2025, 1, 1)),
        ])  # fmt: skip
    held = {day: queries.checklist_for("餐饮服务提供者", day) for day in (
        date(2022, 3, 14), date(2022, 3, 15), date(2024, 12, 31), date(2025, 1, 1), date(2026, 12, 1), date(2027, 1, 1),
    )}  # fmt: skip
    assert [one and one.edition for one in held.values()] == [None, "2022", "2022", "本地2025改", "本地2026", "本地2025改"]
    assert queries.checklist_for("药品经营企业", date(2026, 1, 1)) is None


def test_loading_again_changes_no_edition(app):
    from app.authorize import local_operator
    from app.reference_data.operations import load_reference

    before = session().execute(sa.select(ChecklistItem.id, ChecklistItem.text).order_by(ChecklistItem.id)).all()
    with transaction():
        counts = load_reference(local_operator())
    assert counts["checklist"] == counts["checklist_item"] == 0
    assert session().execute(sa.select(ChecklistItem.id, ChecklistItem.text).order_by(ChecklistItem.id)).all() == before


@pytest.mark.parametrize("who", ["county:抽样员", "county:系统管理员"])
def test_pages(office, sign_in, who):
    client = sign_in(office.people[who])
    page = client.get("/checklists/").text
    assert "餐饮服务环节监督检查要点表" in page and "待核" in page
    found = queries.checklist_for("食盐经营者", clock.today())
    shown = client.get(f"/checklists/{found.id}").text
    assert "食盐加碘" in shown and "重点项" in shown
    assert client.get("/checklists/999999").status_code == 404


# ---------------------------------------------------------------- an edition of the office's own

META = {
    "code": "catering", "edition": "2026 修订", "title": "餐饮服务要点表（本局）", "kinds": ["餐饮服务提供者"], "valid_from": "2026-11-01",
    "source": "津蓟市监〔2026〕3号", "confidence": "已核", "reason": "本局修订",
}  # fmt: skip
HEADER = ("序号", "检查内容", "检查项目", "重点项", "依据")
GOOD = [("1.1", "资质", "许可证有效", "重点项", "第35条"), ("1.2", "", "公示许可证", "一般项", ""), ("2.1", "原料", "进货查验", "★", "")]


def workbook(rows: Sequence[Sequence[str]], title: bool = True) -> io.BytesIO:
    book = openpyxl.Workbook()
    for row in [*([["餐饮服务检查要点表"]] if title else []), list(HEADER), *map(list, rows)]:
        book.active.append(row)
    content = io.BytesIO()
    book.save(content)
    return io.BytesIO(content.getvalue())


def test_an_edition_is_previewed_proposed_and_adopted_by_another(office, sign_in):
    client, before = sign_in(office.people["city:系统管理员"]), queries.checklist_for("餐饮服务提供者", clock.today())
    preview = client.post("/checklists/upload", data={**META, "file": (workbook(GOOD), "要点表.xlsx")})
    assert preview.status_code == 200 and "公示许可证" in preview.text and "按现行版本未完成的监督检查（仍按原版本）：0" in preview.text
    assert client.post("/checklists/confirm", data=META).status_code == 303
    assert client.post("/checklists/confirm", data=META).status_code == 409  # the second click
    assert queries.edition("catering", "2026 修订") is None  # nothing is entered before a second person has adopted it
    change = session().scalars(sa.select(ReferenceChange)).one()
    reviewer = sign_in(office.people["city:审核人"])
    assert "公示许可证" in reviewer.get(f"/changes/{change.id}").text
    decided = {"version": str(change.version), "comment": "已核对原文"}
    assert reviewer.post(f"/changes/{change.id}/adopt", data=decided).status_code == 303
    assert reviewer.post(f"/changes/{change.id}/adopt", data=decided).status_code == 409
    made = queries.checklist_for("餐饮服务提供者", clock.today())
    assert (made.edition, made.shipped) == ("2026 修订", False)
    assert [(one.number, one.group, one.key) for one in queries.items_of(made.id)] == [
        ("1.1", "资质", True), ("1.2", "资质", False), ("2.1", "原料", True)
    ]
    assert queries.checklist_for("餐饮服务提供者", date(2026, 10, 31)).id == before.id  # what was inspected earlier stays as it was
    history = reviewer.get(f"/checklists/{made.id}").text.split("办理记录</h2>")[1]
    assert office.people["city:审核人"].name in history
    assert "没有办理记录" in reviewer.get(f"/checklists/{before.id}").text  # came with the program
    admin = sign_in(office.people["city:系统管理员"])
    assert admin.post("/checklists/upload", data={**META, "file": (workbook(GOOD), "要点表.xlsx")}).status_code == 422  # never changed


def test_only_who_keeps_the_reference_data_enters_one(office, sign_in):
    client = sign_in(office.people["county:办案人"])
    assert client.post("/checklists/upload", data={**META, "file": (workbook(GOOD), "x.xlsx")}).status_code == 403
    assert client.post("/checklists/confirm", data=META).status_code == 403


@pytest.mark.parametrize(("rows", "said"), [
    ([("1.1", "资质", "许可证有效", "大概", "")], "不是重点项的写法"),
    ([("", "资质", "许可证有效", "重点项", "")], "“序号”不能为空"),
    ([GOOD[0], GOOD[0]], "重复"),
    ([("1.1", "资质", "字" * 501, "重点项", "")], "不得超过 500 个字"),
    ([], "没有检查项目"),
])  # fmt: skip
def test_a_faulty_file_is_told_line_by_line(office, sign_in, rows, said):
    client = sign_in(office.people["county:系统管理员"])
    page = client.post("/checklists/upload", data={**META, "file": (workbook(rows), "要点表.xlsx")})
    assert said in page.text and "没有导入" in page.text
    assert client.post("/checklists/confirm", data=META).status_code == 422
    assert queries.edition("catering", "2026 修订") is None


def test_commands(app, office, tmp_path):
    run = app.test_cli_runner().invoke
    path = tmp_path / "本地.xlsx"
    path.write_bytes(workbook(GOOD, title=False).getvalue())
    listed = json.loads(run(args=["checklists", "list", "--json"]).stdout)
    assert len(listed) == 5
    assert "许可证" in run(args=["checklists", "show", "sale"]).output
    order = ["checklists", "import", str(path), "--code", "catering", "--edition", "本地", "--title", "本地要点表"]
    order += ["--kind", "餐饮服务提供者", "--from", "2026-11-01", "--source", "本局"]
    assert "未写入" in run(args=order).output
    assert not session().scalars(sa.select(ReferenceChange)).all()
    proposed = json.loads(run(args=[*order, "--confirm", "--as", office.people["city:系统管理员"].username, "--json"]).stdout)
    assert queries.edition("catering", "本地") is None
    assert run(args=[*order, "--confirm"]).exit_code == 1  # one proposal about an edition at a time
    adopt = ["changes", "adopt", proposed["number"], "--comment", "同意", "--as", office.people["city:审核人"].username]
    assert run(args=adopt).exit_code == 0
    session().expire_all()
    assert queries.edition("catering", "本地") is not None

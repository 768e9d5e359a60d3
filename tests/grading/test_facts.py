"""静态要素 by form, file and command: from the rule set's own tables, every version kept, nothing overwritten."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from openpyxl import Workbook, load_workbook

from app.db import session, transaction
from app.domain.workflow import BatchState
from app.enterprises.models import Enterprise
from app.grading.models import RiskProfile
from app.results.models import ImportBatch
from tests.grading.conftest import DAY, SALE, build_firm

TYPED = {"seen_on": "2026-11-20", "source": "年度核实", "former": "", "fact_area": "３００", "fact_suppliers": "1,200"}


def versions(firm: Enterprise) -> list[RiskProfile]:
    session().expire_all()
    return list(session().scalars(sa.select(RiskProfile).where(RiskProfile.enterprise_id == firm.id).order_by(RiskProfile.id)))


def test_the_form_is_that_of_the_rules_and_keeps_every_version(firm: Enterprise, people: Any) -> None:
    address = f"/grading/enterprises/{firm.id}/profile?kind={SALE}"
    client = people("county:抽样员")
    page = client.get(address).text
    assert "散装食品冷藏单品数" in page
    assert "最高 9 分" in page
    for typed, sentence in (
        ({"fact_area": "三百"}, "不是数字"), ({"seen_on": ""}, "请填写核实日期"), ({"seen_on": "2026-11-21"}, "核实日期不得晚于今天"),
    ):  # fmt: skip
        refused = client.post(address, data=TYPED | typed)
        assert refused.status_code == 422
        assert sentence in refused.text
    assert client.post(address, data=TYPED).status_code == 303
    assert [row.facts for row in versions(firm)] == [{"area": "300", "suppliers": "1200"}]
    stale = client.post(address, data=TYPED | {"fact_area": "400"})
    assert stale.status_code == 409
    assert 'value="400"' in stale.text
    changed = client.post(address, data=TYPED | {"fact_area": "400", "former": str(versions(firm)[0].id)})
    assert changed.status_code == 303
    first, second = versions(firm)
    assert first.superseded_at is not None
    assert (second.facts["area"], second.superseded_at) == ("400", None)
    assert people("county:审核人").post(address, data=TYPED).status_code == 403
    assert people("county:审核人").get(address).status_code == 200
    assert people("other:抽样员").get(address).status_code == 404


def table(*rows: tuple[str, ...]) -> io.BytesIO:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (("企业名称", "食品经营场所面积（平方米）", "供货者数量", "核实日期", "来源"), *rows):
        sheet.append(row)
    content = io.BytesIO()
    book.save(content)
    content.seek(0)
    return content


@pytest.fixture
def firms(office: Any) -> list[Enterprise]:
    with transaction():
        return [build_firm(office.orgs["county"].id, f"超市{number}") for number in "甲乙"]


def test_a_file_is_looked_at_before_anything_is_recorded(firms: list[Enterprise], people: Any) -> None:
    client = people("county:抽样员")
    rows = [("超市甲", "300", "60", "2026-11-01", ""), ("超市乙", "很大", "", "2026-11-01", ""), ("没有的店", "1", "", "2026-11-31", "")]
    sent = client.post("/grading/profiles/import", data={"kind": SALE, "file": (table(*rows), "静态.xlsx")})
    assert sent.status_code == 303, sent.text
    page = client.get(sent.headers["Location"]).text
    for sentence in ("“很大”不是数字", "企业档案中没有这家企业", "11月没有31日"):
        assert sentence in page
    assert versions(firms[0]) == []
    batch = session().scalars(sa.select(ImportBatch)).one()
    confirm = f"/grading/profiles/import/{batch.id}/confirm"
    assert client.post(confirm, data={"version": batch.version}).status_code == 422
    assert client.post(confirm, data={"version": batch.version, "skip_refused": "1"}).status_code == 303
    assert [(row.facts, row.superseded_at) for row in versions(firms[0])] == [({"area": "300", "suppliers": "60"}, None)]
    assert client.post(confirm, data={"version": batch.version, "skip_refused": "1"}).status_code in (409, 422)
    assert session().get_one(ImportBatch, batch.id).state is BatchState.CONFIRMED
    errors = load_workbook(io.BytesIO(client.get(f"/grading/profiles/import/{batch.id}/errors.xlsx").data))
    assert [row[0].value for row in errors.worksheets[0].iter_rows(min_row=2)] == ["超市乙", "没有的店"]
    twice = client.post("/grading/profiles/import", data={"kind": SALE, "file": (table(rows[0]), "又.xlsx")}, follow_redirects=True)
    assert "未作任何更改" in twice.text


def test_template_and_commands_do_the_same(app: Flask, firms: list[Enterprise], tmp_path: Path) -> None:
    run = app.test_cli_runner().invoke
    path = tmp_path / "template.xlsx"
    assert run(args=["grading", "template", "--kind", SALE, "--output", str(path)]).exit_code == 0
    titles = [cell.value for cell in next(load_workbook(path).worksheets[0].iter_rows())]
    assert "食品经营场所面积（平方米）" in [str(title).rstrip("*") for title in titles]
    (tmp_path / "facts.xlsx").write_bytes(table(("超市甲", "300", "60", str(DAY), "核查")).getvalue())
    file = str(tmp_path / "facts.xlsx")
    assert run(args=["grading", "import-facts", file, "--kind", SALE]).exit_code == 0
    assert versions(firms[0]) == []
    done = run(args=["grading", "import-facts", file, "--kind", SALE, "--confirm"])
    assert done.exit_code == 0, done.output
    changed = run(args=["grading", "facts", "超市甲", "--kind", SALE, "--set", "area=900", "--set", "suppliers="])
    assert changed.exit_code == 0, changed.output
    assert [row.facts for row in versions(firms[0])] == [{"area": "300", "suppliers": "60"}, {"area": "900"}]
    assert "不是数字" in run(args=["grading", "facts", "超市甲", "--kind", SALE, "--set", "area=大"]).output

"""The main job from end to end: a workbook becomes figures, a nonconforming batch becomes a closed case.

The page, the command and the monthly workbook are asked for the same figures before, between and after.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from app.db import session
from app.disposal.models import DisposalCase
from app.domain.case_record import BLOCKS
from app.domain.samples import Domain, Supervision
from app.domain.workflow import BatchState, CaseState
from app.results.models import ImportBatch
from app.sampling.models import BatchFact
from tests.disposal.conftest import RECORDED
from tests.flows.desks import Desk
from tests.flows.material import FAILED, FAULTS, GOOD, with_faults, words, write_workbook
from tests.flows.three_places import ThreePlaces
from tests.indicators.conftest import Batch, Books


@pytest.fixture
def desk(office: Any, sign_in: Callable[..., FlaskClient]) -> Callable[[str], Desk]:
    return lambda person: Desk(sign_in(office.people[person]))


@pytest.fixture
def figures(app: Flask, desk: Callable[[str], Desk], tmp_path: Path) -> ThreePlaces:
    return ThreePlaces(app, desk("county:统计员"), tmp_path)


# ---------------------------------------------------------------- from the workbook to the closed case


def test_from_the_workbook_to_the_closed_case(
    app: Flask, desk: Callable[[str], Desk], figures: ThreePlaces, tmp_path: Path
) -> None:
    before = figures.agreed()
    assert before["13"] == ("0.00", 0, 795_516, "未达到")

    import_with_a_correction(desk("county:统计员"), tmp_path)
    imported = figures.agreed()
    assert imported["13"] == ("0.00", 3, 795_516, "未达到")
    assert imported["14"] == ("66.67", 2, 3, "未达到")
    assert drill_down(figures) == {"13": [3], "14": [2, 3], "T4": [1, 210], "T5": [3]}

    case_id = handle(desk)
    assert figures.agreed() == imported  # what became of the case changes no figure of the batches
    assert disposal_rows(figures) == [(FAILED, "审核完毕")]
    assert session().get_one(DisposalCase, case_id).state is CaseState.CLOSED
    verified(app)


def import_with_a_correction(clerk: Desk, folder: Path) -> None:
    """The first upload shows every fault where it stands and writes nothing; the corrected one is confirmed."""
    address = clerk.upload(write_workbook(folder / "faulty.xlsx", with_faults()))
    page = clerk.page(address)
    for line, column, written, reason in FAULTS:
        told = fault_row(page, line, column)
        assert told[2] == written and reason in told[3]
        assert re.search(rf'<td class="cell-fault">{written}<div class="fault-text">', page)
    assert "确认导入 1 批" in page  # the sample without a fault could be taken alone; nothing has been
    assert facts() == 0
    refused = clerk.client.post(f"{address}/confirm", data={"version": version_of(page)})
    assert refused.status_code == 422 and facts() == 0

    address = clerk.upload(write_workbook(folder / "corrected.xlsx", GOOD))
    page = clerk.page(address)
    assert "错误与提示" not in page and "确认导入 3 批" in page
    told = clerk.press(address, f"{address}/confirm")
    assert "已导入 3 批样品、4 行结果，启动核查处置 1 件" in told
    assert facts() == 3
    states = session().scalars(sa.select(ImportBatch.state).order_by(ImportBatch.id)).all()
    assert states == [BatchState.STAGED, BatchState.CONFIRMED]


def fault_row(page: str, line: int, column: str) -> list[str]:
    """Line, column, value and reason in the list of faults."""
    rows = [
        [words(cell) for cell in re.findall(r"<td[^>]*>(.*?)</td>", row, re.S)]
        for row in re.findall(r'<tr class="row-fault">(.*?)</tr>', page, re.S)
    ]
    found = [row for row in rows if [row[0], row[1].rstrip("*")] == [str(line), column]]
    assert len(found) == 1, rows
    return found[0]


def version_of(page: str) -> str:
    found = re.search(r'name="version"[^>]*value="(\d+)"', page)
    assert found is not None
    return found[1]


def facts() -> int:
    session().rollback()
    return (
        session().scalar(sa.select(sa.func.count()).select_from(BatchFact).where(BatchFact.superseded_at.is_(None)))
        or 0
    )


def handle(desk: Callable[[str], Desk]) -> int:
    """办案人 finds the case among his 待办, records every element and submits; 审核人 approves."""
    handler = desk("county:办案人")
    found = re.findall(r'href="/disposal/(\d+)">核处〔2026〕1号', handler.page("/"))
    assert len(set(found)) == 1
    address = f"/disposal/{found[0]}"
    page = handler.page(address)
    assert "毒死蜱" in page and FAILED in page
    handler.press(address, f"{address}/claim")
    assert "还缺" in handler.page(address)
    for block, names in BLOCKS.items():  # each is saved for itself
        if typed := {name: RECORDED[name] for name in names if name in RECORDED}:
            handler.press(address, f"{address}/record", holding=f'value="{block}"', **typed)
    assert "已提交审核" in handler.press(address, f"{address}/submit")
    assert "审核通过" not in handler.page(address)  # nobody approves what he has submitted
    assert "审核通过，案件已办结" in desk("county:审核人").press(address, f"{address}/approve", comment="同意。")
    return int(found[0])


def disposal_rows(figures: ThreePlaces) -> list[tuple[str, str]]:
    """Sample and state of every case that the workbook prints."""
    sheet = figures.workbook()["核查处置"]
    heads = [cell.value for cell in sheet[3]]
    rows = sheet.iter_rows(min_row=4, values_only=True)
    return [(row[heads.index("抽样编号")], row[heads.index("状态")]) for row in rows if row[1]]


def drill_down(figures: ThreePlaces) -> dict[str, list[int]]:
    """Every count of the page opens a list of as many; the command lists the same numbers."""
    opened: dict[str, list[int]] = {}
    page = figures.reader.page(f"/indicators/{figures.plan}?area={figures.area}&year=2026")
    pattern = rf'href="(/indicators/{figures.plan}/(T?\d+)/records/(\w+)[^"]*)" title[^>]*>([\d,]+)</a>'
    for address, number, side, written in re.findall(pattern, page):
        count = int(written.replace(",", ""))
        if count == 0:
            continue
        listing = figures.reader.page(unescape(address))
        opened.setdefault(number, []).append(count)
        if number != "T4":  # kinds of food, not batches
            assert re.search(rf"<b>[^<]* {written}</b>", listing), (number, side)
            assert len(re.findall(r'<a href="/sampling/\d+">XC', listing)) == count
            assert len(listed(figures, number)[side]) == count
    return opened


def listed(figures: ThreePlaces, number: str) -> dict[str, list[str]]:
    arguments = ["indicators", "records", "--plan", figures.plan, "--area", figures.area, "--year", "2026"]
    result = figures.app.test_cli_runner().invoke(args=[*arguments, "--no", number, "--json"])
    assert result.exit_code == 0, result.output
    found: dict[str, list[str]] = json.loads(result.stdout)
    return found


def verified(app: Flask) -> None:
    for arguments in (["audit", "verify"], ["signatures", "verify"], ["indicators", "check"]):
        result = app.test_cli_runner().invoke(args=arguments)
        assert result.exit_code == 0, result.output + result.stderr


# ---------------------------------------------------------------- worked figures


def test_4200_batches_among_795516_residents_are_5_28_everywhere(office: Any, figures: ThreePlaces) -> None:
    """4,200 ÷ 795.516 = 5.2796; thousands, rounded half up to two places."""
    Books(office.orgs).many(Batch(), 4200)
    said = figures.agreed()
    assert said["13"] == ("5.28", 4200, 795_516, "未达到")
    assert said["T5"] == said["13"]  # the text of the plan states the same indicator again


def test_what_rounding_would_hide_is_not_met(office: Any, figures: ThreePlaces) -> None:
    """440 of 449 is 97.996 %: shown as 98.00, yet below the target of 98, and the page and the workbook say why."""
    books = Books(office.orgs)
    vegetables = {"domain": Domain.AGRICULTURAL, "category": "食用农产品/蔬菜"}
    books.many(Batch(**vegetables), 440)
    books.many(Batch(**vegetables, supervision=Supervision.FAIL), 9)
    assert figures.agreed()["14"] == ("98.00", 440, 449, "未达到")
    row = re.search(r'<tr id="no-14">.*?</tr>', figures.reader.page("/indicators/jizhou?year=2026"), re.S)
    why = next(row for row in figures.workbook()["汇总"].iter_rows(min_row=4, values_only=True) if row[0] == "14")[13]
    assert row is not None and "97.99" in why and why in words(row[0])

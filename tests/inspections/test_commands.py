"""``flask inspections``: an inspection by commands alone, answers from a workbook."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from app.db import transaction
from app.domain import inspection_answers
from app.domain.supervision_kinds import FindingAnswer
from tests.inspections.material import firm

LEAD, SECOND = "county-sampler", "county-handler"


@pytest.fixture
def run(app: Any, office: Any) -> Callable[..., Any]:
    return lambda *order: app.test_cli_runner().invoke(args=["inspections", *order])


def fill(path: Path, **failing: str) -> None:
    book = openpyxl.load_workbook(path)
    for row in book.worksheets[0].iter_rows(min_row=2):
        row[4].value = "不符合" if row[0].value in failing else "符合"
        row[5].value = failing.get(row[0].value)
    book.save(path)


def test_an_inspection_by_commands(office, run, tmp_path):
    with transaction():
        firm(office, "老街面馆", "餐饮服务提供者")
    made = run("plan", "老街面馆", "--kind", "餐饮服务提供者", "--lead", LEAD, "--second", SECOND, "--json")
    number, file = json.loads(made.stdout)["number"], tmp_path / "检查.xlsx"
    assert run("start", number, "--as", LEAD).exit_code == 0
    assert run("answers", number, str(file)).exit_code == 0
    fill(file, **{"1.1": "许可证过期"})
    concluded = ["--result", "不符合", "--measure", "移交立案", "--opinion", "依法立案调查", "--company-signature", "已签字",
                 "--company-person", "王五"]  # fmt: skip
    assert run("record", number, str(file), *concluded, "--as", LEAD).exit_code == 0
    assert "还没有签字" in run("finish", number, "--as", LEAD).output
    assert run("sign", number).exit_code == 1  # the local operator is nobody's hand
    for one in (LEAD, SECOND):
        assert run("sign", number, "--as", one).exit_code == 0
    told = json.loads(run("finish", number, "--as", SECOND, "--json").stdout)
    assert (told["result"], told["publish_due_on"]) == ("不符合", "2026-12-18")
    assert run("link", number, "--filing-no", "津蓟市监立〔2026〕8号", "--as", LEAD).exit_code == 0
    listed = json.loads(run("list", "--state", "已完成", "--json").stdout)
    assert [one["number"] for one in listed] == [number] and run("list", "--state", "完了").exit_code == 1
    shown = json.loads(run("show", number, "--json").stdout)
    assert [one["note"] for one in shown["findings"] if one["answer"] == "不符合"] == ["许可证过期"]
    assert run("void", number, "--reason", "对象错误", "--as", LEAD).exit_code == 1
    assert run("void", number, "--reason", "对象错误", "--as", "county-reviewer").exit_code == 0


HEAD = (1, ("序号", "检查项目", "结果", "情况说明"))


@pytest.mark.parametrize(("rows", "given", "faults"), [
    ([("1.1", "x", "符合", "")], {"1.1": (FindingAnswer.MEETS, None)}, 0),
    ([("1.1", "x", "否", "过期"), ("1.2", "x", "", "")], {"1.1": (FindingAnswer.FAILS, "过期")}, 0),
    ([("9.9", "x", "符合", "")], {}, 1),
    ([("1.1", "x", "大概", "")], {}, 1),
    ([("1.1", "x", "", "有问题")], {}, 1),  # a note without an answer
    ([("1.1", "x", "符合", ""), ("1.1", "x", "不符合", "y")], {"1.1": (FindingAnswer.MEETS, None)}, 1),
])  # fmt: skip
def test_answers_of_a_workbook(rows, given, faults):
    found = inspection_answers.read([HEAD, *enumerate(rows, 2)], {"1.1", "1.2"})
    assert found.given == given and len(found.faults) == faults
    assert not faults or "第" in found.faults[0]

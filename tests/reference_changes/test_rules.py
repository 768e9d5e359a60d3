"""规则表: a new edition is checked by the reader of the shipped file and takes its place from its day on."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import clock
from app.domain.trust_states import ChangeState
from app.reference.comparison_rules import small_below
from app.reference_changes import rule_tables
from app.reference_changes.rule_tables import TABLES
from tests.indicators.conftest import Batch, Books, books, defined  # noqa: F401
from tests.reference_changes.conftest import WHY, decide, newest, newest_of, preview, send, text
from tests.taken import on_record, times_on_record

RULES = "/changes/rules/comparison_rules/new"


def content(value: str) -> str:
    shipped = rule_tables.content_on(TABLES["comparison_rules"])
    rows = rule_tables.rows_of(shipped)
    rows[1][rows[0].index("value")] = value
    return rule_tables.written(rows)


@pytest.mark.parametrize("code", TABLES)
def test_every_table_reads_what_it_shows(app: Flask, code: str) -> None:
    """What is taken out may be sent in again as it is, by text, .csv and .xlsx."""
    table = TABLES[code]
    shipped = rule_tables.content_on(table)
    assert rule_tables.checked(table, shipped.replace("\n", "\r\n")) == shipped


def test_an_edition_holds_from_its_day_in_every_process(app: Flask, admin: FlaskClient, reviewer: FlaskClient) -> None:
    before = small_below(date(2026, 11, 20))
    other = str(before + 7)
    change_page = send(admin, RULES, {"content": content(other), "valid_from": "2026-11-15"})
    assert change_page.status_code == 303, text(change_page)
    change = newest()
    assert change.effect["uses"] == {"规则表删去行": 1, "规则表新增行": 1}
    assert small_below(date(2026, 11, 20)) == before
    assert decide(reviewer, change).status_code == 303
    assert other in text(admin.get("/changes/rules/comparison_rules"))
    assert (small_below(date(2026, 11, 20)), small_below(date(2026, 11, 14))) == (before + 7, before)
    app.extensions.pop("shian_rules")  # as in a process that has just started
    assert small_below(date(2026, 11, 20)) == before
    app.test_client().get("/sign-in")
    assert small_below(date(2026, 11, 20)) == before + 7
    same = send(admin, RULES, {"content": content(other), "valid_from": "2026-11-15"})
    assert same.status_code == 422 and "完全相同" in text(same)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [("很多", "第 2 行：“value”的值“很多”不是整数"), ("", "“value”不能为空")],
)
def test_faults_are_told_by_row(admin: FlaskClient, changed: str, sentence: str) -> None:
    response = preview(admin, RULES, {"content": content(changed), "valid_from": "2026-11-15"})
    assert response.status_code == 422 and sentence in text(response)


def test_a_workbook_is_taken_out_changed_and_sent_in(admin: FlaskClient, office: Any, sign_in: Callable[..., FlaskClient]) -> None:
    taken = admin.get("/changes/rules/urgent_rules/download?format=xlsx")
    assert taken.status_code == 200 and taken.data[:2] == b"PK"
    data = {**WHY, "valid_from": "2026-11-15", "content": "", "do": "preview"}
    same = admin.post("/changes/rules/urgent_rules/new", data={**data, "file": (io.BytesIO(taken.data), "规则.xlsx")})
    assert same.status_code == 422 and "完全相同" in text(same)  # read back cell by cell
    csv = admin.get("/changes/rules/urgent_rules/download").data
    shorter = b"\n".join(csv.splitlines()[:-1])
    shown = admin.post("/changes/rules/urgent_rules/new", data={**data, "file": (io.BytesIO(shorter), "规则.csv")})
    assert "删去 1 行" in text(shown)
    assert sign_in(office.people["county:审核人"]).get("/changes/rules/urgent_rules").status_code == 200
    assert sign_in(office.people["county:审核人"]).get("/changes/rules/urgent_rules/new").status_code == 403
    assert admin.get("/changes/rules/passwords").status_code == 404


def test_a_table_taken_out_is_on_record(
    admin: FlaskClient, office: Any, sign_in: Callable[..., FlaskClient], command: Callable[..., Any], tmp_path: Any
) -> None:
    """With its digest, by page and by command; who may not read the changes takes nothing."""
    for ending in ("xlsx", "csv"):
        content = admin.get(f"/changes/rules/urgent_rules/download?format={ending}").data
        assert f"规则表 urgent_rules，{ending}" in on_record("reference_change", content)
    output = tmp_path / "规则.csv"
    assert command("changes", "rule", "urgent_rules", "--output", str(output), "--as", "county-reviewer")[0] == 0
    assert output.read_bytes() == content and times_on_record("reference_change", content) == 2  # by page and by command
    status, _, said = command("changes", "rule", "urgent_rules", "--output", str(tmp_path / "规则.doc"), "--as", "county-reviewer")
    assert status == 1 and ".csv 或 .xlsx" in said
    assert command("changes", "rule", "passwords", "--output", str(output), "--as", "county-reviewer")[0] == 1
    assert command("changes", "rule", "urgent_rules", "--output", str(output), "--as", "lab-laboratory")[0] == 1
    assert "urgent_rules" in [one["name"] for one in command("changes", "rules", "--as", "county-reviewer")[1]]
    assert sign_in(office.people["lab:承检机构"]).get("/changes/rules/urgent_rules/download").status_code == 403


def test_by_command(command: Callable[..., Any], office: Any, tmp_path: Any) -> None:
    path = tmp_path / "comparison_rules.csv"
    path.write_text(content("77"), encoding="utf-8-sig")
    why = ("--reason", "按省局要求", "--source", "省局〔2026〕5号")
    status, made, said = command("changes", "propose-rules", "comparison_rules", "--file", str(path), "--from", "2026-11-15", *why)
    assert status == 0, said
    assert made["state"] == "待复核"
    assert command("changes", "refuse", made["number"], "--comment", "暂缓", "--as", "city-leader")[0] == 0
    assert newest().state is ChangeState.REFUSED
    assert command("changes", "propose-rules", "没有", "--file", str(path), "--from", "2026-11-15", *why)[0] == 1


def test_other_weights_show_the_scores_they_would_change(admin: FlaskClient, reviewer: FlaskClient, books: Books) -> None:  # noqa: F811
    defined("jizhou", "14", "pass_rate", "domain in (食品;食用农产品)")
    books.add(Batch())
    table = rule_tables.TABLES["score_weights"]
    header, *rows = rule_tables.rows_of(rule_tables.content_on(table))
    changed = [[*row[:2], "9.5", *row[3:]] if row[:2] == ["jizhou", "14"] else row for row in rows]
    data = {"subject": table.code, "valid_from": clock.today().isoformat(), "content": rule_tables.written([header, *changed])}
    answer = send(admin, "/changes/rules/score_weights/new", data)
    assert answer.status_code == 303, text(answer)
    change = newest()
    (score,) = change.effect["scores"]["rows"]
    assert (score["plan"], score["no"], score["after"][0]) == ("jizhou", "14", "9.50") and score["before"][0] != "9.50"
    assert "考核得分有 1 项会变" in text(admin.get(f"/changes/{change.id}"))
    page = text(reviewer.get(f"/changes/{change.id}"))
    assert "会变的考核得分" in page and "9.50（" in page and "/indicators/jizhou?area=120119" in page
    assert decide(reviewer, change).status_code == 303
    assert newest_of(change.id).effect["done"]["scores"]["count"] == 1

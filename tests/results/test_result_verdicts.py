"""Whose verdict stands, and what is stored beside it (decision 9)."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa

from app import clock
from app.db import session, transaction
from app.domain.rounding import Basis
from app.domain.samples import Purpose, Verdict
from app.domain.verdicts import LimitSource
from app.reference import foods
from app.reference_data import shipped
from app.reference_data.books import category_book, limit_book
from app.reference_data.models import FoodLimit
from app.results import text_queries
from app.results.models import ResultReport, ResultRow
from tests.conftest import make_office
from tests.results.material import as_csv, cases, lab_row, register_sample, rows_of, sample_named

ONE = "XC26120119460010001"
IMPORT = ("import", "--confirm", "--reported-on", "2026-11-12")

DECIDED = [
    # result, laboratory's verdict -> verdict in force, pending, conclusion of the batch
    ("0.01", "合格项", "合格项", False, "合格"),
    ("0.32", "合格项", "不判定项", True, "未判定"),  # laboratory 合格 against our 不合格: two people must look
    ("0.01", "不合格项", "不合格项", False, "不合格"),  # the reverse stands, flagged
    ("", "合格项", "不判定项", True, "未判定"),  # a blank reading with a verdict (defect 11)
    ("", "不合格项", "不判定项", True, "未判定"),
    ("0.32", "", "不合格项", False, "不合格"),  # ours where it gave none
    ("0.01", "", "合格项", False, "合格"),
    ("", "", "未检验", False, "未判定"),  # never 合格 (defect 5)
    ("正常", "", "不判定项", False, "未判定"),  # a word is not a reading
    ("正常", "合格项", "合格项", False, "合格"),  # our 不判定 never weakens the laboratory's verdict
    ("<0.05", "", "合格项", False, "合格"),
    ("<0.5", "", "不判定项", False, "未判定"),  # written <x decides only below the limit
]


@pytest.mark.parametrize(("result", "lab", "verdict", "pending", "conclusion"), DECIDED)
def test_whose_verdict_stands(
    office: Any, command: Any, result: str, lab: str, verdict: str, pending: bool, conclusion: str
) -> None:
    register_sample(office, ONE)
    status, answer, _ = command(*IMPORT, content=as_csv([lab_row(ONE, "毒死蜱", result, lab)]))
    assert (status, answer["item_verdicts"][verdict], answer["conclusions"][conclusion]) == (0, 1, 1)
    row, sample = rows_of(ONE)[0], sample_named(ONE)
    assert (row["verdict"].value, row["pending"], sample["supervision"].value) == (verdict, pending, conclusion)
    assert (sample["pending_items"], row["lab_verdict"].value if row["lab_verdict"] else "") == (int(pending), lab)
    assert len(cases()) == (conclusion == "不合格")
    assert answer["cases_opened"] == len(cases())
    plain = verdict == "合格项" and row["flags"] is None
    assert (row["reason"] is None) == plain  # why, wherever it is not plain that the item passed


def test_contradictions_are_flagged(office: Any, command: Any) -> None:
    register_sample(office, ONE)
    command(*IMPORT, content=as_csv([lab_row(ONE, "毒死蜱", "0.01", "不合格项")]))
    row = rows_of(ONE)[0]
    assert row["our_verdict"].value == "合格项"
    assert "以检验机构判定为准" in row["flags"]


def test_limits_of_the_row_come_first_and_their_source_is_kept(office: Any, command: Any) -> None:
    register_sample(office, ONE)
    rows = [
        lab_row(ONE, "毒死蜱", "0.3", "", 最大允许限="0.5"),
        lab_row(ONE, "没有人听说过的项目", "0.3", "", 最大允许限="", 允许限单位=""),
    ]
    command(*IMPORT, content=as_csv(rows))
    stored = {row["item"]: row for row in rows_of(ONE)}
    assert (stored["毒死蜱"]["limit_source"], stored["毒死蜱"]["limit_text"], stored["毒死蜱"]["verdict"].value) == (
        "检验机构",
        "≤0.5 mg/kg",
        "合格项",
    )
    unknown = stored["没有人听说过的项目"]
    assert (unknown["limit_source"], unknown["limit_id"], unknown["verdict"].value) == ("无限量", None, "不判定项")


def test_our_limit_in_force_applies_where_the_row_has_none(office: Any, command: Any) -> None:
    """C7: by food, item, region and day; without a production date the sampling date counts."""
    food = category_book().resolve(["食用农产品", "蔬菜", "叶菜类蔬菜", "菠菜"])
    assert food is not None
    day = date(2026, 11, 2)
    limit = limit_book().in_force("镉", food.path, ("120119", "120100", "120000", ""), day)
    assert limit is not None and limit.maximum is not None
    register_sample(office, ONE, category_id=food.id, category_written=food.path, sampled_on=day)
    above = str(limit.maximum * 2)
    command(
        *IMPORT,
        content=as_csv([lab_row(ONE, "镉（以Cd计）", above, "", 最大允许限="", 允许限单位="", 结果单位=limit.unit)]),
    )
    row = rows_of(ONE)[0]
    assert (row["item"], row["verdict"].value, row["limit_source"], row["limit_id"]) == (
        "镉",
        "不合格项",
        "限量库",
        limit.id,
    )


def test_monitoring_items_are_problems_not_failures(office: Any, command: Any) -> None:
    """风险监测 has no 不合格 and no case; its problem rate counts 问题."""
    register_sample(office, ONE, purpose=Purpose.MONITORING)
    command(*IMPORT, content=as_csv([lab_row(ONE, "毒死蜱", "0.32", "")]))
    sample = sample_named(ONE)
    assert rows_of(ONE)[0]["verdict"].value == "问题项"
    assert (sample["supervision"].value, sample["monitoring"].value, cases()) == ("无监督项目", "问题", [])


def test_one_failing_item_decides_the_batch(office: Any, command: Any) -> None:
    register_sample(office, ONE)
    rows = [
        lab_row(ONE, "毒死蜱", "0.32", "不合格项"),
        lab_row(ONE, "克百威", "", ""),
        lab_row(ONE, "氧乐果", "未检出"),
    ]
    _, answer, _ = command(*IMPORT, content=as_csv(rows))
    assert answer["item_verdicts"] == {"合格项": 1, "不合格项": 1, "问题项": 0, "不判定项": 0, "未检验": 1}
    assert answer["conclusions"] == {"合格": 0, "不合格": 1, "未判定": 0}


def test_minimum_and_maximum_in_units_of_their_own(office: Any, command: Any) -> None:
    """Both are kept as written and read with their own unit; importing again finds no change."""
    header = (
        "抽样编号",
        "报告书编号",
        "检验项目",
        "检验结果",
        "结果单位",
        "最小允许限",
        "最小允许限单位",
        "最大允许限",
        "最大允许限单位",
    )
    register_sample(office, ONE)
    cells = {"抽样编号": ONE, "报告书编号": "BG1", "检验项目": "碘", "检验结果": "25", "结果单位": "mg/kg", "最小允许限": "21000",
             "最小允许限单位": "μg/kg", "最大允许限": "39", "最大允许限单位": "mg/kg"}  # fmt: skip
    command(*IMPORT, content=as_csv([cells], header))
    row = rows_of(ONE)[0]
    assert (row["min_written"], row["min_unit"], row["max_written"], row["limit_unit"]) == (
        "21000",
        "μg/kg",
        "39",
        "mg/kg",
    )
    _, answer, _ = command("import", content=as_csv([cells, {}], header), name="again.csv")
    assert (answer["unchanged"], answer["changed"]) == (1, 0)


LEAFY = "食用农产品/蔬菜/叶菜类蔬菜"


def test_a_limit_compared_by_rounded_values_from_the_file_to_the_verdict(
    app: Any, office: Any, command: Any, tmp_path: Path
) -> None:
    """C4: the method of GB/T 8170 is a dated datum of the limit, in the shipped file and in the table."""
    for name in ("categories", "category_aliases", "items", "item_aliases", "limits", "code_lists"):
        shutil.copy(foods.FOLDER / f"{name}.csv", tmp_path)
    path = tmp_path / "limits.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    chosen = next(number for number, line in enumerate(lines) if line.startswith(f"铅,{LEAFY},,≤,,0.3,") and "2762-2022" in line)
    lines[chosen] = lines[chosen].removesuffix(",") + ",修约值"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    (row,) = [row for row in foods.load(tmp_path).limits if row.comparison is Basis.ROUNDED]
    files = SimpleNamespace(foods=SimpleNamespace(limits=[row]))
    (shaped,) = shipped.limits(files)  # type: ignore[arg-type]
    assert (shaped["comparison"], shaped["places"]) == ("修约值", 1)
    with transaction():
        stored = session().scalars(
            sa.select(FoodLimit).where(FoodLimit.item == "铅", FoodLimit.category == LEAFY, FoodLimit.standard == row.standard)
        ).one()
        stored.comparison = shaped["comparison"]
        stored.recorded_at = clock.now()
    food = category_book().resolve(LEAFY.split("/"))
    assert food is not None
    register_sample(office, ONE, category_id=food.id, category_written=food.path, sampled_on=date(2026, 11, 2))
    own = {"最大允许限": "", "允许限单位": "", "判定依据": ""}
    command(*IMPORT, content=as_csv([lab_row(ONE, "铅", "0.34", "", **own), lab_row(ONE, "镉", "0.9", "", **own)]))
    verdicts = {row["item"]: row for row in rows_of(ONE)}
    assert verdicts["铅"]["verdict"].value == "合格项"
    assert verdicts["镉"]["verdict"].value == "不合格项"


def test_a_torn_result_is_judged_whole_and_has_no_single_value(office: Any, command: Any) -> None:
    register_sample(office, ONE)
    plan = {"最大允许限": "n=5,c=2,m=2.5×10⁴,M=10⁵CFU/g", "允许限单位": "", "结果单位": "×10⁴,6×10⁴,5×10⁴,6×10⁴,7×10⁴CFU/g"}
    command(*IMPORT, content=as_csv([lab_row(ONE, "菌落总数", "7.6", "", **plan)]))
    row = rows_of(ONE)[0]
    assert (row["verdict"].value, row["value"]) == ("不合格项", None)


def test_texts_of_files_and_of_stored_rows(
    app: Any, office: Any, command: Any, sign_in: Any, tmp_path: Path
) -> None:
    """Every distinct text with its reading; 不判定 with the reason, by command and by page, within the reader's scope."""
    register_sample(office, ONE)
    rows = [
        lab_row(ONE, "毒死蜱", "0.01", ""),
        lab_row(ONE, "克百威", "约0.01", ""),
        lab_row(ONE, "氧乐果", "0.01", "合格项", 最大允许限="按执行标准"),
        lab_row(ONE, "没有人听说过的项目", "0.01", "", 最大允许限="", 允许限单位=""),
    ]
    content = as_csv(rows)
    command(*IMPORT, content=content)
    file = tmp_path / "rows.csv"
    file.write_bytes(content)
    found = [text_lines_of(app, *arguments) for arguments in ((str(file),), ())]
    for lines in found:
        told = {(line["what"], line["text"]): (line["rows"], line["why"]) for line in lines}
        assert told["检验结果", "0.01"] == (3, "")
        assert told["检验结果", "约0.01"] == (1, "是约数，不是实测值")
        assert told["限量", "按执行标准"][1].startswith("须对照所引用的标准")
    output = tmp_path / "texts.csv"
    assert len(text_lines_of(app, "--undecided", "--output", str(output))) == 2
    assert len(output.read_text(encoding="utf-8-sig").splitlines()) == 3
    wrong = app.test_cli_runner().invoke(args=["results", "texts", "--output", str(tmp_path / "texts.doc")])
    assert wrong.exit_code == 1 and ".xlsx 或 .csv" in wrong.output
    clerk, stranger = sign_in(office.people["county:统计员"]), sign_in(office.people["other:统计员"])
    page = clerk.get("/results/texts").get_data(as_text=True)
    assert "约0.01" in page and "按执行标准" in page and "没有人听说过的项目" in page
    assert "须对照所引用的标准或产品标签" in page  # also where the laboratory's verdict stands and no reason is stored
    asked = {"result": "约0.01", "unit": "mg/kg", "limit": "≤0.2 mg/kg"}
    assert ONE in clerk.get("/results/texts/samples", query_string=asked).get_data(as_text=True)
    assert ONE not in clerk.get("/results/texts/samples", query_string={**asked, "unit": "g/kg"}).get_data(as_text=True)
    assert ONE in clerk.get("/results/texts/samples?item=没有人听说过的项目").get_data(as_text=True)
    assert "/results/texts" in clerk.get("/pending-items").get_data(as_text=True)
    assert "约0.01" not in stranger.get("/results/texts").get_data(as_text=True)
    assert ONE not in stranger.get("/results/texts/samples", query_string=asked).get_data(as_text=True)


def text_lines_of(app: Any, *arguments: str) -> list[dict[str, Any]]:
    answer = app.test_cli_runner().invoke(args=["results", "texts", "--json", *arguments])
    assert answer.exit_code == 0, answer.output
    lines: list[dict[str, Any]] = json.loads(answer.stdout)["lines"]
    return lines


@pytest.mark.postgres
def test_texts_are_counted_on_postgresql_too(pg_app: Any) -> None:
    with transaction():
        office = make_office()
    sample_id = register_sample(office, ONE)
    actor = office.actor("county:统计员")
    report = ResultReport(
        org_id=office.orgs["county"].id, sample_id=sample_id, report_no="BG1", reported_on=date(2026, 11, 12), recorded_at=clock.now()
    )
    with transaction():
        session().add(report)
        session().flush()
        for ordinal, source in enumerate((LimitSource.ROW, LimitSource.ROW, LimitSource.NONE)):
            session().add(
                ResultRow(
                    org_id=report.org_id, report_id=report.id, sample_id=sample_id, ordinal=ordinal, item="铅", item_written="铅",
                    result_written="约0.1", unit="mg/kg", our_verdict=Verdict.UNDECIDED, verdict=Verdict.UNDECIDED,
                    limit_source=source.value, limit_text="≤0.2 mg/kg", max_written="0.2", limit_unit="mg/kg",
                )
            )  # fmt: skip
    assert sum(text_queries.stored(actor).values()) == 3
    (row,) = text_queries.undecided(actor)
    assert (row.result_written, row.rows, row.samples) == ("约0.1", 2, 1)
    assert [item.item for item in text_queries.without_limit(actor)] == ["铅"]
    asked = {"result": "约0.1", "unit": "mg/kg", "limit": "≤0.2 mg/kg"}
    assert [found.number for found in text_queries.samples_of(actor, asked).rows] == [ONE]

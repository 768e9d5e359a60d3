"""reference load/check, verdict, deadline, regions import."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import Result
from flask import Flask

from app.chain import HistoryEntry
from app.db import session
from app.reference_data import books
from app.reference_data.models import Population, Region
from tests.conftest import Office

LEAFY = "食用农产品/蔬菜/叶菜类蔬菜"
VERDICT = ("verdict", "--unit", "mg/kg", "--item")


def run(app: Flask, *args: str) -> Result:
    return app.test_cli_runner().invoke(args=list(args))


def answer(app: Flask, *args: str) -> Any:
    result = run(app, *args, "--json")
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def refusal(app: Flask, *args: str) -> str:
    result = run(app, *args)
    assert result.exit_code == 1, (result.exit_code, result.output)
    assert result.stdout == ""
    return result.stderr


def test_load_again_says_that_nothing_changed(app: Flask) -> None:
    result = run(app, "reference", "load", "--json")
    counts = json.loads(result.stdout)
    assert set(counts.values()) == {0}
    assert {"region", "food_limit", "work_day", "plan_indicator"} <= counts.keys()
    assert "没有变化" in result.stderr


def test_check_finds_nothing_in_a_loaded_database(app: Flask) -> None:
    assert answer(app, "reference", "check")["problems"] == []


def test_check_tells_of_a_table_that_differs(app: Flask) -> None:
    session().execute(sa.delete(Population))
    session().commit()
    result = run(app, "reference", "check", "--json")
    assert result.exit_code == 1
    assert any("常住人口" in problem for problem in json.loads(result.stdout)["problems"])


def test_load_needs_the_permission(app: Flask, office: Office) -> None:
    assert "没有执行该命令的权限" in refusal(app, "reference", "load", "--as", "county-sampler")


@pytest.mark.parametrize(
    ("options", "verdict", "limit"),
    [
        (("铅", "--value", "0.32", "--category", LEAFY), "不合格项", "0.3"),
        (("铅", "--value", "0.30", "--category", LEAFY), "合格项", "0.3"),  # the bound is included
        (("铅（以Pb计）", "--value", "0.25", "--category", "食用农产品/蔬菜/芸薹属类蔬菜", "--produced-on", "2023-06-29"), "合格项", "0.3"),
        (("铅", "--value", "0.25", "--category", "食用农产品/蔬菜/芸薹属类蔬菜", "--produced-on", "2023-06-30"), "不合格项", "0.2"),
        (("铅", "--value", "0.32", "--category", LEAFY, "--purpose", "风险监测"), "问题项", "0.3"),
        (("铅", "--value", "未检出", "--lod", "0.01", "--category", LEAFY), "合格项", "0.3"),
        (("铅", "--value", "0.304", "--category", LEAFY, "--basis", "修约值"), "合格项", "0.3"),  # 修约 to one place
        (("铅", "--value", "", "--category", LEAFY), "未检验", "0.3"),
        (("铅", "--value", "少许", "--category", LEAFY), "不判定项", "0.3"),
        (("铅", "--value", "0.32", "--category", LEAFY, "--region", "520201"), "不合格项", "0.3"),
        (("神秘物质", "--value", "0.3", "--limit", "≤0.2"), "不合格项", "0.2"),  # unknown items too, with --limit
        (("铅", "--value", "0.3", "--limit", "0.5mg/kg", "--category", "没有/这类"), "合格项", "0.5"),
    ],
)
def test_verdict(app: Flask, options: tuple[str, ...], verdict: str, limit: str) -> None:
    found = answer(app, *VERDICT, *options)
    assert (found["verdict"], found["limit"]["max"]) == (verdict, limit)
    assert found["reason"]


def test_verdict_names_the_limit(app: Flask) -> None:
    found = answer(app, *VERDICT, "铅", "--value", "<0.05", "--category", LEAFY)
    assert found["limit"] == {
        "op": "≤", "min": None, "max": "0.3", "unit": "mg/kg", "n": None, "c": None, "m": None, "M": None,
        "standard": "GB 2762-2022《食品安全国家标准 食品中污染物限量》", "from": "2023-06-30", "to": None,
    }  # fmt: skip
    assert found["reading"] == {"kind": "小于", "value": "0.05", "unit": "mg/kg", "as_written": "<0.05"}


def test_verdict_by_a_provinces_own_limit(app: Flask) -> None:
    """食盐碘 of 贵州: a limit may be set per region."""
    salt = ("verdict", "--item", "碘", "--value", "40", "--unit", "mg/kg", "--category", "调味品/食用盐")
    own, national = answer(app, *salt, "--region", "520201")["limit"], answer(app, *salt)["limit"]
    assert own is not None
    assert own != national


def test_verdict_without_any_limit_is_undecided(app: Flask) -> None:
    found = answer(app, *VERDICT, "铅", "--value", "0.1", "--category", LEAFY, "--produced-on", "1995-01-01")
    assert (found["verdict"], found["limit"]) == ("不判定项", None)


@pytest.mark.parametrize(
    ("options", "warnings"),
    [
        (("神秘物质", "--value", "0.1", "--limit", "≤0.2"), ["神秘物质"]),
        (("铅", "--value", "0.1", "--limit", "≤0.2", "--category", "没有/这类"), ["没有/这类"]),
        (("铅", "--value", "0.1", "--limit", "≤0.2", "--category", f"{LEAFY}/没有的菜"), ["没有的菜"]),  # only nearly known
        (("铅", "--value", "0.1", "--limit", "≤0.2", "--category", LEAFY), []),
    ],
)
def test_verdict_warns_of_what_it_does_not_know(app: Flask, options: tuple[str, ...], warnings: list[str]) -> None:
    told = answer(app, *VERDICT, *options)["warnings"]
    assert len(told) == len(warnings)
    assert all(word in line for word, line in zip(warnings, told, strict=True))


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("神秘物质", "--value", "0.1"), "不在项目库中"),
        (("铅", "--value", "0.1", "--category", "没有/这类"), "不在分类库中"),
        (("铅", "--value", "0.1", "--category", f"{LEAFY}/没有的菜"), f"最接近的是“{LEAFY}”"),
        (("铅", "--value", "0.1", "--region", "999999"), "没有代码或名称为“999999”的地区"),
        (("铅", "--value", "0.1", "--produced-on", "2026-02-30"), "不是有效日期"),
        (("铅", "--value", "0.1", "--produced-on", "20260230"), "不是有效日期"),
        (("铅", "--value", "0.1", "--purpose", "随便"), "请从监督抽检、风险监测中选择"),
        (("铅", "--value", "0.1", "--basis", "随便"), "请从全数值、修约值中选择"),
        (("铅", "--value", "0.1", "--limit", "/"), "没有写明限量"),
    ],
)
def test_verdict_refuses_with_a_sentence(app: Flask, options: tuple[str, ...], sentence: str) -> None:
    assert sentence in refusal(app, *VERDICT, *options)


def test_verdict_without_a_value_is_wrong_usage(app: Flask) -> None:
    assert run(app, "verdict", "--item", "铅").exit_code == 2


@pytest.mark.parametrize(
    ("arguments", "due", "calendar"),
    [
        (("SHIP", "2026-09-30"), "2026-10-13", "confirmed"),  # 国庆节, and 10-10 is worked
        (("SHIP", "2026-09-30", "--extend", "1"), "2026-10-14", "confirmed"),
        (("SHIP", "2026-11-20", "--pause", "2026-11-23..2026-11-24"), "2026-12-01", "confirmed"),
        (("SHIP", "2026-12-30"), "2027-01-07", "provisional"),  # 元旦 is the statute's, the rest of 2027 unknown
    ],
)
def test_deadline(app: Flask, arguments: tuple[str, ...], due: str, calendar: str) -> None:
    found = answer(app, "deadline", *arguments)
    assert (found["due"], found["calendar"]) == (due, calendar)
    assert found["article"] == "《食品安全抽样检验管理办法》第20条第1款"
    assert found["why"]


def test_deadline_by_the_hour(app: Flask) -> None:
    found = answer(app, "deadline", "URGENT", "2026-10-01T09:30")
    assert (found["due"], found["due_at"]) == ("2026-10-02", "2026-10-02T09:30:00")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("NOPE", "2026-09-30"), "可用编号："),
        (("SHIP", "2026-13-01"), "不是有效日期"),
        (("SHIP", "明天"), "不是有效日期"),
        (("SHIP", "2026-09-30T25:00"), "起算时刻"),
        (("SHIP", "2000-01-01"), "没有有效规则"),
        (("SHIP", "2026-09-30", "--extend", "-1"), "无效"),
        (("SHIP", "2026-09-30", "--extend", "9999"), "无效"),
        (("SHIP", "2026-09-30", "--pause", "2026-10-01"), "请写成"),
        (("SHIP", "2026-09-30", "--pause", "2026-10-08..2026-10-01"), "早于开始日"),
        (("SHIP", "2026-09-30", "--pause", "2026-10-08..下周"), "不是有效日期"),
    ],
)
def test_deadline_refuses_with_a_sentence(app: Flask, arguments: tuple[str, ...], sentence: str) -> None:
    assert sentence in refusal(app, "deadline", *arguments)


# ---------------------------------------------------------------- regions

HEADER = "code,name,level,parent_code,year,residents\n"
GOOD = HEADER + "320505,虎丘区,县级,320500,2024,830000\n320500,苏州市,市级,320000,,\n120119,蓟州区,县级,120000,,\n"


@pytest.fixture
def write(tmp_path: Path) -> Any:
    def make(content: str | bytes) -> str:
        path = tmp_path / "地区.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        return str(path)

    return make


def test_regions_are_previewed_then_added(app: Flask, write: Any) -> None:
    path = write(GOOD)
    preview = answer(app, "regions", "import", path)
    assert preview == {"rows": 3, "new": 2, "unchanged": 1, "populations": 1, "errors": [], "confirmed": False}
    assert books.region_book().id("320505") is None

    assert answer(app, "regions", "import", path, "--confirm", "--source", "统计局")["confirmed"] is True
    book = books.region_book()
    region_id, exact = book.resolve("江苏/苏州/虎丘")
    assert (region_id, exact) == (book.id("320505"), True)
    assert book.full_name(region_id or 0) == "江苏省苏州市虎丘区"  # a child may stand before its parent in the file
    assert books.populations(region_id or 0) == {2024: 830_000}
    assert session().scalars(sa.select(Region.source).where(Region.code == "320505")).one() == "统计局"
    steps = session().scalars(sa.select(HistoryEntry.subject_kind).order_by(HistoryEntry.seq.desc()).limit(2)).all()
    assert steps == ["region", "population"]


def test_regions_again_change_nothing(app: Flask, write: Any) -> None:
    answer(app, "regions", "import", write(GOOD), "--confirm")
    again = answer(app, "regions", "import", write(GOOD), "--confirm")
    assert (again["new"], again["unchanged"], again["populations"]) == (0, 3, 0)


def test_regions_in_the_encoding_of_chinese_spreadsheets(app: Flask, write: Any) -> None:
    assert answer(app, "regions", "import", write(GOOD.encode("gb18030")))["new"] == 2


@pytest.mark.parametrize(
    ("line", "column", "message"),
    [
        ("32050,虎丘区,县级,320000,,", "code", "6、9 或 12 位数字"),
        ("320505,虎,县级,320000,,", "name", "2 至 60 个字"),
        ("320505,虎丘区,区级,320000,,", "level", "级别应为"),
        ("320505,虎丘区,县级,999999,,", "parent_code", "上级区划不存在"),
        ("320505,虎丘区,县级,,,", "parent_code", "上级区划不存在"),
        ("320505,虎丘区,省级,120119,,", "parent_code", "不能隶属于"),
        ("120119,蓟县,县级,120000,,", "name", "已登记为“蓟州区”"),
        ("320505,虎丘区,县级,320000,2024,八十三万", "residents", "大于 0 的整数"),
        ("320505,虎丘区,县级,320000,2024,", "year", "须同时填写"),
        ("320505,虎丘区,县级,320000,20240,830000", "year", "年份不合理"),
        ("320505,虎丘区,县级,320000,,\n320505,虎丘,县级,320000,,", "code", "代码相同而内容不同"),
        ("320505,虎丘区,县级,320000,2024,1\n320505,虎丘区,县级,320000,2024,2", "year", "年份重复"),
    ],
)
def test_faulty_regions_are_named_by_line_and_column(app: Flask, write: Any, line: str, column: str, message: str) -> None:
    result = run(app, "regions", "import", write(f"{HEADER}{line}\n"), "--confirm", "--json")
    assert result.exit_code == 1
    errors = json.loads(result.stdout)["errors"]
    assert [(error["line"], error["column"]) for error in errors] == [(line.count("\n") + 2, column)]
    assert message in errors[0]["message"]
    assert books.region_book().id("320505") is None


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(b"name,level\n", "缺少列"), (b"\xff\xfe\x81", "编码无法识别"), (b"", "缺少列")],
)
def test_what_is_no_region_file_is_refused(app: Flask, write: Any, content: bytes, sentence: str) -> None:
    assert sentence in refusal(app, "regions", "import", write(content))


def test_a_missing_region_file_is_refused(app: Flask, tmp_path: Path) -> None:
    assert "无法读取" in refusal(app, "regions", "import", str(tmp_path / "没有.csv"))

"""Loading the shipped files: once is enough, what changed becomes a new version, what the office entered stays."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from app.authorize import local_operator
from app.chain import HistoryEntry
from app.db import session, transaction
from app.domain.samples import Confidence
from app.errors import NotLikeThis
from app.indicators.models import Plan, PlanIndicator, YearlyTarget
from app.reference_data import amendments, books, checks, shipped
from app.reference_data.models import DeadlineRuleRow, FoodCategory, FoodLimit, Population, Region, WorkDay
from app.reference_data.operations import load_reference


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped files, to be changed."""
    return Path(shutil.copytree(shipped.FOLDER, tmp_path / "reference", ignore=shutil.ignore_patterns("*.py", "__pycache__")))


@pytest.fixture(params=["sqlite", "postgresql"])
def loaded(request: pytest.FixtureRequest) -> Iterator[Flask]:
    """The application with its reference data on either database."""
    yield request.getfixturevalue("app" if request.param == "sqlite" else "pg_app")


def load(folder: Path = shipped.FOLDER) -> dict[str, int]:
    with transaction():
        return {table: count for table, count in load_reference(local_operator(), folder).items() if count}


def rewrite(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) >= 1
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def versions(*conditions: sa.ColumnElement[bool]) -> list[tuple[str, bool]]:
    rows = session().scalars(sa.select(FoodLimit).where(*conditions).order_by(FoodLimit.id)).all()
    return [(books.limit_words(row), row.superseded_at is None) for row in rows]


LEAD = "铅,食用农产品/蔬菜/叶菜类蔬菜,,≤,,0.3,mg/kg,,,,,GB 2762-2022"
OF_LEAD = (
    FoodLimit.item == "铅",
    FoodLimit.category == "食用农产品/蔬菜/叶菜类蔬菜",
    FoodLimit.standard.startswith("GB 2762-2022"),
)


def test_the_same_files_again_add_nothing(loaded: Flask) -> None:
    before = session().scalar(sa.select(sa.func.count()).select_from(HistoryEntry))
    assert load() == {}
    assert session().scalar(sa.select(sa.func.count()).select_from(HistoryEntry)) == before


def test_first_load_is_in_the_history_with_its_counts(loaded: Flask) -> None:
    entry = session().scalars(sa.select(HistoryEntry).where(HistoryEntry.step == "load")).one()
    assert '"限量":[null,' in (entry.changes or "")
    assert entry.subject_name == "基础数据"


def test_tables_agree_with_the_files_after_loading(loaded: Flask) -> None:
    assert checks.check_reference() == []


def test_a_changed_row_is_a_new_version_and_the_old_one_stays(loaded: Flask, folder: Path) -> None:
    rewrite(folder / "limits.csv", LEAD, LEAD.replace("0.3", "0.25"))
    assert load(folder) == {"food_limit": 1}
    assert versions(*OF_LEAD) == [("≤0.3 mg/kg", False), ("≤0.25 mg/kg", True)]
    assert load(folder) == {}


def test_a_file_that_goes_back_is_a_third_version(app: Flask, folder: Path) -> None:
    rewrite(folder / "limits.csv", LEAD, LEAD.replace("0.3", "0.25"))
    load(folder)
    assert load() == {"food_limit": 1}
    assert versions(*OF_LEAD) == [("≤0.3 mg/kg", False), ("≤0.25 mg/kg", False), ("≤0.3 mg/kg", True)]


def test_a_row_taken_out_of_the_file_is_no_longer_in_force(app: Flask, folder: Path) -> None:
    lines = (folder / "limits.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith(LEAD)]
    assert len(kept) == len(lines) - 1
    (folder / "limits.csv").write_text("".join(kept), encoding="utf-8")
    assert load(folder) == {}
    assert versions(*OF_LEAD) == [("≤0.3 mg/kg", False)]
    assert load() == {"food_limit": 1}  # and it may come back


def test_loading_again_leaves_what_the_office_entered(loaded: Flask) -> None:
    region = session().scalars(sa.select(Region).where(Region.code == "120119")).one()
    with transaction():
        amendments.add_population(region, 2020, 800_000, "区统计局函", Confidence.VERIFIED, local_operator())
    assert load() == {}
    assert books.populations(region.id)[2020] == 800_000
    assert checks.check_reference() == []


def test_a_newer_file_supersedes_what_the_office_entered(app: Flask, folder: Path) -> None:
    region = session().scalars(sa.select(Region).where(Region.code == "120119")).one()
    with transaction():
        amendments.add_population(region, 2020, 800_000, "区统计局函", Confidence.VERIFIED, local_operator())
    rewrite(folder / "population.csv", "120119,2020,795516", "120119,2020,795517")
    assert load(folder) == {"population": 1}
    assert books.populations(region.id)[2020] == 795_517


@pytest.mark.parametrize(
    ("file", "old", "new", "added"),
    [
        ("work_days.csv", "2026-10-01,放假,国庆节", "2026-10-01,放假,国庆", {"work_day": 1}),
        ("calendar_years.csv", "2016,confirmed", "2016,provisional", {"calendar_year": 1}),
        ("deadline_rules.csv", "SHIP,样品移交", "SHIP,移交样品", {"deadline_rule": 1}),
        ("population.csv", "120119,2020,795516", "120119,2020,800000", {"population": 1}),
        ("plans/indicators.csv", "8.4,8.4,2025,10,", "8.4,8.4,2025,11,", {"plan_indicator": 1}),
        ("plans/yearly_targets.csv", "wulong,1,2021,3.3", "wulong,1,2021,3.4", {"yearly_target": 1}),
    ],
)
def test_every_dated_table_takes_a_new_version(
    app: Flask, folder: Path, file: str, old: str, new: str, added: dict[str, int]
) -> None:
    rewrite(folder / file, old, new)
    assert load(folder) == added
    assert any("与文件不一致" in problem for problem in checks.check_reference())  # the shipped files say otherwise now


def test_a_new_definition_of_an_indicator_has_the_next_number(app: Flask, folder: Path) -> None:
    rewrite(folder / "plans/indicators.csv", "8.4,8.4,2025,10,", "8.4,8.4,2025,11,")
    load(folder)
    plan = session().scalars(sa.select(Plan.id).where(Plan.code == "jizhou")).one()
    found = session().execute(
        sa.select(PlanIndicator.definition_version, PlanIndicator.target, PlanIndicator.superseded_at.is_(None))
        .where(PlanIndicator.plan_id == plan, PlanIndicator.no == "1")
        .order_by(PlanIndicator.definition_version)
    ).all()
    assert [(row[0], int(row[1]), bool(row[2])) for row in found] == [(1, 10, False), (2, 11, True)]


def test_a_broken_file_loads_nothing_and_names_the_line(app: Flask, folder: Path) -> None:
    rewrite(folder / "regions.csv", "120119,蓟州区,县级,120000", "120119,蓟州区,县级,999999")
    with pytest.raises(NotLikeThis, match=r"regions\.csv:.*999999"), transaction():
        load_reference(local_operator(), folder)
    assert any("999999" in problem for problem in checks.check_reference(folder))


def test_text_targets_are_numbered_and_keep_where_they_stand(app: Flask) -> None:
    plan = session().scalars(sa.select(Plan.id).where(Plan.code == "jizhou")).one()
    rows = session().scalars(
        sa.select(PlanIndicator).where(PlanIndicator.plan_id == plan).order_by(PlanIndicator.ordinal)
    ).all()
    texts = [row for row in rows if row.no.startswith("T")]
    assert [row.no for row in texts] == [f"T{number}" for number in range(1, len(texts) + 1)]
    assert all(row.where_stated for row in texts)
    assert not any(row.where_stated for row in rows if row not in texts)
    assert rows[-1] is texts[-1]  # after the table's own rows
    by_name = {row.name: row.period for row in texts}
    assert by_name["抽检量"] == "annual"  # what we count runs by the year
    assert by_name["基层站所快速检验室快速检测装备配置率"] == "end"  # what is reported is reached by the end


def test_both_conflicting_targets_are_kept(app: Flask) -> None:
    """武隆's annex says 4.1 for 2025, its table 1 says 4."""
    plan = session().scalars(sa.select(Plan.id).where(Plan.code == "wulong")).one()
    table = session().scalars(sa.select(PlanIndicator).where(PlanIndicator.plan_id == plan, PlanIndicator.no == "1")).one()
    annex = session().scalars(
        sa.select(YearlyTarget).where(YearlyTarget.plan_id == plan, YearlyTarget.no == "1", YearlyTarget.year == 2025)
    ).one()
    assert (table.target, annex.target) == (4, books.as_written(annex.target, None))
    assert str(books.as_written(annex.target, None)) == "4.1"


def test_trees_know_their_roots(app: Flask) -> None:
    region = session().scalars(sa.select(Region).where(Region.code == "120119")).one()
    parent = session().get_one(Region, region.parent_id)
    assert region.path == f"{parent.path}{region.id}/"
    leaf = session().scalars(sa.select(FoodCategory).where(FoodCategory.path == "食用农产品/蔬菜/叶菜类蔬菜")).one()
    root = session().get_one(FoodCategory, leaf.root_id)
    assert (root.path, root.root_id, root.parent_id) == ("食用农产品", root.id, None)


@pytest.mark.parametrize("model", [FoodLimit, WorkDay, Population, DeadlineRuleRow, Region])
def test_every_row_has_source_confidence_and_when_it_was_recorded(app: Flask, model: type) -> None:
    rows = session().scalars(sa.select(model)).all()
    assert rows
    assert all(row.source and row.confidence and row.recorded_at for row in rows)


@pytest.mark.parametrize(
    ("today", "sentence"),
    [
        ("2026-11-20", None),  # this year is confirmed, the next notice is not due yet
        ("2026-12-05", "2027 年放假安排尚未录入"),  # it is due by December
        ("2027-01-04", "2027 年放假安排尚未录入"),
    ],
)
def test_an_unconfirmed_calendar_is_a_problem_once_the_notice_is_due(
    app: Flask, monkeypatch: pytest.MonkeyPatch, today: str, sentence: str | None
) -> None:
    monkeypatch.setenv("SHIAN_TODAY", today)
    problems = checks.check_reference()
    assert bool(problems) is bool(sentence)
    assert all(sentence in problem for problem in problems if sentence)


def test_without_population_the_check_says_what_to_do(app: Flask) -> None:
    with transaction():
        session().execute(sa.delete(Population))
    assert any("蓟州区没有常住人口" in problem for problem in checks.check_reference())

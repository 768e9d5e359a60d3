"""Do the shipped files agree with themselves, and the tables with the files? Every problem is a sentence with its remedy."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from app import clock
from app.checklists.models import Checklist, ChecklistItem
from app.db import session
from app.exemptions.models import CapRule
from app.indicators.models import Plan, PlanFact, PlanIndicator, YearlyTarget
from app.reference_data import books, shipped
from app.reference_data.editions import changed, kept_rows, withdrawn
from app.reference_data.models import (
    CalendarYear,
    CategoryAlias,
    CodeValue,
    DeadlineRuleRow,
    FoodCategory,
    FoodLimit,
    ItemAlias,
    Population,
    Region,
    TestItem,
    WorkDay,
)

NAMES: Mapping[type[Any], str] = {
    FoodLimit: "限量", TestItem: "检验项目", ItemAlias: "项目写法对照", FoodCategory: "食品分类",
    CategoryAlias: "分类写法对照", WorkDay: "工作日历", CalendarYear: "年度放假安排", DeadlineRuleRow: "时限规则",
    CapRule: "抽样频次上限", Checklist: "检查要点表", ChecklistItem: "检查项目",
    Region: "行政区划", Population: "常住人口", CodeValue: "代码表", Plan: "规划", PlanIndicator: "规划指标",
    YearlyTarget: "年度目标", PlanFact: "规划载明数值",
}  # fmt: skip
RELOAD = "请运行 flask reference load"
NOTICE_IS_OUT = (12, 1)  # the State Council's notice for the next year appears in November


def check_reference(folder: Path = shipped.FOLDER) -> list[str]:
    """Problems of the files; then of the tables against them; then of what figures and clocks need."""
    problems = shipped.faults(folder)
    if not problems:
        problems = list(_differences(shipped.read(folder)))
    return [*problems, *_population_problems(), *_calendar_problems(clock.today())]


def not_loaded() -> list[str]:
    """What the files that came with this program hold and the tables lack: a newer program before ``reference load``."""
    return shipped.faults(shipped.FOLDER) or list(_differences(shipped.read(shipped.FOLDER)))


def reminders() -> list[str]:
    """What somebody should look at, though nothing is wrong."""
    today, told = clock.today(), []
    if books.calendar().provisional_years(date(today.year + 1, 1, 1), date(today.year + 1, 1, 1)):
        told.append(f"{today.year + 1} 年放假安排尚未公布或录入，跨年期限暂按周末和法定节日推算")
    for name, years in _plan_populations():
        if years and max(years) < today.year - 1:
            told.append(f"{name}的常住人口最新为 {max(years)} 年，{today.year} 年的批次/千人将以此计算，请录入新公布的数据")
    return told


def _differences(files: shipped.Files) -> Iterator[str]:
    regions = {code: number for code, number in session().execute(sa.select(Region.code, Region.id))}
    plans = {code: number for code, number in session().execute(sa.select(Plan.code, Plan.id))}
    if not {row.code for row in files.regions} <= regions.keys() or not {row.code for row in files.plans.plans} <= (
        plans.keys()
    ):
        yield f"基础数据尚未装载，或文件中有尚未装载的行政区划、规划，{RELOAD}"
        return
    yield from _kept_apart(files, plans)
    editions: Mapping[type[Any], list[shipped.Row]] = {
        Population: shipped.population(files, regions),
        FoodLimit: shipped.limits(files),
        WorkDay: shipped.work_days(files),
        CalendarYear: shipped.years(files),
        DeadlineRuleRow: shipped.rules(files),
        CapRule: shipped.caps(files),
        PlanIndicator: shipped.plan_indicators(files, plans),
        YearlyTarget: shipped.yearly_targets(files, plans),
    }
    for model, rows in editions.items():
        kept = kept_rows(model, list(rows[0]) if rows else [])
        stale = len(changed(model, rows, kept)) + len(withdrawn(model, rows, kept))
        if stale:
            yield f"{NAMES[model]}有 {stale} 行与文件不一致，文件已更新而未装载，{RELOAD}"


def _kept_apart(files: shipped.Files, plans: Mapping[str, int]) -> Iterator[str]:
    """Tables without versions: a row that the file has changed is not loaded again, so it must be told."""
    now = clock.now()
    same: tuple[tuple[type[Any], tuple[str, ...], tuple[str, ...], list[shipped.Row]], ...] = (
        (Region, ("code",), ("name", "level"), shipped.regions(files, now)),
        (FoodCategory, ("path",), ("domain",), shipped.categories(files, now)),
        (CategoryAlias, ("written",), ("path",), shipped.aliases(files.foods.category_aliases, "path")),
        (TestItem, ("name",), ("item_class", "unit", "microbial"), shipped.items(files)),
        (ItemAlias, ("written",), ("name",), shipped.aliases(files.foods.item_aliases, "name")),
        (CodeValue, ("list_name", "value"), ("ordinal", "valid_from", "valid_to"), shipped.codes(files)),
        (Checklist, ("code", "edition"), ("title", "kinds", "valid_from", "valid_to"), shipped.checklists(files, now)),
        (PlanFact, ("plan_id", "period", "what"), ("rate_percent",), shipped.plan_facts(files, plans)),
    )
    for model, key, content, rows in same:
        columns = [model.__table__.c[name] for name in (*key, *content)]
        known = {tuple(row[: len(key)]): tuple(row[len(key) :]) for row in session().execute(sa.select(*columns))}
        missing = [row for row in rows if tuple(row[name] for name in key) not in known]
        if missing:
            yield f"{NAMES[model]}有 {len(missing)} 行尚未装载，{RELOAD}"
        ours = _of_the_office(model, columns[: len(key)])
        for row in rows:
            at = tuple(row[name] for name in key)
            found = None if at in ours else known.get(at)
            if found is not None and found != tuple(row[name] for name in content):
                said = "、".join(str(row[name]) for name in key)
                yield f"{NAMES[model]}“{said}”与文件不同；该表不随文件覆盖，请核对哪一个正确"


def _of_the_office(model: type[Any], key: Sequence[sa.Column[Any]]) -> set[tuple[Any, ...]]:
    """Rows that the office has changed since: they need not say what the file says."""
    changed_at = model.__table__.c.get("changed_at")
    return set() if changed_at is None else {tuple(row) for row in session().execute(sa.select(*key).where(changed_at.is_not(None)))}


def _plan_populations() -> Iterator[tuple[str, Mapping[int, int]]]:
    found = session().execute(
        sa.select(Region.id, Region.name).where(Region.id.in_(sa.select(Plan.region_id))).order_by(Region.code)
    )
    for region_id, name in found:
        yield name, books.populations(region_id)


def _population_problems() -> Iterator[str]:
    for name, years in _plan_populations():
        if not years:
            yield f"{name}没有常住人口，批次/千人无法计算，请在“行政区划与人口”中录入"
        elif max(years) > clock.today().year:
            yield f"{name}有 {max(years)} 年的常住人口，该年尚未到来，请核对"


def _calendar_problems(today: date) -> Iterator[str]:
    calendar: Callable[[date, date], tuple[int, ...]] = books.calendar().provisional_years
    if calendar(today, today):
        yield f"{today.year} 年放假安排尚未录入，期限只能推算，请在“工作日历”中录入国务院办公厅的通知"
    following = date(today.year + 1, 1, 1)
    if (today.month, today.day) >= NOTICE_IS_OUT and calendar(following, following):
        yield f"{following.year} 年放假安排尚未录入，跨年期限只能推算，请在“工作日历”中录入国务院办公厅的通知"

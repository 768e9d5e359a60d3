"""Rows of the shipped files (app/reference) in the shape of our tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from app.domain.deadlines import DeadlineRule
from app.domain.rounding import decimal_places
from app.domain.samples import Confidence
from app.domain.working_days import DayKind
from app.errors import NotLikeThis
from app.reference import caps as cap_files
from app.reference import (
    checklist_files,
    clocks,
    comparison_rules,
    foods,
    places,
    plan_templates,
    problems,
    risk_rule_files,
    score_weights,
)
from app.reference_data.models import RegionLevel

Row = dict[str, Any]
FOLDER = Path(foods.__file__).parent
BROKEN = problems.BrokenReference
TEXT_SOURCE = "规划文本"


@dataclass(frozen=True, slots=True)
class Files:
    """Every shipped file, read and checked."""

    foods: foods.Foods
    regions: Sequence[places.Region]
    population: Sequence[places.PopulationFigure]
    work_days: Sequence[clocks.WorkDay]
    years: Sequence[clocks.CalendarYear]
    rules: Sequence[DeadlineRule]
    plans: plan_templates.PlanTemplates
    caps: Sequence[cap_files.CapRow]
    checklists: Sequence[checklist_files.ChecklistRow]


def read(folder: Path = FOLDER) -> Files:
    """Read the folder, or refuse with every fault of the first kind of file that has any."""
    try:
        clocks.read_working_days(folder)
        return Files(
            foods.load(folder),
            sorted(places.read_regions(folder), key=lambda region: region.level.depth),
            places.read_population(folder),
            clocks.read_work_days(folder),
            clocks.read_calendar_years(folder),
            clocks.read_deadline_rules(folder),
            plan_templates.read_plan_templates(folder / "plans"),
            cap_files.read_caps(folder),
            checklist_files.read_checklists(folder),
        )
    except BROKEN as fault:
        raise NotLikeThis("基础数据文件有误，未装载：\n" + "\n".join(fault.problems)) from fault


def faults(folder: Path = FOLDER) -> list[str]:
    """Every problem of the files, of all kinds of file at once."""
    found = _faults(lambda: foods.load(folder))
    readers: tuple[Callable[[Path], object], ...] = (
        clocks.read_working_days, clocks.read_deadline_rules, places.read_regions, places.read_population, cap_files.read_caps,
        checklist_files.read_checklists, checklist_files.read_result_rules, comparison_rules.read_thresholds,
        score_weights.read_score_weights,
    )  # fmt: skip
    for reader in readers:
        found += _faults(lambda reader=reader: reader(folder))  # type: ignore[misc]
    found += _faults(lambda: plan_templates.read_plan_templates(folder / "plans"))
    found += _faults(lambda: risk_rule_files.read_rule_sets(folder / "risk_rules"))
    return list(dict.fromkeys(found))  # the population is read with the regions, whose faults it repeats


def _faults(reader: Callable[[], object]) -> list[str]:
    try:
        reader()
    except BROKEN as fault:
        return list(fault.problems)
    return []


def regions(files: Files, now: datetime) -> list[Row]:
    return [
        {
            "code": row.code, "name": row.name, "short_name": row.short_name, "aliases": ";".join(row.aliases) or None,
            "level": RegionLevel(row.level.value), "above": row.parent_code, "path": "/", **_dated(row, now),
        }
        for row in files.regions
    ]  # fmt: skip


def population(files: Files, ids: Mapping[str, int]) -> list[Row]:
    return [
        {
            "region_id": ids[row.code], "year": row.year, "residents": row.residents, "source": row.source,
            "confidence": Confidence(row.confidence),
        }
        for row in files.population
    ]  # fmt: skip


def categories(files: Files, now: datetime) -> list[Row]:
    rows = sorted(files.foods.categories, key=lambda row: row.path.count("/"))
    return [
        {
            "path": row.path, "above": row.path.rpartition("/")[0], "name": row.path.rpartition("/")[2],
            "level": row.path.count("/") + 1, "domain": row.domain, **_dated(row, now),
        }
        for row in rows
    ]  # fmt: skip


def aliases(rows: Iterable[foods.AliasRow], target: str) -> list[Row]:
    return [
        {"written": row.written, target: row.target, "source": row.source, "confidence": row.confidence} for row in rows
    ]


def items(files: Files) -> list[Row]:
    return [
        {
            "name": row.name, "item_class": row.item_class, "unit": row.unit or None, "microbial": row.microbial,
            "source": row.source, "confidence": row.confidence,
        }
        for row in files.foods.items
    ]  # fmt: skip


def limits(files: Files) -> list[Row]:
    same = (
        "item", "op", "minimum", "maximum", "n", "c", "m", "big_m", "standard", "valid_from", "valid_to", "source",
        "confidence",
    )  # fmt: skip
    maybe = ("category", "region", "unit", "text", "note")
    return [
        {
            **{name: getattr(row, name) for name in same},
            **{name: getattr(row, name) or None for name in maybe},
            "places": written_places(row.minimum, row.maximum),
            "comparison": row.comparison.value if row.comparison else None,
        }
        for row in files.foods.limits
    ]


def written_places(*bounds: Any) -> int | None:
    """Decimals as written: 0.20 has two, and 修约值比较 rounds to as many; None where there is no bound."""
    return max((decimal_places(bound) for bound in bounds if bound is not None), default=None)


def work_days(files: Files) -> list[Row]:
    return [
        {
            "day": row.day, "year": row.year, "working": row.kind is DayKind.MAKEUP, "name": row.name,
            "source": row.source, "confidence": Confidence(row.confidence),
        }
        for row in files.work_days
    ]  # fmt: skip


def years(files: Files) -> list[Row]:
    return [
        {"year": row.year, "confirmed": row.status is clocks.YearStatus.CONFIRMED, "source": row.source}
        for row in files.years
    ]


def rules(files: Files) -> list[Row]:
    same = (
        "code", "name", "actor", "trigger", "amount", "start_hours", "extension", "extension_final", "article",
        "valid_from", "valid_to", "source",
    )  # fmt: skip
    return [
        {
            **{name: getattr(row, name) for name in same},
            **{name: getattr(row, name) or None for name in ("extension_note", "pause_note", "note")},
            "unit": row.unit.value, "standing": row.standing.value, "confidence": Confidence(row.confidence),
        }
        for row in files.rules
    ]  # fmt: skip


def caps(files: Files) -> list[Row]:
    same = (
        "code", "name", "subject", "cap_window", "days", "maximum", "link", "level", "online_exempt", "blocking", "valid_from",
        "valid_to", "source",
    )  # fmt: skip
    return [
        {**{name: getattr(row, name) for name in same}, "article": row.article or None, "confidence": Confidence(row.confidence)}
        for row in files.caps
    ]


def checklists(files: Files, now: datetime) -> list[Row]:
    return [
        {"code": row.code, "edition": row.edition, "title": row.title, "kinds": "、".join(row.kinds), **_dated(row, now)}
        for row in files.checklists
    ]


def checklist_items(files: Files, ids: Mapping[tuple[str, str], int]) -> list[Row]:
    """The items of the editions whose ids are given."""
    return [
        {
            "checklist_id": ids[row.code, row.edition], "ordinal": item.ordinal, "number": item.number, "item_group": item.group,
            "text": item.text, "is_key": item.key, "basis": item.basis or None,
        }
        for row in files.checklists
        if (row.code, row.edition) in ids
        for item in row.items
    ]  # fmt: skip


def codes(files: Files) -> list[Row]:
    same = ("value", "ordinal", "valid_from", "valid_to", "source", "confidence")
    return [{"list_name": row.list, **{name: getattr(row, name) for name in same}} for row in files.foods.codes]


def plans(files: Files, ids: Mapping[str, int], now: datetime) -> list[Row]:
    return [
        {
            "code": row.code, "name": row.name, "region_id": ids[row.region_code], "from_year": row.from_year,
            "to_year": row.to_year, "source": row.source, "recorded_at": now,
        }
        for row in files.plans.plans
    ]  # fmt: skip


def plan_indicators(files: Files, plan_ids: Mapping[str, int]) -> list[Row]:
    """The rows of the tables in their order, then the targets of the text (T1, T2 …)."""
    rows, ordinals = [], dict.fromkeys(plan_ids, 0)
    templates: list[plan_templates.IndicatorTemplate | plan_templates.TextTarget]
    templates = [*files.plans.indicators, *files.plans.text_targets]
    for row in templates:
        ordinals[row.plan] += 1
        shape = _table_row(row) if isinstance(row, plan_templates.IndicatorTemplate) else _text_row(row)
        rows.append(
            {
                "plan_id": plan_ids[row.plan], "no": row.no, "ordinal": ordinals[row.plan], "name": row.name,
                "unit": row.unit or None, "target_year": row.target_year, "target": row.target, "op": row.op,
                "formula": row.formula, "filter": row.filter or None, **shape,
            }
        )  # fmt: skip
    return rows


def _table_row(row: plan_templates.IndicatorTemplate) -> Row:
    return {
        "group_name": row.group, "where_stated": None, "base_year": row.base_year, "base": row.base,
        "base_written": row.base_written or None, "period": row.period.value, "nature": row.nature.value,
        "source": row.source,
    }  # fmt: skip


def _text_row(row: plan_templates.TextTarget) -> Row:
    """What we compute runs by the year; what is reported is a state to be reached by the plan's end."""
    reported = row.formula == plan_templates.REPORTED
    period = plan_templates.TargetPeriod.END if reported else plan_templates.TargetPeriod.ANNUAL
    return {
        "group_name": None, "where_stated": row.where, "base_year": None, "base": None, "base_written": None,
        "period": period.value, "nature": None, "source": f"{TEXT_SOURCE}{row.where}",
    }  # fmt: skip


def yearly_targets(files: Files, plan_ids: Mapping[str, int]) -> list[Row]:
    return [
        {
            "plan_id": plan_ids[row.plan], "no": row.no, "year": row.year, "target": row.target, "op": row.op,
            "meaning": row.meaning.value, "source": row.source,
        }
        for row in files.plans.yearly_targets
    ]  # fmt: skip


def plan_facts(files: Files, plan_ids: Mapping[str, int]) -> list[Row]:
    same = ("period", "what", "numerator", "denominator", "rate_percent")
    return [
        {
            "plan_id": plan_ids[row.plan], **{name: getattr(row, name) for name in same}, "note": row.note or None,
            "confidence": Confidence.UNVERIFIED,
        }
        for row in files.plans.facts
    ]  # fmt: skip


def _dated(row: Any, now: datetime) -> Row:
    return {
        "source": row.source, "confidence": Confidence(row.confidence), "valid_from": row.valid_from,
        "valid_to": row.valid_to, "recorded_at": now, "superseded_at": None,
    }  # fmt: skip

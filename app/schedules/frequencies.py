"""检查频次 of a rule set in force, as the schedule reads them, and the office's own settings."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from flask import current_app

from app.domain.inspection_frequency import Frequency
from app.domain.supervision_kinds import Grade, InspectionNature
from app.grading_rules.queries import rules_in_force


def by_grade(org_path: str, kind: str, subkinds: tuple[str, ...], on: date) -> Mapping[Grade, Frequency]:
    """The least number of inspections by grade, of the rule set that holds for such enterprises of this organisation on a day."""
    found = rules_in_force(org_path, kind, on, subkinds)
    if found is None:
        return {}
    return {one.grade: Frequency.of(one.least, one.years) for one in found.rules.frequencies}


def focus_least() -> Frequency:
    """How often a 重点监督检查对象 is inspected at least."""
    return Frequency(current_app.config["SCHEDULE_FOCUS_TIMES"])


def counted() -> frozenset[InspectionNature]:
    """Which 检查类别 fulfil a duty."""
    written = current_app.config["SCHEDULE_COUNTED"]
    return frozenset(InspectionNature(one) for one in written.split(",") if one)

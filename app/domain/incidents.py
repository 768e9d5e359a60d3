"""安全事故: which level a number of victims suggests, and which dates can be true.

The numbers of victims are those in use with 《国家食品安全事故应急预案》 (待核: the plan leaves the rating to an assessment, and
the gravest level to the State Council); the program suggests, people rate.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from app.domain.supervision_kinds import IncidentDomain, Severity

MANY_ILL = 100
MANY_DEAD = 10
RATED = (Severity.GRAVEST, Severity.GRAVE, Severity.LARGER, Severity.ORDINARY)
"""Levels of the plan, the gravest first; 未达级别 is none of them and is counted in no figure."""
LONGEST = {"title": 200, "place": 300, "description": 2000, "cause": 2000, "measures": 2000, "document": 200}


def suggested(domain: IncidentDomain, ill: int | None, dead: int | None) -> Severity | None:
    """The level that the victims suggest; None where the plan of another domain counts otherwise, or nobody was counted."""
    if domain is not IncidentDomain.FOOD or ill is None:
        return None
    died = dead or 0
    if died >= MANY_DEAD or (ill >= MANY_ILL and died):
        return Severity.GRAVE
    if died or ill >= MANY_ILL:
        return Severity.LARGER
    return Severity.ORDINARY if ill else Severity.BELOW


def victims_fault(ill: int | None, dead: int | None) -> str | None:
    """What cannot be true about the victims, as a sentence."""
    if any(one is not None and one < 0 for one in (ill, dead)):
        return "发病人数、死亡人数不能是负数，请核对"
    if dead and (ill is None or dead > ill):
        return "死亡人数不能多于发病人数（发病人数含死亡），请核对"
    return None


def dates_fault(occurred_on: date, reported_on: date, today: date) -> str | None:
    if reported_on > today:
        return "报告日期不能晚于今天，请核对"
    return "发生日期不能晚于报告日期，请核对" if occurred_on > reported_on else None


def at_least(severity: Severity) -> Sequence[Severity]:
    """This level and those above it."""
    return RATED[: RATED.index(severity) + 1]

"""安全事故: the level that a number of victims suggests."""

from __future__ import annotations

from datetime import date

import pytest

from app.domain import incidents
from app.domain.fact_filters import SEVERITIES
from app.domain.supervision_kinds import IncidentDomain, Severity

FOOD = IncidentDomain.FOOD


@pytest.mark.parametrize(
    ("ill", "dead", "expected"),
    [
        (0, 0, Severity.BELOW), (1, 0, Severity.ORDINARY), (99, None, Severity.ORDINARY), (100, 0, Severity.LARGER),
        (5, 1, Severity.LARGER), (99, 9, Severity.LARGER), (10, 10, Severity.GRAVE), (100, 1, Severity.GRAVE),
        (5000, 0, Severity.LARGER), (None, None, None),
    ],
)  # fmt: skip
def test_the_victims_suggest_a_level(ill: int | None, dead: int | None, expected: Severity | None) -> None:
    assert incidents.suggested(FOOD, ill, dead) is expected


def test_other_domains_have_plans_of_their_own() -> None:
    assert incidents.suggested(IncidentDomain.DRUG, 500, 20) is None


def test_more_victims_never_suggest_less() -> None:
    rank = {severity: place for place, severity in enumerate((Severity.BELOW, *reversed(incidents.RATED)))}
    for ill in (0, 1, 99, 100, 101):
        for dead in range(0, min(ill, 12)):
            one = rank[incidents.suggested(FOOD, ill, dead)]  # type: ignore[index]
            assert rank[incidents.suggested(FOOD, ill + 1, dead)] >= one  # type: ignore[index]
            assert rank[incidents.suggested(FOOD, ill + 1, dead + 1)] >= one  # type: ignore[index]


@pytest.mark.parametrize(("ill", "dead", "fault"), [(-1, 0, "负数"), (1, 2, "多于"), (None, 1, "多于"), (3, 3, None), (None, None, None)])
def test_victims_that_cannot_be(ill: int | None, dead: int | None, fault: str | None) -> None:
    said = incidents.victims_fault(ill, dead)
    assert (fault in said) if fault and said else said is fault


def test_dates_that_cannot_be() -> None:
    day = date(2026, 11, 20)
    assert incidents.dates_fault(day, day, day) is None
    assert "不能晚于今天" in (incidents.dates_fault(day, date(2026, 11, 21), day) or "")
    assert "不能晚于报告日期" in (incidents.dates_fault(day, date(2026, 11, 19), day) or "")


def test_the_levels_are_those_that_filters_know() -> None:
    assert tuple(one.value for one in reversed(incidents.RATED)) == SEVERITIES
    assert incidents.at_least(Severity.GRAVE) == (Severity.GRAVEST, Severity.GRAVE)

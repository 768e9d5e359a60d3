"""严重违法失信名单: grounds and when a removal cannot be."""

from __future__ import annotations

from datetime import date

import pytest

from app.domain.case_kinds import RemovalGround
from app.domain.listings import BY_CODE, GROUNDS, LONGEST_GROUND, removal_fault

LISTED, DUE, TODAY = date(2023, 11, 20), date(2026, 11, 20), date(2026, 11, 20)
EXPIRED, REPAIRED, REVOKED, MISTAKE = RemovalGround


def test_every_ground_is_named_once_and_marked_as_to_be_checked() -> None:
    assert len(BY_CODE) == len(GROUNDS)
    assert all("待核" in ground.text and len(ground.text) < LONGEST_GROUND - 200 for ground in GROUNDS)


@pytest.mark.parametrize(
    ("ground", "removed_on", "revoked", "sentence"),
    [
        (EXPIRED, DUE, None, None),
        (EXPIRED, date(2026, 11, 19), None, "还没有期满"),
        (REPAIRED, date(2025, 1, 5), None, None),
        (REPAIRED, date(2023, 11, 19), None, "列入日期"),
        (REPAIRED, date(2026, 11, 21), None, "今天之间"),
        (REVOKED, TODAY, True, None),
        (REVOKED, TODAY, False, "还没有撤销"),
        (REVOKED, TODAY, None, None),
        (MISTAKE, TODAY, False, None),
    ],
)
def test_removal(ground: RemovalGround, removed_on: date, revoked: bool | None, sentence: str | None) -> None:
    said = removal_fault(ground, removed_on, LISTED, DUE, TODAY, revoked)
    assert (said is None) if sentence is None else (said is not None and sentence in said)

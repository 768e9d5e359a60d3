"""公示状况 of a result, in a table; the day on which it may be made public."""

from __future__ import annotations

from datetime import date

import pytest

from app.domain.inspection_publication import PublicationStanding as S
from app.domain.inspection_publication import publish_fault, standing


def day(number: int) -> date:
    return date(2026, 11, number)


@pytest.mark.parametrize(("published", "private", "corrected", "today", "expected"), [
    (None, None, False, 20, S.DUE),  # due today is not late
    (None, None, False, 21, S.LATE), (20, None, False, 25, S.PUBLISHED), (21, None, False, 25, S.PUBLISHED_LATE),
    (20, None, True, 25, S.CORRECTED), (None, "商业秘密", False, 25, S.PRIVATE),
])  # fmt: skip
def test_how_a_result_stands(published: int | None, private: str | None, corrected: bool, today: int, expected: S) -> None:
    found = standing(day(20), day(published) if published else None, private, day(today), corrected=corrected)
    assert found is expected


@pytest.mark.parametrize(("on", "fault"), [(10, False), (9, True), (20, False), (21, True)])
def test_made_public_after_it_was_formed_and_not_in_advance(on: int, fault: bool) -> None:
    assert bool(publish_fault(day(on), day(10), day(20))) is fault

"""结果审核: whose turn it is, and whose a file of several bureaus is."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from app.domain.permission_names import Permission
from app.domain.reviews import awaits_approval, awaits_check, lowest_common, sent_back_under, standing
from app.domain.states import ReviewState as S


@dataclass
class Review:
    """A submission as far as its turn goes."""

    state: S
    levels: int


@pytest.mark.parametrize(
    ("state", "levels", "check", "approve", "shown", "returned_under"),
    [
        (S.SUBMITTED, 2, True, False, S.SUBMITTED, Permission.RESULT_CHECK),
        (S.CHECKED, 2, False, True, S.CHECKED, Permission.RESULT_APPROVE),
        (S.SUBMITTED, 1, False, True, S.CHECKED, Permission.RESULT_APPROVE),  # nobody checks: it waits for approval
        (S.APPROVED, 2, False, False, S.APPROVED, Permission.RESULT_APPROVE),
        (S.RETURNED, 1, False, False, S.RETURNED, Permission.RESULT_APPROVE),
    ],
)
def test_whose_turn(state: S, levels: int, check: bool, approve: bool, shown: S, returned_under: Permission) -> None:
    """C14: two levels are checked first, one level is approved at once."""
    review = Review(state, levels)
    assert (awaits_check(review), awaits_approval(review), standing(review)) == (check, approve, shown)
    assert sent_back_under(review) is returned_under


@pytest.mark.parametrize(
    ("paths", "common"),
    [
        (["/1/4/9/"], 9),
        (["/1/4/9/", "/1/4/10/"], 4),  # two stations of one county
        (["/1/4/9/", "/1/4/"], 4),  # a station and its county
        (["/1/4/9/", "/1/40/9/"], 1),  # 4 and 40 are different bureaus
        (["/1/4/9/", "/1/4/9/", "/1/5/"], 1),
    ],
)
def test_the_lowest_organisation_common_to_all(paths: list[str], common: int) -> None:
    assert lowest_common(paths) == common


def test_no_organisation_in_common() -> None:
    with pytest.raises(ValueError, match="no organisation"):
        lowest_common([])

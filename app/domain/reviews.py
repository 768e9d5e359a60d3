"""结果审核: how many people a result needs, whose turn it is, and to which organisation a file of several bureaus belongs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from app.domain.permission_names import Permission
from app.domain.states import ReviewState

DIRECT, ONE_LEVEL, TWO_LEVELS = 0, 1, 2
SETTINGS = {"direct": DIRECT, "one": ONE_LEVEL, "two": TWO_LEVELS}
LEVEL_WORDS = {ONE_LEVEL: "一级审核：批准", TWO_LEVELS: "二级审核：校核、批准"}
OPEN = frozenset({ReviewState.SUBMITTED, ReviewState.CHECKED, ReviewState.RETURNED})
WAITING = frozenset({ReviewState.SUBMITTED, ReviewState.CHECKED})  # in somebody else's hands


class HasTurn(Protocol):
    """A submission as far as its turn goes."""

    @property
    def state(self) -> ReviewState: ...
    @property
    def levels(self) -> int: ...


def awaits_check(review: HasTurn) -> bool:
    return review.state is ReviewState.SUBMITTED and review.levels == TWO_LEVELS


def awaits_approval(review: HasTurn) -> bool:
    """待批准: checked, or submitted where one other person is enough."""
    return review.state is ReviewState.CHECKED or (review.state is ReviewState.SUBMITTED and review.levels == ONE_LEVEL)


def standing(review: HasTurn) -> ReviewState:
    """The state as people speak of it: what nobody has to check waits for approval from the start."""
    return ReviewState.CHECKED if awaits_approval(review) else review.state


def sent_back_under(review: HasTurn) -> Permission:
    """Who has the turn may send it back."""
    return Permission.RESULT_CHECK if awaits_check(review) else Permission.RESULT_APPROVE


def lowest_common(paths: Iterable[str]) -> int:
    """The lowest organisation in whose reach all of these are. A path is "/1/4/9/", from the root down."""
    found: list[str] | None = None
    for path in paths:
        steps = path.strip("/").split("/")
        if found is None:
            found = steps
        while found and found != steps[: len(found)]:
            found = found[:-1]
    if not found:
        raise ValueError("no organisation is common to these paths")
    return int(found[-1])

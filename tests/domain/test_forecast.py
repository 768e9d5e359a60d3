"""N16: what past durations say about open cases, and that few cases say nothing."""

import pytest

from app.domain.forecast import Outlook, Spread, outlook, spread

PAST = Spread(20, 5, 40, 10)


@pytest.mark.parametrize(("durations", "found"), [
    ([1, 2, 3, 4], None),  # four cases are chance
    ([5, 1, 3, 2, 4], Spread(3, 1, 5, 5)),
    (list(range(1, 11)), Spread(5, 1, 9, 10)),
    ([7] * 6, Spread(7, 7, 7, 6)),
])  # fmt: skip
def test_spread(durations, found):
    assert spread(durations) == found


@pytest.mark.parametrize(("spent", "left", "past", "said"), [
    (0, 60, PAST, Outlook.IN_TIME),
    (0, 40, PAST, Outlook.IN_TIME),  # the slowest of the middle 80 % ends on the last day
    (0, 39, PAST, Outlook.RISK),
    (0, 20, PAST, Outlook.RISK),
    (0, 19, PAST, Outlook.LATE),  # half of such cases took longer
    (10, 9, PAST, Outlook.LATE),
    (50, 1, PAST, Outlook.RISK),  # slower than nearly all others already: nothing says that it will end tomorrow
    (10, -1, PAST, Outlook.LATE),
    (10, -1, None, Outlook.LATE),  # what is late needs no forecast
    (0, 60, None, Outlook.UNKNOWN),
])  # fmt: skip
def test_outlook(spent, left, past, said):
    assert outlook(spent, left, past) is said

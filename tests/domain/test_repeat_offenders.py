"""Which earlier batches a failing one resembles, and the third penalty of a year."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import pytest

from app.domain import repeat_offenders as rules
from app.domain.repeat_offenders import Likeness, Punished


@dataclass(frozen=True)
class Batch:
    case_id: int = 1
    sample_id: int = 1
    enterprise_id: int | None = None
    credit_code: str | None = None
    party_name: str | None = "蓟州某食品厂"
    items: frozenset[str] = frozenset({"铅"})
    category_id: int | None = 5
    received_on: date = date(2026, 11, 1)


THIS = Batch()
STRANGER = Batch(2, 2, None, None, "另一食品厂", frozenset({"镉"}), 6)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ({"enterprise_id": 7}, {"enterprise_id": 7, "party_name": "改名后"}, True),
        ({"credit_code": "A"}, {"credit_code": "A", "party_name": "改名后"}, True),
        ({"credit_code": "A"}, {"credit_code": "B"}, False),  # one name, two firms
        ({"credit_code": "A"}, {}, True),  # the other sheet had no code
        ({}, {"party_name": "蓟州 某食品厂"}, True),  # blanks mean nothing
        ({}, {"party_name": "蓟州某食品分厂"}, False),
        ({"party_name": "/"}, {"party_name": "/"}, False),  # nobody is not a firm
        ({"party_name": None}, {"party_name": None}, False),
    ],
)
def test_one_firm(one, other, same):
    assert rules.same_firm(replace(THIS, **one), replace(THIS, case_id=2, sample_id=2, **other)) is same


@pytest.mark.parametrize(
    ("given", "likenesses"),
    [
        ({}, []),
        ({"party_name": THIS.party_name}, [Likeness.FIRM]),
        ({"items": frozenset({"铅", "镉"})}, [Likeness.ITEM]),
        ({"category_id": 5}, [Likeness.CATEGORY]),
        ({"party_name": THIS.party_name, "items": THIS.items, "category_id": 5}, [Likeness.FIRM, Likeness.ITEM, Likeness.CATEGORY]),
        ({"sample_id": 1, "items": THIS.items, "category_id": 5}, []),  # the other party's case of the very same batch
    ],
)
def test_ways_of_being_alike(given, likenesses):
    assert [one.likeness for one in rules.alike(THIS, [replace(STRANGER, **given)])] == likenesses


def test_newest_first_and_batches_counted_once():
    older, newer = replace(STRANGER, items=THIS.items), replace(STRANGER, case_id=3, items=THIS.items, received_on=date(2026, 11, 9))
    (found,) = rules.alike(THIS, [older, newer])
    assert [one.case_id for one in found.found] == [3, 2]
    assert found.batches == 1  # two cases of one batch


@pytest.mark.parametrize(
    ("written", "items"),
    [
        (None, set()), ("", set()), ("铅", {"铅"}), ("灭蝇胺、铅(以Pb计)", {"灭蝇胺", "铅(以Pb计)"}),
        ("灭蝇胺、腐霉利等 12 项", {"灭蝇胺", "腐霉利"}),
    ],
)
def test_items_of_a_list(written, items):
    assert rules.items_of(written) == items


TODAY = date(2026, 11, 20)


def decision(day, number="1号", heavy=False, case_id=None):
    return Punished(day, number, heavy, case_id)


@pytest.mark.parametrize(
    ("decisions", "number"),
    [
        ([], 0),
        ([decision(date(2026, 3, 1)), decision(date(2026, 5, 1), "2号")], 2),
        ([decision(date(2026, 3, 1), heavy=True)], 0),  # the article does not count it
        ([decision(date(2025, 11, 20))], 0),  # a year and a day ago
        ([decision(date(2025, 11, 21))], 1),
        ([decision(date(2026, 11, 21))], 0),  # not yet
        ([decision(date(2026, 3, 1), "1号", case_id=4), decision(date(2026, 3, 1), "1号", case_id=4)], 1),  # in the case and in its penalty
        ([decision(date(2026, 3, 1), None), decision(date(2026, 3, 2), None)], 2),
    ],
)
def test_what_the_article_counts(decisions, number):
    assert len(rules.counted(decisions, TODAY)) == number


@pytest.mark.parametrize(("number", "said"), [(0, None), (1, None), (2, "再受处罚即累计三次"), (3, "已累计 3 次"), (4, "已累计 4 次")])
def test_the_hint_of_the_third_time(number, said):
    found = rules.third_time([decision(date(2026, 1 + n, 1), f"{n}号") for n in range(number)])
    assert (found is None) if said is None else (said in found and "第一百三十四条" in found and "待核" in found)

"""Plausibility hints: there where something was made up, absent where it was not, silent below the least number."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date, timedelta

import pytest

from app.domain import plausibility as rules
from app.domain.plausibility import Batch, HintKind, Readings

DAY = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("0.0321", "0.0321"), ("０．３２１", "0.321"), ("312", "312"), ("1.20", "1.20"), (" 5.67 ", "5.67"),
        ("0.32", None),  # two figures
        ("0.032", None),
        ("＜0.0321", None), ("未检出", None), ("1.23×10³", None), ("0.321；0.322", None), ("", None), (None, None), (".", None),
    ],
)  # fmt: skip
def test_readings_that_tell_something(written, told):
    assert rules.telling(written) == told


def reports(count: int, seed: int, last: str = "123456789", items: int = 3) -> list[Readings]:
    """Samples of different days with readings of three figures, whose last digit is drawn from ``last``."""
    draws = random.Random(seed)
    return [
        Readings(
            at, DAY + timedelta(days=at),
            tuple((f"item{item}", f"{draws.randint(1, 9)}.{draws.randint(0, 9)}{draws.choice(last)}") for item in range(items)),
        )
        for at in range(count)
    ]  # fmt: skip


def test_last_digits_that_somebody_likes():
    check = rules.digits("lab", reports(60, 1, "1234567895555"))
    assert check is not None and check.chance < 1e-6 and check.striking
    assert "末位为 5" in check.numbers and check.n == 180 and 0 < len(check.samples) <= 60


def test_last_digits_as_they_fall():
    check = rules.digits("lab", reports(60, 1))
    assert check is not None and check.chance > 0.01


def test_a_nought_that_spreadsheets_drop_is_no_hint():
    checks = [rules.digits("lab", reports(60, seed, "0123456789")) for seed in range(60)]
    assert sum(check is not None and check.chance < 0.05 for check in checks) <= 7


def test_too_few_readings_say_nothing():
    assert rules.digits("lab", reports(33, 1, "5")) is None


def with_copies(count: int, copies: int, days: int = 1) -> list[Readings]:
    told = reports(count, 5)
    return [*told, *(Readings(1000 + at, DAY + timedelta(days=200 + days * at), told[0].values) for at in range(copies))]


def test_the_same_series_on_other_days():
    told = with_copies(60, 2)
    check = rules.series("lab", told, rules.agreement_shares(told))
    assert check is not None and check.chance < 1e-4 and check.striking
    assert set(check.samples) == {0, 1000, 1001}


def test_the_same_series_on_one_day_may_be_one_lot():
    told = [*reports(60, 5), *(Readings(1000 + at, DAY, reports(60, 5)[0].values) for at in range(3))]
    check = rules.series("lab", told, rules.agreement_shares(told))
    assert check is not None and not check.striking and check.chance == 1.0 and check.samples == ()


def test_readings_that_always_agree_are_no_series():
    """An item whose readings hardly vary anywhere lets equal series be expected."""
    told = [Readings(at, DAY + timedelta(days=at), (("a", "1.25"), ("b", "3.55"), ("c", "7.15"))) for at in range(40)]
    check = rules.series("lab", told, rules.agreement_shares(told))
    assert check is not None and check.chance > 0.4


def test_too_few_reports_say_nothing_of_series():
    told = with_copies(15, 3)
    assert rules.series("lab", told, rules.agreement_shares(told)) is None


def batches(count: int, every: int, stratum: str = "蔬菜", first: int = 0) -> list[Batch]:
    """Every so many batches something is found; 0 is never."""
    return [Batch(first + at, stratum, bool(every) and at % every == every - 1) for at in range(count)]


def test_nothing_found_for_long():
    own, peers = batches(300, 0), batches(900, 20, first=1000)
    everybody = rules.totals([*own, *peers])
    for check in (rules.streak("lab", own, everybody), rules.rate("lab", own, everybody)):
        assert check is not None and check.chance < 1e-3 and check.striking and len(check.samples) == 300
    ordinary = rules.streak("peer", peers, everybody)
    assert ordinary is not None and ordinary.chance > 0.05


def test_food_in_which_peers_find_nothing_either_is_no_hint():
    own = batches(300, 0, "粮食加工品")
    everybody = rules.totals([*own, *batches(900, 0, "粮食加工品", 1000), *batches(900, 10, "蔬菜", 5000)])
    for check in (rules.streak("lab", own, everybody), rules.rate("lab", own, everybody)):
        assert check is None or check.chance == 1.0


def test_few_peers_make_nothing_improbable():
    own = batches(300, 0)
    everybody = rules.totals([*own, *batches(29, 3, first=1000)])
    assert rules.rate("lab", own, everybody) is None
    streak = rules.streak("lab", own, everybody)
    assert streak is not None and streak.chance == 1.0


@pytest.mark.parametrize("count", [0, 49])
def test_too_few_batches_say_nothing(count):
    own, peers = batches(count, 0), batches(900, 20, first=1000)
    everybody = rules.totals([*own, *peers])
    assert rules.rate("lab", own, everybody) is None and rules.streak("lab", own, everybody) is None


def test_more_found_than_peers():
    own, peers = batches(200, 5), batches(900, 30, first=1000)
    check = rules.rate("lab", own, rules.totals([*own, *peers]))
    assert check is not None and check.chance < 1e-6 and check.striking and len(check.samples) == 40
    assert "20.0%" in check.numbers and "应约 6.7 批" in check.numbers


def test_kinds_of_food_without_peers_are_neither_counted_nor_listed():
    own = [*batches(200, 5), *batches(60, 2, "蜂产品", 5000)]
    check = rules.rate("lab", own, rules.totals([*own, *batches(900, 30, first=1000)]))
    assert check is not None and check.n == 200 and len(check.samples) == 40 and max(check.samples) < 200


def test_reports_that_take_longer_of_late():
    before, after = Counter({8: 20, 9: 20, 10: 20}), Counter({13: 15, 14: 15, 15: 10})
    check = rules.drift("lab", before, after, DAY)
    assert check is not None and check.chance < 1e-9 and check.striking
    assert rules.drift("lab", before, Counter({14: 29}), DAY) is None
    a_day = rules.drift("lab", before, Counter({9: 20, 10: 20, 11: 20}), DAY)
    assert a_day is not None and not a_day.striking  # too small to matter, however certain


def test_only_what_is_improbable_among_all_checks_is_shown():
    def check(chance: float, striking: bool = True) -> tuple[HintKind, rules.Check]:
        return HintKind.RATE, rules.Check(HintKind.RATE, "lab", 60, "批样品", chance, striking, "")

    alone = rules.screened([check(0.01)])
    assert len(alone.hints) == 1
    among_many = rules.screened([check(0.01), *(check(0.5) for _ in range(40)), (HintKind.DRIFT, None)])
    assert among_many.hints == [] and among_many.made == {HintKind.RATE: 41} and among_many.too_few == {HintKind.DRIFT: 1}
    assert rules.screened([check(1e-9, striking=False)]).hints == []
    assert rules.screened([]).hints == []


def test_shuffled_labels_give_hardly_a_hint():
    """Findings, days and readings dealt out to ten laboratories by lot: forty worlds, hardly a hint in any."""
    draws = random.Random(11)
    shown = 0
    for world in range(40):
        whole = [Batch(at, f"类{at % 4}", draws.random() < (0.01, 0.03, 0.06, 0.1)[at % 4]) for at in range(1500)]
        labels = [draws.randrange(10) for _ in whole]
        everybody = rules.totals(whole)
        asked: list[tuple[HintKind, rules.Check | None]] = []
        for lab in range(10):
            own = [batch for batch, label in zip(whole, labels, strict=True) if label == lab]
            told = reports(40, 1000 * world + lab)
            days = [Counter(draws.randint(3, 20) for _ in range(40)) for _ in range(2)]
            asked += [
                (HintKind.RATE, rules.rate(lab, own, everybody)), (HintKind.STREAK, rules.streak(lab, own, everybody)),
                (HintKind.DRIFT, rules.drift(lab, *days, DAY)), (HintKind.DIGITS, rules.digits(lab, told)),
                (HintKind.SERIES, rules.series(lab, told, rules.agreement_shares(told))),
            ]  # fmt: skip
        shown += len(rules.screened(asked).hints)
    assert shown <= 6


@pytest.mark.parametrize(("chance", "words"), [(0.5, "约 50%"), (0.01, "约 1/100"), (0.0004, "约 1/2,500"), (1e-9, "小于百万分之一")])
def test_odds_in_words(chance, words):
    assert rules.odds(chance) == words

"""限量: which one is in force, what a row says, and when two are the same."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest

from app.domain.limits import Limit, LimitBook, Op, normalise_item, row_limit, same_limit
from app.domain.rounding import Basis
from app.domain.samples import Confidence

BEFORE, AFTER = date(2023, 6, 29), date(2023, 6, 30)
LEAF = "食用农产品/蔬菜/叶菜类蔬菜/油麦菜"


def lead(
    maximum: str,
    category: str = "",
    region: str = "",
    valid_from: date | None = None,
    valid_to: date | None = None,
) -> Limit:
    bound = Decimal(maximum)
    return Limit("铅", category, region, maximum=bound, unit="mg/kg", valid_from=valid_from, valid_to=valid_to)


OLD = lead("0.31", "食用农产品/蔬菜/叶菜类蔬菜", valid_to=BEFORE)
NEW = lead("0.3", "食用农产品/蔬菜/叶菜类蔬菜", valid_from=AFTER)
VEGETABLE = lead("0.1", "食用农产品/蔬菜")
ANY_FOOD = lead("9")
LOCAL = lead("0.05", "食用农产品/蔬菜", "120000")
LOCAL_LEAF_CATEGORY = lead("0.2", "食用农产品/蔬菜/叶菜类蔬菜/菠菜", "120000")
SALMONELLA = Limit("致病菌（沙门氏菌）", op=Op.NOT_DETECTABLE)
CADMIUM = Limit("镉(以Cd计)", maximum=Decimal("0.05"), unit="mg/kg")
BOOK = LimitBook([OLD, NEW, VEGETABLE, ANY_FOOD, LOCAL, LOCAL_LEAF_CATEGORY, SALMONELLA, CADMIUM])


@pytest.mark.parametrize(
    ("item", "category", "regions", "on", "expected"),
    [
        ("铅", LEAF, [""], BEFORE, OLD),  # valid_to is the last day included
        ("铅", LEAF, [""], AFTER, NEW),  # valid_from is the first day
        ("铅", "食用农产品/蔬菜/豆类蔬菜/豇豆", [""], AFTER, VEGETABLE),  # the nearest ancestor
        ("铅", "食用农产品/蔬菜", [""], AFTER, VEGETABLE),
        ("铅", "食用农产品/蔬菜制品", [""], AFTER, ANY_FOOD),  # whole segments, not letters
        ("铅", "食用农产品", [""], AFTER, ANY_FOOD),
        ("铅", "", [""], AFTER, ANY_FOOD),
        ("铅", "食用农产品/蔬菜/豆类蔬菜", ["120119", "120000", ""], AFTER, LOCAL),  # region before nation
        ("铅", LEAF, ["120119", "120000", ""], AFTER, NEW),  # but the food comes before the region
        ("铅", "食用农产品/蔬菜/叶菜类蔬菜/菠菜", ["120000", ""], AFTER, LOCAL_LEAF_CATEGORY),
        ("铅", "食用农产品/蔬菜/豆类蔬菜", ["310000", ""], AFTER, VEGETABLE),
        ("铅", "食用农产品/蔬菜/豆类蔬菜", [], AFTER, VEGETABLE),  # the nation is always asked last
        ("铅", " 食用农产品 / 蔬菜 /豆类蔬菜", [""], AFTER, VEGETABLE),
        ("铅(以Pb计)", LEAF, [""], AFTER, NEW),
        ("铅（以Pb计）", LEAF, [""], AFTER, NEW),  # full-width brackets are the same item
        ("铅\n（干样品，以Pb计）", LEAF, [""], AFTER, NEW),
        ("镉", LEAF, [""], AFTER, CADMIUM),  # a limit filed with the basis is found without
        ("镉(Cd)", LEAF, [""], AFTER, CADMIUM),
        ("致病菌(沙门氏菌)", LEAF, [""], AFTER, SALMONELLA),
        ("致病菌（金黄色葡萄球菌）", LEAF, [""], AFTER, None),  # another germ's limit is not this one's
        ("致病菌", LEAF, [""], AFTER, None),
        ("汞", LEAF, [""], AFTER, None),
    ],
)
def test_limit_in_force(item: str, category: str, regions: list[str], on: date, expected: Limit | None) -> None:
    assert BOOK.in_force(item, category, regions, on) is expected


def test_the_latest_of_two_in_force_governs() -> None:
    earlier, later = lead("0.3", valid_from=date(2017, 9, 17)), lead("0.2", valid_from=date(2023, 6, 30))
    for order in ([earlier, later], [later, earlier]):
        book = LimitBook(order)
        assert book.in_force("铅", LEAF, [""], date(2023, 6, 30)) is later
        assert book.in_force("铅", LEAF, [""], date(2023, 6, 29)) is earlier
        assert book.in_force("铅", LEAF, [""], date(2017, 9, 16)) is None


def test_book_counts_each_limit_once() -> None:
    assert len(BOOK) == 8
    assert BOOK.knows("镉（以Cd计）") and not BOOK.knows("汞")


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("铝的残留量\n（干样品，以Al计）", "铝的残留量(干样品,以Al计)"),
        (" 镉(以Cd计\n) ", "镉(以Cd计)"),
        ("6－苄基腺嘌呤（6-BA）", "6-苄基腺嘌呤(6-BA)"),
        ("黄曲霉毒素B₁", "黄曲霉毒素B1"),
    ],
)
def test_item_in_one_spelling(written: str, normal: str) -> None:
    assert normalise_item(written) == normal


@pytest.mark.parametrize(
    ("low", "high", "unit", "op", "bounds", "words"),
    [
        ("/", "0.05", "mg/kg", Op.AT_MOST, (None, "0.05"), "≤0.05 mg/kg"),
        ("-", "≤0.5", "g/kg", Op.AT_MOST, (None, "0.5"), "≤0.5 g/kg"),
        ("2.9", "/", "g/100g", Op.AT_LEAST, ("2.9", None), "≥2.9 g/100g"),  # in this column a number is a minimum
        ("≥2.9", "", "g/100g", Op.AT_LEAST, ("2.9", None), "≥2.9 g/100g"),
        ("21", "39", "mg/kg", Op.RANGE, ("21", "39"), "21～39 mg/kg"),
        ("0", "0.2", "mg/kg", Op.AT_MOST, (None, "0.2"), "≤0.2 mg/kg"),  # a minimum of 0 says nothing
        ("0.0", "n=5,c=1,m=100,M=1000", "CFU/g", Op.PLAN, (None, None), "n=5,c=1,m=100,M=1000 CFU/g"),
        ("/", "不得检出", "/", Op.NOT_DETECTABLE, (None, None), "不得检出"),
        ("不得检出", "不得检出", "", Op.NOT_DETECTABLE, (None, None), "不得检出"),
        ("/", "0/25g", "CFU/g", Op.NOT_DETECTABLE, (None, None), "不得检出 /25g"),
        ("/", "≤100μg/kg", "", Op.AT_MOST, (None, "100"), "≤100 μg/kg"),
        ("/", "≤100μg/kg", "ug/kg", Op.AT_MOST, (None, "100"), "≤100 μg/kg"),
        ("/", "≤100μg/kg", "mg/kg", Op.TEXT, (None, None), "≤100μg/kg mg/kg"),  # cell and column contradict
        ("39", "21", "mg/kg", Op.TEXT, (None, None), "39～21"),
        ("不得检出", "0.0", "-", Op.NOT_DETECTABLE, (None, None), "不得检出"),  # 0 says the same
        ("不得检出", "0.5", "mg/kg", Op.TEXT, (None, None), "不得检出～0.5"),
        ("≤5", "/", "mg/kg", Op.AT_MOST, (None, "5"), "≤5 mg/kg"),  # in the wrong column, but plain
        ("/", "按执行标准", "mg/kg", Op.TEXT, (None, None), "按执行标准"),
    ],
)
def test_limit_of_a_row(
    low: str, high: str, unit: str, op: Op, bounds: tuple[str | None, str | None], words: str
) -> None:
    limit = row_limit(low, high, unit)
    assert limit is not None
    expected = tuple(None if bound is None else Decimal(bound) for bound in bounds)
    assert (limit.op, (limit.minimum, limit.maximum), limit.words()) == (op, expected, words)


@pytest.mark.parametrize(("low", "high"), [("/", "/"), (None, None), ("", "-"), ("—", "—"), ("0", "/"), ("0.0", "")])
def test_row_without_a_limit(low: str | None, high: str | None) -> None:
    assert row_limit(low, high, "mg/kg") is None  # a lone minimum of 0 would pass everything


@pytest.mark.parametrize(
    ("one", "one_unit", "other", "other_unit", "same"),
    [
        ("0.2", "mg/kg", "0.20", "mg/kg", True),
        ("0.2", "mg/kg", "200", "μg/kg", True),
        ("0.2", "mg/kg", "0.1", "mg/kg", False),
        ("0.2", "mg/kg", "0.2", "μg/kg", False),
        ("0.2", "mg/kg", "0.2", "mg/L", False),
        ("0.2", "", "0.2", "mg/kg", True),
        ("0.2", "mg/kg", "<0.2", "mg/kg", False),  # one includes its bound
        ("0.2", "mg/kg", "≥0.2", "mg/kg", False),
        ("不得检出", "", "不得使用", "", True),  # both fail on any detection
        ("不得检出", "", "0", "mg/kg", True),
        ("不得检出", "", "0.1", "mg/kg", False),
        ("21~39", "mg/kg", "21~39", "mg/kg", True),
        ("21~39", "mg/kg", "18~33", "mg/kg", False),
        ("n=5,c=2,m=10000,M=100000", "CFU/g", "n=5，c=2，m=10⁴，M=10⁵", "CFU/g", True),
        ("n=5,c=2,m=10000,M=100000", "CFU/g", "n=5,c=1,m=10000,M=100000", "CFU/g", False),
        ("n=5,c=2,m=10000,M=100000", "CFU/g", "n=5,c=2,m=10000", "CFU/g", False),
        ("按执行标准", "", "按 执行标准", "", True),
    ],
)
def test_same_limit(one: str, one_unit: str, other: str, other_unit: str, same: bool) -> None:
    mine, theirs = row_limit(None, one, one_unit), row_limit(None, other, other_unit)
    assert mine is not None and theirs is not None
    assert same_limit(mine, theirs) is same
    assert same_limit(theirs, mine) is same


def test_defaults_of_a_limit() -> None:
    limit = Limit("铅", maximum=Decimal("0.2"))
    assert (limit.op, limit.method, limit.confidence) == (Op.AT_MOST, Basis.FULL, Confidence.VERIFIED)


def test_days_of_one_era_have_the_same_limits() -> None:
    book = LimitBook([OLD, NEW, lead("1", valid_from=date(2023, 7, 2), valid_to=date(2023, 7, 4)), lead("2", valid_to=date.max)])
    days = [date(2023, 6, 25) + timedelta(days=number) for number in range(14)]
    begun = [day for before, day in pairwise(days) if book.era(before) != book.era(day)]
    assert begun == [AFTER, date(2023, 7, 2), date(2023, 7, 5)]

"""企业档案查重: what is one enterprise, what is not, and that a whole register is compared in bounded time."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.domain.duplicate_names import Certainty, Registered, compare, duplicates, numbers, plain_name

PLACES = ("天津市", "天津", "蓟州区", "蓟州")
SHOP = Registered(1, "天津市蓟州区好又多超市有限公司", 7, PLACES, "文昌街1号", licence_no="JY11201190001234", phone="13800001111")
SURE, LIKELY, POSSIBLE = Certainty.SURE, Certainty.LIKELY, Certainty.POSSIBLE


@pytest.mark.parametrize(
    ("other", "certainty"),
    [
        ({"address": "文昌街1号"}, SURE),
        ({"address": "天津市蓟州区文昌街１号"}, SURE),  # full width, the area written out
        ({"name": "好又多超市有限责任公司", "address": "文昌街1号"}, SURE),  # legal form
        ({"name": "好又多超市有限公司", "address": "蓟州区文昌街1号底商"}, SURE),  # 名称相同地址相似
        ({"name": "好又多超市（天津）有限公司", "address": "文昌街1号"}, SURE),  # the area in brackets
        ({"address": None}, LIKELY),  # one has no address
        ({"address": "渔阳路88号"}, POSSIBLE),  # moved, or another shop
        ({"name": "好又多生活超市有限公司", "address": "文昌街1号"}, POSSIBLE),
        ({"name": "好又多生活超市有限公司", "address": "文昌街1号", "phone": "138-0000-1111"}, LIKELY),  # two signs
        ({"name": "老王熟食店", "address": "渔阳路88号", "licence_no": "jy11201190001234"}, POSSIBLE),  # a licence handed on, or mistyped
        ({"name": "好又多生活超市有限公司", "address": "渔阳路88号", "licence_no": "JY11201190001234"}, SURE),
        # must not match
        ({"name": "天津市蓟州区好又多超市有限公司一店", "address": "文昌街1号"}, None),  # a branch with a number
        ({"address": "文昌街1号", "county": 8}, None),  # another county
        ({"name": "好又来生活馆", "address": "文昌街1号"}, None),
        ({"name": "好又多生活超市有限公司", "address": "文昌街2号"}, None),  # next door
        ({"name": "好又多生活超市有限公司", "address": None}, None),  # alike in name only
    ],
)
def test_with_the_shop(other: dict[str, object], certainty: Certainty | None) -> None:
    found = compare(SHOP, replace(SHOP, **{"id": 2, "licence_no": None, "phone": None, **other}))  # type: ignore[arg-type]
    assert (found.certainty if found else None) == certainty, found


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("好又多超市一店", "好又多超市二店"), ("好又多超市1店", "好又多超市第二分店"), ("第一中学食堂", "第二中学食堂"),
        ("好又多超市文昌街店", "好又多超市渔阳路店"),
    ],
)  # fmt: skip
def test_branches_are_not_one(one: str, other: str) -> None:
    first = Registered(1, one, 7, PLACES, "文昌街1号", phone="13800001111")
    assert compare(first, replace(first, id=2, name=other)) is None


def test_the_names_of_the_area_are_taken_off_whatever_their_order() -> None:
    """丰都 must not be taken off before 丰都县 has had its turn, though 丰 comes before 重."""
    assert plain_name("重庆市丰都县好又多超市", ("重庆市", "重庆", "丰都县", "丰都")) == "好又多超市"
    assert plain_name("丰都县重庆市好又多超市", ("丰都", "丰都县", "重庆", "重庆市")) == "好又多超市"


def test_two_credit_codes_are_two_firms() -> None:
    first = replace(SHOP, credit_code="91120119MA00000001")
    assert compare(first, replace(first, id=2, credit_code="91120119MA00000002")) is None
    assert compare(first, replace(first, id=2, credit_code=None)) is not None


def test_every_pair_says_why() -> None:
    found = compare(SHOP, replace(SHOP, id=2, address="文昌街1号底商", phone=None, licence_no=None))
    assert found is not None and found.reasons == ("名称相同", "地址相似")


@pytest.mark.parametrize(
    ("text", "found"), [("第二分店", (2,)), ("12店", (12,)), ("十二店", (12,)), ("二十店", (20,)), ("一百零三号", (103,)), ("好店", ())]
)
def test_numbers(text: str, found: tuple[int, ...]) -> None:
    assert numbers(text) == found


def test_a_name_of_the_area_alone_is_kept() -> None:
    assert plain_name("蓟州", PLACES) == "蓟州"


def test_the_register_is_compared_without_squaring_it() -> None:
    """6,000 shops with ever the same words, a hundred of them twice."""
    words = [f"{a}{b}{c}" for a in "福禄寿喜财康宁安泰和" for b in "顺兴旺隆达昌盛发源丰" for c in "祥瑞吉庆利民百惠佳美"]
    kinds = ("食品店", "小吃店", "超市", "便利店", "粮油店", "熟食店", "烟酒店", "水果店", "餐馆", "面馆")
    rows = [Registered(at, words[at // 10 % 1000] + kinds[at % 10], at // 3_000, PLACES, f"第{at}街{at}号") for at in range(6_000)]
    rows += [replace(rows[at * 59], id=6_000 + at, name=f"天津市{rows[at * 59].name}") for at in range(100)]
    found = duplicates(rows)
    assert {(pair.first, pair.second) for pair in found} >= {(at * 59, 6_000 + at) for at in range(100)}
    assert all(pair.certainty is SURE for pair in found[:100])

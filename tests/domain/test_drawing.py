"""The draw: the same list from the same record, whoever computes it and in whatever order the pool was given."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chisquare

from app.domain import drawing
from app.domain.drawing import CannotDraw, Entry, Pool, Record
from app.domain.running_sums import RunningSums

SECRET = bytes(range(32))
SHOPS = tuple(Entry(f"91120225MA05K3TH{n:02d}", f"示例超市{n}", 1 + n % 4, "从未抽检，加 1" if n % 4 else None) for n in range(1, 11))
POOL = Pool("抽样对象", "十二月抽检", 4, (*SHOPS, Entry("X-1", "回避的店", 9, None, "回避")))


def as_a_stranger_would(text: str, secret: bytes, word: str) -> list[str]:
    """The procedure followed from its words, without our code."""
    told = json.loads(text)
    seed = hashlib.sha256(secret + hashlib.sha256(text.encode("utf-8")).digest() + word.encode("utf-8")).digest()
    left = sorted(
        ((each["code"], each["weight"]) for each in told["entries"] if each["excluded"] is None), key=lambda pair: pair[0].encode("utf-8")
    )
    result, i = [], 0
    while len(result) < told["take"]:
        total = sum(weight for _, weight in left)
        n = int(hashlib.sha256(seed + i.to_bytes(8, "big")).hexdigest(), 16)
        i += 1
        if n >= 2**256 - 2**256 % total:
            continue
        r, running = n % total, 0
        for pair in left:
            running += pair[1]
            if running > r:
                result.append(pair[0])
                left.remove(pair)
                break
    return result


def test_vectors():
    """Computed once with the procedure by hand; a change of any of them is another method with another name."""
    assert POOL.sha256 == "5a8c5c54ff486f46ad2e81b0659d19a5fcd0fbded7412423691b182ba424eb13"
    assert drawing.commitment(SECRET) == "630dcd2966c4336691125448bbb25b4ff412a49c732db2c8abc1b8581bd710dd"
    seed = drawing.seed(SECRET, POOL.sha256, "2026-11-26 排列三 3 1 7")
    assert seed == "43c1080c2c9553f59e1e968ef2ed085016a7eef56f488ef486469fd071878ed6"
    assert drawing.draw(POOL, seed) == ["91120225MA05K3TH01", "91120225MA05K3TH06", "91120225MA05K3TH05", "91120225MA05K3TH03"]


def test_a_stranger_gets_the_same():
    for ordinal in range(50):
        secret = hashlib.sha256(bytes([ordinal])).digest()
        seed = drawing.seed(secret, POOL.sha256, f"词{ordinal}")
        assert drawing.draw(POOL, seed) == as_a_stranger_would(POOL.text, secret, f"词{ordinal}")


def test_the_text_is_one_line_with_sorted_keys_and_plain_chinese():
    text = Pool("抽样对象", "试", 1, (Entry("b", "乙"), Entry("a", "甲", 2, "加 1", "停业"))).text
    assert text == (
        '{"entries":[{"code":"a","excluded":"停业","name":"甲","weight":2,"why":"加 1"},'
        '{"code":"b","excluded":null,"name":"乙","weight":1,"why":null}],'
        '"kind":"抽样对象","method":"shian-draw-1","subject":"试","take":1}'
    )


ENTRIES = st.lists(
    st.builds(
        Entry, st.text("abcXYZ019食", min_size=1, max_size=6), st.just("某店"), st.integers(1, 1000), st.none(),
        st.sampled_from([None, None, "回避"]),
    ),
    min_size=1, max_size=25, unique_by=lambda entry: entry.code,
)  # fmt: skip


@settings(max_examples=120, deadline=None)
@given(ENTRIES, st.binary(min_size=32, max_size=32), st.text(min_size=1, max_size=12), st.data())
def test_whatever_the_pool(entries: list[Entry], secret: bytes, word: str, data: st.DataObject):
    eligible = {entry.code for entry in entries if entry.excluded is None}
    if not eligible:
        return
    take = data.draw(st.integers(1, len(eligible)))
    pool = Pool("抽样对象", "试", take, tuple(entries))
    seed = drawing.seed(secret, pool.sha256, word)
    drawn = drawing.draw(pool, seed)
    assert len(drawn) == len(set(drawn)) == take
    assert set(drawn) <= eligible  # whoever is excluded is never drawn
    shuffled = Pool("抽样对象", "试", take, tuple(data.draw(st.permutations(entries))))
    assert (shuffled.sha256, drawing.draw(shuffled, seed)) == (pool.sha256, drawn)
    record = Record(pool, pool.sha256, drawing.commitment(secret), secret.hex(), word, seed, tuple(drawn))
    assert drawing.differences(record) == []


def test_the_heavier_is_drawn_more_often_in_proportion():
    """One of three with weights 1, 2 and 5 out of 4,000 draws: chi-square with two degrees of freedom below 13.8 (p = 0.001)."""
    pool = Pool("抽样对象", "试", 1, (Entry("a", "甲", 1), Entry("b", "乙", 2), Entry("c", "丙", 5)))
    counted = dict.fromkeys("abc", 0)
    for ordinal in range(4000):
        counted[drawing.draw(pool, hashlib.sha256(str(ordinal).encode()).hexdigest())[0]] += 1
    expected = {"a": 500, "b": 1000, "c": 2500}
    assert sum((counted[code] - expected[code]) ** 2 / expected[code] for code in "abc") < 13.8


def test_without_replacement_the_second_is_drawn_from_the_rest():
    """Of weights 1, 1 and 98 the heavy one is nearly always among the first two, and each light one about half the time."""
    pool = Pool("抽样对象", "试", 2, (Entry("a", "甲"), Entry("b", "乙"), Entry("c", "丙", 98)))
    pairs = [set(drawing.draw(pool, hashlib.sha256(str(n).encode()).hexdigest())) for n in range(600)]
    assert sum("c" in pair for pair in pairs) > 590
    assert 230 < sum("a" in pair for pair in pairs) < 370


def test_a_number_above_the_last_whole_multiple_is_left_out():
    assert drawing._rest(3, iter([2**256 - 1, 2**256 - 1, 4])) == 1  # 2**256 % 3 == 1: the last one would favour the first
    assert drawing._rest(3, iter([2**256 - 2])) == 2


@pytest.mark.parametrize(
    ("pool", "words"),
    [
        (Pool("抽样对象", "试", 0, SHOPS), "抽取数应为不小于 1"),
        (Pool("抽样对象", "试", 11, SHOPS), "可参加抽取的只有 10 个"),
        (Pool("抽样对象", "试", 1, (Entry("a", "甲", 1, None, "回避"),)), "可参加抽取的只有 0 个"),
        (Pool("抽样对象", "试", 1, (Entry("a", "甲"), Entry("a", "乙"))), "代码重复：a"),
        (Pool("抽样对象", "试", 1, (Entry("a", "甲", 0),)), "权重应为 1 至"),
        (Pool("抽样对象", "试", 1, (Entry("a", "甲", -1),)), "权重应为 1 至"),
        (Pool("抽样对象", "试", 1, (Entry("a", "甲", 1_000_001),)), "权重应为 1 至"),
        (Pool("抽样对象", "试", 1, (Entry(" ", "甲"),)), "缺少代码或名称"),
        (Pool("抽样对象", "试", 1, SHOPS, "shian-draw-9"), "shian-draw-9"),
    ],
)
def test_what_cannot_be_drawn_from(pool: Pool, words: str):
    with pytest.raises(CannotDraw, match=words):
        drawing.check(pool)


SEED = drawing.seed(SECRET, POOL.sha256, "词")
TRUE = Record(POOL, POOL.sha256, drawing.commitment(SECRET), SECRET.hex(), "词", SEED, tuple(drawing.draw(POOL, SEED)))


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"pool": replace(POOL, subject="十一月抽检")}, "名单的校验值"),
        ({"commitment": "0" * 64}, "承诺"),
        ({"secret": "00" * 32}, "承诺"),
        ({"secret": "没有"}, "十六进制"),
        ({"secret": "00"}, "32 个字节"),
        ({"word": "别的词"}, "种子"),
        ({"seed": "0" * 64}, "种子"),
        ({"drawn": TRUE.drawn[:3]}, "第 4 名：记录为无"),
        ({"drawn": (TRUE.drawn[1], TRUE.drawn[0], *TRUE.drawn[2:])}, "第 1 名：记录为"),
        ({"drawn": (*TRUE.drawn, "X-1")}, "第 5 名：记录为回避的店（X-1），复算为无"),
    ],
)
def test_every_change_of_a_record_is_found(changed: dict[str, object], words: str):
    assert drawing.differences(TRUE) == []
    assert any(words in sentence for sentence in drawing.differences(replace(TRUE, **changed)))  # type: ignore[arg-type]


def test_a_changed_list_names_the_entry():
    heavier = tuple(replace(entry, weight=50) if entry.code == SHOPS[2].code else entry for entry in POOL.entries)
    assert drawing.changed_entries(POOL, replace(POOL, entries=heavier)) == [
        f"“示例超市3”（{SHOPS[2].code}）：权重由“4”变为“50”"
    ]
    assert "已不在记录中" in drawing.changed_entries(POOL, replace(POOL, entries=POOL.entries[1:]))[0]
    assert "不在冻结的名单中" in drawing.changed_entries(POOL, replace(POOL, entries=(*POOL.entries, Entry("Z", "后来的"))))[0]
    assert "抽取数" in drawing.changed_entries(POOL, replace(POOL, take=5))[0]


def test_the_frozen_text_reads_back():
    assert drawing.pool_of(json.loads(POOL.text)).sha256 == POOL.sha256
    for broken in ({}, {"entries": [{}]}, {"entries": [{"code": "a", "name": "b", "weight": "重"}]}):
        with pytest.raises(CannotDraw):
            drawing.pool_of(broken)


def test_samplers_go_round_in_pairs():
    assert drawing.teams(3, [7, 8, 9], 2) == [(7, 8), (9, 7), (8, 9)]
    assert drawing.teams(2, [7, 8], 2) == [(7, 8), (7, 8)]
    with pytest.raises(CannotDraw):
        drawing.teams(1, [7, 7], 2)


# ---------------------------------------------------------------- long lists

def one_by_one(weights: list[int], rests: list[int]) -> list[int]:
    """Whom each remainder falls on, found by adding up from the first, as the procedure says it."""
    left, found = list(enumerate(weights)), []
    for rest in rests:
        running = 0
        for at, (place, weight) in enumerate(left):
            running += weight
            if running > rest % sum(each for _, each in left):
                found.append(place)
                del left[at]
                break
    return found


@settings(max_examples=200, deadline=None)
@given(st.lists(st.integers(1, 1_000_000), min_size=1, max_size=70), st.data())
def test_running_sums_find_the_same_places_as_adding_up(weights: list[int], data: st.DataObject):
    rests = data.draw(st.lists(st.integers(0, 2**256), min_size=1, max_size=len(weights)))
    left, found = RunningSums(weights), []
    for rest in rests:
        found.append(left.place_of(rest % left.total))
        left.take(found[-1])
    assert found == one_by_one(weights, rests)
    assert left.total == sum(weights) - sum(weights[place] for place in found)


def test_fifty_thousand_are_drawn_from_in_seconds_and_nobody_twice():
    pool = Pool("检查对象", "全年抽查", 1_500, tuple(Entry(f"E{n:05d}", f"企业{n}", 1 + n % 6) for n in range(50_000)))
    found = drawing.draw(pool, "5b" * 32)
    assert len(set(found)) == 1_500
    assert found == drawing.draw(replace(pool, entries=pool.entries[::-1]), "5b" * 32)


def test_over_ten_thousand_draws_the_first_place_falls_by_weight():
    """Grades A, B, C, D and two who lost their credit: chi-square of the first drawn, and of who is among the first two."""
    weights = [1, 2, 3, 4, 6, 3]
    pool = Pool("检查对象", "频次", 2, tuple(Entry(f"E{n}", f"企业{n}", weight) for n, weight in enumerate(weights)))
    counts, together, times = Counter[str](), Counter[str](), 10_000
    for ordinal in range(times):
        found = drawing.draw(pool, hashlib.sha256(ordinal.to_bytes(8, "big")).hexdigest())
        counts[found[0]] += 1
        together.update(found)
    total = sum(weights)
    expected = [times * weight / total for weight in weights]
    assert chisquare([counts[f"E{n}"] for n in range(len(weights))], expected).pvalue > 0.001
    either = [
        times * (one / total + sum(other / total * one / (total - other) for m, other in enumerate(weights) if m != n))
        for n, one in enumerate(weights)
    ]
    assert all(abs(together[f"E{n}"] - wanted) < 5 * (wanted * (1 - wanted / times)) ** 0.5 for n, wanted in enumerate(either))

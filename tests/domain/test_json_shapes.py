"""Bodies of JSON: what is read, and every fault by its path."""

from __future__ import annotations

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.json_shapes import MOST_FAULTS, Day, Faults, Items, NotJson, Record, Text, Whole, parse

ROW = Record({"item": Text(5, least=1), "verdict": Text(5, words=("合格项", "不合格项"))}, frozenset({"item"}))
BODY = Record({"on": Day(), "version": Whole(1, 9), "rows": Items(ROW, 3)}, frozenset({"rows"}))


def faults_of(value):
    faults = Faults()
    BODY.read(value, "", faults)
    return faults.found


def test_what_is_right_is_read():
    faults = Faults()
    rows = [{"item": " 铅 ", "verdict": ""}, {"item": "镉", "verdict": None}]
    found = BODY.read({"on": "2024-02-29", "version": 2, "rows": rows}, "", faults)
    assert found == {"on": date(2024, 2, 29), "version": 2, "rows": [{"item": "铅", "verdict": ""}, {"item": "镉"}]}
    assert faults.found == []


@pytest.mark.parametrize(
    ("value", "path", "words"),
    [
        ([], "", "应为对象，收到的是数组"),
        ({}, "rows", "缺少必填字段"),
        ({"rows": None}, "rows", "缺少必填字段"),
        ({"rows": []}, "rows", "应有 1 至 3 项，收到 0 项"),
        ({"rows": [{"item": "铅"}] * 4}, "rows", "收到 4 项"),
        ({"rows": "铅"}, "rows", "应为数组"),
        ({"rows": [{"item": 0.1}]}, "rows[0].item", "带引号的字符串"),  # 0.1 has lost its digits already
        ({"rows": [{"item": True}]}, "rows[0].item", "应为字符串，收到的是布尔值"),
        ({"rows": [{"item": "铅"}, {"item": " "}]}, "rows[1].item", "不能为空"),
        ({"rows": [{"item": "铅镉汞砷铬锡"}]}, "rows[0].item", "不超过 5 个字"),
        ({"rows": [{"item": "铅\x00"}]}, "rows[0].item", "控制字符"),
        ({"rows": [{"item": "\ud800"}]}, "rows[0].item", "控制字符"),  # half of a pair: no UTF-8 writes it
        ({"rows": [{"item": "铅", "verdict": "合格"}]}, "rows[0].verdict", "合格项、不合格项之一"),
        ({"rows": [{"item": "铅", "vedict": "合格项"}]}, "rows[0].vedict", "没有这个字段"),
        ({"rows": [{"item": "铅"}], "on": "2026-02-29"}, "on", "不是日期"),
        ({"rows": [{"item": "铅"}], "on": "20260228"}, "on", "不是日期"),
        ({"rows": [{"item": "铅"}], "on": 20260228}, "on", "应为日期字符串"),
        ({"rows": [{"item": "铅"}], "version": True}, "version", "应为整数"),
        ({"rows": [{"item": "铅"}], "version": 1.0}, "version", "应为整数"),
        ({"rows": [{"item": "铅"}], "version": 10}, "version", "1 至 9"),
    ],
)
def test_one_fault(value, path, words):
    [(found, message)] = faults_of(value)
    assert found == path and words in message


def test_every_fault_is_told_up_to_a_limit():
    assert [path for path, _ in faults_of({"x": 1, "on": "x", "rows": [{}, {"item": 1}]})] == ["x", "on", "rows[0].item", "rows[1].item"]
    assert len(faults_of({f"x{place}": 1 for place in range(1000)})) == MOST_FAULTS


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "第 1 行第 1 个字符"),
        (b'{"a": 1,}', "不是有效的 JSON"),
        ("\ufeff{}".encode(), "不是有效的 JSON"),
        (b"\xff", "UTF-8"),
        (b"NaN", "NaN 不是数字"),
        (b"-Infinity", "-Infinity 不是数字"),
        (b"1" * 5000, "数字过长"),
        (b"[" * 9 + b"]" * 9, "超过 8 层"),
        (b"[" * 1_000_000, "超过 8 层"),
        (b'{"a": 1, "a": 2}', "“a”出现了两次"),
        (b'[{"b": {"c": 1, "\\u0063": 2}}]', "“c”出现了两次"),
    ],
)
def test_what_is_no_body(body, words):
    with pytest.raises(NotJson, match=words):
        parse(body, deepest=8)


def test_brackets_within_a_text_are_no_depth():
    assert parse(rb'["[[[[[[[[[[", "\"[[[[[[[[[["]', deepest=8) == ["[" * 10, '"' + "[" * 10]


LEAVES = st.none() | st.booleans() | st.integers() | st.text()


@given(st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
def test_whatever_is_sent_is_read_or_refused(value):
    text = json.dumps(value).encode()
    try:
        read = parse(text, deepest=8)
    except NotJson:
        return
    assert read == value
    faults_of(read)

"""score_weights.csv: dated, each plan adds up to 100, and faults are named by line; reference check reads it too."""

from __future__ import annotations

import csv
from collections import defaultdict
from datetime import date
from decimal import Decimal

import pytest

from app.reference.problems import BrokenReference
from app.reference.score_weights import HERE, read_score_weights, weights_in_force


def test_the_weights_of_each_plan_are_those_of_its_table_and_make_a_hundred() -> None:
    with (HERE / "plans" / "indicators.csv").open(encoding="utf-8") as file:
        rows = [(row["plan"], row["no"]) for row in csv.DictReader(file)]
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for one in read_score_weights():
        assert one.source and one.confidence == "待核"
        sums[one.plan] += one.weight
    assert set(sums.values()) == {Decimal(100)} and len(sums) == 5
    assert {(one.plan, one.no) for one in read_score_weights()} == set(rows)
    assert weights_in_force("jizhou", date(2020, 12, 31)) == {}
    assert weights_in_force("jizhou", date(2026, 11, 20))["14"].weight > weights_in_force("jizhou", date(2026, 11, 20))["13"].weight


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("jizhou,1,5,按比例,2024-01-01,,上级办法,待核", "有效期重叠"),
        ("jizhou,99,0,按比例,2024-01-01,,上级办法,待核", "应大于 0"),
        ("jizhou,99,5,看着给,2024-01-01,,上级办法,待核", "看着给"),
    ],
)
def test_a_faulty_line_is_named(tmp_path, line: str, sentence: str) -> None:
    text = (HERE / "score_weights.csv").read_text(encoding="utf-8")
    (tmp_path / "score_weights.csv").write_text(text + line + "\n", encoding="utf-8")
    with pytest.raises(BrokenReference, match=sentence):
        read_score_weights(tmp_path)

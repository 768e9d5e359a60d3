"""结果判定 and whose verdict stands."""

from __future__ import annotations

import csv
import os
import re
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.limits import Limit, Op, row_limit
from app.domain.quantities import ReadingKind, parse_lod, parse_reading
from app.domain.rounding import Basis
from app.domain.samples import Confidence, ItemKind, Verdict
from app.domain.units import convert
from app.domain.verdicts import Judgement, LimitSource, Settled, judge, judge_row, parse_verdict_word

OK, BAD, ISSUE, OPEN, BLANK = Verdict.PASS, Verdict.FAIL, Verdict.PROBLEM, Verdict.UNDECIDED, Verdict.UNTESTED
TOTAL = "n=5,c=2,m=10⁴,M=10⁵"  # 菌落总数, three-class
COLIFORM = "n=5,c=2,m=10,M=100"
SALMONELLA = "n=5,c=0,m=0/25g"  # two-class
SHARED = Path(os.environ.get("SHIAN_SHARED_DATA", "../shared/data"))


def judged(result: str | None, unit: str, limit: str | None, limit_unit: str) -> Judgement:
    return judge(parse_reading(result), unit, row_limit(None, limit, limit_unit))


def _table() -> list[dict[str, str]]:
    with Path(__file__).with_name("verdict_table.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@pytest.mark.parametrize("row", _table(), ids=lambda row: f"{row['result']} {row['unit']} {row['min']} {row['max']}"[:60])
def test_verdict(row: dict[str, str]) -> None:
    """The table: every expectation was worked out by hand from the standard's words; `why` is the requirement."""
    judged_row = judge_row(
        row["result"], row["unit"], min_text=row["min"], max_text=row["max"], limit_unit=row["limit_unit"],
        standard="GB 2762-2022", lod=row["lod"], lod_unit=row["lod_unit"], lod_kind=row["lod_kind"],
        basis=Basis(row["basis"]) if row["basis"] else None,
    )  # fmt: skip
    assert judged_row.verdict.value == row["verdict"], (row["why"], judged_row.reason)
    assert re.search("[\u4e00-\u9fff]", judged_row.reason)
    assert judged_row.limit is None or judged_row.verdict is BLANK or "GB 2762-2022" in judged_row.reason


def test_the_table_is_as_long_as_promised() -> None:
    rows = _table()
    assert len(rows) >= 400
    assert all(row["why"] for row in rows)


@pytest.mark.parametrize(
    ("result", "unit", "limit", "reason"),
    [
        ("0.32", "mg/kg", "0.2", "实测 0.32 mg/kg 大于最大允许限 0.2 mg/kg（GB 2762-2022），判为不合格项"),
        ("0.12", "mg/kg", "0.2", "实测 0.12 mg/kg 不大于最大允许限 0.2 mg/kg（GB 2762-2022），判为合格项"),
        (
            "320",
            "μg/kg",
            "0.2",
            "实测 320 μg/kg（折合 0.32 mg/kg）大于最大允许限 0.2 mg/kg（GB 2762-2022），判为不合格项",
        ),
        ("未检出", "mg/kg", "0.2", "检验结果“未检出”，符合规定：≤0.2 mg/kg（GB 2762-2022），判为合格项"),
        ("0.4", "mg/kg", "不得检出", "实测 0.4 mg/kg，不符合规定：不得检出 mg/kg（GB 2762-2022），判为不合格项"),
        ("20", "mg/kg", "21~39", "实测 20 mg/kg 超出允许范围 21～39 mg/kg（GB 2762-2022），判为不合格项"),
        ("", "mg/kg", "0.2", "检验结果为空，未检验"),
        ("0.1", "mg/L", "0.2", "结果单位“mg/L”与限量单位“mg/kg”不能换算（GB 2762-2022），不作判定"),
        ("约0.1", "mg/kg", "0.2", "检验结果“约0.1”是约数，不是实测值（GB 2762-2022），不作判定"),
        ("0.1", "mg/kg", "/", "没有可用的限量，不作判定"),
    ],
)
def test_reason_names_what_was_compared_and_the_standard(result: str, unit: str, limit: str, reason: str) -> None:
    compared = row_limit(None, limit, "mg/kg", "GB 2762-2022")
    assert judge(parse_reading(result), unit, compared).reason == reason


def test_reason_of_a_short_series_says_how_many_are_missing() -> None:
    judgement = judged("20；30", "CFU/g", COLIFORM, "CFU/g")
    assert "共 2 个结果，采样方案要求 5 个" in judgement.reason


LEAD = Limit("铅", maximum=Decimal("0.20"), unit="mg/kg", standard="GB 2762-2022")
CRUDE_LEAD = Limit("铅", maximum=Decimal("0.2"), unit="mg/kg", confidence=Confidence.UNVERIFIED)


@pytest.mark.parametrize(
    ("result", "basis", "method", "verdict"),
    [
        ("0.204", Basis.FULL, Basis.FULL, BAD),
        ("0.204", Basis.ROUNDED, Basis.FULL, OK),  # rounds to 0.20
        ("0.205", Basis.ROUNDED, Basis.FULL, OK),  # five after an even digit is dropped
        ("0.2051", Basis.ROUNDED, Basis.FULL, BAD),
        ("0.204", None, Basis.ROUNDED, OK),  # the limit itself says 修约值比较法
        ("0.204", None, Basis.FULL, BAD),
        ("0.204", Basis.FULL, Basis.ROUNDED, BAD),  # unless somebody asks for 全数值 this once
        ("0.20；0.204；0.205", None, Basis.ROUNDED, OK),  # each of several results is rounded
        ("0.20；0.204；0.206", None, Basis.ROUNDED, BAD),
        ("<0.204", Basis.ROUNDED, Basis.FULL, OPEN),  # a bound is not a reading to be rounded
    ],
)
def test_basis_of_comparison(result: str, basis: Basis | None, method: Basis, verdict: Verdict) -> None:
    limit = Limit("铅", maximum=Decimal("0.20"), unit="mg/kg", method=method)
    assert judge(parse_reading(result), "mg/kg", limit, basis=basis).verdict is verdict


@pytest.mark.parametrize(
    ("result", "kind", "verdict"),
    [
        ("0.3", ItemKind.SUPERVISION, BAD),
        ("0.3", ItemKind.MONITORING, ISSUE),  # monitoring items are never 不合格项
        ("0.3", None, BAD),
        ("0.1", ItemKind.MONITORING, OK),
        ("", ItemKind.MONITORING, BLANK),
        ("约0.3", ItemKind.MONITORING, OPEN),
    ],
)
def test_kind_of_item_chooses_the_word(result: str, kind: ItemKind | None, verdict: Verdict) -> None:
    assert judge(parse_reading(result), "mg/kg", LEAD, kind=kind).verdict is verdict


@pytest.mark.parametrize(
    ("result", "lod", "lod_unit", "verdict", "warned"),
    [
        ("未检出", "0.01", "mg/kg", OK, ""),
        ("未检出", "0.20", "mg/kg", OK, ""),  # equal to the limit is enough
        ("未检出", "0.3", "mg/kg", OK, "检出限 0.3 mg/kg 高于限量"),  # passes, with a warning
        ("未检出", "300", "μg/kg", OK, "检出限 300 μg/kg 高于限量"),
        ("未检出", "定量限：0.3", "", OK, "检出限 0.3 mg/kg 高于限量"),
        ("未检出（<0.5）", "0.01", "mg/kg", OK, "检出限 0.5 mg/kg 高于限量"),  # the cell's own comes first
        ("未检出", "/", "", OK, ""),
        ("未检出", "0.3", "mg/L", OK, ""),
        ("0.005", "0.01", "mg/kg", OK, "实测值低于检出限 0.01"),
        ("0.1", "0.01", "mg/kg", OK, ""),
    ],
)
def test_detection_limit_warns_and_changes_nothing(
    result: str, lod: str, lod_unit: str, verdict: Verdict, warned: str
) -> None:
    judgement = judge(parse_reading(result), "mg/kg", LEAD, lod=parse_lod(lod), lod_unit=lod_unit)
    assert judgement.verdict is verdict
    assert (warned in "".join(judgement.warnings)) if warned else judgement.warnings == ()


def test_an_unverified_limit_says_so() -> None:
    assert judge(parse_reading("0.1"), "mg/kg", CRUDE_LEAD).warnings == ("限量待核，请对照标准原文核实",)


@pytest.mark.parametrize(
    ("written", "verdict"),
    [
        ("合格", OK),
        ("合格项", OK),
        (" 合 格 ", OK),
        ("不合格", BAD),
        ("不合格项", BAD),
        ("问题项", ISSUE),
        ("不判定", OPEN),
        ("不判定项", OPEN),
        ("未检验", BLANK),
        ("—", None),
        ("/", None),
        ("", None),
        (None, None),
        ("基本合格", None),  # no official word
    ],
)
def test_verdict_word(written: str | None, verdict: Verdict | None) -> None:
    assert parse_verdict_word(written) is verdict


def settled(lab: str | None, result: str | None, **row: str | Limit | ItemKind | None) -> Settled:
    cells: dict[str, object] = {"max_text": "0.2", "limit_unit": "mg/kg", **row}
    return judge_row(result, "mg/kg", lab, **cells)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("lab", "result", "verdict", "pending", "flagged"),
    [
        ("合格项", "0.1", OK, False, ""),
        ("不合格项", "0.3", BAD, False, ""),
        ("", "0.1", OK, False, ""),  # ours where the laboratory gave none
        ("/", "0.3", BAD, False, ""),
        ("—", "约0.3", OPEN, False, ""),
        ("", "", BLANK, False, ""),
        ("合格项", "约0.1", OK, False, ""),  # our 不判定 never weakens the laboratory's word
        ("不合格项", "约0.3", BAD, False, ""),
        ("问题项", "约0.3", ISSUE, False, ""),
        ("合格", "0.3", OPEN, True, "检验机构判为合格项，系统判为不合格项，待核"),
        ("合格项", "检出", OK, False, ""),
        ("不合格", "0.1", BAD, False, "以检验机构判定为准"),  # stands, flagged
        ("问题项", "0.1", ISSUE, False, "以检验机构判定为准"),
        ("不判定项", "0.1", OPEN, False, "以检验机构判定为准"),
        ("不判定项", "0.3", OPEN, False, "以检验机构判定为准"),
        ("合格项", "", OPEN, True, "检验结果为空"),  # a verdict on nothing
        ("不合格项", "/", OPEN, True, "检验结果为空"),
        ("问题项", "", OPEN, True, "检验结果为空"),
        ("未检验", "", BLANK, False, ""),
        ("未检验", "/", BLANK, False, ""),
        ("不判定项", "", OPEN, False, "检验结果为空"),
        ("未检验", "0.1", BLANK, False, "有检验结果"),
        ("未检验", "0.3", OPEN, True, "有检验结果"),  # a failing result cannot be left aside as 未检验
        ("基本合格", "0.1", OK, False, "不是规定用语"),
    ],
)
def test_whose_verdict_stands(lab: str, result: str, verdict: Verdict, pending: bool, flagged: str) -> None:
    row = settled(lab, result)
    assert (row.verdict, row.pending) == (verdict, pending)
    assert (flagged in "".join(row.flags)) if flagged else row.flags == ()


def test_monitoring_item_against_a_passing_laboratory_is_pending_too() -> None:
    row = settled("合格项", "0.3", kind=ItemKind.MONITORING)
    assert (row.verdict, row.ours, row.lab, row.pending) == (OPEN, ISSUE, OK, True)


@pytest.mark.parametrize(
    ("row", "book", "source", "verdict", "flagged"),
    [
        ("0.2", LEAD, LimitSource.ROW, OK, ""),
        ("200", LEAD, LimitSource.ROW, OK, "与限量库"),  # 200 mg/kg in the row, 0.2 in ours
        ("0.1", LEAD, LimitSource.ROW, BAD, "与限量库 ≤0.20 mg/kg（GB 2762-2022） 不一致"),
        ("0.1", CRUDE_LEAD, LimitSource.ROW, BAD, ""),  # only a verified limit contradicts
        ("/", LEAD, LimitSource.BOOK, OK, ""),  # ours where the row has none
        ("/", CRUDE_LEAD, LimitSource.BOOK, OK, "限量待核"),
        ("/", None, LimitSource.NONE, OPEN, ""),
        ("按执行标准", LEAD, LimitSource.ROW, OPEN, "不一致"),  # its own words, which we cannot compare
    ],
)
def test_whose_limit_counts(row: str, book: Limit | None, source: LimitSource, verdict: Verdict, flagged: str) -> None:
    judged_row = settled("", "0.15", max_text=row, book_limit=book)
    assert (judged_row.limit_source, judged_row.verdict) == (source, verdict)
    assert (flagged in "".join(judged_row.flags)) if flagged else judged_row.flags == ()


def test_both_voices_are_in_the_reason() -> None:
    assert settled("合格", "0.3").reason == (
        "检验机构判为合格项；系统核对：实测 0.3 mg/kg 大于最大允许限 0.2 mg/kg，判为不合格项"
    )


# A sheet of the shape that laboratories upload; the real ones follow below.
UPLOAD = [
    ("未检出", "g/kg", "合格", "定量限：0.030", OK, OPEN),
    ("0.0197", "g/kg", "合格", "0.005", OK, OPEN),
    ("4.8×10^(2)\n5.3×10^(2)\n3.1", "CFU/g", "合格", None, OK, OPEN),
    ("<10\n<10\n<10\n<10\n<10", "CFU/g", "合格", None, OK, OPEN),
]


@pytest.mark.parametrize(("result", "unit", "lab", "lod", "verdict", "ours"), UPLOAD)
def test_upload_without_limits_keeps_the_laboratory(
    result: str, unit: str, lab: str, lod: str | None, verdict: Verdict, ours: Verdict
) -> None:
    row = judge_row(result, unit, lab, min_text=None, max_text=None, limit_unit=None, lod=lod)
    assert (row.verdict, row.ours, row.pending, row.limit_source) == (verdict, ours, False, LimitSource.NONE)


def _csv(name: str) -> list[dict[str, str]]:
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"{name} is not here")
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def test_the_real_vegetable_rows_agree_with_the_laboratory() -> None:
    for row in _csv("result_rows_2020_vegetable.csv"):
        ours = judge_row(
            row["检验结果"],
            row["结果单位"],
            row["结果判定"],
            min_text=row["最小允许限"],
            max_text=row["最大允许限"],
            limit_unit=row["最大允许限单位"],
            kind=ItemKind(row["检验类型"]),
            lod=row["方法检出限"],
            lod_unit=row["检出限单位"],
        )
        assert ours.ours is ours.lab is ours.verdict, row["检验项目"]
        above = row["检验项目"] == "甲拌磷"  # 定量限 0.0126 above the limit 0.01
        assert bool(ours.flags) is above


def test_the_real_upload_is_read_and_keeps_the_laboratory() -> None:
    openpyxl = pytest.importorskip("openpyxl")
    path = SHARED / "lab_upload_2020.xlsx"
    if not path.exists():
        pytest.skip("lab_upload_2020.xlsx is not here")
    head, *rows = openpyxl.load_workbook(path).active.iter_rows(values_only=True)
    kinds = []
    for row in rows:
        cells = {name: None if value is None else str(value) for name, value in zip(head, row, strict=True)}
        kinds.append(parse_reading(cells["检验结果"]).kind)
        settled_row = judge_row(
            cells["检验结果"],
            cells["结果单位"],
            cells["结果判定"],
            max_text=cells["最大允许限"],
            lod=cells["方法检出限"],
        )
        assert (settled_row.verdict, settled_row.pending) == (OK, False)
    assert kinds == [ReadingKind.NOT_DETECTED] * 3 + [ReadingKind.NUMBER] + [ReadingKind.SERIES] * 2


def test_no_real_failing_notice_is_judged_to_pass() -> None:
    """Every notice with a result and a limit was 不合格; ours agrees, or says that it cannot tell, but never 合格."""
    counted = {OK: 0, BAD: 0, OPEN: 0, BLANK: 0}
    for name in ("announcements_2021_01_06.csv", "announcements_2022_05_06.csv", "announcements_2022_frozen.csv"):
        for row in _csv(name):
            if row["检测项目"].strip() and row["判定"] == "不合格":
                counted[judged(row["检测结果"], row["单位"], row["限量值"], "").verdict] += 1
    assert counted[OK] == 0
    assert counted[BAD] > counted[OPEN]


_UNITS = st.sampled_from(["mg/kg", "μg/kg", "g/kg", "g/100g", "×10³ μg/kg"])
_CONTENT = st.decimals(min_value=0, max_value=10**6, places=6)


@given(_CONTENT, _CONTENT, _CONTENT, _UNITS, st.sampled_from(Basis))
def test_more_is_never_better_under_a_maximum(
    low: Decimal, high: Decimal, maximum: Decimal, unit: str, basis: Basis
) -> None:
    low, high = sorted((low, high))
    limit = Limit("铅", op=Op.AT_MOST, maximum=maximum, unit="mg/kg")
    first, second = (judge(parse_reading(str(value)), unit, limit, basis=basis).verdict for value in (low, high))
    assert {first, second} <= {OK, BAD}
    assert second is BAD or first is OK


@given(_CONTENT, _CONTENT, st.sampled_from(["≤", "<", "≥", ">"]))
def test_a_number_is_judged_as_arithmetic_says(value: Decimal, bound: Decimal, sign: str) -> None:
    passes = {"≤": value <= bound, "<": value < bound, "≥": value >= bound, ">": value > bound}[sign]
    limit = Limit("甲", op=Op(sign), minimum=bound, maximum=None, unit="mg/kg")
    if sign in "≤<":
        limit = Limit("甲", op=Op(sign), maximum=bound, unit="mg/kg")
    assert judge(parse_reading(str(value)), "mg/kg", limit).verdict is (OK if passes else BAD)


@given(_CONTENT, _CONTENT, st.sampled_from(["<", "＜", ">"]))
def test_a_bound_passes_or_fails_only_when_every_value_it_leaves_open_does(
    bound: Decimal, maximum: Decimal, sign: str
) -> None:
    verdict = judged(f"{sign}{bound}", "mg/kg", f"{maximum}", "mg/kg").verdict
    if sign == ">":
        assert verdict is (BAD if bound >= maximum else OPEN)
    else:
        assert verdict is (OK if bound <= maximum else OPEN)


@given(st.text(max_size=30), st.sampled_from(["0.2", "不得检出", "不得使用", "≥0", "21~39", TOTAL, SALMONELLA, "0"]))
def test_what_is_not_understood_never_passes(written: str, limit: str) -> None:
    reading = parse_reading(written)
    verdict = judged(written, "mg/kg", limit, "").verdict
    if reading.kind in (ReadingKind.TEXT, ReadingKind.BLANK):
        assert verdict in (OPEN, BLANK)


@given(st.lists(st.integers(0, 300), min_size=0, max_size=8), st.integers(0, 4), st.integers(0, 100))
def test_sampling_plan_against_a_count(results: list[int], c: int, m: int) -> None:
    big_m = m + 100
    limit = Limit("菌落总数", op=Op.PLAN, unit="CFU/g", n=5, c=c, m=Decimal(m), big_m=Decimal(big_m))
    verdict = judge(parse_reading("；".join(map(str, results))), "CFU/g", limit).verdict
    above = sum(value > m for value in results)
    if len(results) == 5:
        assert verdict is (BAD if above > c or max(results) > big_m else OK)
    elif not results:
        assert verdict is BLANK
    else:
        assert verdict in (BAD, OPEN)


@given(_CONTENT, _CONTENT, _CONTENT, _UNITS, st.sampled_from(Basis))
def test_less_is_never_better_under_a_minimum(
    low: Decimal, high: Decimal, minimum: Decimal, unit: str, basis: Basis
) -> None:
    low, high = sorted((low, high))
    limit = Limit("蛋白质", op=Op.AT_LEAST, minimum=minimum, unit="mg/kg")
    first, second = (judge(parse_reading(str(value)), unit, limit, basis=basis).verdict for value in (low, high))
    assert {first, second} <= {OK, BAD}
    assert first is BAD or second is OK


@given(_CONTENT, _CONTENT, st.sampled_from(["mg/kg", "μg/kg", "g/kg", "mg/100g", "ng/g", "ppm"]), st.booleans())
def test_the_unit_of_the_result_changes_no_verdict(value: Decimal, bound: Decimal, unit: str, below: bool) -> None:
    limit = Limit("铅", maximum=bound, unit="mg/kg")
    there = convert(value, "mg/kg", unit)
    sign = "<" if below else ""
    here = judge(parse_reading(f"{sign}{value:f}"), "mg/kg", limit).verdict
    assert judge(parse_reading(f"{sign}{there:f}"), unit, limit).verdict is here


@given(st.text(alphabet="0123456789.,×10^⁴<>≤;；/ 未检出合格ND约±~:=()", max_size=24), st.text(max_size=20))
def test_nothing_unreadable_is_ever_a_pass(result: str, limit: str) -> None:
    for written, allowed in ((result, "0.2"), (result, limit), ("0.1", limit)):
        row = judge_row(written, "mg/kg", max_text=allowed, limit_unit="mg/kg")
        unread = parse_reading(written).kind in (ReadingKind.TEXT, ReadingKind.BLANK)
        if unread or row.limit is None or row.limit.op is Op.TEXT:
            assert row.verdict in (OPEN, BLANK)


def test_the_reason_shows_how_little_would_have_been_found() -> None:
    limit = row_limit(None, "不得检出", "", "农业农村部公告第250号")
    given_lod = judge(parse_reading("未检出"), "μg/kg", limit, lod=parse_lod("0.5"), lod_unit="μg/kg", lod_kind="检出限")
    assert given_lod.reason == (
        "检验结果“未检出”（方法检出限 0.5 μg/kg），符合规定：不得检出（农业农村部公告第250号），判为合格项"
    )


def test_the_reason_names_the_method_of_comparison() -> None:
    limit = Limit("铅", maximum=Decimal("0.20"), unit="mg/kg", standard="GB 2762-2022", method=Basis.ROUNDED)
    assert judge(parse_reading("0.204"), "mg/kg", limit).reason == (
        "实测 0.204 mg/kg（按修约值比较法修约为 0.20）不大于最大允许限 0.20 mg/kg（GB 2762-2022），判为合格项"
    )


def test_a_row_that_repeats_our_limit_is_compared_as_its_standard_says() -> None:
    book = Limit("铅", maximum=Decimal("0.20"), unit="mg/kg", standard="GB 2762-2022", method=Basis.ROUNDED)
    same = judge_row("0.204", "mg/kg", max_text="0.20", limit_unit="mg/kg", book_limit=book)
    other = judge_row("0.204", "mg/kg", max_text="0.201", limit_unit="mg/kg", book_limit=book)
    assert (same.verdict, other.verdict) == (OK, BAD)
    assert "GB 2762-2022" in same.reason

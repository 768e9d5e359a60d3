"""检验结果 and 允许限 as they are really written."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.quantities import Op, ReadingKind, parse_decimal, parse_limit_text, parse_lod, parse_reading

K = ReadingKind


@pytest.mark.parametrize(
    ("written", "kind", "value"),
    [
        ("0.32", K.NUMBER, "0.32"),
        ("０．３２", K.NUMBER, "0.32"),  # a Chinese keyboard
        (" 0.0197 ", K.NUMBER, "0.0197"),
        (".5", K.NUMBER, "0.5"),
        ("-0.54", K.NUMBER, "-0.54"),  # 冰点
        ("10⁴", K.NUMBER, "10000"),
        ("10^4", K.NUMBER, "10000"),
        ("10^(2)", K.NUMBER, "100"),
        ("1.0×10⁴", K.NUMBER, "10000"),
        ("1.0 x 10^4", K.NUMBER, "10000"),
        ("1.0×10<sup>4</sup>", K.NUMBER, "10000"),
        ("2×10⁻³", K.NUMBER, "0.002"),
        ("1e4", K.NUMBER, "10000"),
        ("1E-05", K.NUMBER, "0.00001"),
        ("70CFU/g", K.NUMBER, "70"),
        ("27%", K.NUMBER, "27"),
        ("<0.05", K.BELOW, "0.05"),
        ("＜0.05", K.BELOW, "0.05"),
        ("小于0.05", K.BELOW, "0.05"),
        ("< 10", K.BELOW, "10"),
        ("<1.0×10¹", K.BELOW, "10"),
        ("≤5", K.BELOW, "5"),
        (">1100", K.ABOVE, "1100"),
        ("大于1100", K.ABOVE, "1100"),
        ("＞2.4×10⁵CFU/g", K.ABOVE, "240000"),
        ("未检出", K.NOT_DETECTED, None),
        ("未检出/25g", K.NOT_DETECTED, None),
        ("ND", K.NOT_DETECTED, None),
        ("N.D.", K.NOT_DETECTED, None),
        ("n.d.", K.NOT_DETECTED, None),
        ("Not Detected", K.NOT_DETECTED, None),
        ("阴性", K.NOT_DETECTED, None),
        ("阴性（-）", K.NOT_DETECTED, None),
        ("未检出（<0.01）", K.NOT_DETECTED, "0.01"),  # the detection limit written beside it
        ("未检出(检出限0.01mg/kg)", K.NOT_DETECTED, "0.01"),
        ("检出", K.DETECTED, None),
        ("检出/25g", K.DETECTED, None),
        ("阳性", K.DETECTED, None),
        ("阳性（+）", K.DETECTED, None),
        (None, K.BLANK, None),
        ("", K.BLANK, None),
        ("  ", K.BLANK, None),
        ("/", K.BLANK, None),
        ("-", K.BLANK, None),
        ("—", K.BLANK, None),
        ("——", K.BLANK, None),
        ("－", K.BLANK, None),
        ("未检验", K.BLANK, None),
        ("未检测", K.BLANK, None),
        ("NaN", K.TEXT, None),
        ("Infinity", K.TEXT, None),
        ("1e99999999", K.TEXT, None),  # Decimal would take it and exhaust the memory later
        ("1e16", K.TEXT, None),
        ("1" * 21, K.TEXT, None),
        ("9" * 5000, K.TEXT, None),
        ("4.8×10", K.TEXT, None),  # the exponent is lost
        ("4.8×104", K.TEXT, None),  # 10⁴ after somebody else's NFKC
        ("×10⁴", K.TEXT, None),  # the mantissa is lost
        ("不得检出", K.TEXT, None),  # a limit in the column of results
        ("无异味", K.TEXT, None),
        ("0.5±0.1", K.TEXT, None),
        ("约0.5", K.TEXT, None),
        ("0.5级", K.TEXT, None),
        ("1,200", K.TEXT, None),  # one number with a thousands separator, or two?
        ("1 234", K.TEXT, None),
        ("1/2", K.TEXT, None),
        ("5.", K.TEXT, None),
        ("=1+1", K.TEXT, None),
    ],
)
def test_reading_as_written(written: str | None, kind: ReadingKind, value: str | None) -> None:
    reading = parse_reading(written)
    assert (reading.kind, reading.value) == (kind, None if value is None else Decimal(value))
    assert reading.as_written == (written or "")


ND, D, B = "未检出", "检出", "空白"


@pytest.mark.parametrize(
    ("written", "parts"),
    [
        ("4.8×10^(2)\n5.3×10^(2)\n3.1", ["480", "530", "3.1"]),  # a laboratory's upload of 2020
        ("<10\n<10\n<10\n<10\n<10", ["<10"] * 5),
        ("<10 <10 <10 <10 <10", ["<10"] * 5),
        ("未检出；未检出；检出", [ND, ND, D]),
        ("未检出；未检出；未检出；检出；未检出", [ND, ND, ND, D, ND]),
        ("未检出/g；未检出/g；未检出/g；检出/g；未检出/g", [ND, ND, ND, D, ND]),
        ("未检出、未检出、未检出", [ND, ND, ND]),
        ("未检出/未检出/检出", [ND, ND, D]),
        ("①10；②20；③30", ["10", "20", "30"]),
        ("①10②20③30", ["10", "20", "30"]),
        ("①1.4×10⁵ ②3.0×10⁴", ["140000", "30000"]),
        ("n₁：530000；n₂：340000；n₃：440000", ["530000", "340000", "440000"]),
        ("n₁：；n₂：340000；n₃：440000", [B, "340000", "440000"]),  # a lost result keeps its place
        ("8.2×10²/8.6×10²/8.5×10²/7.9×10²/7.3×10²CFU/g", ["820", "860", "850", "790", "730"]),
        ("2.3×10⁵CFU/mL，3.3×10⁴CFU/mL，\n1.4×10⁵CFU/mL", ["230000", "33000", "140000"]),
        ("39CFU/g；20CFU/g；15CFU/g；33CFU/g；30CFU/g", ["39", "20", "15", "33", "30"]),
        ("55,70,110,50,10CFU/g", ["55", "70", "110", "50", "10"]),
        ("120，130，320，180，190CFU/g", ["120", "130", "320", "180", "190"]),  # five in the pattern of thousands
        ("未检出；/；检出", [ND, B, D]),
        ("10；20；", ["10", "20"]),
    ],
)
def test_several_results_in_one_cell(written: str, parts: list[str]) -> None:
    reading = parse_reading(written)
    told = [
        ("<" if part.kind is K.BELOW else "") + (format(part.value, "f") if part.value is not None else str(part.kind))
        for part in reading.series
    ]
    assert (reading.kind, told) == (K.SERIES, parts)


@pytest.mark.parametrize(
    "written",
    [
        "10；约20；30",  # one part that is not understood spoils the whole
        "10CFU/g；20MPN/g",
        "×10⁴，8.6×10⁴，6.9×10⁴",
        "110,120,130",
        "n₁：530000；结果均大于M（单位：CFU/g）",
    ],
)
def test_a_series_not_wholly_understood_is_text(written: str) -> None:
    assert parse_reading(written).kind is K.TEXT


@pytest.mark.parametrize(
    ("written", "unit"), [("70CFU/g", "CFU/g"), ("39CFU/g；20CFU/g", "CFU/g"), ("检出/25g", "/25g"), ("0.3", "")]
)
def test_unit_inside_the_cell(written: str, unit: str) -> None:
    assert parse_reading(written).unit == unit


@pytest.mark.parametrize(
    ("written", "value"),
    [("定量限：0.030", "0.030"), ("8", "8"), ("检出限 0.01", "0.01"), ("LOD=0.5", "0.5"), (None, None), ("/", None)],
)
def test_detection_limit(written: str | None, value: str | None) -> None:
    assert parse_lod(written).value == (None if value is None else Decimal(value))


@pytest.mark.parametrize(
    ("written", "value"),
    [("0.2", "0.2"), ("10⁴", "10000"), ("/", None), ("-", None), ("", None), (None, None), ("NaN", None), ("≤1", None)],
)
def test_decimal_of_a_cell(written: str | None, value: str | None) -> None:
    assert parse_decimal(written) == (None if value is None else Decimal(value))


@pytest.mark.parametrize(
    ("written", "op", "minimum", "maximum", "unit"),
    [
        ("0.5", Op.AT_MOST, None, "0.5", ""),
        ("≤0.5", Op.AT_MOST, None, "0.5", ""),
        ("≤100μg/kg", Op.AT_MOST, None, "100", "μg/kg"),
        ("不超过0.5", Op.AT_MOST, None, "0.5", ""),
        ("7.5×10⁴CFU/g", Op.AT_MOST, None, "75000", "CFU/g"),
        ("10⁴CFU/g", Op.AT_MOST, None, "10000", "CFU/g"),
        ("＜0.05", Op.BELOW, None, "0.05", ""),
        ("≥2.9", Op.AT_LEAST, "2.9", None, ""),
        ("≥0.8g/100g", Op.AT_LEAST, "0.8", None, "g/100g"),
        ("不低于2.9", Op.AT_LEAST, "2.9", None, ""),
        ("＞3", Op.ABOVE, "3", None, ""),
        ("=5", Op.EQUAL, "5", "5", ""),
        ("21~39", Op.RANGE, "21", "39", ""),
        ("21～39mg/kg", Op.RANGE, "21", "39", "mg/kg"),
        ("21mg/kg-39mg/kg", Op.RANGE, "21", "39", "mg/kg"),
        ("21至39", Op.RANGE, "21", "39", ""),
        ("-0.560~-0.500", Op.RANGE, "-0.560", "-0.500", ""),
        ("不得检出", Op.NOT_DETECTABLE, None, None, ""),
        ("不得检出μg/kg", Op.NOT_DETECTABLE, None, None, "μg/kg"),  # an announcement glues the unit on
        ("不得检出/25g", Op.NOT_DETECTABLE, None, None, "/25g"),
        ("未检出", Op.NOT_DETECTABLE, None, None, ""),
        ("阴性", Op.NOT_DETECTABLE, None, None, ""),
        ("0/25g", Op.NOT_DETECTABLE, None, None, "/25g"),
        ("不得使用", Op.NOT_ALLOWED, None, None, ""),
        ("不得添加", Op.NOT_ALLOWED, None, None, ""),
        ("按执行标准", Op.TEXT, None, None, ""),
        ("糙米0.2;其他0.1", Op.TEXT, None, None, ""),  # two foods in one cell
        ("0.2（限脱水马铃薯粉）", Op.TEXT, None, None, ""),
        ("1/0.5", Op.TEXT, None, None, ""),
        ("0.5,0.1", Op.TEXT, None, None, ""),
        ("39~21", Op.TEXT, None, None, ""),
        ("1.0×104", Op.TEXT, None, None, ""),
        ("NaN", Op.TEXT, None, None, ""),
        ("1e99999999", Op.TEXT, None, None, ""),
    ],
)
def test_limit_as_written(written: str, op: Op, minimum: str | None, maximum: str | None, unit: str) -> None:
    read = parse_limit_text(written)
    assert read is not None
    bounds = [None if bound is None else Decimal(bound) for bound in (minimum, maximum)]
    assert (read.op, [read.minimum, read.maximum], read.unit, read.text) == (op, bounds, unit, written)


@pytest.mark.parametrize("written", [None, "", " ", "/", "-", "—", "——", "_"])
def test_no_limit(written: str | None) -> None:
    assert parse_limit_text(written) is None


@pytest.mark.parametrize(
    ("written", "plan"),
    [
        ("n=5,c=2,m=10000,M=100000", (5, 2, "10000", "100000", "")),
        ("n=5，c=2，m=10^4，M=10^5CFU/g", (5, 2, "10000", "100000", "CFU/g")),
        ("n=5,c=2,m=2.5×10⁴,M=10⁵（单位：CFU/g）", (5, 2, "25000", "100000", "CFU/g")),
        ("n=5,c=2,m=25000CFU/g,M=100000CFU/g", (5, 2, "25000", "100000", "CFU/g")),
        ("n=5, c=2, m=10, M=10²CFU/g", (5, 2, "10", "100", "CFU/g")),
        ("n:5,c:1,m:100,M:1000", (5, 1, "100", "1000", "")),
        ("N:5;c:1;m:100；M：1000", (5, 1, "100", "1000", "")),
        ("n=5,c=0,m=0/25g", (5, 0, "0", None, "/25g")),
        ("n=5,c=0,0/25g", (5, 0, "0", None, "/25g")),  # as the item table of 2015 has it
        ("n=5，c=0，m=0", (5, 0, "0", None, "")),
    ],
)
def test_sampling_plan(written: str, plan: tuple[int, int, str, str | None, str]) -> None:
    read = parse_limit_text(written)
    assert read is not None and read.op is Op.PLAN
    n, c, m, big_m, unit = plan
    expected = (n, c, Decimal(m), None if big_m is None else Decimal(big_m), unit)
    assert (read.n, read.c, read.m, read.big_m, read.unit) == expected


@pytest.mark.parametrize(
    "written",
    [
        "n=5，c=2，m=10CFU/g，M=10",  # M was 10² in the notice: the exponent is lost
        "n=5，c=2，m=2.5×10",
        "n=5,c=2,m=104,M=105",  # 10⁴ and 10⁵
        "n=5，c=0，m=0,0.0",
        "n=3,c=3,m=1",  # all may exceed: no plan
        "n=5,c=2,m=10CFU/g,M=100CFU/mL",
    ],
)
def test_a_damaged_plan_is_text(written: str) -> None:
    read = parse_limit_text(written)
    assert read is not None and read.op is Op.TEXT


@given(st.text(max_size=400))
def test_any_text_is_read_without_an_error(written: str) -> None:
    reading = parse_reading(written)
    assert reading.as_written == written
    assert (reading.kind is K.NUMBER) <= (reading.value is not None and reading.value.is_finite())
    parse_limit_text(written)


@given(st.text(alphabet="0123456789.eE×10^⁴<>≤()nmMc=,;；/ 未检出~-+%g", max_size=60))
def test_any_garbled_number_is_finite_or_text(written: str) -> None:
    for part in (parse_reading(written), *parse_reading(written).series):
        assert part.value is None or (part.value.is_finite() and abs(part.value) < Decimal(10) ** 36)
    read = parse_limit_text(written)
    if read is not None and read.op is Op.RANGE:
        assert read.minimum is not None and read.maximum is not None and read.minimum <= read.maximum

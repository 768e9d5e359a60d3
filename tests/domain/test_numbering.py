"""抽样编号 as really written."""

import pytest

from app.domain.numbering import CannotNumber, compose, normalise_number, number_warnings, read_number
from app.domain.samples import Level, Purpose


@pytest.mark.parametrize(
    ("written", "number"),
    [
        (" GC20131100120630263", "GC20131100120630263"),  # leading space in a real upload
        ("GC2013110012\n0630263", "GC20131100120630263"),  # a line break inside the cell
        ("ｇｃ２０131100120630263", "GC20131100120630263"),  # full-width and small letters
        ("XC 2041 2830\t465130015\u3000", "XC20412830465130015"),
        ("DC20131100\u200b120631183\ufeff", "DC20131100120631183"),  # invisible characters from a web page
        ("GC-24-0031", "GC-24-0031"),  # a local number keeps its hyphens
    ],
)
def test_normalised(written, number):
    assert normalise_number(written) == number


@pytest.mark.parametrize(
    ("number", "prefix", "year", "area", "unit", "serial", "suffix", "level", "purpose"),
    [
        ("GC20131100120630263", "GC", 2020, "131100", "12063", 263, "", Level.NATIONAL, None),
        ("DC19130400463233437", "DC", 2019, "130400", "46323", 3437, "", Level.CITY, None),
        ("XC20412830465130015", "XC", 2020, "412830", "46513", 15, "", Level.COUNTY, None),  # area is not GB/T 2260
        ("NCP20410602463230031", "NCP", 2020, "410602", "46323", 31, "", Level.COUNTY, None),
        ("SC20131100120630001", "SC", 2020, "131100", "12063", 1, "", Level.PROVINCIAL, None),
        ("GBJ22120119120630001", "GBJ", 2022, "120119", "12063", 1, "", Level.NATIONAL, Purpose.SUPERVISION),
        ("SBP22120119120630001", "SBP", 2022, "120119", "12063", 1, "", Level.PROVINCIAL, Purpose.EVALUATION),
        ("DZF22120119120630001", "DZF", 2022, "120119", "12063", 1, "", Level.CITY, Purpose.MONITORING),
        ("XBJ22120119120630001ZX", "XBJ", 2022, "120119", "12063", 1, "ZX", Level.COUNTY, Purpose.SUPERVISION),
        (
            "QQ22120119120630001",
            "QQ",
            2022,
            "120119",
            "12063",
            1,
            "",
            None,
            None,
        ),  # unknown prefix is no reason to refuse
    ],
)
def test_parts(number, prefix, year, area, unit, serial, suffix, level, purpose):
    parts = read_number(f" {number.lower()}\n")
    assert parts is not None
    assert (parts.prefix, parts.year, parts.area, parts.unit, parts.serial, parts.suffix) == (
        *(prefix, year, area, unit, serial, suffix),
    )
    assert (parts.level, parts.purpose) == (level, purpose)


@pytest.mark.parametrize(("number", "funding"), [("XZJ22120119120630001", "转移支付"), ("XC22120119120630001", None)])
def test_funding(number, funding):
    parts = read_number(number)
    assert parts is not None and parts.funding == funding


@pytest.mark.parametrize("number", ["", "GC2013110012063026", "G20131100120630263", "GC-24-0031", "GC160012063026"])
def test_not_of_the_structure(number):
    assert read_number(number) is None


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("GC20131100120630263", None),
        ("XBJ22120119120630001ZX", None),
        ("", "为空"),
        (" \n", "为空"),
        ("GC1600120630263", "2016 年旧格式"),
        ("SC10652010300123", "食品生产许可证编号"),  # SC + 14 digits
        ("GC-24-0031", "不是“前缀＋17 位数字”的格式"),
        ("QQ22120119120630001", "前缀 QQ 不在已知前缀中"),
    ],
)
def test_warnings(number, words):
    warnings = number_warnings(number)
    assert len(warnings) == (words is not None)
    assert words is None or words in warnings[0]


def test_composed_number_reads_back():
    number = compose("XBJ", 2025, "120119", "12063", 42)
    assert number == "XBJ25120119120630042"
    parts = read_number(number)
    assert parts is not None
    assert (parts.prefix, parts.year, parts.area, parts.unit, parts.serial) == ("XBJ", 2025, "120119", "12063", 42)
    assert number_warnings(number) == ()


@pytest.mark.parametrize(
    ("prefix", "year", "area", "unit", "serial", "sentence"),
    [
        ("xbj", 2025, "120119", "12063", 1, "前缀"),
        ("XBJX", 2025, "120119", "12063", 1, "前缀"),
        ("XBJ", 25, "120119", "12063", 1, "年度"),
        ("XBJ", 2025, "120119001", "12063", 1, "乡镇请使用所属区县代码"),
        ("XBJ", 2025, "120119", "123", 1, "抽样单位代码"),
        ("XBJ", 2025, "120119", "12063", 0, "流水号"),
        (
            "XBJ",
            2025,
            "120119",
            "12063",
            10000,
            "启用新的单位代码",
        ),  # never a fifth digit: it would read as another number
    ],
)
def test_refused_to_compose(prefix, year, area, unit, serial, sentence):
    with pytest.raises(CannotNumber, match=sentence):
        compose(prefix, year, area, unit, serial)

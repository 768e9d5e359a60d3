"""Regions and population: the tree, and names as the sheets write them."""

import shutil
from pathlib import Path

import pytest

from app.reference import places
from app.reference.places import RegionLevel
from app.reference.problems import BrokenReference

BOOK = places.read_regions()


@pytest.mark.parametrize(
    ("code", "path"),
    [
        ("120119", "天津市/蓟州区"),  # a municipality has no city level
        ("420881", "湖北省/荆门市/钟祥市"),
        ("520201", "贵州省/六盘水市/钟山区"),
        ("500156", "重庆市/武隆区"),
        ("654004", "新疆维吾尔自治区/伊犁州直/霍尔果斯市"),
        ("120119001", "天津市/蓟州区/文昌街道"),
    ],
)
def test_place_in_the_tree(code, path):
    assert BOOK.path(code) == path
    assert BOOK.ancestors(code)[0].code == "100000"


@pytest.mark.parametrize(
    ("code", "count", "level"),
    [
        ("100000", 34, RegionLevel.PROVINCE),  # 31 and 港澳台
        ("420800", 5, RegionLevel.COUNTY),
        ("520200", 4, RegionLevel.COUNTY),
        ("654000", 11, RegionLevel.COUNTY),
        ("120119", 27, RegionLevel.TOWNSHIP),  # 1 街道 and 26 towns
        ("500156", 26, RegionLevel.TOWNSHIP),  # the plan's 26 乡镇街道
        ("520201", 17, RegionLevel.TOWNSHIP),
        ("654003", 0, None),
    ],
)
def test_children(code, count, level):
    children = BOOK.children(code)
    assert len(children) == count
    assert {child.level for child in children} <= {level}


@pytest.mark.parametrize(
    ("written", "code", "exact"),
    [
        ("河北/衡水/桃城区", "131102", True),
        ("天津/天津/蓟州区", "120119", True),  # short form of the national export: the municipality twice
        ("贵州省六盘水市钟山区", "520201", True),  # run together
        ("河北/衡水/工业新区", "131171", True),  # a zone by its everyday name
        ("河北/衡水/阜城", "131128", True),  # no suffix
        ("河北/邯郸/冀南新区", "130473", True),
        ("山西/太原/清徐", "140121", True),
        ("河南/兰考县/兰考县", "410225", True),  # province-run county in the place of its city
        ("河南/驻马店/驿城区", "411702", True),
        ("重庆市市辖区武隆区", "500156", True),  # a filler level
        ("武隆县", "500156", True),  # the name before 2016
        ("蓟州区", "120119", True),
        ("贵州/六盘水/水城县", "520204", True),
        ("新疆维吾尔自治区伊犁哈萨克自治州察布查尔锡伯自治县", "654022", True),
        ("新疆/伊犁州/霍城", "654023", True),
        ("新疆／伊犁／伊宁市", "654002", True),  # full-width separators
        (" 湖北 荆门 掇刀 ", "420804", True),
        ("重庆/重庆/武隆区/羊角镇", "500156004", True),  # a town that became a 街道
        ("山东", "370000", True),
        ("中国", "100000", True),
        ("420802", "420802", True),  # a code
        ("新疆/伊犁/伊宁", "654000", False),  # city or county? nobody can tell
        ("贵州/遵义/汇川区", "520000", False),  # nearest known ancestor
        ("河北省衡水市桃城区榕花北大街696号", "131102", False),  # an address
        ("吉林/吉林/船营区", "220000", False),
        ("白马镇", None, False),  # a town's name alone means nothing
        ("火星/某市", None, False),
        ("/", None, False),  # "not applicable" of the national form
        ("", None, False),
    ],
)
def test_resolved(written, code, exact):
    assert BOOK.resolve(written) == (code, exact)


@pytest.mark.parametrize("region", list(BOOK), ids=lambda region: region.code)
def test_every_region_resolves_by_its_own_path(region):
    written = BOOK.path(region.code) or region.name
    assert BOOK.resolve(written) == (region.code, True)
    assert BOOK.resolve(written.replace("/", "")) == (region.code, True)


def test_population_of_the_five_areas():
    residents = {figure.code: figure.residents for figure in places.read_population() if figure.year == 2020}
    assert {code: residents[code] for code in ("120119", "420800", "520200", "500156", "654000")} == {
        "120119": 795516,
        "420800": 2596927,
        "520200": 3031602,
        "500156": 356656,
        "654000": 2848393,
    }
    assert {figure.confidence for figure in places.read_population()} == {"待核"}  # the office verifies them


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("regions.csv", "population.csv"):
        shutil.copy(places.HERE / name, tmp_path / name)
    return tmp_path


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("120119,蓟州区,县级,120000,蓟州,,来源,待核,,", "区划代码 120119 重复"),
        ("990101,某区,县级,990100,某,,来源,待核,,", "上级区划 990100 不存在"),
        ("990100,某市,市级,120119,某,,来源,待核,,", "不能隶属于 蓟州区（县级）"),
        ("990100,某市,市级,,某,,来源,待核,,", "缺少上级区划代码"),
        ("9901,某市,市级,420000,某,,来源,待核,,", "应为 6 位数字"),
        ("500156999,某镇,乡级,120119,某,,来源,待核,,", "不以上级代码 120119 开头"),
        ("990100,某市,地级,420000,某,,来源,待核,,", "不在允许的范围内"),
    ],
)
def test_faulty_region(folder, line, sentence):
    path = folder / "regions.csv"
    path.write_text(path.read_text(encoding="utf-8") + line + "\n", encoding="utf-8")
    with pytest.raises(BrokenReference, match=sentence) as refusal:
        places.read_regions(folder)
    assert refusal.value.problems[-1].startswith("regions.csv:")


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("990100,2020,1000,来源,待核", "不在 regions.csv 中"),
        ("120119,2020,1000,来源,待核", "2020 年人口重复"),
        ("120119,2021,0,来源,待核", "应大于 0"),
        ("120119,2021,79.5万,来源,待核", "不是整数"),
    ],
)
def test_faulty_population(folder, line, sentence):
    path = folder / "population.csv"
    path.write_text(path.read_text(encoding="utf-8") + line + "\n", encoding="utf-8")
    with pytest.raises(BrokenReference, match=sentence):
        places.read_population(folder)


def test_a_later_year_is_a_further_row(folder):
    path = folder / "population.csv"
    path.write_text(path.read_text(encoding="utf-8") + "120119,2021,796000,来源,待核\n", encoding="utf-8")
    assert [figure.year for figure in places.read_population(folder) if figure.code == "120119"] == [2020, 2021]

"""食品分类、检验项目、限量、代码表: the shipped files hold together, and every check fires on a broken copy."""

from __future__ import annotations

import csv
import json
import os
import shutil
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from app.domain.quantities import Op
from app.domain.samples import Confidence, Domain, ItemClass
from app.domain.units import normalise
from app.reference import foods

SHARED = Path(os.environ.get("SHIAN_SHARED_DATA", "../shared/data"))
FILES = "categories.csv", "category_aliases.csv", "items.csv", "item_aliases.csv", "limits.csv", "code_lists.csv"
LEAFY = "食用农产品/蔬菜/叶菜类蔬菜"
BREAD, CAKE, STARCH = "糕点/面包", "糕点/糕点", "淀粉及淀粉制品/淀粉及淀粉制品/淀粉制品"
FROZEN = "冷冻饮品"

needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="real material is not on this machine")


@pytest.fixture(scope="module")
def shipped() -> foods.Foods:
    return foods.read()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in FILES:
        shutil.copy(foods.FOLDER / name, tmp_path)
    return tmp_path


def in_force(shipped: foods.Foods, item: str, category: str, on: date, region: str = "") -> foods.LimitRow:
    """The one row of exactly this category on the day."""
    (found,) = [
        row
        for row in shipped.limits
        if (row.item, row.category, row.region) == (item, category, region)
        and (row.valid_from or date.min) <= on <= (row.valid_to or date.max)
    ]
    return found


def test_shipped_files_have_no_problem(shipped: foods.Foods) -> None:
    assert foods.check(shipped) == []
    assert foods.load() == shipped


def test_shipped_files_are_large_enough(shipped: foods.Foods) -> None:
    depth = [row.path.count("/") + 1 for row in shipped.categories]
    assert depth.count(1) >= 34
    assert depth.count(2) >= 120
    assert depth.count(4) >= 250
    assert len(shipped.items) >= 300
    assert len(shipped.limits) >= 160


@pytest.mark.parametrize(
    "path",
    [  # real sampling sheets, §5.2
        "食用农产品/畜禽肉及副产品/禽肉/鸡肉",
        "食用农产品/蔬菜/叶菜类蔬菜/油麦菜",
        "食用农产品/生干坚果与籽类食品/生干坚果与籽类食品/生干坚果",
        "调味品/调味料酒/调味料酒/料酒",
        "食用油、油脂及其制品/食用植物油(含煎炸用油)/食用植物油(半精炼、全精炼)/其他食用植物油(半精炼、全精炼)",
        "餐饮食品/肉制品(自制)/熟肉制品(自制)/酱卤肉制品、肉灌肠、其他熟肉(自制)",
        "其他食品",  # the 34th 大类 since 2019
        "餐饮具",  # bucket of local notices
        "食品相关产品",
    ],
)
def test_category_exists_as_written(shipped: foods.Foods, path: str) -> None:
    assert path in {row.path for row in shipped.categories}


@pytest.mark.parametrize(
    ("path", "domain"),
    [  # the 大类 decides the domain: 食用农产品 is its own in every plan
        ("食用农产品/蔬菜", Domain.AGRICULTURAL),
        ("餐饮食品", Domain.FOOD),
        ("药品", Domain.DRUG),
        ("医疗器械", Domain.DEVICE),
        ("化妆品", Domain.COSMETIC),
        ("工业产品", Domain.INDUSTRIAL),
    ],
)
def test_domain_of_a_category(shipped: foods.Foods, path: str, domain: Domain) -> None:
    (row,) = [row for row in shipped.categories if row.path == path]
    assert row.domain is domain


@pytest.mark.parametrize(
    ("written", "path"),
    [
        ("粮食及粮食制品", "粮食加工品"),  # 24 大类 of 2014–2015
        ("肉及肉制品", "肉制品"),
        ("焙烤食品", "糕点"),
        ("食用农产 品", "食用农产品"),  # a blank inside, as stored in real data
        ("茶叶及相", "茶叶及相关制品"),  # cut off
        ("月饼", "糕点"),
        ("蔬菜及其制品/蔬菜", "食用农产品/蔬菜"),  # vegetables have become a domain of their own
        ("饮料/包装饮用水", "饮料/饮料/包装饮用水"),
    ],
)
def test_written_category_is_understood(shipped: foods.Foods, written: str, path: str) -> None:
    known = {foods.folded(row.path): row.path for row in shipped.categories}
    known |= {foods.folded(row.written): row.target for row in shipped.category_aliases}
    assert known[foods.folded(written)] == path


@pytest.mark.parametrize(
    ("written", "item", "item_class"),
    [
        ("铅（以Pb计）", "铅", ItemClass.METAL),
        ("甜蜜素（以环已基氨基磺酸计）", "甜蜜素", ItemClass.ADDITIVE),  # 已 for 己 in a real upload
        ("铝的残留量\n（干样品，以Al计）", "铝的残留量", ItemClass.ADDITIVE),  # line break in the cell
        ("脱氢乙酸及其钠盐（以脱氢乙酸计）", "脱氢乙酸", ItemClass.ADDITIVE),
        ("恩诺沙星（以恩诺沙星与环丙沙星之和计）", "恩诺沙星", ItemClass.VETERINARY),
        ("SEM", "呋喃西林代谢物", ItemClass.VETERINARY),
        ("6-苄基腺嘌呤", "6-苄基腺嘌呤(6-BA)", ItemClass.PESTICIDE),
        ("单增李斯特菌", "单核细胞增生李斯特氏菌", ItemClass.MICROBE),
        ("苯并〔a〕芘", "苯并[a]芘", ItemClass.ORGANIC),
        ("黄曲霉毒素B₁", "黄曲霉毒素B1", ItemClass.TOXIN),
        ("吊白块", "甲醛次硫酸氢钠(以甲醛计)", ItemClass.ILLEGAL),
        ("酸价", "酸价(以脂肪计)", ItemClass.QUALITY),
    ],
)
def test_written_item_is_understood(shipped: foods.Foods, written: str, item: str, item_class: ItemClass) -> None:
    known = {foods.folded(row.name): row.name for row in shipped.items}
    known |= {foods.folded(row.written): row.target for row in shipped.item_aliases}
    (row,) = [row for row in shipped.items if row.name == known[foods.folded(written)]]
    assert (row.name, row.item_class) == (item, item_class)


@pytest.mark.parametrize(
    ("name", "residue", "microbial"),
    [
        ("毒死蜱", True, False),
        ("氯霉素", True, False),
        ("铅", False, False),
        ("菌落总数", False, True),
        ("乳酸菌数", False, True),  # 质量指标, yet microbial: no retest
    ],
)
def test_kind_of_item(shipped: foods.Foods, name: str, residue: bool, microbial: bool) -> None:
    (row,) = [row for row in shipped.items if row.name == name]
    assert (row.residue, row.microbial) == (residue, microbial)


@pytest.mark.parametrize(
    ("item", "category", "on", "op", "maximum", "unit"),
    [
        ("铅", LEAFY, "2023-06-30", Op.AT_MOST, "0.3", "mg/kg"),  # GB 2762-2022, first day
        ("铅", "食用农产品/蔬菜/芸薹属类蔬菜", "2023-06-29", Op.AT_MOST, "0.3", "mg/kg"),  # GB 2762-2017, last day
        ("铅", "食用农产品/蔬菜/芸薹属类蔬菜", "2023-06-30", Op.AT_MOST, "0.2", "mg/kg"),
        ("镉", "食用农产品/水产品/海水产品/海水蟹", "2022-04-15", Op.AT_MOST, "0.5", "mg/kg"),  # announced in 2022
        ("镉", "食用农产品/水产品/海水产品/海水蟹", "2024-04-15", Op.AT_MOST, "3.0", "mg/kg"),
        ("毒死蜱", f"{LEAFY}/普通白菜", "2021-09-02", Op.AT_MOST, "0.1", "mg/kg"),  # GB 2763-2019
        ("毒死蜱", f"{LEAFY}/普通白菜", "2021-09-03", Op.AT_MOST, "0.02", "mg/kg"),  # GB 2763-2021
        ("恩诺沙星", "食用农产品/鲜蛋", "2022-06-29", Op.NOT_DETECTABLE, None, "μg/kg"),  # announced in 2022
        ("恩诺沙星", "食用农产品/鲜蛋", "2023-02-01", Op.AT_MOST, "10", "μg/kg"),  # GB 31650.1-2022
        ("脱氢乙酸", CAKE, "2025-02-07", Op.AT_MOST, "0.5", "g/kg"),  # GB 2760-2014
        ("脱氢乙酸", CAKE, "2025-02-08", Op.NOT_ALLOWED, None, "g/kg"),  # GB 2760-2024
        ("脱氢乙酸", BREAD, "2025-02-08", Op.NOT_ALLOWED, None, "g/kg"),
        ("脱氢乙酸", STARCH, "2025-02-07", Op.AT_MOST, "1.0", "g/kg"),
        ("脱氢乙酸", STARCH, "2025-02-08", Op.NOT_ALLOWED, None, "g/kg"),
        ("三聚氰胺", "", "2024-01-01", Op.AT_MOST, "2.5", "mg/kg"),  # any food
        ("三聚氰胺", "婴幼儿配方食品", "2024-01-01", Op.AT_MOST, "1", "mg/kg"),
    ],
)
def test_limit_in_force(
    shipped: foods.Foods, item: str, category: str, on: str, op: Op, maximum: str | None, unit: str
) -> None:
    row = in_force(shipped, item, category, date.fromisoformat(on))
    assert (row.op, row.maximum, row.unit) == (op, None if maximum is None else Decimal(maximum), unit)


@pytest.mark.parametrize(
    ("item", "category", "on", "plan"),
    [
        ("菌落总数", FROZEN, "2022-05-10", (5, 2, "25000", "100000")),  # GB 2759-2015, as announced in 2022
        ("大肠菌群", FROZEN, "2022-05-10", (5, 2, "10", "100")),
        ("单核细胞增生李斯特氏菌", FROZEN, "2022-05-27", (5, 0, "0", None)),  # two classes: no M
        ("沙门氏菌", "肉制品/熟肉制品", "2021-11-21", (5, 0, "0", None)),  # GB 29921-2013
        ("沙门氏菌", "肉制品/熟肉制品", "2021-11-22", (5, 0, "0", None)),  # GB 29921-2021
    ],
)
def test_sampling_plan_in_force(
    shipped: foods.Foods, item: str, category: str, on: str, plan: tuple[int, int, str, str | None]
) -> None:
    row = in_force(shipped, item, category, date.fromisoformat(on))
    n, c, m, big_m = plan
    assert (row.n, row.c, row.m, row.big_m) == (n, c, Decimal(m), None if big_m is None else Decimal(big_m))


def test_iodine_of_salt_is_regional(shipped: foods.Foods) -> None:
    on = date(2024, 1, 1)
    local = in_force(shipped, "碘(以I计)", "调味品/食用盐", on, "520000")
    nation = in_force(shipped, "碘(以I计)", "调味品/食用盐", on)
    assert (local.op, local.minimum, local.maximum) == (Op.RANGE, Decimal(21), Decimal(39))  # 30 mg/kg ± 30 %
    assert local.confidence is Confidence.VERIFIED
    assert nation.confidence is Confidence.UNVERIFIED


@pytest.mark.parametrize(
    ("old", "new"),
    [("GB 2762-2017", "GB 2762-2022"), ("GB 2763-2019", "GB 2763-2021"), ("GB 2760-2014", "GB 2760-2024"),
     ("GB 29921-2013", "GB 29921-2021")],
)  # fmt: skip
def test_predecessor_ends_the_day_before(shipped: foods.Foods, old: str, new: str) -> None:
    ends = {row.valid_to for row in shipped.limits if row.standard.startswith(old)}
    starts = {row.valid_from for row in shipped.limits if row.standard.startswith(new)}
    (end,), (start,) = ends, starts
    assert end is not None and start == end + timedelta(days=1)


def test_every_row_says_how_far_it_can_be_trusted(shipped: foods.Foods) -> None:
    """Architecture, decision 1: 待核 rows tell the reader to check before use."""
    for row in shipped.limits:
        assert ("待核，请对照原文" in row.source) == (row.confidence is Confidence.UNVERIFIED), row


def test_every_figure_has_a_unit(shipped: foods.Foods) -> None:
    """A reading in another unit must block the automatic verdict, so no figure may be without."""
    assert [row for row in shipped.limits if row.op not in (Op.TEXT, Op.NOT_ALLOWED) and not normalise(row.unit)] == []


def test_code_lists_are_complete(shipped: foods.Foods) -> None:
    words: dict[str, list[str]] = {}
    for row in shipped.codes:
        words.setdefault(row.list, []).append(row.value)
    assert words["抽样环节"] == ["生产", "流通", "餐饮", "网络"]
    assert words["抽样地点·生产"][:2] == ["原辅料库", "生产线"]
    assert "小食杂店" in words["抽样地点·流通"] and "学校/托幼食堂" in words["抽样地点·餐饮"]
    assert words["结果判定"] == ["合格项", "不合格项", "问题项", "不判定项", "未检验"]
    assert len(words["结论"]) == 9
    single = "区域类型 样品来源 样品属性 样品类型 包装分类 样品形态 储存条件 抽样方式 样品包装 日期类型 许可证类型"
    assert set(f"{single} 第三方企业性质 报送分类A 报告类别 结果单位 抽样数量单位".split()) <= set(words)


BROKEN = [
    # file, line appended to it, words of the sentence
    ("limits.csv", "铅铅,,,≤,,1,mg/kg,,,,,GB 1,2020-01-01,,某标准,待核,,,", "检验项目“铅铅”未在"),
    ("limits.csv", "铅,粮食/大米,,≤,,1,mg/kg,,,,,GB 1,2020-01-01,,某标准,待核,,,", "食品分类“粮食/大米”未在"),
    ("limits.csv", "铅,,贵州,≤,,1,mg/kg,,,,,GB 1,2020-01-01,,某标准,待核,,,", "应为6位数字"),
    ("limits.csv", "铅,,,≤,,1,mg/kg,,,,,,2020-01-01,,某标准,待核,,,", "缺少标准号"),
    ("limits.csv", "铅,,,≤,,1,mg/kg,,,,,GB 1,,,某标准,待核,,,", "缺少实施日期"),
    ("limits.csv", "铅,,,≤,,一,mg/kg,,,,,GB 1,2020-01-01,,某标准,待核,,,", "不是数值"),
    ("limits.csv", "铅,,,≤,,NaN,mg/kg,,,,,GB 1,2020-01-01,,某标准,待核,,,", "不是数值"),
    ("limits.csv", "铅,,,≤,,-1,mg/kg,,,,,GB 1,2020-01-01,,某标准,待核,,,", "不能为负"),
    ("limits.csv", "铅,,,≤,,1,mg/kg,,,,,GB 1,2023-02-30,,某标准,待核,,,", "不是日期"),
    ("limits.csv", "铅,,,≤,,1,mg/kg,,,,,GB 1,2020-01-02,2020-01-01,某标准,待核,,,", "早于实施日期"),
    ("limits.csv", "铅,,,约,,1,mg/kg,,,,,GB 1,2020-01-01,,某标准,待核,,,", "不在允许的范围内"),
    ("limits.csv", "铅,,,≤,1,,mg/kg,,,,,GB 1,2020-01-01,,某标准,待核,,,", "与 minimum、maximum 不符"),
    ("limits.csv", "铅,,,不得检出,,1,mg/kg,,,,,GB 1,2020-01-01,,某标准,待核,,,", "与 minimum、maximum 不符"),
    ("limits.csv", "铅,,,范围,2,1,mg/kg,,,,,GB 1,2020-01-01,,某标准,待核,,,", "最小值 2 大于最大值 1"),
    ("limits.csv", "铅,,,=,1,2,mg/kg,,,,,GB 1,2020-01-01,,某标准,待核,,,", "应相同"),
    ("limits.csv", "铅,,,文字,,,mg/kg,,,,,GB 1,2020-01-01,,某标准,待核,,,", "须在 text 写明"),
    ("limits.csv", "铅,,,≤,,1,mg/kg,5,,,,GB 1,2020-01-01,,某标准,待核,,,", "请清空"),
    ("limits.csv", "铅,,,n/c/m/M,,,CFU/g,5,2,,,GB 1,2020-01-01,,某标准,待核,,,", "缺少 n、c 或 m"),
    ("limits.csv", "铅,,,n/c/m/M,,,CFU/g,5,6,1,2,GB 1,2020-01-01,,某标准,待核,,,", "不合理"),
    ("limits.csv", "铅,,,n/c/m/M,,,CFU/g,5,2,20,2,GB 1,2020-01-01,,某标准,待核,,,", "大于 M=2"),
    ("limits.csv", "铅,,,≤,,1,mg/kg,,,,,GB 1,2020-01-01,,,待核,,,", "“source”不能为空"),
    ("limits.csv", "铅,,,≤,,1,mg/kg,,,,,GB 1,2020-01-01,,某标准,确信,,,", "不在允许的范围内"),
    ("limits.csv", "铅,,,≤,,1,mg/kg,,,,,GB 1,2020-01-01,,某标准,待核,", "列数与表头不符"),
    ("limits.csv", "铅,,,≤,,1,mg/kg,,,,,GB 1,2020-01-01,,某标准,待核,,,,", "列数与表头不符"),
    ("limits.csv", f"铅,{LEAFY},,≤,,1,mg/kg,,,,,GB 1,2024-01-01,,某标准,待核,,,", "有效期与第"),
    ("categories.csv", "糕点,某亚类,,某细类,食品,某处,待核,,", "中间缺级"),
    ("categories.csv", "糕点,某亚类,某次亚类,,食品,某处,待核,,", "上级未登记"),
    ("categories.csv", "糕点,a/b,,,食品,某处,待核,,", "含有“/”"),
    ("categories.csv", "糕点,某亚类,,,药品,某处,待核,,", "产品领域与第"),
    ("categories.csv", "糕点,糕点,,,食品,某处,待核,,", "分类与第"),
    ("categories.csv", "糕点,某亚类,,,饮食,某处,待核,,", "不在允许的范围内"),
    ("category_aliases.csv", "某点心,点心,某处,待核", "指向的分类“点心”不存在"),
    ("category_aliases.csv", "焙烤食品,糕点,某处,待核", "别名与第"),
    ("category_aliases.csv", "糕 点,糕点,某处,待核", "正式的分类名称"),
    ("items.csv", "铅,重金属等元素污染物,mg/kg,否,某处,待核", "项目与第"),
    ("items.csv", "某菌,微生物污染,CFU/g,否,某处,待核", "microbial 应为“是”"),
    ("items.csv", "某物,有害物,mg/kg,否,某处,待核", "不在允许的范围内"),
    ("items.csv", "某物,其他,mg/kg,no,某处,待核", "不在允许的范围内"),
    ("item_aliases.csv", "某铅,铅铅,某处,待核", "指向的项目“铅铅”不存在"),
    ("item_aliases.csv", "铅（以Pb计）,铅,某处,待核", "别名与第"),  # differs by the width of the brackets only
    ("code_lists.csv", "抽样环节,生产,9,,,某处,待核", "代码与第"),
    ("code_lists.csv", "抽样环节,加工,1,,,某处,待核", "序号与第"),
    ("code_lists.csv", "抽样环节,加工,一,,,某处,待核", "不是整数"),
]


@pytest.mark.parametrize(("file", "line", "words"), BROKEN)
def test_broken_line_is_named(folder: Path, file: str, line: str, words: str) -> None:
    with (folder / file).open("a", encoding="utf-8") as stream:
        stream.write(line + "\n")
    number = len((folder / file).read_text(encoding="utf-8").splitlines())
    problems = foods.check(foods.read(folder))
    assert [text for text in problems if text.startswith(f"{file}:{number} ") and words in text], problems
    with pytest.raises(foods.BrokenReference) as refusal:
        foods.load(folder)
    assert list(refusal.value.problems) == problems


def test_bad_row_does_not_hide_the_others(folder: Path, shipped: foods.Foods) -> None:
    with (folder / "items.csv").open("a", encoding="utf-8") as stream:
        stream.write("某物,其他,mg/kg,maybe,某处,待核\n好物,其他,mg/kg,否,某处,待核\n")
    items = foods.read_items(folder)
    assert len(items) == len(shipped.items) + 1
    assert items[-1].name == "好物"
    assert len(items.problems) == 1


@pytest.mark.parametrize("file", FILES)
def test_missing_file_is_named(folder: Path, file: str) -> None:
    (folder / file).unlink()
    with pytest.raises(foods.BrokenReference, match=file):
        foods.load(folder)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("name,unit\n铅,mg/kg\n".encode(), "缺少列：item_class"),
        ("name,item_class\n铅,其他\n".encode("gb18030"), "不是 UTF-8"),  # saved by Excel
        (b"", "缺少列"),
    ],
)
def test_file_that_is_no_such_table_is_named(folder: Path, content: bytes, words: str) -> None:
    (folder / "items.csv").write_bytes(content)
    with pytest.raises(foods.BrokenReference, match=words):
        foods.load(folder)


@needs_shared
def test_real_sheets_have_known_categories(shipped: foods.Foods) -> None:
    sheets = json.loads((SHARED / "sampling_sheets.json").read_text(encoding="utf-8"))
    paths = {row.path for row in shipped.categories}
    levels = [f"抽样基础信息_食品{level}" for level in ("大类", "亚类", "次亚类", "细类")]
    assert {"/".join(sheet[level] for level in levels) for sheet in sheets.values()} <= paths


@needs_shared
def test_real_result_rows_have_known_items(shipped: foods.Foods) -> None:
    with (SHARED / "result_rows_2020_vegetable.csv").open(encoding="utf-8-sig", newline="") as stream:
        written = {row["检验项目"] for row in csv.DictReader(stream)}
    assert written <= {row.name for row in shipped.items}


@needs_shared
def test_old_tree_is_mapped(shipped: foods.Foods) -> None:
    """Every 大类, 亚类 and 次亚类 of 2014–2015 is a current path or an alias of one."""
    known = {foods.folded(row.path) for row in shipped.categories}
    known |= {foods.folded(row.written) for row in shipped.category_aliases}
    with (SHARED / "category_items_2015.csv").open(encoding="utf-8-sig", newline="") as stream:
        levels = [(row["大类"], row["亚类"], row["次亚类"]) for row in csv.DictReader(stream)]
    old = {foods.folded("/".join(names[:depth])) for names in levels for depth in (1, 2, 3)}
    assert old - known == set()

"""风险分级规则 as data: every fault named in its place, the same set whichever way it travelled, what a form makes of it."""

import json
from copy import deepcopy

import pytest

from app.domain.risk_rule_data import BrokenRules, canonical, read, sha256, write
from app.domain.risk_rule_differences import differences
from app.domain.risk_rule_fields import filled, with_table
from app.domain.risk_rule_leaves import NotAPlace, gathered, leaves
from app.domain.risk_rule_words import unverified
from app.reference.problems import BrokenReference
from app.reference.risk_rule_files import HERE, by_sha256, read_rule_sets

SETS = {(rules.code, str(rules.valid_from)): rules for rules in read_rule_sets()}
SALE = write(SETS["sale-115", "2016-12-01"])
BANDS = "components[0].tables[0].bands"


def changed(path, value, rules=SALE):
    """A copy with one value put at a path such as boundaries[0].upto; None takes it away."""
    made = deepcopy(rules)
    *way, last = [int(step[:-1]) if step.endswith("]") else step for step in path.replace("[", ".[").replace("[", "").split(".")]
    here = made
    for step in way:
        here = here[step]
    here[last] = value
    return made


@pytest.mark.parametrize(("path", "value", "at", "said"), [
    ("code", "销售", "code", "小写字母"),
    ("kinds", ["小卖部"], "kinds[0]", "“小卖部”不是企业类型"),
    ("kinds", ["食品销售者", "食品销售者"], "kinds[1]", "重复"),
    ("valid_from", "2016年", "valid_from", "不是日期"),
    ("valid_to", "2015-01-01", "valid_to", "停止日期早于施行日期"),
    ("confidence", "确定", "confidence", "不是规定的写法"),
    ("components[0].maximum", "50", "components", "各部分满分合计 110 分，应为 100 分"),
    ("components[0].tables[0].most", "5", "components[0].maximum", "合计 41 分，与满分 40 分不符"),
    (f"{BANDS}[1].upto", "200", f"{BANDS}[1].upto", "上限 200 应大于上一档的 200"),
    (f"{BANDS}[1].upto", "200.5", f"{BANDS}[1].upto", "上限应为整数"),
    (f"{BANDS}[1].upto", None, f"{BANDS}[1].upto", "只有最后一档可以不填上限"),
    (f"{BANDS}[4].upto", "9000", f"{BANDS}[4].upto", "最后一档不填上限"),
    (f"{BANDS}[2].points", "1.5", f"{BANDS}[2].points", "分值 1.5 低于上一档的 2"),
    (f"{BANDS}[4].points", "4.5", f"{BANDS}[4].points", "食品经营场所面积·分档第 5 行·分值：分值 4.5 超过最高分 4"),
    (f"{BANDS}[4].points", "3.5", BANDS, "没有达到最高分 4 分"),
    (f"{BANDS}[4].points", "四", f"{BANDS}[4].points", "“四”不是数值"),
    (f"{BANDS}[4].points", 4.5, f"{BANDS}[4].points", "请写成 \"13.5\" 的形式"),
    (f"{BANDS}[4].point", "4", f"{BANDS}[4].point", "分级规则中没有这个字段"),
    ("components[0].tables[1].code", "area", "components[0].tables[1].code", "编号“area”与前面的分值表重复"),
    ("components[0].tables[0].kind", "table", "components[0].tables[0]", "“kind”应为"),
    ("components[1].tables[0].plain_weight", "5", "components[1].tables[0].key_weight", "重点项不低于一般项"),
    ("boundaries[1].upto", "30", "boundaries[1].upto", "B 级·上限：上限 30 应大于上一级的 30"),
    ("boundaries[2].upto", "100", "boundaries[2].upto", "应小于满分 100"),
    ("boundaries[3].upto", "90", "boundaries[3].upto", "D 级不填上限"),
    ("boundaries[3].grade", "C", "boundaries", "应依次写明 A、B、C、D 四级"),
    ("adjustments[0].steps", -1, "adjustments[0].steps", "故意违法并受处罚·调整级数：此情形只能上调"),
    ("adjustments[1].kind", "故意违法并受处罚", "adjustments[1].kind", "重复"),
    ("adjustments[0].steps", 3, "adjustments[0].furthest", "不能少于一般调整级数"),
    ("frequencies[3].least", 1, "frequencies[3].least", "风险越高检查应越多"),
    ("frequencies[1].most", 0, "frequencies[1].most", "应在 1 至 24 之间"),
])  # fmt: skip
def test_a_fault_is_named_in_its_place(path, value, at, said):
    with pytest.raises(BrokenRules) as broken:
        read(changed(path, value))
    assert [fault.path for fault in broken.value.faults if said in fault.message] == [at], broken.value.faults


def test_all_faults_at_once():
    with pytest.raises(BrokenRules) as broken:
        read(changed("boundaries[1].upto", "30", changed(f"{BANDS}[1].upto", "200")))
    assert len(broken.value.faults) == 2


@pytest.mark.parametrize("rules", SETS.values(), ids=lambda rules: f"{rules.code} {rules.valid_from}")
def test_a_set_comes_back_as_it_was(rules):
    """By JSON, and value by value as in a workbook; the digest follows the content, not the spelling."""
    value = write(rules)
    rows = [(at, path, text) for at, (_, path, text) in enumerate(leaves(value))]
    assert read(json.loads(json.dumps(value))) == rules == read(gathered(rows))
    assert by_sha256(sha256(rules)) is rules
    spelled = changed("boundaries[0].upto", "30.00", dict(reversed(value.items())))
    assert canonical(read(spelled)) == canonical(rules)


@pytest.mark.parametrize(("rows", "said"), [
    ([(2, "标题", "甲")], "第 2 行的字段路径“标题”无法识别"),
    ([(2, "kinds[1]", "小作坊")], "第 2 行的字段路径“kinds\\[1\\]”不连续"),
    ([(2, "kinds", "小作坊"), (3, "kinds[0]", "小作坊")], "第 3 行"),
])  # fmt: skip
def test_rows_of_a_workbook_that_lead_nowhere(rows, said):
    with pytest.raises(NotAPlace, match=said):
        gathered(rows)


def test_a_band_put_in_between_by_the_form():
    """New rows stand below; bands find their place by their limits, and an emptied row is gone."""
    made = filled(SALE, {
        f"{BANDS}[5].upto": "500", f"{BANDS}[5].points": "1.5", f"{BANDS}[5].confidence": "待核", f"{BANDS}[6].upto": "",
        f"{BANDS}[6].points": "", f"{BANDS}[2].upto": "", f"{BANDS}[2].points": "", "kinds": "食品销售者、小作坊", "places": "1",
        "boundaries[0].inclusive": "0",
    })  # fmt: skip
    rules = read(made)
    assert [str(band.upto) for band in rules.components[0].tables[0].bands] == ["200", "500", "1000", "3000", "None"]
    assert (rules.kinds, rules.places, rules.boundaries[0].inclusive) == (("食品销售者", "小作坊"), 1, False)


def test_a_table_added_and_one_removed_by_the_form():
    added = with_table(SALE, 0, "choices")
    path = "components[0].tables[8]"
    made = filled(added, {
        f"{path}.title": "仓储", f"{path}.code": "store", f"{path}.most": "4", f"{path}.choices[0].word": "自有",
        f"{path}.choices[0].points": "4", "components[0].tables[0].remove": "1",
    })  # fmt: skip
    assert [table.code for table in read(made).components[0].tables][-1] == "store"
    assert all(table["code"] != "area" for table in made["components"][0]["tables"])


def test_differences_are_told_by_place():
    later = write(SETS["sale-115", "2020-01-01"])
    told = {one.place: (one.before, one.after) for one in differences(SALE, later)}
    assert told["B 级·最高分"] == ("2", "（无）") and told["C 级·最高分"] == ("3", "（无）") and "D 级·最少次数" not in told
    assert told["施行日期"] == ("2016-12-01", "2020-01-01")
    assert differences(SALE, deepcopy(SALE)) == []


def test_what_was_not_found_is_marked():
    """The seller's static table is found whole; a caterer's categories are not."""
    static = [fault.path for fault in unverified(SALE) if fault.path.startswith("components[0]")]
    assert static == []
    told = [fault.message for fault in unverified(write(SETS["catering-115", "2016-12-01"]))]
    assert "静态风险因素·生食类单品数·分档第 1 行" in told


def test_shipped_files_that_clash_are_refused(tmp_path):
    for rules in HERE.glob("sale-115_*.json"):
        value = json.loads(rules.read_text("utf-8"))
        (tmp_path / rules.name).write_text(json.dumps({**value, "valid_to": None}), "utf-8")
    (tmp_path / "broken.json").write_text("{", "utf-8")
    with pytest.raises(BrokenReference) as broken:
        read_rule_sets(tmp_path)
    assert ["无法读取" in broken.value.problems[0], "有效期重叠" in broken.value.problems[1]] == [True, True]

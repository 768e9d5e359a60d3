"""Every rule of the table: a sheet that keeps it, and one that breaks it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from app.domain.findings import Finding
from app.domain.lint import RULES, lint
from app.domain.lint_sheet import Account, Known, Registered, amount
from app.domain.samples import Link, Purpose
from app.domain.sampling_kinds import SpecialSampling
from app.domain.workflow import SampleState

TODAY = date(2026, 11, 20)
MAN = Account(active=True, samples=True)


@dataclass
class Paper:
    """A sheet with nothing wrong."""

    state: SampleState = SampleState.REGISTERED
    number: str | None = "XBJ26120119000010001"
    purpose: Purpose = Purpose.SUPERVISION
    link: Link | None = Link.CIRCULATION
    special_sampling: SpecialSampling | None = None
    task_source: str | None = "蓟州区市场监督管理局"
    remark: str | None = None
    product_name: str = "某牌饼干"
    attribute: str | None = "普通食品"
    sampled_name: str | None = "长春堂（蓟州）超市"
    sampled_address: str | None = "文昌街1号"
    sampled_region_written: str | None = "天津/天津/蓟州区"
    sampled_licence_no: str | None = "JY11201190000001"
    region_id: int | None = 7
    place: str | None = "超市"
    producer_name: str | None = "某某食品有限公司"
    producer_licence_no: str | None = "SC10112011900001"
    made_on: date | None = date(2026, 11, 1)
    sampled_on: date | None = date(2026, 11, 19)
    arrived_on: date | None = None
    shelf_life: str | None = "12个月"
    spec: str | None = "500g/袋"
    unit_price: str | None = "12.5元/袋"
    quantity: Decimal | None = Decimal(6)
    quantity_unit: str | None = "袋"
    backup_quantity: str | None = "2袋"
    base_quantity: str | None = "50袋"
    extra: dict[str, Any] | None = field(default_factory=dict)


KNOWN = Known(
    TODAY, ("李四", "王五"), {"李四": MAN, "王五": MAN},
    sampled=Registered("长春堂(蓟州)超市", "在产", "JY11201190000001", date(2027, 1, 1)),
    producer=Registered("某某食品有限公司", "在产", "SC10112011900001"), county_code="120119",
    places={Link.CIRCULATION: ["超市", "农贸市场", "其他"], Link.CATERING: ["机关食堂", "其他"]},
)  # fmt: skip
CASE = {"special_sampling": SpecialSampling.CASE, "remark": "津市监案〔2026〕12号"}
ONLINE = {"link": Link.ONLINE, "place": "网购", "extra": {
    "抽检场所信息_平台名称": "某平台", "网店网址": "https://shop.example", "网店商铺名称": "某店", "平台订单编号": "20261119001",
    "买样人员": "李四", "付款账户": "单位账户", "注册账号": "user1", "收货地址": "某处",
}}  # fmt: skip

# rule, what breaks it, what is nearest to that and keeps it
ROWS: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("L-NUM-02", {"number": "LOCAL-2026-7"}, {"number": "XBJ26120119000010001"}),
    ("L-SMP-01", {"samplers": ("李四",)}, {"samplers": ("李四",), "purpose": Purpose.MONITORING}),  # art. 14 is about 监督抽检
    ("L-SMP-01", {"samplers": ()}, {"samplers": ("（已脱敏）",)}),  # masked by its source: cannot be counted
    ("L-SMP-01", {"samplers": ("李四", "李 四")}, {"samplers": ("李四", "王五")}),  # one man, written twice
    ("L-SMP-02", {"samplers": ("李四", "李四", "王五")}, {"samplers": ("李四", "王五", "赵六")}),
    ("L-SMP-03", {"accounts": {"李四": Account(False, False), "王五": MAN}}, {"accounts": {"李四": MAN, "王五": MAN}}),
    ("L-SMP-04", {"accounts": {"李四": MAN}}, {"accounts": None}),
    ("L-SMP-04", {"accounts": {"李四": MAN, "王五": Account(True, False)}}, {"accounts": {"李四": MAN, "王五": MAN}}),
    ("L-DATE-01", {"sampled_on": date(2026, 11, 21)}, {"sampled_on": TODAY}),
    ("L-DATE-01", {"arrived_on": date(2026, 11, 21)}, {"arrived_on": TODAY}),
    ("L-DATE-02", {"made_on": date(2026, 11, 20)}, {"made_on": date(2026, 11, 19)}),  # all on one day is possible
    ("L-DATE-03", {"handed_over_on": date(2026, 11, 18)}, {"handed_over_on": date(2026, 11, 19)}),
    ("L-DATE-04", {"handed_over_on": TODAY, "received_on": date(2026, 11, 19)}, {"handed_over_on": TODAY, "received_on": TODAY}),
    ("L-DATE-04", {"arrived_on": date(2026, 11, 18)}, {"arrived_on": date(2026, 11, 19)}),
    ("L-DATE-05", {"reported_on": date(2026, 11, 18)}, {"reported_on": date(2026, 11, 19)}),
    ("L-DATE-05", {"received_on": TODAY, "reported_on": date(2026, 11, 19)}, {"received_on": TODAY, "reported_on": TODAY}),
    ("L-LIFE-01", {"shelf_life": "17天"}, {"shelf_life": "18天"}),  # made on the 1st, sampled on the 19th: the last good day
    ("L-LIFE-01", {"shelf_life": "2026-11-18"}, {"shelf_life": "2026-11-19"}),
    ("L-LIFE-02", {"shelf_life": "2026-10-31"}, {"shelf_life": "2026-12-01"}),
    ("L-LIFE-03", {"shelf_life": "见包装"}, {"shelf_life": "/"}),
    ("L-LIFE-03", {"shelf_life": "常温6个月,冷藏12个月"}, {"shelf_life": "180天"}),
    ("L-GOOD-01", {"remark": "该批产品专供出口"}, {"remark": "该批产品非专供出口"}),
    ("L-GOOD-01", {"extra": {"是否出口": "是"}}, {"extra": {"是否出口": "否"}}),
    ("L-GOOD-02", {"product_name": "饼干（非卖品）"}, {"product_name": "饼干"}),
    ("L-GOOD-02", {"place": "不合格品区"}, {"remark": "样品不是待报废食品"}),
    ("L-QTY-01", {"backup_quantity": None}, {"backup_quantity": None, "purpose": Purpose.MONITORING}),
    ("L-QTY-01", {"backup_quantity": "/"}, {"backup_quantity": "/", **CASE}),
    ("L-QTY-01", {"backup_quantity": "０袋"}, {"backup_quantity": "１袋"}),
    ("L-QTY-02", {"backup_quantity": "若干"}, {"backup_quantity": "约2袋"}),
    ("L-QTY-02", {"backup_quantity": "2", "quantity_unit": None}, {"backup_quantity": "2"}),  # the unit of 抽样数量 serves
    ("L-QTY-03", {"backup_quantity": "500g"}, {"backup_quantity": "2袋"}),
    ("L-QTY-04", {"backup_quantity": "6袋"}, {"backup_quantity": "5袋"}),
    ("L-QTY-04", {"quantity": Decimal("0.5"), "quantity_unit": "kg", "backup_quantity": "500克"},
     {"quantity": Decimal("0.501"), "quantity_unit": "kg", "backup_quantity": "500克"}),
    ("L-QTY-05", {"quantity": Decimal(0)}, {"quantity": Decimal("0.1")}),
    ("L-QTY-06", {"quantity_unit": "/"}, {"quantity_unit": "袋"}),
    ("L-QTY-07", {"quantity_unit": "瓶"}, {"quantity_unit": "瓶", "spec": "散装称重"}),
    ("L-QTY-07", {"quantity_unit": "kg"}, {"quantity_unit": "箱", "spec": "250mL/盒×12盒/箱"}),
    ("L-QTY-08", {"base_quantity": "5袋"}, {"base_quantity": "6袋"}),
    ("L-QTY-08", {"base_quantity": "5"}, {"base_quantity": "5箱"}),  # another unit cannot be compared
    ("L-PAY-01", {"unit_price": None}, {"unit_price": "3"}),
    ("L-PAY-01", {"unit_price": "0.00元"}, {"unit_price": "0.50元"}),
    ("L-ENT-01", {"sampled_name": "另一超市"}, {"sampled_name": "长春堂(蓟州)超市"}),  # the width of brackets tells nothing
    ("L-ENT-02", {"producer_name": "某某食品厂"}, {"producer_name": "/"}),
    ("L-ENT-03", {"producer_licence_no": "SC10112011900002"}, {"producer_licence_no": "sc10112011900001"}),
    ("L-ENT-04", {"sampled": Registered("某店", "注销")}, {"sampled": Registered("某店", "注销"), **CASE}),
    ("L-ENT-05", {"sampled": Registered("某店", "停产")}, {"sampled": Registered("某店", "在产")}),
    ("L-ENT-06", {"producer": Registered("某厂", "注销")}, {"producer": None}),
    ("L-ENT-07", {"sampled": Registered("某店", "在产", None, date(2026, 11, 18))},
     {"sampled": Registered("某店", "在产", None, date(2026, 11, 19))}),  # its last day is a day of it
    ("L-AREA-01", {"county_code": "120118"}, {"number": "DBJ26120000000010001"}),  # the city's number, a county of the city
    ("L-AREA-02", {"region_id": None}, {"region_id": None, "sampled_region_written": None}),
    ("L-WORD-01", {"retired": [("category", "“豆芽”自 2026-11-01 起已停用：请改用在用的名称")]}, {"retired": []}),
    ("L-PLACE-01", {"place": "机关食堂"}, {"place": "其他"}),
    ("L-PLACE-01", {"place": "机关食堂"}, {"place": "某处自定义"}),  # what no list has is kept
    ("L-PLACE-02", {"place": "农贸市场"}, {"place": "农贸市场", "extra": {"抽检场所信息_摊位号或姓名": "3-12"}}),
    ("L-PLACE-02", {"place": "农贸市场"}, {"place": "农贸市场", "sampled_address": "文昌街1号蔬菜区12摊"}),
    ("L-NET-01", {**ONLINE, "extra": {}}, ONLINE),
    ("L-NET-02", {**ONLINE, "extra": {"网店网址": "https://shop.example"}}, ONLINE),
    ("L-NET-03", {**ONLINE, "extra": {}}, {**ONLINE, "extra": {}, "personal": ["买样人员", "付款账户", "注册账号", "收货地址"]}),
    ("L-SPC-01", {"special_sampling": SpecialSampling.INCIDENT}, {"special_sampling": SpecialSampling.INCIDENT, "remark": "指令12号"}),
    ("L-SPC-02", CASE, {}),
]  # fmt: skip


def found(**other: Any) -> list[Finding]:
    of_paper = {name: value for name, value in other.items() if name in Paper.__dataclass_fields__}
    beside = {name: value for name, value in other.items() if name not in of_paper}
    return lint(replace(Paper(), **of_paper), replace(KNOWN, **beside))


def test_a_sheet_in_order_has_no_finding() -> None:
    assert found() == []


@pytest.mark.parametrize(("rule", "breaks", "keeps"), ROWS)
def test_each_rule_finds_what_breaks_it_and_nothing_else(rule: str, breaks: dict[str, Any], keeps: dict[str, Any]) -> None:
    hits = [finding for finding in found(**breaks) if finding.rule == rule]
    assert hits and all(finding.blocking is RULES[rule].blocking for finding in hits)
    assert all(finding.message and finding.field for finding in hits)
    assert rule not in {finding.rule for finding in found(**keeps)}


def test_every_checked_rule_has_a_row() -> None:
    checked = {rule.id for rule in RULES.values() if rule.check is not None}
    assert checked <= {rule for rule, _, _ in ROWS}


def test_special_sampling_lifts_exactly_what_article_16_names_and_says_so() -> None:
    """Quantity, place and licence status; samplers, dates and shelf life still hold."""
    broken = {
        "backup_quantity": None, "place": "农贸市场", "sampled": Registered("某店", "注销", None, date(2026, 1, 1)),
        "samplers": ("李四",), "shelf_life": "3天", "made_on": date(2026, 11, 1),
    }  # fmt: skip
    plainly = {finding.rule for finding in found(**broken)}
    assert {"L-QTY-01", "L-PLACE-02", "L-ENT-04", "L-ENT-07", "L-SMP-01", "L-LIFE-01"} <= plainly
    special = {finding.rule: finding for finding in found(**broken, **CASE)}
    assert not any(RULES[rule].lifted for rule in special)
    assert {"L-SMP-01", "L-LIFE-01"} <= set(special)
    said = special["L-SPC-02"]
    assert not said.blocking and said.message.startswith("本单为案件稽查抽样，不检查：")
    assert "监督抽检有复检备份样品" in said.message and "抽样频次上限" in said.message and "保质期" not in said.message


def test_a_refusal_on_the_spot_is_held_to_little() -> None:
    rules = {finding.rule for finding in found(state=SampleState.REFUSED, backup_quantity=None, unit_price=None, samplers=())}
    assert rules == set()


def test_what_blocks_comes_first() -> None:
    blocking = [finding.blocking for finding in found(unit_price=None, samplers=())]
    assert blocking == sorted(blocking, reverse=True)


@pytest.mark.parametrize(
    ("written", "number", "unit"),
    [("0.5kg", "0.5", "kg"), ("２袋", "2", "袋"), ("约3 瓶", "3", "瓶"), ("2袋（各500g）", "2", "袋"), ("7", "7", "盒")],
)
def test_amounts_as_written(written: str, number: str, unit: str) -> None:
    read = amount(written, "盒")
    assert read is not None and (read.number, read.unit) == (Decimal(number), unit)


def test_what_a_result_export_has_no_column_for_is_not_asked_of_it():
    """备样、单位 and 单价 are on the paper sheet only; whatever else is wrong is told all the same."""
    bare = replace(Paper(), backup_quantity=None, quantity_unit=None, unit_price=None, made_on=date(2026, 11, 21))
    asked = {finding.rule for finding in lint(bare, KNOWN)}
    assert {"L-QTY-01", "L-QTY-06", "L-PAY-01", "L-DATE-01"} <= asked
    exported = {finding.rule for finding in lint(bare, replace(KNOWN, exported=True))}
    assert exported == asked - {rule.id for rule in RULES.values() if rule.sheets_only}
    assert "L-DATE-01" in exported

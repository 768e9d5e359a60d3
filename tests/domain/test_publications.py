"""Public lists: who is named, how a batch is written, what our own import reads back, what differs, when one waits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from app.domain import announcements, public_masking, publication_holds
from app.domain import publications as rules
from app.domain.public_masking import DEFAULT, PartyKind, UnknownPolicy, party_kind, policy, shown
from app.domain.publication_holds import Standing, hold
from app.domain.publications import Cause, Finding, Remedy, Stated
from app.domain.reporting_kinds import PublicList
from app.domain.result_kinds import ListKind

TODAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("name", "code", "kind"),
    [
        ("蓟州区恒顺生鲜超市", "91120119MA7E78QW9W", PartyKind.FIRM),
        ("张三", "92120119MA7E78QW9W", PartyKind.TRADER),  # 个体工商户 registered under its owner's name
        ("张三", None, PartyKind.PERSON), ("欧阳修", None, PartyKind.PERSON), ("李四（3号摊位）", None, PartyKind.PERSON),
        ("农户王五", None, PartyKind.PERSON), ("养殖户赵六", "", PartyKind.PERSON),
        ("张三蔬菜店", None, PartyKind.FIRM), ("康师傅食品厂", None, PartyKind.FIRM), ("好客来", None, PartyKind.FIRM),
        ("农户之家专业合作社", None, PartyKind.FIRM), ("/", None, PartyKind.FIRM), ("", None, PartyKind.FIRM),
    ],
)  # fmt: skip
def test_which_kind_of_party(name: str, code: str | None, kind: PartyKind) -> None:
    assert party_kind(name, code) is kind


def test_a_licence_makes_a_firm() -> None:
    assert party_kind("王致和", None, licensed=True) is PartyKind.FIRM


@pytest.mark.parametrize(
    ("name", "address", "kind", "told", "place"),
    [
        ("张三", "上仓镇东塔村2区5排6号", PartyKind.PERSON, "张*", "上仓镇东塔村2区"),
        ("农户王五（3号摊）", "", PartyKind.PERSON, "农户王*（3号摊）", ""),
        ("李四农户", "12号", PartyKind.PERSON, "李*农户", "*"),
        ("张三", "东塔村6号", PartyKind.TRADER, "张三", "东塔村6号"),
        ("恒顺超市13812341234", "文昌街1号 电话13812341234", PartyKind.FIRM, "恒顺超市138****1234", "文昌街1号 电话138****1234"),
        ("张三110225199003071234", "", PartyKind.TRADER, "张三110225**********34", ""),
    ],
)  # fmt: skip
def test_a_person_is_masked_and_numbers_always_are(name: str, address: str, kind: PartyKind, told: str, place: str) -> None:
    found = shown(name, address, kind, DEFAULT)
    assert (found.name, found.address) == (told, place)
    assert found.masked is ((told, place) != (name, address))


def test_the_policy_is_a_setting() -> None:
    told = policy("自然人=不公布姓名, 个体工商户=遮蔽姓名")
    assert shown("张三", "东塔村6号", PartyKind.PERSON, told).name == public_masking.HIDDEN_NAME
    assert shown("张三", "", PartyKind.TRADER, told).name == "张*"
    for wrong in ("自然人=全部公布", "个人=遮蔽姓名", "自然人"):
        with pytest.raises(UnknownPolicy, match="PUBLICATION_MASKING"):
            policy(wrong)


# ---------------------------------------------------------------- one row

@pytest.mark.parametrize(
    ("finding", "text"),
    [
        (Finding("毒死蜱", "0.35", "mg/kg", "≤0.02"), "毒死蜱║0.35mg/kg║≤0.02mg/kg"),
        (Finding("克百威", "0.9", "mg/kg", "≤0.2 mg/kg"), "克百威║0.9mg/kg║≤0.2mg/kg"),  # the limit says its unit already
        (Finding("沙门氏菌", "检出", "", "n=5，c=0，m=0/25g"), "沙门氏菌║检出║n=5，c=0，m=0/25g"),
        (Finding("孔雀石绿", "3.2", "μg/kg", "不得检出"), "孔雀石绿║3.2μg/kg║不得检出"),
        (Finding("标签", "", "", ""), "标签║/║/"),
    ],
)
def test_one_item(finding: Finding, text: str) -> None:
    assert rules.items_text([finding]) == text


@pytest.mark.parametrize(
    ("made_on", "batch", "kind", "text"),
    [
        (date(2026, 2, 27), "20260227", "生产日期", "2026-02-27/20260227"), (date(2026, 2, 27), "", "购进日期", "2026-02-27（购进日期）"),
        (None, "A1", "", "A1"), (None, "", "生产日期", ""),
    ],
)  # fmt: skip
def test_date_and_batch(made_on: date | None, batch: str, kind: str, text: str) -> None:
    assert rules.made_text(made_on, batch, kind) == text


FIELDS = {
    "number": "XBJ26120119463230001", "producer": "岭康调味品有限公司", "sampled": "青堂粮油店", "sampled_address": "城关镇一路2号",
    "province": "天津", "product": "酱油", "spec": "500g/袋", "made": "2026-04-22/20260422", "category": "调味品", "task_source": "县抽",
    "laboratory": "衡清食品检验中心",
    "items": rules.items_text(
        [Finding("苯甲酸", "1.38", "g/kg", "≤1.0"), Finding("菌落总数", "①1.2×10⁵；②200", "CFU/g", "n=5，c=2，m=10⁴")]
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Sheet:
    name: str
    rows: Any


@pytest.mark.parametrize(
    ("kind", "width", "columns"), [(PublicList.FAILED, 14, 17), (PublicList.PASSED, 14, 14), (PublicList.PASSED, 16, 16)]
)
def test_our_own_import_reads_the_row_back(kind: PublicList, width: int, columns: int) -> None:
    content = rules.content_of(FIELDS, kind, width)
    cells = rules.row_of(content, kind, 1, Stated("2026年第3号", date(2026, 11, 20)))
    headers = [rules.heading(name) for name in rules.columns_of(content, kind)]
    assert (len(headers), len(cells)) == (columns, columns)
    assert "" not in cells and cells[2] == "岭康调味品有限公司" and cells[3] == "/"
    sheet = Sheet("名单", [(1, [f"{kind.value}清单"]), (2, headers), (3, cells)])
    table = announcements.parse([sheet])
    assert not table.faults
    row = table.rows[0]
    assert not row.faults and row.kind is (ListKind.FAIL if kind is PublicList.FAILED else ListKind.PASS)
    assert row.texts["number"] == FIELDS["number"] and row.texts["notice_no"] == "2026年第3号"
    assert (row.texts["product"], row.made_on, row.noticed_on) == ("酱油", date(2026, 4, 22), date(2026, 11, 20))
    if kind is PublicList.FAILED:
        assert [(one.item, one.result, one.limit) for one in row.items] == [
            ("苯甲酸", "1.38g/kg", "≤1.0g/kg"), ("菌落总数", "①1.2×10⁵；②200CFU/g", "n=5，c=2，m=10⁴"),
        ]  # fmt: skip


def test_the_fingerprint_moves_with_every_word() -> None:
    content = rules.content_of(FIELDS, PublicList.FAILED, 14)
    other = rules.content_of(FIELDS | {"product": "生抽"}, PublicList.FAILED, 14)
    assert rules.fingerprint(content) == rules.fingerprint(rules.content_of(dict(reversed(FIELDS.items())), PublicList.FAILED, 14))
    assert rules.fingerprint(content) != rules.fingerprint(other)
    assert [(one.title, one.published, one.now) for one in rules.differences(content, other)] == [("食品名称", "酱油", "生抽")]
    assert "食品名称由“酱油”更正为“生抽”" in rules.correction_note("2026年第3号", rules.differences(content, other))


def test_a_note_is_printed_in_the_remark() -> None:
    content = rules.content_of(FIELDS | {"remark": "委托单位：甲公司"}, PublicList.FAILED, 14, note="更正公告号 3号")
    assert rules.row_of(content, PublicList.FAILED, 2, Stated("4号", None))[-1] == "委托单位：甲公司；更正公告号 3号"


@pytest.mark.parametrize(
    ("conclusion", "voided", "asked"),
    [
        ("不合格", False, None), ("合格", False, (Remedy.WITHDRAW, Cause.OVERTURNED)),
        ("未判定", False, (Remedy.WITHDRAW, Cause.OVERTURNED)), ("不合格", True, (Remedy.WITHDRAW, Cause.VOIDED)),
    ],
)  # fmt: skip
def test_what_stands_in_the_wrong_list_leaves_it(conclusion: str, voided: bool, asked: Any) -> None:
    assert rules.remedy(PublicList.FAILED, conclusion, voided) == asked


@pytest.mark.parametrize(
    ("day", "said"),
    [(date(2026, 11, 21), "不能晚于今天"), (date(2026, 11, 9), "不能早于清单中最晚的报告日期"), (date(2026, 11, 10), None), (TODAY, None)],
)
def test_the_day_of_publication(day: date, said: str | None) -> None:
    fault = rules.publish_fault(day, date(2026, 11, 10), TODAY)
    assert fault is None if said is None else said in (fault or "")


# ---------------------------------------------------------------- when

END = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("standing", "failing", "said"),
    [
        (Standing(undecided=True), True, "未判定"), (Standing(open_items=2), False, "2 个项目待核"),
        (Standing(retests=["复检〔2026〕1号"]), True, "复检正在办理"), (Standing(objections=["异议〔2026〕1号"]), True, "异议正在审核"),
        (Standing(term_ends=END, served_on=date(2026, 11, 11)), True, "期限至 2026-11-20（2026-11-11 送达）"),  # the last day still counts
        (Standing(term_ends=END, presumed=True), True, "按最迟送达日推算"),
        (Standing(term_ends=date(2026, 11, 19)), True, None), (Standing(), False, None),
        (Standing(term_ends=END, final_on=date(2026, 11, 18)), True, None),  # 复检结论为最终结论
    ],
)  # fmt: skip
def test_what_holds_a_batch_back(standing: Standing, failing: bool, said: str | None) -> None:
    found = hold(standing, TODAY, failing=failing)
    assert found is None if said is None else found is not None and said in found.reason and "第" in found.article


def test_from_which_day_the_time_runs() -> None:
    free = publication_holds.free_on
    assert free(Standing(), date(2026, 11, 2), failing=False) == date(2026, 11, 2)
    assert free(Standing(term_ends=END), date(2026, 11, 2), failing=True) == END
    assert free(Standing(term_ends=END, final_on=date(2026, 11, 25)), date(2026, 11, 2), failing=True) == date(2026, 11, 25)
    assert publication_holds.warning(Standing(presumed=True), failing=True)
    assert publication_holds.warning(Standing(presumed=True, final_on=END), failing=True) is None

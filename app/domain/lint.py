"""抽样单检查规则: one table of rules with stable ids, and what they find in a sheet.

Special sampling (案件稽查、事故调查、应急处置) switches off exactly the rules that art. 16 names (quantity, place, licence status), and
the sheet says so. Caps are dated rules of their own (``domain.caps``); required fields and unreadable ones are told by the form.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.domain import lint_dates as days
from app.domain import lint_parties as parties
from app.domain import lint_quantities as quantities
from app.domain.findings import Finding
from app.domain.lint_sheet import Check, Known, Sheet
from app.domain.samples import Link, Purpose
from app.domain.workflow import SampleState

ACT = "《食品安全抽样检验管理办法》"
FORM = "抽样单填写要求"
OFFICE = "数据质量要求"
ORDER = "日期先后次序"
NOT_SAMPLED = "国家食品安全监督抽检实施细则（不予抽样的情形，待核）"
LIFTED_BY = "第十六条"
SUPERVISION = frozenset({Purpose.SUPERVISION, Purpose.COMBINED})
ONLINE = frozenset({Link.ONLINE})
MARKET_LINKS = frozenset({Link.CIRCULATION})


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: what it asks, where that is written, and whether a sheet that breaks it may be registered."""

    id: str
    title: str
    source: str
    blocking: bool
    check: Check | None = None  # None: told by the form's own reading
    purposes: frozenset[Purpose] | None = None
    links: frozenset[Link] | None = None
    lifted: bool = False  # does not hold for special sampling
    special: bool = False  # holds for special sampling only
    outcomes: bool = False  # holds for 拒检 and 未抽到样品 as well
    sheets_only: bool = False  # asks for columns that a result export does not have


def _rules(*rules: Rule) -> Mapping[str, Rule]:
    return {rule.id: rule for rule in rules}


RULES: Mapping[str, Rule] = _rules(
    Rule("L-READ-01", "填写的内容能够识别（日期、选项、长度）", FORM, True, outcomes=True),
    Rule("L-REQ-01", "必填栏目已填写，不适用的填“/”", FORM, True, outcomes=True),
    Rule("L-NUM-01", "抽样编号可以登记", FORM, True, outcomes=True),
    Rule("L-NUM-02", "抽样编号符合编号规则", "国家食品安全抽样检验编号规则", False, parties.number_doubtful, outcomes=True),
    Rule("L-ORG-01", "抽样地在本单位管辖范围内，或由本单位组织", OFFICE, True, outcomes=True),
    Rule("L-SMP-01", "监督抽检的抽样人员不少于两人", f"{ACT}第十四条", True, days.too_few, SUPERVISION),
    Rule("L-SMP-02", "抽样人员不重复", f"{ACT}第十四条", True, days.same_person),
    Rule("L-SMP-03", "抽样人员的账号没有停用", f"{ACT}第十四条", True, days.inactive),
    Rule("L-SMP-04", "抽样人员有本系统的抽样员账号", OFFICE, False, days.no_account),
    Rule("L-DATE-01", "各日期不晚于今天", OFFICE, True, days.future, outcomes=True),
    Rule("L-DATE-02", "生产（购进）日期不晚于抽样日期", FORM, True, days.made_before_sampling, outcomes=True),
    Rule("L-DATE-03", "抽样日期不晚于移交日期", ORDER, True, days.sampled_before_handover),
    Rule("L-DATE-04", "抽样、移交日期不晚于到达和接收日期", ORDER, True, days.handed_over_before_receipt),
    Rule("L-DATE-05", "抽样、接收日期不晚于报告日期", ORDER, True, days.received_before_report),
    Rule("L-LIFE-01", "抽样时没有超过保质期", NOT_SAMPLED, True, days.expired),
    Rule("L-LIFE-02", "保质期截止日不早于生产日期", FORM, True, days.life_before_production),
    Rule("L-LIFE-03", "从保质期能看出到期日", FORM, False, days.life_unknown),
    Rule("L-GOOD-01", "不抽专供出口的整批食品", NOT_SAMPLED, True, parties.export_only),
    Rule("L-GOOD-02", "不抽非卖品、自检不合格和待销毁的食品", NOT_SAMPLED, True, parties.discarded),
    Rule(
        "L-QTY-01", "监督抽检有复检备份样品", f"{ACT}第十七条", True, quantities.backup_missing, SUPERVISION, lifted=True, sheets_only=True
    ),
    Rule("L-QTY-02", "备样数量有数字和单位", FORM, False, quantities.backup_unreadable, lifted=True),
    Rule("L-QTY-03", "备样与抽样数量用同一种单位", FORM, False, quantities.backup_in_other_unit, lifted=True),
    Rule("L-QTY-04", "抽样数量（含备样）满足检验和复检", f"{ACT}第十五条", True, quantities.nothing_to_test, lifted=True),
    Rule("L-QTY-05", "抽样数量大于 0", FORM, True, quantities.not_positive, lifted=True),
    Rule("L-QTY-06", "抽样数量有单位", FORM, False, quantities.unit_missing, lifted=True, sheets_only=True),
    Rule("L-QTY-07", "抽样数量单位与规格型号一致", FORM, False, quantities.unit_not_of_spec, lifted=True),
    Rule("L-QTY-08", "抽样数量不大于抽样基数", FORM, False, quantities.more_than_there_was, lifted=True),
    Rule("L-PAY-01", "样品付费，有单价", f"{ACT}第十二条", False, quantities.not_paid, sheets_only=True),
    Rule("L-ENT-01", "被抽样单位名称与企业档案一致", OFFICE, False, parties.unit_name, outcomes=True),
    Rule("L-ENT-02", "标称生产企业名称与企业档案一致", OFFICE, False, parties.producer_name),
    Rule("L-ENT-03", "生产许可证编号与企业档案一致", OFFICE, False, parties.producer_licence, lifted=True),
    Rule("L-ENT-04", "被抽样单位没有注销", f"{ACT}第十六条（主体资格）", True, parties.unit_closed, lifted=True),
    Rule("L-ENT-05", "被抽样单位没有停产停业", f"{ACT}第十六条（主体资格）", False, parties.unit_paused, lifted=True),
    Rule("L-ENT-06", "标称生产企业没有注销或停产", OFFICE, False, parties.producer_gone, lifted=True),
    Rule("L-ENT-07", "被抽样单位的许可证在有效期内", f"{ACT}第十六条（主体资格）", False, parties.licence_expired, lifted=True),
    Rule("L-AREA-01", "抽样编号的区划与抽样地一致", "国家食品安全抽样检验编号规则", False, parties.other_area),
    Rule("L-AREA-02", "抽样地能对照到行政区划", OFFICE, False, parties.region_unknown, outcomes=True),
    Rule("L-WORD-01", "食品分类和抽样地没有停用", OFFICE, True, parties.retired, outcomes=True),
    Rule("L-PLACE-01", "抽样地点属于该抽样环节", FORM, False, parties.place_of_other_link, lifted=True),
    Rule("L-PLACE-02", "市场内抽样写明摊位", FORM, False, parties.stall_missing, None, MARKET_LINKS, lifted=True),
    Rule("L-NET-01", "网络抽样有平台名称", f"{ACT}第十八条", False, parties.platform_missing, None, ONLINE),
    Rule("L-NET-02", "网络抽样有网店和订单信息", f"{ACT}第十八条", False, parties.shop_missing, None, ONLINE),
    Rule("L-NET-03", "网络抽样有买样信息", f"{ACT}第十八条", False, parties.buyer_missing, None, ONLINE),
    Rule("L-SPC-01", "特殊抽样写明案件编号或指令文号", f"{ACT}第十六条", True, parties.case_number_missing, special=True),
    Rule("L-SPC-02", "特殊抽样说明不检查哪些规则", f"{ACT}第十六条、第二十八条", False, special=True),
)
CAPS_LIFTED = "抽样频次上限"


def applies(rule: Rule, sheet: Sheet) -> bool:
    """Does the rule hold for this sheet?"""
    if sheet.state in (SampleState.REFUSED, SampleState.NOT_FOUND) and not rule.outcomes:
        return False
    if (rule.lifted and sheet.special_sampling) or (rule.special and not sheet.special_sampling):
        return False
    if rule.purposes is not None and sheet.purpose not in rule.purposes:
        return False
    return rule.links is None or sheet.link in rule.links


def lint(sheet: Sheet, known: Known) -> list[Finding]:
    """Every finding about the sheet, what blocks first, then in the table's order."""
    found = [
        Finding(rule.id, field, message, rule.blocking)
        for rule in RULES.values()
        if rule.check is not None and applies(rule, sheet) and not (rule.sheets_only and known.exported)
        for field, message in rule.check(sheet, known)
    ]
    found += _lifted(sheet)
    return sorted(dict.fromkeys(found), key=lambda finding: not finding.blocking)


def _lifted(sheet: Sheet) -> list[Finding]:
    """What special sampling leaves out is said on the sheet itself."""
    if not sheet.special_sampling or sheet.state in (SampleState.REFUSED, SampleState.NOT_FOUND):
        return []
    left_out = [rule.title for rule in RULES.values() if rule.lifted and (rule.purposes is None or sheet.purpose in rule.purposes)]
    message = f"本单为{sheet.special_sampling.value}抽样，不检查：{'；'.join([*left_out, CAPS_LIFTED])}（{ACT}第十六条）"
    return [Finding("L-SPC-02", "special_sampling", message, blocking=False)]

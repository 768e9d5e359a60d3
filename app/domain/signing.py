"""审批签名: which steps are signed, and the meaning that each signature has in words.

Signed is every decision that may be left to another while away (DELEGABLE), and what leaves the office under its name: sealing and
sending a return, publishing, issuing documents. Those are also the steps before which a person says again who he is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.domain.permissions import DELEGABLE, Permission
from app.domain.workflow import TABLES

SIGNED: frozenset[Permission] = DELEGABLE | {
    Permission.RETURN_SEAL, Permission.PUBLICATION_ISSUE, Permission.PUBLICATION_WITHDRAW, Permission.WARNING_ISSUE,
}  # fmt: skip
# Steps under a permission that is also asked for what nobody signs: drafting, or keeping from the public.
SIGNED_STEPS: frozenset[tuple[str, str]] = frozenset({
    ("official_document", "issue"), ("inspection", "publish"), ("inspection", "withdraw"), ("random_programme", "publish"),
})  # fmt: skip
RETURNED = "本人已审阅，认为材料须补充或更正，同意退回，理由见意见"

MEANINGS: Mapping[tuple[str, str], str] = {
    ("disposal_case", "approve"): "本人已审阅本案全部材料，同意核查处置结果，同意办结",
    ("disposal_case", "return"): RETURNED,
    ("disposal_case", "forward"): "本人已审阅本案全部材料，同意报局领导审批",
    ("sampling_plan", "approve"): "本人已审阅该计划全部内容，同意实施",
    ("sampling_plan", "return"): RETURNED,
    ("rule_exemption", "approve"): "本人已审阅申请理由，同意豁免",
    ("rule_exemption", "decline"): "本人已审阅申请理由，不同意豁免",
    ("rule_exemption", "revoke"): "本人同意收回该豁免",
    ("result_review", "approve"): "本人已审阅全部检验结果，同意生效",
    ("result_review", "return"): RETURNED,
    ("verdict_decision", "decide"): "本人已审阅检验结果与判定依据，同意审定的判定",
    ("verdict_decision", "decline"): "本人已审阅检验结果与判定依据，不采纳该判定意见",
    ("clock_change", "approve"): "本人已审阅申请理由和依据，同意延长或中止期限",
    ("clock_change", "decline"): "本人已审阅申请理由和依据，不同意延长或中止期限",
    ("clock_change", "void"): "本人同意作废该期限延长或中止",
    ("official_document", "issue"): "本人已核对文书全部内容，同意以本单位名义制发",
    ("retest", "accept"): "本人已审阅复检申请材料，同意受理",
    ("retest", "decline"): "本人已审阅复检申请材料，不予受理",
    ("retest", "terminate"): "本人同意终止复检",
    ("objection", "accept"): "本人已审阅异议申请材料，同意受理",
    ("objection", "decline"): "本人已审阅异议申请材料，不予受理",
    ("objection", "decide"): "本人已审阅异议全部材料，同意审核结论",
    ("penalty", "decide"): "本人已审阅本案全部材料，同意处罚决定",
    ("penalty", "return"): RETURNED,
    ("penalty", "forward"): "本人已审阅本案全部材料，同意送法制审核",
    ("penalty", "forward_leader"): "本人已审阅本案全部材料，同意报局领导审批",
    ("penalty", "clear_legal"): "本人已进行法制审核，认为事实清楚、证据确凿、程序合法、适用依据正确",
    ("penalty", "revoke"): "本人同意撤销该案或该决定",
    ("credit_listing", "list"): "本人已审阅列入依据，同意列入名单",
    ("credit_listing", "decline"): "本人已审阅列入依据，不予列入",
    ("credit_listing", "remove"): "本人已审阅移出依据，同意移出名单",
    ("risk_rule_set", "adopt"): "本人已审阅分级规则全部内容，同意施行",
    ("risk_rule_set", "return"): RETURNED,
    ("risk_rule_set", "retire"): "本人同意停用该分级规则",
    ("risk_grade", "confirm"): "本人已审阅评定依据，同意该风险等级",
    ("risk_grade", "return"): RETURNED,
    ("risk_grade", "void"): "本人同意作废该风险等级",
    ("risk_event", "void"): "本人同意作废该风险事件",
    ("risk_run", "confirm"): "本人已审阅年度评定全部结果，同意确认并生效",
    ("risk_run", "return"): RETURNED,
    ("incident", "rate"): "本人已审阅事故材料，同意核定的级别",
    ("incident", "close"): "本人已审阅处置情况，同意结束处置",
    ("incident", "reopen"): "本人同意重新处置该事故",
    ("incident", "void"): "本人同意作废该事故记录",
    ("monthly_return", "approve"): "本人已审阅报表全部数据，同意封存报送",
    ("monthly_return", "return"): RETURNED,
    ("monthly_return", "seal"): "本人已核对报表全部数据，封存后不再修改",
    ("monthly_return", "seal_direct"): "本人已核对报表全部数据，封存后不再修改（未经他人审批）",
    ("monthly_return", "send"): "本人确认报表已按封存内容报送",
    ("return_template", "adopt"): "本人已审阅模板对应关系和审核规则，同意启用",
    ("return_template", "return"): RETURNED,
    ("return_template", "retire"): "本人同意停用该报表模板",
    ("publication", "approve"): "本人已审阅公示全部内容，同意公布",
    ("publication", "return"): RETURNED,
    ("publication", "publish"): "本人已核对公示内容，确认予以公布",
    ("publication", "correct"): "本人已核对更正内容，确认更正已公布的内容",
    ("publication", "withdraw"): "本人确认撤回已公布的内容",
    ("inspection", "publish"): "本人已核对检查结果，确认予以公示",
    ("inspection", "withdraw"): "本人确认撤回已公示的检查结果",
    ("random_programme", "publish"): "本人已核对全部抽查结果，确认予以公示",
    ("public_warning", "approve"): "本人已审阅风险交流内容，同意发布",
    ("public_warning", "return"): RETURNED,
    ("public_warning", "publish"): "本人已核对风险交流内容，确认予以发布",
    ("public_warning", "withdraw"): "本人同意撤回已发布的风险交流内容",
    ("plan_evaluation", "approve"): "本人已审阅评估报告全部内容，同意",
    ("plan_evaluation", "return"): RETURNED,
    ("reference_change", "adopt"): "本人已复核变更内容和影响，同意采用",
    ("reference_change", "refuse"): "本人已复核变更内容和影响，不予采用",
}


def _signed_arrows() -> Mapping[tuple[str, str | None, str], str]:
    return {
        (kind, source.value if source is not None else None, step.value): MEANINGS[kind, step.value]
        for kind, table in TABLES.items()
        for (source, step), arrow in table.items()
        if (arrow.permission in SIGNED or (kind, step.value) in SIGNED_STEPS) and (kind, step.value) in MEANINGS
    }


MEANING_OF: Mapping[tuple[str, str | None, str], str] = _signed_arrows()
"""By kind, state before and step: what whoever takes it signs."""


# Acts that are no arrows: what is published about a penalty or a case is registered while it stands in any state.
ACTS: Mapping[tuple[str, str], str] = {
    ("penalty", "publish_penalty"): "本人已核对处罚决定和公示内容，确认予以公示",
    ("penalty", "remove_penalty"): "本人确认停止公示该处罚信息",
    ("disposal_case", "publish_case"): "本人已核对公开内容，确认予以公开",
    ("disposal_case", "remove_publication"): "本人确认撤下已公开的信息",
}
SIGNED_KINDS: frozenset[str] = frozenset({kind for kind, _, _ in MEANING_OF} | {kind for kind, _ in ACTS})


def meaning_of(kind: str, before: str | None, step: str) -> str | None:
    """What whoever takes this step signs; None where it is not signed."""
    return MEANING_OF.get((kind, before, step)) or ACTS.get((kind, step))


@dataclass(frozen=True, slots=True)
class Content:
    """What of a record is signed beside its own row: tables whose rows name it in this column, and columns that are no content."""

    children: Mapping[str, str]
    but: frozenset[str] = frozenset()


NO_CHILDREN = Content({})
CONTENT: Mapping[str, Content] = {
    "sampling_plan": Content({"plan_quota": "plan_id", "plan_item_set": "plan_id"}),
    "disposal_case": Content({"case_quantity": "case_id"}),
    "retest": Content({"retest_item": "retest_id"}),
    "penalty": Content({"case_publication": "penalty_id"}),
    "inspection": Content({"inspection_finding": "inspection_id"}),
    "random_programme": Content({"random_target": "programme_id"}),
    "monthly_return": Content({"return_figure": "return_id", "return_check": "return_id"}),
    "return_template": Content({"return_cell": "template_id", "return_rule": "template_id"}),
    "publication": Content({"publication_item": "publication_id"}),
    "public_warning": Content({"warning_source": "warning_id"}),
    "risk_grade": Content({"risk_point": "grade_id"}),
}

# Tables that earlier releases did not sign: their signatures, which kept no content, are verified without them.
SIGNED_LATER: frozenset[str] = frozenset({"case_publication"})


def content_of(kind: str) -> Content:
    return CONTENT.get(kind, NO_CHILDREN)

"""Pages of plans, tasks, draws, exemptions, samples and their results."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.db import session
from app.domain.workflow import (
    AssignmentStep,
    BackupStep,
    BatchStep,
    DecisionStep,
    DrawingStep,
    ExemptionStep,
    PlanStep,
    RapidStep,
    ReturnStep,
    ReviewState,
    ReviewStep,
    SampleStep,
    UrgentStep,
)
from app.sampling.models import Sample
from app.urgent.clock import shown
from tests.flows.door import DAY, REASON, WHY, Door, Doors, said
from tests.plans.conftest import typed as typed_plan
from tests.rapid_tests.conftest import typed as typed_test
from tests.results.test_report_entry import item
from tests.results.test_report_entry import typed as typed_report
from tests.sampling.conftest import SHEET

ARRIVED = {"happened_at": "2026-11-19T09:30", "person": "王五", "reason": "封条破损", "refuse": "1"}
FIRST = {
    "measures": "已责令下架封存", "contact": "赵六", "phone": "22820000",
    **{f"{who}_{part}": value for who in ("ORGANISER", "PLACE")
       for part, value in (("authority", "市监局"), ("way", "电话"), ("person", "王五"))},
}  # fmt: skip


def _urgent(record: Any, office: Any) -> Mapping[str, Any]:
    moment = shown(record.confirmed_at).strftime("%Y-%m-%dT%H:%M")  # type: ignore[union-attr]
    return FIRST | {"confirmed_at": moment, "ORGANISER_at": moment, "PLACE_at": moment, "reason": "措施有补充"}


def _team(record: Any, office: Any) -> Mapping[str, Any]:
    return {"member_ids": list(record.member_ids)[::-1], "laboratory_id": office.orgs["otherlab"].id, "comment": "承检机构变更"}


def _resubmitted(record: Any, office: Any) -> Mapping[str, Any]:
    return typed_report([item("毒死蜱", "0.032", "")], version=session().get_one(Sample, record.sample_id).version)


def _reported(record: Any, office: Any) -> Mapping[str, Any]:
    return typed_report([item("毒死蜱", "0.32", "")], version=record.version, reason="补充报告")


VERDICT_DECISION: Doors = {
    DecisionStep.DECIDE: Door("/decisions/{id}/decide", WHY),
    DecisionStep.DECLINE: Door("/decisions/{id}/decline", WHY),
    DecisionStep.WITHDRAW: Door("/decisions/{id}/withdraw"),
}
URGENT_REPORT: Doors = {
    UrgentStep.REPORT: Door("/urgent/{id}/report", _urgent),
    UrgentStep.CORRECT: Door("/urgent/{id}/report", _urgent, "reason"),
    UrgentStep.ACKNOWLEDGE: Door("/urgent/{id}/acknowledge", WHY),
}
RESULT_REVIEW: Doors = {
    ReviewStep.CHECK: Door("/reviews/{id}/check", WHY, again=403),  # 校核、批准不得为同一人 holds from now on
    ReviewStep.APPROVE: Door("/reviews/{id}/approve", WHY, given={ReviewState.SUBMITTED: {"RESULTS_REVIEW": "one"}}),
    ReviewStep.RETURN: Door("/reviews/{id}/return", WHY, at={ReviewState.CHECKED: "/reviews/{id}/decline"}),
    ReviewStep.WITHDRAW: Door("/reviews/{id}/withdraw"),
    ReviewStep.SUBMIT: Door(
        "/samples/{sample}/results?review={id}", _resubmitted, beside=frozenset({ReviewState.APPROVED, ReviewState.WITHDRAWN})
    ),
}
SAMPLING_PLAN: Doors = {
    PlanStep.EDIT: Door("/plans/{id}/edit", said(**typed_plan(name="另一名称", reason="更名")), "reason"),
    PlanStep.SUBMIT: Door("/plans/{id}/submit", WHY),
    PlanStep.RECALL: Door("/plans/{id}/recall"),
    PlanStep.RETURN: Door("/plans/{id}/return", WHY),
    PlanStep.APPROVE: Door("/plans/{id}/approve", WHY),
    PlanStep.ISSUE: Door("/plans/{id}/issue", WHY),
    PlanStep.AMEND: Door("/plans/{id}/amend", WHY),
    PlanStep.CLOSE: Door("/plans/{id}/close", WHY),
    PlanStep.VOID: Door("/plans/{id}/void", WHY),
}
SAMPLING_ASSIGNMENT: Doors = {
    AssignmentStep.ACCEPT: Door("/assignments/{id}/accept"),
    AssignmentStep.DECLINE: Door("/assignments/{id}/decline", WHY),
    AssignmentStep.RESCHEDULE: Door("/assignments/{id}/reschedule", said(from_on="2026-11-24", to_on="2026-12-02", comment="天气原因")),
    AssignmentStep.REASSIGN: Door("/assignments/{id}/reassign", _team),
    AssignmentStep.FINISH: Door("/assignments/{id}/finish", WHY),
    AssignmentStep.CANCEL: Door("/assignments/{id}/cancel", WHY),
}
DRAWING: Doors = {
    DrawingStep.DRAW: Door("/drawings/{id}/draw", said(public_word="彩票 05 11 23", witness="王五")),
    DrawingStep.VOID: Door("/drawings/{id}/void", WHY),
}
RULE_EXEMPTION: Doors = {
    ExemptionStep.APPROVE: Door("/exemptions/{id}/approve", WHY),
    ExemptionStep.DECLINE: Door("/exemptions/{id}/decline", WHY),
    ExemptionStep.REVOKE: Door("/exemptions/{id}/revoke", WHY),
}
BACKUP_SAMPLE: Doors = {
    BackupStep.MOVE: Door("/custody/backups/{id}/move", said(place="冷库 B", reason="库房调整"), "reason"),
    BackupStep.DISCARD: Door("/custody/backups/{id}/discard", said(discarded_on=DAY, method="无害化销毁", witness="王五")),
}
RAPID_TEST: Doors = {
    RapidStep.CORRECT: Door("/rapid-tests/{id}/correct", said(**typed_test(stall="蔬菜 13 号", reason="摊位写错")), "reason"),
    RapidStep.SEND: Door("/rapid-tests/{id}/sent", said(number="XC26120119460010009")),
    RapidStep.VOID: Door("/rapid-tests/{id}/void", REASON, "reason"),
}
MONTHLY_RETURN: Doors = {
    ReturnStep.REMAKE: Door("/returns/{id}/remake"),
    ReturnStep.EXPLAIN: Door("/returns/{id}/explain", said(**{"why-T-05": "检验机构正在复核"})),
    ReturnStep.CHECK: Door("/returns/{id}/check", WHY),
    ReturnStep.DISCARD: Door("/returns/{id}/discard", WHY),
    ReturnStep.RECALL: Door("/returns/{id}/recall"),
    ReturnStep.RETURN: Door("/returns/{id}/return", WHY),
    ReturnStep.APPROVE: Door("/returns/{id}/approve", said(comment="情况属实", confirmed="y")),
    ReturnStep.SEAL: Door("/returns/{id}/seal"),
    ReturnStep.SEND: Door("/returns/{id}/send", said(sent_on=DAY, sent_to="天津市市场监督管理委员会", sent_document="津蓟市监〔2026〕8号")),
}
IMPORT_BATCH: Doors = {
    BatchStep.CONFIRM: Door("/imports/{id}/confirm", said(reported_on="2026-11-12")),
    BatchStep.REVIVE: Door("/imports/{id}/confirm", said(reported_on="2026-11-12")),
    BatchStep.DISCARD: Door("/imports/{id}/discard"),
    BatchStep.UNDO: Door("/imports/{id}/undo", said(comment="导错文件")),
}
SAMPLE: Doors = {
    SampleStep.REPORT: Door("/samples/{id}/results", _reported, refused=422, again=303),
    SampleStep.AMEND: Door("/samples/{id}/results", _reported, refused=422, again=303),
    SampleStep.CORRECT: Door(
        "/sampling/{id}/correct",
        said(**SHEET | {"product_name": "菠菜", "made_on": "2026-11-01", "sampled_on": "2026-11-02", "reason": "写错"}), "reason",
    ),
    SampleStep.REJECT: Door("/custody/samples/{id}/receive", said(**ARRIVED), "reason"),
    SampleStep.VOID: Door("/sampling/{id}/void", REASON, "reason"),
    SampleStep.REVIVE: Door("/sampling/{id}/revive"),
    SampleStep.RETURN: Door("/sampling/{id}/return", REASON, "reason"),
}

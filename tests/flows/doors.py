"""Every step of every workflow by its page, or by what takes it instead. ``test_every_arrow`` holds that none is left out."""

from __future__ import annotations

from collections.abc import Mapping

from app.domain.workflow import (
    AssignmentStep,
    BackupStep,
    BatchStep,
    CaseStep,
    ClockChangeStep,
    DecisionStep,
    DelegationStep,
    DocumentStep,
    DrawingStep,
    ExemptionStep,
    ListingStep,
    ObjectionStep,
    PenaltyState,
    PenaltyStep,
    PlanStep,
    RapidStep,
    RetestStep,
    ReturnStep,
    ReviewStep,
    RippleTaskStep,
    SampleStep,
    Step,
    TransferStep,
    UrgentStep,
)
from tests.flows import doors_of_cases as cases
from tests.flows import doors_of_sampling as sampling
from tests.flows import supervision
from tests.flows.door import Door, Doors

Key = tuple[str, Step]
OF: Mapping[str, Doors] = {
    "disposal_case": cases.CASE,
    "clock_change": cases.CLOCK_CHANGE,
    "official_document": cases.OFFICIAL_DOCUMENT,
    "retest": cases.RETEST,
    "objection": cases.OBJECTION,
    "ripple_task": cases.RIPPLE_TASK,
    "case_transfer": cases.CASE_TRANSFER,
    "delegation": cases.DELEGATION,
    "penalty": cases.PENALTY,
    "credit_listing": cases.CREDIT_LISTING,
    "verdict_decision": sampling.VERDICT_DECISION,
    "urgent_report": sampling.URGENT_REPORT,
    "result_review": sampling.RESULT_REVIEW,
    "sampling_plan": sampling.SAMPLING_PLAN,
    "sampling_assignment": sampling.SAMPLING_ASSIGNMENT,
    "drawing": sampling.DRAWING,
    "rule_exemption": sampling.RULE_EXEMPTION,
    "backup_sample": sampling.BACKUP_SAMPLE,
    "rapid_test": sampling.RAPID_TEST,
    "monthly_return": sampling.MONTHLY_RETURN,
    "import_batch": sampling.IMPORT_BATCH,
    "sample": sampling.SAMPLE,
    **supervision.gathered("DOORS"),
}
DOORS: Mapping[Key, Door] = {(kind, step): door for kind, doors in OF.items() for step, door in doors.items()}

# The pages that make the record, by their endpoints.
MADE_BY: Mapping[Key, tuple[str, ...]] = {
    ("sample", SampleStep.REGISTER): ("sampling.new",),
    ("sample", SampleStep.REFUSE): ("sampling.new",),
    ("sample", SampleStep.MISS): ("sampling.new",),
    ("import_batch", BatchStep.STAGE): ("results.upload",),
    ("monthly_return", ReturnStep.DRAFT): ("exports.make", "exports.correct"),
    ("sampling_plan", PlanStep.DRAFT): ("plans.new",),
    ("sampling_assignment", AssignmentStep.ASSIGN): ("assignments.new", "assignments.several"),
    ("drawing", DrawingStep.COMMIT): ("drawings.new", "retests.freeze"),
    ("rule_exemption", ExemptionStep.ASK): ("exemptions.ask",),
    ("backup_sample", BackupStep.STORE): ("custody.store",),
    ("rapid_test", RapidStep.RECORD): ("rapid_tests.new",),
    ("result_review", ReviewStep.SUBMIT): ("results.enter",),
    ("verdict_decision", DecisionStep.PROPOSE): ("decisions.propose", "decisions.again"),
    ("clock_change", ClockChangeStep.ASK): ("legal_clocks.ask",),
    ("official_document", DocumentStep.DRAFT): ("official_documents.new_of_case", "official_documents.new_of_sample"),
    ("retest", RetestStep.APPLY): ("retests.new",),
    ("objection", ObjectionStep.APPLY): ("objections.new_of_case", "objections.new_of_sample"),
    ("case_transfer", TransferStep.SEND): ("transfers.new",),
    ("delegation", DelegationStep.GRANT): ("delegations.new",),
    ("penalty", PenaltyStep.FILE): ("penalties.file",),
    ("credit_listing", ListingStep.PROPOSE): ("listings.propose",),
    **supervision.gathered("MADE_BY"),
}

OF_THE_RESULT = "随检验结果的录入、更正、撤回或样品作废而来"
# Steps that nobody takes by a page of their own: what takes them.
INSIDE: Mapping[Key, str] = {
    ("disposal_case", CaseStep.OPEN): OF_THE_RESULT,
    ("disposal_case", CaseStep.CANCEL): OF_THE_RESULT,
    ("disposal_case", CaseStep.REOPEN): OF_THE_RESULT,
    ("urgent_report", UrgentStep.OPEN): OF_THE_RESULT,
    ("urgent_report", UrgentStep.CANCEL): OF_THE_RESULT,
    ("urgent_report", UrgentStep.REOPEN): OF_THE_RESULT,
    ("verdict_decision", DecisionStep.LAPSE): "报告不再有效时随之失效",
    ("sample", SampleStep.WITHDRAW): "随撤销导入而来",
    ("ripple_task", RippleTaskStep.OPEN): "结论变更时列出",
    ("monthly_return", ReturnStep.SEAL_DIRECT): "本机操作员用 flask exports seal 直接封存",
    **supervision.gathered("INSIDE"),
}

# Arrows that this test does not drive, with the reason and the test that does (its file and its name).
NOT_YET: Mapping[tuple[str, object, Step], tuple[str, str, str]] = {
    ("penalty", PenaltyState.DECIDED, PenaltyStep.CLOSE): (
        "一件处罚要么有执行内容，要么直接结案", "tests/penalties/test_penalties.py", "test_a_warning_is_closed_once_served"
    ),
    **supervision.gathered("NOT_YET"),
}

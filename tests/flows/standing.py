"""A record of every kind with a workflow, in any of its states."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from app.db import Base
from tests.flows import standing_of_cases as cases
from tests.flows import standing_of_sampling as sampling
from tests.flows import supervision

MAKE: Mapping[str, Callable[[Any, Any], Any]] = {
    "disposal_case": cases.disposal_case,
    "clock_change": cases.clock_change,
    "official_document": cases.official_document,
    "retest": cases.retest,
    "objection": cases.objection,
    "ripple_task": cases.ripple_task,
    "case_transfer": cases.case_transfer,
    "delegation": cases.delegation,
    "penalty": cases.penalty,
    "credit_listing": cases.credit_listing,
    "sampling_plan": sampling.sampling_plan,
    "sampling_assignment": sampling.sampling_assignment,
    "drawing": sampling.drawing,
    "rule_exemption": sampling.rule_exemption,
    "backup_sample": sampling.backup_sample,
    "rapid_test": sampling.rapid_test,
    "monthly_return": sampling.monthly_return,
    "verdict_decision": sampling.verdict_decision,
    "urgent_report": sampling.urgent_report,
    "result_review": sampling.result_review,
    "import_batch": sampling.import_batch,
    "sample": sampling.sample,
    **supervision.gathered("MAKE"),
}
MODELS: Mapping[str, type[Any]] = {
    mapper.class_.__tablename__: mapper.class_ for mapper in Base.registry.mappers if mapper.class_.__tablename__ in MAKE
}

"""Who may do what in 企业、风险分级和监督检查: a part of the table of permissions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.domain.actors import Role
from app.domain.permission_names import Permission
from app.domain.permission_tests import (
    Clause,
    from_above,
    holding,
    in_reach,
    is_inspector,
    is_reviewer,
    is_staff,
    is_statistician,
    is_system_admin,
    not_own_proposal,
    reviews_or_counts,
)

P = Permission
works = holding(Role.SAMPLER, Role.HANDLER, Role.STATISTICIAN)  # 执法人员 and whoever keeps the registers
inspects = holding(Role.SAMPLER, Role.HANDLER)

SUPERVISION_RULES: Mapping[Permission, Sequence[Clause]] = {
    P.ENTERPRISE_MERGE: [[reviews_or_counts, in_reach]],
    P.RISK_RULE_READ: [[is_staff, in_reach], [is_staff, from_above]],
    P.RISK_RULE_EDIT: [[is_statistician, in_reach]],
    P.RISK_RULE_ADOPT: [[is_reviewer, in_reach, not_own_proposal]],
    P.RISK_LIST: [[is_staff]],
    P.RISK_READ: [[is_staff, in_reach]],
    P.RISK_SCORE: [[works, in_reach]],
    P.RISK_DECIDE: [[is_reviewer, in_reach, not_own_proposal]],
    P.RISK_RUN: [[is_statistician, in_reach]],
    P.INSPECTION_LIST: [[is_staff]],
    P.INSPECTION_READ: [[is_staff, in_reach]],
    P.INSPECTION_MAKE: [[holding(Role.SAMPLER, Role.HANDLER, Role.REVIEWER, Role.STATISTICIAN), in_reach]],
    P.INSPECTION_RECORD: [[inspects, in_reach, is_inspector]],
    P.INSPECTION_PUBLISH: [[holding(Role.HANDLER, Role.REVIEWER, Role.STATISTICIAN), in_reach]],
    P.INSPECTION_VOID: [[is_reviewer, in_reach]],
    P.CHECKLIST_READ: [[is_staff], [is_system_admin]],
    P.SCHEDULE_READ: [[is_staff, in_reach]],
    P.SCHEDULE_MAKE: [[reviews_or_counts, in_reach]],
    P.RECTIFY_LIST: [[is_staff]],
    P.RECTIFY_READ: [[is_staff, in_reach]],
    P.RECTIFY_HANDLE: [[inspects, in_reach]],
    P.RECTIFY_DECIDE: [[is_reviewer, in_reach]],
    P.RANDOM_READ: [[is_staff, in_reach]],
    P.RANDOM_MAKE: [[reviews_or_counts, in_reach]],
    P.RANDOM_DRAW: [[reviews_or_counts, in_reach]],
    P.RANDOM_RECORD: [[holding(Role.SAMPLER, Role.HANDLER, Role.REVIEWER, Role.STATISTICIAN), in_reach]],
    P.INSPECTOR_EDIT: [[reviews_or_counts, in_reach]],
    P.SELF_REPORT_LIST: [[is_staff]],
    P.SELF_REPORT_READ: [[is_staff, in_reach]],
    P.SELF_REPORT_HANDLE: [[works, in_reach]],
    P.SELF_REPORT_WAIVE: [[is_reviewer, in_reach]],
    P.INCIDENT_LIST: [[is_staff]],
    P.INCIDENT_READ: [[is_staff, in_reach]],
    P.INCIDENT_REPORT: [[works, in_reach]],
    P.INCIDENT_RATE: [[is_reviewer, in_reach, not_own_proposal]],
}

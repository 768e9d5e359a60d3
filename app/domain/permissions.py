"""Who may do what, as one table: each permission is a list of clauses, any of which grants; every test of a clause must hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app.domain.actors import Actor, Role
from app.domain.permission_names import NAMES, Permission
from app.domain.permission_tests import (
    Clause,
    anybody,
    handed_down,
    has_our_case,
    holding,
    in_reach,
    is_audit_admin,
    is_case_handler,
    is_handler,
    is_laboratory,
    is_member,
    is_proposer,
    is_reviewer,
    is_sampler,
    is_security_admin,
    is_staff,
    is_statistician,
    is_submitter,
    is_system_admin,
    is_uploader,
    not_own_plan,
    not_own_proposal,
    not_own_request,
    not_own_result,
    not_own_submission,
    not_self,
    organised_by_us,
    reviews_or_counts,
    samples_or_counts,
    tested_by_us,
)

__all__ = ["NAMES", "RULES", "Permission", "may_ever", "permits"]

P = Permission
RULES: Mapping[Permission, Sequence[Clause]] = {
    P.PUBLIC: [[anybody]],
    P.SIGNED_IN: [[anybody]],
    P.HOME: [[anybody]],
    P.SAMPLE_LIST: [[is_staff], [is_laboratory]],
    P.SAMPLE_READ: [
        [is_staff, in_reach],
        [is_staff, organised_by_us],
        [is_staff, has_our_case],
        [is_laboratory, tested_by_us],
    ],
    P.SAMPLE_CREATE: [[is_sampler], [is_statistician]],
    P.SAMPLE_CORRECT: [[samples_or_counts, in_reach]],
    P.SAMPLE_VOID: [[samples_or_counts, in_reach]],
    P.SAMPLE_EXPORT: [[is_staff], [is_laboratory]],
    P.PERSONAL_UNMASK: [[holding(Role.SAMPLER, Role.HANDLER, Role.REVIEWER), in_reach]],
    P.IMPORT_LIST: [[samples_or_counts], [is_laboratory]],
    P.IMPORT_STAGE: [[samples_or_counts], [is_laboratory]],
    P.IMPORT_READ: [[samples_or_counts, in_reach], [is_laboratory, in_reach]],
    P.RESULT_ENTER: [[samples_or_counts, in_reach], [is_laboratory, tested_by_us]],
    P.RESULT_UNDO: [[samples_or_counts, in_reach]],
    P.ENTERPRISE_LIST: [[is_staff]],
    P.ENTERPRISE_READ: [[is_staff, in_reach]],
    P.ENTERPRISE_CREATE: [[holding(Role.SAMPLER, Role.HANDLER, Role.STATISTICIAN)]],
    P.ENTERPRISE_CORRECT: [[holding(Role.SAMPLER, Role.HANDLER, Role.STATISTICIAN), in_reach]],
    P.ENTERPRISE_IMPORT: [[samples_or_counts]],
    P.CASE_LIST: [[is_staff]],
    P.CASE_READ: [[is_staff, in_reach]],
    P.CASE_CLAIM: [[is_handler, in_reach]],
    P.CASE_HANDLE: [[is_handler, in_reach, is_case_handler]],
    P.CASE_RECALL: [[is_handler, in_reach, is_submitter]],
    P.CASE_APPROVE: [[is_reviewer, in_reach, not_own_submission]],
    P.INDICATOR_READ: [[is_staff]],
    P.REPORTED_VALUE_ENTER: [[is_statistician]],
    P.TASK_READ: [[is_staff]],
    P.TASK_EDIT: [[is_statistician]],
    P.RETURN_READ: [[is_staff]],
    P.RETURN_MAKE: [[is_statistician]],
    P.RETURN_SEAL: [[is_statistician]],
    P.ATTACHMENT_READ: [[is_staff, in_reach], [is_laboratory, in_reach]],
    P.REFERENCE_READ: [[is_staff], [is_system_admin]],
    P.REFERENCE_EDIT: [[is_system_admin]],
    P.MAPPING_EDIT: [[is_statistician]],
    P.ORGANISATION_READ: [[is_system_admin], [is_security_admin]],
    P.ORGANISATION_EDIT: [[is_system_admin]],
    P.USER_LIST: [[is_system_admin], [is_security_admin]],
    P.USER_READ: [[is_system_admin, in_reach], [is_security_admin, in_reach]],
    P.USER_CREATE: [[is_system_admin]],
    P.USER_EDIT: [[is_system_admin, in_reach, not_self]],
    P.USER_RESET: [[is_system_admin, in_reach, not_self]],
    P.USER_UNLOCK: [[is_security_admin, in_reach, not_self]],
    P.JOB_READ: [[is_uploader]],
    P.AUDIT_READ: [[is_audit_admin]],
    P.SAMPLE_RETURN: [[reviews_or_counts, in_reach], [is_laboratory, tested_by_us]],
    P.SAMPLE_RECEIVE: [[samples_or_counts, in_reach], [is_laboratory, tested_by_us]],
    P.SAMPLE_PRINT: [[is_staff, in_reach], [is_staff, organised_by_us], [is_laboratory, tested_by_us]],
    P.CUSTODY_RECORD: [[samples_or_counts, in_reach], [is_laboratory, tested_by_us]],
    P.BACKUP_LIST: [[is_staff], [is_laboratory]],
    P.BACKUP_READ: [[is_staff, in_reach], [is_laboratory, tested_by_us]],
    P.BACKUP_HANDLE: [[samples_or_counts, in_reach], [is_laboratory, tested_by_us]],
    P.PLAN_READ: [[is_staff, in_reach], [is_staff, handed_down]],
    P.PLAN_CREATE: [[is_statistician]],
    P.PLAN_EDIT: [[is_statistician, in_reach]],
    P.PLAN_APPROVE: [[is_reviewer, in_reach, not_own_plan]],
    P.PLAN_ISSUE: [[is_statistician, in_reach], [is_reviewer, in_reach]],
    P.ASSIGNMENT_LIST: [[is_staff], [is_laboratory]],
    P.ASSIGNMENT_READ: [[is_staff, in_reach], [is_laboratory, tested_by_us]],
    P.ASSIGNMENT_MAKE: [[reviews_or_counts]],
    P.ASSIGNMENT_EDIT: [[reviews_or_counts, in_reach]],
    P.ASSIGNMENT_ANSWER: [[is_sampler, in_reach, is_member]],
    P.DRAWING_READ: [[is_staff, in_reach]],
    P.DRAWING_MAKE: [[reviews_or_counts]],
    P.DRAWING_REVEAL: [[reviews_or_counts, in_reach]],
    P.EXEMPTION_READ: [[is_staff, in_reach]],
    P.EXEMPTION_ASK: [[samples_or_counts]],
    P.EXEMPTION_DECIDE: [[is_reviewer, in_reach, not_own_request]],
    P.RAPID_READ: [[is_staff, in_reach]],
    P.RAPID_RECORD: [[samples_or_counts]],
    P.RAPID_EDIT: [[samples_or_counts, in_reach]],
    P.TEMPLATE_READ: [[is_staff], [is_system_admin]],
    P.TEMPLATE_EDIT: [[is_system_admin]],
    P.RESULT_REVIEW_READ: [[is_staff, in_reach], [is_laboratory, tested_by_us]],
    P.RESULT_CHECK: [[reviews_or_counts, in_reach, not_own_result], [is_laboratory, tested_by_us, not_own_result]],
    P.RESULT_APPROVE: [[is_reviewer, in_reach, not_own_result]],
    P.RESULT_WITHDRAW: [[samples_or_counts, in_reach, is_submitter], [is_laboratory, tested_by_us, is_submitter]],
    P.RESULT_RETURN: [[reviews_or_counts, in_reach]],
    P.VERDICT_READ: [[is_staff, in_reach]],
    P.VERDICT_PROPOSE: [[holding(Role.SAMPLER, Role.HANDLER, Role.REVIEWER, Role.STATISTICIAN), in_reach]],
    P.VERDICT_DECIDE: [[is_reviewer, in_reach, not_own_proposal]],
    P.VERDICT_WITHDRAW: [[is_staff, in_reach, is_proposer]],
    P.URGENT_LIST: [[is_staff], [is_laboratory]],
    P.URGENT_READ: [[is_staff, in_reach], [is_laboratory, tested_by_us]],
    P.URGENT_REPORT: [
        [holding(Role.SAMPLER, Role.HANDLER, Role.STATISTICIAN), in_reach],
        [is_laboratory, tested_by_us],
    ],
    P.URGENT_ACKNOWLEDGE: [[is_reviewer, in_reach]],
    P.TURNAROUND_READ: [[is_staff], [is_laboratory]],
    P.TURNAROUND_AGREE: [[reviews_or_counts]],
    P.TURNAROUND_VOID: [[reviews_or_counts, in_reach]],
    P.SCREEN_READ: [[holding(Role.REVIEWER, Role.LEADER, Role.STATISTICIAN)]],
    P.FINDING_LIST: [[is_staff]],
    P.FINDING_READ: [[is_staff, in_reach]],
    P.FINDING_IMPORT: [[samples_or_counts]],
    P.FINDING_LINK: [[samples_or_counts, in_reach]],
    P.LAYOUT_READ: [[samples_or_counts, in_reach], [is_laboratory, in_reach]],
    P.LAYOUT_EDIT: [[samples_or_counts, in_reach], [is_laboratory, in_reach]],
    P.CONFLICT_DECIDE: [[samples_or_counts, in_reach]],
    P.NOTICE_LIST: [[is_staff], [is_laboratory]],
    P.NOTICE_READ: [[is_staff, in_reach], [is_laboratory, in_reach]],
    P.API_KEY_LIST: [[is_system_admin]],
    P.API_KEY_ISSUE: [[is_system_admin]],
    P.API_KEY_EDIT: [[is_system_admin, in_reach]],
}


def permits(actor: Actor, permission: Permission, subject: Any = None) -> bool:
    """True when any clause of the permission holds for this actor and subject."""
    return any(all(test(actor, subject) for test in clause) for clause in RULES[permission])


def may_ever(actor: Actor, permission: Permission) -> bool:
    """Could this actor hold the permission for some record? Menus and lists ask this; only role tests are evaluated."""
    role_tests = {anybody, *_ROLE_TESTS}
    return any(all(test(actor, None) for test in clause if test in role_tests) for clause in RULES[permission])


_ROLE_TESTS = frozenset(
    test for clauses in RULES.values() for clause in clauses for test in clause if test.__name__ == "holds"
)

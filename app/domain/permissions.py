"""Who may do what, as one table: each permission is a list of clauses, any of which grants; every test of a clause must hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from app.domain.actors import Actor, Role
from app.domain.permission_names import Permission
from app.domain.permission_tests import (
    TWO_PEOPLE,
    Clause,
    addressed_to_us,
    anybody,
    handed_down,
    has_our_case,
    holding,
    in_reach,
    is_audit_admin,
    is_case_handler,
    is_delegator,
    is_handler,
    is_laboratory,
    is_leader,
    is_legal,
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
    not_own_penalty,
    not_own_plan,
    not_own_proposal,
    not_own_request,
    not_own_result,
    not_own_submission,
    not_passed_on,
    not_self,
    organised_by_us,
    reviews_or_counts,
    samples_or_counts,
    tested_by_us,
)
from app.domain.permission_titles import NAMES
from app.domain.reporting_permissions import REPORTING_RULES
from app.domain.supervision_permissions import SUPERVISION_RULES
from app.domain.trust_permissions import TRUST_RULES

__all__ = ["NAMES", "RULES", "Permission", "may_ever", "permits"]

P = Permission
RULES: Mapping[Permission, Sequence[Clause]] = {
    P.PUBLIC: [[anybody]],
    P.SIGNED_IN: [[anybody]],
    P.HOME: [[anybody]],
    P.SEARCH: [[is_staff], [is_laboratory]],
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
    P.PERSONAL_UNMASK: [[holding(Role.SAMPLER, Role.HANDLER, Role.REVIEWER, Role.LEADER, Role.LEGAL), in_reach]],
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
    P.RETURN_READ: [[is_staff, in_reach]],
    P.RETURN_MAKE: [[is_statistician, in_reach]],
    P.RETURN_SEAL: [[is_statistician, in_reach]],
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
    P.CLOCK_LIST: [[is_staff]],
    P.CLOCK_READ: [[is_staff, in_reach]],
    P.CLOCK_ASK: [[holding(Role.HANDLER, Role.SAMPLER, Role.STATISTICIAN), in_reach]],
    P.CLOCK_DECIDE: [[is_reviewer, in_reach, not_own_request]],
    P.DOCUMENT_LIST: [[is_staff]],
    P.DOCUMENT_READ: [[is_staff, in_reach]],
    P.DOCUMENT_MAKE: [[holding(Role.HANDLER, Role.SAMPLER, Role.STATISTICIAN), in_reach]],
    P.DOCUMENT_DELIVER: [[holding(Role.HANDLER, Role.SAMPLER, Role.STATISTICIAN), in_reach]],
    P.DOCUMENT_VOID: [[is_reviewer, in_reach]],
    P.CASE_ANSWER: [[is_reviewer, in_reach, not_own_submission]],
    P.FORECAST_READ: [[is_staff]],
    P.RETEST_LIST: [[is_staff]],
    P.RETEST_READ: [[is_staff, in_reach]],
    P.RETEST_HANDLE: [[holding(Role.HANDLER, Role.SAMPLER, Role.STATISTICIAN), in_reach]],
    P.RETEST_DECIDE: [[is_reviewer, in_reach, not_own_request]],
    P.RETEST_CONCLUDE: [[holding(Role.HANDLER, Role.SAMPLER, Role.STATISTICIAN), in_reach]],
    P.OBJECTION_LIST: [[is_staff]],
    P.OBJECTION_READ: [[is_staff, in_reach]],
    P.OBJECTION_HANDLE: [[holding(Role.HANDLER, Role.SAMPLER, Role.STATISTICIAN), in_reach]],
    P.OBJECTION_DECIDE: [[is_reviewer, in_reach, not_own_request]],
    P.RIPPLE_LIST: [[is_staff]],
    P.RIPPLE_READ: [[is_staff, in_reach]],
    P.RIPPLE_HANDLE: [[holding(Role.SAMPLER, Role.HANDLER, Role.REVIEWER, Role.LEADER, Role.STATISTICIAN), in_reach]],
    P.TRANSFER_LIST: [[is_staff]],
    P.TRANSFER_READ: [[is_staff, in_reach], [is_staff, addressed_to_us]],
    P.TRANSFER_SEND: [[holding(Role.HANDLER, Role.REVIEWER), in_reach]],
    P.TRANSFER_ANSWER: [[holding(Role.HANDLER, Role.REVIEWER), in_reach], [holding(Role.HANDLER, Role.REVIEWER), addressed_to_us]],
    P.PENALTY_LIST: [[is_staff]],
    P.PENALTY_READ: [[is_staff, in_reach]],
    P.PENALTY_HANDLE: [[is_handler, in_reach, is_case_handler]],
    P.PENALTY_RECALL: [[is_handler, in_reach, is_proposer]],
    P.PENALTY_REVIEW: [[is_reviewer, in_reach, not_own_penalty]],
    P.PENALTY_LEGAL: [[is_legal, in_reach, not_own_penalty]],
    P.PENALTY_LEAD: [[is_leader, in_reach, not_own_penalty]],
    P.PENALTY_REVOKE: [[is_reviewer, in_reach, not_own_proposal]],
    P.LISTING_LIST: [[is_staff]],
    P.LISTING_READ: [[is_staff, in_reach]],
    P.LISTING_PROPOSE: [[is_handler, in_reach]],
    P.LISTING_DECIDE: [[is_reviewer, in_reach, not_own_proposal]],
    P.DELEGATION_LIST: [[holding(Role.REVIEWER, Role.LEADER, Role.LEGAL)]],
    P.DELEGATION_READ: [[holding(Role.REVIEWER, Role.LEADER, Role.LEGAL), in_reach]],
    P.DELEGATION_GRANT: [[holding(Role.REVIEWER, Role.LEADER, Role.LEGAL), in_reach]],
    P.DELEGATION_REVOKE: [[holding(Role.REVIEWER, Role.LEADER, Role.LEGAL), in_reach, is_delegator], [is_leader, in_reach]],
    P.CASE_ASSIGN: [[is_reviewer, in_reach]],
    P.CASE_LEAD: [[is_leader, in_reach, not_own_submission, not_passed_on]],
    P.CASE_URGE: [[is_reviewer, in_reach]],
    P.DOSSIER_MAKE: [[holding(Role.HANDLER, Role.REVIEWER, Role.LEADER, Role.LEGAL), in_reach]],
    **SUPERVISION_RULES,
    **REPORTING_RULES,
    **TRUST_RULES,
}


# What an approver may leave to another while he is away (审批委托): decisions about what others have prepared. Handling, assigning
# and urging are not among them.
DELEGABLE: frozenset[Permission] = frozenset(
    {
        P.CASE_APPROVE, P.CASE_ANSWER, P.CASE_LEAD, P.CLOCK_DECIDE, P.PENALTY_REVIEW, P.PENALTY_LEGAL, P.PENALTY_LEAD,
        P.PENALTY_REVOKE, P.RETEST_DECIDE, P.OBJECTION_DECIDE, P.LISTING_DECIDE, P.EXEMPTION_DECIDE, P.VERDICT_DECIDE,
        P.PLAN_APPROVE, P.RESULT_APPROVE, P.RISK_RULE_ADOPT, P.RISK_DECIDE, P.INCIDENT_RATE,
        P.RETURN_APPROVE, P.RETURN_TEMPLATE_ADOPT, P.PUBLICATION_DECIDE, P.WARNING_DECIDE, P.EVALUATION_DECIDE,
        P.CHANGE_ADOPT,
    }
)  # fmt: skip


def permits(actor: Actor, permission: Permission, subject: Any = None) -> bool:
    """True when any clause of the permission holds for this actor and subject, or for somebody he stands in for."""
    return _holds(actor, permission, subject) or standing_in(actor, permission, subject) is not None


def standing_in(actor: Actor, permission: Permission, subject: Any = None) -> Actor | None:
    """The person in whose name the actor holds the permission under a delegation; None when it is his own, or nobody's.

    Two-people rules must hold for both of them.
    """
    if not actor.principals or permission not in DELEGABLE or _holds(actor, permission, subject):
        return None
    return next((principal for principal in actor.principals if _holds(principal, permission, subject, actor)), None)


def _holds(actor: Actor, permission: Permission, subject: Any, through: Actor | None = None) -> bool:
    return any(
        all(test(actor, subject) and (through is None or test not in TWO_PEOPLE or test(through, subject)) for test in clause)
        for clause in RULES[permission]
    )


def may_ever(actor: Actor, permission: Permission) -> bool:
    """Could this actor hold the permission for some record? Menus and lists ask this; only role tests are evaluated."""
    people = (actor, *actor.principals) if permission in DELEGABLE else (actor,)
    return any(_roles_may(person.roles, permission) for person in people)


@cache
def _roles_may(roles: frozenset[Role], permission: Permission) -> bool:
    """Asked seventy times for the menu of a page; the answer hangs on nothing but the roles."""
    person = Actor(None, "", roles, 0, "")
    return any(all(test(person, None) for test in clause if test in _ROLE_TESTS) for clause in RULES[permission])


_ROLE_TESTS = frozenset(
    test for clauses in RULES.values() for clause in clauses for test in clause if test is anybody or test.__name__ == "holds"
)

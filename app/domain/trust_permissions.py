"""Who may do what in 账号授权、安全审计 and 基础数据变更: a part of the table of permissions.

The three administrators are kept apart (三员分立): what the system administrator asks for, the security administrator approves, and
the audit administrator reads. None of them sees business data. A change of the reference data that moves figures or deadlines is
proposed by the system administrator and adopted by a reviewer of the office that runs the installation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.domain.actors import Role
from app.domain.permission_names import Permission
from app.domain.permission_tests import (
    Clause,
    holding,
    in_reach,
    is_audit_admin,
    is_on_record,
    is_reviewer,
    is_security_admin,
    is_signer,
    is_staff,
    is_system_admin,
    is_uploader,
    not_own_proposal,
    not_self,
    of_business,
    of_security,
)

P = Permission
administers = holding(Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN)
watches = holding(Role.SECURITY_ADMIN, Role.AUDIT_ADMIN)
any_administrator = holding(Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN)
has_lists = holding(*(role for role in Role))

TRUST_RULES: Mapping[Permission, Sequence[Clause]] = {
    P.GRANT_LIST: [[administers]],
    P.GRANT_READ: [[administers, in_reach]],
    P.GRANT_ASK: [[is_system_admin, in_reach]],
    P.GRANT_DECIDE: [[is_security_admin, in_reach, not_own_proposal]],
    P.WORK_HAND_OVER: [[is_reviewer, in_reach]],
    P.SESSION_LIST: [[is_security_admin]],
    P.SESSION_END: [[is_security_admin, in_reach]],
    P.FACTOR_RESET: [[is_security_admin, in_reach, not_self]],
    P.MATRIX_READ: [[any_administrator], [is_reviewer]],
    P.ALERT_LIST: [[watches]],
    P.ALERT_READ: [[watches, in_reach]],
    P.ALERT_HANDLE: [[is_security_admin, in_reach]],
    P.AUDIT_VERIFY: [[is_audit_admin]],
    P.SIGNATURE_LIST: [[is_audit_admin], [is_staff]],
    P.SIGNATURE_READ: [[is_audit_admin, in_reach], [is_staff, is_signer], [is_staff, in_reach, is_on_record]],
    P.CHANGE_LIST: [[is_staff], [is_system_admin]],
    P.CHANGE_READ: [[is_staff], [is_system_admin]],
    P.CHANGE_PROPOSE: [[is_system_admin]],
    P.CHANGE_ADOPT: [[is_reviewer, in_reach, not_own_proposal, of_business]],
    P.INSTALLATION_READ: [[any_administrator]],
    P.INSTALLATION_BACKUP: [[is_system_admin]],
    P.SETTING_READ: [[any_administrator]],
    P.SETTING_PROPOSE: [[is_system_admin]],
    P.SETTING_ADOPT: [[is_security_admin, in_reach, not_own_proposal, of_security]],
    P.VIEW_LIST: [[has_lists]],
    P.VIEW_EDIT: [[is_uploader]],
    P.BULK_READ: [[is_uploader]],
    P.PHRASE_OWN: [[has_lists]],
    P.PHRASE_OFFICE: [[is_system_admin], [is_reviewer]],
}

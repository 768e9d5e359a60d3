"""Who may do what in 报表、公示、风险交流和规划评估: a part of the table of permissions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.domain.actors import Role
from app.domain.permission_names import Permission
from app.domain.permission_tests import (
    Clause,
    anybody,
    from_above,
    holding,
    in_reach,
    is_addressee,
    is_reviewer,
    is_staff,
    is_statistician,
    is_uploader,
    not_own_proposal,
    not_own_return,
)

P = Permission
drafts = holding(Role.HANDLER, Role.STATISTICIAN)
issues = holding(Role.HANDLER, Role.REVIEWER, Role.STATISTICIAN)

REPORTING_RULES: Mapping[Permission, Sequence[Clause]] = {
    P.RETURN_APPROVE: [[is_reviewer, in_reach, not_own_return]],
    P.RETURN_TEMPLATE_LIST: [[is_staff]],
    P.RETURN_TEMPLATE_READ: [[is_staff, in_reach], [is_staff, from_above]],
    P.RETURN_TEMPLATE_EDIT: [[is_statistician, in_reach]],
    P.RETURN_TEMPLATE_ADOPT: [[is_reviewer, in_reach, not_own_proposal]],
    P.DOWNLOAD_LIST: [[anybody]],
    P.DOWNLOAD_READ: [[is_uploader]],
    P.PUBLICATION_LIST: [[is_staff]],
    P.PUBLICATION_READ: [[is_staff, in_reach]],
    P.PUBLICATION_EDIT: [[drafts, in_reach]],
    P.PUBLICATION_DECIDE: [[is_reviewer, in_reach, not_own_proposal]],
    P.PUBLICATION_ISSUE: [[issues, in_reach]],
    P.PUBLICATION_WITHDRAW: [[is_reviewer, in_reach]],
    P.WARNING_LIST: [[is_staff]],
    P.WARNING_READ: [[is_staff, in_reach]],
    P.WARNING_EDIT: [[drafts, in_reach]],
    P.WARNING_DECIDE: [[is_reviewer, in_reach, not_own_proposal]],
    P.WARNING_ISSUE: [[issues, in_reach]],
    P.EVALUATION_LIST: [[is_staff]],
    P.EVALUATION_READ: [[is_staff, in_reach]],
    P.EVALUATION_EDIT: [[is_statistician, in_reach]],
    P.EVALUATION_DECIDE: [[is_reviewer, in_reach, not_own_proposal]],
    P.MESSAGE_LIST: [[anybody]],
    P.MESSAGE_READ: [[is_addressee]],
}

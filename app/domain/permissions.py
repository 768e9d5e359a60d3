"""Who may do what, as one table: each permission is a list of clauses, any of which grants; every test of a clause must hold.

A test takes the actor and the subject (None for permissions that are about no single record). Subjects satisfy the small
protocols below; a row that lacks an attribute is a programming error and fails loudly.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Any

from app.domain.actors import BUREAU_STAFF, Actor, Role


class Permission(StrEnum):
    """权限. The value is its stable code; the Chinese name is in ``NAMES``."""

    PUBLIC = "public"
    SIGNED_IN = "signed_in"
    HOME = "home"
    SAMPLE_LIST = "sample_list"
    SAMPLE_READ = "sample_read"
    SAMPLE_CREATE = "sample_create"
    SAMPLE_CORRECT = "sample_correct"
    SAMPLE_VOID = "sample_void"
    SAMPLE_EXPORT = "sample_export"
    PERSONAL_UNMASK = "personal_unmask"
    IMPORT_LIST = "import_list"
    IMPORT_STAGE = "import_stage"
    IMPORT_READ = "import_read"
    RESULT_ENTER = "result_enter"
    RESULT_UNDO = "result_undo"
    ENTERPRISE_LIST = "enterprise_list"
    ENTERPRISE_READ = "enterprise_read"
    ENTERPRISE_CREATE = "enterprise_create"
    ENTERPRISE_CORRECT = "enterprise_correct"
    ENTERPRISE_IMPORT = "enterprise_import"
    CASE_LIST = "case_list"
    CASE_READ = "case_read"
    CASE_CLAIM = "case_claim"
    CASE_HANDLE = "case_handle"
    CASE_RECALL = "case_recall"
    CASE_APPROVE = "case_approve"
    INDICATOR_READ = "indicator_read"
    REPORTED_VALUE_ENTER = "reported_value_enter"
    TASK_READ = "task_read"
    TASK_EDIT = "task_edit"
    RETURN_READ = "return_read"
    RETURN_MAKE = "return_make"
    RETURN_SEAL = "return_seal"
    ATTACHMENT_READ = "attachment_read"
    REFERENCE_READ = "reference_read"
    REFERENCE_EDIT = "reference_edit"
    MAPPING_EDIT = "mapping_edit"
    ORGANISATION_READ = "organisation_read"
    ORGANISATION_EDIT = "organisation_edit"
    USER_LIST = "user_list"
    USER_READ = "user_read"
    USER_CREATE = "user_create"
    USER_EDIT = "user_edit"
    USER_RESET = "user_reset"
    USER_UNLOCK = "user_unlock"
    JOB_READ = "job_read"
    AUDIT_READ = "audit_read"


NAMES: Mapping[Permission, str] = {
    Permission.PUBLIC: "公开页面",
    Permission.SIGNED_IN: "登录后可用",
    Permission.HOME: "工作台",
    Permission.SAMPLE_LIST: "样品列表",
    Permission.SAMPLE_READ: "查看样品",
    Permission.SAMPLE_CREATE: "登记样品",
    Permission.SAMPLE_CORRECT: "更正样品",
    Permission.SAMPLE_VOID: "作废样品",
    Permission.SAMPLE_EXPORT: "导出样品",
    Permission.PERSONAL_UNMASK: "查看完整个人信息",
    Permission.IMPORT_LIST: "导入批次列表",
    Permission.IMPORT_STAGE: "导入数据",
    Permission.IMPORT_READ: "查看导入批次",
    Permission.RESULT_ENTER: "录入检验结果",
    Permission.RESULT_UNDO: "撤销导入",
    Permission.ENTERPRISE_LIST: "企业列表",
    Permission.ENTERPRISE_READ: "查看企业",
    Permission.ENTERPRISE_CREATE: "登记企业",
    Permission.ENTERPRISE_CORRECT: "更正企业",
    Permission.ENTERPRISE_IMPORT: "导入企业",
    Permission.CASE_LIST: "核查处置列表",
    Permission.CASE_READ: "查看核查处置",
    Permission.CASE_CLAIM: "领取核查处置任务",
    Permission.CASE_HANDLE: "办理核查处置",
    Permission.CASE_RECALL: "撤回送审",
    Permission.CASE_APPROVE: "审核核查处置",
    Permission.INDICATOR_READ: "查看指标",
    Permission.REPORTED_VALUE_ENTER: "填报指标数值",
    Permission.TASK_READ: "查看抽检任务",
    Permission.TASK_EDIT: "编制抽检任务",
    Permission.RETURN_READ: "查看月报",
    Permission.RETURN_MAKE: "生成月报",
    Permission.RETURN_SEAL: "封存月报",
    Permission.ATTACHMENT_READ: "下载附件",
    Permission.REFERENCE_READ: "查看基础数据",
    Permission.REFERENCE_EDIT: "维护基础数据",
    Permission.MAPPING_EDIT: "对照未识别名称",
    Permission.ORGANISATION_READ: "查看机构",
    Permission.ORGANISATION_EDIT: "维护机构",
    Permission.USER_LIST: "用户列表",
    Permission.USER_READ: "查看用户",
    Permission.USER_CREATE: "新建用户",
    Permission.USER_EDIT: "修改用户",
    Permission.USER_RESET: "重置密码",
    Permission.USER_UNLOCK: "解锁账号",
    Permission.JOB_READ: "查看后台任务",
    Permission.AUDIT_READ: "查看审计日志",
}

Test = Callable[[Actor, Any], bool]
Clause = Sequence[Test]


def anybody(actor: Actor, subject: Any) -> bool:
    return True


def _holds(*roles: Role) -> Test:
    def holds(actor: Actor, subject: Any) -> bool:
        return actor.has(*roles)

    return holds


is_staff = _holds(*BUREAU_STAFF)
is_sampler = _holds(Role.SAMPLER)
is_handler = _holds(Role.HANDLER)
is_reviewer = _holds(Role.REVIEWER, Role.LEADER)
is_statistician = _holds(Role.STATISTICIAN)
is_laboratory = _holds(Role.LABORATORY)
is_system_admin = _holds(Role.SYSTEM_ADMIN)
is_security_admin = _holds(Role.SECURITY_ADMIN)
is_audit_admin = _holds(Role.AUDIT_ADMIN)
samples_or_counts = _holds(Role.SAMPLER, Role.STATISTICIAN)


def in_reach(actor: Actor, subject: Any) -> bool:
    """The record belongs to the actor's organisation or to one below it."""
    return subject.org_id in actor.reach


def organised_by_us(actor: Actor, subject: Any) -> bool:
    """The sampling was organised (部署) by the actor's organisation or one below it."""
    return subject.organiser_org_id is not None and subject.organiser_org_id in actor.reach


def tested_by_us(actor: Actor, subject: Any) -> bool:
    """The sample was tested by the actor's laboratory."""
    return subject.laboratory_org_id is not None and subject.laboratory_org_id in actor.reach


def has_our_case(actor: Actor, subject: Any) -> bool:
    """A disposal case of the sample belongs to us: read-only sight of the sample."""
    return any(org_id in actor.reach for org_id in subject.case_org_ids)


def is_uploader(actor: Actor, subject: Any) -> bool:
    return subject.created_by_id is not None and subject.created_by_id == actor.user_id


def is_case_handler(actor: Actor, subject: Any) -> bool:
    """The case is in this actor's hands; the local operator of the command line stands in for nobody."""
    return subject.handler_id is not None and subject.handler_id == actor.user_id


def is_submitter(actor: Actor, subject: Any) -> bool:
    return subject.submitted_by_id is not None and subject.submitted_by_id == actor.user_id


def not_own_submission(actor: Actor, subject: Any) -> bool:
    """经办与审核不得为同一人: neither the submitter nor the handler may approve."""
    return actor.user_id is not None and actor.user_id not in {subject.submitted_by_id, subject.handler_id}


def not_self(actor: Actor, subject: Any) -> bool:
    return bool(subject.id != actor.user_id)


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
    P.PERSONAL_UNMASK: [[_holds(Role.SAMPLER, Role.HANDLER, Role.REVIEWER), in_reach]],
    P.IMPORT_LIST: [[samples_or_counts], [is_laboratory]],
    P.IMPORT_STAGE: [[samples_or_counts], [is_laboratory]],
    P.IMPORT_READ: [[samples_or_counts, in_reach], [is_laboratory, in_reach]],
    P.RESULT_ENTER: [[samples_or_counts, in_reach], [is_laboratory, tested_by_us]],
    P.RESULT_UNDO: [[samples_or_counts, in_reach]],
    P.ENTERPRISE_LIST: [[is_staff]],
    P.ENTERPRISE_READ: [[is_staff, in_reach]],
    P.ENTERPRISE_CREATE: [[_holds(Role.SAMPLER, Role.HANDLER, Role.STATISTICIAN)]],
    P.ENTERPRISE_CORRECT: [[_holds(Role.SAMPLER, Role.HANDLER, Role.STATISTICIAN), in_reach]],
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

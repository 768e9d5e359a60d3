"""权限分类 and 权限条件: to which part of the work a permission belongs, and what its tests ask, in words.

For the 权限表 that the office signs and for what an 授权申请 says of before and after. Source: ``permissions.RULES``; nothing is told
here that the table does not hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.domain import permission_tests as tests
from app.domain.actors import BUREAU_STAFF, Actor, Role
from app.domain.permission_names import Permission
from app.domain.permissions import NAMES, RULES

_OF = {
    "通用": "public signed home job download message view bulk phrase attachment search",
    "抽样检验": (
        "sample personal import result custody backup rapid verdict urgent turnaround screen finding layout conflict notice exemption"
    ),
    "抽检计划": "plan assignment drawing task",
    "核查处置": "case clock document forecast retest objection ripple transfer penalty listing delegation dossier work",
    "企业与风险": "enterprise risk self",
    "监督检查": "inspection checklist schedule rectify random inspector incident",
    "指标与报表": "indicator reported return publication warning evaluation",
    "基础数据": "reference mapping template change setting",
    "账号与安全": "organisation user api audit grant session factor matrix alert signature installation",
}
AREAS: Mapping[str, str] = {prefix: area for area, prefixes in _OF.items() for prefix in prefixes.split()}

CONDITIONS: Mapping[str, str] = {
    "in_reach": "本单位及下级",
    "organised_by_us": "本单位及下级部署",
    "tested_by_us": "本机构承检",
    "has_our_case": "核查处置归本单位",
    "handed_down": "上级已下达",
    "from_above": "上级单位制定",
    "addressed_to_us": "发往本单位",
    "is_uploader": "本人提交",
    "is_case_handler": "本人经办",
    "is_submitter": "本人送审",
    "is_member": "本人在抽样组",
    "is_proposer": "本人提出",
    "is_delegator": "本人委托",
    "is_inspector": "本人为检查人员",
    "is_addressee": "发给本人",
    "is_signer": "本人签名",
    "is_on_record": "本人经办或提出的记录",
    "not_own_submission": "经办与审核不得为同一人",
    "not_own_plan": "编制与审核不得为同一人",
    "not_own_request": "申请与审批不得为同一人",
    "not_own_result": "填报、校核、批准不得为同一人",
    "not_own_proposal": "提出与审定不得为同一人",
    "not_own_return": "制表、审核与审批不得为同一人",
    "not_own_penalty": "调查与审核、审批不得为同一人",
    "not_passed_on": "报送与审批不得为同一人",
    "not_self": "不得办理本人账号",
    "of_security": "安全类设置",
    "of_business": "业务类设置和基础数据",
}


def area_of(permission: Permission) -> str:
    return AREAS[permission.value.partition("_")[0]]


def alone(*roles: Role) -> Actor:
    """Somebody with these roles and nothing else: the tests of a relation to a record are not asked of him."""
    return Actor(0, "", frozenset(roles), 0, "/0/")


def condition(role: Role, permission: Permission) -> str | None:
    """Under which condition somebody with this role alone has the permission; empty where there is none, None where he has not."""
    found: list[str] = []
    for clause in RULES[permission]:
        of_role = [test for test in clause if test is tests.anybody or test.__name__ == "holds"]
        if all(test(alone(role), None) for test in of_role):
            found.append("，".join(CONDITIONS[test.__name__] for test in clause if test not in of_role))
    if not found:
        return None
    return "" if "" in found else "；或".join(dict.fromkeys(found))


@dataclass(frozen=True, slots=True)
class Line:
    """One permission of the 权限表: its area, its name, and of each role the condition (None: not)."""

    area: str
    name: str
    conditions: Mapping[Role, str | None]

    @property
    def words(self) -> str:
        """The conditions in one text; roles are named where they differ."""
        told: dict[str, list[Role]] = {}
        for role, words in self.conditions.items():
            if words:
                told.setdefault(words, []).append(role)
        several = len(told) > 1 or (len(told) == 1 and "" in self.conditions.values())
        return "。".join(f"{_people(roles)}：{words}" if several else words for words, roles in told.items())


def _people(roles: Iterable[Role]) -> str:
    return "监管人员" if set(roles) == BUREAU_STAFF else "、".join(role.value for role in roles)


def lines() -> list[Line]:
    """The whole 权限表 by area, in the order of the permissions."""
    order = list(_OF)
    ordered = sorted(Permission, key=lambda permission: order.index(area_of(permission)))
    return [Line(area_of(one), NAMES[one], {role: condition(role, one) for role in Role}) for one in ordered]


def differences(before: Iterable[Role], after: Iterable[Role]) -> tuple[list[tuple[str, list[str]]], list[tuple[str, list[str]]]]:
    """What somebody gains and what he loses when his roles change, by area, each permission by its name."""
    telling = [one for one in Permission if any(condition(role, one) is None for role in Role)]  # what everybody may tells nothing
    had, has = ({one for one in telling if any(condition(role, one) is not None for role in roles)} for roles in (before, after))
    return _by_area(has - had), _by_area(had - has)


def _by_area(permissions: Iterable[Permission]) -> list[tuple[str, list[str]]]:
    found: dict[str, list[str]] = {}
    wanted = set(permissions)
    for one in Permission:
        if one in wanted:
            found.setdefault(area_of(one), []).append(NAMES[one])
    return [(area, found[area]) for area in _OF if area in found]

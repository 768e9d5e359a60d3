"""States and steps (状态、步骤) of 授权申请、基础数据变更 and 安全告警."""

from __future__ import annotations

from enum import StrEnum


class GrantState(StrEnum):
    """授权申请状态."""

    ASKED = "asked"  # 待审批
    APPROVED = "approved"  # 已批准，待生效
    EFFECTIVE = "effective"  # 已生效
    REFUSED = "refused"  # 不予批准
    WITHDRAWN = "withdrawn"  # 已撤回


class GrantStep(StrEnum):
    """授权申请步骤."""

    ASK = "ask"
    APPROVE = "approve"
    APPLY = "apply"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"


class ChangeState(StrEnum):
    """基础数据变更状态."""

    PROPOSED = "proposed"  # 待复核
    ADOPTED = "adopted"  # 已采用
    REFUSED = "refused"  # 不予采用
    WITHDRAWN = "withdrawn"  # 已撤回


class ChangeStep(StrEnum):
    """基础数据变更步骤."""

    PROPOSE = "propose"
    ADOPT = "adopt"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"


class AlertState(StrEnum):
    """安全告警状态."""

    OPEN = "open"  # 待处理
    HANDLED = "handled"  # 已处理


class AlertStep(StrEnum):
    """安全告警步骤."""

    RAISE = "raise"
    HANDLE = "handle"


TrustState = GrantState | ChangeState | AlertState
TrustStep = GrantStep | ChangeStep | AlertStep

"""Words on screen of 授权申请、基础数据变更 and 安全告警: their states and steps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum

from app.domain.reference_acts import ACTS
from app.domain.trust_states import AlertState, AlertStep, ChangeState, ChangeStep, GrantState, GrantStep

TRUST_WORDS: Sequence[tuple[Enum, str]] = (
    (GrantState.ASKED, "待审批"),
    (GrantState.APPROVED, "已批准，待生效"),
    (GrantState.EFFECTIVE, "已生效"),
    (GrantState.REFUSED, "不予批准"),
    (GrantState.WITHDRAWN, "已撤回"),
    (GrantStep.ASK, "提出授权申请"),
    (GrantStep.APPROVE, "批准授权"),
    (GrantStep.APPLY, "授权生效"),
    (GrantStep.REFUSE, "不予批准"),
    (GrantStep.WITHDRAW, "撤回申请"),
    (ChangeState.PROPOSED, "待复核"),
    (ChangeState.ADOPTED, "已采用"),
    (ChangeState.REFUSED, "不予采用"),
    (ChangeState.WITHDRAWN, "已撤回"),
    (ChangeStep.PROPOSE, "提出变更"),
    (ChangeStep.ADOPT, "复核采用"),
    (ChangeStep.REFUSE, "不予采用"),
    (ChangeStep.WITHDRAW, "撤回变更"),
    (AlertState.OPEN, "待处理"),
    (AlertState.HANDLED, "已处理"),
    (AlertStep.RAISE, "发出告警"),
    (AlertStep.HANDLE, "处理告警"),
    *((act, rule.title) for act, rule in ACTS.items()),
)

# steps of the history that are no arrows
TRUST_RECORDED: Mapping[str, str] = {
    "retire_word": "停用",
    "reopen_word": "恢复使用",
    "transfer": "调动",
    "add_post": "登记任职",
    "end_post": "结束任职",
    "disable_idle": "长期未用停用",
    "end_sessions": "结束会话",
    "hand_over_work": "工作移交",
    "save_view": "存为常用查询",
    "share_view": "共享常用查询",
    "remove_view": "删除常用查询",
    "add_phrase": "新增常用语",
    "retire_phrase": "删除常用语",
    "order_phrases": "调整常用语顺序",
}

# What the history records of an account's second factor, and of the keys of encrypted fields.
FACTOR_RECORDED: Mapping[str, str] = {
    "enrol_factor": "绑定动态口令",
    "give_factor": "输入动态口令",
    "use_recovery": "使用恢复码",
    "renew_recovery": "重新生成恢复码",
    "remove_factor": "解除动态口令",
    "reset_factor": "重置动态口令",
    "ask_certificate": "申请绑定数字证书",
    "bind_certificate": "批准绑定数字证书",
    "refuse_certificate": "不予绑定数字证书",
    "withdraw_certificate": "撤回数字证书申请",
    "revoke_certificate": "撤销数字证书",
    "give_certificate": "使用数字证书",
    "certificate_refused": "数字证书未被接受",
    "confirm_identity": "再次确认身份",
    "rotate_keys": "更换字段加密密钥",
    "encrypt_fields": "加密个人信息字段",
    "decrypt_fields": "解除个人信息字段加密",
}

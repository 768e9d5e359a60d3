"""Words of 账号、授权、基础数据变更 and 安全审计 that are stored as data."""

from __future__ import annotations

from enum import StrEnum


class GrantKind(StrEnum):
    """授权申请种类."""

    NEW = "新建账号"
    ROLES = "岗位授权"
    TRANSFER = "人员调动"
    LEAVE = "离职停用"
    RETURN = "重新启用"


class ChangeKind(StrEnum):
    """基础数据变更种类."""

    LIMIT = "限量"
    ITEM = "检验项目"
    CATEGORY = "食品类别"
    REGION = "行政区划"
    POPULATION = "常住人口"
    CALENDAR = "工作日历"
    DEADLINE = "期限规则"
    TARGET = "规划目标"
    CODE = "代码表"
    RULES = "规则表"
    SETTING = "系统设置"


class AlertKind(StrEnum):
    """安全告警种类 (GB/T 22239-2019 8.1.5 集中管控)."""

    LOCKED = "账号锁定"
    GUESSING = "同一地址多次登录失败"
    DENIED = "短时间多次越权访问"
    EXPORT = "大批量导出"
    UNMASK = "大量查看个人信息"
    OFF_HOURS = "非工作时间管理员登录"
    GRANT = "管理员岗位变更"
    CHAIN = "办理记录校验链异常"
    ANCHOR = "校验锚点不符"
    SIGNATURE = "审批签名不一致"
    VIRUS = "文件中发现病毒"
    BACKUP = "备份没有成功"


class SignMethod(StrEnum):
    """签名时的身份确认方式."""

    PASSWORD = "密码"  # noqa: S105  a word on the page, not a password
    TOTP = "动态口令"
    RECOVERY = "恢复码"
    SESSION = "登录会话"
    COMMAND = "命令行操作员"


class SignatureCheck(StrEnum):
    """核对审批签名的结果: is the record still what was signed?"""

    SOUND = "一致"
    MOVED_ON = "已有新版本"
    ALTERED = "不一致"
    GONE = "记录不存在"

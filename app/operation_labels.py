"""Words of running the installation, as its history names them: upgrades, rehearsals, what was cleared away."""

from __future__ import annotations

from collections.abc import Mapping

OPERATION_SUBJECTS: Mapping[str, str] = {"system": "系统"}

OPERATION_RECORDED: Mapping[str, str] = {
    "upgrade": "升级",
    "rollback": "回退",
    "close": "停用维护",
    "reopen": "恢复使用",
    "rehearse": "恢复演练",
    "copy": "复制数据库",
    "copy_backup": "异地备份",
    "virus_found": "发现病毒",
    "scan_viruses": "重新检查病毒",
    "set_up_place": "确认异地备份位置",
    "clear_away": "清理技术残留",
}

OPERATION_FIELDS: Mapping[str, Mapping[str, str]] = {
    "system": {
        "revision": "数据库版本", "backup": "备份文件", "voided_anchors": "作废的锚点", "last_entry": "回退前末条序号",
        "sessions": "会话", "attempts": "登录尝试", "drafts": "表单草稿", "messages": "已读消息",
        "exports": "导出文件", "backups": "过期备份", "leavings": "临时文件",
    },
    "backup": {"sha256": "校验值", "revision": "数据库版本", "rows": "行数", "files": "文件数", "head": "末条校验值"},
}  # fmt: skip

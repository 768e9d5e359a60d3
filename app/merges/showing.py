"""What a merge moves, in the words of the office."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app.audit.words import SUBJECTS
from app.enterprises.details import masked
from app.merges import queries
from app.merges.references import shares
from app.supervision_labels import SUPERVISION_SUBJECTS

TABLES: Mapping[str, str] = {
    "archive_element": "一户一档要素", "enterprise_category": "产品类别", "enterprise_former_name": "曾用名", "enterprise_kind": "企业类型",
    "enterprise_licence": "许可证", "incident": "安全事故", "inspection_duty": "年度检查安排", "random_target": "双随机抽查名单",
    "risk_event": "风险事件", "risk_grade": "风险等级", "risk_profile": "静态风险要素", "self_report": "自查报告",
    "printed_document": "打印文书", "attachment": "附件", "personal_datum": "个人信息", "legal_clock": "法定期限",
    "ripple_task": "波及事项",
}  # fmt: skip
ROLES: Mapping[str, str] = {"producer_id": "（标称生产企业）", "sampled_enterprise_id": "（被抽样单位）"}


def reference_words(key: str) -> str:
    """sample.producer_id → 样品（标称生产企业）."""
    table, _, column = key.partition(".")
    return f"{TABLES.get(table) or SUPERVISION_SUBJECTS.get(table) or SUBJECTS.get(table) or '其他记录'}{ROLES.get(column, '')}"


def previewed(kept_id: int, merged_id: int) -> list[tuple[str, int, int]]:
    """What would move and what would stay: (words, rows that move, rows that stay)."""
    return [(reference_words(one.reference.key), len(one.moving), len(one.staying)) for one in shares(kept_id, merged_id)]


def people(enterprise: Any) -> dict[str, str | None]:
    """Its people, masked: enough to compare two records by."""
    return {name: masked(name, getattr(enterprise, name)) for name in ("principal", "phone")}


def done(moved: Mapping[str, Any]) -> list[tuple[str, int, int, Sequence[int]]]:
    """What was moved, what stayed, and the ids of what did not come back when the merge was undone."""
    rows, stayed, missing = moved["rows"], moved["stayed"], moved.get("missing", {})
    return [
        (reference_words(key), len(rows.get(key, ())), len(stayed.get(key, ())), missing.get(key, ()))
        for key in sorted({*rows, *stayed})
    ]


def of_enterprise(enterprise: Any) -> dict[str, Any]:
    """For the page of an enterprise: what it is merged into, and what is merged into it."""
    into = queries.shown([enterprise.merged_into_id]).get(enterprise.merged_into_id) if enterprise.merged_into_id else None
    return {"into": into, "merge_id": queries.standing_merge(enterprise.id) if into else None, "others": queries.merged_into(enterprise.id)}

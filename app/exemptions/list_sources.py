"""规则豁免 to be taken out."""

from __future__ import annotations

from app.domain.permissions import Permission
from app.downloads.lists import ListSource, by_key, column, register, spoken
from app.exemptions import queries
from app.exemptions.models import RuleExemption

register(
    ListSource(
        code="exemptions", title="规则豁免", unit="件", permission=Permission.EXEMPTION_READ, endpoints=("exemptions.index",),
        asked=queries.filters_asked, words=spoken(state="状态", code="规则", month="申请月份"),
        fields=(
            column("编号", "number"), column("类别", "kind"), column("规则", "rule_code"), column("适用对象", "subject_name"),
            column("状态", "state"), column("理由", "reason"), column("允许批次", "batches", "integer"),
            column("已用批次", "used", "integer"),
            column("有效期起", "valid_from", "date"), column("有效期止", "valid_to", "date"), column("申请人", "asker"),
            column("申请时间", "asked_at", "moment"), column("审批人", "decider"), column("审批时间", "decided_at", "moment"),
        ),
        **by_key(queries.listed, RuleExemption.id),
    ),
)  # fmt: skip

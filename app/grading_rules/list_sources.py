"""分级规则 to be taken out."""

from __future__ import annotations

from app.domain.permissions import Permission
from app.downloads.lists import ListSource, by_key, column, register, spoken
from app.grading_rules import forms, queries
from app.grading_rules.models import RiskRuleSet

register(
    ListSource(
        code="risk_rules", title="分级规则", unit="套", permission=Permission.RISK_RULE_READ, endpoints=("grading_rules.index",),
        asked=forms.state_asked, words=lambda state: spoken(state="状态")({"state": state}),
        fields=(
            column("编号", "code"), column("版次", "edition", "integer"), column("名称", "title"), column("适用类型", "kinds"),
            column("制定单位", "org_name"), column("依据", "source"), column("施行日期", "valid_from", "date"),
            column("停止日期", "valid_to", "date"), column("状态", "state"),
        ),
        **by_key(lambda actor, state: queries.listed(actor, state, *queries.COLUMNS), RiskRuleSet.id),
    ),
)  # fmt: skip

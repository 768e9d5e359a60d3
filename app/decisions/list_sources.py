"""判定复核 to be taken out."""

from __future__ import annotations

from app.decisions import forms, queries
from app.decisions.models import VerdictDecision
from app.domain.permissions import Permission
from app.downloads.lists import ListSource, by_key, column, register, spoken

register(
    ListSource(
        code="decisions", ticks="decision", title="判定复核", unit="项", permission=Permission.VERDICT_READ, endpoints=("decisions.index",),
        asked=forms.filters_asked, words=spoken(state="状态", mine="只看本人提出", word="关键词"),
        fields=(
            column("抽样编号", "sample_number"), column("样品名称", "product_name"), column("检验项目", "item"),
            column("检验结果", "result_written"),
            column("单位", "unit"), column("限量", "limit_text"), column("检验机构判定", "lab_verdict"), column("系统判定", "our_verdict"),
            column("复核前判定", "before"), column("提出的判定", "proposed"), column("理由", "reason"), column("依据", "basis"),
            column("状态", "state"), column("提出人", "proposer"), column("提出时间", "proposed_at", "moment"),
            column("审定人", "decider"),
            column("审定时间", "decided_at", "moment"),
        ),
        **by_key(queries.listed, VerdictDecision.id),
    ),
)  # fmt: skip

"""规划评估报告 to be taken out."""

from __future__ import annotations

from typing import Any

from app.domain.permissions import Permission
from app.downloads.lists import ListSource, by_key, column, register, spoken
from app.evaluations import forms, queries
from app.evaluations.models import PlanEvaluation


def _period(row: Any) -> str:
    return f"{row.year}年1—{row.month}月" if row.month else f"{row.year}年"


register(
    ListSource(
        code="evaluations", title="规划评估报告清单", unit="份", permission=Permission.EVALUATION_LIST, endpoints=("evaluations.index",),
        asked=forms.filters_asked, words=spoken(
            state="状态", kind="评估种类", year="年度", plan=("规划", lambda code: dict(queries.plans()).get(code, code)),
        ),
        fields=(
            column("编号", "number"), column("标题", "title"), column("评估种类", "kind"), column("规划", "plan_name"),
            column("区域", "region_name"), column("期间", _period), column("状态", "state"),
            column("编制人", lambda row: row.made_by or "命令行"), column("编制单位", "org_name"), column("数据截至", "as_of", "moment"),
            column("编制时间", "created_at", "moment", default=False),
        ),
        **by_key(queries.listed, PlanEvaluation.id),
    )
)  # fmt: skip

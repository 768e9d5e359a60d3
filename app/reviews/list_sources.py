"""结果审核和退修 to be taken out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.domain.permissions import Permission
from app.downloads.lists import ListSource, by_key, column, register, spoken
from app.reviews import queries, return_queries
from app.reviews.models import ResultReturn, ResultReview


def _asked(asked: Mapping[str, Any]) -> Mapping[str, str]:
    queue = asked.get("queue", "")
    return {"queue": queue if queue in queries.QUEUES else "all", "q": str(asked.get("q", "")).strip()[:100]}


register(
    ListSource(
        code="result_reviews", ticks="review", title="结果审核", unit="件", permission=Permission.RESULT_REVIEW_READ,
        endpoints=("reviews.index",),
        asked=_asked, words=spoken(queue=("队列", queries.QUEUES.get), q="关键词"),
        fields=(
            column("内容", "title"), column("报告书编号", "report_no"), column("状态", "state"), column("审核级数", "levels", "integer"),
            column("提交人", "submitter"), column("提交时间", "submitted_at", "moment"), column("校核人", "checker"),
            column("校核时间", "checked_at", "moment"), column("批准人", "approver"), column("批准时间", "approved_at", "moment"),
            column("意见", "comment"), column("单位", "org_name"),
        ),
        **by_key(lambda actor, asked: queries.listed(actor, asked["queue"], asked["q"]), ResultReview.id),
    ),
    ListSource(
        code="result_returns", title="检验报告退修", unit="件", permission=Permission.RESULT_REVIEW_READ, endpoints=("reviews.returned",),
        asked=lambda asked: str(asked.get("state", "")), words=lambda state: f"状态：{return_queries.STATES.get(state, '全部')}",
        fields=(
            column("抽样编号", "number"), column("样品名称", "product_name"), column("报告书编号", "report_no"),
            column("报告版本", "report_version", "integer"), column("检验机构", "laboratory"), column("退修理由", "reason"),
            column("退修人", "returner"), column("退修时间", "returned_at", "moment"),
            column("状态", lambda row: return_queries.STATES[return_queries.state_of(row)]), column("办结时间", "resolved_at", "moment"),
        ),
        **by_key(return_queries.listed, ResultReturn.id),
    ),
)  # fmt: skip

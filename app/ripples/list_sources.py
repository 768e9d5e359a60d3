"""波及清单和波及事项 to be taken out."""

from __future__ import annotations

from app.domain.permissions import Permission
from app.downloads.lists import ListSource, by_key, column, register, spoken
from app.ripples import forms, queries
from app.ripples.models import Ripple, RippleTask

_words = spoken(open=("状态", lambda waits: "有待办事项"), cause="起因", kind="事项", word="关键词")


register(
    ListSource(
        code="ripples", title="波及清单", unit="件", permission=Permission.RIPPLE_LIST, endpoints=("ripples.index",),
        asked=forms.filters_asked, words=_words,
        fields=(
            column("抽样编号", "sample_number"), column("样品名称", "product_name"), column("起因", "cause"), column("原结论", "before"),
            column("现结论", "after"), column("说明", "why"), column("单位", "org_name"), column("建立人", "maker"),
            column("建立时间", "created_at", "moment"),
        ),
        **by_key(queries.listed, Ripple.id),
    ),
    ListSource(
        code="ripple_tasks", title="波及事项", unit="项", permission=Permission.RIPPLE_LIST, endpoints=(), home="ripples.index",
        asked=forms.filters_asked, words=_words,
        fields=(
            column("抽样编号", "sample_number"), column("起因", "cause"), column("事项", "kind"), column("对象", "subject_name"),
            column("要办的事", "what"), column("系统已办", "automatic"), column("状态", "state"), column("办理人", "doer"),
            column("办理时间", "done_at", "moment"), column("办理情况", "note"),
        ),
        **by_key(queries.listed_tasks, RippleTask.id),
    ),
)  # fmt: skip

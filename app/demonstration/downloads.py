"""What people of the demonstration county have taken out: a handler his cases, a statistician the failing results of the year."""

from __future__ import annotations

from collections.abc import Sequence

from app.demonstration.stage import Stage
from app.domain.actors import Role
from app.downloads import operations
from app.downloads.lists import source_of

FAILING = ("抽样编号", "样品名称", "被抽样单位名称", "检验项目", "检验结果", "结果单位", "限量", "判定说明", "报告日期", "检验机构")
CASES = ("案件编号", "责任主体", "不合格项目", "状态", "办理人", "办结期限", "期限情况")
# who, how many days ago, which list, under which filter, which columns (none: those that stand there), remembered
TAKEN: Sequence[tuple[Role, int, str, dict[str, str], Sequence[str] | None, bool]] = (
    (Role.STATISTICIAN, 9, "results", {"verdict": "不合格项"}, FAILING, True),
    (Role.HANDLER, 6, "cases", {"state": "all"}, CASES, True),
    (Role.STATISTICIAN, 2, "samples", {"conclusion": "不合格"}, None, False),
    (Role.REVIEWER, 1, "legal_clocks", {"state": "running"}, None, False),
)


def take_out(stage: Stage) -> int:
    """Each through the same operations as the page's."""
    for role, ago, code, query, titles, remembered in TAKEN:
        who = stage.person(role)
        with stage.on(stage.back(ago), who) as at:
            wanted = operations.wanted(source_of(code), query, titles, None, who)
            ready = operations.made(wanted, who, at)
            operations.keep(operations.note(wanted, query, who, at), wanted, *ready, who, at)
            if remembered:
                operations.remember(wanted, who, at)
    return len(TAKEN)

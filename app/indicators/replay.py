"""What a figure as of a past moment can replay, and what the tables do not tell (截至时点的限度)."""

from __future__ import annotations

from collections.abc import Mapping

from app.domain.indicators import Formula, Source

NOT_REPLAYED: Mapping[Source, str] = {
    Source.ENTERPRISES: "企业的经营状态、类型、类别和所在区域按现在的档案统计，档案没有留存这些内容的历次版本。",
    Source.INSPECTIONS: "企业的经营状态、类型和所在区域按现在的档案统计；检查更正后的结果按更正后的统计。",
    Source.CASES: "案件期限和整改登记按现在的内容统计。",
    Source.TRANSFERS: "移送的答复按答复日期统计，作废的不计。",
    Source.PENALTIES: "处罚的撤销和公示按其日期统计。",
    Source.INCIDENTS: "",
    Source.FACTS: "",
    Source.REPORTED: "",
}


def not_replayed(formula: Formula) -> str:
    """What of the past this figure cannot say; empty where the tables keep every version."""
    return NOT_REPLAYED[formula.source]

"""项目不合格率: over result rows, not over batches; never compared with a batch's rate."""

from __future__ import annotations

from app.domain.figures import DateBasis, Formula, Kind, Source

ITEM_FAILURE = Formula(
    "item_failure",
    "项目不合格率",
    Kind.RATIO_PERCENT,
    Source.FACTS,
    DateBasis.REPORTED_ON,
    unit="%",
    places=2,
    definition="项目不合格率＝判为不合格项的检验项次÷检验项次×100%；检验项次为报告日期在统计期内、抽样地在本区域的批次中除未检验以外的"
    "检验结果，待核的不计为不合格；问题项和不判定项在分母中。项目类别按检验项目表，表中没有的为未分类。",
)

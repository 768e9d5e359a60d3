"""A mapping in the words of the office (对应关系的说明)."""

from __future__ import annotations

from app.domain.cell_addresses import letters
from app.domain.fact_filters import describe, parse_filter
from app.domain.formulas import FORMULAS
from app.domain.return_specs import (
    CompletionSpec,
    DifferenceSpec,
    FigureOf,
    FigureSpec,
    GrowthSpec,
    ListSpec,
    Side,
    Spec,
    TaskSpec,
    TextSpec,
)


def told(spec: Spec) -> str:
    """What the cell takes, in one line."""
    if isinstance(spec, FigureSpec):
        return figure(spec.of)
    if isinstance(spec, DifferenceSpec):
        return f"{figure(spec.of)}，减去 {figure(spec.minus)}"
    if isinstance(spec, GrowthSpec):
        return f"{figure(spec.of)}，比 {figure(spec.against)} 增减（%）"
    if isinstance(spec, TextSpec):
        return f"文字：{spec.text}"
    return _listed(spec) if isinstance(spec, ListSpec) else _task(spec)


def figure(of: FigureOf) -> str:
    """本期 抽检合格率的分母（…），食品大类“糕点”."""
    if of.no:
        name = f"规划 {of.plan} 指标 {of.no}" if of.plan else f"本区域规划指标 {of.no}"
    else:
        name = FORMULAS[of.formula].name
    side = f"的{of.side}" if of.side is not Side.VALUE else ""
    filtered = f"（{describe(parse_filter(of.filter))}）" if of.filter else ""
    part = f"，{of.group.by}“{of.group.key}”" if of.group else ""
    return f"{of.when} {name}{side}{filtered}{part}"


def _task(spec: TaskSpec | CompletionSpec) -> str:
    of = "、".join(word for word in (spec.level, spec.purpose) if word) or "全部"
    return f"年度任务数（{of}）" if isinstance(spec, TaskSpec) else f"{spec.when} 任务完成率（{of}）"


def _listed(spec: ListSpec) -> str:
    columns = "、".join(f"{letters(column)} {name}" for column, name in spec.columns)
    return f"{spec.name}，{spec.most} 行以内：{columns}"

"""规划评估: which years a report speaks of, its sections, and what can be said of them from the figures alone.

Sources: the evaluation clauses of the five regional plans (年度监测、中期评估、总结评估; 约束性 and 预期性 told apart). The sentences are
drafts that people edit; numbers in them are those of the table and are written nowhere else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from app.domain.figures import Figure, half_up
from app.domain.plans import Nature
from app.domain.reporting_kinds import EvaluationKind
from app.domain.targets import Target

LONGEST = 5000  # characters of one section
OTHER = "未分属性"


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the report; ``drafted`` ones begin with sentences made from the figures."""

    code: str
    title: str
    hint: str
    drafted: bool = False


SECTIONS: Sequence[Section] = (
    Section("preface", "规划实施总体情况", "概述评估依据、范围、组织方式和总体结论", drafted=True),
    Section("attainment", "指标完成情况", "约束性、预期性指标分别说明，附指标表", drafted=True),
    Section("work", "重点任务推进情况", "按规划的重点任务逐项说明：抽检监测、核查处置、风险分级、监督检查、社会共治等"),
    Section("problems", "存在的问题", "未达到目标和落后于进度的指标及其原因", drafted=True),
    Section("measures", "下一步工作措施", "针对问题的措施、责任单位和完成时间"),
    Section("adjustment", "目标调整建议", "确需调整的目标及依据；没有的填写“无”"),
)
CODES = tuple(section.code for section in SECTIONS)


@dataclass(frozen=True, slots=True)
class Row:
    """One indicator as the report tells it. ``met`` None is neither (—); ``behind`` says that its pace light is not green."""

    number: str
    name: str
    nature: Nature | None
    value: str
    target: str
    met: bool | None
    behind: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Attainment:
    """达到目标的情况 of a group of indicators."""

    title: str
    total: int
    met: int
    missed: int
    open: int


def years_of(kind: EvaluationKind, first: int, last: int, year: int) -> Sequence[int]:
    """The years that the table shows: one, those so far, or all. Raises ValueError with a sentence for a year that does not fit.

    A year after the plan's last is watched by its last targets until the next plan is issued.
    """
    if kind is EvaluationKind.YEARLY:
        if year < first:
            raise ValueError(f"规划期自 {first} 年开始，请选择该年或以后的年度")
        return (year,)
    if kind is EvaluationKind.FINAL:
        if year != last:
            raise ValueError(f"总结评估以规划末年为准，请选择 {last} 年")
        return tuple(range(first, last + 1))
    if not first <= year <= last:
        raise ValueError(f"规划期为 {first} 至 {last} 年，请选择其中的年度")
    if year in (first, last):
        raise ValueError(f"中期评估应在 {first + 1} 至 {last - 1} 年之间进行，首年请用年度监测，末年请用总结评估")
    return tuple(range(first, year + 1))


def title_of(kind: EvaluationKind, plan: str, area: str, year: int, month: int | None) -> str:
    """The heading of the report: 《…规划》蓟州区2026年度监测评估报告."""
    span = f"{year}年1—{month}月" if month and month < 12 else f"{year}年"
    words = {EvaluationKind.YEARLY: f"{span}年度监测", EvaluationKind.MIDTERM: "中期评估", EvaluationKind.FINAL: "总结评估"}[kind]
    return f"《{plan}》{area}{words}报告"


def share_of_target(figure: Figure, target: Target) -> str | None:
    """The value as a share of its target in per cent, one decimal; None for a ceiling, for 0 and where there is no value."""
    if figure.value is None or target.comparator.ceiling or not target.value:
        return None
    return half_up(figure.value / Fraction(target.value) * 100, 1)


def attainments(rows: Sequence[Row]) -> list[Attainment]:
    """约束性, 预期性 and the rest, then all together; their counts sum to the whole."""
    found = []
    for nature in (Nature.BINDING, Nature.EXPECTED, None):
        part = [row for row in rows if row.nature is nature]
        if part:
            found.append(_attainment(f"{nature.value}指标" if nature else f"{OTHER}指标", part))
    return [*found, _attainment("合计", rows)]


def _attainment(title: str, rows: Sequence[Row]) -> Attainment:
    met, missed = sum(row.met is True for row in rows), sum(row.met is False for row in rows)
    return Attainment(title, len(rows), met, missed, len(rows) - met - missed)


def drafts(rows: Sequence[Row], about: Mapping[str, str]) -> dict[str, str]:
    """What the drafted sections begin with. ``about`` has plan, source, area, span, as_of, and beyond for a year after the plan."""
    groups = attainments(rows)
    whole = groups[-1]
    preface = (
        f"依据《{about['plan']}》（{about['source']}），对{about['area']}{about['span']}规划实施情况进行评估。数据取自食品安全抽检业务记录和"
        f"填报资料，截至{about['as_of']}。规划共 {whole.total} 项指标，达到目标 {whole.met} 项，未达到 {whole.missed} 项，"
        f"尚不能判定 {whole.open} 项。"
    )
    preface += about.get("beyond", "")
    told = [f"{one.title} {one.total} 项：达到目标 {one.met} 项，未达到 {one.missed} 项，尚不能判定 {one.open} 项。" for one in groups[:-1]]
    return {"preface": preface, "attainment": "\n".join(told), "problems": "\n".join(_problems(rows)) or "各项指标均达到目标或符合进度。"}


def _problems(rows: Sequence[Row]) -> list[str]:
    missed = [row for row in rows if row.met is False]
    behind = [row for row in rows if row.met is None and row.behind]
    said = [f"{row.name}{_mark(row)}为 {row.value}，目标 {row.target}，未达到。{row.note}" for row in missed]
    return said + [f"{row.name}{_mark(row)}为 {row.value}，目标 {row.target}，落后于时序进度。{row.note}" for row in behind]


def _mark(row: Row) -> str:
    return f"（{row.nature.value}）" if row.nature else ""

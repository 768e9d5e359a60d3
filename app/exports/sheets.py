"""The sheets of the monthly return (抽检月报). Every figure comes through the ledger, which keeps its source."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.domain.indicators import UNCLASSIFIED, Condition
from app.domain.plans import completion
from app.domain.samples import Level, Purpose
from app.exports import rate_sheets, record_sheets
from app.exports.figures import asked, counted, place, shown, top, under
from app.exports.particulars import RATE, Particulars, Row
from app.indicators import tables
from app.indicators.figures import Answer, Asked, answers
from app.planning.models import SamplingTask
from app.spreadsheet_cells import Column
from app.spreadsheet_reports import ReportSheet

SHEETS = ["汇总", "任务完成情况", "分类合格率", "环节与区域", "不合格项目分类", "不合格明细", "核查处置", "数据来源"]


def workbook(about: Particulars, tasks: Sequence[SamplingTask]) -> list[ReportSheet]:
    """Every sheet of the return, the sources last because the others fill the ledger."""
    return [
        summary(about),
        task_completion(about, tasks),
        rate_sheets.by_category(about),
        rate_sheets.by_link_and_area(about),
        record_sheets.item_classes(about),
        record_sheets.failures(about),
        record_sheets.disposal(about),
        record_sheets.sources(about),
    ]


SUMMARY = (
    Column("序号"),
    Column("指标名称"),
    Column("单位"),
    Column("属性"),
    Column("比较符"),
    Column("目标值", "decimal"),
    Column("目标年度", "integer"),
    Column("累计值", "decimal"),
    Column("分子", "integer"),
    Column("分母", "integer"),
    Column("未判定", "integer"),
    Column("是否达标"),
    Column("进度灯"),
    Column("口径或数据来源"),
)


def summary(about: Particulars) -> ReportSheet:
    """汇总: the plan's indicators against their targets, from January to the month."""
    frame = about.ledger.frame.over(about.cumulative)
    rows: list[Row] = []
    for line in tables.table(about.plan, frame):
        planned, figure, choice = line.planned, line.figure, line.assessed.target
        asked_for = Asked(planned.formula, planned.conditions)
        if planned.formula.numerator is not None or asked_for.covers:
            cells = (place("I", len(rows)), place("J", len(rows)))
            about.ledger.cite("汇总", planned.row.name, asked_for, about.cumulative, cells=cells)
        why = line.lacking or line.rounding or (line.value.document if line.value else line.definition)
        rows.append(
            [
                planned.row.no,
                planned.row.name,
                planned.row.unit or "—",
                planned.row.nature or "—",
                choice.target.comparator.value,
                choice.target.value,
                choice.of_year,
                shown(figure),
                top(figure),
                under(figure),
                figure.undecided,
                line.met_label,
                line.light.value,
                why,
            ]
        )
    return about.sheet(
        "汇总", SUMMARY, rows, f"依据：{about.plan.name}（{about.plan.source}）。是否达标按未经修约的数值判定。"
    )


def _task_columns(when: str) -> tuple[Column, ...]:
    return (
        Column("组织级别"),
        Column("检验目的"),
        Column("年度任务（批次）", "integer"),
        Column(f"{when}完成（批次）", "integer"),
        Column("累计完成（批次）", "integer"),
        Column("完成率（%）", "decimal", number_format=RATE),
        Column("累计批次/千人", "decimal", number_format=RATE),
    )


def task_completion(about: Particulars, tasks: Sequence[SamplingTask]) -> ReportSheet:
    """任务完成情况: level × purpose; what nobody knows the level of has rows of its own. Everything is counted in two passes."""
    due = {(task.level.value, task.purpose): task.batches for task in tasks}
    kinds = [(level, purpose) for level in (*(one.value for one in Level), UNCLASSIFIED) for purpose in Purpose]
    month, year = _task_counts(about, [counted(*kind) for kind in kinds])
    rows: list[Row] = []
    for level, purpose in kinds:
        task, conditions = due.get((level, purpose)), counted(level, purpose)
        if task is not None or year[asked("batch_count", conditions)].figure.numerator:
            row = _task_row(about, f"{level}·{purpose.value}", task, conditions, len(rows), month, year)
            rows.append([level, purpose.value, *row])
    total = _task_row(about, "合计", sum(due.values()) if due else None, counted(None, None), len(rows), month, year)
    rows.append(["合计", "", *total])
    return about.sheet(TASK_SHEET, _task_columns(about.when), rows, "范围：食品和食用农产品，已出具检验报告的批次。", totals=1)


TASK_SHEET = "任务完成情况"
Counts = Mapping[Asked, Answer]


def _task_counts(about: Particulars, filters: Sequence[tuple[Condition, ...]]) -> tuple[Counts, Counts]:
    """The batches of every kind in the period, and from January with those per thousand residents."""
    batches, people = ([asked(code, one) for one in (*filters, counted(None, None))] for code in ("batch_count", "batches_per_thousand"))
    frame = about.ledger.frame
    return answers(frame.over(about.month), batches), answers(frame.over(about.cumulative), [*batches, *people])


def _task_row(
    about: Particulars, name: str, task: int | None, conditions: tuple[Condition, ...], before: int, month: Counts, year: Counts
) -> Row:
    batches, people = asked("batch_count", conditions), asked("batches_per_thousand", conditions)
    for period, one, column in ((about.month, batches, "D"), (about.cumulative, batches, "E"), (about.cumulative, people, "E")):
        about.ledger.cite(TASK_SHEET, name, one, period, cells=(place(column, before), None))
    total = year[batches].figure.numerator
    done = completion(task, total or 0) if task else None
    return [
        task if task is not None else "—",
        month[batches].figure.numerator,
        total,
        shown(done) if done else "—",
        shown(year[people].figure),
    ]

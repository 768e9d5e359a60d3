"""Lists that a form prints row by row: nonconforming batches, cases, evaluation batches, risk grades, rates by group."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from app.db import session
from app.domain import return_lists as names
from app.domain.indicators import FORMULAS, Condition, Field, Figure, Formula, Part, describe, selection
from app.domain.return_specs import Form
from app.domain.samples import Purpose
from app.enterprises.models import Enterprise
from app.exports import detail
from app.exports.figures import FOOD
from app.grading.models import RiskGrade
from app.indicators import records
from app.indicators.breakdowns import breakdown
from app.indicators.coverage import grades_in_force
from app.indicators.figures import Asked
from app.indicators.frames import Frame, reach
from app.indicators.groups import By
from app.indicators.selections import fact_clause
from app.labels import label
from app.return_templates.counting import CellSource, shown
from app.sampling.models import BatchFact, Sample
from app.spreadsheet_cells import CellValue

Row = Mapping[str, CellValue]
EVALUATION = Condition(Field.PURPOSE, (Purpose.EVALUATION.value,))


def rows_of(name: str, frame: Frame) -> tuple[list[Row], list[CellSource]]:
    """The rows of a list over the frame's period, numbered, and the records they stand for."""
    rows, sources = _READERS[name](frame)
    return [{"序号": number, **row} for number, row in enumerate(rows, 1)], sources


def _source(frame: Frame, formula: Formula, conditions: Sequence[Condition], numbers: Sequence[str]) -> CellSource:
    return CellSource(formula.code, formula.version, describe(conditions), frame.period.label, "名单", sorted(numbers))


# ---------------------------------------------------------------- batches

def _failed(frame: Frame) -> tuple[list[Row], list[CellSource]]:
    batches = detail.failed_batches(frame)
    rows: list[Row] = [{**_sample(one.sample), **_items(one.items), "不合格项目║检验结果║标准值": one.item_words} for one in batches]
    numbers = [one.sample.number for one in batches]
    return rows, [_source(frame, FORMULAS["pass_rate"], (FOOD,), numbers)]


def _items(items: Sequence[Any]) -> Row:
    return {
        "不合格项目": "；".join(row.item for row in items),
        "检验结果": "；".join(f"{row.result_written or '/'}{row.unit or ''}" for row in items),
        "标准值": "；".join(row.limit_text or "/" for row in items),
    }


def _sample(row: Any) -> Row:
    return {
        "抽样编号": row.number, "样品名称": row.product_name, "规格型号": row.spec or "/", "生产日期": row.made_on or "/",
        "批号": row.batch_no or "/", "商标": row.brand or "/", "被抽样单位": row.sampled_name or "/",
        "被抽样单位地址": row.sampled_address or "/", "标称生产企业": row.producer_name or "/",
        "标称生产企业地址": row.producer_address or "/", "食品分类": row.category_written or "未分类",
        "抽样环节": row.link.value if row.link else "未分类", "检验目的": row.purpose.value,
        "组织级别": row.organiser_level.value if row.organiser_level else "—", "检验机构": row.laboratory or "/",
        "抽样日期": row.sampled_on or "/", "报告日期": row.reported_on,
    }  # fmt: skip


def _evaluated(frame: Frame) -> tuple[list[Row], list[CellSource]]:
    conditions = (FOOD, EVALUATION)
    chosen = fact_clause(selection(Part.COMPLETED, conditions))
    statement = (
        sa.select(*detail.BATCH_COLUMNS, BatchFact.supervision)
        .join(BatchFact, BatchFact.sample_id == Sample.id)
        .where(*frame.facts(), chosen)
        .order_by(BatchFact.reported_on, Sample.number)
    )
    batches = session().execute(statement).all()
    rows: list[Row] = [{**_sample(row), "结论": row.supervision.value} for row in batches]
    return rows, [_source(frame, FORMULAS["batch_count"], conditions, [row.number for row in batches])]


def _failed_items(frame: Frame) -> tuple[list[Row], list[CellSource]]:
    batches = detail.failed_batches(frame)
    counts = sorted(detail.item_counts(batches).items(), key=lambda one: (-one[1], one[0]))
    rows: list[Row] = [{"项目类别": kind, "检验项目": item, "不合格批次": number} for (kind, item), number in counts]
    return rows, [_source(frame, FORMULAS["pass_rate"], (FOOD,), [one.sample.number for one in batches])]


# ---------------------------------------------------------------- cases and enterprises

def _cases(frame: Frame) -> tuple[list[Row], list[CellSource]]:
    found = detail.cases(frame)
    rows: list[Row] = [
        {
            "案件编号": row.number, "抽样编号": row.sample_number, "样品名称": row.product_name, "处置环节": row.party.value,
            "处置方式": row.mode.value, "责任主体": row.party_name or "/", "不合格项目": row.failing_items or "/",
            "收到结论日期": row.received_on, "启动日期": row.started_on or "/", "办结期限": row.due_on, "办结日期": row.closed_on or "/",
            "处罚情况": row.penalty_kind.value if row.penalty_kind else "/", "罚没款（元）": row.penalty_amount, "状态": label(row.state),
        }
        for row in found
    ]  # fmt: skip
    return rows, [_source(frame, FORMULAS["disposal_rate"], (), [row.number for row in found])]


def _grades(frame: Frame) -> tuple[list[Row], list[CellSource]]:
    """风险等级 in force on the last day of the period, of enterprises of the area."""
    known = [] if frame.as_of is None else [sa.func.coalesce(RiskGrade.decided_at, RiskGrade.created_at) <= frame.as_of]
    statement = (
        sa.select(
            Enterprise.name, Enterprise.credit_code, Enterprise.address, RiskGrade.kind, RiskGrade.grade, RiskGrade.total,
            RiskGrade.static_points, RiskGrade.dynamic_points, RiskGrade.year, RiskGrade.effective_from, RiskGrade.number,
        )
        .join(Enterprise, Enterprise.id == RiskGrade.enterprise_id)
        .where(
            *grades_in_force(frame), *known, reach(frame.actor, RiskGrade.org_id),
            *([] if frame.area.whole else [Enterprise.region_id.in_(sorted(frame.area.inside))]),
        )
        .order_by(RiskGrade.grade.desc(), RiskGrade.kind, Enterprise.name, RiskGrade.id)
    )  # fmt: skip
    found = session().execute(statement).all()
    rows: list[Row] = [
        {
            "企业名称": row.name, "统一社会信用代码": row.credit_code or "/", "企业类型": row.kind, "地址": row.address or "/",
            "风险等级": row.grade.value, "风险分值": _points(row.total), "静态分": _points(row.static_points),
            "动态分": _points(row.dynamic_points), "评定年度": row.year, "评定日期": row.effective_from,
        }
        for row in found
    ]  # fmt: skip
    return rows, [_source(frame, FORMULAS["grading_rate"], (), [row.number for row in found])]


def _points(value: Decimal | None) -> CellValue:
    return Decimal(f"{value.normalize():f}") if value is not None else "/"


# ---------------------------------------------------------------- rates by group

def _by(by: By) -> Callable[[Frame], tuple[list[Row], list[CellSource]]]:
    def read(frame: Frame) -> tuple[list[Row], list[CellSource]]:
        rate, count = (Asked(FORMULAS[code], (FOOD,)) for code in ("pass_rate", "batch_count"))
        rates = {share.key: share for share in breakdown(frame, rate, by)}
        parts = [share for share in breakdown(frame, count, by) if share.key is not None]
        rows: list[Row] = [{"名称": one.label, "完成批次": one.figure.numerator, **_rate(rates.get(one.key))} for one in parts]
        return rows, [_source(frame, count.formula, count.conditions, records.numbers(frame, count, records.Side.NUMERATOR))]

    return read


def _rate(share: Any) -> Row:
    if share is None:
        return {"判定批次": 0, "合格批次": 0, "不合格批次": 0, "未判定": 0, "合格率": "—", "合格率（小数）": "—"}
    figure: Figure = share.figure
    judged, passed = figure.denominator or 0, figure.numerator or 0
    return {
        "判定批次": judged, "合格批次": passed, "不合格批次": judged - passed, "未判定": figure.undecided,
        "合格率": shown(figure, Form.NUMBER), "合格率（小数）": shown(figure, Form.FRACTION),
    }  # fmt: skip


_READERS: Mapping[str, Callable[[Frame], tuple[list[Row], list[CellSource]]]] = {
    names.FAILED: _failed, names.CASES: _cases, names.EVALUATED: _evaluated, names.GRADES: _grades, names.ITEMS: _failed_items,
    names.BY_CATEGORY: _by(By.CATEGORY), names.BY_LINK: _by(By.LINK), names.BY_AREA: _by(By.AREA),
}  # fmt: skip

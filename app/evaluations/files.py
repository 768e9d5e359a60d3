"""The two files of a report: a Word document with its tables and chart, and a workbook with the same numbers."""

from __future__ import annotations

import tempfile
from decimal import Decimal
from pathlib import Path

from app import clock, documents
from app.documents import Value
from app.domain.actors import Actor
from app.domain.documents import DocumentKind
from app.domain.evaluations import OTHER, SECTIONS, share_of_target
from app.domain.indicators import Figure
from app.evaluations.content import Content, met_word, target_of
from app.evaluations.models import PlanEvaluation
from app.filters import format_date_cn
from app.indicators import tables
from app.labels import label
from app.printing.templates import in_force
from app.spreadsheet_cells import Column
from app.spreadsheet_reports import BarChart, ReportSheet, ReportValue, Shown, chart_of, write_report

PLACE = "【图表】"
CHART = "主要指标完成目标的比例"
SHOWN_IN_CHART = 12
RATE = "0.00"


def workbook(found: PlanEvaluation, content: Content, org_name: str) -> bytes:
    """汇总, 指标, 分年度 and the text; the same content at the same moment is the same bytes."""
    heading, particulars = found.title, f"{found.number}　编制单位：{org_name}　数据截至：{moment(found)}　{label(found.state)}"
    sheets = [_summary(content, heading, particulars), _indicators(content, heading, particulars)]
    if content.years:
        sheets.append(_years(content, heading, particulars))
    sheets.append(_text(found, heading, particulars))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "evaluation.xlsx")
        write_report(path, sheets, author=org_name, made_at=found.as_of)
        return path.read_bytes()


def _summary(content: Content, heading: str, particulars: str) -> ReportSheet:
    columns = (Column("类别"), *(Column(name, "integer") for name in ("项数", "达到目标", "未达到", "不能判定")), Column("未达到的指标"))
    rows: list[list[ReportValue]] = [
        [one.title, one.total, one.met, one.missed, one.open, _missed(content, one.title) or "—"] for one in content.attainments
    ]
    note = "是否达到目标按未经修约的数值判定；没有数值的列为“不能判定”。"
    chart = BarChart("各类指标达到目标情况", 0, (2, 3, 4), len(rows) - 1)
    return ReportSheet("完成情况汇总", heading, particulars, columns, rows, [note], totals=1, chart=chart)


def _missed(content: Content, title: str) -> str:
    group = [row for row in content.rows if row.met is False and title.startswith(row.nature.value if row.nature else OTHER)]
    return "、".join(row.name for row in group)


def _indicators(content: Content, heading: str, particulars: str) -> ReportSheet:
    columns = (
        Column("序号"), Column("指标名称"), Column("单位"), Column("属性"), Column("基期值"), Column("目标值"), Column("现值", "decimal"),
        Column("分子", "integer"), Column("分母", "integer"), Column("完成情况"), Column("为目标的%", "decimal", number_format=RATE),
        Column("口径或数据来源"),
    )  # fmt: skip
    rows: list[list[ReportValue]] = []
    for one in content.told:
        line = one.line
        rows.append([
            one.row.number, one.row.name, line.planned.row.unit or "—", line.planned.row.nature or "—", line.planned.base, target_of(line),
            _shown(line.figure), _count(line.figure.numerator), _count(line.figure.denominator), met_word(one.row), share(line),
            source_of(line),
        ])  # fmt: skip
    return ReportSheet("指标", heading, particulars, columns, rows, [f"依据：{content.plan.name}（{content.plan.source}）。"])


def _years(content: Content, heading: str, particulars: str) -> ReportSheet:
    columns = (Column("指标名称"), Column("年度", "integer"), Column("数值"), Column("当年目标"), Column("完成情况"))
    return ReportSheet(
        "分年度", heading, particulars, columns, [[one.name, one.year, one.value, one.target, one.met] for one in content.years]
    )


def _text(found: PlanEvaluation, heading: str, particulars: str) -> ReportSheet:
    rows = [[section.title, found.sections.get(section.code) or ""] for section in SECTIONS]
    return ReportSheet("文字", heading, particulars, (Column("部分"), Column("内容")), rows, [evidence(found)])


def chart_sheet(content: Content) -> ReportSheet:
    """What of the table the chart shows: indicators with a number, as a share of their target."""
    rows: list[list[ReportValue]] = [[one.row.name, value] for one in content.told if (value := share(one.line)) != "—"]
    columns = (Column("指标名称"), Column("为目标的%", "decimal", number_format="0.0"))
    chart = BarChart(CHART, 0, (1,), min(len(rows), SHOWN_IN_CHART), "%")
    return ReportSheet("图", CHART, "—", columns, rows[:SHOWN_IN_CHART], chart=chart)


def share(line: tables.Line) -> ReportValue:
    """Value over target in per cent, for indicators that are to be reached (not for ceilings)."""
    found = share_of_target(line.figure, line.assessed.target.target)
    return Shown(Decimal(found), 1) if found is not None else "—"


def _shown(figure: Figure) -> ReportValue:
    return Shown(Decimal(figure.display), figure.places) if figure.value is not None else "—"


def _count(number: int | None) -> ReportValue:
    return number if number is not None else "—"


def source_of(line: tables.Line) -> str:
    return line.value.document if line.value else line.lacking or line.definition


# ---------------------------------------------------------------- Word


def document(found: PlanEvaluation, content: Content, actor: Actor, org_name: str, people: dict[int | None, str]) -> bytes:
    """The report from the template in force, with its chart."""
    template = in_force(actor, DocumentKind.EVALUATION)
    values: dict[str, Value] = {**_fields(found, content, org_name, people), **_lists(found, content)}
    made = documents.render(template.content, [values])
    sheet = chart_sheet(content)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "chart.xlsx")
        write_report(path, [sheet], author=org_name, made_at=found.as_of)
        drawing = chart_of(path.read_bytes())
    words = "；".join(f"{row[0]} {row[1]}%" for row in sheet.rows)
    from app.document_charts import with_charts  # with the XML library, which nothing else at rest needs

    return with_charts(made, {PLACE: (drawing, f"{CHART}：{words}")} if drawing else {})


def _fields(found: PlanEvaluation, content: Content, org_name: str, people: dict[int | None, str]) -> dict[str, str]:
    approved = format_date_cn(clock.office_time(found.approved_at).date()) if found.approved_at else ""
    return {
        "编号": found.number, "标题": found.title, "规划名称": content.plan.name, "评估种类": found.kind.value,
        "评估区域": content.frame.area.name, "评估期间": content.span, "数据截至": moment(found), "编制单位": org_name,
        "编制人": people.get(found.created_by_id, "命令行"), "审批人": people.get(found.approved_by_id, ""), "审批日期": approved,
        "状态": label(found.state), "存证": evidence(found), "多年度": "是" if content.years else "",
        **dict.fromkeys(("打印人", "打印日期", "打印年月日", "联次"), ""), "打印单位": org_name,
    }  # fmt: skip


def _lists(found: PlanEvaluation, content: Content) -> dict[str, list[dict[str, str]]]:
    said = [
        {"小标题": f"{ORDINALS[place]}、{section.title}" if not at else "", "文字": words}
        for place, section in enumerate(SECTIONS)
        for at, words in enumerate((found.sections.get(section.code) or "（无）").splitlines() or ["（无）"])
    ]
    return {
        "各段": said,
        "各类": [
            {"类别": one.title, "项数": str(one.total), "达到": str(one.met), "未达到": str(one.missed), "不能判定": str(one.open)}
            for one in content.attainments
        ],
        "各指标": [_told(content, place) for place in range(len(content.told))],
        "各年": [
            {"指标名称": one.name, "年度": str(one.year), "数值": one.value, "目标值": one.target, "完成情况": one.met}
            for one in content.years
        ],
    }  # fmt: skip


ORDINALS = "一二三四五六七八九"


def _told(content: Content, place: int) -> dict[str, str]:
    one = content.told[place]
    figure, planned = one.line.figure, one.line.planned
    counts = "—" if figure.denominator is None else f"{figure.numerator}／{figure.denominator}"
    return {
        "序号": one.row.number, "指标名称": one.row.name, "单位": planned.row.unit or "—", "属性": planned.row.nature or "—",
        "基期值": planned.base, "目标值": target_of(one.line, dated=False), "现值": one.row.value, "分子分母": counts,
        "完成情况": met_word(one.row),
        "数据来源": one.line.value.document if one.line.value else "业务记录计算" if planned.formula.code != "reported" else "未填报",
    }  # fmt: skip


def moment(found: PlanEvaluation) -> str:
    return clock.office_time(found.as_of).strftime("%Y-%m-%d %H:%M")


def evidence(found: PlanEvaluation) -> str:
    """存证: the head of the history chain at the moment of the figures."""
    return f"数据截至时的办理记录哈希链：{found.chain_head}"


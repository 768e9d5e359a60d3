"""Sheets that print records one by one: nonconforming items and batches, disposal cases, and the sources of all figures."""

from __future__ import annotations

from app.exports import detail
from app.exports.figures import FOOD, asked
from app.exports.particulars import Particulars, Row
from app.labels import label
from app.spreadsheet_cells import Column
from app.spreadsheet_reports import ReportSheet


def item_classes(about: Particulars) -> ReportSheet:
    """不合格项目分类."""
    month = detail.item_counts(detail.failed_batches(about.ledger.frame.over(about.month)))
    year = detail.item_counts(detail.failed_batches(about.ledger.frame.over(about.cumulative)))
    rows: list[Row] = [[kind, item, month[kind, item], number] for (kind, item), number in year.items()]
    rows.sort(key=lambda row: (str(row[0]), -int(str(row[3])), str(row[1])))
    rows.append(["合计", "", sum(month.values()), sum(year.values())])
    columns = (
        Column("项目类别"),
        Column("不合格项目"),
        Column(f"{about.when}（项次）", "integer"),
        Column("累计（项次）", "integer"),
    )
    return about.sheet("不合格项目分类", columns, rows, "一批样品有多个不合格项目的，按项次分别统计。", totals=1)


FAILURES = (
    Column("序号", "integer"),
    Column("抽样编号"),
    Column("样品名称"),
    Column("规格型号"),
    Column("生产日期", "date"),
    Column("批号"),
    Column("被抽样单位"),
    Column("被抽样单位地址"),
    Column("标称生产企业"),
    Column("标称生产企业地址"),
    Column("食品分类"),
    Column("抽样环节"),
    Column("检验目的"),
    Column("组织级别"),
    Column("不合格项目║检验结果║标准值"),
    Column("检验机构"),
    Column("抽样日期", "date"),
    Column("报告日期", "date"),
)


def failures(about: Particulars) -> ReportSheet:
    """不合格明细 of the month."""
    rows: list[Row] = []
    for number, batch in enumerate(detail.failed_batches(about.ledger.frame.over(about.month)), 1):
        row = batch.sample
        rows.append(
            [
                number,
                row.number,
                row.product_name,
                row.spec or "/",
                row.made_on,
                row.batch_no or "/",
                row.sampled_name or "/",
                row.sampled_address or "/",
                row.producer_name or "/",
                row.producer_address or "/",
                row.category_written or "未分类",
                row.link.value if row.link else "未分类",
                row.purpose.value,
                row.organiser_level.value if row.organiser_level else "—",
                batch.item_words,
                row.laboratory or "/",
                row.sampled_on,
                row.reported_on,
            ]
        )
    note = f"{about.when}不合格 {len(rows)} 批次。" if rows else f"{about.when}无不合格批次。"
    return about.sheet("不合格明细", FAILURES, rows, note)


DISPOSAL = (
    Column("案件编号"),
    Column("抽样编号"),
    Column("样品名称"),
    Column("处置环节"),
    Column("处置方式"),
    Column("责任主体"),
    Column("不合格项目"),
    Column("收到结论日期", "date"),
    Column("启动日期", "date"),
    Column("办结期限", "date"),
    Column("办结日期", "date"),
    Column("处罚情况"),
    Column("罚没款（元）", "decimal", number_format="#,##0.00"),
    Column("状态"),
)


def disposal(about: Particulars) -> ReportSheet:
    """核查处置: the rates above, the cases below."""
    sheet = "核查处置"
    notes = []
    for code in ("disposal_rate", "disposal_on_time_rate"):
        for period in (about.month, about.cumulative):
            figure = about.ledger.figure(sheet, asked(code).formula.name, asked(code, (FOOD,)), period)
            name = asked(code).formula.name
            notes.append(f"{period.label}{name}：{figure.display}%（{figure.numerator}/{figure.denominator}）")
    rows: list[Row] = [
        [
            row.number,
            row.sample_number,
            row.product_name,
            row.party.value,
            row.mode.value,
            row.party_name or "/",
            row.failing_items or "/",
            row.received_on,
            row.started_on,
            row.due_on,
            row.closed_on,
            row.penalty_kind.value if row.penalty_kind else "—",
            row.penalty_amount,
            label(row.state),
        ]
        for row in detail.cases(about.ledger.frame.over(about.month))
    ]
    return about.sheet(sheet, DISPOSAL, rows, *notes, f"表列{about.when}收到、到期或办结的案件。")


SOURCES = (
    Column("工作表"),
    Column("数值"),
    Column("指标"),
    Column("口径版本", "integer"),
    Column("筛选条件"),
    Column("统计期"),
    Column("项"),
    Column("批次数", "integer"),
    Column("抽样编号清单SHA-256"),
    Column("单元格"),
)


def sources(about: Particulars) -> ReportSheet:
    """数据来源: how anybody can count each figure again and prove the list behind it."""
    rows: list[Row] = [
        [
            one.sheet, one.name, one.definition, one.version, one.filter, one.period.label, one.side, one.count, one.sha256,
            one.cell or "表注",
        ]
        for one in about.ledger.sources
    ]
    notes = [
        "清单校验值：抽样编号排序后以换行符连接，取 UTF-8 编码的 SHA-256。用 flask indicators records 列出编号即可复核。",
        f"办理记录链锚点：{about.chain_head}",
    ]
    return about.sheet("数据来源", SOURCES, rows, *notes)

"""Make the shipped Word templates (随附文书模板): ``python docs/document_templates.py``.

Offices change a template in Word and replace it on the page 文书模板; this file is for the ones that come with the program.
Fonts bear their Windows names, with the names Linux knows them by beside them in the font table.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_ROW_HEIGHT_RULE, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

FOLDER = Path(__file__).resolve().parent.parent / "app" / "reference" / "documents"
SONG, FANG, HEI = "宋体", "仿宋", "黑体"
FONT_TABLE = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<w:fonts xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
    '<w:font w:name="宋体"><w:altName w:val="SimSun;Noto Serif CJK SC"/><w:charset w:val="86"/><w:family w:val="auto"/></w:font>'
    '<w:font w:name="仿宋"><w:altName w:val="FangSong;Noto Serif CJK SC"/><w:charset w:val="86"/><w:family w:val="modern"/></w:font>'
    '<w:font w:name="黑体"><w:altName w:val="SimHei;Noto Sans CJK SC"/><w:charset w:val="86"/><w:family w:val="modern"/></w:font>'
    '<w:font w:name="Times New Roman"><w:altName w:val="Liberation Serif"/><w:family w:val="roman"/></w:font>'
    "</w:fonts>"
)
LEFT, CENTRE, RIGHT = WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT
Cell = tuple[str, int]  # text and columns it takes


def f(name: str) -> str:
    return "{{ " + name + " }}"


# ---------------------------------------------------------------- pieces

def page(margin: tuple[float, float, float, float] = (20, 20, 22, 22)) -> Any:
    """An empty A4 page; margins in mm: top, bottom, left, right."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin, section.left_margin, section.right_margin = (Mm(one) for one in margin)
    section.header_distance = section.footer_distance = Mm(5)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "Times New Roman", Pt(10.5)
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), SONG)
    normal.paragraph_format.space_after = normal.paragraph_format.space_before = Pt(0)
    for part in document.part.package.iter_parts():
        if str(part.partname) == "/word/fontTable.xml":
            part._blob = FONT_TABLE.encode()
    properties = document.core_properties
    properties.author, properties.comments, properties.title = "", "", ""
    return document


def words(paragraph: Any, text: str, size: float, font: str = SONG, bold: bool = False) -> None:
    run = paragraph.add_run(text)
    run.font.size, run.font.bold, run.font.name = Pt(size), bold, "Times New Roman"
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)


def line(
    where: Any, text: str, size: float = 12, *, font: str = SONG, align: Any = LEFT, bold: bool = False, indent: bool = False,
    before: float = 0, after: float = 0, spacing: float | None = None,
) -> Any:  # fmt: skip
    """One paragraph; ``indent`` by two characters."""
    paragraph = where.add_paragraph()
    layout = paragraph.paragraph_format
    paragraph.alignment, layout.space_before, layout.space_after = align, Pt(before), Pt(after)
    if spacing:
        layout.line_spacing_rule, layout.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(spacing)
    if indent:
        layout.first_line_indent = Pt(size * 2)
    words(paragraph, text, size, font, bold)
    return paragraph


def title(where: Any, text: str, size: float = 18) -> None:
    line(where, text, size, font=HEI, align=CENTRE, after=6)


def table(where: Any, columns: int, width: float, height: float, size: float) -> Callable[..., Any]:
    """A grid of equal columns; the returned function adds a row of (text, columns) cells."""
    grid = where.add_table(rows=0, cols=columns)
    grid.style, grid.alignment, grid.autofit = "Table Grid", WD_TABLE_ALIGNMENT.CENTER, False
    for column in grid.columns:
        column.width = Mm(width / columns)
    margins(grid, 40)

    def add(cells: Sequence[Cell], *, tall: float = height, align: Any = CENTRE, named: bool = True, exact: bool = False) -> Any:
        row = grid.add_row()
        row.height = Mm(tall)
        row.height_rule = WD_ROW_HEIGHT_RULE.EXACTLY if exact else WD_ROW_HEIGHT_RULE.AT_LEAST
        no_split(row)
        place = 0
        for number, (text, span) in enumerate(cells):
            cell = row.cells[place] if span == 1 else row.cells[place].merge(row.cells[place + span - 1])
            cell.width = Mm(width / columns * span)
            cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
            is_name = named and number % 2 == 0
            fill(cell, text, size, CENTRE if is_name else align, bold=False)
            place += span
        assert place == columns, (place, columns, cells)
        return row

    add.grid = grid  # type: ignore[attr-defined]
    return add


def fill(cell: Any, text: str, size: float, align: Any = CENTRE, *, font: str = SONG, bold: bool = False) -> None:
    for number, part in enumerate(text.split("\n")):
        paragraph = cell.paragraphs[0] if number == 0 else cell.add_paragraph()
        paragraph.alignment = align
        paragraph.paragraph_format.line_spacing = 1
        words(paragraph, part, size, font, bold)


def margins(grid: Any, dxa: int) -> None:
    found = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        node = OxmlElement(f"w:{side}")
        node.set(qn("w:w"), str(dxa))
        node.set(qn("w:type"), "dxa")
        found.append(node)
    grid._tbl.tblPr.append(found)


def no_split(row: Any) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def beside(rows: Sequence[Any], text: str, size: float) -> None:
    """Merge the first cells of these rows into one that names the block, written downwards."""
    merged = rows[0].cells[0].merge(rows[-1].cells[0])
    for paragraph in merged.paragraphs[1:]:
        paragraph._element.getparent().remove(paragraph._element)
    for run in list(merged.paragraphs[0].runs):
        run._element.getparent().remove(run._element)
    fill(merged, "\n".join(text), size, CENTRE)


# ---------------------------------------------------------------- 抽样单

def sheet(online: bool) -> Any:
    document = page((9, 8, 12, 12))
    name = "食品安全抽样检验抽样单" + ("（网络抽样）" if online else "")
    line(document, name, 15, font=HEI, align=CENTRE)
    line(document, f"抽样单编号：{f('抽样单编号')}　　№：{f('本地编号')}　　{f('联次')}", 9, align=LEFT, after=1)
    size = 8 if online else 8.5
    add = table(document, 24, 186, 5.5 if online else 6.4, size)

    def row(*cells: Cell, **options: Any) -> Any:
        return add(cells, **options)

    def block(text: str, rows: Sequence[Sequence[Cell]]) -> None:
        made = [add([("", 1), *cells], named=False) for cells in rows]
        beside(made, text, size)

    row(("任务来源", 3), (f("任务来源"), 9), ("任务类别", 3), (f("任务类别"), 9))
    row(("报送分类A", 3), (f("报送分类A"), 5), ("报送分类B", 3), (f("报送分类B"), 5), ("抽样类型", 3), (f("抽样类型"), 5))
    row(("部署机构", 3), (f("部署机构"), 9), ("食品大类", 3), (f("食品大类"), 9))
    row(("食品亚类", 3), (f("食品亚类"), 5), ("食品次亚类", 3), (f("食品次亚类"), 5), ("食品细类", 3), (f("食品细类"), 5))
    sampled = [
        [("单位名称", 3), (f("被抽样单位"), 12), ("区域类型", 3), (f("区域类型"), 5)],
        [("所在地", 3), (f("被抽样单位所在地"), 6), ("单位地址", 3), (f("被抽样单位地址"), 11)],
        [("抽样环节", 3), (f("抽样环节"), 4), ("抽样地点", 3), (f("抽样地点"), 4), ("社会信用代码\n（营业执照）", 4), (f("营业执照或社会信用代码"), 5)],
        [("许可证类型", 3), (f("许可证类型"), 4), ("许可证号", 3), (f("许可证号"), 4), ("法定代表人\n（负责人）", 4), (f("法定代表人"), 5)],
        [("联系人", 3), (f("联系人"), 4), ("联系电话", 3), (f("联系电话"), 4), ("年销售额（万元）", 4), (f("年销售额"), 5)],
        [("摊位号或姓名", 3), (f("摊位号或姓名"), 4), ("身份证号", 3), (f("身份证号"), 4), ("传真／邮编", 4), (f"{f('传真')}／{f('邮编')}", 5)],
    ]
    block("被抽样单位", sampled)
    if online:
        block("网络", [
            [("平台名称", 3), (f("平台名称"), 9), ("平台网址", 3), (f("平台网址"), 8)],
            [("平台地址", 3), (f("平台地址"), 9), ("平台营业执照号", 3), (f("平台营业执照号"), 8)],
            [("网店商铺名称", 3), (f("网店商铺名称"), 9), ("网店网址", 3), (f("网店网址"), 8)],
            [("入网许可证号\n／ICP", 3), (f("入网许可证号"), 9), ("平台订单编号", 3), (f("平台订单编号"), 8)],
            [("平台联系人", 3), (f("平台联系人"), 4), ("平台电话", 2), (f("平台电话"), 3), ("买样人员", 3), (f("买样人员"), 8)],
            [("付款账户", 3), (f("付款账户"), 4), ("注册账号", 2), (f("注册账号"), 3), ("收货地址", 3), (f("收货地址"), 8)],
        ])  # fmt: skip
    block("样品信息", [
        [("样品名称", 3), (f("样品名称"), 9), ("商标", 2), (f("商标"), 3), ("样品条码", 2), (f("样品条码"), 4)],
        [("样品类型", 3), (f("样品类型"), 4), ("样品来源", 3), (f("样品来源"), 4), ("样品属性", 3), (f("样品属性"), 6)],
        [("包装分类", 3), (f("包装分类"), 4), ("样品形态", 3), (f("样品形态"), 4), ("质量等级", 3), (f("质量等级"), 6)],
        [(f("日期类型"), 3), (f("日期"), 4), ("保质期", 3), (f("保质期"), 4), ("样品批号", 3), (f("样品批号"), 6)],
        [("规格型号", 3), (f("规格型号"), 4), ("单价（元）", 3), (f("单价"), 4), ("执行标准／\n技术文件", 3), (f("执行标准"), 6)],
        [("是否进口", 3), (f("是否进口"), 2), ("原产地", 2), (f("原产地"), 3), ("是否出口", 3), (f("是否出口"), 1), ("合格证／注册证号", 4), (f"{f('食用农产品合格证')}／{f('注册证号')}", 5)],
        [("进货量", 3), (f("进货量"), 4), ("库存量", 3), (f("库存量"), 4), ("抽样基数／批量", 3), (f("抽样基数"), 6)],
        [("抽样数量\n（含备样）", 3), (f"{f('抽样数量')} {f('抽样数量单位')}", 4), ("备样数量", 3), (f("备样数量"), 4), ("抽样方式", 3), (f("抽样方式"), 6)],
        [("储存条件", 3), (f"{f('储存条件')}　温度 {f('储存温度')} ℃　湿度 {f('储存湿度')} %", 11), ("样品包装", 3), (f("样品包装"), 6)],
        [("抽样工具", 3), (f("抽样工具"), 4), ("寄送截止日期", 3), (f("寄送截止日期"), 4), ("寄送地址", 3), (f("寄送地址"), 6)],
    ])  # fmt: skip
    block("标称生产者", [
        [("企业名称", 3), (f("生产企业"), 11), ("生产许可证编号", 3), (f("生产许可证编号"), 6)],
        [("所在地", 3), (f("生产企业所在地"), 6), ("详细地址", 3), (f("生产企业地址"), 11)],
        [("联系人", 3), (f("生产企业联系人"), 4), ("联系电话", 3), (f("生产企业电话"), 4), ("有无第三方", 3), (f("是否有第三方"), 6)],
        [("第三方名称", 3), (f("第三方名称"), 11), ("第三方性质", 3), (f("第三方性质"), 6)],
        [("第三方地址", 3), (f("第三方地址"), 11), ("许可证编号", 3), (f("第三方许可证编号"), 6)],
        [("第三方联系人", 3), (f("第三方联系人"), 11), ("联系电话", 3), (f("第三方电话"), 6)],
    ])  # fmt: skip
    block("抽样单位", [
        [("单位名称", 3), (f("抽样单位"), 9), ("级别", 2), (f("抽样单位级别"), 3), ("所在省份", 2), (f("抽样单位省份"), 4)],
        [("单位地址", 3), (f("抽样单位地址"), 9), ("邮编", 2), (f("抽样单位邮编"), 3), ("传真", 2), (f("抽样单位传真"), 4)],
        [("抽样人员", 3), (f("抽样人员"), 9), ("抽样时间", 2), (f("抽样日期"), 3), ("电话", 2), (f("抽样单位电话"), 4)],
        [("单位联系人", 3), (f("单位联系人"), 5), ("联系人电话", 3), (f("单位联系人电话"), 4), ("邮箱", 2), (f("抽样单位邮箱"), 6)],
    ])  # fmt: skip
    row(("备注", 3), (f("备注"), 21), align=LEFT)
    agree = "□ 无异议　□ 有异议：" if not online else "（网络抽样不适用）"
    signed = add([
        (f"被抽样单位对抽样程序、过程、封样状态及上述内容意见：\n{agree}\n\n\n被抽样单位（签名、盖章）\n　　　　年　　月　　日", 8),
        ("生产者对抽样程序、过程、封样状态及上述内容意见：\n□ 无异议　□ 有异议：\n\n\n生产者（签名、盖章）\n　　　　年　　月　　日", 8),
        ("抽样人（签名）：\n\n\n\n抽样单位（公章）\n　　　　年　　月　　日", 8),
    ], named=False, align=LEFT, tall=27)  # fmt: skip
    assert signed is not None
    line(
        document,
        "本抽样单一式五联：第一联留组织抽检的市场监督管理部门，第二联留承检机构，第三联寄（送）标称生产者，第四联留抽样单位，"
        "第五联交被抽样单位。没有或者不适用的栏目划“/”。",
        7.5, before=1,
    )  # fmt: skip
    return document


# ---------------------------------------------------------------- letters

def letter(name: str, body: Sequence[str], *, size: float = 14, spacing: float = 25) -> Any:
    document = page((24, 20, 26, 26))
    title(document, name, 20)
    line(document, f"抽样单编号：{f('抽样单编号')}", 12, align=RIGHT, after=8)
    for text in body:
        line(document, text.removeprefix("　　"), size, font=FANG, indent=text.startswith("　　"), spacing=spacing)
    return document


def notice() -> Any:
    document = letter("食品安全抽样检验告知书", (
        f"{f('被抽样单位')}：",
        f"　　根据《中华人民共和国食品安全法》和《食品安全抽样检验管理办法》的规定，按照{f('任务来源')}部署的{f('任务类别')}任务，"
        f"{f('抽样单位')}依法对你单位生产经营的食品进行抽样检验。现将有关事项告知如下：",
        "　　一、抽样人员不少于二人，抽样前应当出示注明抽样检验内容的告知书和有效身份证明文件；承检机构执行抽样任务的，还应当出示任务委托书。",
        "　　二、抽取的样品由抽样人员按照有关规定支付样品费用，你单位不需要支付检验费用。",
        "　　三、样品分为检验样品和复检备份样品，由抽样人员和你单位确认、签字并当场封样。样品移交承检机构，不由你单位自行送达。",
        "　　四、请提供被抽样单位和产品的真实信息，并在抽样单等文书上签字或者盖章。无正当理由拒绝抽样的，依照《中华人民共和国食品安全法》"
        "第一百三十三条处理。",
        "　　五、对抽样过程有异议的，可以自抽样完成之日起七个工作日内，向实施抽样检验的市场监督管理部门书面提出，并提供相关证明材料。",
        "　　六、对检验结论有异议的，可以自收到检验结论之日起七个工作日内，书面提出复检申请；对样品真实性、检验方法、标准适用有异议的，"
        "可以自收到不合格结论通知之日起七个工作日内，书面提出异议。逾期提出的不予受理。",
        "　　七、收到不合格检验结论后，应当立即采取封存不合格食品、暂停生产经营、通知相关生产经营者和消费者、召回等措施，排查原因并整改。"
        "复检和异议期间不得停止履行上述义务。",
    ), size=13, spacing=22.5)  # fmt: skip
    line(document, f"抽样人员：{f('抽样人员')}　　联系电话：{f('抽样单位电话')}", 13, font=FANG, before=8, spacing=24)
    line(document, f"承检机构：{f('检验机构')}", 13, font=FANG, spacing=24)
    line(document, "抽样单位（公章）", 13, font=FANG, align=RIGHT, before=10, spacing=24)
    line(document, f("抽样年月日"), 13, font=FANG, align=RIGHT, spacing=24)
    line(document, "本告知书一式二份，一份交被抽样单位，一份由抽样单位存档。被抽样单位签收：　　　　　　　　年　月　日", 10.5, before=10)
    return document


def refusal() -> Any:
    document = page((20, 16, 20, 20))
    title(document, "食品安全抽样检验拒检认定书", 20)
    line(document, f"编号：{f('抽样单编号')}", 11, align=RIGHT, after=4)
    add = table(document, 12, 170, 11, 11)
    add([("被抽样单位名称", 3), (f("被抽样单位"), 9)])
    add([("单位地址", 3), (f"{f('被抽样单位所在地')} {f('被抽样单位地址')}", 9)])
    add([("社会信用代码", 3), (f("营业执照或社会信用代码"), 4), ("许可证号", 2), (f("许可证号"), 3)])
    add([("联系人", 3), (f("联系人"), 4), ("联系电话", 2), (f("联系电话"), 3)])
    add([("任务来源", 3), (f("任务来源"), 4), ("抽样环节", 2), (f("抽样环节"), 3)])
    add([("拟抽样品", 3), (f("样品名称"), 4), ("抽样日期", 2), (f("抽样日期"), 3)])
    add([("拒绝抽样的情形", 3), (f("未抽样原因"), 9)], tall=38, align=LEFT)
    add([("现场说明", 3), ("抽样人员已出示抽样检验告知书和有效身份证明文件，并告知：拒绝、阻挠食品安全抽样检验的，依照《中华人民共和国"
                        "食品安全法》第一百三十三条处理。被抽样单位仍拒绝抽样。", 9)], tall=24, align=LEFT)  # fmt: skip
    add([("被抽样单位意见", 3), ("\n\n\n签名（盖章）：　　　　　　　　　　　年　　月　　日", 9)], tall=30, align=LEFT)
    add([("抽样人员", 3), (f"{f('抽样人员')}\n\n签名（不少于二人）：　　　　　　　　　年　　月　　日", 9)], tall=24, align=LEFT)
    add([("见证人", 3), ("\n签名：　　　　　　　单位及职务：　　　　　　　　　年　　月　　日", 9)], tall=18, align=LEFT)
    add([("抽样单位", 3), (f"{f('抽样单位')}\n\n（公章）　　　　　　　　　　　　　　年　　月　　日", 9)], tall=26, align=LEFT)
    line(document, "本认定书由抽样单位报告组织抽检的市场监督管理部门和被抽样单位所在地市场监督管理部门。被抽样单位拒绝签名的，由抽样人员注明情况。", 9, before=4)
    return document


def not_found() -> Any:
    document = page((20, 18, 20, 20))
    title(document, "未抽到样品证明", 20)
    line(document, f"编号：{f('抽样单编号')}", 11, align=RIGHT, after=4)
    add = table(document, 12, 170, 12, 11)
    add([("被抽样单位名称", 3), (f("被抽样单位"), 9)])
    add([("单位地址", 3), (f"{f('被抽样单位所在地')} {f('被抽样单位地址')}", 9)])
    add([("社会信用代码", 3), (f("营业执照或社会信用代码"), 4), ("抽样环节", 2), (f("抽样环节"), 3)])
    add([("任务来源", 3), (f("任务来源"), 4), ("抽样日期", 2), (f("抽样日期"), 3)])
    add([("拟抽食品", 3), (f"{f('食品大类')} {f('食品细类')} {f('样品名称')}", 9)])
    add([("未抽到样品的原因", 3), (f("未抽样原因"), 9)], tall=45, align=LEFT)
    add([("被抽样单位确认", 3), ("以上情况属实。\n\n\n签名（盖章）：　　　　　　　　　　　年　　月　　日", 9)], tall=34, align=LEFT)
    add([("抽样人员", 3), (f"{f('抽样人员')}\n\n签名（不少于二人）：　　　　　　　　　年　　月　　日", 9)], tall=28, align=LEFT)
    add([("抽样单位", 3), (f"{f('抽样单位')}\n\n（公章）　　　　　　　　　　　　　　年　　月　　日", 9)], tall=28, align=LEFT)
    return document


def purchase_notice() -> Any:
    document = letter("食品安全抽样检验样品购置费用告知书", (
        f"{f('被抽样单位')}：",
        f"　　根据《中华人民共和国食品安全法》第八十七条和《食品安全抽样检验管理办法》第十二条的规定，抽样检验应当购买抽取的样品，"
        f"不得向食品生产经营者收取检验费和其他费用。{f('抽样单位')}于{f('抽样年月日')}在你单位抽取下列样品：",
    ), size=14, spacing=26)  # fmt: skip
    add = table(document, 12, 158, 12, 12)
    add([("样品名称", 2), (f("样品名称"), 4), ("规格型号", 2), (f("规格型号"), 4)])
    add([("生产者", 2), (f("生产企业"), 4), ("样品批号", 2), (f("样品批号"), 4)])
    add([("抽样数量", 2), (f"{f('抽样数量')} {f('抽样数量单位')}", 4), ("单价", 2), (f("单价"), 4)])
    add([("费用合计", 2), ("人民币（大写）　　　　　　　　　　　　（¥　　　　　　）", 10)], align=LEFT)
    for text in (
        "　　请你单位按实际销售价格向抽样人员提供购物票据。费用支付方式：□ 现场支付　□ 转账　□ 其他：",
        "　　收款单位名称：　　　　　　　　　　　开户银行：",
        "　　账　　　　号：",
    ):
        line(document, text.strip("　"), 14, font=FANG, indent=True, spacing=27, before=3)
    line(document, f"抽样人员：{f('抽样人员')}　　联系电话：{f('抽样单位电话')}", 14, font=FANG, before=12, spacing=26)
    line(document, "抽样单位（公章）", 14, font=FANG, align=RIGHT, before=14, spacing=26)
    line(document, f("抽样年月日"), 14, font=FANG, align=RIGHT, spacing=26)
    line(document, "被抽样单位（签名、盖章）：　　　　　　　　　年　　月　　日", 14, font=FANG, before=18, spacing=26)
    return document


def purchase_voucher() -> Any:
    document = page((20, 20, 20, 20))
    title(document, "食品安全抽样检验购样凭证", 20)
    line(document, f"抽样单编号：{f('抽样单编号')}", 11, align=RIGHT, after=4)
    add = table(document, 12, 170, 12, 11)
    add([("收款单位", 2), (f("被抽样单位"), 4), ("社会信用代码", 2), (f("营业执照或社会信用代码"), 4)])
    add([("付款单位", 2), (f("抽样单位"), 4), ("任务来源", 2), (f("任务来源"), 4)])
    add([("样品名称", 3), ("规格型号", 2), ("数量", 2), ("单位", 1), ("单价（元）", 2), ("金额（元）", 2)], named=False)
    add([(f("样品名称"), 3), (f("规格型号"), 2), (f("抽样数量"), 2), (f("抽样数量单位"), 1), (f("单价"), 2), ("", 2)], named=False)
    add([("合计", 2), ("人民币（大写）　　　　　　　　　　　　　　（¥　　　　　　　）", 10)], align=LEFT)
    add([("支付方式", 2), ("□ 现金　□ 转账　□ 扫码　□ 其他", 4), ("票据号码", 2), ("", 4)], align=LEFT)
    add([("收款单位", 2), ("收款人签名（盖章）：\n\n\n　　　　年　　月　　日", 4), ("抽样人员", 2), (f"{f('抽样人员')}\n签名：\n\n　　　　年　　月　　日", 4)], tall=34, align=LEFT)
    add([("购物票据粘贴处", 2), ("", 10)], tall=95)
    line(document, "购物票据（发票、收据、支付凭证）粘贴于上，并拍照上传；无法取得票据的，由收款单位在本凭证上签名、盖章。", 9, before=4)
    return document


# ---------------------------------------------------------------- several on one page

def seal() -> Any:
    """Five strips on a page; the row repeats for as many as are asked for."""
    document = page((12, 8, 15, 15))
    grid = document.add_table(rows=3, cols=1)
    grid.style, grid.alignment, grid.autofit = "Table Grid", WD_TABLE_ALIGNMENT.CENTER, False
    grid.columns[0].width = Mm(180)
    fill(grid.rows[0].cells[0], "{%tr for 条 in " + "各封条" + " %}", 9)
    row = grid.rows[1]
    row.height, row.height_rule = Mm(54), WD_ROW_HEIGHT_RULE.EXACTLY
    no_split(row)
    cell = row.cells[0]
    cell.width, cell.vertical_alignment = Mm(180), WD_CELL_VERTICAL_ALIGNMENT.CENTER
    fill(cell, "封　　　条", 26, CENTRE, font=HEI)
    for text in (
        f"{f('条.样品种类')}　　抽样单编号：{f('条.抽样单编号')}　　封条号：{f('条.封条号')}",
        f"样品名称：{f('条.样品名称')}　　被抽样单位：{f('条.被抽样单位')}",
        f"抽样单位（公章）：{f('条.抽样单位')}　　　　封样日期：{f('条.抽样年月日')}",
        "抽样人员（签名）：　　　　　　　　　　　　被抽样单位（签名、盖章）：",
    ):
        line(cell, text, 10.5, align=CENTRE, before=4)
    fill(grid.rows[2].cells[0], "{%tr endfor %}", 9)
    line(document, "", 1, spacing=1)
    return document


def handover() -> Any:
    document = page((18, 16, 15, 15))
    title(document, "样品移交确认单", 20)
    line(document, f"抽样单位：{f('抽样单位')}　　承检机构：{f('检验机构')}　　共 {f('样品批数')} 批", 11, after=4)
    heads = (("序号", 1), ("抽样单编号", 5), ("样品名称", 4), ("规格型号", 2), ("数量", 2), ("备样", 2), ("储存条件", 2), ("封条号\n（检样／备样）", 3), ("样品状态\n和温度", 2), ("封样完好", 2))
    add = table(document, 25, 180, 9, 9)
    add(list(heads), named=False)
    add([("{%tr for 样 in 各样品 %}", 25)], named=False)
    row = "样"
    add([
        (f(f"{row}.序号"), 1), (f(f"{row}.抽样单编号"), 5), (f"{f(f'{row}.样品名称')}", 4), (f(f"{row}.规格型号"), 2),
        (f"{f(f'{row}.抽样数量')}{f(f'{row}.抽样数量单位')}", 2), (f(f"{row}.备样数量"), 2), (f(f"{row}.储存条件"), 2),
        (f"{f(f'{row}.封条号')}／{f(f'{row}.备样封条号')}", 3), (f"{f(f'{row}.移交时样品状态')} {f(f'{row}.移交时温度')}", 2), ("□是 □否", 2),
    ], named=False)  # fmt: skip
    add([("{%tr endfor %}", 25)], named=False)
    line(document, f"移交方式：{f('送达方式')}　　移交人：{f('移交人')}　　移交日期：{f('移交日期')}", 11, before=8)
    line(document, "接收意见：□ 样品外观、状态、封样完好，与抽样单一致，予以接收　□ 不予接收，理由：", 11, before=6)
    end = table(document, 2, 180, 30, 11)
    end([
        ("移交人（签名）：\n\n\n　　　　　　年　　月　　日　　时", 1), ("接收人（签名、承检机构盖章）：\n\n\n　　　　　　年　　月　　日　　时", 1),
    ], named=False, align=LEFT)  # fmt: skip
    line(document, "样品应当自现场抽样之日起五个工作日内移交承检机构；承检机构发现样品信息不符、破损、污染等情形的，应当拒收并书面说明理由。", 9, before=4)
    return document


def task() -> Any:
    document = page((22, 20, 22, 22))
    title(document, "食品安全抽样任务单", 20)
    line(document, f"编号：{f('任务单编号')}", 11, align=RIGHT, after=4)
    add = table(document, 12, 166, 12, 12)
    add([("下达单位", 2), (f("下达单位"), 4), ("下达人", 2), (f("下达人"), 4)])
    add([("计划名称", 2), (f("计划名称"), 10)])
    add([("食品分类", 2), (f("食品分类"), 10)])
    add([("抽样地区", 2), (f("抽样地区"), 4), ("抽样环节", 2), (f("抽样环节"), 4)])
    add([("抽样对象", 2), (f("抽样对象"), 10)])
    add([("批次数", 2), (f("批次数"), 4), ("承检机构", 2), (f("承检机构"), 4)])
    add([("开始日期", 2), (f("开始日期"), 4), ("截止日期", 2), (f("截止日期"), 4)])
    add([("抽样人员", 2), (f("抽样人员"), 10)])
    add([("备注", 2), (f("备注"), 10)], tall=30, align=LEFT)
    add([("下达", 2), ("签名：\n\n　　　　年　　月　　日", 4), ("接受", 2), ("签名（不少于二人）：\n\n　　　　年　　月　　日", 4)], tall=28, align=LEFT)
    line(document, "抽样前不得通知被抽样单位。抽样人员不得少于二人，并出示抽样检验告知书和有效身份证明文件。", 10, before=6)
    return document


def urgent() -> Any:
    """限时报告情况表: one page."""
    document = page((14, 12, 18, 18))
    title(document, "食品安全抽样检验限时报告情况表", 18)
    line(document, f"编号：{f('限时报告编号')}　　报告时限：{f('报告时限')}", 10, align=RIGHT, after=3)
    add = table(document, 24, 174, 7.5, 9)
    add([("抽样单编号", 4), (f("抽样单编号"), 8), ("报告书编号", 4), (f("报告书编号"), 8)])
    add([("样品名称", 4), (f("样品名称"), 8), ("规格型号", 4), (f("规格型号"), 8)])
    add([("样品批号", 4), (f("样品批号"), 8), ("生产日期", 4), (f("生产日期"), 8)])
    add([("被抽样单位", 4), (f("被抽样单位"), 8), ("地址", 4), (f("被抽样单位地址"), 8)])
    add([("标称生产企业", 4), (f("标称生产企业"), 8), ("地址", 4), (f("标称生产企业地址"), 8)])
    add([("抽样日期／环节", 4), (f"{f('抽样日期')}　{f('抽样环节')}", 8), ("检验机构", 4), (f("检验机构"), 8)])
    add([("检验项目", 6), ("检验结果", 5), ("标准限量", 6), ("判定", 4), ("为限量的倍数", 3)], named=False)
    add([("{%tr for 项 in 各项目 %}", 24)], named=False)
    add([(f("项.检验项目"), 6), (f("项.检验结果"), 5), (f("项.标准限量"), 6), (f("项.判定"), 4), (f("项.倍数"), 3)], named=False)
    add([("{%tr endfor %}", 24)], named=False)
    add([("触发原因", 4), (f("触发原因"), 20)], tall=14, align=LEFT)
    add([("确认时间", 4), (f("确认时间"), 8), ("全部报告时间", 4), (f("报告时间"), 8)])
    add([("报告对象", 6), ("单位名称", 7), ("报告时间", 5), ("方式", 3), ("接报人", 3)], named=False)
    add([("{%tr for 报 in 各报送 %}", 24)], named=False)
    add([(f("报.报告对象"), 6), (f("报.单位名称"), 7), (f("报.报告时间"), 5), (f("报.报告方式"), 3), (f("报.接报人"), 3)], named=False, tall=9)
    add([("{%tr endfor %}", 24)], named=False)
    add([("已采取的措施", 4), (f("已采取措施"), 20)], tall=30, align=LEFT)
    add([("联系人", 4), (f("联系人"), 8), ("联系电话", 4), (f("联系电话"), 8)])
    add([("填报", 4), (f"{f('填报人')}\n签名：\n　　　　年　　月　　日", 8), ("签收", 4), (f"{f('签收人')} {f('签收时间')}\n签名：\n　　　　年　　月　　日", 8)], tall=20, align=LEFT)
    line(document, "检验机构确认检出后应当立即报告，并在 24 小时内填报本表；休息日和节假日不顺延。", 8.5, before=3)
    return document


def grade_sheet() -> Any:
    """食品生产经营者风险等级确定表: one page."""
    document = page((20, 16, 22, 22))
    title(document, "食品生产经营者风险等级确定表", 20)
    line(document, f"编号：{f('评定编号')}　　评定年度：{f('评定年度')}", 10.5, align=RIGHT, after=4)
    add = table(document, 12, 166, 10, 11)
    add([("企业名称", 2), (f("企业名称"), 10)])
    add([("社会信用代码", 2), (f("社会信用代码"), 4), ("许可证号", 2), (f("许可证号"), 4)])
    add([("企业类型", 2), (f("企业类型"), 4), ("法定代表人（负责人）", 2), (f("负责人"), 4)])
    add([("地址", 2), (f("地址"), 10)])
    add([("评定原因", 2), (f("评定原因"), 4), ("所依据记录", 2), (f("记录起止"), 4)])
    add([("评分部分", 4), ("得分", 4), ("满分", 4)], named=False)
    add([("静态风险因素", 4), (f("静态分"), 4), (f("静态满分"), 4)])
    add([("动态风险因素", 4), (f("动态分"), 4), (f("动态满分"), 4)])
    add([("通用信用风险", 4), (f("信用分"), 4), (f("信用满分"), 4)])
    add([("总分", 4), (f("总分"), 4), (f"建议等级：{f('建议等级')}", 4)])
    add([("上次等级", 2), (f("上次等级"), 4), ("调整结果", 2), (f("调整结果"), 4)])
    add([("调整情形", 2), (f("调整情形"), 10)], tall=26, align=LEFT)
    add([("人工调整或更正的理由", 2), (f("人工调整理由"), 10)], tall=18, align=LEFT)
    add([("确定的等级", 2), (f("确定等级"), 4), ("生效日期", 2), (f("生效日期"), 4)], tall=12)
    add([("监督检查频次", 2), (f("检查频次"), 10)])
    add([("填表人", 2), (f"{f('填表人')}\n签名：\n　　{f('填表日期')}", 4), ("审核人", 2), (f"{f('审核人')}\n签名：\n　　{f('审核日期')}", 4)], tall=22, align=LEFT)
    add([("审核意见", 2), (f("审核意见"), 10)], tall=16, align=LEFT)
    line(document, f"分级规则：{f('分级规则')}。分值越高风险越高；“/”为不适用或没有。打印：{f('打印单位')}　{f('打印人')}　{f('打印日期')}", 9, before=4)
    return document


# ---------------------------------------------------------------- 执法文书

def official(name: str, body: Sequence[str], *, rows: Sequence[tuple[str, str]] = (), end: Sequence[str] = (), whom: bool = True) -> Any:
    """A letter with its number, its facts in a table, and the office's seal."""
    document = page((24, 20, 26, 26))
    line(document, f("制发单位"), 16, font=SONG, align=CENTRE, after=2)
    title(document, name, 20)
    line(document, f("文号"), 12, font=FANG, align=RIGHT, after=8)
    if whom:
        line(document, f"{f('受送达人')}：", 14, font=FANG, spacing=25)
    for text in body:
        line(document, text, 14, font=FANG, indent=True, spacing=25)
    if rows:
        add = table(document, 12, 158, 9, 11)
        for head, text in rows:
            add([(head, 3), (text, 9)], align=LEFT)
    for text in end:
        line(document, text, 14, font=FANG, indent=True, spacing=25, before=2)
    line(document, f"联系人：{f('联系人')}　　联系电话：{f('联系电话')}", 12, font=FANG, before=8, spacing=22)
    line(document, f"联系地址：{f('联系地址')}", 12, font=FANG, spacing=22)
    line(document, f"{f('制发单位')}（印章）", 14, font=FANG, align=RIGHT, before=18, spacing=25)
    line(document, f("制发年月日"), 14, font=FANG, align=RIGHT, spacing=25)
    return document


SAMPLE_ROWS = tuple(
    (name, f(name)) for name in ("抽样单编号", "样品名称", "规格型号", "生产日期或批号", "被抽样单位", "标称生产者", "抽样日期")
)


def result_notice() -> Any:
    document = official(
        "食品安全抽样检验结果通知书",
        (f"根据《中华人民共和国食品安全法》和《食品安全抽样检验管理办法》的规定，对下列样品进行了抽样检验，检验结论为{f('检验结论')}。"
         "现将检验结果和检验报告送达你单位：",),
        rows=(*SAMPLE_ROWS, *((name, f(name)) for name in ("承检机构", "报告编号", "不合格项目"))),
        end=(
            "一、你单位收到本通知书后，应当立即采取封存不合格食品、暂停生产经营、通知相关生产经营者和消费者、召回等措施，排查不合格的原因并整改，"
            "及时向住所地市场监督管理部门报告。复检和异议期间不得停止履行上述义务。",
            "二、对检验结论有异议的，可以自收到检验结论之日起七个工作日内书面提出复检申请；对样品真实性、检验方法、标准适用有异议的，"
            "可以自收到不合格结论通知之日起七个工作日内书面提出异议。逾期提出的不予受理。",
            f"附件：{f('附件')}",
        ),
    )  # fmt: skip
    line(document, f"本通知书送达{f('受送达人身份')}，地址：{f('受送达人地址')}。一式二份，一份送达，一份存档。", 10.5, before=8)
    return document


def rectify_order() -> Any:
    document = official(
        "责令改正通知书",
        (
            f"统一社会信用代码：{f('社会信用代码')}　　地址：{f('受送达人地址')}", f"经查，{f('违法事实')}",
            f"上述行为违反了{f('违反条款')}的规定。依据{f('责令依据')}的规定，现责令你单位{f('改正期限')}前改正。改正内容及要求如下：",
            f("改正要求"),
            f"如不服本决定，可以自收到本通知书之日起六十日内向{f('复议机关')}申请行政复议，也可以自收到本通知书之日起六个月内依法向"
            f"{f('起诉法院')}提起行政诉讼。",
        ),
    )  # fmt: skip
    line(document, f"本通知书一式二份，一份送达{f('受送达人身份')}，一份存档。", 10.5, before=8)
    return document


def assist_letter() -> Any:
    return official(
        "协助调查函", (f("协查事由"), "有关产品信息如下："), rows=(*SAMPLE_ROWS, ("不合格项目", f("不合格项目"))),
        end=(f("协查事项"), f"请于{f('回复期限')}前函复我局。", f"附件：{f('附件')}"),
    )


def transfer_letter() -> Any:
    return official(
        "案件线索移送函", (f("移送事由"), f"依据{f('移送依据')}的规定，现将有关线索移送你单位处理，请将接收和处理情况函告我局。"),
        rows=(*SAMPLE_ROWS, ("不合格项目", f("不合格项目"))), end=(f"移送材料：{f('移送材料')}",),
    )


def notice_letter() -> Any:
    return official(
        "不合格食品通报函", (f("通报事由"), f"依据{f('通报依据')}的规定，现将有关情况通报你单位。"),
        rows=(*SAMPLE_ROWS, ("不合格项目", f("不合格项目"))), end=(f"附件：{f('附件')}",),
    )


def disposal_report() -> Any:
    names = (
        "案件编号", "责任主体", "检验结论", "不合格项目", "启动情况", "产品控制", "原因排查", "整改复查", "处罚情况", "信息公开", "其他情况",
        "处置结论",
    )  # fmt: skip
    rows = (*SAMPLE_ROWS, *((name, f(name)) for name in names))
    return official("不合格食品核查处置情况报告", ("现将不合格食品核查处置情况报告如下：",), rows=rows)


OBJECTION_ROWS = tuple((name, f(name)) for name in ("异议编号", "异议类别", "异议内容", "提出日期", "收到日期"))


def objection_acceptance() -> Any:
    return official(
        "异议受理通知书",
        ("你单位就下列样品书面提出的异议，经审查符合《食品安全抽样检验管理办法》规定的受理条件，我局予以受理。",),
        rows=(*SAMPLE_ROWS, *OBJECTION_ROWS, ("受理日期", f("受理日期")), ("审核期限", f("审核期限"))),
        end=("异议审核期间，你单位不得停止履行封存不合格食品、暂停生产经营、召回等义务。审核结论将书面通知你单位。",),
    )


def objection_refusal() -> Any:
    return official(
        "异议不予受理通知书", ("你单位就下列样品书面提出的异议，经审查，我局决定不予受理。",), rows=(*SAMPLE_ROWS, *OBJECTION_ROWS),
        end=(f"不予受理的理由：{f('不予受理理由')}",),
    )


def objection_correction() -> Any:
    return official(
        "异议材料补正告知书",
        ("你单位就下列样品书面提出的异议，材料不符合要求，现根据《食品安全抽样检验管理办法》的规定一次性告知需要补正的材料。",),
        rows=(*SAMPLE_ROWS, *OBJECTION_ROWS),
        end=(f"需要补正的材料：{f('需补正的材料')}", f"请于{f('补正期限')}前将补正材料书面提交我局。受理期限自收到补正材料之日起计算。"),
    )


def objection_conclusion() -> Any:
    return official(
        "异议审核结论通知书", ("你单位就下列样品书面提出的异议，我局已经审核完毕，现将审核结论通知你单位。",),
        rows=(*SAMPLE_ROWS, *OBJECTION_ROWS, ("受理日期", f("受理日期"))),
        end=(f"核查情况：{f('核查情况')}", f"审核结论：{f('审核结论')}", f("结论说明")),
    )


RETEST_ROWS = tuple((name, f(name)) for name in ("复检编号", "复检申请人", "申请日期", "收到申请材料日期", "申请复检项目"))


def retest_acceptance() -> Any:
    return official(
        "复检受理通知书",
        ("你单位就下列样品书面提出的复检申请，经审查符合《中华人民共和国食品安全法》第八十八条和《食品安全抽样检验管理办法》的规定，我局予以受理。",),
        rows=(
            *SAMPLE_ROWS, *RETEST_ROWS, ("予以复检项目", f("予以复检项目")), ("受理日期", f("受理日期")),
            ("确定复检机构期限", f("确定复检机构期限")),
        ),
        end=(
            "复检机构由我局从公布的复检机构名录中随机确定，复检结论为最终检验结论。复检费用由你单位先行垫付；"
            "复检结论与初检结论一致的，费用由你单位承担，不一致的由抽样检验的部门承担。",
            "复检期间，你单位不得停止履行封存不合格食品、暂停生产经营、召回等义务。",
        ),
    )


def retest_refusal() -> Any:
    return official(
        "复检不予受理通知书", ("你单位就下列样品书面提出的复检申请，经审查，我局决定不予受理。",), rows=(*SAMPLE_ROWS, *RETEST_ROWS),
        end=(f"不予受理的理由：{f('不予受理理由')}",),
    )


def retest_designation() -> Any:
    names = ("予以复检项目", "承检机构", "复检机构", "复检机构地址", "复检机构联系方式", "确定方式", "确定日期", "移交备份样品期限")
    return official(
        "复检机构确定通知书", ("就下列样品的复检申请，我局已经依法确定复检机构，现通知如下。",),
        rows=(*SAMPLE_ROWS, *RETEST_ROWS, *((name, f(name)) for name in names)),
        end=(
            "复检备份样品由初检机构在期限内移交复检机构。复检申请人应当向复检机构先行支付复检费用。"
            "复检机构无正当理由不得拒绝复检任务；不能承担的，应当在2个工作日内书面说明理由。",
        ),
    )


def delivery_proof() -> Any:
    document = page((22, 18, 22, 22))
    line(document, f("制发单位"), 16, align=CENTRE, after=2)
    title(document, "送达回证", 20)
    add = table(document, 12, 166, 12, 12)
    add([("送达文书名称", 3), (f("送达文书"), 9)])
    add([("文书文号", 3), (f("文号"), 4), ("制发日期", 2), (f("制发年月日"), 3)])
    add([("受送达人", 3), (f("受送达人"), 9)])
    add([("受送达人地址", 3), (f("受送达人地址"), 9)])
    add([("送达方式", 3), (f("送达方式"), 4), ("送出日期", 2), (f("送出日期"), 3)])
    add([("送达地点", 3), (f("送达地点"), 9)])
    add([("邮件号码", 3), (f("邮件号码"), 4), ("公告载体", 2), (f("公告载体"), 3)])
    add([("收件人签名\n（盖章）", 3), (f"{f('签收人')}\n\n与受送达人关系：{f('与受送达人关系')}\n收到日期：{f('送达日期')}", 9)], tall=32, align=LEFT)
    add([("拒收事由", 3), (f("拒收事由"), 9)], tall=18, align=LEFT)
    add([("见证人签名", 3), (f("见证人"), 9)], tall=16, align=LEFT)
    add([("送达人签名", 3), (f("送达人"), 9)], tall=16, align=LEFT)
    add([("备注", 3), (f("备注"), 9)], tall=20, align=LEFT)
    line(document, "收件人不是受送达人本人的，应当注明与受送达人的关系；拒绝签收的，由送达人注明情况，并由见证人签名。", 9, before=4)
    return document


# ---------------------------------------------------------------- 监督检查

def inspection_result() -> Any:
    """监督检查结果记录表: one page."""
    document = page((18, 16, 20, 20))
    title(document, "食品生产经营监督检查结果记录表", 18)
    line(document, f"编号：{f('检查编号')}", 10.5, align=RIGHT, after=3)
    add = table(document, 12, 170, 9, 10.5)
    add([("被检查单位", 2), (f("被检查单位"), 6), ("检查类型", 2), (f("检查类型"), 2)])
    add([("社会信用代码", 2), (f("社会信用代码"), 4), ("许可证号", 2), (f("许可证号"), 4)])
    add([("地址", 2), (f("地址"), 10)], align=LEFT)
    add([("负责人", 2), (f("法定代表人"), 4), ("联系方式", 2), (f("联系方式"), 4)])
    add([("检查地点", 2), (f("检查地点"), 4), ("检查类别", 2), (f("检查类别"), 4)])
    add([("检查日期", 2), (f("检查日期"), 4), ("起止时间", 2), (f("检查时间"), 4)])
    add([("检查人员", 2), (f("检查人员"), 4), ("其他人员", 2), (f("其他人员"), 4)])
    add([(
        f"检查内容：{f('承办单位')}检查人员依法对你单位进行监督检查，依据{f('检查要点表')}，共检查 {f('检查项数')} 项，其中符合 {f('符合项数')} 项，"
        f"不符合 {f('重点项不符合')} 项重点项、{f('一般项不符合')} 项一般项；不适用 {f('不适用项数')} 项，未检查 {f('未检查项数')} 项。"
        f"不符合的项目：{f('不符合项目')}", 12,
    )], tall=34, align=LEFT, named=False)  # fmt: skip
    add([("检查结果", 2), (f"{f('检查结果')}　{f('理由')}", 6), ("处理", 2), (f("处理"), 2)], align=LEFT)
    add([("检查意见", 2), (f("检查意见"), 10)], tall=30, align=LEFT)
    add([("被检查单位\n意见", 2), (f"{f('被检查单位意见')}\n\n{f('被检查单位签字')} {f('签字人')}\n签名（盖章）：　　　　　　　　　年　　月　　日", 10)],
        tall=34, align=LEFT)  # fmt: skip
    add([("检查人员\n签名", 2), (f"{f('主办签字')}\n{f('协办签字')}\n签名：　　　　　　　　　　　　　　年　　月　　日", 10)], tall=26, align=LEFT)
    add([("见证人", 2), (f("见证人"), 10)], tall=12, align=LEFT)
    line(document, "检查人员不得少于两人。被检查单位拒绝签字的，检查人员注明情况，可以请见证人签字或者录音录像。", 9, before=3)
    return document


def inspection_items() -> Any:
    """监督检查要点记录表: as many pages as it takes, the head of the table on each."""
    document = page((14, 12, 15, 15))
    title(document, f("检查要点表"), 16)
    line(document, f"被检查单位：{f('被检查单位')}　　检查日期：{f('检查日期')}　　编号：{f('检查编号')}", 10, after=3)
    add = table(document, 20, 180, 6.5, 9)
    head = add([("序号", 1), ("检查内容", 3), ("重点项", 2), ("检查项目", 8), ("结果", 2), ("情况说明", 4)], named=False)
    mark = OxmlElement("w:tblHeader")
    head._tr.get_or_add_trPr().append(mark)
    add([("{%tr for 项 in 各项目 %}", 20)], named=False)
    add([
        (f("项.序号"), 1), (f("项.检查内容"), 3), (f("项.重点项"), 2), (f("项.检查项目"), 8), (f("项.结果"), 2), (f("项.说明"), 4),
    ], named=False, align=LEFT)  # fmt: skip
    add([("{%tr endfor %}", 20)], named=False)
    line(document, "结果填写：符合、不符合、不适用、未检查。“重点项”影响食品安全，有一项不符合即判为不符合。", 9, before=3)
    line(document, f"检查人员：{f('检查人员')}　　签名：　　　　　　　　被检查单位签名：　　　　　　　　　年　　月　　日", 10, before=8)
    return document


def warning() -> Any:
    """消费提示、风险预警: a head, the text paragraph by paragraph, the office and the day."""
    document = page((24, 20, 26, 26))
    line(document, f"{f('编号')}　{f('状态')}", 12, align=RIGHT, after=8)
    title(document, f("标题"), 20)
    line(document, f"发送对象：{f('发送对象')}", 12, font=FANG, spacing=24, before=6)
    line(document, "{%p for 段 in 各段 %}", 14)
    line(document, f("段.文字"), 14, font=FANG, indent=True, spacing=26)
    line(document, "{%p endfor %}", 14)
    line(document, f("发布单位"), 14, font=FANG, align=RIGHT, before=16, spacing=26)
    line(document, f("发布日期"), 14, font=FANG, align=RIGHT, spacing=26)
    line(document, f"依据：{f('依据')}{f('有效期')}", 10, before=12)
    line(document, f"打印：{f('打印单位')}　{f('打印人')}　{f('打印日期')}", 9, before=4)
    return document


def evaluation() -> Any:
    """规划评估报告: head, text part by part, three tables and the place of the chart."""
    document = page((30, 25, 24, 24))
    title(document, f("标题"), 20)
    line(document, f"{f('编号')}　{f('状态')}", 14, font=FANG, align=CENTRE, spacing=26, before=6)
    line(document, f"编制单位：{f('编制单位')}　评估区域：{f('评估区域')}", 12, font=FANG, align=CENTRE, spacing=20)
    line(document, f"评估期间：{f('评估期间')}　数据截至：{f('数据截至')}", 12, font=FANG, align=CENTRE, spacing=20, after=8)
    line(document, "{%p for 段 in 各段 %}", 14)
    line(document, "{%p if 段.小标题 %}", 14)
    line(document, f("段.小标题"), 16, font=HEI, indent=True, spacing=28)
    line(document, "{%p endif %}", 14)
    line(document, "{%p if 段.文字 %}", 14)
    line(document, f("段.文字"), 16, font=FANG, indent=True, spacing=28)
    line(document, "{%p endif %}", 14)
    line(document, "{%p endfor %}", 14)
    _listed(document, "附表1　指标完成情况汇总", "各类", 10.5, [
        ("类别", "类别", 6), ("项数", "项数", 3), ("达到目标", "达到", 3), ("未达到", "未达到", 3), ("不能判定", "不能判定", 3),
    ])  # fmt: skip
    line(document, "【图表】", 12, align=CENTRE, before=6)
    _listed(document, "附表2　规划指标完成情况", "各指标", 9, [
        ("序号", "序号", 2), ("指标名称", "指标名称", 8), ("单位", "单位", 2), ("属性", "属性", 3), ("基期值", "基期值", 3),
        ("目标值", "目标值", 3), ("现值", "现值", 3), ("分子／分母", "分子分母", 4), ("完成情况", "完成情况", 3), ("数据来源", "数据来源", 4),
    ])  # fmt: skip
    line(document, "{%p if 多年度 %}", 12)
    _listed(document, "附表3　分年度数值", "各年", 10.5, [
        ("指标名称", "指标名称", 8), ("年度", "年度", 2), ("数值", "数值", 3), ("当年目标", "目标值", 3), ("完成情况", "完成情况", 3),
    ])  # fmt: skip
    line(document, "{%p endif %}", 12)
    line(document, f"编制人：{f('编制人')}　　审批人：{f('审批人')}　　审批日期：{f('审批日期')}", 12, before=8)
    line(document, f("存证"), 9, before=4)
    return document


def publication() -> Any:
    """公示公告: the announcement upright, its list on pages that lie."""
    document = page((30, 25, 26, 26))
    title(document, f("标题"), 20)
    line(document, f"{f('公告号')}　{f('状态')}", 14, font=FANG, align=CENTRE, spacing=26, before=6, after=8)
    line(document, f("正文"), 16, font=FANG, indent=True, spacing=28)
    line(document, f("声明"), 16, font=FANG, indent=True, spacing=28)
    line(document, f"附件：{f('清单种类')}清单（{f('批次数')} 批次）", 16, font=FANG, indent=True, spacing=28, before=8)
    line(document, f("公布单位"), 16, font=FANG, align=RIGHT, before=20, spacing=28)
    line(document, f("公布日期"), 16, font=FANG, align=RIGHT, spacing=28)
    line(document, f"打印：{f('打印单位')}　{f('打印人')}　{f('打印日期')}　编号 {f('编号')}", 9, before=8)
    section = document.add_section(WD_SECTION.NEW_PAGE)
    section.orientation, section.page_width, section.page_height = WD_ORIENT.LANDSCAPE, Mm(297), Mm(210)
    section.top_margin = section.bottom_margin = section.left_margin = section.right_margin = Mm(15)
    firms = [
        ("序号", "序号", 2), ("食品名称", "食品名称", 5), ("规格型号", "规格型号", 3), ("商标", "商标", 3), ("生产日期/批号", "生产日期或批号", 4),
        ("标称生产企业名称", "生产企业", 6), ("标称生产企业地址", "生产企业地址", 6), ("被抽样单位名称", "被抽样单位", 6),
        ("被抽样单位地址", "被抽样单位地址", 6),
    ]  # fmt: skip
    last = [("分类", "分类", 3), ("检验机构", "检验机构", 4), ("备注", "备注", 4)]
    for kind, more in (("不合格", [("不合格项目║检验结果║标准值", "不合格项目", 6)]), ("合格", [("抽样编号", "抽样编号", 5)])):
        line(document, f"{{%p if {kind}清单 %}}", 12)
        _listed(document, f"附件　{kind}产品清单", "各批", 8, [*firms, *more, *last], 267)
        line(document, "{%p endif %}", 12)
    return document


def _listed(
    document: Any, name: str, rows: str, size: float, columns: Sequence[tuple[str, str, int]], millimetres: float = 162
) -> None:
    """A table that repeats its row for each of a list and its head on each page; a column is (heading, field, share of the width)."""
    line(document, name, 14, font=HEI, align=CENTRE, before=10, after=4)
    add = table(document, sum(share for _, _, share in columns), millimetres, 6, size)
    head = add([(heading, share) for heading, _, share in columns], named=False)
    repeated = OxmlElement("w:tblHeader")
    repeated.set(qn("w:val"), "true")
    head._tr.get_or_add_trPr().append(repeated)
    width = sum(share for _, _, share in columns)
    add([(f"{{%tr for 行 in {rows} %}}", width)], named=False)
    no_split(add([(f(f"行.{field}"), share) for _, field, share in columns], named=False, align=LEFT))
    add([("{%tr endfor %}", width)], named=False)


TEMPLATES: dict[str, Callable[[], Any]] = {
    "sheet": lambda: sheet(False), "online-sheet": lambda: sheet(True), "notice": notice, "seal": seal,
    "purchase-notice": purchase_notice, "purchase-voucher": purchase_voucher, "handover": handover, "refusal": refusal,
    "not-found": not_found, "task": task, "urgent": urgent,
    "result-notice": result_notice, "rectify-order": rectify_order, "assist-letter": assist_letter,
    "transfer-letter": transfer_letter, "disposal-report": disposal_report, "delivery-proof": delivery_proof,
    "objection-acceptance": objection_acceptance, "objection-refusal": objection_refusal,
    "objection-correction": objection_correction, "objection-conclusion": objection_conclusion,
    "retest-acceptance": retest_acceptance, "retest-refusal": retest_refusal, "retest-designation": retest_designation,
    "notice-letter": notice_letter, "grade-sheet": grade_sheet, "inspection-result": inspection_result,
    "inspection-items": inspection_items, "warning": warning, "evaluation": evaluation,
    "publication": publication,
}  # fmt: skip


def main(folder: Path = FOLDER) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, make in TEMPLATES.items():
        make().save(str(folder / f"{name}.docx"))


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))

"""Result workbooks as laboratories and the national system send them, made up but of the real shape.

Twenty items a sample, names from the shipped lists, shared strings as Excel and the national system write them.
"""

from __future__ import annotations

import csv
import random
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from xml.sax.saxutils import escape

from bench.frame import FOLDER, ROOT, TODAY

REFERENCE = ROOT / "app" / "reference"
ITEMS_EACH = 20
FAILING = 0.03  # of the samples
LAB = (
    "抽样编号", "报告书编号", "检验项目", "检验结果", "结果单位", "结果判定", "检验依据", "判定依据", "最小允许限", "最大允许限",
    "允许限单位", "方法检出限", "检出限单位", "说明", "样品名称",
)  # fmt: skip
SHEET = (
    "报告日期", "任务来源", "检验目的/任务类别", "食品大类", "食品亚类", "食品品种", "食品细类", "样品名称", "被抽样单位名称",
    "被抽样单位地址", "被抽样省份", "被抽样地市", "县(市、区)", "抽样环节", "标称生产企业名称", "抽样日期", "抽样数量",
    "检验机构名称",
)  # fmt: skip
RESULT = ("检验项目", "检验结果", "结果单位", "结果判定", "检验依据", "判定依据", "最大允许限", "最大允许限单位", "说明")
NATIONAL = ("抽样编号", "报告书编号", *SHEET, *RESULT)


def number_of(sample: int) -> str:
    """抽样编号 of the n-th sample."""
    return f"XBJ26120119{sample:08d}"


def lab_workbook(rows: int, *, faulty: bool = False) -> Path:
    """The 15-column laboratory sheet; ``faulty`` leaves out the item of every 500th row."""
    path = FOLDER / f"lab_{rows}{'_faulty' if faulty else ''}.xlsx"
    return path if path.exists() else _write(path, LAB, _lab_rows(rows, faulty))


def national_workbook(rows: int) -> Path:
    """The national export, which repeats the sampling sheet on every row."""
    path = FOLDER / f"national_{rows}.xlsx"
    return path if path.exists() else _write(path, NATIONAL, _national_rows(rows))


# ---------------------------------------------------------------- content


def _listed(name: str) -> list[dict[str, str]]:
    with (REFERENCE / f"{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _results(draw: random.Random, items: Sequence[dict[str, str]]) -> Iterator[tuple[str, ...]]:
    """Item, result, unit, verdict, limit, detection limit of one sample; seven in ten readings are 未检出."""
    failing = draw.randrange(ITEMS_EACH) if draw.random() < FAILING else -1
    for place, item in enumerate(draw.sample(items, ITEMS_EACH)):
        limit = draw.choice(("0.02", "0.05", "0.1", "0.2", "0.5"))
        reading, verdict = "未检出", "合格项"
        if place == failing:
            reading, verdict = f"{float(limit) * draw.uniform(1.5, 9):.3f}", "不合格项"
        elif draw.random() > 0.7:
            reading = f"{float(limit) * draw.uniform(0.1, 0.9):.4f}"
        yield item["name"], reading, "mg/kg", verdict, limit, draw.choice(("0.002", "0.005", "0.01"))


def _items() -> list[dict[str, str]]:
    return [item for item in _listed("items") if item["unit"] == "mg/kg" and item["microbial"] != "是"]


def _lab_rows(rows: int, faulty: bool) -> Iterator[tuple[str, ...]]:
    draw, items = random.Random(811), _items()
    for sample in range(1, rows // ITEMS_EACH + 1):
        number, report, product = number_of(sample), f"SP2026{sample:06d}", f"样品{sample % 700}号"
        for place, (item, reading, unit, verdict, limit, lod) in enumerate(_results(draw, items)):
            left_out = faulty and (sample * ITEMS_EACH + place) % 500 == 0
            yield (
                number, report, "" if left_out else item, reading, unit, verdict, f"GB 23200.{sample % 121}-2021",
                "GB 2763-2021《食品安全国家标准 食品中农药最大残留限量》", "/", limit, unit, lod, unit, "/", product,
            )  # fmt: skip


def _national_rows(rows: int) -> Iterator[tuple[str, ...]]:
    draw, items = random.Random(812), _items()
    categories = [one for one in _listed("categories") if one["level3"] and one["domain"] in ("食品", "食用农产品")]
    last = date.fromisoformat(TODAY) - timedelta(days=20)
    for sample in range(1, rows // ITEMS_EACH + 1):
        food = draw.choice(categories)
        taken = last - timedelta(days=draw.randrange(60))
        sheet = (
            (taken + timedelta(days=15)).isoformat(), "天津市蓟州区市场监督管理局", "监督抽检", food["level1"], food["level2"],
            food["level3"], food["level4"], f"样品{sample % 700}号", f"第{sample % 3000}食品经营部", f"蓟州区文昌街{sample}号",
            "天津", "天津", "蓟州区", draw.choice(("生产", "流通", "餐饮")), f"第{sample % 900}食品厂", taken.isoformat(), "2.0",
            "衡清食品检验中心",
        )  # fmt: skip
        number, report = number_of(sample), f"SP2026{sample:06d}"
        for item, reading, unit, verdict, limit, _ in _results(draw, items):
            yield (
                number, report, *sheet, item, reading, unit, verdict, f"GB 23200.{sample % 121}-2021",
                "GB 2763-2021《食品安全国家标准 食品中农药最大残留限量》", limit, unit, "/",
            )  # fmt: skip


# ---------------------------------------------------------------- the container

TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.'
    'sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-'
    'officedocument.spreadsheetml.worksheet+xml"/><Override PartName="/xl/sharedStrings.xml" ContentType="application/'
    'vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/></Types>'
)
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
ROOT_LINK = (
    f'<Relationships xmlns="{PACKAGE}"><Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
    "</Relationships>"
)
LINKS = (
    f'<Relationships xmlns="{PACKAGE}"><Relationship Id="rId1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/></Relationships>'
)
BOOK = (
    f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets><sheet name="检验结果" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
LETTERS = [f"{'' if place < 26 else chr(64 + place // 26)}{chr(65 + place % 26)}" for place in range(702)]


def _write(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> Path:
    """A workbook with shared strings, sheet first; written beside its place, so that a broken run leaves nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".part")
    texts: dict[str, int] = {}
    with zipfile.ZipFile(beside, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in (
            ("[Content_Types].xml", TYPES), ("_rels/.rels", ROOT_LINK), ("xl/workbook.xml", BOOK),
            ("xl/_rels/workbook.xml.rels", LINKS),
        ):  # fmt: skip
            package.writestr(name, content)
        with package.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            sheet.write(f'<worksheet xmlns="{MAIN}"><sheetData>'.encode())
            for line, row in enumerate((header, *rows), 1):
                sheet.write(_row(line, row, texts))
            sheet.write(b"</sheetData></worksheet>")
        shared = "".join(f"<si><t>{escape(text)}</t></si>" for text in texts)
        package.writestr("xl/sharedStrings.xml", f'<sst xmlns="{MAIN}" uniqueCount="{len(texts)}">{shared}</sst>')
    beside.rename(path)
    return path


def _row(line: int, row: Sequence[str], texts: dict[str, int]) -> bytes:
    cells = "".join(
        f'<c r="{LETTERS[place]}{line}" t="s"><v>{texts.setdefault(text, len(texts))}</v></c>'
        for place, text in enumerate(row)
        if text
    )
    return f'<row r="{line}">{cells}</row>'.encode()

"""Templates of Word: filled, and refused when they are anything but text with fields."""

from __future__ import annotations

import importlib.util
import io
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pytest
from docx import Document

from app import document_preview, documents
from app.domain.documents import DocumentKind, fields, lists
from app.errors import NotLikeThis
from app.printing.templates import shipped
from tests.printing.conftest import words
from tests.sources import ROOT


def made(*paragraphs: str, header: str = "") -> bytes:
    document = Document()
    for text in paragraphs:
        document.add_paragraph(text)
    if header:
        document.sections[0].header.paragraphs[0].text = header
    content = io.BytesIO()
    document.save(content)
    return content.getvalue()


def with_part(content: bytes, name: str, part: bytes) -> bytes:
    """The archive with one part more, or another in its place."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for entry in source.infolist():
            if entry.filename != name:
                archive.writestr(entry, source.read(entry))
        archive.writestr(name, part)
    return target.getvalue()


def part_of(content: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read(name)


def refusal(content: bytes, names: Any = ("编号",), rows: Any = None) -> str:
    with pytest.raises(NotLikeThis) as found:
        documents.check(content, names, rows or {})
    return found.value.sentence


def test_a_field_is_filled_and_markup_in_a_value_is_only_text():
    filled = documents.render(made("编号：{{ 编号 }}"), [{"编号": "<w:p/>&{{ 7 * 7 }}\x0b🙂"}])
    assert words(filled).strip() == "编号：<w:p/>&{{ 7 * 7 }}🙂"


def test_the_same_content_is_the_same_file():
    template = made("{{ 编号 }}")
    assert documents.render(template, [{"编号": "1"}]) == documents.render(template, [{"编号": "1"}])


def test_each_context_begins_on_a_page_of_its_own():
    filled = documents.render(made("第 {{ 编号 }} 张"), [{"编号": str(n)} for n in range(1, 4)])
    pages = document_preview.pages(filled)
    assert ["".join(run.text for block in page.blocks for run in block.runs) for page in pages] == ["第 1 张", "第 2 张", "第 3 张"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{{ 不存在 }}", "没有的字段“不存在”"),
        ("{% for 行 in 各行 %}{{ 行.甲 }}{{ 行.乙 }}{% endfor %}", "没有的字段“乙”"),
        ("{% for 行 in 别的 %}{{ 行.甲 }}{% endfor %}", "没有的字段“别的"),
        ("{{ 编号.__class__ }}", "编号.__class__"),
        ("{{ ''.__class__.__mro__ }}", "不能使用"),
        ("{{ 编号[0] }}", "下标"),
        ("{{ 编号|upper }}", "过滤器"),
        ("{{ range(9) }}", "函数"),
        ("{% set x = 1 %}", "赋值"),
        ("{% include '/etc/passwd' %}", "引用文件"),
        ("{% for 行 in 各行 recursive %}{% endfor %}", "复杂的循环"),
        ("{{ loop.index }}", "loop.index"),
        ("{{ 编号 ", "写法有误"),
        ("{% if 编号 %}", "写法有误"),
    ],
)
def test_anything_but_known_fields_is_refused_by_name(text: str, told: str):
    assert told in refusal(made(text), rows={"各行": ["甲"]})


def test_the_file_itself_must_be_a_plain_word_document():
    good = made("{{ 编号 }}")
    assert documents.check(good, ["编号"], {}).fields == {"编号"}
    assert "不是可用的 Word" in refusal(b"PK\x03\x04 nothing")
    assert "不是可用的 Word" in refusal(b"")
    assert "超过 2 MB" in refusal(good + b"0" * (2 << 20))
    assert "宏" in refusal(with_part(good, "word/vbaProject.bin", b"x"))
    assert "嵌入对象" in refusal(with_part(good, "word/embeddings/oleObject1.xml", b"<a/>"))
    types = part_of(good, "[Content_Types].xml").replace(b"document.main+xml", b"document.macroEnabled.main+xml")
    assert "宏" in refusal(with_part(good, "[Content_Types].xml", types))
    assert "解压后过大" in refusal(with_part(good, "word/media/a.xml", b" " * (21 << 20)))
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'
    assert "不是可用的 Word" in refusal(with_part(good, "word/settings.xml", bomb))
    assert "不是可用的 Word" in refusal(with_part(good, "../evil.xml", b"<a/>"))


def test_nothing_from_elsewhere_and_no_field_codes():
    good = made("{{ 编号 }}")
    rels = part_of(good, "word/_rels/document.xml.rels")
    link = b'<Relationship Id="rId99" Type="x/attachedTemplate" Target="http://x/y.dotm" TargetMode="External"/></Relationships>'
    assert "外部内容" in refusal(with_part(good, "word/_rels/document.xml.rels", rels.replace(b"</Relationships>", link)))
    body = part_of(good, "word/document.xml")
    code = b'<w:p><w:r><w:instrText>DDEAUTO c:\\\\cmd.exe</w:instrText></w:r></w:p><w:sectPr'
    assert "域代码（DDEAUTO）" in refusal(with_part(good, "word/document.xml", body.replace(b"<w:sectPr", code)))
    number = b"<w:p><w:r><w:instrText> PAGE </w:instrText></w:r></w:p><w:sectPr"
    documents.check(with_part(good, "word/document.xml", body.replace(b"<w:sectPr", number)), ["编号"], {})


def test_fields_stand_in_the_body_only():
    assert "只能写在正文中" in refusal(made("x", header="{{ 编号 }}"))


# ---------------------------------------------------------------- what is shipped

@pytest.mark.parametrize("kind", DocumentKind)
def test_every_shipped_template_is_a_good_one(kind: DocumentKind):
    used = documents.check(shipped(kind), fields(kind), lists(kind))
    assert used.fields or used.rows


def test_the_shipped_sheet_names_its_five_copies_and_nearly_every_field():
    assert "一式五联：第一联留组织抽检的市场监督管理部门，第二联留承检机构，第三联寄（送）标称生产者" in words(shipped(DocumentKind.SHEET))
    used = documents.used_fields(shipped(DocumentKind.SHEET)).fields | documents.used_fields(shipped(DocumentKind.ONLINE_SHEET)).fields
    derived = {"管辖单位", "组织单位", "特殊抽样", "企业规模", "业态类型", "监管单位", "检验机构"}
    places = {f"{whose}{level}" for whose in ("被抽样单位", "生产企业") for level in "省市县"}
    dated = {"抽样年月日", "未抽样原因", "封条号", "备样封条号", "移交日期", "移交人", "送达方式", "移交时样品状态", "移交时温度"}
    assert set(fields(DocumentKind.SHEET)) - used == derived | dated | places | {"打印单位", "打印人", "打印日期", "打印年月日"}


def test_the_shipped_files_are_what_their_maker_makes(tmp_path: Path):
    spec = importlib.util.spec_from_file_location("maker", ROOT / "docs" / "document_templates.py")
    assert spec and spec.loader
    maker = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(maker)
    maker.main(tmp_path)
    assert {path.stem for path in tmp_path.iterdir()} == {kind.code for kind in DocumentKind}
    for kind in DocumentKind:
        assert words((tmp_path / f"{kind.code}.docx").read_bytes()) == words(shipped(kind)), kind


@pytest.mark.skipif(shutil.which("soffice") is None or shutil.which("pdftotext") is None, reason="needs LibreOffice and poppler")
def test_the_sheet_fits_one_page_of_a4_with_chinese_intact(tmp_path: Path):
    values = {name: "蓟州区" for name in fields(DocumentKind.SHEET)} | {"抽样单编号": "XBJ26120225830430012", "样品名称": "五香豆腐干"}
    path = tmp_path / "sheet.docx"
    path.write_bytes(documents.render(shipped(DocumentKind.SHEET), [values, values]))
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    convert = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), str(path)]
    subprocess.run(convert, check=True, capture_output=True, timeout=120)
    told = subprocess.run(["pdfinfo", str(tmp_path / "sheet.pdf")], check=True, capture_output=True, text=True).stdout
    assert "Pages:           2" in told
    assert "A4" in told
    text = subprocess.run(["pdftotext", str(tmp_path / "sheet.pdf"), "-"], check=True, capture_output=True, text=True).stdout
    assert text.count("五香豆腐干") == 2
    assert "食品安全抽样检验抽样单" in text

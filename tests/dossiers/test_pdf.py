"""The pages of a dossier: numbered, indexed, joined with its attachments, and nothing that people wrote is read as markup."""

from __future__ import annotations

import hashlib
import io
from typing import Any

import pytest

from app import dossier_pdf
from app.dossier_pdf import Part, Whole, clean, compose
from app.dossier_pdf_limits import DossierLimits
from app.errors import NotAllowedNow
from tests.custody.conftest import jpeg
from tests.dossiers.conftest import pdf_of, text_of

HELL = '#image("/etc/passwd") \\ $x^2$ *粗* _斜_ @ref <lab> `raw` // /* ] ) } #{panic()} "引号" \'\x00\x1b\u202e'


def whole(*parts: Part) -> Whole:
    row = {"ordinal": "1", "part": "甲", "name": "附件/a.pdf", "sha256": "a" * 64, "size": "12"}
    return Whole("蓟州区市场监督管理局", "核查处置案卷", "核查处置案卷", [("案件编号", HELL)], parts, [row], [HELL], [("链", "b" * 64)])


def pages(name: str, content: bytes) -> dict[str, Any]:
    return {"kind": "pages", "source": content, "key": name, "caption": f"附件：{name}", "listed": name}


@pytest.fixture(scope="module")
def rich() -> Any:
    """One file with everything in it, set once for all tests of this module."""
    shown = {"kind": "picture", "source": jpeg((300, 200)), "key": "p", "caption": "照片", "listed": "照片.jpg", "width": 100, "height": 60}
    told = whole(
        Part("抽样单", [{"kind": "facts", "rows": [{"label": "样品名称", "text": HELL, "wide": True}]}, shown]),
        Part("检验报告", [
            {"kind": "table", "head": ["项目", HELL], "widths": [1, 2], "rows": [["灭蝇胺", HELL], ["x" * 200, "二\n三"]]},
            pages("二页.pdf", pdf_of(2)), pages("坏.pdf", b"%PDF-1.7 broken"), pages("锁.pdf", pdf_of(1, password="x")),
            pages("横.pdf", pdf_of(1, width=1684, height=1191, rotated=90)), pages("不是.pdf", b"PK\x03\x04"),
            pages("长.pdf", pdf_of(6)), {"kind": "text", "text": HELL},
        ]),
    )  # fmt: skip
    limits = DossierLimits(attachment_pages=5)
    return compose(told, limits), told, limits


def test_every_page_is_numbered_and_the_index_names_it(rich: Any) -> None:
    texts = text_of(rich[0].content)
    assert rich[0].pages == len(texts)
    assert [f"第{number}页共{len(texts)}页" in text for number, text in enumerate(texts, 1)] == [True] * len(texts)
    index = texts[1]
    assert "1抽样单3" in index and "2检验报告4" in index and "2.1二页.pdf5" in index and f"3案卷清单（文件校验值）{len(texts)}" in index


def test_attached_pages_are_joined_and_what_cannot_be_is_told(rich: Any) -> None:
    made = rich[0]
    assert made.refused == {
        "坏.pdf": "文件已损坏或不是 PDF", "锁.pdf": "有密码", "不是.pdf": "文件已损坏或不是 PDF", "长.pdf": "有 6 页，超过 5 页",
    }  # fmt: skip
    texts = text_of(made.content)
    assert "附件：二页.pdf（第1页，共2页）" in texts[4] and "附件：二页.pdf（第2页，共2页）" in texts[5]
    assert "无法并入：有密码" in texts[1] and "附件：锁.pdf无法并入（有密码），原件见ZIP包。" in texts[6]
    assert any("附件：横.pdf（第1页，共1页）" in text for text in texts)


def test_what_people_wrote_is_printed_not_read(rich: Any) -> None:
    everything = "".join(text_of(rich[0].content))
    written = "".join(HELL.replace("\x00", "").replace("\x1b", "").replace("\u202e", "").split())
    assert everything.count(written) >= 4 and "root:" not in everything


def test_the_same_content_is_the_same_bytes(rich: Any) -> None:
    made, told, limits = rich
    again = compose(told, limits)
    assert hashlib.sha256(again.content).hexdigest() == hashlib.sha256(made.content).hexdigest()
    assert b"/CreationDate" not in made.content and b"/ModDate" not in made.content


def test_the_fonts_are_in_the_file(rich: Any) -> None:
    from pypdf import PdfReader

    fonts = [font for page in PdfReader(io.BytesIO(rich[0].content)).pages[:1] for font in page["/Resources"]["/Font"].values()]
    assert fonts and all("FontDescriptor" in str(font.get_object()["/DescendantFonts"][0].get_object()) for font in fonts)


def test_without_a_chinese_font_the_administrator_is_told_which_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dossier_pdf, "FONTS", ("没有这种字体",))
    with pytest.raises(NotAllowedNow, match="fonts-noto-cjk"):
        compose(whole(Part("甲")))


def test_a_dossier_beyond_all_measure_is_refused() -> None:
    with pytest.raises(NotAllowedNow, match="案卷超过 2 页"):
        compose(whole(Part("甲")), DossierLimits(pages=2))


def test_what_takes_too_long_is_ended() -> None:
    with pytest.raises(NotAllowedNow, match="没有生成完"):
        compose(whole(Part("甲")), DossierLimits(wall_seconds=0))


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("蓝\t天\x00\x07", "蓝 天"),  # a tab is a blank, controls are nothing
        ("\u202e倒\u200b\ufeff", "倒"),  # no mark that turns the line round
        ("a" * 18, "aaaaaaaa\u200baaaaaaaa\u200baa"),  # a long word may break
        ("短词 short", "短词 short"),
    ],
)
def test_texts_are_made_printable(written: str, printed: str) -> None:
    assert clean(written) == printed

"""The PDF of a dossier (案卷): blocks of plain data in, one numbered file out. The pages are set and joined in a child process.

Whatever people wrote travels as data in a JSON file, never as markup, and attached PDFs are opened in the child only, under
limits of memory and time. The same blocks and files give the same bytes: no clock and no name of a machine goes in.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from shutil import copyfile
from tempfile import TemporaryDirectory
from typing import Any

from app.child_process import child
from app.dossier_pdf_limits import DossierLimits
from app.errors import NotAllowedNow

log = logging.getLogger(__name__)
TEMPLATE = Path(__file__).parent / "dossiers" / "dossier.typ"
# The first one installed sets the file: a serif of the kind official papers are written in before a sans serif.
FONTS = (
    "Noto Serif CJK SC", "Source Han Serif SC", "Source Han Serif CN", "Noto Serif SC", "SimSun", "STSong", "FangSong", "FZShuSong-Z01",
    "Noto Sans CJK SC", "Source Han Sans SC", "Source Han Sans CN", "Noto Sans SC", "Microsoft YaHei", "WenQuanYi Zen Hei",
    "WenQuanYi Micro Hei",
)  # fmt: skip
NO_FONT = (
    "本机没有安装中文字体，无法生成案卷：请系统管理员安装 fonts-noto-cjk（Debian、Ubuntu、统信 UOS）"
    "或 google-noto-serif-cjk-ttc-fonts（银河麒麟、openEuler）软件包后重试；Windows 自带宋体，不需要安装"
)
TOO_LONG = "案卷内容过多，{} 秒内没有生成完：请把页数很多的 PDF 附件拆分或压缩后再试，或联系系统管理员"
TOO_MANY = "案卷超过 {} 页：请把页数很多的 PDF 附件拆分，只留与本案有关的页后再试"
BROKEN = "案卷没有生成：排版程序异常退出，请重试；仍不行时请联系系统管理员查看运行日志"
UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]")
UNBROKEN = re.compile(r"[!-~]{16,}")  # a word without a place to break would run over the edge of its cell


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the file, in the order of its index."""

    title: str
    blocks: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Made:
    """The file, how many pages it has, and why some attachments could not be joined, by their place in the store."""

    content: bytes
    pages: int
    refused: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Whole:
    """Everything that is printed."""

    org: str
    title: str
    running: str  # at the head of every page
    cover: Sequence[tuple[str, str]]
    parts: Sequence[Part]
    manifest: Sequence[Mapping[str, str]]
    closing: Sequence[str]
    seals: Sequence[tuple[str, str]]

    def having(self, parts: Sequence[Part]) -> Whole:
        return replace(self, parts=parts)


def compose(whole: Whole, limits: DossierLimits | None = None) -> Made:
    """The PDF. Raises NotAllowedNow where no Chinese font is installed, or it takes too long."""
    limits = limits or DossierLimits()
    with TemporaryDirectory(prefix="shian-dossier-") as folder:
        place = Path(folder)
        copyfile(TEMPLATE, place / "dossier.typ")
        content = _content(whole, place)
        (place / "content.json").write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
        with child("app.dossier_pdf_child", {"folder": str(place), "limits": asdict(limits)}, limits) as stream:
            said = stream.read()
        answer = _answer(said, limits)
        return Made((place / "dossier.pdf").read_bytes(), int(answer["pages"]), answer["refused"])


def _answer(said: bytes, limits: DossierLimits) -> dict[str, Any]:
    if not said:
        raise NotAllowedNow(TOO_LONG.format(limits.wall_seconds))
    answer: dict[str, Any] = json.loads(said)
    if fault := answer.get("fault"):
        log.error("dossier not set: %s %s", fault, answer.get("error", ""))
        raise NotAllowedNow({"font": NO_FONT, "pages": TOO_MANY.format(limits.pages)}.get(fault, BROKEN))
    return answer


def _content(whole: Whole, place: Path) -> dict[str, Any]:
    """What the child reads: every text made printable, every file copied beside it under a name of ours."""
    names = (f"file-{ordinal}" for ordinal in range(1, 1_000_000))
    parts = []
    for number, part in enumerate(whole.parts, 1):
        blocks = [_block(block, place, names, f"part-{number}-{ordinal}") for ordinal, block in enumerate(part.blocks, 1)]
        parts.append({"title": clean(part.title), "mark": f"part-{number}", "blocks": blocks})
    return {
        "org": clean(whole.org), "title": clean(whole.title), "running": clean(whole.running), "fonts": list(FONTS),
        "cover": _pairs(whole.cover), "parts": parts, "closing": [clean(line) for line in whole.closing],
        "manifest": [{name: clean(text) for name, text in row.items()} for row in whole.manifest], "seals": _pairs(whole.seals),
    }  # fmt: skip


def _pairs(rows: Sequence[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"label": clean(label), "text": clean(text)} for label, text in rows]


def _block(block: Mapping[str, Any], place: Path, names: Iterator[str], mark: str) -> dict[str, Any]:
    made = {name: _cleaned(value) for name, value in block.items() if name not in ("source", "key")}
    if "listed" in block:
        made["mark"] = mark
    if "source" in block:
        made["file"], made["key"] = f"{next(names)}{'.jpg' if block['kind'] == 'picture' else '.pdf'}", block["key"]
        source = block["source"]
        if isinstance(source, bytes):
            (place / made["file"]).write_bytes(source)
        else:
            copyfile(source, place / made["file"])
    return made


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, (list, tuple)):
        return [_cleaned(one) for one in value]
    return {name: _cleaned(one) for name, one in value.items()} if isinstance(value, Mapping) else value


def clean(text: str) -> str:
    """Without what no paper can show; a long word may break."""
    return UNBROKEN.sub(lambda found: "\u200b".join(_eights(found.group())), UNPRINTABLE.sub("", text.replace("\t", " ")))


def _eights(word: str) -> list[str]:
    return [word[at : at + 8] for at in range(0, len(word), 8)]


def installed_font() -> str | None:
    """The Chinese font that files of cases are set in on this machine, or None."""
    import typst

    families = set(typst.Fonts().families())
    return next((name for name in FONTS if name in families), None)

"""The child process that sets a dossier and joins its attachments: `python -m app.dossier_pdf_child '{"folder": …}'`.

With its parent the only place that knows the typesetter and the PDF library. It reads content.json of the folder, writes
dossier.pdf there, and answers in JSON: the number of pages, and why an attachment could not be joined.
"""

from __future__ import annotations

import json
import logging
import sys
from io import BytesIO
from pathlib import Path
from typing import Any

from app.child_process import limit_resources
from app.dossier_pdf_limits import DossierLimits

MILLIMETRE = 72 / 25.4
LEFT, BOTTOM, WIDTH, HEIGHT = (each * MILLIMETRE for each in (22.0, 20.0, 172.0, 248.0))  # where an attached page goes
LOCKED, DAMAGED, EMPTY = "有密码", "文件已损坏或不是 PDF", "没有页面"
MONO = ("DejaVu Sans Mono", "Noto Sans Mono", "Liberation Mono", "Consolas", "Courier New")


class Fault(Exception):
    """A word that the parent turns into a sentence."""


def main(argument: str) -> None:
    order = json.loads(argument)
    limits = DossierLimits(**order["limits"])
    limit_resources(limits)
    logging.disable()  # the library complains of every odd file; what matters is in the answer
    try:
        answer = _make(Path(order["folder"]), limits)
    except Fault as fault:
        answer = {"fault": str(fault)}
    except Exception as error:
        answer = {"fault": "broken", "error": repr(error)[:500]}
    sys.stdout.write(json.dumps(answer))
    sys.stdout.flush()


def _make(folder: Path, limits: DossierLimits) -> dict[str, Any]:
    import typst

    content = json.loads((folder / "content.json").read_text(encoding="utf-8"))
    fonts = typst.Fonts()
    content["fonts"] = _fonts(content["fonts"], set(fonts.families()))
    content["mono"] = _known(MONO, set(fonts.families())) or content["fonts"]
    attached, refused = _open_attachments(content, folder, limits)
    content["index"] = _index(content, refused)
    (folder / "content.json").write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    compiler = typst.Compiler(str(folder / "dossier.typ"), root=str(folder), font_paths=fonts)
    try:
        printed: Any = compiler.compile(format="pdf", timestamp=0, pdf_tags=False)
    except typst.TypstError as error:
        raise Fault(f"broken {error.message}") from error
    places = json.loads(compiler.query("<slot>", field="value"))
    joined, pages = _join(printed, places, attached)
    if pages > limits.pages:
        raise Fault("pages")
    (folder / "dossier.pdf").write_bytes(joined)
    return {"pages": pages, "refused": refused}


def _known(wanted: Any, families: set[str]) -> list[str]:
    return [name for name in wanted if name in families]


def _fonts(wanted: list[str], families: set[str]) -> list[str]:
    found = _known(wanted, families)
    if not found:
        raise Fault("font")
    return found[:1]


# ---------------------------------------------------------------- attachments

def _open_attachments(content: Any, folder: Path, limits: DossierLimits) -> tuple[list[list[Any]], dict[str, str]]:
    """The pages of every attachment, already on our paper; what cannot be joined is told in its block instead."""
    attached: list[list[Any]] = []
    refused: dict[str, str] = {}
    for part in content["parts"]:
        for block in part["blocks"]:
            if block["kind"] != "pages":
                continue
            try:
                pages = _on_our_paper(folder / block["file"], limits)
            except Fault as fault:
                refused[block["key"]] = str(fault)
                told = f"{block['caption']}　无法并入（{fault}），原件见 ZIP 包。"
                block.update(kind="note", text=told)
            else:
                block.update(slot=len(attached), count=len(pages))
                attached.append(pages)
    return attached, refused


def _on_our_paper(path: Path, limits: DossierLimits) -> list[Any]:
    from pypdf import PdfReader, PdfWriter

    try:
        reader = PdfReader(path, strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            raise Fault(LOCKED)
        count = len(reader.pages)
        if count > limits.attachment_pages:
            raise Fault(f"有 {count} 页，超过 {limits.attachment_pages} 页")
        if count == 0:
            raise Fault(EMPTY)
        papers = PdfWriter()
        return [_placed(page, papers) for page in PdfWriter(clone_from=reader).pages]
    except (Fault, MemoryError):
        raise
    except Exception as error:  # whatever a hostile file makes of the library, it cannot be joined
        raise Fault(DAMAGED) from error


def _placed(page: Any, papers: Any) -> Any:
    """The page, upright and as large as fits between our head and our number."""
    from pypdf import Transformation

    page.transfer_rotation_to_content()
    box = page.cropbox
    width, height = float(box.width), float(box.height)
    if not (0 < width < 20_000 and 0 < height < 20_000):
        raise Fault(DAMAGED)
    scale = min(WIDTH / width, HEIGHT / height, 1.0)
    across = LEFT + (WIDTH - width * scale) / 2 - float(box.left) * scale
    above = BOTTOM + (HEIGHT - height * scale) / 2 - float(box.bottom) * scale
    paper = papers.add_blank_page(width=210 * MILLIMETRE, height=297 * MILLIMETRE)
    paper.merge_transformed_page(page, Transformation().scale(scale).translate(across, above), expand=False)
    return paper


def _join(printed: bytes, places: list[dict[str, int]], attached: list[list[Any]]) -> tuple[bytes, int]:
    """Every attached page over the page that was left for it."""
    from pypdf import PdfReader, PdfWriter

    if not places:
        return printed, len(PdfReader(BytesIO(printed)).pages)
    writer = PdfWriter(clone_from=BytesIO(printed))
    for place in places:
        writer.pages[place["page"] - 1].merge_page(attached[place["slot"]][place["ordinal"]])
    made = BytesIO()
    writer.write(made)
    return made.getvalue(), len(writer.pages)


# ---------------------------------------------------------------- index

def _index(content: Any, refused: dict[str, str]) -> list[dict[str, Any]]:
    """卷内目录: the parts, and within them whatever is a paper of its own."""
    rows: list[dict[str, Any]] = []
    for number, part in enumerate(content["parts"], 1):
        rows.append({"ordinal": str(number), "title": part["title"], "note": "", "mark": part["mark"], "inner": False})
        listed = [block for block in part["blocks"] if "listed" in block]
        for inner, block in enumerate(listed, 1):
            fault = refused.get(block.get("key") or "")
            note = f"无法并入：{fault}" if fault else block.get("note", "")
            rows.append({"ordinal": f"{number}.{inner}", "title": block["listed"], "note": note, "mark": block["mark"], "inner": True})
    last = {"ordinal": str(len(content["parts"]) + 1), "title": "案卷清单（文件校验值）", "note": "", "mark": "manifest", "inner": False}
    return [*rows, last]


if __name__ == "__main__":
    main(sys.argv[1])

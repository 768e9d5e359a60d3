"""The archive of a dossier (案卷 ZIP): the originals as they are, the records of every part, manifest.csv, and how to verify them."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Callable
from tempfile import TemporaryFile
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from app import files
from app.dossier_pdf import Made, Part, compose
from app.dossiers import content
from app.dossiers.blocks import Filed, opened
from app.dossiers.content import Gathered

MANIFEST, HOW_TO = "manifest.csv", "校验说明.txt"
HEAD = ("序号", "所属部分", "文件名", "SHA-256", "字节")
MISSING = "缺失"
MOMENT = (1980, 1, 1, 0, 0, 0)  # no moment of making inside, so that the same files are the same archive
INSTRUCTIONS = """\
{title}

本压缩包是案卷的原件：
  记录  各部分的内容（JSON），与案卷 PDF 所印文字相同
  文书  制发的执法文书原件
  附件  上传的附件、照片、送达回证原件
  manifest.csv  每个文件的 SHA-256 校验值和字节数；“缺失”表示生成案卷时该文件已不在文件库中

校验方法：
  1. 有本系统：运行 flask dossiers verify 本压缩包.zip，或 flask dossiers verify 案件编号。
  2. 没有本系统：解压后用 sha256sum（Windows 用 certutil -hashfile 文件名 SHA256）算出各文件的校验值，与 manifest.csv 逐个核对；
     manifest.csv 自身的校验值印在案卷 PDF 最后一页。

manifest.csv 的 SHA-256：{manifest}
办理记录链第 {seq} 条的 SHA-256：{head}
"""
Tell = Callable[[int, str], None]


def manifest(found: Gathered) -> bytes:
    """manifest.csv: every file with its digest, in the order of the file."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(HEAD)
    for number, one in enumerate(found.filed, 1):
        writer.writerow((number, one.part, one.name, one.sha256, MISSING if one.missing else one.size))
    return text.getvalue().encode("utf-8-sig")


def archive(found: Gathered, listed: bytes) -> bytes:
    """The same files give the same bytes."""
    digest = hashlib.sha256(listed).hexdigest()
    told = INSTRUCTIONS.format(title=f"核查处置案卷 {found.number}", manifest=digest, seq=found.chain_seq, head=found.chain_head)
    with TemporaryFile() as target:
        with ZipFile(target, "w", ZIP_DEFLATED) as packed:
            _add(packed, HOW_TO, told.replace("\n", "\r\n").encode("utf-8-sig"))
            _add(packed, MANIFEST, listed)
            for one in found.filed:
                if not one.missing:
                    _add(packed, one.name, bytes_of(one))
        target.seek(0)
        return target.read()


def _add(packed: ZipFile, name: str, content: bytes) -> None:
    entry = ZipInfo(name, MOMENT)
    entry.external_attr = 0o644 << 16
    entry.create_system = 3  # whatever system it was made on
    packed.writestr(entry, content, ZIP_DEFLATED)


def bytes_of(one: Filed) -> bytes:
    return one.content if one.content is not None else files.read(one.sha256)


def printed(found: Gathered, listed: bytes, tell: Tell) -> Made:
    """The PDF: every picture opened, then all pages set."""
    pictures = sum(block["kind"] == "picture" for each in found.parts for block in each.blocks)
    done = 0
    parts = []
    for each in found.parts:
        blocks = []
        for block in each.blocks:
            if block["kind"] == "picture":
                done += 1
                tell(10 + 40 * done // pictures, f"正在打开照片 {done}/{pictures}")
            blocks.append(opened(block))
        parts.append(Part(each.title, blocks))
    tell(55, "正在排版")
    whole = content.whole(found, hashlib.sha256(listed).hexdigest())
    return compose(whole.having(parts))

"""来源清单 of a return: one archive with the list of numbers behind every figure and what is needed to print the return again.

    清单目录.csv      every figure with its place, its count and the name of its list
    清单/<sha256>.txt  the sorted numbers, one a line: the file's own SHA-256 is the figure's
    报表.json         the return as printed

The same content gives the same bytes.
"""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

from app.domain.indicators import provenance_hash
from app.errors import NotFound
from app.exports.made import Counted
from app.spreadsheet_cells import safe_text

ZIP = "application/zip"
INDEX, PRINTED, LISTS = "清单目录.csv", "报表.json", "清单/{}.txt"
EPOCH = (1980, 1, 1, 0, 0, 0)
HEADS = ("序号", "工作表", "单元格", "数值名称", "指标", "口径版本", "筛选条件", "统计期", "项", "填报值", "记录数", "清单SHA-256")


def packed(figures: Sequence[Counted], printed: Mapping[str, Any]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        _put(archive, INDEX, _index(figures))
        for sha256, numbers in sorted(_lists(figures).items()):
            _put(archive, LISTS.format(sha256), "\n".join(sorted(numbers)).encode())
        _put(archive, PRINTED, json.dumps(printed, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode())
    return target.getvalue()


def _lists(figures: Sequence[Counted]) -> dict[str, Sequence[str]]:
    return {one.sha256: one.numbers for one in figures if one.sha256 is not None and one.numbers is not None}


def _put(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    info = zipfile.ZipInfo(name, EPOCH)
    info.compress_type, info.create_system, info.external_attr = zipfile.ZIP_DEFLATED, 3, 0o600 << 16
    archive.writestr(info, content)


def _index(figures: Sequence[Counted]) -> bytes:
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\r\n")
    writer.writerow(HEADS)
    for ordinal, one in enumerate(figures, 1):
        row = (
            ordinal, one.sheet, one.cell, one.name, one.definition, one.version, one.filter, one.period, one.side, one.value, one.count,
            one.sha256,
        )  # fmt: skip
        writer.writerow([safe_text(value) for value in row])
    return b"\xef\xbb\xbf" + target.getvalue().encode()


class Kept:
    """An archive read again."""

    def __init__(self, content: bytes) -> None:
        self._archive = zipfile.ZipFile(io.BytesIO(content))

    def numbers(self, sha256: str | None) -> list[str] | None:
        """The list of this hash. Raises NotFound where the archive does not hold it, or holds another one."""
        if sha256 is None:
            return None
        try:
            text = self._archive.read(LISTS.format(sha256)).decode()
        except KeyError:
            raise NotFound("来源清单中缺少该数值的编号清单，请联系系统管理员从备份中恢复") from None
        found = text.split("\n") if text else []
        if provenance_hash(found) != sha256:
            raise NotFound("来源清单的内容与封存时的校验值不符，请联系系统管理员从备份中恢复")
        return found

    def printed(self) -> Any:
        return json.loads(self._archive.read(PRINTED))

"""The text of a file that a person saved (CSV): in which encoding is found out, not asked."""

from __future__ import annotations

from app.errors import NotLikeThis


def decoded(content: bytes) -> str:
    """The text. Raises NotLikeThis where it is in no encoding that Chinese spreadsheets save."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise NotLikeThis("文件编码无法识别，请另存为 UTF-8 编码的 CSV 后再导入")

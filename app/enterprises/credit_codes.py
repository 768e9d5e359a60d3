"""统一社会信用代码 (GB 32100-2015): one spelling, and what is wrong with one that somebody typed."""

from __future__ import annotations

import re
import unicodedata

LENGTH = 18
SEPARATORS = re.compile(r"[\s\-\u200b-\u200f\ufeff]+")
OLD_LICENCE = re.compile(r"[0-9]{13}(?:[0-9]{2})?")  # 营业执照注册号 before 2015: 15 digits, 13 until 2007
SCIENTIFIC = re.compile(r"[0-9](?:\.[0-9]+)?E\+?[0-9]{1,3}")
IS_OLD_LICENCE = "这是营业执照注册号（{} 位数字），不是统一社会信用代码：请填入“许可证号”，本栏填写 18 位代码或留空"
CUT_BY_EXCEL = "代码被 Excel 改成了科学计数，末几位已丢失：请把该列设为文本后重新填写"


def one_spelling(written: str) -> str:
    """Half-width capitals without blanks and strokes."""
    return SEPARATORS.sub("", unicodedata.normalize("NFKC", written)).upper()


def complaint(code: str) -> str:
    """Why this, in one spelling, is no credit code; "" if it is one."""
    from stdnum.cn import uscc
    from stdnum.exceptions import InvalidChecksum, ValidationError

    if OLD_LICENCE.fullmatch(code):
        return IS_OLD_LICENCE.format(len(code))
    if SCIENTIFIC.fullmatch(code):
        return CUT_BY_EXCEL
    if len(code) != LENGTH:
        return f"统一社会信用代码应为 {LENGTH} 位，现为 {len(code)} 位：请对照营业执照核对"
    try:
        uscc.validate(code)
    except InvalidChecksum:
        return "统一社会信用代码的校验位不符，其中有一位或几位写错：请对照营业执照逐位核对"
    except ValidationError:
        return "统一社会信用代码的前 8 位应为数字，其后为数字和大写字母（不含 I、O、S、V、Z）：请对照营业执照核对"
    return ""


def read(written: str) -> tuple[str, str]:
    """The code in one spelling, and what is wrong with it."""
    code = one_spelling(written)
    return code, complaint(code)

"""Why a text is not read: the words that tell the office what is wrong with it, for results and for limits."""

from __future__ import annotations

import re
from functools import lru_cache

from app.domain.numerals import MAX_LENGTH
from app.domain.units import canonical, is_known

_NUMBER = r"\d+(?:\.\d+)?"
_LOST = r"[×xX*]10(?![\^\d.])|[×xX*]\d*10[2-9](?!\d)|[×xX*]1\d\d\b|[=:]10[2-9](?!\d)"

_LONE_PLAN = r"^n[=:][^,;]*[,;、]c[=:][^,;、]*[,;、](?:m[=:])?[^,;、M]*(?:[,;、]?M[=:][^,;、]*)?$"
_BY_REFERENCE = "须对照所引用的标准或产品标签，由人判定"
_RESULT = tuple((re.compile(pattern), words) for pattern, words in (
    (r"数值\(|有效数字", "是结果报告规则，不是检验结果"),
    (_LOST, "中的指数已丢失（如“×10”“×104”），请按报告原件补全"),
    (r"^(?:不得|不应|禁止|[≤≥]?.*限量)", "写的是限量，不是检验结果"),
    (r"±", "带有偏差，不是单一数值"),
    (r"\d(?:~|-+|—|至)\d", "是一个范围，不是单一数值"),
    (r"^\d+(?:\.\d+)?:\d", "是比值，无法自动比较"),
    (r"约|左右|大概|近似", "是约数，不是实测值"),
    (r"^[+-]?\d+,\d+", "中的逗号可能是千分位、小数点，也可能隔开两个结果"),
    (r"\d/\d", "中的斜线可能表示分数、日期或几个结果"),
    (r"^[^\d]*(?:合格|符合|正常|通过|满足|达标)[^\d]*$", "是文字结论，不是可识别的数值"),
))  # fmt: skip
_LIMIT = tuple((re.compile(pattern), words) for pattern, words in (
    (_LOST, "中的指数已丢失（如“×10”“10⁴”写成“104”），请按标准原文补全"),
    (_LONE_PLAN, "的采样方案不完整或前后矛盾（m 应小于 M），请对照标准原文"),
    (r"商业无菌|通过试验|呈?阳性$", "是文字要求，须由人对照检验报告判定"),
    (r"标签|明示|标示|标称|产品标准|执行标准|质量要求|备案|符合.*(?:标准|GB|规定|要求)|按.*(?:标准|规定)", _BY_REFERENCE),
    (r"^±", "是相对标示值的偏差，须对照产品标签，由人判定"),
    (r"以[^()]*计", "按干基、脂肪等另行折算，须先确认结果的计量基准"),
    (rf"^{_NUMBER}:{_NUMBER}(?:[~;,]{_NUMBER}:{_NUMBER})*$", "是比值，无法自动比较"),
    (r"占.*[%％]", "是占其他成分的比例，无法自动比较"),
    (r"仅限|限|除外|适用|添加|不含|如果|换算|倍数", "附有适用条件，须由人确认该样品是否适用"),
    (r"[\u4e00-\u9fff].*\d|\d.*[\u4e00-\u9fff]", "按食品、等级或人群分别规定，须由人选定该样品适用的一项"),
    (r"\d.*[,;、/].*\d|/,|,/", "在一格中写了几个不同的值，须由人选定适用的一项"),
))  # fmt: skip


@lru_cache(maxsize=4096)
def why_result(text: str) -> str:
    """What is wrong with a text in the column of results."""
    return _first(_RESULT, text, "不是可识别的数值")


@lru_cache(maxsize=4096)
def why_limit(text: str) -> str:
    """What is wrong with a text in the columns of limits."""
    if is_known(text):
        return "是计量单位，疑为列错位，请核对原表"
    return _first(_LIMIT, text, "为文字或书写不完整，无法自动比较")


def _first(table: tuple[tuple[re.Pattern[str], str], ...], text: str, otherwise: str) -> str:
    plain = re.sub(r"\s+", "", canonical(text[:MAX_LENGTH]))
    return next((words for pattern, words in table if pattern.search(plain)), otherwise)

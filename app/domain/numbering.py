"""抽样编号: reading the national numbers as they are written, and composing our own.

The structure is inferred from real numbers, the official rule text is not to hand: a number that does not fit is
kept and only warned about. The area part is not held against GB/T 2260, real numbers use old and system-own codes.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from app.domain.samples import Level, Purpose

NUMBER: Final = re.compile(
    r"(?P<prefix>[A-Z]{2,3})(?P<year>[0-9]{2})(?P<area>[0-9]{6})(?P<unit>[0-9]{5})(?P<serial>[0-9]{4})(?P<suffix>[A-Z]{0,4})"
)
OLD_NUMBER: Final = re.compile(r"GC1600[0-9]{6,10}")  # 2016: no area, 12 to 16 characters in all
LICENCE: Final = re.compile(r"SC[0-9]{14}")  # 食品生产许可证编号, often typed into the wrong column
LAST_SERIAL: Final = 9999

LEVEL_OF_PREFIX: Final = {
    "GC": Level.NATIONAL,
    "SC": Level.PROVINCIAL,
    "DC": Level.CITY,
    "XC": Level.COUNTY,
    "NCP": Level.COUNTY,
}
# since about 2021: level, funding (B 本级, Z 转移支付), type
LEVEL_LETTER: Final = {"G": Level.NATIONAL, "S": Level.PROVINCIAL, "D": Level.CITY, "X": Level.COUNTY}
FUNDING_LETTER: Final = {"B": "本级", "Z": "转移支付"}
PURPOSE_LETTER: Final = {"J": Purpose.SUPERVISION, "P": Purpose.EVALUATION, "F": Purpose.MONITORING}
THREE_LETTERS: Final = re.compile(r"[GSDX][BZ][JPF]")


class CannotNumber(ValueError):
    """A number that may not be composed; the message is for the user."""


@dataclass(frozen=True, slots=True)
class NumberParts:
    """The parts of one 抽样编号. What the prefix tells is a guess: the sheet's own fields decide."""

    prefix: str
    year: int
    area: str
    unit: str
    serial: int
    suffix: str

    @property
    def level(self) -> Level | None:
        """任务级别 the prefix suggests."""
        if THREE_LETTERS.fullmatch(self.prefix):
            return LEVEL_LETTER[self.prefix[0]]
        return LEVEL_OF_PREFIX.get(self.prefix)

    @property
    def funding(self) -> str | None:
        """本级 or 转移支付, in numbers since about 2021."""
        return FUNDING_LETTER[self.prefix[1]] if THREE_LETTERS.fullmatch(self.prefix) else None

    @property
    def purpose(self) -> Purpose | None:
        """任务类别 the prefix suggests, in numbers since about 2021."""
        return PURPOSE_LETTER[self.prefix[2]] if THREE_LETTERS.fullmatch(self.prefix) else None


def normalise_number(text: str) -> str:
    """The number as it is compared and stored: real uploads have blanks, line breaks, full-width and small letters."""
    folded = unicodedata.normalize("NFKC", text)
    kept = (char for char in folded if not char.isspace() and unicodedata.category(char) not in {"Cc", "Cf"})
    return "".join(kept).upper()


def read_number(text: str) -> NumberParts | None:
    """The parts of a number of the known structure, or None."""
    found = NUMBER.fullmatch(normalise_number(text))
    if found is None:
        return None
    prefix, year, area, unit, serial, suffix = found.groups()
    return NumberParts(prefix, 2000 + int(year), area, unit, int(serial), suffix)


def number_warnings(text: str) -> tuple[str, ...]:
    """What looks wrong with a number; never a reason to refuse it."""
    number = normalise_number(text)
    if not number:
        return ("抽样编号为空，请补填",)
    if OLD_NUMBER.fullmatch(number):
        return (f"抽样编号 {number} 为 2016 年旧格式，不含区划，请人工确认抽样地",)
    if LICENCE.fullmatch(number):
        return (f"{number} 像食品生产许可证编号（SC 加 14 位数字），请核对是否填错列",)
    parts = read_number(number)
    if parts is None:
        return (f"抽样编号 {number} 不是“前缀＋17 位数字”的格式，请核对抽样单",)
    if parts.level is None:
        return (f"抽样编号 {number} 的前缀 {parts.prefix} 不在已知前缀中，任务级别请以抽样单为准",)
    return ()


@dataclass(frozen=True, slots=True)
class NumberRule:
    """编号规则 of a plan; a part that it leaves open is filled by the office's own rule."""

    prefix: str | None = None
    unit: str | None = None
    suffix: str | None = None

    def counter(self, prefix: str) -> str:
        """The kind of the counter that this rule's serials come from: one run for each prefix, unit and suffix."""
        own = "_".join(part for part in (self.unit, self.suffix) if part)
        return f"sample_{prefix}" + (f"_{own}" if own else "")


def rule_faults(rule: NumberRule) -> tuple[str, ...]:
    """What is wrong with a plan's own rule."""
    found = []
    if rule.prefix and not re.fullmatch(r"[A-Z]{2,3}", rule.prefix):
        found.append(f"编号前缀“{rule.prefix}”无效，应为 2 至 3 个大写字母")
    if rule.unit and not re.fullmatch(r"[0-9]{5}", rule.unit):
        found.append(f"抽样单位代码“{rule.unit}”无效，应为 5 位数字")
    if rule.suffix and not re.fullmatch(r"[A-Z]{1,4}", rule.suffix):
        found.append(f"编号后缀“{rule.suffix}”无效，应为 1 至 4 个大写字母，如 ZX")
    return tuple(found)


def compose(prefix: str, year: int, area: str, unit: str, serial: int, suffix: str = "") -> str:
    """A number of our own by the same rule: prefix, year of two digits, area, sampling unit, serial of four digits."""
    if faults := rule_faults(NumberRule(prefix or "-", unit or "-", suffix)):
        raise CannotNumber(faults[0])
    if not 2000 <= year <= 2099:
        raise CannotNumber(f"编号年度 {year} 无效，应在 2000 至 2099 之间")
    if not re.fullmatch(r"[0-9]{6}", area):
        raise CannotNumber(f"区划代码“{area}”无效，应为 6 位数字；乡镇请使用所属区县代码")
    if not 1 <= serial <= LAST_SERIAL:
        raise CannotNumber(f"流水号 {serial} 超出 1 至 {LAST_SERIAL}；本单位本年度编号已用完的，请启用新的单位代码")
    return f"{prefix}{year % 100:02d}{area}{unit}{serial:04d}{suffix}"

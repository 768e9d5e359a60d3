"""企业档案的用语: kinds of enterprise, states, how both are written, and how long a licence still holds."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date

# 企业类型: the words that the plans' indicators filter by ("producer type = 小作坊"), in the order of the supply chain.
KINDS = (
    "食品生产企业", "小作坊", "食品销售者", "餐饮服务提供者", "食盐经营者", "网络食品交易第三方平台", "药品生产企业", "药品经营企业",
    "医疗器械生产企业", "医疗器械经营企业", "化妆品生产企业", "化妆品经营企业", "工业产品生产企业",
)  # fmt: skip
KIND_WORDS: Mapping[str, str] = {
    "食品生产者": "食品生产企业", "食品小作坊": "小作坊", "食品生产加工小作坊": "小作坊", "食品加工小作坊": "小作坊",
    "食品销售企业": "食品销售者", "食品销售经营者": "食品销售者", "餐饮服务": "餐饮服务提供者", "餐饮服务经营者": "餐饮服务提供者",
    "网络食品交易第三方平台提供者": "网络食品交易第三方平台",
}  # fmt: skip
NO_SUBKIND = "/"
STATUSES = ("在产", "停产", "注销")
STATUS_WORDS: Mapping[str, str] = {
    "正常": "在产", "在业": "在产", "存续": "在产", "营业": "在产", "在营": "在产", "开业": "在产", "停业": "停产", "歇业": "停产",
    "已注销": "注销",
}  # fmt: skip
LENGTHS: Mapping[str, int] = {
    "name": 200, "region": 200, "address": 300, "area_type": 20, "licence_kind": 40, "licence_no": 60, "subkind": 40,
    "station": 200, "principal": 100, "phone": 60,
}  # fmt: skip
NOTICE_DAYS = 90  # the time an operator needs to have a licence renewed
LONGEST_KINDS = 600
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]+")
PIECE = re.compile(r"([^、,;/|()]+)(?:\(([^()]*)\))?(?:[、,;/|]+|$)")
SUBKINDS = re.compile(r"[、,;/|]+")

Kinds = frozenset[tuple[str, str]]  # (kind, subkind); a kind without one has "/"


class NotAKind(ValueError):
    """What was written names no kind of enterprise; the message says what to write."""


def clean(text: str) -> str:
    """One line without control characters, direction marks and double blanks; pasted text brings them along."""
    return " ".join(CONTROL.sub(" ", text).split())


def folded(text: str | None) -> str:
    """A name or an address as it is compared: widths, case and blanks do not tell two enterprises apart."""
    return "".join(unicodedata.normalize("NFKC", text or "").split()).casefold()


def read_subkinds(kind: str, written: str) -> Kinds:
    """学校食堂、小餐饮 as sub-kinds of one kind."""
    found = [part.strip() for part in SUBKINDS.split(unicodedata.normalize("NFKC", written)) if part.strip()]
    for part in found:
        if len(part) > LENGTHS["subkind"]:
            raise NotAKind(f"细分类型不得超过 {LENGTHS['subkind']} 个字：请核对是否粘贴错了内容")
    return frozenset((kind, part) for part in found) or frozenset({(kind, NO_SUBKIND)})


def read_kinds(written: str) -> Kinds:
    """餐饮服务提供者（学校食堂、小餐饮）；食品销售者.

    Raises NotAKind.
    """
    text = "".join(unicodedata.normalize("NFKC", written).split())
    if len(text) > LONGEST_KINDS:
        raise NotAKind(f"企业类型超过 {LONGEST_KINDS} 个字：请核对是否粘贴错了内容")
    found: set[tuple[str, str]] = set()
    place = 0
    while place < len(text):
        piece = PIECE.match(text, place)
        if piece is None:
            raise NotAKind(f"企业类型“{written[:40]}”的括号不成对：请写成“餐饮服务提供者（学校食堂）；食品销售者”")
        found |= read_subkinds(_known(piece[1]), piece[2] or "")
        place = piece.end()
    return frozenset(found)


def _known(word: str) -> str:
    kind = KIND_WORDS.get(word, word)
    if kind not in KINDS:
        raise NotAKind(f"没有名为“{word[:40]}”的企业类型：请从导入模板的下拉列表中选择，细分类型写在括号里")
    return kind


def by_kind(kinds: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Sub-kinds by kind, in the order of the list; the sign for "none" left out."""
    found: dict[str, list[str]] = {}
    for kind, subkind in sorted(kinds, key=lambda pair: (KINDS.index(pair[0]) if pair[0] in KINDS else len(KINDS), pair)):
        found.setdefault(kind, []).extend([subkind] if subkind != NO_SUBKIND else [])
    return found


def kinds_words(kinds: Iterable[tuple[str, str]]) -> str:
    """As `read_kinds` reads it: 餐饮服务提供者（学校食堂）；食品销售者."""
    return "；".join(f"{kind}（{'、'.join(subs)}）" if subs else kind for kind, subs in by_kind(kinds).items())


def merged_kinds(current: Kinds, written: Kinds) -> Kinds:
    """What a file says about kinds; where it names no sub-kind, the ones on record stay."""
    silent = {kind for kind, subkind in written if subkind == NO_SUBKIND}
    kept = {(kind, subkind) for kind, subkind in current if kind in silent}
    replaced = {kind for kind, _ in kept}
    return frozenset(kept | {pair for pair in written if pair[0] not in replaced or pair[1] != NO_SUBKIND})


def licence_notice(until: date | None, today: date) -> tuple[str, str] | None:
    """A tone and a sentence when a licence has run out or is about to; None while there is time, or no date."""
    if until is None:
        return None
    left = (until - today).days
    if left < 0:
        return "danger", f"许可证已于 {until} 到期，已过期 {-left} 天：请核实是否已延续或停止经营"
    if left <= NOTICE_DAYS:
        return "warning", f"许可证将于 {until} 到期，还有 {left} 天：请提醒企业办理延续"
    return None

"""Why a target cannot be met (缺口): how many batches are owed, how many can still be had, and what would help."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from app.domain.gaps import Line
from app.domain.gaps_caps import FOREVER, ByEnterprise, CapRow, Window, concerns, headroom, quarter_of, windows
from app.domain.gaps_points import Names, cell_words
from app.domain.samples import Level, Link
from app.domain.sampling_kinds import CapSubject, CapWindow

Key = tuple[int, int | None]
LAST_QUARTER = 4


@dataclass(frozen=True, slots=True)
class Offer:
    """What an enterprise can be asked for within a line: the links and 大类 of its foods."""

    enterprise_id: int
    links: frozenset[Link]
    roots: frozenset[int | None]


@dataclass(frozen=True, slots=True)
class Shortfall:
    """缺口 of a line or of the laboratories."""

    what: str
    lacking: int
    possible: int
    words: str

    @property
    def gap(self) -> int:
        return self.lacking - self.possible


@dataclass(frozen=True, slots=True)
class Season:
    """The rest of the year: the first day to come and what has been taken so far."""

    first: date
    level: Level
    caps: Sequence[CapRow]
    earlier: ByEnterprise


def possible(offer: Offer, season: Season) -> int:
    """Batches that the caps still allow at an enterprise until the end of the year."""
    units = _left(offer, season, CapSubject.UNIT, None)
    by_root = [_left(offer, season, CapSubject.PRODUCER, root) for root in offer.roots]
    return min(units, sum(by_root), FOREVER)


def _left(offer: Offer, season: Season, subject: CapSubject, root: int | None) -> int:
    found = FOREVER
    for cap in season.caps:
        if cap.subject is not subject or not all(concerns(cap, link, season.level) for link in offer.links):
            continue
        if subject is CapSubject.PRODUCER and offer.links != {Link.PRODUCTION}:
            continue
        found = min(found, _by_year_end(cap, season, (offer.enterprise_id, root)))
    return found


def _by_year_end(cap: CapRow, season: Season, key: Key) -> int:
    window = windows(cap, [season.first.month], season.first)[0]
    now = headroom(cap, window, key, season.earlier).most
    return now + cap.maximum * _later(cap, window, season.first)


def _later(cap: CapRow, window: Window, first: date) -> int:
    """How many times the cap begins anew before the year ends."""
    if cap.cap_window is CapWindow.QUARTER:
        return LAST_QUARTER - quarter_of(first.month)
    if cap.cap_window is CapWindow.DAYS and cap.days:
        return (date(first.year, 12, 31) - first).days // cap.days
    return 0


def shortfalls(
    offers: Iterable[tuple[Line, Sequence[Offer]]], season: Season, names: Names
) -> list[Shortfall]:
    """The lines that cannot be met any more, the largest gap first."""
    found = []
    for line, offered in offers:
        best = sum(possible(offer, season) for offer in offered)
        if line.remaining > best:
            what = cell_words(line, names)
            found.append(Shortfall(what, line.remaining, best, _told(line, what, len(offered), best, season)))
    return sorted(found, key=lambda one: (-one.gap, one.what))


def _told(line: Line, what: str, firms: int, best: int, season: Season) -> str:
    owed = f"{what}还差 {line.remaining} 批"
    if not firms:
        return f"{owed}，企业档案中没有可抽的企业：建议核对企业档案（类型、所属乡镇、城乡、状态），登记可抽的企业，或调整计划"
    caps = "、".join(_cap_words(cap) for cap in season.caps if _limits(cap, line.cell.link, season.level))
    limited = f"（{caps}）" if caps else ""
    gap = line.remaining - best
    return (
        f"{owed}，可抽的企业只有 {firms} 家{limited}，年底前最多能完成 {best} 批，缺口 {gap} 批："
        "建议调整计划，或增加可抽企业，确需超过频次上限的申请规则豁免"
    )


def _limits(cap: CapRow, link: Link | None, level: Level) -> bool:
    if cap.subject is CapSubject.BATCH or cap.level not in (None, level):
        return False
    return link is None or concerns(cap, link, level)


def _cap_words(cap: CapRow) -> str:
    span = {CapWindow.QUARTER: "每季度", CapWindow.DAYS: f"每 {cap.days} 天", CapWindow.EVER: ""}[cap.cap_window]
    whose = "每家" if cap.subject is CapSubject.UNIT else "每家同类食品"
    only = f"{cap.link.value}环节" if cap.link is not None else ""
    return f"{only}{whose}{span}上限 {cap.maximum} 批"


def laboratory_shortfall(lacking: int, room: int, weeks: int, working_days: int) -> Shortfall | None:
    """The laboratories cannot take what the plans still owe."""
    if lacking <= room:
        return None
    words = (
        f"各计划还差 {lacking} 批，年底前还有 {weeks} 周（{working_days} 个工作日），承检机构最多能接收 {room} 批，"
        f"缺口 {lacking - room} 批：建议增加承检机构、提高每周检验能力，或调整计划"
    )
    return Shortfall("检验能力", lacking, room, words)

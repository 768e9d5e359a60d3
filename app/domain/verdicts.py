"""Whose verdict stands, the laboratory's or ours, from the written cells of a row to the verdict in force."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from app.domain.judging import Judgement, judge
from app.domain.limits import Limit, row_limit, same_limit
from app.domain.numerals import is_blank
from app.domain.readings import Reading, ReadingKind, parse_lod, read_result
from app.domain.reasons import standard as _standard
from app.domain.rounding import Basis
from app.domain.samples import Confidence, ItemKind, Verdict

__all__ = ["Basis", "Judgement", "LimitSource", "Settled", "judge", "judge_row", "parse_verdict_word", "settle"]


class LimitSource(StrEnum):
    """限量来源 of a verdict, stored beside it."""

    ROW = "检验机构"
    BOOK = "限量库"
    NONE = "无限量"


@dataclass(slots=True)
class Settled:
    """The verdict in force of one item, what each side said, and what somebody must look at."""

    verdict: Verdict
    ours: Verdict
    lab: Verdict | None
    pending: bool  # 待核: the conclusion of the batch stays 未判定 until two people decide
    flags: tuple[str, ...]
    judgement: Judgement
    limit: Limit | None
    limit_source: LimitSource

    @property
    def reason(self) -> str:
        """The sentence, put together when somebody reads it."""
        own = self.judgement.reason
        return own if self.lab is None else f"检验机构判为{self.lab}；系统核对：{own}"


_VERDICT_WORDS = {verdict.value: verdict for verdict in Verdict} | {
    "合格": Verdict.PASS,
    "符合": Verdict.PASS,
    "不合格": Verdict.FAIL,
    "不符合": Verdict.FAIL,
    "问题": Verdict.PROBLEM,
    "不判定": Verdict.UNDECIDED,
    "未判定": Verdict.UNDECIDED,
    "未检测": Verdict.UNTESTED,
}
_ADVERSE = (Verdict.FAIL, Verdict.PROBLEM)


def parse_verdict_word(text: str | None) -> Verdict | None:
    """结果判定 as the laboratory wrote it; None where it gave none, or a word that is no verdict."""
    return _VERDICT_WORDS.get("".join(text.split())) if text else None


def settle(
    lab: Verdict | None,
    ours: Judgement,
    reading: Reading,
    *,
    row_limit: Limit | None = None,
    book_limit: Limit | None = None,
) -> Settled:
    """Whose verdict stands: the laboratory's signed one; ours where it gave none; neither while they contradict."""
    blank = reading.kind is ReadingKind.BLANK
    pending = (blank and lab in (Verdict.PASS, *_ADVERSE)) or (
        lab in (Verdict.PASS, Verdict.UNTESTED) and ours.verdict in _ADVERSE
    )
    verdict = Verdict.UNDECIDED if pending else lab or ours.verdict
    flags = ours.warnings
    if lab is not None and lab is not ours.verdict:
        flags = (*_contradiction(lab, ours.verdict, blank), *flags)
    verified = book_limit is not None and book_limit.confidence is Confidence.VERIFIED
    if row_limit and book_limit and verified and not same_limit(row_limit, book_limit):
        told = f"检验机构所列限量 {row_limit.words()} 与限量库 {book_limit.words()}{_standard(book_limit)} 不一致"
        flags = (*flags, told)
    source = LimitSource.ROW if row_limit else LimitSource.BOOK if book_limit else LimitSource.NONE
    return Settled(verdict, ours.verdict, lab, pending, flags, ours, row_limit or book_limit, source)


def _contradiction(lab: Verdict, ours: Verdict, blank: bool) -> tuple[str, ...]:
    """What to tell the people who have to look; our 不判定项 contradicts nothing."""
    if blank:
        return (f"检验结果为空，检验机构却判为{lab}，待核",)
    if lab is Verdict.UNTESTED:
        return (f"有检验结果，检验机构却判为{lab}，系统判为{ours}，请核对",)
    if ours is Verdict.UNDECIDED:
        return ()
    if lab is Verdict.PASS:
        return (f"检验机构判为{lab}，系统判为{ours}，待核",)
    return (f"检验机构判为{lab}，系统判为{ours}，以检验机构判定为准，请核对",)


def judge_row(
    result: str | None,
    unit: str | None,
    lab_verdict: str | None = None,
    *,
    min_text: str | None = None,
    max_text: str | None = None,
    limit_unit: str | None = None,
    standard: str | None = None,
    book_limit: Limit | None = None,
    kind: ItemKind | None = None,
    lod: str | None = None,
    lod_unit: str | None = None,
    lod_kind: str | None = None,
    basis: Basis | None = None,
) -> Settled:
    """One row of an upload from its written cells to the verdict in force. The row's own limit comes first."""
    reading, own_unit = read_result(result, unit)
    own = _as_in_book(row_limit(min_text, max_text, limit_unit, standard), book_limit)
    ours = judge(
        reading,
        own_unit,
        own or book_limit,
        kind=kind,
        lod=parse_lod(lod) if lod else None,
        lod_unit=lod_unit or "",
        lod_kind=lod_kind or "",
        basis=basis,
    )
    lab = parse_verdict_word(lab_verdict)
    settled = settle(lab, ours, reading, row_limit=own, book_limit=book_limit)
    if lab is None and not is_blank(lab_verdict):
        settled.flags = (*settled.flags, f"结果判定“{(lab_verdict or '')[:20]}”不是规定用语，未采用")
    return settled


def _as_in_book(own: Limit | None, book: Limit | None) -> Limit | None:
    """A row that repeats a limit of ours is compared by the method of its standard, which the row does not state."""
    if own is None or book is None or not same_limit(own, book):
        return own
    if own.standard and own.method is book.method:
        return own
    return replace(own, standard=own.standard or book.standard, method=book.method)

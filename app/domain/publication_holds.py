"""May a batch be published now (公布前的核对)? 复检 and 异议 come first: what its readers have seen cannot be taken back from them.

The 办法 names no day before which a failing result may not be published; it gives the parties seven working days for their
application (30, 37) and makes the retest final (食品安全法 88). So a result is held back while it is not yet final, with the article.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

ART_RETEST = "《食品安全抽样检验管理办法》第30条、《食品安全法》第88条"
ART_OBJECTION = "《食品安全抽样检验管理办法》第37条"
ART_VERDICT = "《食品安全抽样检验管理办法》第46条：公布的是检验结论"


@dataclass(frozen=True, slots=True)
class Hold:
    """Why it is not published yet, by which article, and until when where that is known."""

    reason: str
    article: str
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of the rights of the parties. ``presumed``: no delivery is recorded, the last lawful day of it was counted."""

    open_items: int = 0
    undecided: bool = False
    served_on: date | None = None
    presumed: bool = False
    term_ends: date | None = None  # last day of the application for retest or objection
    retests: Sequence[str] = ()  # running ones
    objections: Sequence[str] = ()
    final_on: date | None = None  # a retest or objection was concluded, and the batch stays as it was


def hold(standing: Standing, today: date, *, failing: bool) -> Hold | None:
    """None: it may be published. The most definite reason first."""
    if standing.undecided or standing.open_items:
        what = f"有 {standing.open_items} 个项目待核" if standing.open_items else "监督结论为未判定"
        return Hold(f"{what}，结论尚未确定", ART_VERDICT)
    if standing.retests:
        return Hold(f"复检正在办理（{'、'.join(standing.retests)}），等待复检结论", ART_RETEST)
    if standing.objections:
        return Hold(f"异议正在审核（{'、'.join(standing.objections)}），等待审核结论", ART_OBJECTION)
    if not failing or standing.final_on is not None:
        return None
    if standing.term_ends is not None and today <= standing.term_ends:
        told = "没有送达登记，按最迟送达日推算" if standing.presumed else f"{standing.served_on} 送达"
        return Hold(f"申请复检、提出异议的期限至 {standing.term_ends}（{told}）", ART_RETEST, standing.term_ends)
    return None


def free_on(standing: Standing, reported_on: date, *, failing: bool) -> date:
    """The day from which the time for publishing runs: the result is final. A pass is final when it is reported."""
    if not failing:
        return reported_on
    return max(day for day in (standing.final_on or standing.term_ends, reported_on) if day is not None)


def warning(standing: Standing, *, failing: bool) -> str | None:
    """What the officer should know though it may be published."""
    if failing and standing.presumed and standing.final_on is None:
        return "没有登记检验结果通知书的送达，复检、异议期限按最迟送达日推算，请核对送达回证"
    return None

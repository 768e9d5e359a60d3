"""检查结果公开 (市场监管总局令第49号第三十九条): within twenty working days after the result was formed."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from app.domain.deadlines import DeadlineLight, light
from app.domain.working_days import WorkingDays

PLACES = ("本局门户网站", "国家企业信用信息公示系统", "本局门户网站、国家企业信用信息公示系统")


class PublicationStanding(StrEnum):
    """公示状况."""

    DUE = "待公示"
    LATE = "超期未公示"
    PUBLISHED = "已公示"
    PUBLISHED_LATE = "超期公示"
    CORRECTED = "公示后有更正"
    PRIVATE = "不予公示"


def standing(
    due_on: date, published_on: date | None, not_public: str | None, today: date, *, corrected: bool = False
) -> PublicationStanding:
    """How a finished inspection stands. Due today is not late; what was corrected after its publication comes first."""
    if published_on is not None:
        if corrected:
            return PublicationStanding.CORRECTED
        return PublicationStanding.PUBLISHED_LATE if published_on > due_on else PublicationStanding.PUBLISHED
    if not_public is not None:
        return PublicationStanding.PRIVATE
    return PublicationStanding.LATE if today > due_on else PublicationStanding.DUE


def publish_fault(published_on: date, finished_on: date, today: date) -> str | None:
    """A result is made public after it was formed and not in advance."""
    if finished_on <= published_on <= today:
        return None
    return f"公示日期应在结果形成日期（{finished_on}）与今天之间，请核对"


def lamp(finished_on: date, due_on: date, today: date, days: WorkingDays) -> DeadlineLight:
    """The light of what is still to be made public."""
    return light(finished_on, due_on, today, days)

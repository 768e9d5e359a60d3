"""站内消息: when a person is told (quiet on days off), and what is said of a step of the work.

Sources: the office's own rule (休息日免打扰); the moments are office time (Asia/Shanghai).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

MORNING = time(8, 0)  # a working morning begins; the digest is made from then on
EVENING = time(18, 0)  # no digest is made after it: it would be of no use that day
LONGEST_TITLE = 200
FARTHEST = 30  # days off in a row that are looked over; the longest holidays have nine

IsWorking = Callable[[date], bool]


def shown_from(moment: datetime, working: IsWorking, urgent: bool = False) -> datetime:
    """From when the message is shown: at once on a working day, on a day off from the next working morning; urgent ones at once."""
    if urgent or working(moment.date()):
        return moment
    day = moment.date()
    for _ in range(FARTHEST):
        day += timedelta(days=1)
        if working(day):
            break
    return datetime.combine(day, MORNING, moment.tzinfo)


def digest_due(moment: datetime, working: IsWorking, begins: time = MORNING) -> bool:
    """Whether the digest of the day is to be made now: once a working morning."""
    return working(moment.date()) and begins <= moment.time() < EVENING


@dataclass(frozen=True, slots=True)
class Told:
    """What is known of a step when it is told: kind of record in words, its name, the step, who took it, with which words."""

    what: str
    name: str
    step: str
    who: str
    comment: str = ""

    @property
    def to_decide(self) -> str:
        """For whoever decides next: 待审核案件：CZ〔2026〕1号."""
        return _short(f"{self.what}：{self.name}" if self.name else self.what)

    @property
    def outcome(self) -> str:
        """For whoever has the matter in hand: 处置案件 CZ〔2026〕1号：退回（科长）."""
        return _short(f"{self.what} {self.name}".rstrip() + f"：{self.step}（{self.who}）")

    @property
    def text(self) -> str:
        return f"{self.who}：{self.step}" + (f"，意见：{self.comment}" if self.comment else "")


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_TITLE else text[: LONGEST_TITLE - 1] + "…"

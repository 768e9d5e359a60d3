"""样品流转: which step may follow which, when it may have happened, and whether the seals agree.

抽取 → 封样 → 移交 → 接收 or 拒收. A step is recorded once; what was recorded wrongly is voided and recorded again, so a step
may also be put between two that are there already, and its moment must then lie between theirs.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Final, Protocol

from app.domain.sampling_kinds import CustodyKind

ORDER: Final[Mapping[CustodyKind, int]] = {
    CustodyKind.TAKEN: 0, CustodyKind.SEALED: 1, CustodyKind.HANDED_OVER: 2, CustodyKind.RECEIVED: 3, CustodyKind.REFUSED: 3,
}  # fmt: skip
NEEDS: Final[Mapping[CustodyKind, CustodyKind]] = {
    CustodyKind.HANDED_OVER: CustodyKind.SEALED,
    CustodyKind.RECEIVED: CustodyKind.HANDED_OVER,
    CustodyKind.REFUSED: CustodyKind.HANDED_OVER,
}
ARRIVALS: Final = (CustodyKind.RECEIVED, CustodyKind.REFUSED)
SEAL: Final = re.compile(r"[0-9A-Z][0-9A-Z\-/〔〕()]{2,59}")
COLDEST, HOTTEST = Decimal(-100), Decimal(100)
LONGEST_WALK: Final = 400  # days: longer than any term of custody


class Stage(StrEnum):
    """流转环节 of a sample: what it waits for."""

    TO_SEAL = "待封样"
    TO_HAND_OVER = "待移交"
    TO_RECEIVE = "待接收"
    RECEIVED = "已接收"
    REFUSED = "已拒收"


class Carrier(StrEnum):
    """送达方式. Never by the sampled party (第二十条): that is no choice of the form."""

    CARRIED = "抽样人员携带"
    POSTED = "寄送"
    COLLECTED = "承检机构上门收取"


class Check(StrEnum):
    """收样检查 (第二十二条)."""

    APPEARANCE = "样品外观完好"
    STATE = "样品状态符合要求"
    SEAL = "封条完好"
    SHEET = "与抽样单记录一致"


class Event(Protocol):
    """What a rule needs of a recorded step."""

    @property
    def kind(self) -> CustodyKind: ...
    @property
    def happened_at(self) -> datetime: ...
    @property
    def seal_no(self) -> str | None: ...
    @property
    def backup_seal_no(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Step:
    """A step somebody wants to record; moments are the office's own wall clock."""

    kind: CustodyKind
    happened_at: datetime
    seal_no: str | None = None
    backup_seal_no: str | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with it, at one field; ``late`` when the record has moved on (409) rather than the content being wrong."""

    field: str
    message: str
    late: bool = False


def stage(kinds: Iterable[CustodyKind]) -> Stage:
    """Where a sample with these steps is."""
    done = set(kinds)
    if CustodyKind.REFUSED in done:
        return Stage.REFUSED
    if CustodyKind.RECEIVED in done:
        return Stage.RECEIVED
    if CustodyKind.HANDED_OVER in done:
        return Stage.TO_RECEIVE
    return Stage.TO_HAND_OVER if CustodyKind.SEALED in done else Stage.TO_SEAL


def slot(kind: CustodyKind) -> str:
    """The place in the chain that this step fills: 接收 and 拒收 are two answers to one question."""
    return "到样" if kind in ARRIVALS else kind.value


def order_fault(kind: CustodyKind, done: Iterable[Event]) -> Fault | None:
    """Why this step cannot be recorded now, or None."""
    kinds = {event.kind for event in done}
    if kind in kinds:
        return Fault("kind", f"该样品已登记{kind}，不能重复登记；登记有误的请先作废原记录", late=True)
    if kind in ARRIVALS and kinds & set(ARRIVALS):
        other = (kinds & set(ARRIVALS)).pop()
        return Fault("kind", f"该样品已由检验机构{other}，不能再登记{kind}", late=True)
    needed = NEEDS.get(kind)
    if needed is not None and needed not in kinds:
        return Fault("kind", f"还没有登记{needed}，不能登记{kind}：请先登记{needed}", late=True)
    return None


def moment_fault(step: Step, done: Iterable[Event], sampled_on: date | None, now: datetime) -> Fault | None:
    """抽样 ≤ 封样 ≤ 移交 ≤ 接收, and nothing in the future. All moments on the office's clock."""
    at = step.happened_at
    if at > now:
        return Fault("happened_at", f"{step.kind}时间 {_minute(at)} 晚于现在（{_minute(now)}），请核对")
    if sampled_on is not None and at.date() < sampled_on:
        return Fault("happened_at", f"{step.kind}时间 {_minute(at)} 早于抽样日期 {sampled_on}，请核对")
    for event in done:
        before, after = ORDER[event.kind] < ORDER[step.kind], ORDER[event.kind] > ORDER[step.kind]
        if before and at < event.happened_at:
            return Fault("happened_at", f"{step.kind}时间 {_minute(at)} 早于{event.kind}时间 {_minute(event.happened_at)}，请核对")
        if after and at > event.happened_at:
            return Fault("happened_at", f"{step.kind}时间 {_minute(at)} 晚于{event.kind}时间 {_minute(event.happened_at)}，请核对")
    return None


def seal_faults(step: Step, done: Iterable[Event], backup_needed: bool) -> list[Fault]:
    """Two different seals at sealing; the same two at receipt. A refusal may say what was found instead."""
    if step.kind is CustodyKind.SEALED:
        return _sealing_faults(step, backup_needed)
    sealed = next((event for event in done if event.kind is CustodyKind.SEALED), None)
    if step.kind is not CustodyKind.RECEIVED or sealed is None:
        return []
    pairs = (
        ("seal_no", "检验样品", step.seal_no, sealed.seal_no),
        ("backup_seal_no", "备份样品", step.backup_seal_no, sealed.backup_seal_no),
    )
    return [
        Fault(field, f"{title}的封条号“{found or '未填'}”与封样时登记的“{expected or '无'}”不一致：请核对；确实不一致的应当拒收")
        for field, title, found, expected in pairs
        if (found or None) != (expected or None)
    ]


def _sealing_faults(step: Step, backup_needed: bool) -> list[Fault]:
    found = []
    if not step.seal_no:
        found.append(Fault("seal_no", "请填写检验样品的封条号"))
    if not step.backup_seal_no and backup_needed:
        found.append(Fault("backup_seal_no", "请填写备份样品的封条号：检验样品和备份样品应当分别封样（第十七条）"))
    if step.seal_no and step.seal_no == step.backup_seal_no:
        found.append(Fault("backup_seal_no", f"检验样品和备份样品用了同一个封条号“{step.seal_no}”，请分别封样并核对"))
    for field, written in (("seal_no", step.seal_no), ("backup_seal_no", step.backup_seal_no)):
        if written and not SEAL.fullmatch(written):
            found.append(Fault(field, f"封条号“{written[:60]}”不符合格式：应为 3 至 60 位数字、字母和“-”，请按封条上印的填写"))
    return found


def faults(step: Step, done: Iterable[Event], sampled_on: date | None, now: datetime, *, backup_needed: bool) -> list[Fault]:
    """Everything wrong with a step; an order fault hides the others, which would only confuse."""
    recorded = list(done)
    if (order := order_fault(step.kind, recorded)) is not None:
        return [order]
    moment = moment_fault(step, recorded, sampled_on, now)
    return [*([moment] if moment else []), *seal_faults(step, recorded, backup_needed)]


def seal_number(written: str | None) -> str | None:
    """封条号 as compared: half-width, no blanks, capitals."""
    folded = re.sub(r"\s+", "", unicodedata.normalize("NFKC", written or "")).upper()
    return folded or None


def degrees(written: str | None) -> Decimal | None:
    """温度 in ℃ as people type it: «-18», «－18℃», «4.5度». Raises ValueError with a sentence."""
    folded = unicodedata.normalize("NFKC", written or "").replace("−", "-").strip()
    text = re.sub(r"(°C|摄氏度|度)\Z", "", folded).strip()
    if not text:
        return None
    try:
        found = Decimal(text) if re.fullmatch(r"[+-]?\d{1,3}(\.\d)?", text) else None
    except InvalidOperation:
        found = None
    if found is None or not COLDEST <= found <= HOTTEST:
        raise ValueError(f"温度“{(written or '')[:20]}”不是有效数字：请填写 -100 至 100 之间的摄氏度，最多一位小数，如 4.5 或 -18")
    return found


def check_words(passed: Iterable[Check]) -> str:
    """收样检查 in one line, as the event keeps it."""
    done = set(passed)
    return "；".join(f"{check}：{'是' if check in done else '否'}" for check in Check)


def latest_start(before: date, due_of: Callable[[date], date | None]) -> date | None:
    """The latest starting day whose due date lies before ``before``; later starts are due later, so halving finds it.

    None when no day within reach is late; ``due_of`` is None for days before any rule was in force.
    """
    early, late = before - timedelta(days=LONGEST_WALK), before
    while early < late:
        middle = early + timedelta(days=(late - early).days // 2 + (late - early).days % 2)
        due = due_of(middle)
        if due is None or due < before:
            early = middle
        else:
            late = middle - timedelta(days=1)
    due = due_of(early)
    return early if due is not None and due < before else None


def _minute(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M}"

"""Exemptions asked for, decided and taken back, and new dated versions of caps. Never commits, never sees a request."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from app import clock, counters, history
from app.db import session
from app.domain.actors import Actor
from app.domain.samples import Confidence, Level, Link
from app.domain.sampling_kinds import CapSubject, CapWindow, ExemptionKind
from app.domain.workflow import ExemptionStep
from app.errors import NotAllowedNow, NotLikeThis
from app.exemptions import queries
from app.exemptions.models import CapRule, RuleExemption
from app.reference_data.editions import supersede

LONGEST_DAYS = 366
MOST_BATCHES = 50


@dataclass(frozen=True, slots=True)
class Request:
    """申请: from which cap, for what, why, for how many batches and until when."""

    code: str
    key: str
    reason: str
    batches: int
    valid_from: date
    valid_to: date
    earlier: Sequence[str] = ()


def subject_name(key: str) -> str:
    """What an exemption covers, in words: the register's name for an entry, else the names as folded."""
    first, *others = key.split("|")
    if first.startswith("#") and first[1:].isdecimal():
        first = queries.enterprise_name(int(first[1:])) or first
    return "／".join([first, *others])


def ask(asked: Request, actor: Actor, at: datetime) -> RuleExemption:
    """申请豁免. Raises NotLikeThis when the cap is unknown or the period makes no sense."""
    names = queries.cap_names()
    if asked.code not in names or not asked.key.strip():
        raise NotLikeThis("没有这条频次上限规则，请从抽样单的检查提示进入后申请", field="reason")
    if asked.valid_to < asked.valid_from:
        raise NotLikeThis("有效期止早于有效期起，请核对", field="valid_to")
    if asked.valid_to - asked.valid_from > timedelta(days=LONGEST_DAYS):
        raise NotLikeThis("豁免的有效期不得超过一年，请缩短", field="valid_to")
    if not 1 <= asked.batches <= MOST_BATCHES:
        raise NotLikeThis(f"豁免批次应为 1 至 {MOST_BATCHES}", field="batches")
    year = clock.office_time(at).year
    serial = counters.take(actor.org_id, "exemption", year)[0]
    exemption = RuleExemption(
        org_id=actor.org_id, number=f"豁{actor.org_id}〔{year}〕{serial}号", kind=ExemptionKind.CAP, rule_code=asked.code,
        subject_key=asked.key, subject_name=subject_name(asked.key)[:400], reason=asked.reason, batches=asked.batches, used=0,
        earlier="、".join(asked.earlier) or None, valid_from=asked.valid_from, valid_to=asked.valid_to, asked_at=at,
        asked_by_id=actor.user_id,
    )  # fmt: skip
    history.advance(exemption, ExemptionStep.ASK, actor, comment=asked.reason)
    return exemption


def _decide(exemption: RuleExemption, step: ExemptionStep, actor: Actor, comment: str, at: datetime, seen: int | None) -> None:
    history.advance(exemption, step, actor, comment=comment, seen=seen)
    exemption.decided_by_id, exemption.decided_at, exemption.decision = actor.user_id, at, comment.strip()[:500]


def approve(exemption: RuleExemption, actor: Actor, comment: str, at: datetime, *, seen: int | None = None) -> None:
    """批准, by somebody else than who asked; one whose period is over cannot be approved any more."""
    if exemption.valid_to < clock.office_time(at).date():
        raise NotAllowedNow(f"申请的有效期 {exemption.valid_to} 已过，请作“不予批准”，由申请人重新申请")
    _decide(exemption, ExemptionStep.APPROVE, actor, comment, at, seen)


def decline(exemption: RuleExemption, actor: Actor, comment: str, at: datetime, *, seen: int | None = None) -> None:
    """不予批准."""
    _decide(exemption, ExemptionStep.DECLINE, actor, comment, at, seen)


def revoke(exemption: RuleExemption, actor: Actor, comment: str, at: datetime, *, seen: int | None = None) -> None:
    """收回: no more samples may use it; those registered under it stay."""
    _decide(exemption, ExemptionStep.REVOKE, actor, comment, at, seen)


# ---------------------------------------------------------------- caps as new dated versions

@dataclass(frozen=True, slots=True)
class CapVersion:
    """What a new version of a cap says."""

    name: str
    subject: CapSubject
    cap_window: CapWindow
    days: int | None
    maximum: int
    link: Link | None
    level: Level | None
    online_exempt: bool
    blocking: bool
    article: str | None
    valid_from: date
    valid_to: date | None
    source: str
    confidence: Confidence


SAID = (
    "name", "subject", "cap_window", "days", "maximum", "link", "level", "online_exempt", "blocking", "article", "valid_from",
    "valid_to", "source", "confidence",
)  # fmt: skip


def add_cap(code: str, version: CapVersion, actor: Actor) -> CapRule:
    """A cap that there was not yet."""
    if code in queries.cap_names():
        raise NotLikeThis(f"已有代码为“{code}”的频次上限，请在该上限下新增版本", field="code")
    return _record(CapRule(code=code, **_values(version)), actor, {})


def add_cap_version(old: CapRule, version: CapVersion, actor: Actor) -> CapRule:
    """A new version of a cap. One that begins later closes the old one the day before; else it replaces it."""
    if old.superseded_at is not None:
        raise NotAllowedNow("该版本已被新版本替代，请刷新页面，在现行版本上操作")
    now = clock.now()
    supersede(CapRule, [old.id], now)
    last = version.valid_from - timedelta(days=1)
    if old.valid_from < version.valid_from:
        until = last if old.valid_to is None or old.valid_to > last else old.valid_to
        kept = {name: getattr(old, name) for name in SAID} | {"valid_to": until}
        session().add(CapRule(code=old.code, recorded_at=now, shipped=False, **kept))
    changes = {name: (getattr(old, name), getattr(version, name)) for name in SAID}
    return _record(CapRule(code=old.code, **_values(version)), actor, changes)


def _values(version: CapVersion) -> dict[str, Any]:
    if version.valid_to is not None and version.valid_to < version.valid_from:
        raise NotLikeThis("有效期止早于有效期起，请核对", field="valid_to")
    if (version.cap_window is CapWindow.DAYS) != bool(version.days):
        raise NotLikeThis("期间为“连续天数”时填写天数，其他期间不填", field="days")
    return {name: getattr(version, name) for name in SAID} | {"recorded_at": clock.now(), "shipped": False}


def _record(cap: CapRule, actor: Actor, changes: dict[str, tuple[Any, Any]]) -> CapRule:
    session().add(cap)
    session().flush()
    told = {name: (_word(before), _word(after)) for name, (before, after) in changes.items()}
    history.record(CapRule.__tablename__, cap.id, "add_version", actor, org_id=actor.org_id, name=cap.name, changes=told)
    return cap


def _word(value: Any) -> Any:
    return "是" if value is True else "否" if value is False else value

"""Which events of the history are security alerts (安全告警), and when: pure rules over one event and how often it has come.

Source: GB/T 22239-2019 8.1.3.3 and 8.1.5.4 (入侵防范, 集中管控) leave the thresholds to the office; these are settings.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from app.domain.actors import ADMINISTRATORS
from app.domain.trust_kinds import AlertKind


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of the history, as the rules see it. ``at`` is the office's time."""

    seq: int
    at: datetime
    step: str
    who: str
    user_id: int | None
    name: str
    address: str | None = None
    comment: str = ""
    changes: str = ""
    outcome: str = ""
    administrator: bool = False
    working_day: bool = True


@dataclass(frozen=True, slots=True)
class Limits:
    """告警阈值: how many of what within which time, and the hours in which administrators work."""

    denied: int = 10
    denied_within: timedelta = timedelta(minutes=10)
    guesses: int = 20
    guesses_within: timedelta = timedelta(minutes=15)
    exports: int = 30  # a day
    export_rows: int = 20_000  # a day
    unmasks: int = 30  # a day
    hours: tuple[time, time] = (time(8), time(20))


@dataclass(frozen=True, slots=True)
class Seen:
    """How often this kind of event has come from this person or address, this one among them."""

    denied: int = 0
    guesses: int = 0
    exports: int = 0
    export_rows: int = 0
    unmasks: int = 0


@dataclass(frozen=True, slots=True)
class Finding:
    """What is to be told: while an alert of the same key is open it is added to that one."""

    kind: AlertKind
    key: str
    text: str


WATCHED_STEPS = frozenset({
    "locked", "sign_in", "sign_in_failed", "denied", "export", "unmask", "grant", "apply", "virus_found", "copy_backup", "rehearse",
})  # fmt: skip
"""Steps that any rule asks about; other entries are passed over unread."""


def findings(event: Event, seen: Seen, limits: Limits) -> Sequence[Finding]:
    """Every alert that this event gives rise to, by the rules of ``RULES``."""
    return [found for rule in RULES.get(event.step, ()) if (found := rule(event, seen, limits)) is not None]


def _key(kind: AlertKind, event: Event, whose: object) -> str:
    return f"{kind.name.lower()}:{whose}:{event.at:%Y%m%d}"


def _locked(event: Event, seen: Seen, limits: Limits) -> Finding | None:
    text = f"账号“{event.name}”因连续输错密码被锁定，请核实是否本人"
    return Finding(AlertKind.LOCKED, _key(AlertKind.LOCKED, event, event.user_id), text)


def _guessing(event: Event, seen: Seen, limits: Limits) -> Finding | None:
    if event.address is None or seen.guesses < limits.guesses:
        return None
    minutes = int(limits.guesses_within.total_seconds() // 60)
    text = f"地址 {event.address} 在 {minutes} 分钟内登录失败 {seen.guesses} 次，请核实该计算机是否有人猜测密码"
    return Finding(AlertKind.GUESSING, _key(AlertKind.GUESSING, event, event.address), text)


def _off_hours(event: Event, seen: Seen, limits: Limits) -> Finding | None:
    start, end = limits.hours
    if not event.administrator or (event.working_day and start <= event.at.time() < end):
        return None
    why = "非工作时间" if event.working_day else "休息日"
    text = f"管理员“{event.who}”于{why}（{event.at:%m-%d %H:%M}）登录，地址 {event.address or '—'}，请核实是否本人"
    return Finding(AlertKind.OFF_HOURS, _key(AlertKind.OFF_HOURS, event, event.user_id), text)


def _denied(event: Event, seen: Seen, limits: Limits) -> Finding | None:
    if seen.denied < limits.denied:
        return None
    minutes = int(limits.denied_within.total_seconds() // 60)
    text = f"“{event.who}”在 {minutes} 分钟内 {seen.denied} 次访问无权的页面，最近一次：{event.name}"
    return Finding(AlertKind.DENIED, _key(AlertKind.DENIED, event, event.user_id), text)


def _exports(event: Event, seen: Seen, limits: Limits) -> Finding | None:
    if seen.exports < limits.exports and seen.export_rows < limits.export_rows:
        return None
    text = f"“{event.who}”当日导出 {seen.exports} 次、共 {seen.export_rows} 行，最近一次：{event.name}，请核实用途"
    return Finding(AlertKind.EXPORT, _key(AlertKind.EXPORT, event, event.user_id), text)


def _unmasks(event: Event, seen: Seen, limits: Limits) -> Finding | None:
    if seen.unmasks < limits.unmasks:
        return None
    text = f"“{event.who}”当日 {seen.unmasks} 次查看完整个人信息，请核实用途"
    return Finding(AlertKind.UNMASK, _key(AlertKind.UNMASK, event, event.user_id), text)


def _grant(event: Event, seen: Seen, limits: Limits) -> Finding | None:
    """Whoever becomes an administrator, or ceases to be one, is looked at by another pair of eyes."""
    named = [role.value for role in sorted(ADMINISTRATORS) if role.value in event.changes]
    if not named:
        return None
    text = f"账号“{event.name}”的{'、'.join(named)}岗位有变更，操作人“{event.who}”，请核对授权申请"
    return Finding(AlertKind.GRANT, f"grant:{event.seq}", text)


def _virus(event: Event, seen: Seen, limits: Limits) -> Finding | None:
    text = f"“{event.who}”上传的文件“{event.name}”{event.comment}，地址 {event.address or '—'}，请检查该计算机和文件的来源"
    return Finding(AlertKind.VIRUS, _key(AlertKind.VIRUS, event, event.user_id or event.name), text[:400])


def _backup(event: Event, seen: Seen, limits: Limits) -> Finding | None:
    """A copy or a rehearsal that failed: nobody looks at a timer that runs at night."""
    if event.outcome != "failed":
        return None
    what = "异地备份" if event.step == "copy_backup" else "恢复演练"
    text = f"{what}没有成功（{event.name}）：{event.comment}"
    return Finding(AlertKind.BACKUP, _key(AlertKind.BACKUP, event, event.step), text[:400])


Rule = Callable[[Event, Seen, Limits], Finding | None]
RULES: Mapping[str, Sequence[Rule]] = {
    "locked": (_locked,),
    "sign_in_failed": (_guessing,),
    "sign_in": (_off_hours,),
    "denied": (_denied,),
    "export": (_exports,),
    "unmask": (_unmasks,),
    "grant": (_grant,),
    "apply": (_grant,),
    "virus_found": (_virus,),
    "copy_backup": (_backup,),
    "rehearse": (_backup,),
}

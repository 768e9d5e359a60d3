"""Checks of people and days: samplers, the chain of dates, shelf life at sampling."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from app.domain import shelf_life
from app.domain.lint_sheet import MASKED, Fault, Known, Sheet, plain

SAMPLERS_NEEDED = 2  # 《食品安全抽样检验管理办法》第十四条


def _masked(known: Known) -> bool:
    return any(mark in name for name in known.samplers for mark in MASKED)


def too_few(sheet: Sheet, known: Known) -> Iterator[Fault]:
    if len({plain(name) for name in known.samplers}) < SAMPLERS_NEEDED and not _masked(known):
        article = "《食品安全抽样检验管理办法》第十四条"
        yield "samplers", f"{sheet.purpose}的抽样人员不得少于 {SAMPLERS_NEEDED} 人（{article}），姓名之间用“、”隔开"


def same_person(sheet: Sheet, known: Known) -> Iterator[Fault]:
    if len({plain(name) for name in known.samplers}) < len(known.samplers) and not _masked(known):
        yield "samplers", "抽样人员重复：请填写不同的人员，姓名之间用“、”隔开"


def inactive(sheet: Sheet, known: Known) -> Iterator[Fault]:
    """Somebody whose only accounts are disabled no longer works here."""
    for name in known.samplers:
        account = (known.accounts or {}).get(name)
        if account is not None and not account.active:
            yield "samplers", f"抽样人员“{name}”的账号已停用，不能作为抽样人员：请核对姓名，或请系统管理员恢复账号"


def no_account(sheet: Sheet, known: Known) -> Iterator[Fault]:
    if known.accounts is None or _masked(known):
        return
    for name in known.samplers:
        account = known.accounts.get(name)
        if account is None:
            yield "samplers", f"抽样人员“{name}”在本系统没有账号：请核对姓名；承检机构人员代为抽样的可不处理"
        elif account.active and not account.samples:
            yield "samplers", f"“{name}”的账号没有抽样员岗位：请核对姓名，或请系统管理员授予岗位"


# ---------------------------------------------------------------- the chain of dates

def _late(name: str, title: str, day: date | None, known: Known) -> Iterator[Fault]:
    if day is not None and day > known.today:
        yield name, f"{title}晚于今天（{known.today}）：请核对"


def future(sheet: Sheet, known: Known) -> Iterator[Fault]:
    yield from _late("made_on", "生产（购进）日期", sheet.made_on, known)
    yield from _late("sampled_on", "抽样日期", sheet.sampled_on, known)
    yield from _late("arrived_on", "样品到达日期", sheet.arrived_on, known)


def _after(name: str, earlier: tuple[str, date | None], later: tuple[str, date | None]) -> Iterator[Fault]:
    (first, one), (second, two) = earlier, later
    if one is not None and two is not None and one > two:
        yield name, f"{first}晚于{second}（{two}）：请核对"


def made_before_sampling(sheet: Sheet, known: Known) -> Iterator[Fault]:
    yield from _after("made_on", ("生产（购进）日期", sheet.made_on), ("抽样日期", sheet.sampled_on))


def sampled_before_handover(sheet: Sheet, known: Known) -> Iterator[Fault]:
    yield from _after("sampled_on", ("抽样日期", sheet.sampled_on), ("样品移交日期", known.handed_over_on))


def handed_over_before_receipt(sheet: Sheet, known: Known) -> Iterator[Fault]:
    sampled = "抽样日期", sheet.sampled_on
    for title, day in (("样品到达日期", sheet.arrived_on), ("样品接收日期", known.received_on)):
        yield from _after("arrived_on", sampled, (title, day))
        yield from _after("arrived_on", ("样品移交日期", known.handed_over_on), (title, day))


def received_before_report(sheet: Sheet, known: Known) -> Iterator[Fault]:
    report = "检验报告日期", known.reported_on
    yield from _after("sampled_on", ("抽样日期", sheet.sampled_on), report)
    yield from _after("arrived_on", ("样品到达日期", sheet.arrived_on), report)
    yield from _after("arrived_on", ("样品接收日期", known.received_on), report)


# ---------------------------------------------------------------- shelf life

def expired(sheet: Sheet, known: Known) -> Iterator[Fault]:
    last = shelf_life.expires_on(sheet.made_on, sheet.shelf_life)
    if last is not None and sheet.sampled_on is not None and sheet.sampled_on > last:
        yield "shelf_life", f"抽样时已超过保质期（{last} 到期）：超过保质期的食品不抽样，请核对生产日期、保质期和抽样日期"


def life_before_production(sheet: Sheet, known: Known) -> Iterator[Fault]:
    last = shelf_life.expires_on(sheet.made_on, sheet.shelf_life)
    if last is not None and sheet.made_on is not None and last < sheet.made_on:
        yield "shelf_life", f"保质期截止日（{last}）早于生产日期（{sheet.made_on}）：请核对"


def life_unknown(sheet: Sheet, known: Known) -> Iterator[Fault]:
    if not shelf_life.says_nothing(sheet.shelf_life) and shelf_life.read_shelf_life(sheet.shelf_life) is None:
        how = "请写成 12个月、180天 或 2026-12-01，现场已核对的可不处理"
        yield "shelf_life", f"从“{sheet.shelf_life}”看不出保质期，无法核对是否过期：{how}"

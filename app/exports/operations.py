"""Making and sealing the monthly return. The workbook of one moment is the same bytes whenever it is made again."""

from __future__ import annotations

import tempfile
from datetime import datetime
from pathlib import Path

from app import clock, history
from app.attachments import operations as attachments
from app.counters import take
from app.db import session
from app.domain.actors import Actor
from app.domain.indicators import Period
from app.domain.workflow import ReturnState, ReturnStep
from app.errors import NotAllowedNow, NotLikeThis
from app.exports import queries
from app.exports.figures import Ledger
from app.exports.models import MonthlyReturn
from app.exports.particulars import Particulars
from app.exports.sheets import workbook
from app.indicators.frames import Area, Frame, area
from app.indicators.models import Plan
from app.reference_data.books import region_book
from app.spreadsheet_reports import write_report

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def make(actor: Actor, place: Area, plan: Plan, year: int, month: int, at: datetime) -> MonthlyReturn:
    """A draft of the return as known at this moment. Raises NotLikeThis for a month that has not begun."""
    period = Period(year, month=month)
    if period.first > clock.office_time(at).date():
        raise NotLikeThis(f"{period.label}尚未开始，请选择本月或以前的月份", field="month")
    made = MonthlyReturn(
        org_id=actor.org_id,
        region_id=place.id,
        plan_id=plan.id,
        month=year * 100 + month,
        as_of=at,
        sha256="-",
        chain_head=queries.chain_head(at),
        created_at=at,
        created_by_id=actor.user_id,
    )
    history.advance(made, ReturnStep.DRAFT, actor)
    _write(made, plan, actor, at)
    return made


def seal(found: MonthlyReturn, actor: Actor, seen: int | None, at: datetime) -> None:
    """封存: number it and keep its workbook for good, with the figures of the draft's moment."""
    if seen is not None and seen != found.version:
        raise NotAllowedNow("该月报已被他人处理，请刷新页面后再操作")
    year, _ = divmod(found.month, 100)
    ordinal = take(found.org_id, "monthly_return", year)[0]
    plan = session().get(Plan, found.plan_id)
    assert plan is not None
    found.number = f"抽检月报〔{year}〕{ordinal}号"
    found.sealed_at = at
    step = ReturnStep.SEAL if found.state is ReturnState.APPROVED else ReturnStep.SEAL_DIRECT
    history.advance(found, step, actor, changes={"number": (None, found.number)})
    _write(found, plan, actor, at)


def _write(found: MonthlyReturn, plan: Plan, actor: Actor, at: datetime) -> None:
    content = content_of(found, plan, actor)
    year, month = divmod(found.month, 100)
    name = f"抽检月报_{region_book().name(found.region_id)}_{year}年{month}月{'' if found.number else '_草稿'}.xlsx"
    kept = attachments.keep(actor, "monthly_return", found.id, found.org_id, name, XLSX, content, at)
    session().flush()
    found.attachment_id, found.sha256 = kept.id, kept.sha256


def content_of(found: MonthlyReturn, plan: Plan, actor: Actor) -> bytes:
    """The workbook's bytes, counted from the records as known at the return's moment."""
    year, month = divmod(found.month, 100)
    place = area(region_book(), found.region_id)
    frame = Frame(actor, place, Period(year, month=month), found.as_of)
    about = Particulars(
        queries.organisation_name(found.org_id), plan, Ledger(frame), frame.period, found.number, found.chain_head
    )
    sheets = workbook(about, queries.tasks(actor, place.id, year, found.as_of))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "return.xlsx")
        write_report(path, sheets, author=about.org_name, made_at=found.as_of)
        return path.read_bytes()

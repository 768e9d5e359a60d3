"""Live through the demonstration year: import month by month, dispose of what fails, enter what is reported.

Everything goes through the operations that the pages use, on the day it would have happened, so that history, clocks and
"as known on" questions are those of a year of work.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from app import clock, files
from app.accounts import sessions
from app.accounts.models import User
from app.authorize import act_as
from app.db import session, transaction
from app.demonstration import rapid, second_looks
from app.demonstration.county import County
from app.demonstration.rows import HEADERS, DemoSample, Maker, table
from app.disposal import operations as disposal
from app.disposal.approvals import outlook
from app.disposal.models import CaseMode, DisposalCase, PenaltyKind
from app.domain.actors import Actor, Role
from app.domain.sheet_import import parse_sheet_table
from app.domain.urgent import Told
from app.domain.workflow import CaseState, UrgentState
from app.reference_data.books import calendar
from app.results import intake
from app.results import operations as results
from app.results.staging import Options, prepare_file
from app.sampling.creating import create_samples
from app.sampling.drafts import Drafter
from app.sampling.sheet_draft import SheetDraft
from app.spreadsheet_cells import Column
from app.spreadsheet_stream import TableSheet, write_table
from app.spreadsheets import read_workbook
from app.urgent import operations as urgent
from app.urgent import queries as urgent_queries
from app.urgent.form_fields import Filled, authorities

MEASURES = ("责令停止销售，封存库存 {n} 公斤，张贴召回公告", "下架库存 {n} 公斤并登记造册，无出厂在途产品")
CAUSES = (
    "种植环节用药间隔期不足，进货查验未索取检测报告",
    "原料验收把关不严，供货者未提供合格证明",
    "加工过程时间温度控制不严，操作人员未按规程清洗消毒",
)
REPAIRS = ("更换供货者，建立批批快检制度，{day} 复查合格", "修订工艺并培训从业人员，复查抽检合格，{day} 验收通过")


def actor(user_id: int | None) -> Actor:
    """The person as actor, with the organisation loaded."""
    found = sessions.load_user(User.id == user_id)
    assert found is not None
    return sessions.actor_of(found)


def run(county: County, maker: Maker, number: int, today: date, say: Callable[[str], None]) -> dict[str, int]:
    """The year up to today. Returns counts of what was made."""
    batches = list(maker.batches(number, today))
    done = {"batches": len(batches), "reported": 0, "waiting": 0}
    for first, last in _months(maker.year, today):
        due = [one for one in batches if first <= one.reported_on <= last]
        with clock.rehearsing(last):
            if due:
                _import(county, due, f"{last.year}年{last.month}月检验结果.xlsx")
                done["reported"] += len(due)
            _dispose(county, maker.random, last, busy=last == today)
            if last != today:  # those of the current month still wait
                _tell_of_serious_findings(county)
        say(f"{last.year}年{last.month}月：导入 {len(due)} 批")
    with clock.rehearsing(today):
        done |= second_looks.look_again(county, batches, _import, actor, today)
    waiting = [one for one in batches if one.reported_on > today]
    _register(county, waiting)
    rapid.record(actor(county.staff[Role.SAMPLER][0][0]), county.region_id, today)
    done["waiting"] = len(waiting)
    return done


def _months(year: int, today: date) -> list[tuple[date, date]]:
    found = []
    for month in range(1, today.month + 1):
        last = date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
        found.append((date(year, month, 1), min(last, today)))
    return found


def _workbook(samples: Sequence[DemoSample], path: Path) -> None:
    columns = [Column(header) for header in HEADERS]
    write_table(path, [TableSheet("data_1", columns, table(samples))])


def _import(county: County, samples: Sequence[DemoSample], filename: str) -> None:
    who = actor(county.staff[Role.STATISTICIAN][0][0])
    act_as(who)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "data.xlsx")
        _workbook(samples, path)
        sha256 = files.store(path.read_bytes()).sha256
    prepared = prepare_file(who, sha256, filename, Options())
    intake.keep_pages(prepared)
    with transaction():
        staged = intake.stage(who, filename, sha256, prepared, clock.now())
    with transaction():
        results.confirm(staged.batch, prepared, who, clock.now())


def _register(county: County, samples: Sequence[DemoSample]) -> None:
    """Sheets whose report is still to come."""
    who = actor(county.staff[Role.SAMPLER][0][0])
    act_as(who)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "sheets.xlsx")
        bare = [
            replace(one, cells={**one.cells, "报告书编号": "/", "报告日期": "/"}, items=one.items[:1])
            for one in samples
        ]
        _workbook(bare, path)
        sheets = parse_sheet_table(read_workbook(path, "sheets.xlsx").sheets)
    drafter = Drafter(who)
    drafts: list[SheetDraft] = [drafter.draft(row.fields, {}, row.line)[0] for row in sheets.rows]
    with transaction():
        create_samples(drafts, who, clock.now(), None)


# ---------------------------------------------------------------- disposal


def _dispose(county: County, random: Random, today: date, *, busy: bool) -> None:
    """Handlers work off what is open; at the end of the year some are still at every stage."""
    handlers = [actor(user_id) for user_id, _ in county.staff[Role.HANDLER]]
    reviewers = [actor(user_id) for user_id, _ in county.staff[Role.REVIEWER][:2]]
    leader, reach = actor(county.staff[Role.LEADER][0][0]), handlers[0].reach
    ids = session().scalars(
        sa.select(DisposalCase.id)
        .where(DisposalCase.state.in_((CaseState.OPEN, CaseState.HANDLING)), DisposalCase.org_id.in_(reach))
        .order_by(DisposalCase.id)
    )
    for case_id in ids.all():
        age = (today - _case(case_id).received_on).days
        progress = random.random() if busy or age < 25 else 0.9 if random.random() < 0.93 else 0.5
        _work(case_id, random.choice(handlers), random.choice(reviewers), leader, random, today, progress)


def _tell_of_serious_findings(county: County) -> None:
    """限时报告: told by telephone at once, acknowledged by the reviewer."""
    handler, reviewer = (actor(county.staff[role][0][0]) for role in (Role.HANDLER, Role.REVIEWER))
    for row in urgent_queries.every_report(handler, urgent_queries.Filters(UrgentState.OPEN.value), clock.now()):
        found = urgent_queries.report(handler, row.id)
        assert found is not None
        told = [
            Told(one, name or "标称生产企业所在地市场监督管理局", clock.now(), "电话", "值班人员")
            for one, name in authorities(found, handler).items()
        ]
        form = Filled(found.confirmed_at, told, "已责令被抽样单位下架封存，停止销售，并启动核查处置。", handler.name, "值班电话")
        with transaction():
            urgent.report(found, form, handler, clock.now())
        with transaction():
            urgent.acknowledge(found, reviewer, clock.now(), "收悉。")


def _case(case_id: int) -> DisposalCase:
    return (
        session()
        .scalars(
            sa.select(DisposalCase)
            .where(DisposalCase.id == case_id)
            .options(joinedload(DisposalCase.sample), joinedload(DisposalCase.handler), selectinload(DisposalCase.quantities))
            .execution_options(populate_existing=True)
        )
        .one()
    )


def _work(case_id: int, handler: Actor, reviewer: Actor, leader: Actor, random: Random, today: date, progress: float) -> None:
    """Claim, record, submit, approve (by the leader what is major): as far as ``progress`` (0 to 1) goes."""
    case = _case(case_id)
    at: datetime = clock.now()
    if case.state is CaseState.OPEN:
        if progress < 0.25:
            return
        with transaction():
            disposal.claim(case, handler, at)
    elif case.handler_id != handler.user_id:
        handler = actor(case.handler_id)
    if progress < 0.45:
        return
    with transaction():
        disposal.record(_case(case_id), handler, _written(_case(case_id), random, today), clock.now())
    if progress < 0.6:
        return
    with transaction():
        disposal.submit(_case(case_id), handler, clock.now())
    if progress < 0.75:
        return
    _decide(case_id, reviewer, leader, progress)


def _decide(case_id: int, reviewer: Actor, leader: Actor, progress: float) -> None:
    """The section closes the ordinary case; what is major goes on to the leader, where some still wait."""
    if not outlook(_case(case_id)).needs_leader:
        with transaction():
            disposal.approve(_case(case_id), reviewer, clock.now(), "同意，材料齐全，准予结案。")
        return
    with transaction():
        disposal.forward(_case(case_id), reviewer, clock.now(), "材料齐全，拟同意结案，请局领导审批。")
    if progress < 0.8:
        return
    with transaction():
        disposal.approve(_case(case_id), leader, clock.now(), "同意结案。")


def _written(case: DisposalCase, random: Random, today: date) -> disposal.CaseRecord:
    """A complete record of the case, as a handler would write it."""
    before = disposal.record_of(case)
    day = today
    if case.mode is CaseMode.NOTIFY:
        return replace(
            before,
            notified_org="标称生产企业所在地县级市场监督管理局",
            notified_on=day,
            notified_no=f"核通〔{day.year}〕{case.id}号",
        )
    fined = random.random() < 0.6
    return replace(
        before,
        served_on=before.received_on,
        control_on=day,
        control=random.choice(MEASURES).format(n=random.randint(2, 60)),
        cause_on=day,
        cause=random.choice(CAUSES),
        rectified_on=day,
        rectification=random.choice(REPAIRS).format(day=day),
        penalty_kind=PenaltyKind.PUNISHED if fined else PenaltyKind.EXEMPT,
        penalty_no=f"市监罚〔{day.year}〕{case.id}号" if fined else None,
        penalty_on=day if fined else None,
        penalty_amount=Decimal(random.randint(10, 80) * 100) if fined else None,
        penalty="没收违法所得并处罚款"
        if fined
        else "履行进货查验义务并能如实说明进货来源，免予处罚（食品安全法第136条）",
        published_on=day,
        publication="已在局门户网站公示",
    )


def today_of(calendar_day: date) -> date:
    """The last working day up to this one: nothing of the demonstration happens on a Sunday."""
    days = calendar()
    while not days.is_working_day(calendar_day):
        calendar_day -= timedelta(days=1)
    return calendar_day

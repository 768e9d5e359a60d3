"""Self-inspection reports and incidents of the demonstration county."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Any

import sqlalchemy as sa

from app.db import session
from app.demonstration.stage import Stage
from app.domain.actors import Role
from app.domain.self_reports import period
from app.domain.supervision_kinds import IncidentDomain, Severity
from app.domain.supervision_states import SelfReportState
from app.enterprises.models import Enterprise, EnterpriseKind
from app.incidents import operations as incidents
from app.incidents import queries as found
from app.incidents.operations import Written
from app.self_reports import operations as self_reports
from app.self_reports import queries
from app.self_reports.models import SelfReport
from app.self_reports.operations import Received

SEED = 17
FOUND = ("原料库防鼠设施破损，已更换", "个别从业人员健康证明到期，已补办", "台账登记不全，已补齐", "未发现问题", "标签标识不规范，整改中")


def self_reported(stage: Stage) -> int:
    """The half-year's reports: most came, some late, some are still owed and were urged; one was waived."""
    random, who = Random(SEED), stage.person(Role.SAMPLER, 1)  # noqa: S311
    half = period(f"{stage.today.year}H1") if stage.today.month > 6 else period(f"{stage.today.year - 1}H2")
    assert half is not None
    begin = max(half.last, date(stage.today.year, 1, 9))
    with stage.on(min(begin, stage.today), who) as at:
        made = self_reports.require("食品生产企业", half.label, who, at)
    due = half.due_on(31)
    owed = list(session().scalars(sa.select(SelfReport.id).order_by(SelfReport.id)))
    for place, report_id in enumerate(owed):
        if place % 6 == 5:
            continue
        day = due + timedelta(days=9) if place % 9 == 4 else due - timedelta(days=random.randint(0, 20))
        with stage.on(min(day, stage.today), who) as at:
            report = _report(who, report_id)
            problems = random.randint(0, 4)
            written = Received(min(day, stage.today), problems, max(problems - place % 2, 0), random.choice(FOUND))
            self_reports.receive(report, written, who, at)
    with stage.on(min(due + timedelta(days=12), stage.today), who) as at:
        for report_id in owed[5::6]:
            self_reports.urge(_report(who, report_id), who, at)
    reviewer = stage.person(Role.REVIEWER)
    with stage.on(stage.back(8), reviewer):
        report = _report(reviewer, owed[-1])
        if report.state is SelfReportState.DUE:
            self_reports.waive(report, reviewer, "该企业已停产，经核实免报")
    return made


def _report(who: Any, report_id: int) -> SelfReport:
    found = queries.self_report(who, report_id)
    assert found is not None
    return found


def incidents_told(stage: Stage) -> int:
    """One that was rated and closed, one that waits for its rating."""
    who, reviewer = stage.person(Role.HANDLER), stage.person(Role.REVIEWER)
    caterer = session().scalars(
        sa.select(Enterprise).join(EnterpriseKind, EnterpriseKind.enterprise_id == Enterprise.id)
        .where(Enterprise.org_id == stage.county.bureau_id, EnterpriseKind.kind == "餐饮服务提供者").order_by(Enterprise.id).limit(1)
    ).one()  # fmt: skip
    place = stage.county.townships[0].id if stage.county.townships else stage.county.region_id
    stories = (
        (stage.back(60), Written(
            IncidentDomain.FOOD, "村宴聚餐后多人腹泻", stage.back(61), stage.back(60),
            "村民家庭自办宴席，餐后 12 人腹泻、呕吐，送医后均已好转。",
            region_id=place, ill=12, dead=0, cause="凉菜交叉污染，检出副溶血性弧菌", measures="封存剩余食品，指导消毒，开展流行病学调查",
        )),
        (stage.back(3), Written(
            IncidentDomain.FOOD, "外卖就餐后疑似食物中毒", stage.back(4), stage.back(3), "3 名顾客食用外卖凉面后呕吐，已就医，样品送检中。",
            region_id=caterer.region_id, enterprise_id=caterer.id, ill=3, dead=0, measures="封存同批次原料，责令暂停销售凉菜",
        )),
    )  # fmt: skip
    numbers = []
    for day, written in stories:
        with stage.on(day, who) as at:
            numbers.append(incidents.report(written, who, at).id)
    with stage.on(stage.back(55), reviewer) as at:
        one = found.incident(reviewer, numbers[0])
        assert one is not None
        incidents.rate(one, Severity.ORDINARY, reviewer, "经评估，符合一般级别。", at)
    with stage.on(stage.back(40), reviewer) as at:
        one = found.incident(reviewer, numbers[0])
        assert one is not None
        incidents.close(one, reviewer, "患者均已痊愈，调查结束。", at)
    return len(numbers)

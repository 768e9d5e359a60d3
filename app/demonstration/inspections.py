"""Inspections of the demonstration county: the year's schedule, records item by item, two signatures, some still to be made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, time, timedelta
from random import Random
from typing import Any

import sqlalchemy as sa

from app.db import session
from app.demonstration.stage import Stage
from app.domain.actors import Actor, Role
from app.domain.inspections import Finding, InspectionRecord, suggested, tally
from app.domain.supervision_kinds import (
    CompanySignature,
    FindingAnswer,
    InspectionMeasure,
    InspectionNature,
    InspectionResult,
)
from app.domain.supervision_states import InspectionState
from app.enterprises import queries as enterprises
from app.enterprises.models import Enterprise, EnterpriseKind, EnterpriseStatus
from app.inspections import finishing, operations, publication, queries, recording
from app.inspections.models import Inspection
from app.rectifications import operations as rectifications
from app.rectifications import queries as orders
from app.rectifications.models import RectificationOrder
from app.rectifications.operations import Written
from app.schedules import operations as schedules
from app.schedules.counting import Wanted

SEED = 49
NUMBER = {"食品生产企业": 16, "小作坊": 8, "食品销售者": 16, "餐饮服务提供者": 16, "食盐经营者": 2, "药品生产企业": 0}
TO_COME = 3
WRONG = ("台账登记不全", "未能提供供货者许可证复印件", "个别产品标签不规范", "防鼠设施破损", "冷藏柜温度记录缺失", "从业人员健康证明过期")


def schedule(stage: Stage) -> int:
    """年度检查安排 from the grades of January."""
    who = stage.person(Role.STATISTICIAN)
    with stage.on(date(stage.today.year, 1, 22), who) as at:
        day = date(stage.today.year, 1, 22)
        found, changing = schedules.computed(Wanted(stage.today.year, day), who, day)
        return schedules.make(found, changing, who, at).added


def inspect(stage: Stage) -> int:
    """One inspection of some enterprises of every kind, spread over the year, by a handler and a sampler."""
    random, made = Random(SEED), 0  # noqa: S311
    first = date(stage.today.year, 2, 10)
    days = max((stage.back(6) - first).days, 1)
    for kind, number in NUMBER.items():
        firms = _firms(stage, kind)
        for place, firm_id in enumerate(firms[:number]):
            day = first + timedelta(days=(place * 37 + len(kind) * 11) % days)
            made += _one(stage, firm_id, kind, day, random)
        for firm_id in firms[number : number + TO_COME] if number else []:
            _planned(stage, firm_id, kind, random)
    return made


def _firms(stage: Stage, kind: str) -> Sequence[int]:
    of_kind = sa.select(EnterpriseKind.enterprise_id).where(EnterpriseKind.kind == kind)
    statement = sa.select(Enterprise.id).where(
        Enterprise.org_id == stage.county.bureau_id, Enterprise.id.in_(of_kind), Enterprise.status == EnterpriseStatus.ACTIVE
    )
    return session().scalars(statement.order_by(Enterprise.id)).all()


def _pair(stage: Stage, random: Random) -> tuple[Actor, Actor]:
    place = random.randrange(3)
    return stage.person(Role.HANDLER, place), stage.person(Role.SAMPLER, place)


def _planned(stage: Stage, firm_id: int, kind: str, random: Random) -> None:
    lead, second = _pair(stage, random)
    with stage.on(stage.back(2), lead) as at:
        firm = _firm(lead, firm_id)
        day = stage.today + timedelta(days=random.randint(1, 12))
        operations.plan(
            firm, kind, InspectionNature.ROUTINE, lead, at, planned_on=day, lead_id=lead.user_id, second_id=second.user_id,
            place=firm.address,
        )  # fmt: skip


def _firm(who: Actor, firm_id: int) -> Enterprise:
    found = enterprises.enterprise(who, firm_id)
    assert found is not None
    return found


def _read(who: Actor, number: int) -> Inspection:
    found = queries.inspection(who, number)
    assert found is not None
    return found


def _one(stage: Stage, firm_id: int, kind: str, day: date, random: Random) -> int:
    lead, second = _pair(stage, random)
    nature = random.choice((InspectionNature.ROUTINE,) * 5 + (InspectionNature.SPECIAL, InspectionNature.UNANNOUNCED))
    with stage.on(day, lead) as at:
        firm = _firm(lead, firm_id)
        made = operations.plan(
            firm, kind, nature, lead, at, planned_on=day, lead_id=lead.user_id, second_id=second.user_id, place=firm.address
        )
        number = made.id
    with stage.on(day, lead) as at:
        operations.start(_read(lead, number), lead, at, inspected_on=day)
    with stage.on(day, lead):
        found = _read(lead, number)
        answers, findings = _answers(found, random)
        recording.record(found, _written(found, findings, day), answers, lead)
    for who in (lead, second):
        with stage.on(day, who) as at:
            recording.sign(_read(who, number), who, at)
    with stage.on(day, lead) as at:
        finishing.finish(_read(lead, number), lead, at)
    return 1


def _answers(found: Inspection, random: Random) -> tuple[Mapping[int, Any], Sequence[Finding]]:
    """Mostly met; now and then something is not, hardly ever a key item."""
    chance = random.choice((0.0, 0.0, 0.0, 0.03, 0.06, 0.22))
    answers: dict[int, Any] = {}
    findings = []
    for item, _ in queries.answered(found):
        if random.random() < chance * (0.4 if item.key else 1):
            answers[item.id] = (FindingAnswer.FAILS, random.choice(WRONG))
        else:
            answers[item.id] = (FindingAnswer.NOT_APPLICABLE if random.random() < 0.05 else FindingAnswer.MEETS, None)
        findings.append(Finding(item.number, item.key, *answers[item.id]))
    return answers, findings


def _written(found: Inspection, findings: Sequence[Finding], day: date) -> InspectionRecord:
    counted = tally(findings)
    result = suggested(counted, recording.most_ordinary(found)) or InspectionResult.MEETS
    measure = {
        InspectionResult.MEETS: InspectionMeasure.NONE, InspectionResult.MOSTLY_MEETS: InspectionMeasure.ON_THE_SPOT,
    }.get(result, InspectionMeasure.RECTIFY)  # fmt: skip
    return InspectionRecord(
        inspected_on=day, from_at=recording.moment(day, time(9, 30)), to_at=recording.moment(day, time(11, 10)), place=found.place,
        company_person=found.enterprise.principal or "负责人", company_signature=CompanySignature.SIGNED,
        company_opinion="情况属实，无异议。", result=result, measure=measure,
        opinion="未发现不符合项。" if not counted.fails else "发现的问题已当场指出，责令按期改正并保存记录。",
    )  # fmt: skip


def follow(stage: Stage) -> dict[str, int]:
    """What inspections of the year were followed by: publication of most, orders to rectify with their re-check."""
    return {"published": _publish(stage), "rectifications": _rectify(stage)}


def _finished(until: date) -> sa.Select[Any]:
    statement = sa.select(Inspection.id, Inspection.finished_on).where(Inspection.state == InspectionState.FINISHED)
    return statement.where(Inspection.finished_on <= until).order_by(Inspection.finished_on, Inspection.id)


def _publish(stage: Stage) -> int:
    """Within their twenty working days; one was late, the last ones still wait."""
    who, made = stage.person(Role.STATISTICIAN), 0
    for place, (number, day) in enumerate(session().execute(_finished(stage.back(15))).all()):
        shown_on = min(day + timedelta(days=45 if place == 7 else 12), stage.back(1))
        with stage.on(shown_on, who) as at:
            publication.publish(_read(who, number), shown_on, "国家企业信用信息公示系统", who, at)
        made += 1
    return made


def _rectify(stage: Stage) -> int:
    """Of what was not met: put right and re-checked, one reported only, the newest under way."""
    rows = session().execute(_finished(stage.back(6)).where(Inspection.measure == InspectionMeasure.RECTIFY)).all()
    for place, (number, day) in enumerate(rows):
        who = stage.person(Role.HANDLER, place)
        with stage.on(day, who) as at:
            needed = "；".join(one.note or "" for one in _read(who, number).findings if one.answer is FindingAnswer.FAILS)
            required = f"对下列问题立即整改并保存记录：{needed}"[:1800]
            written = Written(required, "《食品安全法》第一百二十六条", False, day, day + timedelta(days=15))
            order_id = rectifications.order(_read(who, number), written, who, at).id
        newest = place >= len(rows) - 2
        reported = min(day + timedelta(days=12), stage.back(2))
        if not newest or place == len(rows) - 2:
            with stage.on(reported, who) as at:
                rectifications.report(_order(who, order_id), reported, "已按要求整改，附整改照片和台账。", who, at)
        if not newest:
            checked = min(day + timedelta(days=18), stage.back(1))
            with stage.on(checked, who) as at:
                rectifications.settle(_order(who, order_id), True, checked, "现场复查，问题已整改到位。", who, at)
    return len(rows)


def _order(who: Actor, number: int) -> RectificationOrder:
    found = orders.order(who, number)
    assert found is not None
    return found

"""Risk grades of the demonstration county: static facts, score sheets of the year, one that waits for its second person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from random import Random
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from app import clock
from app.db import session
from app.demonstration.stage import Stage
from app.domain.actors import Role
from app.domain.supervision_kinds import CodeScheme, GradeCause
from app.enterprises.models import Enterprise, EnterpriseCategory, EnterpriseKind, EnterpriseStatus
from app.grading import events, profiles, queries
from app.grading import operations as grading
from app.grading.operations import Asked
from app.grading.profiles import Facts
from app.grading.ruling import ruled_for

SEED = 40
SHARE = {"食品生产企业": 24, "小作坊": 12, "食品销售者": 45, "餐饮服务提供者": 40, "食盐经营者": 5}
UNDECIDED = 2  # of each kind: scored, waiting for the second person
CLASSES = (("0101", "小麦粉"), ("0102", "大米"), ("0103", "挂面"), ("0201", "食用植物油"), ("0301", "酱油"), ("0401", "热加工熟肉制品"))


def _sale(random: Random) -> Mapping[str, Any]:
    small = random.random() < 0.7
    return {
        "area": random.randint(40, 190) if small else random.randint(300, 3500),
        "packed_ambient": random.randint(100, 480) if small else random.randint(900, 9000),
        "packed_chilled": random.randint(0, 90) if small else random.randint(110, 700), "packed_frozen": random.randint(0, 60),
        "loose_ambient": random.randint(0, 80), "loose_chilled": random.randint(0, 40), "loose_frozen": random.randint(0, 30),
        "suppliers": random.randint(5, 45) if small else random.randint(60, 320),
    }  # fmt: skip


def _catering(random: Random) -> Mapping[str, Any]:
    return {
        "dining_area": random.choice((60, 90, 120, 140, 180, 260, 480, 700, 1200)), "cold_dishes": random.randint(0, 18),
        "cold_risky": random.randint(0, 6), "hot_dishes": random.randint(15, 110), "hot_risky": random.randint(2, 35),
        "drinks": random.randint(0, 12),
    }  # fmt: skip


def _workshop(random: Random) -> Mapping[str, Any]:
    return {"workshop_area": random.choice((25, 40, 60, 90, 130)), "workers": random.randint(2, 9), "sold_where": "本县域内"}


def _salt(random: Random) -> Mapping[str, Any]:
    return {"trade": ["零售"], "salt_area": random.choice((30, 60, 120)), "salt_items": random.randint(2, 9), "salt_suppliers": 1}


FACTS = {"食品销售者": _sale, "餐饮服务提供者": _catering, "小作坊": _workshop, "食盐经营者": _salt}


def grade(stage: Stage) -> int:
    """Facts and a grade for most enterprises, of the beginning of the year; some wait, the rest have none yet."""
    random, made = Random(SEED), 0  # noqa: S311
    for kind, number in SHARE.items():
        firms = _firms(stage, kind)[:number]
        _facts(stage, kind, firms, random)
        made += _score(stage, kind, [firm.id for firm in firms])
    return made


def follow_events(stage: Stage) -> int:
    """What the year's records tell of moves the grades that January gave."""
    who = stage.person(Role.HANDLER)
    with stage.on(stage.today, who) as at:
        ids = session().scalars(sa.select(Enterprise.id).where(Enterprise.org_id == stage.county.bureau_id)).all()
        return events.follow(ids, who, at)


def _firms(stage: Stage, kind: str) -> Sequence[Enterprise]:
    of_kind = sa.select(EnterpriseKind.enterprise_id).where(EnterpriseKind.kind == kind)
    statement = sa.select(Enterprise).where(
        Enterprise.org_id == stage.county.bureau_id, Enterprise.id.in_(of_kind), Enterprise.status == EnterpriseStatus.ACTIVE
    )
    return session().scalars(statement.options(selectinload(Enterprise.kinds)).order_by(Enterprise.id)).all()


def _facts(stage: Stage, kind: str, firms: Sequence[Enterprise], random: Random) -> None:
    who = stage.person(Role.SAMPLER)
    with stage.on(date(stage.today.year, 1, 12), who) as at:
        for firm in firms:
            if kind == "食品生产企业":
                code, name = random.choice(CLASSES)
                made = {"scheme": CodeScheme.LICENCE_CLASS, "code": code, "name": name}
                session().add(EnterpriseCategory(org_id=firm.org_id, enterprise_id=firm.id, **made))
                continue
            facts = {name: str(value) if isinstance(value, int) else value for name, value in FACTS[kind](random).items()}
            if kind == "小作坊":
                facts["product"] = [random.choice(_products(firm))]
            profiles.record(firm, Facts(kind, facts, date(stage.today.year, 1, 11), "年度核实"), who, at, former=None)


def _products(firm: Enterprise) -> Sequence[str]:
    """The words of the rule set in force, as its score sheet offers them."""
    ruled = ruled_for(firm.org_id, "小作坊", clock.today(), ())
    assert ruled is not None
    return [one.word for table in ruled.rules.fact_tables if table.code == "product" for one in getattr(table, "choices", ())]


def _score(stage: Stage, kind: str, ids: Sequence[int]) -> int:
    """Scored by one, confirmed by another; the last of them still wait."""
    scorer, reviewer, year = stage.person(Role.HANDLER), stage.person(Role.REVIEWER), stage.today.year
    made = []
    with stage.on(date(year, 1, 15), scorer) as at:
        for firm_id in ids:
            firm = session().get_one(Enterprise, firm_id)
            made.append(grading.score(firm, Asked(kind, year, GradeCause.NEW), scorer, at))
            grading.propose(made[-1], scorer)
        scored = [one.id for one in made]
    with stage.on(date(year, 1, 20), reviewer) as at:
        for grade_id in scored[:-UNDECIDED]:
            found = queries.grade(reviewer, grade_id)
            assert found is not None
            grading.confirm(found, reviewer, at, date(year, 1, 20), comment="同意")
    return len(scored)

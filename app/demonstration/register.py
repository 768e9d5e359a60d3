"""The register of the demonstration county beyond what samples need: stations, people in charge, small workshops, licences that end."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

import sqlalchemy as sa

from app import clock, history
from app.db import session
from app.demonstration import names
from app.demonstration.county import County
from app.demonstration.stage import Stage
from app.domain.actors import Role
from app.enterprises.models import Enterprise, EnterpriseKind, EnterpriseLicence, EnterpriseStatus
from app.organisations.models import Organisation, OrganisationKind
from app.search_text import initials

SEED = 115  # a stream of its own, so that a seed of the year gives the county it always gave
MORE = (  # kind, what the names end in, the licence, how many
    ("小作坊", ("豆腐坊", "馒头坊", "酱菜坊", "粉条坊", "糕点坊"), "小作坊登记证", 14),
    ("食盐经营者", ("盐业门市部",), "食盐零售许可", 5),
    ("药品生产企业", ("制药有限公司",), "药品生产许可证", 3),
    ("网络食品交易第三方平台", ("到家网络科技有限公司",), "备案", 1),
)
PAUSED = 3


def complete(stage: Stage) -> int:
    """Stations and people in charge of every enterprise, and the kinds of enterprise that no sample of the year names."""
    random = Random(SEED)  # noqa: S311  the same county again is the point
    county, who = stage.county, stage.person(Role.STATISTICIAN)
    with stage.on(date(stage.today.year, 1, 8), who) as at:
        stations = {
            place: number
            for number, place in session().execute(
                sa.select(Organisation.id, Organisation.region_id).where(Organisation.kind == OrganisationKind.STATION)
            )
        }
        people = names.people(random)
        made = _more(county, random, at)
        firms = session().scalars(sa.select(Enterprise).where(Enterprise.org_id == county.bureau_id).order_by(Enterprise.id)).all()
        for place, firm in enumerate(firms):
            firm.station_id = stations.get(firm.region_id)
            firm.principal, firm.phone = next(people, "张明"), f"138{random.randrange(10**8):08d}"
            if place % 29 == 7:  # some licences run out about now
                firm.licence_until = stage.today + timedelta(days=random.randint(-40, 80))
            elif firm.licence_until is not None and firm.licence_until < stage.today + timedelta(days=90):
                firm.licence_until += timedelta(days=1826)  # renewed for five years
        for firm in firms[-PAUSED:]:
            firm.status = EnterpriseStatus.PAUSED
        session().flush()
        session().add_all(
            EnterpriseLicence(
                org_id=firm.org_id, enterprise_id=firm.id, kind=firm.licence_kind, number=firm.licence_no, valid_to=firm.licence_until,
                issued_by=county.bureau_name, main=True, recorded_at=at, recorded_by_id=who.user_id,
            )
            for firm in firms
        )  # fmt: skip
        history.record("enterprise", None, "create", who, org_id=county.bureau_id, name=f"演示企业（小作坊、食盐、药品、平台）{made} 家")
    return made


def _more(county: County, random: Random, at: object) -> int:
    brands, short = names.brands(random), county.bureau_name.removesuffix("市场监督管理局")
    made = 0
    for kind, endings, licence, number in MORE:
        for _ in range(number):
            township = random.choice(county.townships) if county.townships else None
            name = f"{short}{next(brands)}{random.choice(endings)}"
            session().add(
                Enterprise(
                    org_id=county.bureau_id, credit_code=names.credit_code(random, county.area), name=name, initials=initials(name),
                    region_id=township.id if township else county.region_id,
                    address=f"{short}{township.name if township else ''}{random.choice('东西南北')}街{random.randint(1, 180)}号",
                    licence_kind=licence, licence_no=f"{licence[:2]}{county.area}{random.randrange(10**6):06d}",
                    licence_until=(clock.now() + timedelta(days=random.randint(90, 1200))).date(), status=EnterpriseStatus.ACTIVE,
                    created_at=at, kinds=[EnterpriseKind(kind=kind, subkind="/")],
                )
            )  # fmt: skip
            made += 1
    session().flush()
    return made

"""The register of the demonstration county beyond what samples need: stations, people in charge, small workshops, licences that end."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

import sqlalchemy as sa

from app import clock, history
from app.archives import operations as archives
from app.archives.operations import Given
from app.db import session
from app.demonstration import names
from app.demonstration.county import County
from app.demonstration.stage import Stage
from app.domain.actors import Role
from app.enterprises import queries as enterprises
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


FILED = {
    "WORKSHOP_CERT": "登记证在有效期内，已核对原件", "RESPONSIBLE": "{principal} {phone}", "STAFF": "4 人，其中生产人员 3 人",
    "SITE": "{address}，约 60 平方米", "PRODUCTS": "豆制品、馒头等当日现做现售品种", "ADDITIVES": "不使用；使用的按标准登记品种和用量",
    "PROCESS": "原料验收—清洗—加工—冷却—包装，关键控制点为加热和冷却", "PACKAGING": "散装，售卖时包装", "SALES_AREA": "本乡镇集市",
}  # fmt: skip


def file_archives(stage: Stage) -> int:
    """Two thirds of the small workshops have their archive, the others the beginning of one; returns how many are whole."""
    who, made = stage.person(Role.SAMPLER), 0
    workshops = sa.select(EnterpriseKind.enterprise_id).where(EnterpriseKind.kind == "小作坊")
    ids = session().scalars(sa.select(Enterprise.id).where(Enterprise.id.in_(workshops)).order_by(Enterprise.id)).all()
    for place, firm_id in enumerate(ids):
        with stage.on(stage.back(30 + place), who) as at:
            firm = enterprises.enterprise(who, firm_id)
            assert firm is not None
            told = {"principal": firm.principal or "/", "phone": firm.phone or "/", "address": firm.address or "/"}
            whole = place % 3 != 2
            codes = list(FILED) if whole else list(FILED)[:4]
            archives.fill(firm, {code: Given(FILED[code].format(**told)) for code in codes}, clock.today(), who, at)
            made += whole
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

"""The demonstration office: bureaus, stations, laboratories, people with one-time passwords, and its enterprises."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random

import sqlalchemy as sa

from app import history
from app.accounts.models import User, UserRole
from app.accounts.passwords import hash_password, one_time_password
from app.db import session
from app.demonstration import names
from app.domain.actors import Actor, Role
from app.domain.samples import Level, Link
from app.enterprises.models import Enterprise, EnterpriseKind, EnterpriseStatus
from app.organisations.models import Organisation, OrganisationKind
from app.reference_data.books import region_book
from app.reference_data.models import Region, RegionLevel
from app.search_text import initials

STATIONS = 5
SHARES = (
    (Link.PRODUCTION, "食品生产企业", names.PRODUCERS, 24),
    (Link.CIRCULATION, "食品销售者", names.SELLERS, 90),
    (Link.CATERING, "餐饮服务提供者", names.CATERERS, 70),
)
COUNTY_STAFF = (
    ("抽样员", Role.SAMPLER, 3),
    ("办案人", Role.HANDLER, 3),
    ("审核人", Role.REVIEWER, 2),
    ("局领导", Role.LEADER, 1),
    ("法制审核员", Role.LEGAL, 1),
    ("统计员", Role.STATISTICIAN, 1),
)
CITY_STAFF = (("审核人", Role.REVIEWER, 1), ("统计员", Role.STATISTICIAN, 1))
ADMINISTRATORS = (
    ("系统管理员", Role.SYSTEM_ADMIN),
    ("安全管理员", Role.SECURITY_ADMIN),
    ("审计管理员", Role.AUDIT_ADMIN),
)
USERNAMES = {
    Role.SAMPLER: "chouyang",
    Role.HANDLER: "banan",
    Role.REVIEWER: "shenhe",
    Role.LEADER: "juling",
    Role.LEGAL: "fazhi",
    Role.STATISTICIAN: "tongji",
    Role.LABORATORY: "jianyan",
    Role.SYSTEM_ADMIN: "xitong",
    Role.SECURITY_ADMIN: "anquan",
    Role.AUDIT_ADMIN: "shenji",
}


@dataclass(frozen=True, slots=True)
class Firm:
    """企业 as a sheet writes it; the replay outlives the session that made the rows."""

    name: str
    address: str
    credit_code: str


@dataclass
class County:
    """Everything the replay of the year needs to know of the office."""

    area: str
    region_id: int
    place: str
    bureau_id: int
    bureau_name: str
    labs: list[str] = field(default_factory=list)
    staff: dict[Role, list[tuple[int, str]]] = field(default_factory=dict)  # (user id, name)
    passwords: list[tuple[str, str, str, str]] = field(default_factory=list)  # user, name, role, password
    firms: dict[Link, list[Firm]] = field(default_factory=dict)
    townships: list[Region] = field(default_factory=list)


def build(random: Random, region: Region, operator: Actor, at: datetime) -> County:
    """Make the office and the register; runs inside a transaction."""
    book = region_book()
    root = session().scalars(sa.select(Organisation).where(Organisation.parent_id.is_(None))).one()
    above = session().get(Region, region.parent_id) or region
    staff = names.people(random)
    if region.level is RegionLevel.COUNTY:
        root.name, root.level, root.region_id = f"{above.name}市场监督管理局", Level.CITY, above.id
        bureau = _organisation(root, region.code, f"{region.name}市场监督管理局", OrganisationKind.BUREAU, region, at)
        bureau.level = Level.COUNTY
    else:
        root.name, root.level, root.region_id = f"{region.name}市场监督管理局", Level.CITY, region.id
        bureau = root
    county = County(region.code, region.id, _written(book.full_name(region.id), above, region), bureau.id, bureau.name)
    labs: list[Organisation] = []
    for ordinal, name in enumerate(("衡清食品检验中心", "远澄检测技术有限公司"), 1):
        labs.append(_organisation(root, f"LAB{ordinal}", name, OrganisationKind.LABORATORY, None, at))
        county.labs.append(name)
    county.townships = list(
        session().scalars(sa.select(Region).where(Region.parent_id == region.id).order_by(Region.code).limit(30))
    )
    for place in county.townships[:STATIONS]:
        _organisation(bureau, place.code, f"{place.short_name}市场监督管理所", OrganisationKind.STATION, place, at)
    _people(county, root, bureau, labs, staff, at)
    _firms(county, random, operator, at)
    history.record("organisation", root.id, "create", operator, org_id=root.id, name="演示数据")
    return county


def _written(full: str, above: Region, region: Region) -> str:
    """The place as sheets write it: 省/市/县."""
    return f"{above.name}/{above.name}/{region.name}" if region.level is RegionLevel.COUNTY else full


def _organisation(
    parent: Organisation, code: str, name: str, kind: OrganisationKind, place: Region | None, at: datetime
) -> Organisation:
    made = Organisation(
        code=code,
        name=name,
        kind=kind,
        parent_id=parent.id,
        path="/",
        region_id=place.id if place else None,
        enabled_on=date(at.year - 1, 1, 1),
        active=True,
        created_at=at,
    )
    session().add(made)
    session().flush()
    made.path = f"{parent.path}{made.id}/"
    return made


def _people(
    county: County,
    root: Organisation,
    bureau: Organisation,
    labs: list[Organisation],
    staff: Iterator[str],
    at: datetime,
) -> None:
    for title, role, number in COUNTY_STAFF:
        for ordinal in range(1, number + 1):
            _person(county, bureau, f"{USERNAMES[role]}{ordinal}", title, role, staff, at)
    if root is not bureau:
        for title, role, _ in CITY_STAFF:
            _person(county, root, f"shi_{USERNAMES[role]}", f"市局{title}", role, staff, at)
    for ordinal, lab in enumerate(labs, 1):
        _person(county, lab, f"{USERNAMES[Role.LABORATORY]}{ordinal}", "承检机构", Role.LABORATORY, staff, at)
    for title, role in ADMINISTRATORS:
        _person(county, root, USERNAMES[role], title, role, staff, at)


def _person(
    county: County, org: Organisation, username: str, title: str, role: Role, staff: Iterator[str], at: datetime
) -> None:
    password = one_time_password()
    name = next(staff)
    user = User(
        org_id=org.id,
        username=username,
        name=name,
        position=title,
        password_hash=hash_password(password),
        must_change=True,
        initial_until=None,
        failed_count=0,
        active=True,
        created_at=at,
        grants=[UserRole(role=role)],
    )
    session().add(user)
    session().flush()
    county.staff.setdefault(role, []).append((user.id, name))
    county.passwords.append((username, name, f"{org.name} {title}", password))


def _firms(county: County, random: Random, operator: Actor, at: datetime) -> None:
    brands = names.brands(random)
    short = county.bureau_name.removesuffix("市场监督管理局")
    for link, kind, endings, number in SHARES:
        made = []
        for _ in range(number):
            township = random.choice(county.townships) if county.townships else None
            name = f"{short}{next(brands)}{random.choice(endings)}"
            firm = Enterprise(
                org_id=county.bureau_id,
                credit_code=names.credit_code(random, county.area),
                name=name,
                initials=initials(name),
                region_id=township.id if township else county.region_id,
                address=f"{short}{township.name if township else ''}{random.choice('东西南北')}街{random.randint(1, 180)}号",
                licence_kind="生产许可证" if link is Link.PRODUCTION else "经营许可证",
                licence_no=_licence(link, random, county.area),
                licence_until=(at + timedelta(days=random.randint(60, 1500))).date(),
                status=EnterpriseStatus.ACTIVE,
                created_at=at,
                kinds=[EnterpriseKind(kind=kind, subkind="/")],
            )
            session().add(firm)
            made.append(Firm(firm.name, firm.address or "/", firm.credit_code or "/"))
        session().flush()
        county.firms[link] = made
    total = sum(len(firms) for firms in county.firms.values())
    history.record("enterprise", None, "create", operator, org_id=county.bureau_id, name=f"演示企业 {total} 家")


def _licence(link: Link, random: Random, area: str) -> str:
    prefix = {Link.PRODUCTION: "SC101", Link.CATERING: "JY2"}.get(link, "JY1")
    digits = 17 - len(prefix) - len(area) if prefix.startswith("JY") else 17 - len(prefix) - 6
    return f"{prefix}{area}{random.randrange(10**digits):0{digits}d}"[:17]

"""What is done with organisations: add one below another, edit it, take it out of use, name the root.

An organisation is never moved under another parent: who may see a record follows from the path, so a move would change
who sees (and who answers for) everything already recorded, sealed returns included. A bureau that is merged into another
is taken out of use, and new work is entered under the other.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from app import history
from app.accounts.models import User
from app.db import session
from app.disposal.models import DisposalCase
from app.domain.actors import Actor
from app.domain.samples import Level
from app.domain.workflow import CaseState
from app.errors import NotAllowed, NotAllowedNow, NotLikeThis
from app.organisations.models import Organisation, OrganisationKind
from app.reference_data.models import Region

KIND = Organisation.__tablename__
UNNAMED = "ROOT"  # the code the first migration gives the root; `init` replaces it
CODE = re.compile(r"[A-Za-z0-9_-]{2,40}")
STALE = "该机构刚被他人修改，请刷新页面核对后再操作"
UNDER_WAY = (CaseState.OPEN, CaseState.HANDLING, CaseState.AWAITING, CaseState.LEADING)


@dataclass(frozen=True, slots=True)
class Details:
    """What an administrator writes about an organisation."""

    name: str
    kind: OrganisationKind
    level: Level | None = None
    region_code: str | None = None
    enabled_on: date | None = None
    phone: str | None = None
    document_prefix: str | None = None


@dataclass(frozen=True, slots=True)
class Root:
    """The organisation that runs this instance, as ``init`` names it."""

    name: str
    code: str
    region_code: str | None = None
    level: str | None = None


def create(actor: Actor, parent: Organisation, code: str, details: Details, now: datetime) -> Organisation:
    """新建机构 below another."""
    if parent.id not in actor.reach:
        raise NotAllowed("只能在本单位及下级单位下新建机构")
    if not parent.active:
        raise NotAllowedNow("上级机构已停用，不能在其下新建机构")
    _check_code(code)
    region_id = _check(details, parent)
    made = Organisation(
        code=code, name=details.name, kind=details.kind, level=details.level, parent_id=parent.id, path=parent.path,
        region_id=region_id, enabled_on=details.enabled_on, phone=details.phone,
        document_prefix=details.document_prefix, active=True, created_at=now,
    )
    session().add(made)
    session().flush()
    made.path = f"{parent.path}{made.id}/"
    changes = {"名称": (None, made.name), "代码": (None, code), "上级机构": (None, parent.name)}
    history.record(KIND, made.id, "create", actor, org_id=made.id, name=made.name, changes=changes)
    return made


def _check_code(code: str) -> None:
    if not CODE.fullmatch(code):
        raise NotLikeThis("机构代码须为 2 至 40 个字母、数字、横线或下划线", field="code")
    if session().scalar(sa.select(Organisation.id).where(Organisation.code == code)) is not None:
        raise NotLikeThis(f"机构代码“{code}”已被使用，请核对", field="code")


def _check(details: Details, parent: Organisation | None) -> int | None:
    """The region's id; raises NotLikeThis where kind, level and place do not go together."""
    if details.kind is OrganisationKind.BUREAU and details.level is None:
        raise NotLikeThis("市场监管局须选择单位级别", field="level")
    if details.kind is not OrganisationKind.BUREAU and details.level is not None:
        raise NotLikeThis("只有市场监管局填写单位级别，请改选“无”", field="level")
    if parent is not None and parent.kind is not OrganisationKind.BUREAU:
        raise NotLikeThis("只有市场监管局可以有下级机构，请另选上级机构", field="kind")
    return _region_id(details.region_code)


def _region_id(code: str | None) -> int | None:
    if not code:
        return None
    found = session().scalar(sa.select(Region.id).where(Region.code == code))
    if found is None:
        told = (
            f"没有行政区划代码“{code}”，请核对；若尚未装载基础数据，请先装载。代码无误而数据中没有的，先增加它和它的上级："
            "在“基础数据”的“行政区划与人口”点“新增行政区划”，或在服务器上用 regions import 命令（见安装说明）"
        )
        raise NotLikeThis(told, field="region_code")
    return found


def edit(actor: Actor, organisation: Organisation, details: Details, seen: int) -> None:
    """修改机构; the code and the parent stay."""
    _same(organisation, seen)
    region_id = _check(details, None)
    _keep_children(organisation, details)
    changes = {
        "名称": (organisation.name, details.name),
        "类别": (organisation.kind, details.kind),
        "级别": (organisation.level, details.level),
        "行政区划": (_region_code(organisation.region_id), details.region_code),
        "启用日期": (organisation.enabled_on, details.enabled_on),
        "电话": (organisation.phone, details.phone),
        "机关代字": (organisation.document_prefix, details.document_prefix),
    }
    if all(before == after for before, after in changes.values()):
        return
    organisation.name, organisation.kind, organisation.level = details.name, details.kind, details.level
    organisation.region_id, organisation.enabled_on, organisation.phone = region_id, details.enabled_on, details.phone
    organisation.document_prefix = details.document_prefix
    history.record(KIND, organisation.id, "edit", actor, org_id=organisation.id, name=details.name, changes=changes)


def _keep_children(organisation: Organisation, details: Details) -> None:
    """A change of kind must not leave subordinates below a station, nor people in a role their office cannot have."""
    if details.kind is organisation.kind:
        return
    if details.kind is not OrganisationKind.BUREAU and _children(organisation, active_only=False):
        raise NotLikeThis("该机构有下级机构，类别只能是市场监管局", field="kind")
    if OrganisationKind.LABORATORY in (details.kind, organisation.kind) and _people(organisation):
        raise NotLikeThis("该机构有在用账号，不能在监管单位与承检机构之间更改类别，请先停用账号", field="kind")


def _region_code(region_id: int | None) -> str | None:
    return session().scalar(sa.select(Region.code).where(Region.id == region_id)) if region_id else None


def deactivate(actor: Actor, organisation: Organisation, seen: int) -> None:
    """停用机构; refused while anybody works there or a case is open."""
    _same(organisation, seen)
    if not organisation.active:
        raise NotAllowedNow("该机构已是停用状态")
    children = _children(organisation, active_only=True)
    if children:
        raise NotAllowedNow(f"该机构下有 {children} 个在用的下级机构，请先停用下级机构")
    people = _people(organisation)
    if people:
        raise NotAllowedNow(f"该机构有 {people} 个在用账号，请先停用或调整到其他机构")
    cases = session().scalar(
        sa.select(sa.func.count()).select_from(DisposalCase).where(
            DisposalCase.org_id == organisation.id, DisposalCase.state.in_(UNDER_WAY)
        )
    )
    if cases:
        raise NotAllowedNow(f"该机构有 {cases} 件未办结的核查处置案件，请办结后再停用")
    organisation.active = False
    history.record(KIND, organisation.id, "disable", actor, org_id=organisation.id, name=organisation.name)


def _children(organisation: Organisation, *, active_only: bool) -> int:
    statement = sa.select(sa.func.count()).select_from(Organisation).where(Organisation.parent_id == organisation.id)
    if active_only:
        statement = statement.where(Organisation.active.is_(True))
    return session().scalar(statement) or 0


def _people(organisation: Organisation) -> int:
    return session().scalar(
        sa.select(sa.func.count()).select_from(User).where(User.org_id == organisation.id, User.active.is_(True))
    ) or 0


def activate(actor: Actor, organisation: Organisation, seen: int) -> None:
    """启用机构."""
    _same(organisation, seen)
    if organisation.active:
        raise NotAllowedNow("该机构已是启用状态")
    parent = session().get(Organisation, organisation.parent_id) if organisation.parent_id else None
    if parent is not None and not parent.active:
        raise NotAllowedNow("上级机构已停用，请先启用上级机构")
    organisation.active = True
    history.record(KIND, organisation.id, "enable", actor, org_id=organisation.id, name=organisation.name)


def name_root(actor: Actor, root: Root) -> Organisation:
    """Make the nameless root of a fresh database this office; refused once it has been named or has users."""
    found = session().scalars(sa.select(Organisation).where(Organisation.parent_id.is_(None))).one()
    if found.code != UNNAMED or session().scalar(sa.select(User.id).limit(1)) is not None:
        raise NotAllowedNow(f"本系统已经初始化（{found.name}），不能重复初始化；请由系统管理员在页面中维护机构和用户")
    if not CODE.fullmatch(root.code):
        raise NotLikeThis("单位代码须为 2 至 40 个字母、数字、横线或下划线", field="code")
    if root.level is not None and root.level not in {level.value for level in Level}:
        raise NotLikeThis(f"单位级别只能是：{'、'.join(level.value for level in Level)}", field="level")
    changes = {"名称": (found.name, root.name), "代码": (found.code, root.code)}
    found.name, found.code = root.name, root.code
    found.region_id = _region_id(root.region_code)
    found.level = Level(root.level) if root.level else None
    history.record(KIND, found.id, "edit", actor, org_id=found.id, name=root.name, changes=changes)
    return found


def _same(organisation: Organisation, seen: int) -> None:
    if organisation.version != seen:
        raise NotAllowedNow(STALE)

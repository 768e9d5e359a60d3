"""Changing the register of enterprises: one by the form, or thousands by an import. Never commits, never sees a request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.attributes import flag_modified

from app import history
from app.db import insert_many, reserve_ids, session
from app.domain.actors import Actor
from app.domain.permissions import Permission, permits
from app.enterprises import belongings, former_names, queries
from app.enterprises.belongings import Corrected
from app.enterprises.details import (
    COLUMNS,
    Changes,
    Details,
    Words,
    details_of,
    differences,
    in_words,
    place_of,
    title_of,
    whole_in_words,
)
from app.enterprises.models import Enterprise, EnterpriseKind, EnterpriseStatus
from app.enterprises.stations import MISFIT, Stations
from app.errors import NotAllowed, NotAllowedNow, NotLikeThis
from app.reference_data.books import region_book
from app.sampling.bureaus import Bureaus
from app.sampling.models import Sample
from app.search_text import initials

KIND = Enterprise.__tablename__
TABLE: Any = Enterprise.__table__
KINDS: Any = EnterpriseKind.__table__
SAMPLES: Any = Sample.__table__
LINKED = "关联样品"
PART = 500
LONGEST_INITIALS = 200
STALE = "该企业档案刚被他人修改，请核对下面列出的不同之处后再保存；您填写的内容仍保留在表单中"
TAKEN_BY_US = "统一社会信用代码 {} 已登记为“{}”，不能重复登记：请在企业档案中查找并更正原有档案"
TAKEN = "统一社会信用代码 {} 已由其他单位登记，不能重复登记：请核对代码；确属本单位辖区的，请联系上级单位调整"
JUST_TAKEN = "统一社会信用代码刚被他人登记，本次登记未生效：请在企业档案中查找后再办理"
SAME_PLACE = "已有同名同址的企业“{}”：请更正原有档案，需要时补填统一社会信用代码，不要重复登记"
NO_ADDRESS = "没有统一社会信用代码的企业须填写地址，以便与同名企业区分"
FOREIGN = "该区域由其他单位管辖，不能登记在本单位名下：请核对所属区域"
FORMERLY = "同址的企业“{}”曾用此名称：请更正原有档案，不要重复登记；确是另一家的，请填写统一社会信用代码"
MERGED = "该档案已合并到“{}”，不能再更正：请更正合并后的档案"
UNCHANGED = "内容没有变化，未保存"


class Owners:
    """管辖单位: the bureau of an enterprise's place; read once for a whole import."""

    def __init__(self, actor: Actor) -> None:
        self._actor, self._book, self._bureaus = actor, region_book(), Bureaus(actor)

    def of(self, region_id: int | None) -> int | None:
        """The organisation that the place belongs to; None when it is none of the actor's."""
        found = self._bureaus.of_place(self._book.up(region_id) if region_id else ())
        return found if found in self._actor.reach else None

    def after(self, enterprise: Enterprise, region_id: int | None) -> int | None:
        """The same for a known enterprise: within its county it stays with the office that has it, be it a station."""
        if region_id is None or self._book.county_of(enterprise.region_id) == self._book.county_of(region_id):
            return enterprise.org_id
        return self.of(region_id)


def _mine(org_id: int | None) -> int:
    if org_id is None:
        raise NotLikeThis(FOREIGN, field="region")
    return org_id


# ---------------------------------------------------------------- one at a time

def create(details: Details, actor: Actor, at: datetime) -> Enterprise:
    """登记企业, in the register of the bureau of its place.

    Raises NotLikeThis when it is registered already, NotAllowedNow when somebody was quicker by a moment.
    """
    if not permits(actor, Permission.ENTERPRISE_CREATE):
        raise NotAllowed("您没有登记企业的权限，如确需办理请联系科室负责人")
    refuse_duplicate(details, actor, None)
    org_id = _mine(Owners(actor).of(details.region_id))
    refuse_misfit(details, org_id, Stations())
    enterprise = Enterprise(
        **{name: getattr(details, name) for name in COLUMNS}, org_id=org_id,
        initials=initials_of(details.name), created_at=at, created_by_id=actor.user_id,
        kinds=[EnterpriseKind(kind=kind, subkind=subkind) for kind, subkind in sorted(details.kinds)],
    )  # fmt: skip
    session().add(enterprise)
    _flush()
    belongings.enter([(enterprise.id, org_id, details)], actor, at)
    _tell_created(enterprise.id, enterprise.org_id, details, actor, _link([enterprise.id]))
    return enterprise


def _flush() -> None:
    """Somebody may register the same code at the same moment: the database decides who was first."""
    try:
        session().flush()
    except IntegrityError as error:
        raise NotAllowedNow(JUST_TAKEN, field="credit_code") from error


def correct(
    enterprise: Enterprise, details: Details, actor: Actor, reason: str | None, *, seen: int | None = None
) -> Changes:
    """更正企业: take over what is said otherwise; before and after, a former name among them, go into history.

    Raises NotAllowedNow when the record was changed since ``seen``, NotLikeThis when nothing differs.
    """
    if not permits(actor, Permission.ENTERPRISE_CORRECT, enterprise):
        raise NotAllowed("您没有更正该企业档案的权限，如确需办理请联系科室负责人")
    if seen is not None and seen != enterprise.version:
        raise NotAllowedNow(STALE)
    refuse_merged(enterprise)
    before, org_before = details_of(enterprise), enterprise.org_id
    changes = differences(before, details)
    if not changes:
        raise NotLikeThis(UNCHANGED)
    refuse_duplicate(details, actor, enterprise.id)
    org_id = _mine(Owners(actor).after(enterprise, details.region_id))
    refuse_misfit(details, org_id, Stations())
    _apply(enterprise, details, org_id)
    _flush()
    belongings.follow([Corrected(enterprise, before, details, changes, org_before)], actor)
    _tell_corrected(enterprise, changes, actor, reason, _link([enterprise.id] if "credit_code" in changes else []))
    return changes


def _apply(enterprise: Enterprise, details: Details, org_id: int) -> None:
    """Put the details into the row; its version moves even when only the kinds do."""
    for name in COLUMNS:
        setattr(enterprise, name, getattr(details, name))
    enterprise.org_id, enterprise.initials = org_id, initials_of(details.name)
    kept = [each for each in enterprise.kinds if (each.kind, each.subkind) in details.kinds]
    fresh = sorted(details.kinds - {(each.kind, each.subkind) for each in kept})
    if fresh or len(kept) < len(enterprise.kinds):
        enterprise.kinds = [*kept, *(EnterpriseKind(kind=kind, subkind=subkind) for kind, subkind in fresh)]
    flag_modified(enterprise, "name")


def refuse_merged(enterprise: Enterprise) -> None:
    """A merged record is kept as it was: what is said of the enterprise is said of the other record."""
    if enterprise.status is EnterpriseStatus.MERGED:
        raise NotAllowedNow(MERGED.format(queries.name_of(enterprise.merged_into_id) or "另一档案"))


def refuse_misfit(details: Details, org_id: int, stations: Stations) -> None:
    """责任监管所 is the owner itself or one of the organisations below it."""
    if details.station_id is not None and not stations.fits(details.station_id, org_id):
        raise NotLikeThis(MISFIT.format(stations.name(details.station_id) or ""), field="station")


def unmask(enterprise: Enterprise, actor: Actor) -> None:
    """Who looked at the people of an enterprise is in its history. The caller has asked PERSONAL_UNMASK."""
    seen = [title_of(name) for name in ("principal", "phone") if getattr(enterprise, name)]
    history.record(
        KIND, enterprise.id, "unmask", actor, org_id=enterprise.org_id, name=enterprise.name,
        comment="查看：" + "、".join(seen) if seen else "没有个人信息",
    )  # fmt: skip


def initials_of(name: str) -> str | None:
    return initials(name)[:LONGEST_INITIALS] or None


def refuse_duplicate(details: Details, actor: Actor, own_id: int | None) -> None:
    """One enterprise per credit code in the whole installation; without a code, one per name and address in our reach."""
    holder = queries.holders([details.credit_code]).get(details.credit_code) if details.credit_code else None
    if holder is not None and holder.id != own_id:
        raise NotLikeThis(taken(holder, actor), field="credit_code")
    if not details.credit_code and not details.address:
        raise NotLikeThis(NO_ADDRESS, field="address")
    for twin in queries.namesakes(actor, [details.name]):
        told_apart = details.credit_code and twin.credit_code
        if twin.id != own_id and twin.place == details.place and not told_apart:
            raise NotLikeThis(SAME_PLACE.format(twin.name), field="name")
    if not details.credit_code:
        for former, known in former_names.formerly(actor, [details.name]):
            if known.id != own_id and place_of(former, known.address) == details.place:
                raise NotLikeThis(FORMERLY.format(known.name), field="name")


def taken(holder: queries.Known, actor: Actor) -> str:
    """Whose the code is, as far as this actor may know."""
    if holder.org_id in actor.reach:
        return TAKEN_BY_US.format(holder.credit_code, holder.name)
    return TAKEN.format(holder.credit_code)


# ---------------------------------------------------------------- many at once

@dataclass(frozen=True, slots=True)
class Registered:
    """What an import says of an enterprise, and the organisation it belongs to."""

    details: Details
    org_id: int


def create_many(found: Sequence[Registered], actor: Actor, at: datetime, batch_id: int, comment: str) -> list[int]:
    """Register the enterprises of an import; the caller has asked the permission and looked for duplicates.

    Returns their ids. Raises NotAllowedNow when a code was registered since: nothing is then written.
    """
    if queries.holders([each.details.credit_code for each in found if each.details.credit_code]):
        raise NotAllowedNow(f"文件中有{JUST_TAKEN}")
    ids = list(reserve_ids(TABLE, len(found)))
    numbered = list(zip(ids, found, strict=True))
    rows = [
        {
            "id": enterprise_id, "org_id": each.org_id, **{name: getattr(each.details, name) for name in COLUMNS},
            "initials": initials_of(each.details.name), "created_at": at, "created_by_id": actor.user_id,
            "import_batch_id": batch_id, "version": 1,
        }
        for enterprise_id, each in numbered
    ]  # fmt: skip
    kinds = [
        {"enterprise_id": enterprise_id, "kind": kind, "subkind": subkind}
        for enterprise_id, each in numbered
        for kind, subkind in sorted(each.details.kinds)
    ]
    _insert(rows, kinds)
    belongings.enter([(enterprise_id, each.org_id, each.details) for enterprise_id, each in numbered], actor, at)
    linked = _link(ids)
    words = Words()
    for enterprise_id, each in numbered:
        told = whole_in_words(each.details, words) | _linked(linked.get(enterprise_id))
        history.record(
            KIND, enterprise_id, "create", actor, org_id=each.org_id, name=each.details.name, comment=comment, changes=told
        )
    return ids


def _insert(rows: Sequence[Mapping[str, Any]], kinds: Sequence[Mapping[str, Any]]) -> None:
    try:
        insert_many(TABLE, rows)
        insert_many(KINDS, kinds)
    except Exception as error:  # the two drivers have a name of their own for it, and neither is imported here
        if type(error).__name__ not in ("IntegrityError", "UniqueViolation"):
            raise
        raise NotAllowedNow(f"文件中有{JUST_TAKEN}") from error


def correct_many(found: Sequence[tuple[Enterprise, Registered]], actor: Actor, comment: str) -> None:
    """Take over what an import says of enterprises read before the transaction.

    Raises NotAllowedNow when a code is in use, StaleDataError when one of them was changed since it was read.
    """
    told = [_corrected(enterprise, each) for enterprise, each in found]
    coded = [each.details.credit_code for _, each in found if each.details.credit_code]
    ours = {enterprise.id for enterprise, _ in found}
    if any(holder.id not in ours for holder in queries.holders(coded).values()):
        raise NotAllowedNow(f"文件中有{JUST_TAKEN}")
    for enterprise, each in found:
        _apply(enterprise, each.details, each.org_id)
    _flush()
    belongings.follow(told, actor)
    linked = _link([each.enterprise.id for each in told if "credit_code" in each.changes])
    words = Words()
    for corrected in told:
        _tell_corrected(corrected.enterprise, corrected.changes, actor, comment, linked, words)


def _corrected(enterprise: Enterprise, wanted: Registered) -> Corrected:
    before = details_of(enterprise)
    return Corrected(enterprise, before, wanted.details, differences(before, wanted.details), enterprise.org_id)


# ---------------------------------------------------------------- samples and history

def _link(enterprise_ids: Sequence[int]) -> dict[int, int]:
    """Samples taken under these enterprises' credit codes become theirs where nobody has said otherwise; how many of each.

    The link is no step of the sample's workflow and changes nothing written on its sheet: the version stays, so that an
    import of sheets can still be undone and nobody's open form is refused. The history of the enterprise tells of it.
    """
    found: dict[int, int] = {}
    for start in range(0, len(enterprise_ids), PART):
        counts = queries.unlinked_samples(enterprise_ids[start : start + PART])
        if counts:
            named = sa.select(Enterprise.id).where(Enterprise.credit_code == SAMPLES.c.sampled_credit_code)
            codes = sa.select(Enterprise.credit_code).where(Enterprise.id.in_(list(counts)))
            here = SAMPLES.c.sampled_enterprise_id.is_(None), SAMPLES.c.sampled_credit_code.in_(codes)
            session().execute(sa.update(SAMPLES).where(*here).values(sampled_enterprise_id=named.scalar_subquery()))
        found |= counts
    return found


def _tell_created(
    enterprise_id: int, org_id: int, details: Details, actor: Actor, linked: Mapping[int, int]
) -> None:
    told = whole_in_words(details) | _linked(linked.get(enterprise_id))
    history.record(KIND, enterprise_id, "create", actor, org_id=org_id, name=details.name, changes=told)


def _tell_corrected(
    enterprise: Enterprise, changes: Changes, actor: Actor, comment: str | None, linked: Mapping[int, int],
    words: Words | None = None,
) -> None:  # fmt: skip
    told = in_words(changes, words) | _linked(linked.get(enterprise.id))
    history.record(
        KIND, enterprise.id, "edit", actor, org_id=enterprise.org_id, name=enterprise.name, comment=comment, changes=told
    )


def _linked(count: int | None) -> Changes:
    return {LINKED: (None, f"{count} 批")} if count else {}

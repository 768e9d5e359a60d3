"""Is a list still what the record says? Asked before it is submitted and before it is published."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from app.db import session
from app.domain import publications as rules
from app.domain.reporting_kinds import PublicNature
from app.domain.states import SampleState
from app.errors import NotAllowedNow, NotLikeThis
from app.publications import queries
from app.publications.composing import Composed, compose
from app.publications.models import Publication, PublicationItem
from app.publications.standings import readiness
from app.sampling.models import Sample

SHOWN = 5


@dataclass(frozen=True, slots=True)
class Moved:
    """A batch that is not what the draft says any more; ``leaves``: it may not be published now."""

    item: PublicationItem
    leaves: bool
    words: str
    now: Mapping[str, Any] | None = None


def moved(found: Publication, today: date, *, lock: bool = True) -> list[Moved]:
    """Batches of a first list whose record has changed since, or which now have to wait; locked where something follows from it."""
    items = queries.every_item(found)
    ids = [one.sample_id for one in items]
    if lock:
        session().execute(sa.select(Sample.id).where(Sample.id.in_(ids)).order_by(Sample.id).with_for_update())
    composed = compose(ids, found.kind, rules.width_of(items[0].content, found.kind)) if items else {}
    ready = readiness([one.row for one in composed.values() if one.row.reported_on is not None], today)
    told = [_moved(one, composed[one.sample_id], ready.get(one.sample_id), found) for one in items]
    return [one for one in told if one is not None]


def _moved(item: PublicationItem, now: Composed, ready: Any, found: Publication) -> Moved | None:
    if now.row.state is not SampleState.REPORTED or now.voided or ready is None:
        return Moved(item, True, "样品已作废或报告已撤回")
    if now.row.supervision != found.kind.value:
        return Moved(item, True, f"监督结论现为“{now.row.supervision.value if now.row.supervision else '无'}”")
    if ready.hold is not None:
        return Moved(item, True, ready.hold.reason)
    changed = rules.differences(item.content, now.content)
    if not changed:
        return None
    words = "，".join(f"{one.title}现为“{one.now}”" for one in changed)
    return Moved(item, False, words, {**now.content, "note": item.content.get("note", "")})


def refuse_moved(found: Publication, today: date) -> None:
    """Raises NotAllowedNow with what has changed. A correction carries its own words, a withdrawal those of the list."""
    if found.nature is not PublicNature.FIRST:
        _refuse_settled(found)
        return
    if not queries.number_of_items(found):
        raise NotLikeThis("清单中没有批次，请作废后重新起草")
    changed = moved(found, today)
    if changed:
        some = "；".join(f"{one.item.sample_number} {one.words}" for one in changed[:SHOWN])
        more = f"；等 {len(changed)} 批" if len(changed) > SHOWN else ""
        raise NotAllowedNow(f"起草后记录已变化，请退回草稿并“重新取数”：{some}{more}")


def _refuse_settled(found: Publication) -> None:
    """What it is about must still stand in its list."""
    roots = [one.corrects_id for one in queries.every_item(found) if one.corrects_id is not None]
    gone = session().scalars(
        sa.select(PublicationItem.sample_number).where(PublicationItem.id.in_(roots), PublicationItem.withdrawn_at.is_not(None))
    ).all()
    if gone:
        raise NotAllowedNow(f"{'、'.join(list(gone)[:SHOWN])} 已从原公示撤回，请作废本公告后重新起草")


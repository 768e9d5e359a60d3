"""复检机构: the list frozen and drawn with ``drawings``, the laboratory designated from the draw, another where it cannot take it on.

The retest keeps the draw that is in force; a draw that was made is used before there can be another, so that nobody draws until the
name suits him.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from app import clock, history
from app.db import session
from app.domain.actors import Actor
from app.domain.drawing import Entry
from app.domain.retest_laboratories import FirstLaboratory, Listed, exclusions
from app.domain.sampling_kinds import DrawKind
from app.domain.workflow import DrawingState, RetestState, RetestStep
from app.drawings import operations as drawings
from app.drawings.models import Drawing
from app.drawings.operations import Promise
from app.drawings.pools import Candidate
from app.drawings.queries import drawn_entries
from app.errors import NotAllowedNow, NotLikeThis
from app.retests import clocks, queries
from app.retests.models import Retest, RetestLaboratory
from app.retests.operations import KIND, refuse_day

NOBODY = "名录中没有可以抽取的复检机构：请先在复检机构名录中登记，或核对排除理由"


@dataclass(frozen=True, slots=True)
class Proposed:
    """One entry of the list with why it takes no part."""

    laboratory: RetestLaboratory
    entry: Entry


def proposed(retest: Retest, on: date, avoided: Mapping[int, str] | None = None) -> list[Proposed]:
    """The list for this retest, in the order of the draw; ``avoided`` are those with an interest (第三十二条), with their reason."""
    rows = queries.listed_for(retest)
    listed = [
        Listed(row.id, row.name, row.valid_from, row.valid_to, row.laboratory_org_id, row.org_id == retest.org_id) for row in rows
    ]
    sample = retest.sample
    first = FirstLaboratory(sample.laboratory_org_id, queries.first_laboratory_names(sample))
    why = exclusions(listed, on, first, queries.refused_by(retest), avoided or {})
    often = {row.code for row in rows if sum(other.code == row.code for other in rows) > 1}
    found = [
        Proposed(row, Entry(f"{row.code}/{row.org_id}" if row.code in often else row.code, row.name, excluded=why.get(row.id)))
        for row in rows
    ]
    return sorted(found, key=lambda each: each.entry.code.encode())


def eligible(found: Sequence[Proposed]) -> list[RetestLaboratory]:
    return [each.laboratory for each in found if each.entry.excluded is None]


def freeze(
    retest: Retest, actor: Actor, at: datetime, secret: bytes, *, avoided: Mapping[int, str] | None = None, seen: int | None = None
) -> Drawing:
    """冻结名单: with its exclusions and the promise on record; the draw itself follows with a word of the witness."""
    if seen is not None and seen != retest.version:
        raise NotAllowedNow("该复检已被他人修改，请刷新页面核对后再操作")
    if retest.state is not RetestState.ACCEPTED:
        raise NotAllowedNow("只有已受理、还没有确定复检机构的复检可以冻结名单")
    earlier = queries.drawing_of(retest)
    if earlier is not None and earlier.state is not DrawingState.VOIDED:
        what = "请先按抽取结果确定复检机构" if earlier.state is DrawingState.DRAWN else "请由见证人给出公开词后抽取，或先作废"
        raise NotAllowedNow(f"本次复检已冻结名单（{earlier.number}），{what}")
    found = proposed(retest, clock.office_time(at).date(), avoided)
    if not eligible(found):
        raise NotAllowedNow(NOBODY)
    subject = f"{retest.number} 确定复检机构（样品 {retest.sample.number}）"
    candidates = [Candidate(each.entry, each.laboratory.id) for each in found]
    made = drawings.freeze(Promise(DrawKind.RETEST_LABORATORY, subject, 1, candidates, secret), actor, at)
    before, retest.drawing_id = earlier.number if earlier is not None else None, made.id
    history.record(
        KIND, retest.id, "freeze_laboratories", actor, org_id=retest.org_id, name=retest.number,
        comment=f"名单 {len(found)} 个，参加抽取 {len(eligible(found))} 个", changes={"drawing": (before, made.number)},
    )  # fmt: skip
    session().flush()  # two at once: the second meets a version that has moved
    return made


def drawn(retest: Retest) -> RetestLaboratory | None:
    """The laboratory that the draw in force has drawn."""
    drawing = queries.drawing_of(retest)
    if drawing is None or drawing.state is not DrawingState.DRAWN:
        return None
    entries = drawn_entries(drawing)
    return session().get(RetestLaboratory, entries[0].subject_id) if entries else None


def designate(
    retest: Retest, on: date, actor: Actor, at: datetime, reason: str | None = None, *, seen: int | None = None
) -> RetestLaboratory:
    """确定复检机构: the one drawn; by hand only where a single one is left, with the reason in writing."""
    refuse_day(retest, "designated_on", on, clock.office_time(at).date())
    chosen, said = drawn(retest), reason
    if chosen is None:
        chosen, said = _single(retest, on, reason), f"直接确定，理由：{(reason or '').strip()}"
    changes = {"laboratory": (None, chosen.name), "laboratory_id": (None, chosen.id), "designated_on": (None, on)}
    history.advance(retest, RetestStep.DESIGNATE, actor, comment=said, seen=seen, changes=changes)
    retest.laboratory_id, retest.designated_on, retest.laboratory = chosen.id, on, chosen
    clocks.stop(retest, clocks.ORG, on, f"确定{chosen.name}"[:200], actor)
    clocks.start(retest, clocks.ORG_REFUSE, on, actor)
    clocks.start(retest, clocks.TRANSFER, on, actor)
    return chosen


def _single(retest: Retest, on: date, reason: str | None) -> RetestLaboratory:
    if retest.state is not RetestState.ACCEPTED:
        raise NotAllowedNow("只有已受理、还没有确定复检机构的复检可以确定复检机构，请刷新页面核对")
    drawing = queries.drawing_of(retest)
    if drawing is not None and drawing.state is DrawingState.COMMITTED:
        raise NotAllowedNow(f"名单已冻结（{drawing.number}），还没有抽取：请由见证人给出公开词后抽取，再确定复检机构")
    left = eligible(proposed(retest, on))
    if not left:
        raise NotAllowedNow(NOBODY)
    if len(left) > 1:
        raise NotAllowedNow(f"名录中有 {len(left)} 个复检机构可以承担，应当随机确定：请先冻结名单并抽取")
    if not (reason or "").strip():
        raise NotLikeThis("名录中只有一个复检机构可以承担，直接确定的请书面说明理由", field="comment")
    return left[0]


def redesignate(retest: Retest, on: date, actor: Actor, at: datetime, reason: str, *, seen: int | None = None) -> None:
    """The laboratory has said in writing that it cannot take it on (第三十二条第三款): another is drawn from those that are left."""
    refuse_day(retest, "redesignated_on", on, clock.office_time(at).date())
    before = retest.laboratory
    changes = {
        "laboratory": (before.name if before else None, None), "laboratory_id": (retest.laboratory_id, None),
        "designated_on": (retest.designated_on, None),
    }  # fmt: skip
    history.advance(retest, RetestStep.REDESIGNATE, actor, comment=reason, seen=seen, changes=changes)
    retest.laboratory_id, retest.designated_on, retest.drawing_id, retest.laboratory = None, None, None, None
    clocks.stop(retest, clocks.ORG_REFUSE, on, "复检机构书面说明不能承担", actor)
    clocks.cancel(retest, actor, "复检机构不能承担，重新确定", clocks.TRANSFER)
    clocks.start(retest, clocks.ORG, on, actor, "原复检机构不能承担复检任务")

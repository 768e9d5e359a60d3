"""Changing rapid tests: recording, correcting, voiding, sending a positive one to the laboratory. Never commits.

Nothing here writes a batch fact: a rapid test is never counted as a batch, the laboratory sample it leads to is.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from app import counters, history
from app.db import session
from app.domain.actors import Actor
from app.domain.permissions import Permission, permits
from app.domain.sampling_kinds import RapidResult
from app.domain.workflow import RapidStep, SampleState
from app.errors import NotAllowed, NotAllowedNow, NotLikeThis
from app.rapid_tests.details import COLUMNS, Details, details_of, differences
from app.rapid_tests.models import RapidTest
from app.sampling.models import Sample

KIND = RapidTest.__tablename__
NOT_YOURS = "您没有登记快检的权限，如确需办理请联系科室负责人"
NOT_POSITIVE = "只有阳性的快检需要送检：该记录的结果不是阳性"
WRONG_SAMPLE = "样品“{}”已作废、拒检或未抽到样品，不能作为送检样品：请核对抽样编号"
EARLIER = "样品“{}”的抽样日期早于快检日期，不能作为送检样品：请核对抽样编号"


def record(details: Details, actor: Actor, at: datetime) -> RapidTest:
    """登记快检, under the next number of its office."""
    return record_many([details], actor, at)[0]


def record_many(found: Sequence[Details], actor: Actor, at: datetime, comment: str | None = None) -> list[RapidTest]:
    """Record several; numbers run on without a gap in each office and year."""
    if not permits(actor, Permission.RAPID_RECORD):
        raise NotAllowed(NOT_YOURS)
    offices = sorted({(one.org_id, one.tested_on.year) for one in found})
    taken = {
        office: iter(counters.take(office[0], KIND, office[1], sum((one.org_id, one.tested_on.year) == office for one in found)))
        for office in offices
    }
    made = []
    for one in found:
        year = one.tested_on.year
        number = f"KJ{year}-{one.org_id}-{next(taken[one.org_id, year]):05d}"
        values = {name: getattr(one, name) for name in COLUMNS}
        test = RapidTest(**values, number=number, created_at=at, created_by_id=actor.user_id)
        history.advance(test, RapidStep.RECORD, actor, comment=comment, changes=differences(None, one))
        made.append(test)
    return made


def correct(test: RapidTest, details: Details, actor: Actor, reason: str, *, seen: int | None = None) -> None:
    """更正, with the reason; before and after go into history."""
    changes = differences(details_of(test), details)
    if not changes and seen in (None, test.version):
        raise NotLikeThis("内容没有变化，未保存")
    history.advance(test, RapidStep.CORRECT, actor, comment=reason, seen=seen, changes=changes)
    for name in COLUMNS:
        setattr(test, name, getattr(details, name))


def void(test: RapidTest, actor: Actor, reason: str, *, seen: int | None = None) -> None:
    """作废: the record stays readable and leaves every count."""
    history.advance(test, RapidStep.VOID, actor, comment=reason, seen=seen)


def sent(test: RapidTest, sample: Sample, actor: Actor, at: datetime, *, seen: int | None = None) -> None:
    """送检: this sample was taken because of the positive rapid test. Both then lead to each other.

    Raises NotLikeThis when the test is not positive or the sample cannot be its laboratory sample.
    """
    if test.result is not RapidResult.POSITIVE:
        raise NotLikeThis(NOT_POSITIVE)
    if sample.state in (SampleState.VOIDED, SampleState.REFUSED, SampleState.NOT_FOUND):
        raise NotAllowedNow(WRONG_SAMPLE.format(sample.number), field="number")
    if sample.sampled_on is not None and sample.sampled_on < test.tested_on:
        raise NotLikeThis(EARLIER.format(sample.number), field="number")
    history.advance(test, RapidStep.SEND, actor, seen=seen, comment=f"送检样品：{sample.number}")
    test.sample_id = sample.id
    session().flush()
    history.record(
        Sample.__tablename__, sample.id, "from_rapid_test", actor, org_id=sample.org_id, name=sample.number,
        comment=f"来自快检阳性：{test.number}",
    )  # fmt: skip

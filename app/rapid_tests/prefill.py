"""What a sampling sheet begins with when it is opened from a positive rapid test (阳性送检), and the link once it is registered."""

from __future__ import annotations

from datetime import datetime

from app.domain.actors import Actor
from app.domain.sampling_kinds import RapidResult
from app.domain.workflow import RapidState, SampleState
from app.rapid_tests import operations, queries
from app.rapid_tests.models import RapidTest
from app.reference_data.books import category_book, region_book
from app.sampling.models import Sample

LONGEST_ID = 18


def _waiting(actor: Actor, written: str | None) -> RapidTest | None:
    """The positive test of this id that still waits for its sample."""
    text = written or ""
    test = queries.test(actor, int(text)) if text.isascii() and text.isdecimal() and len(text) <= LONGEST_ID else None
    waits = test is not None and test.result is RapidResult.POSITIVE and test.state is RapidState.RECORDED
    return test if waits else None


def sheet_fields(actor: Actor, written: str | None) -> dict[str, str]:
    """The fields of the sheet that the test knows; nothing where there is no such test."""
    test = _waiting(actor, written)
    if test is None:
        return {}
    reading = f"，{test.reading}" if test.reading else ""
    values = {
        "rapid": str(test.id), "sampled_name": test.sampled_name, "product_name": test.product_name, "stall": test.stall,
        "origin": test.origin, "link": test.link.value if test.link else None,
        "category": category_book().by_id(test.category_id).path if test.category_id else None,
        "sampled_region": region_book().full_name(test.region_id) if test.region_id else None,
        "remark": f"快检阳性送检：{test.number}（{test.item}{reading}）",
    }  # fmt: skip
    return {name: text for name, text in values.items() if text}


def link(actor: Actor, written: str | None, sample: Sample, at: datetime) -> RapidTest | None:
    """The sheet was registered: the test is sent. A test that somebody sent meanwhile keeps its own sample."""
    test = _waiting(actor, written) if sample.state is SampleState.REGISTERED else None
    if test is not None:
        operations.sent(test, sample, actor, at)
    return test

"""What the pages of a case and of a sample need for their block of 复检."""

from __future__ import annotations

from typing import Any

from app.authorize import can
from app.disposal.models import DisposalCase, Party
from app.domain.actors import Actor
from app.domain.case_kinds import Side
from app.domain.permissions import Permission, may_ever
from app.domain.samples import Supervision
from app.domain.workflow import SampleState
from app.retests import queries
from app.sampling.models import Sample


def of_case(actor: Actor, case: DisposalCase) -> dict[str, Any]:
    """The applications about the case's sample; who registers one begins with the case's party."""
    return _panel(actor, case.sample, Side.PRODUCER if case.party is Party.PRODUCTION else Side.SAMPLED)


def of_sample(actor: Actor, sample: Sample) -> dict[str, Any]:
    """Nothing for whoever may not list retests: a laboratory sees its samples without them."""
    return _panel(actor, sample, Side.SAMPLED)


def _panel(actor: Actor, sample: Sample, side: Side) -> dict[str, Any]:
    allowed = may_ever(actor, Permission.RETEST_LIST)
    rows = queries.seen_of_sample(actor, sample.id) if allowed else []
    failing = sample.state is SampleState.REPORTED and sample.supervision is Supervision.FAIL
    return {
        "shown": allowed and (bool(rows) or failing), "rows": rows, "sample_id": sample.id, "side": side.value,
        "asks": failing and can(Permission.RETEST_READ, sample), "registers": failing and can(Permission.RETEST_HANDLE, sample),
    }  # fmt: skip

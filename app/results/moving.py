"""Samples taking a step together, each with its own result columns (样品批量办理)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app import history
from app.domain.actors import Actor
from app.domain.workflow import SampleStep
from app.history import Move
from app.results.known import KnownSample
from app.sampling.models import Sample


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a change comes from: an import batch, or a person at the entry form with the reason for a correction."""

    actor: Actor
    at: datetime
    batch_id: int | None = None
    reason: str | None = None


def move_samples(moved: Sequence[tuple[KnownSample, dict[str, Any]]], step: SampleStep, origin: Origin) -> None:
    """Take the step with every sample, each with its own values, and let what we know of them follow.

    Raises NotAllowedNow when any of them was changed since it was read.
    """
    moves = [
        Move(
            sample, {name: (getattr(sample, name, None), value) for name, value in values.items()}, values, follows=True
        )
        for sample, values in moved
    ]
    history.advance_many(Sample, step, origin.actor, moves, comment=origin.reason)
    for sample, values in moved:
        for name, value in values.items():
            if hasattr(sample, name):
                setattr(sample, name, value)

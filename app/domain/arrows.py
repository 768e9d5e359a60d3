"""One lawful step (一个办理步骤), and a table of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.domain.permission_names import Permission
from app.domain.states import State, Step


@dataclass(frozen=True, slots=True)
class Arrow:
    """One lawful step: where it leads, which permission it asks, and whether a comment (理由/意见) is required."""

    to: State
    permission: Permission
    comment_required: bool = False


Table = Mapping[tuple[State | None, Step], Arrow]

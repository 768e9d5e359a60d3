"""What the history writes of values: before and after, without the people whose fields are encrypted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.chain import AS_THEY_ARE, canonical, plain
from app.domain.masking import mask, mask_wholly
from app.secret_columns import encrypting

SECRET_NAMES = frozenset({"phone", "contact", "id_number", "mobile", "联系方式", "联系电话", "联系人和电话", "申请人联系方式"})


def written(changes: Mapping[str, tuple[Any, Any]]) -> str | None:
    """What differs, as canonical JSON; None where nothing does."""
    told = {
        name: [before if type(before) in AS_THEY_ARE else plain(before), after if type(after) in AS_THEY_ARE else plain(after)]
        for name, (before, after) in changes.items()
        if before != after
    }
    return shielded(canonical(_without_people(told))) if told else None


def _without_people(told: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """With fields encrypted the chain, which can never be unwritten, gets them masked; that they differ is still told."""
    if not encrypting():
        return told
    return {name: [mask_wholly(one) if isinstance(one, str) else one for one in pair] if name in SECRET_NAMES else pair
            for name, pair in told.items()}  # fmt: skip


def shielded(text: str) -> str:
    """A text of the history; with fields encrypted, numbers of people in it are masked."""
    return mask(text) if text and encrypting() else text

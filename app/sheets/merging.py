"""Two people correcting one sheet (同时更正): what each of them made of every field, and the choice between them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.sampling.columns import title

THEIRS, MINE = "theirs", "mine"


@dataclass(frozen=True, slots=True)
class Conflict:
    """One field that reads otherwise in what was saved meanwhile and in what was typed."""

    field: str
    title: str
    theirs: str
    mine: str
    chosen: str  # what is proposed: whoever changed it
    both: bool  # both changed it


def packed(values: Mapping[str, Any]) -> str:
    """What the page showed, for the page to bring back."""
    return json.dumps({name: str(text) for name, text in values.items() if text}, ensure_ascii=False)


def unpacked(written: str | None) -> dict[str, str]:
    try:
        found = json.loads(written or "{}")
    except ValueError:
        return {}
    return {str(name): str(text) for name, text in found.items()} if isinstance(found, dict) else {}


def conflicts(base: Mapping[str, str], theirs: Mapping[str, Any], mine: Mapping[str, str]) -> list[Conflict]:
    """Every field on which the saved sheet and the typed one differ, with a proposal."""
    found = []
    for name in mine:
        saved, typed = _said(theirs.get(name)), _said(mine[name])
        if name not in theirs or saved == typed:
            continue
        was = _said(base.get(name))
        chosen = THEIRS if typed == was else MINE
        found.append(Conflict(name, title(name), saved, typed, chosen, saved != was and typed != was))
    return found


def _said(value: Any) -> str:
    text = str(value or "").strip()
    return "" if text == "/" else text

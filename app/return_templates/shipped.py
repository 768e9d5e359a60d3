"""默认模板 that came with the program: our own proposals, dated, offered to every office as drafts (待核：未查到官方统一表样)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

from app.domain.actors import Actor
from app.domain.reporting_kinds import ReturnPeriod
from app.return_templates import operations, queries
from app.return_templates.mapping_files import MappingFile, read_file

HERE: Final = Path(__file__).parent.parent / "reference" / "return_templates"


@dataclass(frozen=True, slots=True)
class Shipped:
    """One shipped form with its mapping."""

    wish: operations.Wish
    dated: str
    filename: str
    content: bytes
    mapping: MappingFile


@cache
def read_shipped() -> Sequence[Shipped]:
    """Every shipped form, in the order of its files."""
    return [_read(file) for file in sorted(HERE.glob("*.json"))]


def _read(file: Path) -> Shipped:
    value: dict[str, Any] = json.loads(file.read_bytes())
    about = value.pop("template")
    wish = operations.Wish(about["code"], about["title"], ReturnPeriod(about["period_kind"]), note=about["note"])
    content = file.with_suffix(".xlsx").read_bytes()
    return Shipped(wish, about["dated"], f"{about['title']}.xlsx", content, read_file(file.name, json.dumps(value).encode()))


def offered(actor: Actor) -> list[tuple[Shipped, bool]]:
    """Each shipped form, and whether this office has it already."""
    return [(one, queries.last_edition(actor.org_id, one.wish.code) is not None) for one in read_shipped()]


def load(actor: Actor, at: datetime) -> list[operations.Uploaded]:
    """装载: those this office does not have, as drafts. Doing it again changes nothing."""
    return [
        operations.upload(one.wish, one.filename, one.content, actor, at, shipped=True, given=one.mapping)
        for one, there in offered(actor)
        if not there
    ]

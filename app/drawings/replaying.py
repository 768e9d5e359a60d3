"""复核: a draw made again from its record and from the history, and the record as a file that anybody can check."""

from __future__ import annotations

import json
from typing import Any

from app import clock, history
from app.domain import drawing as rules
from app.domain.drawing import CannotDraw, Pool, Record
from app.domain.workflow import DrawingState, DrawingStep
from app.drawings.models import Drawing
from app.drawings.operations import KIND, frozen_pool, pool_now
from app.drawings.queries import drawn_entries
from app.errors import NotAllowedNow

WITNESSED = {
    DrawingStep.COMMIT.value: ("method", "take", "pool_sha256", "commitment"),
    DrawingStep.DRAW.value: ("public_word", "secret", "seed"),
}
TITLES = {
    "method": "抽取方法", "take": "抽取数", "pool_sha256": "名单校验值", "commitment": "承诺", "public_word": "公开词",
    "secret": "密钥", "seed": "种子", "drawn": "抽取结果",
}  # fmt: skip


def replay(drawing: Drawing) -> list[str]:
    """What differs when the draw is made again; an empty list when it comes out the same."""
    if drawing.state is not DrawingState.DRAWN:
        raise NotAllowedNow("尚未抽取，没有可以复核的结果")
    try:
        frozen = frozen_pool(drawing)
    except CannotDraw as fault:
        return [str(fault)]
    found = rules.changed_entries(frozen, pool_now(drawing))
    found += rules.differences(record_of(drawing, frozen))
    return [*found, *_against_history(drawing)]


def record_of(drawing: Drawing, frozen: Pool) -> Record:
    return Record(
        frozen, drawing.pool_sha256, drawing.commitment, drawing.secret, drawing.public_word or "", drawing.seed or "",
        tuple(entry.code or "" for entry in drawn_entries(drawing)),
    )  # fmt: skip


def _against_history(drawing: Drawing) -> list[str]:
    """What the hash chain has on record of the two moments."""
    now: dict[str, Any] = {name: getattr(drawing, name) for names in WITNESSED.values() for name in names}
    now["drawn"] = "、".join(entry.code or "" for entry in drawn_entries(drawing))
    found = []
    for entry in history.entries_of(KIND, drawing.id):
        told = json.loads(entry.changes) if entry.changes else {}
        for name in (*WITNESSED.get(entry.step, ()), *(("drawn",) if entry.step == DrawingStep.DRAW.value else ())):
            kept = told.get(name, [None, None])[1]
            if str(kept) != str(now[name]):
                found.append(f"{TITLES[name]}与办理记录不一致：办理记录为“{str(kept)[:80]}”，现为“{str(now[name])[:80]}”")
    return found


def published(drawing: Drawing) -> dict[str, Any]:
    """Everything that may be shown: the secret, the seed and the result only once the draw has been made."""
    told: dict[str, Any] = {
        "id": drawing.id, "number": drawing.number, "kind": drawing.kind.value, "subject": drawing.subject, "state": drawing.state.value,
        "method": drawing.method, "take": drawing.take, "pool": drawing.pool_text, "pool_sha256": drawing.pool_sha256,
        "commitment": drawing.commitment, "committed_at": clock.office_time(drawing.committed_at).isoformat(timespec="seconds"),
        "procedure": list(rules.PROCEDURE),
    }  # fmt: skip
    if drawing.state is DrawingState.DRAWN:
        drawn_at = drawing.drawn_at
        told |= {
            "public_word": drawing.public_word, "witness": drawing.witness, "secret": drawing.secret, "seed": drawing.seed,
            "drawn_at": clock.office_time(drawn_at).isoformat(timespec="seconds") if drawn_at else None,
            "drawn": [{"rank": each.drawn_rank, "code": each.code, "name": each.name} for each in drawn_entries(drawing)],
        }  # fmt: skip
    return told

"""每日提要: the desk of one person in lines of text, for the command, for whatever sends it outside, and for the inbox."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from app.domain.actors import Actor
from app.domain.working_days import WorkingDays
from app.pages import morning, queries


@dataclass(frozen=True, slots=True)
class Digest:
    """What waits for a person, what is late or nearly so, whose approvals he makes."""

    cards: Sequence[queries.Card]
    soon: morning.Soon | None
    standing: Sequence[str]

    @property
    def empty(self) -> bool:
        return not (self.cards or self.standing or (self.soon and self.soon.rows))

    @property
    def lines(self) -> list[str]:
        return [*self.standing, *_waiting(self.cards), *_late(self.soon)]

    @property
    def counts(self) -> str:
        """In one sentence, for the title."""
        late = sum(card.overdue for card in self.cards)
        due = f"，已超期和将到期 {self.soon.total} 项" if self.soon and self.soon.total else ""
        return f"待办 {len(self.cards)} 类{f'，其中超期 {late} 件' if late else ''}{due}"

    @property
    def told(self) -> dict[str, Any]:
        return {
            "delegations": list(self.standing),
            "waiting": [{"title": card.title, "count": card.count, "overdue": card.overdue} for card in self.cards],
            "due": [_due(row) for row in self.soon.rows] if self.soon else [],
            "due_total": self.soon.total if self.soon else 0,
        }


def digest(actor: Actor, today: date, now: datetime, days: WorkingDays) -> Digest:
    """The desk of this person as it stands now."""
    cards = [card for card in queries.cards(actor, today, now) if not card.empty]
    soon = morning.coming_due(actor, today, days) if morning.supervises(actor) else None
    return Digest(cards, soon, [sentence for _, sentence in morning.standing(actor, today)])


def _due(row: morning.Due) -> dict[str, Any]:
    return {"duty": row.duty, "name": row.name, "due_on": row.due_on, "remaining": row.left, "light": row.light.value}


def _waiting(cards: Sequence[queries.Card]) -> list[str]:
    return [f"{card.title}：{card.count}{f'，其中超期 {card.overdue}' if card.overdue else ''}" for card in cards] or ["没有待办事项"]


def _late(soon: morning.Soon | None) -> list[str]:
    if soon is None:
        return []
    lines = [f"　{row.words}　{row.due_on}　{row.duty}　{row.name}" for row in soon.rows]
    more = [f"　（只列最紧急的 {len(soon.rows)} 项）"] if soon.total > len(soon.rows) else []
    return [f"已超期和三个工作日内到期：{soon.total} 项", *lines, *more]

"""How a kind of change is handled: what each module of acts registers.

    @handles(ChangeAct.POPULATION)
    class PopulationChange(Handler): ...

A handler takes ``values`` as they are stored in the change's payload: what its form gives, in plain JSON.
"""

from __future__ import annotations

import hashlib
import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.domain.actors import Actor
from app.domain.reference_acts import ChangeAct

Values = Mapping[str, Any]
LONGEST_TITLE, LONGEST_KEY = 200, 200


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the comparison: what is in force, and what would be."""

    label: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Told:
    """A change in words: what it is called, of which subject, from which day, and what it says before and after."""

    title: str
    subject_key: str
    valid_from: date | None
    lines: Sequence[Line]


class Handler(ABC):
    """One way to change one kind of data. ``moves_clocks``: the running clocks are counted again once it is written."""

    moves_clocks = False

    @abstractmethod
    def told(self, values: Values) -> Told:
        """The change in words. Raises NotLikeThis where the values make no change."""

    @abstractmethod
    def base(self, values: Values) -> Any:
        """What the change starts from, in plain values: adopted only while this is still so."""

    @abstractmethod
    def apply(self, values: Values, actor: Actor, change_id: int | None) -> None:
        """Write the version; ``change_id`` is None in a trial. Raises a refusal where it cannot be written."""

    def gauge(self, values: Values) -> Mapping[str, Any]:
        """How what it moves stands now, by the name of the gauge (clocks, results, figures); asked before and after."""
        return {}

    def uses(self, values: Values) -> Mapping[str, int]:
        """How many records use what is changed, in words and numbers."""
        return {}

    def compared(self, values: Values) -> Mapping[str, Any]:
        """Differences that are worked out beside what is in force, not by a trial; as the effect keeps them."""
        return {}

    def fates(self, values: Values) -> Sequence[str]:
        """What becomes of what uses it, in sentences."""
        return ()


HANDLERS: dict[ChangeAct, Handler] = {}


def handles(*acts: ChangeAct) -> Callable[[type[Handler]], type[Handler]]:
    """Register the handler of these acts."""

    def register(kind: type[Handler]) -> type[Handler]:
        for act in acts:
            HANDLERS[act] = kind()
        return kind

    return register


def stamp(base: Any) -> str:
    """The base as a short word: what the proposal keeps and the adoption compares."""
    return hashlib.sha256(json.dumps(base, ensure_ascii=False, default=str, sort_keys=True).encode()).hexdigest()[:32]


def day(values: Values, name: str) -> date | None:
    """A date of the payload."""
    return date.fromisoformat(values[name]) if values.get(name) else None


def word(values: Values, name: str) -> str | None:
    """A text of the payload; nothing typed is None."""
    return str(values.get(name) or "").strip() or None

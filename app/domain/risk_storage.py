"""依据的留存: what a score was counted from, as JSON and back, so that the same rules give the same score at any later time.

Conforming items are kept as counts, the others one by one: that is all that the points and their lines are counted from.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from app.domain.risk_basis import Basis, Checked, CreditRecord, Event, Evidence, Fact
from app.domain.supervision_kinds import RiskEventKind

EDITION: Final = 1


def written(basis: Basis) -> dict[str, Any]:
    """The JSON value of a basis."""
    return {
        "edition": EDITION,
        "facts": {code: [_value_out(fact.value), _out(fact.evidence)] for code, fact in sorted(basis.facts.items())},
        "findings": None if basis.findings is None else _findings_out(basis.findings),
        "credit": [[one.word, one.on.isoformat(), _out(one.evidence)] for one in basis.credit],
        "events": [[one.kind.value, one.on.isoformat(), _out(one.evidence), one.steps, one.decided] for one in basis.events],
    }


def read(value: Mapping[str, Any]) -> Basis:
    """The basis of such a JSON value."""
    return Basis(
        {code: Fact(_value_in(fact), _in(evidence)) for code, (fact, evidence) in value["facts"].items()},
        None if value["findings"] is None else _findings_in(value["findings"]),
        tuple(CreditRecord(word, date.fromisoformat(on), _in(evidence)) for word, on, evidence in value["credit"]),
        tuple(
            Event(RiskEventKind(kind), date.fromisoformat(on), _in(evidence), steps, decided)
            for kind, on, evidence, steps, decided in value["events"]
        ),
    )


def conforming(key: int, plain: int, evidence: Evidence | None) -> list[Checked]:
    """So many conforming items: which ones they are changes nothing."""
    return [Checked("", "", True, True, evidence)] * key + [Checked("", "", False, True, evidence)] * plain


def _findings_out(findings: Sequence[Checked]) -> dict[str, Any]:
    met = [item for item in findings if item.conforms]
    return {
        "met": [sum(1 for item in met if item.key), sum(1 for item in met if not item.key)],
        "evidence": _out(met[0].evidence) if met else None,
        "failing": [[item.number, item.text, item.key, _out(item.evidence)] for item in findings if not item.conforms],
    }


def _findings_in(value: Mapping[str, Any]) -> tuple[Checked, ...]:
    failing = [Checked(number, text, key, False, _in(evidence)) for number, text, key, evidence in value["failing"]]
    key, plain = value["met"]
    return (*failing, *conforming(key, plain, _in(value["evidence"])))


def _value_out(value: str | Sequence[str]) -> str | list[str]:
    return value if isinstance(value, str) else list(value)


def _value_in(value: str | list[str]) -> str | tuple[str, ...]:
    return value if isinstance(value, str) else tuple(value)


def _out(evidence: Evidence | None) -> list[Any] | None:
    return None if evidence is None else [evidence.kind, evidence.id, evidence.text]


def _in(value: Sequence[Any] | None) -> Evidence | None:
    return None if value is None else Evidence(*value)

"""Findings (检查发现): what a check of a record says, each under the id of its rule.

Blocking ones must be mended (or exempted where the rule allows it) before the record is submitted; the others are shown.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Related:
    """A record that a finding points to, such as an earlier sample that fills a cap."""

    kind: str  # its table
    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding about one field of a record."""

    rule: str  # stable id, such as L-DATE-01
    field: str
    message: str  # a Chinese sentence that says what to do
    blocking: bool = True
    related: tuple[Related, ...] = ()
    exempt_key: str | None = None  # what an exemption from this rule would have to cover; None where there is none

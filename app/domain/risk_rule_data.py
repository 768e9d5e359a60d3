"""A rule set as JSON and back: one canonical text and its digest, and every fault of a text by its place.

``read`` believes nothing half: shape first (risk_rule_data), then what the tables promise each other (risk_rule_checks).
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any, Final

from app.domain.json_shapes import KINDS as JSON_KINDS
from app.domain.json_shapes import Day, Faults, Items, Record, Shape, Text, Whole
from app.domain.risk_rule_checks import faults_of
from app.domain.risk_rule_words import Fault, told
from app.domain.risk_rules import Adjustment, Boundary, Component, Frequency, RuleSet
from app.domain.risk_tables import (
    TABLES,
    Band,
    Choice,
    ClassRow,
    Missing,
    RecordRow,
    Table,
    Tier,
)
from app.domain.rounding import plain
from app.domain.supervision_kinds import Grade, RiskComponent, RiskEventKind

CONFIDENCES: Final = ("已核", "待核")
NUMBER: Final = re.compile(r"[0-9]{1,9}(\.[0-9]{1,4})?")
MOST_ROWS: Final = 600


class BrokenRules(ValueError):
    """A rule set that cannot be used; ``faults`` names each place and what to write there."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(fault.message for fault in faults))


@dataclass(frozen=True, slots=True)
class Number:
    """数值 as text, exact: "13.5"; a whole number may stand as one."""

    def read(self, value: Any, path: str, faults: Faults) -> Any:
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        if not isinstance(value, str):
            return faults.add(path, f"应为数值，请写成 \"13.5\" 的形式，收到的是{JSON_KINDS.get(type(value), '其他内容')}")
        if not NUMBER.fullmatch(value.strip()):
            return faults.add(path, f"“{value[:20]}”不是数值，请填写 0 以上、至多四位小数的数字")
        return Decimal(value.strip())


@dataclass(frozen=True, slots=True)
class Signed:
    """调整级数, up or down."""

    def read(self, value: Any, path: str, faults: Faults) -> Any:
        if isinstance(value, int) and not isinstance(value, bool) and -3 <= value <= 3 and value:
            return value
        return faults.add(path, "应为 1 至 3（上调）或 -1 至 -3（下调）的整数")


@dataclass(frozen=True, slots=True)
class Flag:
    """是否."""

    def read(self, value: Any, path: str, faults: Faults) -> Any:
        return value if isinstance(value, bool) else faults.add(path, "应为 true 或 false")


CONFIDENCE: Final = Text(10, 1, CONFIDENCES)
POINTS: Final[Mapping[str, Shape]] = {"points": Number(), "confidence": CONFIDENCE}
BAND: Final = Record({"upto": Number(), **POINTS}, frozenset({"points"}))
CHOICE: Final = Record({"word": Text(60, 1), **POINTS}, frozenset({"word", "points"}))
TIER: Final = Record({"word": Text(4, 1), **POINTS}, frozenset({"word", "points"}))
CLASS: Final = Record(
    {"code": Text(20, 1), "name": Text(100, 1), "tier": Text(4, 1), **POINTS}, frozenset({"code", "name", "tier"})
)
RECORD: Final = Record({"word": Text(40, 1), "most": Number(), **POINTS}, frozenset({"word", "points"}))
OF_ALL: Final[Mapping[str, Shape]] = {
    "kind": Text(20, words=tuple(TABLES)), "code": Text(40, 1), "title": Text(60, 1), "most": Number(), "group": Text(40),
    "remark": Text(300),
}  # fmt: skip
MISSING: Final[Mapping[str, Shape]] = {"missing": Text(10, words=tuple(word.value for word in Missing))}
OF_KIND: Final[Mapping[str, Mapping[str, Shape]]] = {
    "bands": {"unit": Text(20), "whole": Flag(), "bands": Items(BAND, 60), **MISSING},
    "choices": {"several": Flag(), "choices": Items(CHOICE, 60), **MISSING},
    "classes": {"tiers": Items(TIER, 4, 4), "rows": Items(CLASS, MOST_ROWS), **MISSING},
    "checklist": {"key_weight": Number(), "plain_weight": Number(), "confidence": CONFIDENCE},
    "records": {"rows": Items(RECORD, 60)},
}
LISTS: Final = {"bands": Band, "choices": Choice, "tiers": Tier}


@dataclass(frozen=True, slots=True)
class AnyTable:
    """One table, by the kind it says it is."""

    def read(self, value: Any, path: str, faults: Faults) -> Any:
        kind = value.get("kind") if isinstance(value, dict) else None
        if kind not in OF_KIND:
            return faults.add(path, f"“kind”应为 {'、'.join(OF_KIND)} 之一")
        own = OF_KIND[str(kind)]
        required = {"code", "title", "most", *own} - {"missing", "whole", "several", "confidence", "unit"}
        return Record({**OF_ALL, **own}, frozenset(required)).read(value, path, faults)


COMPONENT: Final = Record(
    {
        "name": Text(20, words=tuple(part.value for part in RiskComponent if part is not RiskComponent.ADJUSTMENT)),
        "maximum": Number(), "tables": Items(AnyTable(), 60),
    },
    frozenset({"name", "maximum", "tables"}),
)  # fmt: skip
BOUNDARY: Final = Record(
    {"grade": Text(1, words=tuple(Grade)), "upto": Number(), "inclusive": Flag()}, frozenset({"grade"})
)
ADJUSTMENT: Final = Record(
    {
        "kind": Text(40, words=tuple(kind.value for kind in RiskEventKind)), "steps": Signed(), "furthest": Signed(),
        "article": Text(200), "needs_decision": Flag(), "years": Whole(0, 10), "confidence": CONFIDENCE,
    },
    frozenset({"kind", "steps"}),
)  # fmt: skip
FREQUENCY: Final = Record(
    {"grade": Text(1, words=tuple(Grade)), "least": Whole(1, 24), "most": Whole(1, 24), "years": Whole(1, 5)},
    frozenset({"grade", "least"}),
)
RULES: Final = Record(
    {
        "code": Text(40, 1), "title": Text(100, 1), "kinds": Items(Text(40, 1), 20), "source": Text(300, 1),
        "confidence": CONFIDENCE, "valid_from": Day(), "valid_to": Day(), "components": Items(COMPONENT, 3),
        "boundaries": Items(BOUNDARY, 4, 4), "adjustments": Items(ADJUSTMENT, 20, 0), "frequencies": Items(FREQUENCY, 4, 4),
        "most_up": Whole(0, 3), "most_down": Whole(0, 3), "places": Whole(0, 4), "proposal": Flag(), "remark": Text(1000),
    },
    frozenset({
        "code", "title", "kinds", "source", "confidence", "valid_from", "components", "boundaries", "frequencies",
    }),
)  # fmt: skip


def read(value: Any) -> RuleSet:
    """The rule set of a parsed JSON value. Raises BrokenRules with every fault at once."""
    shape = Faults()
    found = RULES.read(value, "", shape)
    if shape.found:
        raise BrokenRules([told(value, path, message) for path, message in shape.found])
    rules = _rules(found)
    faults = faults_of(rules)
    if faults:
        raise BrokenRules([told(value, path, message) for path, message in faults])
    return rules


def write(rules: RuleSet) -> dict[str, Any]:
    """The JSON value of a rule set, everything written out."""
    written: dict[str, Any] = _plain(rules)
    return written


def canonical(rules: RuleSet) -> str:
    """One text for one rule set, whatever order or spelling it was read in.

    Its last day is left out: that a later edition ends it does not change what was counted with it.
    """
    value = write(rules)
    del value["valid_to"]
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def sha256(rules: RuleSet) -> str:
    """校验值 of the canonical text, in hexadecimal."""
    return hashlib.sha256(canonical(rules).encode()).hexdigest()


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        made = {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
        return {"kind": value.KIND, **made} if hasattr(value, "KIND") else made
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if isinstance(value, Decimal):
        return plain(value.normalize())
    if isinstance(value, Enum):
        return value.value
    return value.isoformat() if isinstance(value, date) else value


def _rules(found: dict[str, Any]) -> RuleSet:
    return RuleSet(**{
        "valid_to": None, **found, "kinds": tuple(found["kinds"]),
        "components": tuple(
            Component(RiskComponent(one["name"]), one["maximum"], tuple(_table(table) for table in one["tables"]))
            for one in found["components"]
        ),
        "boundaries": tuple(
            Boundary(Grade(one["grade"]), one.get("upto"), one.get("inclusive", True)) for one in found["boundaries"]
        ),
        "adjustments": tuple(_adjustment(one) for one in found.get("adjustments", ())),
        "frequencies": tuple(Frequency(**{**one, "grade": Grade(one["grade"])}) for one in found["frequencies"]),
    })  # fmt: skip


def _adjustment(one: dict[str, Any]) -> Adjustment:
    return Adjustment(**{"article": "", "furthest": one["steps"], **one, "kind": RiskEventKind(one["kind"])})


def _table(one: dict[str, Any]) -> Table:
    kind = one["kind"]
    own = {name: value for name, value in one.items() if name != "kind"}
    for name, row in LISTS.items():
        if name in own:
            own[name] = tuple(row(**{"upto": None, **line} if row is Band else line) for line in own[name])
    if "rows" in own:
        of = ClassRow if kind == "classes" else RecordRow
        own["rows"] = tuple(of(**line) for line in own["rows"])
    if "missing" in own:
        own["missing"] = Missing(own["missing"])
    if kind == "bands":
        own.setdefault("unit", "")
    return TABLES[kind](**own)

"""Reader of the shipped rule sets of 风险分级 (risk_rules/*.json): one file is one dated edition, named <code>_<valid from>.json."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Final

from app.domain.json_shapes import NotJson, parse
from app.domain.risk_rule_data import BrokenRules, read, sha256
from app.domain.risk_rules import RuleSet
from app.reference.problems import BrokenReference, refuse

HERE: Final = Path(__file__).parent / "risk_rules"
DEEPEST: Final = 12


@cache
def read_rule_sets(folder: Path = HERE) -> tuple[RuleSet, ...]:
    """Every edition, by code and first day. Raises BrokenReference with every fault of every file."""
    found, problems = [], []
    for file in sorted(folder.glob("*.json")):
        try:
            rules = read(parse(file.read_bytes(), deepest=DEEPEST))
        except (NotJson, OSError) as fault:
            problems.append(f"{file.name} 无法读取：{fault}")
        except BrokenRules as broken:
            problems += [f"{file.name} {fault.message}" for fault in broken.faults]
        else:
            if file.stem != f"{rules.code}_{rules.valid_from}":
                problems.append(f"{file.name} 应命名为 {rules.code}_{rules.valid_from}.json")
            found.append(rules)
    refuse([*problems, *_clashes(found)])
    if not found:
        raise BrokenReference([f"{folder.name} 中没有风险分级规则文件，请确认程序文件完整"])
    return tuple(found)


def _clashes(sets: Sequence[RuleSet]) -> Iterator[str]:
    """Two sets in force for one kind on one day: which would hold?"""
    for one, other in combinations([rules for rules in sets if not rules.proposal], 2):
        earlier, later = sorted((one, other), key=lambda rules: rules.valid_from)
        both = [kind for kind in earlier.kinds if kind in later.kinds]
        if both and (earlier.valid_to is None or later.valid_from <= earlier.valid_to):
            yield (
                f"{'、'.join(both)}的规则 {earlier.code}（{earlier.valid_from} 起）与 {later.code}（{later.valid_from} 起）"
                "有效期重叠，请填写前者的停止日期"
            )


@cache
def by_sha256(digest: str) -> RuleSet | None:
    """The shipped edition with this digest, to count an old grade again."""
    return next((rules for rules in read_rule_sets() if sha256(rules) == digest), None)

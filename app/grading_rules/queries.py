"""风险分级规则, read: which set holds for a kind of enterprise on a day, and those of the offices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from app.db import session
from app.domain import risk_rules
from app.domain.risk_rule_data import read, sha256
from app.domain.risk_rules import RuleSet
from app.domain.supervision_states import RuleSetState
from app.grading_rules.models import RiskRuleSet
from app.organisations.models import Organisation
from app.reference.risk_rule_files import by_sha256, read_rule_sets

CURRENT = (RuleSetState.ADOPTED, RuleSetState.RETIRED)  # a retired one still holds for the days until it was


@dataclass(frozen=True, slots=True)
class InForce:
    """适用的规则. ``set_id`` is None for a shipped one; ``rule_code`` is what a grade keeps beside the digest."""

    rules: RuleSet
    set_id: int | None
    sha256: str
    rule_code: str
    owner: str  # whose it is, in words


def rules_in_force(org_path: str, kind: str, on: date, subkinds: Sequence[str] = ()) -> InForce | None:
    """The set for a kind of enterprise on a day: of this organisation or of the nearest one above, else the shipped one.

    ``org_path`` is that of the bureau, "/1/4/". None where there is none for such enterprises (药品生产企业 …).
    """
    ids = [int(part) for part in org_path.split("/") if part]
    rows = session().execute(
        sa.select(RiskRuleSet, Organisation.name)
        .join(Organisation, Organisation.id == RiskRuleSet.org_id)
        .where(RiskRuleSet.org_id.in_(ids), RiskRuleSet.state.in_(CURRENT), RiskRuleSet.valid_from <= on)
        .where(sa.or_(RiskRuleSet.valid_to.is_(None), RiskRuleSet.valid_to >= on))
        .order_by(RiskRuleSet.valid_from.desc(), RiskRuleSet.id.desc())
    ).all()
    for word in (*(f"{kind}（{subkind}）" for subkind in subkinds), kind):
        for org_id in reversed(ids):
            for row, owner in rows:
                if row.org_id == org_id and word in row.kinds.split("、"):
                    return InForce(content_of(row), row.id, row.content_sha256, _rule_code(row.code, row.edition), owner)
    found = risk_rules.in_force(read_rule_sets(), kind, on, subkinds)
    return shipped(found) if found is not None else None


def shipped(rules: RuleSet) -> InForce:
    """A shipped edition as it is referred to."""
    return InForce(rules, None, sha256(rules), f"{rules.code}@{rules.valid_from}", "随程序发布")


def rules_of(set_id: int | None, digest: str) -> RuleSet | None:
    """The very edition a grade was counted with; None where it is there no more (or was changed since)."""
    if set_id is None:
        return by_sha256(digest)
    row = session().get(RiskRuleSet, set_id)
    return content_of(row) if row is not None and row.content_sha256 == digest else None


def content_of(row: RiskRuleSet) -> RuleSet:
    """The rule set of a row; what is kept has been checked."""
    return read(row.content)


def _rule_code(code: str, edition: int) -> str:
    return f"{code}#{edition}"

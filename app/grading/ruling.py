"""Which rule set an enterprise is graded by: that of its own bureau, else of the nearest one above, else the shipped one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa

from app.db import session
from app.domain.supervision_states import RuleSetState
from app.grading_rules.models import RiskRuleSet
from app.grading_rules.queries import InForce, rules_in_force
from app.organisations.models import Organisation
from app.reference.risk_rule_files import read_rule_sets


def ruled_for(org_id: int, kind: str, on: date, subkinds: Sequence[str] = ()) -> InForce | None:
    """The rules for an enterprise of this organisation on a day."""
    path = session().scalar(sa.select(Organisation.path).where(Organisation.id == org_id))
    return rules_in_force(path or "/", kind, on, subkinds)


def kinds_ruled(org_path: str) -> Sequence[str]:
    """企业类型 for which this organisation has rules, shipped or adopted."""
    above = [int(part) for part in org_path.split("/") if part]
    adopted = sa.select(RiskRuleSet.kinds).where(RiskRuleSet.org_id.in_(above), RiskRuleSet.state == RuleSetState.ADOPTED)
    words = [word for rules in read_rule_sets() if not rules.proposal for word in rules.kinds]
    words += [word for kinds in session().scalars(adopted.order_by(RiskRuleSet.id)) for word in kinds.split("、")]
    return list(dict.fromkeys(word.partition("（")[0] for word in words))

"""审核公式 of a template: read by the language's own parser before they are kept."""

from __future__ import annotations

from app.domain.return_rules import RuleFault, parse
from app.errors import NotLikeThis


def check_rule(expression: str, code: str = "") -> None:
    """Refuse a rule that cannot be read, with the place of the fault."""
    try:
        parse(expression)
    except RuleFault as fault:
        where = f"审核公式 {code}：" if code else ""
        raise NotLikeThis(f"{where}{fault}", field="expression") from None

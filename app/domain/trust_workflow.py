"""The arrows of 授权申请、基础数据变更 and 安全告警."""

from __future__ import annotations

from collections.abc import Mapping

from app.domain.arrows import Arrow, Table
from app.domain.permission_names import Permission
from app.domain.trust_states import AlertState, AlertStep, ChangeState, ChangeStep, GrantState, GrantStep

_G, _g = GrantState, GrantStep
ACCOUNT_GRANT: Table = {
    (None, _g.ASK): Arrow(_G.ASKED, Permission.GRANT_ASK),
    (_G.ASKED, _g.APPROVE): Arrow(_G.APPROVED, Permission.GRANT_DECIDE),
    (_G.ASKED, _g.REFUSE): Arrow(_G.REFUSED, Permission.GRANT_DECIDE, comment_required=True),
    (_G.ASKED, _g.WITHDRAW): Arrow(_G.WITHDRAWN, Permission.GRANT_ASK, comment_required=True),
    (_G.APPROVED, _g.APPLY): Arrow(_G.EFFECTIVE, Permission.GRANT_DECIDE),
    (_G.APPROVED, _g.WITHDRAW): Arrow(_G.WITHDRAWN, Permission.GRANT_ASK, comment_required=True),
}

_C, _c = ChangeState, ChangeStep
REFERENCE_CHANGE: Table = {
    (None, _c.PROPOSE): Arrow(_C.PROPOSED, Permission.CHANGE_PROPOSE),
    (_C.PROPOSED, _c.ADOPT): Arrow(_C.ADOPTED, Permission.CHANGE_ADOPT),
    (_C.PROPOSED, _c.REFUSE): Arrow(_C.REFUSED, Permission.CHANGE_ADOPT, comment_required=True),
    (_C.PROPOSED, _c.WITHDRAW): Arrow(_C.WITHDRAWN, Permission.CHANGE_PROPOSE, comment_required=True),
}

_A, _a = AlertState, AlertStep
SECURITY_ALERT: Table = {
    (None, _a.RAISE): Arrow(_A.OPEN, Permission.ALERT_HANDLE),
    (_A.OPEN, _a.HANDLE): Arrow(_A.HANDLED, Permission.ALERT_HANDLE, comment_required=True),
}

TRUST: Mapping[str, Table] = {
    "account_grant": ACCOUNT_GRANT,
    "reference_change": REFERENCE_CHANGE,
    "security_alert": SECURITY_ALERT,
}

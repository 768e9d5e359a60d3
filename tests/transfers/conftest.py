"""Cases to send from, and people on both sides."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from app.db import session
from app.transfers.models import CaseTransfer
from tests.disposal.conftest import act, again, awaiting_case, batch, case, closed_case, open_cases

__all__ = ["act", "again", "awaiting_case", "batch", "case", "closed_case", "open_cases"]
SENDING = {
    "kind": "协查", "body": "市场监管部门", "channel": "系统", "to_org_id": "", "to_name": "", "document_id": "", "document_no": "",
    "subject": "请协助核查是否为其生产", "sent_on": "2026-11-20", "reply_due_on": "", "key": "",
}  # fmt: skip


@pytest.fixture
def person(sign_in: Any, office: Any) -> Callable[[str], Any]:
    """``person("county:办案人")`` -> that person's browser."""
    clients: dict[str, Any] = {}

    def enter(name: str) -> Any:
        if name not in clients:
            clients[name] = sign_in(office.people[name])
        return clients[name]

    return enter


@pytest.fixture
def send(case: Any, person: Any, office: Any) -> Callable[..., CaseTransfer]:
    """``send(kind="移送", …)`` sends from the county's case to the other county through the system, unless said otherwise."""

    def sent(who: str = "county:办案人", **given: str) -> CaseTransfer:
        values = {**SENDING, "to_org_id": str(office.orgs["other"].id), "key": f"k{len(every())}", **given}
        response = person(who).post(f"/transfers/cases/{case.id}/new", data=values)
        assert response.status_code == 303, response.text
        return every()[-1]

    return sent


def every() -> list[CaseTransfer]:
    session().expire_all()
    return list(session().query(CaseTransfer).order_by(CaseTransfer.id))


@pytest.fixture
def take(person: Any) -> Callable[..., Any]:
    """``take("other:办案人", transfer, "receipt", …)`` posts the step with the version that the page shows now."""

    def post(who: str, transfer: CaseTransfer, step: str, **fields: Any) -> Any:
        session().expire_all()
        found = session().get_one(CaseTransfer, transfer.id)
        values = {"version": found.version, **fields}
        return person(who).post(f"/transfers/{transfer.id}/{step}", data=values)

    return post

"""A case in its handler's hands, and the penalties filed of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from app.db import session
from app.disposal.models import DisposalCase
from app.legal_clocks.models import LegalClock
from app.penalties.models import Penalty
from tests.disposal.conftest import again, batch, case, open_cases

__all__ = ["again", "batch", "case", "open_cases"]

TODAY = "2026-11-20"
MILD = {"facts": "销售灭蝇胺超标的豇豆 5 公斤", "basis": "《食品安全法》第34条、第124条", "outcome": "给予行政处罚", "warning": "y"}
FINED = MILD | {"income": "120.5", "fine": "2000", "goods": "豇豆", "goods_value": "80"}
HEAVY = FINED | {"fine": "100000"}
EXEMPT = {
    "facts": "销售灭蝇胺超标的豇豆 5 公斤", "basis": "《食品安全法》第136条", "outcome": "不予行政处罚", "goods": "豇豆",
    "excuse": "经营者履行进货查验义务，不知情并说明来源（食品安全法第136条）",
}  # fmt: skip


def reread(penalty_id: int) -> Penalty:
    session().expire_all()
    found = session().get(Penalty, penalty_id)
    assert found is not None
    return found


def clocks(penalty: Penalty) -> dict[str, LegalClock]:
    session().expire_all()
    own = sa.and_(LegalClock.subject_kind == "penalty", LegalClock.subject_id == penalty.id)
    filing = sa.and_(LegalClock.code == "CASE_FILE", LegalClock.subject_id == penalty.case_id)
    return {one.code: one for one in session().scalars(sa.select(LegalClock).where(sa.or_(own, filing)))}


@pytest.fixture
def people(sign_in: Any, office: Any) -> Callable[[str], Any]:
    """``people("county:办案人")`` -> that person's client."""
    clients: dict[str, Any] = {}

    def client(name: str) -> Any:
        if name not in clients:
            clients[name] = sign_in(office.people[name])
        return clients[name]

    return client


@pytest.fixture
def mine(case: DisposalCase, people: Any) -> DisposalCase:
    """The case, taken by the county's handler."""
    assert people("county:办案人").post(f"/disposal/{case.id}/claim", data={"version": case.version}).status_code == 303
    return again(case)


@pytest.fixture
def step(people: Any) -> Callable[..., Any]:
    """``step("county:审核人", penalty, "forward", …)`` posts the step as that person; the version shown is the current one."""

    def post(person: str, penalty: Penalty, name: str, **fields: Any) -> Any:
        return people(person).post(f"/penalties/{penalty.id}/{name}", data={"version": reread(penalty.id).version, **fields})

    return post


@pytest.fixture
def filed(mine: DisposalCase, people: Any) -> Penalty:
    """Filed by the handler on the day of receipt."""
    data = {"found_on": TODAY, "filed_on": TODAY, "version": mine.version, "key": "first"}
    assert people("county:办案人").post(f"/penalties/cases/{mine.id}/file", data=data).status_code == 303
    return session().scalars(sa.select(Penalty)).one()


@pytest.fixture
def proposed(filed: Penalty, step: Any) -> Callable[..., Penalty]:
    """``proposed(**HEAVY)`` -> recorded and sent to the reviewer."""

    def made(**recorded: str) -> Penalty:
        assert step("county:办案人", filed, "record", **recorded).status_code == 303
        assert step("county:办案人", filed, "propose").status_code == 303
        return reread(filed.id)

    return made


@pytest.fixture
def decided(proposed: Any, step: Any) -> Callable[..., Penalty]:
    """``decided(**FINED)`` -> decided by the section alone."""

    def made(**recorded: str) -> Penalty:
        found = proposed(**(recorded or FINED))
        assert step("county:审核人", found, "decide", decided_on=TODAY, comment="同意。").status_code == 303
        return reread(found.id)

    return made

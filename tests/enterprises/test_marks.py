"""企业标记 on the pages that name an enterprise: two questions for all of a page's enterprises; a grade within reach only."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Flask

from app import clock
from app.db import session, transaction
from app.domain.supervision_kinds import Grade, GradeCause
from app.domain.supervision_states import GradeState
from app.domain.workflow import ListingState
from app.enterprises import marks
from app.enterprises.models import Enterprise, EnterpriseLicence
from app.grading.models import RiskGrade
from app.listings.models import CreditListing
from tests.enterprises.conftest import code_of
from tests.queries import counting


def graded(enterprise: Enterprise, grade: Grade, kind: str = "食品销售者", state: GradeState = GradeState.CONFIRMED) -> RiskGrade:
    return RiskGrade(
        org_id=enterprise.org_id, number=f"FX{enterprise.id}-{kind}-{state.value}", enterprise_id=enterprise.id, kind=kind, year=2026,
        cause=GradeCause.YEARLY, rule_code="T", rule_sha256="0" * 64, grade=grade, facts={}, state=state, created_at=clock.now(),
    )  # fmt: skip


def listed(enterprise: Enterprise) -> CreditListing:
    return CreditListing(
        org_id=enterprise.org_id, number="失信〔2026〕1号", enterprise_id=enterprise.id, enterprise_name=enterprise.name, ground="病死肉",
        state=ListingState.LISTED, proposed_at=clock.now(), listed_on=date(2026, 3, 1),
    )  # fmt: skip


def words(actor: Any, enterprise: Enterprise) -> list[str]:
    return [mark.word for mark in marks.of(actor, [enterprise.id]).get(enterprise.id, ())]


def test_marks_of_an_enterprise(office: Any, app: Flask, clerk: Any, register: Any, sample: Any) -> None:
    bad, good = register(), register(name="好店", credit_code=code_of(2), address="二街")
    with transaction():
        session().add_all([graded(bad, Grade.D), graded(bad, Grade.B, "食盐经营者"), listed(bad)])
        session().add(graded(good, Grade.D, state=GradeState.REPLACED))  # a grade of the past
        session().add(EnterpriseLicence(org_id=bad.org_id, enterprise_id=bad.id, valid_to=date(2026, 11, 19), recorded_at=clock.now()))
        session().add(
            EnterpriseLicence(
                org_id=good.org_id, enterprise_id=good.id, valid_to=date(2020, 1, 1), recorded_at=clock.now(), ended_at=clock.now()
            )  # given up, looked at no longer
        )
    ours, theirs = (office.actor(f"{place}:抽样员") for place in ("county", "other"))
    assert words(ours, bad) == ["严重违法失信", "许可过期", "风险D级"]
    assert words(theirs, bad) == ["严重违法失信", "许可过期"]  # the list and the licence are public, the grade is not
    assert words(ours, good) == []
    with counting(app) as sent:
        marks.of(ours, [bad.id, good.id, None])
    assert sent.count == 2, sent
    taken = sample("XB-1", sampled_enterprise_id=bad.id)
    for address in ("/enterprises/", f"/sampling/{taken.id}", f"/enterprises/{bad.id}"):
        page = clerk.get(address).text
        assert "风险D级" in page and "严重违法失信" in page, address

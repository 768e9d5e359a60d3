"""``flask demo``: a county that holds together, made once, in an empty instance only."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from app.accounts.models import User
from app.announcements.models import ExternalFinding
from app.chain import verify_chain
from app.db import session
from app.decisions.models import VerdictDecision
from app.disposal.models import DisposalCase
from app.domain.samples import Level, Supervision
from app.domain.workflow import CaseState, DecisionState, PlanState, ReturnState, SampleState
from app.exports.models import MonthlyReturn
from app.indicators.models import BatchSummary
from app.layouts.models import LayoutMapping
from app.notices.models import AmendmentNotice
from app.plans import queries
from app.plans.models import SamplingPlan
from app.reviews.models import ResultReturn
from app.sampling.models import BatchFact, Sample
from tests.county import County


def run(app: Any, *args: str) -> Any:
    return app.test_cli_runner().invoke(args=["demo", "--json", *args])


@pytest.fixture
def made(app: Any, county: County) -> dict[str, Any]:
    """What the command said; the application stands on the database that it left."""
    session().rollback()
    app.extensions["shian_engine"].dispose()
    county.settle(Path(app.config["INSTANCE_FOLDER"]))
    return county.said


def test_the_county_holds_together(app: Any, made: dict[str, Any]) -> None:
    assert made["batches"] == made["reported"] + made["waiting"] == 260
    states = dict(session().execute(sa.select(Sample.state, sa.func.count()).group_by(Sample.state)).tuples().all())
    assert states == {SampleState.REPORTED: made["reported"], SampleState.REGISTERED: made["waiting"]}
    failing = sa.select(BatchFact.sample_id).where(BatchFact.supervision == Supervision.FAIL)
    # every nonconforming batch has its case, none of the others has one
    with_case = set(session().scalars(sa.select(DisposalCase.sample_id)))
    assert with_case == set(session().scalars(failing)) and with_case
    assert session().scalar(sa.select(sa.func.count()).where(DisposalCase.state == CaseState.CLOSED)) > 0
    assert session().scalar(sa.select(sa.func.sum(BatchSummary.batches))) == made["reported"]
    assert verify_chain().broken == []


def test_history_is_of_the_year(app: Any, made: dict[str, Any]) -> None:
    """The year was lived through: cases were received in the months of their reports, not all today."""
    months = {day.month for day in session().scalars(sa.select(DisposalCase.received_on))}
    assert len(months) > 1


def test_passwords_are_said_once_and_must_be_changed(app: Any, made: dict[str, Any]) -> None:
    users = list(session().scalars(sa.select(User).where(User.active)))  # who is only asked for has no account in use yet
    assert {user.username for user in users} == set(made["passwords"])
    assert all(user.must_change and made["passwords"][user.username] not in user.password_hash for user in users)


def test_the_months_are_reported(app: Any, made: dict[str, Any]) -> None:
    """Each past month checked, approved by another person, sealed and sent; this month waits."""
    rows = session().scalars(sa.select(MonthlyReturn).where(MonthlyReturn.corrects_id.is_(None)).order_by(MonthlyReturn.id)).all()
    assert [(one.month, one.state) for one in rows] == [
        *((202600 + month, ReturnState.SENT) for month in range(1, 11)), (202611, ReturnState.CHECKED)
    ]  # fmt: skip
    assert all(one.approved_by_id not in (None, one.created_by_id, one.checked_by_id) for one in rows[:-1])
    assert made["monthly_returns"] == session().scalar(sa.select(sa.func.count()).select_from(MonthlyReturn))


def test_a_second_demonstration_is_refused(app: Any, made: dict[str, Any], tmp_path: Any) -> None:
    numbers = list(session().scalars(sa.select(Sample.number).order_by(Sample.number)))
    assert numbers[0].startswith(("D", "G", "S", "X")) and len(set(numbers)) == 260
    again = run(app, "--batches", "10")
    assert again.exit_code == 1 and "已有样品" in again.stderr


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("--plan", "nowhere"), "没有编号为"),  # names the plans there are
        (("--batches", "0"), "应在 1 至"),
        (("--batches", "999999"), "应在 1 至"),
    ],
)
def test_bad_wishes_are_refused(app: Any, args: tuple[str, ...], words: str) -> None:
    result = run(app, *args)
    assert result.exit_code == 1 and words in result.stderr
    assert session().scalar(sa.select(sa.func.count()).select_from(User)) == 0


def test_some_things_are_looked_at_twice(app: Any, made: dict[str, Any]) -> None:
    """Pages of decisions, returns, notices, published lists and layouts have something to show, each at more than one stage."""
    decided = set(session().scalars(sa.select(VerdictDecision.state)))
    assert decided == {DecisionState.PROPOSED, DecisionState.DECLINED}
    resolved = list(session().scalars(sa.select(ResultReturn.resolved_report_id)))
    assert len(resolved) == made["returns"] == 2 and resolved.count(None) == 1
    told = set(session().scalars(sa.select(AmendmentNotice.kind)))
    assert len(told) > 1  # returns, and the file that corrected one
    findings = list(session().scalars(sa.select(ExternalFinding)))
    assert len(findings) == made["findings"] == 6
    assert 0 < sum(bool(one.producer_id or one.sampled_enterprise_id) for one in findings) < 6
    assert not any(one.unread_items for one in findings)
    assert session().scalar(sa.select(sa.func.count()).select_from(LayoutMapping)) == 1


def test_custody_keeps_to_its_own_rules(app: Any, made: dict[str, Any]) -> None:
    """Every step that was written in bulk could have been recorded by hand, and something waits at every stage."""
    from app.custody import operations, queries
    from app.custody.models import BackupSample, CustodySeal

    samples = list(session().scalars(sa.select(Sample)))
    chains = {number: steps for number, steps in queries.chains([one.id for one in samples]).items() if steps}
    assert len(chains) == made["custody"] > 30
    for sample in samples:
        steps = chains.get(sample.id, [])
        for place, step in enumerate(steps):
            assert operations.check(sample, step, steps[:place], step.recorded_at) == []
    stages = {queries.stage(step.kind for step in chains.get(one.id, [])).value for one in samples if one.state is SampleState.REGISTERED}
    assert stages >= {"待封样", "待移交", "待接收", "已接收"}
    seals = list(session().scalars(sa.select(CustodySeal.seal_no)))
    assert len(seals) == len(set(seals)) == 2 * len(chains)
    backups = list(session().scalars(sa.select(BackupSample)))
    assert len(backups) == made["backups"] > 100
    assert all(one.discarded_on > one.keep_until for one in backups if one.discarded_on)
    assert {one.state.value for one in backups} == {"kept", "discarded"}


def test_the_batches_belong_to_the_plans_of_the_year(app: Any, made: dict[str, Any]) -> None:
    plans = {plan.name: plan for plan in session().scalars(sa.select(SamplingPlan))}
    assert {name: plan.state for name, plan in plans.items()} == {
        "市级监督抽检计划": PlanState.ISSUED, "县级监督抽检计划": PlanState.ISSUED, "县级评价性抽检计划": PlanState.ISSUED,
        "节令食品专项抽检计划": PlanState.DRAFT,
    }  # fmt: skip
    taken = dict(session().execute(sa.select(Sample.plan_id, sa.func.count()).group_by(Sample.plan_id)).tuples().all())
    county = plans["县级监督抽检计划"]
    assert 0 < taken[county.id] <= county.total and taken[plans["市级监督抽检计划"].id] and taken[plans["县级评价性抽检计划"].id]
    other = sa.select(sa.func.count()).where(Sample.plan_id == county.id, Sample.organiser_level != Level.COUNTY)
    assert session().scalar(other) == 0
    cells = queries.quotas_in_force(county)
    by_axis = {axis: sum(row.batches for row in cells if row.cell.startswith(axis) and "|" not in row.cell) for axis in ("m", "r")}
    assert by_axis == {"m": county.total, "r": county.total}  # months and townships divide the whole

"""Two records of one shop with something of everything, and the people who merge them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from app import clock
from app.archives.models import ArchiveElement
from app.db import Base, session, transaction
from app.domain.samples import Domain, Link, Purpose, Supervision
from app.domain.supervision_kinds import CodeScheme, Grade, GradeCause
from app.domain.supervision_states import GradeState
from app.domain.workflow import SampleState
from app.enterprises.models import Enterprise, EnterpriseCategory, EnterpriseKind, EnterpriseLicence, EnterpriseStatus
from app.grading.models import RiskGrade
from app.sampling.models import PersonalDatum, Sample
from tests.enterprises.conftest import code_of

NOT_COMPARED = {"history_entry", "enterprise_merge", "counter", "user_session", "summary_stamp"}


def record(org_id: int, name: str, **given: Any) -> Enterprise:
    values = {"address": "文昌街1号", "status": EnterpriseStatus.ACTIVE, "created_at": clock.now()} | given
    made = Enterprise(org_id=org_id, name=name, kinds=[EnterpriseKind(kind="食品销售者")], **values)
    session().add(made)
    session().flush()
    return made


def furnish(one: Enterprise, serial: int) -> None:
    """Papers of the enterprise: some that the other has as well, some of its own."""
    org_id, at = one.org_id, clock.now()
    common = {"org_id": org_id, "enterprise_id": one.id}
    session().add_all(
        [
            EnterpriseKind(enterprise_id=one.id, kind="餐饮服务提供者", subkind=f"第{serial}种"),
            EnterpriseLicence(**common, number=f"JY{serial:09d}", main=True, recorded_at=at),
            EnterpriseCategory(**common, scheme=CodeScheme.FOOD_CATEGORY, code="01", name="粮食加工品"),
            EnterpriseCategory(**common, scheme=CodeScheme.FOOD_CATEGORY, code=f"1{serial}", name="其他"),
            ArchiveElement(**common, code="owner", value=f"第{serial}人", seen_on=date(2026, 1, 1), recorded_at=at),
            ArchiveElement(**common, code=f"own-{serial}", value="有", seen_on=date(2026, 1, 1), recorded_at=at),
            PersonalDatum(org_id=org_id, subject_kind="enterprise", subject_id=one.id, field=f"phone{serial}", value="1"),
            RiskGrade(
                **common, number=f"FX{serial}", kind="食品销售者", year=2026, cause=GradeCause.YEARLY, rule_code="T", rule_sha256="0" * 64,
                grade=Grade.B, facts={}, state=GradeState.CONFIRMED, created_at=at,
            ),
        ]
    )  # fmt: skip
    for role in ("sampled_enterprise_id", "producer_id"):
        session().add(sample_of(org_id, f"S-{serial}-{role}", **{role: one.id}))


def sample_of(org_id: int, number: str, **given: Any) -> Sample:
    return Sample(
        number=number, org_id=org_id, state=SampleState.REPORTED, purpose=Purpose.SUPERVISION, domain=Domain.FOOD, product_name="芹菜",
        sampled_name="好又多", link=Link.CIRCULATION, sampled_on=date(2026, 11, 2), reported_on=date(2026, 11, 18),
        supervision=Supervision.PASS, search_text=number, created_at=clock.now(), pending_items=0, **given,
    )  # fmt: skip


@pytest.fixture
def twins(office: Any) -> tuple[Enterprise, Enterprise]:
    """The older record without a code, the newer one with it."""
    org_id = office.orgs["county"].id
    with transaction():
        older = record(org_id, "好又多超市")
        newer = record(org_id, "蓟州区好又多超市", credit_code=code_of(1), status=EnterpriseStatus.PAUSED)
        furnish(older, 1)
        furnish(newer, 2)
    return older, newer


@pytest.fixture
def reviewer(office: Any, sign_in: Callable[..., FlaskClient]) -> FlaskClient:
    return sign_in(office.people["county:审核人"])


def everything() -> dict[str, list[dict[str, Any]]]:
    """Every row of the database but what tells of the doing itself; versions count up whatever happens."""
    session().expire_all()
    found = {}
    for name, table in Base.metadata.tables.items():
        if name not in NOT_COMPARED:
            columns = [column for column in table.columns if column.name != "version"]
            rows = session().execute(sa.select(*columns).order_by(table.c.id)).mappings() if "id" in table.c else []
            found[name] = [dict(row) for row in rows]
    return found

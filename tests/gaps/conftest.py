"""A plan of 蓟州区 in force, enterprises of its townships, samples and caps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from app import clock
from app.db import session, transaction
from app.domain.quotas import Cell
from app.domain.samples import AreaType, Confidence, Domain, Level, Link, Purpose
from app.domain.sampling_kinds import CapSubject, CapWindow, ExemptionKind
from app.domain.states import ExemptionState, PlanState, SampleState
from app.enterprises.models import Enterprise, EnterpriseKind, EnterpriseStatus
from app.exemptions.models import CapRule, RuleExemption
from app.plans.models import PlanQuota, SamplingPlan
from app.reference_data.books import category_book, region_book
from app.sampling.models import Sample

JIZHOU, WENCHANG, YUYANG = "120119", "120119001", "120119100"
PRODUCER, SELLER, CATERER = "食品生产企业", "食品销售者", "餐饮服务提供者"


@dataclass
class County:
    """Writes rows for one office; every method returns what it wrote."""

    orgs: dict[str, Any]
    made: int = 0

    def plan(self, quotas: dict[Cell, int], total: int = 100, org: str = "county", **values: Any) -> SamplingPlan:
        at = clock.now() - timedelta(days=30)
        with transaction():
            found = SamplingPlan(
                org_id=self.orgs[org].id, region_id=region_book().id(JIZHOU), year=2026, name=values.pop("name", "县级监督抽检"),
                level=Level.COUNTY, purpose=Purpose.SUPERVISION, total=total, state=PlanState.ISSUED, created_at=at, issued_at=at,
                **values,
            )
            session().add(found)
            session().flush()
            session().add_all(
                PlanQuota(
                    org_id=found.org_id, plan_id=found.id, cell=cell.key, category_id=cell.category_id, region_id=cell.region_id,
                    link=cell.link, month=cell.month, area_type=cell.area_type, batches=batches, recorded_at=at,
                )
                for cell, batches in quotas.items()
            )
        return found

    def firm(self, name: str, kind: str = SELLER, region: str = WENCHANG, org: str = "county", **values: Any) -> Enterprise:
        with transaction():
            found = Enterprise(
                org_id=self.orgs[org].id, name=name, region_id=region_book().id(region), created_at=clock.now(),
                **{"status": EnterpriseStatus.ACTIVE, **values}, kinds=[EnterpriseKind(kind=kind, subkind="/")],
            )
            session().add(found)
        return found

    def sample(self, firm: Enterprise | None = None, count: int = 1, *, on: date = date(2026, 11, 2), **values: Any) -> None:
        region = firm.region_id if firm else region_book().id(WENCHANG)
        first = {
            "state": SampleState.REGISTERED, "purpose": Purpose.SUPERVISION, "organiser_level": Level.COUNTY, "domain": Domain.FOOD,
            "link": Link.CIRCULATION, "region_id": region, "sampled_enterprise_id": firm.id if firm else None,
        }
        with transaction():
            for _ in range(count):
                self.made += 1
                session().add(
                    Sample(
                        org_id=self.orgs["county"].id, number=f"XBJ{self.made}", product_name="样品", sampled_on=on, search_text="样品",
                        created_at=clock.now(), **{**first, **values},
                    )
                )

    def cap(self, maximum: int = 5, subject: CapSubject = CapSubject.UNIT, link: Link | None = Link.CIRCULATION, **values: Any) -> None:
        code = f"TEST_{subject.name}_{link.name if link else 'ANY'}"
        with transaction():
            session().add(
                CapRule(
                    code=code, name="测试上限", subject=subject, maximum=maximum, link=link, online_exempt=True, blocking=False,
                    source="测试", confidence=Confidence.UNVERIFIED, recorded_at=datetime(2026, 1, 1),
                    **{"cap_window": CapWindow.QUARTER, "valid_from": date(2020, 1, 1), **values},
                )
            )

    def exempt(self, code: str, key: str, state: ExemptionState, valid_to: date) -> None:
        """Three batches beyond a cap, of which one has been used."""
        with transaction():
            session().add(
                RuleExemption(
                    org_id=self.orgs["county"].id, number="豁1号", kind=ExemptionKind.CAP, rule_code=code, subject_key=key,
                    subject_name="肉店", state=state, reason="投诉较多", batches=3, used=1, valid_from=date(2026, 11, 1),
                    valid_to=valid_to, asked_at=clock.now(),
                )
            )


def food(path: str) -> int:
    found = category_book().by_path(path)
    assert found is not None, path
    return found.id


def place(code: str) -> int:
    found = region_book().id(code)
    assert found is not None
    return found


@pytest.fixture
def county(office: Any) -> County:
    """The shipped caps are put aside: each test writes its own."""
    with transaction():
        session().execute(CapRule.__table__.update().values(superseded_at=clock.now()))
    return County(office.orgs)


__all__ = ["AreaType", "County"]

"""Plans with quotas and sheets of every state, written directly: what is tested here reads them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from app import clock
from app.db import session, transaction
from app.domain.facts import Conclusion
from app.domain.quotas import Cell
from app.domain.samples import AreaType, Domain, Level, Link, Monitoring, Purpose, Supervision
from app.domain.states import PlanState, SampleState
from app.plans.models import PlanQuota, SamplingPlan
from app.reference_data.books import category_book, region_book
from app.sampling.facts import draft_of, write_facts
from app.sampling.models import Sample

ISSUED = datetime(2026, 1, 4, 1)
WENCHANG = "120119001"  # 文昌街道
DONE = SampleState.REPORTED


def category(path: str) -> int:
    found = category_book().by_path(path)
    assert found is not None, path
    return found.id


def region(code: str) -> int:
    found = region_book().id(code)
    assert found is not None, code
    return found


@dataclass
class Desk:
    """Writes plans and sheets; numbers are P1, P2 … in the order they are asked for."""

    orgs: dict[str, Any]
    made: int = 0

    def plan(self, total: int = 100, cells: Mapping[Cell, int] | None = None, **columns: Any) -> SamplingPlan:
        org = self.orgs[columns.pop("org", "county")]
        values: dict[str, Any] = {
            "year": 2026, "name": f"县级监督抽检{self.made}", "level": Level.COUNTY, "purpose": Purpose.SUPERVISION,
            "state": PlanState.ISSUED, "issued_at": ISSUED, "region_id": region("120119"), "created_at": ISSUED, **columns,
        }  # fmt: skip
        with transaction():
            self.made += 1
            found = SamplingPlan(org_id=org.id, total=total, **values)
            session().add(found)
            session().flush()
            for cell, batches in (cells or {}).items():
                session().add(self._quota(found, cell, batches))
        return found

    def _quota(self, found: SamplingPlan, cell: Cell, batches: int) -> PlanQuota:
        return PlanQuota(
            org_id=found.org_id, plan_id=found.id, cell=cell.key, category_id=cell.category_id, region_id=cell.region_id,
            link=cell.link, month=cell.month, area_type=cell.area_type, batches=batches,
            recorded_at=(found.issued_at or ISSUED) - timedelta(days=1), superseded_at=None,
        )  # fmt: skip

    def sheet(self, count: int = 1, **columns: Any) -> list[Sample]:
        """Sheets of the county, reported unless said otherwise."""
        org = self.orgs[columns.pop("org", "county")]
        path, code = columns.pop("category", "肉制品"), columns.pop("region", "120119")
        fails = columns.pop("fails", False)
        values: dict[str, Any] = {
            "state": DONE, "purpose": Purpose.SUPERVISION, "organiser_level": Level.COUNTY, "domain": Domain.FOOD,
            "link": Link.CIRCULATION, "area_type": AreaType.URBAN, "sampled_on": date(2026, 3, 10), "samplers": "张三、李四",
            "laboratory": "衡清食品检验中心", "product_name": "酱牛肉", "sampled_name": "城关第一食品店", **columns,
        }  # fmt: skip
        with transaction():
            rows = [self._sheet(org, path, code, values) for _ in range(count)]
            session().add_all(rows)
            session().flush()
            done = [row for row in rows if row.state is DONE]
            verdict = Conclusion(Supervision.FAIL if fails else Supervision.PASS, Monitoring.NONE)
            reported = (values["sampled_on"] or date(2026, 3, 10)) + timedelta(days=20)
            drafts = [draft_of(row, verdict, reported_on=reported, has_residue=False, basis="初检") for row in done]
            write_facts(drafts, clock.now())
        return rows

    def _sheet(self, org: Any, path: str | None, code: str | None, values: dict[str, Any]) -> Sample:
        self.made += 1
        return Sample(
            org_id=org.id, number=f"P{self.made}", category_id=category(path) if path else None,
            region_id=region(code) if code else None, search_text="酱牛肉", created_at=clock.now(), **values,
        )  # fmt: skip


@pytest.fixture
def desk(office: Any) -> Desk:
    return Desk(office.orgs)

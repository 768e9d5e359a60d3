"""Batches for the figures: samples made directly, facts written by their only writer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

import pytest

from app import clock
from app.authorize import local_operator
from app.db import insert_many, reserve_ids, session, transaction
from app.domain.facts import Conclusion
from app.domain.samples import Domain, Level, Link, Monitoring, Purpose, Supervision
from app.domain.workflow import SampleState
from app.indicators import operations, queries
from app.reference_data.books import category_book, region_book
from app.sampling.facts import FactDraft, draft_of, write_facts
from app.sampling.models import Sample

JIZHOU = "120119"


@dataclass(frozen=True)
class Batch:
    """One completed batch; what a test does not say does not matter to it."""

    org: str = "county"
    purpose: Purpose = Purpose.SUPERVISION
    domain: Domain = Domain.FOOD
    category: str | None = "肉制品"
    region: str | None = JIZHOU
    link: Link | None = Link.CIRCULATION
    level: Level | None = Level.COUNTY
    reported_on: date = date(2026, 11, 5)
    supervision: Supervision = Supervision.PASS
    monitoring: Monitoring = Monitoring.NONE
    residue: bool = False


@dataclass
class Books:
    """Writes samples and facts; numbers are DBJ1, DBJ2 … in the order they are asked for."""

    orgs: dict[str, Any]
    made: int = 0
    samples: list[Sample] = field(default_factory=list)

    def add(self, *batches: Batch, at: datetime | None = None) -> list[Sample]:
        """Samples by the ORM, each with its first fact."""
        with transaction():
            made = [self._sample(batch) for batch in batches]
            session().add_all(made)
            session().flush()
            write_facts([self._draft(one, batch) for one, batch in zip(made, batches, strict=True)], at or clock.now())
        self.samples += made
        return made

    def many(self, batch: Batch, count: int) -> None:
        """Thousands of batches alike, in bulk."""
        with transaction():
            first = self._sample(batch)
            session().add(first)
            session().flush()
            drafts = [self._draft(first, batch)]
            columns = {column.name: getattr(first, column.name) for column in Sample.__table__.columns}
            rows = []
            for number in reserve_ids(Sample.__table__, count - 1):  # type: ignore[arg-type]
                self.made += 1
                rows.append({**columns, "id": number, "number": f"DBJ{self.made}"})
                drafts.append(replace(drafts[0], sample_id=number, sample_number=f"DBJ{self.made}"))
            insert_many(Sample.__table__, rows)  # type: ignore[arg-type]
            write_facts(drafts, clock.now())

    def rewrite(
        self, sample: Sample, batch: Batch, at: datetime | None = None, *, basis: str = "更正", voided: bool = False
    ) -> None:
        """Another version of the fact: a correction, a retest, a void."""
        with transaction():
            for name, value in self._columns(batch).items():
                setattr(sample, name, value)
            write_facts([replace(self._draft(sample, batch), basis=basis, voided=voided)], at or clock.now())

    def _sample(self, batch: Batch) -> Sample:
        self.made += 1
        return Sample(
            org_id=self.orgs[batch.org].id, number=f"DBJ{self.made}", state=SampleState.REPORTED, **self._columns(batch),
            product_name="酱牛肉", sampled_name="城关镇第一食品店", sampled_on=date(2026, 1, 5) if batch.reported_on.year == 2026 else None,
            reported_on=batch.reported_on, supervision=batch.supervision, monitoring=batch.monitoring, search_text="酱牛肉",
            created_at=clock.now(),
        )  # fmt: skip

    def _columns(self, batch: Batch) -> dict[str, Any]:
        category = category_book().by_path(batch.category) if batch.category else None
        return {
            "purpose": batch.purpose, "domain": batch.domain, "link": batch.link, "organiser_level": batch.level,
            "category_id": category.id if category else None, "region_id": region_book().id(batch.region) if batch.region else None,
        }  # fmt: skip

    def _draft(self, sample: Sample, batch: Batch) -> FactDraft:
        conclusion = Conclusion(batch.supervision, batch.monitoring)
        return draft_of(sample, conclusion, reported_on=batch.reported_on, has_residue=batch.residue, basis="初检")


@pytest.fixture
def books(office: Any) -> Books:
    return Books(office.orgs)


@pytest.fixture
def admin(office: Any, sign_in: Any) -> Any:
    return sign_in(
        office.people["root:系统管理员"] if "root:系统管理员" in office.people else office.people["city:系统管理员"]
    )


@pytest.fixture
def show(app: Any) -> Callable[..., dict[str, dict[str, Any]]]:
    """``show("jizhou", year=2026)`` -> the rows of `indicators show --json` by number."""

    def run(plan: str, area: str = JIZHOU, **options: Any) -> dict[str, dict[str, Any]]:
        return {row["no"]: row for row in invoke(app, "show", plan, area, **options)}

    return run


@pytest.fixture
def listed(app: Any) -> Callable[..., dict[str, list[str]]]:
    """``listed("jizhou", "13", year=2026)`` -> what `indicators records --json` lists."""

    def run(plan: str, no: str, area: str = JIZHOU, **options: Any) -> dict[str, list[str]]:
        found: dict[str, list[str]] = invoke(app, "records", plan, area, no=no, **options)
        return found

    return run


def invoke(app: Any, name: str, plan: str, area: str, **options: Any) -> Any:
    import json

    options.setdefault("year", 2026)
    arguments = ["indicators", name, "--json", "--plan", plan, "--area", area]
    for option, value in options.items():
        arguments += [f"--{option.replace('_', '-')}", str(value)]
    result = app.test_cli_runner().invoke(args=arguments)
    assert result.exit_code == 0, result.output + result.stderr
    return json.loads(result.stdout)


def defined(code: str, no: str, formula: str, written: str = "", reason: str = "上级通知统一口径") -> None:
    """Another definition in force, as its adoption writes it."""
    actor = local_operator()
    with transaction():
        planned = queries.indicator(actor, code, no)
        assert planned is not None
        operations.define(planned, formula, written, reason, actor, clock.now())

"""Records that the demonstration county has none of, so that the pages about them can be looked at: each made as its users make it.

A step that is refused says so in what ``furnish`` returns; nothing is passed over in silence.
"""

from __future__ import annotations

import io
import re
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import sqlalchemy as sa
from flask import Flask

from app import clock
from app.alerts.models import SecurityAlert
from app.db import session, transaction
from app.desk.models import BulkAction, SavedView
from app.disposal.models import DisposalCase
from app.domain.samples import Supervision
from app.domain.trust_kinds import AlertKind
from app.domain.trust_states import AlertState
from app.domain.workflow import PlanState
from app.enterprises.models import Enterprise, EnterpriseStatus
from app.grading_rules import operations as grading_rules
from app.inspections.models import Inspection
from app.jobs import Job, JobStatus
from app.plans.models import PlanItemSet, SamplingPlan
from app.random_inspections import operations as random_operations
from app.reference_data.models import Region
from app.results.models import ImportBatch
from app.sampling.models import Sample
from tests.browser.gathering import Person
from tests.flows.material import GOOD, PASSED, write_workbook
from tests.grading_rules.test_grading_rules import SALE
from tests.random_inspections.conftest import draft
from tests.reference_changes.conftest import send

JOBS = ("make_return", "make_dossier", "import_stage", "announcements_stage", "enterprise_stage", "review_approve")
ASKED = {"title": "抽检月报", "number": "核处〔2026〕1号", "case_id": 1, "sha256": "0" * 64, "filename": "结果.csv", "key": "x",
    "review_id": 1}
MULTIPART = "multipart/form-data"
TODAY = "2026-11-20"
# Addresses to which no link leads before a record is in a certain state, and whose parts are no ids.
HINTS = (
    ("xitong", "/changes/rules/comparison_rules/new"), ("xitong", "/users/1/ask/leave"),
    ("tongji1", "/changes/new/population.set"), ("xitong", "/changes/new/population.set?subject=1"),
)  # fmt: skip


@dataclass
class Furnishing:
    app: Flask
    people: list[Person]
    refused: list[str] = field(default_factory=list)
    hints: list[tuple[str, str]] = field(default_factory=lambda: list(HINTS))

    def who(self, username: str) -> Person:
        return next(person for person in self.people if person.username == username)

    def post(self, who: str, address: str, /, **data: Any) -> bool:
        kind = {"content_type": MULTIPART} if any(isinstance(value, tuple) for value in data.values()) else {}
        answer = self.who(who).client.post(address, data=data, **kind)
        if answer.status_code not in (200, 303):
            matter = answer.text.partition("</h1>")[2].partition("</main>")[0]
            said = re.sub(r"<[^>]*>|\s+", " ", matter)
            self.refused.append(f"{who} {address}: {answer.status_code} {said[:400]}")
        if answer.location:
            self.hints.append((who, answer.location))
        return answer.status_code in (200, 303)

    def upload(self, username: str, template: str, address: str, **data: Any) -> None:
        """The template itself with a row of nonsense: nearly everything in it is at fault."""
        book = openpyxl.load_workbook(io.BytesIO(self.who(username).client.get(template).data))
        sheet, filled = book.worksheets[0], io.BytesIO()
        for column in range(1, sheet.max_column + 1):
            sheet.cell(sheet.max_row if column > 1 else sheet.max_row + 1, column, "甲")
        book.save(filled)
        filled.seek(0)
        self.post(username, address, file=(filled, "模板.xlsx"), **data)


def furnish(app: Flask, people: list[Person]) -> Furnishing:
    """Runs once on a fresh demonstration county."""
    made = Furnishing(app, people)
    for step in STEPS:
        step(made)
    return made


def files(made: Furnishing) -> None:
    made.upload("chouyang1", "/enterprises/import/template.xlsx", "/enterprises/import")
    made.upload("chouyang1", "/sampling/import/template", "/sampling/import")
    made.upload("chouyang1", "/rapid-tests/import/template.xlsx", "/rapid-tests/import")
    made.upload("tongji1", "/random-inspections/inspectors/import/template.xlsx", "/random-inspections/inspectors/import")
    made.upload("tongji1", "/grading/profiles/import/template.xlsx?kind=食品销售者", "/grading/profiles/import", kind="食品销售者")
    plan = session().scalars(sa.select(SamplingPlan.id).where(SamplingPlan.state == PlanState.DRAFT)).first()
    made.upload("tongji1", f"/plans/{plan}/template.xlsx", f"/plans/{plan}/import")
    unknown = "甲,乙,丙\n1,2,3\n4,5,6\n".encode()
    made.post("tongji1", "/imports/upload", file=(io.BytesIO(unknown), "没见过的表.csv"), layout="auto", reported_on=TODAY)


def rows(made: Furnishing) -> None:
    """What only time, a large file or somebody's bad intention brings about."""
    sampler, guard = made.who("chouyang1").actor, made.who("anquan").actor
    assert sampler is not None and guard is not None
    with transaction():
        for kind in JOBS:
            session().add(Job(
                org_id=sampler.org_id, kind=kind, payload=ASKED, status=JobStatus.FAILED, progress=40, message="正在读取", attempts=1,
                error="文件已损坏，请重新上传", created_at=clock.now(), created_by_id=sampler.user_id, ended_at=clock.now(),
            ))  # fmt: skip
        session().add(SecurityAlert(
            org_id=guard.org_id, kind=next(iter(AlertKind)), key="x", ip="10.0.0.8", text="来自 10.0.0.8 的登录连续失败 12 次", count=12,
            first_at=clock.now(), last_at=clock.now(), state=AlertState.OPEN,
        ))  # fmt: skip
        session().add(SavedView(
            org_id=sampler.org_id, created_by_id=sampler.user_id, list_code="samples", name="本月不合格", query="verdict=fail",
            shared=False, created_at=clock.now(),
        ))  # fmt: skip
        session().add(BulkAction(
            org_id=sampler.org_id, kind="x", title="批量确认收样", asked=2, done=1, created_at=clock.now(), created_by_id=sampler.user_id,
            outcomes=[
                {"name": "XBJ1", "url": None, "done": True, "said": "已办理"},
                {"name": "XBJ2", "url": None, "done": False, "said": "状态已变"},
            ],
        ))  # fmt: skip


def import_results(made: Furnishing, rows: Sequence[Mapping[str, str]], name: str) -> None:
    """A workbook of results, uploaded and confirmed by the clerk."""
    with tempfile.TemporaryDirectory() as folder:
        content = write_workbook(Path(folder, name), rows).read_bytes()
    made.post("tongji1", "/imports/upload", file=(io.BytesIO(content), name), layout="auto", reported_on=TODAY)
    batch = session().scalars(sa.select(ImportBatch).order_by(ImportBatch.id.desc())).first()
    assert batch is not None
    made.post("tongji1", f"/imports/{batch.id}/confirm", version=batch.version)


def cases(made: Furnishing) -> None:
    """A batch newly found nonconforming, its case taken, and a penalty filed; a listing proposed."""
    import_results(made, GOOD, "结果.xlsx")
    case = session().scalars(sa.select(DisposalCase).order_by(DisposalCase.id.desc())).first()
    assert case is not None
    made.post("banan1", f"/disposal/{case.id}/claim", version=case.version)
    session().expire_all()
    made.post("banan1", f"/penalties/cases/{case.id}/file", found_on=TODAY, filed_on=TODAY, version=case.version, key="p1")
    firm = session().scalars(sa.select(Enterprise.id).order_by(Enterprise.id.desc())).first()
    made.post("banan1", f"/listings/enterprises/{firm}/propose", ground="contaminants", reason="吊销许可证", key="l1")


def firms(made: Furnishing) -> None:
    actor = made.who("shenhe1").actor
    assert actor is not None
    with transaction():
        names = ("蓟州区好又多超市", "蓟州区好又多超市", "蓟州好又多超市")
        twins = [
            Enterprise(org_id=actor.org_id, name=name, status=EnterpriseStatus.ACTIVE, created_at=clock.now(), initials="hyd")
            for name in names
        ]
        session().add_all(twins)
        session().flush()
        one, other, third = ((twin.id, twin.version) for twin in twins)
    sent = {"kept_version": one[1], "merged_version": other[1], "key": "m1", "comment": "同一营业执照"}
    made.post("shenhe1", f"/merges/{one[0]}/{other[0]}", **sent)
    made.hints.append(("shenhe1", f"/merges/{one[0]}/{third[0]}"))
    made.post("tongji1", "/grading/runs", year="2026", kind="食品销售者", region_id="", key="g1")


def rules(made: Furnishing) -> None:
    asked = {"rule": "C-UNIT", "key": "某店", "reason": "节日专项", "batches": "2", "valid_from": TODAY, "valid_to": "2026-12-20"}
    made.post("chouyang1", "/exemptions/ask", **asked)
    admin = made.who("xitong").client
    region = session().scalar(sa.select(Region.id).where(Region.code == "120119"))
    for answer in (
        send(admin, "/settings/IDLE_MINUTES", {"value": "20"}),
        send(admin, "/changes/new/population.set", {"subject": str(region), "year": "2024", "residents": "801000", "confidence": "已核"}),
    ):
        if answer.status_code != 303:
            made.refused.append(f"change: {answer.status_code} {answer.request.path}")
    made.post("xitong", "/api-keys/new", name="衡清", username="jianyan1", scopes="samples:read", per_minute="60", expires_on="2027-06-30")


def drafts(made: Furnishing) -> None:
    clerk = made.who("tongji1").actor
    assert clerk is not None
    with transaction():
        random_operations.make(draft(), clerk, clock.now())
        grading_rules.draft(SALE, date(2027, 1, 1), clerk, clock.now())
    items = session().execute(sa.select(PlanItemSet.plan_id, PlanItemSet.category_id).order_by(PlanItemSet.id)).first()
    if items is not None:
        made.hints.append(("tongji1", f"/plans/{items[0]}/items/edit?category={items[1]}"))


def inspections(made: Furnishing) -> None:
    """One that its inspector has begun."""
    sampler = made.who("chouyang1")
    for number, version in session().execute(sa.select(Inspection.id, Inspection.version).order_by(Inspection.id.desc()).limit(30)):
        if sampler.client.post(f"/inspections/{number}/start", data={"version": version}).status_code == 303:
            made.hints.append(("chouyang1", f"/inspections/{number}/record"))
            return
    made.refused.append("no inspection could be begun")


def failing(made: Furnishing) -> None:
    """A 检验结果通知书 of a failing sample; its page leads to one of the case, where there is a case."""
    sampler = made.who("chouyang1").actor
    assert sampler is not None
    found = sa.select(Sample.id).where(Sample.supervision == Supervision.FAIL, Sample.org_id == sampler.org_id)
    made.hints.append(("chouyang1", f"/documents/samples/{session().scalars(found.order_by(Sample.id).limit(1)).one()}/new/result-notice"))


def reviews(made: Furnishing) -> None:
    """A file of results that waits for its approval, where the office wants one."""
    made.app.config["RESULTS_REVIEW"] = "one"
    number = next(title for title, value in GOOD[0].items() if value == PASSED)
    rows = [{**row, number: f"XC2612011946002{place:04d}"} for place, row in enumerate(GOOD)]
    import_results(made, rows, "送审.xlsx")


STEPS: tuple[Callable[[Furnishing], None], ...] = (files, rows, cases, firms, rules, drafts, inspections, failing, reviews)

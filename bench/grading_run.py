"""年度评定: 50,000 enterprises with facts and an inspection each, every second with a grade in force: preview, submit and confirm.

Each step is told with its seconds and the number of statements; a second run then replaces the grades of the first.
"""

from __future__ import annotations

import json
import sys
import time
from datetime import date, datetime
from random import Random
from typing import Any

from bench.databases import Database, opened, prepared
from bench.frame import Report, Span, arguments, chosen, in_process

AT, DAY, ITEMS, SALE = datetime(2026, 11, 20, 2), date(2026, 6, 1), 40, "食品销售者"


def fill(rows: int) -> Any:
    def filled(actor: Any) -> None:
        from app.db import transaction

        with transaction():
            _fill(actor, rows)

    return filled


def _fill(actor: Any, rows: int) -> None:
    from app.accounts.models import User
    from app.checklists.models import Checklist, ChecklistItem
    from app.db import insert_many, reserve_ids, session
    from app.domain.samples import Confidence
    from app.domain.supervision_kinds import FindingAnswer, InspectionMeasure, InspectionNature, InspectionResult
    from app.domain.supervision_states import InspectionState
    from app.enterprises.models import Enterprise, EnterpriseKind, EnterpriseStatus
    from app.grading.models import RiskProfile
    from app.inspections.models import Inspection, InspectionFinding

    random, org = Random(7), actor.org_id
    checklist = Checklist(
        code="bench", edition="1", title="要点表", kinds=SALE, source="bench", confidence=Confidence.UNVERIFIED, recorded_at=AT
    )
    session().add(checklist)
    session().flush()
    items = [
        ChecklistItem(checklist_id=checklist.id, ordinal=at, number=f"1.{at}", group="经营资质", text=f"第{at}项", key=at % 3 == 0)
        for at in range(1, ITEMS + 1)
    ]  # fmt: skip
    session().add_all(items)
    session().flush()
    firms = reserve_ids(Enterprise.__table__, rows)  # type: ignore[arg-type]
    insert_many(
        Enterprise.__table__,  # type: ignore[arg-type]
        ({"id": one, "org_id": org, "name": f"第{one}超市", "status": EnterpriseStatus.ACTIVE, "created_at": AT, "initials": "dcs",
          "version": 1} for one in firms),
    )  # fmt: skip
    insert_many(
        EnterpriseKind.__table__, ({"enterprise_id": one, "kind": SALE, "subkind": "/"} for one in firms)  # type: ignore[arg-type]
    )
    insert_many(
        RiskProfile.__table__,  # type: ignore[arg-type]
        ({"org_id": org, "enterprise_id": one, "kind": SALE, "seen_on": DAY, "source": "年度核实", "recorded_at": AT,
          "facts": {"area": str(random.randint(20, 4000)), "packed_ambient": str(random.randint(50, 9000)),
                    "packed_chilled": str(random.randint(0, 900)), "suppliers": str(random.randint(5, 300))}} for one in firms),
    )  # fmt: skip
    seen = reserve_ids(Inspection.__table__, rows)  # type: ignore[arg-type]
    people = [User(org_id=org, username=f"bench{one}", name=f"检查员{one}", password_hash="!", created_at=AT) for one in (1, 2)]
    session().add_all(people)
    session().flush()
    insert_many(
        Inspection.__table__,  # type: ignore[arg-type]
        ({"id": one, "org_id": org, "number": f"检查{one}", "enterprise_id": firm, "enterprise_name": f"第{firm}超市", "kind": SALE,
          "nature": InspectionNature.ROUTINE, "checklist_id": checklist.id, "inspected_on": DAY, "lead_id": people[0].id,
          "second_id": people[1].id,
          "state": InspectionState.FINISHED, "result": InspectionResult.MOSTLY_MEETS, "measure": InspectionMeasure.RECTIFY,
          "finished_on": DAY, "finished_at": AT, "created_at": AT, "version": 1} for one, firm in zip(seen, firms, strict=True)),
    )  # fmt: skip
    answers = (FindingAnswer.MEETS,) * 9 + (FindingAnswer.FAILS,)
    insert_many(
        InspectionFinding.__table__,  # type: ignore[arg-type]
        ({"org_id": org, "inspection_id": one, "item_id": item.id, "answer": random.choice(answers)} for one in seen for item in items),
    )  # fmt: skip


class Sent:
    """How many statements went to the database."""

    def __init__(self) -> None:
        from sqlalchemy import event

        from app.db import engine

        self.count = 0
        event.listen(engine(), "before_cursor_execute", self._note)

    def _note(self, *_: Any) -> None:
        self.count += 1


def run(order: dict[str, Any]) -> dict[str, Any]:
    """One whole run and then a second one that moves grades in force; seconds of each step."""
    from dataclasses import replace

    from app import clock
    from app.db import transaction
    from app.grading import jobs, runs

    spans: dict[str, Any] = {}
    with opened(Database(order["kind"], order["name"])) as actor:
        sent, actor, other = Sent(), replace(actor, user_id=1), replace(actor, user_id=2)
        for year in (2026, 2027):
            begun = time.perf_counter()
            with transaction():
                made = runs.prepare(runs.Wanted(SALE, year), actor, clock.now())
            jobs.preview_all(made.id, actor)
            previewed = time.perf_counter()
            with transaction():
                runs.submit(made, actor)
            submitted = time.perf_counter()
            with transaction():
                graded = runs.confirm(made, other, clock.now(), date(2026, 11, 20) if year == 2026 else date(2027, 1, 1))
            ended = time.perf_counter()
            spans[str(year)] = [previewed - begun, submitted - previewed, ended - submitted, ended - begun, graded, sent.count]
            sent.count = 0
    return spans


def measure(report: Report, kind: str, rows: int) -> None:
    source = prepared(kind, f"grading_{rows}", fill(rows))
    copy = Database(kind, f"grading_{rows}_run").copy_from(source)
    done = in_process("bench.grading_run", {"kind": kind, "name": copy.name})
    for year, (preview, submit, confirm, whole, graded, sent) in done.answer.items():
        what = f"{kind}, {'first grades' if year == '2026' else 'grades in force replaced'}"
        told = f"preview {preview:.1f} s, submit {submit:.1f} s, confirm {confirm:.1f} s, together {Span(whole, 0)}"
        report.note(what, f"{graded:,} graded: {told}; {sent:,} statements", "< 60 s")
    report.note(f"{kind}, peak memory", f"{done.peak:.0f} MB", "bounded")
    copy.drop()


def main() -> None:
    options = arguments(__doc__ or "", rows=50_000, times=1, databases=True).parse_args()
    report = Report("yearly run of risk grades", options)
    for kind in chosen(options):
        measure(report, kind, options.rows)
    report.finish()


if __name__ == "__main__":
    if len(sys.argv) == 2 and sys.argv[1].startswith("{"):
        print(json.dumps(run(json.loads(sys.argv[1]))))
    else:
        main()

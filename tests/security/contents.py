"""What the pages of some kinds cannot do without: their contents, and the files in the store."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import sqlalchemy as sa
from PIL import Image

from app.db import session
from app.domain.publications import content_of
from app.domain.reporting_kinds import PublicList
from app.domain.risk_rule_data import sha256 as rules_sha256
from app.domain.risk_rule_data import write
from app.enterprises.models import EnterpriseKind
from app.files import Stored, store
from app.grading.runs import _nothing as nothing_counted
from app.reference.risk_rule_files import read_rule_sets
from app.results.entry import Entered
from app.return_templates.shipped import read_shipped
from app.reviews.content import of_entry
from tests.security.world import JOBS, Manifest


def _picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(out, "PNG")
    return out.getvalue()


def into_store() -> dict[str, Stored]:
    """A picture and a form in the store of this installation."""
    return {"picture": store(_picture()), "form": store(read_shipped()[0].content)}


def fill(manifest: Manifest, models: Mapping[str, type[Any]]) -> None:
    """Give the rows their contents; runs inside a transaction."""
    kept = into_store()
    for made in manifest.values():
        for key, content in CONTENTS.items():
            if key in made:
                table = models[key.split(":")[0]].__table__
                session().execute(sa.update(table).where(table.c.id == made[key]).values(content(made, kept)))
        pictures = models["Attachment"].__table__
        for name in ("SamplePhoto", "SampleSignature"):
            session().execute(sa.update(models[name].__table__).values(thumbnail_sha256=kept["picture"].sha256))
        session().add(EnterpriseKind(enterprise_id=made["Enterprise"], kind="食品销售者"))
        session().execute(sa.update(pictures).values(sha256=kept["picture"].sha256, mime="image/png", filename="x.png"))


Content = Callable[[Mapping[str, int], Mapping[str, Stored]], dict[str, Any]]


def _job(made: Mapping[str, int], kept: Mapping[str, Stored]) -> dict[str, Any]:
    return {
        "payload": {
            "sha256": "0" * 64, "case_id": made["DisposalCase"], "number": "x", "title": "x", "review_id": made["ResultReview"],
        }
    }  # fmt: skip


def _rules(made: Mapping[str, int], kept: Mapping[str, Stored]) -> dict[str, Any]:
    rules = read_rule_sets()[0]
    return {"content": write(rules), "content_sha256": rules_sha256(rules), "kinds": rules.kinds[0]}


def _entry(made: Mapping[str, int], kept: Mapping[str, Stored]) -> dict[str, Any]:
    return {"content": of_entry(Entered("R1", date(2026, 11, 2), None, None, []))}


def _file(made: Mapping[str, int], kept: Mapping[str, Stored]) -> dict[str, Any]:
    return {"rows": 1, "sha256": kept["picture"].sha256, "attachment_id": made["Attachment"]}


CHANGE = {"act": "limit.end", "values": {}, "base": "", "lines": []}
SETTING = {"act": "setting.set", "values": {"name": "IDLE_MINUTES", "value": "20"}, "base": "", "lines": []}
FOUND = {
    "question": {"from_on": "2026-11-01", "to_on": "2026-11-20"}, "area": "蓟州区", "judged": 1, "failed": 0, "rate": "0.00%",
    "small": True, "category": None, "sha256": "0" * 64, "items": [],
}  # fmt: skip
CONTENTS: Mapping[str, Content] = {
    **{f"Job:{kind}": _job for kind in JOBS},
    "ReferenceChange": lambda made, kept: {"payload": CHANGE},
    "ReferenceChange:setting": lambda made, kept: {"payload": SETTING},
    "RiskRuleSet": _rules,
    "RiskGrade": lambda made, kept: {"facts": {"from_on": "2026-01-01", "to_on": "2026-11-01"}},
    "RiskRun": lambda made, kept: {"counts": nothing_counted(1)},
    "EnterpriseMerge": lambda made, kept: {"moved": {"rows": {}, "stayed": {}, "credit_code": None}},
    "ImportBatch:plan_quotas": lambda made, kept: {"layout": f"quotas:{made['SamplingPlan']}"},
    "PublicationItem": lambda made, kept: {"content": content_of({}, PublicList.FAILED, 14)},
    "PublicWarning": lambda made, kept: {"findings": FOUND},
    "RandomProgramme": lambda made, kept: {"take": 1},
    "ReturnTemplate": lambda made, kept: {"sha256": kept["form"].sha256},
    "ResultReview": _entry,
    "Dossier": lambda made, kept: {"pdf_sha256": kept["picture"].sha256, "zip_sha256": kept["picture"].sha256},
    "ListExport": _file,
}

"""``flask publications``: the same course from the command line, the nightly guard, two people at the same step."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm.exc import StaleDataError

from app import clock
from app.db import session, transaction
from app.domain.reporting_kinds import PublicList
from app.domain.reporting_states import PublicationState
from app.domain.samples import Supervision
from app.errors import NotAllowedNow
from app.publications import candidates, operations
from app.publications.models import Publication, PublicationItem
from app.publications.operations import Wording
from tests.conftest import make_office
from tests.disposal.conftest import build_batch, race
from tests.publications.conftest import FAILED, PASSED, REPORTED, SECOND, batch, failing, overturn
from tests.ripples.conftest import fresh, retest_of

NUMBER = "公示〔2026〕1号"


def test_the_course_by_command(office: Any, run: Any, tmp_path: Path) -> None:
    sample_id = failing(office, FAILED)
    batch(office, PASSED)
    status, data, _ = run("county-handler", "candidates", "--tab", "failed")
    assert (status, [row["number"] for row in data]) == (0, [FAILED])
    assert run("county-handler", "candidates", "--category", "没有这类")[0] == 1
    assert run("county-handler", "draft", "--kind", "合格", "--number", "X1")[0] == 1
    status, data, _ = run("county-handler", "draft", "--kind", "不合格")
    assert (status, data["number"], data["due_on"]) == (0, NUMBER, "2026-11-27")
    assert run("county-handler", "edit", NUMBER, "--title", "新标题", "--announcement-no", "2026年第7号")[0] == 0
    assert run("county-handler", "edit", NUMBER, "--title", "新标题")[0] == 1
    assert run("county-handler", "submit", NUMBER)[0] == 0
    assert run("county-handler", "approve", NUMBER)[0] == 1
    assert run("county-reviewer", "return", NUMBER, "--comment", "标题有误")[0] == 0
    assert run("county-handler", "refresh", NUMBER)[0] == 0
    assert run("county-handler", "submit", NUMBER)[0] == 0
    assert run("county-handler", "recall", NUMBER)[0] == 0
    assert run("county-handler", "submit", NUMBER)[0] == 0
    assert run("county-reviewer", "approve", NUMBER)[0] == 0
    assert run("county-handler", "publish", NUMBER, "--channel", "门户网站", "--on", "2026-12-01")[0] == 1
    status, data, _ = run("county-handler", "publish", NUMBER, "--channel", "门户网站")
    assert (status, data["state"], data["announcement_no"]) == (0, "已公布", "2026年第7号")
    status, data, _ = run("county-handler", "show", "2026年第7号")
    assert data["rows"][0]["items"] == "毒死蜱║0.9mg/kg║≤0.2mg/kg" and data["rows"][0]["masked"] == []
    out = tmp_path / "list.xlsx"
    assert run("county-handler", "export", str(out), "--number", NUMBER)[0] == 0 and out.read_bytes()[:2] == b"PK"
    assert run("county-handler", "export", str(out))[0] == 0
    assert run("county-handler", "docx", NUMBER, str(tmp_path / "a.docx"))[0] == 0 and (tmp_path / "a.docx").read_bytes()[:2] == b"PK"
    assert run("county-handler", "guard")[:2] == (0, [])
    retest_of(office, FAILED)
    overturn(office, sample_id)
    status, data, _ = run("county-handler", "guard")
    assert status == 1 and [(row["sample"], row["remedy"], row["answer"]) for row in data] == [(FAILED, "撤回", None)]
    status, data, _ = run("county-handler", "correct", NUMBER, "--sample", FAILED, "--remedy", "撤回", "--reason", "复检合格")
    assert (status, data["nature"], data["number"]) == (0, "撤回公告", "公示〔2026〕2号")
    assert run("county-handler", "guard")[1][0]["answer"] == "公示〔2026〕2号"
    assert run("county-handler", "void", "公示〔2026〕2号", "--comment", "改为整份撤回")[0] == 0
    assert run("county-reviewer", "withdraw", NUMBER, "--comment", "整份撤回")[0] == 0
    status, data, _ = run("county-handler", "list", "--state", "已撤回")
    assert [(row["number"], row["items"]) for row in data] == [(NUMBER, 1)]
    status, data, _ = run("county-handler", "statistics", "--year", "2026")
    assert (status, data["due"], data["on_time"], data["missing"]) == (0, 2, 0, 2)  # both pass now; none stands in a list as such
    status, data, _ = run("county-handler", "statistics", "--year", "2026", "--list", "missing")
    assert (status, len(data["batches"])) == (0, 2) and {one["kept"] for one in data["batches"]} == {"超期未公布"}
    assert run("county-handler", "list", "--state", "没有")[0] == 1 and run("county-handler", "show", "没有")[0] == 1


# ---------------------------------------------------------------- two people at once

def at_once(app: Any) -> None:
    """Two people draft a list of the same batches: one of them has them; of two who approve it one does."""
    with transaction():
        office = make_office()
        for number in (PASSED, SECOND):
            build_batch(office, number, supervision=Supervision.PASS, sampled_on=date(2026, 10, 8), reported_on=REPORTED)
    people = [office.actor(f"county:{name}") for name in ("办案人", "另一办案人")]
    reviewers = [office.actor(f"county:{name}") for name in ("审核人", "另一审核人")]

    def drafting(actor: Any) -> Any:
        return lambda: operations.draft(PublicList.PASSED, Wording("公告"), candidates.Filters(), actor, clock.now()).number

    found = race(app, [drafting(actor) for actor in people])
    assert sorted(str(one) for one in found if not isinstance(one, Exception)) == [NUMBER], found
    assert [type(one) for one in found if isinstance(one, Exception)] == [NotAllowedNow], found
    fresh()
    assert session().scalars(sa.select(Publication.number)).all() == [NUMBER]
    assert session().scalar(sa.select(sa.func.count(PublicationItem.id))) == 2
    publication_id = session().scalars(sa.select(Publication.id)).one()
    with transaction():
        operations.submit(session().get_one(Publication, publication_id), people[0], clock.now())
    seen = session().get_one(Publication, publication_id).version
    session().rollback()

    def approving(actor: Any) -> Any:
        return lambda: operations.approve(session().get_one(Publication, publication_id), actor, clock.now(), seen=seen)

    found = race(app, [approving(actor) for actor in reviewers])
    assert sum(isinstance(one, (NotAllowedNow, StaleDataError)) for one in found) == 1, found
    fresh()
    assert session().get_one(Publication, publication_id).state is PublicationState.APPROVED


def test_two_people_at_once(app: Any) -> None:
    at_once(app)


@pytest.mark.postgres
def test_two_people_at_once_on_postgres(pg_app: Any) -> None:
    at_once(pg_app)

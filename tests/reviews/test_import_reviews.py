"""An import is submitted, held while it waits, and confirmed in the ordinary way when it is approved."""

from __future__ import annotations

import io
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app.db import session
from app.jobs import Job
from app.results import jobs
from app.results.models import ImportBatch, ResultReport
from app.reviews import views
from app.reviews.models import ResultReview
from app.worker import Worker, load_handlers
from tests.results.material import (
    as_csv,
    cases,
    count,
    lab_row,
    national_csv,
    national_row,
    register_sample,
    sample_named,
)
from tests.reviews.conftest import Desk, newest, upload

ONE, TWO, GONE = "XC26120119460010001", "XC26120119460010002", "XC26120119460019999"
ROWS = [lab_row(ONE, "毒死蜱", "0.32", "不合格项"), lab_row(TWO, "毒死蜱", "未检出")]


def confirm(desk: Desk, batch: ImportBatch, **fields: str) -> Any:
    found = session().get_one(ImportBatch, batch.id, populate_existing=True)
    return desk("clerk").post(f"/imports/{batch.id}/confirm", data={"version": str(found.version), "reported_on": "2026-11-12", **fields})


@pytest.fixture
def samples(office: Any) -> dict[str, int]:
    return {number: register_sample(office, number) for number in (ONE, TWO)}


def test_a_file_waits_is_held_and_is_then_confirmed(two_levels: None, desk: Desk, samples: Any) -> None:
    """C14: no rows, facts, cases or sample state before approval; the batch is neither confirmed, discarded nor staged anew."""
    content = as_csv([*ROWS, lab_row(GONE, "毒死蜱", "未检出")])
    batch = upload(desk("clerk"), content)
    assert "提交送审 2 批" in desk.page("clerk", f"/imports/{batch.id}")
    assert confirm(desk, batch).status_code == 422  # one sample is refused and nobody said to skip it
    assert confirm(desk, batch, skip_refused="y").status_code == 303
    review = newest()
    assert (review.import_batch_id, review.sample_id, review.state.value) == (batch.id, None, "submitted")
    assert review.title == "results.csv（2 批）"
    assert (count(ResultReport), cases(), sample_named(ONE)["state"].value) == (0, [], "registered")
    assert confirm(desk, batch, skip_refused="y").status_code == 409
    page = desk.page("clerk", f"/imports/{batch.id}")
    assert f"第 {review.id} 号送审" in page and "确认导入" not in page
    version = session().get_one(ImportBatch, batch.id, populate_existing=True).version
    assert desk("clerk").post(f"/imports/{batch.id}/discard", data={"version": version}).status_code == 409
    anew = desk("clerk").post("/imports/upload", data={"file": (io.BytesIO(content), "results.csv"), "layout": "auto"})
    assert anew.status_code == 409 and "不能重新上传" in anew.get_data(as_text=True)
    shown = desk.page("leader", f"/reviews/{review.id}")
    assert "0.32" in shown and "不合格项" in shown and "跳过有错误的 1 批" in shown and GONE in shown
    assert desk("leader").get(f"/reviews/{review.id}/file").data == content
    assert desk.press("checker", "check").status_code == 303
    assert desk.press("leader", "approve").status_code == 303
    assert (count(ResultReport), cases(), sample_named(ONE)["supervision"].value) == (2, [(ONE, "open")], "不合格")
    assert session().get_one(ImportBatch, batch.id, populate_existing=True).state.value == "confirmed"


def test_what_could_not_be_taken_in_when_submitted_stays_out(one_level: None, office: Any, desk: Desk, samples: Any) -> None:
    """Whoever approves has not seen it; and what was acceptable must still be."""
    batch = upload(desk("clerk"), as_csv([*ROWS, lab_row(GONE, "毒死蜱", "未检出")]))
    confirm(desk, batch, skip_refused="y")
    late = register_sample(office, GONE)
    desk("sampler").post(f"/sampling/{samples[TWO]}/void", data={"version": "1", "reason": "重复"})
    refused = desk.press("leader", "approve")
    assert refused.status_code == 409 and TWO in refused.get_data(as_text=True) and count(ResultReport) == 0
    desk("sampler").post(f"/sampling/{samples[TWO]}/revive", data={"version": "2"})
    assert desk.press("leader", "approve").status_code == 303
    reported = set(session().scalars(sa.select(ResultReport.sample_id)))
    assert reported == set(samples.values()) and late not in reported


def test_a_file_that_came_back_is_handed_in_anew_or_replaced(one_level: None, desk: Desk, command: Any, samples: Any) -> None:
    """The same submission with a corrected file; the old preview is closed. Withdrawn, the file is free again."""
    first = upload(desk("clerk"), as_csv(ROWS))
    confirm(desk, first)
    review = newest()
    assert desk.press("leader", "decline", comment="限值写错").status_code == 303
    second = upload(desk("clerk"), as_csv([{**row, "最大允许限": "0.5"} for row in ROWS]), "corrected.csv")
    again = confirm(desk, second)  # the same reports are still in the submission that came back
    assert again.status_code == 409 and f"第 {review.id} 号送审" in again.get_data(as_text=True)
    page = desk.page("clerk", f"/reviews/{review.id}/resubmit")
    assert "限值写错" in page and "corrected.csv" in page
    form = {"version": newest().version, "batch": second.id, "reported_on": "2026-11-12"}
    assert desk("clerk").post(f"/reviews/{review.id}/resubmit", data=form).status_code == 303
    found = newest()
    assert (found.id, found.state.value, found.import_batch_id) == (review.id, "submitted", second.id)
    assert session().get_one(ImportBatch, first.id, populate_existing=True).state.value == "discarded"
    assert command("reviews", "return", str(review.id), "--reason", "再核对", "--as", "county-leader")[0] == 0
    again = ("--batch", str(second.id), "--reported-on", "2026-11-12", "--again", str(review.id))
    assert command("reviews", "submit", *again, "--as", "county-statistician")[0] == 0
    assert command("reviews", "withdraw", str(review.id), "--as", "county-reviewer")[0] == 1
    assert command("reviews", "withdraw", str(review.id), "--as", "county-statistician")[0] == 0
    assert confirm(desk, second).status_code == 303 and count(ResultReview) == 2
    status, told, _ = command("reviews", "show", str(review.id))
    assert (status, told["state"], [row["reason"] for row in told["returns"]]) == (0, "withdrawn", ["再核对", "限值写错"])


def test_whose_it_is(one_level: None, office: Any, desk: Desk, command: Any, tmp_path: Any) -> None:
    """One bureau: the bureau's. Several: the lowest organisation that has them all in its reach; the laboratory sees its own."""
    tested = {"laboratory_org_id": office.orgs["lab"].id, "laboratory": "衡清食品检验中心"}
    register_sample(office, ONE, **tested)
    register_sample(office, TWO, org_id=office.orgs["other"].id, **tested)
    batch = upload(desk("lab"), as_csv(ROWS))
    version = session().get_one(ImportBatch, batch.id).version
    assert desk("lab").post(f"/imports/{batch.id}/confirm", data={"version": version, "reported_on": "2026-11-12"}).status_code == 303
    review = newest()
    assert (review.org_id, review.laboratory_org_id) == (office.orgs["city"].id, office.orgs["lab"].id)
    assert desk.press("leader", "approve").status_code == 404  # a county does not decide for its neighbour
    assert command("reviews", "approve", str(review.id), "--as", "city-leader")[0] == 0
    assert {sample_named(number)["state"].value for number in (ONE, TWO)} == {"reported"}


def test_the_command_submits_where_the_office_reviews(one_level: None, office: Any, command: Any, tmp_path: Any) -> None:
    path = tmp_path / "national.csv"
    path.write_bytes(national_csv([national_row(ONE, "毒死蜱", "0.32", "不合格项")]))
    status, told, said = command("results", "import", str(path), "--confirm", "--as", "county-statistician")
    assert (status, told["review"], told["cases_opened"]) == (0, newest().id, 0) and "已提交送审" in said
    assert sample_named(ONE) is None  # not even the sheet that the file brings
    assert newest().org_id == office.orgs["county"].id
    assert command("reviews", "approve", str(told["review"]), "--as", "county-leader")[0] == 0
    assert (sample_named(ONE)["supervision"].value, cases()) == ("不合格", [(ONE, "open")])


def test_a_large_file_is_submitted_and_approved_in_the_background(
    one_level: None, app: Flask, desk: Desk, samples: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    load_handlers()
    batch = upload(desk("clerk"), as_csv(ROWS))
    monkeypatch.setattr(jobs, "LARGE_ROWS", 1)
    monkeypatch.setattr(views, "LARGE_ROWS", 1)
    assert "/jobs/" in confirm(desk, batch).headers["Location"]
    Worker(app, "one").run_one()
    review = newest()
    assert review.state.value == "submitted" and count(ResultReport) == 0
    at = desk.press("leader", "approve").headers["Location"]
    assert "正在后台批准" in desk.page("leader", at) and desk("clerk").get(at).status_code == 404
    desk.press("leader", "approve")  # the second click
    Worker(app, "one").run_one()
    Worker(app, "one").run_one()
    session().expire_all()
    done = [job.status.value for job in session().scalars(sa.select(Job).where(Job.kind == "review_approve").order_by(Job.id))]
    assert (done, newest().state.value, count(ResultReport)) == (["done", "failed"], "approved", 2)

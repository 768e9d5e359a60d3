"""What the office has decided holds for programs too: approval of results, required items, blind testing."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Flask

from app import clock
from app.db import session, transaction
from app.domain.workflow import ReviewState
from app.results.models import ResultReport
from app.reviews import operations as reviews
from app.reviews.models import ResultReview
from app.sampling.models import Sample
from tests.api.conftest import ONE, TWO, Program, issuing, places, report, row
from tests.results import planned
from tests.results.material import count, sample_named


def test_where_results_are_reviewed_a_program_hands_in(app: Flask, program: Program, lab: Any) -> None:
    """J5 and the setting RESULTS_REVIEW: no way round the second pair of eyes."""
    app.config["RESULTS_REVIEW"] = "one"
    body = {"reports": [report(ONE), report(TWO)]}
    assert program.file(body, dry_run="true").json["needs_review"] is True
    first, again = program.file(body, once="a"), program.file(body, once="a")
    assert first.status_code == 200 and first.data == again.data and count(ResultReview) == 2
    made = session().scalars(sa.select(ResultReview).order_by(ResultReview.id)).all()
    assert [one["review"] for one in first.json["reports"]] == [one.id for one in made]
    assert (count(ResultReport), sample_named(ONE)["state"].value) == (0, "registered")
    waiting = program.file({"reports": [report(ONE, row(result="0.011"))]})
    assert (waiting.status_code, "已在审核中" in waiting.json["error"]["message"]) == (409, True)
    with transaction():
        reviews.approve(made[0], reviews.prepare(made[0]), lab.actor("county:审核人"), clock.now(), seen=made[0].version)
        reviews.send_back(made[1], lab.actor("county:审核人"), "克百威漏报", clock.now(), seen=made[1].version)
    assert program.get(f"/samples/{ONE}").json["supervision"] == "合格"
    anew = program.file({"reports": [report(TWO, row(), row("克百威"))]})
    assert (anew.status_code, anew.json["reports"][0]["review"]) == (200, made[1].id)  # the one that came back, handed in anew
    assert session().get_one(ResultReview, made[1].id, populate_existing=True).state is ReviewState.SUBMITTED


def test_items_that_the_plan_demands(app: Flask, office: Any) -> None:
    """克百威 is required: tested, or explained; a line for it need not be sent to be missed."""
    planned.planned_samples(office)
    program = Program(app, issuing(office, "city:系统管理员")())
    for sent, path in (([row()], "reports[0].rows"), ([row(), row("克百威", "", verdict="")], "reports[0].rows[1].note")):
        refused = places(program.file({"reports": [report(ONE, *sent)]}))
        assert list(refused) == [path] and "必检项目“克百威”" in refused[path]
    assert count(ResultReport) == 0
    explained = row("克百威", "", verdict="未检验", note="标准品缺货")
    assert program.file({"reports": [report(ONE, row(), explained)]}).status_code == 200


def test_blind_testing_leaves_no_word_of_the_firm(app: Flask, program: Program, issue: Any) -> None:
    with transaction():
        session().execute(sa.update(Sample).values(brand="渔阳牌", product_name="渔阳牌菠菜", producer_name="渔阳农业有限公司"))
    program.file({"reports": [report(ONE, row(note="渔阳农业有限公司来样"))]})
    app.config["BLIND_TESTING"] = True
    one, results = program.get(f"/samples/{ONE}"), program.get(f"/samples/{ONE}/results")
    for answer in (one, results, program.get("/samples")):
        assert "惠民超市" not in answer.text and "渔阳农业" not in answer.text
    assert (one.json["sampled_party"], one.json["producer"], one.json["number"]) == (None, None, ONE)
    assert "来样" in results.json["reports"][0]["rows"][0]["note"]
    assert "惠民超市" in Program(app, issue("county:统计员")).get(f"/samples/{ONE}").text

"""What the office has decided holds for programs too: required items, blind testing."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Flask

from app.db import session, transaction
from app.results.models import ResultReport
from app.sampling.models import Sample
from tests.api.conftest import ONE, Program, issuing, places, report, row
from tests.results import planned
from tests.results.material import count


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

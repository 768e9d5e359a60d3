"""Samples and results, read by a laboratory's program."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from app import clock, history
from app.api import showing
from app.db import session, transaction
from app.sampling.models import Sample
from tests.api.conftest import FOREIGN, ONE, TWO, UNKNOWN, Program, places, report, row
from tests.results.material import register_sample


def numbers(answer: Any) -> list[str]:
    return [one["number"] for one in answer.json["samples"]]


def test_a_laboratory_lists_its_own_samples(program: Program) -> None:
    """P7: nothing of another laboratory."""
    answer = program.get("/samples")
    assert (answer.status_code, numbers(answer), answer.json["next_cursor"]) == (200, [ONE, TWO], None)
    first = answer.json["samples"][0]
    assert (first["state"], first["state_name"], first["sampled_on"]) == ("registered", "已抽样", "2026-11-02")
    assert first["sampled_party"]["name"] == "蓟州区惠民超市"
    assert answer.headers["Cache-Control"] == "no-store" and "Set-Cookie" not in answer.headers


def test_a_bureau_lists_what_its_user_sees(app: Any, lab: Any, issue: Any) -> None:
    assert numbers(Program(app, issue("county:统计员")).get("/samples")) == [ONE, TWO, FOREIGN]
    assert numbers(Program(app, issue("other:统计员")).get("/samples")) == []


def test_paging_meets_every_sample_once(program: Program, lab: Any) -> None:
    made = [f"XC2612011946002{serial:04d}" for serial in range(1, 6)]
    for number in made:
        register_sample(lab, number, laboratory_org_id=lab.orgs["lab"].id)
    found, cursor = [], None
    for _ in range(4):
        answer = program.get("/samples", limit=2, **({"cursor": cursor} if cursor else {}))
        found += numbers(answer)
        cursor = answer.json["next_cursor"]
    assert (found, cursor) == ([ONE, TWO, *made], None)


def test_filters(program: Program, lab: Any) -> None:
    late = "XC26120119460010003"
    register_sample(lab, late, laboratory_org_id=lab.orgs["lab"].id, sampled_on=date(2026, 11, 15), arrived_on=date(2026, 11, 16))
    program.file({"reports": [report(TWO)]})
    assert numbers(program.get("/samples", state="reported")) == [TWO]
    assert numbers(program.get("/samples", sampled_since="2026-11-15")) == [late]
    assert numbers(program.get("/samples", received_since="2026-11-16")) == [late]
    assert numbers(program.get("/samples", received_since="2026-11-17")) == []
    assert numbers(program.get("/samples", number=ONE.lower())) == [ONE]
    moment = clock.office_time(clock.now())
    with transaction():
        history.record("sample", session().query(Sample.id).filter_by(number=ONE).scalar(), "edit", lab.actor("county:统计员"))
    assert numbers(program.get("/samples", updated_since=moment.isoformat())) == [ONE]
    assert numbers(program.get("/samples", updated_since="2026-11-20")) == [ONE, TWO, late]
    assert numbers(program.get("/samples", updated_since=(moment + timedelta(days=1)).isoformat())) == []


def test_a_condition_that_nobody_knows_is_refused(program: Program) -> None:
    """Passed over, a misspelt filter would answer with everything."""
    answer = program.client.get(
        "/api/v1/samples?stat=reported&limit=0&limit=5&number=%00&cursor=x&sampled_since=2026-13-01&updated_since=2026-11-20T08:00:00",
        headers=program.headers(),
    )
    assert answer.status_code == 422
    assert set(places(answer)) == {"?stat", "?limit", "?number", "?cursor", "?sampled_since", "?updated_since"}
    assert program.get(f"/samples/{ONE}", fields="all").status_code == 422


def test_unknown_and_foreign_read_the_same(program: Program) -> None:
    """Which numbers exist elsewhere is nobody's business."""
    for path in ("/samples/{}", "/samples/{}/results"):
        foreign, unknown = program.get(path.format(FOREIGN)), program.get(path.format(UNKNOWN))
        assert (foreign.status_code, foreign.data) == (404, unknown.data)
        assert foreign.json["error"]["code"] == "not_found"


def test_results_of_a_sample(program: Program) -> None:
    program.file({"reports": [report(ONE, row(result="＜0.010", lod="0.010"), row("克百威", "0.0100"), received_on="2026-11-05")]})
    assert program.get(f"/samples/{TWO}/results").json == {"number": TWO, "reports": []}
    found = program.get(f"/samples/{ONE}/results").json["reports"]
    assert [(one["report_no"], one["version"], one["received_on"]) for one in found] == [("BG0001", 1, "2026-11-05")]
    told = [(one["item"], one["result"], one["value"], one["verdict"], one["limit_unit"]) for one in found[0]["rows"]]
    assert told == [("毒死蜱", "＜0.010", None, "合格项", "mg/kg"), ("克百威", "0.0100", "0.01", "合格项", "mg/kg")]
    assert program.get(f"/samples/{ONE}").json["supervision"] == "合格"


def test_decimals_keep_every_digit() -> None:
    assert showing.plain(Decimal("0.1000000000")) == "0.1"
    assert showing.plain(Decimal("1E+3")) == "1000"
    assert showing.plain(Decimal("12345678901234.0123456789")) == "12345678901234.0123456789"


def test_addresses_that_are_none_answer_in_json(program: Program) -> None:
    missing, wrong = program.get("/nothing"), program.client.delete("/api/v1/results", headers=program.headers())
    assert (missing.status_code, missing.json["error"]["code"]) == (404, "not_found")
    assert (wrong.status_code, wrong.json["error"]["code"]) == (405, "method_not_allowed")
    assert "POST" in wrong.headers["Allow"]

"""Results sent by a laboratory's program: the path of the form, all or nothing, and never twice."""

from __future__ import annotations

import json
import threading
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app import clock
from app.api import bodies
from app.api.models import ApiCall
from app.db import session, transaction
from app.results.models import ResultReport
from app.sampling.models import BatchFact
from tests.api.conftest import FOREIGN, ONE, TWO, UNKNOWN, Program, key_of, places, report, row
from tests.results.material import cases, count, rows_of, sample_named


def test_reports_land_as_from_the_form(program: Program, lab: Any) -> None:
    answer = program.file({"reports": [report(ONE, row(), row("克百威", "0.5", verdict="")), report(TWO)]})
    assert answer.status_code == 200, answer.text
    told = answer.json
    assert (told["dry_run"], told["acceptable"]) == (False, True)
    assert [(one["action"], one["supervision"], one["opens_case"]) for one in told["reports"]] == [
        ("新增", "不合格", True), ("新增", "合格", False),
    ]  # fmt: skip
    assert [(item["item"], item["verdict"]) for item in told["reports"][0]["items"]] == [("毒死蜱", "合格项"), ("克百威", "不合格项")]
    assert [(one["item"], one["result_written"], one["line"]) for one in rows_of(ONE)] == [("毒死蜱", "0.01", 1), ("克百威", "0.5", 2)]
    assert (cases(), count(BatchFact), sample_named(TWO)["supervision"].value) == ([(ONE, "open")], 2, "合格")
    stored = session().scalars(sa.select(ResultReport)).all()
    assert {one.laboratory_org_id for one in stored} == {lab.orgs["lab"].id}


def test_a_trial_judges_and_writes_nothing(program: Program) -> None:
    answer = program.file({"reports": [report(ONE, row(result="0.5", verdict="")), report(UNKNOWN)]}, dry_run="true")
    told = answer.json
    assert (answer.status_code, told["dry_run"], told["acceptable"]) == (200, True, False)
    assert told["reports"][0]["items"][0]["verdict"] == "不合格项"
    assert (told["reports"][1]["action"], told["reports"][1]["faults"][0]["path"]) == ("拒收", "reports[1].number")
    assert (count(ResultReport), count(ApiCall), sample_named(ONE)["state"].value) == (0, 0, "registered")


def test_one_fault_refuses_all(program: Program) -> None:
    """P4: everything or nothing; unknown and foreign numbers read the same."""
    answer = program.file(
        {
            "reports": [
                report(ONE, row(), row(), row("克百威", "#REF!"), row("乐果", unit="毫" * 40)),
                report(FOREIGN), report(UNKNOWN), report(ONE), report(TWO, reported_on="2026-10-01", laboratory="远澄检测技术有限公司"),
            ]
        }
    )  # fmt: skip
    found = places(answer)
    assert answer.status_code == 422 and answer.json["error"]["code"] == "invalid"
    assert "重复" in found["reports[0].rows[1].item"] and "#REF!" in found["reports[0].rows[2].result"]
    assert found["reports[1].number"] == found["reports[2].number"]
    assert "只能有一份报告" in found["reports[3].number"]
    assert "早于抽样日期" in found["reports[4].reported_on"] and "本机构" in found["reports[4].laboratory"]
    assert (count(ResultReport), count(ApiCall)) == (0, 0)


def test_faults_of_shape_are_told_by_their_paths(program: Program) -> None:
    rows = [row(result=0.32), {"item": "克百威", "reslt": "1"}, row(verdict="还行"), row(note="a\x00")]
    body = {"reports": [report(ONE, *rows)], "extra": 1}
    found = places(program.file(body))
    assert found["reports[0].rows[0].result"].startswith("应为字符串，收到的是数字")
    assert set(found) == {
        "extra", "reports[0].rows[0].result", "reports[0].rows[1].reslt", "reports[0].rows[1].result", "reports[0].rows[2].verdict",
        "reports[0].rows[3].note",
    }  # fmt: skip
    assert set(places(program.file({"reports": []}))) == {"reports"}
    assert set(places(program.file([], dry_run="yes"))) == {"?dry_run", ""}
    assert "出现了两次" in places(program.file(b'{"reports": [], "reports": []}'))[""]


def test_bodies_that_are_none(program: Program) -> None:
    def sent(body: bytes, kind: str = "application/json", **headers: str) -> Any:
        given = program.headers({"Idempotency-Key": "one", **headers})
        return program.client.post("/api/v1/results", data=body, headers=given, content_type=kind)

    assert sent(b"a=1", "application/x-www-form-urlencoded").status_code == 415
    assert sent(b"{}", "application/json; charset=gbk").status_code == 415
    for body in (b"", b"{", b"\xff", b"NaN", b"[" * 100_000, b"1" * 5000, b'"\\ud800"'):
        answer = sent(body)
        assert (answer.status_code, list(places(answer))) == (422, [""]), body[:10]
    large = sent(b" " * (bodies.MOST_BYTES + 1))
    assert (large.status_code, large.json["error"]["code"]) == (413, "too_large")
    for key in ("", "a b", "x" * 81, "汉"):
        assert list(places(sent(json.dumps({"reports": [report()]}).encode(), **{"Idempotency-Key": key}))) == ["Idempotency-Key"]


def test_a_correction_needs_a_reason(program: Program) -> None:
    assert program.file({"reports": [report()]}).json["reports"][0]["action"] == "新增"
    assert program.file({"reports": [report()]}).json["reports"][0]["action"] == "未变"
    changed = report(ONE, row(result="0.011"))
    assert "更正原因" in places(program.file({"reports": [changed]}))["reports[0].reason"]
    assert program.file({"reports": [{**changed, "reason": "录入笔误"}]}).json["reports"][0]["action"] == "变更"
    assert [(one.version, one.reason) for one in session().scalars(sa.select(ResultReport).order_by(ResultReport.version))] == [
        (1, None), (2, "录入笔误"),
    ]  # fmt: skip


def test_what_the_sender_saw_must_still_be_true(program: Program) -> None:
    seen = program.get(f"/samples/{ONE}").json["version"]
    program.file({"reports": [report()]})
    late = program.file({"reports": [report(TWO), {**report(ONE, row(result="0.011")), "reason": "x", "version": seen}]})
    assert (late.status_code, late.json["error"]["code"], count(ResultReport)) == (409, "conflict", 1)


def test_a_bureau_names_the_laboratory(app: Flask, issue: Any, lab: Any) -> None:
    clerk = Program(app, issue("county:统计员"))
    assert "没有名为" in places(clerk.file({"reports": [report(laboratory="没有的检验所")]}))["reports[0].laboratory"]
    assert clerk.file({"reports": [report(laboratory="远澄检测技术有限公司")]}).status_code == 200
    assert session().scalars(sa.select(ResultReport)).one().laboratory_org_id == lab.orgs["otherlab"].id


# ---------------------------------------------------------------- never twice

def test_sent_again_it_is_answered_again(program: Program, app: Flask, issue: Any) -> None:
    body = {"reports": [report()]}
    first, again = program.file(body, once="a-1"), program.file(body, once="a-1")
    assert (again.status_code, again.data, again.headers["Idempotency-Replayed"]) == (200, first.data, "true")
    assert "Idempotency-Replayed" not in first.headers and count(ResultReport) == 1
    other = program.file({"reports": [report(TWO)]}, once="a-1")
    assert (other.status_code, list(places(other)), count(ResultReport)) == (422, ["Idempotency-Key"], 1)
    assert Program(app, issue()).file({"reports": [report(TWO)]}, once="a-1").status_code == 200  # another key, another name space


def test_a_refused_request_takes_no_idempotency_key(program: Program) -> None:
    assert program.file({"reports": [report(UNKNOWN)]}, once="b-1").status_code == 422
    assert program.file({"reports": [report()]}, once="b-1", dry_run="true").status_code == 200
    assert program.file({"reports": [report()]}, once="b-1").json["reports"][0]["action"] == "新增"


def test_old_calls_are_forgotten(program: Program, app: Flask) -> None:
    program.file({"reports": [report()]}, once="old")
    with transaction():
        session().execute(sa.update(ApiCall).values(made_at=clock.now() - timedelta(days=31)))
    program.file({"reports": [report(TWO)]}, once="new")
    assert session().scalars(sa.select(ApiCall.idempotency_key)).all() == ["new"]
    with transaction():
        session().execute(sa.update(ApiCall).values(made_at=clock.now() - timedelta(days=3)))
    result = app.test_cli_runner().invoke(args=["api", "prune", "--days", "2", "--json"])
    assert (json.loads(result.stdout), count(ApiCall), count(ResultReport)) == ({"deleted": 1}, 0, 2)


def test_a_failure_half_way_leaves_nothing(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second report fails inside the transaction: neither the first nor the call remains, and the key is free again."""
    from app.results import operations

    real, calls = operations.enter, []

    def failing(*args: Any, **options: Any) -> Any:
        calls.append(1)
        if len(calls) == 2:
            raise OSError("disk full")
        return real(*args, **options)

    monkeypatch.setattr(operations, "enter", failing)
    body = {"reports": [report(), report(TWO)]}
    answer = program.file(body, once="c-1")
    assert (answer.status_code, answer.json["error"]["code"], len(answer.json["error"]["number"])) == (500, "failed", 8)
    assert (count(ResultReport), count(ApiCall)) == (0, 0)
    assert program.file(body, once="c-1").status_code == 200


def at_the_same_moment(app: Flask, written: str, bodies: list[Any], monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Send these under one idempotency key; all have been checked before the first of them is written."""
    from app.api import filing

    ready, real, answers = threading.Barrier(len(bodies)), filing.refuse_faulty, []

    def waiting(checked: Any) -> None:
        real(checked)
        ready.wait(timeout=20)

    monkeypatch.setattr(filing, "refuse_faulty", waiting)

    def send(body: Any) -> None:
        answers.append(Program(app, written).file(body, once="same"))

    threads = [threading.Thread(target=send, args=(body,)) for body in bodies]
    session().commit()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def examine_two(app: Flask, issue: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    body = {"reports": [report()]}
    answers = at_the_same_moment(app, issue(), [body, body], monkeypatch)
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].data == answers[1].data
    assert sum("Idempotency-Replayed" in answer.headers for answer in answers) == 1
    assert (count(ResultReport), count(ApiCall)) == (1, 1)


def test_two_at_the_same_moment_do_it_once(app: Flask, issue: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    examine_two(app, issue, monkeypatch)


def test_two_different_at_the_same_moment(app: Flask, issue: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = at_the_same_moment(app, issue(), [{"reports": [report()]}, {"reports": [report(TWO)]}], monkeypatch)
    assert sorted(answer.status_code for answer in answers) == [200, 422]
    assert (count(ResultReport), count(ApiCall)) == (1, 1)


@pytest.mark.postgres
def test_two_at_the_same_moment_on_postgresql(pg_app: Flask, pg_issue: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second waits for the first and repeats its answer; the limit counts there too."""
    examine_two(pg_app, pg_issue, monkeypatch)
    from tests.api.test_keys_and_limits import counting

    assert counting(pg_issue(per_minute=2)) == [True, True, False] * 3
    reader = Program(pg_app, pg_issue())
    assert reader.get(f"/samples/{ONE}").json["state"] == "reported"
    assert reader.get("/samples", updated_since="2026-11-20", limit=1).json["next_cursor"] is not None
    assert key_of(reader.key or "").last_used_at is not None

"""检查结果公示 by page and command: the legal clock, one and many, withdrawn, kept from the public, corrected afterwards."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import date
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa

from app import clock, history
from app.db import session, transaction
from app.domain.inspections import PUBLISH
from app.inspections import finishing, publication
from app.inspections.models import Inspection
from app.legal_clocks.operations import clock_of
from tests.downloads.taking import taken_out
from tests.inspections.material import firm, planned, recorded
from tests.queries import counting

HANDLER, REVIEWER = "county:办案人", "county:审核人"
PUBLISHED = {"published_on": "2026-11-20", "where": "本局门户网站"}


@pytest.fixture
def people(sign_in: Any, office: Any) -> Callable[[str], Any]:
    clients: dict[str, Any] = {}
    return lambda name: clients.setdefault(name, sign_in(office.people[name]))


@pytest.fixture
def finished(office: Any) -> Callable[[str], Inspection]:
    def made(name: str) -> Inspection:
        lead, second = office.actor("county:抽样员"), office.actor(HANDLER)
        with transaction():
            found = recorded(planned(office, firm(office, name)).id, lead, second)
            finishing.finish(found, lead, clock.now())
        return found

    return made


def reread(inspection: Inspection) -> Inspection:
    session().expire_all()
    return session().get_one(Inspection, inspection.id)


def test_published_withdrawn_and_published_again(finished: Any, people: Any) -> None:
    one, handler = finished("甲超市"), people(HANDLER)
    running = clock_of(one, PUBLISH)
    assert running is not None and running.due_on == one.publish_due_on == date(2026, 12, 18)  # twenty working days
    at = f"/inspections/{one.id}"
    data = PUBLISHED | {"version": one.version}
    assert people("county:抽样员").post(f"{at}/publish", data=data).status_code == 403
    assert people("other:审核人").post(f"{at}/publish", data=data).status_code == 404
    for typed, sentence in (
        ({"published_on": "2026-11-21"}, "应在结果形成日期"), ({"published_on": "2026-11-19"}, "应在结果形成日期"),
        ({"where": " "}, "公示载体"), ({"published_on": ""}, "请填写公示日期"),
    ):  # fmt: skip
        refused = handler.post(f"{at}/publish", data=data | typed)
        assert refused.status_code == 422
        assert sentence in refused.text
    assert handler.post(f"{at}/withdraw", data={"version": one.version, "reason": "没有公示过"}).status_code == 409
    assert handler.post(f"{at}/publish", data=data).status_code == 303
    assert handler.post(f"{at}/publish", data=data).status_code == 409  # the second click
    found = reread(one)
    assert (found.published_on, found.published_where) == (date(2026, 11, 20), "本局门户网站")
    stopped = clock_of(found, PUBLISH)
    assert stopped is not None and stopped.done_on == date(2026, 11, 20)
    assert handler.post(f"{at}/withdraw", data={"version": found.version, "reason": ""}).status_code == 422
    assert handler.post(f"{at}/withdraw", data={"version": found.version, "reason": "名称有误"}).status_code == 303
    assert handler.post(f"{at}/withdraw", data={"version": found.version, "reason": "名称有误"}).status_code == 409
    again = reread(one)
    assert again.published_on is None and again.publish_due_on == date(2026, 12, 18)
    resumed = clock_of(again, PUBLISH)
    assert resumed is not None and resumed.done_on is None
    assert handler.post(f"{at}/publish", data=PUBLISHED | {"version": again.version}).status_code == 303
    steps = [entry.step for entry in history.entries_of("inspection", one.id)][-3:]
    assert steps == ["publish", "withdraw", "publish"]


def test_kept_from_the_public_with_a_reason_and_back(finished: Any, people: Any) -> None:
    one, handler = finished("甲超市"), people(HANDLER)
    at = f"/inspections/{one.id}"
    assert handler.post(f"{at}/private", data={"version": one.version, "reason": " "}).status_code == 422
    assert handler.post(f"{at}/private", data={"version": one.version, "reason": "涉及商业秘密"}).status_code == 303
    found = reread(one)
    stopped = clock_of(found, PUBLISH)
    assert found.not_public == "涉及商业秘密" and stopped is not None and stopped.done_on is not None
    refused = handler.post(f"{at}/publish", data=PUBLISHED | {"version": found.version})
    assert refused.status_code == 409
    assert "已登记不予公示" in refused.text
    assert handler.post(f"{at}/public", data={"version": found.version, "reason": "秘密期满"}).status_code == 303
    assert reread(one).not_public is None
    assert handler.post(f"{at}/public", data={"version": reread(one).version, "reason": "秘密期满"}).status_code == 409


def test_many_at_once_each_with_its_outcome_and_the_public_list(finished: Any, people: Any, office: Any, app: Any) -> None:
    first, second, third = finished("甲超市"), finished("乙超市"), finished("丙超市13912345678")
    with transaction():
        publication.keep_private(reread(second), "涉及商业秘密", office.actor(HANDLER), clock.now())
    handler = people(HANDLER)
    with counting(app) as asked:
        shown = handler.get("/inspections/publication?state=due")
    assert "甲超市" in shown.text and "乙超市" not in shown.text and asked.count <= 20, asked
    data = PUBLISHED | {"inspection": [first.id, second.id, third.id]}
    assert handler.post("/inspections/publication?state=due", data=data).status_code == 303
    told = handler.get("/inspections/publication?state=published").text
    assert "已登记公示 2 项" in told and "没有公示：已登记不予公示" in told
    book = openpyxl.load_workbook(io.BytesIO(taken_out(handler, "inspection_publications", "state=published")))
    *rows, _ = book.worksheets[0].iter_rows(values_only=True)
    assert rows[0][:4] == ("企业名称", "统一社会信用代码", "检查类型", "检查类别")
    assert {row[0] for row in rows[1:]} == {"甲超市", "丙超市139****5678"}  # no personal number in what is made public
    assert handler.post("/inspections/publication", data=PUBLISHED).status_code == 303  # nothing chosen: said on the list
    assert people("lab:承检机构").get("/inspections/publication").status_code == 403


def test_what_is_corrected_after_its_publication_is_flagged(finished: Any, people: Any, office: Any) -> None:
    one = finished("甲超市")
    with transaction():
        publication.publish(reread(one), clock.today(), "本局门户网站", office.actor(HANDLER), clock.now())
    assert "甲超市" not in people(HANDLER).get("/inspections/publication?state=corrected").text
    with transaction():
        history.record("inspection", one.id, "correct", office.actor(HANDLER), org_id=one.org_id, name=one.number, comment="笔误")
    assert "甲超市" in people(HANDLER).get("/inspections/publication?state=corrected").text
    assert "公示后检查记录有更正" in people(HANDLER).get(f"/inspections/{one.id}").text


def test_by_command(finished: Any, app: Any) -> None:
    first, second = finished("甲超市"), finished("乙超市")

    def run(*arguments: str) -> Any:
        result = app.test_cli_runner().invoke(args=["inspections", *arguments, "--json", "--as", "county-handler"])
        assert result.exit_code == 0, result.output
        return json.loads(result.stdout)

    assert [one["standing"] for one in run("publications")] == ["待公示", "待公示"]
    assert run("private", second.number, "--reason", "涉及商业秘密")["not_public"] == "涉及商业秘密"
    done = run("publish", first.number, second.number, "--where", "本局门户网站")
    assert [bool(one["refusal"]) for one in done] == [False, True]
    run("withdraw", first.number, "--reason", "名称有误")
    run("private", second.number, "--reason", "秘密期满", "--undo")
    assert session().scalar(sa.select(sa.func.count(Inspection.id)).where(Inspection.published_on.is_not(None))) == 0

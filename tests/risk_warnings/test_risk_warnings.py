"""消费提示、风险预警 by page and by command: what was found, drafting, two people, publication, a basis that changes."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from docx import Document

from app import clock, history
from app.db import session, transaction
from app.domain.figures import provenance_hash
from app.domain.reporting_kinds import WarningKind
from app.domain.reporting_states import WarningState
from app.domain.samples import Link, Supervision
from app.errors import NotLikeThis
from app.risk_warnings import findings, operations, queries
from app.risk_warnings.findings import Question
from app.risk_warnings.models import PublicWarning, WarningSource
from app.sampling.models import Sample
from tests.disposal.conftest import build_batch, conclude

YEAR = Question(date(2026, 1, 1), date(2026, 11, 20))
FAILING, PASSING, CATERED = "XC26120119123450001", "XC26120119123450002", "XC26120119123450003"


@pytest.fixture
def people(sign_in: Any, office: Any) -> Callable[[str], Any]:
    clients: dict[str, Any] = {}
    return lambda name: clients.setdefault(name, sign_in(office.people[name]))


@pytest.fixture
def batches(office: Any) -> dict[str, int]:
    """Two failing batches, one of them catered, and one whose failure was overturned; another county's is not ours."""
    with transaction():
        made = {
            FAILING: build_batch(office, FAILING).id,
            PASSING: build_batch(office, PASSING, supervision=Supervision.PASS).id,
            CATERED: build_batch(office, CATERED, link=Link.CATERING, product_name="凉拌黄瓜", reported_on=date(2026, 11, 19)).id,
        }
        build_batch(office, "XC26500156123450004", org_id=office.orgs["other"].id)
    return made


@pytest.fixture
def warning(batches: dict[str, int], people: Any) -> PublicWarning:
    assert people("county:办案人").post("/warnings/new", data={"kind": "消费提示", "key": "first"}).status_code == 303
    return reread()


def reread() -> PublicWarning:
    session().expire_all()
    return session().scalars(sa.select(PublicWarning)).one()


def at_state(one: PublicWarning, state: WarningState, office: Any) -> PublicWarning:
    handler, reviewer = office.actor("county:办案人"), office.actor("county:审核人")
    with transaction():
        operations.submit(one, handler, clock.now())
    if state is not WarningState.SUBMITTED:
        with transaction():
            operations.approve(one, reviewer, clock.now())
    if state is WarningState.PUBLISHED:
        with transaction():
            operations.publish(one, operations.Issue(clock.today(), "本局门户网站"), handler, clock.now())
    return reread()


def overturn(number: str) -> None:
    with transaction():
        conclude(session().scalars(sa.select(Sample).where(Sample.number == number)).one(), Supervision.PASS)


# ---------------------------------------------------------------- what is found

def _find(office: Any, **asked: Any) -> Any:
    return findings.find(office.actor("county:办案人"), Question(YEAR.from_on, YEAR.to_on, **asked), clock.today())


@pytest.mark.parametrize(
    ("asked", "judged", "numbers"),
    [
        ({}, 3, [CATERED, FAILING]), ({"link": Link.CATERING}, 1, [CATERED]), ({"product": "豇"}, 2, [FAILING]),
        ({"item": "灭蝇胺"}, 3, [CATERED, FAILING]), ({"item": "铅(以Pb计)"}, 3, []), ({"item": "没有"}, 0, []),
    ],
)  # fmt: skip
def test_the_list_is_what_the_figure_counts(asked: dict[str, Any], judged: int, numbers: list[str], batches: Any, office: Any) -> None:
    found = _find(office, **asked)
    assert (found.finding.judged, found.finding.failed) == (judged, len(numbers))
    assert [one.number for one in found.batches] == numbers
    assert found.sha256 == provenance_hash(numbers)


def test_items_are_counted_by_batch(batches: Any, office: Any) -> None:
    (item,) = _find(office).finding.items
    # the passing batch has a failing row in its report too, but only batches that fail are counted above the line
    assert (item.item, item.failed, item.tested, item.figure.shown) == ("灭蝇胺", 2, 3, "66.67%")


def test_of_another_county_nothing_is_found(batches: Any, office: Any) -> None:
    found = findings.find(office.actor("other:办案人"), YEAR, clock.today())
    assert found.finding.failed == 0  # its own batch lies in another place
    with pytest.raises(NotLikeThis, match="366"):
        findings.find(office.actor("county:办案人"), Question(date(2024, 1, 1), date(2026, 1, 1)), clock.today())


def test_both_databases_find_the_same(pg_app: Any, monkeypatch: Any) -> None:
    from tests.conftest import make_office

    with transaction():
        office = make_office()
        build_batch(office, FAILING)
        build_batch(office, CATERED, link=Link.CATERING, supervision=Supervision.PASS)
    actor = office.actor("county:办案人")
    found = findings.find(actor, Question(YEAR.from_on, YEAR.to_on, product="豇", item="灭蝇胺"), clock.today())
    assert (found.finding.judged, found.finding.failed, found.finding.items[0].tested) == (2, 1, 2)
    with transaction():
        made = operations.draft(YEAR, WarningKind.TIP, actor, clock.now())
    assert queries.counts(actor) == {"draft": 1, "changed": 0}
    overturn(FAILING)
    assert queries.counts(actor) == {"draft": 1, "changed": 1}
    assert [queries.why_changed(row) for row in queries.sources(made.id)] == ["结论已不是不合格"]


# ---------------------------------------------------------------- the page

def test_drafted_from_what_the_page_showed(batches: Any, people: Any) -> None:
    client = people("county:办案人")
    page = client.get("/warnings/new").text
    assert FAILING in page and CATERED in page and PASSING not in page and "66.67%" in page and "样本量小" in page and "待核" in page
    asked = {"kind": "风险预警", "key": "k"}
    assert client.post("/warnings/new?link=餐饮", data=asked | {"seen": "0" * 64}).status_code == 409
    assert client.post("/warnings/new?link=餐饮", data=asked | {"seen": provenance_hash([CATERED])}).status_code == 303
    made = reread()
    assert (made.number, made.kind, made.state) == ("风险预警〔2026〕1号", WarningKind.ALERT, WarningState.DRAFT)
    assert made.basis is not None and "餐饮环节" in made.basis and "不合格1批次" in made.basis
    assert session().scalars(sa.select(WarningSource.sample_number)).all() == [CATERED]
    again = client.post("/warnings/new?link=餐饮", data=asked)
    assert (again.status_code, again.location) == (303, f"/warnings/{made.id}")
    assert people("county:审核人").post("/warnings/new", data={"kind": "消费提示"}).status_code == 403


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("from_on=2026-12-01", "晚于"), ("from_on=昨天", "不是有效日期"), ("category=99999", "没有这个食品大类"),
        ("category=x", "没有这个食品大类"),
        ("region=乌有乡", "没有识别出该区域"), ("link=月球", "没有“月球”"), ("product=没有这种", "没有不合格批次"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_told(query: str, sentence: str, batches: Any, people: Any) -> None:
    client = people("county:办案人")
    shown = client.get(f"/warnings/new?{query}")
    assert shown.status_code == 200 and sentence in shown.text
    assert client.post(f"/warnings/new?{query}", data={"kind": "消费提示"}).status_code == 422
    assert session().scalar(sa.select(sa.func.count(PublicWarning.id))) == 0


def test_two_people_then_published_then_withdrawn(warning: PublicWarning, people: Any) -> None:
    handler, reviewer, address = people("county:办案人"), people("county:审核人"), f"/warnings/{warning.id}"
    assert people("other:办案人").get(address).status_code == 404
    assert people("county:统计员").post(f"{address}/edit", data={"title": "新标题", "body": "新正文", "version": 1}).status_code == 303
    assert handler.post(f"{address}/edit", data={"title": "x", "body": "y", "version": 1}).status_code == 409  # it was changed meanwhile
    now = reread()
    assert handler.post(f"{address}/submit", data={"version": now.version}).status_code == 303
    assert handler.post(f"{address}/approve", data={"version": reread().version}).status_code == 403
    assert reviewer.post(f"{address}/approve", data={"version": reread().version}).status_code == 303
    late = {"version": reread().version, "published_on": "2026-11-19", "channel": "本局门户网站"}
    assert "批准之日" in handler.post(f"{address}/publish", data=late).text
    wrong = late | {"published_on": "2026-11-20", "url": "javascript:alert(1)"}
    assert handler.post(f"{address}/publish", data=wrong).status_code == 422
    assert handler.post(f"{address}/publish", data=wrong | {"url": "https://www.example.gov.cn/1"}).status_code == 303
    assert "https://www.example.gov.cn/1" in handler.get(address).text
    assert handler.post(f"{address}/edit", data={"title": "x", "body": "y", "version": reread().version}).status_code == 409
    assert reviewer.post(f"{address}/withdraw", data={"version": reread().version}).status_code == 422  # why?
    assert reviewer.post(f"{address}/withdraw", data={"version": reread().version, "comment": "另行发布"}).status_code == 303
    found = reread()
    assert (found.state, found.withdrawn_on, found.reason) == (WarningState.WITHDRAWN, clock.today(), "另行发布")
    steps = [one.step for one in history.entries_of("public_warning", found.id)]
    assert steps == ["draft", "edit", "submit", "approve", "publish", "withdraw"]


def test_whoever_wrote_on_it_does_not_approve_it(warning: PublicWarning, office: Any, people: Any) -> None:
    """Not only the last who handed it in: an earlier writer who becomes a reviewer is refused too."""
    from app.accounts.models import UserRole
    from app.domain.actors import Role

    people("county:统计员").post(f"/warnings/{warning.id}/edit", data={"title": "新标题", "body": "新正文", "version": warning.version})
    at_state(reread(), WarningState.SUBMITTED, office)
    with transaction():
        session().add(UserRole(user_id=office.people["county:统计员"].id, role=Role.REVIEWER))
    client = people("county:统计员")
    assert "批准发布</button>" not in client.get(f"/warnings/{warning.id}").text
    assert client.post(f"/warnings/{warning.id}/approve", data={"version": reread().version}).status_code == 403
    assert reread().state is WarningState.SUBMITTED


def test_an_alert_says_to_whom(batches: Any, people: Any) -> None:
    client = people("county:办案人")
    client.post("/warnings/new", data={"kind": "风险预警"})
    made = reread()
    address = f"/warnings/{made.id}"
    assert client.post(f"{address}/edit", data={"title": made.title, "body": made.body, "audience": "", "version": 1}).status_code == 303
    refused = client.post(f"{address}/submit", data={"version": 2})
    assert refused.status_code == 422 and "请先填写发送对象" in refused.text
    assert client.post(f"{address}/edit", data={"title": "x", "body": "y", "expires_on": "2026-11-01", "version": 2}).status_code == 422


# ---------------------------------------------------------------- the basis changes

@pytest.mark.parametrize(("state", "step"), [(WarningState.SUBMITTED, "approve"), (WarningState.APPROVED, "publish")])
def test_a_changed_basis_is_neither_approved_nor_published(
    state: WarningState, step: str, warning: PublicWarning, office: Any, people: Any
) -> None:
    at_state(warning, state, office)
    overturn(FAILING)
    who = people("county:审核人" if step == "approve" else "county:办案人")
    asked = {"version": reread().version, "published_on": "2026-11-20", "channel": "网站"}
    refused = who.post(f"/warnings/{warning.id}/{step}", data=asked)
    assert refused.status_code == 409 and FAILING in refused.text
    assert reread().state is state


def test_a_published_one_whose_basis_changed_is_proposed_to_be_withdrawn(warning: PublicWarning, office: Any, people: Any) -> None:
    at_state(warning, WarningState.PUBLISHED, office)
    reviewer = people("county:审核人")
    assert "依据已变化：" not in reviewer.get(f"/warnings/{warning.id}").text
    assert warning.number not in reviewer.get("/warnings/?changed=1").text
    overturn(FAILING)
    page = reviewer.get(f"/warnings/{warning.id}").text
    assert "依据已变化：" in page and "建议撤回" in page and f"已有变化（{FAILING}）" in page
    assert warning.number in reviewer.get("/warnings/?changed=1").text
    assert reread().state is WarningState.PUBLISHED  # people decide


def test_a_draft_is_counted_again(warning: PublicWarning, people: Any) -> None:
    overturn(FAILING)
    client, address = people("county:办案人"), f"/warnings/{warning.id}"
    assert client.post(f"{address}/submit", data={"version": warning.version}).status_code == 409
    body, first = warning.body, warning.version
    assert client.post(f"{address}/recount", data={"version": first}).status_code == 303
    found = reread()
    assert found.body == body and found.basis is not None and "不合格1批次" in found.basis
    assert session().scalars(sa.select(WarningSource.sample_number)).all() == [CATERED]
    assert client.post(f"{address}/recount", data={"version": first, "rewrite": "y"}).status_code == 409
    assert client.post(f"{address}/recount", data={"version": found.version, "rewrite": "y"}).status_code == 303
    assert "不合格1批次" in reread().body
    assert client.post(f"{address}/submit", data={"version": reread().version}).status_code == 303
    assert client.post(f"{address}/recount", data={"version": reread().version}).status_code == 409  # no draft any more


# ---------------------------------------------------------------- paper, lists, commands

def test_paper_and_workbooks(warning: PublicWarning, people: Any) -> None:
    client = people("county:审核人")
    made = client.get(f"/warnings/{warning.id}/letter.docx")
    words = "\n".join(one.text for one in Document(io.BytesIO(made.data)).paragraphs)
    assert warning.title in words and "（草稿）" in words and "66.67%" in words and "{" not in words
    assert warning.title in client.get(f"/warnings/{warning.id}/print").text
    assert client.get(f"/warnings/{warning.id}/sources.xlsx").mimetype.endswith("sheet")
    assert warning.number in client.get("/warnings/?q=灭蝇胺&kind=消费提示").text
    assert warning.number not in client.get("/warnings/?state=published").text
    assert warning.number not in people("other:审核人").get("/warnings/").text


def test_by_command(batches: Any, office: Any, app: Any, tmp_path: Any) -> None:
    def run(person: str, *words: str) -> Any:
        return app.test_cli_runner().invoke(args=["warnings", *words, "--as", person, "--json"])

    found = json.loads(run("county-handler", "findings", "--link", "餐饮").stdout)
    assert (found["judged"], found["failed"], found["batches"]) == (1, 1, [CATERED])
    assert run("county-handler", "draft", "--category", "没有这类").exit_code == 1
    number = json.loads(run("county-handler", "draft").stdout)["number"]
    text = tmp_path / "body.txt"
    text.write_text("改后的正文", encoding="utf-8")
    assert run("county-handler", "edit", number, "--body-file", str(text)).exit_code == 0
    assert run("county-handler", "recount", number).exit_code == 0
    assert json.loads(run("county-handler", "show", number).stdout)["body"] == "改后的正文"
    assert run("county-handler", "submit", number).exit_code == 0
    assert run("county-handler", "recall", number).exit_code == 0
    assert run("county-handler", "submit", number).exit_code == 0
    assert run("county-handler", "approve", number).exit_code == 1
    assert run("county-reviewer", "return", number, "--comment", "补充").exit_code == 0
    assert run("county-handler", "submit", number).exit_code == 0
    assert run("county-reviewer", "approve", number).exit_code == 0
    assert run("county-handler", "publish", number, "--channel", "网站", "--on", "2026-11-30").exit_code == 1
    assert run("county-handler", "publish", number, "--channel", "网站").exit_code == 0
    assert run("county-handler", "docx", number, "--out", str(tmp_path / "x.docx")).exit_code == 0 and (tmp_path / "x.docx").stat().st_size
    assert [one["state"] for one in json.loads(run("county-handler", "list").stdout)] == ["已发布"]
    overturn(FAILING)
    assert [one["number"] for one in json.loads(run("county-handler", "list", "--changed").stdout)] == [number]
    assert run("county-reviewer", "withdraw", number, "--comment", "依据已变化").exit_code == 0
    other = json.loads(run("county-handler", "draft", "--kind", "风险预警").stdout)["number"]
    assert run("county-handler", "void", other, "--comment", "重复").exit_code == 0

"""风险分级规则 on pages and by command: drafted, changed with refusals in their places, put in force by another, retired."""

from __future__ import annotations

import io
import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from app import clock, history
from app.db import session, transaction
from app.domain.risk_rule_data import write
from app.domain.supervision_kinds import Grade
from app.domain.supervision_states import RuleSetState
from app.errors import NotAllowedNow
from app.grading_rules import operations, queries
from app.grading_rules.models import RiskRuleSet
from app.reference.risk_rule_files import read_rule_sets
from tests.conftest import make_office
from tests.disposal.conftest import race
from tests.downloads.taking import taken_out, values_of
from tests.queries import counting
from tests.taken import on_record

SALE = next(rules for rules in read_rule_sets() if (rules.code, str(rules.valid_from)) == ("sale-115", "2020-01-01"))
BANDS = "components[0].tables[0].bands"


@pytest.fixture
def drafted(office: Any) -> Any:
    """A draft of the county from this day on."""

    def made(valid_from: date, who: str = "county:统计员") -> RiskRuleSet:
        with transaction():
            return operations.draft(SALE, valid_from, office.actor(who), clock.now())

    return made


@pytest.fixture
def adopted(office: Any, drafted: Any) -> Any:
    def made(valid_from: date) -> RiskRuleSet:
        row = drafted(valid_from)
        with transaction():
            operations.submit(row, office.actor("county:统计员"), "请审核")
            operations.adopt(row, office.actor("county:审核人"), clock.now())
        return row

    return made


def reread(set_id: int) -> RiskRuleSet:
    session().expire_all()
    return session().get_one(RiskRuleSet, set_id)


def title_in_force(office: Any, name: str, on: date) -> str:
    found = queries.rules_in_force(office.actor(name).org_path, "食品销售者", on)
    assert found is not None
    return found.rule_code


def test_a_draft_is_changed_with_every_refusal_in_its_place(office: Any, sign_in: Any, drafted: Any) -> None:
    row, client = drafted(date(2026, 1, 1)), sign_in(office.people["county:统计员"])
    address = f"/grading-rules/{row.id}/edit"
    assert f'name="{BANDS}[6].points"' in client.get(address).text  # two empty lines below five bands
    sent = {"version": row.version, "title": "本县规则", f"{BANDS}[1].upto": "250", f"{BANDS}[0].points": "一", "remark": "保留我写的"}
    refused = client.post(address, data=sent)
    assert refused.status_code == 422 and f'href="#f-{BANDS}[0].points"' in refused.text
    assert "“一”不是数值" in refused.text and 'value="保留我写的"' in refused.text and 'value="250"' in refused.text
    assert client.post(address, data=sent | {f"{BANDS}[0].points": "3"}).status_code == 422  # less for more
    assert client.post(address, data={"version": row.version, "title": "本县规则", f"{BANDS}[1].points": "1.5"}).status_code == 303
    changed = reread(row.id)
    assert changed.title == "本县规则" and changed.content["components"][0]["tables"][0]["bands"][1]["points"] == "1.5"
    entry = history.entries_of("risk_rule_set", row.id)[-1]
    assert "名称：食品销售者风险分级（115号，2020 年检查频次） → 本县规则" in entry.comment and "分值：2 → 1.5" in entry.comment
    assert "本县规则" in client.get(f"/grading-rules/{row.id}").text


def test_a_torn_page_is_refused(office: Any, sign_in: Any, drafted: Any) -> None:
    row, client = drafted(date(2026, 1, 1)), sign_in(office.people["county:统计员"])
    refused = client.post(f"/grading-rules/{row.id}/edit", data={"version": row.version, "base": '{"components": 1}', "title": "改"})
    assert refused.status_code == 422 and "请刷新后重新修改" in refused.text
    assert reread(row.id).version == row.version


def test_a_table_is_added_without_saving(office: Any, sign_in: Any, drafted: Any) -> None:
    row, client = drafted(date(2026, 1, 1)), sign_in(office.people["county:统计员"])
    shown = client.post(f"/grading-rules/{row.id}/edit", data={"version": row.version, "add": "0:choices", "remark": "写到一半"})
    assert shown.status_code == 200 and 'name="components[0].tables[8].title"' in shown.text and "写到一半" in shown.text
    assert reread(row.id).version == row.version


def test_the_next_edition_ends_the_one_before(office: Any, adopted: Any) -> None:
    """Own before shipped, the county's rules also for its stations, each day its edition."""
    first = adopted(date(2025, 1, 1))
    second = adopted(date(2026, 7, 1))
    assert (reread(first.id).valid_to, reread(second.id).valid_to) == (date(2026, 6, 30), None)
    assert [title_in_force(office, "county:统计员", on) for on in (date(2024, 12, 31), date(2026, 6, 30), date(2026, 7, 1))] == [
        "sale-115@2020-01-01", "sale-115#1", "sale-115#2",
    ]  # fmt: skip
    assert queries.rules_of(first.id, first.content_sha256) == queries.content_of(first)
    assert queries.rules_of(first.id, "0" * 64) is None
    assert title_in_force(office, "city:统计员", date(2026, 7, 1)) == "sale-115@2020-01-01"


def test_an_edition_that_would_begin_before_the_one_in_force_is_refused(office: Any, adopted: Any) -> None:
    adopted(date(2026, 1, 1))
    with pytest.raises(NotAllowedNow, match="自 2026-01-01 起施行，不早于本版的 2025-01-01"):
        adopted(date(2025, 1, 1))


def test_what_never_began_gives_its_place_back(office: Any, adopted: Any) -> None:
    first, later = adopted(date(2026, 1, 1)), adopted(clock.today() + timedelta(days=30))
    assert reread(first.id).valid_to is not None
    with transaction():
        operations.retire(later, office.actor("county:审核人"), "省局另有规定", clock.now())
    assert reread(first.id).valid_to is None and reread(later.id).state is RuleSetState.RETIRED
    assert title_in_force(office, "county:统计员", clock.today() + timedelta(days=30)) == "sale-115#1"


def test_a_set_travels_as_a_file(office: Any, sign_in: Any, drafted: Any) -> None:
    """Out as JSON and workbook, changed, and in again; a fault is told and nothing is written."""
    row, client = drafted(date(2026, 1, 1)), sign_in(office.people["county:统计员"])
    for ending in ("json", "xlsx"):
        content = client.get(f"/grading-rules/{row.id}/export.{ending}").data
        assert f"sale-115#1，{ending}" in on_record("risk_rule_set", content)
        sent = {"file": (io.BytesIO(content), f"rules.{ending}"), "valid_from": "2027-01-01", "key": ending}
        assert client.post("/grading-rules/new", data=sent, content_type="multipart/form-data").status_code == 303, ending
    editions = session().scalars(sa.select(RiskRuleSet).order_by(RiskRuleSet.id)).all()
    assert [one.edition for one in editions] == [1, 2, 3]
    assert [{**one.content, "valid_from": ""} for one in editions[1:]] == [{**row.content, "valid_from": ""}] * 2
    broken = json.dumps({**write(SALE), "boundaries": []})
    answer = client.post("/grading-rules/new", data={
        "file": (io.BytesIO(broken.encode()), "rules.json"), "valid_from": "2027-01-01",
    }, content_type="multipart/form-data")  # fmt: skip
    assert answer.status_code == 422 and "等级分界：应有 4 至 4 项，收到 0 项" in answer.text
    assert client.get("/grading-rules/1/export.exe").status_code == 404


def test_the_list_and_what_is_shipped(office: Any, sign_in: Any, adopted: Any) -> None:
    row, client = adopted(date(2026, 1, 1)), sign_in(office.people["county:抽样员"])
    page = client.get("/grading-rules/").text
    assert f'href="/grading-rules/{row.id}"' in page and "仅供试算" in page and "处待核" in page
    shown = client.get("/grading-rules/shipped/sale-115/2020-01-01").text
    assert "与 2016-12-01 起施行的上一版相比" in shown and "3000 以上" in shown and "60 分以上（不含）" in shown
    assert client.get("/grading-rules/shipped/sale-115/2019-01-01").status_code == 404
    assert client.get("/grading-rules/new").status_code == 403


def test_by_command(office: Any, app: Any, tmp_path: Path) -> None:
    def run(*words: str) -> Any:
        return app.test_cli_runner().invoke(args=["grading-rules", *words, "--json"])

    counts, reviews = office.people["county:统计员"].username, office.people["county:审核人"].username
    file = tmp_path / "rules.xlsx"
    assert run("show", "sale-115@2016-12-01", "--out", str(file)).exit_code == 0
    assert "sale-115@2016-12-01，xlsx" in on_record("risk_rule_set", file.read_bytes())
    assert json.loads(run("check", str(file)).stdout)["faults"] == []
    assert json.loads(run("draft", "--file", str(file), "--on", "2026-01-01", "--as", counts).stdout)["name"] == "sale-115#1"
    assert run("submit", "sale-115#1", "--comment", "请审核", "--as", counts).exit_code == 0
    assert run("adopt", "sale-115#1", "--as", counts).exit_code == 1  # not one's own
    assert json.loads(run("adopt", "sale-115#1", "--as", reviews).stdout)["state"] == "已施行"
    assert [one["name"] for one in json.loads(run("list", "--state", "已施行").stdout)] == ["sale-115#1"]
    found = queries.rules_in_force(office.actor("county:审核人").org_path, "食品销售者", date(2026, 5, 1))
    assert found is not None and found.rules.grade_of(found.rules.boundaries[0].upto or 0) is Grade.A
    (tmp_path / "bad.json").write_text(json.dumps({**write(SALE), "code": "销售"}), "utf-8")
    assert run("check", str(tmp_path / "bad.json")).exit_code == 1


@pytest.mark.parametrize("database", ["app", "pg_app"])
def test_two_editions_put_in_force_at_once(database: str, request: pytest.FixtureRequest) -> None:
    """The second sees the first: never two sets for one kind on one day."""
    made = request.getfixturevalue(database)
    with transaction():
        office = make_office()
        counts, at = office.actor("county:统计员"), clock.now()
        ids = []
        for _ in range(2):
            row = operations.draft(SALE, date(2026, 1, 1), counts, at)
            operations.submit(row, counts, "请审核")
            ids.append(row.id)
    reviewer = office.actor("county:审核人")

    def adopt(set_id: int) -> Any:
        return lambda: operations.adopt(session().get_one(RiskRuleSet, set_id), reviewer, clock.now())

    outcomes = race(made, [adopt(one) for one in ids])
    assert sorted(isinstance(one, NotAllowedNow) for one in outcomes) == [False, True], outcomes
    found = queries.rules_in_force(reviewer.org_path, "食品销售者", date(2026, 5, 1))
    assert found is not None and found.set_id in ids


def test_the_list_asks_as_much_for_many_sets_as_for_one(office: Any, sign_in: Any, drafted: Any, app: Any) -> None:
    client = sign_in(office.people["county:统计员"])
    drafted(date(2026, 1, 1))
    with counting(app) as few:
        client.get("/grading-rules/")
    for day in range(2, 8):
        drafted(date(2026, 1, day))
    with counting(app) as many:
        page = client.get("/grading-rules/?state=draft")
    assert many.count <= few.count <= 16, many
    assert page.text.count("/grading-rules/7") == 1
    assert {row["状态"] for row in values_of(taken_out(client, "risk_rules", "state=draft"))} == {"草稿"}

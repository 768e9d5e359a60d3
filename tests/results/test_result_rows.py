"""检验结果明细: the items of the reports in force one by one, by page and by command, found by index."""

from __future__ import annotations

import re
from typing import Any

import pytest
import sqlalchemy as sa

from app.db import session
from app.results import row_queries
from tests.conftest import Office
from tests.queries import counting
from tests.results.material import as_csv, lab_row, register_sample

ONE, TWO = "XC26120119460010001", "XC26120119460010002"


@pytest.fixture
def imported(office: Office, command: Any) -> dict[str, int]:
    """Two samples with two items each; one item fails. The ids of the samples by number."""
    made = {number: register_sample(office, number) for number in (ONE, TWO)}
    rows = [
        lab_row(ONE, "毒死蜱", "0.32", "不合格项"), lab_row(ONE, "铅(以Pb计)", "0.01"), lab_row(TWO, "毒死蜱", "未检出"),
        lab_row(TWO, "铅(以Pb计)", "0.02"),
    ]  # fmt: skip
    assert command("import", "--confirm", "--reported-on", "2026-11-12", content=as_csv(rows))[0] == 0
    return made


def shown(client: Any, query: str = "") -> list[tuple[str, str]]:
    """(抽样编号, 检验项目) of each row of the page."""
    cell = re.compile(r"<td(?! class=\"check\")[^>]*>(.*?)</td>", re.DOTALL)
    cells = [cell.findall(row) for row in client.get(f"/results/rows?{query}").text.split("<tr>")]
    return [(re.sub("<[^>]+>", "", one[0]).strip(), one[3].partition("<")[0]) for one in cells if len(one) > 4]


def test_the_page_by_item_verdict_number_laboratory_and_dates(clerk: Any, imported: Any, app: Any, monkeypatch: Any) -> None:
    every = [(TWO, "铅"), (TWO, "毒死蜱"), (ONE, "铅"), (ONE, "毒死蜱")]
    assert shown(clerk) == every
    assert shown(clerk, "item=铅") == shown(clerk, "item=铅（以Pb计）") == [every[0], every[2]]
    assert shown(clerk, "failed=1") == shown(clerk, "verdict=不合格项") == [every[3]]
    assert shown(clerk, "verdict=合格项&item=毒死蜱") == [every[1]]
    assert shown(clerk, f"q={ONE}") == every[2:]
    assert shown(clerk, "reported_from=2026-11-13") == shown(clerk, "laboratory=没有这家") == []
    assert shown(clerk, "reported_to=2026-11-12&verdict=x&before=x") == every
    page = clerk.get(f"/results/rows?item=铅&q={ONE}").text
    assert f'href="/sampling/{imported[ONE]}"' in page and re.search(r'href="/downloads/[^"]*results[^"]*"', page)
    with counting(app) as sent:
        clerk.get("/results/rows")
    assert sent.count <= 8, sent
    monkeypatch.setattr(row_queries, "FEW", 0)  # the same where many samples are asked for
    assert shown(clerk, f"q={ONE}") == every[2:] and shown(clerk, "laboratory=没有这家") == []


def test_others_do_not_see_them_and_a_correction_replaces_them(
    sign_in: Any, office: Office, clerk: Any, imported: Any, command: Any
) -> None:
    assert shown(sign_in(office.people["other:统计员"])) == []
    rows = [lab_row(ONE, "毒死蜱", "0.02", "合格项"), lab_row(ONE, "铅(以Pb计)", "0.01")]
    command("import", "--confirm", "--reported-on", "2026-11-12", content=as_csv(rows), name="corrected.csv")
    assert shown(clerk, "failed=1") == [] and len(shown(clerk, f"q={ONE}")) == 2


def test_by_command_page_by_page(command: Any, imported: Any) -> None:
    status, first, _ = command("rows", "--limit", "3")
    assert (status, [one["item"] for one in first]) == (0, ["铅", "毒死蜱", "铅"])
    status, last, _ = command("rows", "--limit", "3", "--before", str(first[-1]["id"]))
    assert [(one["number"], one["item"], one["verdict"]) for one in last] == [(ONE, "毒死蜱", "不合格项")]
    assert command("rows", "--failed", "--item", "毒死蜱", "--number", ONE)[1] == last


def test_items_and_failing_rows_are_found_by_index(office: Office) -> None:
    actor = office.actor("county:统计员")
    for query, index in (({}, "SCAN result_row"), ({"item": "铅"}, "ix_result_row_item"), ({"failed": "1"}, "ix_result_row_failed")):
        statement = row_queries.listed(actor, row_queries.asked(query)).order_by(row_queries.ResultRow.id.desc()).limit(51)
        compiled = statement.compile(session().get_bind(), compile_kwargs={"literal_binds": True})
        plan = " ".join(row[3] for row in session().execute(sa.text(f"EXPLAIN QUERY PLAN {compiled}")))
        assert index in plan and "TEMP B-TREE" not in plan, plan

"""填报 and 口径: both add a version, and what was shown before can be shown again."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from app import clock
from app.chain import HistoryEntry
from app.db import session
from app.indicators.models import PlanIndicator, ReportedValue
from tests.indicators.conftest import Batch, Books, defined

VALUE = "/indicators/jizhou/17/value?area=120119&year=2026"
ENTRY = {"value": "81.50", "month": "", "as_of": "2026-06-30", "document": "津市监发〔2026〕8号", "seen": "0"}


@pytest.fixture
def statistician(office: Any, sign_in: Any) -> Any:
    return sign_in(office.people["county:统计员"])


def current() -> list[ReportedValue]:
    return list(session().scalars(sa.select(ReportedValue).where(ReportedValue.superseded_at.is_(None))))


def test_a_reported_value_stands_in_the_same_table_with_its_document(statistician: Any, show: Any) -> None:
    upload = {
        "attachment": (io.BytesIO(b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF"), "满意度调查报告.pdf")
    }
    assert statistician.post(VALUE, data={**ENTRY, **upload}).status_code == 303
    row = show("jizhou")["17"]
    assert (row["value"], row["numerator"], row["met"]) == ("81.50", None, True)  # as written, never rounded
    page = statistician.get("/indicators/jizhou?area=120119&year=2026").text
    assert "津市监发〔2026〕8号" in page
    assert re.search(r'href="/attachments/\d+"', page)
    assert "满意度调查报告.pdf" in statistician.get(VALUE).text


@pytest.mark.parametrize(("size", "status"), [(5, 303), (21, 413)])
def test_an_attachment_is_larger_than_a_form_may_be_else(app: Any, statistician: Any, size: int, status: int) -> None:
    """The token stands in the body, behind the file: the limit is raised before it is looked for."""
    app.config["WTF_CSRF_ENABLED"] = True
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', statistician.get(VALUE).text)
    assert token is not None
    body = io.BytesIO(b"%PDF-1.4\n" + b"0" * size * 1024 * 1024 + b"\n%%EOF")
    sent = statistician.post(VALUE, data={**ENTRY, "csrf_token": token[1], "attachment": (body, "满意度调查报告.pdf")})
    assert (sent.status_code, len(current())) == (status, 1 if status == 303 else 0)
    body = io.BytesIO(b"%PDF-1.4\n")
    assert statistician.post(VALUE, data={**ENTRY, "attachment": (body, "满意度调查报告.pdf")}).status_code == 400


def test_replacing_needs_a_reason_and_keeps_the_value_before(statistician: Any, show: Any) -> None:
    statistician.post(VALUE, data=ENTRY)
    (first,) = current()
    again = {**ENTRY, "value": "79.9", "seen": str(first.id)}
    refused = statistician.post(VALUE, data=again)
    assert (refused.status_code, "替换时请填写原因" in refused.text) == (422, True)
    assert 'value="79.9"' in refused.text  # what was typed stays
    assert statistician.post(VALUE, data={**again, "reason": "省局复核更正"}).status_code == 303
    assert [f"{row.value.normalize():f}" for row in current()] == ["79.9"]
    assert show("jizhou")["17"]["met"] is False
    page = statistician.get(VALUE).text
    assert "81.50" in page
    assert "省局复核更正" in page
    entry = (
        session()
        .scalars(sa.select(HistoryEntry).where(HistoryEntry.step == "report_value").order_by(HistoryEntry.id.desc()))
        .first()
    )
    assert entry is not None
    assert '"value":["81.5","79.9"]' in entry.changes


def test_the_second_of_two_people_is_told(statistician: Any) -> None:
    assert statistician.post(VALUE, data=ENTRY).status_code == 303
    late = statistician.post(VALUE, data={**ENTRY, "value": "70"})
    assert (late.status_code, "刚由他人填报过" in late.text) == (409, True)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"value": "八十"}, "不是数值"),
        ({"value": "NaN"}, "不是数值"),
        ({"value": "1e99"}, "不是数值"),
        ({"value": ""}, "请填写数值"),
        ({"document": " "}, "请填写来源文件"),
        ({"as_of": "2027-01-01"}, "不能晚于今天"),
        ({"as_of": "2025-12-31"}, "早于 2026 年"),
        ({"as_of": "昨天"}, "error-summary"),
    ],
)
def test_refuses_what_cannot_be_a_value(statistician: Any, change: dict[str, str], sentence: str) -> None:
    response = statistician.post(VALUE, data={**ENTRY, **change})
    assert (response.status_code, current()) == (422, [])
    assert sentence in response.text


def test_who_may_report_what(office: Any, sign_in: Any, statistician: Any) -> None:
    assert sign_in(office.people["county:局领导"]).post(VALUE, data=ENTRY).status_code == 403
    assert sign_in(office.people["other:统计员"]).post(VALUE, data=ENTRY).status_code == 403  # another county's area
    computed = statistician.post("/indicators/jizhou/13/value?area=120119&year=2026", data=ENTRY)
    assert (computed.status_code, "不需要填报" in computed.text) == (409, True)
    assert current() == []


def test_another_county_does_not_see_the_value(office: Any, sign_in: Any, statistician: Any) -> None:
    statistician.post(VALUE, data=ENTRY)
    assert "津市监发" not in sign_in(office.people["other:统计员"]).get(VALUE).text
    assert "津市监发" in sign_in(office.people["city:统计员"]).get(VALUE).text


def test_the_command_reports_too_and_a_month_takes_what_was_so_by_its_end(app: Any, show: Any) -> None:
    def report(*more: str) -> Any:
        base = [
            "indicators",
            "report-value",
            "--json",
            "--plan",
            "jizhou",
            "--no",
            "1",
            "--area",
            "120119",
            "--year",
            "2026",
        ]
        return app.test_cli_runner().invoke(args=[*base, "--document", "工商年报", *more])

    assert report("--value", "9.80", "--on", "2026-03-31", "--month", "3").exit_code == 0
    assert report("--value", "10", "--on", "2026-09-30").exit_code == 0
    assert show("jizhou", month=5)["1"]["value"] == "9.80"
    assert show("jizhou")["1"]["value"] == "10"
    assert show("jizhou", month=2)["1"]["value"] is None
    refused = report("--value", "11", "--on", "2026-09-30")
    assert (refused.exit_code, "替换时请填写原因" in refused.stderr) == (1, True)


# ---------------------------------------------------------------- definitions

DEFINITION = "/indicators/jizhou/14/definition"
FOODS = "domain in (食品;食用农产品)"


def test_a_new_definition_counts_from_now_and_the_old_one_as_of_then(books: Books, admin: Any, show: Any) -> None:
    books.add(Batch(), at=clock.now() - timedelta(days=3))
    assert show("jizhou")["14"]["denominator"] == 0
    defined("jizhou", "14", "pass_rate", FOODS, "市局通知统一口径")
    row = show("jizhou")["14"]
    assert (row["denominator"], "口径版本：第2版" in row["definition"]) == (1, True)
    before = (clock.today() - timedelta(days=1)).isoformat()
    then = show("jizhou", as_of=before)["14"]
    assert (then["denominator"], "口径版本：第1版" in then["definition"]) == (0, True)
    assert "市局通知统一口径" in admin.get(DEFINITION).text


def test_computed_becomes_reported_and_back(statistician: Any, show: Any) -> None:
    defined("jizhou", "14", "reported")
    address = "/indicators/jizhou/14/value?area=120119&year=2026"
    assert statistician.post(address, data={**ENTRY, "value": "98.6"}).status_code == 303
    assert show("jizhou")["14"]["value"] == "98.6"
    defined("jizhou", "14", "pass_rate", FOODS)
    assert show("jizhou")["14"]["value"] is None
    versions = session().scalars(sa.select(PlanIndicator.definition_version).where(PlanIndicator.no == "14"))
    assert sorted(versions)[-1] == 3


def test_definitions_are_listed_for_reading_and_another_is_proposed_by_the_administrator(admin: Any, statistician: Any) -> None:
    assert admin.get("/indicators/definitions?plan=yili").text.count("调整</a>") == 15
    assert "调整</a>" not in statistician.get("/indicators/definitions").text
    assert "提出新口径" in admin.get(DEFINITION).text and "提出新口径" not in statistician.get(DEFINITION).text


def test_loading_the_shipped_files_again_leaves_the_offices_definition(show: Any, app: Any) -> None:
    from app.authorize import local_operator
    from app.db import transaction
    from app.reference_data.operations import load_reference

    defined("jizhou", "14", "pass_rate", FOODS)
    with transaction():
        load_reference(local_operator())
    assert "口径版本：第2版" in show("jizhou")["14"]["definition"]

"""整改完成率、移交处置率、全过程记录率: figures, lists, parts, months and moments over cases and transfers."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from app import clock
from app.attachments.models import Attachment
from app.db import session, transaction
from app.disposal.models import CaseMode, DisposalCase, Party
from app.domain.case_kinds import TransferBody, TransferChannel, TransferKind, TransferReply
from app.domain.case_record import PenaltyKind
from app.domain.samples import Domain, Level, Supervision
from app.domain.workflow import CaseState, TransferState
from app.transfers.models import CaseTransfer
from tests.indicators.conftest import Batch, Books, invoke

FAIL = Supervision.FAIL
INDUSTRIAL = Batch(supervision=FAIL, domain=Domain.INDUSTRIAL, level=Level.NATIONAL, region="120119")


@pytest.fixture
def reader(office: Any, sign_in: Any) -> FlaskClient:
    client: FlaskClient = sign_in(office.people["county:统计员"])
    return client


@pytest.fixture
def closers(office: Any) -> dict[str, Any]:
    handler, approver = office.people["county:办案人"].id, office.people["county:审核人"].id
    return {"handler_id": handler, "submitted_by_id": handler, "approved_by_id": approver}


def case(sample: Any, party: Party = Party.PRODUCTION, **more: Any) -> DisposalCase:
    values = {
        "org_id": sample.org_id, "sample_id": sample.id, "number": f"核处-{sample.number}-{party.value}", "party": party,
        "mode": CaseMode.DISPOSE, "state": CaseState.OPEN, "opened_at": clock.now() - timedelta(days=200),
        "received_on": date(2026, 8, 1), "due_on": date(2026, 10, 30), "party_name": "某厂",
    }  # fmt: skip
    made = DisposalCase(**{**values, **more})
    session().add(made)
    session().flush()
    return made


def full(closed_on: date) -> dict[str, Any]:
    """Everything that the record of a closed case must show, but its files."""
    day = date(2026, 8, 10)
    return {
        "state": CaseState.CLOSED, "closed_on": closed_on, "closed_at": clock.end_of_day(closed_on), "started_on": day, "served_on": day,
        "control_on": day, "control": "封存", "cause_on": day, "cause": "工艺", "penalty_kind": PenaltyKind.EXEMPT, "penalty": "初次违法",
        "published_on": day,
    }  # fmt: skip


def file(made: DisposalCase, block: str, at: Any = None, voided_at: Any = None) -> None:
    session().add(
        Attachment(
            org_id=made.org_id, subject_kind="disposal_case", subject_id=made.id, sha256="0" * 64, filename=f"{block}·记录.pdf",
            mime="application/pdf", size=1, created_at=at or clock.now() - timedelta(days=60), voided_at=voided_at,
        )
    )


def files(made: DisposalCase) -> None:
    for block in ("启动情况", "产品控制", "原因排查"):
        file(made, block)


def transfer(sample: Any, made: DisposalCase, number: str, due: date | None, replied: date | None = None, **more: Any) -> None:
    values = {
        "org_id": made.org_id, "number": number, "case_id": made.id, "sample_id": sample.id, "kind": TransferKind.TRANSFER,
        "body": TransferBody.BUREAU, "to_name": "某局", "channel": TransferChannel.PAPER, "document_no": "1", "subject": "x",
        "state": TransferState.REPLIED if replied else TransferState.SENT, "sent_on": date(2026, 9, 1), "reply_due_on": due,
        "replied_on": replied, "reply": TransferReply.FILED if replied else None, "created_at": clock.now() - timedelta(days=60),
    }  # fmt: skip
    session().add(CaseTransfer(**{**values, **more}))


# ---------------------------------------------------------------- what is counted

def test_rectification_counts_terms_that_have_ended(books: Books, show: Any, listed: Any) -> None:
    one, two, three = books.add(INDUSTRIAL, INDUSTRIAL, INDUSTRIAL)
    ordered = {"rectify_ordered": True, "rectify_from": date(2026, 9, 1)}
    passed = {"recheck_passed": True, "rectified_on": date(2026, 11, 5)}
    with transaction():
        case(one, **ordered, rectify_to=date(2026, 11, 1), **passed)
        case(two, **ordered, rectify_to=date(2026, 11, 20))  # ends today, not re-checked
        case(three, **ordered, rectify_to=date(2026, 11, 21))  # still to end
        case(one, Party.CATERING, rectify_ordered=False, rectify_to=date(2026, 11, 1))
        case(two, Party.CATERING, **ordered)  # no term was written down
        case(three, Party.CATERING, mode=CaseMode.NOTIFY, **ordered, rectify_to=date(2026, 11, 1))
        case(one, Party.ONLINE, **ordered, rectify_to=date(2026, 11, 1), cancelled_at=clock.now(), state=CaseState.CANCELLED)
    row = show("jizhou")["24"]
    assert (row["numerator"], row["denominator"], row["value"]) == (1, 2, "50.00")
    found = listed("jizhou", "24")
    assert found == {"numerator": ["120119 核处-DBJ1-生产"], "denominator": ["120119 核处-DBJ1-生产", "120119 核处-DBJ2-生产"]}


def test_the_filter_is_asked_of_the_batch(books: Books, show: Any) -> None:
    (one,) = books.add(Batch(supervision=FAIL, domain=Domain.FOOD))
    with transaction():
        case(one, rectify_ordered=True, rectify_to=date(2026, 11, 1))
    assert show("jizhou")["24"]["denominator"] == 0  # 工业产品 of the nation's level


def test_transfers_count_leads_whose_answer_fell_due(books: Books, show: Any, listed: Any) -> None:
    (one,) = books.add(Batch(supervision=FAIL))
    with transaction():
        made = case(one)
        transfer(one, made, "移送1", date(2026, 11, 1), date(2026, 11, 10))  # late, and answered
        transfer(one, made, "移送2", date(2026, 11, 19))
        transfer(one, made, "移送3", date(2026, 11, 27))  # not due yet
        transfer(one, made, "移送4", date(2026, 11, 1), state=TransferState.VOIDED)
        transfer(one, made, "通报1", None, kind=TransferKind.NOTIFY)  # asks for no answer
        transfer(one, made, "通报2", date(2026, 11, 2), kind=TransferKind.NOTIFY)
        transfer(one, made, "协查1", date(2026, 11, 2), kind=TransferKind.ASSIST)
    row = show("liupanshui")["7"]
    assert (row["numerator"], row["denominator"]) == (1, 3)
    assert listed("liupanshui", "7")["numerator"] == ["120119 移送1"]
    assert listed("liupanshui", "7", month=10)["denominator"] == []


def test_a_full_record_counts(books: Books, show: Any, listed: Any, closers: dict[str, Any]) -> None:
    one, two = books.add(Batch(supervision=FAIL), Batch(supervision=FAIL))
    with transaction():
        files(case(one, **full(date(2026, 11, 2)), **closers))
        case(two, **full(date(2026, 11, 3)), **closers)  # without a file
        case(two, Party.CATERING)  # open
    row = show("yili")["14"]
    assert (row["numerator"], row["denominator"]) == (1, 2)
    assert listed("yili", "14") == {
        "numerator": ["120119 核处-DBJ1-生产"], "denominator": ["120119 核处-DBJ1-生产", "120119 核处-DBJ2-生产"],
    }  # fmt: skip


# ---------------------------------------------------------------- moments

def test_as_of_a_moment_the_file_was_not_there_yet(books: Books, show: Any, closers: dict[str, Any]) -> None:
    (one,) = books.add(Batch(supervision=FAIL), at=clock.now() - timedelta(days=90))
    with transaction():
        made = case(one, **full(date(2026, 11, 2)), **closers)
        file(made, "启动情况"), file(made, "产品控制")
        file(made, "原因排查", at=clock.end_of_day(date(2026, 11, 10)))
    assert show("yili")["14"]["numerator"] == 1
    assert [show("yili", as_of="2026-11-05")["14"][name] for name in ("numerator", "denominator")] == [0, 1]
    assert show("yili", as_of="2026-11-01")["14"]["denominator"] == 0  # not closed yet


def test_as_of_a_moment_the_file_had_not_been_withdrawn(books: Books, show: Any, closers: dict[str, Any]) -> None:
    (one,) = books.add(Batch(supervision=FAIL), at=clock.now() - timedelta(days=90))
    with transaction():
        made = case(one, **full(date(2026, 11, 2)), **closers)
        file(made, "启动情况"), file(made, "产品控制")
        file(made, "原因排查", voided_at=clock.end_of_day(date(2026, 11, 10)))
    assert show("yili")["14"]["numerator"] == 0
    assert show("yili", as_of="2026-11-05")["14"]["numerator"] == 1


def test_as_of_a_moment_nobody_had_answered(books: Books, show: Any) -> None:
    (one,) = books.add(Batch(supervision=FAIL), at=clock.now() - timedelta(days=90))
    with transaction():
        made = case(one)
        transfer(one, made, "移送1", date(2026, 10, 20), date(2026, 11, 10))
        transfer(one, made, "移送2", date(2026, 10, 20), created_at=clock.now())  # written down later
    assert [show("liupanshui", as_of="2026-11-01")["7"][name] for name in ("numerator", "denominator")] == [0, 1]
    assert [show("liupanshui")["7"][name] for name in ("numerator", "denominator")] == [1, 2]


# ---------------------------------------------------------------- lists, parts, months, who

@pytest.fixture
def variety(books: Books, closers: dict[str, Any]) -> Books:
    made = books.add(*[INDUSTRIAL] * 6, *[Batch(supervision=FAIL, region="120119101")] * 4)
    others = books.add(Batch(supervision=FAIL, org="other"))
    ordered = {"rectify_ordered": True, "recheck_passed": True}
    with transaction():
        for turn, sample in enumerate(made):
            day = date(2026, 8 + turn % 4, 3)
            one = case(sample, **{**full(day), **closers, **ordered, "rectify_to": day, "rectified_on": day if turn % 2 else None})
            if turn % 3 == 0:
                files(one)
            transfer(sample, one, f"移送{turn}", day, day if turn % 2 else None)
        case(others[0], **full(date(2026, 11, 2)), **{**closers, "org_id": others[0].org_id})
    return books


PLACES = [("jizhou", "24", 6), ("liupanshui", "7", 10), ("yili", "14", 10)]


@pytest.mark.parametrize(("plan", "no", "under"), PLACES)
def test_lists_parts_and_months_hold_what_the_figure_counts(
    variety: Books, reader: FlaskClient, show: Any, listed: Any, plan: str, no: str, under: int
) -> None:
    row = show(plan, **{"as": "county-statistician"})[no]
    assert row["denominator"] == under and 0 < row["numerator"] < under
    found = listed(plan, no, **{"as": "county-statistician"})
    for side in ("numerator", "denominator"):
        assert len(found[side]) == len(set(found[side])) == row[side]
        page = reader.get(f"/indicators/{plan}/{no}/records/{side}?area=120119&year=2026&size=100").text
        assert sorted(re.findall(r'<a href="/(?:disposal|transfers)/\d+" title="([^"]+)"', page)) == found[side]
    for by in ("area", "category", "month", "level"):
        page = reader.get(f"/indicators/{plan}/{no}/breakdown?area=120119&year=2026&by={by}").text
        rows = [_cells(text) for text in re.findall(r"<tr>(.*?)</tr>", page, re.S) if "records" in text]
        assert [sum(cells[at][1] for cells in rows[:-1]) for at in (0, 1)] == [row["numerator"], row["denominator"]]
        for address, number in (cell for cells in rows for cell in cells):
            assert len(re.findall(r'title="120119 ', reader.get(f"{address}&size=100").text)) == number
    page = reader.get(f"/indicators/{plan}/{no}/chart?area=120119&year=2026").text
    for address, number in re.findall(r'<a href="([^"]+records[^"]+)" title="[^"]+">([\d,]+)</a>', page):
        assert len(re.findall(r'title="120119 ', reader.get(address.replace("&amp;", "&") + "&size=100").text)) == int(number)


def _cells(row: str) -> list[tuple[str, int]]:
    found = re.findall(r'<a href="([^"]+records[^"]+)">([\d,]+)</a>', row)
    return [(address.replace("&amp;", "&"), int(number.replace(",", ""))) for address, number in found]


def test_each_office_counts_its_own(variety: Books, show: Any) -> None:
    for who, number in (("county-statistician", 10), ("other-statistician", 1), ("city-statistician", 11), ("station-sampler", 0)):
        assert show("yili", "120119", **{"as": who})["14"]["denominator"] == number, who


def test_lists_are_paged(variety: Books, reader: FlaskClient) -> None:
    address: str = "/indicators/yili/14/records/denominator?area=120119&year=2026&size=20"
    page = reader.get(address).text
    assert page.count('title="120119 ') == 10 and "<b>10</b> 条" in page


def test_everything_is_recounted(variety: Books, app: Any) -> None:
    result = app.test_cli_runner().invoke(args=["indicators", "check", "--json"])
    assert result.exit_code == 0, result.output
    assert invoke(app, "show", "jizhou", "120119")

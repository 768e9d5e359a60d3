"""移送, 失信名单, 责令改正, 安全事故 and 外部公示 in the search box and in their lists, within what the reader may see."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from app import clock
from app.announcements import queries as announcements
from app.announcements.models import ExternalFinding
from app.checklists.models import Checklist
from app.cli import _index_for_searching
from app.db import session, transaction
from app.disposal.models import CaseMode, DisposalCase, Party
from app.domain.case_kinds import TransferBody, TransferChannel, TransferKind
from app.domain.case_states import ListingState, TransferState
from app.domain.result_kinds import ListKind
from app.domain.supervision_kinds import IncidentDomain, InspectionNature
from app.domain.supervision_states import IncidentState, InspectionState, RectificationState
from app.domain.workflow import BatchState, CaseState
from app.enterprises.models import Enterprise, EnterpriseStatus
from app.incidents import queries as incidents
from app.incidents.models import Incident
from app.inspections.models import Inspection
from app.listings import queries as listings
from app.listings.models import CreditListing
from app.rectifications import queries as rectifications
from app.rectifications.models import RectificationOrder
from app.results.models import ImportBatch
from app.sampling.models import Sample
from app.search import checking
from app.search.models import SearchEntry
from app.transfers import queries as transfers
from app.transfers.models import CaseTransfer
from tests.search.test_search import found, stocked

DAY = date(2026, 11, 18)
KINDS = {"移送协查": "case_transfer", "失信名单": "credit_listing", "责令改正": "rectification_order", "安全事故": "incident",
         "外部公示": "external_finding"}


def add(row: Any) -> Any:
    session().add(row)
    session().flush()
    return row


@pytest.fixture
def rows(app: Any, office: Any) -> dict[str, Any]:
    """One record of each kind, of the county, about 渔阳火腿厂."""
    (sample_id,), now = stocked(office, 1), clock.now()
    ours: dict[str, Any] = {"org_id": office.orgs["county"].id}
    with transaction():
        firm = add(Enterprise(**ours, name="别的企业", status=EnterpriseStatus.ACTIVE, created_at=now))
        case = add(DisposalCase(
            **ours, sample_id=sample_id, number="核处〔2026〕91号", party=Party.CATERING, mode=CaseMode.DISPOSE, state=CaseState.OPEN,
            opened_at=now, received_on=DAY, due_on=DAY,
        ))  # fmt: skip
        transfer = add(CaseTransfer(
            **ours, case_id=case.id, sample_id=sample_id, number="移送〔2026〕7号", kind=TransferKind.ASSIST, body=TransferBody.BUREAU,
            channel=TransferChannel.SYSTEM, to_name="渔阳火腿厂所在地市场监管局", subject="x", sent_on=DAY, state=TransferState.SENT,
            to_org_id=office.orgs["other"].id, created_at=now,
        ))  # fmt: skip
        listing = add(CreditListing(
            **ours, number="失信〔2026〕3号", enterprise_id=firm.id, enterprise_name="渔阳火腿厂", ground="x", state=ListingState.PROPOSED,
            proposed_at=now,
        ))  # fmt: skip
        sheet = session().scalars(sa.select(Checklist).limit(1)).one()
        seen = add(Inspection(
            **ours, enterprise_id=firm.id, enterprise_name="别的企业", number="检〔2026〕5号", checklist_id=sheet.id, created_at=now,
            nature=InspectionNature.ROUTINE, kind="食品销售者", state=InspectionState.PLANNED,
        ))  # fmt: skip
        order = add(RectificationOrder(
            **ours, enterprise_id=firm.id, enterprise_name="渔阳火腿厂", number="责改〔2026〕8号", inspection_id=seen.id, requirement="x",
            at_once=False, ordered_on=DAY, due_on=DAY, state=RectificationState.ORDERED, created_at=now,
        ))  # fmt: skip
        incident = add(Incident(
            **ours, number="事故〔2026〕2号", domain=IncidentDomain.FOOD, title="渔阳火腿厂聚餐中毒", occurred_on=DAY, reported_on=DAY,
            description="x", state=IncidentState.REPORTED, created_at=now,
        ))  # fmt: skip
        batch = add(ImportBatch(
            **ours, kind="announcement", layout="announcement", state=BatchState.STAGED, filename="x", sha256="0" * 64, created_at=now,
        ))  # fmt: skip
        finding = add(ExternalFinding(
            **ours, import_batch_id=batch.id, line=1, row_sha256="0" * 64, ordinal=1, list_kind=ListKind.FAIL, cells={},
            number="XBJ261201199000000001", producer_name="渔阳火腿厂", product_name="火腿", recorded_at=now,
            search_text="¦亚硝酸盐¦ xbj261201199000000001 火腿 渔阳火腿厂 ht yyhtc",
        ))  # fmt: skip
    return dict(zip(KINDS, (transfer, listing, order, incident, finding), strict=True))


def test_found_by_name_initials_and_number_within_sight(office: Any, rows: Any) -> None:
    reader = office.actor("county:审核人")
    assert found(reader, "渔阳火腿") == found(reader, "yyht") == dict.fromkeys(KINDS, "1")
    parts = {
        "移送〔2026〕7": "移送协查", "失信(2026)3": "失信名单", "责改": "责令改正", "事故〔2026": "安全事故", "亚硝酸": "外部公示",
    }
    for typed, kind in parts.items():
        assert found(reader, typed) == {kind: "1"}, typed
    assert found(office.actor("other:审核人"), "渔阳火腿") == {"移送协查": "1"}  # it was sent to them
    assert found(office.actor("station:审核人"), "渔阳火腿") == {}
    assert found(office.actor("lab:承检机构"), "渔阳火腿") == {}


def test_the_index_follows_and_what_was_undone_is_not_shown(office: Any, rows: Any) -> None:
    reader = office.actor("county:审核人")
    with transaction():
        session().get_one(Incident, rows["安全事故"].id).title = "蓟州酱菜坊投诉"
        session().get_one(ExternalFinding, rows["外部公示"].id).voided_at = clock.now()
    assert "安全事故" not in found(reader, "渔阳火腿") and found(reader, "jzjcf") == {"安全事故": "1"}
    assert "外部公示" not in found(reader, "渔阳火腿") and checking.check().faults == []


def test_rows_of_an_earlier_release_are_indexed_by_the_upgrade(office: Any, rows: Any) -> None:
    with transaction():
        session().execute(sa.delete(SearchEntry).where(SearchEntry.kind.in_(KINDS.values())))
    assert len(checking.check().faults) >= len(KINDS)
    with transaction():
        checking.rebuild()  # the terms go with their entries
        gone = session().scalars(sa.select(SearchEntry).where(SearchEntry.kind == "incident")).all()
        for entry in gone:
            session().delete(entry)
    assert _index_for_searching() == ["已建立检索索引（1 条）"] and _index_for_searching() == []
    assert found(office.actor("county:审核人"), "渔阳火腿")["安全事故"] == "1"


def test_the_number_of_our_sample_still_leads_to_it(office: Any, rows: Any, sign_in: Any) -> None:
    """Although an announcement of somebody else's bears it too."""
    answer = sign_in(office.people["county:审核人"]).get("/search?q=XBJ261201199000000001")
    sample = session().scalars(sa.select(Sample.id)).one()
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/sampling/{sample}")


def test_the_page_opens_each(office: Any, rows: Any, sign_in: Any) -> None:
    client = sign_in(office.people["county:审核人"])
    page = client.get("/search?q=渔阳火腿").text
    for kind, address in (("移送协查", "transfers"), ("失信名单", "listings"), ("责令改正", "rectifications"), ("安全事故", "incidents"),
                          ("外部公示", "announcements")):
        assert kind in page and f'href="/{address}/{rows[kind].id}"' in page, kind


def test_the_lists_find_the_same(office: Any, rows: Any) -> None:
    actor = office.actor("county:审核人")
    today = clock.today()
    by_initials = {
        "移送协查": transfers.transfers(actor, transfers.Filters(state=transfers.ALL_STATES, q="yyhtc"), today),
        "失信名单": listings.listings(actor, listings.Filters(q="yyhtc"), today),
        "责令改正": rectifications.orders(actor, rectifications.Filters(q="yyhtc"), today),
        "安全事故": incidents.incidents(actor, incidents.Filters(q="yyhtc")),
        "外部公示": announcements.findings(actor, announcements.Filters(q="yyhtc")),
    }
    assert {kind: [row.id for row in page.rows] for kind, page in by_initials.items()} == {kind: [row.id] for kind, row in rows.items()}
    one_sign = announcements.findings(actor, announcements.Filters(q="腿"))
    assert [row.id for row in one_sign.rows] == [rows["外部公示"].id]  # a single sign is found as before

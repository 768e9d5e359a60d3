"""The list as a workbook, in the layout in which offices publish it: a title, a declaration, the header, text cells only."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from app.domain import publications as rules
from app.domain.publications import Stated
from app.domain.reporting_states import PublicationState
from app.errors import NotAllowedNow
from app.publications import queries
from app.publications.models import Publication, PublicationItem
from app.spreadsheet_cells import Column
from app.spreadsheet_reports import ReportSheet, write_report

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WIDE = {"items": 46, "producer_address": 30, "sampled_address": 30, "remark": 30}


def announcement(found: Publication, items: Sequence[PublicationItem], org_name: str) -> bytes:
    """The bytes as published; the same items give the same bytes."""
    stated = Stated(found.announcement_no or "", found.published_on)
    names = rules.columns_of(items[0].content, found.kind) if items else rules.layout(found.kind)
    columns = [Column(rules.heading(name), width=WIDE.get(name)) for name in names]
    rows = [rules.row_of(one.content, found.kind, one.ordinal, stated) for one in items]
    sheet = ReportSheet(f"{found.kind.value}清单", found.title, found.foreword or rules.FOREWORD, columns, rows, compact=True)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "publication.xlsx"
        write_report(path, [sheet], author=org_name, made_at=found.published_at or found.created_at)
        return path.read_bytes()


def filename(found: Publication) -> str:
    return f"{found.announcement_no or found.number}_{found.nature.value}_{found.kind.value}.xlsx"


def to_publish(found: Publication) -> bytes:
    """The list as it is put on the website: that is done before it is registered as published, which keeps the workbook for good."""
    if found.state is not PublicationState.APPROVED:
        raise NotAllowedNow("批准以后、登记公布以前才能下载待发布的清单；已公布的请下载“公布的清单”")
    return announcement(found, queries.every_item(found), queries.organisation_name(found.org_id))

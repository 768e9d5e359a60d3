"""The five plans, row by row: every indicator is computed from records or reported with its document and attachment."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from app import clock
from app.accounts.models import User, UserRole
from app.authorize import local_operator
from app.db import session, transaction
from app.domain.actors import Role
from app.domain.indicators import Kind
from app.domain.samples import Domain, Supervision
from app.indicators import operations, queries, tables
from app.indicators.frames import Frame, area, period
from app.indicators.operations import Entry
from app.reference_data.books import region_book
from tests.indicators.conftest import Batch, Books

PLANS = ("jizhou", "jingmen", "liupanshui", "wulong", "yili")
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def test_the_five_plans_have_all_their_rows(app: Any) -> None:
    found = [one for code in PLANS for one in queries.indicators(queries.plan_by_code(local_operator(), code))]
    assert (len(found), sum(one.row.where_stated is not None for one in found)) == (119 + 56, 56)


@pytest.mark.parametrize("code", PLANS)
def test_every_row_is_computed_or_reported(office: Any, sign_in: Any, code: str) -> None:
    with transaction():
        person = User(
            org_id=office.orgs["root"].id, username="root-statistician", name="省局统计员", password_hash="!", must_change=False,
            failed_count=0, active=True, created_at=clock.now(), password_changed_at=clock.now(), grants=[UserRole(role=Role.STATISTICIAN)],
        )  # fmt: skip
        session().add(person)
    actor, book, reader = local_operator(), region_book(), sign_in(person)
    plan = queries.plan_by_code(actor, code)
    frame = Frame(actor, area(book, plan.region_id), period(2026))
    with transaction():
        for one in queries.indicators(plan):
            if one.formula.kind is Kind.REPORTED:
                entry = Entry(2026, None, "12.50", date(2026, 11, 1), f"市监统〔2026〕{one.row.no}号", "", f"{one.row.no}.pdf", PDF)
                operations.report_value(one, frame.area, entry, actor, clock.now(), clock.today())
    lines = tables.table(plan, frame)
    page = reader.get(f"/indicators/{code}?area={frame.area.code}&year=2026").text
    rows = dict(re.findall(r'<tr id="no-(\w+)">(.*?)</tr>', page, re.S))
    assert rows.keys() == {line.planned.row.no for line in lines}
    for line in lines:
        row, html = line.planned.row, rows[line.planned.row.no]
        assert row.name in html and "口径" in html and "目标来源" in html and f"/indicators/{code}/{row.no}/differences" in html
        if line.planned.formula.kind is Kind.REPORTED:
            assert f"市监统〔2026〕{row.no}号" in html and "附件</a>" in html and "12.50" in html, row.no
        else:
            assert line.planned.formula.definition.partition("＝")[0] in html
            counted = line.figure.numerator is not None and (f"/indicators/{code}/{row.no}/records/" in html or row.formula == "balance")
            assert counted or line.lacking, (row.no, row.formula)
            assert line.planned.formula.kind is not Kind.PER_THOUSAND or "常住人口" in html


def test_a_rate_over_few_batches_says_how_far_it_can_be_trusted(books: Books, office: Any, sign_in: Any) -> None:
    crop = Batch(category="食用农产品", domain=Domain.AGRICULTURAL)
    books.add(*[crop] * 11, replace(crop, supervision=Supervision.FAIL))
    client = sign_in(office.people["county:统计员"])
    page = client.get("/indicators/jizhou?year=2026").text
    row = re.search(r'<tr id="no-14">(.*?)</tr>', page, re.S)
    assert row is not None and "64.61%～98.51%" in row[1] and "样本量小（12 ＜ 30）" in row[1]
    listed = client.get("/indicators/jizhou/14/records/numerator?area=120119&year=2026").text
    assert "95%置信区间 64.61%～98.51%" in listed

"""A return on a form of the authority above: its cells, its rules within and between forms, its number and anchor in their cells."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa

from app import clock, files
from app.db import session, transaction
from app.domain.indicators import Period
from app.domain.reporting_kinds import ReturnPeriod
from app.domain.reporting_states import TemplateState
from app.domain.samples import Supervision
from app.errors import NotLikeThis
from app.exports import differing, operations, queries, storing, verifying
from app.exports.models import MonthlyReturn
from app.indicators import frames
from app.indicators import queries as indicators
from app.reference_data.books import region_book
from app.return_templates.models import ReturnCell, ReturnRule, ReturnTemplate
from tests.conftest import make_office
from tests.exports.conftest import CLERK, NUMBERED, REVIEWER, batch, carry_through, fact

COUNT = {"kind": "figure", "formula": "batch_count"}
RATE = {"kind": "figure", "formula": "pass_rate", "filter": "domain in (食品;食用农产品)"}
CELLS = {
    "B2": {**COUNT, "period": "本期"}, "B3": {**COUNT, "period": "累计"}, "C2": {**RATE, "period": "本期", "side": "分子"},
    "C3": {**RATE, "period": "本期", "side": "分母"}, "D2": {**RATE, "period": "本期"},
    "A8": {"kind": "text", "text": "编号：{报表编号}　制表：{制表人}　审核：{审核人}"}, "A9": {"kind": "text", "text": "{链头}"},
}  # fmt: skip
RULES = (
    ("S-01", "B3 >= B2", "累计应不小于本月", True),
    ("S-02", "D2 = ROUND(C2 / C3 * 100, 2) ± 0.01", "合格率应等于合格批次除以判定批次", True),
    ("S-03", "B7 = B2 + B3", "表中的合计公式", True),
    ("S-04", "B2 = [乙表]B2", "两表抽检批次应一致", False),
)


def template(office: Any, code: str, cells: dict[str, Any], rules: Any = ()) -> int:
    """An adopted form; runs inside a transaction."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title, sheet["A2"], sheet["A3"], sheet["B7"] = "表一", "本月批次", "累计批次", "=SUM(B2:B3)"
    target = io.BytesIO()
    book.save(target)
    made = ReturnTemplate(
        org_id=office.orgs["county"].id, code=code, edition=1, title=code, period_kind=ReturnPeriod.MONTH, state=TemplateState.ADOPTED,
        filename=f"{code}.xlsx", sha256=files.store(target.getvalue()).sha256, created_at=clock.now(),
    )  # fmt: skip
    session().add(made)
    session().flush()
    for ordinal, (cell, spec) in enumerate(cells.items(), 1):
        session().add(ReturnCell(template_id=made.id, ordinal=ordinal, sheet="表一", cell=cell, name=cell, spec=spec))
    for ordinal, (name, expression, message, blocking) in enumerate(rules, 1):
        session().add(
            ReturnRule(template_id=made.id, ordinal=ordinal, code=name, expression=expression, message=message, blocking=blocking)
        )
    return made.id


def make(office: Any, template_id: int) -> MonthlyReturn:
    wish = operations.Wish(
        frames.area_by_code(region_book(), "120119"), indicators.plans()[0], Period(2026, month=11), template_id
    )
    with transaction():
        return operations.make(wish, office.actor(CLERK), clock.now())


def written(found: MonthlyReturn) -> Any:
    return openpyxl.load_workbook(io.BytesIO(files.read(found.sha256)))["表一"]


@pytest.mark.parametrize("database", ["app", pytest.param("pg_app", marks=pytest.mark.postgres)])
def test_a_form_is_filled_checked_sealed_verified_and_explained(database: str, request: pytest.FixtureRequest) -> None:
    request.getfixturevalue(database)
    with transaction():
        office = make_office()
    with transaction():
        for ordinal in range(3):
            batch(office, ordinal, date(2026, 11, 10), Supervision.PASS if ordinal else Supervision.FAIL)
        batch(office, 10, date(2026, 10, 10))
        form, other = template(office, "甲表", CELLS, RULES), template(office, "乙表", {"B2": CELLS["B2"]})
    found = make(office, form)
    results = {row.code: row for row in storing.rows(found.id)}
    assert [results[code].passed for code in ("S-01", "S-02", "S-03")] == [True, True, True], [row.message for row in results.values()]
    assert "找不到同一单位、同一统计期的“乙表”报表" in results["S-04"].message and not results["S-04"].passed
    make(office, other)
    with transaction():
        operations.remake(operations.prepare_again(found, clock.now()), office.actor(CLERK), clock.now())
    session().expire_all()
    assert all(row.passed for row in storing.rows(found.id))
    carry_through(office, found)
    sheet = written(found)
    assert [sheet[cell].value for cell in ("B2", "B3", "C2", "C3", "D2")] == [3, 4, 2, 3, pytest.approx(66.67)]
    assert found.number in sheet["A8"].value and office.people[REVIEWER].name in sheet["A8"].value
    assert sheet["A9"].value == found.chain_head and sheet["B7"].value == "=SUM(B2:B3)"
    for row in queries.figures(found):
        assert row.count == len(storing.archive(found).numbers(row.sha256) or [])
    with transaction():
        one = session().scalars(sa.select(operations.MonthlyReturn).where(operations.MonthlyReturn.id == found.id)).one()
        fact(_sample(0), Supervision.PASS, "复检")
        batch(office, 9, date(2026, 11, 2))
    assert verifying.verify(one).faults == []
    rows = {(row.figure.cell, row.figure.side): row for row in differing.against(one, clock.now())}
    rate = rows["D2", "分子"]
    assert (rate.value_then, rate.value_now, rate.count_then, rate.count_now) == ("66.67", "100.00", 2, 4)
    assert {each.number: each.cause.reasons for each in rate.records}[NUMBERED.format(0)] == ("复检改判",)


def _sample(ordinal: int) -> Any:
    from app.sampling.models import Sample

    return session().scalars(sa.select(Sample).where(Sample.number == NUMBERED.format(ordinal))).one()


def test_a_form_that_contradicts_itself_is_stopped(november: Any, sign_in: Any) -> None:
    with transaction():
        form = template(november, "甲表", CELLS, [("S-01", "B3 < B2", "累计应小于本月", True)])
    found = make(november, form)
    told = next(row for row in storing.rows(found.id) if row.code == "S-01")
    assert told.message == "累计应小于本月：B3 = 8，B2 = 6，应为 B3 < B2"
    with pytest.raises(NotLikeThis, match="S-01"), transaction():
        operations.check(found, november.actor(CLERK), clock.now())
    client = sign_in(november.people[CLERK])
    assert "甲表（月报，第 1 版）" in client.get("/returns/new").text
    asked = {"area": "120119", "plan": "jizhou", "year": "2026", "month": "11", "template": str(form)}
    assert client.post("/returns/new", data={**asked, "kind": "季报", "quarter": "4"}).status_code == 422
    page = client.post("/returns/new", data=asked, follow_redirects=True).text
    assert "累计应小于本月：B3 = 8" in page and "不通过" in page
    assert client.get(f"/returns/{found.id}/cover").status_code == 200


def test_the_cumulative_cell_of_a_form_carries_on(november: Any, sealed: Any, made: Any) -> None:
    """T-04 needs no cell for the month: which batches are of this period is asked of the records."""
    with transaction():
        form = template(november, "甲表", CELLS)
    sealed(Period(2026, month=10), template_id=form)
    told = {row.code: row for row in storing.rows(made(template_id=form).id)}
    assert told["T-04"].passed and "上期封存 2＋本期 6，累计 8" in told["T-04"].message
    with transaction():
        batch(november, 20, date(2026, 10, 20))
    told = {row.code: row for row in storing.rows(made(template_id=form).id)}
    assert not told["T-04"].passed and "表一!B3 B3分子：上期封存 2＋本期 6，累计 9，相差 1" in told["T-04"].message

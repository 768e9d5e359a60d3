"""检验时限: every figure opens exactly what it counts; agreements change the term; nobody sees another's."""

from __future__ import annotations

import html
import io
import json
import re
from collections.abc import Callable
from datetime import date
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from app import clock
from app.chain import HistoryEntry
from app.db import session, transaction
from app.domain.turnaround import OpenStage, Timing
from app.errors import NotAllowedNow
from app.sampling.models import Sample
from app.turnaround import operations, queries, reading
from app.turnaround.models import ReportAgreement
from app.turnaround.queries import Filters
from tests.conftest import Office, found_office, make_office
from tests.queries import counting
from tests.turnaround.conftest import sample

NUMBER = re.compile(r"XBJ26\d{8}")
YEAR = Filters(date(2026, 1, 1), date(2026, 11, 20))


def numbers(page: str) -> set[str]:
    return set(NUMBER.findall(page))


def named(world: dict[str, Sample], *names: str) -> set[str]:
    return {world[name].number for name in names}


def linked(page: str) -> list[tuple[str, int]]:
    """Every figure of the page that opens a list: (address, figure)."""
    found = re.findall(r'<a href="(/turnaround/(?:reports|overdue)\?[^"]*)"[^>]*>([\d,]+)</a>', page)
    return [(html.unescape(address), int(figure.replace(",", ""))) for address, figure in found]


def test_every_figure_opens_what_it_counts(clerk: FlaskClient, world: dict[str, Sample]) -> None:
    page = clerk.get("/turnaround/").text
    assert "57.14" in page and "4 ÷ 7" in page
    figures = linked(page)
    assert len(figures) >= 15
    for address, figure in figures:
        told = clerk.get(address).text
        assert f"共 <b>{figure}</b> 条" in told, address
        assert len(numbers(told)) == figure, address
    assert "无收样日期 1 份" in page and "收样晚于报告 1 份" in page
    assert not {world["foreign"].number, world["voided"].number} & numbers(clerk.get("/turnaround/reports").text)


def test_bars_open_what_they_count(clerk: FlaskClient, world: dict[str, Sample]) -> None:
    page = clerk.get("/turnaround/").text
    bars = re.findall(r'<a [^>]*href="(/turnaround/reports[^"]+)" aria-label="\S+ (按时|超期) (\d+) 份', page)
    total = 0
    for address, stands, figure in bars:
        told = clerk.get(html.unescape(address)).text
        assert f"共 <b>{figure}</b> 条" in told and stands in told
        total += int(figure)
    assert total == 7


def test_how_the_reports_stand(office: Office, world: dict[str, Sample]) -> None:
    figures = reading.figures(office.actor("county:统计员"), YEAR)
    mine = figures.by_laboratory[office.orgs["lab"].id]
    assert dict(mine.stands) == {Timing.ON_TIME: 3, Timing.LATE: 2, Timing.UNKNOWN: 1, Timing.WRONG: 1}
    assert dict(mine.days) == {0: 1, 10: 1, 11: 1, 20: 1, 21: 1}
    assert (str(mine.rate), mine.median, mine.ninth_decile) == ("60.00", 11, 21)
    assert figures.by_laboratory["外地检测中心"].finished == 1
    assert figures.whole.finished == 9 and figures.whole.timed == 7


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("stands=late", ("late", "agri_late", "elsewhere")),
        ("stands=late&foods=agri", ("agri_late",)),
        ("laboratory=~外地检测中心", ("written",)),
        ("stands=timed&from=2026-10-12&to=2026-10-26", ("agri_on_time", "arrived")),
        ("bar=0", ("arrived",)),
        ("stands=untimed", ("unknown", "wrong")),
    ],
)
def test_the_list_is_narrowed(clerk: FlaskClient, world: dict[str, Sample], query: str, shown: tuple[str, ...]) -> None:
    assert numbers(clerk.get(f"/turnaround/reports?{query}").text) == named(world, *shown)


def test_bad_questions_are_refused_in_chinese(clerk: FlaskClient) -> None:
    for query in ("from=2026-13-01", "from=2026-05-01&to=2026-04-01", "laboratory=abc"):
        answer = clerk.get(f"/turnaround/?{query}")
        assert answer.status_code == 422 and "请" in answer.text
    assert clerk.get("/turnaround/reports?page=x&bar=99&stands=?").status_code == 200


def test_what_is_still_owed(clerk: FlaskClient, world: dict[str, Sample]) -> None:
    page = clerk.get("/turnaround/overdue").text
    assert numbers(page) == named(world, "overdue")
    assert "已超 3 个工作日" in page and "2026-11-17" in page and "20 个工作日" in page and "第24条" in page
    assert numbers(clerk.get("/turnaround/overdue?stage=soon").text) == named(world, "soon")
    assert numbers(clerk.get("/turnaround/overdue?stage=undated").text) == named(world, "undated")
    assert numbers(clerk.get("/turnaround/overdue?stage=all").text) == named(world, "overdue", "soon", "running", "undated")


def test_a_laboratory_sees_its_own_only(office: Office, sign_in: Callable[..., FlaskClient], world: dict[str, Sample]) -> None:
    mine, other = sign_in(office.people["lab:承检机构"]), sign_in(office.people["otherlab:承检机构"])
    assert numbers(other.get("/turnaround/reports").text) == named(world, "elsewhere")
    assert numbers(other.get("/turnaround/overdue?stage=all").text) == named(world, "running")
    assert world["foreign"].number in numbers(mine.get("/turnaround/reports").text)  # of whichever bureau
    assert not named(world, "elsewhere", "written") & numbers(mine.get("/turnaround/reports").text)
    assert numbers(other.get(f"/turnaround/reports?laboratory={office.orgs['lab'].id}").text) == set()
    assert "丰收粮店" not in mine.get("/turnaround/overdue").text
    assert mine.get("/turnaround/screen").status_code == 403


def test_people_without_business_stay_out(office: Office, sign_in: Callable[..., FlaskClient]) -> None:
    admin = sign_in(office.people["county:系统管理员"])
    for address in ("", "reports", "overdue", "export", "overdue/export", "agreements", "agreements/new", "screen", "screen/samples"):
        assert admin.get(f"/turnaround/{address}").status_code == 403, address
    sampler = sign_in(office.people["county:抽样员"])
    assert sampler.get("/turnaround/").status_code == 200
    assert sampler.get("/turnaround/agreements/new").status_code == 403
    assert sampler.get("/turnaround/screen").status_code == 403


def test_the_workbooks(clerk: FlaskClient, world: dict[str, Sample]) -> None:
    book = openpyxl.load_workbook(io.BytesIO(clerk.get("/turnaround/export?stands=late").data))
    rows = list(book["检验报告时限"].iter_rows(min_row=2, values_only=True))
    assert {row[0] for row in rows} == named(world, "late", "agri_late", "elsewhere")
    assert {(row[6], row[7], row[9]) for row in rows} == {(21, 20, "超期"), (11, 10, "超期"), (24, 20, "超期")}
    assert [row[0] for row in book["各机构"].iter_rows(min_row=2, values_only=True)]
    owed = openpyxl.load_workbook(io.BytesIO(clerk.get("/turnaround/overdue/export?stage=all").data))
    assert {row[0] for row in owed["未出报告样品"].iter_rows(min_row=2, values_only=True)} == named(
        world, "overdue", "soon", "running", "undated"
    )
    steps = session().scalars(sa.select(HistoryEntry.step).where(HistoryEntry.subject_kind == "report_agreement")).all()
    assert steps == ["export", "export"]


def test_figures_cost_the_same_however_many(app: Flask, clerk: FlaskClient, ids: dict[str, int], world: dict[str, Sample]) -> None:
    def sent() -> int:
        with counting(app) as found:
            for address in ("", "reports", "overdue?stage=all", "export"):
                assert clerk.get(f"/turnaround/{address}").status_code == 200
        return found.count

    before = sent()
    with transaction():
        for day in range(1, 29):
            sample(ids["county"], ids["lab"], received=date(2026, 9, day), reported=date(2026, 10, day))
            sample(ids["county"], ids["lab"], received=date(2026, 10, day))
    assert sent() <= before


# ---------------------------------------------------------------- agreements

def typed(office: Office, **changes: Any) -> dict[str, Any]:
    return {
        "laboratory": office.orgs["lab"].id, "foods": "", "working_days": "25", "valid_from": "2026-01-01", "valid_to": "",
        "document_no": "〔2026〕检字8号",
    } | changes  # fmt: skip


def test_an_agreement_is_kept_to(clerk: FlaskClient, office: Office, world: dict[str, Sample]) -> None:
    assert clerk.post("/turnaround/agreements/new", data=typed(office)).status_code == 303
    assert numbers(clerk.get("/turnaround/reports?stands=late").text) == named(world, "elsewhere")  # 25 days for both foods
    page = clerk.get("/turnaround/overdue?stage=all").text
    assert "按约定：〔2026〕检字8号" in page
    assert numbers(clerk.get("/turnaround/overdue").text) == set()
    assert clerk.post("/turnaround/agreements/new", data=typed(office, foods="agri", working_days="10")).status_code == 303
    assert named(world, "agri_late") <= numbers(clerk.get("/turnaround/reports?stands=late").text)
    listed = clerk.get("/turnaround/agreements").text
    assert "〔2026〕检字8号" in listed and "25 个工作日" in listed and "仅食用农产品" in listed


def test_an_agreement_of_another_county_is_not_ours(office: Office, sign_in: Callable[..., FlaskClient], world: dict[str, Sample]) -> None:
    other, clerk = sign_in(office.people["other:统计员"]), sign_in(office.people["county:统计员"])
    assert other.post("/turnaround/agreements/new", data=typed(office)).status_code == 303
    made = session().scalars(sa.select(ReportAgreement)).one()
    assert numbers(clerk.get("/turnaround/reports?stands=late").text) == named(world, "late", "agri_late", "elsewhere")
    assert "〔2026〕检字8号" not in clerk.get("/turnaround/agreements").text
    assert clerk.post(f"/turnaround/agreements/{made.id}/void", data={"reason": "误"}).status_code == 404
    told = sign_in(office.people["lab:承检机构"])
    assert "〔2026〕检字8号" in told.get("/turnaround/agreements").text  # the laboratory it is with
    assert told.post(f"/turnaround/agreements/{made.id}/void", data={"reason": "误"}).status_code == 403
    assert numbers(told.get("/turnaround/reports?stands=late").text) == named(world, "late", "agri_late")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"working_days": "0"}, "1 至 120"), ({"working_days": "121"}, "1 至 120"), ({"document_no": " "}, "请填写约定的文书编号"),
        ({"valid_to": "2025-12-31"}, "有效期止早于有效期起"), ({"valid_from": ""}, "请填写有效期起"), ({"laboratory": "999999"}, ""),
        ({"laboratory": "x"}, ""),
    ],
)  # fmt: skip
def test_bad_agreements_are_refused(clerk: FlaskClient, office: Office, changes: dict[str, str], said: str) -> None:
    answer = clerk.post("/turnaround/agreements/new", data=typed(office, **changes))
    assert answer.status_code == 422 and said in answer.text
    assert "error-summary" in answer.text
    assert session().scalar(sa.select(sa.func.count()).select_from(ReportAgreement)) == 0


def test_the_second_click_and_the_second_person(clerk: FlaskClient, office: Office) -> None:
    assert clerk.post("/turnaround/agreements/new", data=typed(office)).status_code == 303
    again = clerk.post("/turnaround/agreements/new", data=typed(office, document_no="另一份"))
    assert again.status_code == 422 and "已有约定（〔2026〕检字8号" in again.text and "另一份" in again.text  # what was typed stays
    made = session().scalars(sa.select(ReportAgreement)).one()
    assert clerk.post(f"/turnaround/agreements/{made.id}/void", data={"reason": " "}).status_code == 422
    assert clerk.post(f"/turnaround/agreements/{made.id}/void", data={"reason": "合同终止"}).status_code == 303
    twice = clerk.post(f"/turnaround/agreements/{made.id}/void", data={"reason": "又一次"})
    assert twice.status_code == 409 and "已经作废" in twice.text
    kept = session().get_one(ReportAgreement, made.id, populate_existing=True)
    assert kept.void_reason == "合同终止"
    assert clerk.post("/turnaround/agreements/new", data=typed(office)).status_code == 303  # free again
    steps = session().scalars(sa.select(HistoryEntry.step).order_by(HistoryEntry.seq)).all()
    assert [step for step in steps if "term" in step] == ["agree_term", "void_term", "agree_term"]


def test_voiding_what_somebody_has_just_voided(office: Office) -> None:
    """Both have read it as in force: the first one's reason stands."""
    actor = office.actor("county:统计员")
    terms = operations.Terms(office.orgs["lab"].id, None, 15, date(2026, 1, 1), None, "合同")
    with transaction():
        made = operations.agree(terms, actor, clock.now())
    with transaction():
        operations.void(made, "先", actor, clock.now())
    assert made.voided_at is None or made.void_reason == "先"
    with pytest.raises(NotAllowedNow), transaction():
        operations.void(made, "后", actor, clock.now())


# ---------------------------------------------------------------- commands

def run(app: Flask, *arguments: str) -> tuple[int, Any, str]:
    answer = app.test_cli_runner().invoke(args=["turnaround", *arguments, "--json"])
    return answer.exit_code, json.loads(answer.stdout) if answer.stdout else None, answer.stderr


def test_the_same_by_command(app: Flask, office: Office, world: dict[str, Sample]) -> None:
    code, told, _ = run(app, "show", "--laboratory", "衡清食品检验中心", "--as", "county-statistician")
    assert code == 0 and told["open"] == {"overdue": 1, "soon": 1, "undated": 1}
    (row,) = told["laboratories"]
    assert (row["finished"], row["on_time"], row["late"], row["rate"], row["p90"]) == (7, 3, 2, "60.00", 21)
    code, told, said = run(app, "overdue", "--soon")
    assert [one["number"] for one in told] == [world["overdue"].number, world["soon"].number] and "已超 3 个工作日" in said
    assert told[0]["over"] == 3 and told[0]["due"] == "2026-11-17"
    code, told, _ = run(app, "agree", "LAB1", "30", "--document", "合同1", "--from", "2026-01-01", "--as", "county-reviewer")
    assert code == 0
    assert run(app, "overdue")[1] == []
    assert run(app, "agree", "LAB1", "30", "--document", "合同2", "--from", "2026-02-01", "--as", "county-reviewer")[0] == 1
    assert run(app, "agree", "LAB1", "0", "--document", "合同3", "--as", "county-reviewer")[0] == 1
    assert run(app, "agree", "NOBODY", "30", "--document", "合同4")[0] == 1
    assert run(app, "agree", "LAB1", "30", "--document", "合同5", "--as", "county-sampler")[0] == 1
    assert run(app, "void", str(told["id"]), "误登", "--as", "other-reviewer")[0] == 1
    assert run(app, "void", str(told["id"]), "误登")[0] == 0
    assert run(app, "void", str(told["id"]), "误登")[0] == 1
    assert len(run(app, "overdue")[1]) == 1
    assert run(app, "show", "--from", "2026-05-01", "--to", "2026-04-01")[0] == 1


@pytest.mark.postgres
def test_on_postgresql(pg_app: Flask) -> None:
    with transaction():
        make_office()
    office = found_office()
    county, lab, actor = office.orgs["county"].id, office.orgs["lab"].id, office.actor("county:统计员")
    session().rollback()
    with transaction():
        sample(county, lab, received=date(2026, 10, 12), reported=date(2026, 11, 10))
        sample(county, None, reported=date(2026, 11, 10), laboratory="外地检测中心")
        sample(county, lab, received=date(2026, 10, 20))
        operations.agree(operations.Terms(lab, True, 12, date(2026, 1, 1), None, "合同"), actor, clock.now())
    figures = reading.figures(actor, YEAR)
    assert figures.by_laboratory[lab].stands[Timing.LATE] == 1
    assert figures.by_laboratory["外地检测中心"].stands[Timing.UNKNOWN] == 1
    assert reading.outstanding(actor, None, clock.today()).count(OpenStage.OVERDUE) == 1
    assert len(list(reading.reports(actor, YEAR, reading.Narrowed()))) == 2
    made = queries.agreements(actor)[0]
    with transaction():
        operations.void(made, "终止", actor, clock.now())
    assert queries.agreements_in_force() == []

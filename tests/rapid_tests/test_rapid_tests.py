"""Rapid tests: recorded, corrected, voided, counted apart, and followed by a laboratory sample."""

from __future__ import annotations

import io
import json
import re
from datetime import datetime
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa

from app import clock, history
from app.chain import verify_chain
from app.db import session, transaction
from app.domain.rapid_tests import Tally, read
from app.domain.sampling_kinds import RapidResult
from app.domain.workflow import RapidState, SampleState
from app.rapid_tests import prefill
from app.rapid_tests.models import RapidTest
from app.rapid_tests.objection import clock_of
from app.results.models import ImportBatch
from app.sampling.models import BatchFact, Sample
from tests.downloads.taking import taken_out
from tests.printing.conftest import take as take
from tests.queries import counting
from tests.rapid_tests.conftest import as_csv, every, positive, typed

NOW = datetime(2026, 11, 20, 12, 0)


# ---------------------------------------------------------------- what may be written

@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"tested_on": "2026-02-31"}, "tested_on"),
        ({"tested_on": "2026-11-21"}, "tested_on"),  # tomorrow
        ({"tested_on": ""}, "tested_on"),
        ({"result": "大概"}, "result"),
        ({"link": "空中"}, "link"),
        ({"reagent_until": "2026-11-17"}, "reagent_until"),  # expired on the day of the test
        ({"told_at": "2026-11-17 09:00"}, "told_at"),  # told before the test
        ({"told_at": "2026-11-20 12:01"}, "told_at"),  # told in the future
        ({"told_at": "上午"}, "told_at"),
        ({"told_at": "2026-11-18 25:00"}, "told_at"),
        ({"product_name": "韭" * 10_000}, "product_name"),
        ({"item": "#REF!"}, "item"),
        ({"testers": " / "}, "testers"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(changes: dict[str, str], field: str):
    assert [name for name, _ in read(typed(**changes), NOW).faults] == [field]


@pytest.mark.parametrize(
    ("changes", "name", "value"),
    [
        ({"result": "不合格"}, "result", RapidResult.POSITIVE),
        ({"result": " 合格 "}, "result", RapidResult.NEGATIVE),
        ({"result": "无效", "reagent_until": "2026-11-01"}, "result", RapidResult.INVALID),
        ({"told_at": "２０２６－１１－１８　０９：３０"}, "told_at", datetime(2026, 11, 18, 9, 30)),
        ({"told_at": "2026年11月18日 9时5分"}, "told_at", datetime(2026, 11, 18, 9, 5)),
    ],
)
def test_what_people_write_is_understood(changes: dict[str, str], name: str, value: Any):
    reading = read(typed(**changes), NOW)
    assert reading.faults == []
    assert getattr(reading, name) == value


@pytest.mark.parametrize(
    ("tally", "rate"),
    [(Tally(1, 2, 5), "33.33%"), (Tally(2, 1), "66.67%"), (Tally(0, 3), "0.00%"), (Tally(0, 0, 4), "—"), (Tally(1, 799), "0.13%")],
)
def test_the_rate_is_positives_of_valid_tests(tally: Tally, rate: str):
    assert tally.rate == rate


# ---------------------------------------------------------------- recorded, corrected, voided

def test_a_test_is_recorded_under_the_next_number(office: Any, record: Any, clerk: Any):
    first, second = record(), record(typed(product_name="芹菜🌿"))
    org = office.orgs["county"].id
    assert (first.number, second.number) == (f"KJ2026-{org}-00001", f"KJ2026-{org}-00002")
    assert (first.org_id, first.state, first.result, str(first.tested_on)) == (org, RapidState.RECORDED, RapidResult.NEGATIVE, "2026-11-18")
    page = clerk.get(f"/rapid-tests/{second.id}").text
    assert "芹菜🌿" in page
    assert "异议期限" not in page  # negative: nothing to object to
    assert [entry.step for entry in history.entries_of("rapid_test", first.id)] == ["record"]
    assert verify_chain().broken == []


def test_bad_input_keeps_what_was_typed(clerk: Any):
    answer = clerk.post("/rapid-tests/new", data=typed(result="", region="火星", credit_code="91120119MA0000000X"))
    assert answer.status_code == 422
    for sentence in ("请填写检测结果", "没有识别出该地区", "没有这个统一社会信用代码的企业"):
        assert sentence in answer.text
    assert 'value="韭菜"' in answer.text
    assert every() == []


def test_a_foreign_place_is_refused(clerk: Any):
    answer = clerk.post("/rapid-tests/new", data=typed(region="重庆/重庆/武隆区"))
    assert answer.status_code == 422
    assert "由其他单位管辖" in answer.text


def correct(client: Any, test: RapidTest, reason: str = "读错刻度", **changes: str) -> Any:
    return client.post(f"/rapid-tests/{test.id}/correct", data=typed(**changes) | {"reason": reason, "version": str(test.version)})


def test_a_correction_says_what_and_why(record: Any, clerk: Any):
    test = record()
    seen = RapidTest(id=test.id, version=test.version)
    assert correct(clerk, test, result="阳性").status_code == 303
    entry = history.entries_of("rapid_test", test.id)[-1]
    assert (entry.step, entry.comment, json.loads(entry.changes)) == ("correct", "读错刻度", {"检测结果": ["阴性", "阳性"]})
    late = correct(clerk, seen, result="无效")
    assert late.status_code == 409
    assert "已被他人修改" in late.text
    assert correct(clerk, every()[0], result="阳性").status_code == 422  # nothing changed
    assert correct(clerk, every()[0], reason=" ", result="无效").status_code == 422
    assert every()[0].result is RapidResult.POSITIVE


def test_a_voided_test_stays_readable_and_leaves_the_counts(record: Any, clerk: Any):
    test = record(positive())
    answer = clerk.post(f"/rapid-tests/{test.id}/void", data={"reason": "重复登记", "version": test.version})
    assert answer.status_code == 303
    assert every()[0].state is RapidState.VOIDED
    assert "重复登记" in clerk.get(f"/rapid-tests/{test.id}").text
    assert "没有符合条件" in clerk.get("/rapid-tests/counts").text
    assert clerk.post(f"/rapid-tests/{test.id}/void", data={"reason": "再来", "version": every()[0].version}).status_code == 409


def test_strangers_and_readers(record: Any, stranger: Any, office: Any, sign_in: Any):
    test = record()
    assert stranger.get(f"/rapid-tests/{test.id}").status_code == 404
    assert test.number not in stranger.get("/rapid-tests/").text
    reviewer = sign_in(office.people["county:审核人"])
    assert reviewer.get(f"/rapid-tests/{test.id}").status_code == 200
    assert reviewer.post("/rapid-tests/new", data=typed()).status_code == 403
    assert correct(reviewer, test, result="阳性").status_code == 403
    assert sign_in(office.people["lab:承检机构"]).get("/rapid-tests/").status_code == 403


# ---------------------------------------------------------------- four hours

@pytest.mark.parametrize(
    ("now", "word"), [("2026-11-18T05:29", "期限内"), ("2026-11-18T05:31", "期限已满")]  # UTC: 13:29 and 13:31 in the office
)
def test_the_party_has_four_hours(record: Any, clerk: Any, now: str, word: str):
    test = record(positive())
    found = clock_of(test, datetime.fromisoformat(now))
    assert found is not None
    assert (found.word, str(found.until)) == (word, "2026-11-18 13:30:00")
    assert "2026-11-18 13:30" in clerk.get(f"/rapid-tests/{test.id}").text


def test_a_positive_that_nobody_was_told_of_is_red(record: Any, clerk: Any):
    test = record(typed(result="阳性"))
    assert clock_of(test, NOW).word == "尚未告知"  # type: ignore[union-attr]
    assert "尚未告知" in clerk.get(f"/rapid-tests/{test.id}").text


# ---------------------------------------------------------------- to the laboratory

def test_a_positive_leads_to_a_sample_and_both_to_each_other(record: Any, clerk: Any, take: Any):
    test, sample = record(positive()), take(sampled_on=datetime(2026, 11, 18).date())
    page = clerk.get(f"/rapid-tests/{test.id}").text
    assert f"/sampling/new?rapid={test.id}" in page
    answer = clerk.post(f"/rapid-tests/{test.id}/sent", data={"number": sample.number.lower(), "version": test.version})
    assert answer.status_code == 303
    assert (every()[0].state, every()[0].sample_id) == (RapidState.SENT, sample.id)
    assert f'href="/sampling/{sample.id}"' in clerk.get(f"/rapid-tests/{test.id}").text
    assert f'href="/rapid-tests/{test.id}"' in clerk.get(f"/sampling/{sample.id}").text
    assert [entry.step for entry in history.entries_of("sample", sample.id)] == ["from_rapid_test"]
    again = clerk.post(f"/rapid-tests/{test.id}/sent", data={"number": sample.number, "version": every()[0].version})
    assert again.status_code == 409


def test_which_sample_it_may_not_be(record: Any, clerk: Any, take: Any):
    test = record(positive())
    take("R1-00001", sampled_on=datetime(2026, 11, 1).date())
    take("R1-00002", sampled_on=datetime(2026, 11, 19).date(), state=SampleState.VOIDED)
    take("R1-00003", org="other", sampled_on=datetime(2026, 11, 19).date())
    told = {}
    for number in ("R1-00001", "R1-00002", "R1-00003", "R1-99999"):
        answer = clerk.post(f"/rapid-tests/{test.id}/sent", data={"number": number, "version": test.version})
        told[number] = answer.status_code
        assert number in answer.text
    assert told == {"R1-00001": 422, "R1-00002": 409, "R1-00003": 422, "R1-99999": 422}
    negative = record()
    answer = clerk.post(f"/rapid-tests/{negative.id}/sent", data={"number": "R1-00001", "version": negative.version})
    assert "不是阳性" in answer.text
    assert {one.state for one in every()} == {RapidState.RECORDED}


def test_the_sheet_opens_prefilled(record: Any, clerk: Any, stranger: Any):
    test = record(positive(origin="山东寿光"))
    page = clerk.get(f"/sampling/new?rapid={test.id}").text
    assert re.search(rf'<input[^>]*name="rapid"[^>]*value="{test.id}"', page)
    for words in ("文昌农贸市场", "韭菜", f"快检阳性送检：{test.number}（克百威，T 线不显色）"):
        assert words in page
    assert test.number not in stranger.get(f"/sampling/new?rapid={test.id}").text


def test_registering_the_sheet_links_it_once(record: Any, office: Any, take: Any):
    actor, test = office.actor("county:抽样员"), record(positive())
    first, second = (take(f"R2-0000{n}", sampled_on=datetime(2026, 11, 19).date()) for n in (1, 2))
    for sample, written in ((first, str(test.id)), (second, str(test.id)), (second, "x"), (second, None)):
        session().rollback()
        with transaction():
            prefill.link(actor, written, sample, clock.now())
    assert (every()[0].state, every()[0].sample_id) == (RapidState.SENT, first.id)  # what came first keeps its place


def test_what_waits_is_listed_by_its_age(record: Any, clerk: Any):
    old, new = record(positive(tested_on="2026-11-10", told_at="")), record(positive(tested_on="2026-11-19", told_at="", stall="2"))
    record()
    clerk.get("/rapid-tests/")  # what was said on recording them is said here
    page = clerk.get("/rapid-tests/?waiting=3").text
    assert old.number in page
    assert new.number not in page
    assert "未送检 10 天" in page
    home = clerk.get("/").text
    assert "阳性快检待送检" in home
    assert "/rapid-tests/?waiting=0" in home


# ---------------------------------------------------------------- counted apart

def test_rapid_tests_move_no_figure(record: Any, clerk: Any, take: Any):
    def figures() -> Any:
        facts = session().execute(sa.select(sa.func.count(), sa.func.max(BatchFact.id))).one()
        samples = session().scalar(sa.select(sa.func.count()).select_from(Sample))
        home = re.findall(r'figure-value">.*?</div>', clerk.get("/indicators/").text)
        return tuple(facts), samples, home

    sample = take(sampled_on=datetime(2026, 11, 18).date())
    before = figures()
    for serial in range(5):
        record(positive(stall=str(serial)))
    clerk.post(f"/rapid-tests/{every()[0].id}/sent", data={"number": sample.number, "version": every()[0].version})
    assert figures() == before
    assert session().scalar(sa.select(sa.func.count()).select_from(BatchFact)) == 0


def test_every_count_opens_the_records_behind_it(record: Any, clerk: Any):
    for stall, result in enumerate(("阳性", "阴性", "阴性", "无效")):
        record(typed(stall=str(stall), result=result))
    record(typed(item="孔雀石绿"))
    page = clerk.get("/rapid-tests/counts").text
    assert "33.33%" in page
    found = re.findall(r'<a href="(/rapid-tests/\?[^"]*counted=1[^"]*)">(\d+)</a>', page)
    assert len(found) >= 7
    for address, number in found:
        shown = clerk.get(address.replace("&amp;", "&")).text
        assert f"共 <b>{number}</b> 条" in shown, address


def test_the_list_pages_by_key_without_a_statement_per_row(record: Any, clerk: Any, app: Any):
    numbers = [record(typed(stall=str(serial))).number for serial in range(25)]
    clerk.get("/rapid-tests/")  # what was said on recording them is said here
    first = clerk.get("/rapid-tests/").text
    assert numbers[-1] in first
    assert numbers[4] not in first
    older = re.search(r'href="(/rapid-tests/\?before=\d+[^"]*)"', first)
    assert older
    assert numbers[4] in clerk.get(older[1].replace("&amp;", "&")).text
    with counting(app) as few:
        clerk.get("/rapid-tests/?q=蔬菜没有")
    with counting(app) as many:
        clerk.get("/rapid-tests/")
    assert many.count <= few.count + 1, many


# ---------------------------------------------------------------- files

def upload(client: Any, content: bytes, name: str = "快检.csv") -> Any:
    return client.post("/rapid-tests/import", data={"file": (io.BytesIO(content), name)})


def confirm(client: Any, answer: Any, **fields: str) -> Any:
    batch = session().get_one(ImportBatch, int(answer.location.rsplit("/", 1)[1]), populate_existing=True)
    return client.post(f"/rapid-tests/import/{batch.id}/confirm", data={"version": batch.version} | fields)


def test_a_file_is_looked_at_confirmed_and_changes_nothing_again(clerk: Any):
    content = as_csv([typed(stall="1"), positive(stall="2")])
    staged = upload(clerk, content)
    assert every() == []
    assert "确认导入 2 条" in clerk.get(staged.location).text
    assert confirm(clerk, staged).status_code == 303
    assert [one.result.value for one in every()] == ["阴性", "阳性"]
    assert "都已登记" in clerk.get(upload(clerk, content).location).text
    assert len(every()) == 2
    more = upload(clerk, as_csv([typed(stall="1"), typed(stall="3")]))
    assert confirm(clerk, more).status_code == 303
    assert len(every()) == 3
    assert clerk.get("/imports").text.count("快检记录") >= 2


def test_every_fault_is_reported_with_row_and_column(clerk: Any):
    rows = [typed(stall="1"), typed(stall="2", tested_on="2026-02-31", result="大概"), typed(stall="1"), typed(stall="4", region="火星")]
    staged = upload(clerk, as_csv(rows))
    page = clerk.get(staged.location).text
    for sentence in ("2026年2月没有31日", "没有“大概”这种结果", "与第 2 行内容完全相同", "没有识别出该地区"):
        assert sentence in page
    refused = confirm(clerk, staged)
    assert refused.status_code == 422
    assert "有 3 条存在错误" in refused.text
    batch_id = int(staged.location.rsplit("/", 1)[1])
    book = openpyxl.load_workbook(io.BytesIO(clerk.get(f"/rapid-tests/import/{batch_id}/errors.xlsx").data))
    assert [row[0].row for row in book.worksheets[0].iter_rows()] == [1, 2, 3, 4]
    assert confirm(clerk, staged, skip_refused="1").status_code == 303
    assert len(every()) == 1


def test_the_export_can_be_imported_and_the_template_reads(record: Any, clerk: Any):
    record(positive(remark="=1+1"))
    content = taken_out(clerk, "rapid_tests")
    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    cells = dict(zip(*([cell.value for cell in row] for row in sheet.iter_rows()), strict=True))
    assert (cells["样品名称"], cells["备注"], cells["告知时间"], cells["状态"]) == ("韭菜", "=1+1", "2026-11-18 09:30", "已登记")
    assert "都已登记" in clerk.get(upload(clerk, content, "导出.xlsx").location).text
    assert len(every()) == 1
    template = clerk.get("/rapid-tests/import/template.xlsx").data
    assert "检测结果" in str([cell.value for cell in next(openpyxl.load_workbook(io.BytesIO(template)).worksheets[0].iter_rows())])


def test_the_commands_do_the_same(app: Any, office: Any, tmp_path: Any):
    run = app.test_cli_runner().invoke
    path = tmp_path / "a.csv"
    path.write_bytes(as_csv([typed(stall="1", region=""), positive(stall="2", region="")]))
    assert json.loads(run(args=["rapid-tests", "import", str(path), "--json"]).stdout)["new"] == 2
    assert every() == []
    assert run(args=["rapid-tests", "import", str(path), "--confirm"]).exit_code == 0
    fields = [f"{name}={text}" for name, text in positive(stall="3", region="").items()]
    done = run(args=["rapid-tests", "record", *fields, "--json"])
    assert done.exit_code == 0, done.output
    listed = json.loads(run(args=["rapid-tests", "list", "--result", "阳性", "--waiting", "0", "--json"]).stdout)
    assert [row["product_name"] for row in listed] == ["韭菜", "韭菜"]
    wrong = run(args=["rapid-tests", "record", "检测日期=2026-02-31"])
    assert wrong.exit_code == 1
    assert "没有31日" in wrong.stderr

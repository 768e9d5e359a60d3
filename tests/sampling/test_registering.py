"""Registering and correcting sampling sheets through the pages."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from app import clock, history
from app.db import session, transaction
from app.domain.samples import Domain, Level, Link, Purpose
from app.domain.sheet_import import parse_sheet_json
from app.domain.workflow import SampleState
from app.errors import NotAllowedNow
from app.history import HistoryEntry
from app.reference_data.models import UnknownWord
from app.sampling import operations
from app.sampling.forms import WRITTEN
from app.sampling.models import PersonalDatum, Sample
from app.sampling.typing_in import typed_draft
from tests.conftest import SHARED
from tests.sampling.conftest import SHEET, accepting, complaints, sample_numbered

Sheet = Callable[..., dict[str, str]]


def test_a_sheet_is_registered_with_everything_it_says(registered: Sample, office: Any) -> None:
    assert registered.org_id == office.orgs["county"].id  # 管辖单位: the bureau of the sampling place
    assert registered.organiser_org_id == office.orgs["county"].id  # by the name in 任务来源
    assert registered.organiser_level is Level.COUNTY  # from 报送分类A
    assert registered.domain is Domain.AGRICULTURAL  # by 大类
    assert (registered.link, registered.purpose) == (Link.CIRCULATION, Purpose.SUPERVISION)
    assert (registered.made_on, registered.sampled_on) == (date(2026, 11, 18), date(2026, 11, 19))
    assert registered.quantity == Decimal("1.5")
    assert registered.state is SampleState.REGISTERED
    assert "cct" in registered.search_text and "zct" in registered.search_text  # 长春堂, both readings


def test_what_was_typed_is_in_the_history(registered: Sample) -> None:
    entry = history.entries_of("sample", registered.id)[0]
    assert (entry.step, entry.to_state, entry.actor_name) == ("register", "registered", "蓟州抽样员")


@pytest.mark.parametrize(
    ("other", "sentence"),
    [
        ({"product_name": ""}, "样品名称不能为空"),
        ({"product_name": "/"}, "样品名称不能为空，也不能填“/”"),
        ({"category": ""}, "请填写食品分类"),
        ({"link": ""}, "请选择抽样环节"),
        ({"link": "生产", "producer_name": ""}, "生产环节必须填写"),  # B3: required by link
        ({"link": "生产", "producer_name": "/", "producer_address": "/", "producer_licence_no": "/"}, "不能填“/”"),
        ({"link": "餐饮", "sampled_name": ""}, "餐饮环节必须填写被抽样单位名称"),
        ({"place": ""}, "流通环节必须填写抽样地点，不适用的填“/”"),
        ({"sampled_on": "2026-02-31"}, "2026年2月没有31日"),
        ({"sampled_on": "昨天"}, "不是日期"),
        ({"sampled_on": "2026-11-21"}, "晚于今天"),  # 今天 is 2026-11-20
        ({"made_on": "2026-11-20"}, "晚于抽样日期"),  # B5: production ≤ sampling
        ({"samplers": "李四"}, "不得少于 2 人"),  # 办法 art. 14
        ({"samplers": "李四、李四"}, "抽样人员重复"),
        ({"quantity": "约三公斤"}, "抽样数量应为数字"),
        ({"product_name": "菜" * 10_000}, "不得超过 200 个字"),
        ({"remark": "注" * 10_000}, "不得超过 1000 个字"),
        ({"number": "1.23E+17"}, "科学计数"),
        ({"outcome": "refused"}, "请选择未抽样原因"),
        ({"outcome": "refused", "outcome_code": "其他"}, "在原因说明中写明"),
        ({"purpose": "随便"}, "Not a valid choice"),
    ],
)
def test_a_faulty_sheet_is_refused_and_stays_on_the_page(
    sampler: FlaskClient, sheet: Sheet, other: dict[str, str], sentence: str
) -> None:
    answer = sampler.post("/sampling/new", data=sheet(**other))
    assert answer.status_code == 422
    if sentence != "Not a valid choice":
        assert sentence in answer.text
    assert "长春堂超市" in answer.text or other.get("sampled_name") == ""  # what was typed is still there
    assert session().scalar(sa.select(sa.func.count()).select_from(Sample)) == 0


@pytest.mark.parametrize(
    ("other", "column", "kept"),
    [
        ({"product_name": "油麦菜😀<b>=1+1"}, "product_name", "油麦菜😀<b>=1+1"),  # stored as written
        ({"quantity": "１．５"}, "quantity", Decimal("1.5")),  # full-width digits
        ({"sampled_on": "２０２６年１１月１９日"}, "sampled_on", date(2026, 11, 19)),
        ({"brand": "/"}, "brand", None),  # "/" is the form's word for nothing
        ({"samplers": "（已脱敏）"}, "samplers", "（已脱敏）"),  # masked by its source: cannot be counted
        ({"purpose": "风险监测", "samplers": "李四"}, "purpose", Purpose.MONITORING),  # two are needed for 监督抽检
        ({"sampled_credit_code": "131128600082059"}, "sampled_credit_code", "131128600082059"),  # old licence, as written
        ({"sampled_region": "火星/北极"}, "region_id", None),  # unknown words are kept, not refused
        ({"category": "食用农产品/蔬菜/星际蔬菜"}, "category_written", "食用农产品/蔬菜/星际蔬菜"),
        ({"category": "星际食品"}, "category_id", None),
    ],
)
def test_what_is_unusual_is_kept(
    sampler: FlaskClient, sheet: Sheet, other: dict[str, str], column: str, kept: object
) -> None:
    answer = sampler.post("/sampling/new", data=sheet(**other))
    assert answer.status_code == 303, complaints(answer)
    assert getattr(sample_numbered(SHEET["number"]), column) == kept


def test_the_number_is_normalised(sampler: FlaskClient, sheet: Sheet) -> None:
    assert sampler.post("/sampling/new", data=sheet(number=" xbj２６120119 000010001\n")).status_code == 303
    assert sample_numbered("XBJ26120119000010001").product_name == "油麦菜"


def test_an_unknown_place_goes_to_the_mapping_page_and_the_importer_keeps_the_sheet(
    sampler: FlaskClient, sheet: Sheet, office: Any
) -> None:
    sampler.post("/sampling/new", data=sheet(sampled_region="火星/北极", category="食用农产品/蔬菜/星际蔬菜"))
    assert sample_numbered(SHEET["number"]).org_id == office.orgs["county"].id
    words = {row.written for row in session().scalars(sa.select(UnknownWord))}
    assert {"火星/北极", "食用农产品/蔬菜/星际蔬菜"} <= words


def test_a_number_of_another_rule_is_warned_about_and_not_refused(sampler: FlaskClient, sheet: Sheet) -> None:
    answer = sampler.post("/sampling/new", data=sheet(number="LOCAL-2026-7"), follow_redirects=True)
    assert answer.status_code == 200 and "不是“前缀＋17 位数字”的格式" in answer.text


@pytest.mark.parametrize(
    ("outcome", "state", "words"),
    [("refused", SampleState.REFUSED, "企业拒检"), ("not_found", SampleState.NOT_FOUND, "未抽到样品")],  # B9
)
def test_refusals_and_failures_to_sample_are_outcomes_with_a_reason(
    sampler: FlaskClient, outcome: str, state: SampleState, words: str
) -> None:
    data = {"outcome": outcome, "outcome_code": "拒绝抽样", "outcome_note": "不开门", "sampled_name": "某店", "purpose": "监督抽检"}
    answer = sampler.post("/sampling/new", data=data, follow_redirects=True)
    assert answer.status_code == 200 and words in answer.text and "拒绝抽样：不开门" in answer.text
    assert session().scalars(sa.select(Sample)).one().state is state


# ---------------------------------------------------------------- numbers

def test_an_own_number_is_composed_when_left_blank(sampler: FlaskClient, sheet: Sheet, office: Any) -> None:
    for _ in range(2):
        assert sampler.post("/sampling/new", data=sheet(number="")).status_code == 303
    unit = f"{office.orgs['county'].id:05d}"
    numbers = session().scalars(sa.select(Sample.number).order_by(Sample.id)).all()
    assert numbers == [f"XBJ26120119{unit}0001", f"XBJ26120119{unit}0002"]  # level 县级, purpose 监督, year, place, unit


def test_a_number_typed_by_hand_is_stepped_over(sampler: FlaskClient, sheet: Sheet, office: Any) -> None:
    taken = f"XBJ26120119{office.orgs['county'].id:05d}0001"
    sampler.post("/sampling/new", data=sheet(number=taken))
    assert sampler.post("/sampling/new", data=sheet(number="")).status_code == 303
    assert sample_numbered(taken[:-1] + "2")


def _register(app: Flask, actor: Any, written: dict[str, str], gate: threading.Barrier) -> str:
    with app.app_context():
        draft, found = typed_draft(written, actor, clock.today(), SampleState.REGISTERED)
        assert not any(finding.blocking for finding in found)
        gate.wait()
        try:
            with transaction():
                return operations.register(draft, actor, clock.now()).number
        except NotAllowedNow as refusal:
            return refusal.sentence


@pytest.mark.parametrize(("number", "different"), [("", 8), ("XBJ26120119000010001", 1)])
def test_simultaneous_requests_never_share_a_number(
    app: Flask, office: Any, sheet: Sheet, number: str, different: int
) -> None:
    """B1: own numbers never collide; of eight people with the same number one wins and seven read a sentence."""
    actor, gate = office.actor("county:抽样员"), threading.Barrier(8)
    written = {name: text for name, text in sheet(number=number).items() if name != "outcome"}
    with ThreadPoolExecutor(8) as pool:
        shops = [written | {"sampled_name": f"长春堂超市{place}", "sampled_credit_code": "/"} for place in range(8)]  # below every cap
        said = list(pool.map(lambda sheet: _register(app, actor, sheet, gate), shops))
    session().rollback()  # a snapshot of before
    numbers = session().scalars(sa.select(Sample.number)).all()
    assert len(numbers) == len(set(numbers)) == different
    refused = [text for text in said if text not in numbers]
    assert len(refused) == 8 - different and all("不能登记" in text for text in refused)


@pytest.mark.parametrize("owner", ["county", "other"])
def test_a_number_in_use_is_refused_in_the_same_words_whoever_has_it(
    office: Any, sign_in: Callable[..., FlaskClient], sheet: Sheet, owner: str
) -> None:
    """Nothing of another organisation's record may be learnt from the refusal."""
    there = {"sampled_region": "500156", "task_source": "武隆区市场监督管理局"} if owner == "other" else {}
    first = accepting(sign_in(office.people[f"{owner}:抽样员"]))
    assert first.post("/sampling/new", data=sheet(sampled_name="别家", product_name="秘密样品", **there)).status_code == 303
    answer = accepting(sign_in(office.people["county:抽样员"])).post("/sampling/new", data=sheet())
    assert answer.status_code == 409
    assert "编号已被使用或填写有误" in answer.text and "秘密样品" not in answer.text and "武隆" not in answer.text.split("<datalist")[0]


def test_nobody_adds_to_another_bureaus_figures(sampler: FlaskClient, sheet: Sheet) -> None:
    answer = sampler.post("/sampling/new", data=sheet(sampled_region="500156", task_source="武隆区市场监督管理局"))
    assert answer.status_code == 422 and "不在本单位管辖范围内" in answer.text


# ---------------------------------------------------------------- correcting

def _correction(sheet: dict[str, str], version: int, **other: str) -> dict[str, str]:
    kept = {name: text for name, text in sheet.items() if name not in ("number", "outcome", "sampled_contact", "sampled_phone")}
    return kept | {"reason": "笔误", "version": str(version)} | other


def test_a_correction_keeps_before_and_after(sampler: FlaskClient, registered: Sample, sheet: Sheet) -> None:
    data = _correction(sheet(), registered.version, brand="绿叶", sampled_on="2026-11-20")
    assert sampler.post(f"/sampling/{registered.id}/correct", data=data).status_code == 303
    now = sample_numbered(SHEET["number"])
    assert (now.brand, now.sampled_on, now.version) == ("绿叶", date(2026, 11, 20), 2)
    entry = history.entries_of("sample", now.id)[-1]
    assert entry.comment == "笔误"
    assert json.loads(entry.changes or "") == {"商标": [None, "绿叶"], "抽样日期": ["2026-11-19", "2026-11-20"]}
    assert "绿叶" in sampler.get(f"/sampling/{now.id}").text


def test_fields_that_were_not_changed_are_not_in_the_history(sampler: FlaskClient, registered: Sample, sheet: Sheet) -> None:
    answer = sampler.post(f"/sampling/{registered.id}/correct", data=_correction(sheet(), registered.version))
    assert answer.status_code == 422 and "内容没有变化" in answer.text


def test_a_correction_needs_its_reason(sampler: FlaskClient, registered: Sample, sheet: Sheet) -> None:
    answer = sampler.post(
        f"/sampling/{registered.id}/correct", data=_correction(sheet(), registered.version, brand="绿叶", reason=" ")
    )
    assert answer.status_code == 422 and "请填写更正原因" in answer.text


def test_the_second_saver_is_told_and_keeps_what_was_typed(sampler: FlaskClient, registered: Sample, sheet: Sheet) -> None:
    page, version = f"/sampling/{registered.id}/correct", registered.version
    assert sampler.post(page, data=_correction(sheet(), version, brand="先保存的")).status_code == 303
    answer = sampler.post(page, data=_correction(sheet(), version, brand="后保存的"))
    assert answer.status_code == 409 and "已被他人修改" in answer.text and "后保存的" in answer.text
    assert sample_numbered(SHEET["number"]).brand == "先保存的"


def test_the_form_shows_what_is_registered(sampler: FlaskClient, registered: Sample) -> None:
    page = sampler.get(f"/sampling/{registered.id}/correct").text
    assert "长春堂超市" in page and "2026-11-19" in page and "13812345678" not in page


# ---------------------------------------------------------------- people

def test_people_are_kept_apart_and_masked(sampler: FlaskClient, registered: Sample) -> None:
    kept = {row.field: row.value for row in session().scalars(sa.select(PersonalDatum))}
    assert kept == {"sampled_contact": "张三丰", "sampled_phone": "13812345678"}
    page = sampler.get(f"/sampling/{registered.id}").text
    assert "138****5678" in page and "13812345678" not in page and "张三丰" not in page


def test_unmasking_is_on_record(sampler: FlaskClient, registered: Sample) -> None:
    page = sampler.post(f"/sampling/{registered.id}/unmask").text
    assert "13812345678" in page and "张三丰" in page
    assert history.entries_of("sample", registered.id)[-1].step == "unmask"


def test_a_new_phone_is_masked_in_the_history(sampler: FlaskClient, registered: Sample, sheet: Sheet) -> None:
    data = _correction(sheet(), registered.version, sampled_phone="13999998888")
    assert sampler.post(f"/sampling/{registered.id}/correct", data=data).status_code == 303
    changes = session().scalars(sa.select(HistoryEntry.changes).order_by(HistoryEntry.seq.desc())).first() or ""
    assert "139****8888" in changes and "13999998888" not in changes
    value = session().scalar(sa.select(PersonalDatum.value).where(PersonalDatum.field == "sampled_phone"))
    assert value == "13999998888"


# ---------------------------------------------------------------- permissions and scope

@pytest.mark.parametrize(
    ("person", "list_status", "new_status"),
    [
        ("county:抽样员", 200, 200),
        ("county:统计员", 200, 200),
        ("county:办案人", 200, 403),
        ("county:局领导", 200, 403),
        ("lab:承检机构", 200, 403),
        ("county:系统管理员", 403, 403),  # 三员: no business data
        ("county:审计管理员", 403, 403),
    ],
)
def test_who_may_list_and_register(
    office: Any, sign_in: Callable[..., FlaskClient], person: str, list_status: int, new_status: int
) -> None:
    client = sign_in(office.people[person])
    assert client.get("/sampling/").status_code == list_status
    assert client.get("/sampling/new").status_code == new_status


@pytest.mark.parametrize(
    ("person", "status"),
    [
        ("county:办案人", 200), ("city:统计员", 200), ("other:抽样员", 404), ("station:抽样员", 404), ("otherlab:承检机构", 404),
    ],
)  # fmt: skip
def test_who_may_read_a_sheet(
    office: Any, sign_in: Callable[..., FlaskClient], registered: Sample, person: str, status: int
) -> None:
    client = sign_in(office.people[person])
    assert client.get(f"/sampling/{registered.id}").status_code == status
    assert client.get(f"/sampling/{registered.id}/correct").status_code == (403 if person == "county:办案人" else status)
    assert (registered.number in client.get("/sampling/").text) == (status == 200)


# ---------------------------------------------------------------- the real sheets

@pytest.mark.skipif(not (SHARED / "sampling_sheets.json").exists(), reason="real material absent")
def test_the_real_sheets_can_be_typed(office: Any, sign_in: Callable[..., FlaskClient]) -> None:
    client = accepting(sign_in(office.people["city:抽样员"]))
    table = parse_sheet_json((SHARED / "sampling_sheets.json").read_text(encoding="utf-8"))
    for row in table.rows:
        data = {name: row.fields.get(name, "/") for name in WRITTEN} | {"number": row.number, "outcome": "registered"}
        data["category"] = "/".join(row.fields[level] for level in ("level1", "level2", "level3", "level4"))
        data |= {"link": row.fields["link"], "area_type": row.fields["area_type"], "imported": row.fields["imported"]}
        data |= {"purpose": row.fields.get("purpose", "监督抽检"), "sampling_unit_level": "/"}  # the pages do not say it
        answer = client.post("/sampling/new", data=data)
        assert answer.status_code == 303, (row.number, complaints(answer))
        kept = sample_numbered(row.number)
        assert kept.category_id is not None and kept.product_name == row.fields["product_name"]

"""The sheet's page: both forms, special sampling, findings, two people at once, and every field against bad input."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from app.db import session
from app.domain.findings import Finding, Related
from app.domain.sampling_kinds import SpecialSampling
from app.sampling import checking
from app.sampling.models import PersonalDatum, Sample
from app.sampling.sheet_form import SheetForm
from app.sampling.sheet_layout import DATES, FIELDS, OUTCOME, WRITTEN
from tests.queries import counting
from tests.sampling.conftest import SHEET, complaints, sample_numbered
from tests.sheets.conftest import KEY

Sheet = Callable[..., dict[str, str]]
ONLINE = {
    "link": "网络", "place": "网购", "shop_url": "https://shop.example/1", "shop_name": "某店", "platform_name": "某平台",
    "platform_url": "https://p.example", "platform_region": "浙江/杭州/余杭区", "platform_licence_no": "/", "platform_icp": "浙ICP备1号",
    "platform_order_no": "2026112000001", "buyer": "买样人", "pay_account": "pay-001", "register_account": "user-001",
    "delivery_address": "天津市某路1号",
}  # fmt: skip


def hidden(page: str, name: str) -> bool:
    return page.split(f'data-field="{name}"')[1].split(">")[0].rstrip().endswith("hidden")


def test_every_field_of_the_form_is_on_the_page(sampler: FlaskClient) -> None:
    page = sampler.get("/sampling/new").text
    assert [name for name in FIELDS if f'name="{name}"' not in page] == []


def test_the_page_sends_no_more_statements_the_more_there_is(app: Flask, sampler: FlaskClient, sheet: Sheet) -> None:
    sampler.post("/sampling/new", data=sheet(number=""))
    with counting(app) as few:
        sampler.get("/sampling/new")
    for _ in range(4):
        sampler.post("/sampling/new", data=sheet(number=""))
    with counting(app) as many:
        sampler.get("/sampling/new")
    assert many.count <= few.count <= 60, many


def test_the_forms_are_switched_without_a_script(sampler: FlaskClient) -> None:
    page = sampler.post("/sampling/new", data={"step": "switch", "link": "网络", "product_name": "蜂蜜"}).text
    assert not hidden(page, "platform_name") and hidden(page, "annual_sales") and "蜂蜜" in page
    page = sampler.post("/sampling/new", data={"step": "switch", "link": "生产"}).text
    assert hidden(page, "platform_name") and not hidden(page, "annual_sales") and hidden(page, "stall")
    assert 'data-link="生产"' in page and 'data-link="餐饮"' not in page  # 抽样地点 of this link alone


def test_an_online_sheet_is_registered_with_its_people_apart(sampler: FlaskClient, sheet: Sheet) -> None:
    missing = sampler.post("/sampling/new", data=sheet(**(ONLINE | {"platform_order_no": ""})))
    assert missing.status_code == 422 and "网络环节必须填写平台订单编号" in missing.text
    answer = sampler.post("/sampling/new", data=sheet(**ONLINE))
    assert answer.status_code == 303, complaints(answer)
    sample = sample_numbered(SHEET["number"])
    assert sample.extra["平台名称"] == "某平台" and sample.extra["平台订单编号"] == "2026112000001"
    people = dict(session().execute(sa.select(PersonalDatum.field, PersonalDatum.value)).all())
    assert {name: people[name] for name in ("buyer", "pay_account", "register_account", "delivery_address")} == {
        name: ONLINE[name] for name in ("buyer", "pay_account", "register_account", "delivery_address")
    }
    assert "pay-001" not in sampler.get(f"/sampling/{sample.id}").text


def test_the_rest_is_declared_absent_with_one_tick(sampler: FlaskClient, sheet: Sheet) -> None:
    few = {name: text for name, text in sheet().items() if text != "/"}
    assert sampler.post("/sampling/new", data=few).status_code == 422
    answer = sampler.post("/sampling/new", data=few | {"rest_absent": "y"})
    assert answer.status_code == 303, complaints(answer)


@pytest.mark.parametrize("special", list(SpecialSampling))
def test_special_sampling_is_told_what_it_is_spared(sampler: FlaskClient, sheet: Sheet, special: SpecialSampling) -> None:
    bare = {"quantity": "", "base_quantity": "", "backup_quantity": "", "place": "", "sampled_licence_no": ""}
    assert sampler.post("/sampling/new", data=sheet(**bare)).status_code == 422
    typed = sheet(special_sampling=special.value, remark="津市监案〔2026〕12号", **bare)
    page = sampler.post("/sampling/new", data=typed | {"step": "switch"}).text
    assert "第十六条" in page and not page.split("data-special-note")[1].startswith(" hidden")
    answer = sampler.post("/sampling/new", data=typed)
    assert answer.status_code == 303, complaints(answer)
    assert sample_numbered(SHEET["number"]).special_sampling is special


def test_warnings_are_read_before_a_sheet_is_registered(
    sampler: FlaskClient, sheet: Sheet, monkeypatch: pytest.MonkeyPatch, registered: Sample
) -> None:
    earlier = Related("sample", registered.id, registered.number)
    told = [Finding("L-CAP-02", "sampled_name", "本季度已抽 5 批", False, (earlier,), "unit:1")]
    monkeypatch.setattr(checking, "findings", lambda *_, **__: told)
    once = type(sampler).post
    answer = once(sampler, "/sampling/new", data=sheet(number=""))
    assert answer.status_code == 422 and "本季度已抽 5 批" in answer.text and "已核对，继续登记" in answer.text
    assert f'href="/sampling/{registered.id}"' in answer.text and "规则豁免" in answer.text  # the earlier sample, the way out
    assert once(sampler, "/sampling/new", data=sheet(number="", confirmed="somethingelse")).status_code == 422
    assert sampler.post("/sampling/new", data=sheet(number="")).status_code == 303
    told[0] = Finding("L-CAP-02", "sampled_name", "本季度已抽 5 批", True, (earlier,), "unit:1")
    answer = sampler.post("/sampling/new", data=sheet(number=""))
    assert answer.status_code == 422 and "已核对，继续登记" not in answer.text and f'href="/sampling/{registered.id}"' in answer.text


# ---------------------------------------------------------------- bad input at every field

BAD = {
    "长": "长" * 1_100, "表情": "😀" * 3, "全角": "１２３．５", "二月三十一日": "2026-02-31", "负数": "-5", "公式": "=1+1",
    "标签": "<script>x</script>", "空字节": "a\x00b", "换行": "甲\n乙",
}  # fmt: skip


@pytest.mark.parametrize("kind", list(BAD))
def test_bad_input_in_any_field_is_a_sentence_or_kept_and_never_an_error(
    sampler: FlaskClient, sheet: Sheet, kind: str
) -> None:
    fields = [name for name in FIELDS if name not in OUTCOME]
    answer = sampler.post("/sampling/new", data=sheet() | dict.fromkeys(fields, BAD[kind]))
    assert answer.status_code in (303, 422)
    said = complaints(answer)
    if kind == "长":  # too long for any field: each says so in Chinese, at the field
        assert len(said) >= len(WRITTEN) - 1
        assert all(any("\u4e00" <= mark <= "\u9fff" for mark in one) for one in said), said
    assert "<script>x" not in answer.text


@pytest.mark.parametrize("name", [name for name in WRITTEN if name not in DATES])
def test_ten_thousand_characters_are_refused_at_their_field(app: Flask, name: str) -> None:
    with app.test_request_context(method="POST", data={name: "长" * 10_000}):
        form = SheetForm()
        form.validate()
        assert any("字" in message or "数字" in message for message in form._fields[name].errors), form._fields[name].errors


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("made_on", "2026-02-31", "2026年2月没有31日"), ("sampled_on", "2026-02-31", "2026年2月没有31日"),
        ("arrived_on", "2026-02-31", "2026年2月没有31日"), ("deliver_until", "2026-02-31", "2026年2月没有31日"),
        ("quantity", "-5", "应为数字"), ("quantity", "NaN", "应为数字"), ("quantity", "1e9", "应为数字"),
        ("backup_quantity", "-1kg", "不能是负数"), ("base_quantity", "－3箱", "不能是负数"), ("unit_price", "-1元", "不能是负数"),
        ("stock_quantity", "-1", "不能是负数"), ("storage_temperature", "冷", "应为数字"), ("storage_humidity", "101", "0 至 100"),
        ("link", "火星", "选择"), ("sampler_1", "999999", "选择"), ("plan_id", "x", "选择"), ("area_type", "火星", "选择"),
    ],
)  # fmt: skip
def test_a_fault_is_told_at_its_field(sampler: FlaskClient, sheet: Sheet, name: str, text: str, sentence: str) -> None:
    answer = sampler.post("/sampling/new", data=sheet(**{name: text}))
    assert answer.status_code == 422
    told = answer.text.partition(f'id="{name}-error"')[2].partition("</div></div>")[0]
    assert sentence in told, complaints(answer)


@pytest.mark.parametrize(("name", "text"), [("storage_temperature", "－18"), ("storage_humidity", "６０"), ("quantity", "３．０４２")])
def test_full_width_digits_are_digits(sampler: FlaskClient, sheet: Sheet, name: str, text: str) -> None:
    assert sampler.post("/sampling/new", data=sheet(**{name: text})).status_code == 303


# ---------------------------------------------------------------- two people at once

def _correction(sheet: dict[str, str], version: int, **other: str) -> dict[str, str]:
    kept = {name: text for name, text in sheet.items() if name not in ("number", "outcome", "sampled_contact", "sampled_phone")}
    return kept | {"reason": "笔误", "version": str(version)} | other


def test_the_second_saver_chooses_field_by_field(sampler: FlaskClient, registered: Sample, sheet: Sheet) -> None:
    page = f"/sampling/{registered.id}/correct"
    base = '{"spec": "", "brand": "", "sampled_name": "长春堂超市"}'
    assert sampler.post(page, data=_correction(sheet(), 1, brand="先存", spec="500g")).status_code == 303
    mine = _correction(sheet(), 1, brand="后存", storage="冷藏", base=base)
    answer = sampler.post(page, data=mine)
    assert answer.status_code == 409
    text = answer.text
    assert "他人：先存" in text and "我的：后存" in text and "两人都改了" in text
    assert 'name="choose-brand" value="mine" checked' in text  # I changed it
    assert 'name="choose-spec" value="theirs" checked' in text  # I never touched it
    assert 'value="冷藏"' in text  # nothing typed is lost
    chosen = {"choose-brand": "mine", "choose-spec": "theirs", "choose-storage": "mine"}
    again = sampler.post(page, data=mine | {"version": "2", **chosen})
    assert again.status_code == 303, complaints(again)
    now = sample_numbered(SHEET["number"])
    assert (now.brand, now.spec, now.storage, now.version) == ("后存", "500g", "冷藏", 3)


def test_a_third_saver_in_between_is_seen_again(sampler: FlaskClient, registered: Sample, sheet: Sheet) -> None:
    page = f"/sampling/{registered.id}/correct"
    for version, brand in ((1, "一"), (2, "二")):
        assert sampler.post(page, data=_correction(sheet(), version, brand=brand)).status_code == 303
    answer = sampler.post(page, data=_correction(sheet(), 2, brand="三", **{"choose-brand": "mine"}))
    assert answer.status_code == 409 and "他人：二" in answer.text and "我的：三" in answer.text


def test_a_broken_base_is_no_error(sampler: FlaskClient, registered: Sample, sheet: Sheet) -> None:
    page = f"/sampling/{registered.id}/correct"
    sampler.post(page, data=_correction(sheet(), 1, brand="先存"))
    for base in ("", "[", "[1]", "\x01", "9" * 5000):
        assert sampler.post(page, data=_correction(sheet(), 1, brand="后存", base=base)).status_code == 409


def test_a_correction_asks_for_no_stroke_again(sampler: FlaskClient, registered: Sample, sheet: Sheet) -> None:
    """What was "/" is blank in the form of the correction, and may stay so."""
    typed = {name: text for name, text in _correction(sheet(), 1, brand="绿叶").items() if text != "/"}
    assert sampler.post(f"/sampling/{registered.id}/correct", data=typed).status_code == 303


def test_a_draft_key_of_ones_own_making_is_no_key(sampler: FlaskClient, sheet: Sheet) -> None:
    assert sampler.post("/sampling/new", data=sheet(draft_key=KEY.upper())).status_code == 303
    assert session().scalars(sa.select(Sample.submission_key)).one() is None

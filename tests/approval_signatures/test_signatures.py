"""审批签名: listed within sight, opened, compared with what was signed, verified every night."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from app import clock
from app.accounts.models import ApprovalSignature, SignatureVerification
from app.accounts.signatures import IN_HISTORY, Told, digest, told_to_history
from app.alerts.models import SecurityAlert
from app.approval_signatures import jobs, queries, showing, verifying
from app.approval_signatures.forms import filters_asked
from app.audit.record_words import TECHNICAL
from app.audit.words import value_word
from app.chain import HistoryEntry
from app.db import Base, session, transaction
from app.domain.signing import SIGNED_KINDS, content_of
from app.domain.trust_kinds import AlertKind, SignatureCheck
from app.field_encryption import add_key, is_sealed
from app.history import entries_of
from app.plans import issuing
from app.plans import operations as plans
from app.plans.models import PlanQuota, SamplingPlan
from app.trail import trail
from tests.downloads.taking import taken_out, values_of
from tests.plans.conftest import make, save

__all__ = ["make"]
CHINESE = range(0x4E00, 0xA000)


def approved(office, make):
    plan = make()
    save(plan, office, {})
    with transaction():
        plans.submit(plan, office.actor("county:统计员"), clock.now(), None)
    with transaction():
        plans.approve(plan, office.actor("county:审核人"), clock.now(), None)
    return plan


@pytest.fixture
def signed(app, office, make):
    """A plan that the reviewer has signed."""
    return approved(office, make)


def only() -> ApprovalSignature:
    session().rollback()
    session().expire_all()
    return session().scalars(sa.select(ApprovalSignature)).one()


def touch(statement: sa.Update) -> None:
    """Somebody who owns the database."""
    with transaction():
        session().execute(statement)


def test_what_was_signed_is_kept_with_its_hash(app, signed):
    one = only()
    assert digest(one.content) == one.record_sha256 and one.content["record"]["name"] == signed.name
    assert one.content["parts"]["plan_quota"], "the quotas are part of what is signed"


def test_kept_sealed_where_personal_data_is(app, office, make, monkeypatch):
    from app import secret_columns

    monkeypatch.setattr(secret_columns, "encrypting", lambda: True)
    plan = approved(office, make)
    stored = session().scalar(sa.text("SELECT content FROM approval_signature"))
    assert plan.name not in stored and is_sealed(stored.split('"')[3])
    assert only().content["record"]["name"] == plan.name and verifying.walk().sound == 1


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("county:审核人", True),  # signed it
        ("county:统计员", True),  # drew it up and submitted it
        ("county:审计管理员", True),  # within reach
        ("city:审计管理员", True),
        ("other:审计管理员", False),
        ("county:另一审核人", False),
        ("county:办案人", False),
    ],
)
def test_who_sees_it(app, office, signed, sign_in, who, sees):
    client, number = sign_in(office.people[who]), only().id
    listed, opened = client.get("/signatures/"), client.get(f"/signatures/{number}")
    assert listed.status_code == 200 and (f"/signatures/{number}\"" in listed.text) is sees
    assert opened.status_code == (200 if sees else 404)


@pytest.mark.parametrize("who", ["county:系统管理员", "county:安全管理员", "lab:承检机构"])
def test_who_has_no_list(app, office, signed, sign_in, who):
    assert sign_in(office.people[who]).get("/signatures/").status_code == 403


def test_the_page_says_one_with_the_record_and_opens_it(app, office, signed, sign_in):
    client, one = sign_in(office.people["county:审核人"]), only()
    listed = client.get("/signatures/").text
    assert signed.name in listed and f"/plans/{signed.id}" in listed and "尚未核对" in listed and one.record_sha256[:12] in listed
    page = client.get(f"/signatures/{one.id}").text
    assert "记录内容与签名时一致" in page and "本人已审阅该计划全部内容，同意实施" in page and one.record_sha256 in page
    assert "计划指标" in page and "送审人" in page and "submitted_by_id" not in page


def test_later_work_is_told_field_by_field_with_its_entry(app, office, signed, sign_in):
    with transaction():
        plan = session().get(SamplingPlan, signed.id)
        issuing.issue(plan, office.actor("county:统计员"), clock.now(), None)
    found = showing.examined(only())
    assert found.state is SignatureCheck.MOVED_ON and found.fault is None and [entry.step for entry in found.since] == ["issue"]
    state = next(row for row in found.differences if row.field == "状态")
    assert state.told and "下达" in state.by and state.signed != state.now
    page = sign_in(office.people["county:审核人"]).get(f"/signatures/{only().id}").text
    assert "与签名时不同的内容" in page and "签名以后的办理记录" in page


def test_a_touched_record_is_told_by_field_and_raises_an_alert(app, office, signed, sign_in):
    touch(sa.update(PlanQuota).where(PlanQuota.plan_id == signed.id).values(batches=PlanQuota.batches + 1))
    found = showing.examined(only())
    assert found.state is SignatureCheck.ALTERED and "可能被改动" in found.fault
    assert [(row.field, row.signed, row.now, row.told) for row in found.differences] == [("批次数", "500", "501", False)]
    run = app.test_cli_runner().invoke
    refused = run(args=["signatures", "verify"])
    assert refused.exit_code == 1 and "与签名时不一致" in refused.output and "保全现场" in refused.output
    (alert,) = session().scalars(sa.select(SecurityAlert)).all()
    assert alert.kind is AlertKind.SIGNATURE and only().checked is SignatureCheck.ALTERED
    auditor = sign_in(office.people["county:审计管理员"])
    assert "没有任何办理记录，可能被直接改动数据库" in auditor.get(f"/signatures/{only().id}").text
    assert "不一致" in auditor.get("/signatures/?state=不一致").text and "没有符合条件" in auditor.get("/signatures/?state=一致").text
    assert run(args=["signatures", "verify"]).exit_code == 1
    assert session().scalars(sa.select(SecurityAlert.count).execution_options(populate_existing=True)).all() == [2]  # not another one
    touch(sa.update(PlanQuota).where(PlanQuota.plan_id == signed.id).values(batches=PlanQuota.batches - 1))
    assert run(args=["signatures", "verify"]).exit_code == 0 and only().checked is SignatureCheck.SOUND


def test_a_signature_that_was_rewritten_is_found(app, signed):
    """Record and hash changed together; what was kept with the signature does not fit the hash any more."""
    touch(sa.update(SamplingPlan).values(name="别的计划"))
    now, version = showing.of_one(only())[2]
    touch(sa.update(ApprovalSignature).values(record_sha256=digest(now)))
    assert version == only().record_version
    state, fault, _ = verifying.of_one(only())
    assert state is SignatureCheck.ALTERED and "签名可能被改动" in fault


def test_a_record_that_is_gone_is_found(app, signed):
    touch(sa.update(ApprovalSignature).values(subject_id=987654))
    assert verifying.of_one(only())[0] is SignatureCheck.GONE and "已不存在" in verifying.walk().broken[0]


def test_signatures_of_earlier_releases_are_verified_by_their_hash(app, signed):
    touch(sa.update(ApprovalSignature).values(content=sa.null()))
    found = showing.examined(only())
    assert found.state is SignatureCheck.SOUND and found.blocks  # what is there now is what was signed
    touch(sa.text("UPDATE sampling_plan SET version = version + 1"))
    found = showing.examined(only())
    assert found.state is SignatureCheck.MOVED_ON and not found.blocks and not found.differences


def test_once_a_night_by_whichever_worker_is_first(app, signed):
    app.config["ANCHOR_TIME"] = "00:00"
    jobs.nightly()
    jobs.nightly()
    assert [(row.signatures, row.sound, row.broken) for row in session().scalars(sa.select(SignatureVerification))] == [(1, 1, 0)]
    assert jobs.verify(only_if_due=True) is None and verifying.due(clock.now() + timedelta(days=1))


def test_the_auditor_asks_and_nobody_twice(app, office, signed, sign_in):
    auditor = sign_in(office.people["county:审计管理员"])
    assert auditor.post("/signatures/verify").status_code == 303 and "已开始逐条核对" in auditor.get("/signatures/").text
    auditor.post("/signatures/verify")
    assert "正在进行" in auditor.get("/signatures/").text
    assert sign_in(office.people["county:审核人"]).post("/signatures/verify").status_code == 403


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"q": "审核人"}, 1), ({"q": "统计员"}, 0), ({"kind": "sampling_plan"}, 1), ({"kind": "penalty"}, 0), ({"kind": "nothing"}, 1),
        ({"meaning": "同意实施"}, 1), ({"meaning": "退回"}, 0), ({"from_on": "2026-11-20", "to_on": "2026-11-20"}, 1),
        ({"to_on": "2026-11-19"}, 0), ({"from_on": "2026-11-21"}, 0), ({"state": "一致"}, 0), ({"from_on": "昨天"}, 1),
    ],
)  # fmt: skip
def test_conditions(app, office, signed, asked, found):
    assert len(queries.every_signature(office.actor("county:审计管理员"), filters_asked(asked))) == found


def test_taken_out_and_by_command(app, office, signed, sign_in):
    (row,) = values_of(taken_out(sign_in(office.people["county:审核人"]), "signatures"))
    assert (row["记录"], row["记录类别"], row["核对结果"]) == (signed.name, "抽检计划", "尚未核对")
    assert row["内容摘要"] == only().record_sha256
    run = app.test_cli_runner().invoke
    assert "共 1 条" in run(args=["signatures", "list", "--kind", "sampling_plan"]).output
    assert "共 0 条" in run(args=["signatures", "list", "--as", "county-handler"]).output
    assert run(args=["signatures", "list", "--as", "county-security_admin"]).exit_code == 1


def test_a_signature_taken_away_is_missed_and_one_rewritten_is_found(app, office, signed, sign_in):
    """The history is chained and says what was signed: whoever owns the database cannot take a signature out, or put another in."""
    one = only()
    entry = next(found for found in entries_of("sampling_plan", signed.id) if found.step == "approve")
    assert told_to_history(entry.changes) == Told(one.record_sha256)
    assert one.record_sha256 not in str(trail("sampling_plan", signed.id)[-1].changes)
    content = {**one.content, "record": {**one.content["record"], "total": 1}}
    touch(sa.update(ApprovalSignature).values(content=content, record_sha256=digest(content)))
    assert "与办理记录中所记的不符" in verifying.walk().broken[0] and showing.examined(only()).state is SignatureCheck.ALTERED
    touch(sa.delete(ApprovalSignature))
    assert [fault for fault in verifying.walk().broken if "已不存在，可能被删除" in fault and "审核人" in fault] == verifying.missed()
    answer = app.test_cli_runner().invoke(args=["signatures", "verify"])
    assert answer.exit_code == 1 and f"（编号 {signed.id}）" in answer.output
    assert "可能被删除" in sign_in(office.people["county:审计管理员"]).get("/signatures/").text
    assert session().scalars(sa.select(SecurityAlert)).one().kind is AlertKind.SIGNATURE


@pytest.fixture
def coded(app, office, make):
    """An approved plan of an installation with field encryption: its signature has a code under a key outside the database."""
    app.config["FIELD_ENCRYPTION"] = True
    return approved(office, make)


def rewritten(before: str, after: str) -> None:
    """In the text of the entry; whoever does this to a real chain hashes all of it anew as well."""
    entry = HistoryEntry.__table__
    touch(sa.update(entry).where(entry.c.changes.contains(IN_HISTORY)).values(changes=sa.func.replace(entry.c.changes, before, after)))


def test_who_writes_record_signature_and_history_anew_lacks_the_key(app, coded):
    """签名校验码: every hash fits, and the code does not."""
    assert verifying.walk().sound == 1
    one = only()
    content, before = {**one.content, "record": {**one.content["record"], "name": "改过的计划"}}, one.record_sha256
    touch(sa.update(ApprovalSignature).values(content=content, record_sha256=digest(content)))
    touch(sa.update(SamplingPlan).where(SamplingPlan.id == coded.id).values(name="改过的计划"))
    rewritten(before, digest(content))
    said = [told_to_history(entry.changes) for entry in entries_of("sampling_plan", coded.id) if entry.step == "approve"]
    assert said[0].sha256 == digest(content) == only().record_sha256
    walked = verifying.walk()
    assert walked.sound == 0 and "签名校验码不符" in walked.broken[0] and showing.examined(only()).state is SignatureCheck.ALTERED


def test_the_signer_is_under_the_code_and_an_unknown_key_is_no_excuse(app, office, coded):
    touch(sa.update(ApprovalSignature).values(name="别人"))
    assert "签名校验码不符" in verifying.walk().broken[0]
    touch(sa.update(ApprovalSignature).values(name=office.people["county:审核人"].name))
    assert not verifying.walk().broken
    key_id = code_of(coded).split(":")[0]
    add_key()
    assert not verifying.walk().broken  # the key it was made with is still there
    rewritten(f'"{key_id}:', '"zz:')
    assert "不在本机" in verifying.walk().broken[0]


def code_of(plan):
    return told_to_history(next(one.changes for one in entries_of("sampling_plan", plan.id) if one.step == "approve")).mac


def test_without_encryption_there_is_no_code(app, signed):
    assert code_of(signed) is None and verifying.walk().sound == 1


def test_the_trail_shows_no_code(app, coded):
    assert code_of(coded) and code_of(coded) not in str(trail("sampling_plan", coded.id)[-1].changes)


def test_every_field_that_is_signed_has_a_name_in_the_words_of_the_office():
    """A page that shows what was signed shows no column of ours by its own name."""
    unnamed = [
        (table, column.name)
        for kind in SIGNED_KINDS
        for table in (kind, *content_of(kind).children)
        for column in Base.metadata.tables[table].columns
        if column.name not in TECHNICAL and not any(ord(mark) in CHINESE for mark in showing.field_of(table, column.name))
    ]
    assert unnamed == []


def test_people_in_a_signed_record_are_masked(app):
    assert showing.value_of("objection", "contact", "张三 13812345678") == value_word("objection", "contact", "张三 13812345678")
    assert "13812345678" not in showing.value_of("objection", "contact", "张三 13812345678")

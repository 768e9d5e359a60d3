"""盲样检验: nothing that a laboratory account can open tells whose food it is.

Every enterprise field of a sample carries a mark of its own; every address that a laboratory may ever open is opened, and none
of the marks may stand in any answer. With the setting off the same addresses show them.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from app import blinding, clock, history
from app.assignments.models import SamplingAssignment
from app.authorize import permission_of
from app.custody import photos, signatures, uploading
from app.custody.models import BackupSample, CustodyEvent
from app.db import session, transaction
from app.domain.blinding import HIDDEN, NAMING_COLUMNS, OPEN_COLUMNS, names_the_firm, open_lines, without
from app.domain.documents import DocumentKind
from app.domain.permissions import may_ever
from app.domain.samples import Domain, Link, Purpose
from app.domain.sampling_kinds import CustodyKind, Opinion, PhotoKind, SignatureForm, Signer
from app.domain.workflow import AssignmentState, BackupState, BatchStep, SampleStep
from app.downloads.lists import every, source_of
from app.enterprises.models import Enterprise, EnterpriseStatus
from app.notices import telling
from app.reference_data.books import region_book
from app.results.models import ImportBatch
from app.sampling.creating import create_samples
from app.sampling.models import Sample, SampleReturn
from app.sampling.sheet_draft import SheetDraft
from tests.custody.conftest import png
from tests.downloads.taking import taken_out
from tests.results.test_report_entry import item, typed

NUMBER = "XBJ26120119000010001"
MARK = "暗记"  # every mark begins so; nothing else in the data does
SHEET = {
    "sampled_name": "暗记甲超市", "sampled_address": "暗记乙街道1号", "sampled_credit_code": "91暗记丙",
    "sampled_region_written": "天津/天津/蓟州区/暗记丁镇", "sampled_licence_kind": "暗记戊证", "sampled_licence_no": "暗记己123",
    "producer_name": "暗记庚食品厂", "producer_address": "暗记辛路2号", "producer_region_written": "暗记壬省",
    "producer_licence_no": "SC暗记癸", "third_party_name": "暗记子公司", "third_party_kind": "暗记丑", "brand": "暗记寅牌",
    "barcode": "暗记卯690", "remark": "老板说暗记辰", "outcome_reason": None,
}  # fmt: skip
EXTRA = {"网店名称": "暗记巳店", "被抽样单位传真": "暗记午"}
PEOPLE = {"sampled_contact": "暗记未", "sampled_phone": "暗记申13812345678", "producer_contact": "暗记酉"}
OF_ONE_RECORD: frozenset[str] = frozenset()  # lists that need an id in their query
LAB = "lab:承检机构"
LEFT_OUT = frozenset({"static", "bootstrap.static", "accounts.sign_out", "accounts.sign_in", "accounts.end_session"})


@dataclass
class World:
    """A sample with marks wherever a firm can be named, and what hangs on it."""

    lab: FlaskClient
    bureau: FlaskClient
    ids: dict[str, int]


@pytest.fixture
def world(office: Any, sign_in: Any) -> World:
    """Made with the setting off, as data are that were there before somebody switched it on."""
    sampler, lab = office.actor("county:抽样员"), office.actor(LAB)
    ids = _sample(office, sampler)
    with transaction():
        sample = session().get_one(Sample, ids["sample_id"])
        _around(office, sample, sampler, ids)
        _pictures(sample, sampler, ids)
        changes = {"被抽样单位名称": ("暗记旧名", SHEET["sampled_name"]), "样品名称": ("菠菜", "油麦菜")}
        telling.sheet_corrected(sample, sampler, changes, f"{SHEET['sampled_name']}要求更正", None)
        telling.import_undone(_batch(office, "county"), sampler, [sample.number], "暗记戌店的数据传错")
        ids["batch_id"] = _batch(office, "lab").id
    client = sign_in(office.people[LAB])
    data = typed([item("毒死蜱", "0.32", "")], version=session().get_one(Sample, ids["sample_id"]).version)
    assert client.post(f"/samples/{ids['sample_id']}/results", data=data).status_code == 303
    assert lab.org_id == office.orgs["lab"].id
    return World(client, sign_in(office.people["county:统计员"]), ids)


def _sample(office: Any, sampler: Any) -> dict[str, int]:
    draft = SheetDraft(
        org_id=office.orgs["county"].id, number=NUMBER, product_name="油麦菜", purpose=Purpose.SUPERVISION, domain=Domain.AGRICULTURAL,
        laboratory_org_id=office.orgs["lab"].id, laboratory=office.orgs["lab"].name, link=Link.CIRCULATION, sampled_on=date(2026, 11, 2),
        quantity=Decimal("1.5"), backup_quantity="0.5kg", samplers="李四、王五", extra=EXTRA, personal=PEOPLE, **SHEET,
    )  # fmt: skip
    with transaction():
        made = create_samples([draft], sampler, clock.now(), None)
    return {"sample_id": made[NUMBER].id}


def _around(office: Any, sample: Sample, sampler: Any, ids: dict[str, int]) -> None:
    """A firm in the register, a task that names it, custody, a backup sample, a return, and history that tells of it."""
    firm = Enterprise(
        org_id=sample.org_id, name=SHEET["sampled_name"], credit_code="91131102MA0F4BGG58", address="暗记乙街道1号",
        status=EnterpriseStatus.ACTIVE, created_at=clock.now(),
    )  # fmt: skip
    session().add(firm)
    session().flush()
    sample.sampled_enterprise_id = sample.producer_id = firm.id
    task = SamplingAssignment(
        org_id=sample.org_id, number="抽任〔2026〕9号", state=AssignmentState.ASSIGNED,
        region_id=region_book().id("120119"),
        enterprise_id=firm.id, laboratory_org_id=sample.laboratory_org_id, batches=1, from_on=date(2026, 11, 1),
        to_on=date(2026, 11, 30), note="先去暗记亥店", created_at=clock.now(), created_by_id=sampler.user_id,
    )  # fmt: skip
    event = CustodyEvent(
        org_id=sample.org_id, sample_id=sample.id, kind=CustodyKind.SEALED, slot="封样", happened_at=clock.now(), person="李四",
        seal_no="FT-1", condition=f"在{SHEET['sampled_name']}封样", recorded_at=clock.now(), recorded_by_id=sampler.user_id,
    )  # fmt: skip
    backup = BackupSample(
        org_id=sample.org_id, sample_id=sample.id, laboratory_org_id=sample.laboratory_org_id, state=BackupState.KEPT, place="冷库",
        stored_on=date(2026, 11, 3),
    )  # fmt: skip
    returned = SampleReturn(
        org_id=sample.org_id, sample_id=sample.id, rule_code=None, reason=f"{SHEET['producer_name']}的地址不全", returned_at=clock.now(),
        returned_by_id=sampler.user_id, resolved_at=clock.now(),
    )  # fmt: skip
    session().add_all([task, event, backup, returned])
    session().flush()
    sample.assignment_id = task.id
    history.advance(
        sample, SampleStep.CORRECT, sampler, comment=f"{SHEET['sampled_name']}改名",
        changes={"被抽样单位名称": ("暗记旧名", SHEET["sampled_name"])},
    )  # fmt: skip
    history.record("sampling_assignment", task.id, "create", sampler, org_id=task.org_id, name=task.number, comment="去暗记店抽")
    ids |= {"assignment_id": task.id, "event_id": event.id, "backup_id": backup.id, "enterprise_id": firm.id}


def _pictures(sample: Sample, sampler: Any, ids: dict[str, int]) -> None:
    photo = photos.add(
        sample, uploading.take("暗记单.png", png()), PhotoKind.SHEET, sampler, clock.now(), note=f"{SHEET['sampled_name']}门口"
    )
    assert photo is not None
    written = signatures.Written(Signer.SAMPLED, SignatureForm.SCANNED, "暗记未", clock.now(), next(iter(Opinion)))
    signed = signatures.sign(sample, uploading.take("暗记签.png", png((300, 100))), written, sampler, clock.now())
    ids |= {"photo_id": photo.id, "signature_id": signed.id, "attachment_id": photo.attachment_id}


def _batch(office: Any, place: str) -> ImportBatch:
    batch = ImportBatch(
        org_id=office.orgs[place].id, kind="results", layout="lab", filename="结果.csv", sha256="0" * 64, created_at=clock.now()
    )
    history.advance(batch, BatchStep.STAGE, office.actor(LAB if place == "lab" else "county:统计员"))
    return batch


def addresses(app: Flask, actor: Any, ids: dict[str, int], method: str) -> Iterator[str]:
    """Every address that the actor may ever open by this method, with the ids of the world in it."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint in LEFT_OUT or method not in (rule.methods or ()):
            continue
        permission = permission_of(rule.endpoint)
        if permission is not None and may_ever(actor, permission):
            values = {name: ids.get(name, 1) for name in rule.arguments}
            yield app.test_request_context().url_adapter.build(rule.endpoint, values, method=method)  # type: ignore[union-attr]


def said(answer: Any) -> str:
    """Everything that an answer says, the parts of a workbook or document included."""
    content = answer.get_data()
    if content.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            return "".join(parts.read(name).decode("utf-8", "replace") for name in parts.namelist())
    return f"{answer.headers}{content.decode('utf-8', 'replace')}"


def questions(ids: dict[str, int]) -> list[str]:
    """Addresses that ask for the firm, or for the one sample in a list."""
    found = ["/sampling/?q=", "/custody/?stage=all&q=", "/custody/backups?stage=all&q=", "/assignments/?state=all&q="]
    return [address + SHEET["sampled_name"] for address in found] + ["/sampling/?q=91暗记丙", "/sampling/?q=暗记庚"]


def posts(ids: dict[str, int]) -> Iterator[tuple[str, dict[str, Any]]]:
    """What the laboratory can have made: documents, labels, previews."""
    for kind in DocumentKind:
        yield f"/printing/samples/{ids['sample_id']}/print", {"kind": kind.code, "copies": "1", "way": "docx"}
        yield f"/printing/samples/{ids['sample_id']}/print", {"kind": kind.code, "copies": "1", "way": "page"}
        yield "/printing/samples", {"kind": kind.code, "copies": "1", "way": "docx", "sample": str(ids["sample_id"])}
    yield f"/printing/assignments/{ids['assignment_id']}/print", {"kind": DocumentKind.TASK.code, "copies": "1", "way": "docx"}
    yield "/printing/labels", {"sample": str(ids["sample_id"]), "test": "1", "backup": "1", "start": "1"}
    yield f"/samples/{ids['sample_id']}/results", typed([item("毒死蜱", "0.32", "")], "preview", version=99)


def test_no_answer_names_the_firm(app: Flask, office: Any, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "BLIND_TESTING", True)
    actor, telling_answers, opened = office.actor(LAB), {}, {}
    gets = [*addresses(app, actor, world.ids, "GET"), *questions(world.ids)]
    gets += [f"/printing/samples/{world.ids['sample_id']}/preview?kind={kind.code}" for kind in DocumentKind]
    for address in gets:
        answer = world.lab.get(address)
        opened[address] = answer.status_code
        telling_answers[address] = said(answer)
    for address, data in posts(world.ids):
        answer = world.lab.post(address, data=data)
        telling_answers[f"POST {address} {data.get('kind')} {data.get('way')}"] = said(answer)
    for address in addresses(app, actor, world.ids, "POST"):
        telling_answers[f"POST {address}"] = said(world.lab.post(address, data={"version": "1"}))
    asked = {address: text.count(MARK) for address, text in telling_answers.items()}
    echoed = {address for address in asked if "q=" in address}  # what was typed into the search box stands in it
    assert {address: _near(telling_answers[address]) for address, times in asked.items() if times and address not in echoed} == {}
    for address in echoed:
        text = telling_answers[address].replace(SHEET["sampled_name"], "").replace("91暗记丙", "").replace("暗记庚", "")
        assert MARK not in text and NUMBER not in text and "抽任〔2026〕9号" not in text, address
    assert sum(status == 200 for status in opened.values()) >= 35, opened
    assert "油麦菜" in telling_answers[f"/sampling/{world.ids['sample_id']}"]
    photo = telling_answers[f"/custody/photos/{world.ids['photo_id']}"]
    assert opened[f"/custody/photos/{world.ids['photo_id']}"] == 403 and "盲样检验期间不向承检机构提供" in photo


def _near(text: str) -> str:
    place = text.index(MARK)
    return text[max(0, place - 80) : place + 40]


def workbook(client: FlaskClient, code: str) -> str:
    """Everything in the parts of a list taken out with every column."""
    places = [str(place) for place in range(len(source_of(code).fields))]
    with zipfile.ZipFile(io.BytesIO(taken_out(client, code, "stage=all&state=all", column=places))) as parts:
        return "".join(parts.read(name).decode("utf-8") for name in parts.namelist())


def test_no_list_taken_out_names_the_firm(app: Flask, office: Any, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "BLIND_TESTING", True)
    actor = office.actor(LAB)
    codes = [code for code, source in every().items() if may_ever(actor, source.permission) and code not in OF_ONE_RECORD]
    told = {code: workbook(world.lab, code) for code in codes}
    assert {code: _near(text) for code, text in told.items() if MARK in text} == {}
    assert NUMBER in told["samples"] and NUMBER in told["results"] and NUMBER in told["custody"] and NUMBER in told["backups"]


def test_no_command_names_the_firm(app: Flask, office: Any, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    commands = (
        ("assignments", "list"), ("assignments", "show", "抽任〔2026〕9号"), ("samples", "lint", NUMBER), ("notices", "list"),
        ("custody", "list", "--stage", "all"),
    )  # fmt: skip
    run = app.test_cli_runner().invoke
    shown = "".join(run(args=[*words, "--as", "lab-laboratory", "--json"]).output for words in commands)
    assert shown.count(MARK) >= 3  # with the setting off
    monkeypatch.setitem(app.config, "BLIND_TESTING", True)
    for words in commands:
        for form in ((), ("--json",)):
            answer = run(args=[*words, "--as", "lab-laboratory", *form])
            assert answer.exit_code in (0, 1) and answer.output and MARK not in answer.output, (words, answer.output)


def test_with_the_setting_off_the_same_pages_name_it(app: Flask, world: World) -> None:
    sample = world.ids["sample_id"]
    for address in ("/sampling/", f"/sampling/{sample}", "/custody/?stage=all", "/notices/", f"/samples/{sample}/results"):
        assert MARK in said(world.lab.get(address)), address
    assert MARK in workbook(world.lab, "samples")
    assert NUMBER in world.lab.get("/sampling/?q=暗记庚").text
    printed = world.lab.post(f"/printing/samples/{sample}/print", data={"kind": DocumentKind.SEAL.code, "copies": "1", "way": "docx"})
    assert MARK in said(printed)
    assert world.lab.get(f"/custody/photos/{world.ids['photo_id']}").status_code == 200


def test_the_bureau_sees_everything(app: Flask, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "BLIND_TESTING", True)
    page = world.bureau.get(f"/sampling/{world.ids['sample_id']}").text
    missing = [text for text in (*SHEET.values(), *EXTRA.values()) if text and text not in page]
    assert missing == [SHEET["sampled_region_written"]] or missing == []
    assert NUMBER in world.bureau.get("/sampling/?q=暗记庚").text


# ---------------------------------------------------------------- the rule

def test_every_column_of_a_sheet_is_open_or_hidden_on_purpose(app: Flask) -> None:
    columns = {column.key for column in sa.inspect(Sample).columns}
    hidden = columns - OPEN_COLUMNS
    assert columns >= OPEN_COLUMNS | set(NAMING_COLUMNS) and hidden >= set(NAMING_COLUMNS)
    assert hidden == {*NAMING_COLUMNS} | {
        "sampled_enterprise_id", "sampled_licence_kind", "producer_id", "producer_region_id", "third_party_kind", "remark",
        "outcome_reason", "search_text", "extra",
    }  # fmt: skip


@pytest.mark.parametrize(("title", "hidden"), [
    ("被抽样单位名称", True), ("标称生产企业", True), ("商标", True), ("备注", True), ("生产许可证编号", True), ("样品条码", True),
    ("样品名称", False), ("生产日期", False), ("生产/购进日期", False), ("毒死蜱 检验结果", False), ("更正原因", False),
    ("抽样环节", False),
])
def test_fields_that_name_the_firm(title: str, hidden: bool) -> None:
    assert names_the_firm(title) is hidden


def test_words_are_blotted_out_the_longest_first() -> None:
    assert without("长春堂超市和长春堂", ["长春堂", "长春堂超市", "和"]) == f"{HIDDEN}和{HIDDEN}"
    assert open_lines("商标：甲 → 乙\n样品名称：甲 → 乙\n更正原因：甲店要求", ["甲店"]) == (
        f"商标：{HIDDEN}\n样品名称：甲 → 乙\n更正原因：{HIDDEN}要求"
    )
    assert open_lines("更正原因：甲店要求", reasons=False) == f"更正原因：{HIDDEN}"


def test_a_blind_reader_is_a_laboratory_and_nobody_else(app: Flask, office: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not blinding.is_blind(office.actor(LAB))
    monkeypatch.setitem(app.config, "BLIND_TESTING", True)
    assert blinding.is_blind(office.actor(LAB)) and not blinding.is_blind(office.actor("county:抽样员")) and not blinding.is_blind(None)

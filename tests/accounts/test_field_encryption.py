"""个人信息字段加密: what lies in the database, and that nobody notices it on the pages."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from app import clock, field_encryption, history
from app.archives.models import ArchiveElement
from app.authorize import local_operator
from app.db import engine, session, transaction
from app.domain.workflow import ObjectionStep
from app.enterprises.models import Enterprise
from app.history import entries_of
from app.sampling import personal
from app.sampling.models import FormDraft, PersonalDatum, Sample
from tests.conftest import make_office
from tests.enterprises.conftest import clerk, register, typed
from tests.sampling.conftest import registered, sampler, sheet

__all__ = ["clerk", "register", "registered", "sampler", "sheet"]

PHONE, LATER, CARD, ACCOUNT = "13987650011", "13987650022", "120225199001011234", "6222021234567890123"
CANARIES = (PHONE, LATER, CARD, ACCOUNT)


@pytest.fixture
def encrypting(app):
    app.config["FIELD_ENCRYPTION"] = True
    return app


def stored() -> str:
    """Everything that lies in the files of the database, the write-ahead log with it."""
    session().rollback()
    with engine().connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    place = Path(engine().url.database or "")
    return "".join(one.read_bytes().decode("latin-1") for one in place.parent.glob(f"{place.name}*"))


def run(app, *arguments: str):
    return app.test_cli_runner().invoke(args=list(arguments))


def test_a_dump_tells_no_number_and_the_pages_tell_them_all(encrypting, office, clerk, register, sign_in, registered):
    enterprise = register(phone=PHONE)
    said = typed(version=str(enterprise.version), phone=LATER, reason=f"改为 {LATER}")
    changed = clerk.post(f"/enterprises/{enterprise.id}/correct", data=said)
    assert changed.status_code == 303, changed.text
    now = clock.now()
    with transaction():
        personal.keep_many([(registered.id + 1, registered.org_id, {"card": CARD, "account": ACCOUNT})])  # in bulk, as imports do
        personal.replace(registered, {"sampled_phone": PHONE})
        session().add(
            FormDraft(
                org_id=registered.org_id, user_id=office.people["county:抽样员"].id, draft_key="a", form="sheet",
                fields={"sampled_phone": PHONE, "name": "豇豆"}, saved_at=now,
            )
        )  # fmt: skip
        session().add(
            ArchiveElement(
                org_id=registered.org_id, enterprise_id=enterprise.id, code="phone", value=LATER, seen_on=clock.today(), recorded_at=now
            )
        )
        changes = {"contact": (f"张三 {PHONE}", LATER)}
        history.record("objection", 1, ObjectionStep.EDIT.value, local_operator(), comment=f"来电 {PHONE}", changes=changes)
    dump = stored()
    assert [one for one in CANARIES if one in dump] == [] and dump.count("enc:k1") >= 6
    session().expire_all()
    assert session().scalars(sa.select(Enterprise.phone)).one() == LATER
    assert session().scalars(sa.select(FormDraft.fields)).one() == {"sampled_phone": PHONE, "name": "豇豆"}
    assert {CARD, ACCOUNT} <= set(session().scalars(sa.select(PersonalDatum.value)))
    assert "139****0022" in clerk.get(f"/enterprises/{enterprise.id}").text
    assert LATER in clerk.post(f"/enterprises/{enterprise.id}/unmask").text
    told = entries_of("objection", 1)[0]
    assert "来电 139****0011" in (told.comment or "") and "139" in (told.changes or "") and "****0022" in (told.changes or "")
    assert personal.masked_for([registered.id], ["sampled_phone"]) == {(registered.id, "sampled_phone"): "139****0011"}


def test_turned_on_later_and_off_again(app, office, registered):
    with transaction():
        personal.replace(registered, {"sampled_phone": PHONE})
    assert PHONE in stored() and run(app, "keys", "encrypt").exit_code == 1  # the setting first
    app.config["FIELD_ENCRYPTION"] = True
    assert "明文" in run(app, "doctor").output
    for times in (1, 2):  # the second time there is nothing to do
        done = run(app, "keys", "encrypt", "--json")
        assert done.exit_code == 0 and ('"values": 0' in done.stdout) is (times == 2)
    assert PHONE not in stored() and "明文" not in run(app, "doctor").output
    assert run(app, "keys", "rotate").exit_code == 0 and PHONE not in stored()
    path = field_encryption.file()
    kept = path.read_text()
    path.unlink()
    assert "密钥缺失" in run(app, "doctor").output
    path.write_text(kept)
    path.chmod(0o600)
    session().expire_all()
    assert PHONE in set(session().scalars(sa.select(PersonalDatum.value)))
    assert run(app, "keys", "decrypt").exit_code == 1
    app.config["FIELD_ENCRYPTION"] = False
    assert run(app, "keys", "decrypt").exit_code == 0 and PHONE in stored()


def test_on_postgresql(pg_app):
    pg_app.config["FIELD_ENCRYPTION"] = True
    with transaction():
        office = make_office()
        person, org_id, now = office.people["county:抽样员"], office.orgs["county"].id, clock.now()
        personal.keep_many([(1, org_id, {"phone": PHONE, "name": "𠮷" * 300})])
        session().add(FormDraft(org_id=org_id, user_id=person.id, draft_key="a", form="sheet", fields={"phone": PHONE}, saved_at=now))
    raw = sa.text("SELECT value FROM personal_datum UNION ALL SELECT CAST(fields AS text) FROM form_draft")
    assert all(PHONE not in one and "enc:k1" in one for one in session().scalars(raw))
    assert run(pg_app, "keys", "rotate").exit_code == 0
    assert all("enc:k2" in one for one in session().scalars(raw))
    session().expire_all()
    assert session().scalars(sa.select(FormDraft.fields)).one() == {"phone": PHONE}
    assert set(session().scalars(sa.select(PersonalDatum.value))) == {PHONE, "𠮷" * 300}
    pg_app.config["FIELD_ENCRYPTION"] = False
    assert run(pg_app, "keys", "decrypt").exit_code == 0 and PHONE in "".join(session().scalars(raw))


def test_who_reads_a_sample_reads_its_people(encrypting, sampler, registered):
    """The sheet, registered by its form with the setting on, is shown as ever."""
    assert isinstance(registered, Sample) and sampler.get(f"/sampling/{registered.id}").status_code == 200

"""Who may do what with whose sample: every route of custody, every role, every organisation."""

from __future__ import annotations

import pytest

from app.custody.models import BackupSample
from app.db import session
from app.domain.actors import Role
from tests.custody.conftest import SEALING, arrive, jpeg, kinds
from tests.custody.test_backups import keep
from tests.custody.test_photos import photos, post
from tests.custody.test_signatures import found as signatures
from tests.custody.test_signatures import sign

STAFF = {Role.SAMPLER, Role.HANDLER, Role.REVIEWER, Role.LEADER, Role.LEGAL, Role.STATISTICIAN}
RECORDERS = {Role.SAMPLER, Role.STATISTICIAN}
HERE, ABOVE, BELOW, ASIDE = "county", "city", "station", "other"


@pytest.fixture
def whole(sampler, lab, handed):
    """A sample with everything that hangs on it."""
    arrive(lab, handed)
    post(sampler, handed, ("一.jpg", jpeg()))
    sign(sampler, handed)
    backup = keep(handed)
    return {
        "sample": handed.id, "photo": photos(handed)[0].id, "signature": signatures(handed)[0].id, "backup": backup.id,
        "event": _sealing(handed),
    }  # fmt: skip


def _sealing(sample) -> int:
    import sqlalchemy as sa

    from app.custody.models import CustodyEvent

    return session().scalar(sa.select(CustodyEvent.id).where(CustodyEvent.sample_id == sample.id).order_by(CustodyEvent.id)) or 0


READS = (
    "/custody/samples/{sample}", "/custody/photos/{photo}", "/custody/photos/{photo}/small", "/custody/signatures/{signature}",
    "/custody/signatures/{signature}/small", "/custody/backups/{backup}",
)  # fmt: skip
WRITES = (
    "/custody/samples/{sample}/events", "/custody/samples/{sample}/photos", "/custody/samples/{sample}/signatures",
    "/custody/samples/{sample}/receive", "/custody/samples/{sample}/backup", "/custody/events/{event}/void",
    "/custody/photos/{photo}/void", "/custody/signatures/{signature}/void", "/custody/backups/{backup}/move",
    "/custody/backups/{backup}/discard",
)  # fmt: skip


@pytest.mark.parametrize("place", [HERE, ABOVE, BELOW, ASIDE])
@pytest.mark.parametrize("role", [role for role in Role if role is not Role.LABORATORY])
def test_the_bureau_and_those_above_read_and_samplers_and_statisticians_record(office, sign_in, whole, place, role):
    client = sign_in(office.people[f"{place}:{role.value}"])
    sees = role in STAFF and place in (HERE, ABOVE)
    for address in READS:
        assert client.get(address.format(**whole)).status_code == (200 if sees else 404), address
    for address in WRITES:
        status = client.post(address.format(**whole), data={}).status_code
        expected = 404 if not sees else 422 if role in RECORDERS else 403
        assert status == expected, address


def test_the_named_laboratory_records_and_another_does_not_even_see(office, sign_in, whole):
    ours, theirs = sign_in(office.people["lab:承检机构"]), sign_in(office.people["otherlab:承检机构"])
    for address in READS:
        assert ours.get(address.format(**whole)).status_code == 200, address
        assert theirs.get(address.format(**whole)).status_code == 404, address
    for address in WRITES:
        assert ours.post(address.format(**whole), data={}).status_code == 422, address
        assert theirs.post(address.format(**whole), data={}).status_code == 404, address


def test_a_stranger_signs_in_first(app, whole):
    client = app.test_client()
    for address in (*READS, "/custody/", "/custody/scan", "/custody/handover", "/custody/backups"):
        answer = client.get(address.format(**whole))
        assert (answer.status_code == 303 and "sign-in" in answer.location) or "/login" in answer.location, address


@pytest.mark.parametrize(("address", "allowed"), [
    ("/custody/", STAFF | {Role.LABORATORY}),
    ("/custody/scan", RECORDERS | {Role.LABORATORY}),
    ("/custody/handover", RECORDERS | {Role.LABORATORY}),
    ("/custody/backups", STAFF | {Role.LABORATORY}),
])
def test_lists_by_role(office, sign_in, address, allowed):
    for role in Role:
        who = "lab:承检机构" if role is Role.LABORATORY else f"county:{role.value}"
        assert sign_in(office.people[who]).get(address).status_code == (200 if role in allowed else 403), role


def test_another_laboratory_cannot_receive(office, sign_in, handed):
    theirs = sign_in(office.people["otherlab:承检机构"])
    assert theirs.get(f"/custody/samples/{handed.id}/receive").status_code == 404
    assert arrive(theirs, handed).status_code == 404
    assert theirs.get("/custody/scan", query_string={"number": handed.number}).status_code == 404
    assert len(kinds(handed)) == 2


def test_a_statistician_receives_for_a_laboratory_without_accounts(office, sign_in, handed):
    clerk = sign_in(office.people["county:统计员"])
    assert arrive(clerk, handed).status_code == 303
    assert len(kinds(handed)) == 3


def test_a_laboratory_does_not_void_the_bureaus_sealing(lab, sampler, handed):
    assert "/void" not in lab.get(f"/custody/samples/{handed.id}").text  # no button for what may not be done
    assert f"/custody/events/{_sealing(handed)}/void" in sampler.get(f"/custody/samples/{handed.id}").text
    answer = lab.post(f"/custody/events/{_sealing(handed)}/void", data={"reason": "不是我们登记的"})
    assert answer.status_code == 403
    assert len(kinds(handed)) == 2
    assert sampler.post(f"/custody/samples/{handed.id}/events", data=SEALING).status_code == 409


def test_bulk_disposal_leaves_others_backups_alone(office, sign_in, reported):
    made = keep(reported())
    client = sign_in(office.people["other:统计员"])
    data = {"ids": [str(made.id)], "discarded_on": "2026-11-20", "method": "销毁", "witness": "甲"}
    assert client.post("/custody/backups/discard?stage=可处置", data=data).status_code == 422
    assert session().get_one(BackupSample, made.id, populate_existing=True).discarded_on is None


def test_a_body_larger_than_the_limit_is_told(app, monkeypatch, sampler, sample):
    monkeypatch.setattr(app.view_functions["custody.add_photos"], "takes_bytes", 10_000)
    answer = post(sampler, sample, ("大.jpg", jpeg() + bytes(200_000)))
    assert answer.status_code == 413 and "上传内容过大" in answer.text
    assert photos(sample) == []

"""What is published under the office's name is asked for again and signed: penalties, cases, inspections, random inspections."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from app import clock
from app.accounts import signatures as signing
from app.accounts.models import ApprovalSignature, UserSession
from app.approval_signatures import verifying
from app.db import session, transaction
from app.disposal.models import CasePublication
from app.domain.signing import ACTS
from app.domain.trust_kinds import SignatureCheck, SignMethod
from app.domain.workflow import TABLES
from app.enterprises.models import Enterprise, EnterpriseStatus
from app.history import entries_of
from app.inspections.models import Inspection
from app.merges import operations as merging
from app.random_inspections.models import RandomProgramme
from tests.accounts.test_confirming import PASSWORD, asking, kept, signatures
from tests.inspections.test_publication import PUBLISHED, finished
from tests.penalties.conftest import (
    FINED,
    TODAY,
    again,
    batch,
    case,
    decided,
    filed,
    mine,
    open_cases,
    people,
    proposed,
    reread,
    step,
)

__all__ = ["asking", "batch", "case", "decided", "filed", "finished", "mine", "open_cases", "people", "proposed", "step"]
HANDLER = "county:办案人"


@pytest.fixture
def settled(decided: Any, asking: Any) -> Any:
    """A decided penalty; whoever decided it has been asked before, without a word here."""
    asking.config["REAUTH_MINUTES"] = 0
    penalty = decided(**FINED)
    asking.config["REAUTH_MINUTES"] = 10
    return penalty


def confirmed(client: Any, address: str, typed: dict[str, Any]) -> Any:
    """The form is sent, the page asks with nothing written, and carries on."""
    before = len(signatures())
    asked = client.post(address, data=typed)
    assert asked.status_code == 422 and "再次确认身份" in asked.text and len(signatures()) == before
    return client.post(address, data=kept(asked.text) | {"identity_proof": PASSWORD})


def forget() -> None:
    """The confirmation is older than the setting allows."""
    with transaction():
        session().execute(sa.update(UserSession).values(confirmed_at=clock.now() - timedelta(minutes=11)))


def test_a_penalty_is_published_and_taken_down_under_a_signature(office: Any, with_password: Any, settled: Any, people: Any) -> None:
    handler, client = with_password(office.people[HANDLER]), people(HANDLER)
    typed = {"version": reread(settled.id).version, "published_on": TODAY, "url": "https://jizhou.example/1"}
    assert confirmed(client, f"/penalties/{settled.id}/publish", typed).status_code == 303
    made = session().scalars(sa.select(CasePublication)).one()
    signed = signatures()[-1]
    assert (signed.step, signed.user_id, signed.method) == ("publish_penalty", handler.id, SignMethod.PASSWORD)
    assert signed.content["parts"]["case_publication"][0]["url"] == "https://jizhou.example/1"
    assert verifying.of_one(signed)[0] is SignatureCheck.SOUND
    told = next(one for one in entries_of("penalty", settled.id) if one.step == "publish_penalty")
    assert told.signature is not None and "确认予以公示" in client.get(f"/penalties/{settled.id}").text
    forget()
    typed = {"version": reread(settled.id).version, "publication": made.id, "removed_on": TODAY, "reason": "期满"}
    assert confirmed(client, f"/penalties/{settled.id}/unpublish", typed).status_code == 303
    assert signatures()[-1].step == "remove_penalty" and verifying.of_one(signed)[0] is SignatureCheck.MOVED_ON


def test_a_case_is_published_and_taken_down_under_a_signature(asking: Any, office: Any, with_password: Any, mine: Any, people: Any) -> None:
    with_password(office.people[HANDLER])
    client = people(HANDLER)
    typed = {"kind": "核查处置情况", "published_on": TODAY, "document_no": "1", "version": again(mine).version}
    assert confirmed(client, f"/disposal/{mine.id}/publish", typed).status_code == 303
    made = session().scalars(sa.select(CasePublication)).one()
    typed = {"publication": made.id, "removed_on": TODAY, "reason": "期满", "version": again(mine).version}
    assert client.post(f"/disposal/{mine.id}/unpublish", data=typed).status_code == 303  # within ten minutes nobody asks again
    assert [one.step for one in signatures()] == ["publish_case", "remove_publication"]


def test_inspection_results_one_and_several(asking: Any, office: Any, with_password: Any, finished: Any, people: Any) -> None:
    with_password(office.people[HANDLER])
    client, one, two = people(HANDLER), finished("甲超市"), finished("乙超市")
    kept_private = client.post(f"/inspections/{two.id}/private", data={"version": two.version, "reason": "涉及商业秘密"})
    assert kept_private.status_code == 303  # nobody signs what is not made public
    three = finished("丙超市")
    data = PUBLISHED | {"inspection": [str(two.id), str(one.id), str(three.id)]}
    address = "/inspections/publication?state=due"
    asked = client.post(address, data=data)
    assert asked.status_code == 422 and asked.text.count('name="inspection"') == 3 and signatures() == []
    session().expire_all()
    assert session().get_one(Inspection, one.id).published_on is None
    assert client.post(address, data=data | {"identity_proof": PASSWORD}).status_code == 303
    assert [(row.step, row.subject_id) for row in signatures()] == [("publish", one.id), ("publish", three.id)]
    assert signatures()[0].content["parts"]["inspection_finding"]
    forget()
    session().expire_all()
    typed = {"version": session().get_one(Inspection, one.id).version, "reason": "名称有误"}
    assert confirmed(client, f"/inspections/{one.id}/withdraw", typed).status_code == 303
    assert signatures()[-1].step == "withdraw" and verifying.walk().broken == []


def test_with_the_setting_off_nobody_is_asked_and_it_is_signed_all_the_same(app: Any, finished: Any, people: Any) -> None:
    one = finished("甲超市")
    assert people(HANDLER).post(f"/inspections/{one.id}/publish", data=PUBLISHED | {"version": one.version}).status_code == 303
    assert [(row.step, row.method) for row in signatures()] == [("publish", SignMethod.SESSION)]


def test_random_inspections_are_signed() -> None:
    """The arrow that publishes them; its page is the one of every step of a programme."""
    from app.domain.signing import MEANING_OF

    assert MEANING_OF["random_programme", "finished", "publish"] == "本人已核对全部抽查结果，确认予以公示"
    assert RandomProgramme.__tablename__ in TABLES


def test_every_act_has_a_meaning_of_its_own() -> None:
    assert all(words.startswith("本人") and len(words) <= 120 for words in ACTS.values())


def test_a_merger_of_enterprises_is_no_alteration(app: Any, office: Any, mine: Any) -> None:
    """The case is pointed to the enterprise that is kept, and back when the merger is undone; its version stays."""
    org = office.orgs["county"].id
    with transaction():
        kept_one, gone = (
            Enterprise(org_id=org, name=name, status=EnterpriseStatus.ACTIVE, created_at=clock.now(), kinds=[]) for name in "甲乙"
        )
        session().add_all([kept_one, gone])
        session().flush()
        again(mine).enterprise_id = gone.id
    content, version = signing.contents("disposal_case", [mine.id])[mine.id]
    with transaction():
        session().add(ApprovalSignature(
            org_id=org, name="x", subject_kind="disposal_case", subject_id=mine.id, step="approve", meaning="x", content=content,
            record_sha256=signing.digest(content), record_version=version, method=SignMethod.SESSION,
            signed_at=clock.now() - timedelta(seconds=1),
        ))  # fmt: skip
    with transaction():
        made = merging.merge(kept_one, gone, "重复登记", office.actor("county:审核人"), clock.now())
    assert again(mine).enterprise_id == kept_one.id and verifying.walk().broken == []
    with transaction():
        merging.undo(made, "并错了", office.actor("county:审核人"), clock.now())
    assert again(mine).enterprise_id == gone.id and verifying.walk().broken == []
    with transaction():
        session().execute(sa.text("UPDATE disposal_case SET enterprise_id = :one").bindparams(one=kept_one.id))
    assert len(verifying.walk().broken) == 1  # the same by hand is one

"""The same by command, and two people at the same moment on both databases."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
import sqlalchemy as sa
from sqlalchemy.orm.exc import StaleDataError

from app import clock
from app.accounts import sessions
from app.accounts.models import User
from app.chain import HistoryEntry, verify_chain
from app.db import session, transaction
from app.disposal import operations as disposal
from app.disposal import queries as cases
from app.domain.case_kinds import TransferBody, TransferChannel, TransferKind, TransferReply
from app.domain.transfers import Answer, Sending
from app.errors import NotAllowedNow, NotLikeThis
from app.transfers import operations, queries
from app.transfers.models import CaseTransfer
from tests.conftest import make_office
from tests.disposal.conftest import build_batch
from tests.transfers.conftest import every

DATABASES = ["app", pytest.param("pg_app", marks=pytest.mark.postgres)]
LOST = (NotAllowedNow, NotLikeThis, StaleDataError)
DAY = date(2026, 11, 20)


def run(app, *arguments, code=0):
    result = app.test_cli_runner().invoke(args=["transfers", *arguments, "--json"])
    assert result.exit_code == code, result.output + result.stderr
    return json.loads(result.stdout) if code == 0 else result.stderr


# ---------------------------------------------------------------- commands

def test_the_whole_way_by_command(app, case, office):
    sent = run(app, "send", case.number, "--kind", "协查", "--to-org", "500156", "--channel", "系统", "--as", "county-handler")
    assert (sent["number"], sent["reply_due_on"], sent["to"]) == ("协查〔2026〕1号", "2026-12-11", "武隆区市场监督管理局")
    (row,) = run(app, "list", "--received", "--open", "--as", "other-handler")
    assert (row["number"], row["from"], row["light"]) == ("协查〔2026〕1号", "蓟州区市场监督管理局", "正常")
    refused = run(app, "receipt", sent["number"], "--by", "李四", "--as", "county-handler", code=1)
    assert "由接收单位在系统中签收和回复" in refused
    assert run(app, "receipt", sent["number"], "--by", "王五", "--as", "other-handler")["state"] == "received"
    assert run(app, "urge", sent["number"], "--reason", "请回复", "--as", "county-handler")["urged"] == 1
    assert "至少间隔" in run(app, "urge", sent["number"], "--reason", "请回复", "--as", "county-handler", code=1)
    answered = run(app, "reply", str(sent["id"]), "--reply", "非其生产", "--text", "无此批次", "--as", "other-handler")
    assert (answered["state"], answered["reply"]) == ("replied", "非其生产")
    corrected = run(app, "reply", str(sent["id"]), "--reply", "查无此企业", "--correct", "再次核查", "--as", "other-handler")
    assert corrected["reply"] == "查无此企业"
    assert run(app, "close", sent["number"], "--as", "county-handler")["state"] == "closed"
    assert run(app, "show", sent["number"], "--as", "county-statistician")["standing"] == "已于 2026-11-20 回复"


def test_a_command_sends_letters_and_takes_them_back(app, case, office):
    given = ("--kind", "移送", "--to", "蓟州区公安局", "--body", "公安机关", "--document", "移〔2026〕1号", "--due", "2026-12-01")
    sent = run(app, "send", case.number, *given, "--as", "county-handler")
    assert (sent["document_no"], sent["reply_due_on"], sent["filing"]) == ("移〔2026〕1号", "2026-12-01", "尚未答复")
    assert run(app, "void", sent["number"], "--reason", "重复", "--as", "county-handler")["state"] == "voided"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("send", "核处〔2026〕99号", "--kind", "协查", "--to", "某局"), "没有找到案件"),
        (("send", "核处〔2026〕1号", "--kind", "协查", "--to", "某局"), "请选择已制发的文书"),
        (("send", "核处〔2026〕1号", "--kind", "协查", "--to-org", "NOWHERE"), "没有代码为"),
        (("receipt", "协查〔2026〕9号", "--by", "x"), "没有找到"),
        (("receipt", "99999999999999999999999", "--by", "x"), "没有找到"),
        (("send", "核处〔2026〕1号", "--kind", "协查", "--to", "某局", "--as", "county-sampler"), "没有执行该命令的权限"),
        (("send", "核处〔2026〕1号", "--kind", "协查", "--to", "某局", "--as", "other-handler"), "没有找到案件"),
    ],
)
def test_commands_refuse_in_words(app, case, office, arguments, sentence):
    assert sentence in run(app, *arguments, code=1)
    assert every() == []


def test_one_number_of_two_offices_asks_which(app, case, office, send, batch, open_cases):
    send(to_org_id=str(office.orgs["city"].id))
    first = every()[0]
    with transaction():
        session().add(
            CaseTransfer(
                org_id=office.orgs["other"].id, number=first.number, case_id=first.case_id, sample_id=first.sample_id, kind=first.kind,
                body=first.body, to_name="某局", channel=TransferChannel.PAPER, document_no="1", subject="x", state=first.state,
                sent_on=DAY, created_at=clock.now(),
            )
        )
    assert "--org" in run(app, "show", first.number, "--as", "city-handler", code=1)
    assert run(app, "show", first.number, "--org", "120119", "--as", "city-handler")["id"] == first.id


# ---------------------------------------------------------------- at once

@pytest.fixture
def anywhere(request):
    made = request.getfixturevalue(request.param)
    with transaction():
        office = make_office()
        people = {key: office.people[key].id for key in ("county:办案人", "other:办案人", "other:审核人", "county:统计员")}
        other_id, sample_id = office.orgs["other"].id, build_batch(office).id
    with transaction():
        (opened,) = disposal.open_for_samples([sample_id], actor(people["county:统计员"]), clock.now())
        case_id = opened.id
    session().rollback()
    return made, people, case_id, other_id


def actor(user_id):
    return sessions.actor_of(sessions.load_user(User.id == user_id))


def at_once(app, *acts):
    """Each act in a thread of its own, begun together; what each came to."""
    start = Barrier(len(acts))

    def one(act):
        with app.app_context():
            prepared = act()
            start.wait(timeout=20)
            try:
                with transaction():
                    prepared()
                return "done"
            except LOST as refusal:
                return type(refusal).__name__

    with ThreadPoolExecutor(len(acts)) as pool:
        return sorted(pool.map(one, acts))


def sending(people, case_id, other_id, key=None):
    def prepare():
        who = actor(people["county:办案人"])
        case = cases.case(who, case_id)
        written = Sending(TransferKind.ASSIST, TransferBody.BUREAU, TransferChannel.SYSTEM, "请核查", DAY, other_id)
        return lambda: operations.send(case, written, who, clock.now(), key=key)

    return prepare


@pytest.mark.parametrize("anywhere", DATABASES, indirect=True)
def test_two_sign_for_one_transfer(anywhere):
    app, people, case_id, other_id = anywhere
    assert at_once(app, sending(people, case_id, other_id)) == ["done"]

    def signing(person, name):
        def prepare():
            who = actor(people[person])
            found = queries.transfer_numbered(who, "协查〔2026〕1号")[0]
            return lambda: operations.receive(found, DAY, name, who, clock.now(), seen=found.version)

        return prepare

    outcomes = at_once(app, signing("other:办案人", "甲"), signing("other:审核人", "乙"))
    assert outcomes.count("done") == 1, outcomes
    session().rollback()
    steps = session().scalars(sa.select(HistoryEntry.step).where(HistoryEntry.subject_kind == "case_transfer"))
    assert sorted(steps) == ["receipt", "send"]
    assert verify_chain().broken == []


@pytest.mark.parametrize("anywhere", DATABASES, indirect=True)
def test_one_page_sent_twice_and_two_pages_at_once(anywhere):
    app, people, case_id, other_id = anywhere
    outcomes = at_once(app, *[sending(people, case_id, other_id, "same") for _ in range(2)])
    assert outcomes.count("done") == 1, outcomes
    assert at_once(app, *[sending(people, case_id, other_id, f"k{n}") for n in range(2)]) == ["done", "done"]
    session().rollback()
    numbers = sorted(session().scalars(sa.select(CaseTransfer.number)))
    assert numbers == ["协查〔2026〕1号", "协查〔2026〕2号", "协查〔2026〕3号"]  # no gap, no double


@pytest.mark.parametrize("anywhere", DATABASES, indirect=True)
def test_an_answer_and_a_voiding_at_once(anywhere):
    app, people, case_id, other_id = anywhere
    assert at_once(app, sending(people, case_id, other_id)) == ["done"]

    def answer():
        who = actor(people["other:办案人"])
        found = queries.transfer_numbered(who, "协查〔2026〕1号")[0]
        return lambda: operations.reply(found, Answer(TransferReply.DENIED, DAY), who, clock.now(), seen=found.version)

    def void():
        who = actor(people["county:办案人"])
        found = queries.transfer_numbered(who, "协查〔2026〕1号")[0]
        return lambda: operations.void(found, "发错", who, clock.now(), seen=found.version)

    outcomes = at_once(app, answer, void)
    assert outcomes.count("done") == 1, outcomes
    session().rollback()
    found = session().scalars(sa.select(CaseTransfer)).one()
    assert (found.state.value, found.reply) in (("replied", TransferReply.DENIED), ("voided", None))
    assert verify_chain().broken == []


def test_a_letter_made_here_goes_along_with_the_notice(app, case, office):
    def papers(*arguments):
        result = app.test_cli_runner().invoke(args=["official-documents", *arguments, "--json", "--as", "county-handler"])
        assert result.exit_code == 0, result.output + result.stderr
        return json.loads(result.stdout)

    (drafted,) = papers("make", "通报函", "--case", case.number, "--to", "遵义市市场监督管理局")
    issued = papers("issue", str(drafted["id"]))
    assert "通报〔2026〕1号" in issued["number"]
    given = ("--kind", "通报", "--to", "遵义市市场监督管理局", "--channel", "邮寄", "--document", issued["number"])
    sent = run(app, "send", case.number, *given, "--as", "county-handler")
    assert (sent["document_no"], sent["reply_due_on"], every()[0].document_id) == (issued["number"], None, drafted["id"])

"""Two people at the same moment, on both databases: one wins, the other is told, nothing is half done."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm.exc import StaleDataError

from app.accounts import sessions
from app.accounts.models import User
from app.chain import verify_chain
from app.custody import backups, handover, operations, queries
from app.custody.models import BackupSample, CustodyEvent, CustodySeal
from app.custody.operations import Written
from app.db import session, transaction
from app.domain.sampling_kinds import CustodyKind
from app.domain.workflow import BackupState, SampleState
from app.errors import NotAllowedNow, NotLikeThis
from app.sampling import queries as sampling
from app.sampling.models import Sample
from tests.conftest import make_office
from tests.custody.conftest import build_sample

DATABASES = ["app", pytest.param("pg_app", marks=pytest.mark.postgres)]
SEALED_AT, HANDED_AT, NOW = datetime(2026, 11, 18, 2), datetime(2026, 11, 18, 7), datetime(2026, 11, 20, 4)
LOST = (NotAllowedNow, NotLikeThis, StaleDataError)


@pytest.fixture
def anywhere(request):
    made = request.getfixturevalue(request.param)
    with transaction():
        office = make_office()
        people = {key: office.people[key].id for key in ("county:抽样员", "lab:承检机构", "county:统计员")}
        ids = [build_sample(office, f"N{number}").id for number in range(4)]
    return made, people, ids


def actor(user_id):
    return sessions.actor_of(sessions.load_user(User.id == user_id))


def at_once(app, *acts):
    """Each act in a thread of its own, begun together; what each came to."""
    start = Barrier(len(acts))

    def run(act):
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
        return sorted(pool.map(run, acts))


def bring(app, people, sample_id, *kinds):
    with app.app_context():
        for kind, at in kinds:
            seals = {"seal_no": f"S{sample_id}A", "backup_seal_no": f"S{sample_id}B"} if kind is CustodyKind.SEALED else {}
            who = actor(people["county:抽样员"])
            with transaction():
                operations.record(sampling.sample(who, sample_id), Written(kind, at, "李四", **seals), who, NOW)


TO_THE_DOOR = ((CustodyKind.SEALED, SEALED_AT), (CustodyKind.HANDED_OVER, HANDED_AT))


@pytest.mark.parametrize("anywhere", DATABASES, indirect=True)
@pytest.mark.parametrize("answers", [("receive", "refuse"), ("receive", "receive"), ("refuse", "refuse")])
def test_two_of_the_laboratory_answer_one_sample(anywhere, answers):
    app, people, ids = anywhere
    bring(app, people, ids[0], *TO_THE_DOOR)

    def answer(what):
        def prepare():
            who = actor(people["lab:承检机构"])
            found = sampling.sample(who, ids[0])
            kind = CustodyKind.RECEIVED if what == "receive" else CustodyKind.REFUSED
            written = Written(kind, NOW, "检验员", f"S{ids[0]}A", f"S{ids[0]}B", reason="破损" if what == "refuse" else None)
            act = operations.receive if what == "receive" else operations.refuse
            return lambda: act(found, written, who, NOW, seen=found.version)

        return prepare

    outcomes = at_once(app, *[answer(what) for what in answers])
    assert outcomes.count("done") == 1, outcomes
    session().rollback()
    arrivals = list(session().scalars(sa.select(CustodyEvent.kind).where(CustodyEvent.slot == "到样")))
    assert len(arrivals) == 1
    state = session().scalar(sa.select(Sample.state).where(Sample.id == ids[0]))
    assert state is (SampleState.REJECTED if arrivals[0] is CustodyKind.REFUSED else SampleState.REGISTERED)
    day = session().scalar(sa.select(Sample.arrived_on).where(Sample.id == ids[0]))
    assert (day is None) == (arrivals[0] is CustodyKind.REFUSED)
    assert verify_chain().broken == []


@pytest.mark.parametrize("anywhere", DATABASES, indirect=True)
def test_two_put_one_seal_on_two_samples(anywhere):
    app, people, ids = anywhere

    def seal(sample_id, own):
        def prepare():
            who = actor(people["county:抽样员"])
            found = sampling.sample(who, sample_id)
            return lambda: operations.record(found, Written(CustodyKind.SEALED, SEALED_AT, "李四", "ONE", own), who, NOW)

        return prepare

    outcomes = at_once(app, seal(ids[0], "TWO-1"), seal(ids[1], "TWO-2"))
    assert outcomes == ["NotLikeThis", "done"]
    session().rollback()
    assert session().scalar(sa.select(sa.func.count()).where(CustodySeal.seal_no == "ONE")) == 1
    assert session().scalar(sa.select(sa.func.count()).select_from(CustodyEvent)) == 1
    assert session().scalar(sa.select(sa.func.count()).select_from(CustodySeal)) == 2  # nothing of the loser is left


@pytest.mark.parametrize("anywhere", DATABASES, indirect=True)
def test_two_hand_over_overlapping_choices(anywhere):
    app, people, ids = anywhere
    for sample_id in ids:
        bring(app, people, sample_id, TO_THE_DOOR[0])

    def send(chosen):
        def prepare():
            who = actor(people["county:抽样员"])
            found = queries.samples_chosen(who, chosen)
            written = Written(CustodyKind.HANDED_OVER, HANDED_AT, "李四", carrier="寄送", tracking_no="SF1")
            return lambda: handover.hand_over(found, None, written, who, NOW)

        return prepare

    outcomes = at_once(app, send(ids[:3]), send(ids[1:]))
    assert "done" in outcomes
    session().rollback()
    sent = session().execute(
        sa.select(CustodyEvent.sample_id, CustodyEvent.list_no).where(CustodyEvent.kind == CustodyKind.HANDED_OVER)
    ).all()
    assert len(sent) == len({row.sample_id for row in sent}) >= 3
    assert len({row.list_no for row in sent}) == len({number for number in (row.list_no for row in sent)})
    assert verify_chain().broken == []


@pytest.mark.parametrize("anywhere", DATABASES, indirect=True)
def test_two_store_one_backup_and_two_dispose_of_it(anywhere):
    app, people, ids = anywhere
    from datetime import date

    from app.domain.samples import Monitoring, Supervision

    with transaction():
        sample = session().get_one(Sample, ids[0])
        sample.reported_on, sample.arrived_on = date(2026, 11, 19), date(2026, 11, 19)
        sample.supervision, sample.monitoring, sample.expires_on = Supervision.PASS, Monitoring.NONE, date(2026, 11, 19)
    from app import history
    from app.authorize import local_operator
    from app.domain.workflow import SampleStep

    with transaction():
        history.advance_many(Sample, SampleStep.REPORT, local_operator(), [history.Move(session().get_one(Sample, ids[0]))], asked=True)
    session().rollback()

    def store():
        who = actor(people["lab:承检机构"])
        found = sampling.sample(who, ids[0])
        return lambda: backups.store(found, backups.Storing("冷库A", date(2026, 11, 19), quantity="1袋"), who, NOW)

    assert at_once(app, store, store) == ["NotAllowedNow", "done"]
    from app.custody import backup_queries

    def discard():
        who = actor(people["lab:承检机构"])
        found = backup_queries.backup_of(who, ids[0])
        assert found is not None
        return lambda: backups.discard(found, backups.Discarding(date(2026, 11, 20), "销毁", "甲"), who, NOW, seen=found.version)

    outcomes = at_once(app, discard, discard)
    assert outcomes.count("done") == 1, outcomes
    session().rollback()
    assert session().scalar(sa.select(BackupSample.state)) is BackupState.DISCARDED
    assert OperationalError not in LOST


@pytest.mark.parametrize("anywhere", DATABASES, indirect=True)
def test_lists_ask_what_both_databases_understand(anywhere):
    from datetime import date

    from app.custody import backup_queries
    from app.domain.custody import Stage
    from app.domain.retention import BackupStage

    app, people, ids = anywhere
    bring(app, people, ids[0], *TO_THE_DOOR)
    for key in people:
        who, today = actor(people[key]), date(2026, 11, 20)
        for stage in (*(one.value for one in Stage), queries.OVERDUE, queries.ALL):
            queries.samples(who, queries.Filters(stage, "N", "衡清", today, today), today)
        assert [row.number for row in queries.samples(who, queries.Filters("待接收"), today).rows] == ["N0"]
        for wanted in (*(one.value for one in BackupStage), backup_queries.ALL):
            assert backup_queries.backups(who, backup_queries.Filters(wanted, "N", "冷"), today).rows == []
        assert set(backup_queries.counts(who, today).values()) == {"0"}

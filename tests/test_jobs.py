"""Jobs are rows: enqueued with the business, run once, resumed after a lost lease, failed with a sentence."""

from __future__ import annotations

import logging
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import OperationalError

from app import clock, history, jobs, worker
from app.authorize import current_actor, local_operator
from app.chain import HistoryEntry
from app.db import session, transaction
from app.domain.actors import Channel
from app.errors import NotLikeThis
from app.jobs import GIVEN_UP, LEASE, MAX_ATTEMPTS, Job, JobStatus, LeaseLost, Run, enqueue, handles
from app.worker import UNKNOWN_KIND, Worker
from tests.conftest import Office

ROOT = Path(__file__).resolve().parent.parent
ran: list[int] = []
guard = threading.Lock()
steps: list[Callable[[Run], None]] = []


@handles("test_ran")
def remember(run: Run) -> str:
    with guard:
        ran.append(run.job_id)
    time.sleep(0.005)
    return "完成"


@handles("test_inside")
def do_what_the_test_says(run: Run) -> str:
    steps[-1](run)
    return "完成"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def any_app(request: pytest.FixtureRequest) -> Flask:
    """The application on each database."""
    return request.getfixturevalue("app" if request.param == "sqlite" else "pg_app")


@pytest.fixture(autouse=True)
def forget() -> Iterator[None]:
    ran.clear()
    steps.clear()
    yield


def says(step: Callable[[Run], None]) -> None:
    steps.append(step)


def queue(kind: str, count: int = 1, **payload: object) -> list[int]:
    with transaction():
        return [enqueue(kind, payload, local_operator()).id for _ in range(count)]


def look(job_id: int) -> Job:
    """The job as the database has it now."""
    session().rollback()
    found = session().get(Job, job_id, populate_existing=True)
    assert found is not None
    return found


def lose_lease(job_id: int) -> None:
    with transaction() as current:
        past = clock.now() - timedelta(seconds=1)
        current.connection().execute(sa.update(Job).where(Job.id == job_id).values(lease_until=past))


# ---------------------------------------------------------------- enqueueing


def test_a_job_lands_with_the_business_or_not_at_all(app: Flask):
    with pytest.raises(NotLikeThis), transaction():
        enqueue("test_ran", {}, local_operator())
        raise NotLikeThis("业务没有成功")
    assert session().scalar(sa.select(sa.func.count()).select_from(Job)) == 0


def test_a_job_outside_a_transaction_is_a_programming_error(app: Flask):
    with pytest.raises(RuntimeError):
        enqueue("test_ran", {}, local_operator())


# ---------------------------------------------------------------- once


def test_threads_never_run_one_job_twice(any_app: Flask):
    ids = queue("test_ran", 30)
    workers = [Worker(any_app) for _ in range(4)]
    threads = [threading.Thread(target=one.run_until_empty) for one in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    Worker(any_app).run_until_empty()  # a thread that lost a race may have stopped before the queue was empty
    assert Counter(ran) == Counter(ids)
    assert {look(job_id).status for job_id in ids} == {JobStatus.DONE}
    assert {look(job_id).attempts for job_id in ids} == {1}


def test_processes_never_run_one_job_twice(any_app: Flask, tmp_path: Path):
    ids = queue("test_note", 30)
    processes = [start_process(any_app, tmp_path, "--once") for _ in range(2)]
    for process in processes:
        assert process.wait(60) == 0
    written = (tmp_path / "notes").read_text().split()
    assert Counter(map(int, written)) == Counter(ids)


def start_process(app: Flask, folder: Path, *options: str) -> subprocess.Popen[bytes]:
    arguments = [str(app.config["INSTANCE_FOLDER"]), app.config["DATABASE_URL"], str(folder / "notes"), *options]
    return subprocess.Popen([sys.executable, "-m", "tests.job_process", *arguments], cwd=ROOT)


def wait_for(notes: Path, line: str) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        if notes.exists() and line in notes.read_text().splitlines():
            return
        time.sleep(0.05)
    raise AssertionError(f"{line!r} never came")


# ---------------------------------------------------------------- lost leases


def test_a_killed_workers_job_is_resumed(any_app: Flask, tmp_path: Path):
    (job_id,) = queue("test_slow", seconds=60)
    process = start_process(any_app, tmp_path)
    wait_for(tmp_path / "notes", f"started {job_id}")
    process.send_signal(signal.SIGKILL)
    process.wait(30)
    assert look(job_id).status is JobStatus.RUNNING
    assert Worker(any_app).run_one() is False  # the lease still counts: perhaps the other is only slow
    lose_lease(job_id)
    with transaction() as current:  # this process knows another handler for the same work
        current.connection().execute(sa.update(Job).where(Job.id == job_id).values(kind="test_ran"))
    assert Worker(any_app).run_one() is True
    assert (look(job_id).status, look(job_id).attempts, ran) == (JobStatus.DONE, 2, [job_id])


def test_after_three_lost_leases_the_job_fails_with_a_sentence(any_app: Flask):
    (job_id,) = queue("test_ran")
    for _ in range(MAX_ATTEMPTS):
        with transaction():
            assert jobs.claim("a worker that dies", clock.now()) is not None
        lose_lease(job_id)
    assert Worker(any_app).run_one() is False
    job = look(job_id)
    assert (job.status, job.error, job.attempts) == (JobStatus.FAILED, GIVEN_UP, MAX_ATTEMPTS)
    assert job.ended_at is not None
    assert ran == []


def test_a_worker_that_lost_its_lease_writes_nothing(any_app: Flask):
    """The other worker has the job: what this one does in its transaction is rolled back, and the job is not touched."""

    def lose_it(run: Run) -> None:
        with transaction() as current:
            current.connection().execute(sa.update(Job).where(Job.id == run.job_id).values(owner="another"))
        with transaction():
            history.record("job", run.job_id, "export", current_actor(), comment="不该留下")
            run.hold()

    (job_id,) = queue("test_inside")
    says(lose_it)
    Worker(any_app).run_one()
    job = look(job_id)
    assert (job.status, job.owner, job.error) == (JobStatus.RUNNING, "another", None)
    assert session().scalar(sa.select(sa.func.count()).where(HistoryEntry.comment == "不该留下")) == 0


def test_hold_renews_the_lease(any_app: Flask):
    queue("test_ran")
    with transaction():
        run = jobs.claim("me", clock.now())
        assert run is not None
    lose_lease(run.job_id)
    with transaction():
        run.hold()
    assert look(run.job_id).lease_until > clock.now() + LEASE / 2
    run.attempt += 1
    with pytest.raises(LeaseLost), transaction():
        run.hold()


def test_the_heartbeat_keeps_the_lease_and_tells_the_progress(any_app: Flask, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(worker, "BEAT_SECONDS", 0.02)
    seen: list[tuple[int, str | None]] = []

    def watch(run: Run) -> None:
        lose_lease(run.job_id)
        run.progress(40, "正在写入第 2 个工作表")
        until = time.monotonic() + 10
        while time.monotonic() < until and look(run.job_id).progress != 40:
            time.sleep(0.02)
        job = look(run.job_id)
        seen.append((job.progress, job.message))
        assert job.lease_until > clock.now()

    (job_id,) = queue("test_inside")
    says(watch)
    Worker(any_app).run_one()
    assert seen == [(40, "正在写入第 2 个工作表")]
    assert (look(job_id).status, look(job_id).progress, look(job_id).message) == (JobStatus.DONE, 100, "完成")


# ---------------------------------------------------------------- how it ends


def raises(error: Exception) -> Callable[[Run], None]:
    def step(run: Run) -> None:
        raise error

    return step


def test_a_refusal_is_the_sentence_shown(app: Flask):
    (job_id,) = queue("test_inside")
    says(raises(NotLikeThis("没有符合条件的样品，请调整查询条件后重新导出")))
    Worker(app).run_one()
    assert (look(job_id).status, look(job_id).error) == (JobStatus.FAILED, "没有符合条件的样品，请调整查询条件后重新导出")


def test_a_fault_is_a_sentence_with_a_number_and_a_log_line(app: Flask, caplog: pytest.LogCaptureFixture):
    """ASVS 16.5.1: the user gets a number, the log gets the reason."""
    (job_id,) = queue("test_inside")
    says(raises(ZeroDivisionError("secret detail")))
    with caplog.at_level(logging.ERROR, logger="app.worker"):
        Worker(app).run_one()
    error = look(job_id).error or ""
    assert look(job_id).status is JobStatus.FAILED
    assert "错误编号" in error
    assert "secret detail" not in error
    number = caplog.records[0].getMessage().split()[1]
    assert number in error


def test_a_busy_database_is_tried_again_then_given_up(app: Flask):
    (job_id,) = queue("test_inside")
    says(raises(OperationalError("UPDATE", {}, Exception("database is locked"))))
    assert Worker(app).run_until_empty() == MAX_ATTEMPTS
    assert (look(job_id).status, look(job_id).attempts) == (JobStatus.FAILED, MAX_ATTEMPTS)
    assert "数据库正忙" in (look(job_id).error or "")


def test_a_job_nobody_knows_says_so(app: Flask):
    (job_id,) = queue("no such kind")
    Worker(app).run_one()
    assert (look(job_id).status, look(job_id).error) == (JobStatus.FAILED, UNKNOWN_KIND)


def test_one_fault_does_not_stop_the_worker(app: Flask):
    first, second = (*queue("test_inside"), *queue("test_ran"))
    says(raises(RuntimeError()))
    assert Worker(app).run_until_empty() == 2
    assert (look(first).status, look(second).status) == (JobStatus.FAILED, JobStatus.DONE)


# ---------------------------------------------------------------- as whom


def test_a_job_acts_as_whoever_asked_for_it(app: Flask, office: Office):
    who = office.actor("county:统计员")
    session().rollback()

    def write(run: Run) -> None:
        with transaction():
            run.hold()
            history.record("job", run.job_id, "export", current_actor())

    says(write)
    with transaction():
        enqueue("test_inside", {}, who)
    Worker(app).run_one()
    session().rollback()
    entry = session().scalars(sa.select(HistoryEntry).where(HistoryEntry.step == "export")).one()
    assert (entry.actor_id, entry.channel) == (who.user_id, Channel.JOB)


def test_the_job_of_a_disabled_account_is_refused(app: Flask, office: Office):
    who = office.actor("county:统计员")
    session().rollback()
    with transaction():
        job_id = enqueue("test_ran", {}, who).id
        office.people["county:统计员"].active = False
        session().add(office.people["county:统计员"])
    Worker(app).run_one()
    assert look(job_id).status is JobStatus.FAILED
    assert "账号已停用" in (look(job_id).error or "")
    assert ran == []


# ---------------------------------------------------------------- stopping


def test_sigterm_lets_the_job_in_hand_finish_and_takes_no_other(app: Flask, tmp_path: Path):
    first, second = queue("test_slow", 2, seconds=1)
    process = start_process(app, tmp_path)
    wait_for(tmp_path / "notes", f"started {first}")
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == 0
    assert (tmp_path / "notes").read_text().splitlines() == [f"started {first}", f"finished {first}"]
    assert (look(first).status, look(second).status) == (JobStatus.DONE, JobStatus.QUEUED)


def test_the_command_runs_what_waits(app: Flask):
    ids = queue("test_ran", 2)
    answer = app.test_cli_runner().invoke(args=["worker", "--once", "--json"])
    assert answer.exit_code == 0, answer.output
    assert '{"jobs": 2}' in answer.output
    assert ran == ids

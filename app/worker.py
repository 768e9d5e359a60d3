"""The worker (后台任务进程): claims jobs, keeps their lease alive, runs their handlers as the person who asked for them.

Any number of workers on any machine with the database. SIGTERM lets the job in hand finish and takes no other; a killed worker's
job is taken up by another when its lease has run out.
"""

from __future__ import annotations

import logging
import pkgutil
import signal
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec

from flask import Flask
from sqlalchemy.exc import OperationalError

import app as package
from app import clock, history, jobs, running, settings
from app.accounts import sessions
from app.accounts.models import User
from app.authorize import act_as, local_operator
from app.db import session, transaction
from app.domain.actors import Actor, Channel
from app.errors import NotAllowed, Refused

log = logging.getLogger(__name__)
POLL_SECONDS = 1.0
BEAT_SECONDS = 2.0
UNKNOWN_KIND = "系统中没有办理该类任务的程序，请联系系统管理员核对版本"
BROKEN = "任务执行时出现异常，未生效的部分已撤回。请稍后重新提交；如仍失败，请将错误编号 {} 告知系统管理员"
BUSY = "数据库正忙或无法连接，任务未完成。请稍后重新提交；如仍失败，请将错误编号 {} 告知系统管理员"


def load_handlers() -> None:
    """Import every feature's ``jobs.py``, which registers its handlers."""
    for found in pkgutil.iter_modules(package.__path__):
        if found.ispkg and find_spec(f"app.{found.name}.jobs") is not None:
            import_module(f"app.{found.name}.jobs")


class Worker:
    """One loop of claiming and running; ``stop`` is set by a signal or a test."""

    def __init__(self, app: Flask, name: str | None = None) -> None:
        self.app = app
        self.name = name or jobs.worker_name()
        self.stop = threading.Event()
        self._last: dict[str, float] = {}  # when each routine ran, by this process's own clock

    def run_forever(self) -> None:
        """Until ``stop``: run what waits, then look again every second. A lost database is waited for."""
        while not self.stop.is_set():
            if running.closed(self.app) is not None:
                self.stop.wait(POLL_SECONDS)
                continue
            try:
                found = self.run_one()
            except OperationalError as error:
                log.warning("worker %s: database not available: %s", self.name, error.orig)
                found = False
            self.run_routines()
            if not found:
                self.stop.wait(POLL_SECONDS)

    def run_until_empty(self) -> int:
        """Run everything that waits now (``--once``); returns how many jobs were run."""
        count = 0
        while not self.stop.is_set() and self.run_one():
            count += 1
        self.run_routines()
        return count

    def run_routines(self) -> None:
        """What is due again (站内消息, 每日提要). A fault is logged and tried at the next turn: jobs must not wait for it."""
        for each in jobs.routines():
            now = time.monotonic()
            if self.stop.is_set() or now - self._last.get(each.name, float("-inf")) < each.every.total_seconds():
                continue
            self._last[each.name] = now
            try:
                with self.app.app_context():
                    history.channel.set(Channel.JOB)
                    act_as(local_operator())
                    settings.refresh()
                    each.run()
            except Exception:
                log.exception("routine %s", each.name)

    def run_one(self) -> bool:
        """Claim and run one job; False when none waits."""
        with self.app.app_context():
            if not jobs.anything_waiting(clock.now()):
                return False
            with transaction():
                run = jobs.claim(self.name, clock.now())
        if run is None:
            return False
        with self.app.app_context(), _heartbeat(self.app, run):
            outcome = _attempt(run)
        with self.app.app_context(), transaction():  # a session of its own: the handler's may be in any state
            if not outcome.write(run):
                log.warning("job %s: the lease was lost before the end; nothing recorded", run.job_id)
        return True


class _Outcome:
    """How an attempt ended, written to the job once the heartbeat has stopped."""

    def __init__(self, message: str | None = None, error: str | None = None, again: bool = False) -> None:
        self.message, self.error, self.again = message, error, again

    def write(self, run: jobs.Run) -> bool:
        if self.error is None:
            return jobs.finish(run, self.message, clock.now())
        return jobs.fail(run, self.error, clock.now(), again=self.again)


def _attempt(run: jobs.Run) -> _Outcome:
    handler = jobs.handler_of(run.kind)
    if handler is None:
        return _Outcome(error=UNKNOWN_KIND)
    history.channel.set(Channel.JOB)
    history.address.set(None)
    try:
        settings.refresh()
        act_as(_creator(run))
        return _Outcome(message=handler(run))
    except Refused as refusal:
        return _Outcome(error=refusal.sentence)
    except jobs.LeaseLost:
        return _Outcome(error=jobs.GIVEN_UP)  # not ours any more: writing this changes no row
    except OperationalError as error:
        number = _number(run, error)
        return _Outcome(error=BUSY.format(number), again=True)
    except Exception as error:
        return _Outcome(error=BROKEN.format(_number(run, error)))


def _number(run: jobs.Run, error: Exception) -> str:
    number = uuid.uuid4().hex[:8]
    log.error("error %s in job %s (%s)", number, run.job_id, run.kind, exc_info=error)
    return number


def _creator(run: jobs.Run) -> Actor:
    """Whoever asked for the job, with the roles held today: a disabled account's jobs are refused."""
    job = session().get(jobs.Job, run.job_id)
    if job is None or job.created_by_id is None:
        return local_operator()
    user = sessions.load_user(User.id == job.created_by_id)
    if user is None or not user.active:
        raise NotAllowed("提交该任务的账号已停用，任务未执行；请由在岗人员重新提交")
    return sessions.actor_of(user)


@contextmanager
def _heartbeat(app: Flask, run: jobs.Run) -> Iterator[None]:
    """Renew the lease from a thread of its own while the handler works."""
    ended = threading.Event()
    thread = threading.Thread(target=_beat_until, args=(app, run, ended), name=f"heartbeat-{run.job_id}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _beat_until(app: Flask, run: jobs.Run, ended: threading.Event) -> None:
    while not ended.wait(BEAT_SECONDS):
        try:
            with app.app_context(), transaction():
                if not jobs.beat(run, clock.now()):
                    return
        except OperationalError as error:  # the handler itself may hold SQLite's only write lock: the next beat will do
            log.info("heartbeat of job %s waits: %s", run.job_id, error.orig)


def serve(app: Flask, *, once: bool = False) -> int:
    """``flask worker``: until SIGTERM or Ctrl-C, or until the queue is empty. Returns how many jobs ``once`` ran."""
    load_handlers()
    worker = Worker(app)
    with _stopping(worker):
        if once:
            return worker.run_until_empty()
        log.info("worker %s started", worker.name)
        with running.showing_life(app, worker.name):
            worker.run_forever()
        log.info("worker %s stopped", worker.name)
        return 0


@contextmanager
def _stopping(worker: Worker) -> Iterator[None]:
    """SIGTERM and Ctrl-C let the job in hand finish."""
    numbers = (signal.SIGTERM, signal.SIGINT)
    former = [signal.signal(number, lambda *_: worker.stop.set()) for number in numbers]
    try:
        yield
    finally:
        for number, handler in zip(numbers, former, strict=True):
            signal.signal(number, handler)

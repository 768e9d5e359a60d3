"""The text that Prometheus reads (version 0.0.4), written by hand: a dozen lines need no library."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import accumulate
from typing import Any

from app import clock, running
from app.access_log import BOUNDS
from app.monitoring import queries

TYPE = "text/plain; version=0.0.4; charset=utf-8"
Sample = tuple[str, Mapping[str, str], float]  # what is added to the name, labels, value


def written(now: datetime) -> str:
    """Everything told, one family after another."""
    lines: list[str] = []
    for name, kind, help_text, samples in _families(now):
        lines += [f"# HELP {name} {help_text}", f"# TYPE {name} {kind}"]
        lines += [f"{name}{suffix}{_labels(labels)} {_number(value)}" for suffix, labels, value in samples]
    return "\n".join(lines) + "\n"


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else str(round(value, 3))


def _labels(labels: Mapping[str, str]) -> str:
    return "{" + ",".join(f'{name}="{_escaped(value)}"' for name, value in labels.items()) + "}" if labels else ""


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _families(now: datetime) -> Iterable[tuple[str, str, str, list[Sample]]]:
    told = queries.processes()
    yield "shian_requests_total", "counter", "Requests answered, by process, method and status.", [
        ("", {"process": one["process"], "method": method, "status": str(status)}, count)
        for one in told for method, status, count in one["requests"]
    ]
    yield "shian_request_seconds", "histogram", "Time to answer a request.", [part for one in told for part in _histogram(one)]
    waiting = queries.jobs_by_state()
    yield "shian_jobs", "gauge", "Jobs not done, by state.", [("", {"state": state}, number) for state, number in waiting.items()]
    yield _gauge("shian_oldest_job_seconds", "How long the oldest waiting job has waited.", queries.oldest_waiting(now) or 0)
    beats = [(now - sign.at).total_seconds() for sign in running.workers()]
    yield _gauge("shian_worker_heartbeat_age_seconds", "Age of the newest sign of life of a worker; absent without one.",
                 min(beats, default=None))
    yield _gauge("shian_workers_alive", "Workers seen within a minute.", sum(sign.alive(now) for sign in running.workers()))
    yield _gauge("shian_backup_age_seconds", "Age of the last backup; absent without one.", _age("backup", "backup", now))
    copied = _age("backup", "copy_backup", now, "passed")
    yield _gauge("shian_backup_copy_age_seconds", "Age of the last copy in the second place; absent without one.", copied)
    yield _gauge("shian_rehearsal_age_seconds", "Age of the last rehearsed restore; absent without one.", _age("backup", "rehearse", now))
    yield _gauge("shian_disk_free_bytes", "Free space where the data are.", queries.free_bytes())
    yield _gauge("shian_sessions_open", "Sessions neither ended nor run out.", queries.open_sessions(now))
    yield _gauge("shian_maintenance", "1 while closed for maintenance.", running.closed() is not None)
    yield _gauge("shian_time_seconds", "The clock of this machine.", clock.office_time(now).timestamp())


def _gauge(name: str, help_text: str, value: float | None) -> tuple[str, str, str, list[Sample]]:
    return name, "gauge", help_text, [] if value is None else [("", {}, float(value))]


def _age(kind: str, step: str, now: datetime, outcome: str | None = None) -> float | None:
    last = queries.last_of(kind, step, outcome)
    return (now - last.at).total_seconds() if last else None


def _histogram(told: Mapping[str, Any]) -> Iterable[Sample]:
    process = {"process": told["process"]}
    bounds = [*(f"{bound:g}" for bound in BOUNDS), "+Inf"]
    for bound, count in zip(bounds, accumulate(told["within"]), strict=True):
        yield "_bucket", {**process, "le": bound}, count
    yield "_sum", process, told["seconds"]
    yield "_count", process, sum(told["within"])

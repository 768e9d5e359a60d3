"""A worker process of its own for test_jobs.py: ``python -m tests.job_process FOLDER URL NOTES [--once]``."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from app import worker
from app.jobs import Run, handles
from tests.conftest import make_app

NOTES = Path(sys.argv[3])


def note(line: str) -> None:
    """Append one line at once: several processes write to the same file."""
    descriptor = os.open(NOTES, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(descriptor, f"{line}\n".encode())
    os.close(descriptor)


@handles("test_note")
def take_note(run: Run) -> str:
    note(str(run.job_id))
    return "记下了"


@handles("test_slow")
def slow(run: Run) -> str:
    note(f"started {run.job_id}")
    time.sleep(run.payload["seconds"])
    note(f"finished {run.job_id}")
    return "慢慢办完了"


if __name__ == "__main__":
    worker.serve(make_app(Path(sys.argv[1]), sys.argv[2]), once="--once" in sys.argv)

"""A worker that takes its time over an export, to be killed: ``python -m tests.downloads.slow_process FOLDER URL NOTES``."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

from app import worker
from app.downloads import operations
from tests.conftest import make_app

written = operations.write


def slow(*given: Any) -> Any:
    made = written(*given)
    Path(sys.argv[3]).write_text("written", encoding="utf-8")
    time.sleep(120)
    return made


if __name__ == "__main__":
    operations.write = slow
    worker.serve(make_app(Path(sys.argv[1]), sys.argv[2]), once=True)

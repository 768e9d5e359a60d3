"""One import in a process of its own, as a worker does it: read, validate, judge, write, one transaction."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from bench.databases import Database, opened
from bench.frame import Span


class Clock:
    """Seconds since the start, by name."""

    def __init__(self) -> None:
        self.begun = Span.now()
        self.marks: dict[str, tuple[float, float]] = {}

    def mark(self, name: str) -> None:
        span = Span.now().since(self.begun)
        self.marks[name] = span.wall, span.cpu


def run(order: dict[str, Any]) -> dict[str, Any]:
    """The marks: file read, checked and judged, written."""
    from app import clock, db, files
    from app.collecting import put_off
    from app.indicators import summaries
    from app.results import operations, staging
    from app.results.settling import Settler

    if not order["summaries"]:
        db._before_commit.remove(summaries.refresh_touched)
    path = Path(order["path"])
    with opened(Database(order["kind"], order["name"])) as actor:
        Settler()  # a worker has read the reference books before
        watch = Clock()
        with put_off():  # as the job of a worker does
            sha256 = files.store(path.read_bytes()).sha256
            table = staging.read_table(sha256, path.name)
            watch.mark("read")
            prepared = staging.prepare(actor, table, staging.Options(reported_on=clock.today()))
            watch.mark("judged")
            with db.transaction():
                staged = operations.stage(actor, path.name, sha256, prepared, clock.now())
                written = None
                if order["confirm"]:
                    written = operations.confirm(staged.batch, prepared, actor, clock.now())
                    watch.mark("written")
            watch.mark("committed")
        return {
            "marks": watch.marks,
            "samples": written.samples if written else len(prepared.outcomes),
            "rows": written.rows if written else prepared.plan.rows,
            "cases": len(written.opened) if written else 0,
            "faults": len(prepared.plan.errors),
        }


def main() -> None:
    order = json.loads(sys.argv[1])
    if order.get("profile"):
        import cProfile
        import pstats
        import time

        profile = cProfile.Profile(time.process_time)  # a busy machine must not distort it
        answer = profile.runcall(run, order)
        pstats.Stats(profile, stream=sys.stderr).sort_stats(order["profile"]).print_stats(60)
    else:
        answer = run(order)
    print(json.dumps(answer))


if __name__ == "__main__":
    main()

"""How pages answer while 200,000 result rows are imported (导入时的页面): the 95th percentile of the list of samples, through the
real server, while a process of its own imports, against the same list while nothing else happens.
"""

from __future__ import annotations

import http.client
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from bench.databases import Database, opened, prepared
from bench.frame import FOLDER, ROOT, Report, Span, arguments, chosen, in_process
from bench.import_results import register_samples
from bench.readers import cookie
from bench.workbooks import ITEMS_EACH, lab_workbook

PORT = int(os.environ.get("SHIAN_BENCH_PORT", "8111"))
PAGE = "/sampling/"
PAUSE = 0.03  # between two looks at the list: somebody reads, nobody hammers
IDLE = 150  # looks


def reader(database: Database) -> str:
    """The cookie of somebody of the topmost bureau who is signed in, made as signing in makes it."""
    from flask import current_app

    with opened(database, secret=None):
        return cookie(current_app)


@contextmanager
def served(database: Database) -> Iterator[None]:
    """The product as ``make run`` serves it."""
    environment = {**os.environ, "SHIAN_INSTANCE": str(FOLDER / "installation"), "DATABASE_URL": database.url}
    command = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{PORT}", "--workers", "2", "--threads", "2",
               "--no-control-socket", "--log-level", "warning", "wsgi:app"]  # fmt: skip
    server = subprocess.Popen(command, cwd=ROOT, env=environment)
    try:
        yield
    finally:
        server.terminate()
        server.wait()


def look(cookie: str) -> float:
    """Seconds until the whole list is there."""
    connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=120)
    begun = time.perf_counter()
    connection.request("GET", PAGE, headers={"Cookie": cookie})
    answer = connection.getresponse()
    answer.read()
    connection.close()
    if answer.status != 200:
        raise SystemExit(f"{PAGE} answered {answer.status}")
    return time.perf_counter() - begun


def wait_for_server(cookie: str) -> None:
    for _ in range(200):
        try:
            look(cookie)
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("the server does not answer")


def looks(cookie: str, going_on: Callable[[int], bool]) -> list[float]:
    found: list[float] = []
    while going_on(len(found)):
        found.append(look(cookie))
        time.sleep(PAUSE)
    return found


def share(values: list[float], part: float) -> Span:
    ordered = sorted(values)
    return Span(ordered[min(len(ordered) - 1, int(len(ordered) * part))], 0.0)


def measure(report: Report, base: Database, rows: int) -> None:
    work = Database(base.kind, "served").copy_from(base)
    cookie = reader(work)
    order = {"kind": work.kind, "name": work.name, "path": str(lab_workbook(rows)), "confirm": True, "summaries": True}
    idle: list[float] = []
    busy: list[float] = []
    with served(work):
        wait_for_server(cookie)
        looks(cookie, lambda count: count < 20)
        idle += looks(cookie, lambda count: count < IDLE)
        importing = threading.Thread(target=in_process, args=("bench.import_run", order))
        importing.start()
        busy += looks(cookie, lambda count: importing.is_alive())
        idle += looks(cookie, lambda count: count < IDLE)
    report.note(f"{base.kind}: looks", f"{len(idle)} idle, {len(busy)} during the import, load {os.getloadavg()[0]:.1f} at the end")
    for name, part, goal in (("median", 0.5, "–"), ("95th percentile", 0.95, "< 3")):
        report.compare(f"{base.kind}: list of samples, {name}", share(busy, part), share(idle, part), goal)
    work.drop()


def main() -> None:
    options = arguments(__doc__ or "", rows=200_000, times=1, databases=True).parse_args()
    report = Report("pages during an import", options)
    count = options.rows // ITEMS_EACH
    for kind in chosen(options):
        measure(report, prepared(kind, f"lab_{count}", register_samples(count)), options.rows)
    report.finish()


if __name__ == "__main__":
    main()

"""The pictures of the manual: `make pictures` makes an invented county, signs in as its people and photographs what they see.

Written beside the manual as ``pictures/<name>.png``: 1366 × 768, few colours. The county has a fixed seed and the date stands still, so
that a picture changes when the page does (the hour of what was done does stand on some). Needs Chromium (``SHIAN_TEST_CHROMIUM``) and the
developers' requirements. With names, only those.
"""

from __future__ import annotations

import io
import json
import logging
import os
import subprocess  # our own commands, on our own interpreter
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
CHROMIUM = os.environ.get("SHIAN_TEST_CHROMIUM", "/usr/bin/chromium")
TODAY, BATCHES, SEED = "2026-11-20", "2000", "7"
SCREEN = {"width": 1366, "height": 768}
SWITCHES = ("--no-sandbox", "--disable-gpu", "--lang=zh-CN")
COLOURS = 128
SECRET = "Zh-9quiet-RiverStone6"  # noqa: S105 - of invented people in a folder that is removed afterwards
ROW = "main .table-wrap tbody a[href]"


@dataclass(frozen=True, slots=True)
class Shot:
    """A page as somebody sees it: where, by whom (nobody: signed out), the link to follow from there, the button to press then."""

    name: str
    user: str
    path: str
    follow: str = ""
    press: str = ""


SHOTS: Sequence[Shot] = (
    Shot("sign-in", "", "/"),
    Shot("home-handler", "banan1", "/"),
    Shot("home-reviewer", "shenhe1", "/"),
    Shot("search", "shenhe1", "/search?q=超市"),
    Shot("sheet", "chouyang1", "/sampling/new"),
    Shot("samples", "chouyang1", "/sampling/"),
    Shot("sample", "chouyang1", "/sampling/?conclusion=不合格", ROW),
    Shot("custody", "chouyang1", "/custody/"),
    Shot("import-batch", "tongji1", "/imports", "main .table-wrap tbody a[href^='/imports/']"),
    Shot("result-entry", "jianyan1", "/sampling/?state=registered", ROW, "登记结果"),
    Shot("pending-items", "shenhe1", "/pending-items"),
    Shot("plan-grid", "tongji1", "/plans/", "main a:has-text('批次表')"),
    Shot("plan-progress", "tongji1", "/progress/", ROW),
    Shot("next-samples", "tongji1", "/gaps/"),
    Shot("cases", "shenhe1", "/disposal/"),
    Shot("case", "banan1", "/disposal/?state=handling", ROW),
    Shot("clocks", "shenhe1", "/clocks/"),
    Shot("document", "banan1", "/documents/", ROW),
    Shot("retest", "banan1", "/retests/?state=all", ROW),
    Shot("penalty", "banan1", "/penalties/?state=all", ROW),
    Shot("ripples", "shenhe1", "/ripples/", ROW),
    Shot("enterprise", "banan1", "/enterprises/", ROW),
    Shot("grades", "tongji1", "/grading/"),
    Shot("duties", "shenhe1", "/schedules/"),
    Shot("inspection", "banan1", "/inspections/?state=finished", ROW),
    Shot("indicators", "tongji1", "/indicators/jizhou?area=120119&year=2026"),
    Shot("comparison", "tongji1", "/comparisons/"),
    Shot("return", "tongji1", "/returns/", ROW),
    Shot("publication", "tongji1", "/publications/candidates"),
    Shot("screen", "juling1", "/screen/?plan=jizhou&area=120119&year=2026"),
    Shot("morning", "shenhe1", "/morning"),
    Shot("grants", "anquan", "/grants?state=all"),
    Shot("settings", "xitong", "/settings/"),
    Shot("limits", "xitong", "/reference/limits"),
    Shot("audit", "shenji", "/audit/"),
)


def county(folder: str) -> dict[str, str]:
    """An invented county in this folder; the one-time passwords of its people."""
    os.environ.update(SHIAN_INSTANCE=folder, SHIAN_ENV="local", SHIAN_TODAY=TODAY)
    for words in (["db", "upgrade"], ["reference", "load"]):
        _flask(*words)
    made: dict[str, str] = json.loads(_flask("demo", "--batches", BATCHES, "--seed", SEED, "--json"))["passwords"]
    return made


def _flask(*words: str) -> str:
    command = [sys.executable, "-m", "flask", "--app", "wsgi", *words]
    return subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout  # noqa: S603 - as above


@contextmanager
def served() -> Iterator[str]:
    """The application on a port of its own; its address."""
    from werkzeug.serving import make_server

    sys.path.insert(0, str(ROOT))
    from app.factory import create_app

    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # not a line for every request
    server = make_server("127.0.0.1", 0, create_app(), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()


def signed_in(browser: Any, address: str, user: str, passwords: dict[str, str]) -> Any:
    page = browser.new_context(viewport=SCREEN, locale="zh-CN").new_page()
    page.goto(address)
    if user:
        _sent(page, {"#username": user, "#password": passwords[user]})
        _sent(page, {"#current": passwords[user], "#new": SECRET, "#repeat": SECRET})  # the first sign-in demands another password
    return page


def _sent(page: Any, written: dict[str, str]) -> None:
    for field, text in written.items():
        page.fill(field, text)
    with page.expect_navigation():
        page.click("main button[type=submit]")


def take(page: Any, address: str, shot: Shot) -> None:
    page.goto(address + shot.path)
    if shot.follow:
        page.goto(page.locator(shot.follow).first.evaluate("link => link.href"))
    if shot.press:
        page.click(f"main a:has-text('{shot.press}')")
    page.wait_for_load_state("networkidle")
    (PICTURES / f"{shot.name}.png").write_bytes(reduced(page.screenshot(animations="disabled", caret="hide")))


def reduced(content: bytes) -> bytes:
    """The same picture in few colours: a page is mostly white, and the manual is carried to machines without a network.

    The octree keeps the few red and green points that the lights of a page are; the median cut turns them brown.
    """
    from PIL import Image

    held = io.BytesIO()
    with Image.open(io.BytesIO(content)) as image:
        image.convert("RGB").quantize(COLOURS, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(held, "PNG", optimize=True)
    return held.getvalue()


def main(names: Sequence[str]) -> int:
    from playwright.sync_api import sync_playwright

    PICTURES.mkdir(exist_ok=True)
    wanted = [shot for shot in SHOTS if not names or shot.name in names]
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        passwords = county(folder)
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=SWITCHES, env={**os.environ, "LANGUAGE": "zh_CN"})
        with served() as address:
            pages: dict[str, Any] = {}
            for shot in wanted:
                if shot.user not in pages:
                    pages[shot.user] = signed_in(browser, address, shot.user, passwords)
                take(pages[shot.user], address, shot)
                print(shot.name, flush=True)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

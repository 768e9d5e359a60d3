"""Every page of the program looked at in a browser: ``python -m tests.browser.every_page [--pictures FOLDER] [endpoint or package …]``.

With ``--pictures`` nothing is measured; every page is photographed at the three sizes, for people to look at.

Takes some minutes (a demonstration county is made, every address opened, every page measured at three widths and asked by
axe-core). The test suite looks at fewer pages, in which nearly every kind of element in every surrounding occurs.
"""

from __future__ import annotations

import pickle
import shutil
import sys
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from playwright.sync_api import Browser, sync_playwright

from app.api.models import ApiKey
from app.db import session
from app.domain.actors import Role
from tests.browser.fitness import EXCUSED, Fitting, Shown
from tests.browser.furnishing import furnish
from tests.browser.gathering import NOBODY, Gathering, everybody
from tests.browser.reading import Reading
from tests.conftest import _seed, make_app
from tests.county import County, alone, the_county

WORTH_A_PAGE = 6  # kinds of element that no page chosen before has
ON_A_TELEPHONE = (Role.SAMPLER.value, NOBODY)  # inspectors work on telephones, and anybody may open what is public on one
# Addresses that no page was got from, each with the test that opens it. What answers with a file once it has a record is no page.
NOT_REACHED = {
    "accounts.factors.give": "tests/accounts/test_factors.py::test_the_password_alone_opens_nothing",
    "turnaround.screen_samples": "tests/turnaround/test_screen.py::test_what_was_made_up_is_pointed_at",
    "monitoring.metrics": "tests/monitoring/test_metrics.py::test_what_is_told",
}
FILES_ONLY = {
    "announcements.errors", "attachments.small", "attachments.view", "custody.photo", "custody.signature", "custody.small_photo",
    "custody.small_signature", "dossiers.originals", "dossiers.pdf", "grading.export_simulation", "grading.template", "proposals.export",
    "publications.list_workbook", "transfers.letter",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Gathered:
    pages: Mapping[str, Shown]
    left: tuple[str, ...]
    refused: tuple[str, ...]
    people: frozenset[str]


def gathered(county: County, folder: Path) -> Gathered:
    """Every page of the county, by endpoint; gathered once for all processes that share the folder."""
    with alone(folder / "pages.pickle") as place:
        if not place.exists():
            found = _gather(county)
            place.with_suffix(".begun").write_bytes(pickle.dumps(found))
            place.with_suffix(".begun").rename(place)
    read: Gathered = pickle.loads(place.read_bytes())
    return read


def _gather(county: County) -> Gathered:
    instance = Path(tempfile.mkdtemp(prefix="shian-pages-"))
    county.settle(instance)
    app = make_app(instance, PUBLIC_PAGE=True, PUBLIC_PER_MINUTE=100_000, BANNER="演示系统")
    with app.app_context():
        people = everybody(app)
        made = furnish(app, people)
        found = Gathering(app, people, made.hints)
        found.gather()
        prefixes = session().scalars(sa.select(ApiKey.prefix))
        names = frozenset({person.username for person in people} | {"chouyang4", "root", *prefixes})
        session().close()
        app.extensions["shian_engine"].dispose()
    shutil.rmtree(instance, ignore_errors=True)
    return Gathered(found.pages, tuple(found.left), tuple(made.refused), names)


def representatives(pages: Mapping[str, Shown]) -> list[str]:
    """Few pages with nearly every kind of element (its tag and classes, in what it stands) that occurs on any page.

    A page that would bring but one kind or few is left to the command.
    """
    elements = {endpoint: Reading(shown.body.decode()).elements for endpoint, shown in sorted(pages.items())}
    left, chosen = set().union(*elements.values()), []
    while left:
        best = max(elements, key=lambda endpoint: len(elements[endpoint] & left))
        if len(elements[best] & left) < WORTH_A_PAGE:
            break
        chosen.append(best)
        left -= elements[best]
    return chosen


def misfits(browser: Browser, found: Gathered, endpoints: Iterable[str]) -> dict[str, list[str]]:
    """What is wrong, by endpoint; empty where all fit."""
    window = Fitting(browser, found.people)
    wrong = {}
    for endpoint in endpoints:
        shown = found.pages[endpoint]
        if faults := window.faults(shown, on_phone=shown.role in ON_A_TELEPHONE):
            wrong[f"{endpoint} {shown.address} ({shown.who})"] = faults
    window.close()
    return wrong


def misread(found: Gathered) -> dict[str, list[str]]:
    """What is wrong as far as it can be told without a browser, on every page."""
    wrong = {}
    for endpoint, shown in sorted(found.pages.items()):
        excused = tuple(begin for of, begin, _ in EXCUSED if of == endpoint) or ("\0",)
        if faults := [fault for fault in Reading(shown.body.decode()).faults(found.people) if not fault.startswith(excused)]:
            wrong[f"{endpoint} {shown.address} ({shown.who})"] = faults
    return wrong


def photograph(browser: Browser, found: Gathered, endpoints: Iterable[str], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    window = Fitting(browser, found.people, with_icons=True)
    for endpoint in endpoints:
        window.picture(found.pages[endpoint], folder)
    window.close()


def main(wanted: list[str]) -> int:
    pictures = Path(wanted[1]) if wanted[:1] == ["--pictures"] else None
    wanted = wanted[2:] if pictures else wanted
    from tests.browser.conftest import CHROMIUM, SWITCHES

    with tempfile.TemporaryDirectory(prefix="shian-every-page-") as name:
        folder, seeded = Path(name), Path(name, "seeded")
        seeded.mkdir()
        _seed(make_app(seeded))
        found = gathered(the_county(folder, seeded / "shian.sqlite3"), folder)
    chosen = [one for one in sorted(found.pages) if not wanted or one in wanted or one.partition(".")[0] in wanted]
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=str(CHROMIUM), args=SWITCHES)
        if pictures:
            photograph(browser, found, chosen, pictures)
            browser.close()
            return 0
        wrong = misfits(browser, found, chosen)
        browser.close()
    for page, faults in (wrong | misread(found)).items():
        print(page, *(f"    {fault}" for fault in faults), sep="\n")
    print(f"{len(chosen)} pages looked at, {len(wrong)} of them with faults; not reached: {', '.join(found.left) or 'none'}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

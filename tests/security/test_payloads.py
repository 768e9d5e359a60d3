"""Everything that a person can type anywhere, typed by an attacker: no error of ours, nothing that comes alive on a page.

The places are found by asking: each route is opened by somebody who may, and what it looks for in its form and address is noted,
so that a form or filter added later is attacked without touching this file.
"""

from __future__ import annotations

import sys
from importlib import import_module
from pkgutil import walk_packages

import pytest
from wtforms.form import Form

import app as program
from tests.accounts.test_access_matrix import TRACES, fingerprint
from tests.security.county import county  # noqa: F401  a fixture
from tests.security.hostile import Findings, attack, discover, without_rendering
from tests.security.people import County

PRINTED = frozenset({"printed_document"})  # fetching an official document is written down, as is every other way it leaves the office
# Forms that are not met in the county, each with what stands in for it.
PREVIEW = "confirms a staged file: a version and a box to tick; hostile files have tests of their own where files are read"
NOT_MET = {
    "app.accounts.forms.SignInForm": "test_addresses and test_passwords_guessed type into it",
    "app.enterprises.forms.ConfirmForm": PREVIEW,
    "app.grading.forms.ConfirmImportForm": PREVIEW,
    "app.inspections.forms.VoidFileForm": "a reason beside a file attached to an inspection",
    "app.plans.forms.ConfirmForm": PREVIEW,
    "app.rapid_tests.forms.ConfirmForm": PREVIEW,
    "app.reviews.forms.ResubmitForm": "hands in a file anew: choices and a date",
    "app.sampling.forms.ConfirmForm": PREVIEW,
}
# The columns of a file whose header nobody knew: a base of what is made for one file, or not, by what ran before.
OF_ONE_FILE = "app.results.mapping_forms.ColumnsForm"


def form_classes() -> set[type[Form]]:
    """Every form of the program that is used as it is: no base of another."""
    for module in walk_packages(program.__path__, "app."):
        if "forms" in module.name or module.name.endswith("views"):
            import_module(module.name)
    found: set[type[Form]] = set()
    waiting = [Form]
    while waiting:
        kind = waiting.pop()
        below = kind.__subclasses__()
        waiting += [one for one in below if hasattr(sys.modules[one.__module__], one.__qualname__)]  # declared, not made for one record
        if kind.__module__.startswith("app.") and not below:
            found.add(kind)
    return found


@pytest.fixture
def findings() -> Findings:
    return Findings()


def test_every_field_of_every_form_and_filter(county: County, findings: Findings) -> None:  # noqa: F811
    before = fingerprint()
    asked = discover(county, "GET", county.ways)
    touched = {name for name, digest in fingerprint().items() if digest != before[name]}
    assert touched - TRACES - PRINTED == set()  # every page with a record behind it has been opened by somebody who may
    typed = discover(county, "POST", county.ways)
    attack(county, typed, (0,), findings)  # some of it is stored
    with without_rendering():
        attack(county, typed, (1, 2), findings)
        attack(county, asked, (1, 2), findings)
    attack(county, asked, (0,), findings)  # and what was stored is shown
    met = {name for place in (*typed, *asked) for name in place.forms}
    names = {f"{kind.__module__}.{kind.__qualname__}" for kind in form_classes()}
    sizes = {
        "routes": len(typed) + len(asked), "fields": sum(len(place.names) for place in (*typed, *asked)), "values": findings.tried,
        "taken": len(findings.accepted),
    }  # fmt: skip
    assert findings.wrong == []
    assert names - met - {OF_ONE_FILE} == set(NOT_MET), "a form that nobody meets here: make its record in county.py, or say above why not"
    assert sizes["routes"] > 830 and sizes["fields"] > 5_700 and sizes["values"] > 16_000 and sizes["taken"] > 75, sizes


def test_a_hole_would_be_seen(county: County, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    """Without escaping, without the door and with a form that takes anything the same search finds something."""
    monkeypatch.setattr(county.app.jinja_env, "autoescape", False)
    monkeypatch.setitem(county.app.jinja_env.__dict__, "cache", None)
    monkeypatch.setattr(county.app.jinja_env, "bytecode_cache", None)
    rule = next(rule for rule in county.rules("GET") if rule.endpoint == "sampling.index")
    found = Findings()
    attack(county, discover(county, "GET", lambda one: county.ways(one) if one is rule else []), (0,), found)
    assert any("onerror" in what for what in found.wrong)

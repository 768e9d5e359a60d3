"""Every word on screen has one place: ``labels``. Official vocabularies are their own labels."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
from enum import Enum

import pytest

import app
from app.audit.words import SUBJECTS
from app.domain.permissions import NAMES, Permission
from app.domain.workflow import TABLES
from app.labels import LABELS, RECORDED, label, state_label, step_label
from tests.sources import called, modules

CHINESE = re.compile(r"[\u4e00-\u9fff]")
# Words of the program's own machinery and of its files; what they stand for is said in other words on the pages.
INTERNAL = frozenset(
    {
        "Comparator", "Op",  # signs of limits and targets: ≤ and the like, printed as signs
        "Field", "Source", "Span", "TargetPeriod",  # the grammar of an indicator's definition
        "By", "Side", "Standing",  # parts of an address
        "WordKind",  # as the columns of unknown words and of their standing say it
        "YearStatus",  # a column of calendar_years.csv
        "MainChange",  # what a form says of the main licence
    }
)


def enums() -> list[type[Enum]]:
    """Every Enum of the program."""
    for found in pkgutil.walk_packages(app.__path__, "app."):
        if "spreadsheet_child" not in found.name:  # sets limits on the process that imports it
            importlib.import_module(found.name)
    waiting, seen = [Enum], set()
    while waiting:
        for kind in waiting.pop().__subclasses__():
            if kind not in seen:
                seen.add(kind)
                waiting.append(kind)
    return sorted((kind for kind in seen if kind.__module__.startswith("app.")), key=lambda kind: (kind.__qualname__, kind.__module__))


SHOWN = [kind for kind in enums() if kind.__name__ not in INTERNAL]


@pytest.mark.parametrize("kind", SHOWN, ids=lambda kind: f"{kind.__module__}.{kind.__name__}")
def test_every_member_has_a_chinese_word(kind: type[Enum]):
    assert [member for member in kind if label(member) != "—" and not CHINESE.search(label(member))] == []


def test_what_is_internal_exists():
    assert {kind.__name__ for kind in enums()} >= INTERNAL


def test_no_two_members_of_a_kind_read_the_same():
    for kind in enums():
        words = [label(member) for member in kind]
        assert len(words) == len(set(words)), kind


def test_every_label_belongs_to_a_living_member():
    assert {type(member).__name__ for member in LABELS} <= {kind.__name__ for kind in enums()}


def test_every_permission_has_its_name():
    assert set(NAMES) == set(Permission)


@pytest.mark.parametrize("kind", TABLES)
def test_history_reads_in_chinese(kind: str):
    for (source, step), arrow in TABLES[kind].items():
        assert CHINESE.search(step_label(kind, step.value))
        assert CHINESE.search(state_label(kind, arrow.to.value))
        assert source is None or CHINESE.search(state_label(kind, source.value))


def test_every_recorded_word_is_known_to_the_audit_page():
    """history.record(kind, id, "word", …): the audit page must not show an English word."""
    found = set()
    for module in modules():
        for call in module.calls():
            if called(call) in ("history.record", "record", "history.record_many", "record_many") and len(call.args) >= 3:
                word = call.args[2] if called(call).endswith("record") else call.args[1]
                if isinstance(word, ast.Constant) and word.value not in RECORDED:
                    found.add(f"{module.at(call)} {word.value}")
    assert found == set()


def test_every_kind_of_record_in_the_history_is_known_to_the_audit_page():
    """history.record("kind", …) and taken_out.note("kind", …): the audit page must not show the name of a table."""
    found = set()
    for module in modules():
        for call in module.calls():
            if called(call) in ("history.record", "record", "history.record_many", "record_many", "taken_out.note") and call.args:
                kind = call.args[0]
                if isinstance(kind, ast.Constant) and kind.value not in SUBJECTS:
                    found.add(f"{module.at(call)} {kind.value}")
    assert found == set()

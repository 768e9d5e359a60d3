"""Every page of the program is found, reads as Chinese, and fits: axe-core without a violation, no sideways scroll, no complaint."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.browser import every_page
from tests.browser.every_page import FILES_ONLY, NOT_REACHED, Gathered
from tests.browser.words import foreign
from tests.county import shared_folder

pytestmark = pytest.mark.browser
PARTS = 4


@pytest.fixture(scope="module")
def found(county: Any, tmp_path_factory: pytest.TempPathFactory) -> Gathered:
    return every_page.gathered(county, shared_folder(tmp_path_factory))


def test_every_page_is_found(found: Gathered) -> None:
    """A page added later is found by the links to it; where none is, say in NOT_REACHED why, or make its record in furnishing.py."""
    assert list(found.refused) == [], "steps of furnishing.py that the program refused"
    assert sorted(set(found.left) - set(NOT_REACHED) - FILES_ONLY) == []
    assert len(found.pages) >= 350
    assert not set(NOT_REACHED) & set(found.pages), "reached after all: no longer to be excused"


def test_what_no_link_leads_to_is_opened_by_the_test_that_is_named() -> None:
    for endpoint, address in NOT_REACHED.items():
        file, _, name = address.partition("::")
        tree = ast.parse(Path(file).read_text(encoding="utf-8"))
        assert name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}, endpoint


def test_every_page_reads_well(found: Gathered) -> None:
    """One heading, a title that names the page, a label for every field, and no key in the place of a word."""
    assert every_page.misread(found) == {}


@pytest.mark.parametrize("part", range(PARTS))
def test_pages_fit(chromium: Browser, found: Gathered, part: int) -> None:
    """Nearly every kind of element is looked at; ``python -m tests.browser.every_page`` looks at every page."""
    assert every_page.misfits(chromium, found, every_page.representatives(found.pages)[part::PARTS]) == {}


@pytest.mark.parametrize(("text", "words"), [
    ("共 12 条，≤0.2 mg/kg（GB 2763-2021），XBJ26120119100020001", []),
    ("抽检月报_蓟州区_2026年10月_来源清单.zip 的 SHA-256 为 e3b0c44298fc1c14", []),
    ("状态：pending_approval", ["pending_approval"]),
    ("经办人 None", ["None"]),
    ("按 Ctrl+Enter 保存，用 Excel 打开", []),
    ("是否超期 True，种类 make_return", ["True", "make_return"]),
])
def test_what_is_no_word_of_the_office(text: str, words: list[str]) -> None:
    assert foreign([text]) == words

"""各岗位能做什么 at the head of the manual: the menu that it tells each role of is the menu that the role has."""

from __future__ import annotations

import re

import pytest

from app.config import ROOT
from app.domain.actors import Actor, Role
from app.domain.permissions import may_ever
from app.pages.context import MENU

TOLD = re.compile(r"^(?P<section>[^：（）]+?)(?:各项(?:（(?P<without>[^）]+)除外）)?|：(?P<only>.+))$")
SECTIONS = {title: [(name, permission) for name, _, permission in items] for title, _, items in MENU}


def rows() -> dict[str, str]:
    """The last column of the table, by role."""
    head = (ROOT / "docs" / "manual.md").read_text(encoding="utf-8").partition("## 各岗位能做什么")[2].partition("\n## ")[0]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in head.splitlines() if line.startswith("| ")]
    return {role: menu for role, _, menu in cells}


def told(menu: str) -> dict[str, list[str]]:
    found = {}
    for part in menu.split("；"):
        match = TOLD.match(part)
        assert match, part
        names = [name for name, _ in SECTIONS[match["section"]]]
        without = (match["without"] or "").split("、")
        assert match["without"] is None or set(without) <= set(names), part
        found[match["section"]] = match["only"].split("、") if match["only"] else [name for name in names if name not in without]
    return found


@pytest.mark.parametrize("role", list(Role))
def test_the_manual_tells_a_role_of_the_menu_it_has(role: Role) -> None:
    person = Actor(None, "", frozenset({role}), 0, "")
    shown = {title: [name for name, permission in items if may_ever(person, permission)] for title, items in SECTIONS.items()}
    assert told(rows()[role.value]) == {title: names for title, names in shown.items() if names}

"""The way to a page in words: whatever the menu opens says where in the menu it stands, and its heading is the menu's word."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask, url_for

from app.pages.context import MENU

ROLES = ("统计员", "审核人", "系统管理员", "安全管理员", "审计管理员", "抽样员", "办案人")
LIKE = re.compile(r'<nav class="crumbs".*?</nav>', re.DOTALL)
WITHOUT = {"pages.home", "screens.show"}  # the beginning of every way, and a page for a wall


@pytest.mark.parametrize("group", [title for title, _, _ in MENU])
def test_a_page_of_the_menu_names_its_group_and_itself(app: Flask, office: Any, sign_in: Any, group: str) -> None:
    items = next(items for title, _, items in MENU if title == group)
    with app.test_request_context():
        pages = {url_for(endpoint): name for name, endpoint, _ in items if endpoint not in WITHOUT}
    wrong, seen = {}, set()
    for role in ROLES:
        client = sign_in(office.people[f"county:{role}"])
        for address, name in pages.items():
            if address in seen or (answer := client.get(address)).status_code != 200:
                continue
            seen.add(address)
            way = LIKE.search(answer.text)
            words = re.findall(r">([^<\n]+)<", way[0]) if way else []
            heading = re.search(r"<h1>(?:\d{4} )?(.*?)</h1>", answer.text)  # some begin with the year that is shown
            if words[:1] != [group] or name not in words[1:] or heading is None or heading[1] != words[-1]:
                wrong[address] = [*words, heading and heading[1]]
    assert not wrong
    assert len(seen) > len(pages) // 2  # and most of them were looked at

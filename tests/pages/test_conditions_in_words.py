"""A list that is folded says what it is asked in the office's words, whichever of its conditions is chosen."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from flask import Flask, url_for

from app.pages.context import MENU

OPTIONS = 3  # of each choice: the first ones
SELECT = re.compile(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', re.DOTALL)
FILTER = re.compile(r'<form method="get" action="([^"]*)" class="filter-form">(.*?)</form>', re.DOTALL)
TABS = re.compile(r'class="tab-links".*?</nav>', re.DOTALL)
SAID = re.compile(r'filter-summary">([^<]*)<')


def choices(page: str) -> set[str]:
    """The addresses of the tabs of a list, and of the first choices among its conditions."""
    found = {unescape(one) for tabs in TABS.findall(page) for one in re.findall(r'href="([^"#]+)"', tabs)}
    for at, fields in FILTER.findall(page):
        for name, body in SELECT.findall(fields):
            values = re.findall(r'<option value="([^"]+)"', body)[:OPTIONS]
            found.update(f"{unescape(at).partition('?')[0]}?{name}={unescape(value)}" for value in values)
    return found


@pytest.mark.parametrize("role", ["审核人", "系统管理员", "审计管理员"])
def test_no_word_of_the_program(app: Flask, office: Any, sign_in: Any, role: str) -> None:
    client = sign_in(office.people[f"county:{role}"])
    with app.test_request_context():
        lists = [url_for(endpoint) for _, _, items in MENU for _, endpoint, _ in items]
    pages = {address: answer.text for address in lists if (answer := client.get(address)).status_code == 200}
    asked = sorted({choice for page in pages.values() for choice in choices(page)} - set(pages))
    said = {address: unescape(found[1]) for address in asked if (found := SAID.search(client.get(address).text))}
    assert said
    assert {address: words for address, words in said.items() if re.search(r"[a-z_]{3,}", words)} == {}

"""Sheets as in the tests of samples, and enterprises to pick."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from app import clock
from app.db import session, transaction
from app.enterprises.models import Enterprise, EnterpriseStatus
from app.reference_data.books import region_book
from app.search_text import initials
from tests.sampling.conftest import registered, sampler, sheet  # noqa: F401

KEY = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def enterprise(app: Any, office: Any) -> Callable[..., Enterprise]:
    """``enterprise("长春堂超市", "county")`` -> the register's entry."""

    def made(name: str, place: str = "county", **other: Any) -> Enterprise:
        with transaction():
            row = Enterprise(**{
                "org_id": office.orgs[place].id, "name": name, "initials": initials(name), "credit_code": "91131102MA0F4BGG58",
                "region_id": region_book().id("120119"), "address": "文昌街1号", "area_type": "城市", "licence_kind": "经营许可证",
                "licence_no": "JY11202250000001", "status": EnterpriseStatus.ACTIVE, "created_at": clock.now(), **other,
            })  # fmt: skip
            session().add(row)
        return row

    return made


def value_of(page: str, name: str) -> str | None:
    """What an input, or the chosen option of a list, holds on the page."""
    if found := re.search(rf'<select[^>]*\bname="{name}"[^>]*>(.*?)</select>', page, re.S):
        chosen = re.search(r'<option selected value="([^"]*)"', found[1])
        return chosen[1] if chosen else ""
    found = next((tag for tag in re.findall(r"<input[^>]*>", page) if f'name="{name}"' in tag), None)
    if found is None:
        return None
    value = re.search(r'\bvalue="([^"]*)"', found)
    return value[1] if value else ""

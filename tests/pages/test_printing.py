"""Any page printed says whose it is, who printed it and when; and carries no buttons."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from app.config import ROOT


@pytest.mark.parametrize("address", ["/sampling/", "/indicators/", "/enterprises/", "/disposal/", "/morning", "/permissions"])
def test_every_page_has_a_heading_for_paper(office: Any, sign_in: Any, address: str) -> None:
    person = office.people["county:审核人"]
    page = sign_in(person).get(address).text
    head = page[page.index('<div class="print-header">') :].partition("</div>")[0]
    assert office.orgs["county"].name in head and f"打印人：{person.name}" in head and "打印时间：2026-11-20" in head
    assert page.count('class="print-header"') == 1


def test_paper_carries_no_buttons_and_wide_tables_lie_across() -> None:
    css = Path(ROOT, "app/static/print.css").read_text(encoding="utf-8")
    hidden = css[: css.index("display: none !important")].rpartition("\n.site-header")[2]
    for what in (".btn", ".site-menu", ".toolbar", ".panel-side", "dialog", ".pager", ".filter"):
        assert what in hidden, what
    assert "@page wide { size: A4 landscape" in css and "counter(pages)" in css

"""An empty list says what to do next; one that a filter has emptied leads back to the whole."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.mark.parametrize(("address", "reset"), [
    ("/sampling/", False),  # empty because there is nothing
    ("/sampling/?q=&state=", False),  # a form sent without a condition
    ("/sampling/?q=%E6%B2%A1%E6%9C%89", True),
    ("/disposal/?q=%E6%B2%A1%E6%9C%89&state=all", True),
    ("/enterprises/?q=%E6%B2%A1%E6%9C%89", True),
    ("/indicators/jizhou/12/records/numerator?area=120119&year=2026", False),  # evidence: without its address it is another figure's
])
def test_a_list_emptied_by_its_filter_leads_back(office: Any, sign_in: Any, address: str, reset: bool) -> None:
    page = sign_in(office.people["county:统计员"]).get(address).text
    link = f'<a href="{address.partition("?")[0]}">重置查询条件</a></p>'
    assert 'class="empty"' in page and (link in page) is reset

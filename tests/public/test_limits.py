"""How often one address may ask."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from app.public.limits import REMEMBERED, TooOften, Visits, network

NOW = datetime(2026, 11, 20, 1, 0, 0)


def test_an_address_has_its_requests_of_a_minute_and_no_more() -> None:
    visits = Visits()
    for _ in range(10):
        visits.count("192.0.2.1", NOW, 10)
    with pytest.raises(TooOften) as refused:
        visits.count("192.0.2.1", NOW + timedelta(seconds=20), 10)
    assert refused.value.headers == {"Retry-After": "40"} and refused.value.status == 429
    visits.count("192.0.2.2", NOW, 10)  # another one is not its business
    visits.count("192.0.2.1", NOW + timedelta(seconds=60), 10)  # the next minute


def test_a_file_costs_more_than_a_page() -> None:
    visits = Visits()
    visits.count("192.0.2.1", NOW, 10, 9)
    with pytest.raises(TooOften):
        visits.count("192.0.2.1", NOW, 10, 10)


def test_many_addresses_do_not_fill_the_memory() -> None:
    visits = Visits()
    for number in range(REMEMBERED + 50):
        visits.count(f"10.{number // 65536}.{number // 256 % 256}.{number % 256}", NOW, 10)
    assert len(visits) == REMEMBERED


@pytest.mark.parametrize(
    ("written", "counted"),
    [
        ("192.0.2.1", "192.0.2.1"), ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"), ("2001:db8:1:2:ffff::9", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.1", "192.0.2.1"), ("fe80::1%eth0", "fe80::/64"), (None, "-"), ("x", "-"),
    ],
)  # fmt: skip
def test_an_ipv6_customer_is_one_address(written: str | None, counted: str) -> None:
    assert network(written) == counted

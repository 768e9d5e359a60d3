"""Dates and figures as the office writes them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from flask import Flask, render_template_string

from app import filters


@pytest.fixture(scope="module")
def app() -> Flask:
    app = Flask(__name__)
    filters.register(app)
    return app


@pytest.mark.parametrize(
    ("template", "value", "written"),
    [
        ("{{ v|date }}", date(2026, 11, 22), "2026-11-22"),
        ("{{ v|date }}", datetime(2026, 11, 21, 16, 30), "2026-11-22"),  # the office's day ends at 16:00 UTC
        ("{{ v|date_cn }}", date(2026, 1, 2), "2026年1月2日"),  # documents carry no leading zeros
        ("{{ v|date_cn }}", datetime(2026, 11, 21, 16, 30), "2026年11月22日"),
        ("{{ v|datetime }}", datetime(2026, 11, 22, 0, 5), "2026-11-22 08:05"),  # naive is UTC
        ("{{ v|datetime }}", datetime(2026, 11, 22, 0, 5, tzinfo=UTC), "2026-11-22 08:05"),
        ("{{ v|number }}", 1234567, "1,234,567"),
        ("{{ v|number }}", 0, "0"),  # nought is a fact, not a gap
        ("{{ v|number }}", Decimal("1234.50"), "1,234.50"),  # digits kept as written
        ("{{ v|number }}", Decimal("1E+3"), "1,000"),  # never an exponent
        ("{{ v|decimal }}", Decimal("2.005"), "2.01"),  # 四舍五入, where binary floats give 2.00
        ("{{ v|decimal }}", Decimal("2.025"), "2.03"),  # half up, not half even
        ("{{ v|decimal }}", Fraction(-1, 200), "-0.01"),  # half away from nought on both sides
        ("{{ v|decimal }}", Fraction(-1, 1000), "0.00"),  # no "-0.00"
        ("{{ v|decimal(0) }}", Decimal("1499.5"), "1,500"),
        ("{{ v|decimal(3) }}", 7, "7.000"),
        ("{{ v|percent }}", Fraction(1, 8), "12.50%"),
        ("{{ v|percent }}", Fraction(9, 1000), "0.90%"),  # 0.9 % must not become 0 %
        ("{{ v|percent }}", Fraction(97996, 100000), "98.00%"),  # shown so although it does not meet ≥ 98 %
        ("{{ v|percent(1) }}", Decimal("0.12345"), "12.3%"),
        ("{{ v|money }}", Decimal("12345.6"), "12,345.60 元"),
        ("{{ v|slash }}", "", "—"),
        ("{{ v|slash }}", 0, "0"),
        ("{{ v|slash }}", "<b>", "&lt;b&gt;"),  # still escaped after the filter
    ],
)
def test_written_as_the_office_writes(app: Flask, template: str, value: object, written: str) -> None:
    with app.app_context():
        assert render_template_string(template, v=value) == written


@pytest.mark.parametrize("name", sorted(filters.FILTERS))
def test_absent_value_is_a_dash(app: Flask, name: str) -> None:
    with app.app_context():
        assert render_template_string(f"{{{{ v|{name} }}}}", v=None) == "—"


@pytest.mark.parametrize("write", [filters.number, filters.decimal, filters.percent, filters.money])
def test_float_is_refused(write) -> None:
    with pytest.raises(TypeError):
        write(0.1)

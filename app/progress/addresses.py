"""What the address of a page of plans says."""

from __future__ import annotations

from flask import request

from app import clock
from app.indicators.frames import period


def chosen_year() -> int:
    text = request.args.get("year", "")
    return period(int(text)).year if text.isascii() and text.isdecimal() and len(text) < 6 else clock.today().year

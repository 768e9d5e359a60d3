"""Pages of 外部公示."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("announcements", __name__)

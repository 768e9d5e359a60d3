"""Pages of 限时报告."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("urgent", __name__)

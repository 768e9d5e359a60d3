"""Pages of 法定期限."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("legal_clocks", __name__)

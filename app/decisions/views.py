"""Pages of 判定复核."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("decisions", __name__)

"""Pages of random draws (双随机抽取)."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("drawings", __name__, url_prefix="/drawings")

"""Pages of 移送、协查、通报."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("transfers", __name__, url_prefix="/transfers")

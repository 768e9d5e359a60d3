"""Pages of the progress of plans (计划进度) and of the balance (均衡性)."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("progress", __name__, url_prefix="/progress")

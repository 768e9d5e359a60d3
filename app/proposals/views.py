"""Pages of proposed quotas (计划建议) and of the comparison of plans (四统一)."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("proposals", __name__, url_prefix="/proposals")

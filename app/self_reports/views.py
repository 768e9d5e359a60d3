"""Pages of 企业自查报告: due, received, overdue."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("self_reports", __name__, url_prefix="/self-reports")

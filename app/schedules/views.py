"""Pages of 年度检查安排: which enterprise is due when, from its grade."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("schedules", __name__, url_prefix="/schedules")

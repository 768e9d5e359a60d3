"""Pages of 检验时限 and of the plausibility screen."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("turnaround", __name__)

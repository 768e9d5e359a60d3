"""Pages of 结果审核 and 退修."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("reviews", __name__)
